//! A process that is killed in the middle of its files, and a run that is cancelled there.

use std::collections::BTreeMap;
use std::fs::File;

use rustix::process::Signal;
use serde_json::json;
use stepwell_xtask::emulator::Microburst;

use super::stage::{Stage, these};
use crate::resumes::fleet::the_run;
use crate::resumes::running::{Running, await_that};
use crate::support::{log_lines, venv};

const FILES: usize = 1_500;

/// How often each object was written.
fn versions(stage: &mut Stage) -> BTreeMap<String, usize> {
    let (mut versions, mut request) = (BTreeMap::new(), json!({ "Bucket": "data" }));
    loop {
        let page = stage.aws.call("s3", "ListObjectVersions", request).expect("it lists");
        for version in page["Versions"].as_array().into_iter().flatten() {
            *versions.entry(version["Key"].as_str().expect("a key").to_owned()).or_default() += 1;
        }
        if page["IsTruncated"] != true {
            return versions;
        }
        let [key, version] = ["NextKeyMarker", "NextVersionIdMarker"].map(|name| page[name].clone());
        request = json!({ "Bucket": "data", "KeyMarker": key, "VersionIdMarker": version });
    }
}

fn versioned(stage: &mut Stage) {
    let status = json!({ "Status": "Enabled" });
    let params = json!({ "Bucket": "data", "VersioningConfiguration": status });
    stage.aws.call("s3", "PutBucketVersioning", params).expect("it keeps versions");
}

