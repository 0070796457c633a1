//! Shapes and references to them. A reference inherits from its shape what it does not say itself.

use std::collections::BTreeMap;

use serde_json::Number;
use stepwell_generic::model::{
    Bounds, ErrorCode, Field, Kind, Location, Member, Namespace, ShapeId, Structure, TimeFormat,
};

use super::problem::{Inside as _, Problem};
use super::source::{self, Reference, Shape};

/// The shapes of a service, which have the number of their position by name.
pub(super) struct Shapes<'a> {
    all: Vec<(&'a str, &'a Shape)>,
}

impl<'a> Shapes<'a> {
    pub(super) fn new(all: &'a BTreeMap<String, Shape>) -> Self {
        Self { all: all.iter().map(|(name, shape)| (name.as_str(), shape)).collect() }
    }

    /// All shapes, typed.
    pub(super) fn convert(&self) -> Result<Vec<stepwell_generic::model::Shape>, Problem> {
        self.all.iter().map(|(name, shape)| self.shape(name, shape).inside(name)).collect()
    }

    fn find(&self, name: &str) -> Result<(ShapeId, &'a Shape), Problem> {
        let missing = || Problem::new(format!("no shape `{name}`"));
        let at = self.all.binary_search_by(|(known, _)| (*known).cmp(name)).map_err(|_| missing())?;
        let (_, shape) = self.all.get(at).ok_or_else(missing)?;
        Ok((ShapeId(u32::try_from(at).map_err(|_| missing())?), shape))
    }

    /// The number of a shape.
    pub(super) fn id(&self, name: &str) -> Result<ShapeId, Problem> {
        self.find(name).map(|(id, _)| id)
    }

    /// The shape that is referred to.
    pub(super) fn of(&self, reference: &Reference) -> Result<&'a Shape, Problem> {
        self.find(&reference.shape).map(|(_, shape)| shape)
    }

    fn shape(&self, name: &str, shape: &Shape) -> Result<stepwell_generic::model::Shape, Problem> {
        let kind = match shape.kind.as_str() {
            "structure" if shape.document => Kind::Document,
            "structure" => Kind::Structure(self.structure(shape)?),
            "list" => Kind::List {
                member: self.required(&shape.member, "member")?,
                sparse: shape.sparse,
                size: bounds(shape)?,
            },
            "map" => Kind::Map {
                key: self.required(&shape.key, "key")?,
                value: self.required(&shape.value, "value")?,
                sparse: shape.sparse,
                size: bounds(shape)?,
            },
            "string" => {
                Kind::Text { values: shape.values.clone(), pattern: shape.pattern.clone(), length: bounds(shape)? }
            }
            "integer" => Kind::Integer(bounds(shape)?),
            "long" => Kind::Long(bounds(shape)?),
            "float" => Kind::Float,
            "double" => Kind::Double,
            "boolean" => Kind::Boolean,
            "blob" => Kind::Blob,
            "timestamp" => Kind::Timestamp,
            other => return Err(Problem::new(format!("unknown type `{other}`"))),
        };
        Ok(stepwell_generic::model::Shape { name: name.to_owned(), is_sensitive: shape.sensitive, kind })
    }

    fn structure(&self, shape: &Shape) -> Result<Structure, Problem> {
        let mut fields = shape
            .members
            .iter()
            .map(|(name, reference)| {
                let member = self.member(reference, Some(name)).inside(name)?;
                Ok(Field { name: name.clone(), required: shape.required.contains(name), member })
            })
            .collect::<Result<Vec<_>, Problem>>()?;
        let place = |field: &Field| shape.xml_order.iter().position(|name| *name == field.name);
        if !shape.xml_order.is_empty() {
            fields.sort_by_key(|field| place(field).unwrap_or(usize::MAX));
        }
        let known = |name: &String| fields.iter().position(|field| field.name == *name);
        if let Some(name) = shape.required.iter().find(|name| known(name).is_none()) {
            return Err(Problem::new(format!("the required member `{name}` is missing")));
        }
        let payload = shape.payload.as_ref().map(|name| {
            let at = known(name).and_then(|at| u32::try_from(at).ok());
            at.ok_or_else(|| Problem::new(format!("the payload `{name}` is missing")))
        });
        let is_error = shape.exception || shape.error.is_some();
        let code = shape.error.as_ref().and_then(|error| error.code.clone());
        Ok(Structure {
            payload: payload.transpose()?,
            is_union: shape.union,
            xml_name: shape.location_name.clone(),
            error: is_error.then_some(ErrorCode { code }),
            fields,
        })
    }

    fn required(&self, reference: &Option<Reference>, name: &str) -> Result<Member, Problem> {
        let reference = reference.as_ref().ok_or_else(|| Problem::new(format!("no `{name}`")))?;
        self.member(reference, None).inside(name)
    }

    /// A reference. `name` is the member's own, if it has one.
    pub(super) fn member(&self, reference: &Reference, name: Option<&str>) -> Result<Member, Problem> {
        let (id, shape) = self.find(&reference.shape)?;
        let location = location(reference.location.as_deref())?;
        let wire_name = reference.location_name.as_ref().or(shape.location_name.as_ref());
        let timestamp = reference.timestamp_format.as_ref().or(shape.timestamp_format.as_ref());
        let namespace = reference.xml_namespace.as_ref().or(shape.xml_namespace.as_ref());
        Ok(Member {
            shape: id,
            location,
            wire_name: wire_name.filter(|wire_name| Some(wire_name.as_str()) != name).cloned(),
            query_name: reference.query_name.clone(),
            flattened: reference.flattened.unwrap_or(shape.flattened),
            is_token: reference.idempotency_token,
            is_attribute: reference.xml_attribute,
            is_json_header: reference.jsonvalue && location == Location::Header && shape.kind == "string",
            xml_namespace: namespace.map(namespace_of),
            timestamp: timestamp.map(|format| time_format(format)).transpose()?,
            result_wrapper: reference.result_wrapper.clone(),
            context_param: reference.context_param.as_ref().map(|parameter| parameter.name.clone()),
        })
    }
}

