//! The thread that writes. It commits everything that waits as one transaction (group commit), because a commit costs
//! the same for one record and for a thousand.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use stepwell_model::NextAction as _;
use stepwell_model::id::Digest;
use stepwell_model::journal::JournalError;

use crate::batch::Entry;
use crate::error::StoreError;
use crate::lease::Turn;
use crate::leases::{Leases, Looked};
use crate::mark::{self, Mark};
use crate::place::Place;
use crate::process::{Me, users};
use crate::queue::{Queue, Slot};
use crate::schema::{self, Connected, Tuning};

/// Limits of one commit: other processes want to write too, and callers wait for the whole batch.
const MOST_ENTRIES: usize = 1024;
const MOST_BYTES: usize = 8 << 20;

/// How soon a writer looks again whether the runs of its process move.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// How long the last write of an ending process waits for another writer.
const LAST_PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Writer {
    pub(crate) connection: Connected,
    pub(crate) writers: Queue,
    pub(crate) place: Arc<Place>,
    pub(crate) me: Me,
    pub(crate) tuning: Tuning,
    pub(crate) queue: Receiver<Box<dyn Entry>>,
    /// The file of the mark.
    mark: Option<File>,
    leases: Leases,
    compared: RefCell<HashSet<Digest>>,
    holds: bool,
    beaten: Instant,
    /// Signs of life in a row that were withheld, because the runs of this process do not move.
    withheld: u32,
}

impl Writer {
    pub(crate) fn new(
        connection: Connected,
        writers: Queue,
        place: Arc<Place>,
        me: Me,
        tuning: Tuning,
        (queue, leases): (Receiver<Box<dyn Entry>>, Leases),
    ) -> Self {
        let mark = mark::open(&place.mark());
        let (compared, holds, beaten, withheld) = (RefCell::default(), false, Instant::now(), 0);
        let writer =
            Self { connection, writers, place, me, tuning, queue, mark, leases, compared, holds, beaten, withheld };
        writer.raise_mark();
        writer
    }

    /// Writes until the last sender is gone.
    pub(crate) fn run(mut self) {
        while let Some(mut batch) = self.next() {
            let committed = self.commit(&mut batch);
            for entry in batch {
                let told = AssertUnwindSafe(|| entry.done(committed.as_ref().copied()));
                if catch_unwind(told).is_err() {
                    tracing::error!("the callback of a record has panicked");
                }
            }
        }
        self.leave();
    }

