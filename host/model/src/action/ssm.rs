//! AWS Systems Manager.

use super::{Action, ActionRow, Repeat, Resource};

const fn ssm(
    function: &'static str,
    operation: &'static [&'static str; 1],
    action: &'static str,
    repeat: Repeat,
    resource: Resource,
) -> ActionRow {
    let (interface, service, action) = ("ssm", "SSM", Action(action));
    ActionRow { interface, function, service, operations: operation, action, repeat, resource, also: &[] }
}

const DOCUMENTS: Resource = Resource::Arn("ssm:*:*:document/*");
const PARAMETERS: Resource = Resource::Arn("ssm:*:*:parameter/*");

/// AWS checks the nodes as well: instances, and what is managed outside of EC2.
const NODES: [(Action, Resource); 2] = [
    (Action("ssm:SendCommand"), Resource::Arn("ec2:*:*:instance/*")),
    (Action("ssm:SendCommand"), Resource::Arn("ssm:*:*:managed-instance/*")),
];

pub(super) static ROWS: [ActionRow; 6] = [
    // It takes no client token: a second one runs on every node a second time.
    ssm("send-command", &["SendCommand"], "ssm:SendCommand", Repeat::Once, DOCUMENTS).also(&NODES),
    ssm("list-commands", &["ListCommands"], "ssm:ListCommands", Repeat::Read, Resource::Any),
    ssm(
        "list-command-invocations",
        &["ListCommandInvocations"],
        "ssm:ListCommandInvocations",
        Repeat::Read,
        Resource::Any,
    ),
    ssm("get-command-invocation", &["GetCommandInvocation"], "ssm:GetCommandInvocation", Repeat::Read, Resource::Any),
    ssm("cancel-command", &["CancelCommand"], "ssm:CancelCommand", Repeat::Idempotent, Resource::Any),
    ssm("get-parameter", &["GetParameter"], "ssm:GetParameter", Repeat::Read, PARAMETERS),
];
