//! rest-json and rest-xml: members in the path, in the query string, in headers, in the status and in the body.

mod read;

use serde_json::{Map, Value as Json};

use crate::mismatch::{Mismatch, item};
use crate::model::{Field, Kind, Location, Member, Operation, Service, Structure, TimeFormat};
use crate::protocol::{Request, RequestError};
use crate::uri::{self, encode};
use crate::{json, scalar, xml};

pub(crate) use read::{read, read_head};

/// The two ways to write a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Body {
    Json,
    Xml,
}

/// Writes a request.
pub(crate) fn write(
    service: &Service,
    operation: &Operation,
    input: &Map<String, Json>,
    body: Body,
) -> Result<Request, RequestError> {
    let structure = service.structure(operation.input.as_ref());
    let mut request = Request { method: operation.method.clone(), ..Request::default() };
    request.uri = path(service, operation, structure, input)?;
    add_query(service, structure, input, &mut request.uri)?;
    add_headers(service, structure, input, &mut request.headers)?;
    let writer = Writer { service, structure, input, body };
    let (content, content_type) = match structure.payload() {
        Some(payload) => writer.payload(payload).map_err(|error| error.under(&payload.name))?,
        None => writer.members(operation)?,
    };
    request.body = content;
    let has_type = request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    if let Some(content_type) = content_type.filter(|_| !has_type) {
        request.headers.push(("Content-Type".to_owned(), content_type.to_owned()));
    }
    Ok(request)
}

fn given<'a>(input: &'a Map<String, Json>, field: &Field) -> Option<&'a Json> {
    input.get(&field.name).filter(|value| !value.is_null())
}

fn at(structure: &Structure, location: Location) -> impl Iterator<Item = &Field> {
    structure.fields.iter().filter(move |field| field.member.location == location)
}

fn path(
    service: &Service,
    operation: &Operation,
    structure: &Structure,
    input: &Map<String, Json>,
) -> Result<String, RequestError> {
    let label = |name: &str| {
        let field = at(structure, Location::Path).find(|field| field.wire_name() == name)?;
        let (kind, format) = (&service.shape(&field.member).kind, field.member.timestamp);
        scalar::to_text(kind, given(input, field)?, format.unwrap_or(TimeFormat::Iso8601)).ok()
    };
    Ok(uri::fill(&operation.uri, label)?)
}

/// The members of the query string. What single members name goes before what a map names.
fn add_query(
    service: &Service,
    structure: &Structure,
    input: &Map<String, Json>,
    uri: &mut String,
) -> Result<(), Mismatch> {
    let mut pairs: Vec<(&str, String)> = Vec::new();
    let mut of_maps: Vec<(&str, String)> = Vec::new();
    for field in at(structure, Location::Query) {
        let Some(value) = given(input, field) else { continue };
        let kind = &service.shape(&field.member).kind;
        let named = |error: Mismatch| error.under(&field.name);
        match (kind, value) {
            (Kind::List { member, .. }, Json::Array(items)) => {
                let texts = list_texts(service, member, items, TimeFormat::Iso8601).map_err(named)?;
                pairs.extend(texts.into_iter().map(|text| (field.wire_name(), text)));
            }
            (Kind::Map { .. }, Json::Object(entries)) => {
                for (key, value) in entries {
                    let texts = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
                    of_maps.extend(texts.iter().filter_map(|text| Some((key.as_str(), text.as_str()?.to_owned()))));
                }
            }
            (kind, value) => {
                let format = field.member.timestamp.unwrap_or(TimeFormat::Iso8601);
                pairs.push((field.wire_name(), scalar::to_text(kind, value, format).map_err(named)?));
            }
        }
    }
    of_maps.retain(|(key, _)| !pairs.iter().any(|(named, _)| named == key));
    for (key, value) in pairs.into_iter().chain(of_maps) {
        uri.push(if uri.contains('?') { '&' } else { '?' });
        uri.push_str(&encode(key));
        uri.push('=');
        uri.push_str(&encode(&value));
    }
    Ok(())
}

fn list_texts(
    service: &Service,
    member: &Member,
    items: &[Json],
    default: TimeFormat,
) -> Result<Vec<String>, Mismatch> {
    let (kind, format) = (&service.shape(member).kind, member.timestamp.unwrap_or(default));
    let items = items.iter().enumerate().filter(|(_, value)| !value.is_null());
    items.map(|(n, value)| scalar::to_text(kind, value, format).map_err(|error| error.under(item(n)))).collect()
}

