//! The report of a run: a fold over its events. The engine decides from it, and every view shows it.

mod call;
mod step;
mod steps;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use crate::event::{Event, Expansion, Outcome, PauseReason, PlaceTaken, RunOrigin, StepTitle, StopCause, What};
use crate::failure::Failure;
use crate::id::{JobName, ON_ERROR, RunId, StepPath};

pub use call::{CallReport, place_of, uncertain_failure};
pub use step::{Doing, Status, StepReport, Taken, Undecided, Wait};
pub use steps::Steps;

/// What is known of a run after some of its events.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Report {
    /// The run.
    pub run: RunId,
    /// Its job.
    pub job: JobName,
    /// Whether it is a dry run.
    pub dry_run: bool,
    /// How it ended; none while it goes on.
    pub outcome: Option<Outcome>,
    /// The outputs of the job.
    pub outputs: BTreeMap<String, Json>,
    /// The step that prevented success.
    pub cause: Option<StepPath>,
    /// Why it failed without a failed step.
    pub failure: Option<Failure>,
    /// When it began.
    pub started: Timestamp,
    /// Its deadline.
    pub deadline: Option<Timestamp>,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// Why its steps are being stopped, once they are.
    pub stopping: Option<StopCause>,
    /// The runs that it waits for, while it waits for its place.
    pub queued_behind: Option<Vec<PlaceTaken>>,
    /// Why it is paused, while it is.
    pub paused: Option<PauseReason>,
    /// The values that steps exported.
    pub exports: BTreeMap<String, Json>,
    /// Its steps, in the order of the job; each followed by its parts.
    pub steps: Steps,
    /// The number of the last event.
    pub last_seq: u64,
    /// The number of the last [`What::CancelRequested`].
    #[serde(skip)]
    pub cancelled_at_seq: Option<u64>,
    /// Whether its `finally` steps are stopped, too.
    #[serde(skip)]
    pub forced: bool,
    /// Who began it, and where; none in runs of earlier releases.
    pub origin: Option<Box<RunOrigin>>,
    /// What it takes from an earlier run for parts that its steps are still to be expanded into.
    #[serde(skip)]
    pub taken: BTreeMap<StepPath, Taken>,
}

/// An event that cannot follow those before it: the journal is damaged, or another program wrote it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event {seq} (`{event}`) cannot follow: {standing}")]
pub struct IllegalEvent {
    /// [`Event::seq`].
    pub seq: u64,
    /// [`What::name`].
    pub event: &'static str,
    /// Where the run or the step stands.
    pub standing: String,
}

impl IllegalEvent {
    fn new(event: &Event, standing: impl Into<String>) -> Self {
        Self { seq: event.seq, event: event.what.name(), standing: standing.into() }
    }
}

impl Report {
    /// The report after the first event of a run.
    ///
    /// # Errors
    /// When it is not [`What::RunStarted`].
    pub fn begin(event: &Event) -> Result<Self, IllegalEvent> {
        let What::RunStarted { run, job, steps, dry_run, deadline, origin } = &event.what else {
            return Err(IllegalEvent::new(event, "the run has not started"));
        };
        Ok(Self {
            run: run.clone(),
            job: job.clone(),
            dry_run: *dry_run,
            outcome: None,
            outputs: BTreeMap::new(),
            cause: None,
            failure: None,
            started: event.at,
            deadline: *deadline,
            finished: None,
            stopping: None,
            queued_behind: None,
            paused: None,
            exports: BTreeMap::new(),
            steps: Steps::new(steps),
            last_seq: event.seq,
            cancelled_at_seq: None,
            forced: false,
            origin: origin.clone(),
            taken: BTreeMap::new(),
        })
    }

