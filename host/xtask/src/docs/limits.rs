//! The limits that a schema sets beyond a type: choices, ranges, patterns.

use serde_json::Value as Json;

use super::markdown::code;
use super::schema::{Root, is_duration};

/// The limits of a value, each in a few words of Markdown.
pub(super) fn limits<'a>(root: Root<'a>, schema: &'a Json) -> Vec<String> {
    let schema = root.resolve(schema);
    let mut limits = choices(root, schema).into_iter().collect::<Vec<_>>();
    limits.extend(range(schema, ["minimum", "maximum"], ""));
    limits.extend(length(schema));
    limits.extend(range(schema, ["minItems", "maxItems"], " items"));
    if schema.get("uniqueItems").is_some_and(|unique| unique == true) {
        limits.push("no item twice".to_owned());
    }
    limits.extend(range(schema, ["minProperties", "maxProperties"], " entries"));
    for (key, each) in [("items", "each "), ("propertyNames", "each key "), ("additionalProperties", "each value ")] {
        let within = schema.get(key).into_iter().flat_map(|schema| self::limits(root, schema));
        limits.extend(within.map(|limit| format!("{each}{limit}")));
    }
    if !root.alternatives(schema).all(is_choice) {
        for limit in root.alternatives(schema).flat_map(|schema| self::limits(root, schema)) {
            // In "one or a list of them", the items have the limits of the one.
            let known = limit.strip_prefix("each ").unwrap_or(&limit);
            if limits.iter().all(|limit| limit != known) {
                limits.push(limit);
            }
        }
    }
    limits
}

fn is_choice(schema: &Json) -> bool {
    schema.get("const").is_some() || schema.get("enum").is_some()
}

/// The only possible values, with their descriptions where the schema has any.
fn choices<'a>(root: Root<'a>, schema: &'a Json) -> Option<String> {
    let mut all: Vec<(String, &str)> = values(schema).map(|value| (value, "")).collect();
    if all.is_empty() && root.alternatives(schema).all(is_choice) {
        for alternative in root.alternatives(schema) {
            let description = alternative.get("description").and_then(Json::as_str).unwrap_or_default();
            all.extend(values(alternative).map(|value| (value, description)));
        }
    }
    let one = |(value, meaning): &(String, &str)| match meaning.trim().trim_end_matches('.') {
        "" => value.clone(),
        meaning => format!("{value} ({})", meaning.split_whitespace().collect::<Vec<_>>().join(" ")),
    };
    let texts: Vec<_> = all.iter().map(one).collect();
    (!texts.is_empty()).then(|| format!("one of {}", texts.join(", ")))
}

fn values(schema: &Json) -> impl Iterator<Item = String> {
    let listed = schema.get("enum").and_then(Json::as_array).into_iter().flatten();
    listed.chain(schema.get("const")).filter(|value| !value.is_null()).map(|value| code(&value.to_string()))
}

fn range(schema: &Json, [least, most]: [&str; 2], unit: &str) -> Option<String> {
    let unit = |number: &Json| if *number == 1 { unit.trim_end_matches('s') } else { unit };
    match (schema.get(least), schema.get(most)) {
        (Some(least), Some(most)) if least == most => Some(format!("exactly {least}{}", unit(least))),
        (Some(least), Some(most)) => Some(format!("{least} to {most}{}", unit(most))),
        (Some(least), None) => Some(format!("at least {least}{}", unit(least))),
        (None, Some(most)) => Some(format!("at most {most}{}", unit(most))),
        (None, None) => None,
    }
}

fn length(schema: &Json) -> Vec<String> {
    if is_duration(schema) {
        return Vec::new();
    }
    let is_one = schema.get("minLength").is_some_and(|least| *least == 1);
    let characters = match schema.get("maxLength") {
        None if is_one => Some("not empty".to_owned()),
        _ => range(schema, ["minLength", "maxLength"], " characters"),
    };
    let pattern = schema.get("pattern").and_then(Json::as_str).map(|pattern| format!("matches {}", code(pattern)));
    characters.into_iter().chain(pattern).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn limits_are_told_in_words() {
        let id = json!({ "type": "string", "pattern": "^i-[0-9]$" });
        let list = json!({ "type": "array", "items": id, "minItems": 1, "maxItems": 9, "uniqueItems": true });
        for (schema, words) in [
            (json!({ "type": "integer", "minimum": 1, "maximum": 999 }), "1 to 999"),
            (json!({ "type": "integer", "minimum": 0 }), "at least 0"),
            (json!({ "type": "string", "maxLength": 1 }), "at most 1 character"),
            (json!({ "type": "string", "minLength": 1 }), "not empty"),
            (json!({ "type": "string", "minLength": 3, "maxLength": 63 }), "3 to 63 characters"),
            (json!({ "enum": ["a", null, "b"] }), "one of `\"a\"`, `\"b\"`"),
            (
                json!({ "oneOf": [{ "const": "a", "description": "The\nfirst." }, { "enum": ["b", "c"] }] }),
                "one of `\"a\"` (The first), `\"b\"`, `\"c\"`",
            ),
            (list.clone(), "1 to 9 items; no item twice; each matches `^i-[0-9]$`"),
            (json!({ "anyOf": [id, list] }), "matches `^i-[0-9]$`; 1 to 9 items; no item twice"),
            (
                json!({ "propertyNames": { "maxLength": 128 }, "additionalProperties": { "maxLength": 256 } }),
                "each key at most 128 characters; each value at most 256 characters",
            ),
            (json!({ "type": "array", "items": { "enum": ["x"] } }), "each one of `\"x\"`"),
            (json!({ "type": "string" }), ""),
            (json!(true), ""),
        ] {
            assert_eq!(limits(Root(&schema), &schema).join("; "), words, "{schema}");
        }
    }
}
