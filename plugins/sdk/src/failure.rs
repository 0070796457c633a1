//! The failure of a step, and how a failed call of AWS or a failed HTTP request becomes one.

use std::borrow::Cow;
use std::fmt;

use crate::http::{HttpError, HttpErrorKind};
use crate::{CallError, CallErrorKind};

/// Why a step failed.
///
/// `?` turns a failed AWS call or HTTP request into a failure; constructors make the others. Job authors know these
/// codes from every other plugin, so prefer them to your own:
///
/// | Code | When | Retryable |
/// |---|---|---|
/// | `ConfigurationInvalid` | the configuration in the job is invalid | no |
/// | `AccessDenied` | an IAM action or the grant of an HTTP request is missing; the message names it | no |
/// | `NotFound` | a resource of the step does not exist | no |
/// | `NoTargets` | the step looked its targets up and found none, and the job does not `allow_empty` | no |
/// | `Throttled` | AWS still throttles after the host's retries | yes |
/// | `Unavailable` | there is no response from AWS or the server, or a 5xx from AWS | yes |
/// | `NotSent` | there is no connection to AWS or the server, so the request had no effect | yes |
/// | `AwsError` | AWS refused the request: a wrong parameter, a quota | no |
/// | `WrongState` | AWS refused the request because of the state of the resource | no |
/// | `HttpStatus` | an HTTP server answered with an unexpected status | no, except 429 and 503 |
/// | `AnswerInvalid` | an HTTP server's answer is of another form than the step expects | no |
/// | `AnswerTooLarge` | an HTTP server's answer is larger than the limit | no |
/// | `AnswerWithheld` | the host withholds an answer, because the request held a secret | no |
/// | `WaitTimeout` | the awaited state was not reached in time | yes |
/// | `TerminalState` | the awaited state can no longer be reached | no |
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// One word for programs, such as `TerminalState`.
    pub code: Cow<'static, str>,
    /// One sentence for people: what failed, and the last observed state.
    pub message: String,
    /// Whether a retry may succeed although nothing was changed.
    pub retryable: bool,
}

impl Failure {
    /// A failure with your own code, for which a retry does not help.
    pub fn new(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), retryable: false }
    }

    /// The same failure, for which a retry may succeed.
    #[must_use]
    pub fn retryable(self) -> Self {
        Self { retryable: true, ..self }
    }

    /// The same failure of an attempt whose effects a retry would repeat: launched, rebooted, copied.
    #[must_use]
    pub fn not_retryable(self) -> Self {
        Self { retryable: false, ..self }
    }

    /// `ConfigurationInvalid`: an error that the schema cannot express, such as two keys that exclude each other.
    pub fn configuration_invalid(message: impl Into<String>) -> Self {
        Self::new("ConfigurationInvalid", message)
    }

    /// `NotFound`: a resource of the step does not exist.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new("NotFound", message)
    }

    /// `NoTargets`: the step looked its targets up, such as instances by a tag, and found none, so that it did nothing.
    /// A step that only lists succeeds with an empty list. A step that acts has the property `allow_empty` for jobs to
    /// which none is an answer as good as any.
    pub fn no_targets(message: impl Into<String>) -> Self {
        Self::new("NoTargets", message)
    }

    /// `AwsError`: the step cannot continue with AWS's response.
    pub fn aws_error(message: impl Into<String>) -> Self {
        Self::new("AwsError", message)
    }

    /// `WaitTimeout`: name the last observed states.
    pub fn wait_timeout(message: impl Into<String>) -> Self {
        Self::new("WaitTimeout", message).retryable()
    }

    /// `TerminalState`: name the state, and AWS's reason for it.
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
        let text = text(&error);
        let code = error.code.as_deref().unwrap_or_default();
        match error.kind {
            CallErrorKind::Denied => Self::new("AccessDenied", text),
            CallErrorKind::NotFound => Self::not_found(text),
            CallErrorKind::Throttled => Self::new("Throttled", text).retryable(),
            CallErrorKind::Rejected if is_wrong_state(code) => Self::new("WrongState", text),
            CallErrorKind::Rejected => Self::aws_error(text),
            CallErrorKind::Unavailable if code == NOT_SENT => Self::new(NOT_SENT, text).retryable(),
            CallErrorKind::Unavailable => Self::new("Unavailable", text).retryable(),
        }
    }
}

impl From<HttpError> for Failure {
    fn from(HttpError { kind, message }: HttpError) -> Self {
        match kind {
            HttpErrorKind::Denied => Self::new("AccessDenied", message),
            HttpErrorKind::NotSent => Self::new(NOT_SENT, message).retryable(),
            HttpErrorKind::TimedOut | HttpErrorKind::Unavailable => Self::new("Unavailable", message).retryable(),
            HttpErrorKind::TooLarge => Self::new("AnswerTooLarge", message),
            HttpErrorKind::Rejected => Self::configuration_invalid(message),
        }
    }
}

