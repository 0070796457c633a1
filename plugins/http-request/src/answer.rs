//! The answer as the outputs of the step, and what `select` finds in it.

use std::collections::BTreeMap;

use jmespath::{ErrorReason, Expression, JmespathError, Variable};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;
use stepwell_plugin::http::Response;
use stepwell_plugin::{Failure, rows};

#[derive(Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Answer {
    /// The status of the answer.
    status: u16,
    /// The headers of the answer, with names in lower case. Several values of one name are separated by `, `.
    headers: BTreeMap<String, String>,
    /// The body, if it is JSON and fits into the outputs of a step, and there is no `select`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Json")]
    json: Option<Json>,
    /// What `select` finds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Json")]
    selected: Option<Json>,
    /// The body as text, if there is neither `json` nor `selected`; only its beginning if `truncated` is `true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    text: Option<String>,
    /// Whether the body does not fit into the outputs of a step.
    truncated: bool,
    /// The size of the saved file in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u64")]
    saved: Option<u64>,
    /// Whether the host withholds headers and body: the request held a secret, and the secret's owner does not state that
    /// the destination never repeats it.
    withheld: bool,
}

impl Answer {
    /// The outputs for an answer whose status is expected.
    pub(crate) fn new(response: &Response, saved: Option<u64>, selection: Option<&Selection>) -> Result<Self, Failure> {
        let selected = selection.map(|selection| selection.search(response)).transpose()?;
        let json = if selected.is_none() { json(response) } else { None };
        let is_text = json.is_none() && selected.is_none() && !response.body.is_empty();
        let mut text = if is_text { Some(response.text()?.into_owned()) } else { None };
        Ok(Self {
            status: response.status,
            headers: headers(response),
            truncated: text.as_mut().is_some_and(|text| rows::cut_text(text, rows::ROOM)),
            json,
            selected,
            text,
            saved,
            withheld: response.withheld,
        })
    }
}

fn headers(response: &Response) -> BTreeMap<String, String> {
    let mut headers = BTreeMap::<String, String>::new();
    for (name, value) in &response.headers {
        let values = headers.entry(name.clone()).or_default();
        if !values.is_empty() {
            values.push_str(", ");
        }
        values.push_str(value);
    }
    headers
}

/// The body, when it is JSON that fits. Many servers do not declare JSON as such, so an object and a list are JSON in any
/// case, and other values when they are declared.
fn json(response: &Response) -> Option<Json> {
    // Parsed, a larger body could need more memory than a plugin has.
    let body = Some(&response.body).filter(|body| body.len() <= rows::ROOM)?;
    let json: Json = serde_json::from_slice(body).ok()?;
    let is_declared = response.header("content-type").is_some_and(|content_type| content_type.contains("json"));
    Some(json).filter(|json| (is_declared || json.is_object() || json.is_array()) && fits(json))
}

fn fits(json: &Json) -> bool {
    serde_json::to_vec(json).is_ok_and(|text| text.len() <= rows::ROOM)
}

