//! The only place that prints.

use std::io::{IsTerminal as _, Write as _};
use std::sync::OnceLock;

use serde_json::Value as Json;

static LOST: OnceLock<String> = OnceLock::new();

/// Why something could not be written to standard output; none when everything was.
pub fn lost() -> Option<&'static str> {
    LOST.get().map(String::as_str)
}

/// Whether people watch: both streams go to a terminal.
pub fn is_terminal() -> bool {
    std::io::stdout().is_terminal() && std::io::stderr().is_terminal()
}

/// Prints a line.
pub fn line(text: &str) {
    write(&format!("{text}\n"));
}

/// Prints lines that end themselves.
pub fn text(text: &str) {
    write(text);
}

/// Prints one JSON object on a line.
pub fn json(value: &Json) {
    write(&format!("{value}\n"));
}

/// Prints to standard error.
pub fn error(text: &str) {
    // A standard error that is closed leaves nobody to tell.
    drop(writeln!(std::io::stderr().lock(), "{text}"));
}

/// Prints why a run did not succeed, if it did not.
pub fn failure(failure: Option<String>) {
    if let Some(lines) = failure {
        error(&lines);
    }
}

fn write(text: &str) {
    let mut stdout = std::io::stdout().lock();
    if let Err(error) = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        // A run goes on: its exit code counts. What only prints asks `lost` at the end.
        tracing::debug!(%error, "standard output is gone");
        // A reader that has left (`stepwell … | head`) has what it wanted.
        if error.kind() != std::io::ErrorKind::BrokenPipe {
            LOST.get_or_init(|| error.to_string());
        }
    }
}
