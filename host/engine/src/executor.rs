//! Executing a run: an executor does what [`next`] says until nothing can be done for now, and appends what happened.

mod ending;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;
use stepwell_aws::{HostFault, RunAws, StepContext, held_secret};
use stepwell_model::event::{DecidedBy, PauseReason, StopCause, What};
use stepwell_model::failure::Failure;
use stepwell_model::id::{Digest, RunId, StepPath};
use stepwell_model::journal::Journal as _;
use stepwell_model::lease::Lease;
use stepwell_model::plan::{OperationCall, Plan, PluginCall, StepInPlan};
use stepwell_model::report::{Report, StepReport};
use stepwell_model::stand_in;
use stepwell_sandbox::{Answer, Component, Entry, Invocation, Sandbox, StepFault};
use tokio_util::sync::CancellationToken;

use crate::again;
use crate::beside::{beside, computes, ends_computing, is_large};
use crate::dry_run::{self, DryRun};
use crate::error::EngineError;
use crate::flights::Flights;
use crate::halt::HaltReason;
use crate::inbox::Inbox;
use crate::journal::RunLog;
use crate::operation::{self, Goal};
use crate::state::{Act, Agenda, Next, next};
use crate::timing::{CANCEL_GRACE, LOST_POLL, SHORTEST_WAIT, later, until};
use crate::{failure, ids, record, scope, values};

/// Steps that a run may have, those for each item included. Every event makes the engine look at all of them.
const MOST_STEPS: usize = 5_000;

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
    /// A dry run: it ends before its first change.
    pub dry_run: bool,
    /// Its lease. When it is over, the run goes on in another process, and this one does nothing more for it.
    pub lease: Lease,
    /// What operators ask of it.
    pub inbox: Inbox,
    /// The host leaves: nothing more begins, and calls in flight get [`CANCEL_GRACE`].
    pub leave: CancellationToken,
}

/// How one call of a plugin ended, as far as the run is concerned.
enum Called {
    Answered(Result<Answer, StepFault>),
    TimedOut,
    Abandoned,
}

/// Who does the work of a step.
enum Worker<'a> {
    Plugin(&'a Component),
    /// The host itself.
    Host(&'a OperationCall, Goal<'a>),
}

/// Everything that a call is made with.
struct Prepared<'a> {
    call: &'a PluginCall,
    worker: Worker<'a>,
    invocation: Invocation,
    context: StepContext,
}

impl Executor {
    /// Drives the run until there is nothing to do for now.
    ///
    /// # Errors
    /// When the host cannot drive it any further. The log has everything that happened until then.
    pub async fn drive(&self) -> Result<HaltReason, EngineError> {
        let mut flights = Flights::default();
        loop {
            if let Some(lost) = self.lease.lost() {
                return Err(lost.into());
            }
            if self.leave.is_cancelled() {
                flights.land(CANCEL_GRACE).await?;
                return Ok(HaltReason::Leaving);
            }
            let report = self.log.report();
            if report.outcome.is_none()
                && let Some(force) = self.inbox.take_cancel()
            {
                // Asked again, the run goes on with its clean-up, unless that is to end.
                if !report.cancel_requested() || force && !report.forced {
                    self.append(What::CancelRequested { force }).await?;
                }
                continue;
            }
            if self.decide(&report).await? {
                continue;
            }
            if self.inbox.take_place() && report.queued_behind.is_some() && !report.cancel_requested() {
                self.append(What::RunBegun { deadline: self.plan.timeout.map(later) }).await?;
                continue;
            }
            match next(&self.plan, &report, Timestamp::now()) {
                Next::Ended(_) => return Ok(HaltReason::Ended),
                Next::Finish(outcome) => {
                    let finish = || record::finished(&self.plan, &report, outcome);
                    self.append(beside(ends_computing(&self.plan), finish)).await?;
                }
                Next::Go(agenda) => {
                    let done = self.carry_out(&agenda.acts, &report, &mut flights).await?;
                    if done || self.inbox.has_new() || self.leave.is_cancelled() {
                        continue;
                    }
                    if report.queued_behind.is_some() {
                        return Ok(HaltReason::Queued);
                    }
                    if flights.is_empty() {
                        return self.rest(agenda).await;
                    }
                    tokio::select! {
                        landed = flights.next() => landed?,
                        () = until(agenda.wake) => {}
                        () = self.inbox.asked() => {}
                        () = self.leave.cancelled() => {}
                        () = self.lost() => {}
                    }
                }
            }
        }
    }

