//! `stepwell.toml` and `project.toml`. Editors show the doc comments of the fields that these files have.

mod directory;
mod error;
mod http;
mod level;
mod secrets;
mod shown;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use crate::action;
use crate::credentials::{CredentialSettings, CredentialTable, CredentialsError, may_name};
use crate::file::{self, ByteSize, DurationText};
use crate::grant::{ActionPattern, EVERY_PLUGIN, GrantEntry, GrantSection};
use crate::id::{Identifier, JobName, KeyPattern, PluginName, RegionName};
use crate::key_store::{KeyStoreSettings, KeyStoreTable};
use crate::limits::Limits;
use crate::source::{Located, Place, Source};

pub use directory::{Directories, DirectoryEntry, DirectorySection, LentDirectory};
use directory::{RawDirectory, directory_section, lend};
pub use error::SettingsError;
pub use http::HttpSettings;
use http::{RawHttp, denied_requests, http_settings, idempotency_headers, requests};
pub use level::{Level, Setting};
use secrets::{RawSecret, secret_section};
pub use secrets::{SecretEntry, SecretSection};
pub use shown::{ShownSetting, shown};

/// The keys of `[aws]` that only `stepwell.toml` can have.
pub(crate) const SYSTEM_ONLY: [&str; 3] = ["allow_default_chain", "allow_unverified_roles", "allow_other_providers"];

/// `[aws]`. The region is a [`RegionName`] in the settings files, and a [`Region`](crate::region::Region) in job files,
/// whose expressions have names to read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AwsSettings")]
pub struct AwsSettings<R> {
    /// The region of the calls.
    pub region: Option<R>,
    /// The credentials that sign the calls.
    #[schemars(with = "Option<CredentialTable>")]
    credentials: Option<Spanned<CredentialTable>>,
    /// Whether steps may use the credentials that the AWS SDK finds by itself. Only `stepwell.toml` can have this key.
    #[schemars(with = "Option<bool>")]
    allow_default_chain: Option<Spanned<bool>>,
    /// Whether runs may use roles that did not pass the confused-deputy verification. Only `stepwell.toml` can have this
    /// key.
    #[schemars(with = "Option<bool>")]
    allow_unverified_roles: Option<Spanned<bool>>,
    /// Whether projects, jobs and steps may name a provider, and not only roles that the host's own identity assumes.
    /// Only `stepwell.toml` can have this key.
    #[schemars(with = "Option<bool>")]
    allow_other_providers: Option<Spanned<bool>>,
}

impl<R> Default for AwsSettings<R> {
    fn default() -> Self {
        Self {
            region: None,
            credentials: None,
            allow_default_chain: None,
            allow_unverified_roles: None,
            allow_other_providers: None,
        }
    }
}

impl<R> AwsSettings<R> {
    /// The settings of `[aws.credentials]`. None when this level has no such table.
    ///
    /// # Errors
    /// When the keys contradict each other or are incomplete, or when only another level can have them.
    pub fn credentials(&self, level: Level, source: &Source) -> Result<Option<CredentialSettings>, CredentialsError> {
        let switches = [&self.allow_default_chain, &self.allow_unverified_roles, &self.allow_other_providers];
        if let Some((key, Some(switch))) =
            SYSTEM_ONLY.into_iter().zip(switches).find(|(_, switch)| level != Level::System && switch.is_some())
        {
            return Err(CredentialsError::SystemOnly { key, place: source.place(&switch.span()) });
        }
        let Some(table) = &self.credentials else { return Ok(None) };
        table.get_ref().read(level, source.place(&table.span()), source).map(Some)
    }

    /// Checks that this level may use the key in key storage that it names.
    ///
    /// # Errors
    /// When the key belongs to another project.
    pub fn check_key(&self, level: Level, project: Option<&str>, source: &Source) -> Result<(), CredentialsError> {
        match self.credentials.as_ref().and_then(|table| table.get_ref().key()) {
            Some(key) => may_name(key.get_ref(), project, level, source.place(&key.span())),
            None => Ok(()),
        }
    }

    /// Whether steps may use the credentials that the AWS SDK finds by itself.
    pub fn allows_default_chain(&self) -> bool {
        self.allow_default_chain.as_ref().is_none_or(|allow| *allow.get_ref())
    }

