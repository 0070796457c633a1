//! Amazon EC2 Auto Scaling: requests and answers of `wit/deps/autoscaling.wit`.

use aws_config::SdkConfig;
use aws_sdk_autoscaling::{Client, config, types as aws};
use serde_json::json;
use stepwell_model::action;

use crate::AwsCalls;
use crate::aws::{Clients, PerRegion, Service};
use crate::convert::{count, each, number, some, text};
use crate::error::HostError;
use crate::gate::Gate;
use crate::wit::autoscaling;

impl Service for Client {
    type Rows = action::autoscaling::Service;

    fn gated(config: &SdkConfig, gate: Gate) -> Self {
        Self::from_conf(config::Builder::from(config).interceptor(gate).build())
    }

    fn kept(clients: &Clients) -> &PerRegion<Self> {
        &clients.autoscaling
    }
}

impl autoscaling::Host for AwsCalls<'_> {
    async fn describe_auto_scaling_groups(
        &mut self,
        request: autoscaling::DescribeAutoScalingGroupsRequest,
    ) -> Result<autoscaling::DescribeAutoScalingGroupsResponse, HostError> {
        let names = json!({ "AutoScalingGroupNames": request.auto_scaling_group_names });
        let send = |autoscaling: Client, pass| {
            let call = autoscaling.describe_auto_scaling_groups();
            let call = call.set_auto_scaling_group_names(some(request.auto_scaling_group_names));
            let call = call.set_max_records(number(request.max_records)).set_next_token(request.next_token);
            call.customize().interceptor(pass).send()
        };
        self.call(action::autoscaling::DESCRIBE_AUTO_SCALING_GROUPS, names, send, |answer| {
            let next_token = text(answer.next_token());
            let auto_scaling_groups = each(answer.auto_scaling_groups(), group)?;
            Ok(autoscaling::DescribeAutoScalingGroupsResponse { auto_scaling_groups, next_token })
        })
        .await
    }

    async fn update_auto_scaling_group(
        &mut self,
        request: autoscaling::UpdateAutoScalingGroupRequest,
    ) -> Result<(), HostError> {
        let names = json!({
            "AutoScalingGroupName": request.auto_scaling_group_name,
            "MinSize": request.min_size,
            "MaxSize": request.max_size,
            "DesiredCapacity": request.desired_capacity,
        });
        let send = |autoscaling: Client, pass| {
            let call = autoscaling.update_auto_scaling_group();
            let call = call.auto_scaling_group_name(request.auto_scaling_group_name);
            let call = call.set_min_size(number(request.min_size)).set_max_size(number(request.max_size));
            call.set_desired_capacity(number(request.desired_capacity)).customize().interceptor(pass).send()
        };
        self.call(action::autoscaling::UPDATE_AUTO_SCALING_GROUP, names, send, |_| Ok(())).await
    }
}

/// The SDK reads a missing size as 0, because AWS always gives it.
fn size(size: Option<i32>, what: &str) -> Result<u32, HostError> {
    count(size).ok_or_else(|| HostError::without(what))
}

fn group(group: &aws::AutoScalingGroup) -> Result<autoscaling::AutoScalingGroup, HostError> {
    let name = group.auto_scaling_group_name().ok_or_else(|| HostError::without("a group's name"))?;
    Ok(autoscaling::AutoScalingGroup {
        auto_scaling_group_name: name.to_owned(),
        auto_scaling_group_arn: text(group.auto_scaling_group_arn()),
        min_size: size(group.min_size(), "a group's minimum size")?,
        max_size: size(group.max_size(), "a group's maximum size")?,
        desired_capacity: size(group.desired_capacity(), "a group's desired capacity")?,
        instances: each(group.instances(), instance)?,
        status: text(group.status()),
    })
}

fn instance(instance: &aws::Instance) -> Result<autoscaling::Instance, HostError> {
    let id = instance.instance_id().ok_or_else(|| HostError::without("an instance id"))?;
    let state = instance.lifecycle_state().ok_or_else(|| HostError::without("an instance's lifecycle state"))?;
    let health = instance.health_status().ok_or_else(|| HostError::without("an instance's health"))?;
    Ok(autoscaling::Instance {
        instance_id: id.to_owned(),
        lifecycle_state: state.as_str().to_owned(),
        health_status: health.to_owned(),
    })
}
