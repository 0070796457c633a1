//! One step, in the report.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::call::{CallReport, uncertain_failure};
use crate::action::Repeat;
use crate::event::{
    Answer, Checkpoint, Decision, Event, Expansion, Progress, SignedAs, StepTitle, StopCause, TakenResult, What,
};
use crate::failure::Failure;
use crate::id::{RunId, StepPath};
use crate::limits::Used;

/// The report of a step.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StepReport {
    /// The step.
    pub id: StepPath,
    /// The plugin, or the job, that it uses.
    pub uses: String,
    /// Whether it is a `finally` step.
    pub finally: bool,
    /// Where it stands.
    pub status: Status,
    /// The number of its attempt, from 1; 0 before the first.
    pub attempt: u32,
    /// When it began.
    pub started: Option<Timestamp>,
    /// When its attempt began.
    #[serde(skip)]
    pub begun: Option<Timestamp>,
    /// The deadline of the attempt.
    #[serde(skip)]
    pub deadline: Option<Timestamp>,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// Its outputs, once it has succeeded.
    pub outputs: Option<Arc<BTreeMap<String, Json>>>,
    /// The failure of the step, or of its last attempt.
    pub failure: Option<Failure>,
    /// The earlier run whose result of the step this run has; none for a step that it ran itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_from: Option<RunId>,
    /// What the job captured from its log.
    pub captured: BTreeMap<String, String>,
    /// The identity that signs its calls; none before the first call.
    pub signed_as: Option<SignedAs>,
    /// The calls that change something, and their answers.
    pub calls: Vec<CallReport>,
    /// What it waits for; for a step that a dry run ended, what it would wait for.
    pub wait: Option<Wait>,
    /// Why a dry run cannot tell what it would do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undecided: Option<Undecided>,
    /// In a dry run: the steps before it whose outputs are stand-ins, as far as it reads them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stand_ins: Vec<StepPath>,
    /// The progress of a long call.
    pub doing: Option<Doing>,
    /// The parts that it was expanded into.
    pub expansion: Option<Expansion>,
    /// The checkpoint for the next call of the plugin.
    #[serde(skip)]
    pub checkpoint: Option<Checkpoint>,
    /// How often the attempt has started again, because `until` did not accept its outputs.
    #[serde(skip)]
    pub repetitions: u32,
    /// Number of calls made before the checkpoint, before the attempt, or before the plugin was told to stop. The next call
    /// of the plugin does not make them again.
    #[serde(skip)]
    pub settled_calls: usize,
    /// Number of calls made before the attempt.
    #[serde(skip)]
    pub earlier_calls: usize,
    /// What the attempt, or its stopping, has used of the limits of the step.
    #[serde(skip)]
    pub used: Used,
    /// Why its plugin was told to stop, once it was: also while an operator has to decide about a call that it made to stop.
    #[serde(skip)]
    pub stopping: Option<StopCause>,
    /// The time of its last event.
    #[serde(skip)]
    pub touched: Timestamp,
    /// The number of the event that began the attempt.
    #[serde(skip)]
    pub started_at_seq: u64,
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It has not begun.
    NotStarted,
    /// A call of its plugin is in flight, or its parts run.
    Running,
    /// It waits, without a thread or a plugin instance.
    Waiting,
    /// An attempt failed, and the next one begins at this time.
    Retrying(#[serde(skip)] Timestamp),
    /// The host tells its plugin to stop what it started.
    Cancelling(#[serde(skip)] StopCause),
    /// A call that must happen once was in flight when the host ended, so an operator has to decide.
    Uncertain,
    /// It is complete.
    Succeeded,
    /// It did not run.
    Skipped,
    /// It failed.
    Failed,
    /// It was stopped, because the run was cancelled or out of time.
    Cancelled,
    /// A dry run reached its first change.
    StoppedBeforeChange,
    /// A dry run reached its first wait.
    StoppedBeforeWait,
    /// A dry run cannot tell what it would do.
    Undecided,
}

/// Why a dry run cannot tell what a step would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Undecided {
    /// The steps whose changes would have had to be made.
    pub after: Vec<StepPath>,
    /// The reason.
    pub because: String,
}

/// The result of a step in an earlier run.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// The run.
    pub from: RunId,
    /// The item that the step ran for, when it is an item of a list.
    pub item: Option<Json>,
    /// What came of the step.
    pub result: TakenResult,
    /// What the job captured from its log.
    pub captured: BTreeMap<String, String>,
    /// What it exported.
    pub exports: BTreeMap<String, Json>,
}

