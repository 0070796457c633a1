//! The meaning of the SDK's errors for the plugin, the journal and the operator.

use std::error::Error as StdError;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::request_id::RequestId as _;
use http_body_util::LengthLimitError;
use stepwell_model::action::Repeat;
use stepwell_model::error::find_cause;
use stepwell_model::event::Answer;
use stepwell_model::plan::SecretRefused;

use crate::cause::last_cause;
use crate::codes::{Meaning, meaning, refusal, refusal_advice};
use crate::credentials::{explain as explain_credentials, unanswered};
use crate::departure::NotHeld;
use crate::error::{HostError, HostFault, NO_ANSWER, NOT_SENT};
use crate::fill::Misplaced;
use crate::gate::{Pass, Stopped};
use crate::generic::{LARGEST_RESPONSE, Unsendable};
use crate::wit::types::{CallError, CallErrorKind};

/// The journal's record of a failed call, and the error for the plugin or the step. Neither has AWS's words about a
/// request that held a secret.
pub(crate) fn explain<E>(error: &SdkError<E, HttpResponse>, pass: &Pass) -> (Answer, HostError)
where
    E: StdError + ProvideErrorMetadata + 'static,
{
    let (row, has_response) = (pass.permit().row(), error.raw_response().is_some());
    let mut error = host_error(error, Sent { action: row.action.as_str(), to: pass.endpoint() });
    if let HostError::Answer(answer) = &mut error
        && row.repeat == Repeat::Tokened
        && pass.is_open()
    {
        // An earlier attempt may have had its effect. After a refusal, the plugin would make the same call with another token.
        answer.kind = CallErrorKind::Unavailable;
    }
    if let HostError::Answer(answer @ CallError { kind: CallErrorKind::Unavailable, code: None, .. }) = &mut error
        && !pass.has_left()
    {
        answer.code = Some(NOT_SENT.to_owned());
    }
    // Without a response, the words are the host's.
    let error = if pass.holds_secrets() && has_response { error.withheld() } else { error };
    (kept(&error, pass), error)
}

/// The journal's record of an error.
pub(crate) fn kept(error: &HostError, pass: &Pass) -> Answer {
    let (code, message) = match error {
        HostError::Trap(fault) => (None, fault.to_string()),
        HostError::Answer(answer) => (answer.code.clone(), answer.message.clone()),
    };
    match error {
        HostError::Answer(CallError { kind: CallErrorKind::Unavailable, .. }) if pass.has_left() => {
            Answer::Unknown { message }
        }
        _ if pass.is_open() => Answer::Unknown { message },
        _ => Answer::Refused { code, message },
    }
}

/// The failed call and its endpoint; none when no connection was asked for.
#[derive(Clone, Copy)]
struct Sent<'a> {
    action: &'static str,
    to: Option<&'a str>,
}

/// The fault of a provider that gave no credentials.
pub(crate) fn no_credentials(action: &'static str, error: &CredentialsError) -> HostFault {
    let (reason, advice) = explain_credentials(error);
    HostFault::Credentials { action, reason, advice }
}

/// The fault of a `GetCallerIdentity` that the host called for itself.
pub(crate) fn caller_unknown<E>(error: &SdkError<E, HttpResponse>, action: &'static str) -> HostFault
where
    E: StdError + ProvideErrorMetadata + 'static,
{
    match host_error(error, Sent { action, to: Some("AWS") }) {
        HostError::Trap(fault) => fault,
        HostError::Answer(answer) => {
            let (reason, advice) = unanswered(&answer);
            HostFault::Credentials { action, reason, advice }
        }
    }
}

/// The fault of a secret that the request may not carry.
pub(crate) fn secret_refusal(action: &'static str, error: &(dyn StdError + 'static)) -> Option<HostFault> {
    if let Some(refused) = find_cause::<SecretRefused>(error) {
        return Some(HostFault::SecretRefused(Box::new(refused.clone())));
    }
    find_cause::<Misplaced>(error).map(|Misplaced { place }| HostFault::SecretMisplaced { action, place: *place })
}

