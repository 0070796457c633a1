//! Reading of a JSON Schema: references, alternatives, and the types of values in the words of job files.
//!
//! The host refuses schemas that refer to themselves, so references are followed without a limit.

use serde_json::Value as Json;

/// A whole schema, which its references start from.
#[derive(Clone, Copy)]
pub(super) struct Root<'a>(pub(super) &'a Json);

/// The beginning of the pattern of the SDK's `Duration`.
pub(super) const DURATION: &str = "^([0-9]{1,9}d)?([0-9]{1,9}h)?";

impl<'a> Root<'a> {
    /// The schema itself, or the one that it refers to.
    pub(super) fn resolve(self, schema: &'a Json) -> &'a Json {
        let target = schema.get("$ref").and_then(Json::as_str).and_then(|text| self.0.pointer(text.strip_prefix('#')?));
        target.map_or(schema, |target| self.resolve(target))
    }

    /// The schemas that a value may fit, without those of null.
    pub(super) fn alternatives(self, schema: &'a Json) -> impl Iterator<Item = &'a Json> {
        let lists = ["anyOf", "oneOf", "allOf"].into_iter().filter_map(|key| schema.get(key)?.as_array());
        lists.flatten().map(move |schema| self.resolve(schema)).filter(|schema| !is_null(schema))
    }

    pub(super) fn is_nullable(self, schema: &'a Json) -> bool {
        let schema = self.resolve(schema);
        let types = schema.get("type").and_then(Json::as_array);
        let all = ["anyOf", "oneOf"].into_iter().filter_map(|key| schema.get(key)?.as_array()).flatten();
        types.is_some_and(|types| types.iter().any(|name| name == "null"))
            || all.into_iter().any(|schema| is_null(self.resolve(schema)))
    }

    /// The type of a value, in the words of job files: `text`, `list of tables`.
    pub(super) fn kind_of(self, schema: &'a Json) -> String {
        self.kind(schema, Count::One)
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

/// Whether the schema is that of the SDK's `Duration`.
pub(super) fn is_duration(schema: &Json) -> bool {
    schema.get("pattern").and_then(Json::as_str).is_some_and(|pattern| pattern.starts_with(DURATION))
}

fn is_null(schema: &Json) -> bool {
    schema.get("type").is_some_and(|name| name == "null") || schema.get("const").is_some_and(Json::is_null)
}
