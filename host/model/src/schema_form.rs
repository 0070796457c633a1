//! JSON Schemas of values that our files write in their own form.

/// Matches text with an expression in it.
const EXPRESSION: &str = r"\$\{";

/// Implements `JsonSchema` with a schema that is written inline wherever the type is used.
macro_rules! impl_schema {
    ($($name:ty: $schema:tt;)*) => {$(
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    )*};
}

pub(crate) use impl_schema;

/// `when`: a boolean, or an expression for one.
pub(crate) struct Condition;

/// `for_each`: a list, or an expression for one.
pub(crate) struct ItemList;

/// `with`: a table of any values.
pub(crate) struct Table;

/// A value of an option.
pub(crate) struct Scalar;

/// The value of an option, or a list of values.
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
}
