//! Where a setting came from.

use serde::{Deserialize, Serialize};

/// The level that a setting came from; a later one wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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

impl Level {
    /// The level as JSON and plugins name it.
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
    /// Who said so.
    pub from: Level,
}
