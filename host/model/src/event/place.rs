//! Runs that have a place which another run waits for.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::RunId;

/// A run that has a place, or awaits one before another run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlaceTaken {
    /// The run.
    pub run: RunId,
    /// Where it stood then.
    pub is: PlaceStanding,
}

/// Where a run stands that has or awaits a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlaceStanding {
    /// A process executes it.
    Running,
    /// No process executes it.
    Abandoned,
    /// It waits for an operator.
    Paused,
    /// It waits for a place itself.
    Queued,
}

impl PlaceTaken {
    /// The way on for an operator, when the run does not go on by itself.
    pub fn advice(&self) -> Option<String> {
        let run = &self.run;
        match self.is {
            PlaceStanding::Running | PlaceStanding::Queued => None,
            PlaceStanding::Abandoned | PlaceStanding::Paused => Some(format!(
                "resume it with `stepwell runs resume {run}`, or end it with `stepwell runs cancel {run}`"
            )),
        }
    }
}

impl fmt::Display for PlaceTaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let run = &self.run;
        match self.is {
            PlaceStanding::Running => write!(f, "run {run}"),
            PlaceStanding::Abandoned => write!(f, "run {run}, which no process executes"),
            PlaceStanding::Paused => write!(f, "run {run}, which is paused"),
            PlaceStanding::Queued => write!(f, "run {run}, which is queued"),
        }
    }
}
