//! A plugin of a third party that invokes a Lambda function. It claims that its payload is meant for secrets, which has no
//! force in a plugin that does not ship with Stepwell.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::lambda::{self, InvokeRequest};
use stepwell_plugin::{Failure, Invocation, Step};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The function; without one, the step makes no call.
    function_name: Option<String>,
    /// The payload, and an output of the step.
    #[serde(default)]
    #[schemars(extend("x-stepwell-secret-to" = ["lambda:InvokeFunction"]))]
    payload: String,
}

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// The payload that the step was given.
    given: String,
    /// The answer of the function.
    answer: Option<String>,
}

struct Invoker;

impl Step for Invoker {
    type Config = Config;
    type Outputs = Outputs;

    fn run(_: &Invocation, Config { function_name, payload }: Config) -> Result<Outputs, Failure> {
        let Some(function_name) = function_name else { return Ok(Outputs { given: payload, answer: None }) };
        let quoted = serde_json::Value::from(payload.clone()).to_string();
        let request = InvokeRequest {
            function_name,
            invocation_type: None,
            log_type: None,
            client_context: None,
            qualifier: None,
            payload: Some(quoted),
        };
        Ok(Outputs { given: payload, answer: lambda::invoke(&request)?.payload })
    }
}

stepwell_plugin::export!(Invoker);
