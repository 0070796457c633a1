//! The action table: what each function of an AWS interface in `wit/` means to AWS and to recovery.
//!
//! One row per WIT function. A function without a row cannot be called: the host has no `Permit` for it. A test in
//! `stepwell-aws` holds `wit/`, the table and the service files together.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An IAM action in AWS's own notation, such as `ec2:StartInstances`. Only the table makes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Action(&'static str);

impl Action {
    /// The action as text.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// What repeating a call does, for instance when it is not known whether the first one arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repeat {
    /// Changes nothing.
    Read,
    /// Reaches the same state however often it is called.
    Idempotent,
    /// Carries a client token by which AWS recognises the repetition.
    Tokened,
    /// Has its effect again.
    Once,
}

impl Repeat {
    /// Whether the call may change something in AWS.
    pub fn changes(self) -> bool {
        self != Self::Read
    }
}

/// The form of `Resource` in an IAM statement that allows the action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// The action knows no resource-level permissions.
    Any,
    /// The part of an ARN behind `arn:PARTITION:`, with wildcards.
    Arn(&'static str),
}

/// One function of an AWS interface.
#[derive(Debug, PartialEq, Eq)]
pub struct ActionRow {
    /// The WIT interface, such as `ec2`.
    pub interface: &'static str,
    /// The WIT function, such as `start-instances`.
    pub function: &'static str,
    /// The service as the SDK's operation metadata names it.
    pub service: &'static str,
    /// The API operation as the SDK's operation metadata names it.
    pub operation: &'static str,
    /// The IAM action that AWS checks.
    pub action: Action,
    /// What a repetition does.
    pub repeat: Repeat,
    /// What a policy names as the resource.
    pub resource: Resource,
}

const fn ec2(
    function: &'static str,
    operation: &'static str,
    action: &'static str,
    repeat: Repeat,
    resource: Resource,
) -> ActionRow {
    ActionRow { interface: "ec2", function, service: "EC2", operation, action: Action(action), repeat, resource }
}

const INSTANCES: Resource = Resource::Arn("ec2:*:*:instance/*");

// AWS checks the resources that are logged as well, which the wildcard covers.
const FLOW_LOGS: Resource = Resource::Arn("ec2:*:*:*/*");

/// Every call that a plugin can import.
pub static ACTIONS: [ActionRow; 7] = [
    ec2("start-instances", "StartInstances", "ec2:StartInstances", Repeat::Idempotent, INSTANCES),
    ec2("stop-instances", "StopInstances", "ec2:StopInstances", Repeat::Idempotent, INSTANCES),
    // A second RebootInstances interrupts the instance a second time.
    ec2("reboot-instances", "RebootInstances", "ec2:RebootInstances", Repeat::Once, INSTANCES),
    ec2("describe-instances", "DescribeInstances", "ec2:DescribeInstances", Repeat::Read, Resource::Any),
    ec2(
        "describe-instance-status",
        "DescribeInstanceStatus",
        "ec2:DescribeInstanceStatus",
        Repeat::Read,
        Resource::Any,
    ),
    ec2("create-flow-logs", "CreateFlowLogs", "ec2:CreateFlowLogs", Repeat::Tokened, FLOW_LOGS),
    ActionRow {
        interface: "sts",
        function: "get-caller-identity",
        service: "STS",
        operation: "GetCallerIdentity",
        action: Action("sts:GetCallerIdentity"),
        repeat: Repeat::Read,
        resource: Resource::Any,
    },
];

/// The row of a WIT function.
pub fn row(interface: &str, function: &str) -> Option<&'static ActionRow> {
    ACTIONS.iter().find(|row| row.interface == interface && row.function == function)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_one_function_and_one_operation() {
        for (i, row) in ACTIONS.iter().enumerate() {
            for other in &ACTIONS[..i] {
                assert_ne!((row.interface, row.function), (other.interface, other.function));
                assert_ne!((row.service, row.operation), (other.service, other.operation));
            }
            assert!(row.action.as_str().ends_with(row.operation), "{}", row.action);
        }
    }
}
