//! What runs print as JSON, held against the schemas that programs rely on.

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::Value as Json;
use stepwell_model::file_schema;

static EVENT: LazyLock<Validator> = LazyLock::new(|| strict(file_schema::event()));
static REPORT: LazyLock<Validator> = LazyLock::new(|| strict(file_schema::report()));

/// A schema that knows every key: the one that is printed allows keys of later releases.
fn strict(mut schema: Json) -> Validator {
    schema["unevaluatedProperties"] = false.into();
    jsonschema::validator_for(&schema).expect("it is a schema")
}

/// Asserts that a line fits the schema of its kind. The report has one more key, which says that it is one.
pub fn assert_fits(line: &Json) {
    let mut line = line.clone();
    let schema = match line["event"].as_str() {
        Some("report") => {
            line.as_object_mut().expect("it is an object").remove("event");
            &*REPORT
        }
        Some("error") => return,
        _ => &*EVENT,
    };
    let wrong: Vec<_> = schema.iter_errors(&line).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{wrong:#?}\n{line:#}");
}
