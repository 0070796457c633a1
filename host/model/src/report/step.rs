//! What is known of one step.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value as Json;

use crate::action::Repeat;
use crate::event::{
    Answer, Call, Checkpoint, Decision, Event, Expansion, Failure, FailureOrigin, Progress, SignedAs, StepTitle,
    StopCause, What,
};
use crate::id::StepPath;

/// What is known of a step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepReport {
    /// The step.
    pub id: StepPath,
    /// The plugin, or the job, that it uses.
    pub uses: String,
    /// Whether it runs in every ending.
    pub finally: bool,
    /// Where it stands.
    pub status: Status,
    /// The attempt that it is in, from 1; 0 before the first.
    pub attempt: u32,
    /// When it began.
    pub started: Option<Timestamp>,
    /// When it is out of time.
    #[serde(skip)]
    pub deadline: Option<Timestamp>,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// What it said when it ended well.
    pub outputs: Option<Arc<BTreeMap<String, Json>>>,
    /// What it said when it did not, or when its last attempt did not.
    pub failure: Option<Failure>,
    /// What the job captured from its log.
    pub captured: BTreeMap<String, String>,
    /// Whose credentials its calls are signed with; none before the first call.
    pub signed_as: Option<SignedAs>,
    /// The calls that may have changed something, and their answers.
    pub calls: Vec<CallReport>,
    /// What it waits for.
    pub wait: Option<Wait>,
    /// What its call is doing, when that takes its time.
    pub doing: Option<Doing>,
    /// What it was taken apart into.
    pub expansion: Option<Expansion>,
    /// What the plugin gets back when it is called again.
    #[serde(skip)]
    pub checkpoint: Option<Checkpoint>,
    /// How many of the calls were made before the checkpoint, or before the attempt.
    #[serde(skip)]
    pub settled_calls: usize,
    /// When something happened to it last.
    #[serde(skip)]
    pub touched: Timestamp,
    /// The number of the event with which the attempt began.
    #[serde(skip)]
    pub started_at_seq: u64,
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It has not begun.
    NotStarted,
    /// Its plugin is being called, or its parts run.
    Running,
    /// It waits, and nothing of it is in memory.
    Waiting,
    /// An attempt failed, and another will begin at this time.
    Retrying(#[serde(skip)] Timestamp),
    /// Its plugin is told to stop what it had started.
    Cancelling(#[serde(skip)] StopCause),
    /// A call that must happen once was in flight when the host was gone: somebody has to decide.
    Uncertain,
    /// It is complete.
    Succeeded,
    /// It was not run.
    Skipped,
    /// It failed.
    Failed,
    /// It was stopped because the run was cancelled.
    Cancelled,
    /// A dry run came to its first change.
    StoppedBeforeChange,
}

/// A call that may have changed something.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CallReport {
    /// The call.
    #[serde(flatten)]
    pub call: Call,
    /// How it ended; none when that is not known, or when it was not made (dry run).
    pub answer: Option<Answer>,
    /// Whether somebody decided about it, because nobody knows how it ended.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub decided: bool,
}

/// A wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wait {
    /// When the step goes on.
    pub until: Timestamp,
    /// What it waits for.
    pub message: String,
    /// How far it has come.
    pub progress: Option<Progress>,
}

/// What a call is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Doing {
    /// What it does.
    pub message: String,
    /// How far it has come.
    pub progress: Progress,
}

impl Status {
    /// Whether nothing more happens to the step.
    pub fn is_ended(self) -> bool {
        use Status::{Cancelled, Failed, Skipped, StoppedBeforeChange, Succeeded};
        matches!(self, Succeeded | Skipped | Failed | Cancelled | StoppedBeforeChange)
    }
}

