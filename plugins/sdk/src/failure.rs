use std::borrow::Cow;
use std::fmt;

use crate::{CallError, CallErrorKind};

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

    /// The same failure, of an attempt that has done what another one would do again: launched, rebooted, copied.
    #[must_use]
    pub fn not_retryable(self) -> Self {
        Self { retryable: false, ..self }
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
        let said = said(&error);
        match error.kind {
            CallErrorKind::Denied => Self::new("AccessDenied", said),
            CallErrorKind::NotFound => Self::not_found(said),
            CallErrorKind::Throttled => Self::new("Throttled", said).retryable(),
            CallErrorKind::Rejected => Self::aws_error(said),
            CallErrorKind::Unavailable => Self::new("Unavailable", said).retryable(),
        }
    }
}

fn said(error: &CallError) -> String {
    let CallError { kind, action, code, message, request_id } = error;
    let text = match (kind, code) {
        (CallErrorKind::Denied, _) => format!("`{action}` was denied: {message}"),
        (_, Some(code)) => format!("{code}: {message}"),
        (_, None) => message.clone(),
    };
    match request_id {
        Some(id) => format!("{text} (request id {id})"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(kind: CallErrorKind) -> CallError {
        CallError {
            kind,
            action: "ec2:StartInstances".to_owned(),
            code: Some("IncorrectInstanceState".to_owned()),
            message: "the instance is not in a state from which it can be started".to_owned(),
            request_id: Some("1f2e".to_owned()),
        }
    }

    #[test]
    fn a_denied_call_names_the_missing_action() {
        let message = "not granted to `acme-start`".to_owned();
        let denied = CallError { message, code: None, request_id: None, ..error(CallErrorKind::Denied) };
        let failure = Failure::from(denied);
        assert_eq!(failure.code, "AccessDenied");
        assert_eq!(failure.message, "`ec2:StartInstances` was denied: not granted to `acme-start`");
        assert!(!failure.retryable);
    }

    #[test]
    fn the_message_carries_aws_code_text_and_request_id() {
        let failure = Failure::from(error(CallErrorKind::Rejected));
        assert_eq!(failure.code, "AwsError");
        assert_eq!(
            failure.message,
            "IncorrectInstanceState: the instance is not in a state from which it can be started (request id 1f2e)"
        );
    }

    #[test]
    fn only_what_may_pass_is_retryable() {
        for (kind, code, retryable) in [
            (CallErrorKind::NotFound, "NotFound", false),
            (CallErrorKind::Throttled, "Throttled", true),
            (CallErrorKind::Rejected, "AwsError", false),
            (CallErrorKind::Unavailable, "Unavailable", true),
        ] {
            let failure = Failure::from(error(kind));
            assert_eq!((failure.code.as_ref(), failure.retryable), (code, retryable));
        }
    }
}
