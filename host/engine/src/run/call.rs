//! One call of a plugin, and what becomes of its answer.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use stepwell_aws::HostFault;
use stepwell_model::event::{Event, Log, StopCause, What};
use stepwell_model::failure::Failure;
use stepwell_model::id::{RunId, StepPath};
use stepwell_model::journal::{Journal, JournalError};
use stepwell_model::plan::{Capture, Found, PluginCall};
use stepwell_model::report::{Report, StepReport, uncertain_failure};
use stepwell_sandbox::{Answer, Component, Entry, Invocation, StepContext, StepFault};
use tokio_util::sync::CancellationToken;

use super::parts::is_late;
use super::{CANCEL_GRACE, CANCEL_TIME, EngineError, Executor, later, state_of, stopping};
use crate::failure;
use crate::journal::RunLog;
use crate::scope;

/// The shortest wait: a plugin that comes back at once, for ever, must not fill the journal.
const SHORTEST_WAIT: Duration = Duration::from_millis(50);

/// How one call of a plugin ended, as far as the run is concerned.
enum Called {
    Answered(Result<Answer, StepFault>),
    TimedOut,
    Abandoned,
}

/// What a call is made with.
struct Prepared<'a> {
    call: &'a PluginCall,
    component: &'a Component,
    invocation: Invocation,
    context: StepContext,
}

impl Executor {
    pub(super) async fn call(self, id: StepPath, stop: CancellationToken) -> Result<(), EngineError> {
        let (report, found) = (self.log.report(), self.found(&id)?);
        let state = state_of(&report, &id)?;
        let entry = state.checkpoint.clone().map_or(Entry::Start, Entry::Resume);
        let prepared = match self.prepare(found, &report, state)? {
            Ok(prepared) => prepared,
            Err(failure) => return self.fail(&id, found, failure).await.map(drop),
        };
        let call = prepared.call;
        let step = id.clone();
        let what = match self.bounded(prepared, state, entry, stop).await {
            Called::Answered(Ok(answer)) => return self.answered(&id, found, call, answer).await,
            Called::Answered(Err(fault)) => return self.faulted(&id, found, &fault).await,
            // A plugin that waited before left something that it can stop; one that never did left no checkpoint.
            Called::TimedOut if state.checkpoint.is_some() => stopping(step, StopCause::TimedOut),
            Called::TimedOut => return self.time_out(&id, found, None).await.map(drop),
            Called::Abandoned if state.checkpoint.is_some() => stopping(step, StopCause::Cancelled),
            Called::Abandoned => What::StepCancelled { step, failure: Some(failure::abandoned()) },
        };
        self.append(what).await.map(drop)
    }

    async fn answered(
        &self,
        id: &StepPath,
        found: Found<'_>,
        call: &PluginCall,
        answer: Answer,
    ) -> Result<(), EngineError> {
        let step = id.clone();
        let what = match answer {
            // Masked, it would tell the plugin which of its guesses is a secret.
            Answer::Wait { checkpoint, .. } if self.log.masker().finds(&checkpoint.0) => {
                What::StepFailed { step, failure: failure::secret_in_checkpoint() }
            }
            Answer::Wait { after, checkpoint, message, progress } => {
                What::StepWaiting { step, until: later(after.max(SHORTEST_WAIT)), message, progress, checkpoint }
            }
            Answer::Done(outputs) => {
                return match call.plugin.description.outputs_schema.violation(&json!(outputs), &[]) {
                    None => self.succeed(id, found, outputs).await.map(drop),
                    Some(violation) => {
                        self.fail(id, found, failure::outputs_invalid(violation.to_string())).await.map(drop)
                    }
                };
            }
            Answer::Failed(failure) => return self.fail(id, found, failure).await.map(drop),
            Answer::Cancelled => What::StepCancelled { step, failure: None },
        };
        self.append(what).await.map(drop)
    }

    async fn faulted(&self, id: &StepPath, found: Found<'_>, fault: &StepFault) -> Result<(), EngineError> {
        match fault {
            // The journal holds the change that was not made already.
            StepFault::Host(HostFault::DryRun { .. }) => Ok(()),
            // Nobody would keep what became of the step either.
            StepFault::Host(fault) if let Some(error) = fault.journal() => Err(error.clone().into()),
            fault => {
                let (report, failure) = (self.log.report(), Failure::from(fault));
                // The plugin was ended in the midst of something, and could clean up nothing by itself.
                match state_of(&report, id)?.checkpoint {
                    Some(_) => {
                        let (step, cause) = (id.clone(), StopCause::Failed);
                        self.append(What::StepCancelling { step, cause, failure: Some(failure) }).await.map(drop)
                    }
                    None => self.fail(id, found, failure).await.map(drop),
                }
            }
        }
    }

    pub(super) async fn call_cancel(self, id: StepPath, cause: StopCause) -> Result<(), EngineError> {
        let (report, found) = (self.log.report(), self.found(&id)?);
        let state = state_of(&report, &id)?;
        let left = self.tell_to_stop(found, &report, state).await?;
        let step = id.clone();
        let failed = || {
            let failure = state.failure.clone().unwrap_or_else(failure::stopped_before_end);
            match &left {
                Some(left) => failure.left_behind(left),
                None => failure,
            }
        };
        match cause {
            StopCause::TimedOut if is_late(state) && report.stopping.is_none() => {
                self.time_out(&id, found, left.as_ref()).await.map(drop)
            }
            StopCause::Failed => self.fail(&id, found, failed()).await.map(drop),
            StopCause::Decided => self.append(What::StepFailed { step, failure: failed() }).await.map(drop),
            StopCause::TimedOut | StopCause::Cancelled => {
                let uncertain = state.uncertain_call().map(|call| uncertain_failure(&call.call.action));
                self.append(What::StepCancelled { step, failure: left.or(uncertain) }).await.map(drop)
            }
        }
    }

