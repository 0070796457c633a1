//! AWS Systems Manager.

use super::{Action, ActionRow, Repeat, Resource, Service};

const SSM: Service = Service { interface: "ssm", name: "SSM" };

const DOCUMENTS: Resource = Resource::Arn("ssm:*:*:document/*");
const PARAMETERS: Resource = Resource::Arn("ssm:*:*:parameter/*");

/// AWS checks the nodes as well: instances, and what is managed outside of EC2.
const NODES: [(Action, Resource); 2] = [
    (Action("ssm:SendCommand"), Resource::Arn("ec2:*:*:instance/*")),
    (Action("ssm:SendCommand"), Resource::Arn("ssm:*:*:managed-instance/*")),
];

pub(super) static ROWS: [ActionRow; 6] = [
    // It takes no client token: a second one runs on every node a second time.
    SSM.call("send-command", &["SendCommand"], "ssm:SendCommand", Repeat::Once, DOCUMENTS).also(&NODES),
    SSM.look("list-commands", &["ListCommands"], "ssm:ListCommands"),
    SSM.look("list-command-invocations", &["ListCommandInvocations"], "ssm:ListCommandInvocations"),
    SSM.look("get-command-invocation", &["GetCommandInvocation"], "ssm:GetCommandInvocation"),
    SSM.call("cancel-command", &["CancelCommand"], "ssm:CancelCommand", Repeat::Idempotent, Resource::Any),
    SSM.call("get-parameter", &["GetParameter"], "ssm:GetParameter", Repeat::Read, PARAMETERS),
];
