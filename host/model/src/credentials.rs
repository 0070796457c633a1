//! `[aws.credentials]`: the credentials that sign the calls of a step.
//!
//! These types hold no secret. A file names the path of a secret in key storage, and `stepwell-aws` fetches it.

mod table;

use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::NextAction;
use crate::file::show_duration;
use crate::id::{AccessKeyId, ExternalId, KeyPath, RoleArn};
use crate::settings::Level;
use crate::source::Place;

pub use table::CredentialTable;

/// Most roles that a step may assume one after the other. Each hop makes every refresh slower, and no organisation needs
/// more.
pub const MOST_ROLES: usize = 4;

/// The longest session: STS allows no more `DurationSeconds` in `sts:AssumeRole` for a chained session.
pub const LONGEST_SESSION: Duration = Duration::from_secs(3_600);

/// `provider`: the source of credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// The role of the EC2 instance, from its metadata service (IMDSv2).
    Ec2,
    /// The role of the ECS task or of the EKS pod, from its credential endpoint.
    Ecs,
    /// `sts:AssumeRoleWithWebIdentity` with the token in a file.
    WebIdentity,
    /// A profile of the AWS configuration files, including single sign-on.
    Profile,
    /// An access key whose secret is in key storage.
    KeyStorage,
    /// The first source that the AWS SDK finds.
    DefaultChain,
}

impl Provider {
    /// The name as files write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ec2 => "ec2",
            Self::Ecs => "ecs",
            Self::WebIdentity => "web_identity",
            Self::Profile => "profile",
            Self::KeyStorage => "key_storage",
            Self::DefaultChain => "default_chain",
        }
    }
}

/// The `[aws.credentials]` of one level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialSettings {
    /// The credentials that assume the first role.
    pub base: Base,
    /// The roles, assumed one after the other.
    pub roles: Vec<AssumeRole>,
    /// Whether sessions carry the tags `run`, `job` and `project`, which a trust policy must allow
    /// (`sts:TagSession`).
    pub session_tags: bool,
    /// Whether each step's session is narrowed to the actions of its plugin. Turn it off for a role that depends on
    /// resource policies that name the role session, or for a policy close to the packed size limit of a session policy.
    pub narrow_sessions: bool,
    /// The place of the table.
    pub place: Place,
}

/// The credentials before any role is assumed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "provider", rename_all = "snake_case")]
pub enum Base {
    /// The host's own identity: the one that `stepwell.toml` names, or the default chain. Never in a [`StepCredentials`].
    Host,
    /// [`Provider::Ec2`].
    Ec2,
    /// [`Provider::Ecs`].
    Ecs,
    /// [`Provider::WebIdentity`].
    WebIdentity {
        /// The role and the file of its token. None: `AWS_ROLE_ARN` and `AWS_WEB_IDENTITY_TOKEN_FILE` have them.
        token: Option<WebIdentityToken>,
    },
    /// [`Provider::Profile`].
    Profile {
        /// The profile. None: `AWS_PROFILE`, or `default`.
        profile: Option<String>,
    },
    /// [`Provider::KeyStorage`].
    KeyStorage {
        /// The id of the access key.
        access_key_id: AccessKeyId,
        /// The path of the secret access key.
        secret_key_path: KeyPath,
    },
    /// [`Provider::DefaultChain`].
    DefaultChain,
}

impl Base {
    /// The provider. None for the host's own identity.
    pub fn provider(&self) -> Option<Provider> {
        match self {
            Self::Host => None,
            Self::Ec2 => Some(Provider::Ec2),
            Self::Ecs => Some(Provider::Ecs),
            Self::WebIdentity { .. } => Some(Provider::WebIdentity),
            Self::Profile { .. } => Some(Provider::Profile),
            Self::KeyStorage { .. } => Some(Provider::KeyStorage),
            Self::DefaultChain => Some(Provider::DefaultChain),
        }
    }
}

/// The arguments of `sts:AssumeRoleWithWebIdentity`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WebIdentityToken {
    /// The role.
    pub role_arn: RoleArn,
    /// The file of the token. The host reads it at every refresh, because its issuer replaces it.
    pub token_file: PathBuf,
}

/// A role to assume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AssumeRole {
    /// The role.
    pub role_arn: RoleArn,
    /// The external id for its trust policy.
    pub external_id: ExternalIdUse,
    /// The duration of a session.
    #[serde(serialize_with = "as_seconds", rename = "duration_seconds")]
    pub duration: Duration,
    /// The level that names the role.
    pub from: Level,
    /// The place that names it.
    #[serde(skip)]
    pub place: Place,
}

fn as_seconds<S: serde::Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(duration.as_secs())
}

