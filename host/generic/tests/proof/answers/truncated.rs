//! Answers that were cut off.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value as Json};
use stepwell_generic::Mismatch;
use stepwell_generic::archive::Archive;
use stepwell_generic::model::{Kind, Operation, Protocol, Service};
use stepwell_generic::protocol::{self, Response};

use crate::support::corpus;

/// Answers of each protocol that are cut off at every byte.
const OF_EACH: usize = 12;

/// Bytes of the longest of them.
const LONGEST: usize = 3_000;

#[test]
fn an_answer_that_was_cut_off_is_no_answer_wherever_it_was() {
    let mut done: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for line in corpus::every(3, "responses") {
        let body = STANDARD.decode(line["body"].as_str().unwrap()).unwrap();
        if !(100..LONGEST).contains(&body.len()) {
            continue;
        }
        let service = Archive::shipped().service(line["service"].as_str().unwrap()).unwrap();
        let operation = service.operation(line["operation"].as_str().unwrap()).unwrap();
        let (answers, cuts) = done.entry(format!("{:?}", service.protocol)).or_default();
        if *answers == OF_EACH || is_any_bytes(&service, operation) {
            continue;
        }
        *answers += 1;
        *cuts += cut_everywhere(&service, operation, &line, &body);
    }
    println!("answers and cuts: {done:?}");
    assert_eq!(done.len(), 7, "all protocols");
    assert!(done.values().all(|(answers, _)| *answers >= 5));
}

/// Whether the body is one text or blob, of which every part looks whole: only the transport can tell.
fn is_any_bytes(service: &Service, operation: &Operation) -> bool {
    let structure = service.structure(operation.output.as_ref());
    let payload = structure.payload.and_then(|at| structure.fields.get(at as usize));
    let has_body = !structure.fields.is_empty();
    !has_body
        || payload.is_some_and(|field| matches!(service.shape(&field.member).kind, Kind::Text { .. } | Kind::Blob))
}

fn cut_everywhere(service: &Service, operation: &Operation, line: &Json, body: &[u8]) -> usize {
    let whole = read(service, operation, line, body).unwrap();
    for length in 0..body.len() {
        let part = body.get(..length).unwrap();
        let name = format!("{}:{} at {length} of {}", service.name, operation.name, body.len());
        match read(service, operation, line, part) {
            // An empty body is a whole answer without members in JSON, CBOR and rest-xml.
            Ok(read) if length == 0 && !matches!(service.protocol, Protocol::Query | Protocol::Ec2) => {
                assert!(read.len() < whole.len() || read == whole, "{name}");
            }
            // Only space was cut off.
            Ok(read) => assert!(read == whole && body.get(length..).unwrap().trim_ascii().is_empty(), "{name}"),
            Err(error) => assert!(error.to_string().ends_with("; perhaps it was cut off"), "{name}: {error}"),
        }
    }
    body.len()
}

fn read(service: &Service, operation: &Operation, line: &Json, body: &[u8]) -> Result<Map<String, Json>, Mismatch> {
    let headers: Vec<_> = line["headers"].as_object().unwrap().iter().collect();
    let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
    protocol::response(service, operation, &Response { status: 200, headers: &headers, body })
}
