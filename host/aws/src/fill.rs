//! Secrets in the place of their placeholders, in a request that is about to be signed, and nowhere else.

use std::sync::Arc;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use percent_encoding::percent_decode_str;
use stepwell_model::action::{self, ActionRow};
use stepwell_model::destination::{FunctionName, Leaving};
use stepwell_model::plan::{SecretRefused, StepSecret};
use stepwell_secrets::Secrets;

/// The path of every request about one Lambda function.
const FUNCTIONS: &str = "/2015-03-31/functions/";

/// A part of a request that may hold no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretPlace {
    /// The path and the query string.
    #[error("address")]
    Address,
    /// The headers.
    #[error("head")]
    Head,
    /// The client context of a Lambda function, which is a header.
    #[error("client context")]
    ClientContext,
    /// The code of a Lambda function.
    #[error("code")]
    Code,
    /// A query of Athena or of CloudWatch Logs, which AWS shows to others.
    #[error("query")]
    Query,
    /// Bytes that are encoded.
    #[error("encoded part")]
    Encoded,
    /// A body whose checksum stands in the head.
    #[error("checksummed body")]
    Summed,
}

impl SecretPlace {
    /// Why no secret may stand there.
    pub(crate) const fn because(self) -> &'static str {
        match self {
            Self::Address | Self::Head | Self::ClientContext | Self::Code | Self::Query => {
                "other people can read that part: in proxies, in logs, or where it arrives"
            }
            Self::Encoded | Self::Summed => {
                "the host fills a secret in as text, when all else is written: it does not look into encoded bytes, and a \
                 checksum would be that of another text"
            }
        }
    }
}

/// A placeholder where no secret may stand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a secret would stand in the {place} of the request")]
pub(crate) struct Misplaced {
    pub(crate) place: SecretPlace,
}

/// Whether a request holds a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Carried {
    /// It holds none.
    Nothing,
    /// It holds one that, as its owner says, the server does not repeat.
    Quiet,
    /// It holds one that the answer may repeat.
    Echoed,
}

/// The secrets of a run by their placeholders, and those that the requests of one step may carry.
#[derive(Debug, Clone)]
pub(crate) struct StepSecrets {
    pub(crate) all: Secrets,
    pub(crate) may_send: Arc<[StepSecret]>,
}

impl StepSecrets {
    /// Checks that the secrets of a request stand in its body, and that the step may send each of them there. `region`
    /// is the one that the request goes to.
    pub(crate) fn check(&self, row: &ActionRow, request: &HttpRequest, region: Option<&str>) -> Result<(), BoxError> {
        if self.all.is_empty() {
            return Ok(());
        }
        if self.all.stands_in(request.uri()) {
            return Err(Misplaced { place: SecretPlace::Address }.into());
        }
        if request.headers().iter().any(|(name, value)| self.all.stands_in(name) || self.all.stands_in(value)) {
            return Err(Misplaced { place: SecretPlace::Head }.into());
        }
        let Some(body) = text(request) else { return Ok(()) };
        let function = function(row, request.uri(), region);
        let leaving = Leaving::Call { action: row.action, function: function.as_ref() };
        self.check_text(body, leaving)?;
        Ok(())
    }

    /// Checks that the step may send every secret of a text there.
    pub(crate) fn check_text(&self, text: &str, leaving: Leaving<'_>) -> Result<Carried, SecretRefused> {
        self.all.found_in(text).try_fold(Carried::Nothing, |carried, placeholder| {
            let echoes = StepSecret::check(&self.may_send, placeholder, leaving)?;
            Ok(carried.max(if echoes { Carried::Echoed } else { Carried::Quiet }))
        })
    }

    /// Puts the secrets into the body of a request. The answer is whether there was a placeholder in it.
    pub(crate) fn fill(&self, request: &mut HttpRequest) -> bool {
        let body = text(request).filter(|_| !self.all.is_empty());
        let Some(filled) = body.and_then(|body| self.all.fill(request.headers().get("content-type"), body)) else {
            return false;
        };
        request.headers_mut().insert("content-length", filled.len().to_string());
        *request.body_mut() = SdkBody::from(filled);
        true
    }
}

fn text(request: &HttpRequest) -> Option<&str> {
    request.body().bytes().and_then(|bytes| std::str::from_utf8(bytes).ok())
}

