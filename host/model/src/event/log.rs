//! The log of a plugin.

use serde::{Deserialize, Serialize};

/// A log entry of a plugin (`log` of the WIT).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// The level of a line (`log.level` of the WIT).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