    /// Whether projects, jobs and steps may name a provider, and not only roles that the host's own identity assumes.
    pub fn allows_other_providers(&self) -> bool {
        self.allow_other_providers.as_ref().is_none_or(|allow| *allow.get_ref())
    }

    /// Whether runs may use roles that did not pass the confused-deputy verification.
    pub fn allows_unverified_roles(&self) -> bool {
        self.allow_unverified_roles.as_ref().is_some_and(|allow| *allow.get_ref())
    }
}

/// `[limits]`: the limits of a plugin. `memory` and `cpu_time` bound each call of it; the others bound a whole attempt
/// at its step, over all waits. What it does to stop has the same limits once more. A project can only lower the limits
/// of the system.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitSettings {
    /// Size of its linear memory and tables (default 64MiB).
    #[schemars(with = "Option<ByteSize>")]
    memory: Option<Spanned<ByteSize>>,
    /// Time that it computes or sleeps in one call, without the time of calls to AWS (default 5s).
    #[schemars(with = "Option<DurationText>")]
    cpu_time: Option<Spanned<DurationText>>,
    /// Size of its outputs as JSON (default 1MiB).
    #[schemars(with = "Option<ByteSize>")]
    outputs: Option<Spanned<ByteSize>>,
    /// Size of one checkpoint, which it keeps while it waits (default 64KiB).
    #[schemars(with = "Option<ByteSize>")]
    checkpoint: Option<Spanned<ByteSize>>,
    /// Size of all its checkpoints and wait messages together (default 64MiB).
    #[schemars(with = "Option<ByteSize>")]
    checkpoint_total: Option<Spanned<ByteSize>>,
    /// Number of its log lines (default 10000).
    #[schemars(with = "Option<u64>")]
    log_events: Option<Spanned<u64>>,
    /// Size of the text that it logs (default 4MiB).
    #[schemars(with = "Option<ByteSize>")]
    log_bytes: Option<Spanned<ByteSize>>,
    /// Number of its calls to the host and of its waits (default 100000).
    #[schemars(with = "Option<u64>")]
    host_calls: Option<Spanned<u64>>,
    /// Size of the body of an HTTP request (default 1MiB).
    #[schemars(with = "Option<ByteSize>")]
    http_request: Option<Spanned<ByteSize>>,
    /// Size of the body of the answer to an HTTP request, after decompression (default 8MiB).
    #[schemars(with = "Option<ByteSize>")]
    http_answer: Option<Spanned<ByteSize>>,
    /// Size of a file that is downloaded by HTTP (default 64MiB).
    #[schemars(with = "Option<ByteSize>")]
    http_download: Option<Spanned<ByteSize>>,
    /// Time of an HTTP request, with its redirects and retries (default 30s).
    #[schemars(with = "Option<DurationText>")]
    http_timeout: Option<Spanned<DurationText>>,
}

/// `[plugins]`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PluginSettings {
    /// The names of plugins of this level that may replace a plugin of another level.
    #[serde(default, rename = "override")]
    overrides: Vec<PluginName>,
}

/// The actions that a plugin may call, in IAM's names and wildcards, such as `ec2:Describe*`, and the HTTP requests that
/// it may send.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawGrant {
    /// The actions that it may call.
    #[schemars(with = "Option<Vec<String>>")]
    allow: Option<Vec<Spanned<String>>>,
    /// The actions that it may not call, even if another entry allows them.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    deny: Vec<Spanned<String>>,
    /// The HTTP requests that it may send: method, scheme, host and path, such as
    /// `POST https://api.pagerduty.com/incidents*`. `*` stands for any method, for a host or its first names, and at the
    /// end of a path.
    #[schemars(with = "Option<Vec<String>>")]
    http: Option<Vec<Spanned<String>>>,
    /// The HTTP requests that it may not send, even if another entry allows them; on every port, unless one is named.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    deny_http: Vec<Spanned<String>>,
    /// The header by which the servers at an address recognise a repeated request, such as
    /// `"https://api.example.com" = "Idempotency-Key"`. The host sends it with every `POST` and `PATCH`, and repeats
    /// such a request after a crash.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    idempotency_headers: BTreeMap<Spanned<String>, Spanned<String>>,
}

