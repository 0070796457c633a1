//! The requests to EC2, and the conversion of its answers.

use serde_json::json;
use stepwell_model::event::{Answer, What};

use super::support::{Bench, answers, ec2_error};
use crate::AwsCalls;
use crate::error::HostError;
use crate::wit::ec2::{self, Host as _};
use crate::wit::types::{CallErrorKind, Filter, Tag};

/// The parameters of the only request, in order, without action and version.
fn asked(bench: &Bench, action: &str) -> Vec<String> {
    let left = bench.left();
    let [request] = &left[..] else { panic!("{left:?}") };
    let mut parts: Vec<_> = request.split('&').map(str::to_owned).collect();
    for known in [format!("Action={action}"), "Version=2016-11-15".to_owned()] {
        assert!(parts.contains(&known), "{parts:?}");
        parts.retain(|part| *part != known);
    }
    parts.sort();
    parts
}

/// The journal's record of the only change.
fn kept(bench: &Bench) -> serde_json::Value {
    let records = bench.kept.records();
    let Some(What::CallIntended { call, .. }) = records.first() else { panic!("{records:?}") };
    call.request.clone()
}

fn calls(bench: &mut Bench) -> AwsCalls<'_> {
    AwsCalls::new(Some(&mut bench.step))
}

fn tags(resource_type: &str, key: &str, value: &str) -> Vec<ec2::TagSpecification> {
    let tags = vec![Tag { key: key.to_owned(), value: value.to_owned() }];
    vec![ec2::TagSpecification { resource_type: resource_type.to_owned(), tags }]
}

#[tokio::test]
async fn terminate_instances_sends_the_ids_and_gives_the_states() {
    let mut bench = answers(&[(
        200,
        "<TerminateInstancesResponse><instancesSet><item><instanceId>i-0abc</instanceId>\
         <currentState><code>32</code><name>shutting-down</name></currentState>\
         <previousState><code>16</code><name>running</name></previousState></item></instancesSet>\
         </TerminateInstancesResponse>",
    )]);
    let request = ec2::TerminateInstancesRequest { instance_ids: vec!["i-0abc".into(), "i-0def".into()] };
    let answer = calls(&mut bench).terminate_instances(request).await.unwrap();
    assert_eq!(asked(&bench, "TerminateInstances"), ["InstanceId.1=i-0abc", "InstanceId.2=i-0def"]);
    let [change] = &answer.terminating_instances[..] else { panic!("{answer:?}") };
    assert_eq!((change.previous_state.name.as_str(), change.current_state.name.as_str()), ("running", "shutting-down"));
}

fn launch() -> ec2::RunInstancesRequest {
    ec2::RunInstancesRequest {
        image_id: "ami-1".to_owned(),
        instance_type: Some("t3.micro".to_owned()),
        min_count: 2,
        max_count: 3,
        subnet_id: Some("subnet-1".to_owned()),
        security_group_ids: vec!["sg-1".to_owned(), "sg-2".to_owned()],
        key_name: Some("key".to_owned()),
        iam_instance_profile: Some(ec2::IamInstanceProfileSpecification { arn: None, name: Some("web".to_owned()) }),
        user_data: Some("#!/bin/sh\n".to_owned()),
        tag_specifications: tags("instance", "Name", "web"),
    }
}

fn bare() -> ec2::RunInstancesRequest {
    ec2::RunInstancesRequest {
        image_id: "ami-1".to_owned(),
        instance_type: None,
        min_count: 1,
        max_count: 1,
        subnet_id: None,
        security_group_ids: Vec::new(),
        key_name: None,
        iam_instance_profile: None,
        user_data: None,
        tag_specifications: Vec::new(),
    }
}

const LAUNCHED: &str = "<RunInstancesResponse><reservationId>r-1</reservationId><ownerId>123456789012</ownerId>\
    <instancesSet><item><instanceId>i-0abc</instanceId><imageId>ami-1</imageId><dnsName/>\
    <instanceState><code>0</code><name>pending</name></instanceState></item></instancesSet></RunInstancesResponse>";

