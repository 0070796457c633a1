//! The only place that prints. Nothing leaves it that the masker was not shown.

mod terminal;

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{IsTerminal as _, Stderr, Write as _};
use std::panic::{self, PanicHookInfo};
use std::sync::{LazyLock, OnceLock};
use std::thread;

use serde_json::Value as Json;
use stepwell_home::{MaskedWriter, Masker};
pub use terminal::Terminal;

static LOST: OnceLock<String> = OnceLock::new();

/// Knows every secret of the process.
pub fn masker() -> &'static Masker {
    static MASKER: LazyLock<Masker> = LazyLock::new(Masker::new);
    &MASKER
}

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
    write(&masker().text(&format!("{text}\n")));
}

/// Prints lines that end themselves.
pub fn text(text: &str) {
    write(&masker().text(text));
}

/// Prints one JSON object on a line. It is masked within its strings, so that it stays JSON.
pub fn json(value: &Json) {
    let mut value = value.clone();
    masker().json(&mut value);
    write(&format!("{value}\n"));
}

/// Prints to standard error.
pub fn error(text: &str) {
    // A standard error that is closed leaves nobody to tell.
    drop(writeln!(std::io::stderr().lock(), "{}", masker().text(text)));
}

/// Standard error for one event of the diagnostics.
pub fn diagnostics() -> MaskedWriter<Stderr> {
    masker().writer(std::io::stderr())
}

/// Prints panics as Rust does; their messages can quote anything.
pub fn mask_panics() {
    panic::set_hook(Box::new(|info| error(&panic_text(info))));
}

fn panic_text(info: &PanicHookInfo<'_>) -> String {
    let thread = thread::current();
    let thread = thread.name().unwrap_or("unnamed");
    let place = info.location().map_or_else(String::new, |location| format!(" at {location}"));
    let message = info.payload_as_str().unwrap_or("a value that is no text");
    let backtrace = Backtrace::capture();
    let backtrace = match backtrace.status() {
        BacktraceStatus::Captured => format!("\n{backtrace}"),
        _ => String::new(),
    };
    format!("thread '{thread}' panicked{place}:\n{message}{backtrace}")
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

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// Learnt by no other test.
    const SECRET: &str = "canary-of-out";

    #[test]
    fn a_panic_is_told_without_its_secrets() {
        static TOLD: Mutex<String> = Mutex::new(String::new());
        masker().learn(SECRET);
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| match thread::current().name() {
            Some("canary") => *TOLD.lock().unwrap() = masker().text(&panic_text(info)).into_owned(),
            _ => before(info),
        }));
        let thread = thread::Builder::new().name("canary".to_owned());
        thread.spawn(|| panic!("cannot send {SECRET:?}")).unwrap().join().unwrap_err();
        let told = TOLD.lock().unwrap();
        assert!(told.starts_with(&format!("thread 'canary' panicked at {}:", file!())), "{told}");
        assert!(told.contains(":\ncannot send \"*****\""), "{told}");
    }
}
