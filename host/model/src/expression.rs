//! `${ … }`: expressions in the values of a job file, in the language of MiniJinja.
//!
//! Expressions only, without statements and templates: text outside `${ … }` stays as it is, and `$${` writes `${`. An
//! undefined name is an error. MiniJinja parses an expression and has the filters; `interpreter.rs` computes it and
//! charges every step of it, because a job file may come from a third party.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io;
use std::ops::Range;

mod environment;
mod interpreter;
mod references;
#[cfg(test)]
mod tests;
mod text;
mod work;

use minijinja::machinery::{ast, parse_expr};
use serde_json::{Value as Json, json};
use toml::Spanned;

use self::interpreter::{Fault, Interpreter};
use self::text::{Segment, outside_strings, split};
use self::work::{LARGEST, Work};
use crate::error::shorten_to;
use crate::id::OptionName;
use crate::value::Value;

pub use references::{Names, Reads, Reference, references, values_read};
pub use work::PlanWork;

/// Why an expression cannot be parsed or has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ExpressionError {
    /// The expression, or the text around it.
    pub expression: String,
    /// The reason.
    pub message: String,
    /// The span of the text in the file.
    pub span: Range<usize>,
    /// Whether the expression is too large, and not wrong.
    pub is_bound: bool,
}

/// The names that expressions can read, and their values.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    names: BTreeMap<&'static str, Json>,
    /// The work that is left for all expressions of a plan. None in a run, where each evaluation has a bound of its
    /// own.
    plan: Option<PlanWork>,
}

impl Scope {
    /// The names of a job that have the same values in its plan and in its run: `job`, `project` and `options`.
    pub fn of_job(job: &str, project: Option<&str>, options: &BTreeMap<OptionName, Json>) -> Self {
        let mut scope = Self::default();
        scope.set("job", json!({ "name": job }));
        if let Some(project) = project {
            scope.set("project", json!({ "name": project }));
        }
        scope.set("options", json!(options));
        scope
    }

    /// The scope, whose evaluations share this work with those of other scopes of a plan.
    #[must_use]
    pub fn within(self, plan: PlanWork) -> Self {
        Self { plan: Some(plan), ..self }
    }

    /// Sets the value of a top-level name.
    pub fn set(&mut self, name: &'static str, value: Json) {
        self.names.insert(name, value);
    }
}

/// Evaluates every expression of a value. A text that is one expression takes the type of its value.
///
/// # Errors
/// When an expression has no value, when it makes or reads too much, or when all results together exceed 1 MiB.
pub fn evaluate(value: &Spanned<Value>, scope: &Scope) -> Result<Json, ExpressionError> {
    let work = Work::of(scope.plan.as_ref());
    Evaluation { scope: &scope.names, work: &work, room: Cell::new(LARGEST) }.value(value)
}

struct Evaluation<'a> {
    scope: &'a BTreeMap<&'static str, Json>,
    work: &'a Work<'a>,
    /// Bytes that are left for further results.
    room: Cell<usize>,
}

/// Counts the bytes of a result, so that a result that is too large is not created.
struct Room<'a>(&'a Cell<usize>);

