//! The level of a setting.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The level that decides a setting. A later one overrides an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The host's default.
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

impl Level {
    /// The name of the level in JSON and for plugins.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::System => "system",
            Self::Project => "project",
            Self::Job => "job",
            Self::Step => "step",
        }
    }
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
    /// The level.
    pub from: Level,
}

impl<T> Setting<T> {
    /// The same setting with its value as another type.
    pub fn into<U: From<T>>(self) -> Setting<U> {
        Setting { value: self.value.into(), from: self.from }
    }
}
