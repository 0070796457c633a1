//! The settings files as they are written. What the fields say of themselves, editors show.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::AwsSettings;
use crate::file::{ByteSize, DurationText};
use crate::id::{Identifier, JobName, PluginName};
use crate::key_store::KeyStoreTable;

/// `[limits]`: what one call of a plugin may cost. A project can lower what the system says, and not raise it.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitSettings {
    /// Linear memory and tables (default 64MiB).
    #[schemars(with = "Option<ByteSize>")]
    pub(super) memory: Option<Spanned<ByteSize>>,
    /// Time that it computes; calls of AWS do not count (default 5s).
    #[schemars(with = "Option<DurationText>")]
    pub(super) cpu_time: Option<Spanned<DurationText>>,
    /// JSON of its outputs (default 1MiB).
    #[schemars(with = "Option<ByteSize>")]
    pub(super) outputs: Option<Spanned<ByteSize>>,
    /// What it keeps while it waits (default 64KiB).
    #[schemars(with = "Option<ByteSize>")]
    pub(super) checkpoint: Option<Spanned<ByteSize>>,
    /// How often it logs (default 10000).
    #[schemars(with = "Option<u64>")]
    pub(super) log_events: Option<Spanned<u64>>,
    /// Text that it logs (default 4MiB).
    #[schemars(with = "Option<ByteSize>")]
    pub(super) log_bytes: Option<Spanned<ByteSize>>,
    /// How often it calls the host (default 10000).
    #[schemars(with = "Option<u64>")]
    pub(super) host_calls: Option<Spanned<u64>>,
}

/// `[plugins]`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PluginSettings {
    /// Names that plugins of this level may take although another level has them too.
    #[serde(default, rename = "override")]
    pub(super) overrides: Vec<PluginName>,
}

/// What a plugin may call, in IAM's names and wildcards, such as `ec2:Describe*`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawGrant {
    /// What it may call.
    #[schemars(with = "Option<Vec<String>>")]
    pub(super) allow: Option<Vec<Spanned<String>>>,
    /// What it may not call, whatever else is said.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) deny: Vec<Spanned<String>>,
}

/// A directory that steps may reach.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawDirectory {
    /// Where it is: in `project.toml` below the project's directory; in `stepwell.toml` anywhere, and from `STEPWELL_HOME`
    /// when it is relative.
    #[schemars(with = "String", length(min = 1))]
    pub(super) path: Spanned<String>,
    /// Whether steps may make, replace and remove files in it.
    #[serde(default)]
    pub(super) write: bool,
}

/// What holds for every job of this host.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawSystem {
    /// Region and credentials of all that names none.
    #[serde(default)]
    pub(super) aws: AwsSettings,
    /// Which plugins hide others.
    #[serde(default)]
    pub(super) plugins: PluginSettings,
    /// What plugins may call, by plugin name, or `"*"` for all of them.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, RawGrant>")]
    pub(super) grants: BTreeMap<Spanned<String>, Spanned<RawGrant>>,
    /// What one call of a plugin may cost.
    #[serde(default)]
    pub(super) limits: LimitSettings,
    /// The directories that steps may reach, by the name that steps know them by.
    #[serde(default)]
    #[schemars(with = "BTreeMap<Identifier, RawDirectory>")]
    pub(super) directories: BTreeMap<Spanned<Identifier>, RawDirectory>,
    /// Where secrets lie.
    #[serde(default)]
    pub(super) keys: Vec<KeyStoreTable>,
}

/// What holds for the jobs of a project.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawProject {
    /// The project's name.
    pub(super) name: JobName,
    /// What it is for.
    #[serde(default)]
    pub(super) description: String,
    /// Region and credentials of its jobs.
    #[serde(default)]
    pub(super) aws: AwsSettings,
    /// Which plugins hide others.
    #[serde(default)]
    pub(super) plugins: PluginSettings,
    /// What plugins may call, by plugin name, or `"*"` for all of them.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, RawGrant>")]
    pub(super) grants: BTreeMap<Spanned<String>, Spanned<RawGrant>>,
    /// What one call of a plugin may cost.
    #[serde(default)]
    pub(super) limits: LimitSettings,
    /// The directories that steps may reach, by the name that steps know them by.
    #[serde(default)]
    #[schemars(with = "BTreeMap<Identifier, RawDirectory>")]
    pub(super) directories: BTreeMap<Spanned<Identifier>, RawDirectory>,
}
