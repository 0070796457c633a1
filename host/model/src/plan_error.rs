//! Why a job cannot run as it stands.

mod next;

use crate::credentials::CredentialsError;
use crate::expression::ExpressionError;
use crate::grant::Denied;
use crate::id::{JobName, OptionName, PluginName, StepId};
use crate::schema::Violation;
use crate::settings::SettingsError;
use crate::source::Place;

/// Why a job cannot run as it stands.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PlanError {
    /// A setting of the project contradicts the system's.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// Credentials that do not make one set.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// A secret whose value stands on the command line.
    #[error("the value of option `{name}` may not stand on the command line")]
    SecretGiven {
        /// The option.
        name: OptionName,
    },
    /// An option that the job does not have.
    #[error("job `{job}` has no option `{name}`")]
    UnknownOption {
        /// What was given.
        name: String,
        /// The job.
        job: JobName,
        /// The options that it has.
        known: Vec<String>,
    },
    /// An option without which the job cannot run.
    #[error("option `{name}` is missing")]
    MissingOption {
        /// The option.
        name: OptionName,
        /// What it is for.
        description: String,
        /// Where it is declared.
        place: Place,
    },
    /// A value that the option does not accept.
    #[error("option `{name}` does not accept `{value}`")]
    OptionValue {
        /// The option.
        name: OptionName,
        /// What was given.
        value: String,
        /// What it accepts.
        expected: String,
        /// Where the option, or the value, is.
        place: Place,
    },
    /// More than one value for an option that has one.
    #[error("option `{name}` is given twice")]
    OptionTwice {
        /// The option.
        name: OptionName,
    },
    /// An option of a sub-job without which it cannot run.
    #[error("step `{step}` does not give `{name}` to job `{job}`")]
    MissingWith {
        /// The step.
        step: StepId,
        /// The option.
        name: OptionName,
        /// The job.
        job: JobName,
        /// Where the step says what it gives.
        place: Place,
    },
    /// An option that a sub-job does not have.
    #[error("step `{step}` gives `{name}` to job `{job}`, which has no such option")]
    UnknownWith {
        /// The step.
        step: StepId,
        /// What it gives.
        name: String,
        /// The job.
        job: JobName,
        /// The options that it has.
        known: Vec<String>,
        /// Where it is given.
        place: Place,
    },
    /// A secret of a sub-job that is given as anything else than a secret.
    #[error("the value of secret option `{name}` may not stand in a job file")]
    SecretWith {
        /// The option.
        name: OptionName,
        /// Where it is given.
        place: Place,
    },
    /// A job that was not found.
    #[error("step `{step}` uses a job `{job}` that does not exist")]
    UnknownJob {
        /// The step.
        step: StepId,
        /// The job.
        job: JobName,
        /// Where the step names it.
        place: Place,
    },
    /// Jobs that use one another to a depth that nobody means.
    #[error("step `{step}` uses jobs within jobs too deeply")]
    JobDepth {
        /// The step.
        step: StepId,
        /// The jobs on the way.
        path: Vec<String>,
        /// Where the step names the last of them.
        place: Place,
    },
    /// Jobs that amount to more steps than can be planned.
    #[error("job `{job}` comes to more than {most} steps, those of the jobs that it uses included")]
    TooManySteps {
        /// The job.
        job: JobName,
        /// How many are allowed.
        most: usize,
        /// The step that is one too many.
        place: Place,
    },
    /// A value that is known, and is not what its key takes.
    #[error("`{key}` of step `{step}` is not {expected}")]
    ValueType {
        /// The step.
        step: StepId,
        /// The key.
        key: &'static str,
        /// What it should be.
        expected: &'static str,
        /// Where it is.
        place: Place,
    },
    /// Jobs that use one another.
    #[error("step `{step}` uses jobs that use one another without end")]
    JobCycle {
        /// The step.
        step: StepId,
        /// The jobs on the way.
        path: Vec<String>,
        /// Where the step names the last of them.
        place: Place,
    },
    /// A step that needs one that is not there.
    #[error("step `{step}` needs a step `{need}` that does not exist")]
    UnknownNeed {
        /// The step.
        step: StepId,
        /// What it needs.
        need: StepId,
        /// The steps that there are.
        known: Vec<StepId>,
        /// Where it is said.
        place: Place,
    },
    /// Steps that wait for one another.
    #[error("steps wait for one another")]
    NeedCycle {
        /// The steps, each of which needs the next.
        steps: Vec<StepId>,
        /// Where the first of them is.
        place: Place,
    },
    /// A name that the host could not use itself.
    #[error("the host has no name for the step that runs on errors")]
    ReservedName,
    /// A plugin that was not found.
    #[error("step `{step}` uses a plugin `{plugin}` that does not exist")]
    UnknownPlugin {
        /// The step.
        step: StepId,
        /// The plugin.
        plugin: PluginName,
        /// The plugins that there are.
        known: Vec<PluginName>,
        /// Where the step names it.
        place: Place,
    },
    /// A plugin that cannot stand where the job puts it.
    #[error("step `{step}` uses plugin `{plugin}`, which is no workflow step")]
    NoWorkflowStep {
        /// The step.
        step: StepId,
        /// The plugin.
        plugin: PluginName,
        /// Where the step names it.
        place: Place,
    },
    /// `with` is something else than a table.
    #[error("the configuration of step `{step}` is no table")]
    ConfigNotATable {
        /// The step.
        step: StepId,
        /// Where it is.
        place: Place,
    },
    /// A configuration that the plugin does not accept.
    #[error("step `{step}`: plugin `{plugin}` does not accept its configuration")]
    Config {
        /// The step.
        step: StepId,
        /// The plugin.
        plugin: PluginName,
        /// What is wrong.
        violation: Violation,
        /// Where the wrong part is.
        place: Place,
    },
    /// An expression that is none, or that has no value.
    #[error("{} has an expression without a value", whose(step.as_ref()))]
    Expression {
        /// The step; none when the job's outputs hold it.
        step: Option<StepId>,
        /// What is wrong.
        error: ExpressionError,
        /// Where the text is.
        place: Place,
    },
    /// An expression that reads a name that does not exist.
    #[error("{} reads `{name}`, which does not exist", whose(step.as_ref()))]
    UnknownName {
        /// The step; none when the job's outputs read it.
        step: Option<StepId>,
        /// The name.
        name: String,
        /// The names that exist where the last part of it stands.
        known: Vec<String>,
        /// Where the text is.
        place: Place,
    },
    /// An expression that reads an output of a step that runs for each of a list.
    #[error("{} reads `{name}`, and there are several of it", whose(step.as_ref()))]
    OutputOfList {
        /// The step; none when the job's outputs read it.
        step: Option<StepId>,
        /// What it reads.
        name: String,
        /// The output.
        output: String,
        /// Where the text is.
        place: Place,
    },
    /// An expression that reads what a step will only say later.
    #[error("{} reads the outputs of step `{later}`, which may not have run by then", whose(step.as_ref()))]
    NotYetRun {
        /// The step; none when the job's outputs read it.
        step: Option<StepId>,
        /// The step that runs later.
        later: StepId,
        /// Where the text is.
        place: Place,
    },
    /// A plugin that imports an action which it is not granted.
    #[error("step `{step}` may not call `{}`", denied.action)]
    Denied {
        /// The step.
        step: StepId,
        /// The refusal.
        denied: Denied,
    },
}

fn whose(step: Option<&StepId>) -> String {
    step.map_or_else(|| "an output of the job".to_owned(), |step| format!("step `{step}`"))
}
