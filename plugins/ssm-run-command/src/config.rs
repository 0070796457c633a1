//! The configuration, and the request that it makes.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use stepwell_plugin::ssm::{DocumentParameter, SendCommandRequest, Target};
use stepwell_plugin::{Duration, Failure, Invocation, Schedule};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-stepwell-rules" = [{
    "schema": { "oneOf": [{ "required": ["instance_id"] }, { "required": ["targets"] }] },
    "message": "either `instance_id` or `targets` is required, and not both",
    "next": "name the nodes in `instance_id`, or select them with `targets`",
}]))]
pub(crate) struct Config {
    /// The managed node to run on, or a list of up to 50 nodes: instances and hybrid nodes. Either this or `targets` is
    /// required.
    #[serde(default)]
    #[schemars(with = "OneOrMany<NodeId>")]
    instance_id: Option<OneOrMany<NodeId>>,
    /// The managed nodes, selected by a common property, such as `[{ key = "tag:Role", values = ["web"] }]`. A node
    /// must match all of up to five targets.
    #[serde(default)]
    #[schemars(length(max = 5))]
    targets: Vec<Nodes>,
    /// Succeed when no managed node matches `targets`. Otherwise the step fails with `NoTargets`, because the command ran
    /// nowhere. Without `wait` the step does not know it.
    #[serde(default)]
    pub(crate) allow_empty: bool,
    /// The document to run: its name, or the ARN of a shared document.
    #[serde(default = "shell_script")]
    #[schemars(length(min = 3))]
    document_name: String,
    /// The version of the document: a number, `$DEFAULT` or `$LATEST`.
    #[schemars(regex(pattern = r"^(\$DEFAULT|\$LATEST|[1-9][0-9]*)$"))]
    document_version: Option<String>,
    /// The parameters of the document, each a text or a list of texts: `{ commands = ["uptime"] }`. Everyone who may
    /// read commands in AWS sees them, including secrets.
    #[serde(default)]
    #[schemars(extend("x-stepwell-secret-to" = ["ssm:SendCommand"]))]
    parameters: BTreeMap<String, OneOrMany<String>>,
    /// The comment of the command in AWS; by default it names the run and the step.
    #[schemars(length(max = 100))]
    comment: Option<String>,
    /// The time within which the command must start on a node, 30s to 30d; by default an hour, or as the document sets
    /// it.
    delivery_timeout: Option<Duration>,
    /// The maximum number of nodes that run the command at the same time: a number or a percentage such as `10%`; 50 by
    /// default.
    #[schemars(regex(pattern = "^([1-9][0-9]*|[1-9][0-9]?%|100%)$"))]
    max_concurrency: Option<String>,
    /// The number of failures after which the command starts on no further node: a number or a percentage such as
    /// `10%`; 0 by default.
    #[schemars(regex(pattern = "^([0-9]+|[1-9]?[0-9]%|100%)$"))]
    max_errors: Option<String>,
    /// The maximum number of characters of each node's output and error output in the outputs of the step. All of them
    /// together are cut to about 800,000 bytes.
    #[serde(default = "some_output")]
    #[schemars(range(max = 24000))]
    pub(crate) output_limit: usize,
    /// Wait until the command has ended on every node.
    #[serde(default = "yes")]
    pub(crate) wait: bool,
    /// Give up waiting after this time, and cancel the command.
    #[serde(default = "hour")]
    #[schemars(extend("x-stepwell-within-timeout" = true))]
    pub(crate) timeout: Duration,
    /// The longest pause between two polls. The first pauses are shorter.
    #[serde(default = "Schedule::usual_poll_every")]
    pub(crate) poll_every: Duration,
}

