//! The configuration, and the request that it makes.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value as Json;
use stepwell_plugin::lambda::CreateFunctionRequest;
use stepwell_plugin::{Duration, Failure, Invocation, Tag};

use crate::package;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The execution role of the function. The step's own credentials need `iam:PassRole` for it.
    #[schemars(regex(pattern = r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$"))]
    execution_role_arn: String,
    /// The runtime of Python, Node.js or Ruby, such as `python3.13`, `nodejs22.x` or `ruby3.4`.
    #[schemars(regex(pattern = r"^(python|nodejs|ruby)[0-9][0-9a-z.]*$"))]
    runtime: String,
    /// The source code, one file. It cannot hold a secret; pass secrets in `payload`.
    #[schemars(length(min = 1))]
    code: String,
    /// The function in `code` that is called with the payload and the context, such as `lambda_handler`.
    #[schemars(regex(pattern = r"^[A-Za-z_$][A-Za-z0-9_$]*$"))]
    main_function: String,
    /// The payload: any JSON value.
    #[serde(default)]
    #[schemars(extend("x-stepwell-secret-to" = ["lambda:InvokeFunction"]))]
    payload: Json,
    /// Delete the function at the end: after success or failure, and when the step is cancelled or times out.
    #[serde(default = "yes")]
    pub(crate) delete_after: bool,
    /// The description of the function in AWS; by default it names the run and the step.
    #[schemars(length(max = 256))]
    description: Option<String>,
    /// Tags of the function.
    #[serde(default)]
    tags: BTreeMap<String, String>,
    /// The timeout of the function: whole seconds, up to 15 minutes. The step's own `timeout` must be longer.
    #[serde(default = "minute")]
    function_timeout: Duration,
    /// The memory of the function in MB, which also determines its share of a processor.
    #[serde(default = "least_memory")]
    #[schemars(range(min = 128, max = 10240))]
    memory_mb: u32,
    /// Fail when the function fails. If `false`, the step succeeds, and `invoke_function_error` reports the function's
    /// failure.
    #[serde(default = "yes")]
    pub(crate) fail_on_function_error: bool,
}

impl Config {
    /// Checks what the schema cannot express, before the step creates anything.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        self.seconds()?;
        self.archive().map(drop)
    }

    /// The request to create the function, without its name.
    pub(crate) fn request(&self, invocation: &Invocation) -> Result<CreateFunctionRequest, Failure> {
        let tag = |(key, value): (&String, &String)| Tag { key: key.clone(), value: value.clone() };
        Ok(CreateFunctionRequest {
            function_name: String::new(),
            role: self.execution_role_arn.clone(),
            runtime: self.runtime.clone(),
            handler: package::handler(&self.main_function),
            zip_file: self.archive()?,
            description: Some(self.description.clone().unwrap_or_else(|| description(invocation))),
            timeout: Some(self.seconds()?),
            memory_size: Some(self.memory_mb),
            tags: self.tags.iter().map(tag).collect(),
        })
    }

    pub(crate) fn payload(&self) -> Option<String> {
        Some(&self.payload).filter(|payload| !payload.is_null()).map(Json::to_string)
    }

    fn archive(&self) -> Result<Vec<u8>, Failure> {
        package::archive(&self.runtime, &self.code)
    }

    fn seconds(&self) -> Result<u32, Failure> {
        let milliseconds = self.function_timeout.as_millis();
        let seconds = u32::try_from(milliseconds / 1000).ok().filter(|seconds| (1..=900).contains(seconds));
        seconds.filter(|_| milliseconds.is_multiple_of(1000)).ok_or_else(|| {
            let given = self.function_timeout;
            Failure::configuration_invalid(format!(
                "`function_timeout` is {given}; it must be whole seconds from 1s to 15m"
            ))
        })
    }
}

fn description(invocation: &Invocation) -> String {
    format!("Stepwell run {}, step {}", invocation.run_id, invocation.step_id).chars().take(256).collect()
}

fn yes() -> bool {
    true
}

fn minute() -> Duration {
    Duration::minutes(1)
}

fn least_memory() -> u32 {
    128
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn config(more: Json) -> Config {
        let mut config = json!({
            "execution_role_arn": "arn:aws:iam::123456789012:role/report", "runtime": "python3.13", "code": "pass",
            "main_function": "main",
        });
        config.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value(config).unwrap()
    }

    fn invocation(step: &str) -> Invocation {
        let (run_id, step_id) = ("019f3e5c".to_owned(), step.to_owned());
        Invocation { run_id, step_id, attempt: 1, ..Invocation::default() }
    }

    #[test]
    fn the_default_is_a_minute_of_a_small_function() {
        let request = config(json!({})).request(&invocation("report")).unwrap();
        assert_eq!((request.timeout, request.memory_size), (Some(60), Some(128)));
        assert_eq!(request.description.as_deref(), Some("Stepwell run 019f3e5c, step report"));
        assert_eq!((request.handler.as_str(), request.tags.len()), ("main.main", 0));
    }

    #[test]
    fn a_description_is_never_longer_than_aws_allows() {
        let request = config(json!({})).request(&invocation(&"a".repeat(300))).unwrap();
        assert_eq!(request.description.unwrap().len(), 256);
        let request = config(json!({ "description": "" })).request(&invocation("a")).unwrap();
        assert_eq!(request.description.as_deref(), Some(""));
    }

    #[test]
    fn a_function_runs_for_whole_seconds_up_to_15_minutes() {
        let check = |timeout: &str| config(json!({ "function_timeout": timeout })).check();
        ["1s", "15m", "90s"].iter().for_each(|timeout| check(timeout).unwrap());
        for timeout in ["500ms", "1s500ms", "15m1s", "999999999d", "0s"] {
            assert_eq!(check(timeout).unwrap_err().code, "ConfigurationInvalid", "{timeout}");
        }
    }
}
