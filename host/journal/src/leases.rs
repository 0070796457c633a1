//! The leases that this process has given out, and what each confirmed sign of life says about them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _};
use stepwell_model::journal::JournalError;
use stepwell_model::lease::{Lease, Tenure, clock};
use stepwell_model::run_store::RunKey;

use crate::batch::Entry;
use crate::lease::Turn;
use crate::process::maybe_words;

/// The part of the takeover time for which a process acts after a sign of life: two thirds. The rest is for a request
/// that has just been checked and is on its way.
pub(crate) fn span(patience: Duration) -> Duration {
    patience * 2 / 3
}

/// The leases of this process. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Leases(Arc<Given>);

#[derive(Debug, Default)]
struct Given {
    tenure: Tenure,
    /// By run. A lease of a run that this process ended or paused itself is not here: what is left of the run is
    /// clean-up.
    runs: Mutex<HashMap<RunKey, Lease>>,
    /// When the threads that execute runs moved last, on [`clock`]; 0 in a process that never says so.
    moved: AtomicU64,
}

/// What a look at the leases has found.
pub(crate) type Looked = Vec<(Lease, Held)>;

impl Leases {
    fn runs(&self) -> MutexGuard<'_, HashMap<RunKey, Lease>> {
        self.0.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lease of a run; says whether it has to be proven first.
    pub(crate) fn lease(&self, run: RunKey) -> (Lease, bool) {
        let mut runs = self.runs();
        match runs.get(&run).filter(|lease| lease.lost().is_none()) {
            Some(lease) => (lease.clone(), false),
            None => {
                let lease = self.0.tenure.lease();
                runs.insert(run, lease.clone());
                (lease, true)
            }
        }
    }

    /// The threads that execute runs move.
    pub(crate) fn note_moving(&self) {
        self.0.moved.store(clock(), Ordering::Relaxed);
    }

    /// Whether the threads that execute runs have moved within this time. True for a process that never says so.
    pub(crate) fn moves(&self, within: Duration) -> bool {
        let moved = self.0.moved.load(Ordering::Relaxed);
        moved == 0 || u128::from(clock().saturating_sub(moved)) < within.as_millis()
    }

    /// The process gives this run up.
    pub(crate) fn lose(&self, run: RunKey) {
        if let Some(lease) = self.runs().remove(&run) {
            lease.lose(None);
        }
    }

    /// This process has ended or paused the run itself.
    pub(crate) fn retire(&self, run: RunKey) {
        self.runs().remove(&run);
    }

    /// Whether no other process can have taken a run before this moment.
    pub(crate) fn cover(&self, beat: i64) -> bool {
        u64::try_from(beat).is_ok_and(|beat| self.0.tenure.covers(beat))
    }

    /// Looks at the holder of every run that has a lease here. Belongs into the transaction of a sign of life.
    pub(crate) fn look(&self, connection: &Connection, me: i64) -> rusqlite::Result<Looked> {
        let mut runs = self.runs();
        // A lease that only this list has belongs to a run that waits, or to none.
        runs.retain(|_, lease| lease.is_used());
        runs.iter().map(|(run, lease)| Ok((lease.clone(), held(connection, *run, me)?))).collect()
    }

    /// A sign of life of this time is confirmed, and a look at the leases with it.
    pub(crate) fn confirm(&self, beat: i64, patience: Duration, looked: Looked) {
        looked.into_iter().for_each(|(lease, held)| held.tell(&lease));
        let span = i64::try_from(span(patience).as_millis()).unwrap_or_default();
        self.0.tenure.extend(u64::try_from(beat.saturating_add(span)).unwrap_or_default());
    }

    /// The process gives all its runs up.
    pub(crate) fn end(&self) {
        self.0.tenure.end();
    }
}

/// The process that holds a run.
#[derive(Debug)]
pub(crate) enum Held {
    Here,
    /// Another one, where one does.
    By(Option<String>),
}

impl Held {
    fn tell(self, lease: &Lease) {
        match self {
            Self::Here => lease.prove(),
            Self::By(by) => lease.lose(by),
        }
    }
}

fn held(connection: &Connection, run: RunKey, me: i64) -> rusqlite::Result<Held> {
    const FIND: &str = "SELECT run.lease, process.pid, process.host
        FROM run LEFT JOIN process ON process.key = run.lease WHERE run.key = ?1";
    let mut find = connection.prepare_cached(FIND)?;
    let found = find.query_row([run.0], |row| {
        Ok(if row.get::<_, Option<i64>>(0)? == Some(me) { Held::Here } else { Held::By(maybe_words(row, 1)?) })
    });
    Ok(found.optional()?.unwrap_or(Held::By(None)))
}

/// The first look at a lease.
pub(crate) struct Prove {
    run: RunKey,
    lease: Lease,
    held: Held,
}

impl Prove {
    pub(crate) fn new(run: RunKey, lease: Lease) -> Self {
        Self { run, lease, held: Held::By(None) }
    }
}

impl Entry for Prove {
    fn apply(&mut self, turn: &Turn<'_>) -> rusqlite::Result<()> {
        self.held = held(turn.connection, self.run, turn.me.key())?;
        Ok(())
    }

    fn done(self: Box<Self>, committed: Result<(), &JournalError>) {
        // After a failure, the next sign of life looks at the lease.
        if committed.is_ok() {
            self.held.tell(&self.lease);
        }
    }
}
