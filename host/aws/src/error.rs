//! How a host function ends when it does not end well: with an answer to the plugin, or with the end of the step.
//!
//! What AWS's own errors mean is in `sdk_error.rs`.

use stepwell_model::NextAction;
use stepwell_model::journal::JournalError;

use crate::wit::stepwell::step::types::{self, CallError};

/// What a host function gives instead of a result.
#[derive(Debug)]
pub enum HostError {
    /// The plugin gets an answer and goes on.
    Answer(CallError),
    /// The step ends here: nothing that the plugin could do would help.
    Trap(HostFault),
}

impl From<HostFault> for HostError {
    fn from(fault: HostFault) -> Self {
        Self::Trap(fault)
    }
}

impl types::Host for crate::AwsCalls<'_> {
    fn convert_call_error(&mut self, error: HostError) -> wasmtime::Result<CallError> {
        match error {
            HostError::Answer(answer) => Ok(answer),
            HostError::Trap(fault) => Err(fault.into()),
        }
    }
}

/// Why a host function ended the step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HostFault {
    /// Not a failure: a dry run came to its first change. `What::ChangeWithheld` is in the journal.
    #[error("the dry run ends before `{action}`, which would change something")]
    DryRun {
        /// The IAM action of the change.
        action: &'static str,
    },
    /// There are no credentials, or AWS does not accept those that there are.
    #[error("there are no AWS credentials that work for `{action}`")]
    Credentials {
        /// The IAM action of the call that needed them.
        action: &'static str,
        /// The words of the provider or of AWS. Never a credential.
        reason: String,
        /// Whether the credentials were there and AWS refused them.
        refused_by_aws: bool,
    },
    /// Neither the plan nor the environment names a region.
    #[error("no AWS region is configured for `{action}`")]
    NoRegion {
        /// The IAM action of the call that needed it.
        action: &'static str,
    },
    /// The SDK could not make a request from its configuration: a malformed region or endpoint.
    #[error("the AWS configuration does not make a request for `{action}`")]
    Configuration {
        /// The IAM action of the call.
        action: &'static str,
        /// The SDK's words.
        reason: String,
    },
    /// The intent was not kept, so the call was not made.
    #[error("`{action}` was not called, because its intent could not be recorded")]
    IntentNotKept {
        /// The IAM action of the call.
        action: &'static str,
        /// The journal's error.
        source: JournalError,
    },
    /// The call was made, and its answer was not kept.
    #[error("`{action}` was called, but the answer could not be recorded")]
    AnswerNotKept {
        /// The IAM action of the call.
        action: &'static str,
        /// The journal's error.
        source: JournalError,
    },
    /// Something else than a call was not kept: a line of the log.
    #[error("what the plugin said could not be recorded")]
    LogNotKept {
        /// The journal's error.
        source: JournalError,
    },
    /// A request came to the gate without the permit for it. It was not sent.
    #[error("a request for {asked} was stopped: it carried {carried}")]
    GateClosed {
        /// The service and operation of the request.
        asked: String,
        /// What its permit was for.
        carried: String,
    },
    /// The plugin called AWS while it was asked what it is.
    #[error("`{interface}.{function}` was called during `describe`")]
    Describing {
        /// The WIT interface.
        interface: &'static str,
        /// The WIT function.
        function: &'static str,
    },
    /// A function of the contract has no row in the action table.
    #[error("`{interface}.{function}` is not in the action table")]
    NoRow {
        /// The WIT interface.
        interface: &'static str,
        /// The WIT function.
        function: &'static str,
    },
}

impl NextAction for HostFault {
    fn because(&self) -> String {
        match self {
            Self::DryRun { .. } => "a dry run makes no change".to_owned(),
            Self::Credentials { reason, .. } | Self::Configuration { reason, .. } => reason.clone(),
            Self::NoRegion { .. } => "neither the project nor AWS_REGION nor the AWS profile names one".to_owned(),
            Self::IntentNotKept { source, .. } | Self::AnswerNotKept { source, .. } | Self::LogNotKept { source } => {
                source.because()
            }
            Self::GateClosed { .. } => "every request must carry the permit of the call that it is made for".to_owned(),
            Self::Describing { .. } => "during `describe` no import answers but `log`".to_owned(),
            Self::NoRow { .. } => "the host was built with a function that it has no permission for".to_owned(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::DryRun { .. } => "run the job without --dry-run to make the change".to_owned(),
            Self::Credentials { refused_by_aws: true, .. } => {
                "check that AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are current and of the right account"
                    .to_owned()
            }
            Self::Credentials { .. } => {
                "set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where a role is attached".to_owned()
            }
            Self::NoRegion { .. } => "set region in [aws] of project.toml, or AWS_REGION".to_owned(),
            Self::Configuration { .. } => "correct region in [aws], AWS_REGION or AWS_ENDPOINT_URL".to_owned(),
            Self::IntentNotKept { source, .. } | Self::LogNotKept { source } => source.next(),
            Self::AnswerNotKept { action, .. } => {
                format!("look at the disk of STEPWELL_HOME, and in AWS whether `{action}` took effect, before you run the job again")
            }
            Self::Describing { .. } => "move the call to `start`".to_owned(),
            Self::GateClosed { .. } | Self::NoRow { .. } => {
                "report this: it is a mistake in the host, not in the job or the plugin".to_owned()
            }
        }
    }
}