#[tokio::test]
async fn run_instances_sends_what_is_said_with_the_client_token_and_the_user_data_in_base64() {
    let mut bench = answers(&[(200, LAUNCHED)]);
    let reservation = calls(&mut bench).run_instances(launch()).await.unwrap();
    let mut sent = asked(&bench, "RunInstances");
    let token = sent.iter().position(|part| part.starts_with("ClientToken=")).expect("it has one");
    assert_eq!(sent.remove(token).len(), "ClientToken=".len() + 32);
    let wanted = [
        "IamInstanceProfile.Name=web",
        "ImageId=ami-1",
        "InstanceType=t3.micro",
        "KeyName=key",
        "MaxCount=3",
        "MinCount=2",
        "SecurityGroupId.1=sg-1",
        "SecurityGroupId.2=sg-2",
        "SubnetId=subnet-1",
        "TagSpecification.1.ResourceType=instance",
        "TagSpecification.1.Tag.1.Key=Name",
        "TagSpecification.1.Tag.1.Value=web",
        "UserData=IyEvYmluL3NoCg%3D%3D",
    ];
    assert_eq!(sent, wanted);
    assert_eq!((reservation.reservation_id.as_deref(), reservation.instances.len()), (Some("r-1"), 1));
    assert_eq!(reservation.instances[0].private_ip_address, None);
}

#[tokio::test]
async fn what_a_launch_leaves_out_is_not_sent() {
    let mut bench = answers(&[(200, LAUNCHED)]);
    calls(&mut bench).run_instances(bare()).await.unwrap();
    let sent = asked(&bench, "RunInstances");
    assert_eq!(sent[1..], ["ImageId=ami-1", "MaxCount=1", "MinCount=1"]);
    assert_eq!(kept(&bench), json!({ "ImageId": "ami-1", "MinCount": 1, "MaxCount": 1 }));
}

#[tokio::test]
async fn the_journal_knows_user_data_by_hash_and_length_alone() {
    let mut bench = answers(&[(200, LAUNCHED)]);
    calls(&mut bench).run_instances(launch()).await.unwrap();
    let kept = kept(&bench);
    assert_eq!(kept["UserData"]["Bytes"], 10);
    assert_eq!(kept["UserData"]["Sha256"].as_str().map(str::len), Some(64));
    assert!(!kept.to_string().contains("/bin/sh") && !kept.to_string().contains("IyEvYmlu"), "{kept}");
    assert_eq!(kept["Tags"], json!({ "instance": { "Name": "web" } }));
}

#[tokio::test]
async fn register_image_sends_the_snapshot_of_each_device() {
    let answer = "<RegisterImageResponse><imageId>ami-1</imageId></RegisterImageResponse>";
    let mut bench = answers(&[(200, answer)]);
    let ebs = ec2::EbsBlockDevice { snapshot_id: Some("snap-1".to_owned()) };
    let mapping = ec2::BlockDeviceMapping { device_name: Some("/dev/xvda".to_owned()), ebs: Some(ebs) };
    let request = ec2::RegisterImageRequest {
        name: "web".to_owned(),
        description: None,
        architecture: Some("arm64".to_owned()),
        root_device_name: Some("/dev/xvda".to_owned()),
        virtualization_type: Some("hvm".to_owned()),
        ena_support: Some(true),
        block_device_mappings: vec![mapping],
    };
    assert_eq!(calls(&mut bench).register_image(request).await.unwrap().image_id, "ami-1");
    let wanted = [
        "Architecture=arm64",
        "BlockDeviceMapping.1.DeviceName=%2Fdev%2Fxvda",
        "BlockDeviceMapping.1.Ebs.SnapshotId=snap-1",
        "EnaSupport=true",
        "Name=web",
        "RootDeviceName=%2Fdev%2Fxvda",
        "VirtualizationType=hvm",
    ];
    assert_eq!(asked(&bench, "RegisterImage"), wanted);
    let device = json!([{ "DeviceName": "/dev/xvda", "Ebs": { "SnapshotId": "snap-1" } }]);
    assert_eq!(kept(&bench)["BlockDeviceMappings"], device);
}

#[tokio::test]
async fn an_image_that_is_gone_is_refused_with_a_code_that_says_so() {
    let gone = ec2_error("InvalidAMIID.Unavailable", "no longer available");
    let missing = ec2_error("InvalidAMIID.NotFound", "does not exist");
    let mut bench = answers(&[(200, "<DeregisterImageResponse/>"), (400, &gone), (400, &missing)]);
    let request = || ec2::DeregisterImageRequest { image_id: "ami-1".to_owned() };
    let mut calls = calls(&mut bench);
    calls.deregister_image(request()).await.unwrap();
    for (kind, code) in
        [(CallErrorKind::Rejected, "InvalidAMIID.Unavailable"), (CallErrorKind::NotFound, "InvalidAMIID.NotFound")]
    {
        let Err(HostError::Answer(error)) = calls.deregister_image(request()).await else { panic!("{code}") };
        assert_eq!((error.kind, error.code.as_deref()), (kind, Some(code)));
    }
    assert!(bench.left()[0].contains("Action=DeregisterImage&Version=2016-11-15&ImageId=ami-1"));
}