/// A wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Wait {
    /// When the plugin is called again.
    pub until: Timestamp,
    /// What it waits for.
    pub message: String,
    /// The progress.
    pub progress: Option<Progress>,
}

/// The progress of a long call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Doing {
    /// What the call does.
    pub message: String,
    /// The progress.
    pub progress: Progress,
}

impl Status {
    /// Whether the step has ended.
    pub fn is_ended(self) -> bool {
        use Status::{Cancelled, Failed, Skipped, Succeeded};
        matches!(self, Succeeded | Skipped | Failed | Cancelled) || self.is_rehearsed()
    }

    /// Whether a dry run ended the step, which would do more.
    pub fn is_rehearsed(self) -> bool {
        matches!(self, Self::StoppedBeforeChange | Self::StoppedBeforeWait | Self::Undecided)
    }

    /// The state in words, for errors.
    fn in_words(self) -> &'static str {
        match self {
            Self::NotStarted => "not started",
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Retrying(_) => "waiting for another attempt",
            Self::Cancelling(_) => "being stopped",
            Self::Uncertain => "uncertain",
            Self::Succeeded => "complete",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::StoppedBeforeChange => "stopped before its first change",
            Self::StoppedBeforeWait => "stopped before its first wait",
            Self::Undecided => "not decided",
        }
    }

    /// Whether this event can happen to a step in this state.
    fn allows(self, what: &What) -> bool {
        let is_active = matches!(self, Self::Running | Self::Cancelling(_));
        let can_begin = matches!(self, Self::NotStarted | Self::Retrying(_));
        match what {
            What::StepStarted { .. } | What::StepExpanded { .. } | What::StepSkipped { .. } => can_begin,
            What::StepLogged { .. }
            | What::CredentialsIssued { .. }
            | What::CallIntended { .. }
            | What::CallAnswered { .. }
            | What::ChangeWithheld { .. }
            | What::WaitWithheld { .. }
            | What::StepProgressed { .. }
            | What::StepRetrying { .. }
            | What::StepSucceeded { .. } => is_active,
            What::StepWaiting { .. } => self == Self::Running,
            What::StepResumed { .. } => self == Self::Waiting,
            What::StepCancelling { .. } => matches!(self, Self::Running | Self::Waiting | Self::Uncertain),
            What::StepDecided { .. } => self == Self::Uncertain,
            What::StepFailed { .. } | What::StepUndecided { .. } => is_active || can_begin,
            What::StepCancelled { .. } => is_active || matches!(self, Self::Retrying(_) | Self::Uncertain),
            What::RunStarted { .. }
            | What::RunQueued { .. }
            | What::RunBegun { .. }
            | What::RunResumed
            | What::RunPaused { .. }
            | What::RunTimedOut
            | What::StepTaken { .. }
            | What::ValuesExported { .. }
            | What::CancelRequested { .. }
            | What::RunFinished { .. } => false,
        }
    }
}

impl StepReport {
    pub(super) fn new(title: &StepTitle) -> Self {
        Self {
            id: title.id.clone(),
            uses: title.uses.clone(),
            finally: title.finally,
            status: Status::NotStarted,
            attempt: 0,
            started: None,
            begun: None,
            deadline: None,
            finished: None,
            outputs: None,
            failure: None,
            taken_from: None,
            captured: BTreeMap::new(),
            signed_as: None,
            calls: Vec::new(),
            wait: None,
            undecided: None,
            stand_ins: Vec::new(),
            doing: None,
            expansion: None,
            checkpoint: None,
            repetitions: 0,
            settled_calls: 0,
            earlier_calls: 0,
            used: Used::default(),
            stopping: None,
            touched: Timestamp::MIN,
            started_at_seq: 0,
        }
    }

    /// The calls since the checkpoint, or since the attempt began. The next call of the plugin makes them again.
    pub fn open_calls(&self) -> &[CallReport] {
        self.calls.get(self.settled_calls..).unwrap_or_default()
    }

    /// Notes that another process has resumed the run: a call that was in flight has ended without an answer.
    pub(super) fn taken_up(&mut self) {
        self.doing = None;
        let in_flight = matches!(self.status, Status::Running | Status::Cancelling(_));
        if in_flight && self.open_calls().iter().any(CallReport::is_uncertain) {
            self.status = Status::Uncertain;
        }
    }

