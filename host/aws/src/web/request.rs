//! A plugin's request, checked and in the form in which it leaves: everything but its secrets, which are filled in at the
//! last moment.

use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http::header::{self, HeaderName, HeaderValue};
use serde_json::{Map, Value as Json, json};
use stepwell_model::NextAction as _;
use stepwell_model::destination::Leaving;
use stepwell_model::error::{list_names, shorten_to};
use stepwell_model::grant::HttpPermit;
use stepwell_model::http::{Method, RequestUrl, is_of_connection, is_of_routing};

use super::download::SaveTo;
use super::http_error;
use crate::convert::sha256;
use crate::error::{HostFault, HttpFault};
use crate::fill::{Carried, SecretPlace, StepSecrets};
use crate::step::{HELD_SECRET, StepAws};
use crate::wit::http::{self as wit, HttpError, HttpErrorKind};

/// Most headers, and bytes of all of them. Servers take about as much.
const MOST_HEADERS: usize = 100;
const LARGEST_HEADERS: usize = 64 << 10;

/// Bytes of a body that the journal shows whole.
const SHOWN_BODY: usize = 2 << 10;

/// A request of a plugin.
pub(super) struct Prepared {
    pub(super) method: Method,
    pub(super) target: Target,
    /// With placeholders.
    headers: Vec<(HeaderName, String)>,
    /// With placeholders.
    body: Bytes,
    pub(super) idempotent: bool,
    pub(super) timeout: Duration,
    secrets: StepSecrets,
}

/// Where a request goes.
pub(super) struct Target {
    pub(super) url: RequestUrl,
    /// What the plugin wrote.
    written: String,
    /// Whether the URL is a secret as a whole.
    pub(super) is_secret: bool,
}

impl Prepared {
    pub(super) fn new(step: &StepAws, request: wit::Request) -> Result<Self, HttpFault> {
        let wit::Request { method, url, headers, body, timeout_ms, idempotent } = request;
        let limits = &step.context.limits;
        let Some(method) = Method::parse(&method) else {
            let known = list_names(Method::ALL.iter().map(|method| method.as_str()));
            let shown = shorten_to(&method, 40);
            let shown = shown.escape_default();
            return Err(rejected(format!("`{shown}` is no method that the host sends; it sends {known}")).into());
        };
        let body = Bytes::from(body.unwrap_or_default());
        if body.len() as u64 > limits.http_request {
            let (size, most) = (body.len(), limits.http_request);
            return Err(rejected(format!(
                "the body has {size} bytes, and may have {most}; `http_request` in [limits] sets the limit"
            ))
            .into());
        }
        let secrets = step.secrets();
        let target = target(&secrets, method, url)?;
        let headers = check_headers(&secrets, method, headers)?;
        let is_text = std::str::from_utf8(&body).is_ok();
        if !is_text && secrets.all.stands_in(&String::from_utf8_lossy(&body)) {
            return Err(misplaced(method, SecretPlace::Encoded).into());
        }
        let most = limits.http_ms;
        let timeout = Duration::from_millis(timeout_ms.map_or(most, |own| u64::from(own).min(most)));
        Ok(Self { method, target, headers, body, idempotent, timeout, secrets })
    }

    /// Checks that the step may send every secret of the request there.
    pub(super) fn check_secrets(&self, permit: &HttpPermit) -> Result<Carried, HttpFault> {
        let leaving = self.leaving(permit.url());
        let values = self.headers.iter().map(|(_, value)| value.as_str());
        let mut texts = values.chain([self.target.written.as_str()]).chain(std::str::from_utf8(&self.body));
        let carried = texts.try_fold(Carried::Nothing, |carried, text| {
            self.secrets.check_text(text, leaving).map(|this| carried.max(this))
        });
        carried.map_err(|refused| HostFault::SecretRefused(Box::new(refused)).into())
    }

    /// The request to this URL, which is that of the plugin or one to which the server redirects it.
    fn leaving<'a>(&'a self, url: &'a RequestUrl) -> Leaving<'a> {
        Leaving::Request { url, secret: self.target.is_secret.then_some(self.target.written.as_str()) }
    }

    /// Whether the step may send every secret of the headers there as well.
    pub(super) fn may_send_headers(&self, url: &RequestUrl) -> bool {
        let leaving = self.leaving(url);
        self.headers.iter().all(|(_, value)| self.secrets.check_text(value, leaving).is_ok())
    }

    /// The headers with their secrets. `is_own` says whether they go to the server that the plugin meant: another one gets
    /// none that could be a credential.
    pub(super) fn headers(&self, is_own: bool) -> Result<HeaderMap, HttpError> {
        let mut filled = HeaderMap::new();
        let may_leave = |name: &HeaderName| is_own || [header::ACCEPT, header::ACCEPT_LANGUAGE].contains(name);
        for (name, value) in self.headers.iter().filter(|(name, _)| may_leave(name)) {
            let holds_secret = self.secrets.all.stands_in(value);
            let text = if holds_secret { self.secrets.all.reveal(value) } else { value.clone() };
            let mut value = HeaderValue::from_str(&text).map_err(|_| {
                rejected(format!("the secret cannot stand in the header `{name}`: it holds a line break or the like"))
            })?;
            value.set_sensitive(holds_secret);
            filled.append(name, value);
        }
        Ok(filled)
    }

