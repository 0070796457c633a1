//! Standard error as the terminal of the live view.

use std::io;

use console::Term;
use indicatif::TermLike;

use super::masker;

/// A terminal that masks every line that is drawn.
#[derive(Debug)]
pub struct Terminal(Term);

impl Terminal {
    /// Standard error. A drawing appears when it is complete, so that it does not flicker.
    pub fn stderr() -> Self {
        Self(Term::buffered_stderr())
    }
}

impl TermLike for Terminal {
    fn width(&self) -> u16 {
        self.0.width()
    }

    fn height(&self) -> u16 {
        self.0.height()
    }

    fn move_cursor_up(&self, lines: usize) -> io::Result<()> {
        self.0.move_cursor_up(lines)
    }

    fn move_cursor_down(&self, lines: usize) -> io::Result<()> {
        self.0.move_cursor_down(lines)
    }

    fn move_cursor_right(&self, columns: usize) -> io::Result<()> {
        self.0.move_cursor_right(columns)
    }

    fn move_cursor_left(&self, columns: usize) -> io::Result<()> {
        self.0.move_cursor_left(columns)
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.0.write_line(&masker().text(text))
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.0.write_str(&masker().text(text))
    }

    fn clear_line(&self) -> io::Result<()> {
        self.0.clear_line()
    }

    fn flush(&self) -> io::Result<()> {
        self.0.flush()
    }
}
