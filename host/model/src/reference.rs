//! The names that expressions may read, and which of them have a value before the job runs.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use toml::Spanned;

use crate::expression::{self, ExpressionError, Reference, Scope};
use crate::id::{OptionName, StepId};
use crate::job::Job;
use crate::plan::PlannedStep;
use crate::plan_error::PlanError;
use crate::schema;
use crate::source::Source;
use crate::value::Value;

/// The top-level names.
const ROOTS: [&str; 5] = ["job", "options", "project", "run", "steps"];

/// What expressions can know of a job while it is planned.
#[derive(Debug)]
pub struct Known {
    scope: Scope,
    options: BTreeMap<String, bool>,
    project: bool,
    /// Steps that run before: with their outputs, when the plugin declares them all.
    before: BTreeMap<StepId, Option<Vec<String>>>,
    all: Vec<StepId>,
}

/// Where the value of a name comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// The plan.
    Plan,
    /// The run.
    Run,
}

/// What `job` and `project` stand for, in a plan as in a run.
pub fn constants(job: &str, project: Option<&str>, options: &BTreeMap<OptionName, String>) -> Scope {
    let mut scope = Scope::default();
    scope.set("job", json!({ "name": job }));
    if let Some(project) = project {
        scope.set("project", json!({ "name": project }));
    }
    scope.set("options", json!(options));
    scope
}

impl Known {
    /// Before the first step.
    pub fn new(job: &Job, options: &BTreeMap<OptionName, String>, project: Option<&str>) -> Self {
        Self {
            scope: constants(job.name.as_str(), project, options),
            options: job.options.keys().map(|name| (name.as_str().to_owned(), options.contains_key(name))).collect(),
            project: project.is_some(),
            before: BTreeMap::new(),
            all: job.steps.iter().map(|step| step.id.get_ref().clone()).collect(),
        }
    }

    /// The following steps may read this one's outputs.
    pub fn add_step(&mut self, step: &PlannedStep) {
        let outputs = schema::closed_properties(&step.plugin.description.outputs_schema);
        let outputs = outputs.map(|names| names.into_iter().map(str::to_owned).collect());
        self.before.insert(step.id.clone(), outputs);
    }

    fn resolve(&self, path: &[&str]) -> Result<Origin, Unknown> {
        match path {
            [] => Ok(Origin::Run),
            ["options"] => self.all_options(),
            ["options", name, ..] => match self.options.get(*name) {
                Some(true) => Ok(Origin::Plan),
                Some(false) => Ok(Origin::Run),
                None => Err(Unknown::name(self.options.keys())),
            },
            ["job"] | ["job", "name"] => Ok(Origin::Plan),
            ["job", ..] => Err(Unknown::name(["name"])),
            ["project"] | ["project", "name"] if self.project => Ok(Origin::Plan),
            ["project", _, ..] if self.project => Err(Unknown::name(["name"])),
            ["run"] | ["run", "id"] => Ok(Origin::Run),
            ["run", ..] => Err(Unknown::name(["id"])),
            ["steps"] => Ok(Origin::Run),
            ["steps", step, rest @ ..] => self.resolve_step(step, rest),
            _ => Err(Unknown::name(ROOTS.into_iter().filter(|root| self.project || *root != "project"))),
        }
    }

    /// `options` as a whole has its value when every option has.
    fn all_options(&self) -> Result<Origin, Unknown> {
        Ok(if self.options.values().all(|has_value| *has_value) { Origin::Plan } else { Origin::Run })
    }

    fn resolve_step(&self, step: &str, rest: &[&str]) -> Result<Origin, Unknown> {
        let Some(outputs) = self.before.get(step) else {
            let later = self.all.iter().find(|id| id.as_str() == step);
            return Err(match later {
                Some(later) => Unknown::Later(later.clone()),
                None => Unknown::name(self.before.keys().map(StepId::as_str)),
            });
        };
        match (rest, outputs) {
            ([] | ["outputs"], _) | (["outputs", ..], None) => Ok(Origin::Run),
            (["outputs", name, ..], Some(outputs)) if outputs.iter().any(|known| known == name) => Ok(Origin::Run),
            (["outputs", ..], Some(outputs)) => Err(Unknown::name(outputs)),
            _ => Err(Unknown::name(["outputs"])),
        }
    }
}

