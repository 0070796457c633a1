//! What a service says when it refuses.

use roxmltree::Node;
use serde_json::{Map, Value as Json};

use super::{Response, parse_json};
use crate::model::{Kind, Operation, Protocol, Service, Structure};
use crate::rest::Body;
use crate::{cbor, json, rest, xml};

/// What a service says when it refuses.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Refusal {
    /// AWS's error code, such as `ResourceNotFoundException`. None when the response has none, as that of a HEAD request.
    pub code: Option<String>,
    /// AWS's message.
    pub message: Option<String>,
    /// The id by which AWS support finds the request.
    pub request_id: Option<String>,
    /// The members of the error that the model has.
    pub fields: Map<String, Json>,
}

/// Reads the response of an operation that failed. It always succeeds: what cannot be read has no code.
pub fn refusal(service: &Service, operation: &Operation, response: &Response<'_>) -> Refusal {
    let ids = ["x-amzn-requestid", "x-amz-request-id"];
    let request_id = ids.iter().find_map(|name| response.header(name)).map(str::to_owned);
    match service.protocol {
        Protocol::Query | Protocol::Ec2 | Protocol::RestXml => of_xml(service, operation, response, request_id),
        _ => of_document(service, operation, response, request_id),
    }
}

fn of_document(
    service: &Service,
    operation: &Operation,
    response: &Response<'_>,
    request_id: Option<String>,
) -> Refusal {
    let binary = (service.protocol == Protocol::Cbor).then(|| cbor::parse(response.body).ok()).flatten();
    let body = match &binary {
        Some(binary) => Some(cbor::plain(binary)),
        None => parse_json(response.body).ok(),
    };
    let text = |name: &str| body.as_ref().and_then(|body| body.get(name)).and_then(Json::as_str);
    let code = response.header("x-amzn-errortype").or_else(|| text("__type")).or_else(|| text("code"));
    // `aws.protocoltests#Error:http://…`
    let code = code.and_then(|code| code.split(':').next()).and_then(|code| code.rsplit('#').next());
    let message = ["message", "Message", "errorMessage"].iter().find_map(|name| text(name)).map(str::to_owned);
    let fields = code.and_then(|code| modelled(service, operation, code)).map(|structure| match &binary {
        Some(binary) => cbor::read_structure(service, structure, binary),
        None if service.protocol == Protocol::RestJson => rest::read(service, structure, response, Body::Json),
        None => json::read_structure(service, structure, body.as_ref().unwrap_or(&Json::Null)),
    });
    // What a service said before it changed its protocol.
    let older = response.header("x-amzn-query-error").and_then(|error| error.split(';').next());
    let code = older.or(code).filter(|code| !code.is_empty()).map(str::to_owned);
    Refusal { code, message, request_id, fields: fields.and_then(Result::ok).unwrap_or_default() }
}

fn of_xml(service: &Service, operation: &Operation, response: &Response<'_>, request_id: Option<String>) -> Refusal {
    let document = xml::text(response.body).and_then(xml::parse);
    let Ok(document) = document else { return Refusal { request_id, ..Refusal::default() } };
    let root = document.root_element();
    let error = match root.tag_name().name() {
        "Error" => Some(root),
        _ => xml::child(root, "Error")
            .or_else(|| xml::child(root, "Errors").and_then(|errors| xml::child(errors, "Error"))),
    };
    let text =
        |node: Node<'_, '_>, names: [&str; 2]| names.iter().find_map(|name| xml::child(node, name)).map(xml::content);
    let code = error.and_then(|error| text(error, ["Code", "Code"]));
    let message = error.and_then(|error| text(error, ["Message", "message"]));
    let request_id = text(root, ["RequestId", "RequestID"]).or(request_id);
    let shape = code.as_deref().and_then(|code| modelled(service, operation, code));
    let mut fields = Map::new();
    if let (Some(structure), Some(error)) = (shape, error) {
        if service.protocol == Protocol::RestXml {
            fields.extend(rest::read_head(service, structure, response).unwrap_or_default());
        }
        fields.extend(xml::read_members(service, structure, error).unwrap_or_default());
    }
    Refusal { code, message, request_id, fields }
}

/// The error of this code: of those that the operation declares, then of all, because services answer with errors that
/// an operation does not declare.
fn modelled<'a>(service: &'a Service, operation: &Operation, code: &str) -> Option<&'a Structure> {
    let declared = operation.errors.iter().filter_map(|id| service.shapes.get(id.0 as usize));
    declared.chain(&service.shapes).find_map(|shape| match &shape.kind {
        Kind::Structure(structure) => {
            let error = structure.error.as_ref()?;
            (shape.name == code || error.code.as_deref() == Some(code)).then_some(structure)
        }
        _ => None,
    })
}
