//! Why a step may not have a secret, and why a request may not carry one.

use super::{ListSource, Owner, Ways};
use crate::action::Action;
use crate::destination::{Destination, Way};
use crate::error::{NextAction, list_names};
use crate::grant::OPERATIONS;
use crate::id::{OptionName, PluginName, StepId};
use crate::settings::Level;
use crate::source::Place;

/// A step that may not have a secret.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("step `{step}` may not have the secret option `{option}`")]
pub struct SecretDenied {
    pub(in crate::plan) step: StepId,
    pub(super) option: OptionName,
    pub(super) plugin: PluginName,
    pub(super) property: String,
    pub(in crate::plan) place: Place,
    pub(super) reason: SecretDenial,
}

/// Why a step may not have a secret.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum SecretDenial {
    /// The plugin sends no request, so it could not send it.
    NoCalls,
    /// The owner does not say where it may go, and the plugin does not either.
    Undeclared { is_shipped: bool, owner: Owner, ways: Ways },
    /// The plugin sends no request that this list has.
    Elsewhere { from: ListSource, to: Vec<Destination>, ways: Ways },
    /// The secret is a URL, and this list of somebody else names its path.
    Path { from: ListSource },
}

impl NextAction for SecretDenied {
    fn because(&self) -> String {
        let Self { plugin, property, place, reason, .. } = self;
        let is_operation = plugin.as_str() == OPERATIONS;
        match reason {
            SecretDenial::Path { from } => {
                format!(
                    "the secret is the URL of a request, and only its owner may name a path of it ({})",
                    from.place()
                )
            }
            SecretDenial::NoCalls => {
                format!(
                    "plugin `{plugin}` calls no action of AWS and sends no HTTP request, so it could send it nowhere ({place})"
                )
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
            SecretDenial::Elsewhere { from, to, ways } => {
                let to: Vec<_> = to.iter().map(ToString::to_string).collect();
                let only = match to.as_slice() {
                    [] => "it may go nowhere".to_owned(),
                    to => format!("it may go only to {}", list_names(to.iter().map(String::as_str))),
                };
                let (sender, ways) = (sender(plugin), ways.named());
                format!("{only} ({}), and {sender} may send it only with {ways} ({place})", from.place())
            }
        }
    }

    fn next(&self) -> String {
        let Self { plugin, property, reason, step, .. } = self;
        match reason {
            SecretDenial::Path { from } => {
                format!("name the whole host there, such as `https://hooks.example.com` ({})", from.place())
            }
            SecretDenial::NoCalls => format!("remove the secret from `{property}` of step `{step}`"),
            SecretDenial::Undeclared { owner, ways, .. } => {
                format!("{}, if {} should send it there{}", owner.allow(ways.example()), sender(plugin), ways.others())
            }
            SecretDenial::Elsewhere { from, ways, .. } => {
                format!("{}, if {} should send it there{}", from.add(ways.example()), sender(plugin), ways.others())
            }
        }
    }
}

/// Who would send the secret.
fn sender(plugin: &PluginName) -> String {
    if plugin.as_str() == OPERATIONS { "the step".to_owned() } else { format!("plugin `{plugin}`") }
}

impl Ways {
    /// All of them, for an error.
    fn named(&self) -> String {
        let named = |way: &Way| if *way == Way::Http { "HTTP requests".to_owned() } else { format!("`{way}`") };
        self.all.iter().map(named).collect::<Vec<_>>().join(", ")
    }

    /// The first one, as a file writes it.
    fn example(&self) -> &str {
        self.all.first().map_or("", |way| self.written(*way))
    }

    /// Those that could stand in the place of the first one.
    fn others(&self) -> String {
        match self.all.len() {
            0 | 1 => String::new(),
            _ => {
                let others: Vec<_> = self.all.iter().skip(1).copied().collect();
                let verb = if others.contains(&Way::Http) { "send it to" } else { "call" };
                format!("; it may also {verb} {}", list_names(others.iter().map(|way| self.written(*way))))
            }
        }
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
    fn allow(&self, to: &str) -> String {
        match self {
            Self::Key(key, level) => format!("add [secrets.\"{key}\"] with to = [\"{to}\"] to {}", file(*level)),
            Self::Job(option, place) => format!("add to = [\"{to}\"] to [options.{option}] ({place})"),
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

    /// The change that puts a destination on the list.
    fn add(&self, to: &str) -> String {
        match self {
            Self::Settings { level, key, .. } => {
                format!("add \"{to}\" to `to` of [secrets.\"{key}\"] in {}", file(*level))
            }
            Self::Option { option, place } => format!("add \"{to}\" to `to` of [options.{option}] ({place})"),
            Self::Schema { owner, .. } => owner.allow(to),
        }
    }
}

/// A request that did not leave, because it would have carried a secret where the secret may not go.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}would carry the secret option `{option}`", request.what(), request.whose())]
pub struct SecretRefused {
    pub(super) option: String,
    pub(super) request: Refused,
    pub(super) reason: SecretRefusal,
}

/// The request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refused {
    /// A call of AWS.
    Call(Action),
    /// An HTTP request to this scheme, host and port.
    Request(String),
}

impl Refused {
    fn what(&self) -> String {
        match self {
            Self::Call(action) => format!("`{action}` was not called"),
            Self::Request(origin) => format!("the request to `{origin}` was not sent"),
        }
    }

    fn whose(&self) -> &'static str {
        match self {
            Self::Call(_) => "its request ",
            Self::Request(_) => "it ",
        }
    }

    /// The destination that would let the secret go there.
    fn destination(&self) -> String {
        match self {
            Self::Call(action) => action.to_string(),
            Self::Request(origin) => format!("{origin}/*"),
        }
    }
}

/// Why a request may not carry a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SecretRefusal {
    /// The step does not name it.
    NotOfStep,
    /// This list does not have the place.
    Elsewhere { from: ListSource },
    /// This list has other functions only.
    Function { from: ListSource, named: NamedFunction },
}

/// The function that a request names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NamedFunction {
    One(String),
    /// Its name can be read in two ways.
    Ambiguous,
}

impl NextAction for SecretRefused {
    fn because(&self) -> String {
        let Self { option, request, reason } = self;
        match reason {
            SecretRefusal::NotOfStep => {
                format!("a step may send only the secrets that its own `with` names, and it does not name `{option}`")
            }
            SecretRefusal::Elsewhere { from } => match request {
                Refused::Call(action) => format!("the secret may not go to `{action}` ({})", from.place()),
                Refused::Request(_) => format!("the secret may not go to that address ({})", from.place()),
            },
            SecretRefusal::Function { from, named } => {
                let function = match named {
                    NamedFunction::One(function) => format!("`{function}`"),
                    NamedFunction::Ambiguous => "its function in a form that can be read in two ways".to_owned(),
                };
                format!("the secret may not go to every function ({}), and the request names {function}", from.place())
            }
        }
    }

    fn next(&self) -> String {
        let Self { option, request, reason } = self;
        match reason {
            SecretRefusal::NotOfStep => {
                format!(
                    "write \"${{options.{option}}}\" in `with` of this step if it should send the secret; a secret does not travel through the outputs of other steps"
                )
            }
            SecretRefusal::Elsewhere { from } => {
                format!("{}, if it should go there", from.add(&request.destination()))
            }
            SecretRefusal::Function { from, .. } => {
                format!("name the function as that list does, or change the list ({})", from.place())
            }
        }
    }
}
