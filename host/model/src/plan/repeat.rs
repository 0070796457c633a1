//! `until` of a step whose calls must not be repeated.

use super::PlannedStep;
use super::error::PlanError;
use crate::action::Repeat;
use crate::http::Method;
use crate::job::Step;
use crate::plugin::Plugin;
use crate::schema::request_properties;
use crate::source::Source;
use crate::value::Value;

/// Refuses `until` for a step that may make a call whose repetition has its effect a second time, unless the step says
/// that it may. Operations have a rule of their own.
pub(super) fn check(step: &Step, planned: &PlannedStep, source: &Source) -> Result<(), PlanError> {
    let allowed = step.repeat_changes.as_ref().is_some_and(|allowed| *allowed.get_ref());
    let (Some(until), Some(call)) = (&step.until, planned.call().filter(|call| call.operation.is_none())) else {
        return Ok(());
    };
    match once(&call.plugin, planned.with.get_ref()).filter(|_| !allowed) {
        None => Ok(()),
        Some(call) => Err(PlanError::RepeatsChange {
            step: planned.id.clone(),
            uses: planned.uses(),
            call,
            place: source.place(&until.span()),
        }),
    }
}

/// A call of the plugin that has its effect again with every repetition.
fn once(plugin: &Plugin, with: &Value) -> Option<String> {
    let is_once = |repeat: Repeat| matches!(repeat, Repeat::Once | Repeat::Tokened);
    let action = plugin.imports.rows().find(|row| is_once(row.repeat)).map(|row| format!("`{}`", row.action));
    let request = || {
        let mut requests = requests(plugin, with).peekable();
        // A plugin that names no request could send any.
        let sends_once = requests.peek().is_none() || requests.any(|repeat| repeat.is_none_or(is_once));
        (plugin.imports.send_requests() && sends_once).then(|| "an HTTP request".to_owned())
    };
    action.or_else(request)
}

/// The effect of a retry of each request that the plugin or its configuration names; none where only the run knows it.
fn requests<'a>(plugin: &'a Plugin, with: &'a Value) -> impl Iterator<Item = Option<Repeat>> + 'a {
    let schema = &plugin.description.config_schema;
    let method = move |by: &str| {
        let default = || Method::parse(schema.pointer(&format!("/properties/{by}/default"))?.as_str()?);
        let given = match with {
            Value::Table(given) => given.get(by),
            _ => None,
        };
        match given.map(|given| given.get_ref()) {
            // An expression is no method.
            Some(Value::Text(method)) => Method::parse(method),
            Some(_) => None,
            None => Method::parse(by).or_else(default),
        }
    };
    let named = request_properties(schema).map(move |(_, by)| method(by).map(Method::repeat));
    named.chain(plugin.description.extra.requests.iter().map(|pattern| pattern.repeat()))
}
