//! What happens in a run, in the order in which it happened. The journal holds these, and everything that people or
//! programs see of a run is made from them.

mod call;
mod free_text;
mod log;
mod wait;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::failure::Failure;
use crate::id::{JobName, OptionName, RunId, StepPath};

pub use call::{Answer, Call, SignedAs};
pub use free_text::FreeText;
pub use log::{Log, LogLevel};
pub use wait::{Checkpoint, Progress};

/// One record of the journal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Event {
    /// Counts the records of a run from 1, without gaps.
    pub seq: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum What {
    /// The first record of a run.
    RunStarted {
        /// The run.
        run: RunId,
        /// Its job.
        job: JobName,
        /// The steps as the job lists them, each followed by the one that runs when it fails.
        steps: Vec<StepTitle>,
        /// No change is made: the run ends before the first one.
        dry_run: bool,
        /// When the run is out of time; none when it may take as long as it likes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deadline: Option<Timestamp>,
    },
    /// A process took up a run that another one had left. What was in flight then is not any more.
    RunResumed,
    /// Nothing goes on until somebody decides.
    RunPaused {
        /// Why.
        reason: PauseReason,
    },
    /// The run is out of time.
    RunTimedOut,
    /// The step is not run.
    StepSkipped {
        /// The step.
        step: StepPath,
    },
    /// A step that consists of others was taken apart.
    StepExpanded {
        /// The step.
        step: StepPath,
        /// Counts from 1.
        attempt: u32,
        /// When the step is out of time.
        deadline: Timestamp,
        /// What is known of all of its parts.
        into: Expansion,
        /// The parts.
        steps: Vec<StepTitle>,
    },
    /// A step's first call is about to be made.
    StepStarted {
        /// The step.
        step: StepPath,
        /// Counts from 1.
        attempt: u32,
        /// When the step runs out of time.
        deadline: Timestamp,
    },
    /// The plugin said something.
    StepLogged {
        /// The step.
        step: StepPath,
        /// What it said.
        log: Log,
        /// What the job captures from it.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        captured: BTreeMap<String, String>,
    },
    /// The credentials with which the step's calls are signed from now on.
    CredentialsIssued {
        /// The step.
        step: StepPath,
        /// Whose they are.
        credentials: SignedAs,
    },
    /// A call that changes something is about to leave. It leaves only when this record is kept.
    CallIntended {
        /// The step.
        step: StepPath,
        /// The call.
        call: Call,
    },
    /// The answer to an intended call.
    CallAnswered {
        /// The step.
        step: StepPath,
        /// [`Call::number`].
        number: u64,
        /// How it ended.
        answer: Answer,
    },
    /// A dry run came to its first change, which was not made.
    ChangeWithheld {
        /// The step.
        step: StepPath,
        /// The call that would have been made.
        call: Call,
    },
    /// A call takes its time, and has come so far.
    StepProgressed {
        /// The step.
        step: StepPath,
        /// What it does.
        message: String,
        /// How far it has come.
        progress: Progress,
    },
    /// The step waits.
    StepWaiting {
        /// The step.
        step: StepPath,
        /// When it goes on.
        until: Timestamp,
        /// What for.
        message: String,
        /// How far it has come.
        #[serde(skip_serializing_if = "Option::is_none")]
        progress: Option<Progress>,
        /// What the plugin gets back.
        checkpoint: Checkpoint,
    },
    /// The wait is over and the plugin is called again.
    StepResumed {
        /// The step.
        step: StepPath,
    },
    /// The plugin is told to stop what it had started.
    StepCancelling {
        /// The step.
        step: StepPath,
        /// Why.
        cause: StopCause,
        /// How it failed, when that is why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        failure: Option<Failure>,
    },
    /// The step is complete.
    StepSucceeded {
        /// The step.
        step: StepPath,
        /// Its outputs, shared with the report.
        outputs: Arc<BTreeMap<String, Json>>,
    },
    /// The step failed.
    StepFailed {
        /// The step.
        step: StepPath,
        /// How.
        failure: Failure,
    },
    /// An attempt failed, and there will be another.
    StepRetrying {
        /// The step.
        step: StepPath,
        /// How the attempt failed.
        failure: Failure,
        /// When the next one begins.
        until: Timestamp,
    },
    /// What becomes of a step of which nobody knows whether its call took effect.
    StepDecided {
        /// The step.
        step: StepPath,
        /// The decision.
        decision: Decision,
        /// Who decided.
        by: DecidedBy,
    },
    /// A step made values known to all steps after it.
    ValuesExported {
        /// The step.
        step: StepPath,
        /// The values.
        values: BTreeMap<String, Json>,
    },
    /// The step was stopped because the run was cancelled.
    StepCancelled {
        /// The step.
        step: StepPath,
        /// Set when the plugin could not undo what it had started.
        #[serde(skip_serializing_if = "Option::is_none")]
        failure: Option<Failure>,
    },
    /// Somebody asked to cancel the run.
    CancelRequested,
    /// The last record of a run.
    RunFinished {
        /// How it ended.
        outcome: Outcome,
        /// What the job says that comes of it.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        outputs: BTreeMap<String, Json>,
        /// The step because of which it did not succeed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cause: Option<StepPath>,
        /// Set when it failed although no step did: its outputs have no value.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        failure: Option<Failure>,
    },
}

