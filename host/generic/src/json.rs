//! JSON by a model, both ways: the bodies of json and rest-json.

use serde_json::{Map, Value as Json};

use crate::mismatch::{Mismatch, item};
use crate::model::{Kind, Member, Service, Structure, TimeFormat};
use crate::scalar;

/// What a service calls the member that its newer model has, in a union of which ours knows no member.
const UNKNOWN_MEMBER: &str = "SDK_UNKNOWN_MEMBER";

pub(crate) fn write(service: &Service, member: &Member, value: &Json) -> Result<Json, Mismatch> {
    let shape = service.shape(member);
    Ok(match (&shape.kind, value) {
        (Kind::Document, value) => value.clone(),
        (Kind::Structure(structure), Json::Object(fields)) => {
            Json::Object(write_structure(service, structure, fields, |_| true)?)
        }
        (Kind::List { member, .. }, Json::Array(items)) => {
            let items = items.iter().enumerate();
            let items =
                items.map(|(n, value)| nullable(service, member, value, write).map_err(|error| error.under(item(n))));
            Json::Array(items.collect::<Result<_, _>>()?)
        }
        (Kind::Map { value: member, .. }, Json::Object(entries)) => {
            let entries = entries.iter().map(|(key, value)| {
                let value = nullable(service, member, value, write).map_err(|error| error.under(key))?;
                Ok((key.clone(), value))
            });
            Json::Object(entries.collect::<Result<_, Mismatch>>()?)
        }
        (Kind::Timestamp, value) => {
            let at = scalar::instant(value).ok_or_else(|| Mismatch::new(scalar::wanted(&shape.kind)))?;
            match member.timestamp.unwrap_or(TimeFormat::UnixTimestamp) {
                TimeFormat::UnixTimestamp => Json::Number(scalar::unix(at)),
                format => Json::String(scalar::write_time(at, format)),
            }
        }
        (kind, value) => {
            scalar::to_text(kind, value, TimeFormat::Iso8601)?;
            value.clone()
        }
    })
}

type Way = fn(&Service, &Member, &Json) -> Result<Json, Mismatch>;

fn nullable(service: &Service, member: &Member, value: &Json, way: Way) -> Result<Json, Mismatch> {
    if value.is_null() { Ok(Json::Null) } else { way(service, member, value) }
}

/// The members of which `belongs` is true.
pub(crate) fn write_structure(
    service: &Service,
    structure: &Structure,
    fields: &Map<String, Json>,
    belongs: impl Fn(&Member) -> bool,
) -> Result<Map<String, Json>, Mismatch> {
    let mut out = Map::new();
    for field in structure.fields.iter().filter(|field| belongs(&field.member)) {
        if let Some(value) = fields.get(&field.name).filter(|value| !value.is_null()) {
            let value = write(service, &field.member, value).map_err(|error| error.under(&field.name))?;
            out.insert(field.wire_name().to_owned(), value);
        }
    }
    Ok(out)
}

pub(crate) fn read(service: &Service, member: &Member, value: &Json) -> Result<Json, Mismatch> {
    let kind = &service.shape(member).kind;
    Ok(match (kind, value) {
        (Kind::Document, value) => value.clone(),
        (Kind::Structure(structure), value) => Json::Object(read_structure(service, structure, value)?),
        (Kind::List { member, sparse, .. }, Json::Array(items)) => {
            let items = items.iter().enumerate().filter(|(_, value)| *sparse || !value.is_null());
            let items =
                items.map(|(n, value)| nullable(service, member, value, read).map_err(|error| error.under(item(n))));
            Json::Array(items.collect::<Result<_, _>>()?)
        }
        (Kind::Map { value: member, sparse, .. }, Json::Object(entries)) => {
            let entries = entries.iter().filter(|(_, value)| *sparse || !value.is_null());
            let entries = entries.map(|(key, value)| {
                Ok((key.clone(), nullable(service, member, value, read).map_err(|error| error.under(key))?))
            });
            Json::Object(entries.collect::<Result<_, Mismatch>>()?)
        }
        (Kind::Timestamp, value) => {
            let at = scalar::instant(value).ok_or_else(|| Mismatch::new(scalar::wanted(kind)))?;
            Json::String(at.to_string())
        }
        // Services write `1.0` for an integer, and `1` for a number.
        (Kind::Integer(_) | Kind::Long(_), Json::Number(number)) if number.is_f64() => {
            let whole = number.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < MOST_EXACT);
            #[expect(clippy::cast_possible_truncation, reason = "it is whole and small enough")]
            whole.map(|number| Json::from(number as i64)).ok_or_else(|| Mismatch::new(scalar::wanted(kind)))?
        }
        (Kind::Float | Kind::Double, Json::Number(number)) => scalar::float(number.as_f64().unwrap_or(f64::NAN)),
        (kind, value) => {
            scalar::to_text(kind, value, TimeFormat::Iso8601)?;
            value.clone()
        }
    })
}

/// 2^53: above it, a double does not hold every integer.
const MOST_EXACT: f64 = 9_007_199_254_740_992.0;

pub(crate) fn read_structure(
    service: &Service,
    structure: &Structure,
    value: &Json,
) -> Result<Map<String, Json>, Mismatch> {
    let Json::Object(fields) = value else { return Err(Mismatch::new("an object")) };
    let mut out = Map::new();
    for field in structure.fields.iter().filter(|field| field.is_in_response_body()) {
        if let Some(value) = fields.get(field.wire_name()).filter(|value| !value.is_null()) {
            let value = read(service, &field.member, value).map_err(|error| error.under(&field.name))?;
            out.insert(field.name.clone(), value);
        }
    }
    if structure.is_union && out.is_empty() {
        let tag = fields.iter().find(|(key, value)| !value.is_null() && key.as_str() != "__type");
        out.extend(tag.map(|(tag, _)| unknown_member(tag)));
    }
    Ok(out)
}

/// What stands for a member of a union that the model does not know.
pub(crate) fn unknown_member(tag: &str) -> (String, Json) {
    (UNKNOWN_MEMBER.to_owned(), serde_json::json!({ "name": tag }))
}
