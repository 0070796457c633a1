//! The view for programs: one JSON object a line, with the report as the last.

use serde_json::{Value as Json, json};
use stepwell_model::NextAction;
use stepwell_model::event::Event;
use stepwell_model::report::Report;

use super::View;
use crate::error::CliError;
use crate::out;

/// Prints records as they are written.
pub struct JsonLines;

impl View for JsonLines {
    fn event(&self, event: &Event) {
        out::json(&json!(event));
    }

    fn report(&self, report: &Report) {
        out::json(&tagged("report", json!(report)));
    }

    fn cancelling(&self) {}

    fn leaving(&self) {}

    fn abandoned(&self) {}
}

/// The error of a command, as its last line. Each of several errors has a line.
pub fn error(error: &CliError) -> Json {
    let mut line = error_line(error);
    if let (Json::Object(entries), Some(place)) = (&mut line, error.place()) {
        entries.extend([
            ("file".to_owned(), place.file.clone().into()),
            ("line".to_owned(), place.line.into()),
            ("column".to_owned(), place.column.into()),
        ]);
    }
    line
}

fn error_line(error: &CliError) -> Json {
    json!({
        "event": "error",
        "error": error.to_string(),
        "because": error.because(),
        "next": error.next(),
        "exit_code": error.exit().code(),
    })
}

fn tagged(event: &str, mut object: Json) -> Json {
    if let Json::Object(entries) = &mut object {
        entries.insert("event".to_owned(), event.into());
    }
    object
}
