//! Many runs in one process: an engine drives those that can go on, and wakes those that wait when they are due.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use stepwell_model::NextAction as _;
use stepwell_model::event::{Event, Outcome, PauseReason, StopCause, What};
use stepwell_model::failure::Failure;
use stepwell_model::id::RunId;
use stepwell_model::journal::{Journal as _, JournalError};
use stepwell_model::report::{Report, Status};
use stepwell_model::run_store::{Claimed, NewRun, Placed, Requests, RunKey, RunLimit, RunReader, RunStore};
use stepwell_secrets::Masker;
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::error::EngineError;
use crate::executor::Executor;
use crate::failure;
use crate::halt::{HaltReason, Watch, Watcher};
use crate::inbox::Inbox;
use crate::journal::{Observer, RunLog};
use crate::loader::{Loader, ReadyRun, on_thread};
use crate::open_runs::{DueRun, OpenRuns, RunInMemory, RunInStore};
use crate::timing::{CANCEL_GRACE, later, until};

/// Runs that are driven at the same time. Others queue for a place: each run costs memory for its plan and its report.
const PLACES: usize = 1_024;

/// How long a run rests whose records could not be kept: a disk is rarely full for less.
const REST: Duration = Duration::from_secs(30);

/// How often the store is asked for requests of operators. The journal looks at one page of memory for it.
const REQUEST_POLL: Duration = Duration::from_millis(250);

/// How often the store is told that the runs of this process move.
const PULSE: Duration = Duration::from_secs(1);

/// Drives runs. One per process; cheap to clone.
#[derive(Clone)]
pub struct Engine(Arc<EngineState>);

struct EngineState {
    store: Arc<dyn RunStore>,
    reader: Arc<dyn RunReader>,
    loader: Loader,
    places: Semaphore,
    runs: Mutex<OpenRuns>,
    /// A run has begun to wait.
    changed: Notify,
    leave: CancellationToken,
    tasks: TaskTracker,
}

/// A run that is about to begin.
pub struct Start {
    /// What the store keeps of it.
    pub run: NewRun,
    /// How many runs of its group go on at the same time; none for any number.
    pub limit: Option<RunLimit>,
    /// What executes it.
    pub ready: ReadyRun,
    /// Called with every record.
    pub observer: Option<Observer>,
}

impl Engine {
    /// An engine that drives the runs of this store. Must be called within a tokio runtime.
    pub fn new(store: Arc<dyn RunStore>, loader: Loader) -> Self {
        let engine = Self(Arc::new(EngineState {
            reader: store.reader(),
            store,
            loader,
            places: Semaphore::new(PLACES),
            runs: Mutex::default(),
            changed: Notify::new(),
            leave: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }));
        let (timers, requests, pulse) = (engine.clone(), engine.clone(), engine.clone());
        engine.0.tasks.spawn(async move {
            tokio::select! {
                never = pulse.tell_that_runs_move() => match never {},
                () = pulse.0.leave.cancelled() => {}
            }
        });
        engine.0.tasks.spawn(async move { timers.wake_due_runs().await });
        engine.0.tasks.spawn(async move { requests.watch_requests().await });
        engine
    }

    /// The store of its runs.
    pub fn store(&self) -> &Arc<dyn RunStore> {
        &self.0.store
    }

    /// What makes runs ready.
    pub fn loader(&self) -> &Loader {
        &self.0.loader
    }

    /// Begins a run. The store has it when this returns.
    ///
    /// # Errors
    /// When the store does not keep it, or the limit admits no further run: then nothing was done.
    pub async fn start(&self, start: Start) -> Result<Watch, EngineError> {
        let Start { run, limit, ready, observer } = start;
        let (id, dry_run, mut first) = (run.id.clone(), run.dry_run, run.first.clone());
        let authority = self.0.loader.stamp(&run.snapshot);
        let placed = match &limit {
            Some(limit) => self.0.store.create_within(run, limit).await?,
            None => Placed::Begun(self.0.store.create(run).await?),
        };
        let key = match placed {
            Placed::Begun(key) => key,
            Placed::Queued { key, record } => {
                first.push(*record);
                key
            }
            Placed::Full(taken) => return Err(EngineError::Full(Box::new(taken))),
        };
        let report = Report::of(&first).map_err(JournalError::from)?.ok_or_else(|| missing("the first record"))?;
        if let Some(observer) = &observer {
            first.iter().for_each(|event| observer(event));
        }
        let masker = ready.aws.masker().clone();
        let (inbox, (watcher, watch)) = (Inbox::default(), Watcher::new(key, masker.clone()));
        let log = self.log(key, report, observer, masker);
        let executor = self.executor(id, ready, log, dry_run, inbox.clone());
        self.runs().active.insert(key, inbox);
        self.spawn(key, DueRun::InMemory(Box::new(RunInMemory { executor, watcher, authority })));
        Ok(watch)
    }

