//! Plans: a job with every default filled in, every plugin resolved to a digest, and every setting with its level.
//!
//! A plan that exists can be run: `make.rs` refuses everything that the host can refuse before a run.

mod basis;
mod blank;
mod call;
mod concurrency;
mod denied;
mod error;
mod given_names;
mod location;
mod make;
mod names;
mod operation;
mod options;
mod order;
mod repeat;
mod requests;
mod secret;
mod step_set;
#[cfg(test)]
mod tests;
mod warning;

use std::collections::BTreeMap;
use std::time::Duration;

use regex::Regex;
use serde_json::Value as Json;
use toml::Spanned;

use crate::credentials::StepCredentials;
use crate::event::StepTitle;
use crate::expression::{self, Evaluated, Locals, PlanWork, Scope};
use crate::file::{parse_duration, show_duration};
use crate::grant::Grants;
use crate::id::{Identifier, JobName, KeyPath, ON_ERROR, OptionName, RegionName, StepId, StepPath};
use crate::job::{JobOption, OnUncertain, Retry};
use crate::limits::Limits;
use crate::plugin::Plugin;
use crate::policy::GivenNames;
use crate::region::Region;
use crate::schema::{self, Violation};
use crate::settings::{Directories, Setting};
use crate::source::{Place, Source};
use crate::value::Value;

pub use basis::{Basis, GivenOptions};
pub use blank::{BlankKind, JobOptions};
pub use call::{check_allowed, credentials_below_jobs, region_below_jobs};
pub use concurrency::PlannedConcurrency;
pub use denied::DeniedSteps;
pub use error::PlanError;
pub use make::{DEFAULT_JOB_TIMEOUT, DEFAULT_TIMEOUT};
pub use operation::{
    KnownRequest, NoOperations, OperationCall, OperationKey, OperationRefused, Operations, PlannedOperation, RoleMember,
};
pub use options::{check_given, unknown_option};
pub use order::Need;
pub use requests::{PlannedRequest, PlannedUrl};
pub use secret::{ListSource, Owner, Reach, SecretDenied, SecretRefused, StepSecret};
pub use warning::PlanWarning;

/// A job that can be run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The job's name.
    pub job: JobName,
    /// Whether a step of another job uses it.
    pub is_used: bool,
    /// Its purpose, in one line.
    pub description: String,
    /// Its documentation, in Markdown.
    pub docs: String,
    /// The job file, for errors at run time.
    pub source: Source,
    /// The project's name.
    pub project: Option<String>,
    /// The project's file.
    pub project_file: Option<String>,
    /// The options of the job.
    pub declared: BTreeMap<OptionName, Spanned<JobOption>>,
    /// The options that have a value. The value of a secret is its placeholder.
    pub options: BTreeMap<OptionName, Json>,
    /// The secret options that have a value.
    pub secrets: BTreeMap<OptionName, PlannedSecret>,
    /// The longest time of a run.
    pub timeout: Option<Duration>,
    /// How many runs go on at the same time; none for any number.
    pub concurrency: Option<PlannedConcurrency>,
    /// Whether steps that do not need a failed step still run.
    pub keep_going: bool,
    /// The steps, in the order of the file.
    pub steps: Vec<PlannedStep>,
    /// The steps that run after the others, whatever the outcome.
    pub finally: Vec<PlannedStep>,
    /// The outputs of a successful run.
    pub outputs: BTreeMap<Identifier, Spanned<Value>>,
    /// `[locals]`: names for values that expressions use.
    pub locals: Locals,
    /// What may be wrong with the job or those that it uses.
    pub warnings: Vec<PlanWarning>,
}

/// A secret option that has a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedSecret {
    /// The text that expressions, plugins and the journal have instead of the value.
    pub placeholder: String,
    /// The path of the value in key storage. None: the host asks for the value when the run starts.
    pub key: Option<KeyPath>,
}

