//! The open runs of a process, and when those that wait go on.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};

use jiff::Timestamp;
use stepwell_model::id::RunId;
use stepwell_model::run_store::RunKey;
use stepwell_secrets::Masker;

use crate::executor::Executor;
use crate::halt::Watcher;
use crate::inbox::Inbox;
use crate::journal::Observer;
use crate::loader::AuthorityStamp;

/// Waiting runs that stay in memory, because they are due soon or are watched. Each is as large as its report.
const MOST_KEPT: usize = 256;

/// A run that can go on.
pub(crate) enum DueRun {
    InMemory(Box<RunInMemory>),
    InStore(RunInStore),
}

/// A run with everything that executes it.
pub(crate) struct RunInMemory {
    pub(crate) executor: Executor,
    pub(crate) watcher: Watcher,
    pub(crate) authority: AuthorityStamp,
}

/// A run that has to be read from the store first.
pub(crate) struct RunInStore {
    pub(crate) id: RunId,
    /// Another process had left it.
    pub(crate) taken: bool,
    pub(crate) inbox: Inbox,
    pub(crate) observer: Option<Observer>,
    pub(crate) watcher: Watcher,
    /// None for a run that is not watched: it gets one when it is read.
    pub(crate) masker: Option<Masker>,
}

/// The open runs of a process.
#[derive(Default)]
pub(crate) struct OpenRuns {
    /// Those that are driven, or queue for a place.
    pub(crate) active: HashMap<RunKey, Inbox>,
    /// Those that wait. An entry of the heap that differs from this is out of date.
    parked: HashMap<RunKey, Parked>,
    due: BinaryHeap<Reverse<(Timestamp, RunKey)>>,
    /// Some of those that wait, kept in memory, with the number of their arrival.
    kept: HashMap<RunKey, (u64, RunInMemory)>,
    /// The kept runs that are not watched, by arrival.
    unwatched: BTreeMap<u64, RunKey>,
    arrivals: u64,
}

/// A run that waits.
struct Parked {
    wake: Timestamp,
    id: Box<str>,
    /// Another process had left it, and it was not driven since.
    taken: bool,
}

impl OpenRuns {
    pub(crate) fn len(&self) -> usize {
        self.active.len() + self.parked.len()
    }

    /// Lets a run wait, in memory while there is room for it.
    pub(crate) fn park(&mut self, key: RunKey, run: RunInMemory, wake: Timestamp) {
        self.active.remove(&key);
        self.put(key, run.executor.run.as_str().into(), wake, false);
        self.arrivals += 1;
        if !run.watcher.is_watching() {
            self.unwatched.insert(self.arrivals, key);
        }
        self.kept.insert(key, (self.arrivals, run));
        self.forget_some();
    }

    /// Lets a run wait that another process had left.
    pub(crate) fn park_taken(&mut self, key: RunKey, id: &RunId, wake: Timestamp) {
        self.put(key, id.as_str().into(), wake, true);
    }

    fn put(&mut self, key: RunKey, id: Box<str>, wake: Timestamp, taken: bool) {
        self.parked.insert(key, Parked { wake, id, taken });
        self.due.push(Reverse((wake, key)));
    }

    /// Drops the oldest runs that are not watched from memory. They are read again when they are due.
    fn forget_some(&mut self) {
        while self.unwatched.len() > MOST_KEPT
            && let Some((_, oldest)) = self.unwatched.pop_first()
        {
            self.kept.remove(&oldest);
        }
    }

    /// Takes a run that is due; otherwise says when the next one is due.
    pub(crate) fn next(&mut self, now: Timestamp) -> Result<(RunKey, DueRun), Option<Timestamp>> {
        loop {
            let Some(Reverse((wake, key))) = self.due.peek().copied() else { return Err(None) };
            if self.parked.get(&key).is_none_or(|parked| parked.wake != wake) {
                self.due.pop();
            } else if wake > now {
                return Err(Some(wake));
            } else if let Some(run) = self.wake(key) {
                return Ok((key, run));
            }
        }
    }

    /// Those of the waiting runs in memory that another process has taken.
    pub(crate) fn lost(&self) -> Vec<RunKey> {
        let lost = self.kept.iter().filter(|(_, (_, run))| run.executor.lease.lost().is_some());
        lost.map(|(key, _)| *key).collect()
    }

    /// Takes a run out of those that wait.
    pub(crate) fn wake(&mut self, key: RunKey) -> Option<DueRun> {
        let parked = self.parked.remove(&key)?;
        if let Some((arrival, run)) = self.kept.remove(&key) {
            self.unwatched.remove(&arrival);
            self.active.insert(key, run.executor.inbox.clone());
            return Some(DueRun::InMemory(Box::new(run)));
        }
        let inbox = Inbox::default();
        self.active.insert(key, inbox.clone());
        let id = RunId::try_from(String::from(parked.id)).ok()?;
        let taken = parked.taken;
        let (observer, watcher, masker) = Default::default();
        Some(DueRun::InStore(RunInStore { id, taken, inbox, observer, watcher, masker }))
    }

    /// Every run, to be released, and those of the waiting ones that are in memory.
    pub(crate) fn take_all(&mut self) -> (Vec<RunKey>, Vec<RunInMemory>) {
        let Self { active, parked, kept, .. } = std::mem::take(self);
        (active.into_keys().chain(parked.into_keys()).collect(), kept.into_values().map(|(_, run)| run).collect())
    }
}
