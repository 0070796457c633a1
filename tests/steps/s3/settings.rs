//! The properties of the objects that `s3-copy`, `s3-move` and `s3-sync` make, read back from moto.

use std::fs;
use std::time::Duration;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{AwsClient, Moto, REGION};

use crate::support::{Site, report, venv};

const PROJECT: &str = "name = \"test\"\n[directories]\nsite = { path = \"files\", write = true }\n";

/// More than the largest body of one request.
const LARGE: usize = (8 << 20) + 1;

const SETTINGS: &str = r#"acl = "public-read", cache_control = "max-age=60", storage_class = "STANDARD_IA", sse = "AES256", content_type = "text/x-log", metadata = { team = "web" }"#;

struct Stage {
    _moto: Moto,
    aws: AwsClient,
    site: Site,
}

impl Stage {
    fn new() -> Self {
        let moto = Moto::start(&venv(), Duration::ZERO).expect("moto starts");
        let mut aws = moto.client().expect("boto3 starts");
        let params = json!({ "Bucket": "data", "CreateBucketConfiguration": { "LocationConstraint": REGION } });
        aws.call("s3", "CreateBucket", params).expect("a bucket");
        let site = Site::new(moto.endpoint()).file("project.toml", PROJECT);
        fs::create_dir_all(site.path("files")).expect("it can be made");
        fs::write(site.path("files/a.html"), "first").expect("it can be written");
        Self { _moto: moto, aws, site }
    }

    fn done(&self, uses: &str, with: &str) {
        write_job(&self.site, uses, with);
        let (code, lines) = self.site.run_json();
        assert_eq!(code, 0, "{with}: {}", report(&lines));
    }

    /// Cache-Control, Content-Type, storage class, encryption and metadata of an object, and whether everybody may read.
    fn seen(&mut self, key: &str) -> Json {
        let of = json!({ "Bucket": "data", "Key": key });
        let head = self.aws.call("s3", "HeadObject", of.clone()).expect("it is there");
        let acl = self.aws.call("s3", "GetObjectAcl", of).expect("it has one");
        let is_public = acl["Grants"].to_string().contains("/groups/global/AllUsers");
        json!([
            head["CacheControl"],
            head["ContentType"],
            head["StorageClass"],
            head["ServerSideEncryption"],
            head["Metadata"],
            is_public
        ])
    }
}

fn write_job(site: &Site, uses: &str, with: &str) {
    let job = format!("name = \"job\"\n\n[[steps]]\nid = \"it\"\nuses = \"{uses}\"\nwith = {{ {with} }}\n");
    fs::write(site.path("job.toml"), job).expect("it can be written");
}

fn all() -> Json {
    json!(["max-age=60", "text/x-log", "STANDARD_IA", "AES256", { "team": "web" }, true])
}

