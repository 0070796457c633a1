//! Plans: what a job means. Every default is filled in, every plugin resolved to a digest, every setting carries the
//! level that it came from. A plan that exists can be run; everything that can be refused is refused here.

mod call;
mod look_up;
mod order;
mod step;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::time::Duration;

use serde_json::Value as Json;
use toml::Spanned;

use crate::id::{Identifier, JobName, KeyPath, OptionName, PluginName, StepId};
use crate::job::{Job, JobOption, OnUncertain};
use crate::limits::Limits;
use crate::option::Options;
use crate::plugin::Plugin;
use crate::reference::Known;
use crate::settings::{Directories, Project, Settings, directories, limits};
use crate::source::Source;
use crate::value::Value;

pub use crate::option::{check_given, unknown_option};
pub use crate::plan_error::PlanError;
pub use call::{PluginCall, below_jobs, check_allowed, region_below_jobs};
pub use look_up::Found;
pub use order::Need;
pub use step::{Capture, ErrorStep, ForEach, PlannedStep, Work};

/// How long a step may take when nobody says: long enough for every AWS wait, short enough to notice a stuck one.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60 * 60);

/// How long a job may take that a step uses when nobody says: its steps have times of their own, and together they may
/// need far more than any of them.
pub const DEFAULT_JOB_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);

/// How many jobs may use one another: deeper ones are a mistake.
const DEEPEST: usize = 8;

/// How many steps a plan may have: a few small jobs that use one another many times come to any number of them.
const MOST_STEPS: usize = 2_000;

/// The options that whoever runs a job gave: one text each, or several for a list.
pub type GivenOptions = BTreeMap<String, Vec<String>>;

/// All that a plan is made from.
#[derive(Debug, Clone, Copy)]
pub struct Basis<'a> {
    /// The job.
    pub job: &'a Job,
    /// The jobs that it uses, and those that these use, as far as they were found.
    pub jobs: &'a BTreeMap<JobName, Job>,
    /// The shared sections of `stepwell.toml`.
    pub system: &'a Settings,
    /// `project.toml`, when the job belongs to a project.
    pub project: Option<&'a Project>,
    /// What says now what may be called, what it may cost and with whose credentials, where that is not what the two files said when the run
    /// began: `stepwell.toml` and `project.toml`.
    pub authority: Option<(&'a Settings, Option<&'a Settings>)>,
    /// The plugins that the jobs use, as far as they were found.
    pub plugins: &'a BTreeMap<PluginName, Plugin>,
    /// The names of all plugins that there are, for those that were not found.
    pub plugin_names: &'a [PluginName],
    /// The options that were given.
    pub options: &'a GivenOptions,
    /// What nobody can guess: the placeholders of secrets are made with it.
    pub nonce: &'a str,
    /// Whether options that are missing stop the plan: to run a job, yes; to look at it, no.
    pub complete: bool,
}

/// What a job means.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The job's name.
    pub job: JobName,
    /// What it is for, in one line.
    pub description: String,
    /// More of it, in Markdown.
    pub docs: String,
    /// The job file, for errors at run time.
    pub source: Source,
    /// The project's name.
    pub project: Option<String>,
    /// The project's file.
    pub project_file: Option<String>,
    /// The options that the job has.
    pub declared: BTreeMap<OptionName, Spanned<JobOption>>,
    /// The options that have a value; a secret has its placeholder.
    pub options: BTreeMap<OptionName, Json>,
    /// The options that are secret and have a value.
    pub secrets: BTreeMap<OptionName, PlannedSecret>,
    /// How long a run may take.
    pub timeout: Option<Duration>,
    /// Whether steps that do not need a failed one still run.
    pub keep_going: bool,
    /// The steps, as the file lists them.
    pub steps: Vec<PlannedStep>,
    /// The steps that run behind them in every ending.
    pub finally: Vec<PlannedStep>,
    /// What comes of a run that succeeded.
    pub outputs: BTreeMap<Identifier, Spanned<Value>>,
}

/// A secret option that has a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedSecret {
    /// What expressions, plugins and the journal get in its place.
    pub placeholder: String,
    /// Where the value is; none is asked for when the run starts.
    pub key: Option<KeyPath>,
}