    /// Records the decisions that operators left for steps that are uncertain; says whether there were any.
    async fn decide(&self, report: &Report) -> Result<bool, EngineError> {
        let mut decided = false;
        for decision in self.inbox.take_decisions() {
            if let Some(what) = record::decided(report, decision) {
                decided |= self.append(what).await?;
            }
        }
        Ok(decided)
    }

    /// Waits until the run is lost.
    async fn lost(&self) {
        while self.lease.lost().is_none() {
            tokio::time::sleep(LOST_POLL).await;
        }
    }

    /// Parks or pauses a run with nothing in flight and nothing to do now.
    async fn rest(&self, agenda: Agenda) -> Result<HaltReason, EngineError> {
        match (agenda.wake, agenda.uncertain) {
            // The operator sees the question now, and not when all waits are over.
            (_, steps) if !steps.is_empty() => {
                self.append(What::RunPaused { reason: PauseReason::Uncertain { steps } }).await?;
                Ok(HaltReason::Paused)
            }
            (Some(wake), _) => Ok(HaltReason::Parked(wake)),
            (None, _) => Err(EngineError::Inconsistent { missing: "anything to do".to_owned() }),
        }
    }

    /// Does what can be done now; false when there are only calls that are in flight already.
    async fn carry_out(&self, acts: &[Act], report: &Report, flights: &mut Flights) -> Result<bool, EngineError> {
        let mut done = false;
        for act in acts {
            if self.leave.is_cancelled() || self.inbox.has_new() {
                break;
            }
            // Most records are not awaited, so a run of thousands of short steps would keep its thread to its end.
            tokio::task::consume_budget().await;
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

    /// Begins an attempt at a step, or skips it.
    async fn begin(&self, report: &Report, id: &StepPath) -> Result<bool, EngineError> {
        let (found, state) = (self.found(id)?, state_of(report, id)?);
        let step = id.clone();
        let stand_ins = match DryRun::of(&self.plan, report).map(|dry_run| dry_run.begins(id, found)) {
            Some(Err(undecided)) => return self.append(undecided).await,
            Some(Ok(stand_ins)) => stand_ins,
            None => Vec::new(),
        };
        let begun = || {
            let scope = scope::of_step(&self.plan, report, id, found);
            record::begun(&scope, found, state, stand_ins.clone())
        };
        let begun = beside(computes(found), begun);
        let beginning = begun.and_then(|what| match &what {
            What::StepExpanded { steps, .. } if report.steps.len() + steps.len() > MOST_STEPS => {
                Err(failure::too_many_steps(MOST_STEPS))
            }
            _ => Ok(what),
        });
        match beginning {
            Ok(what) => self.append(what).await,
            Err(failure) => {
                let excused = self.excused(report, id, &stand_ins, &failure);
                self.append(excused.unwrap_or(What::StepFailed { step, failure })).await
            }
        }
    }

    /// The record in the place of a failure that a dry run cannot judge.
    fn excused(&self, report: &Report, id: &StepPath, given: &[StepPath], failure: &Failure) -> Option<What> {
        DryRun::of(&self.plan, report)?.excuses(id, given, failure)
    }

    async fn call(self, id: StepPath, stop: CancellationToken) -> Result<(), EngineError> {
        let (report, found) = (self.log.report(), self.found(&id)?);
        let state = state_of(&report, &id)?;
        let entry = state.checkpoint.clone().map_or(Entry::Start, Entry::Resume);
        let prepared = match beside(computes(found), || self.prepare(found, &report, state))? {
            Ok(prepared) => prepared,
            Err(failure) => return self.fail(&id, found, failure).await.map(drop),
        };
        let call = prepared.call;
        let step = id.clone();
        let what = match self.bounded(prepared, state, entry, stop).await {
            Called::Answered(Ok(answer)) => return self.answered(&id, found, call, answer).await,
            Called::Answered(Err(fault)) => return self.faulted(&id, found, &fault).await,
            // Without a checkpoint, the plugin has never waited and left nothing that it could stop.
            Called::TimedOut if state.checkpoint.is_some() => record::told_to_stop(step, StopCause::TimedOut),
            Called::TimedOut => return self.time_out(&id, found, None).await.map(drop),
            Called::Abandoned if state.checkpoint.is_some() => record::told_to_stop(step, StopCause::Cancelled),
            Called::Abandoned => What::StepCancelled { step, failure: Some(failure::abandoned(&call.plugin.imports)) },
        };
        self.append(what).await.map(drop)
    }

    async fn answered(
        &self,
        id: &StepPath,
        found: StepInPlan<'_>,
        call: &PluginCall,
        answer: Answer,
    ) -> Result<(), EngineError> {
        let step = id.clone();
        let what = match answer {
            Answer::Wait { after, message, .. } if self.withholds_wait(id, after) => {
                return self.withhold_wait(id, found, message).await;
            }
            Answer::Wait { after, checkpoint, message, progress, host_calls, logged } => {
                let until = later(after.max(SHORTEST_WAIT));
                What::StepWaiting { step, until, message, progress, checkpoint, host_calls, logged, again: false }
            }
            Answer::Done { outputs, host_calls } => {
                let schema = &call.plugin.description.outputs_schema;
                let violation = beside(is_large(outputs.values()), || schema.violation(&json!(outputs), &[]));
                if let Some(violation) = violation {
                    let failure = failure::outputs_invalid(violation.to_string());
                    return self.fail(id, found, failure).await.map(drop);
                }
                let report = self.log.report();
                let state = state_of(&report, id)?;
                let missed = || {
                    let scope = || scope::of_step(&self.plan, &report, id, found);
                    again::wait(found, call, scope, state, &outputs, host_calls, self.log.masker())
                };
                match beside(computes(found), missed) {
                    Ok(None) => return self.succeed(id, found, outputs).await.map(drop),
                    Ok(Some(What::StepWaiting { message, .. })) if self.withholds_wait(id, SHORTEST_WAIT) => {
                        return self.withhold_wait(id, found, message).await;
                    }
                    Ok(Some(wait)) => wait,
                    Err(failure) => return self.fail(id, found, failure).await.map(drop),
                }
            }
            Answer::Failed(failure) => return self.fail(id, found, failure).await.map(drop),
            Answer::Cancelled => What::StepCancelled { step, failure: None },
        };
        self.append(what).await.map(drop)
    }

    async fn faulted(&self, id: &StepPath, found: StepInPlan<'_>, fault: &StepFault) -> Result<(), EngineError> {
        match fault {
            // The journal has the withheld change already.
            StepFault::Host(HostFault::DryRun { .. }) => self.export_stand_ins(id, found).await,
            StepFault::Host(HostFault::StandIn { action }) => {
                let report = self.log.report();
                self.append(dry_run::needs_value(state_of(&report, id)?, action)).await.map(drop)
            }
            // The journal would not keep the failure of the step either.
            StepFault::Host(fault) if let Some(error) = fault.journal() => Err(error.clone().into()),
            fault => {
                let (report, failure) = (self.log.report(), Failure::from(fault));
                // The host ended the plugin in the middle of its work, so it could not clean up by itself.
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

    fn withholds_wait(&self, id: &StepPath, after: Duration) -> bool {
        dry_run::withholds_wait(&self.plan, &self.log.report(), id, after)
    }

    async fn withhold_wait(&self, id: &StepPath, found: StepInPlan<'_>, message: String) -> Result<(), EngineError> {
        self.append(What::WaitWithheld { step: id.clone(), message }).await?;
        self.export_stand_ins(id, found).await
    }

    /// Exports what a step would export, as far as stand-ins for its outputs have the values.
    async fn export_stand_ins(&self, id: &StepPath, found: StepInPlan<'_>) -> Result<(), EngineError> {
        let report = self.log.report();
        let state = state_of(&report, id)?;
        let (false, Some(outputs)) = (found.step.exports.is_empty(), dry_run::outputs(&self.plan, state)) else {
            return Ok(());
        };
        let mut scope = scope::of_step(&self.plan, &report, id, found);
        scope.set("outputs", json!(outputs));
        scope.set_unknown([("outputs".to_owned(), stand_in::of_step(id))].into());
        // An export without a value is missing where it is read, and that step tells so.
        let Ok(values) = beside(computes(found), || values::exports(found, &scope)) else { return Ok(()) };
        self.append(What::ValuesExported { step: id.clone(), values }).await.map(drop)
    }

    fn prepare<'a>(
        &'a self,
        found: StepInPlan<'a>,
        report: &Report,
        state: &StepReport,
    ) -> Result<Result<Prepared<'a>, Failure>, EngineError> {
        let missing = |what: String| EngineError::Inconsistent { missing: what };
        let call = found.step.call().ok_or_else(|| missing(format!("the plugin of step `{}`", state.id)))?;
        let scope = scope::of_step(&self.plan, report, &state.id, found);
        let worker = match &call.operation {
            Some(operation) => Worker::Host(operation, Goal::new(found, scope.clone())),
            None => {
                let component = self.components.get(&call.plugin.digest);
                Worker::Plugin(component.ok_or_else(|| missing(format!("plugin `{}`", call.plugin.name)))?)
            }
        };
        let given = match found.step.given(&found.plan.source, &scope) {
            Ok(given) => given,
            Err(error) => return Ok(Err(failure::invalid(&error))),
        };
        // A plain name can stand for a large value, whose check takes longer than passing it on.
        let open = if state.stand_ins.is_empty() { Vec::new() } else { stand_in::places(&given.value) };
        let config = match beside(is_large([&given.value]), || found.step.accept(given, found.plan, &open)) {
            Ok(config) => config,
            Err(error) => return Ok(Err(failure::invalid(&error))),
        };
        let region = match found.step.region(&found.plan.source, &scope) {
            Ok(region) => region.map(String::from),
            Err(error) => return Ok(Err(failure::invalid(&error))),
        };
        let invocation =
            Invocation { run: self.run.clone(), job: found.plan.job.clone(), attempt: state.attempt, config };
        self.aws.recall(report.steps.iter().flat_map(|step| &step.calls));
        let context = StepContext {
            aws: self.aws.clone(),
            credentials: call.credentials.clone(),
            grants: Arc::new(call.grants.clone()),
            limits: call.limits,
            used: state.used,
            directories: call.directories.clone(),
            may_send: call.secrets.as_slice().into(),
            journal: Arc::new(self.log.clone()),
            masker: self.log.masker().clone(),
            captures: found.step.captures.clone(),
            told_secret: report.steps.iter().flat_map(|step| &step.calls).any(|call| held_secret(&call.call.request)),
            step: state.id.clone(),
            region,
            idempotency_token: ids::idempotency_token(&self.run, report, &state.id),
            lease: self.lease.clone(),
            dry_run: self.dry_run,
            calls: state.calls.clone(),
            settled_calls: state.settled_calls,
            signed_as: state.signed_as.clone(),
        };
        Ok(Ok(Prepared { call, worker, invocation, context }))
    }

    /// Calls the plugin within the step's time. Once the step is to stop, the call has [`CANCEL_GRACE`] left.
    async fn bounded(
        &self,
        prepared: Prepared<'_>,
        state: &StepReport,
        entry: Entry,
        stop: CancellationToken,
    ) -> Called {
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
            answer = self.enter(prepared, entry) => Called::Answered(answer),
            () = tokio::time::sleep(left) => Called::TimedOut,
            () = grace_over => Called::Abandoned,
        }
    }

    /// Has the plugin, or the host in its place, do the work of the step.
    async fn enter(&self, prepared: Prepared<'_>, entry: Entry) -> Result<Answer, StepFault> {
        let Prepared { worker, invocation, context, .. } = prepared;
        match worker {
            Worker::Plugin(component) => self.sandbox.call(component, entry, invocation, context).await,
            Worker::Host(of, goal) => Box::pin(operation::call(of, goal, entry, invocation, context)).await,
        }
    }

    async fn append(&self, what: What) -> Result<bool, EngineError> {
        self.log.append(self.searched(what).0).await?;
        Ok(true)
    }

    /// The record, if it holds no secret where it decides what happens next. Otherwise the record of that, and false: a
    /// mask there would tell a plugin which of its guesses is a secret.
    fn searched(&self, mut what: What) -> (What, bool) {
        let found = self.log.masker().finds_in(&mut what);
        (if found { record::secret_found(what) } else { what }, !found)
    }

    fn found(&self, step: &StepPath) -> Result<StepInPlan<'_>, EngineError> {
        self.plan.find(step).ok_or_else(|| EngineError::Inconsistent { missing: format!("step `{step}`") })
    }
}

fn state_of<'a>(report: &'a Report, id: &StepPath) -> Result<&'a StepReport, EngineError> {
    report.step(id).ok_or_else(|| EngineError::Inconsistent { missing: format!("step `{id}` in the report") })
}

/// Whether the step's own timeout has passed, not only that of a step that it is a part of.
fn is_late(step: &StepReport) -> bool {
    step.deadline.is_some_and(|deadline| Timestamp::now() >= deadline)
}
