//! The places of runs: how many runs of a job go on at the same time.

use std::fmt;

use serde_json::json;

use super::{NewRun, RunKey};
use crate::error::NextAction;
use crate::event::{Event, PlaceStanding, PlaceTaken};
use crate::id::JobName;
use crate::job::Otherwise;

/// Most runs of a group that wait for a place. More of them are a mistake of whatever starts them.
pub const MOST_QUEUED: usize = 100;

/// How many runs of a group go on at the same time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunLimit {
    /// The most.
    pub most: u32,
    /// The group; none for all runs of the job.
    pub group: Option<String>,
    /// The fate of a run that finds no place.
    pub otherwise: Otherwise,
}

/// What became of a run that needs a place.
#[derive(Debug)]
pub enum Placed {
    /// It is kept, and has its place.
    Begun(RunKey),
    /// It is kept, and waits for its place.
    Queued {
        /// Its number in the store.
        key: RunKey,
        /// The record of it, the last of the run so far.
        record: Box<Event>,
    },
    /// It is not kept.
    Full(PlacesTaken),
}

/// Why a run finds no place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacesTaken {
    /// The job.
    pub job: JobName,
    /// The limit.
    pub limit: RunLimit,
    /// The runs that have or await the places, those that have them first.
    pub by: Vec<PlaceTaken>,
}

impl RunLimit {
    /// The key of the group of a run, which no other job or project has.
    pub fn key(&self, run: &NewRun) -> String {
        json!([run.project, run.job, self.group]).to_string()
    }

    /// Whether a run has a place at once while so many others have or await one. A run that awaits one is before it.
    pub fn admits(&self, others: usize) -> bool {
        others < usize::try_from(self.most).unwrap_or(usize::MAX)
    }

    /// Whether a run that finds no place among these may wait for one.
    pub fn queues_behind(&self, others: &[PlaceTaken]) -> bool {
        let queued = others.iter().filter(|other| other.is == PlaceStanding::Queued).count();
        matches!(self.otherwise, Otherwise::Queue | Otherwise::CancelRunning) && queued < MOST_QUEUED
    }
}

impl fmt::Display for PlacesTaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { job, limit, .. } = self;
        match &limit.group {
            Some(group) => write!(f, "job `{job}` has no place for another run of group `{group}`"),
            None => write!(f, "job `{job}` has no place for another run"),
        }
    }
}

impl std::error::Error for PlacesTaken {}

impl NextAction for PlacesTaken {
    fn because(&self) -> String {
        let most = self.limit.most;
        let runs = if most == 1 { "1 run" } else { &format!("{most} runs") };
        let allowed = format!("its `[concurrency]` allows {runs} at the same time");
        let Some(first) = self.by.first() else { return allowed };
        let queued = self.by.iter().filter(|other| other.is == PlaceStanding::Queued).count();
        match (queued, self.by.len() - 1) {
            (MOST_QUEUED.., _) => format!("{allowed}, and {queued} runs wait already, behind {first}"),
            (_, 0) => format!("{allowed}, and there is {first}"),
            (_, more) => format!("{allowed}, and there are {first} and {more} more"),
        }
    }

    fn next(&self) -> String {
        let Some(first) = self.by.first() else { return "start the job again".to_owned() };
        match first.advice() {
            Some(advice) => format!("{advice}; then start the job again"),
            None => {
                let run = &first.run;
                format!("await it with `stepwell runs wait {run}`, or end it with `stepwell runs cancel {run}`")
            }
        }
    }
}
