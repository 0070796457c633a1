//! The events of a run. The journal holds them in order, and every view of a run is made from them.

mod call;
mod free_text;
mod log;
mod place;
mod wait;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::failure::Failure;
use crate::id::{JobName, OptionName, RunId, StepPath};
use crate::limits::Logged;

pub use call::{Answer, Call, SignedAs};
pub use free_text::FreeText;
pub use log::{Log, LogLevel};
pub use place::{PlaceStanding, PlaceTaken};
pub use wait::{Checkpoint, Progress};

/// One record of the journal.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// Counts the records of a run from 1, without gaps.
    pub seq: u64,
    /// The time of the record.
    pub at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub what: What,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum What {
    /// The first record of a run.
    RunStarted {
        /// The run.
        run: RunId,
        /// Its job.
        job: JobName,
        /// The steps as the job lists them, each followed by its handler (`on_error`).
        steps: Vec<StepTitle>,
        /// A dry run: it makes no change.
        dry_run: bool,
        /// The deadline of the run; none without a `timeout` of the job.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deadline: Option<Timestamp>,
        /// Who began it, and where; none in runs of earlier releases.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        origin: Option<Box<RunOrigin>>,
    },
    /// The result of a step in an earlier run is that of the step in this run, which does not call its plugin. It follows
    /// the first record. A part gets its result when its whole is expanded, if its item is still the same.
    StepTaken {
        /// The step.
        step: StepPath,
        /// The run in which it ran.
        from: RunId,
        /// The item that it ran for, when it is an item of a list.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<Json>,
        /// What came of it.
        result: TakenResult,
        /// The values that the job captured from its log.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        captured: BTreeMap<String, String>,
        /// The values that it exported for all steps after it.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        exports: BTreeMap<String, Json>,
    },
    /// The run waits for its place, because its job allows no further run at the same time (`[concurrency]`).
    RunQueued {
        /// Some of the runs that it waits for.
        behind: Vec<PlaceTaken>,
    },
    /// The run has its place, and its steps begin.
    RunBegun {
        /// The deadline of the run; none without a `timeout` of the job.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deadline: Option<Timestamp>,
    },
    /// A process resumed a run that another one had left. Calls that were in flight then have ended.
    RunResumed,
    /// The run waits for an operator.
    RunPaused {
        /// Why.
        reason: PauseReason,
    },
    /// The deadline of the run has passed.
    RunTimedOut,
    /// The step does not run (`when`).
    StepSkipped {
        /// The step.
        step: StepPath,
    },
    /// A step was expanded into its parts.
    StepExpanded {
        /// The step.
        step: StepPath,
        /// The number of the attempt, from 1.
        attempt: u32,
        /// The deadline of the attempt.
        deadline: Timestamp,
        /// The items or the options of its parts.
        into: Expansion,
        /// The parts.
        steps: Vec<StepTitle>,
        /// In a dry run: the steps before it whose outputs are stand-ins, as far as it reads them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        stand_ins: Vec<StepPath>,
    },
    /// An attempt at a step begins; the call of its plugin follows.
    StepStarted {
        /// The step.
        step: StepPath,
        /// The number of the attempt, from 1.
        attempt: u32,
        /// The deadline of the attempt.
        deadline: Timestamp,
        /// In a dry run: the steps before it whose outputs are stand-ins, as far as it reads them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        stand_ins: Vec<StepPath>,
    },
    /// The plugin logged something.
    StepLogged {
        /// The step.
        step: StepPath,
        /// The line, table, pairs or link.
        log: Log,
        /// The values that the job captures from it.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        captured: BTreeMap<String, String>,
    },
    /// The step's later calls are signed with these credentials.
    CredentialsIssued {
        /// The step.
        step: StepPath,
        /// The identity behind them.
        credentials: SignedAs,
    },
    /// A call that changes something is about to be sent. It is sent only when this record is kept.
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
    /// A dry run did not make the first change of a step. The step ends, and the steps after it go on with stand-ins for
    /// its outputs.
    ChangeWithheld {
        /// The step.
        step: StepPath,
        /// The call that would have been made.
        call: Call,
    },
    /// A dry run did not wait. The step ends, and the steps after it go on with stand-ins for its outputs.
    WaitWithheld {
        /// The step.
        step: StepPath,
        /// What it would have waited for.
        message: String,
    },
    /// A dry run cannot tell what the step would do. The step ends, and with it those that need it.
    StepUndecided {
        /// The step.
        step: StepPath,
        /// The steps whose changes would have had to be made.
        after: Vec<StepPath>,
        /// Why it cannot be told.
        because: String,
    },
    /// A long call reports its progress.
    StepProgressed {
        /// The step.
        step: StepPath,
        /// What the call does.
        message: String,
        /// Its progress.
        progress: Progress,
    },
    /// The step waits.
    StepWaiting {
        /// The step.
        step: StepPath,
        /// When the plugin is called again.
        until: Timestamp,
        /// What the step waits for.
        message: String,
        /// Its progress.
        #[serde(skip_serializing_if = "Option::is_none")]
        progress: Option<Progress>,
        /// The plugin's checkpoint, for its next call.
        checkpoint: Checkpoint,
        /// Number of calls to the host that the plugin made in the call that ends here.
        #[serde(default, skip_serializing_if = "is_zero")]
        host_calls: u64,
        /// The log of the attempt so far, as the plugin wrote it.
        #[serde(default, skip_serializing_if = "Logged::is_none")]
        logged: Logged,
        /// Whether the plugin was done with outputs that `until` of the step does not accept. It then starts again, and
        /// the checkpoint is empty.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        again: bool,
    },
    /// The wait is over; the next call of the plugin follows.
    StepResumed {
        /// The step.
        step: StepPath,
    },
    /// The host tells the plugin to stop what it started.
    StepCancelling {
        /// The step.
        step: StepPath,
        /// Why.
        cause: StopCause,
        /// The failure that is the cause, if one is.
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
    /// An attempt failed, and a retry follows.
    StepRetrying {
        /// The step.
        step: StepPath,
        /// How the attempt failed.
        failure: Failure,
        /// When the next attempt begins.
        until: Timestamp,
    },
    /// A decision about a step with a call of unknown effect.
    StepDecided {
        /// The step.
        step: StepPath,
        /// The decision.
        decision: Decision,
        /// Who decided.
        by: DecidedBy,
    },
    /// A step exported values for all steps after it.
    ValuesExported {
        /// The step.
        step: StepPath,
        /// The values.
        values: BTreeMap<String, Json>,
    },
    /// The step was stopped, because the run was cancelled or out of time.
    StepCancelled {
        /// The step.
        step: StepPath,
        /// Set when the plugin could not stop what it started.
        #[serde(skip_serializing_if = "Option::is_none")]
        failure: Option<Failure>,
    },
    /// An operator asked to cancel the run.
    CancelRequested {
        /// Whether the `finally` steps end as well. Otherwise these run.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        force: bool,
    },
    /// The last record of a run.
    RunFinished {
        /// How it ended.
        outcome: Outcome,
        /// The outputs of the job.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        outputs: BTreeMap<String, Json>,
        /// The step that prevented success.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cause: Option<StepPath>,
        /// Set when the run failed without a failed step: the outputs of the job have no value.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        failure: Option<Failure>,
    },
}

impl What {
    /// The step of the event; none for an event of the run.
    pub fn step(&self) -> Option<&StepPath> {
        match self {
            Self::RunStarted { .. }
            | Self::RunQueued { .. }
            | Self::RunBegun { .. }
            | Self::RunResumed
            | Self::RunPaused { .. }
            | Self::RunTimedOut
            | Self::CancelRequested { .. }
            | Self::RunFinished { .. } => None,
            Self::StepStarted { step, .. }
            | Self::StepTaken { step, .. }
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
            | Self::WaitWithheld { step, .. }
            | Self::StepUndecided { step, .. }
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
            Self::RunQueued { .. } => "run_queued",
            Self::RunBegun { .. } => "run_begun",
            Self::RunResumed => "run_resumed",
            Self::RunPaused { .. } => "run_paused",
            Self::RunTimedOut => "run_timed_out",
            Self::StepTaken { .. } => "step_taken",
            Self::StepSkipped { .. } => "step_skipped",
            Self::StepExpanded { .. } => "step_expanded",
            Self::StepStarted { .. } => "step_started",
            Self::StepLogged { .. } => "step_logged",
            Self::CredentialsIssued { .. } => "credentials_issued",
            Self::CallIntended { .. } => "call_intended",
            Self::CallAnswered { .. } => "call_answered",
            Self::ChangeWithheld { .. } => "change_withheld",
            Self::WaitWithheld { .. } => "wait_withheld",
            Self::StepUndecided { .. } => "step_undecided",
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
            Self::CancelRequested { .. } => "cancel_requested",
            Self::RunFinished { .. } => "run_finished",
        }
    }
}

/// Who began a run, where, and which earlier run it repeats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunOrigin {
    /// The operator and the process, for people.
    pub by: String,
    /// The directory in which the operator worked.
    pub directory: String,
    /// The earlier run whose job and options it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<RunId>,
}