#[tokio::test]
async fn describe_images_passes_owners_and_filters_and_gives_why_an_image_failed() {
    let mut bench = answers(&[(
        200,
        "<DescribeImagesResponse><imagesSet><item><imageId>ami-1</imageId><imageState>failed</imageState>\
         <name>web</name><stateReason><code>Client.InternalError</code><message>broken</message></stateReason></item>\
         </imagesSet><nextToken>page-2</nextToken></DescribeImagesResponse>",
    )]);
    let request = ec2::DescribeImagesRequest {
        image_ids: Vec::new(),
        owners: vec!["self".to_owned()],
        filters: vec![Filter { name: "name".into(), values: vec!["web".into()] }],
        max_results: Some(50),
        next_token: Some("page-1".to_owned()),
    };
    let answer = calls(&mut bench).describe_images(request).await.unwrap();
    let wanted = ["Filter.1.Name=name", "Filter.1.Value.1=web", "MaxResults=50", "NextToken=page-1", "Owner.1=self"];
    assert_eq!(asked(&bench, "DescribeImages"), wanted);
    let [image] = &answer.images[..] else { panic!("{answer:?}") };
    assert_eq!(
        (image.state.as_str(), image.name.as_deref(), image.description.as_deref()),
        ("failed", Some("web"), None)
    );
    let reason = image.state_reason.clone().expect("it has one");
    assert_eq!((reason.message.as_deref(), answer.next_token.as_deref()), (Some("broken"), Some("page-2")));
}

#[tokio::test]
async fn create_flow_logs_sends_all_that_was_said_and_tells_what_was_refused() {
    let mut bench = answers(&[(
        200,
        "<CreateFlowLogsResponse><flowLogIdSet><item>fl-1</item></flowLogIdSet><unsuccessful><item>\
         <resourceId>vpc-2</resourceId><error><code>FlowLogAlreadyExists</code><message>it is there</message></error>\
         </item></unsuccessful></CreateFlowLogsResponse>",
    )]);
    let request = ec2::CreateFlowLogsRequest {
        resource_ids: vec!["vpc-1".to_owned(), "vpc-2".to_owned()],
        resource_type: "VPC".to_owned(),
        traffic_type: Some("REJECT".to_owned()),
        log_group_name: Some("/flows".to_owned()),
        deliver_logs_permission_arn: Some("arn:aws:iam::123456789012:role/flows".to_owned()),
    };
    let answer = calls(&mut bench).create_flow_logs(request).await.unwrap();
    let mut sent = asked(&bench, "CreateFlowLogs");
    sent.retain(|part| !part.starts_with("ClientToken="));
    let wanted = [
        "DeliverLogsPermissionArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fflows",
        "LogGroupName=%2Fflows",
        "ResourceId.1=vpc-1",
        "ResourceId.2=vpc-2",
        "ResourceType=VPC",
        "TrafficType=REJECT",
    ];
    assert_eq!(sent, wanted);
    assert_eq!((answer.flow_log_ids, answer.unsuccessful.len()), (vec!["fl-1".to_owned()], 1));
}

#[tokio::test]
async fn create_snapshot_sends_the_tags_and_keeps_what_is_not_known_unknown() {
    let mut bench = answers(&[(
        200,
        "<CreateSnapshotResponse><snapshotId>snap-1</snapshotId><volumeId>vol-1</volumeId><status>pending</status>\
         <progress/><volumeSize>8</volumeSize></CreateSnapshotResponse>",
    )]);
    let request = ec2::CreateSnapshotRequest {
        volume_id: "vol-1".to_owned(),
        description: Some("why".to_owned()),
        tag_specifications: tags("snapshot", "Name", "web"),
    };
    let snapshot = calls(&mut bench).create_snapshot(request).await.unwrap();
    let wanted = [
        "Description=why",
        "TagSpecification.1.ResourceType=snapshot",
        "TagSpecification.1.Tag.1.Key=Name",
        "TagSpecification.1.Tag.1.Value=web",
        "VolumeId=vol-1",
    ];
    assert_eq!(asked(&bench, "CreateSnapshot"), wanted);
    assert_eq!((snapshot.snapshot_id.as_str(), snapshot.state.as_str()), ("snap-1", "pending"));
    assert_eq!((snapshot.progress, snapshot.volume_size, snapshot.start_time), (None, Some(8), None));
}

