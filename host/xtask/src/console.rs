//! What a task says while it works. Only this module of the library writes to the terminal.

#![expect(clippy::print_stdout, reason = "a task talks to its user, and all of them do it here")]

use std::fmt::Display;

/// Opens a part.
pub fn heading(text: impl Display) {
    println!("\n── {text}");
}

/// A line within a part.
pub fn line(text: impl Display) {
    println!("   {text}");
}

/// A command that is about to run, as one would type it.
pub fn command(text: impl Display) {
    println!("   $ {text}\n");
}
