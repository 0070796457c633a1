//! A value that is not of its shape.

use std::fmt;

/// A value that is not of its shape, with its place in the request or response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// What the model wants there, such as `a list`.
    pub expected: &'static str,
    /// The names and positions that lead to it, the innermost first.
    steps: Vec<String>,
}

impl Mismatch {
    pub(crate) fn new(expected: &'static str) -> Self {
        Self { expected, steps: Vec::new() }
    }

    /// The same, seen from the value that holds it.
    pub(crate) fn under(mut self, step: impl fmt::Display) -> Self {
        self.steps.push(step.to_string());
        self
    }

    /// The path of the value, such as `Table.Indexes[2]`; empty for the whole.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for step in self.steps.iter().rev() {
            if !path.is_empty() && !step.starts_with('[') {
                path.push('.');
            }
            path.push_str(step);
        }
        path
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path() {
            path if path.is_empty() => write!(f, "it is not {}", self.expected),
            path => write!(f, "`{path}` is not {}", self.expected),
        }
    }
}

impl std::error::Error for Mismatch {}

/// The step that leads to an item of a list.
pub(crate) fn item(position: usize) -> String {
    format!("[{position}]")
}
