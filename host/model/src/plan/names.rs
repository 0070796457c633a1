//! The names that expressions may read, and which of them have a value before the run.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use serde_json::Value as Json;
use toml::Spanned;

use super::basis::ScopedJob;
use super::error::PlanError;
use super::order::Need;
use super::step_set::StepSet;
use super::{PlannedStep, Work, region_name};
use crate::expression::{self, ExpressionError, Reference, Scope};
use crate::id::{OptionName, StepId};
use crate::job::Step;
use crate::region::Region;
use crate::schema;
use crate::source::Source;
use crate::value::Value;

/// The names that an expression at one place of a job may read, while the job is planned. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct KnownNames {
    job: Rc<JobNames>,
    /// The steps that are complete when the expression is evaluated.
    before: StepSet,
    /// The names that exist only at this place.
    here: LocalNames,
    /// The step of the expression. None for the outputs of the job.
    step: Option<StepId>,
}

/// The names of a job.
#[derive(Debug)]
struct JobNames {
    /// The values that the plan knows.
    scope: Scope,
    /// The options of the job, and whether each has a value.
    options: BTreeMap<String, bool>,
    /// Whether the job belongs to a project.
    project: bool,
    exports: Rc<BTreeSet<String>>,
    /// All steps of the job.
    steps: Vec<StepId>,
    /// The numbers of the steps.
    numbers: HashMap<StepId, usize>,
    /// The names of the steps that are planned already.
    planned: RefCell<Vec<Option<StepNames>>>,
}

/// The names of a planned step.
#[derive(Debug)]
struct StepNames {
    outputs: Outputs,
    captures: Vec<String>,
    before: StepSet,
}

/// The outputs of a step.
#[derive(Debug, Clone)]
enum Outputs {
    /// Unknown, because the plugin does not declare all of them.
    Any,
    /// Exactly these.
    Names(Vec<String>),
    /// A list with the outputs of each item.
    List,
}

/// The names that exist only at some places of a job.
#[derive(Debug, Clone, Default)]
struct LocalNames {
    /// `item` and `index`.
    item: bool,
    /// `error`.
    error: bool,
    /// `run.outcome`.
    ending: bool,
    /// The outputs of the step itself, in `export`.
    outputs: Option<Outputs>,
}

/// The type that a key of a step takes.
#[derive(Clone, Copy)]
pub(super) struct ValueType {
    pub(super) key: &'static str,
    /// The type in words.
    pub(super) expected: &'static str,
    pub(super) fits: fn(&Json) -> bool,
}

/// When the value of a name is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KnownAt {
    /// In the plan.
    Plan,
    /// Only in the run.
    Run,
}

impl KnownNames {
    /// The names before the first step.
    pub(super) fn new(scoped: &ScopedJob<'_>, options: &BTreeMap<OptionName, Json>) -> Self {
        let job = scoped.job;
        let project = scoped.basis.project.map(|project| project.name.as_str());
        let steps: Vec<_> = job.all_steps().map(|step| step.id.get_ref().clone()).collect();
        let names = JobNames {
            scope: Scope::of_job(job.name.as_str(), project, options).within(scoped.work.clone()),
            options: job.options.keys().map(|name| (name.as_str().to_owned(), options.contains_key(name))).collect(),
            project: project.is_some(),
            exports: Rc::clone(&scoped.exports),
            numbers: steps.iter().cloned().enumerate().map(|(number, id)| (id, number)).collect(),
            planned: RefCell::new(steps.iter().map(|_| None).collect()),
            steps,
        };
        Self { job: Rc::new(names), before: StepSet::default(), here: LocalNames::default(), step: None }
    }

    /// The names that a step may read.
    pub(super) fn of_step(&self, step: &Step, needs: &[Need]) -> Self {
        let mut before = self.before.clone();
        let planned = self.job.planned.borrow();
        for number in needs.iter().filter_map(|need| self.job.numbers.get(&need.step)) {
            if let Some(Some(names)) = planned.get(*number) {
                before.add_all(&names.before);
                before.add(*number);
            }
        }
        Self {
            job: Rc::clone(&self.job),
            before,
            here: LocalNames { item: step.for_each.is_some(), ..self.here.clone() },
            step: Some(step.id.get_ref().clone()),
        }
    }

    /// Adds a planned step, and the names that it could read.
    pub(super) fn add_step(&self, step: &PlannedStep, own: Self) {
        let is_list = step.for_each.is_some();
        let outputs = if is_list { Outputs::List } else { outputs_of(step) };
        // A captured value belongs to one item, and no expression outside of the item can name it.
        let captures = step.captures.iter().filter(|_| !is_list).map(|capture| capture.name.clone()).collect();
        let mut planned = self.job.planned.borrow_mut();
        if let Some(place) = self.job.numbers.get(&step.id).and_then(|number| planned.get_mut(*number)) {
            *place = Some(StepNames { outputs, captures, before: own.before });
        }
    }

    fn all_planned(&self) -> StepSet {
        let mut all = StepSet::default();
        let planned = self.job.planned.borrow();
        planned.iter().enumerate().filter(|(_, names)| names.is_some()).for_each(|(number, _)| all.add(number));
        all
    }

