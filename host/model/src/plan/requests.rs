//! HTTP requests whose URL stands in the configuration of a step: what can be refused is refused before the first step.

use std::fmt;

use serde_json::Value as Json;

use super::PluginCall;
use super::error::PlanError;
use super::secret::GivenTable;
use crate::action::Repeat;
use crate::grant::RequestDenied;
use crate::http::{Method, RequestUrl};
use crate::id::OptionName;
use crate::plugin::Plugin;
use crate::schema::request_properties;
use crate::source::Source;

/// A request that the configuration of a step names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedRequest {
    /// Its method.
    pub method: Method,
    /// Its URL.
    pub url: PlannedUrl,
    /// The effect of a retry, unless the plugin says that a repetition changes nothing more.
    pub repeat: Repeat,
}

/// The URL of a request, as far as the plan knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlannedUrl {
    /// The URL, without its query.
    Known(String),
    /// The URL is the secret of this option.
    Secret(OptionName),
}

impl fmt::Display for PlannedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.url {
            PlannedUrl::Known(url) => write!(f, "{} {url}", self.method),
            PlannedUrl::Secret(option) => write!(f, "{} to the URL that the secret {option} is", self.method),
        }
    }
}

/// The requests whose method and URL the plan knows.
pub(super) fn known_requests<'a>(
    plugin: &'a Plugin,
    given: GivenTable<'a>,
) -> impl Iterator<Item = (Method, RequestUrl)> + 'a {
    texts(plugin, given).filter_map(|(method, _, url)| Some((method, RequestUrl::parse(url).ok()?)))
}

/// The methods and URLs that the configuration has, with the property of each URL.
fn texts<'a>(plugin: &'a Plugin, given: GivenTable<'a>) -> impl Iterator<Item = (Method, &'a str, &'a str)> {
    let properties = plugin.description.config_schema.get("properties").and_then(Json::as_object);
    let method = move |name: &str| {
        let named = properties?.get(name);
        match given.known(name).or_else(|| named.and_then(|property| property.get("default"))).and_then(Json::as_str) {
            Some(method) if !given.is_open(name) => Method::parse(method),
            _ => Method::parse(name),
        }
    };
    request_properties(&plugin.description.config_schema)
        .filter_map(move |(name, by)| Some((method(by)?, name, given.known(name)?.as_str()?)))
}

/// Checks the requests of a step that its plugin declares or its configuration names. The answer is what the plan knows
/// of them, and those that are not allowed.
///
/// # Errors
/// When a URL is none, or has a secret in it. The URL that a secret is stays unknown until it is sent.
pub(super) fn check(
    call: &PluginCall,
    given: GivenTable<'_>,
    source: &Source,
) -> Result<(Vec<PlannedRequest>, Vec<RequestDenied>), PlanError> {
    let (mut planned, mut denied) = (Vec::new(), Vec::new());
    for (method, property, text) in texts(&call.plugin, given) {
        let place = || {
            let span = given.entries().and_then(|entries| entries.get(property)).map(|value| value.span());
            source.place(&span.unwrap_or_else(|| given.with.span()))
        };
        let (step, property) = (given.step.clone(), property.to_owned());
        let secret = call.secrets.iter().find(|secret| text.contains(&secret.placeholder));
        match secret {
            Some(secret) if secret.placeholder == text => {
                match call.grants.http().check_secret(method) {
                    Ok(()) => {
                        let url = PlannedUrl::Secret(secret.option.clone());
                        planned.push(PlannedRequest { method, url, repeat: method.repeat() });
                    }
                    Err(error) => denied.push(error),
                }
                continue;
            }
            Some(secret) => {
                let option = secret.option.clone();
                return Err(PlanError::SecretInUrl { place: place(), step, property, option });
            }
            None => {}
        }
        let url = RequestUrl::parse(text);
        let url = url.map_err(|error| PlanError::Url { place: place(), step, property, error })?;
        match call.grants.http().permit(method, &url, false) {
            Ok(permit) => {
                let url = PlannedUrl::Known(url.without_query());
                planned.push(PlannedRequest { method, url, repeat: permit.repeat(false) });
            }
            Err(error) => denied.push(error),
        }
    }
    if denied.is_empty() {
        denied = call.grants.http().undecided();
    }
    Ok((planned, denied))
}