    /// Has the plugin stop what it had started, and says why it could not. In a dry run it has started nothing.
    async fn tell_to_stop(
        &self,
        found: Found<'_>,
        report: &Report,
        state: &StepReport,
    ) -> Result<Option<Failure>, EngineError> {
        if self.dry_run {
            return Ok(None);
        }
        let entry = Entry::Cancel(state.checkpoint.clone().unwrap_or_default());
        let Prepared { component, invocation, context, .. } = match self.prepare(found, report, state)? {
            Ok(prepared) => prepared,
            Err(failure) => return Ok(Some(failure)),
        };
        let call = self.sandbox.call(component, entry, invocation, context);
        Ok(match tokio::time::timeout(CANCEL_TIME, call).await {
            Err(_) => Some(failure::cancel_timed_out()),
            Ok(Err(fault)) => Some(Failure::from(&fault)),
            Ok(Ok(Answer::Failed(failure))) => Some(failure),
            Ok(Ok(Answer::Cancelled | Answer::Done(_) | Answer::Wait { .. })) => None,
        })
    }

    /// Calls within the step's time; a step that is to stop lets the call go on for [`CANCEL_GRACE`].
    async fn bounded(
        &self,
        prepared: Prepared<'_>,
        state: &StepReport,
        entry: Entry,
        stop: CancellationToken,
    ) -> Called {
        let Prepared { component, invocation, context, .. } = prepared;
        let deadline = state.deadline.unwrap_or(Timestamp::MAX);
        let left = Duration::try_from(deadline.duration_since(Timestamp::now())).unwrap_or_default();
        if left.is_zero() {
            return Called::TimedOut;
        }
        let grace_over = async {
            stop.cancelled().await;
            tokio::time::sleep(CANCEL_GRACE).await;
        };
        tokio::select! {
            answer = self.sandbox.call(component, entry, invocation, context) => Called::Answered(answer),
            () = tokio::time::sleep(left) => Called::TimedOut,
            () = grace_over => Called::Abandoned,
        }
    }

    fn prepare<'a>(
        &'a self,
        found: Found<'a>,
        report: &Report,
        state: &StepReport,
    ) -> Result<Result<Prepared<'a>, Failure>, EngineError> {
        let missing = |what: String| EngineError::Inconsistent { missing: what };
        let call = found.step.call().ok_or_else(|| missing(format!("the plugin of step `{}`", state.id)))?;
        let component = self.components.get(&call.plugin.digest);
        let component = component.ok_or_else(|| missing(format!("plugin `{}`", call.plugin.name)))?;
        let scope = scope::of_step(&self.plan, report, &state.id, found);
        let config = match found.step.configure(&found.plan.source, &scope) {
            Ok(config) => config,
            Err(error) => return Ok(Err(failure::invalid(&error))),
        };
        let invocation = Invocation {
            run: self.run.clone(),
            job: found.plan.job.clone(),
            step: state.id.clone(),
            attempt: state.attempt,
            idempotency_token: idempotency_token(&self.run, report, &state.id),
            region: call.region.as_ref().map(|region| region.value.as_str().to_owned()),
            config,
        };
        let context = StepContext {
            aws: self.aws.clone(),
            credentials: call.credentials.clone(),
            grants: Arc::new(call.grants.clone()),
            directories: call.directories.clone(),
            journal: Arc::new(StepJournal { log: self.log.clone(), captures: found.step.captures.clone() }),
            masker: self.log.masker().clone(),
            limits: call.limits,
            dry_run: self.dry_run,
            calls: state.calls.clone(),
            settled_calls: state.settled_calls,
            signed_as: state.signed_as.clone(),
        };
        Ok(Ok(Prepared { call, component, invocation, context }))
    }
}

/// What AWS recognises a repetition of this attempt by: at most 64 characters, as `ClientToken` takes them. The parts of
/// a step get another one with every attempt at the step.
fn idempotency_token(run: &RunId, report: &Report, step: &StepPath) -> String {
    let wholes = std::iter::successors(Some(step.clone()), StepPath::parent);
    let attempts = wholes.filter_map(|id| report.step(&id)).map(|step| step.attempt.to_string());
    let attempts = attempts.collect::<Vec<_>>().join("/");
    let hash = Sha256::digest(format!("{run}/{step}/{attempts}"));
    hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// The journal of one step: takes from its log what the job captures.
struct StepJournal {
    log: RunLog,
    captures: Vec<Capture>,
}

#[async_trait]
impl Journal for StepJournal {
    async fn append(&self, what: What) -> Result<Event, JournalError> {
        let what = match what {
            What::StepLogged { step, log, .. } => {
                let captured = captured(&self.captures, &log);
                What::StepLogged { step, log, captured }
            }
            other => other,
        };
        self.log.append(what).await
    }
}

fn captured(captures: &[Capture], log: &Log) -> BTreeMap<String, String> {
    let Log::Line { text, .. } = log else { return BTreeMap::new() };
    let find = |capture: &Capture| {
        let found = capture.pattern.captures(text)?.get(1)?.as_str().to_owned();
        Some((capture.name.clone(), found))
    };
    captures.iter().filter_map(find).collect()
}
