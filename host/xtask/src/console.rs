//! What a task says while it works. Only this module writes to standard output.

use std::fmt::Display;
use std::io::Write as _;

/// Opens a part.
pub fn heading(text: impl Display) {
    print(format_args!("\n── {text}\n"));
}

/// A line within a part.
pub fn line(text: impl Display) {
    print(format_args!("   {text}\n"));
}

/// A command that is about to run, as one would type it.
pub fn command(text: impl Display) {
    print(format_args!("   $ {text}\n\n"));
}

/// A reader that has left (`cargo xtask plugins | head`) does not stop the task.
fn print(text: impl Display) {
    drop(write!(std::io::stdout().lock(), "{text}"));
}
