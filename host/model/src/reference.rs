//! The names that expressions may read, and which of them have a value before the job runs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value as Json, json};
use toml::Spanned;

use crate::expression::{self, ExpressionError, Reference, Scope};
use crate::id::{OptionName, StepId};
use crate::job::{Job, Step};
use crate::plan::{Need, PlannedStep, Work};
use crate::plan_error::PlanError;
use crate::schema;
use crate::source::Source;
use crate::value::Value;

/// What expressions can know of a job while it is planned.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    scope: Scope,
    options: BTreeMap<String, bool>,
    project: bool,
    exports: BTreeSet<String>,
    /// The steps that were planned.
    steps: BTreeMap<StepId, Arc<Outline>>,
    all: Vec<StepId>,
    /// The steps that are over whenever the expression is evaluated.
    before: BTreeSet<StepId>,
    /// What else there is where the expression stands.
    here: Here,
    /// The step that the expression belongs to; none of those of the job.
    step: Option<StepId>,
}

#[derive(Debug)]
struct Outline {
    outputs: Outputs,
    captures: Vec<String>,
    before: BTreeSet<StepId>,
}

/// What a step puts out.
#[derive(Debug, Clone)]
enum Outputs {
    /// The plugin does not declare all of them.
    Any,
    Names(Vec<String>),
    /// It runs for each of a list.
    List,
}

#[derive(Debug, Clone, Default)]
struct Here {
    item: bool,
    error: bool,
    ending: bool,
    /// The outputs of the step itself.
    outputs: Option<Outputs>,
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
pub fn constants(job: &str, project: Option<&str>, options: &BTreeMap<OptionName, Json>) -> Scope {
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
    pub(crate) fn new(
        job: &Job,
        options: &BTreeMap<OptionName, Json>,
        project: Option<&str>,
        exports: &BTreeSet<String>,
    ) -> Self {
        Self {
            scope: constants(job.name.as_str(), project, options),
            options: job.options.keys().map(|name| (name.as_str().to_owned(), options.contains_key(name))).collect(),
            project: project.is_some(),
            exports: exports.clone(),
            steps: BTreeMap::new(),
            all: job.all_steps().map(|step| step.id.get_ref().clone()).collect(),
            before: BTreeSet::new(),
            here: Here::default(),
            step: None,
        }
    }

    /// What this step knows.
    pub(crate) fn of_step(&self, step: &Step, needs: &[Need]) -> Self {
        let earlier = needs.iter().filter_map(|need| Some((need, self.steps.get(&need.step)?)));
        let earlier = earlier.flat_map(|(need, outline)| outline.before.iter().chain([&need.step])).cloned();
        Self {
            before: self.before.iter().cloned().chain(earlier).collect(),
            here: Here { item: step.for_each.is_some(), ..self.here.clone() },
            step: Some(step.id.get_ref().clone()),
            ..self.clone()
        }
    }

    /// The step was planned with what it knew.
    pub(crate) fn add_step(&mut self, step: &PlannedStep, own: Self) {
        let is_list = step.for_each.is_some();
        let outputs = if is_list { Outputs::List } else { outputs_of(step) };
        // What is captured belongs to one item, which nothing outside of it can name.
        let captures = step.captures.iter().filter(|_| !is_list).map(|capture| capture.name.clone()).collect();
        self.steps.insert(step.id.clone(), Arc::new(Outline { outputs, captures, before: own.before }));
    }

    /// What steps know that run in every ending.
    pub(crate) fn of_finally(self) -> Self {
        let before = self.steps.keys().cloned().collect();
        Self { before, here: Here { ending: true, ..self.here.clone() }, ..self }
    }

    /// What the outputs of the job can be made from.
    pub(crate) fn of_outputs(self) -> Self {
        let before = self.steps.keys().cloned().collect();
        Self { before, step: None, here: Here::default(), ..self }
    }

    /// What the list is made from for whose items a step runs.
    pub(crate) fn without_item(&self) -> Self {
        Self { here: Here { item: false, ..self.here.clone() }, ..self.clone() }
    }

    /// What a step knows when it has succeeded.
    pub(crate) fn with_outputs(&self, step: &PlannedStep) -> Self {
        Self { here: Here { outputs: Some(outputs_of(step)), ..self.here.clone() }, ..self.clone() }
    }

    /// What the step knows that runs when this one failed.
    pub(crate) fn of_handler(&self) -> Self {
        Self { here: Here { error: true, ..self.here.clone() }, ..self.clone() }
    }

    /// Checks every name that the value reads, and returns the JSON pointers to the parts whose value only the run knows.
    ///
    /// # Errors
    /// When a name does not exist, or an expression is none.
    pub(crate) fn check(&self, value: &Spanned<Value>, source: &Source) -> Result<Vec<String>, PlanError> {
        let mut open = Vec::new();
        visit(value, String::new(), &mut |pointer, text| {
            let mut waits = false;
            for reference in expression::references(text).map_err(|error| self.wrap(error, source))? {
                let path: Vec<_> = reference.path.iter().map(String::as_str).collect();
                let origin = self.resolve(&path).map_err(|unknown| unknown.explain(&reference, self, source))?;
                waits |= origin == Origin::Run;
            }
            if waits {
                open.push(pointer);
            }
            Ok(())
        })?;
        Ok(open)
    }

    /// Checks the value of a key of the step, and what it is where that is known.
    ///
    /// # Errors
    /// Those of [`Self::check`], and when the value is not of the expected type.
    pub(crate) fn check_type(
        &self,
        value: &Spanned<Value>,
        source: &Source,
        fits: fn(&Json) -> bool,
        (key, expected): (&'static str, &'static str),
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

    /// Evaluates what the plan knows; what is open becomes `null`.
    ///
    /// # Errors
    /// When an expression has no value.
    pub(crate) fn evaluate(&self, value: &Spanned<Value>, open: &[String], source: &Source) -> Result<Json, PlanError> {
        let closed = without(value, String::new(), open);
        expression::evaluate(&closed, &self.scope).map_err(|error| self.wrap(error, source))
    }

    fn wrap(&self, error: ExpressionError, source: &Source) -> PlanError {
        PlanError::Expression { place: source.place(&error.span), step: self.step.clone(), error }
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
            _ => self.resolve_run(path),
        }
    }

    fn resolve_run(&self, path: &[&str]) -> Result<Origin, Unknown> {
        match path {
            ["run"] | ["run", "id"] => Ok(Origin::Run),
            ["run", "outcome"] if self.here.ending => Ok(Origin::Run),
            ["run", ..] => Err(Unknown::name(["id"].into_iter().chain(self.here.ending.then_some("outcome")))),
            ["steps"] | ["exports"] => Ok(Origin::Run),
            ["steps", step, rest @ ..] => self.resolve_step(step, rest),
            ["exports", name, ..] if self.exports.contains(*name) => Ok(Origin::Run),
            ["exports", ..] => Err(Unknown::name(&self.exports)),
            ["item" | "index", ..] if self.here.item => Ok(Origin::Run),
            ["error"] | ["error", "code" | "message" | "step"] if self.here.error => Ok(Origin::Run),
            ["error", ..] if self.here.error => Err(Unknown::name(["code", "message", "step"])),
            ["outputs", rest @ ..] => match &self.here.outputs {
                Some(outputs) => outputs.resolve(rest),
                None => Err(Unknown::name(self.roots())),
            },
            _ => Err(Unknown::name(self.roots())),
        }
    }

    /// The top-level names.
    fn roots(&self) -> impl Iterator<Item = &'static str> {
        let Here { item, error, ref outputs, .. } = self.here;
        let conditional = [("project", self.project), ("item", item), ("index", item), ("error", error)];
        let conditional = conditional.into_iter().chain([("outputs", outputs.is_some())]);
        let conditional = conditional.filter_map(|(name, is_there)| is_there.then_some(name));
        ["job", "options", "run", "steps", "exports"].into_iter().chain(conditional)
    }

