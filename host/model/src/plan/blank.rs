//! Options without a value, and the parts of a configuration that are left out because of them.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use toml::Spanned;

use super::error::PlanError;
use super::{PlannedStep, location, longer_wait};
use crate::expression::{BlankEntry, Evaluated};
use crate::id::{JobName, OptionName, StepId};
use crate::job::JobOption;
use crate::schema::{Schema, Violation};
use crate::source::{Place, Source};
use crate::value::span_at;

/// The options of a job, for an error about one that has no value.
#[derive(Debug, Clone, Copy)]
pub struct JobOptions<'a> {
    /// The options.
    pub declared: &'a BTreeMap<OptionName, Spanned<JobOption>>,
    /// The job, when a step of another job uses it.
    pub used: Option<&'a JobName>,
}

/// What an option without a value could have instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlankKind {
    /// A text, a number, a boolean.
    One,
    /// A list.
    List,
    /// A secret.
    Secret,
}

impl JobOptions<'_> {
    /// The error of a place that needs the value of this option.
    pub(super) fn blank(self, step: Option<&StepId>, option: &str, place: Place) -> PlanError {
        let kind = match self.declared.get(option).map(Spanned::get_ref) {
            Some(option) if option.secret => BlankKind::Secret,
            Some(option) if option.is_multiple() => BlankKind::List,
            _ => BlankKind::One,
        };
        PlanError::BlankOption { step: step.cloned(), option: option.to_owned(), kind, used: self.used.cloned(), place }
    }
}

impl Evaluated {
    /// Leaves out every entry whose expression has the value `none`, except for those that the schema accepts.
    pub(super) fn leave_out(&mut self, schema: Option<&Schema>) {
        for pointer in std::mem::take(&mut self.none) {
            if schema.is_none_or(|schema| schema.refuses_null(&self.value, &pointer)) {
                remove(&mut self.value, &pointer);
            }
        }
    }
}

fn remove(value: &mut Json, pointer: &str) {
    let Some((parent, key)) = pointer.rsplit_once('/') else { return };
    if let Some(Json::Object(entries)) = value.pointer_mut(parent) {
        entries.remove(&key.replace("~1", "/").replace("~0", "~"));
    }
}

impl PlannedStep {
    /// What the plugin's schema does not accept of a configuration, except for the values below the `open` JSON pointers.
    pub(super) fn check(
        &self,
        config: &Json,
        open: &[String],
        blank: &[BlankEntry],
        (options, source): (JobOptions<'_>, &Source),
    ) -> Vec<PlanError> {
        let Some(call) = self.call() else { return Vec::new() };
        let place = |pointer: &str| source.place(&span_at(&self.with, pointer));
        let error = |violation: Violation| {
            if let Some(entry) = blank.iter().find(|entry| violation.missing.as_ref() == Some(&entry.pointer)) {
                return options.blank(Some(&self.id), &entry.option, place(&entry.pointer));
            }
            PlanError::Config {
                place: place(&violation.pointer),
                step: self.id.clone(),
                uses: call.uses(),
                plugin: call.plugin.name.clone(),
                violation,
            }
        };
        let schema = &call.plugin.description.config_schema;
        let mut found = schema.violations(config, open);
        if found.is_empty() {
            let own = longer_wait(schema, config, &self.timeout);
            found.extend(own.or_else(|| location::violation(schema, config, &call.directories)));
        }
        found.into_iter().map(error).collect()
    }
}