/// A step that can be run.
#[derive(Debug, Clone)]
pub struct PlannedStep {
    /// Its id.
    pub id: StepId,
    /// Its purpose, in one line.
    pub description: String,
    /// Its documentation, in Markdown.
    pub docs: String,
    /// The steps that have to be complete before it begins.
    pub needs: Vec<Need>,
    /// Whether it is one of `[[finally]]`.
    pub finally: bool,
    /// A boolean; false skips the step.
    pub when: Option<Spanned<Value>>,
    /// The list, when it runs for each item of one.
    pub for_each: Option<ForEach>,
    /// A boolean over the outputs; false has the step do its work again.
    pub until: Option<Spanned<Value>>,
    /// The pause before it does its work again. None: short at first, and 15 seconds at most.
    pub every: Option<Duration>,
    /// A boolean over the outputs; false fails the step.
    pub expect: Option<Spanned<Value>>,
    /// The longest time of an attempt.
    pub timeout: Setting<Duration>,
    /// The further attempts after a failed one.
    pub retry: Option<Retry>,
    /// The error handler.
    pub on_error: Option<ErrorStep>,
    /// The reaction to a call whose outcome is unknown.
    pub on_uncertain: OnUncertain,
    /// The values to capture from the log lines of the plugin.
    pub captures: Vec<Capture>,
    /// The values that all later steps can read.
    pub exports: BTreeMap<Identifier, Spanned<Value>>,
    /// The configuration of the plugin, or the options of the job, with its expressions.
    pub with: Spanned<Value>,
    /// The plugin or the job that it uses.
    pub work: Work,
    /// The place of the step in the job file.
    pub place: Place,
}

/// The plugin or the job that a step uses.
#[derive(Debug, Clone)]
pub enum Work {
    /// A plugin.
    Plugin(Box<PluginCall>),
    /// Another job. Its options have the values that are known before the run.
    Job(Box<Plan>),
}

/// `for_each` and `concurrency`.
#[derive(Debug, Clone)]
pub struct ForEach {
    /// The list.
    pub list: Spanned<Value>,
    /// The number of items that run at the same time.
    pub concurrency: usize,
}

/// An error handler: the step that runs when another one has failed.
#[derive(Debug, Clone)]
pub struct ErrorStep {
    /// The step; its id is [`ON_ERROR`].
    pub step: Box<PlannedStep>,
    /// Whether its success clears the failure.
    pub clears: bool,
}

/// A value to capture from log lines.
#[derive(Debug, Clone)]
pub struct Capture {
    /// The name.
    pub name: String,
    /// The pattern, whose only group finds the value.
    pub pattern: Regex,
    /// The bytes of its compiled form ([`pattern::size`](crate::pattern::size)).
    pub size: usize,
}

/// The plugin of a step, and everything that applies to its calls.
#[derive(Debug, Clone)]
pub struct PluginCall {
    /// The plugin. That of an operation of AWS stands for it in all that does not run it.
    pub plugin: Plugin,
    /// The operation that the host calls in the place of a plugin.
    pub operation: Option<OperationCall>,
    /// The evaluated configuration, when it depends neither on another step nor on a missing option.
    pub config: Option<Json>,
    /// The properties of the configuration, with the values that are the same in every run.
    pub names: GivenNames,
    /// The region. None: the AWS SDK looks it up.
    pub region: Option<Setting<Region>>,
    /// The credentials that sign its calls to AWS.
    pub credentials: StepCredentials,
    /// The limits of a call.
    pub limits: Limits,
    /// The actions that it may call.
    pub grants: Grants,
    /// The directories that it may use.
    pub directories: Directories,
    /// The secrets that its requests may carry.
    pub secrets: Vec<StepSecret>,
    /// The HTTP requests that its configuration names, as far as the plan knows them.
    pub requests: Vec<PlannedRequest>,
}

impl PluginCall {
    /// The plugin or the operation, as the job file writes it.
    pub fn uses(&self) -> String {
        match &self.operation {
            Some(operation) => operation.name.to_string(),
            None => self.plugin.name.to_string(),
        }
    }
}

/// A step that may send a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretUse<'a> {
    /// The step, without indexes.
    pub step: StepPath,
    /// Where it may send the secret.
    pub reach: &'a [Reach],
}

/// A step of a run, found in the plan.
#[derive(Debug, Clone, Copy)]
pub struct StepInPlan<'a> {
    /// The job that the step belongs to.
    pub plan: &'a Plan,
    /// The step.
    pub step: &'a PlannedStep,
    /// The index of its item. None when it runs once, or when it stands for all items.
    pub index: Option<usize>,
}

impl StepInPlan<'_> {
    /// Whether it stands for all items of its list, and runs nothing itself.
    pub fn is_list(&self) -> bool {
        self.step.for_each.is_some() && self.index.is_none()
    }
}

