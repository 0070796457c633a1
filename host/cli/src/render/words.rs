//! Words and numbers as people read them.

use std::borrow::Cow;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value as Json;
use stepwell_model::NextAction;
use stepwell_model::error::shorten;
use stepwell_model::event::{Call, Outcome};
use stepwell_model::http::method_of;
use stepwell_model::id::StepPath;
use stepwell_model::report::Status;

use crate::out::{self, is_hostile};

/// Text that cannot move the cursor, colour the terminal, or turn the direction of reading. Otherwise text from plugins
/// and from AWS could imitate a line of the host. Secrets are masked here, before a caller aligns the text or cuts it
/// to the width of a terminal.
pub fn printable(text: &str) -> Cow<'_, str> {
    let text = out::masker().text(text);
    if !text.chars().any(is_hostile) {
        return text;
    }
    let shown = text
        .chars()
        .map(|c| if is_hostile(c) { Cow::Owned(c.escape_default().to_string()) } else { c.to_string().into() });
    Cow::Owned(shown.collect())
}

/// The three lines of an error. A quotation in them cannot add a line.
pub fn explain(error: &dyn NextAction) -> String {
    three_lines("error", error)
}

/// The three lines of a warning.
pub fn warn(warning: &dyn NextAction) -> String {
    three_lines("warning", warning)
}

fn three_lines(kind: &str, error: &dyn NextAction) -> String {
    // Masked before it is cut: the cause may be the long message of another program.
    let [what, because, next] =
        [error.to_string(), error.because(), error.next()].map(|part| shorten(&printable(&part)));
    format!("{kind}: {what}\nbecause: {because}\nnext: {next}")
}

/// [`printable`] for several lines.
pub fn printable_lines(text: &str) -> String {
    text.lines().map(printable).collect::<Vec<_>>().join("\n")
}

/// A value on one line: text as it is, everything else as JSON.
pub fn value(value: &Json) -> String {
    match value {
        Json::String(text) => printable(text).into_owned(),
        other => printable(&other.to_string()).into_owned(),
    }
}

/// A number of bytes.
pub fn bytes(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KiB", bytes.div_ceil(1024)),
        _ => format!("{} MiB", bytes.div_ceil(1_048_576)),
    }
}

/// The time between two events: `0.3 s`, `12 s`, `4 min 10 s`.
pub fn between(from: Timestamp, to: Timestamp) -> String {
    elapsed(Duration::try_from(to.duration_since(from)).unwrap_or_default())
}

/// A span of time.
pub fn elapsed(span: Duration) -> String {
    let seconds = span.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", span.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

/// A moment as the clock of this machine shows it, with its distance from UTC. Programs get UTC.
pub fn when(at: Timestamp) -> String {
    at.to_zoned(TimeZone::system()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// The outcome of a run.
pub fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Succeeded => "succeeded",
        Outcome::Failed => "failed",
        Outcome::Cancelled => "cancelled",
        Outcome::TimedOut => "timed out",
        Outcome::StoppedBeforeChange => "made no change",
    }
}

/// The state of a step.
pub fn status(status: Status) -> &'static str {
    match status {
        Status::NotStarted => "not started",
        Status::Running => "running",
        Status::Waiting => "waiting",
        Status::Retrying(_) => "failed, will be retried",
        Status::Cancelling(_) => "stopping",
        Status::Uncertain => "uncertain",
        Status::Skipped => "skipped",
        Status::Succeeded => "succeeded",
        Status::Failed => "failed",
        Status::Cancelled => "cancelled",
        Status::StoppedBeforeChange => "would make a change",
        Status::StoppedBeforeWait => "would wait",
        Status::Undecided => "cannot tell",
    }
}

/// Most steps that a line names.
const MOST_NAMED: usize = 3;

/// Why a dry run cannot tell what a step would do.
pub fn undecided(after: &[StepPath], because: &str) -> String {
    let because = printable(because);
    let named: Vec<_> = after.iter().take(MOST_NAMED).map(|step| format!("`{step}`")).collect();
    match after.len() {
        0 => because.into_owned(),
        1..=MOST_NAMED => format!("{because}; not known before a real run: {}", named.join(", ")),
        all => format!("{because}; not known before a real run: {} and {} more", named.join(", "), all - MOST_NAMED),
    }
}

/// Method and URL of an HTTP request. None for a call of AWS.
pub fn sent(call: &Call) -> Option<String> {
    let method = method_of(&call.action)?;
    let url = call.request.get("Url").and_then(Json::as_str).unwrap_or_default();
    Some(printable(&format!("{method} {url}")).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugin_cannot_steer_the_terminal() {
        assert_eq!(printable("\u{1b}[2Jroot# \r\u{202e}x\u{9b}1m"), "\\u{1b}[2Jroot# \\r\\u{202e}x\\u{9b}1m");
        assert_eq!(printable("größer als 5 µs ✓"), "größer als 5 µs ✓");
    }

    #[test]
    fn spans_are_short() {
        for (millis, shown) in [(300, "0.3 s"), (12_900, "12 s"), (250_000, "4 min 10 s"), (7_260_000, "2 h 1 min")] {
            assert_eq!(elapsed(Duration::from_millis(millis)), shown);
        }
    }
}
