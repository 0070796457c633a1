//! What the outputs of an operation have to be: `until` and `expect` of the step.

use std::time::Duration;

use serde_json::{Map, Value as Json};
use stepwell_model::expression::{Scope, values_read};
use stepwell_model::failure::{Failure, FailureCode};
use stepwell_model::plan::StepInPlan;
use stepwell_model::value::Value;
use toml::Spanned;

use crate::failure;

/// `until` and `expect` of a step, and the values that they read.
pub(crate) struct Goal<'a> {
    found: StepInPlan<'a>,
    scope: Scope,
}

/// A condition of a step over its outputs.
#[derive(Debug, Clone, Copy)]
enum Key {
    Until,
    Expect,
}

impl<'a> Goal<'a> {
    /// The goal of a step. `scope` has what all expressions of the step read.
    pub(crate) fn new(found: StepInPlan<'a>, scope: Scope) -> Self {
        Self { found, scope }
    }

    /// Whether the step need not look again.
    ///
    /// # Errors
    /// When `until` has no value, or one of another type.
    pub(crate) fn is_reached(&self, outputs: &Map<String, Json>) -> Result<bool, Failure> {
        self.holds(Key::Until, outputs)
    }

    /// The pause between two looks, when the step sets it.
    pub(crate) fn every(&self) -> Option<Duration> {
        self.found.step.every
    }

    /// Checks `expect`.
    ///
    /// # Errors
    /// When it is false, has no value, or one of another type.
    pub(super) fn check(&self, outputs: &Map<String, Json>) -> Result<(), Failure> {
        if self.holds(Key::Expect, outputs)? {
            return Ok(());
        }
        let Some(condition) = self.condition(Key::Expect) else { return Ok(()) };
        let (id, place) = (&self.found.step.id, self.found.plan.source.place(&condition.span()));
        let what = format!("`expect` is false: {}", written(condition));
        Err(Failure::new(FailureCode::ExpectFailed, what)
            .because(format!("AWS answered otherwise than the step expects ({place})"))
            .next(format!("look at the resource in AWS, or correct `expect` of step `{id}`")))
    }

    /// What the step still waits for.
    pub(crate) fn missed(&self, outputs: &Map<String, Json>) -> String {
        self.condition(Key::Until).map_or_else(String::new, |condition| not_yet(condition, outputs))
    }

    fn holds(&self, key: Key, outputs: &Map<String, Json>) -> Result<bool, Failure> {
        let (step, source) = (self.found.step, &self.found.plan.source);
        let Some(condition) = self.condition(key) else { return Ok(true) };
        let mut scope = self.scope.clone();
        scope.set("outputs", Json::Object(outputs.clone()));
        let value = step.evaluate(condition, source, &scope);
        let value = value.map_err(|error| failure::invalid_over_outputs(&error, key.name()))?;
        value.as_bool().ok_or_else(|| failure::wrong_type(self.found, condition, key.name(), "`true` or `false`"))
    }

    fn condition(&self, key: Key) -> Option<&'a Spanned<Value>> {
        match key {
            Key::Until => self.found.step.until.as_ref(),
            Key::Expect => self.found.step.expect.as_ref(),
        }
    }
}

impl Key {
    fn name(self) -> &'static str {
        match self {
            Self::Until => "until",
            Self::Expect => "expect",
        }
    }
}

/// A condition as it is written.
fn written(condition: &Spanned<Value>) -> String {
    match condition.get_ref() {
        Value::Text(text) => text.clone(),
        other => other.literal().to_string(),
    }
}

/// What a wait shows: the outputs that the condition reads, and the condition.
fn not_yet(condition: &Spanned<Value>, outputs: &Map<String, Json>) -> String {
    let read = values_read(condition, "outputs", &Json::Object(outputs.clone()));
    let values: Vec<_> = read.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    let written = written(condition);
    if values.is_empty() {
        format!("not yet: {written}")
    } else {
        format!("not yet: {} ({written})", values.join(", "))
    }
}