    /// `options` as a whole has its value when every option has.
    fn all_options(&self) -> Result<Origin, Unknown> {
        Ok(if self.options.values().all(|has_value| *has_value) { Origin::Plan } else { Origin::Run })
    }

    fn resolve_step(&self, step: &str, rest: &[&str]) -> Result<Origin, Unknown> {
        let Some(outline) = self.before.get(step).and_then(|id| self.steps.get(id)) else {
            let later = self.all.iter().find(|id| id.as_str() == step);
            return Err(match later {
                Some(later) => Unknown::Later(later.clone()),
                None => Unknown::name(self.before.iter().map(StepId::as_str)),
            });
        };
        match rest {
            [] | ["status" | "captured"] | ["failure"] | ["failure", "code" | "message"] => Ok(Origin::Run),
            ["outputs", rest @ ..] => outline.outputs.resolve(rest),
            ["captured", name, ..] if outline.captures.iter().any(|known| known == name) => Ok(Origin::Run),
            ["captured", ..] => Err(Unknown::name(&outline.captures)),
            ["failure", ..] => Err(Unknown::name(["code", "message"])),
            _ => Err(Unknown::name(["outputs", "status", "captured", "failure"])),
        }
    }
}

/// The outputs that a step is known to have when it ran once.
fn outputs_of(step: &PlannedStep) -> Outputs {
    match &step.work {
        Work::Plugin(call) => match schema::closed_properties(&call.plugin.description.outputs_schema) {
            Some(names) => Outputs::Names(names.into_iter().map(str::to_owned).collect()),
            None => Outputs::Any,
        },
        Work::Job(plan) => Outputs::Names(plan.outputs.keys().map(ToString::to_string).collect()),
    }
}

impl Outputs {
    fn resolve(&self, rest: &[&str]) -> Result<Origin, Unknown> {
        match (rest, self) {
            ([name, ..], Self::Names(names)) if !names.iter().any(|known| known == name) => Err(Unknown::name(names)),
            ([name, ..], Self::List) => Err(Unknown::OfList((*name).to_owned())),
            _ => Ok(Origin::Run),
        }
    }
}

enum Unknown {
    Name(Vec<String>),
    Later(StepId),
    /// An output, where there is a list of them.
    OfList(String),
}

impl Unknown {
    fn name(known: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::Name(known.into_iter().map(Into::into).collect())
    }

    fn explain(self, reference: &Reference, known: &Known, source: &Source) -> PlanError {
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