pub(super) fn namespace_of(namespace: &source::Namespace) -> Namespace {
    match namespace {
        source::Namespace::Uri(uri) => Namespace { prefix: None, uri: uri.clone() },
        source::Namespace::Full(full) => Namespace { prefix: full.prefix.clone(), uri: full.uri.clone() },
    }
}

fn location(name: Option<&str>) -> Result<Location, Problem> {
    Ok(match name {
        None => Location::Body,
        Some("uri") => Location::Path,
        Some("querystring") => Location::Query,
        Some("header") => Location::Header,
        Some("headers") => Location::Headers,
        Some("statusCode") => Location::Status,
        Some(other) => return Err(Problem::new(format!("unknown location `{other}`"))),
    })
}

fn time_format(name: &str) -> Result<TimeFormat, Problem> {
    Ok(match name {
        "iso8601" => TimeFormat::Iso8601,
        "rfc822" => TimeFormat::Rfc822,
        "unixTimestamp" => TimeFormat::UnixTimestamp,
        other => return Err(Problem::new(format!("unknown format of timestamps `{other}`"))),
    })
}

fn bounds(shape: &Shape) -> Result<Bounds, Problem> {
    Ok(Bounds { least: whole(shape.min.as_ref())?, most: whole(shape.max.as_ref())? })
}

/// A whole number, as which a few files write `1.0`.
fn whole(number: Option<&Number>) -> Result<Option<i64>, Problem> {
    let Some(number) = number else { return Ok(None) };
    let unknown = || Problem::new(format!("{number} is no bound of whole numbers"));
    if let Some(whole) = number.as_i64() {
        return Ok(Some(whole));
    }
    let float = number.as_f64().filter(|float| float.fract() == 0.0).ok_or_else(unknown)?;
    // Beyond 64 bits there is nothing to refuse.
    let is_within = float.abs() < 9e18;
    Ok(is_within.then_some(float as i64))
}