/// A job within what its plan is made from.
pub(crate) struct Scoped<'a> {
    pub(crate) basis: Basis<'a>,
    pub(crate) job: &'a Job,
    /// The jobs that lead to this one, itself included.
    path: Vec<&'a JobName>,
    limits: Limits,
    directories: Directories,
    /// What all steps of all jobs export.
    exports: &'a BTreeSet<String>,
    on_uncertain: OnUncertain,
    /// How many steps may still be planned, of all jobs together.
    room: &'a Cell<usize>,
}

impl Plan {
    /// Makes a plan.
    ///
    /// # Errors
    /// When the job cannot run as it stands: wrong options, unknown plugins, configuration that a plugin refuses,
    /// unknown names in expressions, actions that are not granted.
    pub fn new(basis: Basis<'_>) -> Result<Self, PlanError> {
        let job = basis.job;
        let exports = exports(basis);
        let (system, project) = basis.authority();
        let limits = limits(system, project)?;
        let directories = directories(system, project)?;
        let path = vec![&job.name];
        let room = Cell::new(MOST_STEPS);
        let scoped = Scoped {
            basis,
            job,
            path,
            limits,
            directories,
            exports: &exports,
            on_uncertain: job.on_uncertain.unwrap_or_default(),
            room: &room,
        };
        let options = Options::choose(basis)?;
        Self::of(&scoped, options)
    }

    fn of(scoped: &Scoped<'_>, Options { values, secrets }: Options) -> Result<Self, PlanError> {
        let (basis, job) = (scoped.basis, scoped.job);
        let project = basis.project.map(|project| project.name.as_str());
        let known = Known::new(job, &values, project, scoped.exports);
        let (steps, known) = step::plan_all(scoped, &job.steps, known, false)?;
        let (finally, known) = step::plan_all(scoped, &job.finally, known.of_finally(), true)?;
        let known = known.of_outputs();
        for value in job.outputs.values() {
            known.check(value, &job.source)?;
        }
        Ok(Self {
            job: job.name.clone(),
            description: job.description.clone(),
            docs: job.docs.clone(),
            source: job.source.clone(),
            project: project.map(str::to_owned),
            project_file: basis.project.map(|project| project.settings.source.name.clone()),
            declared: job.options.clone(),
            options: values,
            secrets,
            timeout: job.timeout.map(|timeout| timeout.0),
            keep_going: job.keep_going,
            steps,
            finally,
            outputs: job.outputs.clone(),
        })
    }
}

impl<'a> Basis<'a> {
    /// The files that say what may be called, what it may cost and with whose credentials.
    fn authority(&self) -> (&'a Settings, Option<&'a Settings>) {
        self.authority.unwrap_or((self.system, self.project.map(|project| &project.settings)))
    }
}

/// What any step of any job exports.
fn exports(basis: Basis<'_>) -> BTreeSet<String> {
    let jobs = std::iter::once(basis.job).chain(basis.jobs.values());
    jobs.flat_map(Job::all_steps).flat_map(|step| step.export.keys()).map(|name| name.as_str().to_owned()).collect()
}

impl<'a> Scoped<'a> {
    /// The job that a step uses.
    fn sub_job(&self, step: &StepId, name: &JobName, span: Range<usize>) -> Result<Self, PlanError> {
        let place = || self.job.source.place(&span);
        let Some(job) = self.basis.jobs.get(name) else {
            return Err(PlanError::UnknownJob { step: step.clone(), job: name.clone(), place: place() });
        };
        // The jobs that were found are found by their name, the first one by its file.
        let path = || self.path.iter().map(|name| name.to_string()).chain([job.name.to_string()]).collect();
        if job.name == self.basis.job.name || self.path.contains(&&job.name) {
            return Err(PlanError::JobCycle { step: step.clone(), path: path(), place: place() });
        }
        if self.path.len() >= DEEPEST {
            return Err(PlanError::JobDepth { step: step.clone(), path: path(), place: place() });
        }
        Ok(Self {
            job,
            path: self.path.iter().copied().chain([&job.name]).collect(),
            on_uncertain: job.on_uncertain.unwrap_or(self.on_uncertain),
            basis: self.basis,
            limits: self.limits,
            directories: self.directories.clone(),
            exports: self.exports,
            room: self.room,
        })
    }

    /// Takes account of one more step.
    fn add_step(&self, span: Range<usize>) -> Result<(), PlanError> {
        let left = self.room.get().checked_sub(1).ok_or_else(|| PlanError::TooManySteps {
            job: self.basis.job.name.clone(),
            most: MOST_STEPS,
            place: self.job.source.place(&span),
        })?;
        self.room.set(left);
        Ok(())
    }
}
