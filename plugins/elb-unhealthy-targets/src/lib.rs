//! Lists the unhealthy targets of a load balancer and, if asked, fails when there are any.

mod outputs;

use outputs::Outputs;
use schemars::JsonSchema;
use serde::Deserialize;
use stepwell_plugin::elbv2::{
    self, DescribeLoadBalancersRequest, DescribeTargetGroupsRequest, DescribeTargetHealthRequest, TargetGroup,
};
use stepwell_plugin::{Failure, Invocation, Step, console, pages};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// Name of an Application, Network or Gateway Load Balancer.
    #[schemars(length(min = 1, max = 32))]
    load_balancer_name: String,
    /// Fail with `UnhealthyTargets` when a target is unhealthy.
    #[serde(default)]
    fail_if_unhealthy: bool,
}

struct ElbUnhealthyTargets;

impl Step for ElbUnhealthyTargets {
    type Config = Config;
    type Outputs = Outputs;

    fn run(_: &Invocation, config: Config) -> Result<Outputs, Failure> {
        let name = config.load_balancer_name;
        let arn = load_balancer(&name)?;
        let mut outputs = Outputs::default();
        for group in target_groups(&arn)? {
            let request = DescribeTargetHealthRequest { target_group_arn: group.target_group_arn.clone() };
            for seen in elbv2::describe_target_health(&request)?.target_health_descriptions {
                outputs.add(&group, seen);
            }
        }
        outputs.print(&name);
        console::link("load balancer", &format!("ec2/home?region={{region}}#LoadBalancer:loadBalancerArn={arn}"));
        if config.fail_if_unhealthy && outputs.unhealthy_count > 0 { Err(outputs.failure(&name)) } else { Ok(outputs) }
    }
}

fn load_balancer(name: &str) -> Result<String, Failure> {
    let request = DescribeLoadBalancersRequest { names: vec![name.to_owned()], ..Default::default() };
    let found = elbv2::describe_load_balancers(&request)?.load_balancers.into_iter().next();
    found
        .map(|balancer| balancer.load_balancer_arn)
        .ok_or_else(|| Failure::not_found(format!("AWS's answer says nothing of load balancer {name}")))
}

fn target_groups(load_balancer_arn: &str) -> Result<Vec<TargetGroup>, Failure> {
    let load_balancer_arn = Some(load_balancer_arn.to_owned());
    let mut request = DescribeTargetGroupsRequest { load_balancer_arn, ..Default::default() };
    let groups = pages(|marker| {
        request.marker = marker;
        elbv2::describe_target_groups(&request).map(|page| (page.target_groups, page.next_marker))
    });
    match groups {
        // The load balancer is there: it has none.
        Err(error) if error.code.as_deref() == Some("TargetGroupNotFound") => Ok(Vec::new()),
        groups => Ok(groups?),
    }
}

stepwell_plugin::export!(ElbUnhealthyTargets);

#[cfg(test)]
mod tests;
