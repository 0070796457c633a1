//! `ec2-start`, `ec2-stop` and `ec2-restart`.

use std::time::Duration;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{AwsClient, Identities, Ministack, Moto};

use super::{changes, failed, moto, outputs, waits};
use crate::resumes::running::Running;
use crate::support::{Site, venv};

fn site(endpoint: &str, plugin: &str, id: &str, more: &str) -> Site {
    Site::new(endpoint).step(plugin, &format!("{{ instance_id = \"{id}\"{more} }}"))
}

/// An instance in this state.
fn instance(aws: &mut AwsClient, state: &str) -> String {
    let id = aws.run_instances(1).expect("it launches").remove(0);
    let limit = Duration::from_secs(60);
    aws.await_state(&id, "running", limit).expect("it boots");
    if state == "stopped" {
        aws.call("ec2", "StopInstances", json!({ "InstanceIds": [id] })).expect("it stops");
        aws.await_state(&id, state, limit).expect("it stops");
    }
    id
}

/// ministack, whose status checks are always `ok`.
fn healthy() -> (Ministack, String) {
    let ministack = Ministack::start(&venv(), Identities::Ignored).expect("ministack starts");
    let id = ministack.client().expect("boto3 starts").run_instances(1).expect("it launches").remove(0);
    (ministack, id)
}

fn operations(moto: &Moto) -> Vec<String> {
    moto.seen().expect("moto records").into_iter().map(|call| call.operation).collect()
}

/// The failure of a step whose instance is terminated while it waits.
fn terminated_meanwhile(plugin: &str, state: &str) -> (String, (i32, Vec<Json>)) {
    let (moto, mut aws) = moto(3);
    let id = instance(&mut aws, state);
    let running = Running::waiting(&site(moto.endpoint(), plugin, &id, ", wait = true, poll_every = \"300ms\""));
    aws.call("ec2", "TerminateInstances", json!({ "InstanceIds": [id] })).expect("it is terminated");
    let over = running.end();
    (id, (over.code, over.lines))
}

#[test]
fn an_instance_that_is_terminated_while_it_starts_ends_the_step() {
    let (id, ended) = terminated_meanwhile("ec2-start", "stopped");
    let message = failed(&ended, "TerminalState");
    assert!(message.starts_with(&format!("{id} is `shutting-down` and will not be `running`")), "{message}");
}

#[test]
fn an_instance_that_is_terminated_while_it_stops_ends_the_step() {
    let (id, ended) = terminated_meanwhile("ec2-stop", "running");
    let message = failed(&ended, "TerminalState");
    assert!(message.starts_with(&format!("{id} is `shutting-down` and will not be `stopped`")), "{message}");
}

#[test]
fn an_instance_that_is_terminated_after_its_reboot_ends_the_step() {
    let (id, ended) = terminated_meanwhile("ec2-restart", "running");
    assert_eq!(failed(&ended, "TerminalState"), format!("{id} is `shutting-down` and will not pass its checks"));
}

#[test]
fn what_aws_refuses_in_the_state_of_the_instance_fails_in_awss_words() {
    let (moto, mut aws) = moto(0);
    let stopped = instance(&mut aws, "stopped");
    let gone = instance(&mut aws, "running");
    aws.call("ec2", "TerminateInstances", json!({ "InstanceIds": [gone] })).expect("it is terminated");
    for (plugin, id) in [("ec2-restart", &stopped), ("ec2-restart", &gone), ("ec2-start", &gone), ("ec2-stop", &gone)] {
        let ended = site(moto.endpoint(), plugin, id, ", wait = true").run_json();
        let message = failed(&ended, "WrongState");
        assert!(message.starts_with("IncorrectInstanceState: ") && message.contains(id), "{plugin}: {message}");
    }
}

#[test]
fn an_instance_that_takes_too_long_is_a_wait_that_ran_out() {
    let times = ", wait = true, timeout = \"500ms\", poll_every = \"200ms\"";
    let (moto, mut aws) = moto(3);
    let id = instance(&mut aws, "running");
    let ended = site(moto.endpoint(), "ec2-stop", &id, times).run_json();
    assert_eq!(failed(&ended, "WaitTimeout"), format!("not `stopped` after 500ms: {id}: stopping"));
    let id = aws.run_instances(1).expect("it launches").remove(0);
    let ended = site(moto.endpoint(), "ec2-start", &id, times).run_json();
    assert_eq!(failed(&ended, "WaitTimeout"), format!("not `running` after 500ms: {id}: pending"));
}

