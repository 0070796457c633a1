//! `s3-move`.

use super::stage::{Stage, counts, these};

#[test]
fn what_was_moved_is_gone_from_where_it_was() {
    let mut stage = Stage::new().with_objects(&[("in/a", "a"), ("in/b", "bb"), ("in/c.part", "c")]);
    stage.file("arrived/up.txt", "up");
    let one = stage.done("s3-move", r#"source = "out/up.txt", destination = "s3://data/in/""#);
    assert_eq!(one, (counts(1, 2, 0), vec!["move: out/up.txt to s3://data/in/up.txt".to_owned()]));
    assert!(stage.files("arrived").is_empty());

    let all = r#"source = "s3://data/in", destination = "s3://data/done", recursive = true, exclude = "*.part""#;
    let (outputs, lines) = stage.done("s3-move", all);
    assert_eq!((outputs, lines.len()), (counts(3, 5, 0), 3));
    assert_eq!(lines[0], "move: s3://data/in/a to s3://data/done/a");
    assert_eq!(stage.keys(), ["done/a", "done/b", "done/up.txt", "in/c.part"]);

    let down = r#"source = "s3://data/done", destination = "out", recursive = true"#;
    assert_eq!(stage.done("s3-move", down).0, counts(3, 5, 0));
    assert_eq!(stage.files("arrived"), these(&[("a", "a"), ("b", "bb"), ("up.txt", "up")]));
    let up = r#"source = "out", destination = "s3://data/again", recursive = true"#;
    assert_eq!(stage.done("s3-move", up).0, counts(3, 5, 0));
    assert_eq!((stage.files("arrived").len(), stage.keys()[0].as_str()), (0, "again/a"));
}

#[test]
fn a_move_onto_itself_is_refused_and_nothing_is_lost() {
    let mut stage = Stage::new().with_objects(&[("a/b", "1"), ("c", "2")]);
    for with in [
        r#"source = "s3://data/c", destination = "s3://data/c""#,
        r#"source = "s3://data/c", destination = "s3://data""#,
        r#"source = "s3://data/a", destination = "s3://data/a/", recursive = true"#,
        r#"source = "s3://data", destination = "s3://data/", recursive = true"#,
    ] {
        for plugin in ["s3-move", "s3-copy"] {
            let (code, message) = stage.failed(plugin, with);
            assert_eq!(code, "ConfigurationInvalid");
            assert!(message.starts_with("`source` and `destination` are the same"), "{message}");
        }
    }
    assert_eq!(stage.objects("data"), these(&[("a/b", "1"), ("c", "2")]));
}

#[test]
fn a_move_into_a_directory_below_takes_each_object_once() {
    let mut stage = Stage::new().with_objects(&[("a", "1"), ("archive/old", "2"), ("b/c", "3")]);
    let down = r#"source = "s3://data", destination = "s3://data/archive", recursive = true"#;
    assert_eq!(stage.done("s3-move", down).0, counts(2, 2, 0));
    assert_eq!(stage.objects("data"), these(&[("archive/a", "1"), ("archive/b/c", "3"), ("archive/old", "2")]));
}

#[test]
fn a_move_into_a_directory_above_overwrites_nothing_that_is_still_to_be_moved() {
    let mut stage = Stage::new().with_objects(&[("x/a", "1"), ("x/x/a", "2")]);
    let (code, message) =
        stage.failed("s3-move", r#"source = "s3://data/x", destination = "s3://data", recursive = true"#);
    assert_eq!((code.as_str(), message.contains("done: 1 file, 1 Byte")), ("PartialTransfer", true), "{message}");
    assert_eq!(stage.objects("data"), these(&[("a", "1"), ("x/x/a", "2")]));
}

#[test]
fn a_file_that_cannot_be_removed_is_a_failure_and_is_in_both_places() {
    let mut stage = Stage::new().with_files(&[("a.txt", "a")]);
    let (code, message) = stage.failed("s3-move", r#"source = "site/a.txt", destination = "s3://data/""#);
    assert_eq!(code, "AccessDenied");
    let said = "it has arrived, but is still in the source: directory `site` is lent for reading only (";
    assert!(message.starts_with(said) && message.ends_with("project.toml:3:1)"), "{message}");
    assert_eq!((stage.files("files"), stage.objects("data")), (these(&[("a.txt", "a")]), these(&[("a.txt", "a")])));
}
