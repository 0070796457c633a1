//! Where a request goes: the endpoint rules of a service, evaluated.
//!
//! A request decides about parts of its host: a region, a bucket, an account in an ARN. It cannot lead the request out of
//! AWS's domains. [`resolve`] knows of every piece of a URL whether the rules, the operator or the request chose it: a
//! piece of the request is accepted only inside a label of the host or a segment of the path, and the end of the host is
//! never one. [`check_url`] is the second lock, on the URL that really leaves.

mod build;
mod check;
mod error;
mod evaluate;
mod functions;
mod partition;
mod rules;
mod value;

use std::collections::BTreeMap;
use std::net::IpAddr;

pub use check::{check_url, is_host_label};
pub use error::EndpointError;
pub use partition::{Partition, Partitions, PatternPart, RegionPattern};
pub use rules::{
    Attribute, AuthKind, AuthTemplate, BuiltIn, Call, Condition, EndpointTemplate, Expression, Outcome, Parameter,
    ParameterKind, Piece, Rule, RuleSet, Step, Template,
};

use crate::model::Scalar;

/// The values of a rule set's parameters, by name. A parameter without a value has no entry.
pub type Parameters = BTreeMap<String, Scalar>;

/// Where a request goes, and how it is signed for there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The URL, to which the path of the operation is added.
    pub url: String,
    /// Headers that the request gets.
    pub headers: Vec<(String, Vec<String>)>,
    /// How the request may be signed, best first. Empty: as the model of the operation says.
    pub auth: Vec<AuthScheme>,
    /// The name of a backend with rules of its own, such as `S3Express`.
    pub backend: Option<String>,
    /// Letters that tell AWS's statistics what kind of endpoint it is.
    pub metrics: Vec<String>,
}

/// A way to sign a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthScheme {
    /// The kind of signature.
    pub kind: AuthKind,
    /// The service that the signature names. None: that of the model.
    pub signing_name: Option<String>,
    /// The region that the signature names. None: that of the client.
    pub signing_region: Option<String>,
    /// The regions that a signature of version 4A names.
    pub region_set: Vec<String>,
    /// Whether the path is signed as it is sent, and not escaped once more.
    pub disable_double_encoding: bool,
}

/// Evaluates the rules of a service.
///
/// # Errors
///
/// When a parameter is missing or of another type than the rules say, the rules know no endpoint for the parameters, or
/// a value of the request would leave its place in the host name or path.
pub fn resolve(rules: &RuleSet, partitions: &Partitions, parameters: &Parameters) -> Result<Endpoint, EndpointError> {
    evaluate::evaluate(rules, partitions, parameters)
}

impl Endpoint {
    /// Adds the host prefix of an operation (`hostPrefix`), with its variables filled in.
    ///
    /// # Errors
    ///
    /// When the prefix and the host do not make a host name.
    pub fn with_host_prefix(mut self, prefix: &str) -> Result<Self, EndpointError> {
        let unsafe_prefix = || EndpointError::Host { value: prefix.to_owned() };
        let is_harmless = prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
        let (scheme, rest) = self.url.split_once("://").filter(|_| is_harmless).ok_or_else(unsafe_prefix)?;
        let (authority, path) = check::split_path(rest);
        let authority = format!("{prefix}{authority}");
        if !check::is_host(check::without_port(&authority)) {
            return Err(unsafe_prefix());
        }
        self.url = format!("{scheme}://{authority}{path}");
        Ok(self)
    }

    /// Takes off the labels that the rules put before the operator's own endpoint, such as an account, when its host is an
    /// address: no host has such a name.
    #[must_use]
    pub fn without_labels_before_address(mut self, own: &str) -> Self {
        let own = own.split_once("://").map(|(_, rest)| check::split_path(rest).0).unwrap_or_default();
        let is_address = check::without_port(own).trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
        if let Some((scheme, rest)) = self.url.split_once("://").filter(|_| is_address)
            && let (authority, path) = check::split_path(rest)
            && authority.strip_suffix(own).is_some_and(|labels| labels.ends_with('.'))
        {
            self.url = format!("{scheme}://{own}{path}");
        }
        self
    }
}

#[cfg(test)]
mod tests;
