//! What the host knows of a plugin before it runs: what the component says of itself, and what can be read off it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::action::{self, Action, ActionRow};
use crate::id::{Digest, PluginName};
use crate::schema::Schema;

/// The interface that tells a step of its credentials, which is no AWS service.
const CREDENTIALS: &str = "credentials";

/// Where a plugin was found. The order is the order of the look-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The project's `plugins/`.
    Project,
    /// `plugins/` of `STEPWELL_HOME`.
    Home,
    /// Built into this host, known by its digest.
    Shipped,
}

/// In which position of a job a plugin can stand (`step.kind` of the WIT).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Once in a run of a job.
    WorkflowStep,
    /// Once for every node that the job dispatches to.
    NodeStep,
}

/// A function of a `stepwell:step` interface that a component imports.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ImportedFunction {
    /// The interface, such as `ec2`.
    pub interface: String,
    /// The function, such as `start-instances`.
    pub function: String,
}

/// Everything that a component imports: what it can reach, and therefore all that it can do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Imports {
    /// Functions of our own interfaces, sorted.
    pub functions: Vec<ImportedFunction>,
    /// WASI interfaces, linked with nothing granted; sorted.
    pub wasi: Vec<String>,
}

impl Imports {
    /// The rows of the action table that these imports amount to.
    pub fn rows(&self) -> impl Iterator<Item = &'static ActionRow> {
        self.functions.iter().filter_map(|import| action::row(&import.interface, &import.function))
    }

    /// Whether anything of these needs credentials: a call of AWS, or the description of what would sign one.
    pub fn need_credentials(&self) -> bool {
        self.rows().next().is_some() || self.functions.iter().any(|import| import.interface == CREDENTIALS)
    }

    /// The IAM actions that these imports amount to.
    pub fn actions(&self) -> BTreeSet<Action> {
        self.rows().flat_map(ActionRow::actions).map(|(action, _)| action).collect()
    }
}

/// What a plugin says of itself (`step.description` of the WIT), its schemas parsed.
#[derive(Debug, Clone, Serialize)]
pub struct Description {
    /// The name that the plugin gives itself. Nothing is granted by it.
    pub name: String,
    /// Its semantic version.
    pub version: String,
    /// One sentence.
    pub summary: String,
    /// The positions it serves.
    pub kinds: Vec<Kind>,
    /// JSON Schema (2020-12) of its configuration.
    pub config_schema: Schema,
    /// JSON Schema (2020-12) of its outputs.
    pub outputs_schema: Schema,
}

/// A plugin that was found, loaded and understood.
#[derive(Debug, Clone, Serialize)]
pub struct Plugin {
    /// The name by which a job uses it and a grant names it: that of its file.
    pub name: PluginName,
    /// Where it was found.
    pub origin: Origin,
    /// Its file; none when it is built into the host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<PathBuf>,
    /// SHA-256 of the component.
    pub digest: Digest,
    /// Size of the component in bytes.
    pub size: u64,
    /// What it says of itself.
    pub description: Description,
    /// What it imports.
    pub imports: Imports,
}
