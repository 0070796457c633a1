//! `[concurrency]`: how many runs of a job go on at the same time.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::chosen::{Chosen, ChosenValue};
use super::step::bounded;
use crate::schema_form::impl_schema;

/// Most bytes of a group: it is part of a key in the journal, and of messages.
const LONGEST_GROUP: usize = 256;

/// `[concurrency]`: how many runs of the job go on at the same time, and the fate of a further one.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JobConcurrency {
    /// `most`: the most runs of a group at the same time; 1 by default.
    #[serde(default)]
    pub most: MostRuns,
    /// `group`: runs with the same value share the places. An expression of options; without it, all runs of the job do.
    pub group: Option<Chosen<Group>>,
    /// `otherwise`: the fate of a run that finds no place.
    #[serde(default)]
    pub otherwise: Otherwise,
}

/// The fate of a run that finds no place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Otherwise {
    /// It does not start, which is an error.
    #[default]
    Refuse,
    /// It waits until the runs before it have ended.
    Queue,
    /// It does not start, which is no error.
    Skip,
    /// The other runs of the group are cancelled, and it waits until they have ended.
    CancelRunning,
}

impl Otherwise {
    /// The word of the job file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Queue => "queue",
            Self::Skip => "skip",
            Self::CancelRunning => "cancel_running",
        }
    }
}

bounded!(
    /// The most runs of a group at the same time.
    MostRuns,
    1..=1000,
    "`most` is a number from 1 to 1000"
);

impl Default for MostRuns {
    fn default() -> Self {
        Self(1)
    }
}

/// The value of `group`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group(pub String);

impl ChosenValue for Group {
    fn read(value: &Json, is_computed: bool) -> Result<Self, String> {
        let text = match value {
            Json::String(text) => Some(text.clone()),
            value if is_computed => Some(value.to_string()),
            _ => None,
        };
        let text = text.filter(|text| (1..=LONGEST_GROUP).contains(&text.len()));
        text.map(Self)
            .ok_or_else(|| "`group` is a text of 1 to 256 bytes\nnext: write group = \"${options.…}\"".to_owned())
    }
}

impl_schema! {
    MostRuns: { "type": "integer", "minimum": 1, "maximum": 1000 };
    Group: { "type": "string", "minLength": 1, "maxLength": 256 };
}