/// The part of a JSON answer that a step is interested in.
pub(crate) struct Selection(Expression<'static>);

impl Selection {
    /// Reads a JMESPath.
    pub(crate) fn read(path: &str) -> Result<Self, Failure> {
        let wrong = |error| Failure::configuration_invalid(format!("`select` is no JMESPath: {}", reason(error)));
        jmespath::compile(path).map(Self).map_err(wrong)
    }

    fn search(&self, response: &Response) -> Result<Json, Failure> {
        let nothing = |why: String| Failure::new("NothingSelected", format!("`select` finds nothing: {why}"));
        let found = self.0.search(response.json::<Variable>()?).map_err(|error| nothing(reason(error)))?;
        match serde_json::to_value(&*found) {
            Ok(Json::Null) => Err(nothing(format!("the answer (status {}) has no such part", response.status))),
            Ok(json) if fits(&json) => Ok(json),
            Ok(_) => Err(Failure::new("AnswerTooLarge", "what `select` finds does not fit into the outputs of a step")),
            Err(error) => Err(nothing(error.to_string())),
        }
    }
}

/// What is wrong with a JMESPath or its value.
fn reason(error: JmespathError) -> String {
    match error.reason {
        ErrorReason::Parse(reason) => format!("{reason}, at character {}", error.offset + 1),
        ErrorReason::Runtime(reason) => reason.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn response(content_type: &str, body: &str) -> Response {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Response { status: 200, headers, body: body.as_bytes().to_vec(), withheld: false }
    }

    fn answer(content_type: &str, body: &str) -> Answer {
        Answer::new(&response(content_type, body), None, None).unwrap()
    }

    fn selected(path: &str, body: &str) -> Result<Json, Failure> {
        let answer = Answer::new(&response("application/json", body), None, Some(&Selection::read(path)?))?;
        assert_eq!((answer.json, answer.text), (None, None));
        Ok(answer.selected.unwrap())
    }

    #[test]
    fn a_json_body_is_a_value_and_any_other_body_is_a_text() {
        for (content_type, body, json) in [
            ("application/json", r#"{"a": [1]}"#, json!({ "a": [1] })),
            ("text/plain", r#"{"a": [1]}"#, json!({ "a": [1] })),
            ("application/problem+json", "7", json!(7)),
        ] {
            let answer = answer(content_type, body);
            assert_eq!((answer.json, answer.text), (Some(json), None), "{content_type}: {body}");
        }
        for (content_type, body) in [("text/plain", "7"), ("text/html", "<html>"), ("application/json", "{")] {
            let answer = answer(content_type, body);
            assert_eq!((answer.json, answer.text.as_deref()), (None, Some(body)), "{content_type}: {body}");
        }
        let empty = answer("application/json", "");
        assert_eq!((empty.json, empty.text, empty.truncated), (None, None, false));
    }

    #[test]
    fn a_body_that_does_not_fit_is_cut_and_reported() {
        for (body, is_json, truncated) in [
            (format!("[{}1]", "1,".repeat(450_000)), true, false),
            (format!("[{}1]", "1,".repeat(500_000)), false, true),
            (format!("[{}1]", "1e15,".repeat(150_000)), false, false),
            ("\u{1}".repeat(400_000), false, true),
        ] {
            let answer = answer("application/json", &body);
            assert_eq!((answer.json.is_some(), answer.truncated), (is_json, truncated), "{body:.20}");
            assert!(serde_json::to_vec(&answer).unwrap().len() < 1 << 20, "{body:.20}");
        }
    }

    #[test]
    fn a_selection_takes_the_place_of_the_whole_answer() {
        let body = r#"{"items": [{"id": 1}, {"id": 2.5}], "none": []}"#;
        assert_eq!(selected("items[].id", body).unwrap(), json!([1, 2.5]));
        assert_eq!(
            selected("{first: items[0].id, all: length(items)}", body).unwrap(),
            json!({ "first": 1, "all": 2 })
        );
        assert_eq!(selected("none", body).unwrap(), json!([]));
        let large = format!("[{}1]", "1,".repeat(600_000));
        assert_eq!(selected("[0]", &large).unwrap(), json!(1));
        assert_eq!(selected("@", &large).unwrap_err().code, "AnswerTooLarge");
    }

    #[test]
    fn a_selection_that_is_none_or_finds_nothing_is_a_failure() {
        let failure = |path, body| selected(path, body).unwrap_err();
        assert_eq!(failure("items[", "{}").code, "ConfigurationInvalid");
        let missing = failure("items", "{}");
        assert_eq!((&*missing.code, missing.retryable), ("NothingSelected", false));
        assert_eq!(missing.message, "`select` finds nothing: the answer (status 200) has no such part");
        assert_eq!(failure("length(items)", r#"{"items": 1}"#).code, "NothingSelected");
        assert_eq!(failure("items", "<html>").code, "AnswerInvalid");
    }

    #[test]
    fn headers_of_one_name_are_one_text() {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let headers = vec![header("via", "a"), header("etag", "7"), header("via", "b")];
        let answer = Answer::new(&Response { headers, ..response("", "") }, Some(12), None).unwrap();
        assert_eq!(json!(answer.headers), json!({ "via": "a, b", "etag": "7" }));
        assert_eq!(answer.saved, Some(12));
    }

    #[test]
    fn of_a_withheld_answer_only_the_status_is_there() {
        let withheld = Response { status: 204, withheld: true, ..Response::default() };
        let answer = serde_json::to_value(Answer::new(&withheld, None, None).unwrap()).unwrap();
        assert_eq!(answer, json!({ "status": 204, "headers": {}, "truncated": false, "withheld": true }));
        let selection = Selection::read("a").unwrap();
        assert_eq!(Answer::new(&withheld, None, Some(&selection)).unwrap_err().code, "AnswerWithheld");
    }
}
