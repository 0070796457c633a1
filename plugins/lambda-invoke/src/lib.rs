//! Invokes a Lambda function and returns its result.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use stepwell_plugin::lambda::{self, InvokeRequest, Returned};
use stepwell_plugin::{Failure, Invocation, Step, console, info};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-stepwell-rules" = [{
    "schema": {
        "if": { "required": ["client_context"] },
        "then": { "properties": { "invocation_type": { "const": "Request" } } },
    },
    "property": "client_context",
    "message": "is possible with the `invocation_type` `Request` only",
    "next": "put it into `payload`, or leave it out",
}]))]
struct Config {
    /// The function: its name, ARN, or a part of the ARN such as `123456789012:function:report`.
    #[schemars(length(min = 1, max = 170))]
    function_name: String,
    /// The payload: any JSON value, such as a table. A text is passed as text, even if it contains JSON.
    #[serde(default)]
    #[schemars(extend("x-stepwell-secret-to" = ["lambda:InvokeFunction"]))]
    payload: Json,
    /// `Request` waits for the result of the function. `Event` only queues the payload; the step does not learn the
    /// result.
    #[serde(default)]
    invocation_type: InvocationType,
    /// The version or alias; by default the one in `function_name`, otherwise `$LATEST`.
    #[schemars(length(min = 1, max = 128))]
    qualifier: Option<String>,
    /// The client context, for `Request` only. It cannot hold a secret.
    client_context: Option<Map<String, Json>>,
    /// Fail when the function fails. If `false`, the step succeeds, and `invoke_function_error` reports the function's
    /// failure.
    #[serde(default = "yes")]
    fail_on_function_error: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
enum InvocationType {
    #[default]
    Request,
    Event,
}

#[derive(Serialize, JsonSchema)]
struct Outputs {
    #[serde(flatten)]
    returned: Returned,
    /// The function in the console.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    console_url: Option<String>,
}

struct LambdaInvoke;

impl Step for LambdaInvoke {
    type Config = Config;
    type Outputs = Outputs;

    fn run(_: &Invocation, config: Config) -> Result<Outputs, Failure> {
        let request = request(&config)?;
        let returned = Returned::new(lambda::invoke(&request)?);
        let console_url = console::link("function", &console_path(&config.function_name));
        if config.invocation_type == InvocationType::Event {
            info!("{}: the event is queued", config.function_name);
        }
        returned.print();
        if config.fail_on_function_error {
            returned.check(&config.function_name)?;
        }
        Ok(Outputs { returned, console_url })
    }
}

fn request(config: &Config) -> Result<InvokeRequest, Failure> {
    let is_event = config.invocation_type == InvocationType::Event;
    if is_event && config.client_context.is_some() {
        return Err(Failure::configuration_invalid(
            "`client_context` is possible with the `invocation_type` `Request` only",
        ));
    }
    Ok(InvokeRequest {
        function_name: config.function_name.clone(),
        invocation_type: Some(if is_event { "Event" } else { "RequestResponse" }.to_owned()),
        log_type: (!is_event).then(|| "Tail".to_owned()),
        qualifier: config.qualifier.clone(),
        client_context: config.client_context.clone().map(|context| Json::from(context).to_string()),
        payload: Some(&config.payload).filter(|payload| !payload.is_null()).map(Json::to_string),
    })
}

/// The console's page of a function, from its name, ARN or a part of the ARN, with or without a version or alias.
fn console_path(function: &str) -> String {
    let is_account = |part: &str| part.len() == 12 && part.bytes().all(|byte| byte.is_ascii_digit());
    let behind = function.split_once("function:").map_or(function, |(_, name)| name);
    let name = behind.split(':').find(|part| !is_account(part)).unwrap_or(behind);
    format!("lambda/home?region={{region}}#/functions/{name}")
}

fn yes() -> bool {
    true
}

stepwell_plugin::export!(LambdaInvoke);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn asked(config: Json) -> Result<InvokeRequest, Failure> {
        request(&serde_json::from_value(config).unwrap())
    }

    #[test]
    fn a_request_waits_for_the_function_and_its_log_and_an_event_does_not() {
        let types = |config| {
            let request = asked(config).unwrap();
            (request.invocation_type.unwrap(), request.log_type)
        };
        let request = ("RequestResponse".to_owned(), Some("Tail".to_owned()));
        assert_eq!(types(json!({ "function_name": "f" })), request);
        assert_eq!(types(json!({ "function_name": "f", "invocation_type": "Request" })), request);
        assert_eq!(types(json!({ "function_name": "f", "invocation_type": "Event" })), ("Event".to_owned(), None));
    }

    #[test]
    fn a_payload_is_passed_unchanged_and_none_is_left_out() {
        let payload = |payload: Json| asked(json!({ "function_name": "f", "payload": payload })).unwrap().payload;
        assert_eq!(payload(json!({ "a": [1, true] })).as_deref(), Some(r#"{"a":[1,true]}"#));
        assert_eq!(payload(json!("{\"a\":1}")).as_deref(), Some(r#""{\"a\":1}""#));
        assert_eq!(payload(json!(0)).as_deref(), Some("0"));
        assert_eq!(payload(Json::Null), None);
        assert_eq!(asked(json!({ "function_name": "f" })).unwrap().payload, None);
    }

    #[test]
    fn the_link_leads_to_the_function_for_every_form_of_its_name() {
        for function in [
            "report",
            "report:live",
            "123456789012:report",
            "123456789012:function:report:7",
            "function:report",
            "arn:aws:lambda:eu-west-1:123456789012:function:report",
            "arn:aws:lambda:eu-west-1:123456789012:function:report:$LATEST",
        ] {
            assert_eq!(console_path(function), "lambda/home?region={region}#/functions/report", "{function}");
        }
    }

    #[test]
    fn an_event_has_no_client_context() {
        let config = |kind| json!({ "function_name": "f", "invocation_type": kind, "client_context": { "a": 1 } });
        assert_eq!(asked(config("Request")).unwrap().client_context.as_deref(), Some(r#"{"a":1}"#));
        assert_eq!(asked(config("Event")).unwrap_err().code, "ConfigurationInvalid");
    }
}