/// The settings of every job of this host.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawSystem {
    /// Region and credentials of jobs that name none.
    #[serde(default)]
    aws: AwsSettings<RegionName>,
    /// Which plugins hide others.
    #[serde(default)]
    plugins: PluginSettings,
    /// What plugins may call, by plugin name, or `"*"` for all of them.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, RawGrant>")]
    grants: BTreeMap<Spanned<String>, Spanned<RawGrant>>,
    /// What one call of a plugin may cost.
    #[serde(default)]
    limits: LimitSettings,
    /// The directories that steps may reach, by the name that steps know them by.
    #[serde(default)]
    #[schemars(with = "BTreeMap<Identifier, RawDirectory>")]
    directories: BTreeMap<Spanned<Identifier>, RawDirectory>,
    /// The way of plugins' HTTP requests to their servers.
    #[serde(default)]
    http: RawHttp,
    /// The stores of secrets.
    #[serde(default)]
    keys: Vec<KeyStoreTable>,
    /// Where secrets may go, by key, or by path with a `/` at its end.
    #[serde(default)]
    #[schemars(with = "BTreeMap<KeyPattern, RawSecret>")]
    secrets: BTreeMap<Spanned<KeyPattern>, RawSecret>,
}

/// The settings of the jobs of a project.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawProject {
    /// The project's name.
    name: JobName,
    /// The purpose of the project.
    #[serde(default)]
    description: String,
    /// Region and credentials of its jobs.
    #[serde(default)]
    aws: AwsSettings<RegionName>,
    /// Which plugins hide others.
    #[serde(default)]
    plugins: PluginSettings,
    /// What plugins may call, by plugin name, or `"*"` for all of them.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, RawGrant>")]
    grants: BTreeMap<Spanned<String>, Spanned<RawGrant>>,
    /// What one call of a plugin may cost.
    #[serde(default)]
    limits: LimitSettings,
    /// The directories that steps may reach, by the name that steps know them by.
    #[serde(default)]
    #[schemars(with = "BTreeMap<Identifier, RawDirectory>")]
    directories: BTreeMap<Spanned<Identifier>, RawDirectory>,
    /// Where secrets may go, by key, or by path with a `/` at its end. For keys that do not belong to the project, this
    /// only narrows what `stepwell.toml` says.
    #[serde(default)]
    #[schemars(with = "BTreeMap<KeyPattern, RawSecret>")]
    secrets: BTreeMap<Spanned<KeyPattern>, RawSecret>,
}

/// The sections that both files have.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The file.
    pub source: Source,
    /// `[aws]`.
    pub aws: AwsSettings<RegionName>,
    /// `[plugins] override`: the names of plugins of this level that may replace a plugin of another level.
    pub overrides: Vec<PluginName>,
    /// `[grants]`.
    pub grants: GrantSection,
    /// `[limits]`.
    pub limits: LimitSettings,
    /// `[directories]`.
    pub directories: DirectorySection,
    /// `[secrets]`.
    pub secrets: SecretSection,
}

/// `stepwell.toml`.
#[derive(Debug, Clone)]
pub struct System {
    /// `[[keys]]`, with the encrypted file for the keys that no entry covers.
    pub key_stores: Vec<KeyStoreSettings>,
    /// `[http]`.
    pub http: HttpSettings,
    /// The shared sections.
    pub settings: Settings,
}

impl Default for System {
    fn default() -> Self {
        Self {
            key_stores: vec![KeyStoreSettings::default()],
            http: HttpSettings::default(),
            settings: Settings::default(),
        }
    }
}

/// `project.toml`.
#[derive(Debug, Clone)]
pub struct Project {
    /// `name`.
    pub name: String,
    /// `description`.
    pub description: String,
    /// The shared sections.
    pub settings: Settings,
}

impl System {
    /// Reads `stepwell.toml`.
    ///
    /// # Errors
    /// With the place in the file.
    pub fn read(source: Source) -> Result<Self, SettingsError> {
        let raw: RawSystem = file::read(&source)?;
        raw.aws.credentials(Level::System, &source)?;
        let grants = grants(&source, raw.grants)?;
        let key_stores = KeyStoreSettings::read(&raw.keys, &source)?;
        let http = http_settings(&source, &raw.http)?;
        let directories = directory_section(&source, Level::System, raw.directories)?;
        let secrets = secret_section(&source, None, raw.secrets)?;
        let (aws, overrides, limits) = (raw.aws, raw.plugins.overrides, raw.limits);
        let settings = Settings { aws, overrides, grants, limits, directories, secrets, source };
        Ok(Self { key_stores, http, settings })
    }
}

