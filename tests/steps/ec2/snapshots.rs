//! `ebs-create-snapshot`.

use rustix::process::Signal;
use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{AwsClient, REGION};

use super::{console, failed, links, moto, outputs, volume, waits};
use crate::resumes::running::Running;
use crate::support::{Site, events, failure, log_lines};

fn site(endpoint: &str, volume: &str, more: &str) -> Site {
    let with = format!("{{ volume_id = \"{volume}\", snapshot_name = \"web\"{more} }}");
    Site::new(endpoint).step("ebs-create-snapshot", &with)
}

fn described(aws: &mut AwsClient, id: &str) -> Json {
    let mut found = aws.call("ec2", "DescribeSnapshots", json!({ "SnapshotIds": [id] })).expect("it is there");
    found["Snapshots"][0].take()
}

#[test]
fn a_snapshot_is_taken_with_its_tags_and_the_step_waits_until_it_is_complete() {
    let (moto, mut aws) = moto(3);
    let volume = volume(&mut aws);
    let more = ", description = \"why\", tags = { env = \"prod\" }, wait = true, poll_every = \"500ms\"";
    let (code, lines) = site(moto.endpoint(), &volume, more).run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    let id = outputs(&lines)["snapshot_id"].as_str().expect("an id");
    let url = console(&format!("ec2/home?region={REGION}#SnapshotDetails:snapshotId={id}"));
    let expected = json!({ "snapshot_id": id, "state": "completed", "volume_size": 8, "console_url": url });
    assert_eq!((outputs(&lines), links(&lines)), (&expected, vec![url.as_str()]));
    assert!(waits(&lines).contains(&format!("{id}: pending").as_str()), "{:?}", waits(&lines));
    assert_eq!(log_lines(&lines), [format!("{id}: pending"), format!("{id}: pending -> completed")]);

    let progress: Vec<_> = events(&lines, "step_waiting").iter().map(|wait| wait["progress"].clone()).collect();
    let percent = |progress: &Json| {
        assert_eq!((&progress["total"], &progress["unit"]), (&json!(100), &json!("percent")));
        progress["done"].as_u64().expect("a number")
    };
    let percent: Vec<_> = progress.iter().map(percent).collect();
    assert!(percent.is_sorted() && percent.first() < percent.last(), "{percent:?}");

    let snapshot = described(&mut aws, id);
    assert_eq!((&snapshot["VolumeId"], &snapshot["Description"]), (&json!(volume), &json!("why")));
    let mut tags: Vec<_> = snapshot["Tags"].as_array().expect("it has tags").iter().map(Json::to_string).collect();
    tags.sort();
    assert_eq!(tags, [r#"{"Key":"Name","Value":"web"}"#, r#"{"Key":"env","Value":"prod"}"#]);
}

#[test]
fn without_wait_the_step_is_done_when_the_snapshot_has_begun() {
    let (moto, mut aws) = moto(600);
    let volume = volume(&mut aws);
    let (code, lines) = site(moto.endpoint(), &volume, "").run_json();
    assert_eq!((code, &outputs(&lines)["state"]), (0, &json!("pending")), "{:?}", lines.last());
    assert_eq!(links(&lines), [] as [&str; 0], "nobody waits to see it");
    let operations: Vec<_> = moto.seen().expect("moto records").into_iter().map(|call| call.operation).collect();
    assert_eq!(operations, ["CreateSnapshot"]);
}

#[test]
fn a_snapshot_that_ends_in_an_error_ends_the_step() {
    let (moto, mut aws) = moto(1);
    let volume = volume(&mut aws);
    let ended = site(moto.endpoint(), &volume, ", description = \"comes-to-nothing\", wait = true").run_json();
    let message = failed(&ended, "TerminalState");
    assert!(message.starts_with("snap-") && message.contains("is `error` and will not be `completed`"), "{message}");
}

#[test]
fn a_snapshot_that_takes_too_long_is_a_wait_that_ran_out() {
    let (moto, mut aws) = moto(600);
    let volume = volume(&mut aws);
    let ended = site(moto.endpoint(), &volume, ", wait = true, timeout = \"1s\", poll_every = \"200ms\"").run_json();
    let message = failed(&ended, "WaitTimeout");
    assert!(message.ends_with("is not `completed` after 1s, but `pending`"), "{message}");
    assert_eq!(failure(&ended.1)["retryable"], false, "another attempt would take another snapshot");
}

#[test]
fn a_snapshot_that_is_deleted_meanwhile_ends_the_step_long_before_its_timeout() {
    let (moto, mut aws) = moto(600);
    let volume = volume(&mut aws);
    let running = Running::waiting(&site(moto.endpoint(), &volume, ", wait = true, poll_every = \"200ms\""));
    let found = aws.call("ec2", "DescribeSnapshots", json!({ "OwnerIds": ["self"] })).expect("it lists");
    let of_it = |snapshot: &&Json| snapshot["VolumeId"] == json!(volume);
    let id = found["Snapshots"].as_array().and_then(|all| all.iter().find(of_it)).expect("it is there")["SnapshotId"]
        .clone();
    aws.call("ec2", "DeleteSnapshot", json!({ "SnapshotId": id })).expect("it is deleted");
    let over = running.end();
    let ended = (over.code, over.lines);
    let message = failed(&ended, "NotFound");
    assert!(message.starts_with("InvalidSnapshot.NotFound"), "{message}");
}

#[test]
fn a_volume_that_aws_does_not_know_is_not_found_and_two_names_are_refused() {
    let (moto, _) = moto(0);
    let ended = site(moto.endpoint(), "vol-0123456789abcdef0", "").run_json();
    assert!(failed(&ended, "NotFound").contains("InvalidVolume.NotFound"), "{:?}", ended.1.last());
    let seen = moto.seen().expect("moto records").len();
    let both = site(moto.endpoint(), "vol-0123456789abcdef0", ", tags = { Name = \"db\" }");
    let checked = both.stepwell(&["job", "check", "job.toml"]);
    let because = checked.three_lines(2)[1];
    assert!(because.ends_with("`snapshot_name`: is the tag `Name`, which `tags` has as well"), "{because}");
    assert_eq!(moto.seen().expect("moto records").len(), seen);
}

#[test]
fn a_cancelled_step_says_that_its_snapshot_goes_on() {
    let (moto, mut aws) = moto(600);
    let volume = volume(&mut aws);
    let running = Running::waiting(&site(moto.endpoint(), &volume, ", wait = true"));
    running.signal(Signal::INT);
    let over = running.end();
    assert_eq!(over.code, 130, "{over:?}");
    let lines = log_lines(&over.lines);
    let [begun, left] = &lines[..] else { panic!("{lines:?}") };
    let id = begun.strip_suffix(": pending").expect("it names the snapshot");
    assert!(left.starts_with(&format!("{id}: AWS still completes it")), "{left}");
    assert_eq!(described(&mut aws, id)["State"], "pending");
}
