//! Calls that a plugin makes again after a crash of the host.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};
use stepwell_model::action::Repeat;
use stepwell_model::event::{Answer, Call, What};
use stepwell_model::report::CallReport;

use super::journal::{REBOOTED, fault, reboot};
use super::support::{Bench, answers};
use crate::AwsCalls;
use crate::error::{HostError, HostFault};
use crate::wit::ec2::{CreateFlowLogsRequest, CreateFlowLogsResponse, Host as _};
use crate::wit::{ec2, lambda, rds, ssm};

/// A reboot in the journal.
pub(super) fn before(instance: &str, answer: Option<Answer>) -> CallReport {
    let call = Call {
        number: 1,
        action: "ec2:RebootInstances".to_owned(),
        repeat: Repeat::Once,
        request: json!({ "InstanceIds": [instance] }),
        token: None,
        token_header: None,
    };
    CallReport { answer, decided: false, ..CallReport::in_flight(call) }
}

fn done() -> Option<Answer> {
    Some(Answer::Done { request_id: None, status: None, response: None })
}

#[tokio::test]
async fn what_must_happen_once_and_was_answered_is_not_called_again_and_a_second_such_call_is() {
    let mut bench = answers(&[REBOOTED]);
    bench.step.context.calls = vec![before("i-0abc", done())];
    reboot(&mut bench).await.unwrap();
    assert!(bench.left().is_empty());
    assert!(bench.kept.order().is_empty());
    reboot(&mut bench).await.unwrap();
    assert_eq!(bench.kept.order(), ["call_intended", "request", "call_answered"]);
}

#[tokio::test]
async fn a_call_from_before_the_checkpoint_answers_nothing() {
    let mut bench = answers(&[REBOOTED]);
    bench.step.context.calls = vec![before("i-0abc", done())];
    bench.step.context.settled_calls = 1;
    reboot(&mut bench).await.unwrap();
    assert_eq!(bench.left().len(), 1);
}

#[tokio::test]
async fn what_aws_refused_is_called_again() {
    let mut bench = answers(&[REBOOTED]);
    bench.step.context.calls = vec![before("i-0abc", Some(Answer::Refused { code: None, message: String::new() }))];
    reboot(&mut bench).await.unwrap();
    assert_eq!(bench.left().len(), 1);
}

#[tokio::test]
async fn a_plugin_that_asks_for_another_call_than_before_gets_none() {
    let mut bench = answers(&[REBOOTED]);
    bench.step.context.calls = vec![before("i-0def", done())];
    let fault = fault(reboot(&mut bench).await);
    assert_eq!(fault, HostFault::OtherCall { action: "ec2:RebootInstances" });
    assert!(bench.left().is_empty());
}

#[tokio::test]
async fn a_client_token_is_the_same_for_the_same_call_of_an_attempt_and_for_no_other() {
    let tokens = async |attempt: &str, settled: usize, subnets: &[&str]| {
        let mut bench = answers(&vec![CREATED; subnets.len()]);
        bench.step.context.idempotency_token = attempt.to_owned();
        bench.step.context.calls = vec![logged("subnet-1"); 2];
        bench.step.context.settled_calls = settled;
        for subnet in subnets {
            log_flows(&mut bench, subnet).await.unwrap();
        }
        let token =
            |request: &String| request.split('&').find(|part| part.starts_with("ClientToken=")).map(str::to_owned);
        let sent: Vec<_> = bench.left().iter().map(|request| token(request).unwrap()).collect();
        let kept = bench.kept.records().into_iter().filter_map(|what| match what {
            What::CallIntended { call, .. } => Some(format!("ClientToken={}", call.token.unwrap())),
            _ => None,
        });
        assert_eq!(kept.collect::<Vec<_>>(), sent);
        sent
    };
    let first = tokens("a", 0, &["subnet-1", "subnet-1", "subnet-2"]).await;
    assert!(first[0] != first[1] && first[1] != first[2] && first[0] != first[2], "{first:?}");
    // After a crash the plugin may make its calls in another order.
    assert_eq!(tokens("a", 0, &["subnet-2", "subnet-1"]).await, [first[2].clone(), first[0].clone()]);
    // Two equal calls were complete before the checkpoint: these are new ones.
    let later = tokens("a", 2, &["subnet-1"]).await;
    assert!(!first.contains(&later[0]));
    assert!(!first.contains(&tokens("b", 0, &["subnet-1"]).await[0]));
}

pub(super) const CREATED: (u16, &str) = (
    200,
    "<CreateFlowLogsResponse><clientToken>x</clientToken><flowLogIdSet><item>fl-1</item></flowLogIdSet>\
    <unsuccessful/></CreateFlowLogsResponse>",
);

fn logged(subnet: &str) -> CallReport {
    let call = Call {
        number: 1,
        action: "ec2:CreateFlowLogs".to_owned(),
        repeat: Repeat::Tokened,
        request: json!({ "ResourceIds": [subnet], "ResourceType": "Subnet" }),
        token: Some("t".to_owned()),
        token_header: None,
    };
    CallReport { answer: done(), decided: false, ..CallReport::in_flight(call) }
}

pub(super) async fn log_flows(bench: &mut Bench, subnet: &str) -> Result<CreateFlowLogsResponse, HostError> {
    let request = CreateFlowLogsRequest {
        resource_ids: vec![subnet.to_owned()],
        resource_type: "Subnet".to_owned(),
        traffic_type: None,
        log_group_name: None,
        deliver_logs_permission_arn: None,
    };
    AwsCalls::new(Some(&mut bench.step)).create_flow_logs(request).await
}

/// A recorded answer in the form in which the host keeps it.
fn is_read<W: Serialize + DeserializeOwned>(recorded: Json) {
    let answer: W = serde_json::from_value(recorded.clone()).unwrap();
    assert_eq!(serde_json::to_value(answer).unwrap(), recorded);
}

/// The journal keeps the answers to calls that must happen once as the records of the contract.
#[test]
fn answers_that_were_recorded_with_version_0_1_of_the_contract_are_read() {
    is_read::<ec2::Snapshot>(json!({
        "snapshot_id": "snap-1", "state": "pending", "state_message": null, "progress": "45%", "volume_id": "vol-1",
        "volume_size": 8, "start_time": 1_767_323_045_000_u64,
    }));
    is_read::<ec2::RegisterImageResponse>(json!({ "image_id": "ami-1" }));
    is_read::<ec2::VpcPeeringConnection>(json!({
        "vpc_peering_connection_id": "pcx-1", "status": { "code": "initiating-request", "message": null },
    }));
    is_read::<lambda::InvokeResponse>(json!({
        "status_code": 200, "executed_version": "$LATEST", "function_error": null, "log_result": null, "payload": "{}",
    }));
    is_read::<rds::CreateDbSnapshotResponse>(json!({ "db_snapshot": {
        "db_snapshot_identifier": "nightly", "db_instance_identifier": "db", "db_snapshot_arn": null,
        "status": "creating", "percent_progress": 0,
    } }));
    is_read::<ssm::SendCommandResponse>(json!({ "command": {
        "command_id": "c-1", "status": "Pending", "status_details": null, "target_count": 0, "completed_count": 0,
        "error_count": 0,
    } }));
}
