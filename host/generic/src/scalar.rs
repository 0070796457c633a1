//! Scalars as text: timestamps, blobs and numbers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Number, Value as Json};

use crate::mismatch::Mismatch;
use crate::model::{Kind, TimeFormat};

/// What the model wants of a value, in words.
pub fn wanted(kind: &Kind) -> &'static str {
    match kind {
        Kind::Structure(_) => "an object",
        Kind::List { .. } => "a list",
        Kind::Map { .. } => "an object of names and values",
        Kind::Text { .. } => "text",
        Kind::Integer(_) => "an integer of 32 bits",
        Kind::Long(_) => "an integer of 64 bits",
        Kind::Float | Kind::Double => "a number",
        Kind::Boolean => "true or false",
        Kind::Blob => "bytes in base64",
        Kind::Timestamp => "a timestamp, such as 2026-01-31T12:00:00Z",
        Kind::Document => "a document",
    }
}

/// The point in time that a document names: RFC 3339, or seconds since 1970.
pub(crate) fn instant(value: &Json) -> Option<Timestamp> {
    match value {
        Json::String(text) => parse_time(text),
        Json::Number(seconds) => from_seconds(seconds.as_f64()?),
        _ => None,
    }
}

fn from_seconds(seconds: f64) -> Option<Timestamp> {
    // Services write milliseconds; a double has no more digits at today's dates.
    let millis = (seconds * 1e3).round();
    // Both ends of jiff's range are far from those of i64.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the cast saturates, and jiff refuses what is out of its range"
    )]
    Timestamp::from_millisecond(millis as i64).ok().filter(|_| millis.is_finite())
}

/// A timestamp in any of the formats that services write, whatever their models name.
fn parse_time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return from_seconds(seconds);
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    if let Ok(at) = jiff::fmt::rfc2822::parse(text) {
        return Some(at.timestamp());
    }
    // `Sun, 02 Jan 2000 20:34:56.456 GMT`
    let (head, tail) = text.rsplit_once('.')?;
    let (fraction, zone) = tail.split_once(' ')?;
    let whole = jiff::fmt::rfc2822::parse(&format!("{head} {zone}")).ok()?.timestamp();
    let fraction = format!("0.{fraction}").parse::<f64>().ok()?;
    whole.checked_add(std::time::Duration::try_from_secs_f64(fraction).ok()?).ok()
}

pub(crate) fn write_time(at: Timestamp, format: TimeFormat) -> String {
    match format {
        TimeFormat::Iso8601 => at.to_string(),
        TimeFormat::Rfc822 => at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string(),
        TimeFormat::UnixTimestamp => unix(at).to_string(),
    }
}

/// Seconds since 1970, with milliseconds where there are some.
pub(crate) fn unix(at: Timestamp) -> Number {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of dates that AWS knows fit into 53 bits")]
    let seconds = || Number::from_f64(at.as_millisecond() as f64 / 1e3);
    let fraction = (at.subsec_nanosecond() != 0).then(seconds).flatten();
    fraction.unwrap_or_else(|| Number::from(at.as_second()))
}

/// A scalar in a form, a header, a path or an XML text.
pub(crate) fn to_text(kind: &Kind, value: &Json, format: TimeFormat) -> Result<String, Mismatch> {
    let text = match (kind, value) {
        (Kind::Timestamp, value) => instant(value).map(|at| write_time(at, format)),
        (Kind::Blob, Json::String(text)) => STANDARD.decode(text).ok().map(|_| text.clone()),
        (Kind::Boolean, Json::Bool(flag)) => Some(flag.to_string()),
        (Kind::Text { .. }, Json::String(text)) => Some(text.clone()),
        (Kind::Float | Kind::Double, Json::String(text)) if is_special(text) => Some(text.clone()),
        (Kind::Integer(_) | Kind::Long(_), Json::Number(number)) if !number.is_f64() => Some(number.to_string()),
        (Kind::Float | Kind::Double, Json::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    text.ok_or_else(|| Mismatch::new(wanted(kind)))
}

/// Numbers that JSON does not have.
pub(crate) fn is_special(text: &str) -> bool {
    matches!(text, "NaN" | "Infinity" | "-Infinity")
}

/// The way back from [`to_text`].
pub(crate) fn from_text(kind: &Kind, text: &str) -> Result<Json, Mismatch> {
    let trimmed = text.trim();
    let value = match kind {
        Kind::Boolean => match trimmed {
            "true" | "True" => Some(Json::Bool(true)),
            "false" | "False" => Some(Json::Bool(false)),
            _ => None,
        },
        Kind::Integer(_) | Kind::Long(_) => trimmed.parse::<i64>().ok().map(Json::from),
        Kind::Float | Kind::Double if is_special(trimmed) => Some(Json::from(trimmed)),
        Kind::Float | Kind::Double => trimmed.parse().ok().map(float),
        Kind::Timestamp => parse_time(trimmed).map(|at| Json::from(at.to_string())),
        Kind::Blob => STANDARD.decode(trimmed).ok().map(|_| Json::from(trimmed)),
        Kind::Structure(_) | Kind::List { .. } | Kind::Map { .. } => None,
        Kind::Text { .. } | Kind::Document => Some(Json::from(text)),
    };
    value.ok_or_else(|| Mismatch::new(wanted(kind)))
}

pub(crate) fn float(number: f64) -> Json {
    match Number::from_f64(number) {
        Some(number) => Json::Number(number),
        None if number.is_nan() => Json::from("NaN"),
        None if number > 0.0 => Json::from("Infinity"),
        None => Json::from("-Infinity"),
    }
}

/// The bytes of a blob.
pub(crate) fn bytes(value: &Json) -> Result<Vec<u8>, Mismatch> {
    let decoded = value.as_str().and_then(|text| STANDARD.decode(text).ok());
    decoded.ok_or_else(|| Mismatch::new(wanted(&Kind::Blob)))
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}
