use std::borrow::Cow;
use std::fmt;

use crate::{AwsError, CallError, Denial};

/// Why a step failed.
///
/// `?` turns a failed AWS call into one; for anything else there are constructors. The codes are those that job
/// authors know from every other plugin, so prefer them to your own:
///
/// | Code | When | Retryable |
/// |---|---|---|
/// | `ConfigurationInvalid` | what the job says makes no sense | no |
/// | `AccessDenied` | an IAM action is missing; the message names it | no |
/// | `NotFound` | what the step addresses does not exist | no |
/// | `Throttled` | AWS still throttles after the host's retries | yes |
/// | `Unavailable` | AWS did not answer, or with a 5xx | yes |
/// | `AwsError` | AWS said no: a wrong state, a wrong parameter, a quota | no |
/// | `WaitTimeout` | the awaited state was not reached in time | yes |
/// | `TerminalState` | the awaited state cannot be reached any more | no |
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// One word for programs, such as `TerminalState`.
    pub code: Cow<'static, str>,
    /// One sentence for people: what failed and what it was seen to be.
    pub message: String,
    /// Whether another attempt may succeed with nothing changed.
    pub retryable: bool,
}

impl Failure {
    /// A failure with a code of your own, which another attempt will not mend.
    pub fn new(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), retryable: false }
    }

    /// The same failure, worth another attempt with nothing changed.
    #[must_use]
    pub fn retryable(self) -> Self {
        Self { retryable: true, ..self }
    }

    /// `ConfigurationInvalid`: what the schema cannot express, such as two keys that exclude each other.
    pub fn configuration_invalid(message: impl Into<String>) -> Self {
        Self::new("ConfigurationInvalid", message)
    }

    /// `NotFound`: what the step addresses does not exist.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new("NotFound", message)
    }

    /// `AwsError`: an answer of AWS that the step cannot go on with.
    pub fn aws_error(message: impl Into<String>) -> Self {
        Self::new("AwsError", message)
    }

    /// `WaitTimeout`: say which states were seen last.
    pub fn wait_timeout(message: impl Into<String>) -> Self {
        Self::new("WaitTimeout", message).retryable()
    }

    /// `TerminalState`: say which state it is, and AWS's reason for it.
    pub fn terminal_state(message: impl Into<String>) -> Self {
        Self::new("TerminalState", message)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for Failure {}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Denied(denial) => Self::new("AccessDenied", denied(&denial)),
            CallError::NotFound(error) => Self::not_found(said(&error)),
            CallError::Throttled(error) => Self::new("Throttled", said(&error)).retryable(),
            CallError::Rejected(error) => Self::aws_error(said(&error)),
            CallError::Unavailable(error) => Self::new("Unavailable", said(&error)).retryable(),
        }
    }
}

fn denied(denial: &Denial) -> String {
    with_request_id(format!("`{}` was denied: {}", denial.action, denial.message), denial.request_id.as_deref())
}

fn said(error: &AwsError) -> String {
    let text = match &error.code {
        Some(code) => format!("{code}: {}", error.message),
        None => error.message.clone(),
    };
    with_request_id(text, error.request_id.as_deref())
}

fn with_request_id(text: String, request_id: Option<&str>) -> String {
    match request_id {
        Some(id) => format!("{text} (request id {id})"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aws_error() -> AwsError {
        AwsError {
            code: Some("IncorrectInstanceState".to_owned()),
            message: "the instance is not in a state from which it can be started".to_owned(),
            request_id: Some("1f2e".to_owned()),
        }
    }

    #[test]
    fn a_denied_call_names_the_missing_action() {
        let denial = Denial {
            action: "ec2:StartInstances".to_owned(),
            message: "not granted to `acme-start`".to_owned(),
            request_id: None,
        };
        let failure = Failure::from(CallError::Denied(denial));
        assert_eq!(failure.code, "AccessDenied");
        assert_eq!(failure.message, "`ec2:StartInstances` was denied: not granted to `acme-start`");
        assert!(!failure.retryable);
    }

    #[test]
    fn the_message_carries_aws_code_text_and_request_id() {
        let failure = Failure::from(CallError::Rejected(aws_error()));
        assert_eq!(failure.code, "AwsError");
        assert_eq!(
            failure.message,
            "IncorrectInstanceState: the instance is not in a state from which it can be started (request id 1f2e)"
        );
    }

    #[test]
    fn only_what_may_pass_is_retryable() {
        type Variant = fn(AwsError) -> CallError;
        for (variant, code, retryable) in [
            (CallError::NotFound as Variant, "NotFound", false),
            (CallError::Throttled, "Throttled", true),
            (CallError::Rejected, "AwsError", false),
            (CallError::Unavailable, "Unavailable", true),
        ] {
            let failure = Failure::from(variant(aws_error()));
            assert_eq!((failure.code.as_ref(), failure.retryable), (code, retryable));
        }
    }
}
