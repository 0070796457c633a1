//! Checks the values of a job against the names that they may read, and evaluates what the plan knows.

use std::ops::Range;

use serde_json::Value as Json;
use toml::Spanned;

use super::{Guarded, KnownAt, KnownNames, LocalNames, Outputs};
use crate::expression::{self, BlankEntry, Evaluated, ExpressionError, Reference};
use crate::file::NEXT;
use crate::id::StepId;
use crate::job::{Chosen, ChosenValue};
use crate::plan::error::PlanError;
use crate::plan::region_name;
use crate::region::Region;
use crate::source::Source;
use crate::value::Value;

/// The type that a key of a step takes.
#[derive(Clone, Copy)]
pub(in crate::plan) struct ValueType {
    pub(in crate::plan) key: &'static str,
    /// The type in words.
    pub(in crate::plan) expected: &'static str,
    pub(in crate::plan) fits: fn(&Json) -> bool,
}

/// What the plan knows of a text.
enum Found {
    /// Its value.
    Known,
    /// Its value as of the plan; that of the run is another.
    Clock,
    /// That it is left out, because this option has no value.
    Blank(String),
    /// Nothing: only the run knows it.
    Open,
}

/// What the plan knows of a value.
#[derive(Debug, Default)]
struct Checked {
    /// JSON pointers to the parts whose value only the run knows, and to those that are wrong.
    open: Vec<String>,
    /// The entries that are left out whatever the run knows.
    blank: Vec<BlankEntry>,
    /// JSON pointers to the parts that read the time.
    clock: Vec<String>,
}

/// A table as far as the plan knows it.
pub(in crate::plan) struct CheckedTable {
    /// The table, with `null` for the open parts.
    pub(in crate::plan) evaluated: Evaluated,
    /// JSON pointers to the parts that the plan does not know.
    pub(in crate::plan) open: Vec<String>,
    /// JSON pointers to the parts that read the time: those of the run have other values.
    pub(in crate::plan) clock: Vec<String>,
}

impl KnownNames {
    /// Checks every name that a value reads, and keeps what is wrong.
    fn look(&self, value: &Spanned<Value>, source: &Source, is_table: bool) -> Checked {
        let mut checked = Checked::default();
        visit(value, Position::default(), &mut |position, text| {
            match self.job.errors.keep(self.look_at(text, source, is_table && position.is_entry)) {
                Some(Found::Known) => {}
                Some(Found::Clock) => checked.clock.push(position.pointer),
                Some(Found::Blank(option)) => {
                    checked.blank.push(BlankEntry { pointer: position.pointer, option });
                }
                // What is wrong is not evaluated.
                Some(Found::Open) | None => checked.open.push(position.pointer),
            }
        });
        checked
    }

    fn look_at(&self, text: &Spanned<Value>, source: &Source, may_lack: bool) -> Result<Found, PlanError> {
        let mut known_at = KnownAt::Plan;
        let references = expression::references_through(text, &self.job.locals);
        let references = references.map_err(|error| self.wrap(error, source))?;
        for reference in &references {
            let path: Vec<_> = reference.path.iter().map(String::as_str).collect();
            let origin = self.resolve(&path).map_err(|unknown| unknown.explain(reference, self, source))?;
            known_at = known_at.max(origin);
        }
        match known_at {
            KnownAt::Plan => return Ok(Found::Known),
            KnownAt::Clock => return Ok(Found::Clock),
            KnownAt::Run => {}
        }
        let needed = |value| expression::needed_option(value, &|name| self.is_blank(name));
        let of_locals = references.iter().filter_map(|reference| match reference.path.as_slice() {
            [root, name, ..] if root == "locals" => self.job.locals.get(name.as_str()),
            _ => None,
        });
        let needed = std::iter::once(text).chain(of_locals).map(needed).find(|needed| !matches!(needed, Ok(None)));
        match needed.unwrap_or(Ok(None)).map_err(|error| self.wrap(error, source))? {
            None => Ok(Found::Open),
            Some(option) if may_lack && expression::is_one_expression(text) => Ok(Found::Blank(option)),
            Some(option) => Err(self.blank(&option, source.place(&text.span()))),
        }
    }

