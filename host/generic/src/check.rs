//! Holds a request against the model: names, types, required members, and the values that the model knows.

mod text;

use std::fmt;

use serde_json::Value as Json;
use stepwell_model::error::nearest;

use crate::model::{Bounds, Kind, Member, Operation, Service, Structure};
use crate::scalar;
use text::Patterns;

/// How much of a request is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// What the request cannot be written without: names, types and required members. AWS itself judges the values.
    Shape,
    /// The values as well: enumerations, patterns, lengths. The model may be older than a value that AWS has added.
    Values,
}

/// A step of the way to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A member, or an entry of a map.
    Name(String),
    /// An item of a list, from 0.
    Item(usize),
}

/// A fault of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The way to the value, or to the name that is wrong. Empty: the request as a whole.
    pub path: Vec<Step>,
    /// What is wrong with it.
    pub problem: Problem,
}

impl Finding {
    /// The way as text, such as `Table.Indexes[2]`.
    pub fn path_text(&self) -> String {
        let mut text = String::new();
        for step in &self.path {
            match step {
                Step::Name(name) if text.is_empty() => text.push_str(name),
                Step::Name(name) => text.extend([".", name]),
                Step::Item(position) => text.push_str(&format!("[{position}]")),
            }
        }
        text
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path_text() {
            path if path.is_empty() => write!(f, "the request {}", self.problem),
            path => write!(f, "`{path}` {}", self.problem),
        }
    }
}

/// What is wrong with a value of a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Problem {
    /// The model has no such member.
    Unknown {
        /// The member that was probably meant.
        nearest: Option<String>,
        /// All that there are.
        known: Vec<String>,
    },
    /// A required member is missing.
    Missing {
        /// Its name.
        name: String,
    },
    /// The value is of another type.
    Type {
        /// What the model wants.
        expected: &'static str,
        /// What stands there.
        found: &'static str,
    },
    /// A union has not exactly one member.
    Union {
        /// How many it has.
        set: usize,
        /// All that there are.
        known: Vec<String>,
    },
    /// The model does not know the value.
    Value {
        /// The value that was probably meant.
        nearest: Option<String>,
        /// All that the model knows.
        known: Vec<String>,
    },
    /// It has more levels than the host writes.
    Depth {
        /// The most levels.
        most: usize,
    },
    /// The text does not match.
    Pattern {
        /// The regular expression.
        pattern: String,
    },
    /// It is too small, too large, too short or too long.
    Bounds {
        /// What is counted, such as `characters`.
        unit: &'static str,
        /// How many there are.
        found: i64,
        /// What the model allows.
        allowed: Bounds,
    },
}

/// The faults of a request. `is_open` tells a value that is not known yet, such as an expression of a job: it is of any
/// type.
pub fn check(
    service: &Service,
    operation: &Operation,
    request: &Json,
    depth: Depth,
    is_open: &dyn Fn(&Json) -> bool,
) -> Vec<Finding> {
    let (path, findings, patterns) = (Vec::new(), Vec::new(), Patterns::default());
    let mut checker = Checker { service, depth, is_open, path, findings, patterns };
    match request {
        deep if !has_levels(deep, MOST_LEVELS) => checker.find(Problem::Depth { most: MOST_LEVELS }),
        Json::Object(_) => checker.structure(service.structure(operation.input.as_ref()), request),
        other => checker.find(Problem::Type { expected: "an object", found: type_of(other) }),
    }
    checker.findings
}

/// As many as a parser of JSON reads, and few enough for the stack of a thread. DynamoDB, which allows the most of AWS, takes
/// 32 levels of its own, each of which is two of JSON.
const MOST_LEVELS: usize = 127;

/// Whether a value has at most so many levels; the recursion ends there.
fn has_levels(value: &Json, most: usize) -> bool {
    let inner = |value: &Json| most.checked_sub(1).is_some_and(|most| has_levels(value, most));
    match value {
        Json::Array(items) => items.iter().all(inner),
        Json::Object(fields) => fields.values().all(inner),
        _ => true,
    }
}

/// The findings of a request that are told. More than these have one cause.
const MOST_FINDINGS: usize = 50;

struct Checker<'a> {
    service: &'a Service,
    depth: Depth,
    is_open: &'a dyn Fn(&Json) -> bool,
    path: Vec<Step>,
    findings: Vec<Finding>,
    patterns: Patterns,
}

