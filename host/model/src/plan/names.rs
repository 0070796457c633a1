//! The names that expressions may read, and which of them have a value before the run.

mod check;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use serde_json::{Value as Json, json};
use toml::Spanned;

use super::basis::ScopedJob;
use super::error::{FoundErrors, PlanError};
use super::options::Options;
use super::order::Need;
use super::step_set::StepSet;
use super::{JobOptions, PlannedStep, Work};
use crate::expression::{self, ExpressionError, Locals, Reference, Scope};
use crate::id::{Identifier, JobName, OptionName, StepId};
use crate::job::{JobOption, Step};
use crate::schema;
use crate::source::{Place, Source};
use crate::value::Value;

pub(super) use check::{CheckedTable, ValueType};

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
    /// What the plan knows of the options of the job.
    options: BTreeMap<String, OptionState>,
    /// The options as the job declares them.
    declared: BTreeMap<OptionName, Spanned<JobOption>>,
    /// The job, when a step of another job uses it.
    used: Option<JobName>,
    /// Whether the job belongs to a project.
    project: bool,
    exports: Rc<BTreeSet<String>>,
    /// `[locals]` of the job.
    locals: Locals,
    /// Whether the operator has given all options.
    complete: bool,
    /// What is wrong with any of the jobs.
    errors: FoundErrors,
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

/// What the plan knows of the value of an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OptionState {
    /// The value.
    Known,
    /// That it has none.
    Blank,
    /// Nothing: the operator has still to give it, or only the run knows what a step gives.
    Open,
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
    /// The options without a value that the step reads only if they have one.
    guarded: Guarded,
}

/// The options that the condition of a step guards.
#[derive(Debug, Clone)]
enum Guarded {
    /// All of them: the step never runs.
    All,
    /// Those of which `when` asks whether they are defined.
    These(BTreeSet<String>),
}

impl Default for Guarded {
    fn default() -> Self {
        Self::These(BTreeSet::new())
    }
}

/// When the value of a name is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum KnownAt {
    /// In the plan.
    Plan,
    /// In the run; the plan checks it with its own time.
    Clock,
    /// Only in the run.
    Run,
}

