//! A plugin that was built with an earlier version of the contract loads, describes itself and runs as before.
//!
//! The components in `tests/contract` were built when their version was the contract, and are never built again. The
//! sources beside them tell what they do.

use std::time::Duration;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{AwsClient, Moto};

use super::resumes::running::Running;
use super::steps::ec2::{failed, moto, outputs, waits};
use super::support::{Ended, INSTANCE, Site, log_lines, repository};

/// A site with a plugin that was built with version 0.1, granted what it imports.
fn site(endpoint: &str, name: &str, with: &str) -> Site {
    let path = repository().join(format!("tests/contract/0.1.0/{}.wasm", name.replace('-', "_")));
    let component = std::fs::read(&path).expect("it is committed");
    assert!(component.len() <= 70 << 10, "{name} has {} bytes", component.len());
    let project =
        format!("name = \"test\"\n[grants.{name}]\nallow = [\"ec2:DescribeInstances\", \"ec2:StopInstances\"]\n");
    Site::new(endpoint).file("project.toml", project).plugin(name, &component).step(name, with)
}

fn running_instance(aws: &mut AwsClient) -> String {
    let id = aws.run_instances(1).expect("it launches").remove(0);
    aws.await_state(&id, "running", Duration::from_secs(60)).expect("it boots");
    id
}

fn stop(moto: &Moto, id: &str) -> Site {
    site(moto.endpoint(), "old-stop", &format!("{{ instance_id = \"{id}\" }}"))
}

fn state(aws: &mut AwsClient, id: &str) -> Json {
    let seen = aws.call("ec2", "DescribeInstances", json!({ "InstanceIds": [id] })).expect("it is described");
    seen["Reservations"][0]["Instances"][0]["State"]["Name"].clone()
}

#[test]
fn a_plugin_of_version_0_1_runs_as_a_step() {
    let (moto, mut aws) = moto(1);
    let id = running_instance(&mut aws);
    let (code, lines) = stop(&moto, &id).run_json();
    assert_eq!((code, outputs(&lines)), (0, &json!({ "state": "stopped", "has_node": false })), "{lines:?}");
    assert_eq!(waits(&lines)[0], format!("{id}: stopping"));
    assert!(log_lines(&lines)[0].starts_with("1 instances are stopping; it is 1"), "{:?}", log_lines(&lines));
    assert_eq!(state(&mut aws, &id), "stopped");
}

#[test]
fn a_plugin_of_version_0_1_gets_the_errors_of_aws() {
    let (moto, _) = moto(0);
    let ended = stop(&moto, INSTANCE).run_json();
    let message = failed(&ended, "InvalidInstanceID.NotFound");
    assert!(message.starts_with("ec2:StopInstances: ") && message.contains(INSTANCE), "{message}");
}

#[test]
fn a_run_that_waits_in_a_plugin_of_version_0_1_resumes() {
    let (moto, mut aws) = moto(2);
    let id = running_instance(&mut aws);
    let site = stop(&moto, &id);
    let lines = Running::waiting(&site).kill();
    let run = lines[0]["run"].as_str().expect("the id of the run").to_owned();
    let resumed = site.stepwell(&["runs", "resume", &run]);
    assert_eq!(resumed.code, 0, "{resumed:?}");
    assert_eq!(state(&mut aws, &id), "stopped");
}

#[test]
fn a_plugin_in_c_of_version_0_1_runs_as_a_step() {
    let (moto, mut aws) = moto(0);
    aws.run_instances(3).expect("they launch");
    let (code, lines) = site(moto.endpoint(), "old-list", "{}").run_json();
    assert_eq!((code, outputs(&lines)), (0, &json!({ "instances": 3 })), "{lines:?}");
    assert_eq!(log_lines(&lines), ["3 instances, counted in C"]);
}

fn inspect(site: &Site, name: &str) -> Ended {
    let project = site.path("");
    site.stepwell(&["plugin", "inspect", name, "--project", project.to_str().expect("UTF-8"), "--output", "json"])
}

#[test]
fn a_plugin_of_version_0_1_is_inspected_like_any_other() {
    let ended = inspect(&site("http://127.0.0.1:9", "old-stop", "{}"), "old-stop");
    let plugin: Json = serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{ended:?}"));
    assert_eq!(plugin["actions"], json!(["ec2:DescribeInstances", "ec2:StopInstances"]));
    assert_eq!(plugin["description"]["kinds"], json!(["workflow-step", "node-step"]));
    let functions = plugin["imports"]["functions"].as_array().expect("a list");
    assert!(functions.contains(&json!({ "interface": "ec2", "function": "stop-instances" })), "{functions:?}");
}