    /// Resumes a run that another process had left. The store has what operators decided about its uncertain steps.
    pub fn take(&self, claimed: Claimed, observer: Option<Observer>) -> Watch {
        let Claimed { key, id, .. } = claimed;
        let masker = self.0.loader.masker_of_run();
        let (inbox, (watcher, watch)) = (Inbox::default(), Watcher::new(key, masker.clone()));
        self.runs().active.insert(key, inbox.clone());
        let (taken, masker) = (true, Some(masker));
        self.spawn(key, DueRun::InStore(RunInStore { id, taken, inbox, observer, watcher, masker }));
        watch
    }

    /// Resumes up to `limit` abandoned runs, and returns how many. Those that wait are not even read.
    ///
    /// # Errors
    /// When the store cannot be asked.
    pub async fn take_open(&self, limit: usize) -> Result<usize, JournalError> {
        let claimed = self.0.store.claim_open(limit).await?;
        let count = claimed.len();
        for run in claimed {
            match run.wake.filter(|wake| *wake > Timestamp::now()) {
                Some(wake) => self.runs().park_taken(run.key, &run.id, wake),
                None => drop(self.take(run, None)),
            }
        }
        self.0.changed.notify_one();
        Ok(count)
    }

    /// Cancels a run of this process, whether it is driven or waits. `force` also ends its `finally` steps.
    pub fn cancel(&self, key: RunKey, force: bool) {
        self.tell(key, |inbox| inbox.ask_cancel(force));
    }

    /// Leaves something in the inbox of a run of this process, and wakes the run.
    fn tell(&self, key: RunKey, leave: impl FnOnce(&Inbox)) {
        let mut runs = self.runs();
        let woken = runs.wake(key);
        if let Some(inbox) = runs.active.get(&key) {
            leave(inbox);
        }
        drop(runs);
        if let Some(run) = woken {
            self.spawn(key, run);
        }
    }

    /// Number of its runs that have not ended.
    pub fn load(&self) -> usize {
        self.runs().len()
    }

    /// Leaves: begins nothing more, waits a while for the calls in flight, and releases the runs for other processes.
    ///
    /// # Errors
    /// When the store cannot be told. Other processes notice by themselves that this one has ended.
    pub async fn leave(&self) -> Result<(), JournalError> {
        self.0.leave.cancel();
        self.0.tasks.close();
        let over = async {
            self.0.tasks.wait().await;
            drop(tokio::time::timeout(CANCEL_GRACE, stepwell_aws::settled()).await);
        };
        // The calls in flight, and what is left of interrupted ones, need the leases.
        tokio::select! {
            () = over => {}
            never = self.tell_that_runs_move() => match never {},
        }
        let (held, kept) = self.runs().take_all();
        for RunInMemory { executor, watcher, .. } in kept {
            watcher.halt(executor.log.report(), HaltReason::Leaving);
        }
        self.0.store.release(&held).await
    }

    /// Wakes runs when they are due.
    async fn wake_due_runs(&self) {
        loop {
            let next = self.runs().next(Timestamp::now());
            let wake = match next {
                Ok((key, run)) => {
                    self.spawn(key, run);
                    continue;
                }
                Err(wake) => wake,
            };
            tokio::select! {
                () = until(wake) => {}
                () = self.0.changed.notified() => {}
                () = self.0.leave.cancelled() => return,
            }
        }
    }

    /// Tells the store that the threads of the runtime, which drive the runs, take up tasks, until the future is
    /// dropped.
    async fn tell_that_runs_move(&self) -> Infallible {
        loop {
            self.0.store.note_moving();
            tokio::time::sleep(PULSE).await;
        }
    }

