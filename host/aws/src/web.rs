//! `wit/deps/http.wit`: HTTP requests of plugins to other servers than AWS's, on the one path of every call: permit,
//! intent, request, answer.
//!
//! `request.rs` makes of the plugin's request one that can leave, `course.rs` sends it, with redirects and retries, and
//! `download.rs` puts an answer into a file. `stepwell-http` has the connections.

mod course;
mod download;
mod request;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::json;
use stepwell_model::NextAction as _;
use stepwell_model::action::{Function, Repeat, host};
use stepwell_model::event::Answer;
use stepwell_model::grant::RequestDenied;

use crate::AwsCalls;
use crate::error::{HostFault, HttpFault};
use crate::step::{Kept, StepAws};
use crate::wit::http::{self, DownloadResponse, HttpError, HttpErrorKind, Response};
use course::{Arrived, Course};
use download::Place;
use request::Prepared;

impl http::Host for AwsCalls<'_> {
    async fn send(&mut self, request: http::Request) -> Result<Response, HttpFault> {
        Ok(Box::pin(self.request(host::HTTP_SEND, request, None)).await?.response)
    }

    async fn download(&mut self, request: http::Request, path: String) -> Result<DownloadResponse, HttpFault> {
        if request.method != "GET" {
            return Err(refused(HttpErrorKind::Rejected, "only the answer to a `GET` can be saved".to_owned()).into());
        }
        let lender = self.lender(host::HTTP_DOWNLOAD)?;
        let place = Place::new(lender, path).await?;
        Box::pin(self.request(host::HTTP_DOWNLOAD, request, Some(place))).await
    }

    fn convert_http_error(&mut self, error: HttpFault) -> wasmtime::Result<HttpError> {
        match error {
            HttpFault::Answer(answer) => Ok(answer),
            HttpFault::Trap(fault) => Err(fault.into()),
        }
    }
}

impl AwsCalls<'_> {
    /// Makes one request, and saves the answer at `place` when there is one.
    async fn request(
        &mut self,
        function: Function,
        request: http::Request,
        place: Option<Place>,
    ) -> Result<DownloadResponse, HttpFault> {
        let step = self.running(function)?;
        let prepared = Prepared::new(step, request)?;
        let (method, is_secret) = (prepared.method, prepared.url.is_secret);
        let permit = step.context.grants.http().permit(method, &prepared.url.url, is_secret);
        let permit = permit.map_err(|denied| refused(HttpErrorKind::Denied, words(&denied)))?;
        let carries = prepared.check_secrets(&permit)?;
        if place.is_some() && carries.is_some_and(|echoes| echoes) {
            return Err(refused(HttpErrorKind::Denied, NOT_SAVED.to_owned()).into());
        }
        let action = method.action();
        step.held(action).await?;
        let names = prepared.names(place.as_ref());
        // A file appears, whatever the method.
        let repeat = match permit.repeat(prepared.idempotent) {
            Repeat::Read if place.is_some() => Repeat::Idempotent,
            repeat => repeat,
        };
        match step.answered_before::<KeptResponse>(action, repeat, &names)? {
            Kept::Nothing => {}
            Kept::Withheld => return Err(refused(HttpErrorKind::TooLarge, NOT_KEPT.to_owned()).into()),
            Kept::Answer(kept) => return Ok(kept.into()),
        }
        let token = step.token(action, repeat, &names);
        let number = step.intend(action, repeat, names, token.clone()).await?;
        let course = Course::new(step, permit, prepared, repeat, token, carries);
        let ended = course.run(place).await;
        let (answer, result) = match (ended.answer, ended.result) {
            (Some(answer), result) => (answer, result),
            (None, Ok(arrived)) => (kept(&arrived.response, repeat), Ok(arrived)),
            (None, Err(fault)) => (Answer::Unknown { message: told(&fault) }, Err(fault)),
        };
        let (answer, result) = match result.and_then(|arrived| step.shown(arrived, carries.is_some())) {
            Err(fault) => (without_response(answer), Err(step.checked_fault(fault))),
            done => (answer, done),
        };
        if let Some(number) = number.filter(|_| !is_lost(&result)) {
            step.conclude(action, number, answer).await?;
        }
        result
    }
}

