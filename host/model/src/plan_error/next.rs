//! The causes of what a plan refuses, and what to do about it.

use super::PlanError;
use crate::error::{NextAction, list_names, nearest};
use crate::id::{PluginName, StepId};

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
            Self::OptionValue { expected, place, .. } => format!("it accepts {expected} ({place})"),
            Self::OptionTwice { .. } => "which value is meant cannot be told".to_owned(),
            Self::MissingWith { place, .. } => format!("the job cannot run without it ({place})"),
            Self::UnknownWith { known, place, .. } => {
                format!("{place}: its options are {}", list_names(known.iter().map(String::as_str)))
            }
            Self::SecretWith { place, .. } => {
                format!("only a secret option of the job that gives it can stand for a secret ({place})")
            }
            Self::UnknownJob { job, place, .. } => format!("there is no `{job}.toml` beside the job file ({place})"),
            Self::JobCycle { path, place, .. } | Self::JobDepth { path, place, .. } => {
                format!("{place}: {}", path.join(" → "))
            }
            Self::TooManySteps { place, .. } => format!("all of them are planned before the first one runs ({place})"),
            Self::ValueType { place, .. } => format!("what {place} says has another type"),
            Self::UnknownNeed { known, place, .. } => {
                format!("{place}: the steps that it could need are {}", list_names(known.iter().map(StepId::as_str)))
            }
            Self::NeedCycle { steps, place } => {
                let ids: Vec<_> = steps.iter().chain(steps.first()).map(StepId::as_str).collect();
                format!("{place}: {}", ids.join(" needs "))
            }
            Self::ReservedName => "its id is not valid".to_owned(),
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
            Self::OutputOfList { place, .. } => {
                format!("that step has a `for_each`, and its outputs are a list, one for each item ({place})")
            }
            Self::NotYetRun { step: Some(step), later, place } if step == later => {
                format!("it is that step itself ({place})")
            }
            Self::NotYetRun { place, .. } => {
                format!("it is neither before this one in the file nor among what this one needs ({place})")
            }
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
            Self::OptionValue { name, .. } => format!("give `{name}` a value that it accepts"),
            Self::OptionTwice { name } => format!("write --option {name}=… once"),
            Self::MissingWith { name, .. } => format!("add `{name}` to `with`"),
            Self::UnknownWith { name, known, .. } => match nearest(name, known.iter().map(String::as_str)) {
                Some(meant) => format!("write `{meant}` instead of `{name}`"),
                None => format!("remove `{name}`, or add it to the options of that job"),
            },
            Self::SecretWith { name, .. } => {
                format!("give {name} = \"${{options.…}}\" with an option that has secret = true, or leave it to the key of `{name}`")
            }
            Self::UnknownJob { job, .. } => format!("write `{job}.toml`, with name = \"{job}\", beside this job file"),
            Self::JobCycle { .. } => "take one of the jobs out of the circle".to_owned(),
            Self::JobDepth { .. } => "use the last job from one that is nearer to the first".to_owned(),
            Self::TooManySteps { .. } => "write one step with `for_each` in the place of many that differ in a value".to_owned(),
            Self::ValueType { key: "when", .. } => {
                "write an expression that compares, such as \"${options.size > 3}\", or use an option with type = \"boolean\"".to_owned()
            }
            Self::ValueType { key, .. } => {
                format!("write {key} = [\"a\", \"b\"], or an expression for a list, such as an option with multiple = true")
            }
            Self::UnknownNeed { need, known, .. } => match nearest(need.as_str(), known.iter().map(StepId::as_str)) {
                Some(meant) => format!("write `{meant}` instead of `{need}`"),
                None => "name one of them".to_owned(),
            },
            Self::NeedCycle { .. } => "remove one of the needs".to_owned(),
            Self::ReservedName => "report this: it is a mistake in the host".to_owned(),
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
                "correct the expression; names are `options`, `steps.<id>.outputs`, `exports`, `run`, `job`, `project`"
                    .to_owned()
            }
            Self::UnknownName { name, known, .. } => {
                let last = name.rsplit('.').next().unwrap_or(name);
                match nearest(last, known.iter().map(String::as_str)) {
                    Some(meant) => format!("write `{meant}` instead of `{last}`"),
                    None => "use one of the known names".to_owned(),
                }
            }
            Self::OutputOfList { name, output, .. } => {
                let list = name.split_once(".outputs").map_or(name.as_str(), |(step, _)| step);
                format!("write `{list}.outputs|map(attribute='{output}')` for all of them, or `{list}.outputs[0].{output}` for the first")
            }
            Self::NotYetRun { step: Some(step), later, .. } if step == later => {
                "read `outputs` in `export`, and `error` in `on_error`; nothing else can read the step itself".to_owned()
            }
            Self::NotYetRun { later, .. } => {
                format!("move this step behind `{later}`, or add `{later}` to its `needs`")
            }
            Self::Denied { denied, .. } => denied.next(),
        }
    }
}
