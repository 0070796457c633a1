//! The values of a job file while its run goes on: whether a step runs, for which items, with which options.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use stepwell_model::expression::{self, Scope};
use stepwell_model::failure::Failure;
use stepwell_model::id::OptionName;
use stepwell_model::plan::{Plan, PlanError, StepInPlan, check_given, unknown_option};
use stepwell_model::stand_in;
use stepwell_model::value::span_at;

use crate::failure;

/// Items of a list that a step runs for. Each is a step in the journal and in every view.
const MOST_ITEMS: usize = 1_000;

/// The outputs of a job.
pub(crate) fn outputs(plan: &Plan, scope: &Scope) -> Result<BTreeMap<String, Json>, Failure> {
    let value = |value| {
        expression::evaluate(value, scope).map_err(|error| {
            let place = plan.source.place(&error.span);
            failure::invalid(&PlanError::Expression { step: None, place, error })
        })
    };
    plan.outputs.iter().map(|(name, output)| Ok((name.to_string(), value(output)?))).collect()
}

/// The values that a step makes known to the steps after it.
pub(crate) fn exports(found: StepInPlan<'_>, scope: &Scope) -> Result<BTreeMap<String, Json>, Failure> {
    let source = &found.plan.source;
    let values = found.step.exports.iter();
    let values = values.map(|(name, value)| Ok((name.to_string(), found.step.evaluate(value, source, scope)?)));
    values.collect::<Result<_, PlanError>>().map_err(|error| failure::invalid_over_outputs(&error, "export"))
}

/// Whether the step runs (`when`).
pub(crate) fn is_wanted(found: StepInPlan<'_>, scope: &Scope) -> Result<bool, Failure> {
    let Some(when) = &found.step.when else { return Ok(true) };
    let value = found.step.evaluate(when, &found.plan.source, scope).map_err(|error| failure::invalid(&error))?;
    value.as_bool().ok_or_else(|| failure::wrong_type(found, when, "when", "`true` or `false`"))
}

/// The items that the step runs for (`for_each`).
pub(crate) fn items(found: StepInPlan<'_>, scope: &Scope) -> Result<Vec<Json>, Failure> {
    let Some(for_each) = &found.step.for_each else { return Ok(Vec::new()) };
    let value = found.step.evaluate(&for_each.list, &found.plan.source, scope);
    let wrong_type = |expected| failure::wrong_type(found, &for_each.list, "for_each", expected);
    match value.map_err(|error| failure::invalid(&error))? {
        Json::Array(items) if items.len() <= MOST_ITEMS => Ok(items),
        Json::Array(_) => Err(wrong_type("a list of at most 1,000 items")),
        _ => Err(wrong_type("a list")),
    }
}

/// The options of the job that a step uses: those that the step gives, and those that the plan knows already. A dry run
/// may have stand-ins for some.
pub(crate) fn options(
    found: StepInPlan<'_>,
    plan: &Plan,
    scope: &Scope,
    has_stand_ins: bool,
) -> Result<BTreeMap<OptionName, Json>, Failure> {
    let (step, source) = (found.step, &found.plan.source);
    let invalid = |error: PlanError| failure::invalid(&error);
    let given = step.given(source, scope).map_err(invalid)?;
    let open = if has_stand_ins { stand_in::places(&given.value) } else { Vec::new() };
    let given = step.accept(given, found.plan, &open).map_err(invalid)?;
    let given = given.as_object().cloned().unwrap_or_default();
    let place = |name: &str| source.place(&span_at(&step.with, &format!("/{name}")));
    if let Some(name) = unknown_option(&plan.declared, &given) {
        let known = plan.declared.keys().map(ToString::to_string).collect();
        let (name, job, place) = (name.clone(), plan.job.clone(), place(name));
        return Err(invalid(PlanError::UnknownWith { step: step.id.clone(), name, job, known, place }));
    }
    let mut options = plan.options.clone();
    for (name, option) in &plan.declared {
        if let Some(value) = given.get(name.as_str()) {
            let value = match has_stand_ins && stand_in::is_in(value) {
                true => value.clone(),
                false => check_given(name, option.get_ref(), value, || place(name.as_str())).map_err(invalid)?,
            };
            options.insert(name.clone(), value);
        }
    }
    Ok(options)
}