impl CallReport {
    /// Whether nobody knows if it took effect, and finding out by repeating it could do it twice.
    fn is_uncertain(&self) -> bool {
        let unknown = matches!(self.answer, None | Some(Answer::Unknown { .. }));
        unknown && !self.decided && self.call.repeat == Repeat::Once
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
            deadline: None,
            finished: None,
            outputs: None,
            failure: None,
            captured: BTreeMap::new(),
            signed_as: None,
            calls: Vec::new(),
            wait: None,
            doing: None,
            expansion: None,
            checkpoint: None,
            settled_calls: 0,
            touched: Timestamp::MIN,
            started_at_seq: 0,
        }
    }

    /// The calls that were made since the checkpoint, or since the attempt began: those that come again when the plugin
    /// is called again.
    pub fn open_calls(&self) -> &[CallReport] {
        self.calls.get(self.settled_calls..).unwrap_or_default()
    }

    /// The step as another process finds it: the call that was in flight is not any more.
    pub(super) fn taken_up(&mut self) {
        self.doing = None;
        let in_flight = matches!(self.status, Status::Running | Status::Cancelling(_));
        if in_flight && self.open_calls().iter().any(CallReport::is_uncertain) {
            self.status = Status::Uncertain;
        }
    }

    /// A call that must happen once and of which nobody knows whether it took effect.
    pub fn uncertain_call(&self) -> Option<&CallReport> {
        self.calls.iter().rfind(|call| call.is_uncertain())
    }

    /// Whether a call with a client token has no answer. An attempt at the step itself would make it again with the same
    /// token; one at what it is a part of would not.
    pub fn has_open_token(&self) -> bool {
        let is_open = |call: &CallReport| matches!(call.answer, None | Some(Answer::Unknown { .. }));
        self.calls.iter().any(|call| call.call.repeat == Repeat::Tokened && is_open(call))
    }

    /// Takes in what happened to this step; false when that cannot have happened to it as it stands.
    pub(super) fn take(&mut self, event: &Event) -> bool {
        let at = event.at;
        let active = matches!(self.status, Status::Running | Status::Cancelling(_));
        let beginning = matches!(self.status, Status::NotStarted | Status::Retrying(_));
        match &event.what {
            What::StepStarted { attempt, deadline, .. } if beginning => self.begin(*attempt, *deadline, event),
            What::StepExpanded { attempt, deadline, into, .. } if beginning => {
                self.begin(*attempt, *deadline, event);
                self.expansion = Some(into.clone());
            }
            What::StepSkipped { .. } if beginning => self.end(Status::Skipped, at),
            What::StepLogged { captured, .. } if active => self.captured.extend(captured.clone()),
            What::CredentialsIssued { credentials, .. } if active => self.signed_as = Some(credentials.clone()),
            What::CallIntended { call, .. } if active => self.add_call(call),
            What::CallAnswered { number, answer, .. } if active => {
                if !self.answer(*number, answer) {
                    return false;
                }
                self.doing = None;
            }
            What::StepProgressed { message, progress, .. } if active => {
                self.doing = Some(Doing { message: message.clone(), progress: progress.clone() });
            }
            What::ChangeWithheld { call, .. } if active => {
                self.add_call(call);
                self.end(Status::StoppedBeforeChange, at);
            }
            What::StepWaiting { until, message, progress, checkpoint, .. } if self.status == Status::Running => {
                self.status = Status::Waiting;
                self.doing = None;
                self.wait = Some(Wait { until: *until, message: message.clone(), progress: progress.clone() });
                self.checkpoint = Some(checkpoint.clone());
                self.settled_calls = self.calls.len();
            }
            What::StepResumed { .. } if self.status == Status::Waiting => self.status = Status::Running,
            What::StepCancelling { cause, .. }
                if matches!(self.status, Status::Waiting | Status::Running | Status::Uncertain) =>
            {
                self.status = Status::Cancelling(*cause);
            }
            What::StepRetrying { failure, until, .. } if active => {
                self.end(Status::Retrying(*until), at);
                self.failure = Some(failure.clone());
            }
            What::StepDecided { decision, .. } if self.status == Status::Uncertain => self.decide(*decision, at),
            What::StepSucceeded { outputs, .. } if active => {
                self.outputs = Some(Arc::clone(outputs));
                self.failure = None;
                self.end(Status::Succeeded, at);
            }
            What::StepFailed { failure, .. } if active || beginning => {
                self.failure = Some(failure.clone());
                self.end(Status::Failed, at);
            }
            What::StepCancelled { failure, .. }
                if active || matches!(self.status, Status::Retrying(_) | Status::Uncertain) =>
            {
                self.failure.clone_from(failure);
                self.end(Status::Cancelled, at);
            }
            _ => return false,
        }
        self.touched = at;
        true
    }

    fn begin(&mut self, attempt: u32, deadline: Timestamp, event: &Event) {
        self.status = Status::Running;
        self.attempt = attempt;
        self.started = self.started.or(Some(event.at));
        self.finished = None;
        self.deadline = Some(deadline);
        self.settled_calls = self.calls.len();
        self.started_at_seq = event.seq;
    }

    fn add_call(&mut self, call: &Call) {
        self.calls.push(CallReport { call: call.clone(), answer: None, decided: false });
    }

    fn answer(&mut self, number: u64, answer: &Answer) -> bool {
        let Some(call) = self.calls.iter_mut().find(|call| call.call.number == number) else { return false };
        call.answer = Some(answer.clone());
        true
    }

    fn decide(&mut self, decision: Decision, at: Timestamp) {
        let uncertain = self.calls.iter_mut().filter(|call| call.is_uncertain());
        let action = uncertain.map(|call| {
            call.decided = true;
            call.call.action.clone()
        });
        let action = action.last().unwrap_or_default();
        match decision {
            Decision::Retry => {
                self.status = Status::Running;
                // The time that the decision took is not the step's.
                let left = self.deadline.map(|deadline| deadline.duration_since(self.touched));
                self.deadline = left.map(|left| at.saturating_add(left).unwrap_or(Timestamp::MAX));
            }
            Decision::Skip => self.end(Status::Skipped, at),
            Decision::Fail => {
                self.failure = Some(uncertain_failure(&action));
                // What it had started before that call, it can stop.
                match self.checkpoint {
                    Some(_) => self.status = Status::Cancelling(StopCause::Decided),
                    None => self.end(Status::Failed, at),
                }
            }
        }
    }

    fn end(&mut self, status: Status, at: Timestamp) {
        self.status = status;
        self.finished = Some(at);
        self.wait = None;
        self.doing = None;
        self.checkpoint = None;
    }
}

/// What is said of a step that ends although nobody knows whether its call took effect.
pub fn uncertain_failure(action: &str) -> Failure {
    Failure {
        code: "Uncertain".to_owned(),
        message: format!("it is not known whether `{action}` took effect"),
        because: Some("no answer came, and a second such call would have its effect again".to_owned()),
        next: Some("look in AWS whether it took effect".to_owned()),
        retryable: false,
        origin: FailureOrigin::Plugin,
    }
}
