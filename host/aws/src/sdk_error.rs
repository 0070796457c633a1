//! What the SDK's errors mean: to the plugin, to the journal, and to the operator.

use std::error::Error as StdError;

use aws_config::meta::ProviderChainError;
use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::request_id::RequestId as _;
use stepwell_model::action::Repeat;
use stepwell_model::error::{self, causes, find_cause, shorten};
use stepwell_model::event::Answer;

use crate::credentials::Advice;
use crate::error::{HostError, HostFault};
use crate::fill::Misplaced;
use crate::gate::{Pass, Stopped};
use crate::wit::stepwell::step::types::{CallError, CallErrorKind};

/// What an error code of AWS says about the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    Throttled,
    Denied,
    Credentials,
    NotFound,
}

/// The codes that mean the same with every service. What is not in here is a refusal for the service's own reasons,
/// except for the endings `NotFound`, `NotFoundFault` (the query services) and `NotFoundException` (the JSON services).
#[rustfmt::skip]
const CODES: &[(&str, Meaning)] = &[
    ("BandwidthLimitExceeded", Meaning::Throttled),
    ("EC2ThrottledException", Meaning::Throttled),
    ("PriorRequestNotComplete", Meaning::Throttled),
    ("ProvisionedThroughputExceededException", Meaning::Throttled),
    ("RequestLimitExceeded", Meaning::Throttled),
    ("RequestThrottled", Meaning::Throttled),
    ("RequestThrottledException", Meaning::Throttled),
    ("SlowDown", Meaning::Throttled),
    ("ThrottledException", Meaning::Throttled),
    ("Throttling", Meaning::Throttled),
    ("ThrottlingException", Meaning::Throttled),
    ("TooManyRequestsException", Meaning::Throttled),
    ("TransactionInProgressException", Meaning::Throttled),

    ("AccessDenied", Meaning::Denied),
    ("AccessDeniedException", Meaning::Denied),
    ("AuthorizationError", Meaning::Denied),
    ("AuthorizationErrorException", Meaning::Denied),
    ("NotAuthorized", Meaning::Denied),
    ("UnauthorizedOperation", Meaning::Denied),

    ("AuthFailure", Meaning::Credentials),
    ("ExpiredToken", Meaning::Credentials),
    ("ExpiredTokenException", Meaning::Credentials),
    ("IncompleteSignature", Meaning::Credentials),
    ("InvalidAccessKeyId", Meaning::Credentials),
    ("InvalidClientTokenId", Meaning::Credentials),
    ("InvalidSignatureException", Meaning::Credentials),
    ("InvalidToken", Meaning::Credentials),
    ("MissingAuthenticationToken", Meaning::Credentials),
    ("RequestExpired", Meaning::Credentials),
    ("RequestTimeTooSkewed", Meaning::Credentials),
    ("SignatureDoesNotMatch", Meaning::Credentials),
    ("TokenRefreshRequired", Meaning::Credentials),
    ("UnrecognizedClientException", Meaning::Credentials),

    // Systems Manager; the first one also of a command that was sent a moment ago.
    ("InvalidCommandId", Meaning::NotFound),
    ("InvalidDocument", Meaning::NotFound),
    ("InvocationDoesNotExist", Meaning::NotFound),

    ("NoSuchBucket", Meaning::NotFound),
    ("NoSuchEntity", Meaning::NotFound),
    ("NoSuchKey", Meaning::NotFound),
    ("NotFound", Meaning::NotFound),
];

pub(crate) fn meaning(code: &str) -> Option<Meaning> {
    let known = CODES.iter().find(|(known, _)| *known == code).map(|(_, meaning)| *meaning);
    let not_found = ["NotFound", "NotFoundFault", "NotFoundException"].iter().any(|ending| code.ends_with(ending));
    known.or(not_found.then_some(Meaning::NotFound))
}

pub(crate) fn is_throttling(code: &str) -> bool {
    meaning(code) == Some(Meaning::Throttled)
}

/// What the journal keeps of a call that failed, and what becomes of the step.
pub(crate) fn explain<E>(error: &SdkError<E, HttpResponse>, pass: &Pass) -> (Answer, HostError)
where
    E: StdError + ProvideErrorMetadata + 'static,
{
    let row = pass.permit().row();
    let mut error = host_error(error, Sent { action: row.action.as_str(), to: pass.endpoint() });
    if let HostError::Answer(answer) = &mut error
        && row.repeat == Repeat::Tokened
        && pass.is_open()
    {
        // Whoever takes the last attempt's refusal for the whole truth would ask for the same with another token.
        answer.kind = CallErrorKind::Unavailable;
    }
    (kept(&error, pass), error)
}

