//! Where a secret may go: `to = ["ssm:SendCommand", "lambda:InvokeFunction arn:aws:lambda:*:*:function:notify",
//! "https://api.pagerduty.com/*"]`.
//!
//! A destination is an address, or an IAM action of the action table, optionally with a resource. A resource is accepted
//! only where the host can compare it with the request that really leaves: for the functions of `lambda:InvokeFunction`.

mod function;

use std::fmt;
use std::ops::Range;

use serde::{Serialize, Serializer};
use toml::Spanned;

use crate::action::{self, Action};
use crate::error::{NextAction, nearest};
use crate::http::{AddressPattern, PatternError, RequestUrl};
use crate::schema_form::impl_schema;
use crate::source::{Place, Source};
pub use function::{FunctionName, FunctionPattern};

/// The only action whose resource the host compares.
const INVOKE_FUNCTION: &str = "lambda:InvokeFunction";

/// A place that a secret may go to.
#[derive(Debug, Clone, PartialEq)]
pub enum Destination {
    /// The requests of an IAM action.
    Action {
        /// The action.
        action: Action,
        /// The only functions that the requests may name. None: every resource.
        function: Option<FunctionPattern>,
    },
    /// HTTP requests to an address.
    Address(AddressPattern),
}

/// The kind of a request that can carry a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// A call of AWS, by its IAM action.
    Action(Action),
    /// An HTTP request.
    Http,
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Action(action) => write!(f, "{action}"),
            Self::Http => f.write_str("HTTP requests"),
        }
    }
}

/// A request that is about to leave, as far as destinations can name it.
#[derive(Debug, Clone, Copy)]
pub enum Leaving<'a> {
    /// A call of AWS.
    Call {
        /// The IAM action of its operation.
        action: Action,
        /// The function that it names. None for other operations, and for a name whose meaning is not certain.
        function: Option<&'a FunctionName>,
    },
    /// An HTTP request.
    Request {
        /// Its URL.
        url: &'a RequestUrl,
        /// The placeholder of the secret that the URL is, when it is one.
        secret: Option<&'a str>,
    },
}

impl Leaving<'_> {
    /// Its kind.
    pub fn way(&self) -> Way {
        match self {
            Self::Call { action, .. } => Way::Action(*action),
            Self::Request { .. } => Way::Http,
        }
    }
}

/// Why a text is no destination.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DestinationError {
    /// The text is no address.
    #[error("{0}")]
    Address(PatternError),
    /// The text is an address that would let the secret go in the clear, or to any host.
    #[error("a secret cannot go to `{text}`")]
    Open {
        /// The text.
        text: String,
    },
    /// The text does not begin with an action that a plugin can call.
    #[error("no plugin can send a secret with `{action}`")]
    UnknownAction {
        /// The action.
        action: String,
    },
    /// The action has a resource that the host cannot compare.
    #[error("`{action}` takes no resource as a destination")]
    Resource {
        /// The action.
        action: Action,
    },
    /// The resource is not the ARN of a function.
    #[error("`{arn}` names no Lambda function")]
    Arn {
        /// The text.
        arn: String,
    },
}

impl NextAction for DestinationError {
    fn because(&self) -> String {
        match self {
            Self::Address(error) => error.because(),
            Self::Open { .. } => "a secret goes to one host, or to those of one domain, and only encrypted".to_owned(),
            Self::UnknownAction { .. } => {
                "a destination begins with an IAM action that plugins can call, or with `https://`".to_owned()
            }
            Self::Resource { .. } => {
                format!("the host compares only the functions of `{INVOKE_FUNCTION}` with the request that leaves")
            }
            Self::Arn { .. } => {
                "a function is written as its whole ARN; `*` and `?` may stand for any part of it".to_owned()
            }
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Address(error) => error.next(),
            Self::Open { .. } => "write an address such as `https://api.example.com/v1/*`".to_owned(),
            Self::UnknownAction { action } => {
                match nearest(action, action::known::known().iter().map(|action| action.as_str())) {
                    Some(meant) => format!("write `{meant}`"),
                    None => "write an action such as `ssm:SendCommand`, without wildcards".to_owned(),
                }
            }
            Self::Resource { action } => format!("write `{action}` alone"),
            Self::Arn { .. } => "write an ARN such as `arn:aws:lambda:*:*:function:notify`".to_owned(),
        }
    }
}

impl Destination {
    /// Reads a destination.
    ///
    /// # Errors
    /// The error, and the part of the text that is wrong.
    pub fn parse(text: &str) -> Result<Self, (DestinationError, Range<usize>)> {
        if text.contains("://") {
            return address(text).map(Self::Address).map_err(|error| (error, 0..text.len()));
        }
        let (name, arn) = text.split_once(' ').map_or((text, None), |(name, arn)| (name, Some(arn)));
        let Some(action) = action::known::find(|action| action.as_str() == name) else {
            return Err((DestinationError::UnknownAction { action: name.to_owned() }, 0..name.len()));
        };
        let Some(arn) = arn else { return Ok(Self::Action { action, function: None }) };
        let place = name.len() + 1..text.len();
        if name != INVOKE_FUNCTION {
            return Err((DestinationError::Resource { action }, place));
        }
        let function = FunctionPattern::parse(arn);
        let function = function.ok_or_else(|| (DestinationError::Arn { arn: arn.to_owned() }, place))?;
        Ok(Self::Action { action, function: Some(function) })
    }

