//! Appending records to a run.

use rusqlite::{Connection, ErrorCode, OptionalExtension as _};
use stepwell_model::event::{Event, What};
use stepwell_model::journal::JournalError;
use stepwell_model::run_store::{Kept, RunKey, RunState};

use crate::batch::Entry;
use crate::decision;
use crate::effect::Effect;
use crate::lease::Turn;
use crate::process::maybe_words;
use crate::row::{self, micros};

/// A serialised record.
pub(crate) struct Record {
    pub(crate) seq: u64,
    /// [`What::name`](stepwell_model::event::What::name).
    pub(crate) event: &'static str,
    json: String,
    effect: Effect,
    /// The step that it decides about.
    decides: Option<String>,
}

/// The statement that brings the row of the run up to date.
fn update(effect: Effect) -> &'static str {
    match effect {
        Effect::None => "UPDATE run SET last_seq = ?2 WHERE key = ?1",
        Effect::Paused => {
            "UPDATE run SET last_seq = ?2, state = 'paused', wake = NULL, lease = NULL, leased = NULL WHERE key = ?1"
        }
        Effect::Resumed => "UPDATE run SET last_seq = ?2, state = 'open', wake = NULL WHERE key = ?1",
        Effect::Begun => "UPDATE run SET last_seq = ?2, queued = 0, wake = NULL WHERE key = ?1",
        // An operator may have asked for more meanwhile.
        Effect::CancelNoticed { force: false } => {
            "UPDATE run SET last_seq = ?2, cancel = iif(cancel = 3, 3, 2), wake = NULL WHERE key = ?1"
        }
        Effect::CancelNoticed { force: true } => "UPDATE run SET last_seq = ?2, cancel = 4, wake = NULL WHERE key = ?1",
        Effect::Ended { .. } => {
            "UPDATE run SET last_seq = ?2, state = 'ended', wake = NULL, lease = NULL, leased = NULL,
             outcome = ?3, finished = ?4 WHERE key = ?1"
        }
    }
}

impl Record {
    pub(crate) fn new(event: &Event) -> Result<Self, JournalError> {
        let json = serde_json::to_string(event).map_err(|error| JournalError::NotKept { reason: error.to_string() })?;
        let decides = match &event.what {
            What::StepDecided { step, .. } => Some(step.to_string()),
            _ => None,
        };
        Ok(Self { seq: event.seq, event: event.what.name(), json, effect: Effect::of(event), decides })
    }

    /// Whether it is the last record of its run.
    pub(crate) fn ends(&self) -> bool {
        matches!(self.effect, Effect::Ended { .. })
    }

    /// Whether this process gives the run up with it.
    fn gives_up(&self) -> bool {
        matches!(self.effect, Effect::Ended { .. } | Effect::Paused)
    }

    fn seq(&self) -> i64 {
        i64::try_from(self.seq).unwrap_or(i64::MAX)
    }

    /// Appends the record if `holder` has the run and the record follows the last one; returns whether it did.
    pub(crate) fn append(&self, connection: &Connection, run: RunKey, holder: Option<i64>) -> rusqlite::Result<bool> {
        const INSERT: &str = "INSERT INTO event (run, seq, json, sum) SELECT key, ?2, ?3, ?5 FROM run
            WHERE key = ?1 AND lease IS ?4 AND last_seq = ?2 - 1 AND state <> 'ended'";
        let mut insert = connection.prepare_cached(INSERT)?;
        if insert.execute((run.0, self.seq(), &self.json, holder, row::sum(&self.json)))? == 0 {
            return Ok(false);
        }
        let mut update = connection.prepare_cached(update(self.effect))?;
        match &self.effect {
            Effect::Ended { outcome, at } => {
                update.execute((run.0, self.seq(), row::outcome_text(*outcome), micros(*at)))?
            }
            Effect::None | Effect::Paused | Effect::Resumed | Effect::Begun | Effect::CancelNoticed { .. } => {
                update.execute((run.0, self.seq()))?
            }
        };
        if let Some(step) = &self.decides {
            decision::recorded(connection, run, step)?;
        }
        Ok(true)
    }
}

/// Whether one entry alone caused the error, so that the rest of the batch can be kept.
pub(crate) fn is_its_own(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::ConstraintViolation | ErrorCode::TooBig))
}

/// A submitted record.
pub(crate) struct Submit {
    run: RunKey,
    record: Result<Record, JournalError>,
    refused: Option<JournalError>,
    kept: Kept,
}

impl Submit {
    pub(crate) fn new(run: RunKey, event: &Event, kept: Kept) -> Self {
        Self { run, record: Record::new(event), refused: None, kept }
    }
}

impl Entry for Submit {
    fn apply(&mut self, turn: &Turn<'_>) -> rusqlite::Result<()> {
        let record = match &self.record {
            Ok(record) => record,
            Err(error) => {
                self.refused = Some(error.clone());
                return Ok(());
            }
        };
        self.refused = match record.append(turn.connection, self.run, Some(turn.me.key())) {
            Ok(true) => {
                if record.gives_up() {
                    turn.leases.retire(self.run);
                }
                None
            }
            Ok(false) => Some(refusal(turn, self.run, record)?),
            Err(error) if is_its_own(&error) => Some(JournalError::NotKept { reason: error.to_string() }),
            Err(error) => return Err(error),
        };
        Ok(())
    }

    fn done(self: Box<Self>, committed: Result<(), &JournalError>) {
        let kept = match (committed, self.refused) {
            (Err(error), _) => Err(error.clone()),
            (Ok(()), Some(refused)) => Err(refused),
            (Ok(()), None) => Ok(()),
        };
        (self.kept)(kept);
    }

    fn weight(&self) -> usize {
        self.record.as_ref().map_or(0, |record| record.json.len())
    }
}

/// Why a record was not appended.
fn refusal(turn: &Turn<'_>, run: RunKey, record: &Record) -> rusqlite::Result<JournalError> {
    const FIND: &str = "SELECT run.state, run.last_seq, run.lease, process.pid, process.host
        FROM run LEFT JOIN process ON process.key = run.lease WHERE run.key = ?1";
    let mut find = turn.connection.prepare_cached(FIND)?;
    let found = find.query_row([run.0], |row| {
        Ok((row::state(row, 0)?, row.get::<_, i64>(1)?, row.get::<_, Option<i64>>(2)?, maybe_words(row, 3)?))
    });
    let illegal = |state: RunState, last: i64| state.refuses(last.cast_unsigned(), record.seq, record.event).into();
    Ok(match found.optional()? {
        Some((state, last, Some(lease), _)) if lease == turn.me.key() => illegal(state, last),
        // Another process has ended the run after more records than this one knows.
        Some((RunState::Ended, last, ..)) if last < record.seq() => illegal(RunState::Ended, last),
        Some((.., by)) => JournalError::Taken { by },
        None => JournalError::Taken { by: None },
    })
}

/// A note when a run is due next.
pub(crate) struct Park {
    pub(crate) run: RunKey,
    pub(crate) wake: i64,
}

impl Entry for Park {
    fn apply(&mut self, turn: &Turn<'_>) -> rusqlite::Result<()> {
        let park = "UPDATE run SET wake = ?2 WHERE key = ?1 AND lease = ?3";
        turn.connection.prepare_cached(park)?.execute((self.run.0, self.wake, turn.me.key()))?;
        Ok(())
    }

    fn done(self: Box<Self>, committed: Result<(), &JournalError>) {
        if let Err(error) = committed {
            tracing::warn!(%error, "the journal did not note when a run is due next");
        }
    }
}
