//! From a document to a request, and from a response to a document, by the protocol of the service.

mod error;
mod refusal;

use md5::{Digest as _, Md5};
use roxmltree::Node;
use serde_json::{Map, Value as Json};
use sha2::Sha256;

use crate::check::{self, Depth};
use crate::mismatch::Mismatch;
use crate::model::{Checksum, Member, Operation, Protocol, Service};
use crate::rest::Body;
use crate::{cbor, json, query, rest, scalar, uri, xml};

pub use error::RequestError;
pub use refusal::{Refusal, refusal};

/// A request without its host name and signature.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method of HTTP.
    pub method: String,
    /// A path, perhaps with a query string. It comes behind the path of the endpoint.
    pub uri: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// What stands before the host name of the endpoint, such as `123456789012.`.
    pub host_prefix: Option<String>,
}

impl Request {
    /// Whether the head has a checksum of the body, so that the body must stay as it is.
    pub fn has_checksum(&self) -> bool {
        self.headers.iter().any(|(name, _)| {
            let name = name.to_ascii_lowercase();
            name == "content-md5" || name.starts_with("x-amz-checksum-")
        })
    }
}

/// A response.
#[derive(Debug, Clone, Copy)]
pub struct Response<'a> {
    /// The status code.
    pub status: u16,
    /// Names and values.
    pub headers: &'a [(&'a str, &'a str)],
    /// The whole body.
    pub body: &'a [u8],
}

impl<'a> Response<'a> {
    pub(crate) fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }
}

/// A text as a segment of a path.
pub fn path_segment(text: &str) -> String {
    uri::encode(text)
}

/// The member of the request that takes the client token.
pub fn token_member<'a>(service: &'a Service, operation: &Operation) -> Option<&'a str> {
    let fields = &service.structure(operation.input.as_ref()).fields;
    fields.iter().find(|field| field.member.is_token).map(|field| field.name.as_str())
}

/// Writes a request.
///
/// # Errors
/// When the operation is refused, or the request is not of the model, or leads elsewhere.
pub fn request(service: &Service, operation: &Operation, input: &Json) -> Result<Request, RequestError> {
    if let Some(refused) = operation.refused {
        return Err(RequestError::Refused(refused));
    }
    let findings = check::check(service, operation, input, Depth::Shape, &|_| false);
    if !findings.is_empty() {
        return Err(RequestError::Findings(findings));
    }
    let empty = Map::new();
    let fields = input.as_object().unwrap_or(&empty);
    let mut request = match service.protocol {
        Protocol::Json10 => json_request(service, operation, input, "1.0")?,
        Protocol::Json11 => json_request(service, operation, input, "1.1")?,
        Protocol::Query | Protocol::Ec2 => {
            let body = query::write(service, operation, input, service.protocol == Protocol::Ec2)?;
            post("application/x-www-form-urlencoded; charset=utf-8", body.into_bytes())
        }
        Protocol::RestJson => rest::write(service, operation, fields, Body::Json)?,
        Protocol::RestXml => rest::write(service, operation, fields, Body::Xml)?,
        Protocol::Cbor => cbor_request(service, operation, input)?,
    };
    if let Some(template) = &operation.host_prefix {
        request.host_prefix = Some(host_prefix(template, fields)?);
    }
    add_checksum(operation, fields, &mut request)?;
    Ok(request)
}

fn post(content_type: &str, body: Vec<u8>) -> Request {
    Request {
        method: "POST".to_owned(),
        uri: "/".to_owned(),
        headers: vec![("Content-Type".to_owned(), content_type.to_owned())],
        body,
        host_prefix: None,
    }
}

fn json_request(service: &Service, operation: &Operation, input: &Json, version: &str) -> Result<Request, Mismatch> {
    let body = match &operation.input {
        Some(member) => json::write(service, member, input)?.to_string(),
        None => "{}".to_owned(),
    };
    let mut request = post(&format!("application/x-amz-json-{version}"), body.into_bytes());
    let target = format!("{}.{}", service.target_prefix, operation.name);
    request.headers.push(("X-Amz-Target".to_owned(), target));
    add_query_mode(service, &mut request);
    Ok(request)
}

