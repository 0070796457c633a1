//! Fails with a message and a code.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::{Failure, Invocation, Step};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// What failed, in one sentence. The run shows it as its error.
    #[schemars(length(min = 1, max = 2000))]
    message: String,
    /// The code of the failure, one word for `retry.on`, `error.code` and programs.
    #[serde(default = "failed")]
    #[schemars(regex(pattern = "^[A-Z][A-Za-z0-9]{2,39}$"))]
    code: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Outputs {}

struct Fail;

impl Step for Fail {
    type Config = Config;
    type Outputs = Outputs;

    const FAILURES: &'static [(&'static str, &'static str)] =
        &[("Failed", "The job says so: `when` of the step decides when. `code` in `with` gives another code.")];

    fn run(_: &Invocation, Config { message, code }: Config) -> Result<Outputs, Failure> {
        Err(Failure::new(code, message))
    }
}

fn failed() -> String {
    "Failed".to_owned()
}

stepwell_plugin::export!(Fail);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_failure_is_the_jobs() {
        let fail = |config: &str| Fail::run(&Invocation::default(), serde_json::from_str(config).unwrap()).unwrap_err();
        let failure = fail(r#"{ "message": "no" }"#);
        assert_eq!((failure.code.as_ref(), failure.message.as_str(), failure.retryable), ("Failed", "no", false));
        assert_eq!(fail(r#"{ "message": "no", "code": "WrongAccount" }"#).code, "WrongAccount");
    }
}