    /// Passes on what operators ask of runs in other processes, and wakes the runs that were lost to another process.
    async fn watch_requests(&self) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(REQUEST_POLL) => {}
                () = self.0.leave.cancelled() => return,
            }
            match self.0.store.requests().await {
                Ok(Requests { cancels, forced, places, decisions }) => {
                    places.into_iter().for_each(|run| self.tell(run, Inbox::note_place));
                    cancels.into_iter().for_each(|run| self.cancel(run, false));
                    forced.into_iter().for_each(|run| self.cancel(run, true));
                    decisions.into_iter().for_each(|(run, decision)| self.tell(run, |inbox| inbox.decide(decision)));
                }
                Err(error) => tracing::warn!(%error, "the journal cannot be asked for requests of operators"),
            }
            self.0.loader.forget_idle();
            let lost = self.runs().lost();
            lost.into_iter().for_each(|run| self.tell(run, |_| ()));
        }
    }

    /// Drives a run on a task of its own, once there is a place for it.
    fn spawn(&self, key: RunKey, run: DueRun) {
        let engine = self.clone();
        self.0.tasks.spawn(async move {
            let _place = engine.0.places.acquire().await;
            // Boxed: a run has the memory to be driven only while it has a place.
            match run {
                DueRun::InMemory(run) => Box::pin(engine.resume(key, *run)).await,
                DueRun::InStore(run) => Box::pin(engine.read_and_drive(key, run)).await,
            }
        });
    }

    /// Drives a run that is in memory, under the current settings.
    async fn resume(&self, key: RunKey, mut run: RunInMemory) {
        match self.renew(&mut run).await {
            Ok(None) => self.drive(key, run).await,
            Ok(Some(report)) => self.over(key, run.watcher, report),
            Err(error) => self.broken(key, &run.executor.run, run.watcher, error),
        }
    }

    /// Plans the run again when its settings have changed. Returns the report of a run that has ended instead.
    async fn renew(&self, run: &mut RunInMemory) -> Result<Option<Arc<Report>>, EngineError> {
        let Some(authority) = self.0.loader.newer(&run.authority) else { return Ok(None) };
        let id = run.executor.run.clone();
        let record = on_thread(&self.0.reader, move |reader| reader.run(&id)).await?;
        let record = record.ok_or_else(|| missing("the run"))?;
        match self.0.loader.plan_now(&record, &self.0.reader).await {
            Ok(current) => {
                run.executor.plan = current.plan;
                run.authority = authority;
                Ok(None)
            }
            Err(failure) => {
                let is_cancelled = record.info.cancel_requested || run.executor.inbox.is_cancel_asked();
                self.refused(&run.executor.log, failure, is_cancelled).await.map(Some)
            }
        }
    }

    async fn read_and_drive(&self, key: RunKey, mut run: RunInStore) {
        match self.read(key, &mut run).await {
            Ok(Ok(run)) => self.drive(key, run).await,
            Ok(Err(report)) => self.over(key, run.watcher, report),
            Err(error) => self.broken(key, &run.id, run.watcher, error),
        }
    }

    /// Reads a run and everything that executes it. Returns the report of a run that has ended instead.
    async fn read(&self, key: RunKey, run: &mut RunInStore) -> Result<Result<RunInMemory, Arc<Report>>, EngineError> {
        let id = run.id.clone();
        // It lives on until the executor has it: the store forgets a lease that is not used.
        let lease = self.0.store.lease(key);
        stepwell_aws::held(&lease).await?;
        let read = move |reader: &dyn RunReader| {
            let events = reader.events(key, 0)?;
            let is_resumed = matches!(events.last(), Some(Event { what: What::RunResumed, .. }));
            Ok((reader.run(&id)?, Report::of(&events)?, is_resumed))
        };
        let (record, report, is_resumed) = on_thread(&self.0.reader, read).await?;
        let record = record.ok_or_else(|| missing("the run"))?;
        let report = report.ok_or_else(|| missing("the start of the run"))?;
        let masker = run.masker.take().unwrap_or_else(|| self.0.loader.masker_of_run());
        let log = self.log(key, report, run.observer.clone(), masker.clone());
        // A run that was resumed and could not be driven has no more to record when it is tried again.
        if run.taken && !is_resumed {
            log.append(What::RunResumed).await?;
        }
        if log.report().steps.iter().any(|step| step.status == Status::Uncertain) {
            let decisions = self.0.store.requests().await?.decisions.into_iter();
            decisions.filter(|(of, _)| *of == key).for_each(|(_, decision)| run.inbox.decide(decision));
        }
        let authority = self.0.loader.stamp(&record.snapshot);
        match self.0.loader.load(&record, &self.0.reader, &masker).await {
            Ok(ready) => {
                let executor = self.executor(record.info.id, ready, log, record.info.dry_run, run.inbox.clone());
                Ok(Ok(RunInMemory { executor, watcher: std::mem::take(&mut run.watcher), authority }))
            }
            Err(failure) => {
                let is_cancelled = record.info.cancel_requested || run.inbox.is_cancel_asked();
                self.refused(&log, failure, is_cancelled).await.map(Err)
            }
        }
    }

    /// Drives a run until it stops, and lets it wait when it does.
    async fn drive(&self, key: RunKey, run: RunInMemory) {
        match run.executor.drive().await {
            Ok(HaltReason::Parked(wake)) => {
                self.0.store.park(key, wake);
                self.park(key, run, wake);
            }
            // The store says when its place is free.
            Ok(HaltReason::Queued) => self.park(key, run, Timestamp::MAX),
            Ok(reason) => {
                // `leave` releases all runs together.
                if reason != HaltReason::Leaving {
                    self.runs().active.remove(&key);
                }
                run.watcher.halt(run.executor.log.report(), reason);
            }
            Err(error) => self.broken(key, &run.executor.run, run.watcher, error),
        }
    }

    /// Lets a run wait, unless it has something to look at.
    fn park(&self, key: RunKey, run: RunInMemory, wake: Timestamp) {
        let (inbox, mut runs) = (run.executor.inbox.clone(), self.runs());
        runs.park(key, run, wake);
        // A request may have come after the run had looked for one the last time, and before it was parked.
        let woken = if inbox.has_new() { runs.wake(key) } else { None };
        drop(runs);
        if let Some(run) = woken {
            self.spawn(key, run);
        }
        self.0.changed.notify_one();
    }

    /// Ends a run that was not driven to its end.
    fn over(&self, key: RunKey, watcher: Watcher, report: Arc<Report>) {
        self.runs().active.remove(&key);
        watcher.halt(report, HaltReason::Ended);
    }

    /// Gives up on a run for now. The error goes to its watcher. A run without one is tried again later, unless another
    /// process has it by now.
    fn broken(&self, key: RunKey, id: &RunId, watcher: Watcher, error: EngineError) {
        let mut runs = self.runs();
        runs.active.remove(&key);
        let Some(error) = watcher.fail(error) else { return };
        tracing::error!(run = %id, error = %error, because = error.because(), "the run cannot go on for now");
        let is_ours = !matches!(error, EngineError::Refused { .. } | EngineError::Journal(JournalError::Taken { .. }));
        if is_ours {
            runs.park_taken(key, id, later(REST));
            self.0.changed.notify_one();
        }
    }

    /// Pauses a run that cannot go on as things are, until an operator has seen to it. A cancelled run ends instead; its
    /// plugins stop nothing.
    async fn refused(&self, log: &RunLog, failure: Failure, is_cancelled: bool) -> Result<Arc<Report>, EngineError> {
        if is_cancelled && self.0.loader.is_attended() {
            abandon(log, &failure).await?;
            return Ok(log.report());
        }
        log.append(What::RunPaused { reason: PauseReason::Refused { failure: failure.clone() } }).await?;
        Err(EngineError::Refused { failure: Box::new(failure) })
    }

    fn log(&self, key: RunKey, report: Report, observer: Option<Observer>, masker: Masker) -> RunLog {
        RunLog::new(Arc::clone(&self.0.store), key, report, observer, masker)
    }

    fn executor(&self, run: RunId, ready: ReadyRun, log: RunLog, dry_run: bool, inbox: Inbox) -> Executor {
        let ReadyRun { plan, components, aws } = ready;
        let (sandbox, leave, lease) =
            (self.0.loader.sandbox().clone(), self.0.leave.clone(), self.0.store.lease(log.run()));
        Executor { run, plan, components, sandbox, aws, log, dry_run, lease, inbox, leave }
    }

    fn runs(&self) -> MutexGuard<'_, OpenRuns> {
        self.0.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}

fn missing(what: &str) -> EngineError {
    EngineError::Inconsistent { missing: what.to_owned() }
}

/// Ends a run without calling its plugins.
async fn abandon(log: &RunLog, refusal: &Failure) -> Result<(), JournalError> {
    let report = log.report();
    if !report.cancel_requested() {
        log.append(What::CancelRequested { force: false }).await?;
    }
    for step in &report.steps {
        if step.status == Status::NotStarted || step.status.is_ended() {
            continue;
        }
        if step.status == Status::Waiting {
            let (step, cause) = (step.id.clone(), StopCause::Cancelled);
            log.append(What::StepCancelling { step, cause, failure: None }).await?;
        }
        let failure = Some(failure::not_told(refusal));
        log.append(What::StepCancelled { step: step.id.clone(), failure }).await?;
    }
    log.append(What::RunFinished { outcome: Outcome::Cancelled, outputs: BTreeMap::new(), cause: None, failure: None })
        .await?;
    Ok(())
}