/// The code of a request that did not leave the host, in a [`CallError`] and in a [`Failure`].
const NOT_SENT: &str = "NotSent";

/// Whether AWS refused a request because of the state of the resource. The code comes with and without `Exception` and
/// `Fault`.
fn is_wrong_state(code: &str) -> bool {
    let code = ["Exception", "Fault"].iter().find_map(|ending| code.strip_suffix(ending)).unwrap_or(code);
    let is_state = ["State", "StateTransition"].iter().any(|ending| code.ends_with(ending));
    let is_wrong = ["Incorrect", "Invalid", "Illegal"].iter().any(|beginning| code.starts_with(beginning));
    is_state && is_wrong || code.ends_with("NotReady")
}

fn text(error: &CallError) -> String {
    let CallError { kind, action, code, message, request_id } = error;
    let text = match (kind, code) {
        (CallErrorKind::Denied, _) => format!("`{action}` was denied: {message}"),
        (_, Some(code)) if code != NOT_SENT => format!("{code}: {message}"),
        _ => message.clone(),
    };
    match request_id {
        Some(id) => format!("{text} (request id {id})"),
        None => text,
    }
}

/// The failure of a step that then stopped its work in AWS. Its message also reports the result of the stop.
#[must_use]
pub fn after_stop(failure: Failure, stopped: Result<(), Failure>) -> Failure {
    let message = match stopped {
        Ok(()) => format!("{}; it was stopped", failure.message),
        Err(error) => format!("{}; it could not be stopped: {error}", failure.message),
    };
    Failure { message, ..failure }
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
        assert_eq!(failure.code, "WrongState");
        assert_eq!(
            failure.message,
            "IncorrectInstanceState: the instance is not in a state from which it can be started (request id 1f2e)"
        );
    }

    #[test]
    fn only_temporary_failures_are_retryable() {
        for (kind, code, retryable) in [
            (CallErrorKind::NotFound, "NotFound", false),
            (CallErrorKind::Throttled, "Throttled", true),
            (CallErrorKind::Rejected, "WrongState", false),
            (CallErrorKind::Unavailable, "Unavailable", true),
        ] {
            let failure = Failure::from(error(kind));
            assert_eq!((failure.code.as_ref(), failure.retryable), (code, retryable));
        }
    }

    #[test]
    fn the_codes_of_a_wrong_state_are_known_by_their_form() {
        for (code, is_one) in [
            ("IncorrectInstanceState", true),
            ("IncorrectState", true),
            ("IncorrectStateException", true),
            ("InvalidDBInstanceState", true),
            ("InvalidDBClusterStateFault", true),
            ("InvalidDBSnapshotState", true),
            ("InvalidStateTransition", true),
            ("ResourceNotReadyException", true),
            ("InvalidParameterValue", false),
            ("InvalidStatement", false),
            ("StateMachineDoesNotExist", false),
            ("ValidationException", false),
        ] {
            assert_eq!(is_wrong_state(code), is_one, "{code}");
        }
    }

    #[test]
    fn a_call_that_did_not_leave_is_told_from_one_without_an_answer() {
        let (code, message) = (Some(NOT_SENT.to_owned()), "no answer from h:443: connection refused".to_owned());
        let not_sent = CallError { code, message, request_id: None, ..error(CallErrorKind::Unavailable) };
        let expected = Failure::new("NotSent", "no answer from h:443: connection refused").retryable();
        assert_eq!(Failure::from(not_sent), expected);
    }

    #[test]
    fn a_request_without_an_answer_has_the_code_of_its_kind() {
        for (kind, code, retryable) in [
            (HttpErrorKind::Denied, "AccessDenied", false),
            (HttpErrorKind::NotSent, "NotSent", true),
            (HttpErrorKind::TimedOut, "Unavailable", true),
            (HttpErrorKind::Unavailable, "Unavailable", true),
            (HttpErrorKind::TooLarge, "AnswerTooLarge", false),
            (HttpErrorKind::Rejected, "ConfigurationInvalid", false),
        ] {
            let failure = Failure::from(HttpError { kind, message: "no such host".to_owned() });
            assert_eq!((failure.code.as_ref(), failure.retryable), (code, retryable));
            assert_eq!(failure.message, "no such host");
        }
    }

    #[test]
    fn work_that_could_not_be_stopped_is_reported_with_the_reason() {
        let timeout = || Failure::wait_timeout("q-1 is still running");
        let stopped = after_stop(timeout(), Ok(()));
        assert_eq!(stopped, Failure::wait_timeout("q-1 is still running; it was stopped"));
        let left = after_stop(timeout(), Err(Failure::new("Throttled", "slow down")));
        assert_eq!(left.message, "q-1 is still running; it could not be stopped: Throttled: slow down");
        assert_eq!((left.code.as_ref(), left.retryable), ("WaitTimeout", true));
    }
}
