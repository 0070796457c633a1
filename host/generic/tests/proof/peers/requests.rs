//! Requests.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use stepwell_generic::protocol::{self, Request};

use super::{Sample, compare_all, known, print_skipped};
use crate::support::body;
use crate::support::walk::same;

#[test]
fn the_request_of_every_operation_equals_botocores() {
    let skipped = print_skipped("requests");
    let counts = compare_all("requests", compare);
    counts.check();
    assert!(counts.equal > 39_000 && skipped <= 10, "the corpus is not whole");
}

fn compare(sample: &Sample<'_>) -> Result<Option<&'static str>, String> {
    let line = sample.line;
    let own = protocol::request(sample.service, sample.operation, &line["input"])
        .map_err(|error| format!("refused: {error}; {}", line["input"]))?;
    same("method", own.method.as_str(), line["method"].as_str().unwrap())?;
    let uri = known::uri(sample);
    let mut reason = None;
    if let Err(why) = same("uri", own.uri.as_str(), &uri) {
        reason = Some(known::same_path(&own.uri, &uri).ok_or(why)?);
    }
    same("host prefix", own.host_prefix.as_deref(), known::prefix(sample))?;
    compare_headers(sample, &own)?;
    let expected = STANDARD.decode(line["body"].as_str().unwrap()).unwrap();
    if let Err(why) = body::compare(sample.service.protocol, &own.body, &expected) {
        reason = Some(known::same_body(sample, &own.body, &expected).ok_or(why)?);
    }
    Ok(reason)
}

/// Both have the same headers, except for those that botocore adds later.
fn compare_headers(sample: &Sample<'_>, own: &Request) -> Result<(), String> {
    let expected = sample.line["headers"].as_object().unwrap();
    for (name, value) in expected {
        let found = own.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        let (found, value) = (found.map(|(_, value)| value.as_str()), value.as_str().unwrap());
        if !found.is_some_and(|found| known::same_header(found, value)) {
            same(name, found, Some(value))?;
        }
    }
    let is_expected = |name: &str| expected.keys().any(|expected| expected.eq_ignore_ascii_case(name));
    let extra = own.headers.iter().find(|(name, _)| !is_expected(name) && !known::is_added_later(name));
    match extra {
        Some((name, value)) => Err(format!("botocore has no header `{name}`: {value}")),
        None => Ok(()),
    }
}
