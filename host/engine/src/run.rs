//! Executing a run: doing what [`next`] says until nothing can be done for now, and appending what happened.

mod call;
mod flights;
mod parts;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use stepwell_aws::RunAws;
use stepwell_model::NextAction;
use stepwell_model::event::{DecidedBy, Outcome, PauseReason, StopCause, What};
use stepwell_model::failure::Failure;
use stepwell_model::id::{Digest, InvalidName, RunId, StepPath};
use stepwell_model::journal::{Journal as _, JournalError};
use stepwell_model::plan::{Found, Plan};
use stepwell_model::report::{Report, Status, StepReport};
use stepwell_sandbox::{Component, Sandbox};
use tokio_util::sync::CancellationToken;

use self::flights::Flights;
use crate::cancel::Cancel;
use crate::failure;
use crate::journal::RunLog;
use crate::scope;
use crate::state::{Act, Agenda, Next, broken, next};

/// How long a plugin may take to stop what it had started: a few AWS calls with their retries.
pub(crate) const CANCEL_TIME: Duration = Duration::from_secs(60);

/// How long a step that is to stop, or a host that is to leave, lets the call in flight come to its end, so that its
/// answer is known.
pub(crate) const CANCEL_GRACE: Duration = Duration::from_secs(10);

/// How long a timer runs before the clock is looked at again.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// Why a run could not be brought further. Steps that fail are no such error: the report says so.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EngineError {
    /// A record was not kept.
    #[error("the run stopped, because {0}")]
    Journal(#[from] JournalError),
    /// The run cannot go on as things are, and waits until somebody has seen to it.
    #[error("the run cannot go on: {}", failure.message)]
    Refused {
        /// Why.
        failure: Box<Failure>,
    },
    /// The executor was not given what its plan names.
    #[error("the run stopped, because its plan and its journal do not fit together")]
    Inconsistent {
        /// What is missing.
        missing: String,
    },
}

impl NextAction for EngineError {
    fn because(&self) -> String {
        match self {
            Self::Journal(error) => error.because(),
            Self::Refused { failure } => failure.because.clone().unwrap_or_else(|| failure.code.clone()),
            Self::Inconsistent { missing } => format!("{missing} is missing"),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Journal(error) => error.next(),
            Self::Refused { failure } => {
                let see_to_it = failure.next.clone().unwrap_or_else(|| "see to it".to_owned());
                format!("{see_to_it}; then go on with `stepwell runs resume`")
            }
            Self::Inconsistent { .. } => "report this; nothing more was called".to_owned(),
        }
    }
}

/// A new run id, unique for all times and in the order of time (UUID version 7).
///
/// # Errors
/// Never in practice: every UUID is a valid run id.
pub fn new_run_id() -> Result<RunId, InvalidName> {
    uuid::Uuid::now_v7().to_string().parse()
}

/// What nobody can guess, for the placeholders of a run's secrets.
pub fn new_nonce() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

/// Executes one run. Cheap to clone.
#[derive(Clone)]
pub struct Executor {
    /// The run.
    pub run: RunId,
    /// What it does.
    pub plan: Arc<Plan>,
    /// The components that the plan names, by digest.
    pub components: Arc<BTreeMap<Digest, Component>>,
    /// Where plugins run.
    pub sandbox: Sandbox,
    /// Its way to AWS.
    pub aws: RunAws,
    /// Its records.
    pub log: RunLog,
    /// Make no change: the run ends before the first one.
    pub dry_run: bool,
    /// Cancels it.
    pub cancel: Cancel,
    /// The host leaves: what is in flight is awaited for a while, and nothing more begins.
    pub leave: CancellationToken,
}

/// Why nothing more can be done for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// The run has ended.
    Ended,
    /// It waits until then, and nothing of it needs to be in memory.
    Parked(Timestamp),
    /// Somebody has to decide.
    Paused,
    /// The host leaves.
    Leaving,
}

