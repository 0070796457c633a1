//! The forms of values that the files write in their own way.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::file::{ByteSize, DurationText};
use crate::job::{Attempts, Concurrency, Uses};
use crate::settings::RegionName;
use crate::value::Value;

/// Text that has an expression in it.
const EXPRESSION: &str = r"\$\{";

macro_rules! impl_schema {
    ($($(#[$doc:meta])* $name:ty: $schema:tt;)*) => {$(
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )*};
}

/// The schema of a text that has this form.
macro_rules! impl_text_schema {
    ($name:ty, $pattern:literal) => {
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "pattern": $pattern })
            }
        }
    };
}

pub(crate) use impl_text_schema;

/// `when`: a boolean, or an expression for one.
pub(crate) struct Condition;

/// `for_each`: a list, or an expression for one.
pub(crate) struct ItemList;

/// `with`: a table of anything.
pub(crate) struct Table;

/// A value of an option.
pub(crate) struct Scalar;

/// The value of an option, or a list of such.
pub(crate) struct OptionValue;

/// A regular expression.
pub(crate) struct Pattern;

impl_schema! {
    Condition: { "anyOf": [{ "type": "boolean" }, { "type": "string", "pattern": EXPRESSION }] };
    ItemList: { "anyOf": [{ "type": "array" }, { "type": "string", "pattern": EXPRESSION }] };
    Table: { "type": "object" };
    Scalar: { "type": ["string", "number", "boolean"] };
    OptionValue: { "type": ["string", "number", "boolean", "array"], "items": { "type": ["string", "number", "boolean"] } };
    Pattern: { "type": "string", "format": "regex" };
    Value: true;
    Attempts: { "type": "integer", "minimum": 1, "maximum": 100 };
    Concurrency: { "type": "integer", "minimum": 1, "maximum": 256 };
    Uses: { "type": "string", "pattern": "^([a-z][a-z0-9-]{0,63}|job:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})$" };
    DurationText: {
        "type": "string",
        // Numbers with units, of which one is not zero; hours:minutes:seconds as well.
        "pattern": r"^\s*([0-9]+([.,][0-9]+)?\s*[A-Za-zµμ]+,?\s*)+$|^\s*[0-9]+:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?\s*$",
        "allOf": [{ "pattern": "[1-9]" }],
        "examples": ["90s", "15m", "1h30m"],
    };
    ByteSize: {
        "anyOf": [
            { "type": "integer", "minimum": 1 },
            { "type": "string", "pattern": r"^[0-9]*[1-9][0-9]*\s*(B|KiB|MiB|GiB)?\s*$" },
        ],
        "examples": ["64KiB", "128MiB"],
    };
    RegionName: { "type": "string", "pattern": "^[a-z0-9][a-z0-9-]{2,31}$" };
}
