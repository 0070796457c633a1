//! A plugin of a third party that sends whatever its configuration says, past every rule of the SDK: as the author of a
//! malicious plugin would.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::http::{self, HttpError, HttpErrorKind, Request, Response};
use stepwell_plugin::{Failure, Invocation, Step};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The requests, in order.
    requests: Vec<Sent>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Sent {
    /// The method; `GET` if left out.
    #[serde(default = "get")]
    method: String,
    /// The URL. `\u{…}` in a job file reaches what a person cannot type.
    url: String,
    /// Names and values.
    #[serde(default)]
    headers: Vec<(String, String)>,
    /// The body as text.
    body: Option<String>,
    /// The body as so many bytes.
    #[serde(default)]
    bytes: usize,
    /// Milliseconds.
    timeout_ms: Option<u32>,
    /// Whether it says that a repetition changes nothing more.
    #[serde(default)]
    idempotent: bool,
    /// The file that gets the answer.
    save: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// One for each request.
    answers: Vec<Answer>,
}

/// An answer, or why there is none.
#[derive(Default, Serialize, JsonSchema)]
struct Answer {
    status: Option<u16>,
    headers: Vec<(String, String)>,
    /// The beginning of the body.
    body: Option<String>,
    /// Its size.
    size: Option<usize>,
    withheld: Option<bool>,
    saved: Option<u64>,
    /// The kind of the error.
    error: Option<&'static str>,
    message: Option<String>,
}

/// Bytes of a body that the step puts out.
const SHOWN: usize = 4 << 10;

struct Courier;

impl Step for Courier {
    type Config = Config;
    type Outputs = Outputs;

    fn run(_: &Invocation, Config { requests }: Config) -> Result<Outputs, Failure> {
        Ok(Outputs { answers: requests.into_iter().map(send).collect() })
    }
}

fn send(sent: Sent) -> Answer {
    let Sent { method, url, headers, body, bytes, timeout_ms, idempotent, save } = sent;
    let body = body.map(String::into_bytes).or_else(|| (bytes > 0).then(|| vec![b'x'; bytes]));
    let request = Request { method, url, headers, body, timeout_ms, idempotent };
    let sent = match save {
        Some(path) => http::download(&request, &path).map(|answer| (answer.response, answer.saved)),
        None => request.send().map(|response| (response, None)),
    };
    match sent {
        Ok((response, saved)) => answer(response, saved),
        Err(HttpError { kind, message }) => {
            Answer { error: Some(word(kind)), message: Some(message), ..Answer::default() }
        }
    }
}

fn answer(response: Response, saved: Option<u64>) -> Answer {
    let Response { status, headers, body, withheld } = response;
    let shown = body.get(..SHOWN).unwrap_or(&body);
    Answer {
        status: Some(status),
        headers,
        body: Some(String::from_utf8_lossy(shown).into_owned()),
        size: Some(body.len()),
        withheld: Some(withheld),
        saved,
        ..Answer::default()
    }
}

fn word(kind: HttpErrorKind) -> &'static str {
    match kind {
        HttpErrorKind::Denied => "denied",
        HttpErrorKind::NotSent => "not-sent",
        HttpErrorKind::TimedOut => "timed-out",
        HttpErrorKind::Unavailable => "unavailable",
        HttpErrorKind::TooLarge => "too-large",
        HttpErrorKind::Rejected => "rejected",
    }
}

fn get() -> String {
    "GET".to_owned()
}

stepwell_plugin::export!(Courier);