impl Executor {
    /// Runs until there is nothing to do for now.
    ///
    /// # Errors
    /// When the host cannot go on. What happened until then is in the log.
    pub async fn drive(&self) -> Result<Left, EngineError> {
        let mut flights = Flights::default();
        loop {
            if self.leave.is_cancelled() {
                flights.land(CANCEL_GRACE).await?;
                return Ok(Left::Leaving);
            }
            let report = self.log.report();
            if report.outcome.is_none() && self.cancel.take() {
                self.append(What::CancelRequested).await?;
                continue;
            }
            match next(&self.plan, &report, Timestamp::now()) {
                Next::Ended(_) => return Ok(Left::Ended),
                Next::Finish(outcome) => self.finish(&report, outcome).await?,
                Next::Go(agenda) => {
                    let done = self.carry_out(&agenda.acts, &report, &mut flights).await?;
                    if done || self.cancel.is_asked() || self.leave.is_cancelled() {
                        continue;
                    }
                    if flights.is_empty() {
                        return self.rest(agenda).await;
                    }
                    tokio::select! {
                        landed = flights.next() => landed?,
                        () = until(agenda.wake) => {}
                        () = self.cancel.asked() => {}
                        () = self.leave.cancelled() => {}
                    }
                }
            }
        }
    }

    /// Nothing is in flight and nothing can be done now.
    async fn rest(&self, agenda: Agenda) -> Result<Left, EngineError> {
        match (agenda.wake, agenda.uncertain) {
            // Whoever decides sees it now, and not when all that waits is over.
            (_, steps) if !steps.is_empty() => {
                self.append(What::RunPaused { reason: PauseReason::Uncertain { steps } }).await?;
                Ok(Left::Paused)
            }
            (Some(wake), _) => Ok(Left::Parked(wake)),
            (None, _) => Err(EngineError::Inconsistent { missing: "anything to do".to_owned() }),
        }
    }

    /// Does what can be done; false when there was nothing but calls that are in flight already.
    async fn carry_out(&self, acts: &[Act], report: &Report, flights: &mut Flights) -> Result<bool, EngineError> {
        let mut done = false;
        for act in acts {
            if self.leave.is_cancelled() || self.cancel.is_asked() {
                break;
            }
            done |= match act {
                Act::Call(step) => flights.start(step, |stop| self.clone().call(step.clone(), stop)),
                Act::CallCancel(step, cause) => {
                    let cause = *cause;
                    flights.start(step, |_| self.clone().call_cancel(step.clone(), cause))
                }
                Act::Stop(step, _) if flights.stop(step) => false,
                Act::Stop(step, cause) => self.stop(report, step, *cause).await?,
                Act::Begin(step) => self.begin(report, step).await?,
                Act::Conclude(step, ending) => self.conclude(report, step, *ending).await?,
                Act::Resume(step) => self.append(What::StepResumed { step: step.clone() }).await?,
                Act::Decide(step, decision) => {
                    let (step, decision) = (step.clone(), *decision);
                    self.append(What::StepDecided { step, decision, by: DecidedBy::Job }).await?
                }
                Act::TimeOut => self.append(What::RunTimedOut).await?,
            };
        }
        Ok(done)
    }

    /// A step that is not in flight ends early.
    async fn stop(&self, report: &Report, id: &StepPath, cause: StopCause) -> Result<bool, EngineError> {
        let (state, step) = (state_of(report, id)?, id.clone());
        // A plugin that waited before left something that it can stop; one that never did left no checkpoint.
        self.append(match state.status {
            Status::Retrying(_) => What::StepCancelled { step, failure: state.failure.clone() },
            // Told to stop, it made a call that must happen once: it is not told again.
            Status::Uncertain if state.checkpoint.is_none() || state.stopping.is_some() => {
                let action = state.uncertain_call().map_or("a call", |call| &call.call.action);
                What::StepCancelled { step, failure: Some(state.uncertainty(action)) }
            }
            _ if state.checkpoint.is_some() => stopping(step, cause),
            _ => What::StepCancelled { step, failure: Some(failure::stopped_before_end()) },
        })
        .await
    }