    /// Reads the destinations of a key `to`.
    ///
    /// # Errors
    /// The first error, and its place in the file.
    pub(crate) fn parse_all(
        texts: &[Spanned<String>],
        source: &Source,
    ) -> Result<Vec<Self>, (DestinationError, Place)> {
        let place = |at: &Spanned<String>, part: Range<usize>| {
            // The text begins behind its quote.
            source.place(&(at.span().start + 1 + part.start..at.span().end))
        };
        texts.iter().map(|text| Self::parse(text.get_ref()).map_err(|(error, at)| (error, place(text, at)))).collect()
    }

    /// The kind of the requests that go there.
    pub fn way(&self) -> Way {
        match self {
            Self::Action { action, .. } => Way::Action(*action),
            Self::Address(_) => Way::Http,
        }
    }

    /// The only place that the requests go to: the ARN of a function, with its wildcards, or an address.
    pub fn place(&self) -> Option<&str> {
        match self {
            Self::Action { function, .. } => function.as_ref().map(|function| function.text.as_str()),
            Self::Address(address) => Some(address.as_str()),
        }
    }

    /// Whether the request goes there, whatever the path of its URL is.
    pub fn covers_every_path(&self, request: Leaving<'_>) -> bool {
        match (self, request) {
            (Self::Address(address), Leaving::Request { url, .. }) => address.matches_every_path(url),
            _ => self.covers(request),
        }
    }

    /// Whether the request goes there.
    pub fn covers(&self, request: Leaving<'_>) -> bool {
        match (self, request) {
            (Self::Action { action, function }, Leaving::Call { action: called, function: named }) => {
                let names_it = |pattern: &FunctionPattern| named.is_some_and(|named| pattern.matches(named));
                *action == called && function.as_ref().is_none_or(names_it)
            }
            (Self::Address(address), Leaving::Request { url, .. }) => address.matches(url),
            (Self::Action { .. }, Leaving::Request { .. }) | (Self::Address(_), Leaving::Call { .. }) => false,
        }
    }
}

/// An address that a secret may go to.
fn address(text: &str) -> Result<AddressPattern, DestinationError> {
    let address = AddressPattern::parse(text).map_err(DestinationError::Address)?;
    match address.is_encrypted() && !address.is_of_any_host() {
        true => Ok(address),
        false => Err(DestinationError::Open { text: text.to_owned() }),
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Action { action, function: None } => write!(f, "{action}"),
            Self::Action { action, function: Some(function) } => write!(f, "{action} {}", function.text),
            Self::Address(address) => write!(f, "{address}"),
        }
    }
}

impl Serialize for Destination {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The JSON Schema of a destination in our files.
pub(crate) struct DestinationText;

impl_schema! {
    DestinationText: {
        "type": "string",
        "pattern": "^([a-z0-9-]+:[A-Za-z]+( arn:.+)?|https?://.+)$",
        "examples": [
            "ssm:SendCommand",
            "lambda:InvokeFunction arn:aws:lambda:*:*:function:notify",
            "https://api.pagerduty.com/*",
        ],
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn destination(text: &str) -> Destination {
        Destination::parse(text).unwrap_or_else(|(error, _)| panic!("{text}: {}", error.explain()))
    }

    /// A call with the action of a destination.
    fn call<'a>(of: &Destination, function: Option<&'a FunctionName>) -> Leaving<'a> {
        let Way::Action(action) = of.way() else { panic!("{of} is an address") };
        Leaving::Call { action, function }
    }

    #[test]
    fn an_address_covers_the_requests_that_go_there_and_no_call_of_aws() {
        let to = destination("https://api.example.com/v1/*");
        let covers = |url: &str| {
            let url = RequestUrl::parse(url).expect("a URL");
            to.covers(Leaving::Request { url: &url, secret: None })
        };
        assert!(covers("https://api.example.com/v1/incidents?x=1"));
        assert!(!covers("https://api.example.com/v2") && !covers("https://api.example.com.evil.example/v1/"));
        assert!(!to.covers(call(&destination("ssm:SendCommand"), None)));
    }

    #[test]
    fn a_destination_is_an_action_and_perhaps_a_function() {
        for text in [
            "ssm:SendCommand",
            "lambda:InvokeFunction",
            "lambda:InvokeFunction arn:aws:lambda:*:*:function:notify",
            "lambda:InvokeFunction arn:*:lambda:eu-*:123456789012:function:notify-?:live",
            "https://api.example.com",
            "https://*.example.com:8443/v1/*",
            "http://localhost:8080/",
        ] {
            assert_eq!(destination(text).to_string(), text);
        }
    }

