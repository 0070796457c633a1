//! What the job says, and the request that comes of it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use stepwell_plugin::ssm::{DocumentParameter, SendCommandRequest, Target};
use stepwell_plugin::{Duration, Failure, Invocation, Schedule};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The managed node to run on, or a list of up to 50: instances and hybrid nodes. Either this or `targets`.
    #[serde(default)]
    #[schemars(with = "OneOrMany<NodeId>")]
    instance_id: Option<OneOrMany<NodeId>>,
    /// The managed nodes by what they have in common, such as `[{ key = "tag:Role", values = ["web"] }]`. All of up to five
    /// must match.
    #[serde(default)]
    #[schemars(length(max = 5))]
    targets: Vec<Nodes>,
    /// The document to run: its name, or the ARN of one that is shared.
    #[serde(default = "shell_script")]
    #[schemars(length(min = 3))]
    document_name: String,
    /// A version of the document: a number, `$DEFAULT` or `$LATEST`.
    #[schemars(regex(pattern = r"^(\$DEFAULT|\$LATEST|[1-9][0-9]*)$"))]
    document_version: Option<String>,
    /// The document's parameters, each a text or a list of texts: `{ commands = ["uptime"] }`. AWS shows them to everybody
    /// who may read commands, a secret too.
    #[serde(default)]
    parameters: BTreeMap<String, OneOrMany<String>>,
    /// What people see beside the command in AWS; without one it names the run and the step.
    #[schemars(length(max = 100))]
    comment: Option<String>,
    /// A node that has not begun by then does not run the command any more: 30s to 30d; an hour, unless it says otherwise.
    delivery_timeout: Option<Duration>,
    /// On how many nodes it may run at the same time: a number, or a part such as `10%`. AWS makes it 50.
    #[schemars(regex(pattern = "^([1-9][0-9]*|[1-9][0-9]?%|100%)$"))]
    max_concurrency: Option<String>,
    /// After how many failures it begins on no other node: a number, or a part such as `10%`. AWS makes it none.
    #[schemars(regex(pattern = "^([0-9]+|[1-9]?[0-9]%|100%)$"))]
    max_errors: Option<String>,
    /// Characters that the outputs keep of what each node wrote, and of its errors. All of them together keep no more than
    /// fit into the outputs of a step: some 800,000 bytes.
    #[serde(default = "some_output")]
    #[schemars(range(max = 24000))]
    pub(crate) output_limit: usize,
    /// Wait until it is over on every node.
    #[serde(default = "yes")]
    pub(crate) wait: bool,
    /// Give up waiting after this time, and cancel the command.
    #[serde(default = "hour")]
    pub(crate) timeout: Duration,
    /// The longest pause between two looks; the first ones are shorter.
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

/// Managed nodes by something that they have in common.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
struct Nodes {
    /// Such as `tag:Role`, `tag-key` or `resource-groups:Name`.
    #[schemars(length(min = 1, max = 163))]
    key: String,
    /// Any of them matches.
    #[schemars(length(min = 1, max = 50))]
    values: Vec<String>,
}

/// What AWS takes at once. More nodes have a tag in common.
const MOST_NODES: usize = 50;

impl Config {
    pub(crate) fn request(&self, invocation: &Invocation) -> Result<SendCommandRequest, Failure> {
        let instance_ids = self.instance_id.clone().map(OneOrMany::into_vec).unwrap_or_default();
        let invalid = |message: &str| Err(Failure::configuration_invalid(message));
        match (instance_ids.is_empty(), self.targets.is_empty()) {
            (false, true) if instance_ids.len() > MOST_NODES => {
                return invalid("`instance_id` has more than 50 nodes: name them by a tag in `targets`");
            }
            (false, true) | (true, false) => {}
            (true, true) => return invalid("neither `instance_id` nor `targets` says where to run"),
            (false, false) => return invalid("`instance_id` and `targets` exclude each other"),
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
            "`delivery_timeout` is {timeout}: whole seconds from 30s to 30d are possible"
        ))
    })
}

/// It leads from AWS back to the run.
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

/// The time that AWS's own documents give a script unless they are told otherwise.
fn hour() -> Duration {
    Duration::minutes(60)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    fn asked(config: Json) -> Result<SendCommandRequest, Failure> {
        let (run_id, step_id) = ("019f3e5c".to_owned(), "patch".to_owned());
        let (job, text, region, node) = (String::new(), String::new(), None, None);
        let invocation = Invocation {
            run_id,
            step_id,
            job,
            attempt: 1,
            idempotency_token: String::new(),
            region,
            node,
            config: text,
        };
        serde_json::from_value::<Config>(config).unwrap().request(&invocation)
    }

    #[test]
    fn a_shell_script_on_one_node_is_what_is_meant_when_nothing_else_is_said() {
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
    fn nodes_are_named_in_exactly_one_way_and_50_at_most() {
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
    fn a_node_has_half_a_minute_to_a_month_to_begin() {
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
