//! Executing a run: doing what [`next`] says until there is nothing left, and appending what happened.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use stepwell_aws::{HostFault, RunAws};
use stepwell_model::NextAction;
use stepwell_model::event::{Failure, FailureOrigin, StepTitle, StopCause, What};
use stepwell_model::expression::Scope;
use stepwell_model::file::show_duration;
use stepwell_model::id::{Digest, InvalidName, RunId, StepId};
use stepwell_model::journal::{Journal, JournalError};
use stepwell_model::plan::{Plan, PlannedStep};
use stepwell_model::reference;
use stepwell_model::report::{Report, StepReport};
use stepwell_model::schema;
use stepwell_sandbox::{Answer, Component, Entry, Invocation, Sandbox, StepContext, StepFault};
use tokio_util::sync::CancellationToken;

use crate::journal::RunLog;
use crate::state::{Next, next};

/// How long a plugin may take to stop what it had started: a few AWS calls with their retries.
const CANCEL_TIME: Duration = Duration::from_secs(60);

/// How long a cancelled run lets the call in flight come to its end, so that its answer is known.
const CANCEL_GRACE: Duration = Duration::from_secs(10);

/// The shortest wait: a plugin that comes back at once, for ever, must not fill the journal.
const SHORTEST_WAIT: Duration = Duration::from_millis(50);