#[test]
fn an_uploaded_object_has_the_properties_of_the_step_in_one_request_and_in_parts() {
    let mut stage = Stage::new();
    fs::write(stage.site.path("files/large.bin"), vec![7; LARGE]).expect("it can be written");
    stage.done("s3-copy", &format!(r#"source = "site", destination = "s3://data", recursive = true, {SETTINGS}"#));
    assert_eq!((stage.seen("a.html"), stage.seen("large.bin")), (all(), all()));
    stage.done("s3-sync", &format!(r#"source = "site", destination = "s3://data/synced", {SETTINGS}"#));
    assert_eq!(stage.seen("synced/a.html"), all());
    stage.done("s3-copy", r#"source = "site/a.html", destination = "s3://data/plain.html""#);
    assert_eq!(stage.seen("plain.html"), json!([null, "text/html", null, null, {}, false]));
    stage.done("s3-move", &format!(r#"source = "site/a.html", destination = "s3://data/moved.html", {SETTINGS}"#));
    assert_eq!(stage.seen("moved.html"), all());
}

#[test]
fn a_copy_keeps_what_the_step_does_not_set() {
    let mut stage = Stage::new();
    stage.done("s3-copy", &format!(r#"source = "site/a.html", destination = "s3://data/a", {SETTINGS}"#));
    let copy = |more: &str| format!(r#"source = "s3://data/a", destination = "s3://data/b"{more}"#);
    stage.done("s3-copy", &copy(""));
    assert_eq!(stage.seen("b"), json!(["max-age=60", "text/x-log", null, null, { "team": "web" }, false]));
    stage.done("s3-copy", &copy(r#", cache_control = "no-store", storage_class = "GLACIER_IR", acl = "public-read""#));
    assert_eq!(stage.seen("b"), json!(["no-store", "text/x-log", "GLACIER_IR", null, { "team": "web" }, true]));
    stage.done("s3-copy", &copy(r#", sse = "aws:kms", sse_kms_key_id = "alias/site", metadata = { a = "b" }"#));
    assert_eq!(stage.seen("b"), json!(["max-age=60", "text/x-log", null, "aws:kms", { "a": "b" }, false]));
    let head = stage.aws.call("s3", "HeadObject", json!({ "Bucket": "data", "Key": "b" })).expect("it is there");
    assert_eq!(head["SSEKMSKeyId"], "alias/site");
}

#[test]
fn a_wrong_property_of_an_object_is_refused_before_the_run_with_the_nearest_right_one() {
    let site = Site::without_aws().file("project.toml", PROJECT);
    fs::create_dir_all(site.path("files")).expect("it can be made");
    let up = r#"source = "site/a.html", destination = "s3://data/a""#;
    let down = r#"source = "s3://data/a", destination = "site/b""#;
    for (with, because, next) in [
        (format!(r#"{up}, acl = "publik-read""#), "`acl`: \"publik-read\" is not one of", "write \"public-read\""),
        (format!(r#"{up}, storage_class = "STANDRD_IA""#), "`storage_class`: ", "write \"STANDARD_IA\""),
        (format!(r#"{up}, sse = "aws:km""#), "`sse`: ", "write \"aws:kms\""),
        (format!(r#"{up}, cache_controll = "no-store""#), "unknown key `cache_controll`", "write `cache_control`"),
        (format!(r#"{up}, sse_kms_key_id = "alias/x""#), "only for `aws:kms`", "add sse = \"aws:kms\""),
        (format!(r#"{down}, storage_class = "GLACIER""#), "`destination` is on this machine", "remove `storage_class`"),
    ] {
        write_job(&site, "s3-copy", &with);
        let [_, said, then] = site.stepwell(&["job", "check", "job.toml"]).three_lines(2).map(str::to_owned);
        assert!(said.contains("job.toml:6:") && said.contains(because), "{with}: {said}");
        assert!(then.contains(next), "{with}: {then}");
    }
}

#[test]
fn the_policy_has_the_actions_of_an_acl_and_of_a_key_only_for_a_step_that_names_them() {
    let granted =
        r#"["s3:AbortMultipartUpload", "s3:GetObject*", "s3:ListBucket", "s3:PutObject", "s3:PutObjectTagging"]"#;
    let project = format!("{PROJECT}[grants.\"s3-copy\"]\nallow = {granted}\n");
    let site = Site::without_aws().file("project.toml", PROJECT);
    fs::create_dir_all(site.path("files")).expect("it can be made");
    let up = r#"source = "site/a.html", destination = "s3://data/a""#;
    let policy = |with: &str| {
        write_job(&site, "s3-copy", &format!("{up}{with}"));
        let ended = site.stepwell(&["job", "policy", "job.toml"]);
        (ended.code, if ended.code == 0 { ended.stdout } else { ended.stderr })
    };
    let (code, plain) = policy(", storage_class = \"GLACIER\"");
    assert!(code == 0 && !plain.contains("Acl") && !plain.contains("kms:"), "{plain}");
    let (code, with_acl) = policy(", acl = \"private\"");
    assert!(code == 0 && with_acl.contains("\"s3:PutObjectAcl\"") && !with_acl.contains("kms:"), "{with_acl}");
    let (code, with_key) = policy(", sse = \"aws:kms\", sse_kms_key_id = \"alias/x\"");
    assert!(code == 0 && with_key.contains("\"kms:GenerateDataKey\"") && !with_key.contains("Acl"), "{with_key}");
    // A project that grants the actions of before goes on, until a step needs more.
    fs::write(site.path("project.toml"), project).expect("it can be written");
    assert_eq!(policy("").0, 0);
    let (code, refused) = policy(", acl = \"private\"");
    assert!(code == 3 && refused.contains("s3:PutObjectAcl"), "{code}: {refused}");
}
