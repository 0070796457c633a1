//! What the job says, and the request that comes of it.

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
    /// The role that the code runs with. The step's own credentials need `iam:PassRole` for it.
    #[schemars(regex(pattern = r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$"))]
    execution_role_arn: String,
    /// The language and its version: Python, Node.js or Ruby, such as `python3.13`, `nodejs22.x` or `ruby3.4`.
    #[schemars(regex(pattern = r"^(python|nodejs|ruby)[0-9][0-9a-z.]*$"))]
    runtime: String,
    /// The source of one file. No secret can be in it: hand it over in `payload`.
    #[schemars(length(min = 1))]
    code: String,
    /// The function in it that is called with the payload and the context, such as `lambda_handler`.
    #[schemars(regex(pattern = r"^[A-Za-z_$][A-Za-z0-9_$]*$"))]
    main_function: String,
    /// What the function is given: any JSON value.
    #[serde(default)]
    payload: Json,
    /// Delete the function in every ending: when it has succeeded or failed, and when the step is cancelled or out of time.
    #[serde(default = "yes")]
    pub(crate) delete_after: bool,
    /// The description that the function has in AWS; without one it names the run and the step.
    #[schemars(length(max = 256))]
    description: Option<String>,
    /// Tags of the function.
    #[serde(default)]
    tags: BTreeMap<String, String>,
    /// How long the function may run: whole seconds, up to 15 minutes. The step's own `timeout` has to be longer.
    #[serde(default = "minute")]
    function_timeout: Duration,
    /// MB of memory that the function has, and with it its share of a processor.
    #[serde(default = "least_memory")]
    #[schemars(range(min = 128, max = 10240))]
    memory_mb: u32,
    /// Fail when the function fails. Without it the step succeeds, and `invoke_function_error` says that the function did
    /// not.
    #[serde(default = "yes")]
    pub(crate) fail_on_function_error: bool,
}

impl Config {
    /// What the schema does not say, before anything is created.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        self.seconds()?;
        self.archive().map(drop)
    }

    /// The function, but for its name.
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
                "`function_timeout` is {given}: whole seconds from 1s to 15m are possible"
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
        let (job, config, region, node) = (String::new(), String::new(), None, None);
        Invocation { run_id, step_id, job, attempt: 1, idempotency_token: String::new(), region, node, config }
    }

    #[test]
    fn what_the_job_leaves_out_is_a_minute_of_a_small_function() {
        let request = config(json!({})).request(&invocation("report")).unwrap();
        assert_eq!((request.timeout, request.memory_size), (Some(60), Some(128)));
        assert_eq!(request.description.as_deref(), Some("Stepwell run 019f3e5c, step report"));
        assert_eq!((request.handler.as_str(), request.tags.len()), ("main.main", 0));
    }

    #[test]
    fn a_description_is_never_longer_than_aws_takes() {
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