/// The external id of one hop. Each hop has its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ExternalIdUse {
    /// The generated one of the project; that of the system when `stepwell.toml` names the role or when there is no
    /// project. `stepwell credentials trust` shows it.
    Generated,
    /// One from a third party. AWS does not treat it as a secret, but the host never shows it.
    #[serde(serialize_with = "without_value")]
    Given(ExternalId),
    /// None. Anyone who can make the host name the role can use it.
    None,
}

fn without_value<S: serde::Serializer>(_: &ExternalId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_unit()
}

/// The credentials of one step, with every level resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepCredentials {
    /// The level that names them. [`Level::Default`] when none does.
    pub from: Level,
    /// The credentials that assume the first role. Never [`Base::Host`].
    #[serde(flatten)]
    pub base: Base,
    /// The level that names the base. It differs from `from` where a level builds on the host's own identity.
    pub base_from: Level,
    /// The roles, assumed one after the other; at most [`MOST_ROLES`].
    pub assume_role: Vec<AssumeRole>,
    /// See [`CredentialSettings::session_tags`].
    pub session_tags: bool,
    /// See [`CredentialSettings::narrow_sessions`].
    pub narrow_sessions: bool,
}

impl StepCredentials {
    /// The host's own identity: the one that `stepwell.toml` names, or the default chain.
    pub fn host(system: Option<CredentialSettings>) -> Self {
        match system {
            Some(own) => Self {
                from: Level::System,
                base: if own.base == Base::Host { Base::DefaultChain } else { own.base },
                base_from: Level::System,
                assume_role: own.roles,
                session_tags: own.session_tags,
                narrow_sessions: own.narrow_sessions,
            },
            None => Self {
                from: Level::Default,
                base: Base::DefaultChain,
                base_from: Level::Default,
                assume_role: Vec::new(),
                session_tags: false,
                narrow_sessions: true,
            },
        }
    }

    /// The credentials of a level. A level without a provider adds its roles to the host's own identity.
    ///
    /// # Errors
    /// When the chain has too many roles.
    pub fn of_level(
        from: Level,
        named: CredentialSettings,
        system: Option<CredentialSettings>,
    ) -> Result<Self, CredentialsError> {
        let place = named.place.clone();
        let (base, base_from, mut assume_role) = match named.base {
            Base::Host => {
                let host = Self::host(system);
                (host.base, host.base_from, host.assume_role)
            }
            own => (own, from, Vec::new()),
        };
        assume_role.extend(named.roles);
        if assume_role.len() > MOST_ROLES {
            return Err(CredentialsError::TooManyRoles { count: assume_role.len(), place });
        }
        let CredentialSettings { session_tags, narrow_sessions, .. } = named;
        Ok(Self { from, base, base_from, assume_role, session_tags, narrow_sessions })
    }
}

/// Checks that a file may name a key: keys below `keys/project/NAME/` belong to that project, keys below `keys/system/`
/// belong to `stepwell.toml`, and every job of this host may name all others.
///
/// # Errors
/// When the file may not name the key.
pub fn may_name(path: &KeyPath, project: Option<&str>, level: Level, place: Place) -> Result<(), CredentialsError> {
    let foreign = match path.project() {
        _ if level == Level::System => false,
        Some(owner) => project != Some(owner),
        None => path.is_for_system(),
    };
    if foreign { Err(CredentialsError::ForeignKey { path: path.clone(), place }) } else { Ok(()) }
}

/// Why a table of credentials is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    /// The provider does not take the key.
    #[error("`{key}` is not a key of provider `{}`", provider.as_str())]
    Contradiction {
        /// The key.
        key: &'static str,
        /// The provider.
        provider: Provider,
        /// The place of the key.
        place: Place,
    },
    /// A key needs another one that is missing.
    #[error("`{given}` needs `{missing}`")]
    HalfSet {
        /// The key that is there.
        given: &'static str,
        /// The key that is missing.
        missing: &'static str,
        /// The place of the key, or of the table.
        place: Place,
    },
    /// The table has neither a provider nor roles.
    #[error("[aws.credentials] names no provider")]
    NoProvider {
        /// The provider that takes the keys of the table.
        meant: Option<Provider>,
        /// The place of the table.
        place: Place,
    },
    /// A key needs a role to assume, and the table has none.
    #[error("`{key}` has no effect without a role to assume")]
    WithoutRole {
        /// The key.
        key: &'static str,
        /// The place of the key.
        place: Place,
    },
    /// The chain has more than [`MOST_ROLES`] roles.
    #[error("the chain has {count} roles")]
    TooManyRoles {
        /// The number of roles.
        count: usize,
        /// The place of the table.
        place: Place,
    },
    /// STS refuses the duration.
    #[error("a session cannot last {}", show_duration(*duration))]
    Duration {
        /// The duration.
        duration: Duration,
        /// The place of the duration, or of the role.
        place: Place,
    },
    /// A path is relative.
    #[error("`{key}` is not an absolute path")]
    Relative {
        /// The key.
        key: &'static str,
        /// The place of the key.
        place: Place,
    },
    /// A text is empty.
    #[error("`{key}` is empty")]
    Empty {
        /// The key.
        key: &'static str,
        /// The place of the key.
        place: Place,
    },
    /// Only `stepwell.toml` may have the key.
    #[error("only stepwell.toml can have `{key}`")]
    SystemOnly {
        /// The key.
        key: &'static str,
        /// The place of the key.
        place: Place,
    },
    /// `stepwell.toml` forbids the default chain.
    #[error("the default chain of AWS credentials is not allowed")]
    DefaultChain {
        /// The level that names it.
        from: Level,
    },
    /// `stepwell.toml` forbids other levels to name a provider.
    #[error("only stepwell.toml may name a provider of AWS credentials")]
    OtherProvider {
        /// The level that names one.
        from: Level,
    },
    /// The key belongs to another project, or to `stepwell.toml`.
    #[error("this job may not use the key `{path}`")]
    ForeignKey {
        /// The path of the key.
        path: KeyPath,
        /// The place that names it.
        place: Place,
    },
}

