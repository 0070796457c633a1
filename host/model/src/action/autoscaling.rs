//! Amazon EC2 Auto Scaling.

use super::{ActionRow, Repeat, Resource, Service};

const AUTO_SCALING: Service = Service { interface: "autoscaling", name: "Auto Scaling" };

const GROUPS: Resource = Resource::Arn("autoscaling:*:*:autoScalingGroup:*:autoScalingGroupName/*");

pub(super) static ROWS: [ActionRow; 2] = [
    AUTO_SCALING.look(
        "describe-auto-scaling-groups",
        &["DescribeAutoScalingGroups"],
        "autoscaling:DescribeAutoScalingGroups",
    ),
    AUTO_SCALING.call(
        "update-auto-scaling-group",
        &["UpdateAutoScalingGroup"],
        "autoscaling:UpdateAutoScalingGroup",
        Repeat::Idempotent,
        GROUPS,
    ),
];
