//! Stand-ins: what the outputs of a step are in a dry run that withheld its change.
//!
//! A stand-in has the type that the schema of the plugin declares. A text says where the value comes from, so that a
//! withheld request shows it, and the host recognises it before a read would send it.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use crate::id::StepPath;

/// How every text begins that stands in for one. Its characters are the same in JSON, XML, forms and URLs.
const BEGINNING: &str = "known-after.";

/// Levels of objects and lists. A schema can contain itself.
const DEEPEST: usize = 8;

/// Values of all levels together. A plugin writes its schema, and one that contains itself twice doubles on each level.
const MOST: usize = 2_000;

/// What stands in for a value that is computed from the outputs of a step.
pub fn of_step(step: &StepPath) -> String {
    format!("{BEGINNING}{step}")
}

/// Stand-ins for the outputs of a step, by the schema of its outputs: for each property that the schema lists.
pub fn outputs(schema: &Json, step: &StepPath) -> BTreeMap<String, Json> {
    let whole = Maker { root: schema, left: Cell::new(MOST) }.make(schema, &of_step(step), DEEPEST);
    whole.as_object().cloned().unwrap_or_default().into_iter().collect()
}

/// Whether a text in this value stands in for another one.
pub fn is_in(value: &Json) -> bool {
    match value {
        Json::String(text) => text.contains(BEGINNING),
        Json::Array(items) => items.iter().any(is_in),
        Json::Object(entries) => entries.iter().any(|(key, value)| key.contains(BEGINNING) || is_in(value)),
        Json::Null | Json::Bool(_) | Json::Number(_) => false,
    }
}

/// The JSON pointers of the texts that stand in for others, with which a check of the value has to be patient.
pub fn places(value: &Json) -> Vec<String> {
    let mut found = Vec::new();
    collect(value, "", &mut found);
    found
}

fn collect(value: &Json, at: &str, found: &mut Vec<String>) {
    match value {
        Json::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| collect(item, &format!("{at}/{index}"), found));
        }
        Json::Object(entries) => {
            let name = |key: &String| key.replace('~', "~0").replace('/', "~1");
            entries.iter().for_each(|(key, value)| collect(value, &format!("{at}/{}", name(key)), found));
        }
        text => found.extend(is_in(text).then(|| at.to_owned())),
    }
}

/// Makes the stand-ins of one schema.
struct Maker<'a> {
    root: &'a Json,
    /// Values that may still be made.
    left: Cell<usize>,
}

impl Maker<'_> {
    fn make(&self, schema: &Json, name: &str, depth: usize) -> Json {
        let (Some(depth), Some(left)) = (depth.checked_sub(1), self.left.get().checked_sub(1)) else {
            return Json::Null;
        };
        self.left.set(left);
        let at = |pointer: &str| self.root.pointer(pointer);
        if let Some(shared) = schema["$ref"].as_str().and_then(|target| at(target.strip_prefix('#')?)) {
            return self.make(shared, name, depth);
        }
        if let Some(value) = schema.get("const") {
            return value.clone();
        }
        let choices = ["anyOf", "oneOf", "allOf"].iter().filter_map(|key| schema[*key].as_array()).flatten();
        if let Some(value) = choices.map(|choice| self.make(choice, name, depth)).find(|value| !value.is_null()) {
            return value;
        }
        match types_of(schema).into_iter().find(|name| *name != "null") {
            Some("string") => name.into(),
            Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or_else(|| 0.into()),
            Some("boolean") => false.into(),
            Some("array") => vec![self.make(&schema["items"], &format!("{name}.0"), depth)].into(),
            Some("object") => {
                let properties = schema["properties"].as_object().into_iter().flatten();
                let entry =
                    |(key, schema): (&String, _)| (key.clone(), self.make(schema, &format!("{name}.{key}"), depth));
                Json::Object(properties.map(entry).collect::<Map<_, _>>())
            }
            // Whatever it is, a text says where it comes from.
            _ if types_of(schema).is_empty() => name.into(),
            _ => Json::Null,
        }
    }
}

/// The types that a schema allows. None: any.
fn types_of(schema: &Json) -> Vec<&str> {
    match &schema["type"] {
        Json::String(one) => vec![one.as_str()],
        Json::Array(several) => several.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_stand_in_has_the_type_that_the_schema_declares() {
        let schema = json!({
            "type": "object",
            "$defs": { "tag": { "type": "object", "properties": { "key": { "type": "string" } } } },
            "properties": {
                "id": { "type": "string", "pattern": "^snap-" },
                "size": { "type": "integer" },
                "port": { "type": "integer", "minimum": 1 },
                "ready": { "type": "boolean" },
                "tags": { "type": "array", "items": { "$ref": "#/$defs/tag" } },
                "reason": { "type": ["null", "string"] },
                "zone": { "anyOf": [{ "type": "null" }, { "type": "string" }] },
                "kind": { "const": "snapshot" },
                "any": {},
            },
        });
        let found = outputs(&schema, &"stop.create[1]".parse().expect("valid"));
        let name = |property: &str| format!("known-after.stop.create[1].{property}");
        let expected = json!({
            "id": name("id"), "size": 0, "port": 1, "ready": false, "tags": [{ "key": name("tags.0.key") }],
            "reason": name("reason"), "zone": name("zone"), "kind": "snapshot", "any": name("any"),
        });
        assert_eq!(json!(found), expected);
        assert_eq!(
            places(&json!({ "Ids": ["snap-1", found["id"]], "a/b": found["zone"], "n": 0 })),
            ["/Ids/1", "/a~1b"]
        );
        assert!(is_in(&json!({ "Ids": [found["id"]] })) && !is_in(&json!({ "Ids": ["snap-1"] })));
    }

    #[test]
    fn a_schema_that_contains_itself_has_an_end() {
        let schema = json!({ "type": "object", "properties": { "next": { "$ref": "#" } } });
        assert!(outputs(&schema, &"a".parse().expect("valid")).contains_key("next"));
        // A hundred to the power of seven values would never be made.
        let many: Map<_, _> = (0..100).map(|number| (format!("p{number}"), json!({ "$ref": "#" }))).collect();
        let found = outputs(&json!({ "type": "object", "properties": many }), &"a".parse().expect("valid"));
        assert!(json!(found).to_string().matches("p1\"").count() <= MOST);
    }
}
