use aws_sdk_ec2::Client;
use serde_json::Value as Json;
use stepwell_model::action;
use stepwell_model::error::find_cause;

use super::replay::Replay;
use super::support::{answers, config};
use crate::AwsCalls;
use crate::aws::Service as _;
use crate::error::{HostError, HostFault};
use crate::gate::{Gate, Stopped};

const REBOOTED: (u16, &str) = (200, "<RebootInstancesResponse/>");

#[tokio::test]
async fn a_call_whose_permit_is_for_another_operation_never_leaves() {
    let mut bench = answers(&[REBOOTED]);
    let mut calls = AwsCalls::new(Some(&mut bench.step));
    let send = |ec2: Client, pass| ec2.reboot_instances().instance_ids("i-0abc").customize().interceptor(pass).send();
    let error = calls.call(action::ec2::DESCRIBE_INSTANCES, Json::Null, send, |_| Ok(())).await.unwrap_err();
    let HostError::Trap(fault) = error else { panic!("{error:?}") };
    let (asked, carried) = ("EC2 RebootInstances".to_owned(), "EC2 DescribeInstances".to_owned());
    assert_eq!(fault, HostFault::GateClosed { asked, carried });
    assert!(bench.kept.order().is_empty());
}

#[tokio::test]
async fn a_request_without_a_permit_never_leaves() {
    let mut bench = answers(&[REBOOTED]);
    let mut calls = AwsCalls::new(Some(&mut bench.step));
    let send = |ec2: Client, _| ec2.reboot_instances().instance_ids("i-0abc").send();
    let error = calls.call(action::ec2::DESCRIBE_INSTANCES, Json::Null, send, |_| Ok(())).await.unwrap_err();
    let HostError::Trap(HostFault::GateClosed { carried, .. }) = error else { panic!("{error:?}") };
    assert_eq!(carried, "no permit");
    assert!(bench.kept.order().is_empty());
}

#[tokio::test]
async fn every_client_has_the_gate() {
    let http = Replay::default();
    let ec2 = Client::gated(&config().http_client(http.clone()).build(), Gate);
    let error = ec2.describe_instances().send().await.unwrap_err();
    assert!(find_cause::<Stopped>(&error).is_some(), "{error:?}");
    assert!(http.requests(|_| ()).is_empty());
}
