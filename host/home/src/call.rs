//! One call of an operation of AWS, outside of a job file.

use std::path::PathBuf;

use serde_json::Value as Json;
use stepwell_model::job::{OperationName, Pages};
use stepwell_model::source::Source;
use toml::{Table, Value};

/// The id of the only step.
const STEP: &str = "call";

/// One call of an operation of AWS. It is a run of a job with one step.
#[derive(Debug, Clone)]
pub struct CallRequest {
    /// The operation.
    pub name: OperationName,
    /// The request, an object in AWS's names.
    pub request: Json,
    /// How many pages of a list to read.
    pub pages: Pages,
    /// The part of the answer that is wanted (JMESPath).
    pub select: Option<String>,
    /// The waiter that decides when the call is complete.
    pub wait: Option<String>,
    /// The longest time of the call and its wait, as a job file writes it.
    pub timeout: Option<String>,
    /// Whether the request may hold values that AWS's model does not list.
    pub allow_unlisted: bool,
    /// The region.
    pub region: Option<String>,
    /// The directory of `project.toml`; none searches from the current directory upwards.
    pub project: Option<PathBuf>,
}

impl CallRequest {
    /// The job, as a file would have it.
    pub(crate) fn source(&self) -> Source {
        let text = |text: &str| Value::String(text.to_owned());
        let mut step = Table::new();
        step.insert("id".to_owned(), text(STEP));
        step.insert("uses".to_owned(), text(&self.name.to_string()));
        step.extend(literal(&self.request).map(|request| ("with".to_owned(), request)));
        if self.pages == Pages::All {
            step.insert("pages".to_owned(), text("all"));
        }
        step.extend(self.select.as_deref().map(|select| ("select".to_owned(), text(select))));
        step.extend(self.wait.as_deref().map(|wait| ("wait".to_owned(), text(wait))));
        step.extend(self.timeout.as_deref().map(|timeout| ("timeout".to_owned(), text(timeout))));
        if self.allow_unlisted {
            step.insert("allow_unlisted".to_owned(), Value::Boolean(true));
        }
        if let Some(region) = &self.region {
            let aws = Table::from_iter([("region".to_owned(), text(region))]);
            step.insert("aws".to_owned(), Value::Table(aws));
        }
        let mut job = Table::new();
        job.insert("name".to_owned(), text("aws-call"));
        job.insert("steps".to_owned(), Value::Array(vec![Value::Table(step)]));
        Source::new(self.name.to_string(), job.to_string())
    }
}

/// A value as a job file has it. TOML has no `null`: AWS takes a missing member for the same. Nothing is an expression.
fn literal(value: &Json) -> Option<Value> {
    Some(match value {
        Json::Null => return None,
        Json::Bool(flag) => Value::Boolean(*flag),
        Json::Number(number) => match number.as_i64() {
            Some(integer) => Value::Integer(integer),
            None => Value::Float(number.as_f64()?),
        },
        Json::String(text) => Value::String(text.replace("${", "$${")),
        Json::Array(items) => Value::Array(items.iter().filter_map(literal).collect()),
        Json::Object(entries) => {
            let entries = entries.iter().filter_map(|(name, value)| Some((name.clone(), literal(value)?)));
            Value::Table(entries.collect())
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use stepwell_model::job::Job;

    use super::*;

    #[test]
    fn a_call_is_a_job_whose_request_is_taken_as_it_is() {
        let name = OperationName::parse("dynamodb/PutItem").expect("it is one");
        let request = json!({ "TableName": "a ${b}", "Item": { "n": { "N": "1" }, "gone": null }, "big": 1.5 });
        let call = CallRequest {
            name,
            request,
            pages: Pages::All,
            select: Some("A.b".to_owned()),
            wait: None,
            timeout: Some("90s".to_owned()),
            allow_unlisted: true,
            region: Some("eu-central-1".to_owned()),
            project: None,
        };
        let job = Job::read(call.source()).unwrap_or_else(|error| panic!("{error}\n{}", call.source().text));
        let text = call.source().text;
        assert_eq!(job.steps.len(), 1);
        assert!(text.contains("a $${b}") && !text.contains("gone"), "{text}");
    }
}
