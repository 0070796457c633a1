//! Output of the tasks. Only this module writes to standard output.

use std::fmt::Display;
use std::io::{IsTerminal as _, Write as _};

/// Prints the heading of a part.
pub fn heading(text: impl Display) {
    print(format_args!("\n── {text}\n"));
}

/// Prints a line within a part.
pub fn line(text: impl Display) {
    print(format_args!("   {text}\n"));
}

/// Prints a command that is about to run, as typed in a shell.
pub fn command(text: impl Display) {
    print(format_args!("   $ {text}\n\n"));
}

/// Prints the text of another program as it is.
pub fn verbatim(text: &str) {
    print(text);
}

/// Whether a person reads the output.
pub fn is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

/// Prints without failing: a reader that has left (`cargo xtask plugins | head`) does not stop the task.
fn print(text: impl Display) {
    drop(write!(std::io::stdout().lock(), "{text}"));
}