#[test]
fn a_sync_that_was_killed_goes_on_and_uploads_nothing_twice() {
    let mut stage = Stage::new();
    versioned(&mut stage);
    for number in 0..FILES {
        stage.file(&format!("files/{number:04}.txt"), format!("content of {number}"));
    }
    stage.write_job("s3-sync", r#"source = "site", destination = "s3://data""#);
    let running = Running::waiting(&stage.site);
    // In the middle of the second batch.
    await_that("some more files arrive", || versions(&mut stage).len() > 550);
    running.kill();
    let at_death = versions(&mut stage).len();
    assert!((550..FILES).contains(&at_death), "{at_death}");

    let id = the_run(&stage.site).expect("there is a run");
    let resumed = stage.site.stepwell(&["runs", "resume", &id, "--output", "json"]);
    assert_eq!(resumed.code, 0, "{}", resumed.stderr);
    let written = versions(&mut stage);
    assert_eq!((written.len(), written.values().copied().max()), (FILES, Some(1)));
    for number in [0, 499, 500, 560, 999, 1_000, FILES - 1] {
        let params = json!({ "Bucket": "data", "Key": format!("{number:04}.txt") });
        let got = stage.aws.call("s3", "GetObject", params).expect("it is there");
        assert_eq!(got["Body"], format!("content of {number}"));
    }
    let (outputs, lines) = stage.done("s3-sync", r#"source = "site", destination = "s3://data""#);
    assert_eq!((&outputs["transferred_count"], lines.len()), (&json!(0), 0));
}

#[test]
fn a_recursive_move_that_was_killed_loses_nothing_and_leaves_nothing() {
    let mut stage = Stage::new();
    versioned(&mut stage);
    for number in 0..FILES {
        stage.file(&format!("arrived/{number:04}.txt"), format!("content of {number}"));
    }
    stage.write_job("s3-move", r#"source = "out", destination = "s3://data", recursive = true, quiet = true"#);
    let mut running = Running::start(stage.site.command(&["run", "job.toml", "--output", "json"]));
    // The first one notes that there are files, and the second one comes after 500 of them.
    (0..2).for_each(|_| drop(running.until("step_waiting")));
    await_that("some more files arrive", || versions(&mut stage).len() > 550);
    running.kill();
    let there = stage.files("arrived").len() + versions(&mut stage).len();
    assert!(there >= FILES, "{there}");
    let id = the_run(&stage.site).expect("there is a run");
    let resumed = stage.site.stepwell(&["runs", "resume", &id, "--output", "json"]);
    assert_eq!(resumed.code, 0, "{}", resumed.stderr);
    assert_eq!((stage.files("arrived").len(), versions(&mut stage).len()), (0, FILES));
}

#[test]
fn a_move_of_one_object_that_was_killed_is_finished_whether_or_not_its_source_was_removed() {
    for is_removed in [false, true] {
        let mut stage = Stage::new().with_objects(&[("a", "1")]);
        let microburst = Microburst::before(&venv(), stage.ministack.endpoint()).expect("microburst starts");
        let hanging = json!([{ "service": "s3", "operation": "DeleteObjects", "timeout_ms": 600_000 }]);
        microburst.rules(&hanging).expect("it understands them");
        stage.site = stage.site.endpoint(microburst.endpoint());
        stage.write_job("s3-move", r#"source = "s3://data/a", destination = "s3://data/b""#);
        let mut running = Running::start(stage.site.command(&["run", "job.toml", "--output", "json"]));
        while running.until("call_intended")["call"]["action"] != "s3:DeleteObject" {}
        running.kill();
        assert_eq!(stage.objects("data"), these(&[("a", "1"), ("b", "1")]));
        if is_removed {
            let params = json!({ "Bucket": "data", "Key": "a" });
            stage.aws.call("s3", "DeleteObject", params).expect("it goes");
        }
        microburst.rules(&json!([])).expect("it understands them");
        let id = the_run(&stage.site).expect("there is a run");
        let resumed = stage.site.stepwell(&["runs", "resume", &id]);
        assert_eq!(resumed.code, 0, "{resumed:?}");
        assert_eq!(stage.objects("data"), these(&[("b", "1")]));
    }
}

#[test]
fn an_object_that_took_the_place_of_one_that_was_moved_before_the_process_died_stays() {
    let mut stage = Stage::new().with_objects(&[("a", "1")]);
    let microburst = Microburst::before(&venv(), stage.ministack.endpoint()).expect("microburst starts");
    let hanging = json!([{ "service": "s3", "operation": "DeleteObjects", "timeout_ms": 600_000 }]);
    microburst.rules(&hanging).expect("it understands them");
    stage.site = stage.site.endpoint(microburst.endpoint());
    stage.write_job("s3-move", r#"source = "s3://data/a", destination = "s3://data/b""#);
    let mut running = Running::start(stage.site.command(&["run", "job.toml", "--output", "json"]));
    while running.until("call_intended")["call"]["action"] != "s3:DeleteObject" {}
    running.kill();
    stage.put("a", "another");
    microburst.rules(&json!([])).expect("it understands them");
    let id = the_run(&stage.site).expect("there is a run");
    let resumed = stage.site.stepwell(&["runs", "resume", &id]);
    let said = "it was transferred, but still exists at the source: `s3://data/a` has changed since it was looked at, and stays";
    assert!(resumed.code == 1 && resumed.stderr.contains(said), "{resumed:?}");
    assert_eq!(stage.objects("data"), these(&[("a", "another"), ("b", "1")]));
}

/// Number of multipart uploads that are not completed.
fn open_uploads(stage: &mut Stage) -> usize {
    let listed = stage.aws.call("s3", "ListMultipartUploads", json!({ "Bucket": "data" })).expect("it lists");
    listed["Uploads"].as_array().map_or(0, Vec::len)
}

#[test]
fn a_cancelled_upload_leaves_no_parts_in_the_bucket() {
    let mut stage = Stage::new();
    let microburst = Microburst::before(&venv(), stage.ministack.endpoint()).expect("microburst starts");
    // microburst takes `UploadPart` for `PutObject` too.
    let hanging = json!([{ "service": "s3", "operation": "PutObject", "timeout_ms": 600_000 }]);
    microburst.rules(&hanging).expect("it understands them");
    stage.site = stage.site.endpoint(microburst.endpoint());
    let large = stage.file("files/large.bin", "");
    File::options().write(true).open(large).and_then(|file| file.set_len(200 << 20)).expect("it grows");
    stage.write_job("s3-copy", r#"source = "site/large.bin", destination = "s3://data/""#);
    let running = Running::start(stage.site.command(&["run", "job.toml", "--output", "json"]));
    await_that("the upload begins", || open_uploads(&mut stage) == 1);
    running.signal(Signal::INT);
    let over = running.end();
    assert_eq!(over.code, 130, "{}", over.stderr);
    assert!(!log_lines(&over.lines).iter().any(|line| line.starts_with("upload: ")), "{:?}", over.lines);
    await_that("the parts are gone", || open_uploads(&mut stage) == 0);
    assert!(stage.keys().is_empty());
}