    async fn finish(&self, report: &Report, outcome: Outcome) -> Result<(), EngineError> {
        let what = match outcome {
            Outcome::Succeeded => {
                let scope = scope::of_job(&self.plan, report, None, &self.plan);
                match parts::outputs(&self.plan, &scope) {
                    Ok(outputs) => What::RunFinished { outcome, outputs, cause: None, failure: None },
                    Err(failure) => {
                        let (outcome, outputs) = (Outcome::Failed, BTreeMap::new());
                        What::RunFinished { outcome, outputs, cause: None, failure: Some(failure) }
                    }
                }
            }
            _ => {
                let cause = broken(&self.plan, report, None);
                What::RunFinished { outcome, outputs: BTreeMap::new(), cause, failure: None }
            }
        };
        self.append(what).await.map(drop)
    }

    /// An attempt failed: there is another, or the step failed.
    async fn fail(&self, id: &StepPath, found: Found<'_>, failure: Failure) -> Result<bool, EngineError> {
        let report = self.log.report();
        let (state, step) = (state_of(&report, id)?, id.clone());
        let again = found.step.retry.as_ref().filter(|retry| {
            let is_worth_it = retry.on.as_ref().map_or(failure.retryable, |codes| codes.contains(&failure.code));
            // Another attempt would make a call again that may have taken effect, and must do so only once.
            let is_certain = report.steps.iter().all(|part| {
                let is_part = part.id.is_part_of(id);
                (!is_part || !part.has_open_token()) && (!is_part && part.id != *id || part.uncertain_call().is_none())
            });
            is_worth_it
                && is_certain
                && state.attempt > 0
                && state.attempt < retry.attempts.0
                && report.stopping.is_none()
        });
        self.append(match again {
            Some(retry) if !found.is_list() => {
                let until = later(retry.delay_after(state.attempt, chance(&self.run, id, state.attempt)));
                What::StepRetrying { step, failure, until }
            }
            _ => What::StepFailed { step, failure },
        })
        .await
    }

    /// An attempt took longer than it may. `left` is why its plugin could not stop what it had started.
    async fn time_out(&self, id: &StepPath, found: Found<'_>, left: Option<&Failure>) -> Result<bool, EngineError> {
        let report = self.log.report();
        let mut whole = report.steps.iter().filter(|part| part.id == *id || part.id.is_part_of(id));
        let failure = failure::timed_out(found.step, whole.find_map(StepReport::call_to_double));
        let failure = match left {
            Some(left) => failure.left_behind(left),
            None => failure,
        };
        self.fail(id, found, failure).await
    }

    async fn append(&self, what: What) -> Result<bool, EngineError> {
        self.log.append(what).await?;
        Ok(true)
    }

    fn found(&self, step: &StepPath) -> Result<Found<'_>, EngineError> {
        self.plan.find(step).ok_or_else(|| EngineError::Inconsistent { missing: format!("step `{step}`") })
    }
}

/// The plugin of the step is told to stop.
fn stopping(step: StepPath, cause: StopCause) -> What {
    What::StepCancelling { step, cause, failure: None }
}

fn state_of<'a>(report: &'a Report, id: &StepPath) -> Result<&'a StepReport, EngineError> {
    report.step(id).ok_or_else(|| EngineError::Inconsistent { missing: format!("step `{id}` in the report") })
}

/// So long from now, or the end of time.
fn later(span: Duration) -> Timestamp {
    let span = SignedDuration::try_from(span).unwrap_or(SignedDuration::MAX);
    Timestamp::now().saturating_add(span).unwrap_or(Timestamp::MAX)
}

pub(crate) async fn until(wake: Option<Timestamp>) {
    match wake {
        Some(wake) => {
            let span = wake.duration_since(Timestamp::now());
            // Not for longer: a machine that slept, or whose clock was set, has another time by then.
            let span = Duration::try_from(span).unwrap_or_default().min(LONGEST_SLEEP);
            tokio::time::sleep(span).await;
        }
        None => std::future::pending().await,
    }
}

/// A number that differs from run to run, step to step and attempt to attempt.
fn chance(run: &RunId, step: &StepPath, attempt: u32) -> u64 {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    (run.as_str(), step.as_str(), attempt).hash(&mut hasher);
    hasher.finish()
}
