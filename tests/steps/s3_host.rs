//! The transfer of files to and from S3: in parts, with checksums, and without leftovers.

use std::fs;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{AwsClient, Identities, Microburst, Ministack, Moto, REGION};

use crate::support::{Site, events, failure, report, venv};

const PROJECT: &str =
    "name = \"test\"\n[directories]\nsite = { path = \"files\" }\nout = { path = \"arrived\", write = true }\n";

/// Three parts. The last one is shorter.
const LARGE: usize = (20 << 20) + 5;

/// microburst takes `UploadPart` for this operation.
const PART: &str = "PutObject";

fn bytes() -> Vec<u8> {
    (0..LARGE).map(|at| (at % 251) as u8 ^ (at >> 12) as u8).collect()
}

/// A project with a large file, and a bucket.
fn site(endpoint: &str, aws: &mut AwsClient) -> Site {
    let params = json!({ "Bucket": "data", "CreateBucketConfiguration": { "LocationConstraint": REGION } });
    aws.call("s3", "CreateBucket", params).expect("a bucket");
    let site = Site::new(endpoint).file("project.toml", PROJECT);
    fs::create_dir_all(site.path("files")).expect("it can be made");
    fs::create_dir_all(site.path("arrived")).expect("it can be made");
    fs::write(site.path("files/large.bin"), bytes()).expect("it can be written");
    site
}

/// Runs a job that makes one copy.
fn copy(site: &Site, source: &str, destination: &str, timeout: &str) -> (i32, Vec<Json>) {
    let with = format!("with = {{ source = \"{source}\", destination = \"{destination}\" }}");
    let job = format!("name = \"job\"\n[[steps]]\nid = \"it\"\nuses = \"s3-copy\"\ntimeout = \"{timeout}\"\n{with}\n");
    fs::write(site.path("job.toml"), job).expect("it can be written");
    site.run_json()
}

fn goes_up_and_comes_back(site: &Site, aws: &mut AwsClient) {
    for (source, destination) in [
        ("site/large.bin", "s3://data/large.bin"),
        ("s3://data/large.bin", "s3://data/copy.bin"),
        ("s3://data/copy.bin", "out/large.bin"),
    ] {
        let (code, lines) = copy(site, source, destination, "10m");
        assert_eq!(code, 0, "{source}: {}", report(&lines));
        assert_eq!(events(&lines, "call_intended").len(), 1, "{source}");
    }
    assert!(fs::read(site.path("arrived/large.bin")).expect("it arrived") == bytes());
    let head = aws.call("s3", "HeadObject", json!({ "Bucket": "data", "Key": "large.bin" })).expect("it is there");
    assert_eq!((&head["ContentLength"], &head["ContentType"]), (&json!(LARGE), &json!("application/octet-stream")));
    let e_tag = head["ETag"].as_str().expect("a text");
    assert!(e_tag.ends_with("-3\""), "{e_tag}");
}

#[test]
fn a_file_of_many_parts_goes_up_and_comes_back_as_it_was() {
    let ministack = Ministack::start(&venv(), Identities::Ignored).expect("ministack starts");
    let mut aws = ministack.client().expect("boto3 starts");
    goes_up_and_comes_back(&site(ministack.endpoint(), &mut aws), &mut aws);
}

#[test]
fn another_server_gets_the_same_file_in_the_same_parts() {
    let moto = Moto::start(&venv(), std::time::Duration::ZERO).expect("moto starts");
    let mut aws = moto.client().expect("boto3 starts");
    goes_up_and_comes_back(&site(moto.endpoint(), &mut aws), &mut aws);
}

fn unfinished(aws: &mut AwsClient) -> Json {
    let uploads = aws.call("s3", "ListMultipartUploads", json!({ "Bucket": "data" })).expect("it lists");
    uploads["Uploads"].clone()
}

#[test]
fn an_upload_that_runs_out_of_time_leaves_nothing_in_the_bucket() {
    let ministack = Ministack::start(&venv(), Identities::Ignored).expect("ministack starts");
    let mut aws = ministack.client().expect("boto3 starts");
    let microburst = Microburst::before(&venv(), ministack.endpoint()).expect("microburst starts");
    let site = site(microburst.endpoint(), &mut aws);
    let silent = json!([{ "service": "s3", "operation": PART, "timeout_ms": 600_000 }]);
    microburst.rules(&silent).expect("it understands them");
    let (code, lines) = copy(&site, "site/large.bin", "s3://data/large.bin", "5s");
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("StepTimeout")), "{}", report(&lines));
    assert!(!microburst.fired().expect("it answers").is_empty(), "a part was under way");
    assert_eq!(unfinished(&mut aws), Json::Null);
}

#[test]
fn a_part_that_is_refused_fails_the_step_and_leaves_nothing_in_the_bucket() {
    let ministack = Ministack::start(&venv(), Identities::Ignored).expect("ministack starts");
    let mut aws = ministack.client().expect("boto3 starts");
    let microburst = Microburst::before(&venv(), ministack.endpoint()).expect("microburst starts");
    let site = site(microburst.endpoint(), &mut aws);
    let refused = json!([{ "service": "s3", "operation": PART, "times": 1,
                           "error": { "code": "InvalidArgument", "status": 400 } }]);
    microburst.rules(&refused).expect("it understands them");
    let (code, lines) = copy(&site, "site/large.bin", "s3://data/large.bin", "10m");
    assert_eq!(code, 1, "{}", report(&lines));
    assert_eq!(unfinished(&mut aws), Json::Null);
    let listed = aws.call("s3", "ListObjectsV2", json!({ "Bucket": "data" })).expect("it lists");
    assert_eq!(listed["KeyCount"], 0);
}

#[test]
fn a_lost_part_is_sent_again() {
    let ministack = Ministack::start(&venv(), Identities::Ignored).expect("ministack starts");
    let mut aws = ministack.client().expect("boto3 starts");
    let microburst = Microburst::before(&venv(), ministack.endpoint()).expect("microburst starts");
    let site = site(microburst.endpoint(), &mut aws);
    let broken = json!([{ "service": "s3", "operation": PART, "times": 2,
                          "error": { "code": "InternalError", "status": 500 } }]);
    microburst.rules(&broken).expect("it understands them");
    let (code, lines) = copy(&site, "site/large.bin", "s3://data/large.bin", "10m");
    assert_eq!(code, 0, "{}", report(&lines));
    assert_eq!(microburst.fired().expect("it answers").len(), 2);
    let head = aws.call("s3", "HeadObject", json!({ "Bucket": "data", "Key": "large.bin" })).expect("it is there");
    assert_eq!(head["ContentLength"], json!(LARGE));
}