enum Unknown {
    Name(Vec<String>),
    Later(StepId),
}

impl Unknown {
    fn name(known: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::Name(known.into_iter().map(Into::into).collect())
    }

    fn explain(self, reference: &Reference, step: &StepId, source: &Source) -> PlanError {
        let place = source.place(&(reference.span.0..reference.span.1));
        let step = step.clone();
        match self {
            Self::Name(known) => PlanError::UnknownName { step, name: reference.path.join("."), known, place },
            Self::Later(later) => PlanError::NotYetRun { step, later, place },
        }
    }
}

/// Checks every name that the value reads.
///
/// # Errors
/// When a name does not exist, or an expression is none.
///
/// Returns the JSON pointers to the parts whose value only the run knows.
pub fn check(value: &Spanned<Value>, known: &Known, step: &StepId, source: &Source) -> Result<Vec<String>, PlanError> {
    let mut open = Vec::new();
    visit(value, String::new(), &mut |pointer, text| {
        let mut waits = false;
        for reference in expression::references(text).map_err(|error| wrap(error, step, source))? {
            let path: Vec<_> = reference.path.iter().map(String::as_str).collect();
            let origin = known.resolve(&path).map_err(|unknown| unknown.explain(&reference, step, source))?;
            waits |= origin == Origin::Run;
        }
        if waits {
            open.push(pointer);
        }
        Ok(())
    })?;
    Ok(open)
}

/// Evaluates what the plan knows; everything else becomes `null`.
///
/// # Errors
/// When an expression has no value.
pub fn evaluate_known(
    value: &Spanned<Value>,
    known: &Known,
    step: &StepId,
    source: &Source,
) -> Result<Json, PlanError> {
    let open = check(value, known, step, source)?;
    let closed = without(value, String::new(), &open);
    expression::evaluate(&closed, &known.scope).map_err(|error| wrap(error, step, source))
}

fn wrap(error: ExpressionError, step: &StepId, source: &Source) -> PlanError {
    PlanError::Expression { place: source.place(&error.span), step: step.clone(), error }
}

fn children(value: &Value) -> Vec<(String, &Spanned<Value>)> {
    match value {
        Value::Text(_) | Value::Scalar(_) => Vec::new(),
        Value::List(items) => items.iter().enumerate().map(|(at, item)| (at.to_string(), item)).collect(),
        Value::Table(entries) => {
            entries.iter().map(|(key, entry)| (key.replace('~', "~0").replace('/', "~1"), entry)).collect()
        }
    }
}

type Visit<'a> = dyn FnMut(String, &Spanned<Value>) -> Result<(), PlanError> + 'a;

fn visit(value: &Spanned<Value>, pointer: String, each: &mut Visit<'_>) -> Result<(), PlanError> {
    for (part, child) in children(value.get_ref()) {
        visit(child, format!("{pointer}/{part}"), each)?;
    }
    if matches!(value.get_ref(), Value::Text(_)) { each(pointer, value) } else { Ok(()) }
}

fn without(value: &Spanned<Value>, pointer: String, open: &[String]) -> Spanned<Value> {
    let inner = match value.get_ref() {
        Value::Text(_) if open.contains(&pointer) => Value::Scalar(Json::Null),
        Value::List(items) => {
            let inner = items.iter().enumerate().map(|(at, item)| without(item, format!("{pointer}/{at}"), open));
            Value::List(inner.collect())
        }
        Value::Table(entries) => {
            let inner = entries.iter().map(|(key, entry)| {
                let part = key.replace('~', "~0").replace('/', "~1");
                (key.clone(), without(entry, format!("{pointer}/{part}"), open))
            });
            Value::Table(inner.collect())
        }
        other => other.clone(),
    };
    Spanned::new(value.span(), inner)
}
