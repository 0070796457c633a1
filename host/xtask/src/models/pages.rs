//! Paginators and waiters, from botocore's `paginators-1.json` and `waiters-2.json`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value as Json;
use stepwell_generic::model::{Acceptor, Expected, Matcher, Paginator, Service, Waiter, WaiterState};

use super::problem::{Inside as _, Problem};
use super::source::Ignored;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Paginators {
    pagination: BTreeMap<String, PaginatorSource>,
    #[serde(rename = "version")]
    _version: Option<Ignored>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PaginatorSource {
    input_token: Texts,
    output_token: Texts,
    result_key: Texts,
    more_results: Option<String>,
    limit_key: Option<String>,
    /// What only the first page has to have, for botocore's own way to join pages.
    #[serde(rename = "non_aggregate_keys")]
    _non_aggregate_keys: Option<Ignored>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Texts {
    One(String),
    Several(Vec<String>),
}

impl From<Texts> for Vec<String> {
    fn from(texts: Texts) -> Self {
        match texts {
            Texts::One(text) => vec![text],
            Texts::Several(texts) => texts,
        }
    }
}

/// Adds the paginators of a file to their operations.
pub(super) fn add_paginators(service: &mut Service, json: Json) -> Result<(), Problem> {
    let source: Paginators = serde_json::from_value(json)?;
    for (name, from) in source.pagination {
        let operation = service.operations.iter_mut().find(|operation| operation.name == name);
        let operation = operation.ok_or_else(|| Problem::new("no such operation").inside(&name))?;
        let (inputs, outputs): (Vec<_>, Vec<_>) = (from.input_token.into(), from.output_token.into());
        if inputs.len() != outputs.len() {
            return Err(Problem::new("as many tokens come as are sent").inside(&name));
        }
        operation.paginator = Some(Paginator {
            inputs,
            outputs,
            results: from.result_key.into(),
            more: from.more_results,
            limit: from.limit_key,
        });
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Waiters {
    waiters: BTreeMap<String, WaiterSource>,
    #[serde(rename = "version")]
    _version: Ignored,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WaiterSource {
    operation: String,
    delay: u32,
    max_attempts: u32,
    acceptors: Vec<AcceptorSource>,
    #[serde(rename = "description")]
    _description: Option<Ignored>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AcceptorSource {
    state: String,
    matcher: String,
    argument: Option<String>,
    expected: Json,
}

/// Adds the waiters of a file.
pub(super) fn add_waiters(service: &mut Service, json: Json) -> Result<(), Problem> {
    let source: Waiters = serde_json::from_value(json)?;
    for (name, from) in source.waiters {
        if service.operation(&from.operation).is_none() {
            return Err(Problem::new(format!("no operation `{}`", from.operation)).inside(&name));
        }
        let acceptors = from.acceptors.into_iter().map(acceptor).collect::<Result<_, _>>().inside(&name)?;
        let (operation, delay, attempts) = (from.operation, from.delay, from.max_attempts);
        service.waiters.push(Waiter { name, operation, delay, attempts, acceptors });
    }
    Ok(())
}

fn acceptor(from: AcceptorSource) -> Result<Acceptor, Problem> {
    let state = match from.state.as_str() {
        "success" => WaiterState::Success,
        "failure" => WaiterState::Failure,
        "retry" => WaiterState::Retry,
        other => return Err(Problem::new(format!("unknown state `{other}`"))),
    };
    let unknown = || Problem::new(format!("unknown matcher `{}` for {}", from.matcher, from.expected));
    let expected = || expected(&from.expected).ok_or_else(unknown);
    let matcher = match (from.matcher.as_str(), from.argument) {
        ("status", None) => {
            let status = from.expected.as_u64().and_then(|status| u16::try_from(status).ok());
            Matcher::Status(status.ok_or_else(unknown)?)
        }
        ("error", None) => match &from.expected {
            Json::String(code) => Matcher::Error(code.clone()),
            Json::Bool(any) => Matcher::AnyError(*any),
            _ => return Err(unknown()),
        },
        ("path", Some(path)) => Matcher::Path { path, expected: expected()? },
        ("pathAll", Some(path)) => Matcher::PathAll { path, expected: expected()? },
        ("pathAny", Some(path)) => Matcher::PathAny { path, expected: expected()? },
        _ => return Err(unknown()),
    };
    Ok(Acceptor { state, matcher })
}

fn expected(json: &Json) -> Option<Expected> {
    match json {
        Json::String(text) => Some(Expected::Text(text.clone())),
        Json::Bool(value) => Some(Expected::Bool(*value)),
        Json::Number(number) => number.as_f64().map(Expected::Number),
        _ => None,
    }
}
