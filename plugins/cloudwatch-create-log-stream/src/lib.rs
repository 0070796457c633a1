//! Creates a log stream in a log group of CloudWatch Logs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::cloudwatch_logs::{self, CreateLogStreamRequest};
use stepwell_plugin::{CallError, Failure, Invocation, Step, info};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The log group, which must exist.
    #[schemars(regex(pattern = r"^[.\-_/#A-Za-z0-9]{1,512}$"))]
    log_group_name: String,
    /// The log stream.
    #[schemars(regex(pattern = r"^[^:*]{1,512}$"))]
    log_stream_name: String,
    /// The behaviour when the log group already has a stream of this name.
    #[serde(default)]
    if_exists: IfExists,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum IfExists {
    #[default]
    Fail,
    Ignore,
}

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// The log group.
    log_group_name: String,
    /// The log stream.
    log_stream_name: String,
    /// Whether the step created it; `false` when it existed before.
    created: bool,
}

struct CloudwatchCreateLogStream;

impl Step for CloudwatchCreateLogStream {
    type Config = Config;
    type Outputs = Outputs;

    fn run(_: &Invocation, config: Config) -> Result<Outputs, Failure> {
        let Config { log_group_name, log_stream_name, if_exists } = config;
        let request = CreateLogStreamRequest { log_group_name, log_stream_name };
        let created = created(cloudwatch_logs::create_log_stream(&request), if_exists)?;
        let CreateLogStreamRequest { log_group_name, log_stream_name } = request;
        let what = if created { "created" } else { "exists already" };
        info!("{log_group_name}: log stream {log_stream_name} {what}");
        Ok(Outputs { log_group_name, log_stream_name, created })
    }
}

fn created(answer: Result<(), CallError>, if_exists: IfExists) -> Result<bool, Failure> {
    match answer {
        Ok(()) => Ok(true),
        Err(error) if if_exists == IfExists::Ignore && exists(&error) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn exists(error: &CallError) -> bool {
    error.code.as_deref() == Some("ResourceAlreadyExistsException")
}

stepwell_plugin::export!(CloudwatchCreateLogStream);

#[cfg(test)]
mod tests {
    use super::*;
    use stepwell_plugin::CallErrorKind;

    fn refused(code: &str) -> Result<(), CallError> {
        Err(CallError {
            kind: CallErrorKind::Rejected,
            action: "logs:CreateLogStream".to_owned(),
            code: Some(code.to_owned()),
            message: "no".to_owned(),
            request_id: None,
        })
    }

    #[test]
    fn an_existing_stream_is_a_failure_unless_the_job_ignores_it() {
        let exists = || refused("ResourceAlreadyExistsException");
        assert_eq!(created(exists(), IfExists::Ignore), Ok(false));
        assert_eq!(created(exists(), IfExists::Fail).unwrap_err().code, "AwsError");
        assert_eq!(created(Ok(()), IfExists::Fail), Ok(true));
    }

    #[test]
    fn no_other_refusal_is_ignored() {
        assert!(created(refused("InvalidParameterException"), IfExists::Ignore).is_err());
    }
}