impl CredentialsError {
    /// Whether the file is valid, but a rule of this host forbids what it asks for.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::DefaultChain { .. } | Self::OtherProvider { .. } | Self::ForeignKey { .. })
    }
}

impl NextAction for CredentialsError {
    fn because(&self) -> String {
        match self {
            Self::Contradiction { place, .. } => format!("a provider takes only its own keys ({place})"),
            Self::HalfSet { place, .. } => {
                format!("one level has to name the whole set of credentials; no other level completes it ({place})")
            }
            Self::NoProvider { place, .. } => {
                format!(
                    "a table without `provider` needs [[aws.credentials.assume_role]], a role that the host's own identity assumes ({place})"
                )
            }
            Self::WithoutRole { place, .. } => format!("there is no [[aws.credentials.assume_role]] ({place})"),
            Self::TooManyRoles { place, .. } => {
                format!("at most {MOST_ROLES} are allowed, including those of stepwell.toml ({place})")
            }
            Self::Duration { place, .. } => format!("STS allows 15m to 1h ({place})"),
            Self::Relative { place, .. } => format!("a run may start in any directory ({place})"),
            Self::Empty { place, .. } => format!("the mistake is at {place}"),
            Self::SystemOnly { place, .. } => format!("the key decides what every project may do ({place})"),
            Self::DefaultChain { from: Level::Default } => {
                "no level names credentials, and stepwell.toml has allow_default_chain = false".to_owned()
            }
            Self::DefaultChain { from } => {
                format!("{from} names it, and stepwell.toml has allow_default_chain = false")
            }
            Self::OtherProvider { from } => {
                format!("{from} names one, and stepwell.toml has allow_other_providers = false")
            }
            Self::ForeignKey { path, place } => match path.project() {
                Some(project) => {
                    format!("keys below keys/project/{project}/ belong to the project `{project}` ({place})")
                }
                None => format!("keys below keys/system/ belong to stepwell.toml ({place})"),
            },
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Contradiction { key, .. } => format!("remove `{key}`, or choose the provider that takes it"),
            Self::HalfSet { given, missing, .. } => format!("add `{missing}`, or remove `{given}`"),
            Self::NoProvider { meant: Some(provider), .. } => format!("add provider = \"{}\"", provider.as_str()),
            Self::NoProvider { meant: None, .. } => "add provider = \"ec2\", or another provider".to_owned(),
            Self::WithoutRole { key, .. } => format!("remove `{key}`, or add [[aws.credentials.assume_role]]"),
            Self::TooManyRoles { .. } => "let the last role trust the host directly".to_owned(),
            Self::Duration { .. } => {
                "write duration = \"1h\" or less; the host renews sessions during a run".to_owned()
            }
            Self::Relative { key, .. } => format!("write `{key}` as an absolute path: \"/…\""),
            Self::Empty { key, .. } => format!("give `{key}` a value, or remove it"),
            Self::SystemOnly { key, .. } => {
                format!("remove `{key}`; ask the administrator of this host to set it in stepwell.toml")
            }
            Self::DefaultChain { from: Level::Default } => {
                "name a provider in [aws.credentials] of the project or the job".to_owned()
            }
            Self::DefaultChain { .. } => "name another provider".to_owned(),
            Self::OtherProvider { .. } => {
                "remove `provider`, and name a role that trusts this host in [[aws.credentials.assume_role]]".to_owned()
            }
            Self::ForeignKey { .. } => {
                "use a key of the job's own project, below keys/project/NAME/, or a shared one, such as keys/shared/x"
                    .to_owned()
            }
        }
    }
}

#[cfg(test)]
mod tests;
