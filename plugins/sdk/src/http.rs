//! HTTP requests to servers other than AWS.
//!
//! ```no_run
//! use serde::Deserialize;
//! use serde_json::json;
//! use stepwell_plugin::http::{self, Request};
//! use stepwell_plugin::{Duration, Failure};
//!
//! #[derive(Deserialize)]
//! struct Release {
//!     version: String,
//! }
//!
//! fn roll_out(token: &str) -> Result<(), Failure> {
//!     let newest: Release = http::get("https://releases.example.com/newest")?.json()?;
//!     let request = Request::post("https://deploy.example.com/v1/deployments")
//!         .header("authorization", format!("Bearer {token}"))
//!         .timeout(Duration::seconds(30))
//!         .json(&json!({ "version": newest.version }))?;
//!     request.send()?.error_for_status()?;
//!     Ok(())
//! }
//! ```
//!
//! The operator grants each request: its method, scheme, host, port and path. A step states its requests in
//! [`Step::REQUESTS`](crate::Step::REQUESTS). A step whose URL is a property of its configuration marks that property
//! with `#[schemars(extend("x-stepwell-request" = "method"))]`: the value is the name of the property that holds the
//! method, or a method, such as `"GET"`.
//!
//! A property that may hold a secret holds a placeholder when it does. The host puts the secret in its place in the
//! value of a header, in a JSON or form body, or as the whole URL, so a plugin passes the placeholder on unchanged.

use std::borrow::Cow;
use std::fmt;
use std::fmt::Write as _;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::bindings::stepwell::http::http as wit;
use crate::{Duration, Failure};

pub use wit::{DownloadResponse, HttpError, HttpErrorKind, Request, Response};

/// Gets a URL. Any status other than 200 to 299 is a failure.
///
/// # Errors
///
/// Those of [`Request::send`] and [`Response::error_for_status`].
pub fn get(url: impl Into<String>) -> Result<Response, Failure> {
    Request::get(url).send()?.error_for_status()
}

/// Sends a `GET`, and saves the body of an answer with the status 200 in a file of a directory that the operator lends
/// for writing, such as `site/report.pdf`.
///
/// # Errors
///
/// Those of [`Request::send`], and `Rejected` for another method or a path that is not lent.
pub fn download(request: &Request, path: &str) -> Result<DownloadResponse, HttpError> {
    wit::download(request, path)
}

/// The method of a request. A configuration holds it in capitals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// `GET`.
    #[default]
    Get,
    /// `HEAD`.
    Head,
    /// `OPTIONS`.
    Options,
    /// `POST`.
    Post,
    /// `PUT`.
    Put,
    /// `PATCH`.
    Patch,
    /// `DELETE`.
    Delete,
}

impl Method {
    const ALL: [Self; 7] = [Self::Get, Self::Head, Self::Options, Self::Post, Self::Put, Self::Patch, Self::Delete];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Method {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl JsonSchema for Method {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Method".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": Self::ALL.map(Self::as_str) })
    }
}

impl Request {
    /// A request without headers and body, for an absolute `https` or `http` URL.
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        Self { method: method.as_str().to_owned(), url: url.into(), ..Self::default() }
    }

    /// A `GET`.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new(Method::Get, url)
    }

    /// A `HEAD`.
    pub fn head(url: impl Into<String>) -> Self {
        Self::new(Method::Head, url)
    }

    /// A `POST`.
    pub fn post(url: impl Into<String>) -> Self {
        Self::new(Method::Post, url)
    }

    /// A `PUT`.
    pub fn put(url: impl Into<String>) -> Self {
        Self::new(Method::Put, url)
    }

    /// A `PATCH`.
    pub fn patch(url: impl Into<String>) -> Self {
        Self::new(Method::Patch, url)
    }

    /// A `DELETE`.
    pub fn delete(url: impl Into<String>) -> Self {
        Self::new(Method::Delete, url)
    }

    /// Adds a header. A second `content-type` replaces the first one.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let name = name.into();
        if is_content_type(&name) {
            self.headers.retain(|(name, _)| !is_content_type(name));
        }
        self.headers.push((name, value.into()));
        self
    }

    /// Adds a parameter to the URL, percent-encoded. A URL that is a secret takes none: the host sends it as it is.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        let separator = if self.url.contains('?') { '&' } else { '?' };
        self.url = format!("{}{separator}{}={}", self.url, percent_encoded(name), percent_encoded(value));
        self
    }

    /// Sets the body to a value as JSON.
    ///
    /// # Errors
    ///
    /// `Rejected` when JSON cannot represent the value, such as a map whose keys are no text.
    pub fn json<T: Serialize + ?Sized>(self, value: &T) -> Result<Self, HttpError> {
        let body = serde_json::to_vec(value).map_err(|error| HttpError {
            kind: HttpErrorKind::Rejected,
            message: format!("the body cannot be JSON: {error}"),
        })?;
        Ok(self.body("application/json", body))
    }

    /// Sets the body to the fields of a form.
    #[must_use]
    pub fn form<N: AsRef<str>, V: AsRef<str>>(self, fields: impl IntoIterator<Item = (N, V)>) -> Self {
        let field =
            |(name, value): (N, V)| format!("{}={}", percent_encoded(name.as_ref()), percent_encoded(value.as_ref()));
        let fields: Vec<_> = fields.into_iter().map(field).collect();
        self.body("application/x-www-form-urlencoded", fields.join("&"))
    }

    /// Sets the body to a text.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        self.body("text/plain; charset=utf-8", text.into())
    }

    /// Sets the body to any bytes. A header `content-type` that is already there stays.
    #[must_use]
    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        match self.headers.iter().any(|(name, _)| is_content_type(name)) {
            true => self,
            false => self.header("content-type", content_type),
        }
    }

    /// Limits the time of the whole request, with its redirects and repetitions.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout_ms = Some(u32::try_from(timeout.as_millis()).unwrap_or(u32::MAX));
        self
    }

    /// States that a repetition changes nothing more. The host repeats such a `POST` or `PATCH` after a broken
    /// connection and after a crash.
    #[must_use]
    pub fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// Sends the request, and returns the answer, whatever its status.
    ///
    /// # Errors
    ///
    /// Why there is no answer.
    pub fn send(&self) -> Result<Response, HttpError> {
        wit::send(self)
    }
}

