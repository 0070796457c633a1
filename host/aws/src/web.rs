//! `wit/deps/http.wit`: HTTP requests of plugins to other servers than AWS's, on the one path of every call: permit,
//! intent, request, answer.
//!
//! `request.rs` makes of the plugin's request one that can leave, `course.rs` sends it, with redirects and retries, and
//! `download.rs` puts an answer into a file. `told.rs` remembers the servers that may repeat a secret. `stepwell-http` has the connections.

mod course;
mod download;
mod request;
mod told;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::json;
use stepwell_model::NextAction as _;
use stepwell_model::action::{Function, Repeat, host};
use stepwell_model::event::Answer;

use crate::AwsCalls;
use crate::error::{HostFault, HttpFault};
use crate::fill::Carried;
use crate::step::{Earlier, StepAws};
use crate::wit::http::{self, DownloadResponse, HttpError, HttpErrorKind, Response};
use course::{Course, Unanswered};
use download::SaveTo;
use request::Prepared;
pub(crate) use told::ToldServers;

impl http::Host for AwsCalls<'_> {
    async fn send(&mut self, request: http::Request) -> Result<Response, HttpFault> {
        Ok(Box::pin(self.request(host::HTTP_SEND, request, None)).await?.response)
    }

    async fn download(&mut self, request: http::Request, path: String) -> Result<DownloadResponse, HttpFault> {
        if request.method != "GET" {
            return Err(http_error(HttpErrorKind::Rejected, "only the answer to a `GET` can be saved").into());
        }
        let lender = self.lender(host::HTTP_DOWNLOAD)?;
        let place = SaveTo::new(lender, path).await?;
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
        place: Option<SaveTo>,
    ) -> Result<DownloadResponse, HttpFault> {
        let step = self.running(function)?;
        let prepared = Prepared::new(step, request)?;
        let permit =
            step.context.grants.http().permit(prepared.method, &prepared.target.url, prepared.target.is_secret);
        let permit = permit.map_err(|denied| http_error(HttpErrorKind::Denied, denied.in_line()))?;
        let carried = prepared.check_secrets(&permit)?;
        let told = step.context.aws.told().clone();
        let tells = carried == Carried::Echoed;
        if place.is_some() && (tells || told.contain(permit.url())) {
            return Err(http_error(HttpErrorKind::Denied, NOT_SAVED).into());
        }
        // A file appears, whatever the method.
        let repeat = match permit.repeat(prepared.idempotent) {
            Repeat::Read if place.is_some() => Repeat::Idempotent,
            repeat => repeat,
        };
        let (action, names) = (prepared.method.action(), prepared.names(place.as_ref(), tells));
        step.held(action).await?;
        if !repeat.changes() {
            step.check_real(action, &names)?;
        }
        match step.answered_before::<KeptResponse>(action, repeat, &names)? {
            Earlier::Nothing => {}
            Earlier::Withheld => return Err(http_error(HttpErrorKind::TooLarge, NOT_KEPT).into()),
            Earlier::Answered(kept) => return Ok(kept.into()),
        }
        let token = step.token(action, repeat, &names, permit.idempotency_header())?;
        let url = permit.url().clone();
        let course = Course::new(step, permit, prepared, repeat, token.as_ref(), carried)?;
        let number = step.intend(action, repeat, names, token).await?;
        if tells {
            told.add(&url);
        }
        let answered = course.run(place).await;
        let (record, result) = step.concluded(answered, repeat);
        let is_lost = matches!(&result, Err(HttpFault::Trap(HostFault::NotHeld { .. })));
        if let Some(number) = number.filter(|_| !is_lost) {
            step.conclude(action, number, record).await?;
        }
        result
    }
}

impl StepAws {
    /// The journal's record of a request, and what the plugin gets. What holds a secret of the run ends it: the plugin
    /// could otherwise send one with one request and read it with another.
    fn concluded(
        &mut self,
        answered: Result<DownloadResponse, Unanswered>,
        repeat: Repeat,
    ) -> (Answer, Result<DownloadResponse, HttpFault>) {
        let finds = |text: &[u8]| self.searching_masker().is_some_and(|masker| masker.finds(text));
        match answered {
            Ok(DownloadResponse { response, saved }) => {
                let values = response.headers.iter().map(|(_, value)| value.as_bytes());
                if values.chain([response.body.as_slice()]).any(finds) {
                    return (record(&response, false), Err(HostFault::SecretFound.into()));
                }
                let used = &mut self.context.used;
                let record = record(&response, repeat == Repeat::Once && used.answer_bytes < MOST_KEPT);
                used.answer(&record);
                (record, Ok(DownloadResponse { response, saved }))
            }
            Err(Unanswered { fault: HttpFault::Answer(HttpError { message, .. }), record })
                if finds(message.as_bytes()) =>
            {
                (record, Err(HostFault::SecretFound.into()))
            }
            Err(Unanswered { fault, record }) => (record, Err(fault)),
        }
    }
}

/// Bytes of a body that the journal keeps: what outputs have room for, where no limit says otherwise.
const LARGEST_KEPT: usize = 1 << 20;

/// Bytes of all answers of an attempt after which the journal keeps no further one: 16 of the largest.
const MOST_KEPT: u64 = 16 << 20;

/// The journal's record of a request that has its answer. `keeps` says whether a resumed run needs the answer.
fn record(response: &Response, keeps: bool) -> Answer {
    let Response { status, headers, body, withheld } = response;
    let message = || format!("the server answered with status {status}");
    match status {
        // A server refuses what it has not done. What it could not do it may have done in part.
        400..500 => Answer::Refused { code: Some(status.to_string()), message: message() },
        500.. => Answer::Unknown { message: message() },
        _ => {
            let kept = || {
                let (headers, body) = (headers.clone(), Body(body.clone()));
                json!(KeptResponse { status: *status, headers, body, withheld: *withheld })
            };
            let response = (keeps && body.len() <= LARGEST_KEPT).then(kept);
            Answer::Done { request_id: None, status: Some(*status), response }
        }
    }
}

/// The answer to a request that must happen once, as the journal keeps it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct KeptResponse {
    status: u16,
    headers: Vec<(String, String)>,
    body: Body,
    withheld: bool,
}

/// Bytes, in base64.
struct Body(Vec<u8>);

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map(Self).map_err(serde::de::Error::custom)
    }
}

/// The answer to a request that an interrupted attempt sent.
impl From<KeptResponse> for DownloadResponse {
    fn from(kept: KeptResponse) -> Self {
        let KeptResponse { status, headers, body: Body(body), withheld } = kept;
        Self { response: Response { status, headers, body, withheld }, saved: None }
    }
}

/// Why an answer that the server gave is not there any more.
const NOT_KEPT: &str = "the request was sent before the host was interrupted, and its answer is not in the journal: it \
                        was too large, or the step had too many such answers";

/// Why an answer that could repeat a secret is not saved.
pub(super) const NOT_SAVED: &str = "an answer that may repeat a secret is not saved: a later step could read the file; \
                         echoes = false where the secret's owner says where it may go declares that the server does not";

fn http_error(kind: HttpErrorKind, message: impl Into<String>) -> HttpError {
    HttpError { kind, message: message.into() }
}