fn cbor_request(service: &Service, operation: &Operation, input: &Json) -> Result<Request, Mismatch> {
    let mut request = match &operation.input {
        Some(member) => post("application/cbor", cbor::write(service, member, input)?),
        None => Request { headers: Vec::new(), ..post("", Vec::new()) },
    };
    request.uri = format!("/service/{}/operation/{}", service.target_prefix, operation.name);
    let head = [("smithy-protocol", "rpc-v2-cbor"), ("Accept", "application/cbor")];
    request.headers.extend(head.map(|(name, value)| (name.to_owned(), value.to_owned())));
    add_query_mode(service, &mut request);
    Ok(request)
}

fn add_query_mode(service: &Service, request: &mut Request) {
    if service.is_query_compatible {
        request.headers.push(("x-amzn-query-mode".to_owned(), "true".to_owned()));
    }
}

/// The labels before the host name. Anything but letters, digits and hyphens would send a signed request elsewhere.
fn host_prefix(template: &str, input: &Map<String, Json>) -> Result<String, RequestError> {
    let is_inside = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let is_label = |text: &&str| {
        (1..=63).contains(&text.len()) && text.chars().all(is_inside) && !text.starts_with('-') && !text.ends_with('-')
    };
    let label = |name: &str| input.get(name).and_then(Json::as_str).filter(is_label).map(str::to_owned);
    uri::fill(template, label).map_err(|error| match error {
        uri::LabelError::Empty(name) | uri::LabelError::Dots(name) => RequestError::Host { member: name },
    })
}

/// The checksums of `httpChecksum` that the host computes.
const ALGORITHMS: [&str; 2] = ["CRC32", "SHA256"];

fn add_checksum(operation: &Operation, input: &Map<String, Json>, request: &mut Request) -> Result<(), RequestError> {
    let named = |member: &str| input.get(member).and_then(Json::as_str);
    let algorithm = match &operation.checksum {
        Checksum::None => return Ok(()),
        Checksum::Required { algorithm: None } => {
            let has_own = request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-md5"));
            if !has_own {
                let sum = scalar::base64(&Md5::digest(&request.body));
                request.headers.push(("Content-MD5".to_owned(), sum));
            }
            return Ok(());
        }
        Checksum::Required { algorithm: Some(member) } => named(member).unwrap_or("CRC32"),
        Checksum::Optional { algorithm } => match named(algorithm) {
            Some(algorithm) => algorithm,
            None => return Ok(()),
        },
    };
    // The request may have a checksum of its own.
    if request.headers.iter().any(|(name, _)| name.to_ascii_lowercase().starts_with("x-amz-checksum-")) {
        return Ok(());
    }
    let (header, sum) = match algorithm {
        "CRC32" => ("x-amz-checksum-crc32", scalar::base64(&crc32fast::hash(&request.body).to_be_bytes())),
        "SHA256" => ("x-amz-checksum-sha256", scalar::base64(&Sha256::digest(&request.body))),
        other => return Err(RequestError::Checksum { algorithm: other.to_owned(), known: &ALGORITHMS }),
    };
    request.headers.push((header.to_owned(), sum));
    let names_it = |(name, _): &(String, String)| name.eq_ignore_ascii_case("x-amz-sdk-checksum-algorithm");
    if !request.headers.iter().any(names_it) {
        request.headers.push(("x-amz-sdk-checksum-algorithm".to_owned(), algorithm.to_owned()));
    }
    Ok(())
}

