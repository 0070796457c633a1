//! `${ … }`: expressions in the values of a job file, in the language of MiniJinja.
//!
//! Expressions only, without statements and templates: text outside `${ … }` stays as it is, and `$${` writes `${`. An
//! undefined name is an error. MiniJinja parses an expression and has the filters; `interpreter.rs` computes it and
//! charges every step of it, because a job file may come from a third party.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

mod check;
mod environment;
mod interpreter;
mod lists;
mod references;
#[cfg(test)]
mod tests;
mod text;
mod texts;
mod times;
mod work;

use jiff::Timestamp;
use minijinja::machinery::{ast, parse_expr};
use serde_json::{Value as Json, json};
use toml::Spanned;

use self::check::Mistake;
use self::interpreter::{Fault, Interpreter};
use self::text::{Segment, outside_strings, split};
use self::work::{LARGEST, Work};
use crate::error::shorten_to;
use crate::id::{Identifier, OptionName};
use crate::value::Value;

pub use references::{
    Names, Reads, Reference, guarded_options, locals_read, needed_option, references, references_through, values_read,
};
pub use work::PlanWork;

/// The function of the time. Its value stands in the scope under this name, which no expression can read as one.
const NOW: &str = "now";

/// The name of the values of `[locals]`.
const LOCALS: &str = "locals";

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
    /// The option without a value because of which it has none.
    pub blank: Option<String>,
    /// The next action, when the expression is wrong whatever its values are.
    pub advice: Option<String>,
}

/// The names that expressions can read, and their values.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    names: BTreeMap<&'static str, Json>,
    /// The work that is left for all expressions of a plan. None in a run, where each evaluation has a bound of its
    /// own.
    plan: Option<PlanWork>,
    /// `[locals]` of the job.
    locals: Locals,
    /// The names whose values stand in for others.
    unknown: Unknown,
}

/// Names whose values are not known, such as `steps.create` and `exports.id`, each with the text that stands in for what
/// an expression makes of them.
pub type Unknown = BTreeMap<String, String>;

/// `[locals]` of a job. Clones share them.
pub type Locals = Arc<BTreeMap<Identifier, Spanned<Value>>>;

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

    /// The scope with the values of `[locals]`.
    #[must_use]
    pub fn with_locals(self, locals: &Locals) -> Self {
        Self { locals: Arc::clone(locals), ..self }
    }

    /// Sets the names that are not known. An expression passes their values on as they are; whatever else it makes of
    /// them is not known either.
    pub fn set_unknown(&mut self, unknown: Unknown) {
        self.unknown = unknown;
    }

    /// Sets the time of `now()`.
    pub fn set_now(&mut self, now: Timestamp) {
        self.names.insert(NOW, json!(time(now)));
    }

    /// Sets the value of a top-level name.
    pub fn set(&mut self, name: &'static str, value: Json) {
        self.names.insert(name, value);
    }
}

/// A time as expressions see it: in whole seconds, so that the texts of two times compare as the times do.
pub fn time(at: Timestamp) -> String {
    Timestamp::from_second(at.as_second()).unwrap_or(at).to_string()
}

/// Evaluates every expression of a value. A text that is one expression takes the type of its value.
///
/// # Errors
/// When an expression has no value, when it makes or reads too much, or when all results together exceed 1 MiB.
pub fn evaluate(value: &Spanned<Value>, scope: &Scope) -> Result<Json, ExpressionError> {
    let work = Work::of(scope.plan.as_ref());
    Evaluation::new(scope, &work, None).value(value, "")
}

/// A table of values with every expression evaluated. An entry whose expression has no value because of an option
/// without one is left out.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Evaluated {
    /// The table.
    pub value: Json,
    /// The entries that are left out.
    pub blank: Vec<BlankEntry>,
    /// JSON pointers to the entries whose expression has the value `none`.
    pub none: Vec<String>,
}

/// An entry that is left out of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlankEntry {
    /// JSON pointer to it.
    pub pointer: String,
    /// The option without a value.
    pub option: String,
}

/// Evaluates every expression of a table, as [`evaluate`] does.
///
/// # Errors
/// Those of [`evaluate`], except for entries that are left out.
pub fn evaluate_table(value: &Spanned<Value>, scope: &Scope) -> Result<Evaluated, ExpressionError> {
    let work = Work::of(scope.plan.as_ref());
    let gaps = RefCell::default();
    let value = Evaluation::new(scope, &work, Some(&gaps)).value(value, "")?;
    let Gaps { blank, none } = gaps.into_inner();
    Ok(Evaluated { value, blank, none })
}

/// Entries of a table that may be left out.
#[derive(Default)]
struct Gaps {
    blank: Vec<BlankEntry>,
    none: Vec<String>,
}

struct Evaluation<'a> {
    scope: &'a BTreeMap<&'static str, Json>,
    work: &'a Work<'a>,
    /// Bytes that are left for further results.
    room: Cell<usize>,
    /// The entries that may be left out; none when every expression needs a value.
    gaps: Option<&'a RefCell<Gaps>>,
    locals: &'a BTreeMap<Identifier, Spanned<Value>>,
    /// The values of `[locals]` that are evaluated already. Each is evaluated once.
    known_locals: RefCell<BTreeMap<String, Rc<Json>>>,
    /// How many names of `[locals]` are being evaluated, each for the one before.
    strict: Cell<usize>,
    unknown: &'a Unknown,
}

/// Most names of `[locals]` that are evaluated for one another. A job file that was read has no more.
const DEEPEST_LOCALS: usize = 16;

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