    /// Waits for entries. An empty batch only beats.
    fn next(&self) -> Option<Vec<Box<dyn Entry>>> {
        let mut batch = Vec::new();
        if self.holds {
            match self.queue.recv_timeout(self.tuning.beat.saturating_sub(self.beaten.elapsed())) {
                Ok(entry) => batch.push(entry),
                Err(RecvTimeoutError::Timeout) => return Some(batch),
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        } else {
            batch.push(self.queue.recv().ok()?);
        }
        let mut bytes = batch.iter().map(|entry| entry.weight()).sum::<usize>();
        while batch.len() < MOST_ENTRIES && bytes < MOST_BYTES {
            let Ok(entry) = self.queue.try_recv() else { break };
            bytes += entry.weight();
            batch.push(entry);
        }
        Some(batch)
    }

    fn commit(&mut self, batch: &mut [Box<dyn Entry>]) -> Result<(), JournalError> {
        let is_due = self.holds && self.beaten.elapsed() >= self.tuning.beat;
        let beats = is_due && self.leases.moves(self.tuning.stillness);
        let turn = Turn {
            connection: &self.connection,
            place: &self.place,
            me: &self.me,
            patience: self.tuning.patience,
            leases: &self.leases,
            took: Cell::new(None),
            gone: RefCell::default(),
            compared: &self.compared,
        };
        let begun = self.writers.begin(&self.connection, self.patience());
        let written = begun.and_then(|slot| write(&turn, slot, batch, beats));
        let (took, gone) = (turn.took.get(), turn.gone.take());
        if is_due || took.is_some() {
            // Also after a failure, so that a full disk is not written to again and again.
            self.beaten = Instant::now();
        }
        if is_due {
            self.note_beat(beats);
        }
        match written {
            Ok(beaten) => {
                self.holds = beaten.holds.unwrap_or(self.holds) || took.is_some();
                if let Some(beat) = beaten.at {
                    self.leases.confirm(beat, self.tuning.patience, beaten.looked);
                }
                if beats || took.is_some() {
                    self.raise_mark();
                }
                gone.iter().for_each(|process| self.place.remove_lock(process));
                Ok(())
            }
            Err(error) => Err(self.failed(&error)),
        }
    }

    /// Notes whether a sign of life was given when it was due. After one that was withheld, the writer looks again
    /// soon: the runs may only have been stopped with the whole process.
    fn note_beat(&mut self, is_given: bool) {
        if is_given {
            self.withheld = 0;
            return;
        }
        self.withheld += 1;
        self.beaten = self.beaten.checked_sub(self.tuning.beat).unwrap_or(self.beaten) + LOOK_AGAIN;
        if self.withheld == 2 {
            let stillness = self.tuning.stillness;
            tracing::warn!("the runs of this process have not moved for {stillness:?}; another process may take them");
        }
    }

    /// Notes beside the database what it holds by now.
    fn raise_mark(&self) {
        match Mark::of(&self.connection) {
            Ok(mark) => mark.raise(self.mark.as_ref()),
            Err(error) => tracing::debug!(%error, "the mark of the journal was not raised"),
        }
    }

    /// How long a commit waits for other writers.
    fn patience(&self) -> Duration {
        if self.holds { self.tuning.busy_with_runs } else { self.tuning.busy }
    }

    fn failed(&self, error: &rusqlite::Error) -> JournalError {
        let error = StoreError::sqlite(&self.place.database, error)
            .locked_by(self.patience(), || users(&self.connection, &self.place, Some(self.me.key())));
        tracing::warn!(%error, because = error.because(), "a batch of records was not kept");
        error.into()
    }

    fn leave(&self) {
        self.leases.end();
        // A short wait, because the clean-up is not necessary: other processes can do it.
        let left = self
            .writers
            .begin(&self.connection, LAST_PATIENCE)
            .and_then(|slot| schema::end(&self.connection, slot, self.me.leave(&self.connection), |error| error));
        match left {
            Ok(()) => {
                self.raise_mark();
                self.place.remove_lock(self.me.id());
            }
            Err(error) if !self.holds => tracing::debug!(%error, "other processes remove the row of this one"),
            Err(error) => {
                tracing::warn!(%error, "the runs were not released; other processes notice that this one has ended")
            }
        }
    }
}

/// The sign of life in a commit.
#[derive(Default)]
struct Beaten {
    /// Its time, on the clock of signs of life.
    at: Option<i64>,
    /// Whether this process holds runs, if that was looked up.
    holds: Option<bool>,
    looked: Looked,
}

/// Commits a batch.
fn write(turn: &Turn<'_>, slot: Slot, batch: &mut [Box<dyn Entry>], beats: bool) -> rusqlite::Result<Beaten> {
    let written = batch.iter_mut().try_for_each(|entry| entry.apply(turn));
    let written = written.and_then(|()| beat(turn, beats));
    schema::end(turn.connection, slot, written, |error| error)
}

/// Gives a sign of life when it is time for one. After a lapse, another process may have taken runs of this one.
fn beat(turn: &Turn<'_>, is_due: bool) -> rusqlite::Result<Beaten> {
    let (at, holds) = match (is_due, turn.took.get()) {
        (true, _) => (turn.me.beat(turn.connection)?, Some(turn.me.holds_runs(turn.connection)?)),
        (false, Some(at)) => (at, None),
        (false, None) => return Ok(Beaten::default()),
    };
    let looked = match is_due || !turn.leases.cover(at) {
        true => turn.leases.look(turn.connection, turn.me.key())?,
        false => Looked::new(),
    };
    Ok(Beaten { at: Some(at), holds, looked })
}
