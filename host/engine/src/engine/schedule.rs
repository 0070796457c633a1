//! When runs go on that wait.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};
use std::time::Duration;

use jiff::Timestamp;
use stepwell_journal::RunKey;
use stepwell_model::id::RunId;
use tokio::sync::oneshot;

use super::{Active, Engine, From, Wanted};
use crate::cancel::Cancel;

/// How often the journal is asked whether somebody wants to cancel a run. It looks at one page of memory for it.
const CANCEL_POLL: Duration = Duration::from_millis(250);

/// Waiting runs that stay in memory, because they come back soon or somebody watches. Each is as large as its report.
const MOST_KEPT: usize = 256;

/// The runs of a process.
#[derive(Default)]
pub(super) struct Schedule {
    /// Those that are driven, or have a place to wait for.
    pub(super) active: HashMap<RunKey, Cancel>,
    /// Those that wait. What the heap says beyond this is out of date.
    parked: HashMap<RunKey, Parked>,
    due: BinaryHeap<Reverse<(Timestamp, RunKey)>>,
    /// What some of those that wait have in memory, and when they came.
    kept: HashMap<RunKey, (u64, Active)>,
    /// Those of them that nobody watches, in the order in which they came.
    unwatched: BTreeMap<u64, RunKey>,
    /// How many have come.
    came: u64,
}

/// A run that waits.
struct Parked {
    wake: Timestamp,
    id: Box<str>,
    /// Another process had left it, and it was not driven since.
    taken: bool,
}

impl Schedule {
    pub(super) fn len(&self) -> usize {
        self.active.len() + self.parked.len()
    }

    pub(super) fn park(&mut self, key: RunKey, active: Active, wake: Timestamp) {
        self.active.remove(&key);
        self.put(key, active.executor.run.as_str().into(), wake, false);
        self.came += 1;
        if active.watcher.as_ref().is_none_or(oneshot::Sender::is_closed) {
            self.unwatched.insert(self.came, key);
        }
        self.kept.insert(key, (self.came, active));
        self.forget_some();
    }

    /// A run that another process had left, and that waits still.
    pub(super) fn park_taken(&mut self, key: RunKey, id: RunId, wake: Timestamp) {
        self.put(key, id.as_str().into(), wake, true);
    }

    fn put(&mut self, key: RunKey, id: Box<str>, wake: Timestamp, taken: bool) {
        self.parked.insert(key, Parked { wake, id, taken });
        self.due.push(Reverse((wake, key)));
    }

    /// Runs that nobody watches are read again when it is their time.
    fn forget_some(&mut self) {
        while self.unwatched.len() > MOST_KEPT
            && let Some((_, oldest)) = self.unwatched.pop_first()
        {
            self.kept.remove(&oldest);
        }
    }

    /// A run whose time has come, or when that of the next one comes.
    fn next(&mut self, now: Timestamp) -> Result<(RunKey, From), Option<Timestamp>> {
        loop {
            let Some(Reverse((wake, key))) = self.due.peek().copied() else { return Err(None) };
            if self.parked.get(&key).is_none_or(|parked| parked.wake != wake) {
                self.due.pop();
            } else if wake > now {
                return Err(Some(wake));
            } else if let Some(from) = self.wake(key) {
                return Ok((key, from));
            }
        }
    }

    /// Takes a run out of those that wait.
    fn wake(&mut self, key: RunKey) -> Option<From> {
        let parked = self.parked.remove(&key)?;
        if let Some((came, active)) = self.kept.remove(&key) {
            self.unwatched.remove(&came);
            self.active.insert(key, active.executor.cancel.clone());
            return Some(From::Memory(Box::new(active)));
        }
        let cancel = Cancel::default();
        self.active.insert(key, cancel.clone());
        let id = RunId::try_from(String::from(parked.id)).ok()?;
        let (taken, decisions) = (parked.taken, Vec::new());
        Some(From::Journal(Wanted { key, id, taken, decisions, cancel, observer: None, watcher: None }))
    }

    /// Every run, to be released, and what is in memory of those that wait.
    pub(super) fn take_all(&mut self) -> (Vec<RunKey>, Vec<Active>) {
        let Self { active, parked, kept, .. } = std::mem::take(self);
        (active.into_keys().chain(parked.into_keys()).collect(), kept.into_values().map(|(_, active)| active).collect())
    }
}

impl Engine {
    /// Wakes runs when their time has come.
    pub(super) async fn keep_time(&self) {
        loop {
            let next = self.lock().next(Timestamp::now());
            let wake = match next {
                Ok((key, from)) => {
                    self.drive(key, from);
                    continue;
                }
                Err(wake) => wake,
            };
            tokio::select! {
                () = crate::run::until(wake) => {}
                () = self.0.changed.notified() => {}
                () = self.0.leave.cancelled() => return,
            }
        }
    }

    /// Cancels what other processes want to be cancelled.
    pub(super) async fn watch_cancels(&self) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(CANCEL_POLL) => {}
                () = self.0.leave.cancelled() => return,
            }
            match self.0.journal.cancel_requests().await {
                Ok(runs) => runs.into_iter().for_each(|run| self.cancel(run)),
                Err(error) => tracing::warn!(%error, "the journal cannot be asked which runs are to be cancelled"),
            }
        }
    }

    /// Cancels a run of this process, whether it is driven or waits.
    pub fn cancel(&self, key: RunKey) {
        let mut schedule = self.lock();
        let woken = schedule.wake(key);
        if let Some(cancel) = schedule.active.get(&key) {
            cancel.ask();
        }
        drop(schedule);
        if let Some(from) = woken {
            self.drive(key, from);
        }
    }
}
