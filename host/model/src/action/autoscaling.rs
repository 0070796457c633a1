//! Amazon EC2 Auto Scaling.

use super::{Action, ActionRow, Repeat, Resource};

const fn autoscaling(
    function: &'static str,
    operation: &'static [&'static str; 1],
    action: &'static str,
    repeat: Repeat,
    resource: Resource,
) -> ActionRow {
    let (interface, service, action) = ("autoscaling", "Auto Scaling", Action(action));
    ActionRow { interface, function, service, operations: operation, action, repeat, resource, also: &[] }
}

const GROUPS: Resource = Resource::Arn("autoscaling:*:*:autoScalingGroup:*:autoScalingGroupName/*");

pub(super) static ROWS: [ActionRow; 2] = [
    autoscaling(
        "describe-auto-scaling-groups",
        &["DescribeAutoScalingGroups"],
        "autoscaling:DescribeAutoScalingGroups",
        Repeat::Read,
        Resource::Any,
    ),
    autoscaling(
        "update-auto-scaling-group",
        &["UpdateAutoScalingGroup"],
        "autoscaling:UpdateAutoScalingGroup",
        Repeat::Idempotent,
        GROUPS,
    ),
];
