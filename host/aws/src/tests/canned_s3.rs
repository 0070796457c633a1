//! A canned S3 in this process: buckets in memory, and faults on request.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_types::sdk_config::Builder;
use percent_encoding::percent_decode_str;
use stepwell_model::settings::Directories;

use super::support::{MemoryJournal, config, step};
use crate::{RunAws, StepAws};

/// The last change of every object: 2026-01-02 03:04:05.
pub(super) const MODIFIED: u64 = 1_767_323_045;
const MODIFIED_HEAD: &str = "Fri, 02 Jan 2026 03:04:05 GMT";

/// The `Expires` of an object with a [`Fault::Head`].
pub(super) const EXPIRES: &str = "Sat, 02 Jan 2027 03:04:05 GMT";

/// A request as it left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) method: String,
    /// Without the bucket's host.
    pub(super) path: String,
    pub(super) query: String,
    pub(super) headers: BTreeMap<String, String>,
}

impl Asked {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// Such as `PUT /big?partNumber=2`.
    pub(super) fn line(&self) -> String {
        let query: Vec<_> =
            self.query.split('&').filter(|part| !part.is_empty() && !part.starts_with("x-id=")).collect();
        let query: Vec<_> = query.into_iter().map(|part| part.strip_suffix('=').unwrap_or(part)).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{} {}{mark}{}", self.method, self.path, query.join("&"))
    }
}

/// A fault of a request.
pub(super) enum Fault {
    /// S3 refuses.
    Refused(u16, &'static str),
    /// S3 refuses without a body.
    Headless(u16),
    /// The bucket is in this region.
    Elsewhere(&'static str),
    /// The head of an object with so many bytes and a tag.
    Head(u64),
    /// An object's tags.
    Tags(&'static str),
    /// S3 never answers.
    Silent,
    /// S3 answers when the condition holds.
    Until(Box<dyn Fn() -> bool + Send + Sync>),
    /// The response has this many bytes fewer than its `Content-Length`.
    Short(usize),
}

type Faults = dyn Fn(&Asked, &mut Held) -> Option<Fault> + Send + Sync;

/// The content of the buckets.
#[derive(Debug, Default)]
pub(super) struct Held {
    pub(super) objects: BTreeMap<String, Vec<u8>>,
    /// Parts by the id of their upload.
    pub(super) uploads: BTreeMap<String, BTreeMap<i32, Vec<u8>>>,
    pub(super) asked: Vec<Asked>,
    in_flight: usize,
    pub(super) most_in_flight: usize,
    versions: BTreeMap<String, u32>,
}

impl Held {
    pub(super) fn put(&mut self, key: &str, bytes: Vec<u8>) {
        *self.versions.entry(key.to_owned()).or_default() += 1;
        self.objects.insert(key.to_owned(), bytes);
    }

    fn e_tag(&self, key: &str) -> String {
        format!("\"{key}-{}\"", self.versions.get(key).copied().unwrap_or_default())
    }
}

#[derive(Clone)]
pub(super) struct CannedS3 {
    pub(super) held: Arc<Mutex<Held>>,
    faults: Arc<Faults>,
}

impl fmt::Debug for CannedS3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CannedS3")
    }
}

impl CannedS3 {
    pub(super) fn new() -> Self {
        Self::with(|_, _| None)
    }

    pub(super) fn with(faults: impl Fn(&Asked, &mut Held) -> Option<Fault> + Send + Sync + 'static) -> Self {
        Self { held: Arc::default(), faults: Arc::new(faults) }
    }

    /// A step with this S3 and these directories.
    pub(super) fn step(&self, directories: Directories) -> (StepAws, Arc<MemoryJournal>) {
        self.step_with(config(), directories)
    }

    /// The same with this configuration.
    pub(super) fn step_with(&self, config: Builder, directories: Directories) -> (StepAws, Arc<MemoryJournal>) {
        let kept = Arc::new(MemoryJournal::default());
        let config = config.http_client(self.clone()).build();
        let mut step = step(RunAws::fixed(config), Arc::clone(&kept) as _);
        step.context.directories = directories;
        (step, kept)
    }

