//! `asg-update`, against moto whose instances are slow to enter service (`tests/emulators/slow_autoscaling.py`).

use std::io::{BufRead as _, BufReader};
use std::time::Duration;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{AwsClient, Moto, REGION, TokenMemory};

use super::ec2::{console, links};
use crate::support::identity::Identity;
use crate::support::killed::resumed_after_request;
use crate::support::{Site, events, failure, log_lines, report, venv};

const PLUGIN: &str = "asg-update";

/// moto with the group `web`: one instance, at most four.
fn group(delay: Duration) -> (Moto, AwsClient) {
    let moto = Moto::start(&venv(), delay).expect("moto starts");
    let mut aws = moto.client().expect("boto3 starts");
    let launch = json!({
        "LaunchConfigurationName": "web", "ImageId": "ami-12345678", "InstanceType": "t3.micro",
    });
    aws.call("autoscaling", "CreateLaunchConfiguration", launch).expect("a launch configuration");
    let group = json!({
        "AutoScalingGroupName": "web", "LaunchConfigurationName": "web", "MinSize": 1, "MaxSize": 4,
        "DesiredCapacity": 1, "AvailabilityZones": ["eu-central-1a"],
    });
    aws.call("autoscaling", "CreateAutoScalingGroup", group).expect("a group");
    (moto, aws)
}

fn site(moto: &Moto, sizes: &str) -> Site {
    Site::new(moto.endpoint()).step(PLUGIN, &format!("{{ auto_scaling_group_name = \"web\", {sizes} }}"))
}

fn sizes(aws: &mut AwsClient) -> (Json, Json, Json) {
    let mut found = aws.call("autoscaling", "DescribeAutoScalingGroups", json!({})).expect("it lists");
    let mut size = |name: &str| found["AutoScalingGroups"][0][name].take();
    (size("MinSize"), size("DesiredCapacity"), size("MaxSize"))
}

fn outputs(lines: &[Json]) -> &Json {
    &report(lines)["steps"][0]["outputs"]
}

fn operations(moto: &Moto) -> Vec<String> {
    moto.seen().expect("moto records").into_iter().map(|seen| seen.operation).collect()
}

#[test]
fn without_a_wait_the_sizes_are_changed_and_nothing_is_looked_at() {
    let (moto, mut aws) = group(Duration::ZERO);
    let (code, lines) = site(&moto, "desired_capacity = 0, min_size = 0").run_json();
    assert_eq!((code, outputs(&lines)), (0, &json!({ "min_size": 0, "desired_capacity": 0 })));
    assert_eq!(log_lines(&lines), ["web: min_size 0, desired_capacity 0 requested"]);
    assert_eq!(operations(&moto), ["UpdateAutoScalingGroup"]);
    assert_eq!(sizes(&mut aws), (json!(0), json!(0), json!(4)));
}

#[test]
fn a_group_that_grows_is_waited_for_and_what_it_was_before_is_known() {
    let (moto, mut aws) = group(Duration::from_secs(2));
    let (code, lines) = site(&moto, "desired_capacity = 3, wait = true, poll_every = \"300ms\"").run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    let url = console(&format!("ec2/home?region={REGION}#AutoScalingGroupDetails:id=web"));
    assert_eq!(links(&lines), [url.as_str()]);
    let expected = json!({
        "min_size": 1, "desired_capacity": 3, "max_size": 4, "console_url": url,
        "previous_min_size": 1, "previous_desired_capacity": 1, "previous_max_size": 4,
    });
    assert_eq!(outputs(&lines), &expected);
    let waits: Vec<_> = events(&lines, "step_waiting");
    let last = waits.last().expect("it waits");
    assert_eq!((&last["progress"]["total"], &last["progress"]["unit"]), (&json!(3), &json!("instances")));
    assert!(last["message"].as_str().is_some_and(|text| text.ends_with(" of 3 instances in service")), "{last}");
    assert_eq!(log_lines(&lines).last(), Some(&"web: 3 of 3 instances in service"));
    assert_eq!(operations(&moto).iter().filter(|name| *name == "UpdateAutoScalingGroup").count(), 1);
    assert_eq!(sizes(&mut aws), (json!(1), json!(3), json!(4)));
}

#[test]
fn a_group_that_shrinks_and_goes_back_to_what_it_was() {
    let (moto, mut aws) = group(Duration::ZERO);
    let job = "name = \"job\"\n\
               [[steps]]\nid = \"up\"\nuses = \"asg-update\"\n\
               with = { auto_scaling_group_name = \"web\", desired_capacity = 4, wait = true, poll_every = \"200ms\" }\n\
               [[steps]]\nid = \"down\"\nuses = \"asg-update\"\n\
               with = { auto_scaling_group_name = \"web\", wait = true, poll_every = \"200ms\", \
               desired_capacity = \"${steps.up.outputs.previous_desired_capacity}\" }\n";
    let (code, lines) = Site::new(moto.endpoint()).file("job.toml", job).run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    let outputs = &report(&lines)["steps"][1]["outputs"];
    assert_eq!((&outputs["desired_capacity"], &outputs["previous_desired_capacity"]), (&json!(1), &json!(4)));
    assert_eq!(sizes(&mut aws), (json!(1), json!(1), json!(4)));
}

