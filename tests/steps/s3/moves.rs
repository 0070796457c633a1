//! `s3-move`.

use std::fs;

use serde_json::json;
use stepwell_xtask::emulator::Microburst;

use super::stage::{Stage, counts, these};
use crate::resumes::running::{Running, await_that};
use crate::support::{log_lines, venv};

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
fn a_move_of_nothing_is_a_failure_unless_there_may_be_nothing_to_move() {
    let stage = Stage::new().with_objects(&[("in/", "")]);
    let with = r#"source = "s3://data/in", destination = "out", recursive = true"#;
    assert_eq!(stage.failed("s3-move", with).0, "NoTargets");
    assert_eq!(stage.done("s3-move", &format!("{with}, allow_empty = true")).0, counts(0, 0, 0));
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
fn a_file_that_cannot_be_removed_is_not_moved() {
    let mut stage = Stage::new().with_files(&[("a.txt", "a")]);
    let message = stage.refused("s3-move", r#"source = "site/a.txt", destination = "s3://data/""#);
    assert!(message.contains("`source`: directory `site` is lent for reading only ("), "{message}");
    assert_eq!((stage.files("files"), stage.objects("data")), (these(&[("a.txt", "a")]), these(&[])));
}

/// Moves two files. One transfer is so slow that the test can change the other file after its arrival.
fn changed_meanwhile(mut stage: Stage, source: &str, change: impl Fn(&mut Stage, &str)) -> (Stage, String) {
    let microburst = Microburst::before(&venv(), stage.ministack.endpoint()).expect("microburst starts");
    let slow =
        json!([{ "service": "s3", "operation": "PutObject", "times": 1, "latency": { "min": 6_000, "max": 6_000 } }]);
    microburst.rules(&slow).expect("it understands them");
    stage.site = stage.site.endpoint(microburst.endpoint());
    let with = format!(r#"source = "{source}", destination = "s3://data/to", recursive = true"#);
    stage.write_job("s3-move", &with);
    let running = Running::start(stage.site.command(&["run", "job.toml", "--output", "json"]));
    let arrived = |stage: &mut Stage| stage.keys().into_iter().filter(|key| key.starts_with("to/")).collect::<Vec<_>>();
    await_that("one of them arrives", || !arrived(&mut stage).is_empty());
    let [key] = &arrived(&mut stage)[..] else { panic!("both have arrived") };
    let name = key.strip_prefix("to/").expect("it is below").to_owned();
    change(&mut stage, &name);
    let over = running.end();
    assert_eq!(over.code, 1, "{over:?}");
    let said = format!("`{source}/{name}` has changed since it was looked at, and stays");
    assert!(log_lines(&over.lines).iter().any(|line| line.ends_with(&said)), "{:?}", over.lines);
    assert_eq!(arrived(&mut stage).len(), 2);
    (stage, name)
}

#[test]
fn a_file_that_is_changed_while_others_are_moved_stays() {
    let stage = Stage::new();
    for path in ["arrived/a", "arrived/b"] {
        stage.file(path, "1");
    }
    let change =
        |stage: &mut Stage, name: &str| fs::write(stage.site.path("arrived").join(name), "2").expect("written");
    let (stage, name) = changed_meanwhile(stage, "out", change);
    assert_eq!(stage.files("arrived"), these(&[(&name, "2")]));
}

#[test]
fn an_object_that_is_changed_while_others_are_moved_stays() {
    let stage = Stage::new().with_objects(&[("in/a", "1"), ("in/b", "1")]);
    let change = |stage: &mut Stage, name: &str| stage.put(&format!("in/{name}"), "another");
    let (mut stage, name) = changed_meanwhile(stage, "s3://data/in", change);
    let objects = stage.objects("data");
    let left: Vec<_> = objects.iter().filter(|(key, _)| key.starts_with("in/")).collect();
    assert_eq!(left, [(&format!("in/{name}"), &"another".to_owned())]);
}
