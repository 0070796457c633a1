//! The course of a request: attempts, and redirects.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use aws_smithy_async::rt::sleep::AsyncSleep as _;
use aws_smithy_types::body::SdkBody;
use http::HeaderMap;
use http::header::{self, HeaderName, HeaderValue};
use stepwell_http::{Answer as Incoming, Outgoing, SendError};
use stepwell_model::NextAction as _;
use stepwell_model::action::Repeat;
use stepwell_model::destination::Leaving;
use stepwell_model::error::find_cause;
use stepwell_model::event::Answer;
use stepwell_model::grant::{Grants, HttpPermit};
use stepwell_model::http::{Method, RequestUrl};
use stepwell_model::journal::JournalError;
use stepwell_model::lease::Lease;
use stepwell_secrets::Masker;

use super::download::{Place, Unsaved};
use super::request::Prepared;
use super::{refused, told, words};
use crate::departure::{Departure, Early, Guarded, NotHeld, held};
use crate::error::{HostFault, HttpFault};
use crate::patient::PatientSleep;
use crate::step::StepAws;
use crate::wit::http::{HttpError, HttpErrorKind, Response};

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
    key: Option<(String, String)>,
    /// Whether the request holds a secret, and the answer may repeat it.
    carries: Option<bool>,
    /// Knows the secrets of the run, when it has any.
    masker: Option<Masker>,
    limits: Limits,
    /// Whether a byte of an attempt may have left.
    left: Arc<AtomicBool>,
    until: Instant,
}

#[derive(Clone, Copy)]
struct Limits {
    answer: u64,
    download: u64,
}

/// The server that a request goes to next.
struct Hop {
    permit: HttpPermit,
    /// Whether it is the server that the plugin meant, so that it gets credentials.
    is_own: bool,
}

/// The end of a request.
pub(super) struct Ended {
    pub(super) result: Result<Arrived, HttpFault>,
    /// The journal's record, when the result does not say it.
    pub(super) answer: Option<Answer>,
}