    #[test]
    fn a_text_that_is_no_destination_is_told_with_its_part_and_the_nearest_name() {
        for (text, part, what, next) in [
            (
                "",
                "",
                "no plugin can send a secret with ``",
                "write an action such as `ssm:SendCommand`, without wildcards",
            ),
            (
                "ssm:*",
                "ssm:*",
                "no plugin can send a secret with `ssm:*`",
                "write an action such as `ssm:SendCommand`, without wildcards",
            ),
            (
                "ssm:SendComand",
                "ssm:SendComand",
                "no plugin can send a secret with `ssm:SendComand`",
                "write `ssm:SendCommand`",
            ),
            (
                "ssm:sendcommand",
                "ssm:sendcommand",
                "no plugin can send a secret with `ssm:sendcommand`",
                "write `ssm:SendCommand`",
            ),
            (
                "https://api.example.com/a*b",
                "https://api.example.com/a*b",
                "`*` has no meaning in this place of `https://api.example.com/a*b`",
                "write an address such as `https://*.example.com/v1/*`",
            ),
            (
                "*://api.example.com",
                "*://api.example.com",
                "a secret cannot go to `*://api.example.com`",
                "write an address such as `https://api.example.com/v1/*`",
            ),
            (
                "https://*/v1",
                "https://*/v1",
                "a secret cannot go to `https://*/v1`",
                "write an address such as `https://api.example.com/v1/*`",
            ),
            (
                "ssm:SendCommand arn:aws:ssm:*:*:document/x",
                "arn:aws:ssm:*:*:document/x",
                "`ssm:SendCommand` takes no resource as a destination",
                "write `ssm:SendCommand` alone",
            ),
            (
                "lambda:InvokeFunction notify",
                "notify",
                "`notify` names no Lambda function",
                "write an ARN such as `arn:aws:lambda:*:*:function:notify`",
            ),
        ] {
            let (error, at) = Destination::parse(text).expect_err(text);
            assert_eq!((&text[at], error.to_string().as_str(), error.next().as_str()), (part, what, next));
        }
        for arn in [
            " ",
            "arn:aws:lambda:*:*:function",
            "arn:aws:lambda:*:*:function:",
            "arn:aws:lambda:*:*:function:a:b:c",
            "arn:aws:lambda:*:*:layer:a",
            "arn:aws:s3:*:*:function:a",
            "arn:aws:lambda:*::function:a",
            "arn:aws:lambda:*:*:function:a b",
        ] {
            let error = Destination::parse(&format!("lambda:InvokeFunction {arn}")).expect_err(arn).0;
            assert!(matches!(error, DestinationError::Arn { .. }), "{arn}: {error}");
        }
    }

    /// The function of a request in `eu-central-1`.
    #[test]
    fn only_requests_for_the_function_are_covered() {
        let covers = |to: &str, name: &str| {
            let destination = destination(&format!("lambda:InvokeFunction arn:{to}"));
            let function = FunctionName::of_request(name, None, Some("eu-central-1"));
            destination.covers(call(&destination, function.as_ref()))
        };
        let notify = "aws:lambda:*:*:function:notify";
        for name in ["notify", "123456789012:function:notify", "arn:aws:lambda:us-east-1:1:function:notify"] {
            assert!(covers(notify, name), "{name}");
        }
        for name in [
            "notify2",
            "xnotify",
            "Notify",
            "notify:live",
            "reverse",
            "function:notify",
            "arn:aws-cn:lambda:cn-north-1:1:function:notify",
        ] {
            assert!(!covers(notify, name), "{name}");
        }
        assert!(covers("aws:lambda:*:*:function:notify:*", "notify:live"));
        assert!(covers("aws:lambda:*:*:function:notify*", "notify:live"));
        assert!(!covers("aws:lambda:us-east-1:*:function:notify", "notify"));
        assert!(covers("aws:lambda:eu-central-1:*:function:notify", "notify"));
        // Only AWS knows the account of the credentials.
        assert!(!covers("aws:lambda:*:123456789012:function:notify", "notify"));
        assert!(covers("aws:lambda:*:123456789012:function:notify", "123456789012:function:notify"));
        assert!(!covers("aws:lambda:*:123456789012:function:notify", "210987654321:function:notify"));
    }

    #[test]
    fn a_destination_without_a_function_covers_every_request_of_its_action() {
        let to = destination("lambda:InvokeFunction");
        assert!(to.covers(call(&to, None)));
        let with = destination("lambda:InvokeFunction arn:aws:lambda:*:*:function:notify");
        assert!(!with.covers(call(&to, None)), "the name is not certain");
        assert!(!to.covers(call(&destination("ssm:SendCommand"), None)));
    }
}
