//! Many runs in one process: those that can go on are driven, those that wait are an entry in a heap.

mod authority;
mod loader;
mod schedule;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use stepwell_journal::{Claimed, JournalStore, NewRun, RunKey};
use stepwell_model::NextAction as _;
use stepwell_model::event::{DecidedBy, Decision, What};
use stepwell_model::id::{RunId, StepPath};
use stepwell_model::journal::{Journal as _, JournalError};
use stepwell_model::report::Report;
use tokio::sync::{Notify, Semaphore, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::authority::Under;
use self::schedule::Schedule;
use crate::cancel::Cancel;
use crate::journal::{Observer, RunLog, RunStore};
use crate::run::{EngineError, Executor, Left};

pub use loader::{Access, Loaded, Loader};

/// Runs that are driven at the same time. The others wait for a place: each costs memory for its plan and its report.
const PLACES: usize = 1_024;

/// How long a run rests whose records could not be kept: a disk is rarely full for less.
const REST: Duration = Duration::from_secs(30);

/// Drives runs. One per process; cheap to clone.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    journal: JournalStore,
    loader: Loader,
    places: Semaphore,
    schedule: Mutex<Schedule>,
    /// The schedule has changed.
    changed: Notify,
    leave: CancellationToken,
    tasks: TaskTracker,
}

/// A run that is about to begin.
pub struct Start {
    /// What the journal keeps of it.
    pub run: NewRun,
    /// What executes it.
    pub loaded: Loaded,
    /// Is told of every record.
    pub observer: Option<Observer>,
}

/// Somebody waits for a run.
pub struct Watch {
    /// The run.
    pub run: RunKey,
    end: oneshot::Receiver<Result<Halt, EngineError>>,
}

/// A run that does not go on for now, or ever.
#[derive(Debug)]
pub struct Halt {
    /// What is known of it.
    pub report: Arc<Report>,
    /// Why it does not go on. Never [`Left::Parked`].
    pub left: Left,
}

/// A run in memory.
struct Active {
    executor: Executor,
    watcher: Option<oneshot::Sender<Result<Halt, EngineError>>>,
    under: Under,
}

/// Where a run comes from that is to be driven.
enum From {
    Memory(Box<Active>),
    Journal(Wanted),
}

/// A run that has to be read.
struct Wanted {
    key: RunKey,
    id: RunId,
    /// Another process had left it.
    taken: bool,
    /// What somebody says about the steps that are uncertain.
    decisions: Vec<(StepPath, Decision)>,
    cancel: Cancel,
    observer: Option<Observer>,
    watcher: Option<oneshot::Sender<Result<Halt, EngineError>>>,
}

impl Watch {
    /// Waits until the run does not go on.
    ///
    /// # Errors
    /// When the host cannot go on with it.
    pub async fn end(self) -> Result<Halt, EngineError> {
        let gone = || EngineError::Inconsistent { missing: "the executor of the run".to_owned() };
        self.end.await.unwrap_or_else(|_| Err(gone()))
    }
}

impl Engine {
    /// An engine that drives what it is given. Must be called within a tokio runtime.
    pub fn new(journal: JournalStore, loader: Loader) -> Self {
        let inner = Arc::new(Inner {
            journal,
            loader,
            places: Semaphore::new(PLACES),
            schedule: Mutex::default(),
            changed: Notify::new(),
            leave: CancellationToken::new(),
            tasks: TaskTracker::new(),
        });
        let engine = Self(inner);
        let (timers, cancels) = (engine.clone(), engine.clone());
        engine.0.tasks.spawn(async move { timers.keep_time().await });
        engine.0.tasks.spawn(async move { cancels.watch_cancels().await });
        engine
    }

    /// What keeps its runs.
    pub fn journal(&self) -> &JournalStore {
        &self.0.journal
    }

    /// What makes runs ready.
    pub fn loader(&self) -> &Loader {
        &self.0.loader
    }

