//! The interface that plugins of version 0.1 of the contract export, and its conversions from and to that of today. The
//! imports of such plugins need none: they are linked to the functions of today, whose types are the same.

use std::collections::BTreeMap;

use serde::Deserialize;

use self::exports::stepwell::step::step;
use super::exports::stepwell::step::step as today;

wasmtime::component::bindgen!({
    path: "../../wit/released/step@0.1.0.wit",
    inline: "package stepwell:host@0.1.0; world plugin { export stepwell:step/step@0.1.0; }",
    exports: { default: async },
});

impl From<step::Description> for today::Description {
    fn from(description: step::Description) -> Self {
        let step::Description { name, version, summary, config_schema, outputs_schema, kinds } = description;
        let kinds = kinds.into_iter().map(|kind| match kind {
            step::Kind::WorkflowStep => "workflow-step".to_owned(),
            step::Kind::NodeStep => "node-step".to_owned(),
        });
        let (kinds, extra) = (kinds.collect(), "{}".to_owned());
        Self { name, version, summary, config_schema, outputs_schema, kinds, extra }
    }
}

impl From<&today::Invocation> for step::Invocation {
    fn from(invocation: &today::Invocation) -> Self {
        let today::Invocation { run_id, job, step_id, attempt, idempotency_token, region, config, extra } =
            invocation.clone();
        Self { run_id, job, step_id, attempt, idempotency_token, region, node: node(&extra), config }
    }
}

/// The node that today's `extra` holds.
fn node(extra: &str) -> Option<step::Node> {
    #[derive(Deserialize)]
    struct Extra {
        node: Option<Node>,
    }
    #[derive(Deserialize)]
    struct Node {
        name: String,
        attributes: BTreeMap<String, String>,
    }
    let Node { name, attributes } = serde_json::from_str::<Extra>(extra).ok()?.node?;
    Some(step::Node { name, attributes: attributes.into_iter().collect() })
}

impl From<step::Outcome> for today::Outcome {
    fn from(outcome: step::Outcome) -> Self {
        match outcome {
            step::Outcome::Done(outputs) => Self::Done(outputs),
            step::Outcome::Wait(wait) => Self::Wait(wait.into()),
        }
    }
}

impl From<step::Wait> for today::Wait {
    fn from(wait: step::Wait) -> Self {
        let step::Wait { after_ms, checkpoint, message, progress } = wait;
        let progress = progress.map(|step::Progress { done, total, unit }| today::Progress { done, total, unit });
        Self { after_ms, checkpoint, message, progress }
    }
}

impl From<step::Failure> for today::Failure {
    fn from(failure: step::Failure) -> Self {
        let step::Failure { code, message, retryable } = failure;
        Self { code, message, retryable }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugin_of_0_1_gets_the_node_out_of_the_further_facts() {
        let invocation = |extra: &str| today::Invocation {
            run_id: "r".to_owned(),
            job: "j".to_owned(),
            step_id: "s".to_owned(),
            attempt: 1,
            idempotency_token: "t".to_owned(),
            region: None,
            config: "{}".to_owned(),
            extra: extra.to_owned(),
        };
        let node = |extra: &str| step::Invocation::from(&invocation(extra)).node;
        assert!(node("{}").is_none() && node(r#"{"other":1}"#).is_none());
        let found = node(r#"{"node":{"name":"web-1","attributes":{"region":"eu-west-1","id":"i-1"}}}"#).unwrap();
        assert_eq!(found.name, "web-1");
        let attributes =
            [("id", "i-1"), ("region", "eu-west-1")].map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!(found.attributes, attributes);
    }
}
