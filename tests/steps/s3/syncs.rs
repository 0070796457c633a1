//! `s3-sync`.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::time::{Duration, SystemTime};

use serde_json::{Value as Json, json};

use super::stage::{Stage, changed_at, counts, these};
use crate::support::{failure, log_lines};

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
    stage.failed("s3-sync", r#"source = "site/no", destination = "s3://data/www", delete = true"#);
    stage.refused("s3-sync", r#"source = "unknown/x", destination = "s3://data/www", delete = true"#);
    let with = r#"source = "s3://no-such-bucket", destination = "s3://data/www", delete = true"#;
    assert_eq!(stage.failed("s3-sync", with).0, "NotFound");
    assert_eq!(stage.keys(), ["www/a"]);
}

/// Runs a sync with `delete` that cannot list its whole source. Returns its warnings.
fn incomplete(stage: &Stage, with: &str) -> Vec<String> {
    let (code, lines) = stage.run("s3-sync", &format!("{UP}, delete = true{with}"));
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("PartialTransfer")), "{lines:?}");
    log_lines(&lines).into_iter().filter(|line| line.contains(" failed: ")).map(str::to_owned).collect()
}

#[test]
fn what_a_linked_directory_may_hold_is_not_removed_and_neither_is_anything_else() {
    let objects = [("www/a.txt", "old"), ("www/app/x.js", "x"), ("www/z.txt", "z")];
    let mut stage = Stage::new().with_files(&[("a.txt", "a")]).with_objects(&objects);
    fs::create_dir(stage.site.path("elsewhere")).expect("it can be made");
    symlink(stage.site.path("elsewhere"), stage.site.path("files/app")).expect("a link");
    let stays = |name: &str| {
        let why = "the source was not listed completely (`site/app`: a symbolic link)";
        format!("delete failed: s3://data/www/{name}: it was not deleted: {why}")
    };
    let said = ["upload failed: site/app: a symbolic link".to_owned(), stays("app/x.js"), stays("z.txt")];
    assert_eq!(incomplete(&stage, ""), said);
    assert_eq!(stage.objects("data"), these(&[("www/a.txt", "a"), objects[1], objects[2]]));
    // The link may lead to included files. It is ignored only if everything below it is excluded.
    let said = incomplete(&stage, r#", exclude = "*", include = "*.js""#);
    assert_eq!(said, [stays("app/x.js")]);
    let with = format!(r#"{UP}, delete = true, exclude = ["app", "app/*"]"#);
    assert_eq!(stage.done("s3-sync", &with).0, counts(0, 0, 1));
    assert_eq!(stage.keys(), ["www/a.txt", "www/app/x.js"]);
}

/// Root can read every directory. As root, the test uses one that is nested too deep.
#[test]
fn a_directory_that_cannot_be_read_fails_the_step_and_what_lies_below_it_is_not_removed() {
    let mut stage = Stage::new().with_files(&[("a.txt", "a")]);
    let locked = stage.file("files/app/x.js", "x").parent().expect("a directory").to_owned();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).expect("it can be locked");
    let mut hidden = "app".to_owned();
    if fs::read_dir(&locked).is_ok() {
        hidden = format!("app{}", "/d".repeat(127));
        stage.file(&format!("files/{hidden}/x.js"), "x");
    }
    let key = format!("www/{hidden}/x.js");
    stage.put(&key, "x");
    for with in ["", r#", exclude = "*", include = "*.js""#] {
        let said = incomplete(&stage, with);
        assert!(said[0].starts_with(&format!("upload failed: site/{hidden}/: ")), "{said:?}");
        assert!(said[1].starts_with(&format!("delete failed: s3://data/{key}: it was not deleted: ")), "{said:?}");
        assert!(stage.keys().contains(&key));
    }
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o700)).expect("it can be unlocked");
}

#[test]
fn what_was_skipped_is_remembered_when_the_listing_does_not_meet_it_again() {
    let mut stage = Stage::new();
    for number in 0..1_200 {
        stage.file(&format!("files/b/{number:04}"), "x");
    }
    symlink("b", stage.site.path("files/a")).expect("a link");
    stage.put("www/c", "c");
    let (code, lines) = stage.run("s3-sync", &format!("{UP}, delete = true, quiet = true"));
    assert_eq!(code, 1);
    assert!(crate::support::events(&lines, "step_waiting").len() > 1, "in more than one call");
    let said = log_lines(&lines);
    let stays: Vec<_> = said.iter().filter(|line| line.starts_with("delete failed: s3://data/www/c: ")).collect();
    assert_eq!(stays.len(), 1, "{said:?}");
    let params: Json = json!({ "Bucket": "data", "Key": "www/c" });
    stage.aws.call("s3", "HeadObject", params).expect("it is still there");
}

