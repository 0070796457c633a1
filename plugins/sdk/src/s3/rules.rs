//! Rules of the S3 plugins' configurations that a job is checked against before it runs.

use schemars::Schema;
use serde_json::{Value as Json, json};

use super::settings::NAMES;

/// The keyword of a configuration's schema with rules that people can read: a list of objects with a `schema`, the
/// `message` for a configuration that does not match it, the `next` action and the `property` that is to blame.
const RULES: &str = "x-stepwell-rules";

/// For `#[schemars(transform = …)]` of a configuration with [`Globs`](super::Globs) in `include` and `exclude`.
pub fn filter_rules(schema: &mut Schema) {
    add(
        schema,
        json!({
            "schema": { "dependentRequired": { "include": ["exclude"] } },
            "property": "include",
            "message": "it takes back files that `exclude` leaves out, and there is no `exclude`",
            "next": "to process only these files, add exclude = \"*\"",
        }),
    );
}

/// For `#[schemars(transform = …)]` of a configuration with [`Location`](super::Location)s in `source` and `destination`,
/// and flattened [`Settings`](super::Settings).
pub fn transfer_rules(schema: &mut Schema) {
    let in_s3 = |name: &str| json!({ "properties": { name: { "pattern": "^s3://" } } });
    add(
        schema,
        json!({
            "schema": { "anyOf": [in_s3("source"), in_s3("destination")] },
            "property": "destination",
            "message": "`source` and `destination` are both on this machine",
            "next": "let one of the two begin with s3://",
        }),
    );
    for name in NAMES {
        add(
            schema,
            json!({
                "schema": { "if": { "required": [name] }, "then": in_s3("destination") },
                "property": name,
                "message": "it is a property of objects in S3, and `destination` is on this machine",
                "next": format!("remove `{name}`"),
            }),
        );
    }
    let by_kms = json!({ "properties": { "sse": { "enum": ["aws:kms", "aws:kms:dsse"] } }, "required": ["sse"] });
    add(
        schema,
        json!({
            "schema": { "if": { "required": ["sse_kms_key_id"] }, "then": by_kms },
            "property": "sse_kms_key_id",
            "message": "S3 uses the key only for `aws:kms` and `aws:kms:dsse`",
            "next": "add sse = \"aws:kms\"",
        }),
    );
    filter_rules(schema);
    // A flattened struct cannot refuse unknown properties itself.
    schema.insert("additionalProperties".to_owned(), false.into());
}

fn add(schema: &mut Schema, rule: Json) {
    let rules = schema.ensure_object().entry(RULES).or_insert_with(|| json!([]));
    rules.as_array_mut().into_iter().for_each(|rules| rules.push(rule.clone()));
}