/// Why a run could not be brought to its end. Steps that fail are no such error: the report says so.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A record was not kept.
    #[error("the run stopped, because {0}")]
    Journal(#[from] JournalError),
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
            Self::Inconsistent { missing } => format!("{missing} is missing"),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Journal(error) => error.next(),
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

/// Executes one run.
#[derive(Clone)]
pub struct Executor {
    /// The run.
    pub run: RunId,
    /// What it does.
    pub plan: Arc<Plan>,
    /// The components that the plan names, by digest.
    pub components: BTreeMap<Digest, Component>,
    /// Where plugins run.
    pub sandbox: Sandbox,
    /// Its way to AWS.
    pub aws: RunAws,
    /// Its records.
    pub log: Arc<RunLog>,
    /// Cancels it.
    pub cancel: CancellationToken,
    /// Make no change: the run ends before the first one.
    pub dry_run: bool,
}

/// How one call of a plugin ended, as far as the run is concerned.
enum Called {
    Answered(Result<Answer, StepFault>),
    TimedOut,
    Abandoned,
}

impl Executor {
    /// Runs to the end.
    ///
    /// # Errors
    /// When the host cannot go on. What happened until then is in the log.
    pub async fn execute(&self) -> Result<Report, EngineError> {
        let title = |step: &PlannedStep| StepTitle { id: step.id.clone(), uses: step.plugin.name.to_string() };
        let steps = self.plan.steps.iter().map(title).collect();
        let (run, job, dry_run) = (self.run.clone(), self.plan.job.clone(), self.dry_run);
        self.append(What::RunStarted { run, job, steps, dry_run }).await?;
        loop {
            let report = self.report().await?;
            if self.cancel.is_cancelled() && !report.cancel_requested && report.outcome.is_none() {
                self.append(What::CancelRequested).await?;
                continue;
            }
            match next(&report, Timestamp::now()) {
                Next::Begin(step) => self.begin(step).await?,
                Next::Call(step) => self.call(&report, &step).await?,
                Next::CallCancel(step, cause) => self.call_cancel(&report, &step, cause).await?,
                Next::Resume(step) => self.append(What::StepResumed { step }).await?,
                Next::Stop(step, cause) => self.append(What::StepCancelling { step, cause }).await?,
                Next::Sleep(until) => self.sleep(until, report.cancel_requested).await,
                Next::Finish(outcome) => self.append(What::RunFinished { outcome }).await?,
                Next::Ended(_) => return Ok(report),
            }
        }
    }

    async fn append(&self, what: What) -> Result<(), EngineError> {
        self.log.append(what).await?;
        Ok(())
    }

    async fn report(&self) -> Result<Report, EngineError> {
        self.log.report().await.ok_or_else(|| EngineError::Inconsistent { missing: "the start of the run".to_owned() })
    }

    async fn sleep(&self, until: Timestamp, cancelled: bool) {
        let span = Duration::try_from(until.duration_since(Timestamp::now())).unwrap_or_default();
        tokio::select! {
            () = tokio::time::sleep(span) => {}
            () = self.cancel.cancelled(), if !cancelled => {}
        }
    }

    async fn begin(&self, step: StepId) -> Result<(), EngineError> {
        let timeout = self.planned(&step)?.timeout.value;
        self.append(What::StepStarted { step, attempt: 1, deadline: later(timeout) }).await
    }

    fn planned(&self, step: &StepId) -> Result<&PlannedStep, EngineError> {
        self.plan.step(step).ok_or_else(|| EngineError::Inconsistent { missing: format!("step `{step}`") })
    }

    async fn call(&self, report: &Report, id: &StepId) -> Result<(), EngineError> {
        let (planned, state) = (self.planned(id)?, state_of(report, id)?);
        let entry = state.checkpoint.clone().map_or(Entry::Start, Entry::Resume);
        let called = match self.prepare(planned, report, state) {
            Ok((invocation, context)) => self.bounded(planned, state, (entry, invocation, context)).await?,
            Err(failure) => return self.append(What::StepFailed { step: id.clone(), failure }).await,
        };
        let step = id.clone();
        let what = match called {
            // Masked, it would tell the plugin which of its guesses is a secret.
            Called::Answered(Ok(Answer::Wait { checkpoint, .. })) if self.log.masker().finds(&checkpoint.0) => {
                What::StepFailed { step, failure: secret_kept() }
            }
            Called::Answered(Ok(answer)) => answered(planned, step, answer),
            // The journal holds the change that was not made already.
            Called::Answered(Err(StepFault::Host(HostFault::DryRun { .. }))) => return Ok(()),
            Called::Answered(Err(fault)) => What::StepFailed { step, failure: Failure::from(&fault) },
            // A plugin that waited before left something that it can stop; one that never did left no checkpoint.
            Called::TimedOut if state.checkpoint.is_some() => What::StepCancelling { step, cause: StopCause::TimedOut },
            Called::TimedOut => What::StepFailed { step, failure: timed_out(planned, None) },
            Called::Abandoned if state.checkpoint.is_some() => {
                What::StepCancelling { step, cause: StopCause::Cancelled }
            }
            Called::Abandoned => What::StepCancelled { step, failure: Some(abandoned()) },
        };
        self.append(what).await
    }

    async fn call_cancel(&self, report: &Report, id: &StepId, cause: StopCause) -> Result<(), EngineError> {
        let (planned, state) = (self.planned(id)?, state_of(report, id)?);
        let entry = Entry::Cancel(state.checkpoint.clone().unwrap_or_default());
        let failure = match self.prepare(planned, report, state) {
            Err(failure) => Some(failure),
            Ok((invocation, context)) => {
                let call = self.sandbox.call(self.component(planned)?, entry, invocation, context);
                match tokio::time::timeout(CANCEL_TIME, call).await {
                    Err(_) => Some(cancel_timed_out()),
                    Ok(Err(StepFault::Host(HostFault::DryRun { .. }))) => return Ok(()),
                    Ok(Err(fault)) => Some(Failure::from(&fault)),
                    Ok(Ok(Answer::Failed(failure))) => Some(failure),
                    Ok(Ok(Answer::Cancelled | Answer::Done(_) | Answer::Wait { .. })) => None,
                }
            }
        };
        let step = id.clone();
        self.append(match cause {
            StopCause::Cancelled => What::StepCancelled { step, failure },
            StopCause::TimedOut => What::StepFailed { step, failure: timed_out(planned, failure.as_ref()) },
        })
        .await
    }

    fn component(&self, planned: &PlannedStep) -> Result<&Component, EngineError> {
        let missing = || EngineError::Inconsistent { missing: format!("plugin `{}`", planned.plugin.name) };
        self.components.get(&planned.plugin.digest).ok_or_else(missing)
    }

    /// Calls within the step's time; a cancelled run lets the call go on for [`CANCEL_GRACE`].
    async fn bounded(
        &self,
        planned: &PlannedStep,
        state: &StepReport,
        (entry, invocation, context): (Entry, Invocation, StepContext),
    ) -> Result<Called, EngineError> {
        let deadline = state.deadline.unwrap_or(Timestamp::MAX);
        let left = Duration::try_from(deadline.duration_since(Timestamp::now())).unwrap_or_default();
        let grace_over = async {
            self.cancel.cancelled().await;
            tokio::time::sleep(CANCEL_GRACE).await;
        };
        Ok(tokio::select! {
            answer = self.sandbox.call(self.component(planned)?, entry, invocation, context) => Called::Answered(answer),
            () = tokio::time::sleep(left) => Called::TimedOut,
            () = grace_over => Called::Abandoned,
        })
    }

    fn prepare(
        &self,
        planned: &PlannedStep,
        report: &Report,
        state: &StepReport,
    ) -> Result<(Invocation, StepContext), Failure> {
        let config = planned.configure(&self.plan.source, &self.scope(report)).map_err(|error| Failure {
            code: "ConfigurationInvalid".to_owned(),
            message: error.to_string(),
            because: Some(error.because()),
            next: Some(error.next()),
            retryable: false,
            origin: FailureOrigin::Plugin,
        })?;
        let invocation = Invocation {
            run: self.run.clone(),
            job: self.plan.job.clone(),
            step: planned.id.clone(),
            attempt: state.attempt,
            idempotency_token: idempotency_token(&self.run, &planned.id, state.attempt),
            region: planned.region.as_ref().map(|region| region.value.as_str().to_owned()),
            config,
        };
        let context = StepContext {
            aws: self.aws.clone(),
            credentials: planned.credentials.clone(),
            grants: Arc::new(planned.grants.clone()),
            journal: Arc::clone(&self.log) as Arc<dyn Journal>,
            masker: self.log.masker().clone(),
            limits: planned.limits,
            dry_run: self.dry_run,
            calls_made: u64::try_from(state.calls.len()).unwrap_or(u64::MAX),
            signed_as: state.signed_as.clone(),
        };
        Ok((invocation, context))
    }

    fn scope(&self, report: &Report) -> Scope {
        let mut scope = reference::constants(self.plan.job.as_str(), self.plan.project.as_deref(), &self.plan.options);
        let outputs = |step: &StepReport| Some((step.id.to_string(), json!({ "outputs": step.outputs.as_deref()? })));
        scope.set("run", json!({ "id": self.run.as_str() }));
        scope.set("steps", report.steps.iter().filter_map(outputs).collect::<serde_json::Map<_, _>>().into());
        scope
    }
}

fn state_of<'a>(report: &'a Report, id: &StepId) -> Result<&'a StepReport, EngineError> {
    report.step(id).ok_or_else(|| EngineError::Inconsistent { missing: format!("step `{id}` in the report") })
}

