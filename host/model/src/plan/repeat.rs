//! `until` of a step whose calls must not be repeated.

use super::PlannedStep;
use super::error::PlanError;
use crate::action::Repeat;
use crate::http::Method;
use crate::job::Step;
use crate::plugin::Plugin;
use crate::source::Source;

/// Refuses `until` for a step that may make a call whose repetition has its effect a second time, unless the step says
/// that it may. Operations have a rule of their own.
pub(super) fn check(step: &Step, planned: &PlannedStep, source: &Source) -> Result<(), PlanError> {
    let allowed = step.repeat_changes.as_ref().is_some_and(|allowed| *allowed.get_ref());
    let (Some(until), Some(call)) = (&step.until, planned.call().filter(|call| call.operation.is_none())) else {
        return Ok(());
    };
    let methods: Vec<_> = call.requests.iter().map(|request| request.method).collect();
    match once(&call.plugin, &methods).filter(|_| !allowed) {
        None => Ok(()),
        Some(call) => Err(PlanError::RepeatsChange {
            step: planned.id.clone(),
            uses: planned.uses(),
            call,
            place: source.place(&until.span()),
        }),
    }
}

/// A call of the plugin that has its effect again with every repetition. `methods` are those of the HTTP requests that its
/// configuration names, as far as they are known.
fn once(plugin: &Plugin, methods: &[Method]) -> Option<String> {
    let is_once = |repeat: Repeat| matches!(repeat, Repeat::Once | Repeat::Tokened);
    let action = plugin.imports.rows().find(|row| is_once(row.repeat)).map(|row| format!("`{}`", row.action));
    let reads = |method: &Method| method.repeat() == Repeat::Read;
    let sends_more = || methods.is_empty() || !methods.iter().all(reads);
    let request = || (plugin.imports.send_requests() && sends_more()).then(|| "an HTTP request".to_owned());
    action.or_else(request)
}
