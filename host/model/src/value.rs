//! The free-form values of a job file (`with`). Every part keeps its span.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde_json::Value as Json;
use toml::Spanned;

use crate::schema_form::impl_schema;

/// A value as TOML writes it. Text may hold expressions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Text, perhaps with `${ … }` in it.
    Text(String),
    /// A number or a boolean.
    Scalar(Json),
    /// An array.
    List(Vec<Spanned<Value>>),
    /// A table.
    Table(BTreeMap<String, Spanned<Value>>),
}

impl_schema! {
    Value: true;
}

impl Default for Value {
    fn default() -> Self {
        Self::Table(BTreeMap::new())
    }
}

impl Value {
    /// The value as JSON, with its texts as they are written.
    pub fn literal(&self) -> Json {
        match self {
            Self::Text(text) => text.clone().into(),
            Self::Scalar(scalar) => scalar.clone(),
            Self::List(items) => items.iter().map(|item| item.get_ref().literal()).collect(),
            Self::Table(entries) => entries
                .iter()
                .map(|(key, entry)| (key.clone(), entry.get_ref().literal()))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        }
    }
}

/// The span of the part that a JSON pointer names, or of the closest part around it that exists.
pub fn span_at(value: &Spanned<Value>, pointer: &str) -> Range<usize> {
    let mut at = value;
    for part in pointer.split('/').skip(1) {
        let inner = match at.get_ref() {
            Value::Table(entries) => entries.get(&part.replace("~1", "/").replace("~0", "~")),
            Value::List(items) => part.parse().ok().and_then(|index: usize| items.get(index)),
            Value::Text(_) | Value::Scalar(_) => None,
        };
        match inner {
            Some(inner) => at = inner,
            None => break,
        }
    }
    at.span()
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a number, a boolean, an array or a table; a date is written as text, in quotes")
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Scalar(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Scalar(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Scalar(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        match serde_json::Number::from_f64(value) {
            Some(number) => Ok(Value::Scalar(number.into())),
            None => Err(E::custom("plugins receive JSON, which has neither `inf` nor `nan`")),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut table = BTreeMap::new();
        while let Some(key) = entries.next_key::<String>()? {
            // `toml` passes a date as a map with one private key.
            if key.starts_with("$__toml_private") {
                return Err(serde::de::Error::invalid_type(serde::de::Unexpected::Other("a date"), &self));
            }
            table.insert(key, entries.next_value()?);
        }
        Ok(Value::Table(table))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Example {
        with: Spanned<Value>,
    }

    #[test]
    fn every_part_knows_where_it_was_written() {
        let text = "with = { ids = [\"a\", \"b\"], wait = true }";
        let example: Example = toml::from_str(text).expect("it is TOML");
        assert_eq!(&text[span_at(&example.with, "/ids/1")], "\"b\"");
        assert_eq!(&text[span_at(&example.with, "/wait")], "true");
        assert_eq!(&text[span_at(&example.with, "/ids/7/x")], "[\"a\", \"b\"]");
    }

    #[test]
    fn what_json_cannot_hold_is_refused() {
        for (wrong, reason) in [
            ("with = { at = 2026-01-01 }", "invalid type: a date"),
            ("with = { x = nan }", "which has neither `inf` nor `nan`"),
        ] {
            let error = toml::from_str::<Example>(wrong).expect_err(wrong);
            assert!(error.message().contains(reason), "{wrong}: {error}");
        }
    }
}