/// So long from now, or the end of time.
fn later(span: Duration) -> Timestamp {
    let span = SignedDuration::try_from(span).unwrap_or(SignedDuration::MAX);
    Timestamp::now().saturating_add(span).unwrap_or(Timestamp::MAX)
}

/// What AWS recognises a repetition of this attempt by: at most 64 characters, as `ClientToken` takes them.
fn idempotency_token(run: &RunId, step: &StepId, attempt: u32) -> String {
    let hash = Sha256::digest(format!("{run}/{step}/{attempt}"));
    hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn answered(planned: &PlannedStep, step: StepId, answer: Answer) -> What {
    match answer {
        Answer::Done(outputs) => {
            let object = json!(outputs);
            match schema::violation(&planned.plugin.description.outputs_schema, &object, &[]) {
                None => What::StepSucceeded { step, outputs: Arc::new(outputs) },
                Some(violation) => What::StepFailed { step, failure: outputs_invalid(violation.to_string()) },
            }
        }
        Answer::Wait { after, checkpoint, message, progress } => {
            What::StepWaiting { step, until: later(after.max(SHORTEST_WAIT)), message, progress, checkpoint }
        }
        Answer::Failed(failure) => What::StepFailed { step, failure },
        Answer::Cancelled => What::StepCancelled { step, failure: None },
    }
}

fn outputs_invalid(reason: String) -> Failure {
    Failure {
        code: "OutputsInvalid".to_owned(),
        message: "the plugin's outputs are not what its schema says".to_owned(),
        because: Some(reason),
        next: Some("report this to the plugin's author".to_owned()),
        retryable: false,
        origin: FailureOrigin::Sandbox,
    }
}

fn secret_kept() -> Failure {
    Failure {
        code: "SecretInCheckpoint".to_owned(),
        message: "the plugin wanted to keep a secret".to_owned(),
        because: Some("its checkpoint holds one, and checkpoints are written to the disk".to_owned()),
        next: Some("report this to the plugin's author, and look at what its step may have started".to_owned()),
        retryable: false,
        origin: FailureOrigin::Sandbox,
    }
}

fn timed_out(planned: &PlannedStep, cancel: Option<&Failure>) -> Failure {
    let because = format!("its timeout is {} ({})", show_duration(planned.timeout.value), planned.timeout.from);
    let because = match cancel {
        None => because,
        Some(cancel) => format!("{because}; the plugin could not stop what it had started: {}", cancel.message),
    };
    Failure {
        code: "StepTimeout".to_owned(),
        message: "the step took longer than it may".to_owned(),
        because: Some(because),
        next: Some(format!("raise `timeout` of step `{}` in the job file, or find out what it waited for", planned.id)),
        retryable: true,
        origin: FailureOrigin::Plugin,
    }
}

fn abandoned() -> Failure {
    Failure {
        code: "Cancelled".to_owned(),
        message: "the call in flight was abandoned".to_owned(),
        because: Some(format!("it had not ended {} after the run was cancelled", show_duration(CANCEL_GRACE))),
        next: Some("look in AWS whether it took effect".to_owned()),
        retryable: false,
        origin: FailureOrigin::Plugin,
    }
}

fn cancel_timed_out() -> Failure {
    Failure {
        code: "CancelTimeout".to_owned(),
        message: "the plugin did not stop what it had started".to_owned(),
        because: Some(format!("it may take {} to do so", show_duration(CANCEL_TIME))),
        next: Some("look in AWS whether it goes on".to_owned()),
        retryable: false,
        origin: FailureOrigin::Plugin,
    }
}
