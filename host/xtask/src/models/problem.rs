//! What the converter does not understand in botocore's files.

use std::fmt;

/// Data that the converter refuses, with its place inside the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    place: Vec<String>,
    text: String,
}

impl Problem {
    /// A problem whose place follows.
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self { place: Vec::new(), text: text.into() }
    }

    /// The same problem, inside this.
    pub(super) fn inside(mut self, place: &str) -> Self {
        self.place.insert(0, place.to_owned());
        self
    }
}

impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Self {
        Self::new(error.to_string())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place.as_slice() {
            [] => f.write_str(&self.text),
            place => write!(f, "{}: {}", place.join("."), self.text),
        }
    }
}

/// Adds the place to a problem.
pub(super) trait Inside {
    /// The same, with its problem inside this.
    fn inside(self, place: &str) -> Self;
}

impl<T> Inside for Result<T, Problem> {
    fn inside(self, place: &str) -> Self {
        self.map_err(|problem| problem.inside(place))
    }
}
