//! What the outputs of an operation have to be: `until` and `expect` of the step.

use serde_json::{Map, Value as Json};
use stepwell_model::expression::Scope;
use stepwell_model::failure::{Failure, FailureCode};
use stepwell_model::plan::StepInPlan;
use stepwell_model::value::Value;

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
    pub(super) fn is_reached(&self, outputs: &Map<String, Json>) -> Result<bool, Failure> {
        self.holds(Key::Until, outputs)
    }

    /// Checks `expect`.
    ///
    /// # Errors
    /// When it is false, has no value, or one of another type.
    pub(super) fn check(&self, outputs: &Map<String, Json>) -> Result<(), Failure> {
        if self.holds(Key::Expect, outputs)? {
            return Ok(());
        }
        let (id, place) = (&self.found.step.id, &self.found.step.place);
        let what = format!("`expect` is false: {}", self.written(Key::Expect));
        Err(Failure::new(FailureCode::ExpectFailed, what)
            .because(format!("AWS answered otherwise than the step expects ({place})"))
            .next(format!("look at the resource in AWS, or correct `expect` of step `{id}`")))
    }

    /// What the step still waits for.
    pub(super) fn missed(&self) -> String {
        format!("not yet: {}", self.written(Key::Until))
    }

    fn holds(&self, key: Key, outputs: &Map<String, Json>) -> Result<bool, Failure> {
        let step = self.found.step;
        let (name, condition) = match key {
            Key::Until => ("until", &step.until),
            Key::Expect => ("expect", &step.expect),
        };
        let Some(condition) = condition else { return Ok(true) };
        let mut scope = self.scope.clone();
        scope.set("outputs", Json::Object(outputs.clone()));
        let value = step.evaluate(condition, &self.found.plan.source, &scope);
        let value = value.map_err(|error| failure::invalid(&error))?;
        value.as_bool().ok_or_else(|| failure::wrong_type(step, name, "`true` or `false`"))
    }

    fn written(&self, key: Key) -> &str {
        let condition = match key {
            Key::Until => &self.found.step.until,
            Key::Expect => &self.found.step.expect,
        };
        match condition.as_ref().map(|condition| condition.get_ref()) {
            Some(Value::Text(text)) => text,
            _ => "false",
        }
    }
}
