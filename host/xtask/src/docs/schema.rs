//! What a JSON Schema says, as rows of a table for people.
//!
//! The host has refused schemas that refer to themselves, so references can be followed without counting.

use serde_json::{Map, Value as Json};

use super::limits::limits;

/// A property of an object, or of an object somewhere within it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its place: `timeout`, `instances[].instance_id` within a list, `tags.*` within a table with any keys.
    pub path: String,
    /// Its type, in the words of job files: `text`, `duration`, `list of tables`.
    pub kind: String,
    /// Whether an object without it is none.
    pub required: bool,
    /// Whether its value may be null.
    pub nullable: bool,
    /// The value that stands for a missing one, as JSON.
    pub default: Option<String>,
    /// What it is, in Markdown; empty when nobody says so.
    pub description: String,
    /// What its type leaves open: `1 to 400 items`, in Markdown.
    pub limits: Vec<String>,
}

/// The properties of an object with this schema, those that are required first, each with what lies within it.
#[must_use]
pub fn fields(schema: &Json) -> Vec<Field> {
    let root = Root(schema);
    let mut all = Vec::new();
    root.within(schema, "", &mut all);
    all
}

/// A schema as a whole, which its references start from.
#[derive(Clone, Copy)]
pub(super) struct Root<'a>(pub(super) &'a Json);

/// What all steps that wait have, so that nobody looks for anything new among it.
const WAITING: [&str; 3] = ["wait", "timeout", "poll_every"];

/// The pattern of the SDK's `Duration` begins like this.
const DURATION: &str = "^([0-9]{1,9}d)?([0-9]{1,9}h)?";