/// Reads the response of an operation that succeeded.
///
/// # Errors
/// When it is not of the model, was cut off, or [is an error](is_late_error).
pub fn response(
    service: &Service,
    operation: &Operation,
    response: &Response<'_>,
) -> Result<Map<String, Json>, Mismatch> {
    if is_late_error(service, response) {
        return Err(Mismatch::new("a success, whatever its status says"));
    }
    let Some(member) = &operation.output else { return Ok(Map::new()) };
    let structure = service.structure(Some(member));
    match service.protocol {
        Protocol::Json10 | Protocol::Json11 if response.body.is_empty() || structure.fields.is_empty() => {
            Ok(Map::new())
        }
        Protocol::Json10 | Protocol::Json11 => json::read_structure(service, structure, &parse_json(response.body)?),
        Protocol::RestJson => rest::read(service, structure, response, Body::Json),
        Protocol::RestXml if is_bare_location(service, operation) => bare_location(response),
        Protocol::RestXml => rest::read(service, structure, response, Body::Xml),
        Protocol::Query => {
            let document = xml::parse(xml::text(response.body)?)?;
            let result = query_result(operation, member, document.root_element())?;
            xml::read_members(service, structure, result)
        }
        Protocol::Ec2 => {
            let document = xml::parse(xml::text(response.body)?)?;
            xml::read_members(service, structure, ec2_response(operation, document.root_element())?)
        }
        Protocol::Cbor if response.body.is_empty() || structure.fields.is_empty() => Ok(Map::new()),
        Protocol::Cbor => cbor::read_structure(service, structure, &cbor::parse(response.body)?),
    }
}

/// The element with the members. One that the model names has to be there: without it, the response of another operation
/// would look like one without members.
fn query_result<'a>(operation: &Operation, member: &Member, root: Node<'a, 'a>) -> Result<Node<'a, 'a>, Mismatch> {
    match &member.result_wrapper {
        Some(name) => xml::child(root, name).ok_or_else(|| Mismatch::new("the result of the operation")),
        None => Ok(xml::child(root, &format!("{}Result", operation.name)).unwrap_or(root)),
    }
}

/// The element with the members. Another name would be the response of another operation.
fn ec2_response<'a>(operation: &Operation, root: Node<'a, 'a>) -> Result<Node<'a, 'a>, Mismatch> {
    let is_own = root.tag_name().name().strip_suffix("Response") == Some(&operation.name);
    is_own.then_some(root).ok_or_else(|| Mismatch::new("the response of the operation"))
}

/// `GetBucketLocation` of S3: its response has no element around its only member, whatever the model says.
fn is_bare_location(service: &Service, operation: &Operation) -> bool {
    service.id == "S3" && operation.name == "GetBucketLocation"
}

fn bare_location(response: &Response<'_>) -> Result<Map<String, Json>, Mismatch> {
    let region = xml::content(xml::parse(xml::text(response.body)?)?.root_element());
    // Empty for us-east-1.
    let region = Some(region).filter(|region| !region.is_empty());
    Ok(region.map(|region| ("LocationConstraint".to_owned(), Json::from(region))).into_iter().collect())
}

/// Whether a response that looks like a success is an error: S3 sends the status before it has done the work.
pub fn is_late_error(service: &Service, response: &Response<'_>) -> bool {
    service.id == "S3" && response.status == 200 && std::str::from_utf8(response.body).is_ok_and(begins_with_error)
}

/// Whether the first element is `Error`.
fn begins_with_error(text: &str) -> bool {
    let mut text = text.trim_start_matches('\u{feff}').trim_start();
    for (begin, end) in [("<?", "?>"), ("<!--", "-->")] {
        while let Some((_, rest)) = text.strip_prefix(begin).and_then(|rest| rest.split_once(end)) {
            text = rest.trim_start();
        }
    }
    let behind = text.strip_prefix("<Error").and_then(|rest| rest.chars().next());
    behind.is_some_and(|letter| letter.is_whitespace() || matches!(letter, '>' | '/'))
}

/// A whole body of JSON.
pub(crate) fn parse_json(body: &[u8]) -> Result<Json, Mismatch> {
    serde_json::from_slice(body).map_err(|_| Mismatch::new("well-formed JSON; perhaps it was cut off"))
}
