//! One call of a plugin: what goes in and what comes out.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value as Json;
use stepwell_aws::RunAws;
use stepwell_model::credentials::StepCredentials;
use stepwell_model::event::{Checkpoint, Progress, SignedAs};
use stepwell_model::failure::Failure;
use stepwell_model::grant::Grants;
use stepwell_model::id::{JobName, RunId, StepPath};
use stepwell_model::journal::Journal;
use stepwell_model::limits::Limits;
use stepwell_model::report::CallReport;
use stepwell_model::settings::Directories;
use stepwell_secrets::Masker;

/// Which function of the plugin is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// `start`: the first call of an attempt.
    Start,
    /// `resume`: the wait is over.
    Resume(Checkpoint),
    /// `cancel`: stop or undo what was started.
    Cancel(Checkpoint),
}

/// What a plugin is called for (`step.invocation` of the WIT).
#[derive(Debug, Clone)]
pub struct Invocation {
    /// The run.
    pub run: RunId,
    /// Its job.
    pub job: JobName,
    /// The step.
    pub step: StepPath,
    /// Counts the attempts at the step from 1.
    pub attempt: u32,
    /// The same for every repetition of one attempt; at most 64 characters of `[0-9a-z-]`.
    pub idempotency_token: String,
    /// The AWS region of the step. None leaves it to the SDK: `AWS_REGION`, the profile, the instance.
    pub region: Option<String>,
    /// The configuration: an object that is valid against the plugin's schema.
    pub config: Json,
}

/// What the host lends to one call.
#[derive(Clone)]
pub struct StepContext {
    /// The run's way to AWS.
    pub aws: RunAws,
    /// Whose credentials its calls are signed with.
    pub credentials: StepCredentials,
    /// What the plugin may call.
    pub grants: Arc<Grants>,
    /// The directories that it may reach.
    pub directories: Directories,
    /// Keeps the run's records.
    pub journal: Arc<dyn Journal>,
    /// Masks what the plugin says before it is cut into lines, or to a length: half a secret is not known any more.
    pub masker: Masker,
    /// What the call may cost.
    pub limits: Limits,
    /// Make no change: the call ends before the first one with `StepFault::Host(HostFault::DryRun)`.
    pub dry_run: bool,
    /// The calls of this step that the journal has.
    pub calls: Vec<CallReport>,
    /// How many of them were made before the checkpoint that the plugin gets, or before the attempt. It made the others
    /// when it was called like this before, and the host was gone.
    pub settled_calls: usize,
    /// What the journal holds of the step's credentials.
    pub signed_as: Option<SignedAs>,
}

/// How a call ended when nothing broke.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The step is complete, with these outputs. They are not checked against the plugin's schema.
    Done(BTreeMap<String, Json>),
    /// The step waits.
    Wait {
        /// How long.
        after: Duration,
        /// What the plugin gets back.
        checkpoint: Checkpoint,
        /// What for; at most 1 KiB.
        message: String,
        /// How far it has come.
        progress: Option<Progress>,
    },
    /// The plugin says that it could not do its work; the origin is `FailureOrigin::Plugin`.
    Failed(Failure),
    /// The plugin has stopped what it had started: the answer to [`Entry::Cancel`].
    Cancelled,
}