/// An answer, as far as the plugin may see it.
pub(super) struct Arrived {
    pub(super) response: Response,
    pub(super) saved: Option<u64>,
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
        token: Option<String>,
        carries: Option<bool>,
    ) -> Self {
        let context = &step.context;
        let key = permit.idempotency_header().map(str::to_owned).zip(token);
        Self {
            client: context.aws.web().clone(),
            grants: Arc::clone(&context.grants),
            lease: context.lease.clone(),
            masker: (!context.aws.secrets().is_empty()).then(|| context.masker.clone()),
            until: Instant::now() + prepared.timeout,
            limits: Limits { answer: context.limits.http_answer, download: context.limits.http_download },
            prepared,
            permit,
            repeat,
            key,
            carries,
            left: Arc::default(),
        }
    }

    /// Sends the request until it has its answer, and saves that at `place` when there is one.
    pub(super) async fn run(self, place: Option<Place>) -> Ended {
        let work = self.arrive(place);
        let left = self.until.saturating_duration_since(Instant::now());
        let result = tokio::select! {
            biased;
            result = work => result,
            () = PatientSleep.sleep(left) => Err(Failed::Late),
        };
        match result {
            Ok(arrived) => Ended { result: Ok(arrived), answer: None },
            Err(failed) => self.ended(failed),
        }
    }

    async fn arrive(&self, place: Option<Place>) -> Result<Arrived, Failed> {
        let mut hop = Hop { permit: self.permit.clone(), is_own: true };
        let (mut redirects, mut attempt, mut place) = (0, 1, place);
        let mut may_have_arrived = false;
        loop {
            let sent = self.depart(&hop, place.is_some()).await;
            if let Some(pause) = self.again(attempt, &sent) {
                may_have_arrived |= !matches!(sent, Err(Failed::Send(SendError::NotSent { .. })));
                tokio::time::sleep(pause).await;
                attempt += 1;
                continue;
            }
            let incoming =
                sent.map_err(|failed| after_redirects(self.after_attempt(failed, may_have_arrived), redirects))?;
            match self.redirected(&hop, &incoming)? {
                Some(_) if redirects == MOST_REDIRECTS => {
                    let message = format!("the server redirected the request more than {MOST_REDIRECTS} times");
                    return Err(HttpFault::from(refused(HttpErrorKind::Rejected, message)).into());
                }
                Some(next) => {
                    redirects += 1;
                    hop = next;
                    continue;
                }
                None => {}
            }
            // What is written to a file is not begun again.
            let is_saved = place.is_some();
            let arrived = self.read(incoming, place.take()).await;
            match (&arrived, stepwell_http::pause(attempt, None)) {
                (Err(Failed::Send(SendError::Unreadable { .. })), Some(pause))
                    if self.repeat == Repeat::Read && !is_saved && self.has_time_for(pause) =>
                {
                    tokio::time::sleep(pause).await;
                    attempt += 1;
                }
                _ => return arrived,
            }
        }
    }

    /// Sends one attempt, once this process certainly holds the run.
    async fn depart(&self, hop: &Hop, is_download: bool) -> Result<Incoming, Failed> {
        let action = self.permit.method().action();
        let not_held = |source| HttpFault::from(HostFault::NotHeld { action, source });
        loop {
            held(&self.lease).await.map_err(not_held)?;
            let headers = self.headers(hop).map_err(HttpFault::from)?;
            let (permit, body) = (&hop.permit, self.body(hop));
            let limit = if is_download { self.limits.download } else { self.limits.answer };
            match self.client.send(Outgoing { permit, headers, body, limit }).await {
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
        if let Some((name, key)) = self.key.as_ref().filter(|_| hop.is_own)
            && let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(key))
        {
            headers.insert(name, value);
        }
        Ok(headers)
    }

    /// The body, on which the departure of the whole request depends, and so on the lease.
    fn body(&self, hop: &Hop) -> SdkBody {
        let is_read = self.permit.method().repeat() == Repeat::Read;
        // The server of a redirect gets no body: only reads are redirected.
        let bytes = if hop.is_own { self.prepared.body() } else { bytes::Bytes::new() };
        if is_read && bytes.is_empty() {
            self.left.store(true, Ordering::Relaxed);
            return SdkBody::empty();
        }
        let departure = Departure {
            lease: self.lease.clone(),
            to: String::new(),
            asked: Arc::default(),
            left: Arc::clone(&self.left),
        };
        SdkBody::from_body_1_x(Guarded::new(SdkBody::from(bytes), departure))
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
        let denied = |why: String| refused(HttpErrorKind::Denied, format!("{REDIRECTED} {why}"));
        let url = location.to_str().ok().map(|location| hop.permit.url().join(location));
        let url = match url {
            Some(Ok(url)) => url,
            Some(Err(error)) => {
                let why = format!("to where the host sends none: {error}: {}", error.because());
                return Err(denied(why).into());
            }
            None => return Err(denied("to a text that is no URL".to_owned()).into()),
        };
        // The server of a request with a secret may have written it into the location.
        let is_secret = self.carries.is_some();
        let permit = self.grants.http().permit(method, &url, is_secret);
        let permit = permit.map_err(|error| match is_secret {
            true => denied("to an address that is not granted".to_owned()),
            false => denied(format!("to another address: {}", words(&error))),
        })?;
        let is_own = hop.is_own && self.is_for(&url);
        Ok(Some(Hop { permit, is_own }))
    }

    /// Whether a URL is of the server that the plugin meant, and may get the secrets of the request.
    fn is_for(&self, url: &RequestUrl) -> bool {
        let may_have = || self.prepared.may_send_all(Leaving::Request(url));
        url.is_of_origin(self.permit.url()) && may_have()
    }

    async fn read(&self, mut incoming: Incoming, place: Option<Place>) -> Result<Arrived, Failed> {
        let status = incoming.status;
        let saved = match place.filter(|_| status == 200) {
            Some(place) => Some(place.save(&mut incoming, &self.lease, self.masker.as_ref()).await?),
            None => None,
        };
        let body = if saved.is_some() { Vec::new() } else { incoming.body().await? };
        let withheld = self.carries.unwrap_or(false);
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = incoming.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value)));
        let response = match withheld {
            true => Response { status, headers: Vec::new(), body: Vec::new(), withheld },
            false => Response { status, headers: headers.collect(), body, withheld },
        };
        Ok(Arrived { response, saved })
    }

    /// The error for the plugin, and the journal's record.
    fn ended(&self, failed: Failed) -> Ended {
        let left = self.left.load(Ordering::Relaxed);
        let seconds = self.prepared.timeout.as_secs_f64();
        let (kind, message) = match failed {
            Failed::Fault(fault) => {
                let answer = self.of_fault(&fault, left);
                return Ended { result: Err(fault), answer: Some(answer) };
            }
            Failed::Late if left => (HttpErrorKind::TimedOut, format!("no whole answer came within {seconds} s")),
            Failed::Late => (HttpErrorKind::NotSent, format!("there was no connection within {seconds} s")),
            Failed::Send(error) => {
                let error = if self.carries.is_some() { error.without_quotes() } else { error };
                (kind(&error, left), advised(&error))
            }
        };
        let answer = match kind {
            HttpErrorKind::TimedOut | HttpErrorKind::Unavailable => Answer::Unknown { message: message.clone() },
            HttpErrorKind::TooLarge => Answer::Done { request_id: None, status: None, response: None },
            // An earlier attempt may have left.
            _ if left && self.repeat != Repeat::Once => Answer::Unknown { message: message.clone() },
            _ => Answer::Refused { code: None, message: message.clone() },
        };
        Ended { result: Err(refused(kind, message).into()), answer: Some(answer) }
    }

    fn of_fault(&self, fault: &HttpFault, left: bool) -> Answer {
        let message = told(fault);
        if left { Answer::Unknown { message } } else { Answer::Refused { code: None, message } }
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
        SendError::Broken { .. } | SendError::Silent { .. } if !left => HttpErrorKind::NotSent,
        SendError::Broken { .. } | SendError::Unreadable { .. } => HttpErrorKind::Unavailable,
        SendError::Silent { .. } => HttpErrorKind::TimedOut,
    }
}

/// Names the redirect that led to an address that may not be reached: the plugin did not ask for it.
fn after_redirects(failed: Failed, redirects: usize) -> Failed {
    match failed {
        Failed::Send(error @ SendError::Unreachable { .. }) if redirects > 0 => {
            let message = format!("{REDIRECTED} to another address: {}", advised(&error));
            HttpFault::from(refused(HttpErrorKind::Denied, message)).into()
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
