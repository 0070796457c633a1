//! The meaning of AWS's error codes.

use crate::credentials::Advice;

/// The meaning of an error code for the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    Throttled,
    Denied,
    Credentials,
    NotFound,
}

/// The codes that mean the same with every service. Any other code is a refusal for the service's own reasons,
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

    // Systems Manager; the first one also for a command that was sent a moment ago.
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

/// AWS's message about the credentials. For a wrong signature AWS quotes the signed request, session token included.
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

/// The advice for refused credentials. A wrong clock looks like wrong credentials.
pub(crate) fn refusal_advice(code: &str, words: &str) -> Advice {
    let signs = ["Signature expired", "Signature not yet current", "skew", "Timestamp"];
    let is_clock = code == "RequestTimeTooSkewed" || signs.iter().any(|sign| words.contains(sign));
    match code {
        _ if is_clock => Advice::Clock,
        // EC2 gives this code for an expired session as well.
        "RequestExpired" => Advice::Expired,
        _ => Advice::Refused,
    }
}
