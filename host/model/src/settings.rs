//! `stepwell.toml` and `project.toml`, and where a setting came from.

mod directory;
mod error;
mod level;
mod written;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::action::{self, ActionRow};
use crate::credentials::{CredentialSettings, CredentialTable, CredentialsError, may_name};
use crate::file::{self, ByteSize, DurationText};
use crate::grant::{ActionPattern, EVERY_PLUGIN, GrantEntry, GrantSection};
use crate::id::PluginName;
use crate::key_store::KeyStoreSettings;
use crate::limits::Limits;
use crate::source::{Located, Source};

pub use directory::{Directories, DirectoryEntry, DirectorySection, LentDirectory, directories};
pub use error::SettingsError;
pub use level::{Level, Setting};
pub use written::LimitSettings;
use written::RawGrant;
pub(crate) use written::{RawProject, RawSystem};

/// The keys of `[aws]` that only `stepwell.toml` may have.
pub(crate) const SYSTEM_ONLY: [&str; 3] = ["allow_default_chain", "allow_unverified_roles", "allow_other_providers"];

/// `[aws]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AwsSettings {
    /// The region that calls go to.
    pub region: Option<RegionName>,
    /// Whose credentials calls are signed with.
    #[schemars(with = "Option<CredentialTable>")]
    credentials: Option<Spanned<CredentialTable>>,
    /// Whether steps may use what the AWS SDK finds by itself. Only `stepwell.toml` can say it.
    #[schemars(with = "Option<bool>")]
    allow_default_chain: Option<Spanned<bool>>,
    /// Whether runs may use roles that did not pass the confused-deputy verification. Only `stepwell.toml` can say it.
    #[schemars(with = "Option<bool>")]
    allow_unverified_roles: Option<Spanned<bool>>,
    /// Whether projects, jobs and steps may name a provider, and not only roles for the host's own identity to assume.
    /// Only `stepwell.toml` can say it.
    #[schemars(with = "Option<bool>")]
    allow_other_providers: Option<Spanned<bool>>,
}

impl AwsSettings {
    /// What `[aws.credentials]` means; none when this level says nothing of it.
    ///
    /// # Errors
    /// When the keys do not make one set, or only another level may say them.
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

    /// Whether this level may name the secret that it names.
    ///
    /// # Errors
    /// When the secret is another project's.
    pub fn check_key(&self, level: Level, project: Option<&str>, source: &Source) -> Result<(), CredentialsError> {
        match self.credentials.as_ref().and_then(|table| table.get_ref().key()) {
            Some(key) => may_name(key.get_ref(), project, level, source.place(&key.span())),
            None => Ok(()),
        }
    }

    /// Whether steps may use what the AWS SDK finds by itself.
    pub fn allows_default_chain(&self) -> bool {
        self.allow_default_chain.as_ref().is_none_or(|allow| *allow.get_ref())
    }

    /// Whether projects, jobs and steps may name a provider, and not only roles for the host's own identity to assume.
    pub fn allows_other_providers(&self) -> bool {
        self.allow_other_providers.as_ref().is_none_or(|allow| *allow.get_ref())
    }

    /// Whether runs may use roles that did not pass the confused-deputy verification.
    pub fn allows_unverified_roles(&self) -> bool {
        self.allow_unverified_roles.as_ref().is_some_and(|allow| *allow.get_ref())
    }
}

/// A region such as `eu-central-1`. Which ones exist, AWS knows; what cannot be part of a host name is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct RegionName(String);

impl RegionName {
    /// The region as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RegionName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let valid = (3..=32).contains(&text.len())
            && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
            && !text.starts_with('-');
        if valid { Ok(Self(text)) } else { Err(format!("`{text}` is no AWS region such as `eu-central-1`")) }
    }
}

/// What the sections that both files share say.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The file.
    pub source: Source,
    /// `[aws]`.
    pub aws: AwsSettings,
    /// `[plugins] override`: names that plugins of this level may take although another level has them too.
    pub overrides: Vec<PluginName>,
    /// `[grants]`.
    pub grants: GrantSection,
    /// `[limits]`.
    pub limits: LimitSettings,
    /// `[directories]`.
    pub directories: DirectorySection,
}

/// `stepwell.toml`.
#[derive(Debug, Clone)]
pub struct System {
    /// `[[keys]]`, with the encrypted file for what no entry takes.
    pub key_stores: Vec<KeyStoreSettings>,
    /// The shared sections.
    pub settings: Settings,
}

