//! Responses.

use serde_json::{Map, Value as Json};

use super::Body;
use crate::mismatch::{Mismatch, item};
use crate::model::{Field, Kind, Location, Member, Service, Structure, TimeFormat};
use crate::protocol::{Response, parse_json};
use crate::{json, scalar, xml};

/// Reads a response, or the response of an error.
pub(crate) fn read(
    service: &Service,
    structure: &Structure,
    response: &Response<'_>,
    body: Body,
) -> Result<Map<String, Json>, Mismatch> {
    let mut out = read_head(service, structure, response)?;
    match structure.payload() {
        Some(field) => {
            let value = payload(service, field, response.body, body).map_err(|error| error.under(&field.name))?;
            out.extend(value.map(|value| (field.name.clone(), value)));
        }
        None => out.extend(read_body(service, structure, response.body, body)?),
    }
    Ok(out)
}

/// The members outside the body.
pub(crate) fn read_head(
    service: &Service,
    structure: &Structure,
    response: &Response<'_>,
) -> Result<Map<String, Json>, Mismatch> {
    let mut out = Map::new();
    for field in &structure.fields {
        let name = field.wire_name();
        let value = match field.member.location {
            Location::Header => response.header(name).map(|text| header(service, &field.member, text)),
            Location::Headers => Some(Ok(Json::Object(prefixed(response, field.prefix())))),
            Location::Status => Some(Ok(Json::from(response.status))),
            Location::Body | Location::Path | Location::Query => None,
        };
        if let Some(value) = value {
            out.insert(field.name.clone(), value.map_err(|error| error.under(&field.name))?);
        }
    }
    Ok(out)
}

fn prefixed(response: &Response<'_>, prefix: &str) -> Map<String, Json> {
    let entries = response.headers.iter().filter_map(|(name, value)| {
        let (head, rest) = name.split_at_checked(prefix.len())?;
        head.eq_ignore_ascii_case(prefix).then(|| (rest.to_owned(), Json::from(*value)))
    });
    entries.collect()
}

fn header(service: &Service, member: &Member, text: &str) -> Result<Json, Mismatch> {
    let kind = &service.shape(member).kind;
    if member.is_json_header {
        let decoded = scalar::bytes(&Json::from(text))?;
        return serde_json::from_slice(&decoded).map_err(|_| Mismatch::new("JSON in base64"));
    }
    let Kind::List { member, .. } = kind else { return scalar::from_text(kind, text) };
    let kind = &service.shape(member).kind;
    let format = member.timestamp.unwrap_or(TimeFormat::Rfc822);
    let is_date = *kind == Kind::Timestamp && format == TimeFormat::Rfc822;
    let items = if is_date { dates(text) } else { unquoted(text) };
    let items = items.iter().enumerate();
    let items = items.map(|(n, text)| scalar::from_text(kind, text).map_err(|error| error.under(item(n))));
    Ok(Json::Array(items.collect::<Result<_, _>>()?))
}

/// `Mon, 16 Dec 2019 23:48:18 GMT, Mon, …`: every second comma ends an item.
fn dates(text: &str) -> Vec<String> {
    let parts: Vec<_> = text.split(',').collect();
    parts.chunks(2).map(|date| date.join(",").trim().to_owned()).collect()
}

/// The items of a list, of which those with a comma stand in quotation marks.
fn unquoted(text: &str) -> Vec<String> {
    let (mut items, mut item, mut is_quoted, mut was_quoted) = (Vec::new(), String::new(), false, false);
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => (is_quoted, was_quoted) = (!is_quoted, true),
            '\\' if is_quoted => item.extend(letters.next()),
            ',' if !is_quoted => {
                items.push(finished(&mut item, was_quoted));
                was_quoted = false;
            }
            letter if is_quoted || !was_quoted => item.push(letter),
            // Space behind the second mark.
            _ => {}
        }
    }
    items.push(finished(&mut item, was_quoted));
    items
}

fn finished(item: &mut String, was_quoted: bool) -> String {
    let whole = std::mem::take(item);
    if was_quoted { whole.trim_start().to_owned() } else { whole.trim().to_owned() }
}

fn payload(service: &Service, field: &Field, body: &[u8], way: Body) -> Result<Option<Json>, Mismatch> {
    let member = &field.member;
    Ok(match &service.shape(member).kind {
        Kind::Text { .. } => Some(Json::from(String::from_utf8_lossy(body).into_owned())),
        _ if body.is_empty() => None,
        Kind::Blob => Some(Json::from(scalar::base64(body))),
        _ => Some(match way {
            Body::Xml => xml::read(service, member, xml::parse(xml::text(body)?)?.root_element())?,
            Body::Json => json::read(service, member, &parse_json(body)?)?,
        }),
    })
}

fn read_body(service: &Service, structure: &Structure, body: &[u8], way: Body) -> Result<Map<String, Json>, Mismatch> {
    // What has no member there may say anything, such as `Hello` to a request for deletion.
    if body.is_empty() || !structure.fields.iter().any(Field::is_in_response_body) {
        return Ok(Map::new());
    }
    match way {
        Body::Json => json::read_structure(service, structure, &parse_json(body)?),
        Body::Xml => xml::read_members(service, structure, xml::parse(xml::text(body)?)?.root_element()),
    }
}