    /// The names that the steps of `[[finally]]` may read.
    pub(super) fn of_finally(self) -> Self {
        Self { before: self.all_planned(), here: LocalNames { ending: true, ..self.here.clone() }, ..self }
    }

    /// The names that the outputs of the job may read.
    pub(super) fn of_outputs(self) -> Self {
        Self { before: self.all_planned(), step: None, here: LocalNames::default(), ..self }
    }

    /// The names that `for_each` of the step may read.
    pub(super) fn without_item(&self) -> Self {
        Self { here: LocalNames { item: false, ..self.here.clone() }, ..self.clone() }
    }

    /// The names that `export` of the step may read.
    pub(super) fn with_outputs(&self, step: &PlannedStep) -> Self {
        Self { here: LocalNames { outputs: Some(outputs_of(step)), ..self.here.clone() }, ..self.clone() }
    }

    /// The names that all steps of the job may read alike.
    pub(super) fn of_job(&self) -> Self {
        Self { before: StepSet::default(), here: LocalNames::default(), ..self.clone() }
    }

    /// The names that the error handler of the step may read.
    pub(super) fn of_handler(&self) -> Self {
        Self { here: LocalNames { error: true, ..self.here.clone() }, ..self.clone() }
    }

    /// Checks every name that the value reads, and returns the JSON pointers to the parts whose value only the run knows.
    ///
    /// # Errors
    /// When a name does not exist, or an expression cannot be parsed.
    pub(super) fn check(&self, value: &Spanned<Value>, source: &Source) -> Result<Vec<String>, PlanError> {
        let mut open = Vec::new();
        visit(value, String::new(), &mut |pointer, text| {
            let mut waits = false;
            for reference in expression::references(text).map_err(|error| self.wrap(error, source))? {
                let path: Vec<_> = reference.path.iter().map(String::as_str).collect();
                let origin = self.resolve(&path).map_err(|unknown| unknown.explain(&reference, self, source))?;
                waits |= origin == KnownAt::Run;
            }
            if waits {
                open.push(pointer);
            }
            Ok(())
        })?;
        Ok(open)
    }

    /// Checks the value of a key of the step, and its type where the value is known.
    ///
    /// # Errors
    /// Those of [`Self::check`], and when the value is not of the expected type.
    pub(super) fn check_type(
        &self,
        value: &Spanned<Value>,
        source: &Source,
        ValueType { key, expected, fits }: ValueType,
    ) -> Result<(), PlanError> {
        let open = self.check(value, source)?;
        let is_known = open.is_empty() || !matches!(value.get_ref(), Value::Text(_));
        match &self.step {
            Some(step) if is_known && !fits(&self.evaluate(value, &open, source)?) => {
                Err(PlanError::ValueType { step: step.clone(), key, expected, place: source.place(&value.span()) })
            }
            _ => Ok(()),
        }
    }

    /// Evaluates a value in the plan. The open parts become `null`.
    ///
    /// # Errors
    /// When an expression has no value.
    pub(super) fn evaluate(&self, value: &Spanned<Value>, open: &[String], source: &Source) -> Result<Json, PlanError> {
        let closed = without(value, String::new(), open);
        expression::evaluate(&closed, &self.job.scope).map_err(|error| self.wrap(error, source))
    }

    /// The region with its expression evaluated, when the plan knows the value.
    ///
    /// # Errors
    /// Those of [`Self::check`], and when the value is not a region.
    pub(super) fn region(&self, region: &Region, step: &StepId, source: &Source) -> Result<Region, PlanError> {
        let Region::Computed(text) = region else { return Ok(region.clone()) };
        let open = self.check(text, source)?;
        if !open.is_empty() {
            return Ok(region.clone());
        }
        let value = self.evaluate(text, &open, source)?;
        region_name(&value, text, step, source).map(Region::Named)
    }

    fn wrap(&self, error: ExpressionError, source: &Source) -> PlanError {
        PlanError::Expression { place: source.place(&error.span), step: self.step.clone(), error }
    }

    fn resolve(&self, path: &[&str]) -> Result<KnownAt, UnknownName> {
        match path {
            [] => Ok(KnownAt::Run),
            ["options"] => self.all_options(),
            ["options", name, ..] => match self.job.options.get(*name) {
                Some(true) => Ok(KnownAt::Plan),
                Some(false) => Ok(KnownAt::Run),
                None => Err(UnknownName::name(self.job.options.keys())),
            },
            ["job"] | ["job", "name"] => Ok(KnownAt::Plan),
            ["job", ..] => Err(UnknownName::name(["name"])),
            ["project"] | ["project", "name"] if self.job.project => Ok(KnownAt::Plan),
            ["project", _, ..] if self.job.project => Err(UnknownName::name(["name"])),
            _ => self.resolve_run(path),
        }
    }

