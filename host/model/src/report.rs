//! The report of a run: a fold over its events. The engine decides from it, and everything that people see shows it.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value as Json;

use crate::event::{Answer, Call, Checkpoint, Event, Failure, Outcome, Progress, SignedAs, StopCause, What};
use crate::id::{JobName, RunId, StepId};

/// What is known of a run after some of its events.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The run.
    pub run: RunId,
    /// Its job.
    pub job: JobName,
    /// Whether changes are only shown.
    pub dry_run: bool,
    /// How it ended; none while it goes on.
    pub outcome: Option<Outcome>,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// Somebody asked to cancel it.
    pub cancel_requested: bool,
    /// Its steps, in the order in which they run.
    pub steps: Vec<StepReport>,
}

/// What is known of a step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepReport {
    /// The step.
    pub id: StepId,
    /// The plugin it uses.
    pub uses: String,
    /// Where it stands.
    pub status: Status,
    /// The attempt that it is in, from 1; 0 before the first.
    pub attempt: u32,
    /// When it began.
    pub started: Option<Timestamp>,
    /// When it runs out of time.
    #[serde(skip)]
    pub deadline: Option<Timestamp>,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// What it said when it ended well.
    pub outputs: Option<Arc<BTreeMap<String, Json>>>,
    /// What it said when it did not.
    pub failure: Option<Failure>,
    /// Whose credentials its calls are signed with; none before the first call.
    pub signed_as: Option<SignedAs>,
    /// The calls that may have changed something, and their answers.
    pub calls: Vec<CallReport>,
    /// What it waits for.
    pub wait: Option<Wait>,
    /// What the plugin gets back when it is called again.
    #[serde(skip)]
    pub checkpoint: Option<Checkpoint>,
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It has not begun.
    NotStarted,
    /// Its plugin is being called.
    Running,
    /// It waits, and nothing of it is in memory.
    Waiting,
    /// Its plugin is told to stop what it had started.
    Cancelling(#[serde(skip)] StopCause),
    /// It is complete.
    Succeeded,
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

/// An event that cannot follow those before it: the journal is not one of ours, or is damaged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event {seq} cannot follow those before it")]
pub struct IllegalEvent {
    /// [`Event::seq`].
    pub seq: u64,
}

impl Report {
    /// The report after the first event of a run.
    ///
    /// # Errors
    /// When that is no [`What::RunStarted`].
    pub fn begin(event: &Event) -> Result<Self, IllegalEvent> {
        let What::RunStarted { run, job, steps, dry_run } = &event.what else {
            return Err(IllegalEvent { seq: event.seq });
        };
        let steps = steps.iter().map(|step| StepReport::new(step.id.clone(), step.uses.clone())).collect();
        Ok(Self {
            run: run.clone(),
            job: job.clone(),
            dry_run: *dry_run,
            outcome: None,
            started: event.at,
            finished: None,
            cancel_requested: false,
            steps,
        })
    }

    /// Takes one more event in.
    ///
    /// # Errors
    /// When it cannot follow those before it.
    pub fn apply(&mut self, event: &Event) -> Result<(), IllegalEvent> {
        let illegal = || IllegalEvent { seq: event.seq };
        if self.outcome.is_some() {
            return Err(illegal());
        }
        match &event.what {
            What::RunStarted { .. } => Err(illegal()),
            What::CancelRequested => {
                self.cancel_requested = true;
                Ok(())
            }
            What::RunFinished { outcome } => {
                self.outcome = Some(*outcome);
                self.finished = Some(event.at);
                Ok(())
            }
            what => {
                let id = what.step().ok_or_else(illegal)?;
                let step = self.steps.iter_mut().find(|step| step.id == *id).ok_or_else(illegal)?;
                if step.apply(what, event.at) { Ok(()) } else { Err(illegal()) }
            }
        }
    }

    /// The step with this id.
    pub fn step(&self, id: &StepId) -> Option<&StepReport> {
        self.steps.iter().find(|step| step.id == *id)
    }
}

impl StepReport {
    fn new(id: StepId, uses: String) -> Self {
        Self {
            id,
            uses,
            status: Status::NotStarted,
            attempt: 0,
            started: None,
            deadline: None,
            finished: None,
            outputs: None,
            failure: None,
            signed_as: None,
            calls: Vec::new(),
            wait: None,
            checkpoint: None,
        }
    }

    /// Takes in what happened to this step; false when that cannot have happened to it as it stands.
    fn apply(&mut self, what: &What, at: Timestamp) -> bool {
        let active = matches!(self.status, Status::Running | Status::Cancelling(_));
        match what {
            What::StepStarted { attempt, deadline, .. } if self.status == Status::NotStarted => {
                self.status = Status::Running;
                self.attempt = *attempt;
                self.started = Some(at);
                self.deadline = Some(*deadline);
            }
            What::StepLogged { .. } if active => {}
            What::CredentialsIssued { credentials, .. } if active => self.signed_as = Some(credentials.clone()),
            What::CallIntended { call, .. } if active => {
                self.calls.push(CallReport { call: call.clone(), answer: None });
            }
            What::CallAnswered { number, answer, .. } if active => {
                let Some(call) = self.calls.iter_mut().find(|call| call.call.number == *number) else { return false };
                call.answer = Some(answer.clone());
            }
            What::ChangeWithheld { call, .. } if active => {
                self.calls.push(CallReport { call: call.clone(), answer: None });
                self.end(Status::StoppedBeforeChange, at);
            }
            What::StepWaiting { until, message, progress, checkpoint, .. } if self.status == Status::Running => {
                self.status = Status::Waiting;
                self.wait = Some(Wait { until: *until, message: message.clone(), progress: progress.clone() });
                self.checkpoint = Some(checkpoint.clone());
            }
            What::StepResumed { .. } if self.status == Status::Waiting => self.status = Status::Running,
            What::StepCancelling { cause, .. } if matches!(self.status, Status::Waiting | Status::Running) => {
                self.status = Status::Cancelling(*cause);
            }
            What::StepSucceeded { outputs, .. } if active => {
                self.outputs = Some(Arc::clone(outputs));
                self.end(Status::Succeeded, at);
            }
            What::StepFailed { failure, .. } if active => {
                self.failure = Some(failure.clone());
                self.end(Status::Failed, at);
            }
            What::StepCancelled { failure, .. } if active => {
                self.failure.clone_from(failure);
                self.end(Status::Cancelled, at);
            }
            _ => return false,
        }
        true
    }

    fn end(&mut self, status: Status, at: Timestamp) {
        self.status = status;
        self.finished = Some(at);
        self.wait = None;
        self.checkpoint = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::StepTitle;

    fn event(seq: u64, what: What) -> Event {
        Event { seq, at: Timestamp::UNIX_EPOCH, what }
    }

    fn step() -> StepId {
        "stop".parse().expect("valid")
    }

    fn begun() -> Report {
        let steps = vec![StepTitle { id: step(), uses: "ec2-stop".to_owned() }];
        let (run, job) = ("r-1".parse().expect("valid"), "job".parse().expect("valid"));
        Report::begin(&event(1, What::RunStarted { run, job, steps, dry_run: false })).expect("it is the first event")
    }

    fn started() -> What {
        What::StepStarted { step: step(), attempt: 1, deadline: Timestamp::MAX }
    }

    #[test]
    fn a_step_runs_waits_and_succeeds() {
        let mut report = begun();
        let waiting = What::StepWaiting {
            step: step(),
            until: Timestamp::MAX,
            message: "i-1: stopping".to_owned(),
            progress: None,
            checkpoint: Checkpoint(Arc::from([1])),
        };
        let events = [
            (started(), Status::Running),
            (waiting, Status::Waiting),
            (What::StepResumed { step: step() }, Status::Running),
            (What::StepSucceeded { step: step(), outputs: Arc::default() }, Status::Succeeded),
        ];
        for (seq, (what, status)) in (2..).zip(events) {
            report.apply(&event(seq, what)).expect("it follows");
            assert_eq!(report.steps[0].status, status);
        }
    }

    #[test]
    fn what_cannot_follow_is_refused() {
        let mut report = begun();
        let resumed = What::StepResumed { step: step() };
        let stranger = What::StepResumed { step: "other".parse().expect("valid") };
        for wrong in [resumed, stranger, What::StepSucceeded { step: step(), outputs: Arc::default() }] {
            assert_eq!(report.apply(&event(2, wrong)), Err(IllegalEvent { seq: 2 }));
        }
        report.apply(&event(2, What::RunFinished { outcome: Outcome::Cancelled })).expect("it follows");
        assert!(report.apply(&event(3, started())).is_err(), "nothing follows the end");
    }
}