    /// Checks the value of a key of the step, and its type where the value is known. The answer is the known value.
    pub(in crate::plan) fn check_type(
        &self,
        value: &Spanned<Value>,
        source: &Source,
        ValueType { key, expected, fits }: ValueType,
    ) -> Option<Json> {
        let mut checked = self.look(value, source, false);
        let known = self.evaluate(value, &mut checked, source)?;
        let is_known = checked.open.is_empty() || !matches!(value.get_ref(), Value::Text(_));
        let step = self.step.as_ref().filter(|_| is_known)?;
        if !fits(&known) {
            let (step, place) = (step.clone(), source.place(&value.span()));
            self.job.errors.add(PlanError::ValueType { step, key, expected, place });
            return None;
        }
        Some(known).filter(|_| checked.clock.is_empty())
    }

    /// Checks a value of any type, and evaluates what the plan knows of it.
    pub(in crate::plan) fn check_value(&self, value: &Spanned<Value>, source: &Source) {
        let mut checked = self.look(value, source, false);
        self.evaluate(value, &mut checked, source);
    }

    /// Checks and evaluates a table whose entries may be left out.
    pub(in crate::plan) fn check_table(&self, table: &Spanned<Value>, source: &Source) -> CheckedTable {
        let mut checked = self.look(table, source, true);
        let evaluate = |closed: &Spanned<Value>| expression::evaluate_table(closed, &self.job.scope);
        let evaluated = self.evaluate_by(table, &mut checked, source, evaluate);
        let mut evaluated = evaluated.unwrap_or_else(|| {
            // Its bound is exceeded, and no part of it is judged.
            checked.open.push(String::new());
            Evaluated { value: Json::Object(serde_json::Map::new()), ..Evaluated::default() }
        });
        evaluated.blank.extend(checked.blank);
        CheckedTable { evaluated, open: checked.open, clock: checked.clock }
    }

    /// Checks a value of `[locals]`, which may be used anywhere.
    pub(in crate::plan) fn check_local(&self, value: &Spanned<Value>, source: &Source) {
        let here =
            LocalNames { item: true, error: true, ending: true, outputs: Some(Outputs::Any), guarded: Guarded::All };
        Self { here, step: None, ..self.clone() }.look(value, source, false);
    }

    /// The value of a key that is fixed before the run: given, or computed from options. None when it is left out, when it
    /// is wrong, and when an option that it reads has still to be given.
    pub(in crate::plan) fn choose<T: ChosenValue + Clone>(
        &self,
        chosen: &Chosen<T>,
        key: &'static str,
        source: &Source,
    ) -> Option<T> {
        let text = match chosen {
            Chosen::Given(value, _) => return Some(value.clone()),
            Chosen::Computed(text) => text,
        };
        let place = || source.place(&text.span());
        let (step, known) = (self.step.clone(), self.of_job());
        let found = known.look_at(text, source, true);
        match self.job.errors.keep(found)? {
            Found::Known => {}
            Found::Open if known.is_to_be_given(text) => return None,
            Found::Blank(_) => return None,
            Found::Open | Found::Clock => {
                self.job.errors.add(PlanError::ChosenLate { step, key, place: place() });
                return None;
            }
        }
        match expression::evaluate(text, &self.job.scope) {
            Ok(Json::Null) => None,
            Ok(value) => {
                let read = T::read(&value, true).map_err(|expected| {
                    let expected = expected.split(NEXT).next().unwrap_or_default().to_owned();
                    PlanError::Chosen { step, key, value: value.to_string(), expected, place: place() }
                });
                self.job.errors.keep(read)
            }
            Err(ExpressionError { blank: Some(_), .. }) if expression::is_one_expression(text) => None,
            Err(error) => {
                self.job.errors.add(self.wrap(error, source));
                None
            }
        }
    }

    /// Whether the plan knows all that a text reads, except for options that the operator has still to give.
    fn is_to_be_given(&self, text: &Spanned<Value>) -> bool {
        let references = expression::references_through(text, &self.job.locals).unwrap_or_default();
        let is_fixed = |reference: &Reference| {
            matches!(reference.path.first().map(String::as_str), Some("options" | "job" | "project" | "locals"))
        };
        !self.job.complete && references.iter().all(is_fixed)
    }

    /// Evaluates a value in the plan. The open parts become `null`.
    fn evaluate(&self, value: &Spanned<Value>, checked: &mut Checked, source: &Source) -> Option<Json> {
        self.evaluate_by(value, checked, source, |closed| expression::evaluate(closed, &self.job.scope))
    }

