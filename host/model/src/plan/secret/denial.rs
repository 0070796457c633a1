//! Why a step may not have a secret, and why a request may not carry one.

use std::collections::BTreeSet;

use super::{ListSource, Owner};
use crate::action::Action;
use crate::destination::Destination;
use crate::error::{NextAction, list_names};
use crate::grant::OPERATIONS;
use crate::id::{OptionName, PluginName, StepId};
use crate::settings::Level;
use crate::source::Place;

/// A step that may not have a secret.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("step `{step}` may not have the secret option `{option}`")]
pub struct SecretDenied {
    pub(super) step: StepId,
    pub(super) option: OptionName,
    pub(super) plugin: PluginName,
    pub(super) property: String,
    pub(super) place: Place,
    pub(super) reason: SecretDenial,
}

/// Why a step may not have a secret.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum SecretDenial {
    /// The plugin calls AWS with nothing, so it could not send it.
    NoCalls,
    /// The owner does not say where it may go, and the plugin does not either.
    Undeclared { is_shipped: bool, owner: Owner, calls: BTreeSet<Action> },
    /// The plugin calls no action that this list has.
    Elsewhere { from: ListSource, to: Vec<Destination>, calls: BTreeSet<Action> },
}

impl NextAction for SecretDenied {
    fn because(&self) -> String {
        let Self { plugin, property, place, reason, .. } = self;
        let is_operation = plugin.as_str() == OPERATIONS;
        match reason {
            SecretDenial::NoCalls => {
                format!("plugin `{plugin}` calls no action of AWS, so it could send it nowhere ({place})")
            }
            SecretDenial::Undeclared { is_shipped, owner, .. } => {
                let reason = match is_shipped {
                    true => format!("`{property}` of `{plugin}` is not meant for secrets"),
                    false if is_operation => {
                        "a step that uses `aws:` sends a secret only where its owner says".to_owned()
                    }
                    false => format!("plugin `{plugin}` does not ship with Stepwell"),
                };
                format!("{reason}, and {} ({place})", owner.silent())
            }
            SecretDenial::Elsewhere { from, to, calls } => {
                let to: Vec<_> = to.iter().map(ToString::to_string).collect();
                let only = match to.as_slice() {
                    [] => "it may go nowhere".to_owned(),
                    to => format!("it may go only to {}", list_names(to.iter().map(String::as_str))),
                };
                let calls = list_names(calls.iter().map(|action| action.as_str()));
                let sender = sender(plugin);
                format!("{only} ({}), and {sender} may send it only with {calls} ({place})", from.place())
            }
        }
    }

    fn next(&self) -> String {
        let Self { plugin, property, reason, step, .. } = self;
        match reason {
            SecretDenial::NoCalls => format!("remove the secret from `{property}` of step `{step}`"),
            SecretDenial::Undeclared { owner, calls, .. } => {
                format!("{}, if {} should send it there{}", owner.allow(calls), sender(plugin), others(calls))
            }
            SecretDenial::Elsewhere { from, calls, .. } => {
                format!("{}, if {} should send it there{}", from.add(calls), sender(plugin), others(calls))
            }
        }
    }
}

/// Who would send the secret.
fn sender(plugin: &PluginName) -> String {
    if plugin.as_str() == OPERATIONS { "the step".to_owned() } else { format!("plugin `{plugin}`") }
}

/// The first action, as a file writes it.
fn example(calls: &BTreeSet<Action>) -> &'static str {
    calls.first().map_or("", |action| action.as_str())
}

/// The actions that could stand in the place of the first one.
fn others(calls: &BTreeSet<Action>) -> String {
    match calls.len() {
        0 | 1 => String::new(),
        _ => format!("; it may also call {}", list_names(calls.iter().skip(1).map(|action| action.as_str()))),
    }
}

impl Owner {
    fn silent(&self) -> String {
        match self {
            Self::Key(key, _) => format!("the owner of `{key}` does not say where it may go"),
            Self::Job(..) => "the job does not say where it may go".to_owned(),
        }
    }

    /// The line that allows the secret to go somewhere.
    fn allow(&self, calls: &BTreeSet<Action>) -> String {
        let action = example(calls);
        match self {
            Self::Key(key, level) => format!("add [secrets.\"{key}\"] with to = [\"{action}\"] to {}", file(*level)),
            Self::Job(option, place) => format!("add to = [\"{action}\"] to [options.{option}] ({place})"),
        }
    }
}

fn file(level: Level) -> &'static str {
    if level == Level::Project { "project.toml" } else { "stepwell.toml" }
}

impl ListSource {
    fn place(&self) -> String {
        match self {
            Self::Settings { place, .. } | Self::Option { place, .. } => place.to_string(),
            Self::Schema { plugin, .. } => format!("as `{plugin}` declares it"),
        }
    }

    /// The change that puts an action on the list.
    fn add(&self, calls: &BTreeSet<Action>) -> String {
        let action = example(calls);
        match self {
            Self::Settings { level, key, .. } => {
                format!("add \"{action}\" to `to` of [secrets.\"{key}\"] in {}", file(*level))
            }
            Self::Option { option, place } => format!("add \"{action}\" to `to` of [options.{option}] ({place})"),
            Self::Schema { owner, .. } => owner.allow(calls),
        }
    }
}

/// A request that did not leave, because it would have carried a secret where the secret may not go.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{action}` was not called: its request would carry the secret option `{option}`")]
pub struct SecretRefused {
    pub(super) option: String,
    pub(super) action: Action,
    pub(super) reason: SecretRefusal,
}

/// Why a request may not carry a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SecretRefusal {
    /// The step does not name it.
    NotOfStep,
    /// This list does not have the place. `function` is what the request names, when the list has other functions only.
    Elsewhere { from: ListSource, function: Option<String> },
}

impl NextAction for SecretRefused {
    fn because(&self) -> String {
        let Self { option, action, reason } = self;
        match reason {
            SecretRefusal::NotOfStep => {
                format!("a step may send only the secrets that its own `with` names, and it does not name `{option}`")
            }
            SecretRefusal::Elsewhere { from, function: None } => {
                format!("the secret may not go to `{action}` ({})", from.place())
            }
            SecretRefusal::Elsewhere { from, function: Some(function) } => {
                format!("the secret may not go to every function ({}), and the request names {function}", from.place())
            }
        }
    }

    fn next(&self) -> String {
        let Self { option, action, reason } = self;
        match reason {
            SecretRefusal::NotOfStep => {
                format!(
                    "write \"${{options.{option}}}\" in `with` of this step if it should send the secret; a secret does not travel through the outputs of other steps"
                )
            }
            SecretRefusal::Elsewhere { from, function: None } => {
                format!("{}, if it should go there", from.add(&BTreeSet::from([*action])))
            }
            SecretRefusal::Elsewhere { from, function: Some(_) } => {
                format!("name the function as that list does, or change the list ({})", from.place())
            }
        }
    }
}
