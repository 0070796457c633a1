//! Values, and the ways through them by a model.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use stepwell_generic::model::{Kind, Member, Service};

/// A value whose scalars `leaf` has changed, by their types. Documents and JSON in headers stay as they are.
pub fn scalars(service: &Service, member: &Member, value: &Json, leaf: &dyn Fn(&Kind, &Json) -> Json) -> Json {
    let walk = |member: &Member, value: &Json| scalars(service, member, value, leaf);
    if member.is_json_header {
        return value.clone();
    }
    match (&service.shape(member).kind, value) {
        (Kind::Document, value) => value.clone(),
        (Kind::Structure(structure), Json::Object(fields)) => {
            let field = |name: &String, value: &Json| match structure.field(name) {
                Some(field) => walk(&field.member, value),
                None => value.clone(),
            };
            Json::Object(fields.iter().map(|(name, value)| (name.clone(), field(name, value))).collect())
        }
        (Kind::List { member, .. }, Json::Array(items)) => items.iter().map(|item| walk(member, item)).collect(),
        (Kind::Map { value: member, .. }, Json::Object(entries)) => {
            Json::Object(entries.iter().map(|(name, value)| (name.clone(), walk(member, value))).collect())
        }
        (kind, value) => leaf(kind, value),
    }
}

/// A value in which equal numbers are equal (`1` and `1.0`), and the order of members says nothing.
///
/// A long that a double cannot hold stays an integer, so that its last digits count.
pub fn normal(value: &Json) -> Json {
    match value {
        Json::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 9e15 => json!(float as i64),
            _ => value.clone(),
        },
        Json::Array(items) => items.iter().map(normal).collect(),
        Json::Object(fields) => {
            let sorted: BTreeMap<_, _> = fields.iter().map(|(name, value)| (name.clone(), normal(value))).collect();
            Json::Object(sorted.into_iter().collect())
        }
        other => other.clone(),
    }
}

/// Says what differs, and shows the part of both that does.
pub fn same<T: PartialEq + std::fmt::Debug>(what: &str, own: T, expected: T) -> Result<(), String> {
    if own == expected {
        return Ok(());
    }
    let (own, expected) = (format!("{own:?}"), format!("{expected:?}"));
    let common = own.chars().zip(expected.chars()).take_while(|(own, expected)| own == expected).count();
    let part = |text: &str| text.chars().skip(common.saturating_sub(200)).take(500).collect::<String>();
    Err(format!("{what}\n  own      {}\n  expected {}", part(&own), part(&expected)))
}
