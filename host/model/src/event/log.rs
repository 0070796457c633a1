//! What plugins say to people.

use serde::{Deserialize, Serialize};

/// What a plugin tells people (`log` of the WIT).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Log {
    /// A line of text.
    Line {
        /// How much it matters.
        level: LogLevel,
        /// The text.
        text: String,
    },
    /// A table; a missing cell is none.
    Table {
        /// The heads of the columns.
        columns: Vec<String>,
        /// The rows.
        rows: Vec<Vec<Option<String>>>,
    },
    /// Names and values.
    Pairs {
        /// In this order.
        pairs: Vec<(String, String)>,
    },
    /// A link.
    Link {
        /// What it shows.
        label: String,
        /// Where it leads.
        url: String,
    },
}

/// How much a line matters (`log.level` of the WIT).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    /// Something failed.
    Error,
    /// Something is odd.
    Warn,
    /// What every operator wants to see.
    Info,
    /// Detail.
    Verbose,
    /// Detail for the plugin's author.
    Debug,
}
