//! Why credentials in a file do not make one set.

use std::time::Duration;

use super::{MOST_ROLES, Provider};
use crate::error::NextAction;
use crate::file::show_duration;
use crate::id::KeyPath;
use crate::settings::Level;
use crate::source::Place;

/// A table of credentials that cannot mean anything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    /// A key that the provider has no use for.
    #[error("`{key}` does not go with provider `{}`", provider.as_str())]
    Contradiction {
        /// The key.
        key: &'static str,
        /// The provider.
        provider: Provider,
        /// Where the key is.
        place: Place,
    },
    /// One half of a pair.
    #[error("`{given}` stands without `{missing}`")]
    HalfSet {
        /// What is there.
        given: &'static str,
        /// What is not.
        missing: &'static str,
        /// Where.
        place: Place,
    },
    /// A table that names nobody.
    #[error("[aws.credentials] names no provider")]
    NoProvider {
        /// The provider that its keys belong to, when they say so.
        meant: Option<Provider>,
        /// Where the table is.
        place: Place,
    },
    /// A key that acts on assumed roles, where none is assumed.
    #[error("`{key}` has no effect without a role to assume")]
    WithoutRole {
        /// The key.
        key: &'static str,
        /// Where it is.
        place: Place,
    },
    /// More than [`MOST_ROLES`].
    #[error("{count} roles would be assumed one after the other")]
    TooManyRoles {
        /// How many.
        count: usize,
        /// Where the table is.
        place: Place,
    },
    /// A duration that STS would refuse.
    #[error("a session cannot last {}", show_duration(*duration))]
    Duration {
        /// What is asked for.
        duration: Duration,
        /// Where.
        place: Place,
    },
    /// A path that begins nowhere.
    #[error("`{key}` is no absolute path")]
    Relative {
        /// The key.
        key: &'static str,
        /// Where it is.
        place: Place,
    },
    /// A text that is empty.
    #[error("`{key}` is empty")]
    Empty {
        /// The key.
        key: &'static str,
        /// Where it is.
        place: Place,
    },
    /// A key that only the system file may hold.
    #[error("only stepwell.toml can say `{key}`")]
    SystemOnly {
        /// The key.
        key: &'static str,
        /// Where it is.
        place: Place,
    },
    /// What the AWS SDK finds by itself, where the system does not want that.
    #[error("the default chain of AWS credentials may not be used")]
    DefaultChain {
        /// The level that names it.
        from: Level,
    },
    /// A provider that somebody else than the system names, where the system does not want that.
    #[error("only stepwell.toml may name a provider of AWS credentials")]
    OtherProvider {
        /// The level that names one.
        from: Level,
    },
    /// A secret that belongs to somebody else.
    #[error("`{path}` is not for this job")]
    ForeignKey {
        /// The path.
        path: KeyPath,
        /// Where it is named.
        place: Place,
    },
}

impl CredentialsError {
    /// Whether nothing is wrong with the file, but somebody does not allow what it says.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::DefaultChain { .. } | Self::OtherProvider { .. } | Self::ForeignKey { .. })
    }
}

impl NextAction for CredentialsError {
    fn because(&self) -> String {
        match self {
            Self::Contradiction { place, .. } => format!("a provider takes only its own keys ({place})"),
            Self::HalfSet { place, .. } => {
                format!("credentials are one set, and no other level completes it ({place})")
            }
            Self::NoProvider { place, .. } => {
                format!(
                    "without `provider` it needs [[aws.credentials.assume_role]], for roles of the host's own identity ({place})"
                )
            }
            Self::WithoutRole { place, .. } => format!("there is no [[aws.credentials.assume_role]] ({place})"),
            Self::TooManyRoles { place, .. } => {
                format!("{MOST_ROLES} are allowed, those of stepwell.toml included ({place})")
            }
            Self::Duration { place, .. } => format!("STS takes 15m to 1h ({place})"),
            Self::Relative { place, .. } => format!("runs start in any directory ({place})"),
            Self::Empty { place, .. } => format!("that is what {place} says"),
            Self::SystemOnly { place, .. } => format!("it decides what every project may do ({place})"),
            Self::DefaultChain { from: Level::Default } => {
                "no level names credentials, and stepwell.toml says allow_default_chain = false".to_owned()
            }
            Self::DefaultChain { from } => {
                format!("{from} names it, and stepwell.toml says allow_default_chain = false")
            }
            Self::OtherProvider { from } => {
                format!("{from} names one, and stepwell.toml says allow_other_providers = false")
            }
            Self::ForeignKey { path, place } => match path.project() {
                Some(project) => format!("keys/project/{project}/ is for the project `{project}` alone ({place})"),
                None => format!("keys/system/ is for stepwell.toml alone ({place})"),
            },
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Contradiction { key, .. } => format!("remove `{key}`, or choose the provider that it belongs to"),
            Self::HalfSet { given, missing, .. } => format!("add `{missing}`, or remove `{given}`"),
            Self::NoProvider { meant: Some(provider), .. } => format!("add provider = \"{}\"", provider.as_str()),
            Self::NoProvider { meant: None, .. } => "add provider = \"ec2\", or another one".to_owned(),
            Self::WithoutRole { key, .. } => format!("remove `{key}`, or add [[aws.credentials.assume_role]]"),
            Self::TooManyRoles { .. } => "trust the host in the last role directly".to_owned(),
            Self::Duration { .. } => "write duration = \"1h\" or less; sessions are renewed while a run goes on".to_owned(),
            Self::Relative { key, .. } => format!("write `{key}` from the root: \"/…\""),
            Self::Empty { key, .. } => format!("give `{key}` a value, or remove it"),
            Self::SystemOnly { key, .. } => format!("remove `{key}` here; ask whoever runs this host to set it there"),
            Self::DefaultChain { from: Level::Default } => {
                "name a provider in [aws.credentials] of the project or the job".to_owned()
            }
            Self::DefaultChain { .. } => "name another provider in its place".to_owned(),
            Self::OtherProvider { .. } => {
                "remove `provider`, and name a role that trusts this host in [[aws.credentials.assume_role]]".to_owned()
            }
            Self::ForeignKey { .. } => {
                "name a key below keys/project/ and the name of the job's own project, or one that all may use, such as keys/shared/x".to_owned()
            }
        }
    }
}