    /// The report after these events; none when there are none.
    ///
    /// # Errors
    /// When one of them cannot follow those before it.
    pub fn of<'a>(events: impl IntoIterator<Item = &'a Event>) -> Result<Option<Self>, IllegalEvent> {
        let mut events = events.into_iter();
        let Some(first) = events.next() else { return Ok(None) };
        let mut report = Self::begin(first)?;
        events.try_for_each(|event| report.apply(event))?;
        Ok(Some(report))
    }

    /// Applies one more event.
    ///
    /// # Errors
    /// When it cannot follow those before it. The report does not change then.
    pub fn apply(&mut self, event: &Event) -> Result<(), IllegalEvent> {
        let refused = |standing: String| Err(IllegalEvent::new(event, standing));
        if self.outcome.is_some() {
            return refused("the run has ended".to_owned());
        }
        if event.seq != self.last_seq + 1 {
            return refused(format!("the last record is {}", self.last_seq));
        }
        match &event.what {
            What::RunStarted { .. } => return refused("the run has started".to_owned()),
            What::RunQueued { behind } => {
                let has_begun = self.steps.iter().any(|step| step.attempt > 0);
                if self.queued_behind.is_some() || has_begun {
                    return refused("the run has its place".to_owned());
                }
                self.queued_behind = Some(behind.clone());
                self.deadline = None;
            }
            What::RunBegun { deadline } => {
                if self.queued_behind.take().is_none() {
                    return refused("the run has its place".to_owned());
                }
                self.deadline = *deadline;
            }
            What::RunResumed => {
                self.paused = None;
                self.steps.change_all(StepReport::taken_up);
            }
            What::RunPaused { reason } => self.paused = Some(reason.clone()),
            What::RunTimedOut => self.stopping = self.stopping.or(Some(StopCause::TimedOut)),
            What::CancelRequested { force } => {
                self.forced |= force;
                self.stopping = self.stopping.or(Some(StopCause::Cancelled));
                self.cancelled_at_seq = Some(event.seq);
            }
            What::RunFinished { outcome, outputs, cause, failure } => {
                self.cause.clone_from(cause);
                self.failure.clone_from(failure);
                self.outcome = Some(*outcome);
                self.outputs.clone_from(outputs);
                self.finished = Some(event.at);
                self.queued_behind = None;
            }
            What::StepTaken { step, from, item, result, captured, exports } => {
                let (from, item, result) = (from.clone(), item.clone(), result.clone());
                let taken = Taken { from, item, result, captured: captured.clone(), exports: exports.clone() };
                if let Some(known) = self.steps.change(step) {
                    known.take_over(&taken, event.at).map_err(|standing| IllegalEvent::new(event, standing))?;
                    self.exports.extend(taken.exports);
                } else if self.step(&step.top()).is_some() {
                    self.taken.insert(step.clone(), taken);
                } else {
                    return refused(format!("the run has no step `{step}`"));
                }
            }
            What::StepExpanded { step, steps, into, .. } => {
                let handler = step.child(ON_ERROR);
                if let Some(part) = steps.iter().find(|part| !part.id.is_part_of(step) || part.id == handler) {
                    return refused(format!("`{}` is no part of step `{step}`", part.id));
                }
                self.step_takes(step, event)?;
                self.steps.put_parts(step, &handler, steps);
                self.give_taken(step, into, steps, event.at);
            }
            What::ValuesExported { step, values } => {
                if self.step(step).is_none() {
                    return refused(format!("the run has no step `{step}`"));
                }
                self.exports.extend(values.iter().map(|(name, value)| (name.clone(), value.clone())));
            }
            What::StepStarted { step, .. }
            | What::StepSkipped { step }
            | What::StepLogged { step, .. }
            | What::CredentialsIssued { step, .. }
            | What::CallIntended { step, .. }
            | What::CallAnswered { step, .. }
            | What::ChangeWithheld { step, .. }
            | What::WaitWithheld { step, .. }
            | What::StepUndecided { step, .. }
            | What::StepProgressed { step, .. }
            | What::StepWaiting { step, .. }
            | What::StepResumed { step }
            | What::StepCancelling { step, .. }
            | What::StepSucceeded { step, .. }
            | What::StepFailed { step, .. }
            | What::StepRetrying { step, .. }
            | What::StepDecided { step, .. }
            | What::StepCancelled { step, .. } => self.step_takes(step, event)?,
        }
        self.last_seq = event.seq;
        Ok(())
    }

    /// Gives the parts of a step what the run takes for them from an earlier run. Another item than that of the earlier run
    /// gets nothing, nor do parts of another attempt.
    fn give_taken(&mut self, of: &StepPath, into: &Expansion, parts: &[StepTitle], at: Timestamp) {
        for part in parts {
            let Some(taken) = self.taken.remove(&part.id) else { continue };
            let whole = if part.id.is_handler() { part.id.parent() } else { Some(part.id.clone()) };
            let item = match (into, whole.and_then(|whole| whole.index())) {
                (Expansion::Items(items), Some(index)) => items.get(index),
                _ => None,
            };
            if taken.item.as_ref() != item {
                self.taken.retain(|step, _| !step.is_part_of(&part.id));
            } else if let Some(step) = self.steps.change(&part.id) {
                // A new part is not started.
                drop(step.take_over(&taken, at));
                self.exports.extend(taken.exports);
            }
        }
        // What is left is of parts that there are no more, unless a part is still to be expanded.
        self.taken.retain(|step, _| !step.is_part_of(of) || parts.iter().any(|part| step.is_part_of(&part.id)));
    }

    fn step_takes(&mut self, id: &StepPath, event: &Event) -> Result<(), IllegalEvent> {
        let step = self.steps.change(id).ok_or_else(|| format!("the run has no step `{id}`"));
        step.and_then(|step| step.take(event)).map_err(|standing| IllegalEvent::new(event, standing))
    }

    /// The step with this path.
    pub fn step(&self, id: &StepPath) -> Option<&StepReport> {
        self.steps.find(id)
    }

    /// The step that prevented success; while the run goes on, the first failed step. A step that was stopped because the
    /// run was out of time has no failure.
    pub fn cause(&self) -> Option<&StepReport> {
        let is_broken =
            |step: &&StepReport| matches!(step.status, Status::Failed | Status::Cancelled) && step.failure.is_some();
        let first = || self.steps.iter().find(is_broken);
        let named = self.cause.as_ref().and_then(|id| self.step(id));
        match self.outcome {
            Some(Outcome::Failed | Outcome::TimedOut) => named.or_else(first),
            _ => named.filter(|step| step.failure.is_some()).or_else(first),
        }
    }

    /// Whether the run has been asked to cancel.
    pub fn cancel_requested(&self) -> bool {
        self.cancelled_at_seq.is_some()
    }
}
