//! Why a job cannot run as it stands.

use crate::credentials::CredentialsError;
use crate::error::{NextAction, list_names, nearest};
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
    /// A value that is not what the option's pattern asks for.
    #[error("option `{name}` does not accept `{value}`")]
    OptionPattern {
        /// The option.
        name: OptionName,
        /// What was given.
        value: String,
        /// The pattern.
        pattern: String,
        /// Where the pattern is.
        place: Place,
    },
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
    #[error("step `{step}` has an expression without a value")]
    Expression {
        /// The step.
        step: StepId,
        /// What is wrong.
        error: ExpressionError,
        /// Where the text is.
        place: Place,
    },
    /// An expression that reads a name that does not exist.
    #[error("step `{step}` reads `{name}`, which does not exist")]
    UnknownName {
        /// The step.
        step: StepId,
        /// The name.
        name: String,
        /// The names that exist where the last part of it stands.
        known: Vec<String>,
        /// Where the text is.
        place: Place,
    },
    /// An expression that reads what a step will only say later.
    #[error("step `{step}` reads the outputs of step `{later}`, which has not run by then")]
    NotYetRun {
        /// The step.
        step: StepId,
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

impl NextAction for PlanError {
    fn because(&self) -> String {
        match self {
            Self::Settings(error) => error.because(),
            Self::Credentials(error) => error.because(),
            Self::SecretGiven { .. } => {
                "it is a secret, and every process of this machine could read it there".to_owned()
            }
            Self::UnknownOption { known, .. } => {
                format!("its options are {}", list_names(known.iter().map(String::as_str)))
            }
            Self::MissingOption { description, place, .. } if description.is_empty() => {
                format!("it is required ({place})")
            }
            Self::MissingOption { description, place, .. } => format!("it is required ({place}): {description}"),
            Self::OptionPattern { pattern, place, .. } => format!("the whole value must match `{pattern}` ({place})"),
            Self::UnknownPlugin { place, .. } => {
                format!("no plugin of that name is in the project, in STEPWELL_HOME or built in ({place})")
            }
            Self::NoWorkflowStep { place, .. } => format!("it runs once for every node of a dispatch only ({place})"),
            Self::ConfigNotATable { place, .. } => format!("`with` holds the plugin's keys and values ({place})"),
            Self::Config { violation, place, .. } => format!("{place}: {violation}"),
            Self::Expression { error, place, .. } => format!("{place}: {error}"),
            Self::UnknownName { known, place, .. } => {
                format!("{place}: known there are {}", list_names(known.iter().map(String::as_str)))
            }
            Self::NotYetRun { place, .. } => format!("steps run in the order of the file ({place})"),
            Self::Denied { denied, .. } => denied.because(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Settings(error) => error.next(),
            Self::Credentials(error) => error.next(),
            Self::SecretGiven { name } => {
                format!(
                    "store it with `stepwell keys set keys/…` and give --option {name}=keys/…, or give --option {name}=- and type it in"
                )
            }
            Self::UnknownOption { name, known, .. } => match nearest(name, known.iter().map(String::as_str)) {
                Some(meant) => format!("write --option {meant}=…"),
                None => format!("leave out --option {name}=…"),
            },
            Self::MissingOption { name, .. } => format!("add --option {name}=…"),
            Self::OptionPattern { name, .. } => format!("give --option {name}=… a value that matches"),
            Self::UnknownPlugin { plugin, known, .. } => {
                match nearest(plugin.as_str(), known.iter().map(PluginName::as_str)) {
                    Some(meant) => format!("write `{meant}` instead of `{plugin}`"),
                    None => "run `stepwell plugin list` for the plugins that exist".to_owned(),
                }
            }
            Self::NoWorkflowStep { .. } => "use a plugin that runs once in a job".to_owned(),
            Self::ConfigNotATable { .. } => "write with = { key = value }".to_owned(),
            Self::Config { violation, plugin, .. } => violation.next(plugin),
            Self::Expression { .. } => {
                "correct the expression; names are `options`, `steps.<id>.outputs`, `run`, `job`, `project`".to_owned()
            }
            Self::UnknownName { name, known, .. } => {
                let last = name.rsplit('.').next().unwrap_or(name);
                match nearest(last, known.iter().map(String::as_str)) {
                    Some(meant) => format!("write `{meant}` instead of `{last}`"),
                    None => "use one of the known names".to_owned(),
                }
            }
            Self::NotYetRun { later, .. } => format!("move this step behind `{later}`"),
            Self::Denied { denied, .. } => denied.next(),
        }
    }
}