    pub(super) fn lines(&self) -> Vec<String> {
        self.held.lock().unwrap().asked.iter().map(Asked::line).collect()
    }

    pub(super) fn object(&self, key: &str) -> Option<Vec<u8>> {
        self.held.lock().unwrap().objects.get(key).cloned()
    }

    async fn answer(self, mut request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let body = std::mem::replace(request.body_mut(), SdkBody::taken());
        let asked = asked(&request);
        {
            let mut held = self.held.lock().unwrap();
            held.asked.push(asked.clone());
            held.in_flight += 1;
            held.most_in_flight = held.most_in_flight.max(held.in_flight);
        }
        let landed = Landed(&self.held);
        let fault = (self.faults)(&asked, &mut self.held.lock().unwrap());
        let body = ByteStream::new(body).collect().await;
        let body = body.map_err(|error| ConnectorError::io(error.into()))?.to_vec();
        let body = if asked.header("content-encoding") == Some("aws-chunked") { unchunked(&body) } else { body };
        // Gives parallel requests the time to overlap.
        tokio::task::yield_now().await;
        if let Some(Fault::Until(is_so)) = &fault {
            while !is_so() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
        let answer = match fault {
            Some(Fault::Silent) => std::future::pending().await,
            Some(Fault::Refused(status, code)) => error(status, code),
            Some(Fault::Head(size)) => response(200, &head_of(size), ""),
            Some(Fault::Tags(tags)) => response(200, &[], format!("<Tagging><TagSet>{tags}</TagSet></Tagging>")),
            Some(Fault::Elsewhere(region)) => response(301, &[("x-amz-bucket-region", region.to_owned())], ""),
            Some(Fault::Headless(status)) => response(status, &[], ""),
            Some(Fault::Short(missing)) => short(respond(&mut self.held.lock().unwrap(), &asked, body), missing),
            None | Some(Fault::Until(_)) => respond(&mut self.held.lock().unwrap(), &asked, body),
        };
        drop(landed);
        Ok(answer)
    }
}

struct Landed<'a>(&'a Mutex<Held>);

impl Drop for Landed<'_> {
    fn drop(&mut self) {
        self.0.lock().unwrap().in_flight -= 1;
    }
}

impl HttpClient for CannedS3 {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for CannedS3 {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(self.clone().answer(request))
    }
}

fn asked(request: &HttpRequest) -> Asked {
    let url = request.uri().split_once("://").unwrap().1;
    let path = &url[url.find('/').unwrap()..];
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let headers = request.headers().iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Asked { method: request.method().to_owned(), path: path.to_owned(), query: query.to_owned(), headers }
}

/// The bytes in the SDK's chunks, without the checksum behind them.
fn unchunked(mut body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let line = body.iter().position(|byte| *byte == b'\r').unwrap();
        let size = usize::from_str_radix(std::str::from_utf8(&body[..line]).unwrap(), 16).unwrap();
        if size == 0 {
            return bytes;
        }
        bytes.extend(&body[line + 2..line + 2 + size]);
        body = &body[line + 2 + size + 2..];
    }
}