impl Plan {
    /// All steps of the job itself, those of `[[finally]]` last.
    pub fn all_steps(&self) -> impl Iterator<Item = &PlannedStep> {
        self.steps.iter().chain(&self.finally)
    }

    /// The options of the job, for errors about those that have no value.
    pub fn job_options(&self) -> JobOptions<'_> {
        JobOptions { declared: &self.declared, used: self.is_used.then_some(&self.job) }
    }

    /// Finds a step of a run.
    pub fn find(&self, path: &StepPath) -> Option<StepInPlan<'_>> {
        let mut plan = self;
        let mut found: Option<StepInPlan<'_>> = None;
        for (id, index) in path.segments() {
            let step = match found {
                Some(StepInPlan { step: PlannedStep { on_error: Some(ErrorStep { step, .. }), .. }, .. })
                    if id == ON_ERROR =>
                {
                    step
                }
                Some(StepInPlan { step: PlannedStep { work: Work::Job(inner), .. }, .. }) => {
                    plan = inner;
                    inner.all_steps().find(|step| step.id.as_str() == id)?
                }
                Some(_) => return None,
                None => plan.all_steps().find(|step| step.id.as_str() == id)?,
            };
            if index.is_some() && step.for_each.is_none() {
                return None;
            }
            found = Some(StepInPlan { plan, step, index });
        }
        found
    }

    /// Every use of a plugin, including those of used jobs and of error handlers, with the path that a run would give it,
    /// without indexes.
    pub fn plugin_calls(&self) -> Vec<(StepPath, &PlannedStep, &PluginCall)> {
        let mut calls = Vec::new();
        for step in self.all_steps() {
            collect(StepPath::from(&step.id), step, &mut calls);
        }
        calls
    }

    /// The steps that may send the secret behind a placeholder, in the order of the plan.
    pub fn uses_of(&self, placeholder: &str) -> Vec<SecretUse<'_>> {
        let mut uses = Vec::new();
        for (step, _, call) in self.plugin_calls() {
            let secrets = call.secrets.iter().filter(|secret| secret.placeholder == placeholder);
            uses.extend(secrets.map(|secret| SecretUse { step: step.clone(), reach: &secret.reach }));
        }
        uses
    }

    /// This plan, and the plans of all jobs that it uses.
    pub fn all_plans(&self) -> Vec<&Self> {
        let mut plans = vec![self];
        for step in self.all_steps() {
            let on_error = step.on_error.as_ref().map(|on_error| &*on_error.step);
            for part in std::iter::once(step).chain(on_error) {
                if let Work::Job(inner) = &part.work {
                    plans.extend(inner.all_plans());
                }
            }
        }
        plans
    }

    /// The titles of the steps of this job, as parts of the step `of` or of the run itself.
    pub fn titles(&self, of: Option<&StepPath>) -> Vec<StepTitle> {
        let path = |step: &PlannedStep| match of {
            Some(of) => of.child(step.id.as_str()),
            None => StepPath::from(&step.id),
        };
        self.all_steps().flat_map(|step| step.titles(path(step))).collect()
    }
}

impl PlannedStep {
    /// The plugin or the job that it uses, as the job file writes it.
    pub fn uses(&self) -> String {
        match &self.work {
            Work::Plugin(call) => call.uses(),
            Work::Job(plan) => format!("job:{}", plan.job),
        }
    }

    /// Every value of the step that can have expressions.
    pub fn values(&self) -> impl Iterator<Item = &Spanned<Value>> {
        let region = self.computed_region();
        let list = self.for_each.as_ref().map(|for_each| &for_each.list);
        let own = [&self.when, &self.until, &self.expect].into_iter().flatten();
        std::iter::once(&self.with).chain(own).chain(list).chain(self.exports.values()).chain(region)
    }

    /// The expression of its region. None when the region has no expression.
    pub fn computed_region(&self) -> Option<&Spanned<Value>> {
        match &self.call()?.region.as_ref()?.value {
            Region::Computed(text) => Some(text),
            Region::Named(_) => None,
        }
    }

    /// Its use of a plugin. None when it uses a job.
    pub fn call(&self) -> Option<&PluginCall> {
        match &self.work {
            Work::Plugin(call) => Some(call),
            Work::Job(_) => None,
        }
    }

