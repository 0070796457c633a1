//! Requests of real operations, with random changes.

use fastrand::Rng;
use serde_json::Value as Json;
use stepwell_generic::archive::Archive;
use stepwell_generic::check::{Depth, check};
use stepwell_generic::model::{Operation, Protocol, Service};
use stepwell_generic::protocol::{self, Request, RequestError};

use super::rounds;
use crate::support::{corpus, random};

#[test]
fn a_request_is_written_when_it_is_of_the_model_and_only_then() {
    let lines: Vec<_> = corpus::every(11, "requests").collect();
    rounds("changed requests", 10_000, |rng| {
        let line = rng.choice(&lines).unwrap();
        let service = Archive::shipped().service(line["service"].as_str().unwrap()).unwrap();
        let mut operation = service.operation(line["operation"].as_str().unwrap()).unwrap().clone();
        operation.refused = None;
        let mut input = line["input"].clone();
        if rng.u8(..8) == 0 {
            let member = operation.input.as_ref();
            input = member.map_or(input, |member| random::value(rng, &service, member, 4));
        }
        for _ in 0..rng.usize(..3) {
            change(rng, &mut input);
        }
        outcome(&service, &operation, &input)
    });
}

/// Writes the request, and says what became of it.
fn outcome(service: &Service, operation: &Operation, input: &Json) -> &'static str {
    let findings = check(service, operation, input, Depth::Shape, &|_| false);
    match protocol::request(service, operation, input) {
        Err(RequestError::Findings(found)) => {
            assert_eq!(found, findings);
            assert!(!findings.is_empty());
            "findings"
        }
        found if !findings.is_empty() => panic!("{findings:?} and {found:?}"),
        Ok(request) => {
            assert_sound(service, &request);
            "written"
        }
        // What the model allows and the place does not.
        Err(
            RequestError::EmptyLabel { .. }
            | RequestError::Dots { .. }
            | RequestError::Host { .. }
            | RequestError::Header { .. }
            | RequestError::Checksum { .. },
        ) => "refused by place",
        Err(RequestError::Mismatch(error)) => {
            let no_xml = "text without control characters, which XML cannot hold";
            assert_eq!(error.expected, no_xml, "{}:{} {error}: {input}", service.name, operation.name);
            "no XML"
        }
        Err(error) => panic!("{}:{} {error}", service.name, operation.name),
    }
}

/// Whatever the values are, a request has one path on one host, headers that are headers, and a body that can be parsed.
fn assert_sound(service: &Service, request: &Request) {
    let uri = &request.uri;
    let is_plain = |letter: char| letter.is_ascii_graphic() && !"<>\"\\^`{|}#".contains(letter);
    assert!(uri.chars().all(is_plain) && uri.matches('?').count() <= 1, "{uri}");
    let path = uri.split('?').next().unwrap_or_default();
    assert!(!path.split('/').any(|segment| matches!(segment, "." | "..")), "{uri}");
    for (name, value) in &request.headers {
        assert!(!name.is_empty() && name.chars().all(|letter| letter.is_ascii_graphic() && letter != ':'), "{name}");
        assert!(!value.chars().any(char::is_control), "{name}: {value:?}");
    }
    let prefix = request.host_prefix.as_deref().unwrap_or_default();
    assert!(prefix.chars().all(|letter| letter.is_ascii_alphanumeric() || "-.".contains(letter)), "{prefix}");
    let body = request.body.as_slice();
    match service.protocol {
        Protocol::Json10 | Protocol::Json11 => assert!(serde_json::from_slice::<Json>(body).is_ok()),
        Protocol::Query | Protocol::Ec2 => {
            let is_form = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~%&=".contains(byte);
            assert!(body.iter().all(is_form), "{}", String::from_utf8_lossy(body));
        }
        Protocol::Cbor => assert!(ciborium::from_reader::<ciborium::Value, _>(body).is_ok()),
        Protocol::RestXml if has_type(request, "application/xml") => {
            let text = std::str::from_utf8(body).unwrap();
            assert!(roxmltree::Document::parse(text).is_ok(), "{text}");
        }
        Protocol::RestJson if has_type(request, "application/json") => {
            assert!(serde_json::from_slice::<Json>(body).is_ok());
        }
        Protocol::RestJson | Protocol::RestXml => {}
    }
}

/// Whether the host chose the type: a request may name one of its own for a body of its own.
fn has_type(request: &Request, wanted: &str) -> bool {
    request.headers.last().is_some_and(|(name, value)| name == "Content-Type" && value == wanted)
}

/// Replaces a value somewhere, or its name.
fn change(rng: &mut Rng, value: &mut Json) {
    let is_here = rng.u8(..4) == 0;
    match value {
        Json::Object(fields) if !is_here && !fields.is_empty() => {
            let name = rng.choice(fields.keys().cloned().collect::<Vec<_>>()).unwrap();
            if rng.u8(..8) == 0 {
                let renamed = random::text(rng);
                let taken = fields.remove(&name).unwrap_or_default();
                fields.insert(renamed, taken);
            } else if let Some(inner) = fields.get_mut(&name) {
                change(rng, inner);
            }
        }
        Json::Array(items) if !is_here && !items.is_empty() => {
            let at = rng.usize(..items.len());
            items.iter_mut().skip(at).take(1).for_each(|item| change(rng, item));
        }
        Json::String(text) if !is_here => *text = random::text(rng),
        Json::Number(_) if !is_here => *value = serde_json::json!(rng.i32(..)),
        value => *value = random::json(rng, 3),
    }
}
