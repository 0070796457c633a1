//! Errors of planning.

mod advice;
mod found;

use super::blank::BlankKind;
use super::denied::DeniedSteps;
use super::operation::OperationRefused;
use super::secret::SecretDenied;
use crate::credentials::CredentialsError;
use crate::expression::ExpressionError;
use crate::http::UrlError;
use crate::id::{JobName, OptionName, PluginName, RegionName, StepId};
use crate::schema::Violation;
use crate::settings::{Level, SettingsError};
use crate::source::Place;

pub(super) use found::FoundErrors;

/// Why a job cannot be run.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PlanError {
    /// The settings of the project contradict those of the system.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The credentials are refused.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// The command line has the value of a secret.
    #[error("the value of secret option `{name}` must not be on the command line")]
    SecretGiven {
        /// The option.
        name: OptionName,
    },
    /// The job does not have the option.
    #[error("job `{job}` has no option `{name}`")]
    UnknownOption {
        /// The given name.
        name: String,
        /// The job.
        job: JobName,
        /// The options of the job.
        known: Vec<String>,
    },
    /// A required option is missing.
    #[error("option `{name}` is missing")]
    MissingOption {
        /// The option.
        name: OptionName,
        /// Its purpose.
        description: String,
        /// The place of its declaration.
        place: Place,
    },
    /// The option does not accept the value.
    #[error("option `{name}` does not accept `{value}`")]
    OptionValue {
        /// The option.
        name: OptionName,
        /// The given value.
        value: String,
        /// The values that it accepts, in words.
        expected: String,
        /// The place of the option, or of the value.
        place: Place,
    },
    /// An option has more than one value.
    #[error("option `{name}` is given twice")]
    OptionTwice {
        /// The option.
        name: OptionName,
    },
    /// A step does not give a required option to the job that it uses.
    #[error("step `{step}` does not give `{name}` to job `{job}`")]
    MissingWith {
        /// The step.
        step: StepId,
        /// The option.
        name: OptionName,
        /// The job.
        job: JobName,
        /// The place of `with`.
        place: Place,
    },
    /// A step gives an option that the used job does not have.
    #[error("step `{step}` gives `{name}` to job `{job}`, which has no such option")]
    UnknownWith {
        /// The step.
        step: StepId,
        /// The given name.
        name: String,
        /// The job.
        job: JobName,
        /// The options of the job.
        known: Vec<String>,
        /// The place of the option.
        place: Place,
    },
    /// A step gives a secret option of the used job a value that is not a secret.
    #[error("the value of secret option `{name}` must not be in a job file")]
    SecretWith {
        /// The option.
        name: OptionName,
        /// The place of the value.
        place: Place,
    },
    /// The job was not found.
    #[error("step `{step}` uses a job `{job}` that does not exist")]
    UnknownJob {
        /// The step.
        step: StepId,
        /// The job.
        job: JobName,
        /// The place of `uses`.
        place: Place,
    },
    /// Jobs use one another through more levels than the limit.
    #[error("step `{step}` nests jobs too deeply")]
    JobDepth {
        /// The step.
        step: StepId,
        /// The jobs from the first to the last.
        path: Vec<String>,
        /// The place of `uses`.
        place: Place,
    },
    /// The job and the jobs that it uses have more steps than the limit.
    #[error("job `{job}` has more than {most} steps, including those of the jobs that it uses")]
    TooManySteps {
        /// The job.
        job: JobName,
        /// The limit.
        most: usize,
        /// The place of the first step beyond the limit.
        place: Place,
    },
    /// Values whose check takes too long.
    #[error("{} has values that take too long to check", whose(step.as_ref()))]
    SlowCheck {
        /// The step. None for the options of the job.
        step: Option<StepId>,
        /// The place of the values.
        place: Place,
    },
    /// A value has the wrong type.
    #[error("`{key}` of step `{step}` is not {expected}")]
    ValueType {
        /// The step.
        step: StepId,
        /// The key.
        key: &'static str,
        /// The type, in words.
        expected: &'static str,
        /// The place of the value.
        place: Place,
    },
    /// Jobs use one another in a cycle.
    #[error("step `{step}` uses jobs that use each other in a cycle")]
    JobCycle {
        /// The step.
        step: StepId,
        /// The jobs from the first to the last.
        path: Vec<String>,
        /// The place of `uses`.
        place: Place,
    },
    /// A step needs a step that does not exist.
    #[error("step `{step}` needs a step `{need}` that does not exist")]
    UnknownNeed {
        /// The step.
        step: StepId,
        /// The step that it needs.
        need: StepId,
        /// The other steps.
        known: Vec<StepId>,
        /// The place in `needs`.
        place: Place,
    },
    /// Steps need one another in a cycle.
    #[error("the steps need each other in a cycle")]
    NeedCycle {
        /// The steps, each of which needs the next.
        steps: Vec<StepId>,
        /// The place of the first one.
        place: Place,
    },
    /// The host's own id for an error handler is invalid.
    #[error("the host has no id for the error handler")]
    ReservedName,
    /// The plugin was not found.
    #[error("step `{step}` uses a plugin `{plugin}` that does not exist")]
    UnknownPlugin {
        /// The step.
        step: StepId,
        /// The plugin.
        plugin: PluginName,
        /// The existing plugins.
        known: Vec<PluginName>,
        /// The place of `uses`.
        place: Place,
    },
    /// The plugin cannot be a step of a job.
    #[error("step `{step}` uses plugin `{plugin}`, which is not a workflow step")]
    NoWorkflowStep {
        /// The step.
        step: StepId,
        /// The plugin.
        plugin: PluginName,
        /// The place of `uses`.
        place: Place,
    },
    /// The step cannot use the operation like this.
    #[error("step `{step}`: {}", refused.what)]
    Operation {
        /// The step.
        step: StepId,
        /// Why.
        refused: Box<OperationRefused>,
        /// The place of the wrong key.
        place: Place,
    },
    /// The value of the expression in `region` is not a region.
    #[error("the region of step `{step}` is {value}, which is not a valid AWS region")]
    Region {
        /// The step.
        step: StepId,
        /// The value, as JSON.
        value: String,
        /// The place of the expression.
        place: Place,
    },
    /// There is no such region.
    #[error("there is no region `{region}`, which step `{step}` calls")]
    UnknownRegion {
        /// The step.
        step: StepId,
        /// The name.
        region: RegionName,
        /// The nearest region that there is.
        nearest: Option<String>,
        /// The level that names it.
        from: Level,
        /// The place of the expression, when one has it as its value.
        place: Option<Place>,
    },
    /// A step is retried on a code with which it never fails.
    #[error("step `{step}` retries on `{code}`, with which it never fails")]
    UnknownCode {
        /// The step.
        step: StepId,
        /// The code.
        code: String,
        /// The nearest code that there is.
        nearest: Option<String>,
        /// The place of `retry`.
        place: Place,
    },
    /// The expression of a key has a value that the key does not take.
    #[error("`{key}` of {} does not accept {value}", whose_key(step.as_ref()))]
    Chosen {
        /// The step. None for the job.
        step: Option<StepId>,
        /// The key.
        key: &'static str,
        /// The value, as JSON.
        value: String,
        /// The values that it takes, in words.
        expected: String,
        /// The place of the expression.
        place: Place,
    },
    /// The expression of a key has a value only in the run.
    #[error("`{key}` of {} is known only in the run", whose_key(step.as_ref()))]
    ChosenLate {
        /// The step. None for the job.
        step: Option<StepId>,
        /// The key.
        key: &'static str,
        /// The place of the expression.
        place: Place,
    },
    /// The group of runs that exclude one another reads a secret.
    #[error("`group` of `[concurrency]` reads the secret option `{option}`")]
    SecretGroup {
        /// The option.
        option: OptionName,
        /// The place of the expression.
        place: Place,
    },
    /// A property that names the URL of a request has none.
    #[error("step `{step}`: `{property}` is no URL: {error}")]
    Url {
        /// The step.
        step: StepId,
        /// The property.
        property: String,
        /// What is wrong with it.
        error: UrlError,
        /// The place of the value.
        place: Place,
    },
    /// A secret stands in the URL of a request.
    #[error("step `{step}`: the secret option `{option}` stands in `{property}`")]
    SecretInUrl {
        /// The step.
        step: StepId,
        /// The property.
        property: String,
        /// The option.
        option: OptionName,
        /// The place of the value.
        place: Place,
    },
    /// `with` is not a table.
    #[error("the configuration of step `{step}` is not a table")]
    ConfigNotATable {
        /// The step.
        step: StepId,
        /// The place of `with`.
        place: Place,
    },
    /// The plugin does not accept the configuration.
    #[error("step `{step}`: `{uses}` does not accept its configuration")]
    Config {
        /// The step.
        step: StepId,
        /// The plugin or operation, as the job file writes it.
        uses: String,
        /// The plugin.
        plugin: PluginName,
        /// The reason.
        violation: Violation,
        /// The place of the wrong part.
        place: Place,
    },
    /// `until` would repeat a call that has its effect again.
    #[error("`until` of step `{step}` would repeat what `{uses}` changes")]
    RepeatsChange {
        /// The step.
        step: StepId,
        /// The plugin.
        uses: String,
        /// The call.
        call: String,
        /// The place of `until`.
        place: Place,
    },
    /// An expression cannot be parsed or has no value.
    #[error("{} has {}", whose(step.as_ref()), how_wrong(error))]
    Expression {
        /// The step. None for an output of the job.
        step: Option<StepId>,
        /// The reason.
        error: ExpressionError,
        /// The place of the text.
        place: Place,
    },
    /// An expression needs the value of an option that has none.
    #[error("{} needs a value of the option `{option}`", whose(step.as_ref()))]
    BlankOption {
        /// The step. None for an output of the job.
        step: Option<StepId>,
        /// The option.
        option: String,
        /// What it could have instead.
        kind: BlankKind,
        /// The job with the option, when a step of another job uses it.
        used: Option<JobName>,
        /// The place of the text.
        place: Place,
    },
    /// An expression reads a name that does not exist.
    #[error("{} reads `{name}`, which does not exist", whose(step.as_ref()))]
    UnknownName {
        /// The step. None for an output of the job.
        step: Option<StepId>,
        /// The name.
        name: String,
        /// The names that exist in the place of its last part.
        known: Vec<String>,
        /// The place of the text.
        place: Place,
    },
    /// An expression reads one output of a step that runs for each item of a list.
    #[error("{} reads `{name}`, which is a list", whose(step.as_ref()))]
    OutputOfList {
        /// The step. None for an output of the job.
        step: Option<StepId>,
        /// The name.
        name: String,
        /// The output.
        output: String,
        /// The place of the text.
        place: Place,
    },
    /// An expression reads an output of a step that may not have run.
    #[error("{} reads the outputs of step `{later}`, which may not have run by then", whose(step.as_ref()))]
    NotYetRun {
        /// The step. None for an output of the job.
        step: Option<StepId>,
        /// The step that may run later.
        later: StepId,
        /// The place of the text.
        place: Place,
    },
    /// Plugins import, or operations need, actions that are not granted.
    #[error(transparent)]
    Denied(Box<DeniedSteps>),
    /// A step gets a secret that it could send nowhere.
    #[error(transparent)]
    Secret(Box<SecretDenied>),
}

fn whose_key(step: Option<&StepId>) -> String {
    step.map_or_else(|| "the job".to_owned(), |step| format!("step `{step}`"))
}

fn whose(step: Option<&StepId>) -> String {
    step.map_or_else(|| "a value of the job".to_owned(), |step| format!("step `{step}`"))
}

fn how_wrong(error: &ExpressionError) -> &'static str {
    match error {
        ExpressionError { is_bound: true, .. } => "an expression beyond the bounds",
        ExpressionError { advice: Some(_), .. } => "a wrong expression",
        _ => "an expression without a value",
    }
}