impl KnownNames {
    /// The names before the first step.
    pub(super) fn new(
        scoped: &ScopedJob<'_>,
        Options { values: options, open, .. }: &Options,
        locals: &Locals,
    ) -> Self {
        let job = scoped.job;
        let state = |name: &OptionName| match options.contains_key(name) {
            true => OptionState::Known,
            false if open.contains(name) => OptionState::Open,
            false => OptionState::Blank,
        };
        let project = scoped.basis.project.map(|project| project.name.as_str());
        let mut scope =
            Scope::of_job(job.name.as_str(), project, options).within(scoped.work.clone()).with_locals(locals);
        scope.set_now(scoped.now);
        scope.set("run", json!({ "started": expression::time(scoped.now) }));
        let steps: Vec<_> = job.all_steps().map(|step| step.id.get_ref().clone()).collect();
        let names = JobNames {
            scope,
            options: job.options.keys().map(|name| (name.as_str().to_owned(), state(name))).collect(),
            declared: job.options.clone(),
            used: (scoped.path.len() > 1).then(|| job.name.clone()),
            project: project.is_some(),
            exports: Rc::clone(&scoped.exports),
            locals: Arc::clone(locals),
            complete: scoped.basis.complete,
            errors: scoped.errors.clone(),
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

    /// Adds a step that cannot be planned. Others may read what it seems to have.
    pub(super) fn add_wrong_step(&self, step: &Step, own: Self, of_job: &BTreeMap<Identifier, Spanned<String>>) {
        let outputs = if step.for_each.is_some() { Outputs::List } else { Outputs::Any };
        let captures = step.capture.keys().chain(of_job.keys()).map(ToString::to_string).collect();
        let mut planned = self.job.planned.borrow_mut();
        if let Some(place) = self.job.numbers.get(step.id.get_ref()).and_then(|number| planned.get_mut(*number)) {
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

    /// The names that a step may read that runs when this is true, as far as the plan knows it.
    pub(super) fn guarded_by(&self, when: &Spanned<Value>, known: Option<&Json>) -> Self {
        let guarded = match known {
            Some(Json::Bool(false)) => Guarded::All,
            _ => Guarded::These(expression::guarded_options(when)),
        };
        Self { here: LocalNames { guarded, ..self.here.clone() }, ..self.clone() }
    }

    /// The names that `for_each` of the step may read.
    pub(super) fn without_item(&self) -> Self {
        Self { here: LocalNames { item: false, ..self.here.clone() }, ..self.clone() }
    }

    /// The names that `export` of the step may read.
    pub(super) fn with_outputs(&self, step: Option<&PlannedStep>) -> Self {
        Self {
            here: LocalNames { outputs: Some(step.map_or(Outputs::Any, outputs_of)), ..self.here.clone() },
            ..self.clone()
        }
    }

    /// The names that all steps of the job may read alike.
    pub(super) fn of_job(&self) -> Self {
        Self { before: StepSet::default(), here: LocalNames::default(), ..self.clone() }
    }

    /// The names that the error handler of the step may read.
    pub(super) fn of_handler(&self) -> Self {
        Self { here: LocalNames { error: true, ..self.here.clone() }, ..self.clone() }
    }

    fn wrap(&self, error: ExpressionError, source: &Source) -> PlanError {
        let place = source.place(&error.span);
        match &error.blank {
            Some(option) => self.blank(option, place),
            None => PlanError::Expression { place, step: self.step.clone(), error },
        }
    }

    /// The error of an expression that needs the value of this option.
    fn blank(&self, option: &str, place: Place) -> PlanError {
        self.options().blank(self.step.as_ref(), option, place)
    }

    /// The options of the job, for errors about those that have no value.
    pub(super) fn options(&self) -> JobOptions<'_> {
        JobOptions { declared: &self.job.declared, used: self.job.used.as_ref() }
    }

    fn is_blank(&self, option: &str) -> bool {
        self.state(option) == Some(OptionState::Blank)
    }

    fn state(&self, option: &str) -> Option<OptionState> {
        let is_guarded = match &self.here.guarded {
            Guarded::All => true,
            Guarded::These(names) => names.contains(option),
        };
        match self.job.options.get(option).copied() {
            Some(OptionState::Blank) if is_guarded => Some(OptionState::Open),
            state => state,
        }
    }

    fn resolve(&self, path: &[&str]) -> Result<KnownAt, UnknownName> {
        match path {
            [] => Ok(KnownAt::Run),
            ["options"] => self.all_options(),
            ["options", name, ..] => match self.state(name) {
                Some(OptionState::Known | OptionState::Blank) => Ok(KnownAt::Plan),
                Some(OptionState::Open) => Ok(KnownAt::Run),
                None => Err(UnknownName::name(self.job.options.keys())),
            },
            // What it reads is resolved as well.
            ["locals", name, ..] if self.job.locals.contains_key(*name) => Ok(KnownAt::Plan),
            ["locals", ..] => Err(UnknownName::name(self.job.locals.keys().map(Identifier::as_str))),
            ["job"] | ["job", "name"] => Ok(KnownAt::Plan),
            ["job", ..] => Err(UnknownName::name(["name"])),
            ["project"] | ["project", "name"] if self.job.project => Ok(KnownAt::Plan),
            ["project", _, ..] if self.job.project => Err(UnknownName::name(["name"])),
            _ => self.resolve_run(path),
        }
    }

    fn resolve_run(&self, path: &[&str]) -> Result<KnownAt, UnknownName> {
        match path {
            ["now()"] | ["run", "started"] => Ok(KnownAt::Clock),
            ["run"] | ["run", "id"] => Ok(KnownAt::Run),
            ["run", "outcome"] if self.here.ending => Ok(KnownAt::Run),
            ["run", ..] => {
                Err(UnknownName::name(["id", "started"].into_iter().chain(self.here.ending.then_some("outcome"))))
            }
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
        let conditional = [
            ("locals", !self.job.locals.is_empty()),
            ("project", self.job.project),
            ("item", item),
            ("index", item),
            ("error", error),
        ];
        let conditional = conditional.into_iter().chain([("outputs", outputs.is_some())]);
        let conditional = conditional.filter_map(|(name, is_there)| is_there.then_some(name));
        ["job", "options", "run", "steps", "exports"].into_iter().chain(conditional)
    }

    /// `options` as a whole is known when no option has still to get a value.
    fn all_options(&self) -> Result<KnownAt, UnknownName> {
        let is_open = |state: &OptionState| *state == OptionState::Open;
        Ok(if self.job.options.values().any(is_open) { KnownAt::Run } else { KnownAt::Plan })
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
