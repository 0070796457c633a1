//! The rules that a plugin gives its configuration in words: what JSON Schema can decide, and cannot explain.
//!
//! A configuration's schema has them as `x-stepwell-rules`, a list of objects with a `schema`, the `message` for a
//! configuration that does not match it, and, where there are any, the `next` action and the `property` that is to blame.
//! The host checks them before a run, without a call of the plugin.

use jsonschema::Validator;
use serde_json::Value as Json;

use super::{LONGEST_MESSAGE, Violation, depends_on, plain, validator};
use crate::error::shorten_to;

const RULES: &str = "x-stepwell-rules";

/// Most rules of a schema.
const MOST: usize = 50;

/// The rules of one configuration.
pub(super) struct OwnRules(Vec<OwnRule>);

struct OwnRule {
    validator: Validator,
    message: String,
    next: Option<String>,
    property: Option<String>,
}

impl OwnRules {
    pub(super) fn new(schema: &Json) -> Result<Self, String> {
        let rules = schema.get(RULES).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        if rules.len() > MOST {
            return Err(format!("it has more than {MOST} rules"));
        }
        rules.iter().map(OwnRule::new).collect::<Result<_, _>>().map(Self)
    }

    /// The first rule that the value breaks. Rules about values that are not known yet are left out.
    pub(super) fn violation(&self, value: &Json, open: &[String]) -> Option<Violation> {
        let given = &given(value, open);
        let breaks = |rule: &&OwnRule| rule.validator.iter_errors(given).any(|error| !depends_on(&error, open));
        let rule = self.0.iter().find(breaks)?;
        let property = rule.property.as_ref().filter(|name| given.get(name.as_str()).is_some());
        let pointer = property.map_or_else(String::new, |name| format!("/{name}"));
        Some(Violation { advice: rule.next.clone(), ..plain(pointer, rule.message.clone()) })
    }
}

impl OwnRule {
    fn new(rule: &Json) -> Result<Self, String> {
        let text = |name: &str| {
            rule.get(name).and_then(Json::as_str).map(|text| shorten_to(&printable(text), LONGEST_MESSAGE))
        };
        let (Some(schema), Some(message)) = (rule.get("schema"), text("message")) else {
            return Err(format!("a rule of `{RULES}` has no `schema` or no `message`"));
        };
        Ok(Self { validator: validator(schema)?, message, next: text("next"), property: text("property") })
    }
}

/// The configuration without the properties that are `null`: they are absent to a plugin. Those that are not known yet
/// stay.
fn given(value: &Json, open: &[String]) -> Json {
    let Json::Object(entries) = value else { return value.clone() };
    let is_open = |name: &String| open.iter().any(|pointer| pointer.strip_prefix('/') == Some(name));
    entries
        .iter()
        .filter(|(name, value)| !value.is_null() || is_open(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// In one line.
fn printable(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::schema::Schema;

    fn schema() -> Schema {
        let in_s3 = |name: &str| json!({ "properties": { name: { "pattern": "^s3://" } } });
        let schema = json!({
            "type": "object",
            "x-stepwell-rules": [
                { "schema": { "anyOf": [in_s3("from"), in_s3("to")] }, "message": "both are here", "property": "to" },
                { "schema": { "dependentRequired": { "include": ["exclude"] } }, "message": "alone", "next": "add it" },
            ],
        });
        Schema::usable(schema).expect("it is usable")
    }

    #[test]
    fn a_broken_rule_is_told_in_the_words_of_the_plugin() {
        let found = schema().violation(&json!({ "from": "a", "to": "b" }), &[]).expect("both are here");
        assert_eq!((found.pointer.as_str(), found.message.as_str(), found.advice), ("/to", "both are here", None));
        let found = schema().violation(&json!({ "from": "s3://a", "to": "b", "include": "*" }), &[]).expect("alone");
        assert_eq!((found.pointer.as_str(), found.advice.as_deref()), ("", Some("add it")));
        assert_eq!(schema().violation(&json!({ "from": "s3://a", "to": "b" }), &[]), None);
    }

    #[test]
    fn a_rule_about_a_value_that_is_not_known_yet_is_left_out() {
        let open = ["/from".to_owned()];
        assert_eq!(schema().violation(&json!({ "from": null, "to": "b" }), &open), None);
        assert!(schema().violation(&json!({ "from": null, "to": "s3://b", "include": "*" }), &open).is_some());
    }

    #[test]
    fn a_property_that_is_null_is_absent() {
        assert_eq!(schema().violation(&json!({ "from": "s3://a", "include": null }), &[]), None);
    }

    #[test]
    fn a_rule_without_words_is_no_rule() {
        for rules in [json!([{}]), json!([{ "schema": {} }]), json!([{ "message": "m" }])] {
            assert!(Schema::usable(json!({ "x-stepwell-rules": rules })).is_err());
        }
        let many: Vec<_> = (0..51).map(|_| json!({ "schema": {}, "message": "m" })).collect();
        assert!(Schema::usable(json!({ "x-stepwell-rules": many })).is_err());
    }
}
