//! The text of a file, and places in it.

use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

use serde::Serialize;

/// The text of a file, with the name that errors show.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// The path as the user would type it.
    pub name: String,
    /// The whole text.
    pub text: String,
    /// The positions at which lines start, found at the first question for a place.
    lines: OnceLock<Vec<usize>>,
}

impl Source {
    /// A text with its name.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into(), lines: OnceLock::new() }
    }

    /// The place at which a span of bytes starts.
    pub fn place(&self, span: &Range<usize>) -> Place {
        let at = if span.start <= self.text.len() { span.start } else { self.text.len() };
        let lines = self.lines.get_or_init(|| {
            std::iter::once(0).chain(self.text.match_indices('\n').map(|(newline, _)| newline + 1)).collect()
        });
        let line = lines.partition_point(|start| *start <= at);
        let start = line.checked_sub(1).and_then(|line| lines.get(line)).copied().unwrap_or_default();
        let before = self.text.get(start..at).unwrap_or_default();
        Place { file: self.name.clone(), line, column: before.chars().count() + 1 }
    }
}

/// A place in a file, `file:line:column`, counted from 1 in lines and characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The file's name as in [`Source::name`].
    pub file: String,
    /// The line.
    pub line: usize,
    /// The character within the line.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A value, and its place in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it starts.
    pub place: Place,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_not_bytes() {
        let source = Source::new("a.toml", "x = 1\nä = ö\n");
        let offset = source.text.find('ö').expect("it is there");
        assert_eq!(source.place(&(offset..offset)).to_string(), "a.toml:2:5");
    }
}
