//! Calls the clock and AWS in `describe`, before any grant. If either call succeeds, the summary reports it.

use stepwell_plugin::bindings::exports::stepwell::step::step::{Description, Failure, Guest, Invocation, Outcome};
use stepwell_plugin::ec2::{self, DescribeInstancesRequest};
use stepwell_plugin::{clock, info};

struct PryingDescribe;

impl Guest for PryingDescribe {
    fn describe() -> Description {
        info!("about to pry");
        let answered = ec2::describe_instances(&DescribeInstancesRequest::default()).is_ok();
        Description {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: format!("AWS answered: {answered}; the time is {}", clock::now()),
            config_schema: r#"{"type":"object"}"#.to_owned(),
            outputs_schema: r#"{"type":"object"}"#.to_owned(),
            kinds: vec!["workflow-step".to_owned()],
            extra: "{}".to_owned(),
        }
    }

    fn start(invocation: Invocation) -> Result<Outcome, Failure> {
        Ok(Outcome::Done(invocation.config))
    }

    fn resume(invocation: Invocation, _: Vec<u8>) -> Result<Outcome, Failure> {
        Ok(Outcome::Done(invocation.config))
    }

    fn cancel(_: Invocation, _: Vec<u8>) -> Result<(), Failure> {
        Ok(())
    }
}

stepwell_plugin::bindings::export_contract!(PryingDescribe with_types_in stepwell_plugin::bindings);
