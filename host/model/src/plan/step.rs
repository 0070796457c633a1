//! What a step means.

use std::collections::BTreeMap;
use std::time::Duration;

use regex::Regex;
use serde_json::Value as Json;
use toml::Spanned;

use super::order::order;
use super::{DEFAULT_JOB_TIMEOUT, DEFAULT_TIMEOUT, Need, Plan, PlanError, PluginCall, Scoped};
use crate::expression::{self, Scope};
use crate::file::DurationText;
use crate::id::{Identifier, ON_ERROR, StepId};
use crate::job::{OnError, OnUncertain, Retry, Step, Uses};
use crate::option::Options;
use crate::reference::Known;
use crate::settings::{AwsSettings, Level, Setting};
use crate::source::{Place, Source};
use crate::value::{Value, span_at};

/// What a step means.
#[derive(Debug, Clone)]
pub struct PlannedStep {
    /// Its id.
    pub id: StepId,
    /// What it is for, in one line.
    pub description: String,
    /// More of it, in Markdown.
    pub docs: String,
    /// What has to be over before it begins.
    pub needs: Vec<Need>,
    /// Whether it runs in every ending.
    pub finally: bool,
    /// A boolean; false skips the step.
    pub when: Option<Spanned<Value>>,
    /// The list for each of whose items it runs.
    pub for_each: Option<ForEach>,
    /// How long an attempt may take.
    pub timeout: Setting<Duration>,
    /// What happens when an attempt failed.
    pub retry: Option<Retry>,
    /// What runs when it failed.
    pub on_error: Option<ErrorStep>,
    /// What happens when nobody knows whether a call took effect.
    pub on_uncertain: OnUncertain,
    /// What is taken from the lines that the plugin logs.
    pub captures: Vec<Capture>,
    /// What it makes known to all steps after it.
    pub exports: BTreeMap<Identifier, Spanned<Value>>,
    /// The configuration of the plugin, or the options of the job, with its expressions.
    pub with: Spanned<Value>,
    /// What it uses.
    pub work: Work,
    /// Where it stands in the job file.
    pub place: Place,
}

/// What a step uses.
#[derive(Debug, Clone)]
pub enum Work {
    /// A plugin.
    Plugin(Box<PluginCall>),
    /// Another job. Its options have the values that are known without the run.
    Job(Box<Plan>),
}

/// `for_each` and `concurrency`.
#[derive(Debug, Clone)]
pub struct ForEach {
    /// The list.
    pub list: Spanned<Value>,
    /// For how many items at the same time.
    pub concurrency: usize,
}

/// The step that runs when another one failed.
#[derive(Debug, Clone)]
pub struct ErrorStep {
    /// The step; its id is [`ON_ERROR`].
    pub step: Box<PlannedStep>,
    /// Whether the failure is cleared when it succeeded.
    pub clears: bool,
}

/// A name for what a pattern finds.
#[derive(Debug, Clone)]
pub struct Capture {
    /// The name.
    pub name: String,
    /// The pattern; what its group finds is the value.
    pub pattern: Regex,
}

impl PlannedStep {
    /// What it uses, as the job file says it.
    pub fn uses(&self) -> String {
        match &self.work {
            Work::Plugin(call) => call.plugin.name.to_string(),
            Work::Job(plan) => format!("job:{}", plan.job),
        }
    }

    /// What its plugin is called with; none when it uses a job.
    pub fn call(&self) -> Option<&PluginCall> {
        match &self.work {
            Work::Plugin(call) => Some(call),
            Work::Job(_) => None,
        }
    }

    /// The configuration with every expression evaluated, as the plugin gets it.
    ///
    /// # Errors
    /// When an expression has no value, or when the plugin's schema refuses the result.
    pub fn configure(&self, source: &Source, scope: &Scope) -> Result<Json, PlanError> {
        let config = self.evaluate(&self.with, source, scope)?;
        self.check(&config, &[], source)?;
        Ok(config)
    }

    /// A value of the step with every expression evaluated.
    ///
    /// # Errors
    /// When an expression has no value.
    pub fn evaluate(&self, value: &Spanned<Value>, source: &Source, scope: &Scope) -> Result<Json, PlanError> {
        expression::evaluate(value, scope).map_err(|error| PlanError::Expression {
            place: source.place(&error.span),
            step: Some(self.id.clone()),
            error,
        })
    }

