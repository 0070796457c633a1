use super::support::answers;
use crate::AwsCalls;
use crate::error::HostError;
use crate::wit::ec2::{self, Host as _};
use crate::wit::types::{CallError, CallErrorKind, Filter};

const STARTING: &str = "<StartInstancesResponse><instancesSet><item>\
    <instanceId>i-0abc</instanceId><currentState><code>256</code><name>pending</name></currentState>\
    <previousState><code>80</code><name>stopped</name></previousState></item></instancesSet></StartInstancesResponse>";

#[tokio::test]
async fn start_instances_sends_the_ids_and_gives_the_states_without_the_high_byte() {
    let mut bench = answers(&[(200, STARTING)]);
    let request = ec2::StartInstancesRequest { instance_ids: vec!["i-0abc".into(), "i-0def".into()] };
    let response = AwsCalls::new(Some(&mut bench.step)).start_instances(request).await.unwrap();
    assert_eq!(bench.left(), ["Action=StartInstances&Version=2016-11-15&InstanceId.1=i-0abc&InstanceId.2=i-0def"]);
    assert_eq!(bench.urls(), ["https://ec2.eu-central-1.amazonaws.com/"]);
    let [change] = &response.starting_instances[..] else { panic!("{response:?}") };
    assert_eq!(change.instance_id, "i-0abc");
    assert_eq!((change.current_state.code, change.current_state.name.as_str()), (Some(0), "pending"));
    assert_eq!((change.previous_state.code, change.previous_state.name.as_str()), (Some(80), "stopped"));
}

#[tokio::test]
async fn stop_instances_sends_force_only_when_it_is_said() {
    let answer = STARTING.replace("StartInstances", "StopInstances");
    let mut bench = answers(&[(200, &answer), (200, &answer)]);
    let mut calls = AwsCalls::new(Some(&mut bench.step));
    let plain = ec2::StopInstancesRequest { instance_ids: vec!["i-0abc".into()], force: None, hibernate: None };
    calls.stop_instances(plain.clone()).await.unwrap();
    let response =
        calls.stop_instances(ec2::StopInstancesRequest { force: Some(false), hibernate: Some(true), ..plain });
    assert_eq!(response.await.unwrap().stopping_instances.len(), 1);
    let mut sent: Vec<_> = bench.left()[1].split('&').map(str::to_owned).collect();
    sent.sort();
    assert_eq!(bench.left()[0], "Action=StopInstances&Version=2016-11-15&InstanceId.1=i-0abc");
    assert_eq!(
        sent,
        ["Action=StopInstances", "Force=false", "Hibernate=true", "InstanceId.1=i-0abc", "Version=2016-11-15"]
    );
}

#[tokio::test]
async fn reboot_instances_sends_the_ids() {
    let mut bench = answers(&[(200, "<RebootInstancesResponse><return>true</return></RebootInstancesResponse>")]);
    let request = ec2::RebootInstancesRequest { instance_ids: vec!["i-0abc".into()] };
    AwsCalls::new(Some(&mut bench.step)).reboot_instances(request).await.unwrap();
    assert_eq!(bench.left(), ["Action=RebootInstances&Version=2016-11-15&InstanceId.1=i-0abc"]);
}

const INSTANCES: &str = "<DescribeInstancesResponse><reservationSet><item><reservationId>r-1</reservationId>\
    <ownerId>123456789012</ownerId><instancesSet><item><instanceId>i-0abc</instanceId><imageId>ami-1</imageId>\
    <instanceState><code>80</code><name>stopped</name></instanceState><privateDnsName/>\
    <instanceType>t3.micro</instanceType><launchTime>2026-01-02T03:04:05.000Z</launchTime>\
    <placement><availabilityZone>eu-central-1a</availabilityZone></placement><privateIpAddress>10.0.0.4</privateIpAddress>\
    <stateReason><code>Client.UserInitiatedShutdown</code><message>User initiated</message></stateReason>\
    <tagSet><item><key>Name</key><value>web</value></item><item><key>empty</key></item></tagSet>\
    </item></instancesSet></item></reservationSet><nextToken>page-2</nextToken></DescribeInstancesResponse>";

