//! `[concurrency]` in a plan.

use crate::expression::references_through;
use crate::id::OptionName;
use crate::job::{Chosen, Job, Otherwise};

use super::basis::ScopedJob;
use super::error::PlanError;
use super::names::KnownNames;
use super::warning::PlanWarning;

/// How many runs of a job go on at the same time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedConcurrency {
    /// The most runs of the group.
    pub most: u32,
    /// The value of `group`; none for all runs of the job.
    pub group: Option<String>,
    /// The fate of a run that finds no place.
    pub otherwise: Otherwise,
}

/// Plans `[concurrency]` of the job that runs. That of a job which a step uses is not observed. A warning says so unless
/// the job that runs has its own.
pub(super) fn plan(scoped: &ScopedJob<'_>, known: &KnownNames) -> Option<PlannedConcurrency> {
    let job = scoped.job;
    let written = job.concurrency.as_ref()?;
    if scoped.path.len() > 1 {
        if scoped.basis.job.concurrency.is_some() {
            return None;
        }
        let warning = PlanWarning::unobserved_concurrency(&job.name, &job.source.place(&written.span()));
        let mut warnings = scoped.warnings.borrow_mut();
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
        return None;
    }
    let written = written.get_ref();
    let group = written.group.as_ref().filter(|group| match secret_of(job, group) {
        Some(option) => {
            scoped.errors.add(PlanError::SecretGroup { option, place: job.source.place(&group.span()) });
            false
        }
        None => true,
    });
    let group = group.and_then(|group| known.choose(group, "group", &job.source));
    Some(PlannedConcurrency { most: written.most.0, group: group.map(|group| group.0), otherwise: written.otherwise })
}

/// A secret option that the group reads: the journal and messages would have its value.
fn secret_of(job: &Job, group: &Chosen<crate::job::Group>) -> Option<OptionName> {
    let Chosen::Computed(text) = group else { return None };
    // An expression that cannot be read is told when it is evaluated.
    let read = references_through(text, &job.locals).unwrap_or_default();
    let is_read = |name: &OptionName| {
        read.iter().any(|reference| match reference.path.as_slice() {
            [root] => root == "options",
            [root, option, ..] => root == "options" && option == name.as_str(),
            [] => false,
        })
    };
    job.options.iter().find(|(name, option)| option.get_ref().secret && is_read(name)).map(|(name, _)| name.clone())
}
