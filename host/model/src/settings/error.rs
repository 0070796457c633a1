//! Why a system or project file cannot mean anything.

use std::path::PathBuf;

use crate::action::{self, ActionRow};
use crate::credentials::CredentialsError;
use crate::error::{NextAction, nearest};
use crate::file::FileError;
use crate::id::Identifier;
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
    /// A directory that is nowhere.
    #[error("directory `{name}` has no path")]
    DirectoryWithoutPath {
        /// Its name.
        name: Identifier,
        /// Where the path should be.
        place: Place,
    },
    /// A project that lends what is not its own.
    #[error("the project cannot lend `{}` as directory `{name}`", path.display())]
    DirectoryOutside {
        /// Its name.
        name: Identifier,
        /// What stands there.
        path: PathBuf,
        /// Where.
        place: Place,
    },
    /// A name that both files have.
    #[error("the project cannot lend a directory `{name}`")]
    DirectoryTwice {
        /// The name.
        name: Identifier,
        /// Where the system lends it.
        system: Place,
        /// Where the project does.
        project: Place,
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
            Self::DirectoryWithoutPath { place, .. } => format!("its path is empty ({place})"),
            Self::DirectoryOutside { place, .. } => {
                format!("a project lends only directories that lie in its own ({place})")
            }
            Self::DirectoryTwice { system, project, .. } => {
                format!("{system} lends one by that name already, and {project} would change what it means")
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
            Self::DirectoryWithoutPath { .. } => "write the directory's path there".to_owned(),
            Self::DirectoryOutside { .. } => {
                "write a relative path without `..`, or lend the directory in stepwell.toml".to_owned()
            }
            Self::DirectoryTwice { .. } => "give the project's directory another name".to_owned(),
        }
    }
}