fn response(status: u16, headers: &[(&'static str, String)], body: impl Into<SdkBody>) -> HttpResponse {
    let mut response = HttpResponse::new(status.try_into().unwrap(), body.into());
    response.headers_mut().insert("x-amz-request-id", "req-1");
    for (name, value) in headers {
        response.headers_mut().insert(*name, value.clone());
    }
    response
}

fn head_of(size: u64) -> [(&'static str, String); 7] {
    [
        ("content-length", size.to_string()),
        ("last-modified", MODIFIED_HEAD.to_owned()),
        ("etag", "\"e\"".to_owned()),
        ("content-type", "text/plain".to_owned()),
        ("expires", EXPIRES.to_owned()),
        ("x-amz-meta-owner", "web".to_owned()),
        ("x-amz-tagging-count", "1".to_owned()),
    ]
}

fn error(status: u16, code: &str) -> HttpResponse {
    response(status, &[], format!("<Error><Code>{code}</Code><Message>in S3's words</Message></Error>"))
}

/// A body that is shorter than its `Content-Length`.
fn short(whole: HttpResponse, missing: usize) -> HttpResponse {
    let status = whole.status().as_u16();
    let headers: Vec<_> = whole.headers().iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let bytes = whole.body().bytes().unwrap().to_vec();
    let mut short = response(status, &[], bytes[..bytes.len() - missing].to_vec());
    headers.into_iter().for_each(|(name, value)| drop(short.headers_mut().insert(name, value)));
    short
}

fn respond(held: &mut Held, asked: &Asked, body: Vec<u8>) -> HttpResponse {
    let key = decoded(asked.path.trim_start_matches('/'));
    let value = |name: &str| {
        let values = asked.query.split('&').filter_map(|part| part.split_once('='));
        values.clone().find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
    };
    let is =
        |method: &str, name: &str| asked.method == method && asked.query.split(['&', '=']).any(|part| part == name);
    if is("POST", "uploads") {
        let id = format!("upload-{}", held.uploads.len() + 1);
        held.uploads.insert(id.clone(), BTreeMap::new());
        let xml = format!("<InitiateMultipartUploadResult><UploadId>{id}</UploadId></InitiateMultipartUploadResult>");
        return response(200, &[], xml);
    }
    if let Some(id) = value("uploadId") {
        return of_upload(held, asked, (&key, &id), value("partNumber").map(|number| number.parse().unwrap()), body);
    }
    match asked.method.as_str() {
        "PUT" => {
            let bytes = asked.header("x-amz-copy-source").map(|source| copied(held, source)).unwrap_or(body);
            held.put(&key, bytes);
            let xml = "<CopyObjectResult><ETag>\"e\"</ETag></CopyObjectResult>";
            response(200, &[("etag", held.e_tag(&key))], xml)
        }
        "DELETE" => response(204, &[], ""),
        _ => object(held, asked, &key),
    }
}

fn copied(held: &Held, source: &str) -> Vec<u8> {
    held.objects[&decoded(source.split_once('/').unwrap().1)].clone()
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8().unwrap().into_owned()
}

fn of_upload(
    held: &mut Held,
    asked: &Asked,
    (key, id): (&str, &str),
    part: Option<i32>,
    body: Vec<u8>,
) -> HttpResponse {
    let Some(parts) = held.uploads.get_mut(id) else { return error(404, "NoSuchUpload") };
    match (asked.method.as_str(), part) {
        ("PUT", Some(number)) => {
            parts.insert(number, body);
            let xml = "<CopyPartResult><ETag>\"e\"</ETag></CopyPartResult>";
            response(200, &[("etag", format!("\"{number}\""))], xml)
        }
        ("DELETE", None) => {
            held.uploads.remove(id);
            response(204, &[], "")
        }
        ("POST", None) => {
            let bytes = held.uploads.remove(id).unwrap().into_values().flatten().collect();
            held.put(key, bytes);
            let xml = "<CompleteMultipartUploadResult><ETag>\"e\"</ETag></CompleteMultipartUploadResult>";
            response(200, &[], xml)
        }
        _ => error(400, "InvalidRequest"),
    }
}

fn object(held: &Held, asked: &Asked, key: &str) -> HttpResponse {
    let Some(bytes) = held.objects.get(key) else {
        return if asked.method == "HEAD" { response(404, &[], "") } else { error(404, "NoSuchKey") };
    };
    if asked.header("if-match").is_some_and(|e_tag| e_tag != held.e_tag(key)) {
        return error(412, "PreconditionFailed");
    }
    let mut headers = vec![("last-modified", MODIFIED_HEAD.to_owned()), ("etag", held.e_tag(key))];
    let Some(range) = asked.header("range") else {
        headers.push(("content-length", bytes.len().to_string()));
        let body = if asked.method == "HEAD" { Vec::new() } else { bytes.clone() };
        return response(200, &headers, body);
    };
    let (start, end) = range.strip_prefix("bytes=").unwrap().split_once('-').unwrap();
    let (start, end): (usize, usize) = (start.parse().unwrap(), end.parse::<usize>().unwrap().min(bytes.len() - 1));
    headers.push(("content-range", format!("bytes {start}-{end}/{}", bytes.len())));
    headers.push(("content-length", (end + 1 - start).to_string()));
    response(206, &headers, bytes[start..=end].to_vec())
}
