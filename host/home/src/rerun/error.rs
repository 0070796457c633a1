//! Why a run cannot be run again from where it stopped.

use stepwell_model::NextAction;
use stepwell_model::error::{list_names, nearest};
use stepwell_model::id::{JobName, RunId, StepPath};

/// Why a run cannot be run again from where it stopped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RerunError {
    /// It has not ended.
    #[error("run `{run}` has not ended")]
    Open {
        /// The run.
        run: RunId,
    },
    /// It was a dry run.
    #[error("run `{run}` was a dry run")]
    DryRun {
        /// The run.
        run: RunId,
    },
    /// Every step succeeded.
    #[error("run `{run}` left nothing to run again")]
    Nothing {
        /// The run.
        run: RunId,
    },
    /// It was not started from a job file.
    #[error("run `{run}` has no job file that can be run again")]
    NoFile {
        /// The run.
        run: RunId,
    },
    /// A step that would be taken over is another one now.
    #[error("the result of step `{step}` in run `{run}` cannot be taken over: the step has changed")]
    Changed {
        /// The run.
        run: RunId,
        /// The step of the job.
        step: StepPath,
        /// What has changed.
        reason: String,
    },
    /// A step before the one to begin with did not succeed.
    #[error("the job cannot begin with step `{from}`: step `{step}` before it has to run again")]
    NotBefore {
        /// The run.
        run: RunId,
        /// The step before it.
        step: StepPath,
        /// The step to begin with.
        from: StepPath,
    },
    /// The job has no such step.
    #[error("job `{job}` has no step `{step}` to begin with")]
    NoStep {
        /// The job.
        job: JobName,
        /// The step.
        step: StepPath,
        /// Its steps.
        known: Vec<String>,
    },
    /// The run had no such item.
    #[error("run `{run}` had no item `{item}`")]
    NoItem {
        /// The run.
        run: RunId,
        /// The item.
        item: StepPath,
        /// The items that it had.
        known: Vec<String>,
    },
    /// A result that would be taken over holds a secret of the new run.
    #[error("the results of run `{run}` cannot be taken over: one of them holds a secret of the new run")]
    Secret {
        /// The run.
        run: RunId,
    },
}

fn meant(name: &StepPath, known: &[String], otherwise: &str) -> String {
    match nearest(name.as_str(), known.iter().map(String::as_str)) {
        Some(meant) => format!("write `{meant}`"),
        None => otherwise.to_owned(),
    }
}

impl NextAction for RerunError {
    fn because(&self) -> String {
        match self {
            Self::Open { .. } => "it can still go on by itself".to_owned(),
            Self::DryRun { .. } => "it made no change, so its steps have no results".to_owned(),
            Self::Nothing { .. } => "all of its steps succeeded".to_owned(),
            Self::NoFile { .. } => "it was a call of an operation of AWS, or a release before kept no path".to_owned(),
            Self::Changed { reason, .. } => reason.clone(),
            Self::NotBefore { run, .. } => {
                format!("it did not succeed in run `{run}`, or needs a step that did not")
            }
            Self::NoStep { known, .. } => {
                format!("its steps are {}", list_names(known.iter().map(String::as_str)))
            }
            Self::NoItem { known, .. } => {
                format!("the items of its lists are {}", list_names(known.iter().map(String::as_str)))
            }
            Self::Secret { .. } => "the secret of an option has changed since".to_owned(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Open { run } => {
                format!("resume it with `stepwell runs resume {run}`, or cancel it, and run it again then")
            }
            Self::DryRun { run } | Self::Nothing { run } | Self::Secret { run } => {
                format!("run the whole job with `stepwell run --again {run}`")
            }
            Self::NoFile { .. } => "give the job file to `stepwell run`".to_owned(),
            Self::Changed { run, step, .. } => format!(
                "put it back as it was, or have it run again: `stepwell runs rerun {run} --from {step}`, or the whole job with `stepwell run --again {run}`"
            ),
            Self::NotBefore { step, .. } => format!("give --from {step}, or --from-failed"),
            Self::NoStep { step, known, .. } => meant(step, known, "name one of them with --from"),
            Self::NoItem { item, known, .. } => meant(item, known, "name one of them with --only"),
        }
    }
}
