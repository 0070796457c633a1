//! JSON Schemas (2020-12) of our files, for editors: they complete keys and mark what is wrong while it is written.
//!
//! The readers decide. A schema knows keys and types; what depends on other keys or on plugins, it does not.

mod form;
#[cfg(test)]
mod tests;

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::Value as Json;

use crate::job::Job;
use crate::settings::{RawProject, RawSystem, SYSTEM_ONLY};

pub(crate) use form::{Condition, ItemList, OptionValue, Pattern, Scalar, Table, impl_text_schema};

/// What job files may hold.
pub fn job() -> Json {
    beneath_system(of::<Job>("Stepwell job"))
}

/// What `project.toml` may hold.
pub fn project() -> Json {
    beneath_system(of::<RawProject>("Stepwell project (project.toml)"))
}

/// What `stepwell.toml` may hold.
pub fn system() -> Json {
    of::<RawSystem>("Stepwell system (stepwell.toml)")
}

fn of<T: JsonSchema>(title: &str) -> Json {
    let settings = SchemaSettings::draft2020_12().with_transform(RecursiveTransform(without_null));
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    schema.remove("description");
    schema.to_value()
}

/// TOML has no null: a key that may be missing is missing.
fn without_null(schema: &mut Schema) {
    let is_null = |part: &Json| part.is_null() || part.get("type").is_some_and(|kind| kind == "null");
    if let Some(Json::Array(kinds)) = schema.get_mut("type") {
        kinds.retain(|kind| kind != "null");
        if let [one] = kinds.as_slice() {
            let one = one.clone();
            schema.insert("type".to_owned(), one);
        }
    }
    for key in ["enum", "anyOf"] {
        if let Some(Json::Array(parts)) = schema.get_mut(key) {
            parts.retain(|part| !is_null(part));
        }
    }
    if schema.get("default").is_some_and(Json::is_null) {
        schema.remove("default");
    }
    let only = schema.get("anyOf").and_then(Json::as_array).and_then(|parts| match parts.as_slice() {
        [Json::Object(only)] => Some(only.clone()),
        _ => None,
    });
    if let Some(only) = only {
        schema.remove("anyOf");
        for (key, value) in only {
            // What the field says of itself is nearer than what its type says.
            if schema.get(&key).is_none() {
                schema.insert(key, value);
            }
        }
    }
}

/// Without the switches that `stepwell.toml` alone can set.
fn beneath_system(mut schema: Json) -> Json {
    let aws = schema.pointer_mut("/$defs/AwsSettings/properties").and_then(Json::as_object_mut);
    if let Some(aws) = aws {
        SYSTEM_ONLY.iter().for_each(|key| drop(aws.remove(*key)));
    }
    schema
}
