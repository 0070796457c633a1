//! A wait of a step that calls an operation lasts until AWS's waiter is satisfied, in whichever process.

use std::time::Duration;

use serde_json::json;
use stepwell_xtask::emulator::{Moto, TokenMemory};

use super::{count, outputs, site};
use crate::resumes::fleet::the_run;
use crate::resumes::running::Running;
use crate::runs_examples::moto;
use crate::support::killed::resumed_after_request;
use crate::support::{events, failure, report, venv};

/// A step that only looks at an instance until it has stopped.
fn look(id: &str) -> String {
    format!(
        "uses = \"aws:ec2/DescribeInstances\"\nwith = {{ InstanceIds = [\"{id}\"] }}\nwait = \"InstanceStopped\"\n\
         select = \"Reservations[0].Instances[0].State.Name\""
    )
}

/// A step that stops an instance and waits.
fn stop(id: &str) -> String {
    format!(
        "uses = \"aws:ec2/StopInstances\"\nwith = {{ InstanceIds = [\"{id}\"] }}\nwait = \"InstanceStopped\"\n\
         select = \"StoppingInstances[0].CurrentState.Name\""
    )
}

#[test]
fn a_step_that_only_looks_goes_on_when_the_state_has_come_and_its_last_look_is_its_outputs() {
    let (moto, mut aws) = moto();
    let id = aws.run_instances(1).expect("it launches").remove(0);
    let site = site(moto.endpoint(), &look(&id));
    let mut running = Running::start(site.command(&["run", "job.toml", "--output", "json"]));
    let waiting = running.until("step_waiting");
    assert_eq!(waiting["message"], "InstanceStopped: `Reservations[].Instances[].State.Name` is [\"running\"]");
    aws.call("ec2", "StopInstances", json!({ "InstanceIds": [id] })).expect("it stops");
    let over = running.end();
    assert_eq!((over.code, outputs(&over.lines)), (0, &json!({ "result": "stopped" })));
    assert_eq!(count(&moto, "StopInstances"), 0, "the step only looks");
}

#[test]
fn a_wait_that_is_killed_goes_on_in_another_process_without_a_second_change() {
    let moto = Moto::start(&venv(), Duration::from_secs(4)).expect("moto starts");
    let mut aws = moto.client().expect("boto3 starts");
    let id = aws.run_instances(1).expect("it launches").remove(0);
    aws.await_state(&id, "running", Duration::from_secs(30)).expect("it runs");
    let site = site(moto.endpoint(), &stop(&id));
    let waiting = Running::waiting(&site);
    assert_eq!(count(&moto, "StopInstances"), 1);
    waiting.kill();

    let run = the_run(&site).expect("there is a run");
    let resumed = site.stepwell(&["runs", "resume", &run, "--output", "json"]);
    assert_eq!((resumed.code, outputs(&resumed.json_lines())), (0, &json!({ "result": "stopping" })), "{resumed:?}");
    assert_eq!(aws.instance_state(&id).expect("it is there"), "stopped");
    assert_eq!(count(&moto, "StopInstances"), 1);
}

#[test]
fn a_change_that_must_happen_once_is_not_made_again_after_a_crash() {
    let (moto, mut aws) = moto();
    let memory = TokenMemory::before(&venv(), moto.endpoint()).expect("it starts");
    let site = site(memory.endpoint(), "uses = \"aws:iam/CreateUser\"\nwith = { UserName = \"once\" }");
    let resumed = resumed_after_request(&site, &memory, 1);
    let lines = resumed.json_lines();
    assert_eq!((resumed.code, &report(&lines)["paused"]["is"]), (5, &json!("uncertain")), "{resumed:?}");
    assert_eq!(report(&lines)["steps"][0]["calls"][0]["action"], "iam:CreateUser");
    aws.call("iam", "GetUser", json!({ "UserName": "once" })).expect("AWS carried it out");
    assert_eq!(count(&moto, "CreateUser"), 1);
}

#[test]
fn a_wait_for_what_can_never_come_fails_with_the_state() {
    let (moto, mut aws) = moto();
    let id = aws.run_instances(1).expect("it launches").remove(0);
    aws.call("ec2", "TerminateInstances", json!({ "InstanceIds": [id] })).expect("it goes");
    let site = site(moto.endpoint(), &look(&id));
    let expected = [
        "error: step `it` failed: the wait for `InstanceStopped` has failed: `Reservations[].Instances[].State.Name` is [\"terminated\"]",
        "because: AWS's model of the waiter takes this for the end",
        "next: look in AWS for the reason of that state",
    ];
    assert_eq!(site.run().three_lines(1), expected);
    assert_eq!(failure(&site.run_json().1)["code"], "TerminalState");
}

#[test]
fn a_waiter_that_awaits_an_error_succeeds_by_it() {
    let (moto, _aws) = moto();
    let lines = "uses = \"aws:dynamodb/DescribeTable\"\nwith = { TableName = \"gone\" }\nwait = \"TableNotExists\"";
    let (code, lines) = site(moto.endpoint(), lines).run_json();
    assert_eq!((code, outputs(&lines)), (0, &json!({})), "{:?}", lines.last());
}

#[test]
fn an_error_that_the_waiter_does_not_know_ends_the_wait() {
    let (moto, _aws) = moto();
    let site = site(moto.endpoint(), &look("i-0123456789abcdef0"));
    let (code, lines) = site.run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("NotFound")), "{:?}", lines.last());
    assert_eq!(events(&lines, "step_waiting").len(), 0);
}

#[test]
fn the_timeout_of_the_step_ends_a_wait() {
    let (moto, mut aws) = moto();
    let id = aws.run_instances(1).expect("it launches").remove(0);
    let site = site(moto.endpoint(), &format!("{}\ntimeout = \"2s\"", look(&id)));
    let (code, lines) = site.run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("StepTimeout")), "{:?}", report(&lines));
    let waited = "; its last wait: InstanceStopped: `Reservations[].Instances[].State.Name` is [\"running\"]";
    let because = failure(&lines)["because"].as_str().unwrap_or_default();
    assert!(because.starts_with("its timeout is 2s (step") && because.ends_with(waited), "{because}");
    let next = "raise `timeout` of step `it` in the job file, or look in AWS why that takes longer";
    assert_eq!(failure(&lines)["next"], next);
}