fn host_error<E>(error: &SdkError<E, HttpResponse>, sent: Sent<'_>) -> HostError
where
    E: StdError + ProvideErrorMetadata + 'static,
{
    let Sent { action, to } = sent;
    if let Some(stopped) = find_cause::<Stopped>(error) {
        let Stopped { asked, carried } = stopped.clone();
        return HostFault::GateClosed { asked, carried }.into();
    }
    if let Some(NotHeld(source)) = find_cause::<NotHeld>(error) {
        return HostFault::NotHeld { action, source: source.clone() }.into();
    }
    if let Some(refusal) = secret_refusal(action, error) {
        return refusal.into();
    }
    if let Some(unusable) = find_cause::<CredentialsError>(error) {
        return no_credentials(action, unusable).into();
    }
    match find_cause::<Unsendable>(error) {
        Some(Unsendable::Endpoint(reason)) => {
            return HostFault::Configuration { action, reason: reason.clone() }.into();
        }
        Some(Unsendable::Request(reason)) => return answer(CallErrorKind::Rejected, error, reason.clone()),
        None => {}
    }
    match error {
        SdkError::ServiceError(answered) => service_error(error, answered.raw().status().as_u16(), sent),
        SdkError::ResponseError(_) if find_cause::<LengthLimitError>(error).is_some() => {
            let most = LARGEST_RESPONSE >> 20;
            unavailable(error, format!("{} answered with more than {most} MiB; ask for less of it", place(sent)))
        }
        SdkError::ResponseError(_) => {
            unavailable(error, format!("{} sent a response that cannot be read: {}", place(sent), last_cause(error)))
        }
        _ if to.is_none() => HostFault::Configuration { action, reason: last_cause(error) }.into(),
        _ => unavailable(error, format!("{NO_ANSWER} {}: {}", place(sent), last_cause(error))),
    }
}

fn service_error<E>(error: &SdkError<E, HttpResponse>, status: u16, sent: Sent<'_>) -> HostError
where
    E: StdError + ProvideErrorMetadata + 'static,
{
    let action = sent.action;
    if let (301, Some(region)) = (status, header(error, "x-amz-bucket-region")) {
        return answer(CallErrorKind::Rejected, error, format!("the bucket is in region `{region}`"));
    }
    let Some(code) = error.code() else { return without_code(error, status, sent) };
    // Whole: what people read of it is masked before it is cut, and half a secret would not be recognised.
    let words = error.message().unwrap_or("AWS gave no message").to_owned();
    match meaning(code) {
        // EC2's code for an unknown key, a bad signature and a wrong clock, and also for an image of another account.
        Some(Meaning::Credentials) if code == "AuthFailure" && words.starts_with("Not authorized") => {
            answer(CallErrorKind::Denied, error, words)
        }
        Some(Meaning::Denied) => {
            answer(CallErrorKind::Denied, error, format!("IAM does not allow `{action}`: {words}"))
        }
        Some(Meaning::Credentials) => HostFault::Credentials {
            action,
            reason: refusal("AWS", code, &words),
            advice: refusal_advice(code, &words),
        }
        .into(),
        Some(Meaning::Throttled) => answer(CallErrorKind::Throttled, error, words),
        Some(Meaning::NotFound) => answer(CallErrorKind::NotFound, error, words),
        None if (400..500).contains(&status) => answer(CallErrorKind::Rejected, error, words),
        None => unavailable(error, words),
    }
}

fn without_code<E>(error: &SdkError<E, HttpResponse>, status: u16, sent: Sent<'_>) -> HostError
where
    E: StdError + ProvideErrorMetadata + 'static,
{
    // The response to a `HeadObject` has no body with a code.
    let has_no_body = error.raw_response().and_then(|raw| raw.body().bytes()).is_some_and(<[u8]>::is_empty);
    let (kind, what) = match status {
        403 if has_no_body => (CallErrorKind::Denied, "IAM does not allow"),
        404 if has_no_body => (CallErrorKind::NotFound, "there is nothing for"),
        _ => {
            return unavailable(error, format!("{} answered with HTTP status {status} and no error code", place(sent)));
        }
    };
    answer(kind, error, format!("{what} `{}`: AWS answered with HTTP status {status} alone", sent.action))
}

fn header<'a, E>(error: &'a SdkError<E, HttpResponse>, name: &str) -> Option<&'a str> {
    error.raw_response().and_then(|answer| answer.headers().get(name))
}

/// The error of one of the many items of an answer.
pub(crate) fn of_item(action: &str, code: Option<&str>, words: Option<&str>) -> CallError {
    let kind = match code.map(meaning) {
        Some(Some(Meaning::Denied | Meaning::Credentials)) => CallErrorKind::Denied,
        Some(Some(Meaning::Throttled)) => CallErrorKind::Throttled,
        Some(Some(Meaning::NotFound)) => CallErrorKind::NotFound,
        Some(None) if code != Some("InternalError") => CallErrorKind::Rejected,
        _ => CallErrorKind::Unavailable,
    };
    let (action, message) = (action.to_owned(), words.unwrap_or("AWS gave no message").to_owned());
    CallError { kind, action, code: code.map(str::to_owned), message, request_id: None }
}

fn unavailable<E>(error: &SdkError<E, HttpResponse>, message: String) -> HostError
where
    E: StdError + ProvideErrorMetadata + 'static,
{
    answer(CallErrorKind::Unavailable, error, message)
}

/// [`AwsCalls::call`](crate::AwsCalls) adds the action.
fn answer<E>(kind: CallErrorKind, error: &SdkError<E, HttpResponse>, message: String) -> HostError
where
    E: StdError + ProvideErrorMetadata + 'static,
{
    let (code, request_id) = (error.code().map(str::to_owned), error.request_id().map(str::to_owned));
    HostError::Answer(CallError { kind, action: String::new(), code, message, request_id })
}

fn place(sent: Sent<'_>) -> &str {
    sent.to.unwrap_or("AWS")
}
