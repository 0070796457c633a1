//! Checking values against the JSON Schemas of plugins.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{ValidationError, Validator};
use serde::{Serialize, Serializer};
use serde_json::Value as Json;

use crate::error::nearest;
use crate::id::PluginName;

/// A JSON Schema. It is compiled once for all of its clones, because that takes far longer than checking a value.
#[derive(Clone)]
pub struct Schema(Arc<Inner>);

struct Inner {
    json: Json,
    compiled: OnceLock<Result<Validator, String>>,
}

/// What a schema does not accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// JSON pointer to the wrong part.
    pub pointer: String,
    /// What is wrong with it.
    pub message: String,
    /// A key that should not be there, and the one that was perhaps meant.
    pub unexpected: Option<(String, Option<String>)>,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pointer.trim_start_matches('/').replace('/', ".") {
            path if path.is_empty() => f.write_str(&self.message),
            path => write!(f, "`{path}`: {}", self.message),
        }
    }
}

impl Violation {
    /// What the author of the job can do.
    pub fn next(&self, plugin: &PluginName) -> String {
        match &self.unexpected {
            Some((key, Some(meant))) => format!("write `{meant}` instead of `{key}`"),
            Some((key, None)) => format!("remove `{key}`; `stepwell plugin inspect {plugin}` lists what there is"),
            None => format!("correct it; `stepwell plugin inspect {plugin}` shows what it accepts"),
        }
    }
}

/// Subschemas that a schema may consist of once every reference in it is replaced by what it refers to.
const MOST_SUBSCHEMAS: u32 = 20_000;

impl Schema {
    /// A schema that can be used; its own words when it cannot.
    ///
    /// # Errors
    /// When it is no JSON Schema; when it refers to one outside itself, for nothing is ever fetched; when it refers to
    /// itself or multiplies by its references, for checking a value against it could go on for ever.
    pub fn usable(json: Json) -> Result<Self, String> {
        Expansion { root: &json, left: MOST_SUBSCHEMAS }.expand(&json, 0)?;
        let schema = Self::from(json);
        schema.compiled().map(drop).map_err(str::to_owned)?;
        Ok(schema)
    }

    fn compiled(&self) -> Result<&Validator, &str> {
        let compile = || jsonschema::draft202012::new(&self.0.json).map_err(|error| error.to_string());
        self.0.compiled.get_or_init(compile).as_ref().map_err(String::as_str)
    }

    /// The first thing that the schema does not accept, an unknown key before all else. What lies at or under the `open` JSON pointers is not known yet
    /// and is not judged, nor is anything that could depend on it.
    pub fn violation(&self, value: &Json, open: &[String]) -> Option<Violation> {
        let validator = match self.compiled() {
            Ok(validator) => validator,
            Err(error) => return Some(plain(String::new(), format!("the plugin's schema is unusable: {error}"))),
        };
        let errors = validator.iter_errors(value).filter(|error| !depends_on(error, open));
        // What is missing was often meant by what is unknown.
        errors.min_by_key(|error| !is_unknown_key(error)).map(|error| describe(self, &error))
    }
}

impl<T: Into<Json>> From<T> for Schema {
    fn from(json: T) -> Self {
        Self(Arc::new(Inner { json: json.into(), compiled: OnceLock::new() }))
    }
}

impl Deref for Schema {
    type Target = Json;

    fn deref(&self) -> &Json {
        &self.0.json
    }
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.json.fmt(f)
    }
}

impl Serialize for Schema {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.json.serialize(serializer)
    }
}

/// Subschemas within one another, references followed.
const DEEPEST: u32 = 100;

struct Expansion<'a> {
    root: &'a Json,
    left: u32,
}

impl Expansion<'_> {
    fn expand(&mut self, part: &Json, depth: u32) -> Result<(), String> {
        self.left =
            self.left.checked_sub(1).filter(|_| depth < DEEPEST).ok_or("it refers to itself, or is too large")?;
        match part {
            Json::Array(items) => items.iter().try_for_each(|item| self.expand(item, depth + 1)),
            Json::Object(entries) => entries.iter().try_for_each(|(key, value)| match (key.as_str(), value) {
                ("$ref", Json::String(to)) => {
                    let target = to.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer));
                    self.expand(target.ok_or_else(|| format!("`$ref` to `{to}`, which is not part of it"))?, depth + 1)
                }
                ("$dynamicRef" | "$recursiveRef", Json::String(_)) => Err(format!("`{key}` is not supported")),
                ("$id", Json::String(_)) if depth > 0 => Err("`$id` in a subschema is not supported".to_owned()),
                _ => self.expand(value, depth + 1),
            }),
            _ => Ok(()),
        }
    }
}

/// Characters of an error that people read; the validator repeats whole values.
const LONGEST_MESSAGE: usize = 400;

