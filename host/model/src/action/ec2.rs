//! Amazon EC2 and Amazon VPC.

use super::{Action, ActionRow, PASS_ROLE, Repeat, Resource};

const fn ec2(
    function: &'static str,
    operation: &'static [&'static str; 1],
    action: &'static str,
    repeat: Repeat,
    resource: Resource,
) -> ActionRow {
    let (interface, service, action) = ("ec2", "EC2", Action(action));
    ActionRow { interface, function, service, operations: operation, action, repeat, resource, also: &[] }
}

const INSTANCES: Resource = Resource::Arn("ec2:*:*:instance/*");

// AWS checks the resources that are logged as well, which the wildcard covers.
const FLOW_LOGS: Resource = Resource::Arn("ec2:*:*:*/*");

pub(super) static ROWS: [ActionRow; 6] = [
    ec2("start-instances", &["StartInstances"], "ec2:StartInstances", Repeat::Idempotent, INSTANCES),
    ec2("stop-instances", &["StopInstances"], "ec2:StopInstances", Repeat::Idempotent, INSTANCES),
    // A second RebootInstances interrupts the instance a second time.
    ec2("reboot-instances", &["RebootInstances"], "ec2:RebootInstances", Repeat::Once, INSTANCES),
    ec2("describe-instances", &["DescribeInstances"], "ec2:DescribeInstances", Repeat::Read, Resource::Any),
    ec2(
        "describe-instance-status",
        &["DescribeInstanceStatus"],
        "ec2:DescribeInstanceStatus",
        Repeat::Read,
        Resource::Any,
    ),
    ec2("create-flow-logs", &["CreateFlowLogs"], "ec2:CreateFlowLogs", Repeat::Tokened, FLOW_LOGS).also(&[PASS_ROLE]),
];