    /// Begins a run. It is in the journal when this returns.
    ///
    /// # Errors
    /// When the journal does not keep it: then nothing was done.
    pub async fn start(&self, start: Start) -> Result<Watch, EngineError> {
        let Start { run, loaded, observer } = start;
        let (id, dry_run, first, under) = (run.id.clone(), run.dry_run, run.first.clone(), self.under(&run.snapshot));
        let report = Report::of(&first).map_err(JournalError::from)?;
        let report = report.ok_or_else(|| EngineError::Inconsistent { missing: "the first record".to_owned() })?;
        let key = self.0.journal.create(run).await?;
        if let Some(observer) = &observer {
            first.iter().for_each(|event| observer(event));
        }
        let (cancel, (watcher, end)) = (Cancel::default(), oneshot::channel());
        let log = self.log(key, report, observer);
        let executor = self.executor(id, loaded, log, dry_run, cancel.clone());
        self.lock().active.insert(key, cancel);
        self.drive(key, From::Memory(Box::new(Active { executor, watcher: Some(watcher), under })));
        Ok(Watch { run: key, end })
    }

    /// Goes on with a run that another process had left, and with what somebody decided about its uncertain steps.
    pub fn take(&self, claimed: Claimed, decisions: Vec<(StepPath, Decision)>, observer: Option<Observer>) -> Watch {
        let Claimed { key, id, .. } = claimed;
        let (cancel, (watcher, end)) = (Cancel::default(), oneshot::channel());
        self.lock().active.insert(key, cancel.clone());
        let watcher = Some(watcher);
        self.drive(key, From::Journal(Wanted { key, id, taken: true, decisions, cancel, observer, watcher }));
        Watch { run: key, end }
    }

    /// Goes on with whatever runs other processes have left, at most so many at a time; those that wait are not even
    /// read. Says how many there were.
    ///
    /// # Errors
    /// When the journal cannot be asked.
    pub async fn take_open(&self, at_most: usize) -> Result<usize, JournalError> {
        let claimed = self.0.journal.claim_open(at_most).await?;
        let count = claimed.len();
        for run in claimed {
            match run.wake.filter(|wake| *wake > Timestamp::now()) {
                Some(wake) => self.lock().park_taken(run.key, run.id, wake),
                None => drop(self.take(run, Vec::new(), None)),
            }
        }
        self.0.changed.notify_one();
        Ok(count)
    }

    /// How many runs it has that have not ended.
    pub fn load(&self) -> usize {
        self.lock().len()
    }

    /// Leaves: nothing more begins, what is in flight is awaited for a while, and the runs are free for other processes.
    ///
    /// # Errors
    /// When the journal cannot be told. Other processes find out by themselves when this one is gone.
    pub async fn leave(&self) -> Result<(), JournalError> {
        self.0.leave.cancel();
        self.0.tasks.close();
        self.0.tasks.wait().await;
        let (held, kept) = self.lock().take_all();
        for Active { executor, watcher, .. } in kept {
            let halt = Halt { report: executor.log.report(), left: Left::Leaving };
            drop(watcher.map(|watcher| watcher.send(Ok(halt))));
        }
        self.0.journal.release(&held).await
    }

    fn log(&self, key: RunKey, report: Report, observer: Option<Observer>) -> RunLog {
        let store = RunStore { journal: self.0.journal.clone(), run: key };
        RunLog::new(Box::new(store), report, observer, self.0.loader.masker().clone())
    }

    fn executor(&self, run: RunId, loaded: Loaded, log: RunLog, dry_run: bool, cancel: Cancel) -> Executor {
        let Loaded { plan, components, aws } = loaded;
        let (sandbox, leave) = (self.0.loader.sandbox().clone(), self.0.leave.clone());
        Executor { run, plan, components, sandbox, aws, log, dry_run, cancel, leave }
    }

