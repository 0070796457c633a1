//! The failures of calls that AWS or the host refused.

use stepwell_aws::wit::types::{CallError, CallErrorKind};
use stepwell_aws::{is_not_sent, is_unanswered};
use stepwell_generic::archive::Archive;
use stepwell_model::NextAction as _;
use stepwell_model::error::nearest;
use stepwell_model::failure::{Failure, FailureCode, is_wrong_state};
use stepwell_model::grant::Denied;
use stepwell_model::job::OperationName;

/// The last line of a failure that may go away by itself.
const AGAIN: &str = "run the job again, or give the step a `retry`";

/// The last line of a failure by IAM.
const POLICY: &str = "`stepwell job policy` prints the policy that the job needs";

/// The failure of a call that AWS or the host refused. `region` is that of the call.
pub(super) fn refused(name: &OperationName, error: &CallError, region: Option<&str>) -> Failure {
    let code = match error.kind {
        CallErrorKind::Denied => FailureCode::AccessDenied,
        CallErrorKind::NotFound => FailureCode::NotFound,
        CallErrorKind::Throttled => FailureCode::Throttled,
        CallErrorKind::Rejected if error.code.as_deref().is_some_and(is_wrong_state) => FailureCode::WrongState,
        CallErrorKind::Rejected => FailureCode::AwsError,
        CallErrorKind::Unavailable if is_not_sent(error) => FailureCode::NotSent,
        CallErrorKind::Unavailable => FailureCode::Unavailable,
    };
    let (because, next) = match &error.code {
        _ if is_unanswered(error) => unanswered(name, error, region),
        Some(code) => (format!("AWS answered `{name}` with `{code}`"), advice(error)),
        None => without_code(name, error),
    };
    Failure::new(code, told(error)).because(because).next(next)
}

/// The failure of a call without its grant.
pub(super) fn not_granted(denied: &Denied) -> Failure {
    Failure::new(FailureCode::AccessDenied, format!("it may not call `{}`", denied.action))
        .because(denied.because())
        .next(denied.next())
}

/// The words of an error.
pub(super) fn told(error: &CallError) -> String {
    let CallError { kind, action, code, message, request_id } = error;
    let text = match (kind, code) {
        (CallErrorKind::Denied, _) => format!("`{action}` was denied: {message}"),
        (_, Some(code)) if !is_not_sent(error) => format!("{code}: {message}"),
        _ => message.clone(),
    };
    let id = request_id.as_ref().map_or_else(String::new, |id| format!(" (request id {id})"));
    format!("{text}{id}")
}

/// What to do about an error code of AWS.
fn advice(error: &CallError) -> String {
    match error.kind {
        CallErrorKind::Denied => format!("allow `{}` in the IAM policy of the credentials; {POLICY}", error.action),
        CallErrorKind::NotFound => "correct the name or id in `with`, or the region in `[aws]`".to_owned(),
        CallErrorKind::Rejected if error.code.as_deref().is_some_and(is_wrong_state) => {
            "look at the resource in AWS; where the state passes by itself, give the step a `retry` with on = [\"WrongState\"]"
                .to_owned()
        }
        CallErrorKind::Rejected => {
            "look the code up in AWS's documentation of the operation, and correct `with` or the resource".to_owned()
        }
        CallErrorKind::Throttled | CallErrorKind::Unavailable => AGAIN.to_owned(),
    }
}

/// Reason and advice for an answer without an error code, and for a request that the host did not send.
fn without_code(name: &OperationName, error: &CallError) -> (String, String) {
    let silent = || format!("the answer to `{name}` is a status alone, so AWS gave no reason");
    match error.kind {
        CallErrorKind::Denied | CallErrorKind::NotFound => (silent(), advice(error)),
        CallErrorKind::Throttled => (format!("AWS throttles `{name}`"), advice(error)),
        CallErrorKind::Rejected => {
            (format!("the host can make no request for `{name}` from these values"), "correct `with`".to_owned())
        }
        CallErrorKind::Unavailable => (
            format!("the answer to `{name}` is neither a result that the host can use nor an error of AWS"),
            format!("{AGAIN}; if it stays, check AWS_ENDPOINT_URL and the proxies on the way to AWS"),
        ),
    }
}