    fn resolve_run(&self, path: &[&str]) -> Result<KnownAt, UnknownName> {
        match path {
            ["run"] | ["run", "id"] => Ok(KnownAt::Run),
            ["run", "outcome"] if self.here.ending => Ok(KnownAt::Run),
            ["run", ..] => Err(UnknownName::name(["id"].into_iter().chain(self.here.ending.then_some("outcome")))),
            ["steps"] | ["exports"] => Ok(KnownAt::Run),
            ["steps", step, rest @ ..] => self.resolve_step(step, rest),
            ["exports", name, ..] if self.job.exports.contains(*name) => Ok(KnownAt::Run),
            ["exports", ..] => Err(UnknownName::name(&*self.job.exports)),
            ["item" | "index", ..] if self.here.item => Ok(KnownAt::Run),
            ["error"] | ["error", "code" | "message" | "step"] if self.here.error => Ok(KnownAt::Run),
            ["error", ..] if self.here.error => Err(UnknownName::name(["code", "message", "step"])),
            ["outputs", rest @ ..] => match &self.here.outputs {
                Some(outputs) => outputs.resolve(rest),
                None => Err(UnknownName::name(self.roots())),
            },
            _ => Err(UnknownName::name(self.roots())),
        }
    }

    /// The top-level names.
    fn roots(&self) -> impl Iterator<Item = &'static str> {
        let LocalNames { item, error, ref outputs, .. } = self.here;
        let conditional = [("project", self.job.project), ("item", item), ("index", item), ("error", error)];
        let conditional = conditional.into_iter().chain([("outputs", outputs.is_some())]);
        let conditional = conditional.filter_map(|(name, is_there)| is_there.then_some(name));
        ["job", "options", "run", "steps", "exports"].into_iter().chain(conditional)
    }

    /// `options` as a whole is known when every option has a value.
    fn all_options(&self) -> Result<KnownAt, UnknownName> {
        Ok(if self.job.options.values().all(|has_value| *has_value) { KnownAt::Plan } else { KnownAt::Run })
    }

    fn resolve_step(&self, step: &str, rest: &[&str]) -> Result<KnownAt, UnknownName> {
        let number = self.job.numbers.get(step).copied();
        let planned = self.job.planned.borrow();
        let is_before = |number: &usize| self.before.has(*number);
        let Some(names) = number.filter(is_before).and_then(|number| planned.get(number)?.as_ref()) else {
            return Err(match number.and_then(|number| self.job.steps.get(number)) {
                Some(later) => UnknownName::Later(later.clone()),
                None => {
                    let before = self.job.steps.iter().enumerate().filter(|(number, _)| is_before(number));
                    UnknownName::name(before.map(|(_, id)| id.as_str()))
                }
            });
        };
        match rest {
            [] | ["status" | "captured"] | ["failure"] | ["failure", "code" | "message"] => Ok(KnownAt::Run),
            ["outputs", rest @ ..] => names.outputs.resolve(rest),
            ["captured", name, ..] if names.captures.iter().any(|known| known == name) => Ok(KnownAt::Run),
            ["captured", ..] => Err(UnknownName::name(&names.captures)),
            ["failure", ..] => Err(UnknownName::name(["code", "message"])),
            _ => Err(UnknownName::name(["outputs", "status", "captured", "failure"])),
        }
    }
}

/// The outputs of a step that runs once.
fn outputs_of(step: &PlannedStep) -> Outputs {
    match (&step.work, step.with.get_ref()) {
        (Work::Plugin(call), Value::Table(given))
            if schema::has_names_of_config(&call.plugin.description.outputs_schema) =>
        {
            Outputs::Names(given.keys().cloned().collect())
        }
        (Work::Plugin(call), _) => match schema::closed_properties(&call.plugin.description.outputs_schema) {
            Some(names) => Outputs::Names(names.into_iter().map(str::to_owned).collect()),
            None => Outputs::Any,
        },
        (Work::Job(plan), _) => Outputs::Names(plan.outputs.keys().map(ToString::to_string).collect()),
    }
}

impl Outputs {
    fn resolve(&self, rest: &[&str]) -> Result<KnownAt, UnknownName> {
        match (rest, self) {
            ([name, ..], Self::Names(names)) if !names.iter().any(|known| known == name) => {
                Err(UnknownName::name(names))
            }
            ([name, ..], Self::List) => Err(UnknownName::OfList((*name).to_owned())),
            _ => Ok(KnownAt::Run),
        }
    }
}

/// Why a name cannot be read.
enum UnknownName {
    /// It does not exist; these do.
    Name(Vec<String>),
    /// It belongs to a step that may not have run.
    Later(StepId),
    /// It is an output of a step that has a list of them.
    OfList(String),
}

impl UnknownName {
    fn name(known: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::Name(known.into_iter().map(Into::into).collect())
    }

    fn explain(self, reference: &Reference, known: &KnownNames, source: &Source) -> PlanError {
        let place = source.place(&(reference.span.0..reference.span.1));
        let step = known.step.clone();
        match self {
            Self::Name(known) => PlanError::UnknownName { step, name: reference.path.join("."), known, place },
            Self::Later(later) => PlanError::NotYetRun { step, later, place },
            Self::OfList(output) => PlanError::OutputOfList { step, name: reference.path.join("."), output, place },
        }
    }
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
