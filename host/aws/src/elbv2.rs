//! Elastic Load Balancing, version 2: requests and answers of `wit/deps/elbv2.wit`.

use aws_config::SdkConfig;
use aws_sdk_elasticloadbalancingv2::{Client, config, types as aws};
use serde_json::json;
use stepwell_model::action;

use crate::AwsCalls;
use crate::aws::{Clients, PerRegion, Service};
use crate::convert::{count, each, number, some, text};
use crate::error::HostError;
use crate::gate::Gate;
use crate::wit::elbv2;

impl Service for Client {
    type Rows = action::elbv2::Service;

    fn gated(config: &SdkConfig, gate: Gate) -> Self {
        Self::from_conf(config::Builder::from(config).interceptor(gate).build())
    }

    fn kept(clients: &Clients) -> &PerRegion<Self> {
        &clients.elbv2
    }
}

impl elbv2::Host for AwsCalls<'_> {
    async fn describe_load_balancers(
        &mut self,
        request: elbv2::DescribeLoadBalancersRequest,
    ) -> Result<elbv2::DescribeLoadBalancersResponse, HostError> {
        let names = json!({ "Names": request.names, "LoadBalancerArns": request.load_balancer_arns });
        let send = |elb: Client, pass| {
            let call = elb.describe_load_balancers().set_load_balancer_arns(some(request.load_balancer_arns));
            let call = call.set_names(some(request.names)).set_marker(request.marker);
            call.set_page_size(number(request.page_size)).customize().interceptor(pass).send()
        };
        self.call(action::elbv2::DESCRIBE_LOAD_BALANCERS, names, send, |answer| {
            let next_marker = text(answer.next_marker());
            let load_balancers = each(answer.load_balancers(), load_balancer)?;
            Ok(elbv2::DescribeLoadBalancersResponse { load_balancers, next_marker })
        })
        .await
    }

    async fn describe_target_groups(
        &mut self,
        request: elbv2::DescribeTargetGroupsRequest,
    ) -> Result<elbv2::DescribeTargetGroupsResponse, HostError> {
        let names = json!({ "LoadBalancerArn": request.load_balancer_arn });
        let send = |elb: Client, pass| {
            let call = elb.describe_target_groups().set_load_balancer_arn(request.load_balancer_arn);
            let call = call.set_target_group_arns(some(request.target_group_arns)).set_names(some(request.names));
            let call = call.set_marker(request.marker).set_page_size(number(request.page_size));
            call.customize().interceptor(pass).send()
        };
        self.call(action::elbv2::DESCRIBE_TARGET_GROUPS, names, send, |answer| {
            let next_marker = text(answer.next_marker());
            let target_groups = each(answer.target_groups(), target_group)?;
            Ok(elbv2::DescribeTargetGroupsResponse { target_groups, next_marker })
        })
        .await
    }

    async fn describe_target_health(
        &mut self,
        request: elbv2::DescribeTargetHealthRequest,
    ) -> Result<elbv2::DescribeTargetHealthResponse, HostError> {
        let names = json!({ "TargetGroupArn": request.target_group_arn });
        let send = |elb: Client, pass| {
            let call = elb.describe_target_health().target_group_arn(request.target_group_arn);
            call.customize().interceptor(pass).send()
        };
        self.call(action::elbv2::DESCRIBE_TARGET_HEALTH, names, send, |answer| {
            let target_health_descriptions = each(answer.target_health_descriptions(), description)?;
            Ok(elbv2::DescribeTargetHealthResponse { target_health_descriptions })
        })
        .await
    }
}

fn load_balancer(balancer: &aws::LoadBalancer) -> Result<elbv2::LoadBalancer, HostError> {
    let arn = balancer.load_balancer_arn().ok_or_else(|| HostError::without("a load balancer's ARN"))?;
    Ok(elbv2::LoadBalancer {
        load_balancer_arn: arn.to_owned(),
        load_balancer_name: text(balancer.load_balancer_name()),
        dns_name: text(balancer.dns_name()),
        vpc_id: text(balancer.vpc_id()),
    })
}

fn target_group(group: &aws::TargetGroup) -> Result<elbv2::TargetGroup, HostError> {
    let arn = group.target_group_arn().ok_or_else(|| HostError::without("a target group's ARN"))?;
    Ok(elbv2::TargetGroup {
        target_group_arn: arn.to_owned(),
        target_group_name: text(group.target_group_name()),
        target_type: text(group.target_type().map(aws::TargetTypeEnum::as_str)),
        protocol: text(group.protocol().map(aws::ProtocolEnum::as_str)),
        port: count(group.port()),
    })
}

fn description(description: &aws::TargetHealthDescription) -> Result<elbv2::TargetHealthDescription, HostError> {
    let target = description.target().ok_or_else(|| HostError::without("a target"))?;
    let health = description.target_health();
    let state = health.and_then(aws::TargetHealth::state).ok_or_else(|| HostError::without("a target's state"))?;
    Ok(elbv2::TargetHealthDescription {
        target: elbv2::TargetDescription {
            id: target.id().ok_or_else(|| HostError::without("a target's id"))?.to_owned(),
            port: count(target.port()),
            availability_zone: text(target.availability_zone()),
        },
        health_check_port: text(description.health_check_port()),
        target_health: elbv2::TargetHealth {
            state: state.as_str().to_owned(),
            reason: text(health.and_then(aws::TargetHealth::reason).map(aws::TargetHealthReasonEnum::as_str)),
            description: text(health.and_then(aws::TargetHealth::description)),
        },
    })
}
