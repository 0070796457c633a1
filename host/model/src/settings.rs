//! `stepwell.toml` and `project.toml`, and where a setting came from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::action::ACTIONS;
use crate::error::{NextAction, nearest};
use crate::file::{self, ByteSize, DurationText, FileError};
use crate::grant::{ActionPattern, EVERY_PLUGIN, GrantEntry, GrantSection};
use crate::id::{JobName, PluginName};
use crate::limits::Limits;
use crate::source::{Located, Place, Source};

/// The level that a setting came from; a later one wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Nobody said anything.
    Default,
    /// `stepwell.toml`.
    System,
    /// `project.toml`.
    Project,
    /// The job file.
    Job,
    /// The step in the job file.
    Step,
}

impl std::fmt::Display for Level {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Default => "default",
            Self::System => "stepwell.toml",
            Self::Project => "project.toml",
            Self::Job => "job",
            Self::Step => "step",
        })
    }
}

/// A setting and the level that decided it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Who said so.
    pub from: Level,
}

/// `[aws]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AwsSettings {
    /// The region that calls go to.
    pub region: Option<RegionName>,
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

/// `[limits]`; see [`Limits`] for what each means.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitSettings {
    memory: Option<Spanned<ByteSize>>,
    cpu_time: Option<Spanned<DurationText>>,
    outputs: Option<Spanned<ByteSize>>,
    checkpoint: Option<Spanned<ByteSize>>,
    log_events: Option<Spanned<u64>>,
    log_bytes: Option<Spanned<ByteSize>>,
    host_calls: Option<Spanned<u64>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PluginSettings {
    #[serde(default, rename = "override")]
    overrides: Vec<PluginName>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGrant {
    allow: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    deny: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSystem {
    #[serde(default)]
    aws: AwsSettings,
    #[serde(default)]
    plugins: PluginSettings,
    #[serde(default)]
    grants: BTreeMap<Spanned<String>, Spanned<RawGrant>>,
    #[serde(default)]
    limits: LimitSettings,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawProject {
    name: JobName,
    #[serde(default)]
    description: String,
    #[serde(default)]
    aws: AwsSettings,
    #[serde(default)]
    plugins: PluginSettings,
    #[serde(default)]
    grants: BTreeMap<Spanned<String>, Spanned<RawGrant>>,
    #[serde(default)]
    limits: LimitSettings,
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

/// A system or project file that cannot mean anything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// It is no valid file of this kind.
    #[error(transparent)]
    File(#[from] FileError),
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
            Self::PluginName { .. } => "write the name that jobs use, such as [grants.\"ec2-stop\"]".to_owned(),
            Self::UnknownAction { action, .. } => {
                match nearest(action, ACTIONS.iter().map(|row| row.action.as_str())) {
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

impl Settings {
    /// Reads `stepwell.toml`.
    ///
    /// # Errors
    /// With the place in the file.
    pub fn read(source: Source) -> Result<Self, SettingsError> {
        let raw: RawSystem = file::read(&source)?;
        let grants = grants(&source, raw.grants)?;
        Ok(Self { aws: raw.aws, overrides: raw.plugins.overrides, grants, limits: raw.limits, source })
    }
}

impl Project {
    /// Reads `project.toml`.
    ///
    /// # Errors
    /// With the place in the file.
    pub fn read(source: Source) -> Result<Self, SettingsError> {
        let raw: RawProject = file::read(&source)?;
        let grants = grants(&source, raw.grants)?;
        let settings = Settings { aws: raw.aws, overrides: raw.plugins.overrides, grants, limits: raw.limits, source };
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
    if ACTIONS.iter().any(|row| pattern.matches(row.action)) {
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

    fn system(text: &str) -> Result<Settings, SettingsError> {
        Settings::read(Source::new("stepwell.toml", text))
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
        let limits_of = |project: &Project| limits(&system, Some(&project.settings));
        let expected = Limits { memory: 16 << 20, cpu_ms: 2_000, host_calls: 5, ..Limits::default() };
        assert_eq!(limits_of(&lower), Ok(expected));
        let higher = project("[limits]\nmemory = \"64MiB\"").expect("valid");
        assert!(matches!(limits_of(&higher), Err(SettingsError::LimitAboveSystem { key: "memory", .. })));
    }
}
