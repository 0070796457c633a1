//! The course of a request: attempts, and redirects.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use aws_smithy_async::rt::sleep::AsyncSleep as _;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http::HeaderMap;
use http::header::{self, HeaderName, HeaderValue};
use stepwell_http::{Incoming, Outgoing, SendError};
use stepwell_model::NextAction as _;
use stepwell_model::action::Repeat;
use stepwell_model::error::find_cause;
use stepwell_model::event::Answer;
use stepwell_model::grant::{Grants, HttpPermit};
use stepwell_model::http::{Method, RequestUrl};
use stepwell_model::journal::JournalError;
use stepwell_model::lease::Lease;
use stepwell_model::limits::Limits;
use stepwell_secrets::Masker;

use super::download::{SaveTo, Unsaved};
use super::request::Prepared;
use super::{NOT_SAVED, ToldServers, http_error};
use crate::departure::{Departure, Early, GuardedBody, NotHeld, held};
use crate::error::{HostFault, HttpFault};
use crate::fill::Carried;
use crate::patient::PatientSleep;
use crate::step::{StepAws, Token};
use crate::wit::http::{DownloadResponse, HttpError, HttpErrorKind, Response};

/// Redirects that one request follows.
const MOST_REDIRECTS: usize = 5;

/// The beginning of what is said about a redirect that is not followed.
const REDIRECTED: &str = "the server redirected the request";

/// A request on its way.
pub(super) struct Course {
    client: stepwell_http::Client,
    grants: Arc<Grants>,
    lease: Lease,
    prepared: Prepared,
    permit: HttpPermit,
    repeat: Repeat,
    /// The header and the key by which the server recognises a repetition.
    key: Option<(HeaderName, HeaderValue)>,
    carried: Carried,
    told: ToldServers,
    limits: Limits,
    /// Knows the secrets of the run, when it has any.
    masker: Option<Masker>,
    /// Whether a byte of an attempt may have left.
    left: Arc<AtomicBool>,
    until: Instant,
}

/// The server that a request goes to next.
struct Hop {
    permit: HttpPermit,
    /// Whether the request goes where the plugin sent it. Only there does its body go.
    is_first: bool,
    /// Whether it is the server that the plugin meant, so that it gets credentials.
    is_own: bool,
}

/// Why a request has no answer, and the journal's record of that.
pub(super) struct Unanswered {
    pub(super) fault: HttpFault,
    pub(super) record: Answer,
}

/// Why there is no answer.
enum Failed {
    Send(SendError),
    Late,
    Fault(HttpFault),
}

