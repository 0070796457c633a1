//! The values of a configuration that are the same in every run, by which a policy names resources.

use serde_json::Value as Json;

use super::basis::ScopedJob;
use crate::policy::GivenNames;
use crate::value::Value;

/// The top-level properties of a configuration. Fixed are the values that the job file spells out, and those of options
/// that were given: the policy is for these. Another run may have another default, and another item of a list.
pub(super) fn given_names(scoped: &ScopedJob<'_>, with: &Value, config: &Json) -> GivenNames {
    let Value::Table(table) = with else { return GivenNames::new() };
    let fixed = |name: &String, value: &Value| match value {
        Value::Text(text) if is_literal(text) => Some(vec![text.clone()]),
        Value::Text(text) if is_given_option(scoped, text) => texts(config.get(name)?),
        Value::List(items) => items
            .iter()
            .map(|item| match item.get_ref() {
                Value::Text(text) if is_literal(text) => Some(text.clone()),
                _ => None,
            })
            .collect(),
        Value::Text(_) | Value::Scalar(_) | Value::Table(_) => None,
    };
    table.iter().map(|(name, value)| (name.clone(), fixed(name, value.get_ref()))).collect()
}

/// Whether the text has no expression, and no `$$` that stands for `$`.
fn is_literal(text: &str) -> bool {
    !text.contains("${") && !text.contains("$$")
}

/// Whether the text is the value of an option that was given, and that is no secret.
fn is_given_option(scoped: &ScopedJob<'_>, text: &str) -> bool {
    let name = text.strip_prefix("${").and_then(|text| text.strip_suffix('}')).map(str::trim);
    let Some(name) = name.and_then(|name| name.strip_prefix("options.")) else { return false };
    let declared = scoped.job.options.iter().find(|(option, _)| option.as_str() == name);
    let is_open = declared.is_some_and(|(_, option)| !option.get_ref().secret);
    // The options of a used job come from the step that uses it.
    is_open && scoped.path.len() == 1 && scoped.basis.options.contains_key(name)
}

fn texts(value: &Json) -> Option<Vec<String>> {
    match value {
        Json::String(text) => Some(vec![text.clone()]),
        Json::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}
