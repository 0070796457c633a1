//! AWS Lambda: one function per API operation, and the result of an invocation.
//!
//! ```no_run
//! use stepwell_plugin::lambda::{self, InvokeRequest};
//!
//! # fn report() -> Result<(), stepwell_plugin::Failure> {
//! let payload = Some(r#"{"day":"2026-01-31"}"#.to_owned());
//! let answer = lambda::invoke(&InvokeRequest { function_name: "report".to_owned(), payload, ..Default::default() })?;
//! stepwell_plugin::info!("{}", answer.payload.unwrap_or_default());
//! # Ok(()) }
//! ```

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use crate::{Failure, error, info, rows, verbose};

pub use crate::bindings::stepwell::lambda::lambda::*;

/// The result of an invocation, for the outputs of a step (`#[serde(flatten)]`).
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Returned {
    /// The return value of the function as text; only its beginning if `truncated` is `true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub invoke_response_payload_string: Option<String>,
    /// The return value of the function, if it is JSON and fits into the outputs of a step.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Json")]
    pub payload: Option<Json>,
    /// Whether the return value does not fit into the outputs of a step.
    pub truncated: bool,
    /// The HTTP status of AWS's response: 200, or 202 for an event.
    pub status_code: u16,
    /// The version of the function that ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub executed_version: Option<String>,
    /// `Handled` or `Unhandled` if the function failed and the step continues nevertheless, `null` otherwise.
    pub invoke_function_error: Option<String>,
    /// The last 4 KB of the function's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub invoke_execution_log: Option<String>,
}

/// The maximum size of the return value as JSON. The outputs hold it twice, as text and as a value.
const HALF: usize = rows::ROOM / 2;

/// The maximum number of characters of a return value in the log. It may have 6 MB.
const PRINTED: usize = 4_000;

/// The maximum number of characters of the function's error in a failure.
const NAMED: usize = 1_000;

impl Returned {
    /// The result in AWS's response.
    #[must_use]
    pub fn new(answer: InvokeResponse) -> Self {
        let InvokeResponse { status_code, executed_version, function_error, log_result, payload: mut text } = answer;
        // Parsed, 6 MB of JSON could need more memory than a plugin has.
        let whole = text.as_ref().filter(|text| text.len() <= HALF);
        let payload = whole.and_then(|text| serde_json::from_slice(text.as_bytes()).ok());
        let room = if payload.is_some() { HALF } else { rows::ROOM };
        Self {
            truncated: text.as_mut().is_some_and(|text| rows::cut_text(text, room)),
            payload,
            invoke_response_payload_string: text,
            status_code,
            executed_version,
            invoke_function_error: function_error,
            invoke_execution_log: log_result,
        }
    }

    /// Prints the return value. The function's log is a detail, unless the function failed.
    pub fn print(&self) {
        let text = self.invoke_response_payload_string.as_deref();
        let log = self.invoke_execution_log.iter().flat_map(|log| log.lines());
        if self.invoke_function_error.is_some() {
            text.into_iter().for_each(|text| error!("{}", shortened(text, PRINTED)));
            log.for_each(|line| info!("{line}"));
        } else {
            text.into_iter().for_each(|text| info!("{}", shortened(text, PRINTED)));
            log.for_each(|line| verbose!("{line}"));
        }
    }

    /// `AwsError` when the function failed.
    ///
    /// # Errors
    ///
    /// The type and message of the function's error, or its whole return value.
    pub fn check(&self, function: &str) -> Result<(), Failure> {
        let Some(error) = &self.invoke_function_error else { return Ok(()) };
        let text = |name: &str| self.payload.as_ref().and_then(|payload| payload.get(name)).and_then(Json::as_str);
        let whole = self.invoke_response_payload_string.as_deref().unwrap_or("it returned nothing");
        let error_text = match (text("errorType"), text("errorMessage")) {
            (Some(of), Some(message)) => format!("{of}: {message}"),
            (None, Some(message)) => message.to_owned(),
            _ => whole.to_owned(),
        };
        Err(Failure::aws_error(format!("function {function} failed ({error}): {}", shortened(&error_text, NAMED))))
    }
}

fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}… ({} bytes in all)", text.get(..end).unwrap_or(text), text.len()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn returned(payload: Option<&str>, error: Option<&str>) -> Returned {
        let (payload, function_error) = (payload.map(str::to_owned), error.map(str::to_owned));
        Returned::new(InvokeResponse { status_code: 200, payload, function_error, ..Default::default() })
    }

    #[test]
    fn a_return_value_is_a_value_and_a_text() {
        let outputs = serde_json::to_value(returned(Some(r#"{"n": 1.50}"#), None)).unwrap();
        let expected = serde_json::json!({
            "invoke_response_payload_string": r#"{"n": 1.50}"#, "payload": { "n": 1.5 }, "truncated": false,
            "status_code": 200, "invoke_function_error": null,
        });
        assert_eq!(outputs, expected);
    }

    #[test]
    fn a_return_value_that_is_no_json_is_only_a_text() {
        let outputs = returned(Some("<html>"), None);
        assert_eq!((outputs.invoke_response_payload_string.as_deref(), outputs.payload), (Some("<html>"), None));
    }

    #[test]
    fn a_return_value_that_does_not_fit_is_cut_and_reported() {
        for (text, has_payload, truncated) in [
            (format!("[{}1]", "1,".repeat(240_000)), true, false),
            (format!("[{}1]", "1,".repeat(260_000)), false, false),
            ("\"".repeat(2_000_000), false, true),
            (format!("[\"{}\"]", "\\u0001".repeat(80_000)), true, true),
        ] {
            let returned = returned(Some(&text), None);
            assert_eq!((returned.payload.is_some(), returned.truncated), (has_payload, truncated), "{:.20}", text);
            assert!(serde_json::to_vec(&returned).unwrap().len() < 1 << 20, "{:.20}", text);
        }
    }

    #[test]
    fn null_is_a_return_value() {
        assert_eq!(serde_json::to_value(returned(Some("null"), None)).unwrap()["payload"], Json::Null);
        assert!(serde_json::to_value(returned(None, None)).unwrap().get("payload").is_none());
    }

    #[test]
    fn a_failed_function_is_a_failure_with_its_own_message() {
        let failure = |payload: &str| returned(Some(payload), Some("Unhandled")).check("report").unwrap_err();
        let raised = failure(r#"{"errorMessage": "no such day", "errorType": "ValueError", "stackTrace": []}"#);
        assert_eq!((&*raised.code, raised.retryable), ("AwsError", false));
        assert_eq!(raised.message, "function report failed (Unhandled): ValueError: no such day");
        let timed_out = failure(r#"{"errorMessage": "Task timed out after 3.00 seconds"}"#);
        assert_eq!(timed_out.message, "function report failed (Unhandled): Task timed out after 3.00 seconds");
        assert_eq!(failure("[1]").message, "function report failed (Unhandled): [1]");
        assert!(returned(Some("[1]"), None).check("report").is_ok());
    }

    #[test]
    fn a_long_text_is_cut_between_two_characters() {
        assert_eq!(shortened("äöü", 3), "äöü");
        assert_eq!(shortened("äöü", 2), "äö… (6 bytes in all)");
    }
}