fn add_headers(
    service: &Service,
    structure: &Structure,
    input: &Map<String, Json>,
    headers: &mut Vec<(String, String)>,
) -> Result<(), RequestError> {
    for field in &structure.fields {
        let Some(value) = given(input, field) else { continue };
        let name = field.wire_name();
        match field.member.location {
            Location::Header => {
                let text = header(service, &field.member, value).map_err(|error| error.under(&field.name))?;
                headers.extend(text.map(|text| (name.to_owned(), text)));
            }
            Location::Headers => {
                for (key, value) in value.as_object().into_iter().flatten() {
                    let text = value.as_str().ok_or_else(|| Mismatch::new("text").under(key).under(&field.name))?;
                    headers.push((format!("{}{key}", field.prefix()), text.to_owned()));
                }
            }
            _ => {}
        }
    }
    match headers.iter().find(|(name, value)| !is_token(name) || value.chars().any(char::is_control)) {
        Some((name, _)) => Err(RequestError::Header { name: name.clone() }),
        None => Ok(()),
    }
}

/// Whether a text is the name of a header (RFC 9110).
fn is_token(name: &str) -> bool {
    let is_inside = |letter: char| letter.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(letter);
    !name.is_empty() && name.chars().all(is_inside)
}

fn header(service: &Service, member: &Member, value: &Json) -> Result<Option<String>, Mismatch> {
    let kind = &service.shape(member).kind;
    Ok(match (kind, value) {
        (Kind::List { member, .. }, Json::Array(items)) => {
            let texts = list_texts(service, member, items, TimeFormat::Rfc822)?;
            let is_time = service.shape(member).kind == Kind::Timestamp;
            let texts: Vec<_> = texts.iter().map(|text| if is_time { text.clone() } else { quoted(text) }).collect();
            (!texts.is_empty()).then(|| texts.join(", "))
        }
        (_, value) if member.is_json_header => Some(scalar::base64(value.to_string().as_bytes())),
        (kind, value) => Some(scalar::to_text(kind, value, member.timestamp.unwrap_or(TimeFormat::Rfc822))?),
    })
}

/// An item of a list in a header.
fn quoted(text: &str) -> String {
    if text.contains([',', '"']) {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        text.to_owned()
    }
}

type Content = (Vec<u8>, Option<&'static str>);

struct Writer<'a> {
    service: &'a Service,
    structure: &'a Structure,
    input: &'a Map<String, Json>,
    body: Body,
}

impl Writer<'_> {
    /// The body when one member is all of it.
    fn payload(&self, field: &Field) -> Result<Content, Mismatch> {
        let member = &field.member;
        let shape = self.service.shape(member);
        Ok(match (&shape.kind, given(self.input, field)) {
            (Kind::Blob, Some(value)) => (scalar::bytes(value)?, Some("application/octet-stream")),
            (Kind::Text { .. }, Some(value)) => {
                let text = scalar::to_text(&shape.kind, value, TimeFormat::Iso8601)?;
                (text.into_bytes(), Some("text/plain"))
            }
            (Kind::Structure(_) | Kind::List { .. } | Kind::Map { .. }, Some(value)) if self.body == Body::Xml => {
                // Not the name of the shape: S3's `LifecycleConfiguration` is a `BucketLifecycleConfiguration`.
                (
                    xml::element(self.service, field.wire_name(), member, value, None)?.into_bytes(),
                    Some("application/xml"),
                )
            }
            (_, Some(value)) => {
                (json::write(self.service, member, value)?.to_string().into_bytes(), Some("application/json"))
            }
            (Kind::Structure(structure), None) if self.body == Body::Json && !structure.is_union => {
                (b"{}".to_vec(), Some("application/json"))
            }
            (_, None) => (Vec::new(), None),
        })
    }

    /// The body when several members make it.
    fn members(&self, operation: &Operation) -> Result<Content, Mismatch> {
        let Some(input) = &operation.input else { return Ok((Vec::new(), None)) };
        let mut of_body = at(self.structure, Location::Body).peekable();
        if of_body.peek().is_none() {
            return Ok((Vec::new(), None));
        }
        match self.body {
            Body::Json => {
                let is_body = |member: &Member| member.location == Location::Body;
                let fields = json::write_structure(self.service, self.structure, self.input, is_body)?;
                Ok((Json::Object(fields).to_string().into_bytes(), Some("application/json")))
            }
            Body::Xml if of_body.any(|field| given(self.input, field).is_some()) => {
                let own = &self.service.shape(input).name;
                let name = input.wire_name.as_deref().or(self.structure.xml_name.as_deref()).unwrap_or(own);
                let value = Json::Object(self.input.clone());
                let default = self.service.xml_namespace.as_ref();
                let text = xml::element(self.service, name, input, &value, default)?;
                Ok((text.into_bytes(), Some("application/xml")))
            }
            Body::Xml => Ok((Vec::new(), None)),
        }
    }
}
