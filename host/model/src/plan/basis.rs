//! The input of a plan.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

use jiff::Timestamp;
use regex::Regex;

use super::PlannedStep;
use super::denied::DeniedSteps;
use super::error::{FoundErrors, PlanError};
use super::operation::Operations;
use super::secret::HeldSecrets;
use super::warning::PlanWarning;
use crate::expression::PlanWork;
use crate::id::{JobName, PluginName, StepId};
use crate::job::{Job, OnUncertain};
use crate::limits::Limits;
use crate::plugin::Plugin;
use crate::settings::{Directories, Project, Settings};

/// Most levels of jobs that use one another. A deeper nesting is a mistake.
const DEEPEST: usize = 8;

/// Most steps of a plan. Without a limit, a few small jobs that use one another could have any number of steps.
pub(super) const MOST_STEPS: usize = 2_000;

/// The options that the operator gives: one text each, or several for a list.
pub type GivenOptions = BTreeMap<String, Vec<String>>;

/// Everything that a plan is made from.
#[derive(Debug, Clone, Copy)]
pub struct Basis<'a> {
    /// The job.
    pub job: &'a Job,
    /// The jobs that it uses, directly or through other jobs, as far as they were found.
    pub jobs: &'a BTreeMap<JobName, Job>,
    /// The shared sections of `stepwell.toml`.
    pub system: &'a Settings,
    /// `project.toml`, when the job belongs to a project.
    pub project: Option<&'a Project>,
    /// The current `stepwell.toml` and `project.toml`, when a run is resumed: they decide about grants, limits and
    /// credentials, even if they have changed since the run began.
    pub authority: Option<(&'a Settings, Option<&'a Settings>)>,
    /// The plugins that the jobs use, as far as they were found.
    pub plugins: &'a BTreeMap<PluginName, Plugin>,
    /// The names of all existing plugins, to suggest one for a name that was not found.
    pub plugin_names: &'a [PluginName],
    /// The operations of AWS that steps can use.
    pub operations: &'a dyn Operations,
    /// The options that were given.
    pub options: &'a GivenOptions,
    /// An unguessable text, from which the placeholders of secrets are made.
    pub nonce: &'a str,
    /// Whether a missing option stops the plan: yes to run the job, no to look at it.
    pub complete: bool,
}

impl<'a> Basis<'a> {
    /// The files that decide about grants, limits and credentials.
    pub(super) fn authority(&self) -> (&'a Settings, Option<&'a Settings>) {
        self.authority.unwrap_or((self.system, self.project.map(|project| &project.settings)))
    }
}

/// A job of the basis, with the settings that apply to its steps.
pub(super) struct ScopedJob<'a> {
    pub(super) basis: Basis<'a>,
    pub(super) job: &'a Job,
    /// The jobs that lead to this one, including itself.
    pub(super) path: Vec<&'a JobName>,
    pub(super) limits: Limits,
    pub(super) directories: Directories,
    /// The names that the steps of all jobs export.
    pub(super) exports: Rc<BTreeSet<String>>,
    /// The work of all expressions, patterns and schemas of the plan.
    pub(super) work: PlanWork,
    pub(super) on_uncertain: OnUncertain,
    /// The secrets that the values of the options may hold.
    pub(super) held: HeldSecrets,
    /// The number of steps that all jobs together may still have.
    pub(super) room: &'a Cell<usize>,
    /// The compiled captures and their sizes. Those of a job are the same in all its steps.
    pub(super) patterns: &'a RefCell<BTreeMap<String, (Regex, usize)>>,
    /// The actions that steps of all jobs may not call.
    pub(super) denied: &'a RefCell<DeniedSteps>,
    /// What is wrong with any of the jobs.
    pub(super) errors: FoundErrors,
    /// What may be wrong with any of the jobs.
    pub(super) warnings: Rc<RefCell<Vec<PlanWarning>>>,
    /// The time of the plan.
    pub(super) now: Timestamp,
}

impl<'a> ScopedJob<'a> {
    /// The job that a step uses.
    pub(super) fn sub_job(&self, step: &StepId, name: &JobName, span: Range<usize>) -> Result<Self, PlanError> {
        let place = || self.job.source.place(&span);
        let Some(job) = self.basis.jobs.get(name) else {
            return Err(PlanError::UnknownJob { step: step.clone(), job: name.clone(), place: place() });
        };
        // The key of a used job is its name. The first job may not be among them, because it is named by its file.
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
            exports: Rc::clone(&self.exports),
            held: HeldSecrets::default(),
            work: self.work.clone(),
            room: self.room,
            patterns: self.patterns,
            denied: self.denied,
            errors: self.errors.clone(),
            warnings: Rc::clone(&self.warnings),
            now: self.now,
        })
    }

    /// A key of `[defaults]` for a step. A used job has keys of its own.
    pub(super) fn default_of<'d, T>(&self, step: &PlannedStep, default: &'d Option<T>) -> Option<&'d T> {
        default.as_ref().filter(|_| step.call().is_some())
    }

    /// Counts one more step.
    pub(super) fn add_step(&self, span: Range<usize>) -> Result<(), PlanError> {
        let left = self.room.get().checked_sub(1).ok_or_else(|| PlanError::TooManySteps {
            job: self.basis.job.name.clone(),
            most: MOST_STEPS,
            place: self.job.source.place(&span),
        })?;
        self.room.set(left);
        Ok(())
    }
}
