//! Answers of real operations, with random changes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fastrand::Rng;
use serde_json::Value as Json;
use stepwell_generic::archive::Archive;
use stepwell_generic::model::{Kind, Member, Protocol, Service};
use stepwell_generic::protocol::{self, Response};

use super::rounds;
use crate::support::corpus;

/// Bytes of the longest answer.
const LONGEST: usize = 8_000;

/// What a parser may stumble over.
const TOKENS: [&[u8]; 20] = [
    b"",
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b"null",
    b"NaN",
    b"1e999",
    b"-",
    b"<",
    b"</",
    b"/>",
    b"<![CDATA[",
    b"&#0;",
    b"&lt;",
    b"<!DOCTYPE x>",
    b"\xff",
    b"\xc1\xfb",
    b"\xf9\x7e\x00",
];

#[test]
fn a_changed_answer_is_an_error_or_of_the_model() {
    let lines: Vec<_> = corpus::every(11, "responses").collect();
    rounds("changed answers", 20_000, |rng| {
        let line = rng.choice(&lines).unwrap();
        let service = Archive::shipped().service(line["service"].as_str().unwrap()).unwrap();
        let operation = service.operation(line["operation"].as_str().unwrap()).unwrap();
        let mut body = STANDARD.decode(line["body"].as_str().unwrap()).unwrap();
        body.truncate(LONGEST);
        for _ in 0..=rng.usize(..3) {
            change(rng, &mut body);
        }
        let headers: Vec<_> = line["headers"].as_object().unwrap().iter().collect();
        let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), changed(rng, value))).collect();
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let status = if rng.bool() { 200 } else { rng.u16(100..600) };
        let response = Response { status, headers: &headers, body: &body };
        protocol::refusal(&service, operation, &response);
        match protocol::response(&service, operation, &response) {
            Ok(read) => {
                let output = operation.output.as_ref().unwrap();
                assert!(is_of_model(&service, output, &Json::Object(read)), "{}:{}", service.name, operation.name);
                match service.protocol {
                    Protocol::Json10 | Protocol::Json11 | Protocol::RestJson => "read, JSON",
                    Protocol::Cbor => "read, CBOR",
                    _ => "read, XML",
                }
            }
            Err(error) => {
                assert!(error.to_string().starts_with("it is not ") || error.to_string().contains("` is not "));
                "errors"
            }
        }
    });
}

/// Changes, removes, repeats or adds some bytes.
fn change(rng: &mut Rng, body: &mut Vec<u8>) {
    let at = rng.usize(..=body.len());
    let to = (at + rng.usize(..16)).min(body.len());
    match rng.u8(..5) {
        0 => body.iter_mut().skip(at).take(1).for_each(|byte| *byte = rng.u8(..)),
        1 => drop(body.drain(at..to)),
        2 => {
            let part: Vec<u8> = body.get(at..to).unwrap_or_default().to_vec();
            let to = rng.usize(..=body.len());
            body.splice(to..to, part);
        }
        3 => drop(body.splice(at..at, rng.choice(TOKENS).unwrap_or_default().iter().copied())),
        // A bit: in CBOR, another type.
        _ => body.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << rng.u8(..8)),
    }
}

fn changed(rng: &mut Rng, value: &Json) -> String {
    let value = value.as_str().unwrap();
    if rng.u8(..4) > 0 { value.to_owned() } else { crate::support::random::text(rng) }
}

/// Whether a value is one that its type promises.
fn is_of_model(service: &Service, member: &Member, value: &Json) -> bool {
    if member.is_json_header {
        return true;
    }
    match (&service.shape(member).kind, value) {
        (Kind::Document, _) => true,
        (Kind::Structure(structure), Json::Object(fields)) => fields.iter().all(|(name, value)| {
            let known = structure.field(name).is_some_and(|field| is_of_model(service, &field.member, value));
            known || (structure.is_union && name == "SDK_UNKNOWN_MEMBER")
        }),
        (Kind::List { member, sparse, .. }, Json::Array(items)) => {
            items.iter().all(|item| (*sparse && item.is_null()) || is_of_model(service, member, item))
        }
        (Kind::Map { value: member, sparse, .. }, Json::Object(entries)) => {
            entries.values().all(|value| (*sparse && value.is_null()) || is_of_model(service, member, value))
        }
        (Kind::Text { .. }, Json::String(_)) | (Kind::Boolean, Json::Bool(_)) => true,
        (Kind::Blob, Json::String(text)) => STANDARD.decode(text).is_ok(),
        (Kind::Timestamp, Json::String(text)) => text.parse::<jiff::Timestamp>().is_ok(),
        (Kind::Integer(_) | Kind::Long(_), Json::Number(number)) => !number.is_f64(),
        (Kind::Float | Kind::Double, Json::Number(_)) => true,
        (Kind::Float | Kind::Double, Json::String(text)) => ["NaN", "Infinity", "-Infinity"].contains(&text.as_str()),
        _ => false,
    }
}
