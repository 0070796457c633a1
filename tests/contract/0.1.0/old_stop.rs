//! A plugin of version 0.1 of the contract: it stops one EC2 instance and waits until AWS says so.
//!
//! It uses the bare contract and reads its one key without a JSON library, so that it is small enough to be committed.

use stepwell_plugin::bindings::exports::stepwell::step::step::{
    Description, Failure, Guest, Invocation, Kind, Outcome, Progress, Wait,
};
use stepwell_plugin::ec2::{self, DescribeInstancesRequest, StopInstancesRequest};
use stepwell_plugin::{CallError, CallErrorKind, clock, info};

const CONFIG: &str = r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"instance_id":{"type":"string","description":"The instance to stop."}},"required":["instance_id"],"additionalProperties":false}"#;
const OUTPUTS: &str = r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"state":{"type":"string","description":"The last state."},"has_node":{"type":"boolean","description":"Whether the step runs for a node."}},"required":["state","has_node"]}"#;

struct OldStop;

impl Guest for OldStop {
    fn describe() -> Description {
        Description {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: env!("CARGO_PKG_DESCRIPTION").to_owned(),
            config_schema: CONFIG.to_owned(),
            outputs_schema: OUTPUTS.to_owned(),
            kinds: vec![Kind::WorkflowStep, Kind::NodeStep],
        }
    }

    fn start(invocation: Invocation) -> Result<Outcome, Failure> {
        let id = instance_id(&invocation.config)?;
        let request = StopInstancesRequest { instance_ids: vec![id.to_owned()], ..Default::default() };
        let stopped = ec2::stop_instances(&request).map_err(failure)?;
        info!("{} instances are stopping; it is {}", stopped.stopping_instances.len(), clock::now());
        Ok(Outcome::Wait(wait(id, "stopping")))
    }

    fn resume(invocation: Invocation, checkpoint: Vec<u8>) -> Result<Outcome, Failure> {
        let id = String::from_utf8_lossy(&checkpoint).into_owned();
        let request = DescribeInstancesRequest { instance_ids: vec![id.clone()], ..Default::default() };
        let page = ec2::describe_instances(&request).map_err(failure)?;
        let instance = page.reservations.into_iter().flat_map(|reservation| reservation.instances).next();
        let state = instance.map(|instance| instance.state.name).unwrap_or_default();
        if state != "stopped" {
            return Ok(Outcome::Wait(wait(&id, &state)));
        }
        let has_node = invocation.node.is_some();
        Ok(Outcome::Done(format!(r#"{{"state":"{state}","has_node":{has_node}}}"#)))
    }

    fn cancel(_: Invocation, _: Vec<u8>) -> Result<(), Failure> {
        Ok(())
    }
}

fn wait(id: &str, state: &str) -> Wait {
    let progress = Some(Progress { done: 0, total: Some(1), unit: "instances".to_owned() });
    Wait { after_ms: 100, checkpoint: id.as_bytes().to_vec(), message: format!("{id}: {state}"), progress }
}

fn instance_id(config: &str) -> Result<&str, Failure> {
    let id = config.split("\"instance_id\":\"").nth(1).and_then(|rest| rest.split('"').next());
    id.ok_or_else(|| Failure {
        code: "ConfigurationInvalid".to_owned(),
        message: "there is no `instance_id`".to_owned(),
        retryable: false,
    })
}

fn failure(error: CallError) -> Failure {
    let CallError { kind, action, code, message, .. } = error;
    Failure {
        code: code.unwrap_or_else(|| "AwsError".to_owned()),
        message: format!("{action}: {message}"),
        retryable: matches!(kind, CallErrorKind::Throttled),
    }
}

stepwell_plugin::bindings::export_contract!(OldStop with_types_in stepwell_plugin::bindings);
