//! The steps for instances and their volumes.

mod delete;
mod launch;
mod launch_crashes;
mod power;
mod snapshots;

use std::time::Duration;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{AwsClient, Moto, REGION};

use crate::support::identity::Identity;
use crate::support::{INSTANCE, events, failure, report, venv};

/// moto whose states last this many seconds, and a client.
pub fn moto(seconds: u64) -> (Moto, AwsClient) {
    let moto = Moto::start(&venv(), Duration::from_secs(seconds)).expect("moto starts");
    let client = moto.client().expect("boto3 starts");
    (moto, client)
}

/// A volume of 8 GiB.
pub fn volume(aws: &mut AwsClient) -> String {
    let made = aws.call("ec2", "CreateVolume", json!({ "AvailabilityZone": "eu-central-1a", "Size": 8 }));
    made.expect("a volume")["VolumeId"].as_str().expect("an id").to_owned()
}

/// The operations that moto received, without reads.
pub fn changes(moto: &Moto) -> Vec<String> {
    let seen = moto.seen().expect("moto records").into_iter().map(|call| call.operation);
    seen.filter(|operation| !operation.starts_with("Describe")).collect()
}

/// The wait messages of the step.
pub fn waits(lines: &[Json]) -> Vec<&str> {
    events(lines, "step_waiting").iter().filter_map(|wait| wait["message"].as_str()).collect()
}

pub fn outputs(lines: &[Json]) -> &Json {
    &report(lines)["steps"][0]["outputs"]
}

/// The addresses of the links that the step printed.
pub fn links(lines: &[Json]) -> Vec<&str> {
    let links = events(lines, "step_logged").into_iter().filter(|line| line["log"]["is"] == "link");
    links.filter_map(|line| line["log"]["url"].as_str()).collect()
}

/// The URL of a console page with this path.
pub fn console(page: &str) -> String {
    format!("https://{REGION}.console.aws.amazon.com/{page}")
}

/// The console page of an instance.
pub fn instance_page(id: &str) -> String {
    console(&format!("ec2/home?region={REGION}#InstanceDetails:instanceId={id}"))
}

/// Asserts that the step failed with this code, and returns its message.
pub fn failed<'a>((code, lines): &'a (i32, Vec<Json>), with: &str) -> &'a str {
    assert_eq!((*code, &failure(lines)["code"]), (1, &json!(with)), "{:?}", lines.last());
    failure(lines)["message"].as_str().expect("text")
}

#[test]
fn a_step_that_iam_does_not_allow_names_the_action() {
    let identity = Identity::new();
    let vpcs = "vpc_id = \"vpc-0123456789abcdef0\", peer_vpc_id = \"vpc-0123456789abcdef1\"";
    let logs = "resource_id = \"vpc-0123456789abcdef0\", resource_type = \"VPC\", traffic_type = \"All\", \
                deliver_logs_role_arn = \"arn:aws:iam::123456789012:role/logs\", log_group_name = \"flows\"";
    for (plugin, with, action) in [
        ("ec2-start", format!("instance_id = \"{INSTANCE}\""), "ec2:StartInstances"),
        ("ec2-stop", format!("instance_id = \"{INSTANCE}\""), "ec2:StopInstances"),
        ("ec2-restart", format!("instance_id = \"{INSTANCE}\""), "ec2:RebootInstances"),
        ("ec2-delete", format!("instance_id = \"{INSTANCE}\""), "ec2:TerminateInstances"),
        (
            "ebs-create-snapshot",
            "volume_id = \"vol-0123456789abcdef0\", snapshot_name = \"a\"".into(),
            "ec2:CreateSnapshot",
        ),
        (
            "ec2-create-from-snapshot",
            "snapshot_id = \"snap-0123456789abcdef0\", instance_type = \"t3.micro\"".into(),
            "ec2:RegisterImage",
        ),
        ("vpc-flow-logs", logs.into(), "ec2:CreateFlowLogs"),
        ("vpc-peering", vpcs.into(), "ec2:CreateVpcPeeringConnection"),
    ] {
        let ended = identity.site().step(plugin, &format!("{{ {with} }}")).run_json();
        let message = failed(&ended, "AccessDenied");
        assert!(message.contains(action), "{plugin}: {message}");
    }
}
