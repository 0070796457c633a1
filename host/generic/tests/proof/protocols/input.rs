//! Requests.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};
use stepwell_generic::model::{Kind, Protocol};
use stepwell_generic::protocol::{self, Request};

use super::Case;
use crate::support::body;
use crate::support::walk::{same, scalars};

/// What the host fills in for a client token.
const TOKEN: &str = "00000000-0000-4000-8000-000000000000";

/// Writes the request of a case and compares all of it.
pub(super) fn compare(case: &Case<'_>) -> Result<(), String> {
    let expected = &case.case["serialized"];
    let own = written(case)?;
    compare_body(case.service.protocol, &own, expected)?;
    compare_headers(case.service.protocol, &own, expected)?;
    same("uri", own.uri.as_str(), expected["uri"].as_str().unwrap_or_default())?;
    if let Some(method) = expected["method"].as_str() {
        same("method", own.method.as_str(), method)?;
    }
    compare_host(case, &own, expected)
}

fn written(case: &Case<'_>) -> Result<Request, String> {
    let service = &case.service;
    let operation = service.operation(&case.operation).unwrap();
    // The suite writes the bytes of a blob as text.
    let to_base64 = |kind: &Kind, value: &Json| match (kind, value) {
        (Kind::Blob, Json::String(text)) => json!(STANDARD.encode(text)),
        (_, value) => value.clone(),
    };
    let mut params = case.case.get("params").cloned().unwrap_or_else(|| json!({}));
    if let Some(input) = &operation.input {
        params = scalars(service, input, &params, &to_base64);
    }
    let fields = params.as_object_mut().unwrap();
    if let Some(token) = protocol::token_member(service, operation) {
        fields.entry(token).or_insert_with(|| json!(TOKEN));
    }
    protocol::request(service, operation, &params).map_err(|error| format!("refused: {error}"))
}

fn compare_body(protocol: Protocol, own: &Request, expected: &Json) -> Result<(), String> {
    match (protocol, expected["body"].as_str()) {
        // botocore compares a body of CBOR whenever there is one.
        (Protocol::Cbor, None) => same("body", own.body.as_slice(), &[]),
        (Protocol::Cbor, Some(text)) => body::compare(protocol, &own.body, &STANDARD.decode(text).unwrap()),
        (_, None) => Ok(()),
        (_, Some(text)) => body::compare(protocol, &own.body, text.as_bytes()),
    }
}

fn compare_headers(protocol: Protocol, own: &Request, expected: &Json) -> Result<(), String> {
    let header = |name: &str| {
        let mut named = own.headers.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name));
        named.next().map(|(_, value)| value.replace(", ", ","))
    };
    for (name, value) in expected["headers"].as_object().into_iter().flatten() {
        let mut value = value.as_str().unwrap().replace(", ", ",");
        let is_form = matches!(protocol, Protocol::Query | Protocol::Ec2);
        if name == "Content-Type" && is_form && !value.contains("charset") {
            value.push_str("; charset=utf-8");
        }
        // The legacy suite wants a type for a body that is not there; botocore's own test does not look at it.
        let is_untyped = protocol == Protocol::RestJson && own.body.is_empty() && value == "application/octet-stream";
        if !is_untyped {
            same(name, header(name), Some(value))?;
        }
    }
    for name in names(expected, "requireHeaders") {
        // The HTTP client adds the length.
        if name != "Content-Length" && header(name).is_none() {
            return Err(format!("header `{name}` is missing"));
        }
    }
    names(expected, "forbidHeaders").try_for_each(|name| same(&format!("forbidden `{name}`"), header(name), None))
}

fn names<'a>(expected: &'a Json, key: &str) -> impl Iterator<Item = &'a str> {
    expected[key].as_array().into_iter().flatten().filter_map(Json::as_str)
}

fn compare_host(case: &Case<'_>, own: &Request, expected: &Json) -> Result<(), String> {
    let Some(host) = expected["host"].as_str() else { return Ok(()) };
    let client = case.suite["clientEndpoint"].as_str().unwrap_or("https://example.com");
    let client = client.split_once("://").map_or(client, |(_, rest)| rest).split('/').next().unwrap();
    same("host", format!("{}{client}", own.host_prefix.as_deref().unwrap_or_default()), host.to_owned())
}