impl What {
    /// The step that it happened to; none when it happened to the run.
    pub fn step(&self) -> Option<&StepPath> {
        match self {
            Self::RunStarted { .. }
            | Self::RunResumed
            | Self::RunPaused { .. }
            | Self::RunTimedOut
            | Self::CancelRequested
            | Self::RunFinished { .. } => None,
            Self::StepStarted { step, .. }
            | Self::StepSkipped { step }
            | Self::StepExpanded { step, .. }
            | Self::StepRetrying { step, .. }
            | Self::StepDecided { step, .. }
            | Self::ValuesExported { step, .. }
            | Self::StepLogged { step, .. }
            | Self::CredentialsIssued { step, .. }
            | Self::CallIntended { step, .. }
            | Self::CallAnswered { step, .. }
            | Self::ChangeWithheld { step, .. }
            | Self::StepProgressed { step, .. }
            | Self::StepWaiting { step, .. }
            | Self::StepResumed { step }
            | Self::StepCancelling { step, .. }
            | Self::StepSucceeded { step, .. }
            | Self::StepFailed { step, .. }
            | Self::StepCancelled { step, .. } => Some(step),
        }
    }

    /// The name of the event in the journal and in `--output json`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::RunStarted { .. } => "run_started",
            Self::RunResumed => "run_resumed",
            Self::RunPaused { .. } => "run_paused",
            Self::RunTimedOut => "run_timed_out",
            Self::StepSkipped { .. } => "step_skipped",
            Self::StepExpanded { .. } => "step_expanded",
            Self::StepStarted { .. } => "step_started",
            Self::StepLogged { .. } => "step_logged",
            Self::CredentialsIssued { .. } => "credentials_issued",
            Self::CallIntended { .. } => "call_intended",
            Self::CallAnswered { .. } => "call_answered",
            Self::ChangeWithheld { .. } => "change_withheld",
            Self::StepProgressed { .. } => "step_progressed",
            Self::StepWaiting { .. } => "step_waiting",
            Self::StepResumed { .. } => "step_resumed",
            Self::StepCancelling { .. } => "step_cancelling",
            Self::StepSucceeded { .. } => "step_succeeded",
            Self::StepFailed { .. } => "step_failed",
            Self::StepRetrying { .. } => "step_retrying",
            Self::StepDecided { .. } => "step_decided",
            Self::ValuesExported { .. } => "values_exported",
            Self::StepCancelled { .. } => "step_cancelled",
            Self::CancelRequested => "cancel_requested",
            Self::RunFinished { .. } => "run_finished",
        }
    }
}

/// A step as a list of steps names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepTitle {
    /// Where it is.
    pub id: StepPath,
    /// The plugin, or `job:` and the job, that it uses.
    pub uses: String,
    /// Whether it runs in every ending.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub finally: bool,
}

/// What a step was taken apart into.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expansion {
    /// One step for each of these (`for_each`).
    Items(Vec<Json>),
    /// The steps of another job, which was given these options.
    Job(BTreeMap<OptionName, Json>),
}

/// Why a run waits for a decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum PauseReason {
    /// It is not known whether the calls of these steps took effect.
    Uncertain {
        /// The steps.
        steps: Vec<StepPath>,
    },
    /// The run cannot go on as things are: a grant was withdrawn, a secret is gone.
    Refused {
        /// Why.
        failure: Failure,
    },
}

/// What becomes of a step of which nobody knows whether its call took effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It goes on from where it last waited, and makes the call again.
    Retry,
    /// It counts as skipped.
    Skip,
    /// It failed.
    Fail,
}

/// Who decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecidedBy {
    /// `on_uncertain` in the job file.
    Job,
    /// Somebody, with `stepwell runs resume`.
    Operator,
}

/// Why steps are stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopCause {
    /// The run was cancelled.
    Cancelled,
    /// The `timeout` of the step, of one that it is a part of, or of the job passed.
    TimedOut,
    /// Of this step alone: it was decided that it failed, and nobody knows whether a call of it took effect.
    Decided,
    /// Of this step alone: its plugin broke, or the host failed it, in the midst of what it had started.
    Failed,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Every step is complete.
    Succeeded,
    /// A step failed.
    Failed,
    /// Somebody cancelled it.
    Cancelled,
    /// The job's `timeout` passed.
    TimedOut,
    /// A dry run that came to a change and stopped there.
    StoppedBeforeChange,
}