/// What came of a step in an earlier run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum TakenResult {
    /// It succeeded.
    Succeeded {
        /// Its outputs.
        outputs: Arc<BTreeMap<String, Json>>,
    },
    /// It failed.
    Failed {
        /// How.
        failure: Failure,
    },
    /// It did not run.
    Skipped,
}

/// A step in the list of steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StepTitle {
    /// Its path.
    pub id: StepPath,
    /// The plugin, or `job:` and the job, that it uses.
    pub uses: String,
    /// Whether it is a `finally` step.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub finally: bool,
}

/// The parts that a step was expanded into.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Expansion {
    /// One step for each of these items (`for_each`).
    Items(Vec<Json>),
    /// The steps of another job with these options.
    Job(BTreeMap<OptionName, Json>),
}

/// Why a run is paused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum PauseReason {
    /// The effect of a call of each of these steps is unknown.
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

/// A decision about a step with a call of unknown effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The step continues from its last checkpoint, and repeats the call.
    Retry,
    /// The step counts as skipped.
    Skip,
    /// The step failed.
    Fail,
}

impl Decision {
    /// Every decision.
    pub const ALL: [Self; 3] = [Self::Retry, Self::Skip, Self::Fail];

    /// The decision as records and command lines spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Retry => "retry",
            Self::Skip => "skip",
            Self::Fail => "fail",
        }
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Who decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecidedBy {
    /// `on_uncertain` in the job file.
    Job,
    /// An operator, with `stepwell runs resume`.
    Operator,
}

/// Why steps are stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StopCause {
    /// The run was cancelled.
    Cancelled,
    /// The `timeout` of the step, of one that it is a part of, or of the job passed.
    TimedOut,
    /// Of this step alone: it failed by decision, because the effect of one of its calls is unknown.
    Decided,
    /// Of this step alone: its plugin broke, or the host failed, in the middle of its work.
    Failed,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Every step is complete.
    Succeeded,
    /// A step failed.
    Failed,
    /// An operator cancelled it.
    Cancelled,
    /// The job's `timeout` passed.
    TimedOut,
    /// A dry run stopped before its first change.
    StoppedBeforeChange,
}
