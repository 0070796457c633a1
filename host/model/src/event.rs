//! What happens in a run, in the order in which it happened. The journal holds these, and everything that people or
//! programs see of a run is made from them.

mod free_text;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::credentials::Provider;
use crate::id::{JobName, RoleArn, RunId, StepId};
use crate::settings::Level;

pub use free_text::FreeText;

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
        /// The steps in the order in which they will run.
        steps: Vec<StepTitle>,
        /// No change is made: the run ends before the first one.
        dry_run: bool,
    },
    /// A step's first call is about to be made.
    StepStarted {
        /// The step.
        step: StepId,
        /// Counts from 1.
        attempt: u32,
        /// When the step runs out of time.
        deadline: Timestamp,
    },
    /// The plugin said something.
    StepLogged {
        /// The step.
        step: StepId,
        /// What it said.
        log: Log,
    },
    /// The credentials with which the step's calls are signed from now on.
    CredentialsIssued {
        /// The step.
        step: StepId,
        /// Whose they are.
        credentials: SignedAs,
    },
    /// A call that changes something is about to leave. It leaves only when this record is kept.
    CallIntended {
        /// The step.
        step: StepId,
        /// The call.
        call: Call,
    },
    /// The answer to an intended call.
    CallAnswered {
        /// The step.
        step: StepId,
        /// [`Call::number`].
        number: u64,
        /// How it ended.
        answer: Answer,
    },
    /// A dry run came to its first change, which was not made.
    ChangeWithheld {
        /// The step.
        step: StepId,
        /// The call that would have been made.
        call: Call,
    },
    /// The step waits.
    StepWaiting {
        /// The step.
        step: StepId,
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
        step: StepId,
    },
    /// The plugin is told to stop what it had started.
    StepCancelling {
        /// The step.
        step: StepId,
        /// Why.
        cause: StopCause,
    },
    /// The step is complete.
    StepSucceeded {
        /// The step.
        step: StepId,
        /// Its outputs, shared with the report.
        outputs: Arc<BTreeMap<String, Json>>,
    },
    /// The step failed.
    StepFailed {
        /// The step.
        step: StepId,
        /// How.
        failure: Failure,
    },
    /// The step was stopped because the run was cancelled.
    StepCancelled {
        /// The step.
        step: StepId,
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
    },
}

impl What {
    /// The step that it happened to; none when it happened to the run.
    pub fn step(&self) -> Option<&StepId> {
        match self {
            Self::RunStarted { .. } | Self::CancelRequested | Self::RunFinished { .. } => None,
            Self::StepStarted { step, .. }
            | Self::StepLogged { step, .. }
            | Self::CredentialsIssued { step, .. }
            | Self::CallIntended { step, .. }
            | Self::CallAnswered { step, .. }
            | Self::ChangeWithheld { step, .. }
            | Self::StepWaiting { step, .. }
            | Self::StepResumed { step }
            | Self::StepCancelling { step, .. }
            | Self::StepSucceeded { step, .. }
            | Self::StepFailed { step, .. }
            | Self::StepCancelled { step, .. } => Some(step),
        }
    }
}

/// A step as a list of steps names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepTitle {
    /// Its id.
    pub id: StepId,
    /// The plugin it uses.
    pub uses: String,
}

/// Whose credentials calls are signed with. Nothing in here signs anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedAs {
    /// The level that named them; `default` when none did.
    pub from: Level,
    /// The provider that the chain starts with.
    pub provider: Provider,
    /// What the default chain found, such as `environment` or `instance metadata`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The last role that was assumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<RoleArn>,
    /// The last four characters of the access key id: enough to find the session in CloudTrail.
    pub access_key_id_ends: String,
    /// When they have to be renewed at the latest; none for those that last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// A call that changes something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// Counts the intended calls of a run's step from 1.
    pub number: u64,
    /// The IAM action, such as `ec2:StopInstances`.
    pub action: String,
    /// What the request names, in AWS's spelling (`{"InstanceIds": ["i-0abc"]}`). Never a secret.
    pub request: Json,
    /// The client token that AWS recognises a repetition by, where the operation takes one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Answer {
    /// AWS did it.
    Done {
        /// AWS's id of the request.
        #[serde(skip_serializing_if = "Option::is_none")]
        request_id: Option<String>,
    },
    /// AWS did not do it.
    Refused {
        /// AWS's code, where it gave one.
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<String>,
        /// AWS's words.
        message: String,
    },
    /// No answer came: whether it was done is not known.
    Unknown {
        /// What was seen instead.
        message: String,
    },
}

/// What a plugin tells people (`log` of the WIT).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Log {
    /// A line of text.
    Line {
        /// How much it matters.
        level: LogLevel,
        /// The text.
        text: String,
    },
    /// A table; a missing cell is none.
    Table {
        /// The heads of the columns.
        columns: Vec<String>,
        /// The rows.
        rows: Vec<Vec<Option<String>>>,
    },
    /// Names and values.
    Pairs {
        /// In this order.
        pairs: Vec<(String, String)>,
    },
    /// A link.
    Link {
        /// What it shows.
        label: String,
        /// Where it leads.
        url: String,
    },
}

/// How much a line matters (`log.level` of the WIT).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    /// Something failed.
    Error,
    /// Something is odd.
    Warn,
    /// What every operator wants to see.
    Info,
    /// Detail.
    Verbose,
    /// Detail for the plugin's author.
    Debug,
}

/// How far a wait has come (`step.progress` of the WIT).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// So much is done.
    pub done: u64,
    /// Of so much; none when that is not known.
    pub total: Option<u64>,
    /// What is counted.
    pub unit: String,
}

/// What a plugin wants back after a wait. Its bytes are the plugin's own business.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checkpoint(pub Arc<[u8]>);

impl Serialize for Checkpoint {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use base64::Engine as _;
        serializer.serialize_str(&base64::engine::general_purpose::STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Checkpoint {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use base64::Engine as _;
        let text = String::deserialize(deserializer)?;
        base64::engine::general_purpose::STANDARD
            .decode(text)
            .map(|bytes| Self(bytes.into()))
            .map_err(serde::de::Error::custom)
    }
}

/// Why a step failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// One word for programs; the SDK lists those in use.
    pub code: String,
    /// What failed.
    pub message: String,
    /// Why, when the host knows more than the plugin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// What to do next, when the host knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// Whether another attempt may succeed with nothing changed.
    pub retryable: bool,
    /// Who failed.
    pub origin: FailureOrigin,
}

/// Who failed: decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureOrigin {
    /// The plugin says that it could not do its work.
    Plugin,
    /// The plugin broke: a limit, a trap, outputs that are none.
    Sandbox,
    /// The host refused: no grant, no credentials.
    Refused,
    /// The host itself failed.
    Host,
}

/// Why a waiting step is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopCause {
    /// The run was cancelled.
    Cancelled,
    /// The step's `timeout` passed.
    TimedOut,
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
    /// A dry run that came to a change and stopped there.
    StoppedBeforeChange,
}
