//! The log of a plugin.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A log entry of a plugin (`log` of the WIT).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Log {
    /// A line of text.
    Line {
        /// Its level.
        level: LogLevel,
        /// The text.
        text: String,
    },
    /// A table.
    Table {
        /// The names of the columns.
        columns: Vec<String>,
        /// The rows; none for an empty cell.
        rows: Vec<Vec<Option<String>>>,
    },
    /// Names and values.
    Pairs {
        /// In the order of the plugin.
        pairs: Vec<(String, String)>,
    },
    /// A link.
    Link {
        /// The text that is shown.
        label: String,
        /// The target.
        url: String,
    },
}

impl Log {
    /// Bytes of its text, as the limit of a step counts them.
    pub fn size(&self) -> u64 {
        let bytes = match self {
            Self::Line { level: _, text } => text.len(),
            Self::Table { columns, rows } => {
                let heads = columns.iter().map(String::len).sum::<usize>();
                let texts = rows.iter().flatten().flatten().map(String::len).sum::<usize>();
                // An empty cell is not free either: the journal keeps `null` or quotes and a comma of it.
                heads + texts + 2 * rows.len() + 4 * rows.iter().map(Vec::len).sum::<usize>()
            }
            Self::Pairs { pairs } => pairs.iter().map(|(name, value)| name.len() + value.len() + 1).sum(),
            Self::Link { label, url } => label.len() + url.len(),
        };
        bytes as u64
    }
}

/// The level of a line (`log.level` of the WIT).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    /// Something failed.
    Error,
    /// Something is unusual.
    Warn,
    /// News for every operator.
    Info,
    /// Detail.
    Verbose,
    /// Detail for the plugin's author.
    Debug,
}