#[derive(Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
enum OneOrMany<T> {
    One(T),
    Many(#[schemars(length(min = 1))] Vec<T>),
}

#[derive(Clone, Deserialize, JsonSchema)]
#[schemars(inline)]
struct NodeId(#[schemars(regex(pattern = "^m?i-[0-9a-f]{8,17}$"))] String);

/// Managed nodes with a common property.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
struct Nodes {
    /// The property, such as `tag:Role`, `tag-key` or `resource-groups:Name`.
    #[schemars(length(min = 1, max = 163))]
    key: String,
    /// The alternative values.
    #[schemars(length(min = 1, max = 50))]
    values: Vec<String>,
}

/// The maximum number of node ids in a request. More nodes can be selected by a tag.
const MOST_NODES: usize = 50;

impl Config {
    pub(crate) fn request(&self, invocation: &Invocation) -> Result<SendCommandRequest, Failure> {
        let instance_ids = self.instance_id.clone().map(OneOrMany::into_vec).unwrap_or_default();
        let invalid = |message: &str| Err(Failure::configuration_invalid(message));
        match (instance_ids.is_empty(), self.targets.is_empty()) {
            (false, true) if instance_ids.len() > MOST_NODES => {
                return invalid("`instance_id` has more than 50 nodes; select them by a tag in `targets`");
            }
            (false, true) | (true, false) => {}
            (true, true) => return invalid("either `instance_id` or `targets` is required"),
            (false, false) => return invalid("`instance_id` and `targets` cannot be used together"),
        }
        let target = |nodes: &Nodes| Target { key: nodes.key.clone(), values: nodes.values.clone() };
        let parameter = |(name, values): (&String, &OneOrMany<String>)| DocumentParameter {
            name: name.clone(),
            values: values.clone().into_vec(),
        };
        Ok(SendCommandRequest {
            document_name: self.document_name.clone(),
            document_version: self.document_version.clone(),
            instance_ids: instance_ids.into_iter().map(|id| id.0).collect(),
            targets: self.targets.iter().map(target).collect(),
            parameters: self.parameters.iter().map(parameter).collect(),
            timeout_seconds: self.delivery_timeout.map(delivery_seconds).transpose()?,
            comment: Some(self.comment.clone().unwrap_or_else(|| comment(invocation))),
            max_concurrency: self.max_concurrency.clone(),
            max_errors: self.max_errors.clone(),
        })
    }
}

impl<T> OneOrMany<T> {
    fn into_vec(self) -> Vec<T> {
        match self {
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        }
    }
}

fn delivery_seconds(timeout: Duration) -> Result<u32, Failure> {
    let milliseconds = timeout.as_millis();
    let seconds = u32::try_from(milliseconds / 1000).ok().filter(|seconds| (30..=2_592_000).contains(seconds));
    seconds.filter(|_| milliseconds.is_multiple_of(1000)).ok_or_else(|| {
        Failure::configuration_invalid(format!(
            "`delivery_timeout` is {timeout}; it must be whole seconds from 30s to 30d"
        ))
    })
}

/// The default comment, which leads from AWS back to the run.
fn comment(invocation: &Invocation) -> String {
    format!("Stepwell run {}, step {}", invocation.run_id, invocation.step_id).chars().take(100).collect()
}

fn shell_script() -> String {
    "AWS-RunShellScript".to_owned()
}

fn some_output() -> usize {
    4_000
}

fn yes() -> bool {
    true
}

/// The default timeout of scripts in AWS's own documents.
fn hour() -> Duration {
    Duration::minutes(60)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    fn asked(config: Json) -> Result<SendCommandRequest, Failure> {
        let (run_id, step_id) = ("019f3e5c".to_owned(), "patch".to_owned());
        let invocation = Invocation { run_id, step_id, attempt: 1, ..Invocation::default() };
        serde_json::from_value::<Config>(config).unwrap().request(&invocation)
    }

    #[test]
    fn the_default_is_a_shell_script() {
        let request =
            asked(json!({ "instance_id": "i-0123456789abcdef0", "parameters": { "commands": ["a", "b"], "x": "y" } }))
                .unwrap();
        assert_eq!(request.document_name, "AWS-RunShellScript");
        assert_eq!(request.instance_ids, ["i-0123456789abcdef0"]);
        let parameters: Vec<_> =
            request.parameters.iter().map(|each| (each.name.as_str(), each.values.len())).collect();
        assert_eq!(parameters, [("commands", 2), ("x", 1)]);
        assert_eq!(request.comment.as_deref(), Some("Stepwell run 019f3e5c, step patch"));
        assert_eq!((request.timeout_seconds, request.max_errors), (None, None));
    }

    #[test]
    fn nodes_are_selected_in_exactly_one_way_and_50_at_most() {
        let ids = |count: usize| (0..count).map(|n| format!("i-{n:017x}")).collect::<Vec<_>>();
        let targets = json!([{ "key": "tag:Role", "values": ["web"] }]);
        let code = |config: Json| asked(config).err().map(|failure| failure.code.into_owned());
        let invalid = Some("ConfigurationInvalid".to_owned());
        assert_eq!(code(json!({ "instance_id": ids(50) })), None);
        assert_eq!(code(json!({ "targets": targets })), None);
        assert_eq!(code(json!({ "instance_id": ids(51) })), invalid);
        assert_eq!(code(json!({ "instance_id": [] })), invalid);
        assert_eq!(code(json!({})), invalid);
        assert_eq!(code(json!({ "instance_id": ids(1), "targets": targets })), invalid);
    }

    #[test]
    fn a_command_has_half_a_minute_to_a_month_to_start() {
        let asked = |timeout: &str| {
            asked(json!({ "instance_id": "i-0123456789abcdef0", "delivery_timeout": timeout }))
                .map(|request| request.timeout_seconds.unwrap())
        };
        assert_eq!((asked("30s").unwrap(), asked("30d").unwrap()), (30, 2_592_000));
        for timeout in ["29s", "30d1s", "30s1ms", "999999999d"] {
            assert_eq!(asked(timeout).unwrap_err().code, "ConfigurationInvalid", "{timeout}");
        }
    }
}