    /// The body with its secrets.
    pub(super) fn body(&self) -> Bytes {
        let content_type = self.headers.iter().find(|(name, _)| *name == header::CONTENT_TYPE);
        let content_type = content_type.map(|(_, value)| value.as_str());
        let text = std::str::from_utf8(&self.body).ok().filter(|_| !self.secrets.all.is_empty());
        text.and_then(|text| self.secrets.all.fill(content_type, text)).map_or_else(|| self.body.clone(), Bytes::from)
    }

    /// The journal's record: what the plugin wrote, so never a secret. `tells` says whether the server gets one that it
    /// may repeat.
    pub(super) fn names(&self, place: Option<&SaveTo>, tells: bool) -> Json {
        let Target { url, written, is_secret } = &self.target;
        let headers: Vec<_> = self.headers.iter().map(|(name, value)| (name.as_str(), value)).collect();
        // What is not shown tells two requests apart as well.
        let whole = json!([written, headers, sha256(&self.body)]).to_string();
        let mut names = Map::new();
        let mut add = |name: &str, value: Json| drop(names.insert(name.to_owned(), value));
        add("Url", json!(if *is_secret { "(secret)" } else { url.as_str() }));
        if !headers.is_empty() {
            add("Headers", headers.iter().map(|(name, _)| *name).collect());
        }
        match std::str::from_utf8(&self.body) {
            _ if self.body.is_empty() => {}
            Ok(text) if text.len() <= SHOWN_BODY => add("Body", json!(text)),
            _ => add("BodyBytes", json!(self.body.len())),
        }
        if let Some(place) = place {
            add("SaveTo", json!(place.path()));
        }
        if tells {
            add(HELD_SECRET, json!(true));
        }
        add("Sha256", json!(sha256(whole.as_bytes())));
        Json::Object(names)
    }
}

/// The URL: as the plugin wrote it, or a secret as a whole.
fn target(secrets: &StepSecrets, method: Method, written: String) -> Result<Target, HttpFault> {
    let is_secret = secrets.all.found_in(&written).any(|placeholder| placeholder == written);
    if !is_secret && secrets.all.stands_in(&written) {
        return Err(misplaced(method, SecretPlace::Address).into());
    }
    if is_secret {
        let url = RequestUrl::parse(secrets.all.reveal(&written).trim());
        // Nothing about the text of the secret.
        let url = url.map_err(|_| rejected("the secret is no URL that a request can have".to_owned()))?;
        return Ok(Target { url, written, is_secret });
    }
    let url = RequestUrl::parse(&written);
    let url = url.map_err(|error| rejected(error.in_line()))?;
    Ok(Target { url, written, is_secret })
}

fn check_headers(
    secrets: &StepSecrets,
    method: Method,
    headers: Vec<(String, String)>,
) -> Result<Vec<(HeaderName, String)>, HttpFault> {
    let size: usize = headers.iter().map(|(name, value)| name.len() + value.len()).sum();
    if headers.len() > MOST_HEADERS || size > LARGEST_HEADERS {
        let most = LARGEST_HEADERS >> 10;
        return Err(rejected(format!("a request has at most {MOST_HEADERS} headers with {most} KiB in all")).into());
    }
    let check = |(name, value): (String, String)| -> Result<_, HttpFault> {
        if secrets.all.stands_in(&name) {
            return Err(misplaced(method, SecretPlace::Head).into());
        }
        let shown = shorten_to(&name, 40);
        let parsed = HeaderName::try_from(&name);
        let name = parsed.map_err(|_| rejected(format!("`{}` is no name of a header", shown.escape_default())))?;
        let refusal = match name.as_str() {
            name if is_of_connection(name) => Some("belongs to the connection, so the host sets it; leave it out"),
            name if is_of_routing(name) => {
                Some("could make the server take the request for another one than is granted; leave it out")
            }
            _ => None,
        };
        if let Some(what) = refusal {
            return Err(rejected(format!("the header `{name}` {what}")).into());
        }
        let value = value.trim_matches([' ', '\t']).to_owned();
        if HeaderValue::from_str(&value).is_err() {
            let what = "holds a line break or another character that a header cannot hold";
            return Err(rejected(format!("the value of the header `{name}` {what}")).into());
        }
        Ok((name, value))
    };
    let checked: Vec<_> = headers.into_iter().map(check).collect::<Result<_, _>>()?;
    // A server may read another one than the host, which writes the secrets in the form that it names.
    if checked.iter().filter(|(name, _)| *name == header::CONTENT_TYPE).count() > 1 {
        return Err(rejected("a request has one header `content-type`".to_owned()).into());
    }
    Ok(checked)
}

fn misplaced(method: Method, place: SecretPlace) -> HostFault {
    HostFault::SecretMisplaced { action: method.action(), place }
}

fn rejected(message: String) -> HttpError {
    http_error(HttpErrorKind::Rejected, message)
}