#[test]
fn a_source_with_nothing_in_it_never_empties_the_destination() {
    let mut stage = Stage::new().with_objects(&[("www/a", "a"), ("empty/", "")]);
    for source in ["site", "s3://data/wwww", "s3://data/empty"] {
        let with = format!(r#"source = "{source}", destination = "s3://data/www", delete = true"#);
        let (code, message) = stage.failed("s3-sync", &with);
        let said = format!("`{source}/` is empty, and `delete` would leave nothing in `s3://data/www/`");
        assert!(code == "NoTargets" && message.starts_with(&said), "{code}: {message}");
        assert_eq!(stage.failed("s3-sync", &format!("{with}, allow_empty = true")).0, "NoTargets");
        // The destination is empty.
        let with = format!(r#"source = "{source}", destination = "s3://data/new", delete = true"#);
        assert_eq!(stage.failed("s3-sync", &with).0, "NoTargets");
        assert_eq!(stage.done("s3-sync", &format!("{with}, allow_empty = true")).0, counts(0, 0, 0));
    }
    assert_eq!(stage.keys(), ["empty/", "www/a"]);
}

#[test]
fn a_path_with_an_empty_part_is_refused_and_empties_nothing() {
    let mut stage = Stage::new().with_files(&[("x", "x")]).with_objects(&[("www/x", "x")]);
    for source in ["site//", "site/a//", "site//a", "site/./", "site/../site"] {
        let with = format!(r#"source = "{source}", destination = "s3://data/www", delete = true"#);
        let message = stage.refused("s3-sync", &with);
        assert!(message.contains(&format!("`{source}` has a part that is not a name")), "{message}");
    }
    assert_eq!(stage.keys(), ["www/x"]);
    stage.done("s3-sync", r#"source = "site/", destination = "s3://data/www", delete = true"#);
    assert_eq!(stage.keys(), ["www/x"]);
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
    let message = stage.refused("s3-sync", r#"source = "site", destination = "out""#);
    assert!(message.ends_with("`source` and `destination` are both on this machine"), "{message}");
}

#[test]
fn sizes_alone_or_exact_times_decide_when_the_job_says_so() {
    let stage = Stage::new().with_objects(&[("www/a.txt", "new")]);
    let file = stage.file("arrived/a.txt", "old");
    let down = r#"source = "s3://data/www", destination = "out""#;
    // The object is newer than the file of the same size.
    assert_eq!(stage.done("s3-sync", down).0, counts(0, 0, 0));
    assert_eq!(stage.done("s3-sync", &format!("{down}, exact_timestamps = true")).0, counts(1, 3, 0));
    assert_eq!(stage.done("s3-sync", &format!("{down}, exact_timestamps = true")).0, counts(0, 0, 0));
    assert_eq!(fs::read_to_string(&file).expect("it is there"), "new");
    // The file is newer than the object of the same size.
    fs::write(&file, "own").expect("it can be written");
    changed_at(&file, SystemTime::now() + Duration::from_secs(3_600));
    assert_eq!(stage.done("s3-sync", &format!("{down}, size_only = true")).0, counts(0, 0, 0));
    assert_eq!(stage.done("s3-sync", down).0, counts(1, 3, 0));
    let up = r#"source = "out", destination = "s3://data/www""#;
    changed_at(&file, SystemTime::now() + Duration::from_secs(3_600));
    assert_eq!(stage.done("s3-sync", &format!("{up}, size_only = true")).0, counts(0, 0, 0));
    assert_eq!(stage.done("s3-sync", up).0, counts(1, 3, 0));
}

#[test]
fn a_file_in_the_way_of_a_directory_goes_first_when_the_sync_deletes() {
    let stage = Stage::new().with_objects(&[("www/a/b.txt", "b"), ("www/c", "c")]);
    stage.file("arrived/a", "in the way");
    let with = r#"source = "s3://data/www", destination = "out""#;
    let (code, lines) = stage.run("s3-sync", with);
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("PartialTransfer")));
    let said = "download failed: s3://data/www/a/b.txt to out/a/b.txt: `a` in `out/a/b.txt` is a file, not a directory";
    assert!(log_lines(&lines).contains(&said), "{:?}", log_lines(&lines));
    assert_eq!(stage.done("s3-sync", &format!("{with}, delete = true")).0, counts(1, 1, 1));
    assert_eq!(stage.files("arrived"), these(&[("a/b.txt", "b"), ("c", "c")]));
}
