//! Amazon CloudWatch Logs.

use super::{ActionRow, Repeat, Resource, Service};

const LOGS: Service = Service { interface: "cloudwatch-logs", name: "CloudWatch Logs" };

/// With or without what follows the name of the group in its ARN.
const LOG_GROUPS: Resource = Resource::Arn("logs:*:*:log-group:*");

pub(super) static ROWS: [ActionRow; 5] = [
    LOGS.call("start-query", &["StartQuery"], "logs:StartQuery", Repeat::Paid, LOG_GROUPS),
    LOGS.look("get-query-results", &["GetQueryResults"], "logs:GetQueryResults"),
    LOGS.call("stop-query", &["StopQuery"], "logs:StopQuery", Repeat::Idempotent, Resource::Any),
    LOGS.look("describe-query-definitions", &["DescribeQueryDefinitions"], "logs:DescribeQueryDefinitions"),
    LOGS.call("create-log-stream", &["CreateLogStream"], "logs:CreateLogStream", Repeat::Once, LOG_GROUPS),
];
