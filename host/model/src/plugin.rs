//! The host's knowledge of a plugin before it runs: its description of itself, and the imports of its component.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::action::{self, Action, ActionRow};
use crate::http::{self, RequestPattern};
use crate::id::{Digest, PluginName};
use crate::schema::Schema;

/// The interface that describes the credentials of a step. It is not an AWS service.
const CREDENTIALS: &str = "credentials";

/// The interface to the files of lent directories.
const FILES: &str = "files";

/// The place where a plugin was found, in the order of the look-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The project's `plugins/`.
    Project,
    /// `plugins/` of `STEPWELL_HOME`.
    Home,
    /// Built into this host, identified by its digest.
    Shipped,
    /// No plugin: a step that calls an operation of AWS itself.
    Operation,
}

/// A position in a job that a plugin can have (`description.kinds` of the WIT).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// It runs once in a run of a job.
    WorkflowStep,
    /// It runs once for every node that the job dispatches to.
    NodeStep,
}

impl Kind {
    /// Every kind that this host knows.
    pub const ALL: [Self; 2] = [Self::WorkflowStep, Self::NodeStep];

    /// The kind as a plugin's description spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WorkflowStep => "workflow-step",
            Self::NodeStep => "node-step",
        }
    }
}

/// A function of one of our interfaces that a component imports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportedFunction {
    /// The interface, such as `ec2`; `aws.dynamodb` for one that the models of AWS's services describe.
    pub interface: String,
    /// The function, such as `start-instances`.
    pub function: String,
    /// Its row of the action table. None when it calls no AWS.
    #[serde(skip)]
    pub row: Option<&'static ActionRow>,
}

impl Ord for ImportedFunction {
    fn cmp(&self, other: &Self) -> Ordering {
        (&self.interface, &self.function).cmp(&(&other.interface, &other.function))
    }
}

impl PartialOrd for ImportedFunction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl ImportedFunction {
    /// A function of an interface in `wit/`.
    pub fn typed(interface: &str, function: &str) -> Self {
        Self { interface: interface.to_owned(), function: function.to_owned(), row: action::row(interface, function) }
    }

    /// An operation that the models describe.
    pub fn operation(row: &'static ActionRow) -> Self {
        let (interface, function) = (row.function.interface.to_owned(), row.function.name.to_owned());
        Self { interface, function, row: Some(row) }
    }
}

/// Everything that a component imports, which limits everything that it can do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Imports {
    /// Functions of our own interfaces, sorted.
    pub functions: Vec<ImportedFunction>,
    /// WASI interfaces, linked without any permission; sorted.
    pub wasi: Vec<String>,
}

impl Imports {
    /// The rows of the action table for these imports.
    pub fn rows(&self) -> impl Iterator<Item = &'static ActionRow> {
        self.functions.iter().filter_map(|import| import.row)
    }

    /// Whether the imports need credentials: for a call to AWS, or for the description of the credentials.
    pub fn need_credentials(&self) -> bool {
        self.rows().next().is_some() || self.functions.iter().any(|import| import.interface == CREDENTIALS)
    }

    /// Whether the imports send HTTP requests.
    pub fn send_requests(&self) -> bool {
        self.functions.iter().any(|import| import.interface == http::INTERFACE)
    }

    /// Whether the imports reach the directories that the operator lends: the files in them, transfers to and from S3,
    /// or downloads.
    pub fn reach_directories(&self) -> bool {
        let [upload, download] = [action::s3::UPLOAD_FILES, action::s3::DOWNLOAD_FILES].map(|row| row.row().function);
        let transfers = [upload, download, action::host::HTTP_DOWNLOAD];
        self.functions.iter().any(|import| {
            import.interface == FILES
                || transfers.iter().any(|row| row.interface == import.interface && row.name == import.function)
        })
    }

    /// The IAM actions of these imports.
    pub fn actions(&self) -> BTreeSet<Action> {
        self.rows().flat_map(ActionRow::actions).map(|(action, _)| action).collect()
    }
}

/// A plugin's description of itself (`step.description` of the WIT), with its schemas parsed.
#[derive(Debug, Clone, Serialize)]
pub struct Description {
    /// The name that the plugin gives itself. Grants do not use it.
    pub name: String,
    /// Its semantic version.
    pub version: String,
    /// Its purpose, in one sentence.
    pub summary: String,
    /// The positions in a job that it can have.
    pub kinds: Vec<Kind>,
    /// JSON Schema (2020-12) of its configuration.
    pub config_schema: Schema,
    /// JSON Schema (2020-12) of its outputs.
    pub outputs_schema: Schema,
    /// Further facts.
    #[serde(flatten)]
    pub extra: Extra,
}

/// The further facts of a plugin's description (`description.extra` of the WIT) that this host knows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Extra {
    /// The failures that are the plugin's own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<OwnFailure>,
    /// The HTTP requests that it makes, as far as they do not depend on its configuration.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<RequestPattern>,
    /// The URL of its documentation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub homepage: Option<String>,
}

/// A failure with a code of the plugin's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnFailure {
    /// The code, such as `QuotaReached`.
    pub code: String,
    /// Its meaning, in one sentence.
    pub summary: String,
}

/// A plugin that the host found and loaded, and whose description is valid.
#[derive(Debug, Clone, Serialize)]
pub struct Plugin {
    /// Its name in jobs and grants, which is the name of its file.
    pub name: PluginName,
    /// The place where it was found.
    pub origin: Origin,
    /// Its file. None when it is built into the host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<PathBuf>,
    /// SHA-256 of the component.
    pub digest: Digest,
    /// Size of the component in bytes.
    pub size: u64,
    /// Its description of itself.
    pub description: Description,
    /// Its imports.
    pub imports: Imports,
}
