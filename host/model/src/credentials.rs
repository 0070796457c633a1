//! `[aws.credentials]`: whose credentials the calls of a step are signed with. No secret is in here: files name where
//! a secret lies, and `stepwell-aws` fetches it.

mod error;
mod table;

use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::{AccessKeyId, ExternalId, KeyPath, RoleArn};
use crate::settings::Level;
use crate::source::Place;

pub use error::CredentialsError;
pub use table::CredentialTable;

/// Roles that one step may go through. More hops are slower at every refresh, and no organisation needs them.
pub const MOST_ROLES: usize = 4;

/// `DurationSeconds` of `sts:AssumeRole`: what STS allows a chained session at most.
pub const LONGEST_SESSION: Duration = Duration::from_secs(3_600);

/// `provider`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// The role of the EC2 instance, from its metadata service (IMDSv2).
    Ec2,
    /// The role of the ECS task or of the EKS pod, from its credential endpoint.
    Ecs,
    /// `sts:AssumeRoleWithWebIdentity` with the token in a file.
    WebIdentity,
    /// A profile of the AWS configuration files, single sign-on included.
    Profile,
    /// An access key whose secret lies in key storage.
    KeyStorage,
    /// Whatever the AWS SDK finds first.
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

/// What `[aws.credentials]` of one level means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialSettings {
    /// Where the chain of roles starts.
    pub base: Base,
    /// The roles that are assumed one after the other.
    pub roles: Vec<AssumeRole>,
    /// Whether sessions carry the tags `run`, `job` and `project`, which a trust policy must allow
    /// (`sts:TagSession`).
    pub session_tags: bool,
    /// Whether each step's session is narrowed to the actions of its plugin. A role whose own policy leans on
    /// resource policies that name the role session, or one that nears the packed size of a session policy, may need
    /// it off.
    pub narrow_sessions: bool,
    /// Where the table starts.
    pub place: Place,
}

/// Whose credentials these are before any role is assumed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "provider", rename_all = "snake_case")]
pub enum Base {
    /// The host's own identity: what `stepwell.toml` names, or the default chain. Never in a [`StepCredentials`].
    Host,
    /// [`Provider::Ec2`].
    Ec2,
    /// [`Provider::Ecs`].
    Ecs,
    /// [`Provider::WebIdentity`].
    WebIdentity {
        /// The role and the file of its token; none takes them from `AWS_ROLE_ARN` and `AWS_WEB_IDENTITY_TOKEN_FILE`.
        token: Option<WebIdentityToken>,
    },
    /// [`Provider::Profile`].
    Profile {
        /// The profile; none is `AWS_PROFILE` or `default`.
        profile: Option<String>,
    },
    /// [`Provider::KeyStorage`].
    KeyStorage {
        /// The public half.
        access_key_id: AccessKeyId,
        /// Where the secret half lies.
        secret_key_path: KeyPath,
    },
    /// [`Provider::DefaultChain`].
    DefaultChain,
}

impl Base {
    /// The provider; the host's own identity has none of its own.
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

/// What `sts:AssumeRoleWithWebIdentity` is called with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WebIdentityToken {
    /// The role.
    pub role_arn: RoleArn,
    /// The file that holds the token. It is read at every refresh, because whoever issues the token replaces it.
    pub token_file: PathBuf,
}

/// A role to assume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AssumeRole {
    /// The role.
    pub role_arn: RoleArn,
    /// What its trust policy asks for.
    pub external_id: ExternalIdUse,
    /// How long a session lasts.
    #[serde(serialize_with = "as_seconds", rename = "duration_seconds")]
    pub duration: Duration,
    /// The level that names it.
    pub from: Level,
    /// Where it is named.
    #[serde(skip)]
    pub place: Place,
}

fn as_seconds<S: serde::Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(duration.as_secs())
}

/// The external id of one hop. It is never the one of another hop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ExternalIdUse {
    /// The one that was generated for the project, or for the system when the role is named there or there is no
    /// project. What `stepwell credentials trust` shows.
    Generated,
    /// One that somebody else chose. It is no secret to AWS, and is shown to nobody all the same.
    #[serde(serialize_with = "without_value")]
    Given(ExternalId),
    /// None: whoever can make the host name the role can use it.
    None,
}

fn without_value<S: serde::Serializer>(_: &ExternalId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_unit()
}

/// Whose credentials one step uses: every level resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepCredentials {
    /// The level that named them. [`Level::Default`] when none did.
    pub from: Level,
    /// Where the chain starts. Never [`Base::Host`].
    #[serde(flatten)]
    pub base: Base,
    /// The level that named the base; another one than `from` where a level builds on the host's own identity.
    pub base_from: Level,
    /// The roles that are assumed one after the other; at most [`MOST_ROLES`].
    pub assume_role: Vec<AssumeRole>,
    /// See [`CredentialSettings::session_tags`].
    pub session_tags: bool,
    /// See [`CredentialSettings::narrow_sessions`].
    pub narrow_sessions: bool,
}

impl StepCredentials {
    /// The host's own identity: what `stepwell.toml` names, or the default chain.
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

    /// What a level names, on top of the host's own identity where it names no provider.
    ///
    /// # Errors
    /// When that makes too many roles.
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

/// Whether a file may name a key: keys below `keys/project/NAME/` are that project's, those below `keys/system/` are
/// for `stepwell.toml`, and all others are for every job of this host.
///
/// # Errors
/// When it may not.
pub fn may_name(path: &KeyPath, project: Option<&str>, level: Level, place: Place) -> Result<(), CredentialsError> {
    let foreign = match path.project() {
        _ if level == Level::System => false,
        Some(owner) => project != Some(owner),
        None => path.is_for_system(),
    };
    if foreign { Err(CredentialsError::ForeignKey { path: path.clone(), place }) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
