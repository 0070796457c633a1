//! The rows that the manual shows of a JSON Schema: the properties of an object and of all objects within it.

use serde_json::{Map, Value as Json};
use stepwell_model::schema::SECRET_TO;

use super::limits::limits;
use super::schema::Root;

/// A property of an object, or of an object somewhere within it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its path: `timeout`, `instances[].instance_id` within a list, `tags.*` within a table with any keys.
    pub path: String,
    /// Its type, in the words of job files: `text`, `duration`, `list of tables`.
    pub kind: String,
    /// Whether every object has it.
    pub required: bool,
    /// Whether its value may be null.
    pub nullable: bool,
    /// The value that a missing one has, as JSON.
    pub default: Option<String>,
    /// Its description in Markdown, which may be empty.
    pub description: String,
    /// The limits of its values beyond the type, in Markdown: `1 to 400 items`.
    pub limits: Vec<String>,
}

/// The properties of an object with this schema, required ones first, each followed by those within it.
#[must_use]
pub fn fields(schema: &Json) -> Vec<Field> {
    let mut all = Vec::new();
    collect(Root(schema), schema, "", &mut all);
    all
}

/// The properties of every step that waits. They come last, since a reader knows them from other steps.
const WAITING: [&str; 3] = ["wait", "timeout", "poll_every"];

/// Appends the properties of all objects within a value at `path`.
fn collect<'a>(root: Root<'a>, schema: &'a Json, path: &str, fields: &mut Vec<Field>) {
    let schema = root.resolve(schema);
    for (name, property) in ordered(schema) {
        let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        if fields.iter().all(|field| field.path != path) {
            fields.push(field(root, path.clone(), property, required(schema, name).is_some()));
            collect(root, property, &path, fields);
        }
    }
    if let Some(items) = schema.get("items") {
        collect(root, items, &format!("{path}[]"), fields);
    }
    if let Some(values) = schema.get("additionalProperties").filter(|values| values.is_object()) {
        collect(root, values, &format!("{path}.*"), fields);
    }
    root.alternatives(schema).for_each(|schema| collect(root, schema, path, fields));
}

fn field<'a>(root: Root<'a>, path: String, property: &'a Json, required: bool) -> Field {
    let resolved = root.resolve(property);
    // The words where a type is used are more to the point than the words of the type.
    let keyword = |key: &str| property.get(key).or_else(|| resolved.get(key));
    let description = keyword("description").and_then(Json::as_str).unwrap_or_default().to_owned() + &secrets(property);
    Field {
        path,
        kind: root.kind_of(property),
        required,
        nullable: root.is_nullable(property),
        default: keyword("default").filter(|default| !default.is_null()).map(Json::to_string),
        description: description.split_whitespace().collect::<Vec<_>>().join(" "),
        limits: limits(root, property),
    }
}

/// The sentence about a property that is meant for secrets.
fn secrets(property: &Json) -> String {
    let to = property.get(SECRET_TO).and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
    match to.map(|action| format!("`{action}`")).collect::<Vec<_>>().as_slice() {
        [] => String::new(),
        to => format!(" It may hold a secret option, whose secret goes only to {}.", to.join(" and ")),
    }
}

/// The position of a property among the required ones, which have the order of the author's struct.
fn required(schema: &Json, name: &str) -> Option<usize> {
    schema.get("required")?.as_array()?.iter().position(|required| required == name)
}

/// The properties in the order of the manual; a schema has them in that of the alphabet.
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

    use super::super::schema::DURATION;
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
    fn a_property_that_is_meant_for_secrets_says_where_they_go() {
        let it = json!({ "description": "The text.", SECRET_TO: ["ssm:SendCommand", "ec2:RunInstances"] });
        let words = fields(&json!({ "properties": { "it": it } })).remove(0).description;
        let secret = "It may hold a secret option, whose secret goes only to `ssm:SendCommand` and `ec2:RunInstances`.";
        assert_eq!(words, format!("The text. {secret}"));
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
