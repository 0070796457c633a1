//! What a fault says, and whether a text matches.

use std::collections::HashMap;
use std::fmt;

use regex::{Regex, RegexBuilder};
use stepwell_model::error::list_names;

use super::Problem;
use crate::model::Bounds;

/// Bytes of a compiled pattern; the largest of AWS's have a few kilobytes.
const LARGEST_PATTERN: usize = 1 << 20;

/// The patterns of one check, each compiled once: the items of a list share theirs.
#[derive(Default)]
pub(super) struct Patterns(HashMap<String, Option<Regex>>);

impl Patterns {
    /// Whether the text matches, or the pattern cannot tell: AWS writes them in the dialect of Java, which looks around,
    /// and AWS itself has the last word.
    pub(super) fn matches(&mut self, pattern: &str, text: &str) -> bool {
        if !self.0.contains_key(pattern) {
            let compiled = RegexBuilder::new(pattern).size_limit(LARGEST_PATTERN).build();
            self.0.insert(pattern.to_owned(), compiled.ok());
        }
        self.0.get(pattern).and_then(Option::as_ref).is_none_or(|pattern| pattern.is_match(text))
    }
}

/// Names that fit into a message.
const MOST_NAMES: usize = 12;

fn some(known: &[String]) -> String {
    let listed = list_names(known.iter().map(String::as_str).take(MOST_NAMES));
    match known.len().checked_sub(MOST_NAMES).filter(|more| *more > 0) {
        Some(more) => format!("{listed} and {more} more"),
        None => listed,
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { .. } => f.write_str("is no member of the request"),
            Self::Missing { name } => write!(f, "lacks `{name}`"),
            Self::Type { expected, found } => write!(f, "must be {expected}, not {found}"),
            Self::Union { set, .. } => write!(f, "must have exactly one member, not {set}"),
            Self::Value { .. } => f.write_str("has a value that the model does not know"),
            Self::Depth { most } => write!(f, "is deeper than {most} levels"),
            Self::Pattern { .. } => f.write_str("does not match the model's pattern"),
            Self::Bounds { unit, found, allowed } => {
                let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
                write!(f, "must have {allowed}{unit}, not {found}")
            }
        }
    }
}

impl Problem {
    /// What to do about it.
    pub fn advice(&self) -> String {
        match self {
            Self::Unknown { nearest: Some(name), .. } => format!("write `{name}`"),
            Self::Unknown { nearest: None, known } => format!("leave it out, or use one of {}", some(known)),
            Self::Missing { name } => format!("add `{name}`"),
            Self::Type { expected, .. } => format!("write {expected}"),
            Self::Union { known, .. } => format!("set one of {}", some(known)),
            Self::Value { nearest: Some(value), .. } => format!("write `{value}`"),
            Self::Value { nearest: None, known } => format!("use one of {}", some(known)),
            Self::Depth { .. } => "write fewer objects and lists inside of each other".to_owned(),
            Self::Pattern { pattern } => format!("write a text that matches `{pattern}`"),
            Self::Bounds { .. } => "write a value within these bounds".to_owned(),
        }
    }
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.least, self.most) {
            (Some(least), Some(most)) if least == most => write!(f, "{least}"),
            (Some(least), Some(most)) => write!(f, "{least} to {most}"),
            (Some(least), None) => write!(f, "at least {least}"),
            (None, Some(most)) => write!(f, "at most {most}"),
            (None, None) => f.write_str("any number"),
        }
    }
}