impl<'a> Evaluation<'a> {
    fn new(scope: &'a Scope, work: &'a Work<'a>, gaps: Option<&'a RefCell<Gaps>>) -> Self {
        let (room, known_locals) = (Cell::new(LARGEST), RefCell::default());
        let (names, locals, unknown) = (&scope.names, &*scope.locals, &scope.unknown);
        Self { scope: names, work, room, gaps, locals, known_locals, strict: Cell::new(0), unknown }
    }

    /// The value of a name of `[locals]`; none when there is no such name.
    fn local(&self, name: &str) -> Result<Option<Rc<Json>>, ExpressionError> {
        let Some(value) = self.locals.get(name) else { return Ok(None) };
        if let Some(known) = self.known_locals.borrow().get(name) {
            return Ok(Some(Rc::clone(known)));
        }
        if self.strict.get() >= DEEPEST_LOCALS {
            return Err(wrong(name, &value.span(), format!("`locals.{name}` reads others too deeply")));
        }
        let evaluated = self.strictly(value);
        let evaluated = Rc::new(evaluated?);
        self.known_locals.borrow_mut().insert(name.to_owned(), Rc::clone(&evaluated));
        Ok(Some(evaluated))
    }

    /// A value without gaps, in which every expression needs a value.
    fn strictly(&self, value: &Spanned<Value>) -> Result<Json, ExpressionError> {
        self.strict.set(self.strict.get() + 1);
        let evaluated = self.value(value, "");
        self.strict.set(self.strict.get() - 1);
        evaluated
    }

    fn value(&self, value: &Spanned<Value>, pointer: &str) -> Result<Json, ExpressionError> {
        match value.get_ref() {
            Value::Scalar(scalar) => Ok(scalar.clone()),
            Value::List(items) => {
                let items = items.iter().enumerate();
                items.map(|(at, item)| self.value(item, &below(pointer, &at.to_string()))).collect()
            }
            Value::Table(entries) => {
                let mut evaluated = serde_json::Map::new();
                for (key, entry) in entries {
                    if let Some(value) = self.entry(entry, below(pointer, key))? {
                        evaluated.insert(key.clone(), value);
                    }
                }
                Ok(Json::Object(evaluated))
            }
            Value::Text(text) => self.text(text, &value.span()),
        }
    }

    /// The entry of a table; none when it is left out.
    fn entry(&self, entry: &Spanned<Value>, pointer: String) -> Result<Option<Json>, ExpressionError> {
        let gaps = self.gaps.filter(|_| self.strict.get() == 0 && is_one_expression(entry));
        match (self.value(entry, &pointer), gaps) {
            (Err(ExpressionError { blank: Some(option), .. }), Some(gaps)) => {
                gaps.borrow_mut().blank.push(BlankEntry { pointer, option });
                Ok(None)
            }
            (Ok(Json::Null), Some(gaps)) => {
                gaps.borrow_mut().none.push(pointer);
                Ok(Some(Json::Null))
            }
            (value, _) => value.map(Some),
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
        // Parsing is work as well.
        self.work.take(code.len() as u64).map_err(|fault| explain(code, span, &fault))?;
        let parsed = parse(code, span)?;
        if let Some(stand_in) = references::unknown(&parsed, self.unknown, self.locals) {
            return Ok(stand_in.into());
        }
        let local = |name: &str| self.local(name);
        let interpreter = Interpreter::new(self.scope, self.work, &local);
        let operand = match interpreter.compute(&parsed) {
            Ok(operand) if !operand.is_undefined() => operand,
            Ok(_) => {
                let error = wrong(code, span, format!("`{}` has no value", shown(code)));
                return Err(ExpressionError { blank: interpreter.blank(), ..error });
            }
            Err(Fault::Local(error)) => return Err(*error),
            Err(fault) => {
                let blank = if fault.is_undefined() { interpreter.blank() } else { None };
                return Err(ExpressionError { blank, ..explain(code, span, &fault) });
            }
        };
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
    ExpressionError {
        expression: code.to_owned(),
        message,
        span: span.clone(),
        is_bound: false,
        blank: None,
        advice: None,
    }
}

fn mistaken(code: &str, span: &Range<usize>, Mistake { message, advice }: Mistake) -> ExpressionError {
    let message = format!("`{}`: {message}", shown(code));
    ExpressionError { advice: Some(advice), ..wrong(code, span, message) }
}

/// The JSON pointer to a part of a value.
pub(crate) fn below(pointer: &str, part: &str) -> String {
    format!("{pointer}/{}", part.replace('~', "~0").replace('/', "~1"))
}

/// Whether a value is one expression, without a text around it.
pub(crate) fn is_one_expression(value: &Spanned<Value>) -> bool {
    let Value::Text(text) = value.get_ref() else { return false };
    matches!(split(text, &value.span()).as_deref(), Ok([Segment::Expression(_)]))
}

fn explain(code: &str, span: &Range<usize>, fault: &Fault) -> ExpressionError {
    let reason = match fault {
        Fault::Language(error) => match error.detail() {
            Some(detail) => format!("{}: {}", error.kind(), shown(detail)),
            None => error.kind().to_string(),
        },
        Fault::Large(what) => (*what).to_owned(),
        Fault::Local(error) => return (**error).clone(),
    };
    let message = format!("`{}`: {reason}", shown(code));
    ExpressionError { is_bound: matches!(fault, Fault::Large(_)), ..wrong(code, span, message) }
}

/// Most characters of an expression or of a value in an error.
const SHOWN: usize = 200;

fn shown(text: &str) -> String {
    shorten_to(text, SHOWN)
}
