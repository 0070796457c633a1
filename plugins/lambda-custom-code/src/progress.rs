//! How far the step is, which is what its checkpoints hold.

use serde::{Deserialize, Serialize};
use stepwell_plugin::{Duration, Failure, Outcome, Schedule, Wait};

use crate::LambdaCustomCode;

#[derive(Serialize, Deserialize)]
pub(crate) struct Progress {
    pub(crate) function: String,
    pub(crate) phase: Phase,
}

#[derive(Serialize, Deserialize)]
pub(crate) enum Phase {
    /// Create it, while IAM may not have told Lambda of the role yet.
    Create(Schedule),
    /// Wait until it can be invoked.
    Activate(Schedule),
    Invoke(Schedule),
    /// Delete it, and fail with what went wrong.
    Fail {
        code: String,
        message: String,
        retryable: bool,
    },
}

impl Progress {
    pub(crate) fn at_once(self, state: &str) -> Outcome<LambdaCustomCode> {
        let message = format!("{}: {state}", self.function);
        self.later(Duration::default(), message)
    }

    pub(crate) fn later(self, after: Duration, message: String) -> Outcome<LambdaCustomCode> {
        Outcome::Wait(Wait { after, checkpoint: self, message, progress: None })
    }

    pub(crate) fn failing(function: String, failure: Failure) -> Outcome<LambdaCustomCode> {
        let Failure { code, message, retryable } = failure;
        let code = code.into_owned();
        Self { function, phase: Phase::Fail { code, message, retryable } }.at_once("to be deleted")
    }
}
