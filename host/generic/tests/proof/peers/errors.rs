//! Errors.

use stepwell_generic::protocol;

use super::responses::readable;
use super::{Answered, Sample, compare_all, print_skipped};
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
    let answered = Answered::of(line);
    let own = protocol::refusal(sample.service, sample.operation, &answered.response());
    let shown = |why: String| format!("{} {why}\n  {:?} {}", line["shape"], answered.headers, answered.text());
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