/// The maximum number of characters of an answer in a failure.
const QUOTED: usize = 300;

impl Response {
    /// Whether the status is 200 to 299.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The first value of a header, whose name is compared without regard to case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as text. `�` stands for what is not UTF-8.
    ///
    /// # Errors
    ///
    /// `AnswerWithheld` when the host withholds the answer.
    pub fn text(&self) -> Result<Cow<'_, str>, Failure> {
        self.bytes().map(String::from_utf8_lossy)
    }

    /// The value that the body has as JSON.
    ///
    /// # Errors
    ///
    /// `AnswerInvalid` for a body of another form, and `AnswerWithheld` when the host withholds the answer.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_slice(self.bytes()?).map_err(|error| {
            Failure::new("AnswerInvalid", format!("the answer (status {}) is of another form: {error}", self.status))
        })
    }

    /// The answer when its status is 200 to 299.
    ///
    /// # Errors
    ///
    /// [`unexpected`](Self::unexpected) for any other status.
    pub fn error_for_status(self) -> Result<Self, Failure> {
        if self.is_success() { Ok(self) } else { Err(self.unexpected()) }
    }

    /// The failure `HttpStatus` of a step that did not expect this status. It quotes the beginning of the body. A retry
    /// may help after 429 and 503, with which a server refuses a request for the time being.
    #[must_use]
    pub fn unexpected(&self) -> Failure {
        let body = match self.text() {
            Ok(text) if text.trim().is_empty() => String::new(),
            Ok(text) => format!(": {}", beginning(text.trim())),
            Err(_) => "; the host withholds the body, because the request held a secret".to_owned(),
        };
        let failure = Failure::new("HttpStatus", format!("the server answered {}{body}", self.status));
        if matches!(self.status, 429 | 503) { failure.retryable() } else { failure }
    }

    fn bytes(&self) -> Result<&[u8], Failure> {
        if self.withheld {
            let message = format!(
                "the host withholds the answer (status {}), because the request held a secret that the answer could \
                 repeat; if the server never does, the operator writes `echoes = false` at this destination of the \
                 secret",
                self.status
            );
            return Err(Failure::new("AnswerWithheld", message));
        }
        Ok(&self.body)
    }
}

/// Percent-encodes a text that becomes a part of a path or a query, everything but letters, digits, `-`, `.`, `_` and
/// `~`.
#[must_use]
pub fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

fn is_content_type(name: &str) -> bool {
    name.eq_ignore_ascii_case("content-type")
}

