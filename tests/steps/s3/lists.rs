//! `s3-list`.

use serde_json::json;

use super::stage::Stage;
use crate::support::identity::Identity;
use crate::support::{events, failure, log_lines, report};

/// Replaces every time by the same one.
fn stable(lines: &[String]) -> Vec<String> {
    let is_time = |text: &str| text.len() == 19 && text.starts_with("20") && text.as_bytes()[10] == b' ';
    let put = |line: &String| match line.get(..19) {
        Some(time) if is_time(time) => line.replacen(time, "2026-11-21 14:28:07", 1),
        _ => line.clone(),
    };
    lines.iter().map(put).collect()
}

fn stage() -> Stage {
    let long = "x".repeat(1_536);
    Stage::new().with_objects(&[("a.txt", "a"), ("img/b.png", &long), ("img/old/c.png", "cc"), ("z/", "")])
}

#[test]
fn a_prefix_is_listed_as_aws_s3_ls_lists_it() {
    let stage = stage();
    let (outputs, lines) = stage.done("s3-list", r#"s3_uri = "s3://data", summarize = true"#);
    let expected = [
        "                           PRE img/",
        "                           PRE z/",
        "2026-11-21 14:28:07          1 a.txt",
        "Total Objects: 1",
        "   Total Size: 1",
    ];
    assert_eq!(stable(&lines), expected);
    assert_eq!((&outputs["object_count"], &outputs["total_bytes"]), (&json!(1), &json!(1)));
    assert_eq!(outputs["common_prefixes"], json!(["img/", "z/"]));

    let (_, lines) = stage.done("s3-list", r#"s3_uri = "s3://data/img/", human_readable = true"#);
    assert_eq!(stable(&lines), ["                           PRE old/", "2026-11-21 14:28:07    1.5 KiB b.png"]);
    let (_, lines) = stage.done("s3-list", r#"s3_uri = "s3://data/im""#);
    assert_eq!(lines, ["                           PRE img/"]);
}

#[test]
fn all_keys_are_listed_whole_page_by_page() {
    let with = r#"s3_uri = "s3://data/", recursive = true, human_readable = true, summarize = true, page_size = 2"#;
    let (outputs, lines) = stage().done("s3-list", with);
    let expected = [
        "2026-11-21 14:28:07     1 Byte a.txt",
        "2026-11-21 14:28:07    1.5 KiB img/b.png",
        "2026-11-21 14:28:07    2 Bytes img/old/c.png",
        "2026-11-21 14:28:07    0 Bytes z/",
        "Total Objects: 4",
        "   Total Size: 1.5 KiB",
    ];
    assert_eq!(stable(&lines), expected);
    assert_eq!((&outputs["object_count"], &outputs["total_bytes"]), (&json!(4), &json!(1_539)));
    let objects = outputs["objects"].as_array().expect("a list");
    assert_eq!((objects.len(), &objects[2]["key"], &objects[2]["size"]), (4, &json!("img/old/c.png"), &json!(2)));
    assert!(objects[2]["last_modified"].as_str().is_some_and(|time| time.starts_with("20") && time.ends_with('Z')));
    assert_eq!(outputs["common_prefixes"], json!([]));
}

#[test]
fn without_a_uri_the_buckets_are_listed() {
    let mut stage = Stage::new();
    stage.bucket("second");
    let (outputs, lines) = stage.done("s3-list", "");
    assert_eq!(stable(&lines), ["2026-11-21 14:28:07 data", "2026-11-21 14:28:07 second"]);
    let names: Vec<_> = outputs["buckets"].as_array().into_iter().flatten().map(|bucket| &bucket["name"]).collect();
    assert_eq!((json!(names), &outputs["object_count"]), (json!(["data", "second"]), &json!(0)));
}

#[test]
fn a_prefix_with_which_nothing_begins_is_not_found_and_an_empty_bucket_is_empty() {
    let stage = Stage::new();
    assert_eq!(stage.done("s3-list", r#"s3_uri = "s3://data""#).0["object_count"], 0);
    for recursive in [true, false] {
        let with = format!(r#"s3_uri = "s3://data/no", recursive = {recursive}"#);
        let expected = ("NotFound".to_owned(), "no key begins with `s3://data/no`".to_owned());
        assert_eq!(stage.failed("s3-list", &with), expected);
    }
    assert_eq!(stage.failed("s3-list", r#"s3_uri = "s3://no-such-bucket""#).0, "NotFound");
}

#[test]
fn a_denied_listing_names_the_missing_action() {
    let identity = Identity::new();
    for (with, action) in [("{}", "s3:ListAllMyBuckets"), (r#"{ s3_uri = "s3://data" }"#, "s3:ListBucket")] {
        let (code, lines) = identity.site().step("s3-list", with).run_json();
        assert_eq!((code, &failure(&lines)["code"]), (1, &json!("AccessDenied")), "{action}: {:?}", lines.last());
        let message = failure(&lines)["message"].as_str().expect("text");
        assert!(message.contains(&format!("`{action}` was denied")), "{message}");
    }
}

#[test]
fn a_long_list_goes_on_after_a_wait_and_has_its_first_thousand_objects_in_the_outputs() {
    let mut stage = Stage::new();
    let mut written = 0;
    for number in 0..5_100 {
        stage.file(&format!("files/{number:05}"), "");
        written += 1;
    }
    stage.done("s3-sync", r#"source = "site", destination = "s3://data", quiet = true"#);
    let (code, lines) = stage.run("s3-list", r#"s3_uri = "s3://data", recursive = true"#);
    assert_eq!((code, log_lines(&lines).len()), (0, written));
    assert_eq!(events(&lines, "step_waiting")[0]["message"], "5,000 objects, 0 Bytes");
    let outputs = &report(&lines)["steps"][0]["outputs"];
    let objects = outputs["objects"].as_array().expect("a list");
    assert_eq!(
        (&outputs["object_count"], objects.len(), &objects[999]["key"]),
        (&json!(5_100), 1_000, &json!("00999"))
    );
    let (outputs, _) = stage.done("s3-remove", r#"s3_uri = "s3://data", recursive = true, only_show_errors = true"#);
    assert_eq!((&outputs["deleted_count"], stage.keys().len()), (&json!(5_100), 0));
}
