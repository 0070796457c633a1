//! Why a system or project file cannot mean anything.

use crate::action::{self, ActionRow};
use crate::credentials::CredentialsError;
use crate::error::{NextAction, nearest};
use crate::file::FileError;
use crate::key_store::KeyStoreError;
use crate::source::Place;

/// A system or project file that cannot mean anything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// It is no valid file of this kind.
    #[error(transparent)]
    File(#[from] FileError),
    /// Credentials that do not make one set.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// A store of secrets that is none.
    #[error(transparent)]
    KeyStore(#[from] KeyStoreError),
    /// A grant for something that is no plugin name.
    #[error("`{name}` is no plugin name")]
    PluginName {
        /// What stands there.
        name: String,
        /// Where.
        place: Place,
    },
    /// A grant of an action that no plugin can ever call.
    #[error("no plugin can call `{action}`")]
    UnknownAction {
        /// What stands there.
        action: String,
        /// Where.
        place: Place,
    },
    /// A project that wants more than the system gives.
    #[error("the project's limit `{key}` is above the system's")]
    LimitAboveSystem {
        /// The key under `[limits]`.
        key: &'static str,
        /// The system's limit.
        system: u64,
        /// Where the project sets it.
        place: Place,
    },
}

impl NextAction for SettingsError {
    fn because(&self) -> String {
        match self {
            Self::File(error) => error.because(),
            Self::Credentials(error) => error.because(),
            Self::KeyStore(error) => error.because(),
            Self::PluginName { place, .. } => {
                format!("[grants] has one entry for each plugin name, or for \"*\" ({place})")
            }
            Self::UnknownAction { place, .. } => format!("it matches no action of this version of Stepwell ({place})"),
            Self::LimitAboveSystem { system, place, .. } => {
                format!("a project may only lower a limit, and the system's is {system} ({place})")
            }
        }
    }

    fn next(&self) -> String {
        match self {
            Self::File(error) => error.next(),
            Self::Credentials(error) => error.next(),
            Self::KeyStore(error) => error.next(),
            Self::PluginName { .. } => "write the name that jobs use, such as [grants.\"ec2-stop\"]".to_owned(),
            Self::UnknownAction { action, .. } => {
                match nearest(action, action::rows().flat_map(ActionRow::actions).map(|(action, _)| action.as_str())) {
                    Some(meant) => format!("write `{meant}`"),
                    None => {
                        "write an action such as `ec2:StartInstances`, or a pattern such as `ec2:Describe*`".to_owned()
                    }
                }
            }
            Self::LimitAboveSystem { key, .. } => format!("remove `{key}` there, or raise it in stepwell.toml"),
        }
    }
}
