//! CBOR by a model, both ways: the bodies of RPC v2.

use ciborium::Value as Cbor;
use serde_json::{Map, Value as Json};

use crate::json::unknown_member;
use crate::mismatch::{Mismatch, item};
use crate::model::{Kind, Member, Service, Structure};
use crate::scalar::{self, wanted};

/// The tag of seconds since 1970 (RFC 8949).
const EPOCH: u64 = 1;

pub(crate) fn write(service: &Service, member: &Member, value: &Json) -> Result<Vec<u8>, Mismatch> {
    let value = to_cbor(service, member, value)?;
    let mut out = Vec::new();
    ciborium::into_writer(&value, &mut out).map_err(|_| Mismatch::new("a value that CBOR can hold"))?;
    Ok(out)
}

fn to_cbor(service: &Service, member: &Member, value: &Json) -> Result<Cbor, Mismatch> {
    let kind = &service.shape(member).kind;
    Ok(match (kind, value) {
        (_, Json::Null) => Cbor::Null,
        (Kind::Structure(structure), Json::Object(fields)) => {
            let given = structure.fields.iter().filter_map(|field| {
                let value = fields.get(&field.name).filter(|value| !value.is_null())?;
                Some((field, value))
            });
            let members = given.map(|(field, value)| {
                let value = to_cbor(service, &field.member, value).map_err(|error| error.under(&field.name))?;
                Ok((Cbor::from(field.wire_name()), value))
            });
            Cbor::Map(members.collect::<Result<_, Mismatch>>()?)
        }
        (Kind::List { member, .. }, Json::Array(items)) => {
            let items = items.iter().enumerate();
            let items = items.map(|(n, value)| to_cbor(service, member, value).map_err(|error| error.under(item(n))));
            Cbor::Array(items.collect::<Result<_, _>>()?)
        }
        (Kind::Map { value: member, .. }, Json::Object(entries)) => {
            let entries = entries.iter().map(|(key, value)| {
                let value = to_cbor(service, member, value).map_err(|error| error.under(key))?;
                Ok((Cbor::from(key.as_str()), value))
            });
            Cbor::Map(entries.collect::<Result<_, Mismatch>>()?)
        }
        (Kind::Timestamp, value) => {
            let seconds = scalar::instant(value).map(scalar::unix).ok_or_else(|| Mismatch::new(wanted(kind)))?;
            let whole = seconds.as_i64().map(Cbor::from);
            let seconds = whole.or_else(|| seconds.as_f64().map(Cbor::from)).unwrap_or(Cbor::Null);
            Cbor::Tag(EPOCH, Box::new(seconds))
        }
        (Kind::Blob, value) => Cbor::Bytes(scalar::bytes(value)?),
        (Kind::Integer(_) | Kind::Long(_), Json::Number(number)) => {
            Cbor::from(number.as_i64().ok_or_else(|| Mismatch::new(wanted(kind)))?)
        }
        (Kind::Float | Kind::Double, Json::Number(number)) => Cbor::from(number.as_f64().unwrap_or(f64::NAN)),
        (Kind::Float | Kind::Double, Json::String(text)) if scalar::is_special(text) => {
            // Rust reads `NaN`, `Infinity` and `-Infinity`, too.
            Cbor::from(text.parse::<f64>().unwrap_or(f64::NAN))
        }
        (Kind::Boolean, Json::Bool(flag)) => Cbor::Bool(*flag),
        (Kind::Text { .. }, Json::String(text)) => Cbor::from(text.as_str()),
        (Kind::Document, value) => Cbor::serialized(value).map_err(|_| Mismatch::new(wanted(kind)))?,
        _ => return Err(Mismatch::new(wanted(kind))),
    })
}

/// Levels of a response; ciborium's own limit is 256.
const DEEPEST: usize = 100;

/// A whole body.
pub(crate) fn parse(body: &[u8]) -> Result<Cbor, Mismatch> {
    let wrong = || Mismatch::new("well-formed CBOR of at most 100 levels; perhaps it was cut off");
    let mut rest = body;
    let value = ciborium::de::from_reader_with_recursion_limit(&mut rest, DEEPEST).map_err(|_| wrong())?;
    if rest.is_empty() { Ok(value) } else { Err(wrong()) }
}

