//! Logs the traffic of a VPC, a subnet or a network interface to CloudWatch Logs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::ec2::{self, CreateFlowLogsRequest, CreateFlowLogsResponse, UnsuccessfulItem};
use stepwell_plugin::{CallError, CallErrorKind, Failure, Invocation, Step, info};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-stepwell-rules" = [{
    "schema": {
        "anyOf": [
            { "properties": { "resource_type": { "const": "VPC" }, "resource_id": { "pattern": "^vpc-" } } },
            { "properties": { "resource_type": { "const": "Subnet" }, "resource_id": { "pattern": "^subnet-" } } },
            { "properties": { "resource_type": { "const": "NetworkInterface" }, "resource_id": { "pattern": "^eni-" } } },
        ],
    },
    "property": "resource_type",
    "message": "is not the type of `resource_id`",
    "next": "write VPC for `vpc-…`, Subnet for `subnet-…`, and NetworkInterface for `eni-…`",
}]))]
struct Config {
    /// The VPC, the subnet or the network interface.
    #[schemars(regex(pattern = "^(vpc|subnet|eni)-[0-9a-f]{8,17}$"))]
    resource_id: String,
    /// The type of `resource_id`.
    resource_type: ResourceType,
    /// The traffic to log: accepted by security groups and network ACLs, rejected, or all.
    traffic_type: TrafficType,
    /// The role for writing to the log group. It must trust `vpc-flow-logs.amazonaws.com`.
    #[schemars(regex(pattern = "^arn:[a-z0-9-]+:iam::[0-9]{12}:role/.+$"))]
    deliver_logs_role_arn: String,
    /// The log group. AWS creates it if it does not exist.
    #[schemars(regex(pattern = r"^[.\-_/#A-Za-z0-9]{1,512}$"))]
    log_group_name: String,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
enum ResourceType {
    #[serde(rename = "VPC")]
    Vpc,
    Subnet,
    NetworkInterface,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
enum TrafficType {
    Accept,
    Reject,
    All,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Outputs {
    /// The ids of the created flow logs.
    flow_log_ids: Vec<String>,
}

struct VpcFlowLogs;

impl Step for VpcFlowLogs {
    type Config = Config;
    type Outputs = Outputs;

    fn run(_: &Invocation, config: Config) -> Result<Outputs, Failure> {
        let resource_type = config.resource_type.of(&config.resource_id)?;
        let request = CreateFlowLogsRequest {
            resource_ids: vec![config.resource_id.clone()],
            resource_type: resource_type.to_owned(),
            traffic_type: Some(config.traffic_type.name().to_owned()),
            log_group_name: Some(config.log_group_name),
            deliver_logs_permission_arn: Some(config.deliver_logs_role_arn),
        };
        created(&config.resource_id, ec2::create_flow_logs(&request)?)
    }
}

impl ResourceType {
    /// AWS's name of the type, if the id fits it.
    fn of(self, resource_id: &str) -> Result<&'static str, Failure> {
        let (name, prefix) = match self {
            Self::Vpc => ("VPC", "vpc-"),
            Self::Subnet => ("Subnet", "subnet-"),
            Self::NetworkInterface => ("NetworkInterface", "eni-"),
        };
        let other = || format!("`resource_type` is `{name}`, but `resource_id` is `{resource_id}`, not `{prefix}…`");
        resource_id.starts_with(prefix).then_some(name).ok_or_else(|| Failure::configuration_invalid(other()))
    }
}

impl TrafficType {
    fn name(self) -> &'static str {
        match self {
            Self::Accept => "ACCEPT",
            Self::Reject => "REJECT",
            Self::All => "ALL",
        }
    }
}

/// The created flow logs. AWS returns 200 even if it created none, and reports that in `Unsuccessful`.
fn created(resource_id: &str, answer: CreateFlowLogsResponse) -> Result<Outputs, Failure> {
    if let Some(item) = answer.unsuccessful.into_iter().next() {
        return Err(refused(item));
    }
    if answer.flow_log_ids.is_empty() {
        return Err(Failure::aws_error(format!("AWS's response does not mention {resource_id}")));
    }
    info!("{resource_id}: {}", answer.flow_log_ids.join(", "));
    Ok(Outputs { flow_log_ids: answer.flow_log_ids })
}

/// The codes with which AWS denies a whole call as well.
const DENIED: [&str; 4] = ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"];

fn refused(item: UnsuccessfulItem) -> Failure {
    let code = item.code.unwrap_or_else(|| "no code".to_owned());
    let message = item.message.unwrap_or_else(|| "AWS gave no message".to_owned());
    // A code may have a prefix, as in `Client.UnauthorizedOperation`.
    let kind = match code.rsplit('.').next() {
        Some("NotFound") => CallErrorKind::NotFound,
        Some(last) if DENIED.contains(&last) => CallErrorKind::Denied,
        _ => CallErrorKind::Rejected,
    };
    CallError { kind, action: "ec2:CreateFlowLogs".to_owned(), code: Some(code), message, request_id: None }.into()
}

stepwell_plugin::export!(VpcFlowLogs);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_has_to_be_of_the_type() {
        assert_eq!(ResourceType::Subnet.of("subnet-0abc1234").unwrap(), "Subnet");
        let failure = ResourceType::Vpc.of("subnet-0abc1234").unwrap_err();
        assert_eq!(failure.code, "ConfigurationInvalid");
        assert!(failure.message.contains("`resource_type`"), "{}", failure.message);
    }

    fn answer(code: Option<&str>) -> CreateFlowLogsResponse {
        let (code, message) = (code.map(str::to_owned), Some("in AWS's words".to_owned()));
        let resource_id = Some("vpc-0abc1234".to_owned());
        let unsuccessful = vec![UnsuccessfulItem { resource_id, code, message }];
        CreateFlowLogsResponse { flow_log_ids: Vec::new(), unsuccessful }
    }

    #[test]
    fn what_was_not_done_fails_with_awss_code_and_words() {
        let failure = |code| created("vpc-0abc1234", answer(code)).unwrap_err();
        assert_eq!(failure(Some("FlowLogAlreadyExists")).code, "AwsError");
        assert_eq!(failure(Some("FlowLogAlreadyExists")).message, "FlowLogAlreadyExists: in AWS's words");
        assert_eq!(failure(Some("InvalidVpcID.NotFound")).code, "NotFound");
        assert_eq!(failure(None).message, "no code: in AWS's words");
    }

    #[test]
    fn what_was_denied_names_the_action() {
        for code in ["UnauthorizedOperation", "Client.UnauthorizedOperation", "AccessDenied"] {
            let failure = created("vpc-0abc1234", answer(Some(code))).unwrap_err();
            assert_eq!(failure.code, "AccessDenied", "{code}");
            assert_eq!(failure.message, "`ec2:CreateFlowLogs` was denied: in AWS's words");
        }
    }

    #[test]
    fn an_answer_without_a_flow_log_is_no_success() {
        let answer = CreateFlowLogsResponse::default();
        assert!(created("vpc-0abc1234", answer).unwrap_err().message.contains("vpc-0abc1234"));
    }
}