impl From<HttpFault> for Failed {
    fn from(fault: HttpFault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Unsaved> for Failed {
    fn from(unsaved: Unsaved) -> Self {
        match unsaved {
            Unsaved::Answer(error) => Self::Send(error),
            Unsaved::File(fault) => Self::Fault(fault),
        }
    }
}

impl From<SendError> for Failed {
    fn from(error: SendError) -> Self {
        Self::Send(error)
    }
}

impl Course {
    pub(super) fn new(
        step: &StepAws,
        permit: HttpPermit,
        prepared: Prepared,
        repeat: Repeat,
        token: Option<&Token>,
        carried: Carried,
    ) -> Result<Self, HttpFault> {
        let context = &step.context;
        let key = token.and_then(|Token { value, header }| Some((header.as_ref()?, value)));
        let key = key.map(|(name, value)| -> Result<_, http::Error> {
            Ok((HeaderName::try_from(name)?, HeaderValue::try_from(value)?))
        });
        let unusable =
            |error: http::Error| http_error(HttpErrorKind::Rejected, format!("idempotency_headers: {error}"));
        Ok(Self {
            client: context.aws.web().clone(),
            grants: Arc::clone(&context.grants),
            lease: context.lease.clone(),
            masker: step.searching_masker().cloned(),
            until: Instant::now() + prepared.timeout,
            limits: context.limits,
            key: key.transpose().map_err(unusable)?,
            prepared,
            permit,
            repeat,
            carried,
            told: context.aws.told().clone(),
            left: Arc::default(),
        })
    }

    /// Sends the request until it has its answer, and saves that at `place` when there is one.
    pub(super) async fn run(self, place: Option<SaveTo>) -> Result<DownloadResponse, Unanswered> {
        let work = self.arrive(place);
        let left = self.until.saturating_duration_since(Instant::now());
        let result = tokio::select! {
            biased;
            result = work => result,
            () = PatientSleep.sleep(left) => Err(Failed::Late),
        };
        result.map_err(|failed| self.unanswered(failed))
    }

    async fn arrive(&self, mut place: Option<SaveTo>) -> Result<DownloadResponse, Failed> {
        let mut hop = Hop { permit: self.permit.clone(), is_first: true, is_own: true };
        let (mut redirects, mut attempt, mut may_have_arrived) = (0, 1, false);
        // What is written to a file is not begun again.
        let can_read_again = self.repeat == Repeat::Read && place.is_none();
        loop {
            let sent = self.depart(&hop).await;
            if let Some(pause) = self.again(attempt, &sent) {
                may_have_arrived |= !matches!(sent, Err(Failed::Send(SendError::NotSent { .. })));
                // Its place among the requests to the server becomes free.
                drop(sent);
                tokio::time::sleep(pause).await;
                attempt += 1;
                continue;
            }
            let incoming =
                sent.map_err(|failed| after_redirects(self.after_attempt(failed, may_have_arrived), redirects))?;
            if let Some(next) = self.redirected(&hop, &incoming)? {
                if redirects == MOST_REDIRECTS {
                    let message = format!("the server redirected the request more than {MOST_REDIRECTS} times");
                    return Err(HttpFault::from(http_error(HttpErrorKind::Rejected, message)).into());
                }
                redirects += 1;
                hop = next;
                continue;
            }
            match (self.read(&hop, incoming, place.take()).await, stepwell_http::pause(attempt, None)) {
                (Err(Failed::Send(SendError::Unreadable { .. })), Some(pause))
                    if can_read_again && self.has_time_for(pause) =>
                {
                    tokio::time::sleep(pause).await;
                    attempt += 1;
                }
                (answered, _) => return answered,
            }
        }
    }

    /// Sends one attempt, once this process certainly holds the run.
    async fn depart(&self, hop: &Hop) -> Result<Incoming, Failed> {
        let action = self.permit.method().action();
        let not_held = |source| HttpFault::from(HostFault::NotHeld { action, source });
        loop {
            held(&self.lease).await.map_err(not_held)?;
            let headers = self.headers(hop).map_err(HttpFault::from)?;
            let (permit, body) = (&hop.permit, self.body(hop));
            match self.client.send(Outgoing { permit, headers, body }).await {
                Err(SendError::Broken { cause: Some(cause), .. }) if find_cause::<Early>(&cause).is_some() => {}
                Err(error) => {
                    return Err(match lost(&error) {
                        Some(source) => not_held(source).into(),
                        None => error.into(),
                    });
                }
                Ok(incoming) => {
                    self.left.store(true, Ordering::Relaxed);
                    return Ok(incoming);
                }
            }
        }
    }

    fn headers(&self, hop: &Hop) -> Result<HeaderMap, HttpError> {
        let mut headers = self.prepared.headers(hop.is_own)?;
        if let Some((name, key)) = self.key.as_ref().filter(|_| hop.is_own) {
            headers.insert(name, key.clone());
        }
        Ok(headers)
    }

    /// The body, on which the departure of the whole request depends, and so on the lease.
    fn body(&self, hop: &Hop) -> GuardedBody {
        let bytes = if hop.is_first { self.prepared.body() } else { Bytes::new() };
        let departure = Departure {
            lease: self.lease.clone(),
            to: String::new(),
            asked: Arc::default(),
            left: Arc::clone(&self.left),
        };
        match self.permit.method().repeat() {
            Repeat::Read => GuardedBody::of_read(SdkBody::from(bytes), departure),
            _ => GuardedBody::new(SdkBody::from(bytes), departure),
        }
    }

    /// The pause before another attempt. A request that must happen once is sent again only when it never left.
    fn again(&self, attempt: u32, sent: &Result<Incoming, Failed>) -> Option<Duration> {
        let can_repeat = self.repeat != Repeat::Once;
        let pause = match sent {
            Ok(incoming) if can_repeat => stepwell_http::pause(attempt, Some((incoming.status, &incoming.headers))),
            Err(Failed::Send(SendError::NotSent { passes: true, .. })) => stepwell_http::pause(attempt, None),
            Err(Failed::Send(SendError::Broken { .. })) if can_repeat => stepwell_http::pause(attempt, None),
            _ => None,
        };
        pause.filter(|pause| self.has_time_for(*pause))
    }

    fn has_time_for(&self, pause: Duration) -> bool {
        pause < self.until.saturating_duration_since(Instant::now())
    }

    /// A repetition without a connection says nothing about the attempt before it, which may have had its effect.
    fn after_attempt(&self, failed: Failed, may_have_arrived: bool) -> Failed {
        match failed {
            Failed::Send(SendError::NotSent { to, reason, .. }) if may_have_arrived && self.repeat != Repeat::Read => {
                let reason = format!("an earlier attempt may have arrived, and now there is no connection: {reason}");
                SendError::Broken { to, reason, cause: None }.into()
            }
            failed => failed,
        }
    }

    /// Where an answer leads. Only reads are followed: what another method asked for has been done, or has not.
    fn redirected(&self, hop: &Hop, incoming: &Incoming) -> Result<Option<Hop>, HttpFault> {
        let method = self.permit.method();
        let is_redirect = matches!(incoming.status, 301 | 302 | 303 | 307 | 308);
        if !is_redirect || !matches!(method, Method::Get | Method::Head) {
            return Ok(None);
        }
        let Some(location) = incoming.headers.get(header::LOCATION) else { return Ok(None) };
        let denied = |why: String| http_error(HttpErrorKind::Denied, format!("{REDIRECTED} {why}"));
        let url = location.to_str().ok().map(|location| hop.permit.url().join(location));
        let url = match url {
            Some(Ok(url)) => url,
            Some(Err(error)) => {
                let why = format!("to where the host sends none: {error}: {}", error.because());
                return Err(denied(why).into());
            }
            None => return Err(denied("to a text that is no URL".to_owned()).into()),
        };
        let permit = self.grants.http().permit(method, &url, self.prepared.target.is_secret);
        // A server that got a secret may have written it into the location.
        let may_hold_secret = self.carried != Carried::Nothing || self.told.contain(hop.permit.url());
        let permit = permit.map_err(|error| match may_hold_secret {
            true => denied("to an address that is not granted".to_owned()),
            false => denied(format!("to another address: {}", error.in_line())),
        })?;
        let is_own = hop.is_own && self.is_for(&url);
        Ok(Some(Hop { permit, is_first: false, is_own }))
    }

    /// Whether a URL is of the server that the plugin meant, and may get the secrets of the request.
    fn is_for(&self, url: &RequestUrl) -> bool {
        let may_have = || self.prepared.may_send_headers(url);
        url.is_of_origin(self.permit.url()) && may_have()
    }

    /// Whether what a server says may repeat a secret that it got.
    fn may_be_echo(&self, url: &RequestUrl) -> bool {
        self.carried == Carried::Echoed || self.told.contain(url)
    }

    async fn read(&self, hop: &Hop, mut incoming: Incoming, place: Option<SaveTo>) -> Result<DownloadResponse, Failed> {
        let status = incoming.status;
        // It is not read. A redirect may have led there, and another step may have told the secret meanwhile.
        if self.may_be_echo(hop.permit.url()) {
            if place.is_some() {
                return Err(HttpFault::from(http_error(HttpErrorKind::Denied, NOT_SAVED)).into());
            }
            let response = Response { status, headers: Vec::new(), body: Vec::new(), withheld: true };
            return Ok(DownloadResponse { response, saved: None });
        }
        let Limits { http_answer, http_download, .. } = self.limits;
        let saved = match place.filter(|_| status == 200) {
            Some(place) => Some(place.save(&mut incoming, http_download, &self.lease, self.masker.as_ref()).await?),
            None => None,
        };
        let body = if saved.is_some() { Vec::new() } else { incoming.body(http_answer).await? };
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = incoming.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
        Ok(DownloadResponse { response: Response { status, headers, body, withheld: false }, saved })
    }

    fn unanswered(&self, failed: Failed) -> Unanswered {
        let left = self.left.load(Ordering::Relaxed);
        let seconds = self.prepared.timeout.as_secs_f64();
        let (kind, message) = match failed {
            Failed::Fault(fault) => {
                let message = match &fault {
                    HttpFault::Answer(HttpError { message, .. }) => message.clone(),
                    HttpFault::Trap(fault) => fault.to_string(),
                };
                let record = if left { Answer::Unknown { message } } else { Answer::Refused { code: None, message } };
                return Unanswered { fault, record };
            }
            Failed::Late if left => (HttpErrorKind::TimedOut, format!("no whole answer came within {seconds} s")),
            Failed::Late => (HttpErrorKind::NotSent, format!("there was no connection within {seconds} s")),
            Failed::Send(error) => {
                let may_quote = self.carried == Carried::Nothing && !self.told.contain(self.permit.url());
                let error = if may_quote { error } else { error.without_quotes() };
                (kind(&error, left), advised(&error))
            }
        };
        let record = match kind {
            HttpErrorKind::TimedOut | HttpErrorKind::Unavailable => Answer::Unknown { message: message.clone() },
            HttpErrorKind::TooLarge => Answer::Done { request_id: None, status: None, response: None },
            // An earlier attempt may have left.
            _ if left && self.repeat != Repeat::Once => Answer::Unknown { message: message.clone() },
            _ => Answer::Refused { code: None, message: message.clone() },
        };
        Unanswered { fault: http_error(kind, message).into(), record }
    }
}

/// The loss of the run that kept the body of the request here.
fn lost(error: &SendError) -> Option<JournalError> {
    let SendError::Broken { cause: Some(cause), .. } = error else { return None };
    find_cause::<NotHeld>(cause).map(|NotHeld(source)| source.clone())
}

fn kind(error: &SendError, left: bool) -> HttpErrorKind {
    match error {
        SendError::Unreachable { .. } => HttpErrorKind::Denied,
        SendError::NotSent { .. } => HttpErrorKind::NotSent,
        SendError::LargeHead { .. } | SendError::LargeBody { .. } => HttpErrorKind::TooLarge,
        SendError::Broken { .. } if !left => HttpErrorKind::NotSent,
        SendError::Broken { .. } | SendError::Unreadable { .. } => HttpErrorKind::Unavailable,
        SendError::Silent { .. } => HttpErrorKind::TimedOut,
    }
}

/// Names the redirect that led to an address that may not be reached: the plugin did not ask for it.
fn after_redirects(failed: Failed, redirects: usize) -> Failed {
    match failed {
        Failed::Send(error @ SendError::Unreachable { .. }) if redirects > 0 => {
            let message = format!("{REDIRECTED} to another address: {}", advised(&error));
            HttpFault::from(http_error(HttpErrorKind::Denied, message)).into()
        }
        failed => failed,
    }
}

/// The error in one line, with what to do where the operator can do it.
fn advised(error: &SendError) -> String {
    let advice = match error {
        SendError::Unreachable { .. } => {
            "; `networks` in [http] of stepwell.toml lists what requests may reach beside public addresses"
        }
        SendError::LargeBody { .. } => "; `http_answer` and, for a file, `http_download` in [limits] set the limit",
        _ => "",
    };
    format!("{error}{advice}")
}
