//! Errors of planning.

use super::denied::DeniedSteps;
use super::operation::OperationRefused;
use super::secret::SecretDenied;
use crate::credentials::CredentialsError;
use crate::error::{NextAction, list_names, nearest};
use crate::expression::ExpressionError;
use crate::http::UrlError;
use crate::id::{JobName, OptionName, PluginName, StepId};
use crate::schema::Violation;
use crate::settings::SettingsError;
use crate::source::Place;

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
    #[error("{} has an expression {}", whose(step.as_ref()), if error.is_bound { "beyond the bounds" } else { "without a value" })]
    Expression {
        /// The step. None for an output of the job.
        step: Option<StepId>,
        /// The reason.
        error: ExpressionError,
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

impl NextAction for PlanError {
    fn because(&self) -> String {
        match self {
            Self::Settings(error) => error.because(),
            Self::Credentials(error) => error.because(),
            Self::SecretGiven { .. } => "every process of this machine can read the command line".to_owned(),
            Self::UnknownOption { known, .. } => {
                format!("the options of the job are {}", list_names(known.iter().map(String::as_str)))
            }
            Self::MissingOption { description, place, .. } if description.is_empty() => {
                format!("the option is required ({place})")
            }
            Self::MissingOption { description, place, .. } => {
                format!("the option is required ({place}): {description}")
            }
            Self::OptionValue { expected, place, .. } => format!("the option accepts {expected} ({place})"),
            Self::OptionTwice { .. } => "the option takes one value".to_owned(),
            Self::MissingWith { place, .. } => format!("the option is required ({place})"),
            Self::UnknownWith { known, place, .. } => {
                format!("{place}: the options of that job are {}", list_names(known.iter().map(String::as_str)))
            }
            Self::SecretWith { place, .. } => {
                format!("a step can pass on only a secret option of its own job ({place})")
            }
            Self::UnknownJob { job, place, .. } => format!("there is no `{job}.toml` beside the job file ({place})"),
            Self::JobCycle { path, place, .. } | Self::JobDepth { path, place, .. } => {
                format!("{place}: {}", path.join(" → "))
            }
            Self::TooManySteps { place, .. } => {
                format!("the host plans all steps before the first one runs ({place})")
            }
            Self::SlowCheck { place, .. } => {
                format!(
                    "all checks of values by patterns and schemas of the job share a bound, which these exceed ({place})"
                )
            }
            Self::ValueType { place, .. } => format!("the value at {place} has another type"),
            Self::UnknownNeed { known, place, .. } => {
                format!("{place}: the other steps are {}", list_names(known.iter().map(StepId::as_str)))
            }
            Self::NeedCycle { steps, place } => {
                let ids: Vec<_> = steps.iter().chain(steps.first()).map(StepId::as_str).collect();
                format!("{place}: {}", ids.join(" needs "))
            }
            Self::ReservedName => "the id that it uses is not valid".to_owned(),
            Self::UnknownPlugin { place, .. } => {
                format!("neither the project, nor STEPWELL_HOME, nor this host itself has such a plugin ({place})")
            }
            Self::NoWorkflowStep { place, .. } => {
                format!("the plugin can only run once for every node of a dispatch ({place})")
            }
            Self::Operation { refused, place, .. } => format!("{} ({place})", refused.because),
            Self::Region { place, .. } => format!("{place}: the expression has this value"),
            Self::Url { error, place, .. } => format!("{place}: {}", error.because()),
            Self::SecretInUrl { place, .. } => {
                format!("{place}: proxies and logs can read a URL, so a secret is no part of one")
            }
            Self::ConfigNotATable { place, .. } => {
                format!("`with` has to be a table of the plugin's keys and values ({place})")
            }
            Self::Config { violation, place, .. } => format!("{place}: {violation}"),
            Self::RepeatsChange { call, place, .. } => format!(
                "while `until` is false the step does all of its work again, and {call} has its effect again every time \
                 ({place})"
            ),
            Self::Expression { error, place, .. } => format!("{place}: {error}"),
            Self::UnknownName { name, place, .. } if is_unresolved(name) => {
                format!("{place}: the import of the job could not convert what stood here")
            }
            Self::UnknownName { known, place, .. } => {
                format!("{place}: the valid names are {}", list_names(known.iter().map(String::as_str)))
            }
            Self::OutputOfList { place, .. } => {
                format!("the step has a `for_each`, so its outputs are a list with one entry for each item ({place})")
            }
            Self::NotYetRun { step: Some(step), later, place } if step == later => {
                format!("the step reads its own outputs ({place})")
            }
            Self::NotYetRun { place, .. } => {
                format!("that step is neither before this one in the file nor in its `needs` ({place})")
            }
            Self::Denied(denied) => denied.because(),
            Self::Secret(denied) => denied.because(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Settings(error) => error.next(),
            Self::Credentials(error) => error.next(),
            Self::SecretGiven { name } => {
                format!(
                    "store it with `stepwell keys set keys/…` and write --option {name}=keys/…, or write --option {name}=- and type it in"
                )
            }
            Self::UnknownOption { name, known, .. } => match nearest(name, known.iter().map(String::as_str)) {
                Some(meant) => format!("write --option {meant}=…"),
                None => format!("remove --option {name}=…"),
            },
            Self::MissingOption { name, .. } => format!("add --option {name}=…"),
            Self::OptionValue { name, .. } => format!("give `{name}` a value that it accepts"),
            Self::OptionTwice { name } => format!("write --option {name}=… once"),
            Self::MissingWith { name, .. } => format!("add `{name}` to `with`"),
            Self::UnknownWith { name, known, .. } => match nearest(name, known.iter().map(String::as_str)) {
                Some(meant) => format!("write `{meant}` instead of `{name}`"),
                None => format!("remove `{name}`, or add it to the options of that job"),
            },
            Self::SecretWith { name, .. } => {
                format!("write {name} = \"${{options.…}}\" with an option that has secret = true, or remove `{name}` and use its `key`")
            }
            Self::UnknownJob { job, .. } => format!("write `{job}.toml`, with name = \"{job}\", beside this job file"),
            Self::JobCycle { .. } => "remove one of the steps that use these jobs".to_owned(),
            Self::JobDepth { .. } => "use the last of these jobs from one of the first".to_owned(),
            Self::TooManySteps { .. } => {
                "replace steps that differ only in a value by one step with `for_each`".to_owned()
            }
            Self::SlowCheck { .. } => "shorten the values, or simplify the patterns".to_owned(),
            Self::ValueType { key: "when" | "until" | "expect", .. } => {
                "write an expression with a comparison, such as \"${options.size > 3}\", or use an option with type = \"boolean\"".to_owned()
            }
            Self::ValueType { key, .. } => {
                format!("write {key} = [\"a\", \"b\"], or an expression for a list, such as an option with multiple = true")
            }
            Self::UnknownNeed { need, known, .. } => match nearest(need.as_str(), known.iter().map(StepId::as_str)) {
                Some(meant) => format!("write `{meant}` instead of `{need}`"),
                None => "name one of the other steps".to_owned(),
            },
            Self::NeedCycle { .. } => "remove one of these steps from the `needs` of another".to_owned(),
            Self::ReservedName => "report this as a bug of the host".to_owned(),
            Self::UnknownPlugin { plugin, known, .. } => {
                match nearest(plugin.as_str(), known.iter().map(PluginName::as_str)) {
                    Some(meant) => format!("write `{meant}` instead of `{plugin}`"),
                    None => "choose one of the plugins that `stepwell plugin list` shows".to_owned(),
                }
            }
            Self::NoWorkflowStep { .. } => "use a plugin that is a workflow step".to_owned(),
            Self::Operation { refused, .. } => refused.next.clone(),
            Self::Region { .. } => {
                "give the option that the expression reads the name of a region, such as `eu-central-1`".to_owned()
            }
            Self::Url { error, .. } => error.next(),
            Self::SecretInUrl { .. } => {
                "send the secret in a header or in the body; only a secret that is the whole URL, as of a webhook, can stand \
                 there"
                    .to_owned()
            }
            Self::ConfigNotATable { .. } => "write with = { key = value }".to_owned(),
            Self::Config { violation, plugin, .. } => violation.next(plugin),
            Self::RepeatsChange { .. } => "put `until` on a step that only looks at what this one has begun, or write \
                                           `repeat_changes = true` if every repetition is meant"
                .to_owned(),
            Self::Expression { error, .. } if error.is_bound => {
                "let the expression read and make less: shorter texts, shorter lists, fewer filters".to_owned()
            }
            Self::Expression { .. } => {
                "correct the expression; it can read `options`, `steps.<id>.outputs`, `exports`, `run`, `job`, `project`"
                    .to_owned()
            }
            Self::UnknownName { name, .. } if is_unresolved(name) => {
                "write what is meant; the note above the step says what that was".to_owned()
            }
            Self::UnknownName { name, known, .. } => {
                let last = name.rsplit('.').next().unwrap_or(name);
                match nearest(last, known.iter().map(String::as_str)) {
                    Some(meant) => format!("write `{meant}` instead of `{last}`"),
                    None => "use one of the valid names".to_owned(),
                }
            }
            Self::OutputOfList { name, output, .. } => {
                let list = name.split_once(".outputs").map_or(name.as_str(), |(step, _)| step);
                format!("write `{list}.outputs|map(attribute='{output}')` for all of them, or `{list}.outputs[0].{output}` for the first")
            }
            Self::NotYetRun { step: Some(step), later, .. } if step == later => {
                "read `outputs` in `export`, `until` or `expect`, or `error` in `on_error`".to_owned()
            }
            Self::NotYetRun { later, .. } => {
                format!("move this step after `{later}`, or add `{later}` to its `needs`")
            }
            Self::Denied(denied) => denied.next(),
            Self::Secret(denied) => denied.next(),
        }
    }
}

fn whose(step: Option<&StepId>) -> String {
    step.map_or_else(|| "an output of the job".to_owned(), |step| format!("step `{step}`"))
}

/// Whether an import wrote the name in the place of what has no counterpart in a job file.
fn is_unresolved(name: &str) -> bool {
    name == "unresolved" || name.starts_with("unresolved.")
}
