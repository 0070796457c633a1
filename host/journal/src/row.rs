//! Reading runs from rows.

use std::str::FromStr;

use jiff::Timestamp;
use rusqlite::Row;
use rusqlite::types::{FromSqlError, Type};
use stepwell_model::event::Outcome;
use stepwell_model::run_store::{Holder, RunInfo, RunKey, RunState};

/// The columns that [`info`] reads; the holder's are [`crate::process::PROCESS`].
pub(crate) const INFO: &str = "run.key, run.id, run.job, run.project, run.dry_run, run.state, run.wake, run.started,
    run.finished, run.outcome, run.cancel, run.leased, run.queued";

/// Their number.
pub(crate) const INFO_COLUMNS: usize = 13;

/// Reads [`INFO`] from the first column on.
pub(crate) fn info(row: &Row<'_>, held_by: Option<Holder>) -> rusqlite::Result<RunInfo> {
    Ok(RunInfo {
        key: key(row, 0)?,
        id: name(row, 1)?,
        job: name(row, 2)?,
        project: row.get(3)?,
        dry_run: row.get(4)?,
        state: state(row, 5)?,
        queued: row.get(12)?,
        wake: maybe_time(row, 6)?,
        started: time(row, 7)?,
        finished: maybe_time(row, 8)?,
        outcome: outcome(row, 9)?,
        cancel_requested: row.get::<_, i64>(10)? != 0,
        held_by,
    })
}

pub(crate) fn key(row: &Row<'_>, column: usize) -> rusqlite::Result<RunKey> {
    row.get(column).map(RunKey)
}

pub(crate) fn state(row: &Row<'_>, column: usize) -> rusqlite::Result<RunState> {
    let text: String = row.get(column)?;
    let state = RunState::ALL.into_iter().find(|state| state.as_str() == text);
    state.ok_or_else(|| strange(column))
}

pub(crate) fn name<T: FromStr<Err: std::error::Error + Send + Sync + 'static>>(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<T> {
    row.get::<_, String>(column)?.parse().map_err(|error: T::Err| not_ours(column, error))
}

/// The checksum of a text.
pub(crate) fn sum(text: &str) -> u32 {
    crc32fast::hash(text.as_bytes())
}

/// Whether a text has the checksum that was written with it. Rows of earlier releases have none.
pub(crate) fn is_sound(text: &str, written: Option<u32>) -> bool {
    written.is_none_or(|written| written == sum(text))
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

/// An outcome as the journal spells it.
pub(crate) fn outcome_text(outcome: Outcome) -> Option<String> {
    serde_json::to_value(outcome).ok()?.as_str().map(str::to_owned)
}

/// The error of a text that no release writes.
pub(crate) fn strange(column: usize) -> rusqlite::Error {
    not_ours(column, FromSqlError::InvalidType)
}

fn not_ours(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
}