impl Project {
    /// Reads `project.toml`.
    ///
    /// # Errors
    /// With the place in the file.
    pub fn read(source: Source) -> Result<Self, SettingsError> {
        let raw: RawProject = file::read(&source)?;
        raw.aws.credentials(Level::Project, &source)?;
        raw.aws.check_key(Level::Project, Some(raw.name.as_str()), &source)?;
        let grants = grants(&source, raw.grants)?;
        let directories = directory_section(&source, Level::Project, raw.directories)?;
        let secrets = secret_section(&source, Some(raw.name.as_str()), raw.secrets)?;
        let (aws, overrides, limits) = (raw.aws, raw.plugins.overrides, raw.limits);
        let settings = Settings { aws, overrides, grants, limits, directories, secrets, source };
        Ok(Self { name: raw.name.into(), description: raw.description, settings })
    }
}

/// A table of named entries, such as `[grants]`. `read` gets the name of an entry, its content and its place.
fn named_entries<K: Ord, R, E>(
    source: &Source,
    raw: BTreeMap<Spanned<K>, R>,
    read: impl Fn(&K, R, Place) -> Result<E, SettingsError>,
) -> Result<BTreeMap<K, E>, SettingsError> {
    let entry = |(name, content): (Spanned<K>, R)| {
        let (place, name) = (source.place(&name.span()), name.into_inner());
        let entry = read(&name, content, place)?;
        Ok((name, entry))
    };
    raw.into_iter().map(entry).collect()
}

fn grants(source: &Source, raw: BTreeMap<Spanned<String>, Spanned<RawGrant>>) -> Result<GrantSection, SettingsError> {
    let read = |name: &String, entry: Spanned<RawGrant>, place| {
        if name != EVERY_PLUGIN && name.parse::<PluginName>().is_err() {
            return Err(SettingsError::PluginName { name: name.clone(), place });
        }
        let RawGrant { allow, deny, http, deny_http, idempotency_headers: headers } = entry.into_inner();
        let patterns = |list: Vec<_>| list.into_iter().map(|action| pattern(source, action)).collect::<Result<_, _>>();
        Ok(GrantEntry {
            allow: allow.map(patterns).transpose()?,
            deny: patterns(deny)?,
            http: http.map(|list| requests(source, list)).transpose()?,
            deny_http: denied_requests(source, deny_http)?,
            idempotency_headers: idempotency_headers(source, headers)?,
            place,
        })
    };
    named_entries(source, raw, read).map(GrantSection)
}

fn pattern(source: &Source, action: Spanned<String>) -> Result<Located<ActionPattern>, SettingsError> {
    let place = source.place(&action.span());
    let pattern = ActionPattern::new(action.get_ref());
    if action::known::find(|action| pattern.matches(action)).is_some() {
        Ok(Located { value: pattern, place })
    } else {
        Err(SettingsError::UnknownAction { action: action.into_inner(), place })
    }
}

/// The limits of both files together.
///
/// # Errors
/// When the project raises a limit of the system.
pub fn limits(system: &Settings, project: Option<&Settings>) -> Result<Limits, SettingsError> {
    let mut limits = Limits::default();
    for LimitEntry { limit, value, .. } in entries(&mut limits, &system.limits) {
        if let Some(value) = value {
            *limit = value.into_inner();
        }
    }
    let Some(project) = project else { return Ok(limits) };
    for LimitEntry { key, limit, value } in entries(&mut limits, &project.limits) {
        let Some(value) = value else { continue };
        if *value.get_ref() > *limit {
            let place = project.source.place(&value.span());
            return Err(SettingsError::LimitAboveSystem { key, system: *limit, place });
        }
        *limit = value.into_inner();
    }
    Ok(limits)
}

/// The directories that both files lend.
///
/// # Errors
/// When both use the same name: a project cannot redefine a name of the system.
pub fn directories(system: &Settings, project: Option<&Settings>) -> Result<Directories, SettingsError> {
    lend(&system.directories, project.map(|project| &project.directories))
}

/// One key of `[limits]`, the limit that it sets, and its value in a file.
struct LimitEntry<'a> {
    key: &'static str,
    limit: &'a mut u64,
    value: Option<Spanned<u64>>,
}

