//! `s3-copy`.

use std::fs;

use serde_json::json;

use super::stage::{Stage, counts, these};

#[test]
fn a_file_goes_up_down_and_from_bucket_to_bucket() {
    let mut stage = Stage::new().with_files(&[("a.txt", "first")]);
    stage.bucket("other");
    let up = stage.done("s3-copy", r#"source = "site/a.txt", destination = "s3://data/docs/""#);
    assert_eq!(up, (counts(1, 5, 0), vec!["upload: site/a.txt to s3://data/docs/a.txt".to_owned()]));
    let between = stage.done("s3-copy", r#"source = "s3://data/docs/a.txt", destination = "s3://other/b.txt""#);
    assert_eq!(between, (counts(1, 5, 0), vec!["copy: s3://data/docs/a.txt to s3://other/b.txt".to_owned()]));
    assert_eq!(stage.objects("other"), these(&[("b.txt", "first")]));
    for (destination, path) in [("out", "b.txt"), ("out/new/", "new/b.txt"), ("out/c", "c"), ("out/new", "new/b.txt")] {
        let with = format!(r#"source = "s3://other/b.txt", destination = "{destination}""#);
        let down = stage.done("s3-copy", &with);
        assert_eq!(down, (counts(1, 5, 0), vec![format!("download: s3://other/b.txt to out/{path}")]));
    }
    assert_eq!(stage.files("arrived"), these(&[("b.txt", "first"), ("c", "first"), ("new/b.txt", "first")]));
}

#[test]
fn a_directory_keeps_the_names_below_it_on_the_way_up_and_down() {
    let files = [("a.txt", "a"), ("b/c d.txt", "bc"), ("b/ü+%.txt", "unicode"), ("b/deep/er.txt", "")];
    let mut stage = Stage::new().with_files(&files);
    let (outputs, mut lines) =
        stage.done("s3-copy", r#"source = "site", destination = "s3://data/x", recursive = true"#);
    lines.sort();
    assert_eq!((outputs, lines.len()), (counts(4, 10, 0), 4));
    assert_eq!(lines[0], "upload: site/a.txt to s3://data/x/a.txt");
    let keys = files.map(|(path, text)| (format!("x/{path}"), text.to_owned()));
    assert_eq!(stage.objects("data"), keys.into_iter().collect());

    // The console's folder object is no file, and `xy/` is another directory than `x/`.
    stage.put("x/empty/", "");
    stage.put("xy/other.txt", "other");
    let down = r#"source = "s3://data/x", destination = "out/y", recursive = true, quiet = true"#;
    assert_eq!(stage.done("s3-copy", down), (counts(4, 10, 0), Vec::new()));
    assert_eq!(stage.files("arrived/y"), these(&files));
}

#[test]
fn what_is_excluded_stays_and_what_is_included_again_goes() {
    let files = [("a.js", "1"), ("a.js.map", "2"), ("lib/b.js", "3"), ("lib/b.css", "4"), ("lib/keep.css", "5")];
    let mut stage = Stage::new().with_files(&files);
    let filters = r#"exclude = ["*.css", "*.map"], include = "lib/k*""#;
    let with = format!(r#"source = "site", destination = "s3://data", recursive = true, {filters}"#);
    assert_eq!(stage.done("s3-copy", &with).0, counts(3, 3, 0));
    assert_eq!(stage.keys(), ["a.js", "lib/b.js", "lib/keep.css"]);

    let none = r#"source = "site", destination = "s3://data", recursive = true, exclude = "*", include = "*.html""#;
    let (code, message) = stage.failed("s3-copy", none);
    assert_eq!(code, "NoTargets");
    assert_eq!(message, "`site/` has no file to transfer; set `allow_empty` if it may have none");
    assert_eq!(stage.done("s3-copy", &format!("{none}, allow_empty = true")).0, counts(0, 0, 0));

    let one = r#"source = "site/lib/b.css", destination = "s3://data/x.css", exclude = "b.*""#;
    assert_eq!(stage.done("s3-copy", one), (counts(0, 0, 0), Vec::new()));
    let message =
        stage.refused("s3-copy", r#"source = "site", destination = "s3://data", recursive = true, include = "*.js""#);
    assert!(message.contains("there is no `exclude`"), "{message}");
}

#[test]
fn a_directory_that_is_not_to_be_copied_whole_is_refused_and_what_is_not_there_is_not_found() {
    let stage = Stage::new().with_files(&[("b/a.txt", "a")]).with_objects(&[("b/a.txt", "a")]);
    for (source, code, said) in [
        ("site/b", "ConfigurationInvalid", "`site/b` is a directory; set `recursive`"),
        ("site", "ConfigurationInvalid", "`site` is a directory; set `recursive`"),
        ("s3://data/b", "ConfigurationInvalid", "`s3://data/b` is a prefix and not an object; set `recursive`"),
        ("s3://data", "ConfigurationInvalid", "`s3://data/` is a prefix and not an object; set `recursive`"),
        ("s3://data/c", "NotFound", "there is no object `s3://data/c`"),
        ("site/c", "NotFound", "`site/c` does not exist"),
    ] {
        let with = format!(r#"source = "{source}", destination = "s3://data/new/""#);
        assert_eq!(stage.failed("s3-copy", &with), (code.to_owned(), said.to_owned()));
    }
    let with = r#"source = "site/no", destination = "s3://data/new/", recursive = true"#;
    assert_eq!(stage.failed("s3-copy", with).0, "NotFound");
    let with = r#"source = "s3://no-such-bucket/x", destination = "out", recursive = true"#;
    let (code, message) = stage.failed("s3-copy", with);
    assert_eq!(code, "NotFound");
    assert!(message.contains("NoSuchBucket"), "{message}");
    let (code, _) = stage.failed("s3-copy", r#"source = "site/b/a.txt", destination = "s3://no-such-bucket/""#);
    assert_eq!(code, "NotFound");
}

#[test]
fn a_large_file_goes_in_parts_and_comes_back_byte_by_byte() {
    let mut stage = Stage::new();
    let content: Vec<u8> = (0_u32..5 << 20).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    stage.file("files/large.bin", &content);
    let bytes = content.len() as u64;
    let up = r#"source = "site/large.bin", destination = "s3://data/large.bin""#;
    assert_eq!(stage.done("s3-copy", up).0, counts(1, bytes, 0));
    let head =
        stage.aws.call("s3", "HeadObject", json!({ "Bucket": "data", "Key": "large.bin" })).expect("it is there");
    assert!(head["ETag"].as_str().is_some_and(|tag| tag.contains('-')), "not in parts: {head}");
    let down = r#"source = "s3://data/large.bin", destination = "out/back.bin""#;
    assert_eq!(stage.done("s3-copy", down).0, counts(1, bytes, 0));
    assert!(fs::read(stage.site.path("arrived/back.bin")).expect("it has arrived") == content);
}

#[test]
fn a_dry_run_says_what_would_be_done_and_does_nothing() {
    let mut stage = Stage::new().with_files(&[("a.txt", "a"), ("b.txt", "bb")]).with_objects(&[("x", "x")]);
    let all = r#"source = "site", destination = "s3://data", recursive = true, dry_run = true"#;
    let (outputs, lines) = stage.done("s3-copy", all);
    assert_eq!(outputs, counts(2, 3, 0));
    assert_eq!(
        lines,
        ["(dryrun) upload: site/a.txt to s3://data/a.txt", "(dryrun) upload: site/b.txt to s3://data/b.txt"]
    );
    let moved = r#"source = "s3://data/x", destination = "out", dry_run = true"#;
    assert_eq!(stage.done("s3-move", moved).1, ["(dryrun) move: s3://data/x to out/x"]);
    let synced = r#"source = "site", destination = "s3://data", delete = true, dry_run = true"#;
    let (outputs, lines) = stage.done("s3-sync", synced);
    assert_eq!((outputs, lines[2].as_str()), (counts(2, 3, 1), "(dryrun) delete: s3://data/x"));
    let removed = r#"s3_uri = "s3://data", recursive = true, dry_run = true"#;
    assert_eq!(stage.done("s3-remove", removed), (counts(0, 0, 1), vec!["(dryrun) delete: s3://data/x".to_owned()]));
    assert_eq!((stage.keys(), stage.files("arrived").len()), (vec!["x".to_owned()], 0));
}

#[test]
fn more_files_than_a_batch_holds_all_arrive_and_the_wait_says_how_far_it_has_come() {
    let mut stage = Stage::new();
    for number in 0..1_203 {
        stage.file(&format!("files/{:02}/{number}.txt", number % 7), number.to_string());
    }
    let (code, lines) = stage.run("s3-copy", r#"source = "site", destination = "s3://data", recursive = true"#);
    assert_eq!((code, &crate::support::report(&lines)["steps"][0]["outputs"]["transferred_count"]), (0, &json!(1_203)));
    let waits = crate::support::events(&lines, "step_waiting");
    let said: Vec<_> = waits.iter().map(|wait| wait["message"].as_str().expect("a text")).collect();
    assert!(said[0].starts_with("500 files, ") && said[1].starts_with("1,000 files, "), "{said:?}");
    assert_eq!(waits[0]["progress"]["done"], 500);
    let sorted: Vec<_> = crate::support::log_lines(&lines);
    assert!(sorted.len() == 1_203 && sorted.is_sorted(), "in the order of the names");
    let down = r#"source = "s3://data", destination = "out", recursive = true, quiet = true"#;
    assert_eq!(stage.done("s3-copy", down).0["transferred_count"], 1_203);
    assert_eq!(stage.files("arrived"), stage.files("files"));
    stage.done("s3-remove", r#"s3_uri = "s3://data", recursive = true, only_show_errors = true"#);
    assert!(stage.keys().is_empty());
}

/// systemd names units so, and other tools name keys in any way.
#[test]
fn every_name_of_a_file_and_every_key_goes_as_it_is() {
    let names = ["mnt-my\\x2ddisk.mount", "a b+c%2B&d.txt", "line\nbreak\ttab", "bell\u{7}", "d\\e/\u{1}f"];
    let mut stage = Stage::new();
    for name in names {
        stage.file(&format!("files/{name}"), name);
    }
    let count = names.len() as u64;
    let bytes = names.iter().map(|name| name.len() as u64).sum();
    let up = r#"source = "site", destination = "s3://data/x", recursive = true"#;
    assert_eq!(stage.done("s3-copy", up).0, counts(count, bytes, 0));
    assert_eq!(stage.done("s3-sync", r#"source = "site", destination = "s3://data/x""#).0, counts(0, 0, 0));
    let down = r#"source = "s3://data/x", destination = "out", recursive = true"#;
    assert_eq!(stage.done("s3-copy", down).0, counts(count, bytes, 0));
    assert_eq!(stage.files("arrived"), these(&names.map(|name| (name, name))));
    let one = r#"source = 'site/mnt-my\x2ddisk.mount', destination = 's3://data/one\y'"#;
    assert_eq!(stage.done("s3-copy", one).0, counts(1, 20, 0));
    stage.aws.call("s3", "HeadObject", json!({ "Bucket": "data", "Key": "one\\y" })).expect("it is there");
    assert_eq!(stage.done("s3-remove", r#"s3_uri = "s3://data", recursive = true"#).0, counts(0, 0, count + 1));
    assert!(stage.keys().is_empty());
}