impl StepAws {
    /// The answer as the plugin may see it. `carried` says whether the request held a secret.
    fn shown(&self, arrived: Arrived, carried: bool) -> Result<DownloadResponse, HttpFault> {
        let Arrived { response, saved } = arrived;
        let masker = &self.context.masker;
        let has_secrets = carried || !self.context.aws.secrets().is_empty();
        let holds_one =
            || masker.finds(&response.body) || response.headers.iter().any(|(_, value)| masker.finds(value.as_bytes()));
        if has_secrets && holds_one() {
            Err(HostFault::SecretFound.into())
        } else {
            Ok(DownloadResponse { response, saved })
        }
    }

    /// An error that holds no secret of the run: it may have words of the server.
    fn checked_fault(&self, fault: HttpFault) -> HttpFault {
        let HttpFault::Answer(HttpError { message, .. }) = &fault else { return fault };
        let holds_one = || self.context.masker.finds(message.as_bytes());
        let has_secrets = !self.context.aws.secrets().is_empty();
        if has_secrets && holds_one() { HostFault::SecretFound.into() } else { fault }
    }
}

/// The answer to a request that must happen once, as the journal keeps it.
#[derive(Serialize, Deserialize)]
struct KeptResponse {
    #[serde(rename = "Status")]
    status: u16,
    #[serde(rename = "Headers")]
    headers: Vec<(String, String)>,
    /// In base64.
    #[serde(rename = "Body")]
    body: String,
    #[serde(rename = "Withheld")]
    withheld: bool,
}

/// The answer to a request that an interrupted attempt sent.
impl From<KeptResponse> for DownloadResponse {
    fn from(kept: KeptResponse) -> Self {
        let KeptResponse { status, headers, body, withheld } = kept;
        let body = STANDARD.decode(body).unwrap_or_default();
        Self { response: Response { status, headers, body, withheld }, saved: None }
    }
}

/// Bytes of a body that the journal keeps, so that a resumed run has it: what the outputs of a step can hold.
const LARGEST_KEPT: usize = 1 << 20;

/// The journal's record of a request that has its answer.
fn kept(response: &Response, repeat: Repeat) -> Answer {
    let status = response.status;
    let message = || format!("the server answered with status {status}");
    match status {
        // A server refuses what it has not done. What it could not do it may have done in part.
        400..500 => Answer::Refused { code: Some(status.to_string()), message: message() },
        500.. => Answer::Unknown { message: message() },
        _ => {
            let Response { headers, body, withheld, .. } = response;
            let keep = || {
                json!(KeptResponse {
                    status,
                    headers: headers.clone(),
                    body: STANDARD.encode(body),
                    withheld: *withheld
                })
            };
            let is_kept = repeat == Repeat::Once && body.len() <= LARGEST_KEPT;
            Answer::Done { request_id: None, status: Some(status), response: is_kept.then(keep) }
        }
    }
}

/// The record without the answer, which holds a secret.
fn without_response(answer: Answer) -> Answer {
    match answer {
        Answer::Done { request_id, status, .. } => Answer::Done { request_id, status, response: None },
        other => other,
    }
}

fn told(fault: &HttpFault) -> String {
    match fault {
        HttpFault::Answer(HttpError { message, .. }) => message.clone(),
        HttpFault::Trap(fault) => fault.to_string(),
    }
}

/// Why an answer that the server gave is not there any more.
const NOT_KEPT: &str = "the request was sent before the host was interrupted, and its answer was too large to keep";

/// Why an answer that could repeat a secret is not saved.
const NOT_SAVED: &str = "an answer that may repeat a secret of the request is not saved: a later step could read the file; \
                         echoes = false where the secret's owner says where it may go declares that the server does not";

fn is_lost(result: &Result<DownloadResponse, HttpFault>) -> bool {
    matches!(result, Err(HttpFault::Trap(HostFault::NotHeld { .. })))
}

fn words(denied: &RequestDenied) -> String {
    format!("{denied}: {}; {}", denied.because(), denied.next())
}

fn refused(kind: HttpErrorKind, message: String) -> HttpError {
    HttpError { kind, message }
}