/// Reason and advice for a call that no server answered.
fn unanswered(name: &OperationName, error: &CallError, region: Option<&str>) -> (String, String) {
    let Some(region) = region else {
        let next = format!("check the network, and the endpoint in AWS_ENDPOINT_URL if it is set; then {AGAIN}");
        return (format!("the endpoint of `{name}` did not answer this machine"), next);
    };
    // The host name of a region that does not exist cannot be resolved.
    let (is_in_host, known) = (error.message.contains(&format!(".{region}.")), regions());
    if is_in_host && !known.iter().any(|known| known == region) {
        let next = match nearest(region, known.iter().map(String::as_str)) {
            Some(meant) => format!("write `{meant}` in `region` of `[aws]` or of the step, or in AWS_REGION"),
            None => "correct `region` of `[aws]` or of the step, or AWS_REGION".to_owned(),
        };
        return (format!("AWS has no region `{region}`"), next);
    }
    let next = format!(
        "check the network, the endpoint in AWS_ENDPOINT_URL if it is set, and the region `{region}`; then {AGAIN}"
    );
    (format!("the endpoint of `{name}` in the region `{region}` did not answer this machine"), next)
}

/// The regions of all partitions.
fn regions() -> Vec<String> {
    let partitions = Archive::shipped().partitions();
    partitions.map_or_else(|_| Vec::new(), |all| all.0.iter().flat_map(|one| one.regions.clone()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told_of(kind: CallErrorKind, code: Option<&str>, message: &str) -> (String, String) {
        let (action, code, message) = ("sqs:ListQueues".to_owned(), code.map(str::to_owned), message.to_owned());
        let error = CallError { kind, action, code, message, request_id: None };
        let name = OperationName::parse("sqs/ListQueues").expect("it is one");
        let failure = refused(&name, &error, Some("eu-centrl-1"));
        (failure.because.unwrap_or_default(), failure.next.unwrap_or_default())
    }

    #[test]
    fn each_kind_of_failure_has_its_own_reason_and_advice() {
        use CallErrorKind::{Denied, NotFound, Rejected, Throttled, Unavailable};
        let kinds = [
            (Denied, None, ""),
            (Denied, Some("AccessDenied"), ""),
            (NotFound, None, ""),
            (Rejected, None, ""),
            (Rejected, Some("ValidationException"), ""),
            (Rejected, Some("IncorrectStateException"), ""),
            (Throttled, None, ""),
            (Unavailable, None, "h:443 answered with HTTP status 500 and no error code"),
            (Unavailable, None, "no answer from sqs.eu-centrl-1.amazonaws.com:443: x"),
            (Unavailable, Some("NotSent"), "no answer from 127.0.0.1:9: connection refused"),
        ];
        let told = kinds.map(|(kind, code, message)| told_of(kind, code, message));
        let reasons: std::collections::BTreeSet<_> = told.iter().map(|(because, _)| because).collect();
        // A status alone has the same reason for both kinds of it.
        assert_eq!(reasons.len(), kinds.len() - 1, "{told:?}");
        assert!(told.iter().all(|(because, next)| !because.contains("without an error code") && !next.is_empty()));
    }

    #[test]
    fn a_region_is_unknown_only_when_the_host_has_its_name() {
        let (because, next) =
            told_of(CallErrorKind::Unavailable, None, "no answer from sqs.eu-centrl-1.amazonaws.com:443: x");
        assert_eq!(because, "AWS has no region `eu-centrl-1`");
        assert!(next.starts_with("write `eu-central-1` in "), "{next}");
        let (because, _) = told_of(CallErrorKind::Unavailable, None, "no answer from 127.0.0.1:9: connection refused");
        assert!(because.ends_with("in the region `eu-centrl-1` did not answer this machine"), "{because}");
    }
}