#[tokio::test]
async fn describe_snapshots_gives_progress_and_reason() {
    let mut bench = answers(&[(
        200,
        "<DescribeSnapshotsResponse><snapshotSet><item><snapshotId>snap-1</snapshotId><status>error</status>\
         <statusMessage>no key</statusMessage><startTime>2026-01-02T03:04:05.000Z</startTime><progress>45%</progress>\
         </item></snapshotSet></DescribeSnapshotsResponse>",
    )]);
    let request = ec2::DescribeSnapshotsRequest {
        snapshot_ids: vec!["snap-1".to_owned()],
        filters: Vec::new(),
        max_results: None,
        next_token: None,
    };
    let answer = calls(&mut bench).describe_snapshots(request).await.unwrap();
    assert_eq!(asked(&bench, "DescribeSnapshots"), ["SnapshotId.1=snap-1"]);
    let [snapshot] = &answer.snapshots[..] else { panic!("{answer:?}") };
    assert_eq!((snapshot.state_message.as_deref(), snapshot.progress.as_deref()), (Some("no key"), Some("45%")));
    assert_eq!((snapshot.volume_size, snapshot.start_time), (None, Some(1_767_323_045_000)));
    assert_eq!(answer.next_token, None);
}

fn peering(operation: &str, element: &str) -> String {
    format!(
        "<{operation}Response><{element}><vpcPeeringConnectionId>pcx-1</vpcPeeringConnectionId><status>\
         <code>failed</code><message>overlapping</message></status></{element}></{operation}Response>"
    )
}

#[tokio::test]
async fn a_peering_connection_is_asked_for_and_accepted() {
    let mut bench = answers(&[(200, &peering("CreateVpcPeeringConnection", "vpcPeeringConnection"))]);
    let request = ec2::CreateVpcPeeringConnectionRequest {
        vpc_id: "vpc-1".to_owned(),
        peer_vpc_id: "vpc-2".to_owned(),
        peer_owner_id: Some("123456789012".to_owned()),
        peer_region: None,
    };
    let made = calls(&mut bench).create_vpc_peering_connection(request).await.unwrap();
    assert_eq!((made.status.code.as_str(), made.status.message.as_deref()), ("failed", Some("overlapping")));
    let wanted = ["PeerOwnerId=123456789012", "PeerVpcId=vpc-2", "VpcId=vpc-1"];
    assert_eq!(asked(&bench, "CreateVpcPeeringConnection"), wanted);

    let mut bench = answers(&[(200, &peering("AcceptVpcPeeringConnection", "vpcPeeringConnection"))]);
    let request = ec2::AcceptVpcPeeringConnectionRequest { vpc_peering_connection_id: "pcx-1".to_owned() };
    calls(&mut bench).accept_vpc_peering_connection(request).await.unwrap();
    assert_eq!(asked(&bench, "AcceptVpcPeeringConnection"), ["VpcPeeringConnectionId=pcx-1"]);
}

#[tokio::test]
async fn describe_vpc_peering_connections_sends_the_ids() {
    let one = peering("DescribeVpcPeeringConnections", "item");
    let list = one.replace("<item>", "<vpcPeeringConnectionSet><item>");
    let mut bench = answers(&[(200, &list.replace("</item>", "</item></vpcPeeringConnectionSet>"))]);
    let request = ec2::DescribeVpcPeeringConnectionsRequest {
        vpc_peering_connection_ids: vec!["pcx-1".to_owned()],
        filters: Vec::new(),
        max_results: None,
        next_token: None,
    };
    let answer = calls(&mut bench).describe_vpc_peering_connections(request).await.unwrap();
    assert_eq!(asked(&bench, "DescribeVpcPeeringConnections"), ["VpcPeeringConnectionId.1=pcx-1"]);
    assert_eq!(answer.vpc_peering_connections[0].vpc_peering_connection_id, "pcx-1");
    assert_eq!(answer.next_token, None);
}

#[tokio::test]
async fn an_answer_without_the_id_or_the_state_of_what_was_made_is_no_answer() {
    let mut bench =
        answers(&[(200, "<CreateSnapshotResponse><snapshotId>snap-1</snapshotId></CreateSnapshotResponse>")]);
    let request =
        ec2::CreateSnapshotRequest { volume_id: "vol-1".to_owned(), description: None, tag_specifications: Vec::new() };
    let Err(HostError::Answer(error)) = calls(&mut bench).create_snapshot(request).await else { panic!("no state") };
    assert_eq!(error.message, "AWS answered without the state of a snapshot");
}

#[tokio::test]
async fn what_an_answer_that_is_none_leaves_open_the_journal_leaves_open() {
    let mut bench = answers(&[(200, &LAUNCHED.replace("<instanceId>i-0abc</instanceId>", ""))]);
    let Err(HostError::Answer(error)) = calls(&mut bench).run_instances(bare()).await else { panic!("no id") };
    assert_eq!(error.kind, CallErrorKind::Unavailable);
    let records = bench.kept.records();
    let Some(What::CallAnswered { answer, .. }) = records.last() else { panic!("{records:?}") };
    assert_eq!(*answer, Answer::Unknown { message: "AWS answered without an instance id".to_owned() });
}
