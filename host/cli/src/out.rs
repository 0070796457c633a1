//! The only place that prints. The masker sees all text before it leaves.

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

/// The masker of the process, which learns every secret.
pub fn masker() -> &'static Masker {
    static MASKER: LazyLock<Masker> = LazyLock::new(Masker::new);
    &MASKER
}

/// Why standard output could not be written; none if it could.
pub fn lost() -> Option<&'static str> {
    LOST.get().map(String::as_str)
}

/// Whether both output streams go to a terminal.
pub fn is_terminal() -> bool {
    std::io::stdout().is_terminal() && std::io::stderr().is_terminal()
}

/// Prints a line.
pub fn line(text: &str) {
    write(&masker().text(&format!("{text}\n")));
}

/// Prints text that has its own line ends.
pub fn text(text: &str) {
    write(&masker().text(text));
}

/// Prints a JSON object on one line. Masking changes only its strings, so that it stays JSON.
pub fn json(value: &Json) {
    let mut value = value.clone();
    masker().json(&mut value);
    write(&format!("{value}\n"));
}

/// Prints to standard error.
pub fn error(text: &str) {
    // A closed standard error leaves no way to report that.
    drop(writeln!(std::io::stderr().lock(), "{}", masker().text(text)));
}

/// Standard error, masked, for one event of the diagnostics.
pub fn diagnostics() -> MaskedWriter<Stderr> {
    masker().writer(std::io::stderr())
}

/// Prints panics as Rust does, but masked: their messages can quote a secret.
pub fn mask_panics() {
    panic::set_hook(Box::new(|info| error(&panic_text(info))));
}

fn panic_text(info: &PanicHookInfo<'_>) -> String {
    let thread = thread::current();
    let thread = thread.name().unwrap_or("unnamed");
    let place = info.location().map_or_else(String::new, |location| format!(" at {location}"));
    let message = info.payload_as_str().unwrap_or("a value that is not text");
    let backtrace = Backtrace::capture();
    let backtrace = match backtrace.status() {
        BacktraceStatus::Captured => format!("\n{backtrace}"),
        _ => String::new(),
    };
    format!("thread '{thread}' panicked{place}:\n{message}{backtrace}")
}

/// Prints the error of a run, if it has one.
pub fn failure(failure: Option<String>) {
    if let Some(lines) = failure {
        error(&lines);
    }
}

fn write(text: &str) {
    let mut stdout = std::io::stdout().lock();
    if let Err(error) = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        // A run continues. Every command checks `lost` at its end.
        tracing::debug!(%error, "standard output is gone");
        // A reader that closed the pipe (`stepwell … | head`) has read enough.
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
