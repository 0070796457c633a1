//! A plugin that forges requests reaches no other host, no action that it is not granted, and no secret; nor does an
//! answer that is forged reach the plugin as one of AWS.

mod answers;
mod grants;
mod places;
mod secrets;

use serde_json::{Value as Json, json};

use super::support::canned::CannedAws;
use super::support::{Ended, Site, ended, report};

/// A site with the forger, which is granted everything.
fn site(endpoint: &str) -> Site {
    Site::new(endpoint).guest("forger")
}

/// The configuration of a step that makes these calls.
fn calls<'a>(rows: impl IntoIterator<Item = (&'a str, Json)>) -> String {
    let call = |(operation, request): (&str, Json)| {
        format!("{{ operation = \"{operation}\", request = {} }}", json!(request.to_string()))
    };
    format!("calls = [{}]", rows.into_iter().map(call).collect::<Vec<_>>().join(", "))
}

/// Runs the job of a site. The SDK makes no second attempt.
fn run(site: &Site) -> Ended {
    let mut command = site.command(&["run", "job.toml", "--output", "json"]);
    ended(command.env("AWS_MAX_ATTEMPTS", "1").output().expect("stepwell starts"))
}

/// What became of each call.
fn answers(ended: &Ended) -> Vec<Json> {
    assert_eq!(ended.code, 0, "{ended:?}");
    report(&ended.json_lines())["steps"][0]["outputs"]["answers"].as_array().expect("a list").clone()
}

/// Why the step failed.
fn failed(ended: &Ended) -> Json {
    report(&ended.json_lines())["steps"][0]["failure"].clone()
}

/// Makes these calls of an AWS, and tells what became of each.
fn made<'a>(aws: &CannedAws, rows: impl IntoIterator<Item = (&'a str, Json)>) -> Vec<Json> {
    answers(&run(&site(aws.endpoint()).step("forger", &format!("{{ {} }}", calls(rows)))))
}

/// Asserts that a call was refused with such a message.
fn is_refused(answer: &Json, kind: &str, part: &str) {
    let message = answer["message"].as_str().unwrap_or_default();
    assert!(answer["kind"] == kind && message.contains(part), "{kind}, {part}: {answer}");
}