fn entries<'a>(limits: &'a mut Limits, settings: &LimitSettings) -> [LimitEntry<'a>; 12] {
    let size =
        |value: &Option<Spanned<ByteSize>>| Some(Spanned::new(value.as_ref()?.span(), value.as_ref()?.get_ref().0));
    let millis = |value: &Option<Spanned<DurationText>>| {
        let value = value.as_ref()?;
        Some(Spanned::new(value.span(), u64::try_from(value.get_ref().0.as_millis()).unwrap_or(u64::MAX).max(1)))
    };
    [
        LimitEntry { key: "memory", limit: &mut limits.memory, value: size(&settings.memory) },
        LimitEntry { key: "cpu_time", limit: &mut limits.cpu_ms, value: millis(&settings.cpu_time) },
        LimitEntry { key: "outputs", limit: &mut limits.outputs, value: size(&settings.outputs) },
        LimitEntry { key: "checkpoint", limit: &mut limits.checkpoint, value: size(&settings.checkpoint) },
        LimitEntry {
            key: "checkpoint_total",
            limit: &mut limits.checkpoint_total,
            value: size(&settings.checkpoint_total),
        },
        LimitEntry { key: "log_events", limit: &mut limits.log_events, value: settings.log_events.clone() },
        LimitEntry { key: "log_bytes", limit: &mut limits.log_bytes, value: size(&settings.log_bytes) },
        LimitEntry { key: "host_calls", limit: &mut limits.host_calls, value: settings.host_calls.clone() },
        LimitEntry { key: "http_request", limit: &mut limits.http_request, value: size(&settings.http_request) },
        LimitEntry { key: "http_answer", limit: &mut limits.http_answer, value: size(&settings.http_answer) },
        LimitEntry { key: "http_download", limit: &mut limits.http_download, value: size(&settings.http_download) },
        LimitEntry { key: "http_timeout", limit: &mut limits.http_ms, value: millis(&settings.http_timeout) },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::NextAction as _;

    fn system(text: &str) -> Result<System, SettingsError> {
        System::read(Source::new("stepwell.toml", text))
    }

    fn project(text: &str) -> Result<Project, SettingsError> {
        Project::read(Source::new("project.toml", format!("name = \"web\"\n{text}")))
    }

    #[test]
    fn a_wrong_word_in_a_settings_file_is_an_error() {
        for (wrong, message) in [
            ("[aws]\nregion = \"evil.example/\"", "`evil.example/` is not a valid AWS region"),
            ("[grants.\"../x\"]\nallow = [\"ec2:StartInstances\"]", "`../x` is not a valid plugin name"),
            ("[grants.x]\nallow = [\"ec2:StratInstances\"]", "no plugin can call `ec2:StratInstances`"),
            ("[grants.x]\nalow = []", "unknown key `alow`"),
            ("[limits]\nmemory = \"lots\"", "a size is a number of bytes"),
            ("[plugins]\nfolder = \"x\"", "unknown key `folder`"),
            ("[credentials]", "unknown key `credentials`"),
        ] {
            for error in [system(wrong).expect_err(wrong), project(wrong).expect_err(wrong)] {
                assert!(error.to_string().starts_with(message), "{wrong}: {error}");
            }
        }
    }

    #[test]
    fn an_action_that_nothing_can_call_is_told_its_nearest_neighbour() {
        let error = system("[grants.x]\nallow = [\"ec2:StratInstances\"]").expect_err("no such action");
        assert_eq!(error.next(), "write `ec2:StartInstances`");
    }

    #[test]
    fn a_project_lowers_limits_and_cannot_raise_them() {
        let system = system("[limits]\nmemory = \"32MiB\"\ncpu_time = \"2s\"").expect("valid");
        let lower = project("[limits]\nmemory = \"16MiB\"\nhost_calls = 5").expect("valid");
        let limits_of = |project: &Project| limits(&system.settings, Some(&project.settings));
        let expected = Limits { memory: 16 << 20, cpu_ms: 2_000, host_calls: 5, ..Limits::default() };
        assert_eq!(limits_of(&lower), Ok(expected));
        let higher = project("[limits]\nmemory = \"64MiB\"").expect("valid");
        assert!(matches!(limits_of(&higher), Err(SettingsError::LimitAboveSystem { key: "memory", .. })));
    }
}
