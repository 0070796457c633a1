//! Errors of system and project files.

use std::path::PathBuf;

use crate::action;
use crate::credentials::CredentialsError;
use crate::destination::DestinationError;
use crate::error::{NextAction, nearest};
use crate::file::FileError;
use crate::http::{NetworkError, PatternError};
use crate::id::{Identifier, KeyPattern};
use crate::key_store::KeyStoreError;
use crate::source::Place;

/// Why a system or project file is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The file is not a valid file of its kind.
    #[error(transparent)]
    File(#[from] FileError),
    /// The credentials are refused.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// A store of keys is refused.
    #[error(transparent)]
    KeyStore(#[from] KeyStoreError),
    /// A grant is for a name that no plugin can have.
    #[error("`{name}` is not a valid plugin name")]
    PluginName {
        /// The name.
        name: String,
        /// The place of the name.
        place: Place,
    },
    /// A grant is for an action that no plugin can call.
    #[error("no plugin can call `{action}`")]
    UnknownAction {
        /// The action.
        action: String,
        /// The place of the action.
        place: Place,
    },
    /// A text is no pattern of HTTP requests.
    #[error("{error}")]
    Request {
        /// What is wrong with it.
        error: PatternError,
        /// The place of the text.
        place: Place,
    },
    /// A text is no host that could be reached without the proxy.
    #[error("`{text}` in no_proxy is no host")]
    NoProxy {
        /// The text.
        text: String,
        /// Its place.
        place: Place,
    },
    /// A text is no name of a header, or of one that means something else.
    #[error("`{name}` is no header for a key")]
    HeaderName {
        /// The text.
        name: String,
        /// Its place.
        place: Place,
    },
    /// `ca` of `[http]` is empty.
    #[error("the file of authorities has no path")]
    NoAuthorityFile {
        /// The place of the path.
        place: Place,
    },
    /// `proxy` of `[http]` is no address. It may hold a password.
    #[error("the proxy is no address")]
    Proxy {
        /// Its place.
        place: Place,
    },
    /// A text of `networks` is no network.
    #[error("{error}")]
    Network {
        /// What is wrong with it.
        error: NetworkError,
        /// Its place.
        place: Place,
    },
    /// A text of `[secrets]` is no destination.
    #[error("{error}")]
    Destination {
        /// What is wrong with it.
        error: DestinationError,
        /// The place of the wrong part.
        place: Place,
    },
    /// The project names secrets that are not its own and that its jobs cannot use.
    #[error("the project cannot say where `{key}` may go")]
    ForeignSecret {
        /// The key or path.
        key: KeyPattern,
        /// The place of the key.
        place: Place,
    },
    /// The project raises a limit.
    #[error("the project's limit `{key}` is above the system's")]
    LimitAboveSystem {
        /// The key under `[limits]`.
        key: &'static str,
        /// The system's limit.
        system: u64,
        /// The place in the project's file.
        place: Place,
    },
    /// A directory has an empty path.
    #[error("directory `{name}` has no path")]
    DirectoryWithoutPath {
        /// Its name.
        name: Identifier,
        /// The place of the path.
        place: Place,
    },
    /// The project lends a directory outside its own.
    #[error("the project cannot lend `{}` as directory `{name}`", path.display())]
    DirectoryOutside {
        /// Its name.
        name: Identifier,
        /// Its path.
        path: PathBuf,
        /// The place of the path.
        place: Place,
    },
    /// Both files lend a directory of the same name.
    #[error("the project cannot lend a directory `{name}`")]
    DirectoryTwice {
        /// The name.
        name: Identifier,
        /// The place in the system's file.
        system: Place,
        /// The place in the project's file.
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
                format!("the entries of [grants] are plugin names and \"*\" ({place})")
            }
            Self::UnknownAction { place, .. } => {
                format!("the name matches no action of this version of Stepwell ({place})")
            }
            Self::Request { error, place } => format!("{place}: {}", error.because()),
            Self::NoProxy { place, .. } => {
                format!("{place}: an entry is a host, or `*.` and a domain, with a port if only that is meant")
            }
            Self::HeaderName { place, .. } => {
                format!("{place}: a name has letters, digits and `-`, and is of no header that says something else")
            }
            Self::NoAuthorityFile { place } => format!("{place}: the path is empty"),
            Self::Proxy { place } => {
                format!("{place}: a proxy has a scheme, a host and a port, and neither a user nor a path")
            }
            Self::Network { error, place } => format!("{place}: {}", error.because()),
            Self::Destination { error, place } => format!("{place}: {}", error.because()),
            Self::ForeignSecret { place, .. } => format!("jobs of this project cannot use such a key ({place})"),
            Self::LimitAboveSystem { system, place, .. } => {
                format!("a project may only lower a limit, and the system's is {system} ({place})")
            }
            Self::DirectoryWithoutPath { place, .. } => format!("its path is empty ({place})"),
            Self::DirectoryOutside { place, .. } => {
                format!("a project can lend only directories below its own ({place})")
            }
            Self::DirectoryTwice { system, project, .. } => {
                format!("{system} already lends a directory of this name, and {project} would redefine it")
            }
        }
    }

    fn next(&self) -> String {
        match self {
            Self::File(error) => error.next(),
            Self::Credentials(error) => error.next(),
            Self::KeyStore(error) => error.next(),
            Self::PluginName { .. } => "write the plugin name that jobs use, such as [grants.\"ec2-stop\"]".to_owned(),
            Self::UnknownAction { action, .. } => {
                match nearest(action, action::known::known().iter().map(|action| action.as_str())) {
                    Some(meant) => format!("write `{meant}`"),
                    None => {
                        "write an action such as `ec2:StartInstances`, or a pattern such as `ec2:Describe*`".to_owned()
                    }
                }
            }
            Self::Request { error, .. } => error.next(),
            Self::NoProxy { .. } => "write a host such as `internal.example.com`, or `*.example.com`".to_owned(),
            Self::HeaderName { .. } => "write a name such as `Idempotency-Key`".to_owned(),
            Self::NoAuthorityFile { .. } => "write the path of a file with certificates (PEM)".to_owned(),
            Self::Proxy { .. } => {
                "write its address, such as `http://proxy.example.com:3128`; a proxy that asks for a password is not \
                 supported"
                    .to_owned()
            }
            Self::Network { error, .. } => error.next(),
            Self::Destination { error, .. } => error.next(),
            Self::ForeignSecret { .. } => "remove the entry, or write it in stepwell.toml".to_owned(),
            Self::LimitAboveSystem { key, .. } => {
                format!("remove `{key}` from project.toml, or raise it in stepwell.toml")
            }
            Self::DirectoryWithoutPath { .. } => "write the path of the directory".to_owned(),
            Self::DirectoryOutside { .. } => {
                "write a relative path without `..`, or lend the directory in stepwell.toml".to_owned()
            }
            Self::DirectoryTwice { .. } => "give the project's directory another name".to_owned(),
        }
    }
}