/// A later step needs these sizes to restore them.
#[test]
fn a_change_whose_answer_was_lost_with_the_host_still_knows_the_sizes_of_before() {
    let (moto, mut aws) = group(Duration::ZERO);
    let memory = TokenMemory::before(&venv(), moto.endpoint()).expect("the memory starts");
    let with = "{ auto_scaling_group_name = \"web\", desired_capacity = 3, wait = true, poll_every = \"200ms\" }";
    let site = Site::new(memory.endpoint()).step(PLUGIN, with);
    let resumed = resumed_after_request(&site, &memory, 2);
    assert_eq!(resumed.code, 0, "{resumed:?}");
    let lines = resumed.json_lines();
    let told = (&outputs(&lines)["previous_desired_capacity"], &outputs(&lines)["desired_capacity"]);
    assert_eq!(told, (&json!(1), &json!(3)));
    assert_eq!(sizes(&mut aws), (json!(1), json!(3), json!(4)));
}

#[test]
fn sizes_that_make_no_sense_are_refused_before_any_call() {
    let (moto, _) = group(Duration::ZERO);
    let checked = site(&moto, "wait = true").stepwell(&["job", "check", "job.toml"]);
    let because = checked.three_lines(2)[1];
    assert!(because.ends_with("one of `desired_capacity`, `min_size` and `max_size` is required"), "{because}");
    for (sizes, named) in [
        ("min_size = 3, max_size = 2", "`min_size` is 3"),
        ("desired_capacity = 5, max_size = 4, wait = true", "`desired_capacity` is 5"),
    ] {
        let (code, lines) = site(&moto, sizes).run_json();
        assert_eq!((code, &failure(&lines)["code"]), (1, &json!("ConfigurationInvalid")), "{sizes}");
        let message = failure(&lines)["message"].as_str().expect("text");
        assert!(message.starts_with(named), "{message}");
    }
    assert_eq!(site(&moto, "desired_capacity = -1").run().code, 2);
    assert!(operations(&moto).is_empty());
}

#[test]
fn a_group_that_aws_does_not_know_is_not_found_with_and_without_a_wait() {
    let (moto, _) = group(Duration::ZERO);
    for wait in [true, false] {
        let with = format!("{{ auto_scaling_group_name = \"nobody\", desired_capacity = 2, wait = {wait} }}");
        let (code, lines) = Site::new(moto.endpoint()).step(PLUGIN, &with).run_json();
        assert_eq!((code, &failure(&lines)["code"]), (1, &json!("NotFound")));
        assert_eq!(failure(&lines)["message"], "there is no Auto Scaling group nobody");
    }
}

#[test]
fn instances_that_are_not_in_service_in_time_fail_the_wait() {
    let (moto, _) = group(Duration::from_secs(600));
    let times = "wait = true, timeout = \"500ms\", poll_every = \"200ms\"";
    let (code, lines) = site(&moto, &format!("desired_capacity = 2, {times}")).run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("WaitTimeout")));
    assert_eq!(failure(&lines)["message"], "web: 0 of 2 instances in service after 500ms");
}

#[test]
fn a_group_that_is_deleted_meanwhile_ends_the_wait() {
    let (moto, mut aws) = group(Duration::from_secs(600));
    let site = site(&moto, "desired_capacity = 2, wait = true, poll_every = \"200ms\"");
    let mut child = site.start();
    let mut lines: Vec<Json> = Vec::new();
    let mut is_deleted = false;
    for line in BufReader::new(child.stdout.take().expect("it is piped")).lines() {
        let line: Json = serde_json::from_str(&line.expect("readable")).expect("it is JSON");
        let is_under_way = line["message"].as_str().is_some_and(|text| text.contains("instances in service"));
        if is_under_way && !is_deleted {
            is_deleted = true;
            let group = json!({ "AutoScalingGroupName": "web", "ForceDelete": true });
            aws.call("autoscaling", "DeleteAutoScalingGroup", group).expect("it is deleted");
        }
        lines.push(line);
    }
    assert_eq!(child.wait().expect("it ends").code(), Some(1));
    assert_eq!(failure(&lines)["code"], "TerminalState");
    assert_eq!(failure(&lines)["message"], "web was deleted");
}

#[test]
fn a_denied_change_of_a_group_names_the_missing_action() {
    let with = "{ auto_scaling_group_name = \"web\", desired_capacity = 2 }";
    let (code, lines) = Identity::new().site().step(PLUGIN, with).run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("AccessDenied")));
    let message = failure(&lines)["message"].as_str().expect("text");
    assert!(message.contains("autoscaling:UpdateAutoScalingGroup"), "{message}");
}