impl Checker<'_> {
    fn find(&mut self, problem: Problem) {
        if !self.is_full() {
            self.findings.push(Finding { path: self.path.clone(), problem });
        }
    }

    fn is_full(&self) -> bool {
        self.findings.len() >= MOST_FINDINGS
    }

    fn at(&mut self, step: Step, look: impl FnOnce(&mut Self)) {
        self.path.push(step);
        look(self);
        self.path.pop();
    }

    fn structure(&mut self, structure: &Structure, value: &Json) {
        let Json::Object(fields) = value else { return };
        for (name, value) in fields {
            if self.is_full() {
                return;
            }
            match structure.field(name) {
                // A member without a value is left out of the request.
                Some(_) if value.is_null() => {}
                Some(field) => self.at(Step::Name(name.clone()), |inner| inner.value(&field.member, value)),
                None => {
                    let known = names(structure);
                    let nearest = nearest_name(name, &known);
                    self.at(Step::Name(name.clone()), |inner| inner.find(Problem::Unknown { nearest, known }));
                }
            }
        }
        // A value that is not known yet is there.
        let is_open = self.is_open;
        let is_set = |name: &str| fields.get(name).is_some_and(|value| !value.is_null() || is_open(value));
        if structure.is_union {
            let set = structure.fields.iter().filter(|field| is_set(&field.name)).count();
            if set != 1 {
                self.find(Problem::Union { set, known: names(structure) });
            }
        }
        for field in structure.fields.iter().filter(|field| field.required && !field.member.is_token) {
            if !is_set(&field.name) {
                self.find(Problem::Missing { name: field.name.clone() });
            }
        }
    }

    fn value(&mut self, member: &Member, value: &Json) {
        if self.is_full() || (self.is_open)(value) {
            return;
        }
        let shape = self.service.shape(member);
        match (&shape.kind, value) {
            (Kind::Document, _) => {}
            _ if member.is_json_header => {}
            (Kind::Structure(structure), Json::Object(_)) => self.structure(structure, value),
            (Kind::List { member, sparse, size }, Json::Array(items)) => {
                self.size("items", items.len(), *size);
                for (n, item) in items.iter().enumerate().filter(|(_, item)| !(*sparse && item.is_null())) {
                    self.at(Step::Item(n), |inner| inner.value(member, item));
                }
            }
            (Kind::Map { value: member, sparse, size, .. }, Json::Object(entries)) => {
                self.size("entries", entries.len(), *size);
                for (name, value) in entries.iter().filter(|(_, value)| !(*sparse && value.is_null())) {
                    self.at(Step::Name(name.clone()), |inner| inner.value(member, value));
                }
            }
            (Kind::Timestamp, Json::String(text)) if !is_of(&shape.kind, value) => {
                self.find(Problem::Type { expected: scalar::wanted(&shape.kind), found: time_of(text) });
            }
            (kind, value) if !is_of(kind, value) => {
                self.find(Problem::Type { expected: scalar::wanted(kind), found: type_of(value) });
            }
            (kind, value) if self.depth == Depth::Values => self.scalar(kind, value),
            _ => {}
        }
    }

    fn scalar(&mut self, kind: &Kind, value: &Json) {
        match (kind, value) {
            (Kind::Text { values, pattern, length }, Json::String(text)) => {
                if !values.is_empty() && !values.contains(text) {
                    let nearest = nearest_name(text, values);
                    return self.find(Problem::Value { nearest, known: values.clone() });
                }
                self.size("characters", text.chars().count(), *length);
                if let Some(pattern) = pattern.as_deref().filter(|pattern| !self.patterns.matches(pattern, text)) {
                    self.find(Problem::Pattern { pattern: pattern.to_owned() });
                }
            }
            (Kind::Integer(allowed) | Kind::Long(allowed), Json::Number(number)) => {
                if let Some(found) = number.as_i64().filter(|number| !allowed.contain(*number)) {
                    self.find(Problem::Bounds { unit: "", found, allowed: *allowed });
                }
            }
            _ => {}
        }
    }

    fn size(&mut self, unit: &'static str, found: usize, allowed: Bounds) {
        let found = i64::try_from(found).unwrap_or(i64::MAX);
        if self.depth == Depth::Values && !allowed.contain(found) {
            self.find(Problem::Bounds { unit, found, allowed });
        }
    }
}

impl Bounds {
    fn contain(self, number: i64) -> bool {
        self.least.is_none_or(|least| least <= number) && self.most.is_none_or(|most| number <= most)
    }
}

fn names(structure: &Structure) -> Vec<String> {
    structure.fields.iter().map(|field| field.name.clone()).collect()
}

/// A name in another case is always the one that was meant.
fn nearest_name(name: &str, known: &[String]) -> Option<String> {
    let same = known.iter().find(|known| known.eq_ignore_ascii_case(&name.replace(['_', '-'], "")));
    same.cloned().or_else(|| nearest(name, known.iter().map(String::as_str)).map(str::to_owned))
}

/// Whether a scalar can be written.
fn is_of(kind: &Kind, value: &Json) -> bool {
    match (kind, value) {
        (Kind::Integer(_), Json::Number(number)) => number.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
        (Kind::Long(_), Json::Number(number)) => number.as_i64().is_some(),
        _ => scalar::to_text(kind, value, crate::model::TimeFormat::Iso8601).is_ok(),
    }
}

/// What a text that is no timestamp is, in words.
fn time_of(text: &str) -> &'static str {
    match text.parse::<jiff::civil::Date>() {
        Ok(_) if text.parse::<jiff::civil::DateTime>().is_ok() && text.contains(':') => "a time without its zone",
        Ok(_) => "a date without the time of day",
        Err(_) => "other text",
    }
}

/// The type of a value of JSON, in words.
fn type_of(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "true or false",
        Json::Number(number) if number.is_f64() => "a number with a fraction",
        Json::Number(_) => "an integer",
        Json::String(_) => "text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}