impl io::Write for Room<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let left = self.0.get().checked_sub(bytes.len());
        self.0.set(left.ok_or_else(|| io::Error::other("the values exceed 1 MiB"))?);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Evaluation<'_> {
    fn value(&self, value: &Spanned<Value>) -> Result<Json, ExpressionError> {
        match value.get_ref() {
            Value::Scalar(scalar) => Ok(scalar.clone()),
            Value::List(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Table(entries) => {
                let evaluated = entries.iter().map(|(key, entry)| Ok((key.clone(), self.value(entry)?)));
                evaluated.collect::<Result<serde_json::Map<_, _>, _>>().map(Json::Object)
            }
            Value::Text(text) => self.text(text, &value.span()),
        }
    }

    fn text(&self, text: &str, span: &Range<usize>) -> Result<Json, ExpressionError> {
        let segments = split(text, span)?;
        if let [Segment::Expression(code)] = segments.as_slice() {
            return self.compute(code, span);
        }
        let mut whole = String::new();
        for segment in segments {
            match segment {
                Segment::Text(text) => whole.push_str(&text),
                Segment::Expression(code) => match self.compute(code, span)? {
                    Json::String(text) => whole.push_str(&text),
                    other => whole.push_str(&other.to_string()),
                },
            }
        }
        Ok(Json::String(whole))
    }

    fn compute(&self, code: &str, span: &Range<usize>) -> Result<Json, ExpressionError> {
        let parsed = parse(code, span)?;
        let interpreter = Interpreter { scope: self.scope, work: self.work };
        let operand = interpreter.compute(&parsed).map_err(|fault| explain(code, span, &fault))?;
        if operand.is_undefined() {
            return Err(wrong(code, span, format!("`{}` has no value", shown(code))));
        }
        let no_json = |error: serde_json::Error| {
            let message = format!("`{}` has no JSON form: {error}", shown(code));
            ExpressionError { is_bound: error.is_io(), ..wrong(code, span, message) }
        };
        operand.write(Room(&self.room)).and_then(|()| operand.into_json()).map_err(no_json)
    }
}

/// Most bytes of an expression.
const LONGEST: usize = 4 << 10;

/// Most `-` with only spaces between them. Two make a minus before a negative number.
const MOST_SIGNS: usize = 4;

fn signs_in_a_row(code: &str) -> usize {
    let signs = outside_strings(code).filter(|(_, c)| !c.is_whitespace());
    let runs = signs.scan(0, |run, (_, c)| {
        *run = if c == '-' { *run + 1 } else { 0 };
        Some(*run)
    });
    runs.max().unwrap_or_default()
}

/// Most levels of brackets in one another.
const MOST_BRACKETS: i32 = 32;

fn nesting(code: &str) -> i32 {
    let depths = outside_strings(code).scan(0, |depth, (_, c)| {
        *depth += match c {
            '(' | '[' | '{' => 1,
            ')' | ']' | '}' => -1,
            _ => 0,
        };
        Some(*depth)
    });
    depths.max().unwrap_or_default()
}

fn parse<'c>(code: &'c str, span: &Range<usize>) -> Result<ast::Expr<'c>, ExpressionError> {
    if code.len() > LONGEST {
        return Err(wrong(code, span, format!("an expression has at most {LONGEST} bytes")));
    }
    // `*` repeats texts and lists too.
    if outside_strings(code).any(|(_, c)| c == '*') {
        let message = format!("`{}`: `*` is not supported; `a|times(b)` multiplies numbers", shown(code));
        return Err(wrong(code, span, message));
    }
    // MiniJinja's parser needs stack for each bracket and each sign.
    if nesting(code) > MOST_BRACKETS {
        let message = format!("`{}`: it has more than {MOST_BRACKETS} brackets inside one another", shown(code));
        return Err(wrong(code, span, message));
    }
    if signs_in_a_row(code) > MOST_SIGNS {
        return Err(wrong(code, span, format!("`{}`: it has more than {MOST_SIGNS} `-` in a row", shown(code))));
    }
    parse_expr(code).map_err(|error| explain(code, span, &Fault::Language(error)))
}

fn wrong(code: &str, span: &Range<usize>, message: String) -> ExpressionError {
    ExpressionError { expression: code.to_owned(), message, span: span.clone(), is_bound: false }
}

fn explain(code: &str, span: &Range<usize>, fault: &Fault) -> ExpressionError {
    let reason = match fault {
        Fault::Language(error) => match error.detail() {
            Some(detail) => format!("{}: {}", error.kind(), shown(detail)),
            None => error.kind().to_string(),
        },
        Fault::Large(what) => (*what).to_owned(),
    };
    let message = format!("`{}`: {reason}", shown(code));
    ExpressionError { is_bound: matches!(fault, Fault::Large(_)), ..wrong(code, span, message) }
}

/// Most characters of an expression or of a value in an error.
const SHOWN: usize = 200;

fn shown(text: &str) -> String {
    shorten_to(text, SHOWN)
}