impl<'a> Root<'a> {
    /// A schema, or the one that it refers to.
    pub(super) fn resolve(self, schema: &'a Json) -> &'a Json {
        let target = schema.get("$ref").and_then(Json::as_str).and_then(|text| self.0.pointer(text.strip_prefix('#')?));
        target.map_or(schema, |target| self.resolve(target))
    }

    /// What a value may be instead of one thing, null apart.
    pub(super) fn alternatives(self, schema: &'a Json) -> impl Iterator<Item = &'a Json> {
        let lists = ["anyOf", "oneOf", "allOf"].into_iter().filter_map(|key| schema.get(key)?.as_array());
        lists.flatten().map(move |schema| self.resolve(schema)).filter(|schema| !is_null(schema))
    }

    fn is_nullable(self, schema: &'a Json) -> bool {
        let schema = self.resolve(schema);
        let types = schema.get("type").and_then(Json::as_array);
        let all = ["anyOf", "oneOf"].into_iter().filter_map(|key| schema.get(key)?.as_array()).flatten();
        types.is_some_and(|types| types.iter().any(|name| name == "null"))
            || all.into_iter().any(|schema| is_null(self.resolve(schema)))
    }

    /// Appends the properties of all objects within a value at `path`.
    fn within(self, schema: &'a Json, path: &str, fields: &mut Vec<Field>) {
        let schema = self.resolve(schema);
        for (name, property) in ordered(schema) {
            let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            if fields.iter().all(|field| field.path != path) {
                fields.push(self.field(path.clone(), property, required(schema, name).is_some()));
                self.within(property, &path, fields);
            }
        }
        if let Some(items) = schema.get("items") {
            self.within(items, &format!("{path}[]"), fields);
        }
        if let Some(values) = schema.get("additionalProperties").filter(|values| values.is_object()) {
            self.within(values, &format!("{path}.*"), fields);
        }
        self.alternatives(schema).for_each(|schema| self.within(schema, path, fields));
    }

    fn field(self, path: String, property: &'a Json, required: bool) -> Field {
        let resolved = self.resolve(property);
        // What is said where a type is used is more to the point than what is said of the type.
        let said = |key: &str| property.get(key).or_else(|| resolved.get(key));
        let description = said("description").and_then(Json::as_str).unwrap_or_default();
        Field {
            path,
            kind: self.kind(property, Count::One),
            required,
            nullable: self.is_nullable(property),
            default: said("default").filter(|default| !default.is_null()).map(Json::to_string),
            description: description.split_whitespace().collect::<Vec<_>>().join(" "),
            limits: limits(self, property),
        }
    }

    fn kind(self, schema: &'a Json, count: Count) -> String {
        let schema = self.resolve(schema);
        let mut kinds: Vec<String> = self.alternatives(schema).map(|each| self.kind(each, count)).collect();
        if kinds.is_empty() {
            let value = schema.get("const").or_else(|| schema.get("enum")?.get(0));
            kinds = match (schema.get("type"), value) {
                (Some(Json::String(name)), _) => vec![self.simple(name, schema, count)],
                (Some(Json::Array(names)), _) => {
                    let names = names.iter().filter_map(Json::as_str).filter(|name| *name != "null");
                    names.map(|name| self.simple(name, schema, count)).collect()
                }
                (_, Some(Json::String(_))) => vec![count.of("text")],
                _ => vec![count.of("any value")],
            };
        }
        let mut distinct = Vec::new();
        for kind in kinds {
            if !distinct.contains(&kind) {
                distinct.push(kind);
            }
        }
        distinct.join(" or ")
    }

    fn simple(self, name: &str, schema: &'a Json, count: Count) -> String {
        let of_many = |schema: Option<&'a Json>| match schema.filter(|schema| schema.is_object()) {
            Some(schema) => format!(" of {}", self.kind(schema, Count::Many)),
            None => String::new(),
        };
        match name {
            "string" if is_duration(schema) => count.of("duration"),
            "string" => count.of("text"),
            "array" => format!("{}{}", count.of("list"), of_many(schema.get("items"))),
            "object" => format!("{}{}", count.of("table"), of_many(schema.get("additionalProperties"))),
            other => count.of(other),
        }
    }
}

#[derive(Clone, Copy)]
enum Count {
    One,
    Many,
}

impl Count {
    fn of(self, noun: &str) -> String {
        match self {
            Self::One => noun.to_owned(),
            Self::Many => format!("{noun}s"),
        }
    }
}

/// Whether a text is a length of time.
pub(super) fn is_duration(schema: &Json) -> bool {
    schema.get("pattern").and_then(Json::as_str).is_some_and(|pattern| pattern.starts_with(DURATION))
}

fn is_null(schema: &Json) -> bool {
    schema.get("type").is_some_and(|name| name == "null") || schema.get("const").is_some_and(Json::is_null)
}

/// Where a property stands among the required ones, which are in the order in which its author thought of them.
fn required(schema: &Json, name: &str) -> Option<usize> {
    schema.get("required")?.as_array()?.iter().position(|required| required == name)
}

/// Properties in the order in which a reader wants them; a schema has them in that of the alphabet.
fn ordered(schema: &Json) -> Vec<(&String, &Json)> {
    let properties = schema.get("properties").and_then(Json::as_object);
    let mut properties: Vec<_> = properties.into_iter().flat_map(Map::iter).collect();
    properties.sort_by_key(|(name, _)| {
        let (required, waiting) = (required(schema, name), WAITING.iter().position(|waiting| waiting == name));
        (required.is_none(), required, waiting, (*name).clone())
    });
    properties
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Path and kind of each row.
    fn rows(schema: &Json) -> Vec<(String, String)> {
        fields(schema).into_iter().map(|field| (field.path, field.kind)).collect()
    }

    fn kind(schema: Json) -> String {
        rows(&json!({ "properties": { "it": schema } })).remove(0).1
    }

    #[test]
    fn types_have_the_words_of_job_files() {
        let duration = format!("{DURATION}([0-9]{{1,9}}m)?$");
        let one = json!({ "type": "string" });
        for (schema, words) in [
            (one.clone(), "text"),
            (json!({ "type": "string", "pattern": duration }), "duration"),
            (json!({ "type": ["integer", "null"], "format": "uint32" }), "integer"),
            (json!({ "enum": ["a", "b"] }), "text"),
            (json!({ "oneOf": [{ "const": "a" }, { "const": "b" }] }), "text"),
            (json!({ "anyOf": [one, { "type": "array", "items": one }] }), "text or list of texts"),
            (json!({ "anyOf": [one, { "type": "null" }] }), "text"),
            (json!({ "type": "array", "items": { "type": "array", "items": one } }), "list of lists of texts"),
            (json!({ "type": "object", "additionalProperties": one }), "table of texts"),
            (json!({ "type": "object", "additionalProperties": false }), "table"),
            (json!({ "type": ["string", "boolean"] }), "text or boolean"),
            (json!(true), "any value"),
            (json!({}), "any value"),
        ] {
            assert_eq!(kind(schema.clone()), words, "{schema}");
        }
    }

    #[test]
    fn what_lies_within_is_told_with_its_path_behind_its_object() {
        let entry = json!({ "properties": { "key": { "type": "string" }, "deep": { "$ref": "#/$defs/Deep" } } });
        let schema = json!({
            "$defs": { "Deep": { "type": "object", "properties": { "end": { "type": "boolean" } } }, "Entry": entry },
            "properties": {
                "many": { "type": "array", "items": { "$ref": "#/$defs/Entry" } },
                "map": { "type": "object", "additionalProperties": { "$ref": "#/$defs/Deep" } },
                "one_or_many": { "anyOf": [{ "$ref": "#/$defs/Deep" }, { "items": { "$ref": "#/$defs/Deep" } }] },
            },
        });
        let paths: Vec<_> = rows(&schema).into_iter().map(|(path, _)| path).collect();
        assert_eq!(
            paths,
            [
                "many",
                "many[].deep",
                "many[].deep.end",
                "many[].key",
                "map",
                "map.*.end",
                "one_or_many",
                "one_or_many.end",
                "one_or_many[].end"
            ]
        );
    }

    #[test]
    fn what_is_required_comes_first_and_waiting_last() {
        let any = json!({});
        let schema = json!({
            "properties": { "wait": any, "poll_every": any, "timeout": any, "b": any, "a": any, "z": any, "x": any },
            "required": ["z", "x"],
        });
        let paths: Vec<_> = rows(&schema).into_iter().map(|(path, _)| path).collect();
        assert_eq!(paths, ["z", "x", "a", "b", "wait", "timeout", "poll_every"]);
    }

    #[test]
    fn a_word_beside_a_reference_goes_before_those_of_its_target() {
        let beside = json!({ "$ref": "#/$defs/Mode", "description": "How\n it is\n done.", "default": null });
        let schema = json!({
            "$defs": { "Mode": { "type": "string", "description": "A mode.", "default": "soft" } },
            "properties": { "a": { "$ref": "#/$defs/Mode" }, "b": beside },
        });
        let fields = fields(&schema);
        let said: Vec<_> = fields.iter().map(|field| (field.description.as_str(), field.default.as_deref())).collect();
        assert_eq!(said, [("A mode.", Some("\"soft\"")), ("How it is done.", None)]);
    }
}
