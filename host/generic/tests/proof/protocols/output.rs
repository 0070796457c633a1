//! Responses and errors.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value as Json, json};
use stepwell_generic::model::{Kind, Location, Member, Protocol, ShapeId};
use stepwell_generic::protocol::{self, Response};

use super::Case;
use crate::support::walk::{normal, same, scalars};

/// Reads the response of a case and compares what was read.
pub(super) fn compare(case: &Case<'_>) -> Result<(), String> {
    let (service, operation) = (&case.service, case.service.operation(&case.operation).unwrap());
    let given = &case.case["response"];
    let headers = given["headers"].as_object().cloned().unwrap_or_default();
    let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
    let body = body(service.protocol, given["body"].as_str());
    let status = u16::try_from(given["status_code"].as_u64().unwrap_or(200)).unwrap();
    let response = Response { status, headers: &headers, body: &body };
    if case.case.get("error").is_some() {
        return compare_error(case, &response);
    }
    let own = protocol::response(service, operation, &response).map_err(|error| format!("refused: {error}"))?;
    let own = operation.output.as_ref().map_or(Json::Object(own.clone()), |member| readable(case, member, own));
    same("result", normal(&own), normal(&case.case["result"]))
}

fn body(protocol: Protocol, given: Option<&str>) -> Vec<u8> {
    match (protocol, given) {
        (Protocol::Cbor, Some(body)) => STANDARD.decode(body).unwrap(),
        // botocore reads no empty document either.
        (Protocol::Query, None) => b"<xml/>".to_vec(),
        (_, body) => body.unwrap_or_default().as_bytes().to_vec(),
    }
}

fn compare_error(case: &Case<'_>, response: &Response<'_>) -> Result<(), String> {
    let (service, operation) = (&case.service, case.service.operation(&case.operation).unwrap());
    let refusal = protocol::refusal(service, operation, response);
    let text = |name: &str| case.case[name].as_str().unwrap_or_default().to_owned();
    let code = refusal.code.clone().unwrap_or_default();
    same("code", &code, &text("errorCode"))?;
    same("message", refusal.message.clone().unwrap_or_default(), text("errorMessage"))?;
    let is_it = |shape: &stepwell_generic::model::Shape| match &shape.kind {
        Kind::Structure(structure) => {
            let error = structure.error.as_ref();
            error.is_some_and(|error| shape.name == code || error.code.as_deref() == Some(code.as_str()))
        }
        _ => false,
    };
    let shape = service.shapes.iter().position(is_it).map(member);
    let own = match shape {
        Some(member) => readable(case, &member, refusal.fields),
        None => Json::Object(refusal.fields),
    };
    same("fields", normal(&own), normal(&case.case["error"]))
}

fn member(shape: usize) -> Member {
    Member {
        shape: ShapeId(u32::try_from(shape).unwrap()),
        location: Location::Body,
        wire_name: None,
        query_name: None,
        flattened: false,
        is_token: false,
        is_attribute: false,
        is_json_header: false,
        xml_namespace: None,
        timestamp: None,
        result_wrapper: None,
        context_param: None,
    }
}

/// As the suite writes it: blobs as text, timestamps as seconds since 1970.
fn readable(case: &Case<'_>, member: &Member, own: Map<String, Json>) -> Json {
    let leaf = |kind: &Kind, value: &Json| match (kind, value) {
        (Kind::Blob, Json::String(text)) => json!(String::from_utf8(STANDARD.decode(text).unwrap()).unwrap()),
        (Kind::Timestamp, Json::String(text)) => {
            let at: jiff::Timestamp = text.parse().unwrap();
            json!(at.as_millisecond() as f64 / 1e3)
        }
        (_, value) => value.clone(),
    };
    scalars(&case.service, member, &Json::Object(own), &leaf)
}