    /// Checks a configuration against the plugin's schema, except for what lies under the `open` JSON pointers.
    fn check(&self, config: &Json, open: &[String], source: &Source) -> Result<(), PlanError> {
        let Some(call) = self.call() else { return Ok(()) };
        let Some(violation) = call.plugin.description.config_schema.violation(config, open) else {
            return Ok(());
        };
        Err(PlanError::Config {
            place: source.place(&span_at(&self.with, &violation.pointer)),
            step: self.id.clone(),
            plugin: call.plugin.name.clone(),
            violation,
        })
    }
}

/// Plans the steps of one list; what they know grows with them.
pub(super) fn plan_all<'a>(
    scoped: &Scoped<'a>,
    steps: &'a [Step],
    mut known: Known,
    finally: bool,
) -> Result<(Vec<PlannedStep>, Known), PlanError> {
    let (needs, sorted) = order(steps, &scoped.job.source)?;
    let mut planned: Vec<(usize, PlannedStep)> = Vec::new();
    for at in sorted {
        let (Some(step), Some(needs)) = (steps.get(at), needs.get(at)) else { continue };
        let own = known.of_step(step, needs);
        let step = PlannedStep { needs: needs.clone(), finally, ..plan_step(scoped, step, &own)? };
        known.add_step(&step, own);
        planned.push((at, step));
    }
    planned.sort_by_key(|(at, _)| *at);
    Ok((planned.into_iter().map(|(_, step)| step).collect(), known))
}

fn plan_step<'a>(scoped: &Scoped<'a>, step: &'a Step, known: &Known) -> Result<PlannedStep, PlanError> {
    let source = &scoped.job.source;
    let part = Part {
        id: step.id.get_ref().clone(),
        description: &step.description,
        uses: &step.uses,
        with: step.with.as_ref(),
        timeout: step.timeout.as_ref(),
        aws: &step.aws,
        place: source.place(&step.id.span()),
    };
    if let Some(for_each) = &step.for_each {
        known.without_item().check_type(for_each, source, |value| value.is_array(), ("for_each", "a list"))?;
    }
    if let Some(when) = &step.when {
        known.check_type(when, source, |value| value.is_boolean(), ("when", "`true` or `false`"))?;
    }
    let planned = part.plan(scoped, known)?;
    let with_outputs = known.with_outputs(&planned);
    step.export.values().try_for_each(|value| with_outputs.check(value, source).map(drop))?;
    let on_error = step.on_error.as_ref().map(|handler| plan_handler(scoped, step, handler, known)).transpose()?;
    Ok(PlannedStep {
        docs: step.docs.clone(),
        when: step.when.clone(),
        for_each: step.for_each.as_ref().map(|list| ForEach {
            list: list.clone(),
            concurrency: step.concurrency.as_ref().map_or(1, |limit| limit.get_ref().0 as usize),
        }),
        retry: step.retry.as_ref().map(|retry| retry.get_ref().clone()),
        on_error,
        on_uncertain: on_uncertain(scoped, step),
        captures: if planned.call().is_some() { captures(scoped, step) } else { Vec::new() },
        exports: step.export.clone(),
        ..planned
    })
}

/// What is taken from the lines of a plugin; a job logs none itself.
fn captures(scoped: &Scoped<'_>, step: &Step) -> Vec<Capture> {
    let own = &step.capture;
    let all = scoped.job.capture.iter().filter(|(name, _)| !own.contains_key(*name)).chain(own);
    // `Job::read` has refused what is no regular expression.
    let pattern = |pattern: &Spanned<String>| Regex::new(pattern.get_ref()).ok();
    all.filter_map(|(name, text)| Some(Capture { name: name.to_string(), pattern: pattern(text)? })).collect()
}