#[test]
fn an_instance_that_is_there_already_is_looked_at_no_more() {
    let (moto, mut aws) = moto(0);
    for (plugin, state, operation) in
        [("ec2-start", "running", "StartInstances"), ("ec2-stop", "stopped", "StopInstances")]
    {
        let id = instance(&mut aws, state);
        let before = operations(&moto).len();
        let (code, lines) = site(moto.endpoint(), plugin, &id, ", wait = true").run_json();
        let states = json!({ "instance_id": id, "previous_state": state, "current_state": state });
        let mut expected = states.clone();
        expected["instances"] = json!([states]);
        assert_eq!((code, outputs(&lines)), (0, &expected), "{plugin}");
        assert_eq!(operations(&moto)[before..], [operation], "{plugin}");
    }
}

#[test]
fn a_stop_is_forced_or_hibernates_only_when_it_is_asked_to() {
    let (moto, mut aws) = moto(0);
    for (more, expected) in [
        ("", [None, None]),
        (", force = false, hibernate = false", [None, None]),
        (", force = true", [Some("true"), None]),
        (", hibernate = true", [None, Some("true")]),
    ] {
        let id = instance(&mut aws, "running");
        assert_eq!(site(moto.endpoint(), "ec2-stop", &id, more).run().code, 0);
        let seen = moto.seen().expect("moto records");
        let asked = seen.iter().rfind(|call| call.operation == "StopInstances").expect("it stops");
        let given = ["Force", "Hibernate"].map(|name| asked.parameters.get(name).map(String::as_str));
        assert_eq!(given, expected, "{more}");
    }
}

const STALE: &str = "running (both checks ok, perhaps from before the reboot)";

#[test]
fn a_reboot_is_over_when_the_checks_have_passed_again_and_not_before() {
    let (moto, mut aws) = moto(1);
    let id = instance(&mut aws, "running");
    let checked = || {
        let asked = json!({ "InstanceIds": [id] });
        let found = aws.call("ec2", "DescribeInstanceStatus", asked).expect("it answers");
        found["InstanceStatuses"][0]["InstanceStatus"]["Status"] == "ok"
    };
    crate::resumes::running::await_that("the checks pass", checked);
    let (code, lines) = site(moto.endpoint(), "ec2-restart", &id, ", wait = true, poll_every = \"200ms\"").run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    let instances = json!([{ "instance_id": id, "current_state": "running" }]);
    let expected = json!({ "instance_id": id, "current_state": "running", "instances": instances });
    assert_eq!(outputs(&lines), &expected);
    let initializing = "running (instance check initializing, system check initializing)";
    let told: Vec<&str> =
        waits(&lines).into_iter().filter_map(|told| told.split_once(": ").map(|told| told.1)).collect();
    let place = |told_of: &str| told.iter().position(|told| *told == told_of);
    assert!(place(STALE).is_some() && place(STALE) < place(initializing), "{told:?}");
    assert_eq!(changes(&moto), ["RebootInstances"]);
}

#[test]
fn checks_that_are_ok_all_along_count_when_they_cannot_be_those_of_before() {
    let (ministack, id) = healthy();
    let times = ", wait = true, poll_every = \"200ms\"";
    let more = format!("{times}, stale_for = \"600ms\"");
    let (code, lines) = site(ministack.endpoint(), "ec2-restart", &id, &more).run_json();
    assert_eq!((code, &outputs(&lines)["current_state"]), (0, &json!("running")), "{:?}", lines.last());
    assert_eq!(waits(&lines).first(), Some(&format!("{id}: {STALE}").as_str()));

    let more = format!("{times}, timeout = \"600ms\"");
    let ended = site(ministack.endpoint(), "ec2-restart", &id, &more).run_json();
    assert_eq!(failed(&ended, "WaitTimeout"), format!("status checks not `ok` after 600ms: {id}: {STALE}"));
}