    fn drive(&self, key: RunKey, from: From) {
        let engine = self.clone();
        self.0.tasks.spawn(async move {
            let _place = engine.0.places.acquire().await;
            match from {
                From::Memory(active) => engine.go_on(key, *active).await,
                From::Journal(mut wanted) => match engine.read(&wanted).await {
                    Ok(Ok((executor, under))) => {
                        let watcher = wanted.watcher.take();
                        engine.driven(key, Active { executor, watcher, under }).await;
                    }
                    Ok(Err(report)) => engine.over(key, wanted.watcher, report),
                    Err(error) => engine.broken(key, wanted.id, wanted.watcher, error),
                },
            }
        });
    }

    /// Reads a run, and everything that executes it. What cannot go on as things are is left to whoever can see to it.
    /// Gives the report of a run that has ended instead.
    async fn read(&self, wanted: &Wanted) -> Result<Result<(Executor, Under), Arc<Report>>, EngineError> {
        let reader = self.0.journal.reader().clone();
        let (key, id) = (wanted.key, wanted.id.clone());
        let (record, report) = reader
            .on_thread(move |reader| Ok((reader.run(&id)?, Report::of(&reader.events(key, 0)?))))
            .await
            .map_err(JournalError::from)?;
        let missing = |what: &str| EngineError::Inconsistent { missing: what.to_owned() };
        let record = record.ok_or_else(|| missing("the run"))?;
        let report = report.map_err(JournalError::from)?.ok_or_else(|| missing("the start of the run"))?;
        let log = self.log(key, report, wanted.observer.clone());
        if wanted.taken {
            log.append(What::RunResumed).await?;
        }
        for (step, decision) in &wanted.decisions {
            let (step, decision) = (step.clone(), *decision);
            log.append(What::StepDecided { step, decision, by: DecidedBy::Operator }).await?;
        }
        let under = self.under(&record.snapshot);
        match self.0.loader.load(&record, self.0.journal.reader()).await {
            Ok(loaded) => {
                let executor = self.executor(record.id, loaded, log, record.dry_run, wanted.cancel.clone());
                Ok(Ok((executor, under)))
            }
            Err(failure) => {
                let is_cancelled = record.cancel_requested || wanted.cancel.is_asked();
                self.refused(&log, failure, is_cancelled).await.map(Err)
            }
        }
    }

    async fn driven(&self, key: RunKey, active: Active) {
        match active.executor.drive().await {
            Ok(Left::Parked(wake)) => {
                self.0.journal.park(key, wake);
                self.lock().park(key, active, wake);
                self.0.changed.notify_one();
            }
            Ok(left) => {
                // Those that are left are released together.
                if left != Left::Leaving {
                    self.lock().active.remove(&key);
                }
                let halt = Halt { report: active.executor.log.report(), left };
                drop(active.watcher.map(|watcher| watcher.send(Ok(halt))));
            }
            Err(error) => self.broken(key, active.executor.run.clone(), active.watcher, error),
        }
    }

    /// The run has ended without having been driven.
    fn over(&self, key: RunKey, watcher: Option<oneshot::Sender<Result<Halt, EngineError>>>, report: Arc<Report>) {
        self.lock().active.remove(&key);
        drop(watcher.map(|watcher| watcher.send(Ok(Halt { report, left: Left::Ended }))));
    }

    /// The run cannot go on here. Whoever waits for it is told; otherwise it is tried again later, unless it is another
    /// process's by now.
    fn broken(
        &self,
        key: RunKey,
        id: RunId,
        watcher: Option<oneshot::Sender<Result<Halt, EngineError>>>,
        error: EngineError,
    ) {
        let mut schedule = self.lock();
        schedule.active.remove(&key);
        let unheard = match watcher {
            Some(watcher) => watcher.send(Err(error)).err().and_then(Result::err),
            None => Some(error),
        };
        let Some(error) = unheard else { return };
        tracing::error!(run = %id, error = %error, because = error.because(), "the run cannot go on for now");
        let is_ours = !matches!(error, EngineError::Refused { .. } | EngineError::Journal(JournalError::Taken { .. }));
        if is_ours {
            let wake = Timestamp::now().saturating_add(REST).unwrap_or(Timestamp::MAX);
            schedule.park_taken(key, id, wake);
            self.0.changed.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Schedule> {
        self.0.schedule.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}
