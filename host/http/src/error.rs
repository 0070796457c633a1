//! Why a request has no answer.

use std::time::Duration;

use jiff::Timestamp;
use rustls::CertificateError;
use rustls::pki_types::UnixTime;
use stepwell_model::error::{find_cause, last_cause, list_names, shorten_to};
use stepwell_model::http::Unreachable;

use crate::resolve::Refused;

/// Bytes of the headers of an answer: many times what servers send.
pub(crate) const LARGEST_HEAD: usize = 128 << 10;
pub(crate) const MOST_HEADERS: usize = 200;

/// hyper's and h2's words for a head that is too large. Neither has a question for it.
const LARGE_HEADS: [&str; 2] = ["message head is too large", "too_many_continuations"];

/// hyper's words for a proxy that asks for a password, and ours.
const PROXY_PASSWORD: &str = "proxy authorization required";
pub(crate) const NO_PASSWORD: &str = "the proxy asks for a password, and the host does not give one to a proxy";

/// hyper's words for a proxy that makes no tunnel.
const NO_TUNNEL: &str = "tunnel error: unsuccessful";

/// Characters of what the certificate of a server says.
const QUOTED: usize = 200;

/// Why a request has no answer. The texts have no part of the URL but its host.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The host has an address that requests may not reach.
    #[error("`{host}` leads to {what}")]
    Unreachable {
        /// The host.
        host: String,
        /// What the address is.
        what: Unreachable,
    },
    /// There is no connection to the server.
    #[error("there is no connection to {to}: {reason}{quoted}")]
    NotSent {
        /// Host and port, or the proxy.
        to: String,
        /// Why.
        reason: String,
        /// What the server says of itself; empty when that is nothing.
        quoted: String,
        /// Whether a later attempt may succeed.
        passes: bool,
    },
    /// The connection broke, or what came is no HTTP.
    #[error("no answer from {to}: {reason}")]
    Broken {
        /// Host and port.
        to: String,
        /// Why.
        reason: String,
        /// What the body of the request failed with, for the one who gave it.
        cause: Option<reqwest::Error>,
    },
    /// The answer began, and broke off or makes no sense.
    #[error("the answer of {to} cannot be read: {reason}")]
    Unreadable {
        /// Host and port.
        to: String,
        /// Why.
        reason: String,
    },
    /// The server did not send a byte for this long.
    #[error("{to} was silent for {} s", span.as_secs())]
    Silent {
        /// Host and port.
        to: String,
        /// How long.
        span: Duration,
    },
    /// The head of the answer is larger than the client takes.
    #[error("the answer of {to} has more than {MOST_HEADERS} headers, or more than {} KiB of them", LARGEST_HEAD >> 10)]
    LargeHead {
        /// Host and port.
        to: String,
    },
    /// The body of the answer is larger than the limit.
    #[error("the answer of {to} is larger than {limit} bytes")]
    LargeBody {
        /// Host and port.
        to: String,
        /// The limit.
        limit: u64,
    },
}

impl SendError {
    /// Explains an error of the client before the head of the answer.
    pub(crate) fn new(error: reqwest::Error, to: &str, host: &str) -> Self {
        if let Some(Refused(what)) = find_cause::<Refused>(&error) {
            return Self::Unreachable { host: host.to_owned(), what: *what };
        }
        let reason = last_cause(&error);
        if LARGE_HEADS.iter().any(|words| reason.contains(words)) {
            return Self::LargeHead { to: to.to_owned() };
        }
        if error.is_connect() {
            let (reason, quoted, passes) = no_connection(&error, reason);
            return Self::NotSent { to: to.to_owned(), reason, quoted, passes };
        }
        // Its text has what the server wrote at the end of the connection.
        let reason = match find_cause::<h2::Error>(&error) {
            Some(ended) => {
                let reason = ended.reason().map(|reason| reason.description().to_owned());
                reason.unwrap_or_else(|| "the connection ended".to_owned())
            }
            None => reason,
        };
        Self::Broken { to: to.to_owned(), reason, cause: Some(error.without_url()) }
    }

    /// There is no connection, and another attempt would make none either.
    pub(crate) fn unconnectable(to: &str, reason: impl Into<String>) -> Self {
        Self::NotSent { to: to.to_owned(), reason: reason.into(), quoted: String::new(), passes: false }
    }

    /// The error without any word of the server, which could repeat a secret of an earlier request.
    #[must_use]
    pub fn without_quotes(self) -> Self {
        match self {
            Self::NotSent { to, reason, passes, .. } => Self::NotSent { to, reason, quoted: String::new(), passes },
            other => other,
        }
    }
}

/// Why there is no connection, what the server says of itself, and whether a later attempt may succeed.
fn no_connection(error: &reqwest::Error, reason: String) -> (String, String, bool) {
    let own = |reason: &str, passes| (reason.to_owned(), String::new(), passes);
    match find_cause::<rustls::Error>(error) {
        // A certificate stays wrong.
        Some(rustls::Error::InvalidCertificate(fault)) => {
            let (reason, quoted) = certificate(fault, reason);
            (reason, quoted, false)
        }
        Some(rustls::Error::InvalidMessage(_)) => own("what it answers is no TLS", false),
        Some(_) => own(&reason, false),
        None if reason.contains(PROXY_PASSWORD) => own(NO_PASSWORD, false),
        None if reason == NO_TUNNEL => own("the proxy refuses it", true),
        None => own(&reason, true),
    }
}

/// What is wrong with the certificate of a server, and what the server wrote into it.
fn certificate(fault: &CertificateError, reason: String) -> (String, String) {
    let at = |time: &UnixTime| {
        let second = i64::try_from(time.as_secs()).ok().and_then(|second| Timestamp::from_second(second).ok());
        second.map_or_else(|| "another time".to_owned(), |second| second.to_string())
    };
    let own = match fault {
        CertificateError::UnknownIssuer => {
            "the host does not trust who issued its certificate; `ca` in [http] of stepwell.toml names a file with \
             further authorities"
                .to_owned()
        }
        CertificateError::ExpiredContext { not_after, .. } => format!("its certificate expired at {}", at(not_after)),
        CertificateError::NotValidYetContext { not_before, .. } => {
            format!("its certificate is not valid before {}", at(not_before))
        }
        CertificateError::NotValidForNameContext { expected, presented } => {
            let plain =
                |name: &String| name.replace("DnsName(\"", "").replace("IpAddress(", "").replace(['"', ')'], "");
            let names: Vec<_> = presented.iter().map(plain).collect();
            let names = shorten_to(&list_names(names.iter().map(String::as_str)), QUOTED);
            let quoted = format!(", but for {names}");
            return (format!("its certificate is not for `{}`", expected.to_str()), quoted);
        }
        _ => reason,
    };
    (own, String::new())
}