/// The function that a request invokes: the API has its name in the path, and its qualifier in the query.
fn function(row: &ActionRow, uri: &str, region: Option<&str>) -> Option<FunctionName> {
    if *row != *action::lambda::INVOKE.row() {
        return None;
    }
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    let name = path.split_once(FUNCTIONS)?.1.strip_suffix("/invocations")?;
    let decoded = |text| percent_decode_str(text).decode_utf8().ok();
    let mut qualifiers = query.split('&').filter_map(|pair| pair.strip_prefix("Qualifier="));
    let qualifier = qualifiers.next().map(decoded);
    match (qualifier, qualifiers.next()) {
        (None, None) => FunctionName::of_request(&decoded(name)?, None, region),
        (Some(Some(qualifier)), None) => FunctionName::of_request(&decoded(name)?, Some(&qualifier), region),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    const PLACEHOLDER: &str = "stepwell-secret-token-0123456789abcdef";

    fn secrets(secret: &str) -> StepSecrets {
        let all = Secrets::new([(PLACEHOLDER.to_owned(), SecretString::from(secret))]);
        StepSecrets { all, may_send: Arc::default() }
    }

    #[test]
    fn a_request_with_a_secret_has_the_length_that_it_has_with_it() {
        let mut request = HttpRequest::new(SdkBody::from(format!("Action=X&Value={PLACEHOLDER}")));
        request.set_uri("https://ec2.eu-central-1.amazonaws.com/").unwrap();
        request.headers_mut().insert("content-type", "application/x-www-form-urlencoded");
        request.headers_mut().insert("content-length", "0");
        assert!(secrets("a b").fill(&mut request));
        assert_eq!(request.body().bytes().unwrap(), b"Action=X&Value=a%20b");
        assert_eq!(request.headers().get("content-length"), Some("20"));
        assert!(!secrets("a b").fill(&mut request));
    }

    fn refused(request: &HttpRequest) -> BoxError {
        secrets("canary").check(action::lambda::INVOKE.row(), request, None).unwrap_err()
    }

    #[test]
    fn a_secret_never_stands_in_an_address_or_a_head() {
        let mut request = HttpRequest::new(SdkBody::empty());
        request.set_uri(format!("https://example.com/{PLACEHOLDER}")).unwrap();
        assert!(refused(&request).is::<Misplaced>());
        let mut request = HttpRequest::new(SdkBody::empty());
        request.headers_mut().insert("x-amz-meta-a", PLACEHOLDER);
        assert!(refused(&request).is::<Misplaced>());
        let mut request = HttpRequest::new(SdkBody::empty());
        request.headers_mut().insert(format!("x-amz-meta-{PLACEHOLDER}"), "a");
        assert!(refused(&request).is::<Misplaced>());
    }

    #[test]
    fn a_secret_that_the_step_may_not_send_stays_in_the_host() {
        let request = HttpRequest::new(SdkBody::from(format!("{{\"token\":\"{PLACEHOLDER}\"}}")));
        assert!(refused(&request).is::<SecretRefused>());
        let without = HttpRequest::new(SdkBody::from("{}"));
        assert!(secrets("canary").check(action::lambda::INVOKE.row(), &without, None).is_ok());
    }

    #[test]
    fn the_function_of_a_request_is_read_from_its_address() {
        let invoked = |uri: &str| {
            let function = function(action::lambda::INVOKE.row(), uri, Some("eu-central-1"));
            function.map(|function| function.to_string())
        };
        let arn = "arn:aws:lambda:eu-central-1";
        for (uri, expected) in [
            ("/2015-03-31/functions/notify/invocations", format!("{arn}:?:function:notify")),
            (
                "http://host:1/x/2015-03-31/functions/notify/invocations?Qualifier=live",
                format!("{arn}:?:function:notify:live"),
            ),
            ("/2015-03-31/functions/notify%3Alive/invocations", format!("{arn}:?:function:notify:live")),
            (
                "/2015-03-31/functions/notify/invocations?Qualifier=%24LATEST",
                format!("{arn}:?:function:notify:$LATEST"),
            ),
            (
                "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-central-1%3A123456789012%3Afunction%3Anotify/invocations",
                format!("{arn}:123456789012:function:notify"),
            ),
        ] {
            assert_eq!(invoked(uri), Some(expected), "{uri}");
        }
        for uri in [
            "/2015-03-31/functions/notify",
            "/2015-03-31/functions/notify/invocations?Qualifier=a&Qualifier=b",
            "/2015-03-31/functions/notify/invocations?Qualifier=%ff",
            "/2015-03-31/functions/a/invocations/b/invocations",
            "/2014-11-13/functions/notify/invoke-async",
        ] {
            assert_eq!(invoked(uri), None, "{uri}");
        }
        let other = function(action::lambda::GET_FUNCTION.row(), "/2015-03-31/functions/notify/invocations", None);
        assert_eq!(other, None);
    }
}
