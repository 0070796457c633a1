//! The record that follows: what a turn of a step or of the run leaves in the journal, as a pure function of plan and report.

use std::collections::BTreeMap;

use jiff::Timestamp;
use stepwell_model::event::{DecidedBy, Expansion, Outcome, StopCause, What};
use stepwell_model::expression::Scope;
use stepwell_model::failure::{Failure, FailureCode};
use stepwell_model::id::StepPath;
use stepwell_model::plan::{Plan, StepInPlan, Work};
use stepwell_model::report::{Report, Status, StepReport};
use stepwell_model::run_store::OperatorDecision;

use crate::state::{broken, stopping};
use crate::timing::{jitter_seed, later};
use crate::{dry_run, failure, scope, values};

/// An attempt at a step begins, or the step is skipped. The attempt's time begins now.
/// `stand_ins` are the steps whose outputs it reads and a dry run has only stand-ins for.
pub(crate) fn begun(
    scope: &Scope,
    found: StepInPlan<'_>,
    state: &StepReport,
    stand_ins: Vec<StepPath>,
) -> Result<What, Failure> {
    let (step, attempt) = (state.id.clone(), state.attempt + 1);
    if found.is_list() {
        let items = values::items(found, scope)?;
        let steps = (0..items.len()).flat_map(|index| found.step.titles(step.item(index))).collect();
        let into = Expansion::Items(items);
        return Ok(What::StepExpanded { step, attempt, deadline: Timestamp::MAX, into, steps, stand_ins });
    }
    if state.status == Status::NotStarted && !values::is_wanted(found, scope)? {
        return Ok(What::StepSkipped { step });
    }
    let deadline = later(found.step.timeout.value);
    match &found.step.work {
        Work::Plugin(_) => Ok(What::StepStarted { step, attempt, deadline, stand_ins }),
        Work::Job(plan) => {
            let into = Expansion::Job(values::options(found, plan, scope, !stand_ins.is_empty())?);
            let steps = plan.titles(Some(&step));
            Ok(What::StepExpanded { step, attempt, deadline, into, steps, stand_ins })
        }
    }
}

/// The record in the place of one that holds a secret where it decides what happens next.
pub(crate) fn secret_found(what: What) -> What {
    let failure = failure::secret_found();
    match what {
        What::StepExpanded { step, .. }
        | What::WaitWithheld { step, .. }
        | What::ValuesExported { step, .. }
        | What::StepWaiting { step, .. }
        | What::StepSucceeded { step, .. }
        | What::StepRetrying { step, .. }
        | What::StepFailed { step, .. } => What::StepFailed { step, failure },
        What::StepCancelling { step, cause, .. } => What::StepCancelling { step, cause, failure: Some(failure) },
        What::StepCancelled { step, .. } => What::StepCancelled { step, failure: Some(failure) },
        What::RunFinished { cause, .. } => {
            What::RunFinished { outcome: Outcome::Failed, outputs: BTreeMap::new(), cause, failure: Some(failure) }
        }
        // Calls and captured values were searched before.
        other => other,
    }
}

/// The plugin of a step is about to be told to stop.
pub(crate) fn told_to_stop(step: StepPath, cause: StopCause) -> What {
    What::StepCancelling { step, cause, failure: None }
}

/// A step with no call in flight ends early.
pub(crate) fn stopped(state: &StepReport, cause: StopCause) -> What {
    let step = state.id.clone();
    // Without a checkpoint, the plugin has never waited and left nothing that it could stop.
    match state.status {
        Status::Retrying(_) => What::StepCancelled { step, failure: state.failure.clone() },
        // While stopping, the plugin made a call that must happen once, so it is not told again.
        Status::Uncertain if state.checkpoint.is_none() || state.stopping.is_some() => {
            let action = state.uncertain_call().map_or("a call", |call| &call.call.action);
            What::StepCancelled { step, failure: Some(state.uncertainty(action)) }
        }
        _ if state.checkpoint.is_some() => told_to_stop(step, cause),
        // It waits for its `until`; as a running step it ends before its next call.
        Status::Waiting => What::StepResumed { step },
        _ => What::StepCancelled { step, failure: Some(failure::stopped_before_end()) },
    }
}

/// An attempt failed: a retry if there is another attempt, otherwise the failure of the step.
pub(crate) fn failed(
    plan: &Plan,
    report: &Report,
    found: StepInPlan<'_>,
    state: &StepReport,
    failure: Failure,
) -> What {
    let (id, step) = (&state.id, state.id.clone());
    let again = found.step.retry.as_ref().filter(|retry| {
        let is_named = |codes: &Vec<String>| codes.iter().any(|named| FailureCode::is_meant(&failure.code, named));
        let is_worth_it = retry.on.as_ref().map_or(failure.retryable, is_named);
        // Another attempt would repeat a call that may have taken effect and must happen only once.
        let is_certain = report.steps.iter().all(|part| {
            let is_part = part.id.is_part_of(id);
            (!is_part || !part.has_open_token()) && (!is_part && part.id != *id || part.uncertain_call().is_none())
        });
        let is_attack = failure.code == FailureCode::SecretFound.as_str();
        is_worth_it
            && !is_attack
            && is_certain
            && state.attempt > 0
            && state.attempt < retry.attempts.0
            && stopping(plan, report, id).is_none()
            && !dry_run::withholds_retry(plan, report, id)
    });
    match again {
        Some(retry) if !found.is_list() => {
            let until = later(retry.delay_after(state.attempt, jitter_seed(&report.run, id, state.attempt)));
            What::StepRetrying { step, failure, until }
        }
        _ => What::StepFailed { step, failure },
    }
}

/// An operator's decision; none when the step is not uncertain about this call any more.
pub(crate) fn decided(report: &Report, decision: OperatorDecision) -> Option<What> {
    let OperatorDecision { step, attempt, call, decision, .. } = decision;
    let state = report.step(&step).filter(|state| state.status == Status::Uncertain && state.attempt == attempt)?;
    let is_meant = state.uncertain_call().is_some_and(|uncertain| uncertain.call.number == call);
    is_meant.then_some(What::StepDecided { step, decision, by: DecidedBy::Operator })
}

/// The run ends. One that succeeded still fails when its outputs have no value.
pub(crate) fn finished(plan: &Plan, report: &Report, outcome: Outcome) -> What {
    if outcome != Outcome::Succeeded {
        let cause = broken(plan, report, None);
        return What::RunFinished { outcome, outputs: BTreeMap::new(), cause, failure: None };
    }
    match values::outputs(plan, &scope::of_job(plan, report, None, plan)) {
        Ok(outputs) => What::RunFinished { outcome, outputs, cause: None, failure: None },
        Err(failure) => {
            let (outcome, outputs) = (Outcome::Failed, BTreeMap::new());
            What::RunFinished { outcome, outputs, cause: None, failure: Some(failure) }
        }
    }
}
