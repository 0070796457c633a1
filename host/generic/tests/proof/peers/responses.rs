//! Responses.

use serde_json::{Value as Json, json};
use stepwell_generic::model::{Kind, Shape};
use stepwell_generic::protocol;

use super::{Answered, Sample, compare_all, print_skipped};
use crate::support::walk::{normal, same, scalars};

#[test]
fn the_response_of_every_operation_is_read_as_botocore_reads_it() {
    let skipped = print_skipped("responses");
    let counts = compare_all("responses", compare);
    counts.check();
    assert!(counts.equal > 36_000 && skipped < 3_300, "the corpus is not whole");
}

fn compare(sample: &Sample<'_>) -> Result<Option<&'static str>, String> {
    let line = sample.line;
    let answered = Answered::of(line);
    let shown = || answered.text().chars().take(1500).collect::<String>();
    let own = match protocol::response(sample.service, sample.operation, &answered.response()) {
        Err(error) if error.to_string().ends_with(".Body` is not text") => {
            return Ok(Some("moto takes a structure `Body` for the body of the response"));
        }
        own => own.map_err(|error| format!("refused: {error}; {}", shown()))?,
    };
    if sample.service.id == "S3" && sample.operation.name == "GetBucketLocation" {
        return Ok(Some("moto's response has the element of the model, and that of S3 has not"));
    }
    let shape = sample.service.shape(sample.operation.output.as_ref().unwrap());
    let (own, expected) = (readable(sample, shape, &Json::Object(own)), readable(sample, shape, &line["output"]));
    same("response", own, expected).map_err(|why| format!("{why}\n  body     {}", shown()))?;
    Ok(None)
}

/// The members of a structure, with points in time as milliseconds, whichever way they are written.
pub(super) fn readable(sample: &Sample<'_>, shape: &Shape, value: &Json) -> Json {
    let leaf = |kind: &Kind, value: &Json| match (kind, value) {
        (Kind::Timestamp, Json::String(text)) => {
            json!(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
        }
        (_, value) => value.clone(),
    };
    let Kind::Structure(structure) = &shape.kind else { return value.clone() };
    let fields = value.as_object().into_iter().flatten().map(|(name, value)| match structure.field(name) {
        Some(field) => (name.clone(), scalars(sample.service, &field.member, value, &leaf)),
        None => (name.clone(), value.clone()),
    });
    normal(&Json::Object(fields.collect()))
}
