//! botocore as a peer: for every operation of every service, a sample request is written and a sample response is read by
//! both.

mod errors;
mod known;
mod requests;
mod responses;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;
use stepwell_generic::archive::Archive;
use stepwell_generic::model::{Operation, Service};
use stepwell_generic::protocol::Response;

use crate::support::corpus;

/// One sample, and what botocore made of it.
struct Sample<'a> {
    service: &'a Service,
    operation: &'a Operation,
    line: &'a Json,
}

/// The response of a sample.
struct Answered<'a> {
    status: u16,
    headers: Vec<(&'a str, &'a str)>,
    body: Vec<u8>,
}

impl<'a> Answered<'a> {
    fn of(line: &'a Json) -> Self {
        let headers = line["headers"].as_object().unwrap().iter();
        Self {
            status: u16::try_from(line["status"].as_u64().unwrap()).unwrap(),
            headers: headers.map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect(),
            body: STANDARD.decode(line["body"].as_str().unwrap()).unwrap(),
        }
    }

    fn response(&self) -> Response<'_> {
        Response { status: self.status, headers: &self.headers, body: &self.body }
    }

    fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }
}

/// What became of the samples.
#[derive(Debug, Default)]
struct Counts {
    equal: usize,
    /// By the reason why they are not the same.
    known: BTreeMap<&'static str, usize>,
    failures: Vec<String>,
}

/// Compares all samples of a file. `compare` gives the reason of a known difference.
fn compare_all(kind: &str, compare: impl Fn(&Sample<'_>) -> Result<Option<&'static str>, String>) -> Counts {
    let mut counts = Counts::default();
    let mut loaded: Option<Arc<Service>> = None;
    for line in corpus::lines(kind) {
        let name = line["service"].as_str().unwrap();
        let service = match loaded.take() {
            Some(service) if service.name == name => service,
            _ => Archive::shipped().service(name).unwrap(),
        };
        // What the host refuses to call is written and read all the same.
        let mut operation = service.operation(line["operation"].as_str().unwrap()).unwrap().clone();
        operation.refused = None;
        match compare(&Sample { service: &service, operation: &operation, line: &line }) {
            Ok(None) => counts.equal += 1,
            Ok(Some(reason)) => *counts.known.entry(reason).or_default() += 1,
            Err(why) => counts.failures.push(format!("{name}:{}: {why}", operation.name)),
        }
        loaded = Some(service);
    }
    counts
}

/// The samples that could not be made, by the reason.
fn print_skipped(kind: &str) -> usize {
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for line in corpus::lines("skipped").filter(|line| line["kind"] == kind) {
        *reasons.entry(line["reason"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    for (reason, count) in &reasons {
        println!("{count:>6} have no sample: {reason}");
    }
    reasons.values().sum()
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:>6} equal", self.equal)?;
        for (reason, count) in &self.known {
            writeln!(f, "{count:>6} differ as known: {reason}")?;
        }
        write!(f, "{:>6} differ", self.failures.len())
    }
}

impl Counts {
    /// Fails the test with the first failures.
    fn check(&self) {
        println!("{self}");
        let first: Vec<_> =
            self.failures.iter().take(20).map(|why| why.chars().take(2_000).collect::<String>()).collect();
        assert!(first.is_empty(), "{self}; the first are\n{}", first.join("\n\n"));
    }
}
