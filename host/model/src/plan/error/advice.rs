//! The reason and the next action of each error of planning.

use super::PlanError;
use crate::error::{NextAction, list_names, nearest};
use crate::expression::ExpressionError;
use crate::id::{PluginName, StepId};
use crate::plan::BlankKind;
use crate::source::Place;

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
            Self::UnknownRegion { nearest: _, from, place, .. } => {
                let at = place.as_ref().map_or_else(|| format!("it is the region of the {from}"), Place::to_string);
                format!("{at}: AWS's models know no region with this name, and it has not the form of one")
            }
            Self::UnknownCode { place, .. } => {
                format!("{place}: neither the host nor a plugin of the step states this code")
            }
            Self::Chosen { expected, place, .. } => format!("{place}: {expected}"),
            Self::ChosenLate { place, .. } => format!("{place}: the host fixes it before the first step"),
            Self::SecretGroup { place, .. } => {
                format!("{place}: the journal and messages have the group in plain text")
            }
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
            Self::BlankOption { place, .. } => {
                format!("{place}: the option has no value, and what stands here cannot be left out")
            }
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
            Self::UnknownRegion { nearest: Some(meant), region, .. } => format!("write `{meant}` instead of `{region}`"),
            Self::UnknownRegion { nearest: None, .. } => "write the name of a region, such as `eu-central-1`".to_owned(),
            Self::UnknownCode { nearest: Some(meant), code, .. } => format!("write `{meant}` instead of `{code}`"),
            Self::UnknownCode { nearest: None, .. } => {
                "write a code of docs/failures.md, or one that `stepwell plugin inspect` lists".to_owned()
            }
            Self::Chosen { key: "timeout", .. } => {
                "give the option that it reads a duration such as `15m`".to_owned()
            }
            Self::Chosen { key: "group", .. } => "give the options that it reads a shorter text".to_owned(),
            Self::SecretGroup { .. } => "read options that are no secrets".to_owned(),
            Self::Chosen { .. } => "give the option that it reads a number from 1 to 256".to_owned(),
            Self::ChosenLate { .. } => {
                "read only options that the operator gives, or that have a default".to_owned()
            }
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
            Self::Expression { error: ExpressionError { advice: Some(advice), .. }, .. } => advice.clone(),
            Self::Expression { error: ExpressionError { blank: Some(option), .. }, .. } => {
                format!("give the option `{option}` a value, or write ${{options.{option}|default('…')}}")
            }
            Self::Expression { .. } => {
                "correct the expression; it can read `options`, `steps.<id>.outputs`, `exports`, `run`, `job`, `project`"
                    .to_owned()
            }
            Self::BlankOption { option, kind, used, .. } => {
                let give = match (used, kind) {
                    (Some(job), _) => format!("give `{option}` in `with` of the step that uses job `{job}`"),
                    (None, BlankKind::Secret) => format!("give --option {option}=keys/…"),
                    (None, _) => format!("give --option {option}=…"),
                };
                match kind {
                    BlankKind::Secret => format!("{give}, or add a `key` to the option"),
                    BlankKind::List => format!("{give}, or write ${{options.{option}|default([…])}}"),
                    BlankKind::One => format!("{give}, or write ${{options.{option}|default('…')}}"),
                }
            }
            Self::UnknownName { name, .. } if is_unresolved(name) => {
                "write what is meant; the note above the step says what that was".to_owned()
            }
            Self::UnknownName { name, known, .. } => {
                // The part before the wrong one is right, and resembles none of these.
                let nearest = |part| Some((part, nearest(part, known.iter().map(String::as_str))?));
                match name.split('.').filter(|part| !known.iter().any(|known| known == part)).find_map(nearest) {
                    Some((wrong, meant)) => format!("write `{meant}` instead of `{wrong}`"),
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

/// Whether an import wrote the name in the place of what has no counterpart in a job file.
fn is_unresolved(name: &str) -> bool {
    name == "unresolved" || name.starts_with("unresolved.")
}
