//! The only place that prints. The masker sees all text before it leaves.

mod terminal;

use std::backtrace::{Backtrace, BacktraceStatus};
use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Stderr, Write};
use std::os::fd::AsFd;
use std::panic::{self, PanicHookInfo};
use std::sync::{LazyLock, OnceLock};
use std::thread;

use rustix::event::{PollFd, PollFlags};
use serde_json::Value as Json;
use stepwell_home::{MaskedWriter, Masker};
use stepwell_model::error::last_cause;
pub use terminal::Terminal;

static LOST: OnceLock<String> = OnceLock::new();

/// The masker of the process. It knows the secrets of all open runs.
pub fn masker() -> &'static Masker {
    static MASKER: LazyLock<Masker> = LazyLock::new(Masker::new);
    &MASKER
}

/// Keeps the secrets of a run masked until this process ends, after the end of the run as well: its report follows.
pub fn keep_masking(run: &Masker) {
    static SHOWN: OnceLock<Masker> = OnceLock::new();
    SHOWN.get_or_init(|| run.clone());
}

/// Why standard output could not be written; none if it could.
pub fn lost() -> Option<&'static str> {
    LOST.get().map(String::as_str)
}

/// Whether both output streams go to a terminal whose cursor can be moved.
pub fn can_draw() -> bool {
    let is_dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    io::stdout().is_terminal() && io::stderr().is_terminal() && !is_dumb
}

/// Whether standard error goes to a terminal.
pub fn stderr_is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// The columns of the terminal that standard output goes to; none when it goes elsewhere.
pub fn width() -> Option<usize> {
    console::Term::stdout().size_checked().map(|(_, columns)| columns.into())
}

/// The lines of the terminal that standard output goes to; none when it goes elsewhere.
pub fn height() -> Option<usize> {
    console::Term::stdout().size_checked().map(|(lines, _)| lines.into())
}

/// Prints a line.
pub fn line(text: &str) {
    write(&masker().text(&format!("{text}\n")));
}

/// Prints text that has its own line ends.
pub fn text(text: &str) {
    write(&masker().text(text));
}

/// Prints a JSON object on one line. Masking changes only its strings, so that it stays JSON. Characters that steer a
/// terminal are escaped, those that JSON allows as well.
pub fn json(value: &Json) {
    let mut value = value.clone();
    masker().json(&mut value);
    write(&format!("{}\n", escaped(&value.to_string())));
}

/// JSON with `\\u` escapes for the characters that steer a terminal. They stand only in strings.
fn escaped(json: &str) -> Cow<'_, str> {
    if !json.chars().any(is_hostile) {
        return Cow::Borrowed(json);
    }
    let mut shown = String::with_capacity(json.len());
    for c in json.chars() {
        if is_hostile(c) {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| shown.push_str(&format!("\\u{unit:04x}")));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// Whether a character moves the cursor, colours the terminal, or turns the direction of reading.
pub fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Prints to standard error.
pub fn error(text: &str) {
    // A closed standard error leaves no way to report that.
    drop(writeln!(io::stderr().lock(), "{}", masker().text(text)));
}

/// Standard error for one event of the diagnostics: masked, and without characters that steer a terminal, such as those
/// of a file's name.
pub fn diagnostics() -> MaskedWriter<Printable<Stderr>> {
    masker().writer(Printable { to: io::stderr(), held: Vec::new() })
}

/// A writer that escapes the characters that steer a terminal. Line ends stay.
pub struct Printable<W: Write> {
    to: W,
    /// The beginning of a character.
    held: Vec<u8>,
}

impl<W: Write> Write for Printable<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&self.held) {
            // The rest of the last character may follow.
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            _ => self.held.len(),
        };
        let text: Vec<u8> = self.held.drain(..whole).collect();
        let mut shown = String::with_capacity(text.len());
        for c in String::from_utf8_lossy(&text).chars() {
            if c != '\n' && is_hostile(c) { shown.extend(c.escape_default()) } else { shown.push(c) }
        }
        self.to.write_all(shown.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
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

/// Prints a question to standard error, without a line end.
pub fn ask(text: &str) {
    let mut stderr = io::stderr().lock();
    // Without standard error there is no answer either.
    drop(write!(stderr, "{}", masker().text(text)).and_then(|()| stderr.flush()));
}

/// Prints the error of a run, if it has one.
pub fn failure(failure: Option<String>) {
    if let Some(lines) = failure {
        error(&lines);
    }
}

fn write(text: &str) {
    let mut stdout = io::stdout().lock();
    if let Err(error) = write_all(&mut stdout, text.as_bytes()) {
        // A run continues. Every command checks `lost` at its end.
        tracing::debug!(%error, "standard output is gone");
        // A reader that closed the pipe (`stepwell … | head`) has read enough.
        if error.kind() != io::ErrorKind::BrokenPipe {
            LOST.get_or_init(|| last_cause(&error));
        }
    }
}

/// Writes to a descriptor that another program may have made non-blocking, such as a pipe that Node.js opened: it waits
/// until there is room.
fn write_all(to: &mut (impl Write + AsFd), mut bytes: &[u8]) -> io::Result<()> {
    loop {
        let written = if bytes.is_empty() { to.flush().map(|()| 0) } else { to.write(bytes) };
        match written {
            Ok(0) if bytes.is_empty() => return Ok(()),
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(length) => bytes = bytes.get(length..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                rustix::event::poll(&mut [PollFd::new(to, PollFlags::OUT)], None)?;
            }
            Err(error) => return Err(error),
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
    fn json_and_diagnostics_cannot_steer_the_terminal() {
        let value = serde_json::json!({ "a\u{9b}": "\u{1b}[2J \u{202e}x\u{85} \u{feff} größer ✓" });
        let shown = escaped(&value.to_string()).into_owned();
        assert!(!shown.chars().any(is_hostile) && shown.contains("größer ✓"), "{shown}");
        assert_eq!(serde_json::from_str::<Json>(&shown).unwrap(), value);
        let mut told = Printable { to: Vec::new(), held: Vec::new() };
        for byte in "path=/a\u{1b}[2J\u{202e}\u{9b} ö ✓\n".bytes() {
            told.write_all(&[byte]).unwrap();
        }
        assert_eq!(String::from_utf8(told.to).unwrap(), "path=/a\\u{1b}[2J\\u{202e}\\u{9b} ö ✓\n");
    }

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
