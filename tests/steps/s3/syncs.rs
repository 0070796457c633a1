//! `s3-sync`.

use std::time::{Duration, SystemTime};

use super::stage::{Stage, changed_at, counts, these};

const UP: &str = r#"source = "site", destination = "s3://data/www""#;

#[test]
fn a_second_sync_moves_nothing_and_a_third_what_was_changed() {
    let mut stage = Stage::new().with_files(&[("a.txt", "a"), ("b/c.txt", "c"), ("d.txt", "d")]);
    assert_eq!(stage.done("s3-sync", UP).0, counts(3, 3, 0));
    assert_eq!(stage.done("s3-sync", UP), (counts(0, 0, 0), Vec::new()));

    stage.file("files/a.txt", "longer");
    let newer = stage.file("files/d.txt", "D");
    changed_at(&newer, SystemTime::now() + Duration::from_secs(3_600));
    let (outputs, lines) = stage.done("s3-sync", UP);
    assert_eq!(outputs, counts(2, 7, 0));
    assert_eq!(lines, ["upload: site/a.txt to s3://data/www/a.txt", "upload: site/d.txt to s3://data/www/d.txt"]);
    assert_eq!(stage.objects("data"), these(&[("www/a.txt", "longer"), ("www/b/c.txt", "c"), ("www/d.txt", "D")]));
}

#[test]
fn a_download_has_the_time_of_its_object_and_is_made_anew_only_when_it_was_changed() {
    let stage = Stage::new().with_objects(&[("a.txt", "a"), ("b/c.txt", "c")]);
    let down = r#"source = "s3://data", destination = "out/www""#;
    assert_eq!(stage.done("s3-sync", down).0, counts(2, 2, 0));
    assert_eq!(stage.done("s3-sync", down), (counts(0, 0, 0), Vec::new()));
    changed_at(&stage.file("arrived/www/a.txt", "A"), SystemTime::now() + Duration::from_secs(3_600));
    stage.file("arrived/www/b/c.txt", "another size");
    assert_eq!(stage.done("s3-sync", down).0, counts(2, 2, 0));
    assert_eq!(stage.files("arrived/www"), these(&[("a.txt", "a"), ("b/c.txt", "c")]));
}

#[test]
fn one_prefix_becomes_as_another_one() {
    let mut stage = Stage::new().with_objects(&[("from/a", "1"), ("from/b", "2"), ("to/b", "22"), ("to/c", "3")]);
    let with = r#"source = "s3://data/from", destination = "s3://data/to", delete = true"#;
    assert_eq!(stage.done("s3-sync", with).0, counts(2, 2, 1));
    assert_eq!(stage.done("s3-sync", with).0, counts(0, 0, 0));
    assert_eq!(stage.objects("data"), these(&[("from/a", "1"), ("from/b", "2"), ("to/a", "1"), ("to/b", "2")]));
}

#[test]
fn what_the_source_does_not_have_goes_only_when_that_is_asked_for_and_never_what_is_excluded() {
    let mut stage = Stage::new().with_files(&[("a.txt", "a"), ("a.tmp", "a")]).with_objects(&[
        ("www/b.tmp", "b"),
        ("www/b.txt", "b"),
        ("www/keep/c.txt", "c"),
        ("wwww", "elsewhere"),
    ]);
    assert_eq!(stage.done("s3-sync", UP).0, counts(2, 2, 0));
    let with = format!(r#"{UP}, delete = true, exclude = ["*.tmp", "keep/*"]"#);
    let (outputs, lines) = stage.done("s3-sync", &with);
    assert_eq!((outputs, lines), (counts(0, 0, 1), vec!["delete: s3://data/www/b.txt".to_owned()]));
    assert_eq!(stage.keys(), ["www/a.tmp", "www/a.txt", "www/b.tmp", "www/keep/c.txt", "wwww"]);

    stage.file("arrived/old.txt", "old");
    let down = r#"source = "s3://data/www", destination = "out", delete = true"#;
    assert_eq!(stage.done("s3-sync", down).0, counts(4, 4, 1));
    assert!(!stage.site.path("arrived/old.txt").exists());
}

#[test]
fn a_source_that_is_not_there_never_empties_the_destination() {
    let mut stage = Stage::new().with_objects(&[("www/a", "a")]);
    for source in ["site/no", "unknown/x"] {
        let with = format!(r#"source = "{source}", destination = "s3://data/www", delete = true"#);
        stage.failed("s3-sync", &with);
    }
    let with = r#"source = "s3://no-such-bucket", destination = "s3://data/www", delete = true"#;
    assert_eq!(stage.failed("s3-sync", with).0, "NotFound");
    assert_eq!(stage.keys(), ["www/a"]);
}

#[test]
fn a_source_below_its_destination_is_not_removed_with_the_rest() {
    let mut stage = Stage::new().with_objects(&[("new/a", "1"), ("old", "2")]);
    let with = r#"source = "s3://data/new", destination = "s3://data", delete = true"#;
    assert_eq!(stage.done("s3-sync", with).0, counts(1, 1, 1));
    assert_eq!(stage.objects("data"), these(&[("a", "1"), ("new/a", "1")]));
}

#[test]
fn a_sync_is_always_one_of_everything_below() {
    let stage = Stage::new().with_files(&[("a.txt", "a")]);
    let with = format!("{UP}, recursive = true");
    stage.write_job("s3-sync", &with);
    let ended = stage.site.run();
    let [_, because, _] = ended.three_lines(2);
    assert!(because.contains("recursive"), "{because}");
    let (code, message) = stage.failed("s3-sync", r#"source = "site/a.txt", destination = "s3://data""#);
    assert_eq!(code, "ConfigurationInvalid", "{message}");
    let (code, message) = stage.failed("s3-sync", r#"source = "site", destination = "out""#);
    assert_eq!(code, "ConfigurationInvalid");
    assert!(message.starts_with("`source` and `destination` are both on this machine"), "{message}");
}