/// What the journal keeps of an error.
pub(crate) fn kept(error: &HostError, pass: &Pass) -> Answer {
    let (code, message) = match error {
        HostError::Trap(fault) => (None, fault.to_string()),
        HostError::Answer(answer) => (answer.code.clone(), answer.message.clone()),
    };
    let sent = pass.endpoint().is_some();
    match error {
        HostError::Answer(CallError { kind: CallErrorKind::Unavailable, .. }) if sent => Answer::Unknown { message },
        _ if pass.is_open() => Answer::Unknown { message },
        _ => Answer::Refused { code, message },
    }
}

/// The call that failed, and where it went; none when nothing was sent.
#[derive(Clone, Copy)]
struct Sent<'a> {
    action: &'static str,
    to: Option<&'a str>,
}

/// What became of a call that the host made for itself.
pub(crate) fn explain_own<E>(error: &SdkError<E, HttpResponse>, action: &'static str) -> HostError
where
    E: StdError + ProvideErrorMetadata + 'static,
{
    host_error(error, Sent { action, to: Some("AWS") })
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
    if let Some(Misplaced { place }) = find_cause::<Misplaced>(error) {
        return HostFault::SecretMisplaced { action, place }.into();
    }
    if let Some(unusable) = find_cause::<CredentialsError>(error) {
        return HostFault::no_credentials(action, unusable).into();
    }
    match error {
        SdkError::ServiceError(answered) => service_error(error, answered.raw().status().as_u16(), sent),
        SdkError::ResponseError(_) => unavailable(
            error,
            format!("{} answered with something that is no answer: {}", place(sent), last_cause(error)),
        ),
        _ if to.is_none() => HostFault::Configuration { action, reason: last_cause(error) }.into(),
        _ => unavailable(error, format!("no answer from {}: {}", place(sent), last_cause(error))),
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
    let words = shorten(error.message().unwrap_or("AWS gave no message"));
    match meaning(code) {
        // EC2's word for a key that it does not know, a bad signature and a wrong clock, and for an image of somebody else.
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
    // The answer to a question for an object's head has no body that could say more.
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

/// AWS's words about the credentials. For a wrong signature they quote the signed request, session token included.
pub(crate) fn refusal(who: &str, code: &str, words: &str) -> String {
    match code {
        "SignatureDoesNotMatch" | "InvalidSignatureException" | "IncompleteSignature"
            if refusal_advice(code, words) == Advice::Refused =>
        {
            format!("{who} answered `{code}`: the secret access key is not the one of the access key")
        }
        _ => format!("{who} answered `{code}`: {words}"),
    }
}

/// A clock that is wrong looks like credentials that are.
pub(crate) fn refusal_advice(code: &str, words: &str) -> Advice {
    let signs = ["Signature expired", "Signature not yet current", "skew", "Timestamp"];
    let is_clock = code == "RequestTimeTooSkewed" || signs.iter().any(|sign| words.contains(sign));
    match code {
        _ if is_clock => Advice::Clock,
        // EC2 says so of a session that has ended as well.
        "RequestExpired" => Advice::Expired,
        _ => Advice::Refused,
    }
}

/// What became of one of many things that an answer tells of.
pub(crate) fn of_item(action: &str, code: Option<&str>, words: Option<&str>) -> CallError {
    let kind = match code.map(meaning) {
        Some(Some(Meaning::Denied | Meaning::Credentials)) => CallErrorKind::Denied,
        Some(Some(Meaning::Throttled)) => CallErrorKind::Throttled,
        Some(Some(Meaning::NotFound)) => CallErrorKind::NotFound,
        Some(None) if code != Some("InternalError") => CallErrorKind::Rejected,
        _ => CallErrorKind::Unavailable,
    };
    let (action, message) = (action.to_owned(), shorten(words.unwrap_or("AWS gave no message")));
    CallError { kind, action, code: code.map(str::to_owned), message, request_id: None }
}

/// Which providers were tried and why each gave nothing. Providers' errors hold no credentials.
pub(crate) fn provider_reason(error: &CredentialsError) -> String {
    let reason = match find_cause::<ProviderChainError<CredentialsError>>(error) {
        Some(chain) => {
            let tried =
                chain.attempts().iter().map(|tried| format!("{} ({})", tried.name(), last_cause(tried.error())));
            let tried =
                tried.map(|tried| tried.replace("the credential provider was not enabled", "none is configured"));
            format!("no provider has any: {}", tried.collect::<Vec<_>>().join(", "))
        }
        // The first error only says that there is one.
        None => causes(error)
            .skip(usize::from(error.source().is_some()))
            .map(|cause| without_stderr(&cause.to_string()).to_owned())
            .collect::<Vec<_>>()
            .join(": "),
    };
    shorten(&reason.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// What a `credential_process` prints beside its answer can be anything: the request that it made, with its token.
fn without_stderr(text: &str) -> &str {
    text.split(". Stderr:").next().unwrap_or(text)
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

/// The innermost cause of an error of the SDK, without what a `credential_process` prints.
pub(crate) fn last_cause(error: &(dyn StdError + 'static)) -> String {
    without_stderr(&error::last_cause(error)).to_owned()
}
