//! Errors.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use stepwell_generic::protocol::{self, Response};

use super::responses::readable;
use super::{Sample, compare_all, print_skipped};
use crate::support::walk::same;

#[test]
fn every_error_that_a_service_declares_is_read_as_botocore_reads_it() {
    let skipped = print_skipped("errors");
    let counts = compare_all("errors", compare);
    counts.check();
    assert!(counts.equal > 5_800 && skipped < 50, "the corpus is not whole");
}

fn compare(sample: &Sample<'_>) -> Result<Option<&'static str>, String> {
    let line = sample.line;
    let headers: Vec<_> = line["headers"].as_object().unwrap().iter().collect();
    let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
    let body = STANDARD.decode(line["body"].as_str().unwrap()).unwrap();
    let status = u16::try_from(line["status"].as_u64().unwrap()).unwrap();
    let response = Response { status, headers: &headers, body: &body };
    let own = protocol::refusal(sample.service, sample.operation, &response);
    let shown = |why: String| format!("{} {why}\n  {headers:?} {}", line["shape"], String::from_utf8_lossy(&body));
    same("code", own.code.as_deref().unwrap_or_default(), line["code"].as_str().unwrap_or_default()).map_err(shown)?;
    same("message", own.message.as_deref().unwrap_or_default(), line["message"].as_str().unwrap_or_default())
        .map_err(shown)?;
    if line["fields"]["Code"].is_string() && line["fields"]["Code"] == line["code"] {
        return Ok(Some("the error has a member `Code`, and moto's replaced the code by the sample's"));
    }
    let shape = sample.service.shapes.iter().find(|shape| line["shape"] == shape.name.as_str()).unwrap();
    let fields = serde_json::Value::Object(own.fields);
    let (own, expected) = (readable(sample, shape, &fields), readable(sample, shape, &line["fields"]));
    same("fields", own, expected).map_err(shown)?;
    Ok(None)
}