fn beginning(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)).into(),
        None => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value as Json, json};

    use super::*;

    fn response(status: u16, body: &str) -> Response {
        Response { status, body: body.as_bytes().to_vec(), ..Response::default() }
    }

    #[test]
    fn a_request_has_what_was_added_to_it() {
        let request = Request::post("https://example.com/v1")
            .header("Authorization", "Bearer x")
            .timeout(Duration::seconds(30))
            .idempotent()
            .json(&json!({ "a": [1, "ä"] }))
            .unwrap();
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let expected = [header("Authorization", "Bearer x"), header("content-type", "application/json")];
        assert_eq!((request.method.as_str(), request.url.as_str()), ("POST", "https://example.com/v1"));
        assert_eq!(request.headers, expected);
        assert_eq!(request.body.as_deref(), Some(r#"{"a":[1,"ä"]}"#.as_bytes()));
        assert_eq!((request.timeout_ms, request.idempotent), (Some(30_000), true));
        let plain = Request::get("https://example.com").timeout(Duration::milliseconds(u64::MAX));
        assert_eq!((plain.method.as_str(), plain.body, plain.idempotent), ("GET", None, false));
        assert_eq!(plain.timeout_ms, Some(u32::MAX));
    }

    #[test]
    fn a_parameter_of_the_url_is_encoded() {
        let request = Request::get("https://example.com/find").query("q", "a b&c=ä").query("n", "1-._~");
        assert_eq!(request.url, "https://example.com/find?q=a%20b%26c%3D%C3%A4&n=1-._~");
        assert_eq!(Request::get("https://example.com?x=1").query("y", "").url, "https://example.com?x=1&y=");
    }

    #[test]
    fn the_fields_of_a_form_are_encoded_and_a_placeholder_is_not_changed() {
        let body = |request: Request| String::from_utf8(request.body.unwrap()).unwrap();
        let form = Request::post("https://example.com").form([("a b", "c+d&e"), ("token", "stepwell-secret-t-0af3")]);
        assert_eq!(form.headers[0].1, "application/x-www-form-urlencoded");
        assert_eq!(body(form), "a%20b=c%2Bd%26e&token=stepwell-secret-t-0af3");
        let map = BTreeMap::from([("b".to_owned(), "2".to_owned()), ("a".to_owned(), "1".to_owned())]);
        assert_eq!(body(Request::post("https://example.com").form(&map)), "a=1&b=2");
    }

    #[test]
    fn the_own_content_type_takes_precedence_whenever_it_is_set() {
        let types = |request: Request| request.headers.into_iter().map(|(_, value)| value).collect::<Vec<_>>();
        let request = || Request::post("https://example.com");
        assert_eq!(types(request().text("<a/>")), ["text/plain; charset=utf-8"]);
        assert_eq!(types(request().header("Content-Type", "text/xml").text("<a/>")), ["text/xml"]);
        assert_eq!(types(request().text("<a/>").header("Content-Type", "text/xml")), ["text/xml"]);
    }

    #[test]
    fn a_value_that_json_cannot_represent_is_rejected() {
        let keys = BTreeMap::from([((1, 2), "no text")]);
        let error = Request::post("https://example.com").json(&keys).unwrap_err();
        assert_eq!(error.kind, HttpErrorKind::Rejected);
    }

    #[test]
    fn a_method_is_written_in_capitals() {
        for method in Method::ALL {
            assert_eq!(serde_json::from_value::<Method>(json!(method)).unwrap(), method);
        }
        assert_eq!(json!(Method::Options), "OPTIONS");
        assert!(serde_json::from_value::<Method>(json!("get")).is_err());
    }

    #[test]
    fn an_answer_is_read_as_text_or_as_json() {
        let answer = Response { headers: vec![("etag".to_owned(), "7".to_owned())], ..response(200, r#"{"a": 1}"#) };
        assert_eq!((answer.header("ETag"), answer.header("age")), (Some("7"), None));
        assert_eq!(answer.text().unwrap(), r#"{"a": 1}"#);
        assert_eq!(answer.json::<Json>().unwrap(), json!({ "a": 1 }));
        let failure = response(200, "<html>").json::<Json>().unwrap_err();
        assert_eq!(failure.code, "AnswerInvalid");
        assert_eq!(failure.message, "the answer (status 200) is of another form: expected value at line 1 column 1");
        assert_eq!(Response { body: vec![b'a', 0xff], ..response(200, "") }.text().unwrap(), "a\u{fffd}");
    }

    #[test]
    fn an_unexpected_status_is_a_failure_with_the_beginning_of_the_answer() {
        let failure = |status, body: &str| response(status, body).error_for_status().unwrap_err();
        assert_eq!(failure(404, " no such user\n").message, "the server answered 404: no such user");
        assert_eq!(failure(500, "").message, "the server answered 500");
        assert_eq!(failure(302, "").code, "HttpStatus");
        let long = failure(400, &"ä".repeat(301)).message;
        assert_eq!(long, format!("the server answered 400: {}…", "ä".repeat(300)));
        for (status, retryable) in [(400, false), (429, true), (500, false), (502, false), (503, true)] {
            assert_eq!(failure(status, "").retryable, retryable, "{status}");
        }
        for status in [200, 204, 299] {
            assert!(response(status, "").error_for_status().is_ok(), "{status}");
        }
    }

    #[test]
    fn a_withheld_answer_says_why_and_how_to_get_it() {
        let answer = Response { withheld: true, ..response(200, "") };
        let failure = answer.json::<Json>().unwrap_err();
        assert_eq!((&*failure.code, failure.retryable), ("AnswerWithheld", false));
        assert!(failure.message.contains("`echoes = false`"), "{}", failure.message);
        assert_eq!(answer.text().unwrap_err(), failure);
        let unexpected = Response { status: 403, ..answer }.unexpected();
        assert_eq!(
            unexpected.message,
            "the server answered 403; the host withholds the body, because the request held a secret"
        );
    }
}