    /// A call that must happen once and whose effect is unknown.
    pub fn uncertain_call(&self) -> Option<&CallReport> {
        self.calls.iter().rfind(|call| call.is_uncertain())
    }

    /// Whether a call with a client token has no answer. A retry of the step itself repeats it with the same token; a retry
    /// of a step that it is a part of does not.
    pub fn has_open_token(&self) -> bool {
        self.calls.iter().any(|call| call.call.repeat == Repeat::Tokened && call.is_open())
    }

    /// A call of this attempt whose effect another attempt would repeat. Calls that the plugin made to stop do not count.
    pub fn call_to_double(&self) -> Option<&CallReport> {
        let end = if self.stopping.is_some() { self.settled_calls } else { self.calls.len() };
        let mut calls = self.calls.get(self.earlier_calls..end).unwrap_or_default().iter();
        calls.find(|call| call.would_be_doubled())
    }

    /// Applies an event of this step. The error says where the step stands when the event cannot happen to it; the step does
    /// not change then.
    pub(super) fn take(&mut self, event: &Event) -> Result<(), String> {
        let at = event.at;
        if !self.status.allows(&event.what) {
            return Err(format!("step `{}` is {}", self.id, self.status.in_words()));
        }
        match &event.what {
            What::StepStarted { attempt, deadline, stand_ins, .. } => {
                self.begin(*attempt, *deadline, event);
                self.stand_ins.clone_from(stand_ins);
            }
            What::StepExpanded { attempt, deadline, into, stand_ins, .. } => {
                self.begin(*attempt, *deadline, event);
                self.stand_ins.clone_from(stand_ins);
                self.expansion = Some(into.clone());
            }
            What::StepSkipped { .. } => self.end(Status::Skipped, at),
            What::StepLogged { log, captured, .. } => {
                self.used.log(log);
                self.captured.extend(captured.clone());
            }
            What::CredentialsIssued { credentials, .. } => self.signed_as = Some(credentials.clone()),
            What::CallIntended { call, .. } => self.calls.push(CallReport::new(call, at)),
            What::CallAnswered { number, answer, .. } => self.answer(*number, answer, at)?,
            What::StepProgressed { message, progress, .. } => {
                self.doing = Some(Doing { message: message.clone(), progress: progress.clone() });
            }
            What::ChangeWithheld { call, .. } => {
                self.calls.push(CallReport::new(call, at));
                self.end(Status::StoppedBeforeChange, at);
            }
            What::WaitWithheld { message, .. } => {
                self.end(Status::StoppedBeforeWait, at);
                self.wait = Some(Wait { until: at, message: message.clone(), progress: None });
            }
            What::StepUndecided { after, because, .. } => {
                self.undecided = Some(Undecided { after: after.clone(), because: because.clone() });
                self.end(Status::Undecided, at);
            }
            What::StepWaiting { until, message, progress, checkpoint, host_calls, logged, again, .. } => {
                self.used.wait(*host_calls, *logged, checkpoint);
                self.status = Status::Waiting;
                self.doing = None;
                self.wait = Some(Wait { until: *until, message: message.clone(), progress: progress.clone() });
                self.checkpoint = Some(checkpoint.clone()).filter(|_| !again);
                self.repetitions = self.repetitions.saturating_add((*again).into());
                self.settle();
            }
            What::StepResumed { .. } => self.status = Status::Running,
            What::StepCancelling { cause, failure, .. } => {
                self.stop(*cause);
                self.failure = failure.clone().or(self.failure.take());
            }
            What::StepRetrying { failure, until, .. } => {
                self.end(Status::Retrying(*until), at);
                self.failure = Some(failure.clone());
            }
            What::StepDecided { decision, .. } => self.decide(*decision, at),
            What::StepSucceeded { outputs, .. } => {
                self.outputs = Some(Arc::clone(outputs));
                self.failure = None;
                self.end(Status::Succeeded, at);
            }
            What::StepFailed { failure, .. } => {
                self.failure = Some(failure.clone());
                self.end(Status::Failed, at);
            }
            What::StepCancelled { failure, .. } => {
                self.failure.clone_from(failure);
                self.end(Status::Cancelled, at);
            }
            What::RunStarted { .. }
            | What::RunQueued { .. }
            | What::RunBegun { .. }
            | What::RunResumed
            | What::RunPaused { .. }
            | What::RunTimedOut
            | What::StepTaken { .. }
            | What::ValuesExported { .. }
            | What::CancelRequested { .. }
            | What::RunFinished { .. } => {}
        }
        self.touched = at;
        Ok(())
    }