    /// Keeps every expression without a value, which is open from then on. None when a bound is exceeded.
    fn evaluate_by<T>(
        &self,
        value: &Spanned<Value>,
        checked: &mut Checked,
        source: &Source,
        evaluate: impl Fn(&Spanned<Value>) -> Result<T, ExpressionError>,
    ) -> Option<T> {
        loop {
            let error = match evaluate(&without(value, String::new(), checked)) {
                Ok(evaluated) => return Some(evaluated),
                Err(error) => error,
            };
            let wrong = pointer_to(value, &error.span).filter(|_| !error.is_bound && !self.job.errors.is_full());
            self.job.errors.add(self.wrap(error, source));
            checked.open.push(wrong.filter(|wrong| !checked.open.contains(wrong))?);
        }
    }

    /// The region with its expression evaluated, when the plan knows the value. None when an option without a value, or
    /// the value `none`, leaves it out.
    ///
    /// # Errors
    /// When the expression has no value, or its value is not a region.
    pub(in crate::plan) fn region(
        &self,
        region: &Region,
        step: &StepId,
        source: &Source,
    ) -> Result<Option<Region>, PlanError> {
        let Region::Computed(text) = region else { return Ok(Some(region.clone())) };
        let checked = self.look(text, source, false);
        if !checked.open.is_empty() || !checked.clock.is_empty() {
            return Ok(Some(region.clone()));
        }
        match expression::evaluate(text, &self.job.scope) {
            Ok(Json::Null) => Ok(None),
            Ok(value) => region_name(&value, text, step, source).map(|name| Some(Region::Named(name))),
            Err(ExpressionError { blank: Some(_), .. }) if expression::is_one_expression(text) => Ok(None),
            Err(error) => Err(self.wrap(error, source)),
        }
    }
}

/// The place of a text in a value.
#[derive(Debug, Default)]
struct Position {
    /// JSON pointer to it.
    pointer: String,
    /// Whether it is an entry of a table.
    is_entry: bool,
}

fn children<'v>(value: &'v Value, pointer: &str) -> Vec<(Position, &'v Spanned<Value>)> {
    let at = |part: &str, is_entry| Position { pointer: expression::below(pointer, part), is_entry };
    match value {
        Value::Text(_) | Value::Scalar(_) => Vec::new(),
        Value::List(items) => {
            items.iter().enumerate().map(|(number, item)| (at(&number.to_string(), false), item)).collect()
        }
        Value::Table(entries) => entries.iter().map(|(key, entry)| (at(key, true), entry)).collect(),
    }
}

type Visit<'a> = dyn FnMut(Position, &Spanned<Value>) + 'a;

fn visit(value: &Spanned<Value>, position: Position, each: &mut Visit<'_>) {
    for (position, child) in children(value.get_ref(), &position.pointer) {
        visit(child, position, each);
    }
    if matches!(value.get_ref(), Value::Text(_)) {
        each(position, value);
    }
}

/// The JSON pointer to the text with this span.
fn pointer_to(value: &Spanned<Value>, span: &Range<usize>) -> Option<String> {
    let mut found = None;
    visit(value, Position::default(), &mut |position, text| {
        if text.span() == *span {
            found.get_or_insert(position.pointer);
        }
    });
    found
}

/// The value without the entries that are left out, and with `null` for the parts that only the run knows.
fn without(value: &Spanned<Value>, pointer: String, checked: &Checked) -> Spanned<Value> {
    let inner = match value.get_ref() {
        Value::Text(_) if checked.open.contains(&pointer) => Value::Scalar(Json::Null),
        Value::List(items) => {
            let items = items.iter().enumerate();
            let inner = items.map(|(at, item)| without(item, expression::below(&pointer, &at.to_string()), checked));
            Value::List(inner.collect())
        }
        Value::Table(entries) => {
            let inner = entries.iter().filter_map(|(key, entry)| {
                let pointer = expression::below(&pointer, key);
                let is_blank = checked.blank.iter().any(|blank| blank.pointer == pointer);
                (!is_blank).then(|| (key.clone(), without(entry, pointer, checked)))
            });
            Value::Table(inner.collect())
        }
        other => other.clone(),
    };
    Spanned::new(value.span(), inner)
}
