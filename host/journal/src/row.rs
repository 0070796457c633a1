//! Runs as rows.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use rusqlite::Row;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Type, ValueRef};
use stepwell_model::event::Outcome;
use stepwell_model::id::{JobName, RunId};

use crate::process::Holder;

/// A run as the journal counts them. Never given to another run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunKey(pub(crate) i64);

impl FromSql for RunKey {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(Self)
    }
}

impl ToSql for RunKey {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RunState {
    /// It goes on whenever a process executes it.
    Open,
    /// It waits for a person.
    Paused,
    /// Its last record is kept.
    Ended,
}

impl RunState {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Paused => "paused",
            Self::Ended => "ended",
        }
    }
}

impl fmt::Display for RunState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromSql for RunState {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_str()? {
            "open" => Ok(Self::Open),
            "paused" => Ok(Self::Paused),
            "ended" => Ok(Self::Ended),
            _ => Err(FromSqlError::InvalidType),
        }
    }
}

/// A run in a list of runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunInfo {
    /// What the journal calls it.
    pub key: RunKey,
    /// What everybody else calls it.
    pub id: RunId,
    /// Its job.
    pub job: JobName,
    /// The project of the job, where it has one.
    pub project: Option<String>,
    /// No change is made.
    pub dry_run: bool,
    /// Where it stands.
    pub state: RunState,
    /// When it has to be looked at next; none when that is at once.
    pub wake: Option<Timestamp>,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Somebody asked to cancel it.
    pub cancel_requested: bool,
    /// The process that executes it; none when that has died.
    pub held_by: Option<Holder>,
}

/// All that is kept of a run besides its events.
#[derive(Clone, PartialEq, Eq)]
pub struct RunRecord {
    /// What the journal calls it.
    pub key: RunKey,
    /// What everybody else calls it.
    pub id: RunId,
    /// Its job.
    pub job: JobName,
    /// The project of the job, where it has one.
    pub project: Option<String>,
    /// No change is made.
    pub dry_run: bool,
    /// What it shares with other runs of the job.
    pub snapshot: String,
    /// What it was started with.
    pub given: String,
    /// Where it stands.
    pub state: RunState,
    /// When it has to be looked at next; none when that is at once.
    pub wake: Option<Timestamp>,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Somebody asked to cancel it.
    pub cancel_requested: bool,
    /// The process that executes it; none when that has died.
    pub held_by: Option<Holder>,
}

/// Without what the run was started with.
impl fmt::Debug for RunRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunRecord").field("id", &self.id).field("state", &self.state).finish_non_exhaustive()
    }
}

impl RunInfo {
    pub(crate) fn with(self, snapshot: String, given: String) -> RunRecord {
        let Self { key, id, job, project, dry_run, state, .. } = self;
        let Self { wake, started, finished, outcome, cancel_requested, held_by, .. } = self;
        RunRecord {
            key,
            id,
            job,
            project,
            dry_run,
            snapshot,
            given,
            state,
            wake,
            started,
            finished,
            outcome,
            cancel_requested,
            held_by,
        }
    }
}

/// The columns that [`info`] reads; the holder's are [`crate::process::PROCESS`].
pub(crate) const INFO: &str = "run.key, run.id, run.job, run.project, run.dry_run, run.state, run.wake, run.started,
    run.finished, run.outcome, run.cancel, run.leased";

/// Reads [`INFO`] from the first column on.
pub(crate) fn info(row: &Row<'_>, held_by: Option<Holder>) -> rusqlite::Result<RunInfo> {
    Ok(RunInfo {
        key: row.get(0)?,
        id: name(row, 1)?,
        job: name(row, 2)?,
        project: row.get(3)?,
        dry_run: row.get(4)?,
        state: row.get(5)?,
        wake: maybe_time(row, 6)?,
        started: time(row, 7)?,
        finished: maybe_time(row, 8)?,
        outcome: outcome(row, 9)?,
        cancel_requested: row.get::<_, i64>(10)? != 0,
        held_by,
    })
}

pub(crate) fn name<T: FromStr<Err: std::error::Error + Send + Sync + 'static>>(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<T> {
    row.get::<_, String>(column)?.parse().map_err(|error: T::Err| not_ours(column, error))
}

pub(crate) fn micros(time: Timestamp) -> i64 {
    time.as_microsecond()
}

pub(crate) fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    Timestamp::from_microsecond(row.get(column)?).map_err(|error| not_ours(column, error))
}

pub(crate) fn maybe_time(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    let micros: Option<i64> = row.get(column)?;
    micros.map(|micros| Timestamp::from_microsecond(micros).map_err(|error| not_ours(column, error))).transpose()
}

fn outcome(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Outcome>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| serde_json::from_value(text.into()).map_err(|error| not_ours(column, error))).transpose()
}

fn not_ours(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
}
