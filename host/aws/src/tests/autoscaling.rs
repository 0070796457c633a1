use serde_json::json;
use stepwell_model::event::What;

use super::support::{Bench, answers};
use crate::AwsCalls;
use crate::error::HostError;
use crate::wit::autoscaling::{self, Host as _};
use crate::wit::types::CallErrorKind;

const GROUPS: &str = "<DescribeAutoScalingGroupsResponse><DescribeAutoScalingGroupsResult><NextToken>p2</NextToken>\
    <AutoScalingGroups><member><AutoScalingGroupName>web</AutoScalingGroupName><MinSize>0</MinSize>\
    <MaxSize>4</MaxSize><DesiredCapacity>2</DesiredCapacity><Instances><member><InstanceId>i-1</InstanceId>\
    <LifecycleState>InService</LifecycleState><HealthStatus>Healthy</HealthStatus></member></Instances></member>\
    </AutoScalingGroups></DescribeAutoScalingGroupsResult></DescribeAutoScalingGroupsResponse>";

const UPDATED: &str = "<UpdateAutoScalingGroupResponse><ResponseMetadata/></UpdateAutoScalingGroupResponse>";

fn sent(bench: &Bench) -> Vec<String> {
    let mut parts: Vec<_> = bench.left()[0].split('&').map(str::to_owned).collect();
    parts.sort();
    parts
}

fn look() -> autoscaling::DescribeAutoScalingGroupsRequest {
    let auto_scaling_group_names = vec!["web".to_owned()];
    let next_token = Some("p1".to_owned());
    autoscaling::DescribeAutoScalingGroupsRequest { auto_scaling_group_names, max_records: Some(100), next_token }
}

fn update(min_size: Option<u32>, desired_capacity: Option<u32>) -> autoscaling::UpdateAutoScalingGroupRequest {
    let auto_scaling_group_name = "web".to_owned();
    autoscaling::UpdateAutoScalingGroupRequest { auto_scaling_group_name, min_size, max_size: None, desired_capacity }
}

#[tokio::test]
async fn describe_auto_scaling_groups_asks_by_name_and_gives_sizes_and_instances() {
    let mut bench = answers(&[(200, GROUPS)]);
    let response = AwsCalls::new(Some(&mut bench.step)).describe_auto_scaling_groups(look()).await.unwrap();
    let wanted = [
        "Action=DescribeAutoScalingGroups",
        "AutoScalingGroupNames.member.1=web",
        "MaxRecords=100",
        "NextToken=p1",
        "Version=2011-01-01",
    ];
    assert_eq!(sent(&bench), wanted);
    assert_eq!(bench.urls(), ["https://autoscaling.eu-central-1.amazonaws.com/"]);
    assert_eq!(response.next_token.as_deref(), Some("p2"));
    let [group] = &response.auto_scaling_groups[..] else { panic!("{response:?}") };
    assert_eq!((group.min_size, group.desired_capacity, group.max_size), (0, 2, 4));
    assert_eq!((&group.status, &group.auto_scaling_group_arn), (&None, &None));
    let instance = &group.instances[0];
    assert_eq!((&*instance.lifecycle_state, &*instance.health_status), ("InService", "Healthy"));
}

#[tokio::test]
async fn update_auto_scaling_group_sends_zero_and_does_not_send_what_was_left_out() {
    let mut bench = answers(&[(200, UPDATED)]);
    AwsCalls::new(Some(&mut bench.step)).update_auto_scaling_group(update(Some(0), None)).await.unwrap();
    assert_eq!(
        sent(&bench),
        ["Action=UpdateAutoScalingGroup", "AutoScalingGroupName=web", "MinSize=0", "Version=2011-01-01"]
    );
    let What::CallIntended { call, .. } = &bench.kept.records()[0] else { panic!() };
    assert_eq!(call.request, json!({ "AutoScalingGroupName": "web", "MinSize": 0 }));
}

#[tokio::test]
async fn a_group_that_aws_does_not_know_is_rejected_with_awss_words() {
    let body = "<ErrorResponse><Error><Code>ValidationError</Code><Message>AutoScalingGroup name not found - null\
        </Message></Error></ErrorResponse>";
    let mut bench = answers(&[(400, body)]);
    let error =
        AwsCalls::new(Some(&mut bench.step)).update_auto_scaling_group(update(None, Some(3))).await.unwrap_err();
    let HostError::Answer(error) = error else { panic!("{error:?}") };
    assert_eq!((error.kind, error.code.as_deref()), (CallErrorKind::Rejected, Some("ValidationError")));
    assert_eq!(error.message, "AutoScalingGroup name not found - null");
}
