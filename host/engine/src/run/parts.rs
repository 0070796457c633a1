//! Beginning a step, and taking apart those that consist of others.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value as Json;
use stepwell_model::event::{Expansion, StopCause, What};
use stepwell_model::expression::{self, Scope};
use stepwell_model::failure::Failure;
use stepwell_model::id::{OptionName, StepPath};
use stepwell_model::plan::{Found, Plan, PlanError, Work, check_given, unknown_option};
use stepwell_model::report::{Report, Status, StepReport};
use stepwell_model::value::span_at;

use super::{EngineError, Executor, later, state_of};
use crate::failure;
use crate::scope;
use crate::state::{Ending, broken};

/// Items of a list that a step runs for. Each is a step in the journal and in every view.
const MOST_ITEMS: usize = 1_000;

/// Steps that a run may consist of, those for each item included. Each is looked at whenever something happens.
const MOST_STEPS: usize = 5_000;

impl Executor {
    /// Begins an attempt at a step, or skips it.
    pub(super) async fn begin(&self, report: &Report, id: &StepPath) -> Result<bool, EngineError> {
        let (found, state) = (self.found(id)?, state_of(report, id)?);
        let scope = scope::of_step(&self.plan, report, id, found);
        let step = id.clone();
        let beginning = self.beginning(&scope, found, state).and_then(|what| match &what {
            What::StepExpanded { steps, .. } if report.steps.len() + steps.len() > MOST_STEPS => {
                Err(failure::too_many_steps(MOST_STEPS))
            }
            _ => Ok(what),
        });
        match beginning {
            Ok(what) => self.append(what).await,
            Err(failure) => self.append(What::StepFailed { step, failure }).await,
        }
    }

    fn beginning(&self, scope: &Scope, found: Found<'_>, state: &StepReport) -> Result<What, Failure> {
        let (step, attempt) = (state.id.clone(), state.attempt + 1);
        if found.is_list() {
            let items = items(found, scope)?;
            let steps = (0..items.len()).flat_map(|index| found.step.titles(step.item(index))).collect();
            let into = Expansion::Items(items);
            return Ok(What::StepExpanded { step, attempt, deadline: Timestamp::MAX, into, steps });
        }
        if state.status == Status::NotStarted && !is_wanted(found, scope)? {
            return Ok(What::StepSkipped { step });
        }
        let deadline = later(found.step.timeout.value);
        match &found.step.work {
            Work::Plugin(_) => Ok(What::StepStarted { step, attempt, deadline }),
            Work::Job(plan) => {
                let into = Expansion::Job(options(found, plan, scope)?);
                let steps = plan.titles(Some(&step));
                Ok(What::StepExpanded { step, attempt, deadline, into, steps })
            }
        }
    }

    /// The parts of a step are over, and so is the step.
    pub(super) async fn conclude(&self, report: &Report, id: &StepPath, ending: Ending) -> Result<bool, EngineError> {
        let (found, step) = (self.found(id)?, id.clone());
        match ending {
            Ending::Stopped(StopCause::TimedOut) if report.stopping.is_none() && is_late(state_of(report, id)?) => {
                self.time_out(id, found, None).await
            }
            Ending::Stopped(_) => self.append(What::StepCancelled { step, failure: None }).await,
            Ending::Failed => {
                let part = broken(&self.plan, report, Some(id)).and_then(|part| report.step(&part));
                let failure = part.map_or_else(failure::stopped_before_end, failure::part_failed);
                self.fail(id, found, failure).await
            }
            Ending::Succeeded if found.is_list() => {
                self.append(What::StepSucceeded { step, outputs: Arc::default() }).await
            }
            Ending::Succeeded => {
                let Work::Job(plan) = &found.step.work else {
                    return Err(EngineError::Inconsistent { missing: format!("the job of step `{id}`") });
                };
                let scope = scope::of_job(&self.plan, report, Some(id), plan);
                match outputs(plan, &scope) {
                    Ok(outputs) => self.succeed(id, found, outputs).await,
                    Err(failure) => self.fail(id, found, failure).await,
                }
            }
        }
    }

    /// The step is complete: what it exports first, so that a crash between both exports it again.
    pub(super) async fn succeed(
        &self,
        id: &StepPath,
        found: Found<'_>,
        outputs: BTreeMap<String, Json>,
    ) -> Result<bool, EngineError> {
        let (step, outputs) = (id.clone(), Arc::new(outputs));
        if !found.step.exports.is_empty() {
            let report = self.log.report();
            let mut scope = scope::of_step(&self.plan, &report, id, found);
            scope.set("outputs", serde_json::json!(*outputs));
            let source = &found.plan.source;
            let values = found
                .step
                .exports
                .iter()
                .map(|(name, value)| Ok((name.to_string(), found.step.evaluate(value, source, &scope)?)));
            match values.collect::<Result<_, PlanError>>() {
                Ok(values) => self.append(What::ValuesExported { step: step.clone(), values }).await?,
                Err(error) => return self.append(What::StepFailed { step, failure: failure::invalid(&error) }).await,
            };
        }
        self.append(What::StepSucceeded { step, outputs }).await
    }
}

/// Whether the step is out of its own time, and not out of that of what it is a part of.
pub(super) fn is_late(step: &StepReport) -> bool {
    step.deadline.is_some_and(|deadline| Timestamp::now() >= deadline)
}

/// What a job says that comes of it.
pub(super) fn outputs(plan: &Plan, scope: &Scope) -> Result<BTreeMap<String, Json>, Failure> {
    let value = |value| {
        expression::evaluate(value, scope).map_err(|error| {
            let place = plan.source.place(&error.span);
            failure::invalid(&PlanError::Expression { step: None, place, error })
        })
    };
    plan.outputs.iter().map(|(name, output)| Ok((name.to_string(), value(output)?))).collect()
}

fn is_wanted(found: Found<'_>, scope: &Scope) -> Result<bool, Failure> {
    let Some(when) = &found.step.when else { return Ok(true) };
    let value = found.step.evaluate(when, &found.plan.source, scope).map_err(|error| failure::invalid(&error))?;
    value.as_bool().ok_or_else(|| failure::wrong_type(found.step, "when", "`true` or `false`"))
}

fn items(found: Found<'_>, scope: &Scope) -> Result<Vec<Json>, Failure> {
    let Some(for_each) = &found.step.for_each else { return Ok(Vec::new()) };
    let value = found.step.evaluate(&for_each.list, &found.plan.source, scope);
    match value.map_err(|error| failure::invalid(&error))? {
        Json::Array(items) if items.len() <= MOST_ITEMS => Ok(items),
        Json::Array(_) => Err(failure::wrong_type(found.step, "for_each", "a list of at most 1,000 items")),
        _ => Err(failure::wrong_type(found.step, "for_each", "a list")),
    }
}

/// The options of the job that a step uses: what the step gives, and what the plan knows already.
fn options(found: Found<'_>, plan: &Plan, scope: &Scope) -> Result<BTreeMap<OptionName, Json>, Failure> {
    let (step, source) = (found.step, &found.plan.source);
    let invalid = |error: PlanError| failure::invalid(&error);
    let given = step.evaluate(&step.with, source, scope).map_err(invalid)?;
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
            let value = check_given(name, option.get_ref(), value, || place(name.as_str())).map_err(invalid)?;
            options.insert(name.clone(), value);
        }
    }
    Ok(options)
}
