use super::support::{Bench, answers};
use crate::AwsCalls;
use crate::error::HostError;
use crate::wit::elbv2::{self, Host as _};
use crate::wit::types::{CallError, CallErrorKind};

const BALANCER: &str = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web/1";
const GROUP: &str = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/1";

fn answer(operation: &str, body: &str) -> Bench {
    let text = format!("<{operation}Response><{operation}Result>{body}</{operation}Result></{operation}Response>");
    answers(&[(200, &text)])
}

fn sent(bench: &Bench) -> Vec<String> {
    let mut parts: Vec<_> =
        bench.left()[0].split('&').map(|part| part.replace("%3A", ":").replace("%2F", "/")).collect();
    parts.sort();
    parts
}

fn by_name() -> elbv2::DescribeLoadBalancersRequest {
    let (load_balancer_arns, names) = (Vec::new(), vec!["web".to_owned()]);
    elbv2::DescribeLoadBalancersRequest { load_balancer_arns, names, page_size: None, marker: None }
}

#[tokio::test]
async fn describe_load_balancers_asks_by_name() {
    let body = format!("<LoadBalancers><member><LoadBalancerArn>{BALANCER}</LoadBalancerArn></member></LoadBalancers>");
    let mut bench = answer("DescribeLoadBalancers", &body);
    let response = AwsCalls::new(Some(&mut bench.step)).describe_load_balancers(by_name()).await.unwrap();
    assert_eq!(sent(&bench), ["Action=DescribeLoadBalancers", "Names.member.1=web", "Version=2015-12-01"]);
    assert_eq!(bench.urls(), ["https://elasticloadbalancing.eu-central-1.amazonaws.com/"]);
    let [balancer] = &response.load_balancers[..] else { panic!("{response:?}") };
    assert_eq!((&*balancer.load_balancer_arn, &balancer.load_balancer_name), (BALANCER, &None));
    assert_eq!(response.next_marker, None);
}

#[tokio::test]
async fn a_load_balancer_that_aws_does_not_know_is_not_found() {
    let body = "<ErrorResponse><Error><Code>LoadBalancerNotFound</Code><Message>no</Message></Error></ErrorResponse>";
    let mut bench = answers(&[(400, body)]);
    let error = AwsCalls::new(Some(&mut bench.step)).describe_load_balancers(by_name()).await.unwrap_err();
    assert!(matches!(error, HostError::Answer(CallError { kind: CallErrorKind::NotFound, .. })), "{error:?}");
}

#[tokio::test]
async fn describe_target_groups_passes_paging_through() {
    let group = format!(
        "<TargetGroups><member><TargetGroupArn>{GROUP}</TargetGroupArn><TargetGroupName>web</TargetGroupName>\
         <TargetType>instance</TargetType><Protocol>HTTP</Protocol><Port>80</Port></member></TargetGroups>\
         <NextMarker>m2</NextMarker>"
    );
    let mut bench = answer("DescribeTargetGroups", &group);
    let request = elbv2::DescribeTargetGroupsRequest {
        load_balancer_arn: Some(BALANCER.to_owned()),
        target_group_arns: Vec::new(),
        names: Vec::new(),
        page_size: Some(400),
        marker: Some("m1".into()),
    };
    let response = AwsCalls::new(Some(&mut bench.step)).describe_target_groups(request).await.unwrap();
    let balancer = format!("LoadBalancerArn={BALANCER}");
    assert_eq!(
        sent(&bench),
        ["Action=DescribeTargetGroups", &balancer, "Marker=m1", "PageSize=400", "Version=2015-12-01"]
    );
    assert_eq!(response.next_marker.as_deref(), Some("m2"));
    let [group] = &response.target_groups[..] else { panic!("{response:?}") };
    assert_eq!((&*group.target_group_arn, group.port), (GROUP, Some(80)));
    assert_eq!((group.target_type.as_deref(), group.protocol.as_deref()), (Some("instance"), Some("HTTP")));
}

#[tokio::test]
async fn describe_target_health_gives_state_reason_and_ports_as_far_as_aws_says_them() {
    let body = "<TargetHealthDescriptions>\
        <member><Target><Id>i-1</Id><Port>80</Port></Target><HealthCheckPort>8080</HealthCheckPort>\
        <TargetHealth><State>unhealthy</State><Reason>Target.Timeout</Reason>\
        <Description>Request timed out</Description></TargetHealth></member>\
        <member><Target><Id>i-2</Id></Target><TargetHealth><State>healthy</State></TargetHealth></member>\
        </TargetHealthDescriptions>";
    let mut bench = answer("DescribeTargetHealth", body);
    let request = elbv2::DescribeTargetHealthRequest { target_group_arn: GROUP.to_owned() };
    let response = AwsCalls::new(Some(&mut bench.step)).describe_target_health(request).await.unwrap();
    let group = format!("TargetGroupArn={GROUP}");
    assert_eq!(sent(&bench), ["Action=DescribeTargetHealth", &group, "Version=2015-12-01"]);
    let [sick, well] = &response.target_health_descriptions[..] else { panic!("{response:?}") };
    assert_eq!(
        (&*sick.target.id, sick.target.port, sick.health_check_port.as_deref()),
        ("i-1", Some(80), Some("8080"))
    );
    assert_eq!(
        (&*sick.target_health.state, sick.target_health.reason.as_deref()),
        ("unhealthy", Some("Target.Timeout"))
    );
    assert_eq!(sick.target_health.description.as_deref(), Some("Request timed out"));
    assert_eq!((well.target.port, &well.health_check_port, &well.target_health.reason), (None, &None, &None));
}

#[tokio::test]
async fn a_target_without_a_state_is_no_answer() {
    let body = "<TargetHealthDescriptions><member><Target><Id>i-1</Id></Target></member></TargetHealthDescriptions>";
    let mut bench = answer("DescribeTargetHealth", body);
    let request = elbv2::DescribeTargetHealthRequest { target_group_arn: GROUP.to_owned() };
    let error = AwsCalls::new(Some(&mut bench.step)).describe_target_health(request).await.unwrap_err();
    let HostError::Answer(CallError { kind: CallErrorKind::Unavailable, message, .. }) = error else { panic!() };
    assert_eq!(message, "AWS's answer cannot be read: missing field `target_health`");
}
