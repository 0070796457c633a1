//! A small service with a member of every type, in any protocol.

use ciborium::Value as Cbor;
use serde_json::{Map, Value as Json, json};
use stepwell_generic::model::{Operation, Service};
use stepwell_generic::protocol::{self, Refusal, Response};
use stepwell_xtask::models::service_of;

/// All protocols, by botocore's names.
pub const PROTOCOLS: [&str; 6] = ["json", "query", "ec2", "rest-json", "rest-xml", "smithy-rpc-v2-cbor"];

/// Those whose responses are XML.
pub const XML: [&str; 3] = ["query", "ec2", "rest-xml"];

/// The service. Its one operation, `Feed`, has an animal as its request and as its response.
pub fn service(protocol: &str) -> Service {
    let model = json!({
        "metadata": {
            "apiVersion": "2026-01-01",
            "endpointPrefix": "zoo",
            "serviceFullName": "Zoo",
            "serviceId": "Zoo",
            "signatureVersion": "v4",
            "targetPrefix": "Zoo",
            "jsonVersion": "1.0",
            "protocol": protocol,
        },
        "operations": { "Feed": {
            "name": "Feed",
            "http": { "method": "POST", "requestUri": "/feed" },
            "input": { "shape": "Animal" },
            "output": { "shape": "Animal", "resultWrapper": "FeedResult" },
            "errors": [{ "shape": "Bitten" }],
        } },
        "shapes": shapes(),
    });
    service_of("zoo", model).unwrap()
}

fn shapes() -> Json {
    let text = json!({ "shape": "Text" });
    let types = ["Text", "Integer", "Long", "Double", "Boolean", "Blob", "Time", "List", "Map", "Choice"];
    let mut members: Map<_, _> = types.iter().map(|name| ((*name).to_owned(), json!({ "shape": name }))).collect();
    members.insert("Child".to_owned(), json!({ "shape": "Animal" }));
    let of_error = json!({ "Animal": text, "Depth": { "shape": "Integer" } });
    json!({
        "Animal": { "type": "structure", "members": members },
        "Bitten": { "type": "structure", "exception": true, "members": of_error },
        "Text": { "type": "string" },
        "Integer": { "type": "integer" },
        "Long": { "type": "long" },
        "Double": { "type": "double" },
        "Boolean": { "type": "boolean" },
        "Blob": { "type": "blob" },
        "Time": { "type": "timestamp" },
        "List": { "type": "list", "member": text },
        "Map": { "type": "map", "key": text, "value": { "shape": "Integer" } },
        "Choice": { "type": "structure", "union": true, "members": { "Left": text, "Right": text } },
    })
}

/// The operation of the service.
pub fn feed(service: &Service) -> &Operation {
    service.operation("Feed").unwrap()
}

/// A response with these fields; `inner` is what stands for them in the protocol.
pub fn body(protocol: &str, inner: &str) -> Vec<u8> {
    match protocol {
        "query" => format!("<FeedResponse><FeedResult>{inner}</FeedResult></FeedResponse>").into_bytes(),
        "ec2" => format!("<FeedResponse>{inner}</FeedResponse>").into_bytes(),
        "rest-xml" => format!("<Animal>{inner}</Animal>").into_bytes(),
        "smithy-rpc-v2-cbor" => cbor(&Cbor::serialized(&serde_json::from_str::<Json>(inner).unwrap()).unwrap()),
        _ => inner.as_bytes().to_vec(),
    }
}

/// The bytes of a value.
pub fn cbor(value: &Cbor) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

/// Reads a body as the response with status 200.
pub fn read(protocol: &str, body: &[u8]) -> Result<Json, String> {
    let service = service(protocol);
    let response = Response { status: 200, headers: &[], body };
    protocol::response(&service, feed(&service), &response).map(Json::Object).map_err(|error| error.to_string())
}

/// Reads a body as that of an error.
pub fn refuse(protocol: &str, headers: &[(&str, &str)], body: &[u8]) -> Refusal {
    let service = service(protocol);
    protocol::refusal(&service, feed(&service), &Response { status: 400, headers, body })
}