impl Default for System {
    fn default() -> Self {
        Self { key_stores: vec![KeyStoreSettings::default()], settings: Settings::default() }
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
        let directories = directory::section(&source, Level::System, raw.directories)?;
        let (aws, overrides, limits) = (raw.aws, raw.plugins.overrides, raw.limits);
        let settings = Settings { aws, overrides, grants, limits, directories, source };
        Ok(Self { key_stores, settings })
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
        let directories = directory::section(&source, Level::Project, raw.directories)?;
        let (aws, overrides, limits) = (raw.aws, raw.plugins.overrides, raw.limits);
        let settings = Settings { aws, overrides, grants, limits, directories, source };
        Ok(Self { name: raw.name.into(), description: raw.description, settings })
    }
}

fn grants(source: &Source, raw: BTreeMap<Spanned<String>, Spanned<RawGrant>>) -> Result<GrantSection, SettingsError> {
    let mut section = GrantSection::default();
    for (name, entry) in raw {
        let place = source.place(&name.span());
        let name = name.into_inner();
        if name != EVERY_PLUGIN && name.parse::<PluginName>().is_err() {
            return Err(SettingsError::PluginName { name, place });
        }
        let RawGrant { allow, deny } = entry.into_inner();
        let patterns = |list: Vec<_>| list.into_iter().map(|action| pattern(source, action)).collect::<Result<_, _>>();
        let (allow, deny) = (allow.map(patterns).transpose()?, patterns(deny)?);
        section.0.insert(name, GrantEntry { allow, deny, place });
    }
    Ok(section)
}

fn pattern(source: &Source, action: Spanned<String>) -> Result<Located<ActionPattern>, SettingsError> {
    let place = source.place(&action.span());
    let pattern = ActionPattern::new(action.get_ref());
    if action::rows().flat_map(ActionRow::actions).any(|(action, _)| pattern.matches(action)) {
        Ok(Located { value: pattern, place })
    } else {
        Err(SettingsError::UnknownAction { action: action.into_inner(), place })
    }
}

/// The limits that both files amount to.
///
/// # Errors
/// When the project wants more than the system gives.
pub fn limits(system: &Settings, project: Option<&Settings>) -> Result<Limits, SettingsError> {
    let mut limits = Limits::default();
    for (_, limit, value) in entries(&mut limits, &system.limits) {
        if let Some(value) = value {
            *limit = value.into_inner();
        }
    }
    let Some(project) = project else { return Ok(limits) };
    for (key, limit, value) in entries(&mut limits, &project.limits) {
        let Some(value) = value else { continue };
        if *value.get_ref() > *limit {
            let place = project.source.place(&value.span());
            return Err(SettingsError::LimitAboveSystem { key, system: *limit, place });
        }
        *limit = value.into_inner();
    }
    Ok(limits)
}

type LimitEntry<'a> = (&'static str, &'a mut u64, Option<Spanned<u64>>);

fn entries<'a>(limits: &'a mut Limits, settings: &LimitSettings) -> [LimitEntry<'a>; 7] {
    let size =
        |value: &Option<Spanned<ByteSize>>| Some(Spanned::new(value.as_ref()?.span(), value.as_ref()?.get_ref().0));
    let millis = |value: &Option<Spanned<DurationText>>| {
        let value = value.as_ref()?;
        Some(Spanned::new(value.span(), u64::try_from(value.get_ref().0.as_millis()).unwrap_or(u64::MAX).max(1)))
    };
    [
        ("memory", &mut limits.memory, size(&settings.memory)),
        ("cpu_time", &mut limits.cpu_ms, millis(&settings.cpu_time)),
        ("outputs", &mut limits.outputs, size(&settings.outputs)),
        ("checkpoint", &mut limits.checkpoint, size(&settings.checkpoint)),
        ("log_events", &mut limits.log_events, settings.log_events.clone()),
        ("log_bytes", &mut limits.log_bytes, size(&settings.log_bytes)),
        ("host_calls", &mut limits.host_calls, settings.host_calls.clone()),
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
        for wrong in [
            "[aws]\nregion = \"evil.example/\"",
            "[grants.\"../x\"]\nallow = [\"ec2:StartInstances\"]",
            "[grants.x]\nallow = [\"ec2:StratInstances\"]",
            "[grants.x]\nalow = []",
            "[limits]\nmemory = \"lots\"",
            "[plugins]\nfolder = \"x\"",
            "[credentials]",
        ] {
            assert!(system(wrong).is_err(), "{wrong}");
            assert!(project(wrong).is_err(), "{wrong}");
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
