//! The smallest plugin: the bare contract, without the SDK's traits and without imports.

use stepwell_plugin::bindings::exports::stepwell::step::step::{Description, Failure, Guest, Invocation, Outcome};

struct Noop;

impl Guest for Noop {
    fn describe() -> Description {
        Description {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: env!("CARGO_PKG_DESCRIPTION").to_owned(),
            config_schema: r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object"}"#.to_owned(),
            outputs_schema: r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object"}"#.to_owned(),
            kinds: vec!["workflow-step".to_owned()],
            extra: "{}".to_owned(),
        }
    }

    fn start(invocation: Invocation) -> Result<Outcome, Failure> {
        Ok(Outcome::Done(invocation.config))
    }

    fn resume(_: Invocation, _: Vec<u8>) -> Result<Outcome, Failure> {
        Err(never_waited())
    }

    fn cancel(_: Invocation, _: Vec<u8>) -> Result<(), Failure> {
        Err(never_waited())
    }
}

fn never_waited() -> Failure {
    Failure { code: "CheckpointInvalid".to_owned(), message: "this plugin never waits".to_owned(), retryable: false }
}

stepwell_plugin::bindings::export_contract!(Noop with_types_in stepwell_plugin::bindings);
