//! Reads a parameter of the Systems Manager Parameter Store.

use std::time::{Duration, UNIX_EPOCH};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::ssm::{self, GetParameterRequest, Parameter};
use stepwell_plugin::{Failure, Invocation, Step, info};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The parameter: its name or ARN, optionally with a colon and a version or a label, as in `/web/size:3`.
    #[schemars(length(min = 1, max = 2048))]
    name: String,
}

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// The name of the parameter, without version and label.
    name: String,
    /// The type: `String` or `StringList`.
    #[serde(rename = "type")]
    kind: String,
    /// The value; for a `StringList` the items, separated by commas.
    value: String,
    /// The items of a `StringList`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<String>")]
    values: Option<Vec<String>>,
    /// The version of the value.
    version: u64,
    /// When this version was created, such as `2026-01-02T03:04:05Z`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    last_modified: Option<String>,
    /// The ARN of the parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    arn: Option<String>,
}

struct SsmGetParameter;

impl Step for SsmGetParameter {
    type Config = Config;
    type Outputs = Outputs;

    fn run(_: &Invocation, config: Config) -> Result<Outputs, Failure> {
        let found = ssm::get_parameter(&GetParameterRequest { name: config.name })?.parameter;
        let outputs = outputs(found)?;
        info!("{} (version {}): {}", outputs.name, outputs.version, outputs.value);
        Ok(outputs)
    }
}

fn outputs(found: Parameter) -> Result<Outputs, Failure> {
    let Parameter { name, type_: kind, value, version, last_modified_date, arn, .. } = found;
    if kind == "SecureString" {
        return Err(Failure::configuration_invalid(format!(
            "`name` is {name}, a SecureString, and steps do not receive secrets; store it in key storage and pass it \
             to the job as a secret option"
        )));
    }
    let value = value.ok_or_else(|| Failure::aws_error(format!("AWS's response has no value for {name}")))?;
    let values = (kind == "StringList").then(|| value.split(',').map(str::to_owned).collect());
    Ok(Outputs { name, kind, value, values, version, last_modified: last_modified_date.map(rfc3339), arn })
}

/// The time as text. A time after the year 9999 cannot be written like this, and is cut.
fn rfc3339(milliseconds: u64) -> String {
    const LAST: u64 = 253_402_300_799_999;
    humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_millis(milliseconds.min(LAST))).to_string()
}

stepwell_plugin::export!(SsmGetParameter);

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(kind: &str, value: Option<&str>) -> Parameter {
        let (name, type_, value) = ("/web/size".to_owned(), kind.to_owned(), value.map(str::to_owned));
        Parameter { name, type_, value, version: 3, last_modified_date: Some(1_767_323_045_999), ..Default::default() }
    }

    #[test]
    fn a_list_is_also_given_item_by_item() {
        let list = outputs(parameter("StringList", Some("a,b,,c"))).unwrap();
        assert_eq!(list.value, "a,b,,c");
        assert_eq!(list.values.unwrap(), ["a", "b", "", "c"]);
        let text = serde_json::to_value(outputs(parameter("String", Some("a,b"))).unwrap()).unwrap();
        let expected = serde_json::json!({
            "name": "/web/size", "type": "String", "value": "a,b", "version": 3, "last_modified": "2026-01-02T03:04:05Z",
        });
        assert_eq!(text, expected);
    }

    #[test]
    fn a_secret_is_refused_with_or_without_its_value() {
        for value in [None, Some("hunter2")] {
            let failure = outputs(parameter("SecureString", value)).err().unwrap();
            assert_eq!(failure.code, "ConfigurationInvalid");
            assert!(failure.message.contains("key storage") && !failure.message.contains("hunter2"), "{failure}");
        }
    }

    #[test]
    fn a_parameter_without_a_value_is_not_an_empty_one() {
        assert_eq!(outputs(parameter("String", None)).err().unwrap().code, "AwsError");
        assert_eq!(outputs(parameter("String", Some(""))).unwrap().value, "");
    }

    #[test]
    fn a_time_that_cannot_be_written_is_no_trap() {
        assert_eq!(rfc3339(u64::MAX), "9999-12-31T23:59:59Z");
    }
}
