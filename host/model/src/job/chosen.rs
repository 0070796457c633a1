//! Keys whose value an expression may choose before the run: `timeout` and `concurrency`.

use std::borrow::Cow;
use std::ops::Range;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};
use serde_json::Value as Json;
use toml::Spanned;

use super::Concurrency;
use crate::file::{DURATION_FORM, DurationText};
use crate::value::Value;

/// The value of a key, or an expression of options that has one. The plan evaluates the expression.
#[derive(Debug, Clone)]
pub enum Chosen<T> {
    /// The value.
    Given(T, Range<usize>),
    /// A text with an expression.
    Computed(Spanned<Value>),
}

/// A value that a key may have.
pub trait ChosenValue: Sized {
    /// Reads a value of the file, or that of an expression, which may also be a number as text.
    ///
    /// # Errors
    /// The values that the key takes, in words.
    fn read(value: &Json, is_computed: bool) -> Result<Self, String>;
}

impl<T> Chosen<T> {
    /// The place of the value in the file.
    pub fn span(&self) -> Range<usize> {
        match self {
            Self::Given(_, span) => span.clone(),
            Self::Computed(text) => text.span(),
        }
    }
}

impl ChosenValue for DurationText {
    fn read(value: &Json, _: bool) -> Result<Self, String> {
        value.as_str().ok_or_else(|| DURATION_FORM.to_owned())?.parse()
    }
}

impl ChosenValue for Concurrency {
    fn read(value: &Json, is_computed: bool) -> Result<Self, String> {
        let of_text = || value.as_str().filter(|_| is_computed).and_then(|text| text.parse().ok());
        let number = value.as_i64().or_else(of_text).unwrap_or_default();
        Self::try_from(number).map_err(str::to_owned)
    }
}

impl<'de, T: ChosenValue> Deserialize<'de> for Chosen<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Spanned::<Value>::deserialize(deserializer)?;
        match value.get_ref() {
            Value::Text(text) if text.contains("${") => Ok(Self::Computed(value)),
            literal => {
                let read = T::read(&literal.literal(), false).map_err(de::Error::custom)?;
                Ok(Self::Given(read, value.span()))
            }
        }
    }
}

impl<T: JsonSchema> JsonSchema for Chosen<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Chosen{}", T::schema_name()).into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let given = generator.subschema_for::<T>();
        json_schema!({ "anyOf": [given, { "type": "string", "pattern": "\\$\\{" }] })
    }
}