pub(crate) fn read_structure(
    service: &Service,
    structure: &Structure,
    value: &Cbor,
) -> Result<Map<String, Json>, Mismatch> {
    let Cbor::Map(entries) = value else { return Err(Mismatch::new("an object")) };
    let mut out = Map::new();
    for field in &structure.fields {
        let is_own = |(key, value): &&(Cbor, Cbor)| key.as_text() == Some(field.wire_name()) && !value.is_null();
        if let Some((_, value)) = entries.iter().find(is_own) {
            let value = read(service, &field.member, value).map_err(|error| error.under(&field.name))?;
            out.insert(field.name.clone(), value);
        }
    }
    if structure.is_union && out.is_empty() {
        let mut tags = entries.iter().filter(|(_, value)| !value.is_null()).filter_map(|(key, _)| key.as_text());
        out.extend(tags.find(|tag| *tag != "__type").map(unknown_member));
    }
    Ok(out)
}

fn read(service: &Service, member: &Member, value: &Cbor) -> Result<Json, Mismatch> {
    let kind = &service.shape(member).kind;
    let mismatch = || Mismatch::new(wanted(kind));
    Ok(match (kind, value) {
        (_, Cbor::Null) => Json::Null,
        (Kind::Structure(structure), value) => Json::Object(read_structure(service, structure, value)?),
        (Kind::List { member, sparse, .. }, Cbor::Array(items)) => {
            let items = items.iter().enumerate().filter(|(_, value)| *sparse || !value.is_null());
            let items = items.map(|(n, value)| read(service, member, value).map_err(|error| error.under(item(n))));
            Json::Array(items.collect::<Result<_, _>>()?)
        }
        (Kind::Map { value: member, sparse, .. }, Cbor::Map(entries)) => {
            let entries = entries.iter().filter(|(_, value)| *sparse || !value.is_null());
            let entries = entries.map(|(key, value)| {
                let key = key.as_text().ok_or_else(mismatch)?;
                Ok((key.to_owned(), read(service, member, value).map_err(|error| error.under(key))?))
            });
            Json::Object(entries.collect::<Result<_, Mismatch>>()?)
        }
        (Kind::Timestamp, Cbor::Tag(EPOCH, seconds)) => instant(seconds).ok_or_else(mismatch)?,
        (Kind::Timestamp, seconds) => instant(seconds).ok_or_else(mismatch)?,
        (Kind::Float | Kind::Double, Cbor::Integer(number)) =>
        {
            #[expect(clippy::cast_precision_loss, reason = "a service that wrote an integer for a double")]
            scalar::float(i128::from(*number) as f64)
        }
        (Kind::Float | Kind::Double, Cbor::Float(number)) => scalar::float(*number),
        (Kind::Integer(_) | Kind::Long(_), Cbor::Integer(number)) => {
            Json::from(i64::try_from(*number).map_err(|_| mismatch())?)
        }
        (Kind::Blob, Cbor::Bytes(bytes)) => Json::from(scalar::base64(bytes)),
        (Kind::Text { .. }, Cbor::Text(text)) => Json::from(text.as_str()),
        (Kind::Boolean, Cbor::Bool(flag)) => Json::Bool(*flag),
        (Kind::Document, value) => plain(value),
        _ => return Err(mismatch()),
    })
}

fn instant(seconds: &Cbor) -> Option<Json> {
    let seconds = match seconds {
        Cbor::Integer(seconds) => Json::from(i64::try_from(*seconds).ok()?),
        Cbor::Float(seconds) => scalar::float(*seconds),
        _ => return None,
    };
    scalar::instant(&seconds).map(|at| Json::from(at.to_string()))
}

/// A value as JSON, without a model.
pub(crate) fn plain(value: &Cbor) -> Json {
    match value {
        Cbor::Integer(number) => i64::try_from(*number).map_or(Json::Null, Json::from),
        Cbor::Float(number) => scalar::float(*number),
        Cbor::Bytes(bytes) => Json::from(scalar::base64(bytes)),
        Cbor::Text(text) => Json::from(text.as_str()),
        Cbor::Bool(flag) => Json::Bool(*flag),
        Cbor::Array(items) => Json::Array(items.iter().map(plain).collect()),
        Cbor::Map(entries) => {
            let entries = entries.iter().filter_map(|(key, value)| Some((key.as_text()?.to_owned(), plain(value))));
            Json::Object(entries.collect())
        }
        Cbor::Tag(_, value) => plain(value),
        _ => Json::Null,
    }
}