fn plain(pointer: String, message: String) -> Violation {
    let message = match message.char_indices().nth(LONGEST_MESSAGE) {
        Some((end, _)) => format!("{}…", message.get(..end).unwrap_or_default()),
        None => message,
    };
    Violation { pointer, message, unexpected: None }
}

fn depends_on(error: &ValidationError<'_>, open: &[String]) -> bool {
    let at = error.instance_path().to_string();
    let below = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    // Keys are known even where values are not.
    let about_keys = is_unknown_key(error) || matches!(error.kind(), Kind::Required { .. });
    open.iter().any(|open| below(&at, open) || (!about_keys && below(open, &at)))
}

fn is_unknown_key(error: &ValidationError<'_>) -> bool {
    matches!(error.kind(), Kind::AdditionalProperties { .. } | Kind::UnevaluatedProperties { .. })
}

fn describe(schema: &Json, error: &ValidationError<'_>) -> Violation {
    let pointer = error.instance_path().to_string();
    match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let key = unexpected.first().cloned().unwrap_or_default();
            let properties = schema.get("properties").and_then(Json::as_object);
            let known: Vec<_> = properties.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
            let meant = if pointer.is_empty() { nearest(&key, known).map(str::to_owned) } else { None };
            let message = format!("unknown key `{key}`");
            Violation { pointer: format!("{pointer}/{key}"), message, unexpected: Some((key, meant)) }
        }
        Kind::Required { property } => {
            plain(pointer, format!("`{}` is missing", property.as_str().unwrap_or_default()))
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            let reasons: Vec<_> = context.iter().filter_map(|errors| errors.first()).map(ToString::to_string).collect();
            plain(pointer, format!("none of its forms fits: {}", reasons.join("; or ")))
        }
        _ => plain(pointer, error.to_string()),
    }
}

/// The outputs that a schema declares, when it declares them all.
pub fn closed_properties(schema: &Json) -> Option<Vec<&str>> {
    let properties = schema.get("properties")?.as_object()?;
    let open = schema.get("additionalProperties").is_some_and(|more| *more != Json::Bool(false));
    (!open).then(|| properties.keys().map(String::as_str).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn schema() -> Schema {
        Schema::from(json!({
            "type": "object",
            "properties": {
                "instance_id": { "anyOf": [{ "type": "string", "pattern": "^i-" }, { "type": "array" }] },
                "wait": { "type": "boolean" },
            },
            "required": ["instance_id"],
            "additionalProperties": false,
        }))
    }

    #[test]
    fn a_wrong_key_is_told_before_the_one_that_is_missing_for_it() {
        let found = schema().violation(&json!({ "instance_di": "i-1" }), &[]).expect("wrong");
        assert_eq!((found.pointer.as_str(), found.message.as_str()), ("/instance_di", "unknown key `instance_di`"));
    }

    #[test]
    fn a_wrong_key_points_at_itself_and_at_the_right_one() {
        let found = schema().violation(&json!({ "instance_id": "i-1", "wiat": true }), &[]).expect("wrong");
        assert_eq!((found.pointer.as_str(), found.to_string().as_str()), ("/wiat", "`wiat`: unknown key `wiat`"));
        assert_eq!(found.unexpected, Some(("wiat".to_owned(), Some("wait".to_owned()))));
    }

    #[test]
    fn what_is_not_known_yet_is_not_judged_but_everything_else_is() {
        let open = ["/instance_id".to_owned()];
        assert_eq!(schema().violation(&json!({ "instance_id": null, "wait": true }), &open), None);
        assert!(schema().violation(&json!({ "instance_id": null, "wait": 1 }), &open).is_some());
        assert!(schema().violation(&json!({ "instance_id": null }), &[]).is_some());
    }

    #[test]
    fn a_schema_that_never_ends_or_multiplies_is_unusable() {
        assert!(Schema::usable(json!({ "allOf": [{ "$ref": "#" }] })).is_err());
        let next = |number: u32| json!({ "$ref": format!("#/$defs/d{}", number + 1) });
        let mut defs: serde_json::Map<_, _> =
            (0..28).map(|number| (format!("d{number}"), json!({ "anyOf": [next(number), next(number)] }))).collect();
        defs.insert("d28".to_owned(), json!(false));
        assert!(Schema::usable(json!({ "$ref": "#/$defs/d0", "$defs": defs })).is_err());
        let fine = json!({ "properties": { "a": { "$ref": "#/$defs/x" } }, "$defs": { "x": { "type": "string" } } });
        assert!(Schema::usable(fine).is_ok());
    }

    #[test]
    fn a_schema_that_points_outside_itself_is_unusable() {
        for outside in ["http://127.0.0.1:9/x", "file:///etc/passwd"] {
            assert!(Schema::usable(json!({ "$ref": outside })).is_err(), "{outside}");
        }
    }
}