#[tokio::test]
async fn describe_instances_passes_filters_and_paging_through() {
    let mut bench = answers(&[(200, INSTANCES)]);
    let request = ec2::DescribeInstancesRequest {
        instance_ids: Vec::new(),
        filters: vec![Filter { name: "tag:Env".into(), values: vec!["prod".into(), "test".into()] }],
        max_results: Some(50),
        next_token: Some("page-1".into()),
    };
    let response = AwsCalls::new(Some(&mut bench.step)).describe_instances(request).await.unwrap();
    let mut sent: Vec<_> = bench.left()[0].split('&').map(str::to_owned).collect();
    sent.sort();
    let wanted = [
        "Action=DescribeInstances",
        "Filter.1.Name=tag%3AEnv",
        "Filter.1.Value.1=prod",
        "Filter.1.Value.2=test",
        "MaxResults=50",
        "NextToken=page-1",
        "Version=2016-11-15",
    ];
    assert_eq!(sent, wanted);
    assert_eq!(response.next_token.as_deref(), Some("page-2"));
    let instance = &response.reservations[0].instances[0];
    assert_eq!((instance.state.code, instance.launch_time), (Some(80), Some(1_767_323_045_000)));
    assert_eq!(instance.availability_zone.as_deref(), Some("eu-central-1a"));
    assert_eq!(instance.public_ip_address, None);
    let tags: Vec<_> = instance.tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str())).collect();
    assert_eq!(tags, [("Name", "web"), ("empty", "")]);
}

#[tokio::test]
async fn describe_instance_status_sends_what_was_asked_and_no_more() {
    let body = "<DescribeInstanceStatusResponse><instanceStatusSet><item><instanceId>i-0abc</instanceId>\
        <instanceState><code>16</code><name>running</name></instanceState>\
        <systemStatus><status>ok</status></systemStatus><instanceStatus><status>initializing</status></instanceStatus>\
        </item></instanceStatusSet></DescribeInstanceStatusResponse>";
    let mut bench = answers(&[(200, body)]);
    let request = ec2::DescribeInstanceStatusRequest {
        instance_ids: vec!["i-0abc".into()],
        include_all_instances: Some(true),
        filters: Vec::new(),
        max_results: None,
        next_token: None,
    };
    let response = AwsCalls::new(Some(&mut bench.step)).describe_instance_status(request).await.unwrap();
    let mut sent: Vec<_> = bench.left()[0].split('&').map(str::to_owned).collect();
    sent.sort();
    assert_eq!(
        sent,
        ["Action=DescribeInstanceStatus", "IncludeAllInstances=true", "InstanceId.1=i-0abc", "Version=2016-11-15"]
    );
    let [status] = &response.instance_statuses[..] else { panic!("{response:?}") };
    assert_eq!(status.instance_status.as_deref(), Some("initializing"));
    assert_eq!((status.system_status.as_deref(), response.next_token), (Some("ok"), None));
}

#[tokio::test]
async fn an_answer_without_what_aws_always_gives_is_no_answer() {
    for (body, missing) in [
        (STARTING.replace("<instanceId>i-0abc</instanceId>", ""), "AWS answered without an instance id"),
        (STARTING.replace("<name>pending</name>", ""), "AWS answered without a state's name"),
    ] {
        let mut bench = answers(&[(200, &body)]);
        let request = ec2::StartInstancesRequest { instance_ids: vec!["i-0abc".into()] };
        let error = AwsCalls::new(Some(&mut bench.step)).start_instances(request).await.unwrap_err();
        let HostError::Answer(unavailable @ CallError { kind: CallErrorKind::Unavailable, .. }) = error else {
            panic!("{error:?}")
        };
        assert_eq!(unavailable.message, missing);
    }
}

#[tokio::test]
async fn the_region_of_the_step_decides_where_the_request_goes() {
    let mut bench = answers(&[(200, INSTANCES), (200, INSTANCES)]);
    let request = ec2::DescribeInstancesRequest {
        instance_ids: vec!["i-0abc".into()],
        filters: Vec::new(),
        max_results: None,
        next_token: None,
    };
    AwsCalls::new(Some(&mut bench.step)).describe_instances(request.clone()).await.unwrap();
    bench.step.context.region = Some("ap-south-1".to_owned());
    AwsCalls::new(Some(&mut bench.step)).describe_instances(request).await.unwrap();
    assert_eq!(bench.urls(), ["https://ec2.eu-central-1.amazonaws.com/", "https://ec2.ap-south-1.amazonaws.com/"]);
}
