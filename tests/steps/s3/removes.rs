//! `s3-remove`, `s3-create-bucket` and `s3-delete-bucket`.

use serde_json::json;

use super::stage::{Stage, counts};

#[test]
fn what_the_filters_name_is_removed_and_nothing_else() {
    let mut stage = Stage::new().with_objects(&[
        ("tmp/a.tmp", "a"),
        ("tmp/b.txt", "b"),
        ("tmp/cache/c.txt", "c"),
        ("tmp/folder/", ""),
        ("tmpo/d.tmp", "d"),
    ]);
    let with = r#"s3_uri = "s3://data/tmp", recursive = true, exclude = "*", include = ["*.tmp", "cache/*"]"#;
    let (outputs, lines) = stage.done("s3-remove", with);
    assert_eq!(outputs, counts(0, 0, 2));
    assert_eq!(lines, ["delete: s3://data/tmp/a.tmp", "delete: s3://data/tmp/cache/c.txt"]);
    assert_eq!(stage.keys(), ["tmp/b.txt", "tmp/folder/", "tmpo/d.tmp"]);
    let all = r#"s3_uri = "s3://data/tmp", recursive = true, only_show_errors = true, page_size = 1"#;
    assert_eq!(stage.done("s3-remove", all), (counts(0, 0, 2), Vec::new()));
    assert_eq!(stage.keys(), ["tmpo/d.tmp"]);
}

#[test]
fn a_prefix_with_nothing_to_remove_is_taken_for_a_misspelt_one() {
    let mut stage = Stage::new().with_objects(&[("tmp/a", "a")]);
    let with = r#"s3_uri = "s3://data/tpm", recursive = true"#;
    let said = "`s3://data/tpm/` has no object to remove; set `allow_empty` if it may have none";
    assert_eq!(stage.failed("s3-remove", with), ("NoTargets".to_owned(), said.to_owned()));
    assert_eq!(stage.done("s3-remove", &format!("{with}, allow_empty = true")).0, counts(0, 0, 0));
    assert_eq!(stage.keys(), ["tmp/a"]);
}

#[test]
fn one_object_is_removed_and_one_that_is_not_there_is_no_error() {
    let mut stage = Stage::new().with_objects(&[("a", "a"), ("a/b", "b")]);
    let one = r#"s3_uri = "s3://data/a""#;
    assert_eq!(stage.done("s3-remove", one), (counts(0, 0, 1), vec!["delete: s3://data/a".to_owned()]));
    assert_eq!(stage.done("s3-remove", one).0, counts(0, 0, 1));
    assert_eq!(stage.keys(), ["a/b"]);
}

#[test]
fn nothing_is_emptied_by_mistake() {
    let mut stage = Stage::new().with_objects(&[("a", "a"), ("b.tmp", "b")]);
    assert!(stage.refused("s3-remove", r#"s3_uri = "s3://data""#).ends_with("it is a whole bucket"));
    let message = stage.refused("s3-remove", r#"s3_uri = "s3://data", recursive = true, include = "*.tmp""#);
    assert!(message.ends_with("and there is no `exclude`"), "{message}");
    assert_eq!(stage.keys(), ["a", "b.tmp"]);
}

#[test]
fn a_bucket_is_created_in_the_region_of_the_step_and_deleted_when_it_is_empty() {
    let mut stage = Stage::new();
    let made = stage.done("s3-create-bucket", r#"s3_uri = "s3://brand-new""#);
    assert_eq!(made, (json!({ "bucket": "brand-new" }), vec!["make_bucket: brand-new".to_owned()]));
    let place = stage.aws.call("s3", "GetBucketLocation", json!({ "Bucket": "brand-new" })).expect("it is there");
    assert_eq!(place["LocationConstraint"], stepwell_xtask::emulator::REGION);
    let gone = stage.done("s3-delete-bucket", r#"s3_uri = "s3://brand-new""#);
    let outputs = json!({ "bucket": "brand-new", "deleted_count": 0 });
    assert_eq!(gone, (outputs, vec!["remove_bucket: brand-new".to_owned()]));
    assert_eq!(stage.failed("s3-delete-bucket", r#"s3_uri = "s3://brand-new""#).0, "NotFound");
    for uri in ["s3://data/key", "s3://UPPER", "data"] {
        stage.write_job("s3-create-bucket", &format!(r#"s3_uri = "{uri}""#));
        stage.site.run().three_lines(2);
    }
}

#[test]
fn a_bucket_that_is_not_empty_is_deleted_only_with_force() {
    let mut stage = Stage::new().with_objects(&[("a", "a"), ("b/c", "c")]);
    let (code, message) = stage.failed("s3-delete-bucket", r#"s3_uri = "s3://data""#);
    assert_eq!(code, "AwsError");
    assert!(message.contains("BucketNotEmpty"), "{message}");
    assert_eq!(stage.keys(), ["a", "b/c"]);
    let (outputs, lines) = stage.done("s3-delete-bucket", r#"s3_uri = "s3://data", force = true"#);
    assert_eq!(outputs, json!({ "bucket": "data", "deleted_count": 2 }));
    assert_eq!(lines, ["delete: s3://data/a", "delete: s3://data/b/c", "remove_bucket: data"]);
    let left = stage.aws.call("s3", "ListBuckets", json!({})).expect("it lists");
    assert_eq!(left["Buckets"], json!([]));
}
