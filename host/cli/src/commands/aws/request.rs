//! The request of a call: the members of `--with`, or the file of `--request`.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use serde_json::{Map, Number, Value as Json};
use stepwell_generic::model::{Field, Kind, Operation, Service};
use stepwell_generic::scalar_name;

use crate::error::{CliError, Exit};
use crate::render;

/// Bytes of a request: more than AWS takes.
const LARGEST: u64 = 4 << 20;

/// Splits NAME=VALUE. The error does not repeat the text.
pub(super) fn member(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("a member is written NAME=VALUE".to_owned()),
    }
}

/// The request that has these members. Their types decide how their values are read.
pub(super) fn of_members(
    service: &Service,
    operation: &Operation,
    given: Vec<(String, String)>,
) -> Result<Json, CliError> {
    let known = service.structure(operation.input.as_ref());
    let read = |(name, text): (String, String)| {
        let value = match known.field(&name) {
            Some(field) => value(service, field, &text).map_err(|reason| unread(service, operation, field, reason))?,
            // The plan refuses it with the nearest right name.
            None => Json::from(text),
        };
        Ok((name, value))
    };
    given.into_iter().map(read).collect::<Result<Map<_, _>, _>>().map(Json::Object)
}

/// Text, bytes and points in time are taken as they stand; everything else is JSON.
fn value(service: &Service, field: &Field, text: &str) -> Result<Json, String> {
    match &service.shape(&field.member).kind {
        Kind::Text { .. } | Kind::Blob if !field.member.is_json_header => Ok(Json::from(text)),
        // Seconds since 1970 are a number.
        Kind::Timestamp => Ok(text.parse::<Number>().map_or_else(|_| Json::from(text), Json::Number)),
        _ => serde_json::from_str(text).map_err(|error| position(&error)),
    }
}

/// Where the JSON ends to be JSON. The parser's own words could repeat a part of the request.
fn position(error: &serde_json::Error) -> String {
    match (error.is_eof(), error.line()) {
        (true, _) => "it ends too early".to_owned(),
        (false, 1) => format!("it is no JSON from character {} on", error.column()),
        (false, line) => format!("it is no JSON from line {line}, character {} on", error.column()),
    }
}

fn unread(service: &Service, operation: &Operation, field: &Field, reason: String) -> CliError {
    let (kind, name) = (&service.shape(&field.member).kind, &field.name);
    let example = match kind {
        Kind::List { .. } => format!("'{name}=[…]'`, with texts in double quotes"),
        Kind::Integer(_) | Kind::Long(_) | Kind::Float | Kind::Double => format!("{name}=1`"),
        Kind::Boolean => format!("{name}=true`"),
        _ => format!("'{name}={{…}}'`, with names and texts in double quotes"),
    };
    CliError::new(
        Exit::Wrong,
        format!("`--with {name}=…` must be {}, and its value is not valid JSON", scalar_name(kind)),
        reason,
        format!("write `--with {example}; `stepwell aws show {}/{}` describes it", service.name, operation.name),
    )
}

/// The request in a file.
pub(super) fn of_file(file: &Path) -> Result<Json, CliError> {
    let shown = render::printable(&file.display().to_string()).into_owned();
    let failed = |reason: String| {
        CliError::new(
            Exit::Wrong,
            format!("the request in `{shown}` cannot be read"),
            reason,
            "give a file with a JSON object, such as {\"TableName\": \"orders\"}",
        )
    };
    let mut text = String::new();
    let read = match file.as_os_str() == "-" {
        true => std::io::stdin().take(LARGEST).read_to_string(&mut text),
        false => File::open(file).and_then(|file| file.take(LARGEST).read_to_string(&mut text)),
    };
    read.map_err(|error| failed(stepwell_model::error::last_cause(&error)))?;
    match serde_json::from_str(&text) {
        Ok(request @ Json::Object(_)) => Ok(request),
        Ok(_) => Err(failed("it is JSON, but no object".to_owned())),
        Err(error) => Err(failed(position(&error))),
    }
}