    /// Takes the result that the step had in an earlier run. The error says where the step stands when it cannot.
    pub(super) fn take_over(&mut self, taken: &Taken, at: Timestamp) -> Result<(), String> {
        if self.status != Status::NotStarted {
            return Err(format!("step `{}` is {}", self.id, self.status.in_words()));
        }
        self.taken_from = Some(taken.from.clone());
        self.captured.clone_from(&taken.captured);
        self.touched = at;
        match &taken.result {
            TakenResult::Succeeded { outputs } => {
                self.outputs = Some(Arc::clone(outputs));
                self.end(Status::Succeeded, at);
            }
            TakenResult::Failed { failure } => {
                self.failure = Some(failure.clone());
                self.end(Status::Failed, at);
            }
            TakenResult::Skipped => self.end(Status::Skipped, at),
        }
        Ok(())
    }

    fn begin(&mut self, attempt: u32, deadline: Timestamp, event: &Event) {
        self.status = Status::Running;
        self.attempt = attempt;
        self.started = self.started.or(Some(event.at));
        self.begun = Some(event.at);
        self.finished = None;
        self.deadline = Some(deadline);
        self.settle();
        self.earlier_calls = self.calls.len();
        self.repetitions = 0;
        self.used = Used::default();
        self.stopping = None;
        self.started_at_seq = event.seq;
    }

    /// Notes that the plugin is told to stop. The calls that it makes then do not repeat those before.
    fn stop(&mut self, cause: StopCause) {
        if self.stopping.is_none() {
            self.used = Used::default();
        }
        self.status = Status::Cancelling(cause);
        self.stopping = Some(cause);
        self.doing = None;
        self.settle();
    }

    fn settle(&mut self) {
        self.calls.iter_mut().skip(self.settled_calls).for_each(CallReport::settle);
        self.settled_calls = self.calls.len();
    }

    fn answer(&mut self, number: u64, answer: &Answer, at: Timestamp) -> Result<(), String> {
        let call = self.calls.iter_mut().find(|call| call.call.number == number);
        let call = call.ok_or_else(|| format!("step `{}` has no call {number}", self.id))?;
        call.answered(answer, at);
        self.used.answer(answer);
        self.doing = None;
        Ok(())
    }

    fn decide(&mut self, decision: Decision, at: Timestamp) {
        let uncertain = self.calls.iter_mut().filter(|call| call.is_uncertain());
        let action = uncertain.map(|call| {
            call.decided = true;
            call.call.action.clone()
        });
        let action = action.last().unwrap_or_default();
        match decision {
            Decision::Retry if let Some(cause) = self.stopping => self.status = Status::Cancelling(cause),
            Decision::Retry => {
                self.status = Status::Running;
                // The time until the decision does not count against the timeout of the step.
                let left = self.deadline.map(|deadline| deadline.duration_since(self.touched));
                self.deadline = left.map(|left| at.saturating_add(left).unwrap_or(Timestamp::MAX));
            }
            Decision::Skip => self.end(Status::Skipped, at),
            Decision::Fail => {
                // A plugin with a checkpoint can stop what it started before that call. It is told once only.
                let can_stop = self.checkpoint.is_some() && self.stopping.is_none();
                self.failure = Some(self.uncertainty(&action));
                if can_stop { self.stop(StopCause::Decided) } else { self.end(Status::Failed, at) }
            }
        }
    }

    /// The failure of a step that ends while the effect of this action is unknown.
    pub fn uncertainty(&self, action: &str) -> Failure {
        let uncertain = uncertain_failure(action);
        match (self.stopping, &self.failure) {
            (Some(StopCause::Failed | StopCause::Decided), Some(failure)) => failure.clone().left_behind(&uncertain),
            _ => uncertain,
        }
    }

    fn end(&mut self, status: Status, at: Timestamp) {
        self.status = status;
        self.finished = Some(at);
        self.wait = None;
        self.doing = None;
        self.checkpoint = None;
        self.calls.iter_mut().skip(self.settled_calls).for_each(CallReport::settle);
    }
}