    /// `with` with every expression evaluated. An entry is left out when its expression has no value because of an
    /// option without one.
    ///
    /// # Errors
    /// When another expression has no value.
    pub fn given(&self, source: &Source, scope: &Scope) -> Result<Evaluated, PlanError> {
        expression::evaluate_table(&self.with, scope).map_err(|error| PlanError::Expression {
            place: source.place(&error.span),
            step: Some(self.id.clone()),
            error,
        })
    }

    /// The configuration of the plugin: what `with` gives, without the entries that are `none`. Its check against the
    /// plugin's schema takes long when it is large. What stands at the JSON pointers in `open` is not checked.
    ///
    /// # Errors
    /// When the schema refuses it.
    pub fn accept(&self, mut given: Evaluated, plan: &Plan, open: &[String]) -> Result<Json, PlanError> {
        let schema =
            self.call().filter(|call| call.operation.is_none()).map(|call| &call.plugin.description.config_schema);
        given.leave_out(schema);
        let wrong = self.check(&given.value, open, &given.blank, (plan.job_options(), &plan.source));
        wrong.into_iter().next().map_or(Ok(given.value), Err)
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

    /// The region of the step's calls, with its expression evaluated. None: the AWS SDK looks it up.
    ///
    /// # Errors
    /// When the expression has no value, or when its value is not a region.
    pub fn region(&self, source: &Source, scope: &Scope) -> Result<Option<RegionName>, PlanError> {
        match self.call().and_then(|call| call.region.as_ref()).map(|region| &region.value) {
            None => Ok(None),
            Some(Region::Named(name)) => Ok(Some(name.clone())),
            Some(Region::Computed(text)) => {
                region_name(&self.evaluate(text, source, scope)?, text, &self.id, source).map(Some)
            }
        }
    }

    /// Takes the work of the check that follows from that of the plan.
    fn charge(&self, config: &Json, work: &PlanWork, source: &Source) -> Result<(), PlanError> {
        let cost = self.call().map_or(0, |call| call.plugin.description.config_schema.work_of(config));
        match work.take(cost) {
            true => Ok(()),
            false => Err(PlanError::SlowCheck { step: Some(self.id.clone()), place: source.place(&self.with.span()) }),
        }
    }

    /// The titles of the step at this path and of its error handler. A step that stands for a list has no error handler,
    /// because its items have them.
    pub fn titles(&self, path: StepPath) -> Vec<StepTitle> {
        let is_list = self.for_each.is_some() && path.index().is_none();
        let handler = self.on_error.as_ref().filter(|_| !is_list).map(|handler| StepTitle {
            id: path.child(ON_ERROR),
            uses: handler.step.uses(),
            finally: self.finally,
        });
        let own = StepTitle { id: path, uses: self.uses(), finally: self.finally };
        std::iter::once(own).chain(handler).collect()
    }
}

/// A wait in the configuration that is longer than the timeout of the step. The values that are not known yet are `null`.
fn longer_wait(schema: &Json, config: &Json, timeout: &Setting<Duration>) -> Option<Violation> {
    schema::waiting_properties(schema).find_map(|name| {
        let wait = parse_duration(config.get(name)?.as_str()?).filter(|wait| *wait > timeout.value)?;
        let (wait, limit) = (show_duration(wait), show_duration(timeout.value));
        let message = format!("{wait} is longer than the `timeout` of the step, {limit} ({})", timeout.from);
        let advice = format!("give the step a `timeout` longer than {wait}, or wait for a shorter time");
        Some(Violation { advice: Some(advice), ..schema::plain(format!("/{name}"), message) })
    })
}

/// The region that an expression of a step has as its value.
fn region_name(value: &Json, text: &Spanned<Value>, step: &StepId, source: &Source) -> Result<RegionName, PlanError> {
    value.as_str().and_then(|name| name.parse().ok()).ok_or_else(|| PlanError::Region {
        step: step.clone(),
        value: value.to_string(),
        place: source.place(&text.span()),
    })
}

fn collect<'a>(path: StepPath, step: &'a PlannedStep, calls: &mut Vec<(StepPath, &'a PlannedStep, &'a PluginCall)>) {
    match &step.work {
        Work::Plugin(call) => calls.push((path.clone(), step, call)),
        Work::Job(inner) => inner.all_steps().for_each(|part| collect(path.child(part.id.as_str()), part, calls)),
    }
    if let Some(handler) = &step.on_error {
        collect(path.child(ON_ERROR), &handler.step, calls);
    }
}
