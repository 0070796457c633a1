//! Elastic Load Balancing, version 2.

use super::{Action, ActionRow, Repeat, Resource};

const fn look(function: &'static str, operation: &'static [&'static str; 1], action: &'static str) -> ActionRow {
    let (interface, service, action) = ("elbv2", "Elastic Load Balancing v2", Action(action));
    let (repeat, resource) = (Repeat::Read, Resource::Any);
    ActionRow { interface, function, service, operations: operation, action, repeat, resource, also: &[] }
}

pub(super) static ROWS: [ActionRow; 3] = [
    look("describe-load-balancers", &["DescribeLoadBalancers"], "elasticloadbalancing:DescribeLoadBalancers"),
    look("describe-target-groups", &["DescribeTargetGroups"], "elasticloadbalancing:DescribeTargetGroups"),
    look("describe-target-health", &["DescribeTargetHealth"], "elasticloadbalancing:DescribeTargetHealth"),
];
