//! Amazon CloudWatch Logs.

use super::{Action, ActionRow, Repeat, Resource};

const fn logs(
    function: &'static str,
    operation: &'static [&'static str; 1],
    action: &'static str,
    repeat: Repeat,
    resource: Resource,
) -> ActionRow {
    let (interface, service, action) = ("cloudwatch-logs", "CloudWatch Logs", Action(action));
    ActionRow { interface, function, service, operations: operation, action, repeat, resource, also: &[] }
}

/// With or without what follows the name of the group in its ARN.
const LOG_GROUPS: Resource = Resource::Arn("logs:*:*:log-group:*");

pub(super) static ROWS: [ActionRow; 5] = [
    // A second query costs what it scans, and changes nothing.
    logs("start-query", &["StartQuery"], "logs:StartQuery", Repeat::Idempotent, LOG_GROUPS),
    logs("get-query-results", &["GetQueryResults"], "logs:GetQueryResults", Repeat::Read, Resource::Any),
    logs("stop-query", &["StopQuery"], "logs:StopQuery", Repeat::Idempotent, Resource::Any),
    logs(
        "describe-query-definitions",
        &["DescribeQueryDefinitions"],
        "logs:DescribeQueryDefinitions",
        Repeat::Read,
        Resource::Any,
    ),
    logs("create-log-stream", &["CreateLogStream"], "logs:CreateLogStream", Repeat::Once, LOG_GROUPS),
];