fn plan_handler<'a>(
    scoped: &Scoped<'a>,
    step: &Step,
    handler: &'a OnError,
    known: &Known,
) -> Result<ErrorStep, PlanError> {
    // Its name is no id that a file could give, and is a valid one.
    let Ok(id) = ON_ERROR.parse::<StepId>() else { return Err(PlanError::ReservedName) };
    let own_settings = handler.aws != AwsSettings::default();
    let is_job = matches!(handler.uses.get_ref(), Uses::Job(_));
    let part = Part {
        id,
        description: &handler.description,
        uses: &handler.uses,
        with: handler.with.as_ref(),
        timeout: handler.timeout.as_ref(),
        // A sub-job has settings of its own, and takes none from a step.
        aws: if own_settings || is_job { &handler.aws } else { &step.aws },
        place: scoped.job.source.place(&handler.uses.span()),
    };
    let planned = part.plan(scoped, &known.of_handler())?;
    let on_uncertain = on_uncertain(scoped, step);
    Ok(ErrorStep { step: Box::new(PlannedStep { on_uncertain, ..planned }), clears: handler.clears })
}

fn on_uncertain(scoped: &Scoped<'_>, step: &Step) -> OnUncertain {
    step.on_uncertain.as_ref().map_or(scoped.on_uncertain, |choice| *choice.get_ref())
}

/// What a step and the step that runs when it failed have in common.
struct Part<'a, 'b> {
    id: StepId,
    description: &'b str,
    uses: &'a Spanned<Uses>,
    with: Option<&'b Spanned<Value>>,
    timeout: Option<&'b Spanned<DurationText>>,
    aws: &'b AwsSettings,
    place: Place,
}

impl<'a> Part<'a, '_> {
    fn plan(self, scoped: &Scoped<'a>, known: &Known) -> Result<PlannedStep, PlanError> {
        let source = &scoped.job.source;
        scoped.add_step(self.uses.span())?;
        let with = self.with.cloned().unwrap_or_else(|| Spanned::new(self.uses.span(), Value::default()));
        if !matches!(with.get_ref(), Value::Table(_)) {
            return Err(PlanError::ConfigNotATable { place: source.place(&with.span()), step: self.id });
        }
        let open = known.check(&with, source)?;
        let config = known.evaluate(&with, &open, source)?;
        let work = match self.uses.get_ref() {
            Uses::Plugin(name) => {
                let name = Spanned::new(self.uses.span(), name.clone());
                Work::Plugin(Box::new(PluginCall::new(scoped, &self.id, &name, self.aws)?))
            }
            Uses::Job(_) => Work::Job(Box::new(self.sub_job(scoped, &with, (&config, &open))?)),
        };
        let timeout = self.timeout(&work);
        let mut planned = PlannedStep {
            id: self.id,
            description: self.description.to_owned(),
            docs: String::new(),
            needs: Vec::new(),
            finally: false,
            when: None,
            for_each: None,
            timeout,
            retry: None,
            on_error: None,
            on_uncertain: scoped.on_uncertain,
            captures: Vec::new(),
            exports: BTreeMap::new(),
            with,
            work,
            place: self.place,
        };
        planned.check(&config, &open, source)?;
        if let Work::Plugin(call) = &mut planned.work {
            call.config = open.is_empty().then_some(config);
        }
        Ok(planned)
    }

    /// What the step says, or the job that it uses.
    fn timeout(&self, work: &Work) -> Setting<Duration> {
        let own = self.timeout.map(|timeout| Setting { value: timeout.get_ref().0, from: Level::Step });
        let default = |value| Setting { value, from: Level::Default };
        own.unwrap_or_else(|| match work {
            Work::Plugin(_) => default(DEFAULT_TIMEOUT),
            Work::Job(plan) => {
                plan.timeout.map_or_else(|| default(DEFAULT_JOB_TIMEOUT), |value| Setting { value, from: Level::Job })
            }
        })
    }

    fn sub_job(
        &self,
        scoped: &Scoped<'a>,
        with: &Spanned<Value>,
        (config, open): (&Json, &[String]),
    ) -> Result<Plan, PlanError> {
        let Uses::Job(job) = self.uses.get_ref() else { return Err(PlanError::ReservedName) };
        let sub = scoped.sub_job(&self.id, job, self.uses.span())?;
        let options = Options::of_sub_job(&sub, &self.id, (with, &scoped.job.source), (config, open))?;
        Plan::of(&sub, options)
    }
}
