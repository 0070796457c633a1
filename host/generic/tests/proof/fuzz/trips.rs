//! There and back: what is written is read as the same.

use serde_json::{Value as Json, json};
use stepwell_generic::model::{Kind, Service};
use stepwell_generic::protocol::{self, RequestError, Response};

use super::rounds;
use crate::support::random;
use crate::support::walk::{normal, same, scalars};
use crate::support::zoo;

#[test]
fn what_a_request_says_is_read_as_the_same() {
    let services = ["json", "rest-json", "rest-xml", "smithy-rpc-v2-cbor"].map(|name| (name, zoo::service(name)));
    rounds("there and back", 6_000, |rng| {
        let (name, service) = rng.choice(&services).unwrap();
        let operation = zoo::feed(service);
        let animal = random::value(rng, service, operation.input.as_ref().unwrap(), 4);
        let request = match protocol::request(service, operation, &animal) {
            Ok(request) => request,
            Err(RequestError::Mismatch(error)) if *name == "rest-xml" => {
                assert_eq!(error.expected, "text without control characters, which XML cannot hold", "{animal}");
                return "no XML";
            }
            Err(error) => panic!("{name}: {error}: {animal}"),
        };
        let response = Response { status: 200, headers: &[], body: &request.body };
        let read = protocol::response(service, operation, &response);
        let read = read.unwrap_or_else(|error| panic!("{name}: {error}: {}", String::from_utf8_lossy(&request.body)));
        same("animal", readable(service, &Json::Object(read)), readable(service, &animal))
            .unwrap_or_else(|why| panic!("{name}: {why}\n{}", String::from_utf8_lossy(&request.body)));
        name
    });
}

/// Points in time as milliseconds, whichever way they are written.
fn readable(service: &Service, value: &Json) -> Json {
    let leaf = |kind: &Kind, value: &Json| match (kind, value) {
        (Kind::Timestamp, Json::String(text)) => json!(text.parse::<jiff::Timestamp>().unwrap().as_millisecond()),
        (Kind::Timestamp, Json::Number(seconds)) => json!((seconds.as_f64().unwrap() * 1e3).round() as i64),
        (_, value) => value.clone(),
    };
    normal(&scalars(service, zoo::feed(service).input.as_ref().unwrap(), value, &leaf))
}
