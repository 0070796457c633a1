//! The records of one run: masked, appended one after the other, folded into the report, shown to the observer.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;
use stepwell_model::event::{Event, What};
use stepwell_model::journal::{Journal, JournalError};
use stepwell_model::report::Report;
use stepwell_model::run_store::{RunKey, RunStore};
use stepwell_secrets::Masker;
use tokio::sync::oneshot;

/// Called with every record after it is kept, in order. It must not block: the store keeps nothing meanwhile.
pub type Observer = Arc<dyn Fn(&Event) + Send + Sync>;

/// The journal of one run. Cheap to clone.
#[derive(Clone)]
pub struct RunLog(Arc<LogState>);

struct LogState {
    store: Arc<dyn RunStore>,
    run: RunKey,
    observer: Option<Observer>,
    masker: Masker,
    report: Mutex<Arc<Report>>,
    /// Set when a record was not kept: the report is ahead of the journal from then on. The store has a share of it.
    broken: Arc<Mutex<Option<JournalError>>>,
}

impl RunLog {
    /// The log of a run that has this report so far. Its masker keeps the run's secrets out of everything that only
    /// people read in the journal, the report and the view. The caller keeps them out of the rest.
    pub fn new(
        store: Arc<dyn RunStore>,
        run: RunKey,
        report: Report,
        observer: Option<Observer>,
        masker: Masker,
    ) -> Self {
        let (report, broken) = (Mutex::new(Arc::new(report)), Arc::default());
        Self(Arc::new(LogState { store, run, observer, masker, report, broken }))
    }

    /// The number of the run in its store.
    pub(crate) fn run(&self) -> RunKey {
        self.0.run
    }

    /// The masker of the records.
    pub fn masker(&self) -> &Masker {
        &self.0.masker
    }

    /// The report so far. Its last records may not be kept yet, but they are kept before anything that follows from them.
    pub fn report(&self) -> Arc<Report> {
        Arc::clone(&lock(&self.0.report))
    }

    fn submit(&self, what: What) -> Result<(Event, oneshot::Receiver<Result<(), JournalError>>), JournalError> {
        let (kept, when_kept) = oneshot::channel();
        // Locked until the record is handed over, so that the store gets the records in the order of their numbers.
        let mut report = lock(&self.0.report);
        if let Some(broken) = &*lock(&self.0.broken) {
            return Err(broken.clone());
        }
        let event = Event { seq: report.last_seq + 1, at: Timestamp::now(), what };
        Arc::make_mut(&mut report).apply(&event)?;
        // The callback has no share of the store: the thread that writes must not be the one that drops it, because the
        // process ends when the store is dropped.
        let (broken, shown) =
            (Arc::clone(&self.0.broken), self.0.observer.clone().map(|observer| (observer, event.clone())));
        self.0.store.submit(
            self.0.run,
            &event,
            Box::new(move |result| {
                match (&result, &shown) {
                    (Ok(()), Some((observer, event))) => observer(event),
                    (Ok(()), None) => {}
                    (Err(error), _) => {
                        // The store refuses later records for another reason: they do not follow.
                        lock(&broken).get_or_insert_with(|| error.clone());
                    }
                }
                // A caller that does not wait for the record learns of a failure with the next one.
                drop(kept.send(result));
            }),
        );
        Ok((event, when_kept))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for RunLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunLog").finish_non_exhaustive()
    }
}

/// Whether the run waits until the record is kept. The other records are kept before any record that follows them, and a
/// crash that loses them loses only work that is repeated.
fn is_awaited(what: &What) -> bool {
    match what {
        What::StepLogged { .. }
        | What::StepProgressed { .. }
        | What::CredentialsIssued { .. }
        | What::StepStarted { .. }
        | What::StepResumed { .. }
        | What::StepExpanded { .. }
        | What::StepSkipped { .. }
        | What::WaitWithheld { .. }
        | What::StepUndecided { .. }
        | What::ValuesExported { .. }
        | What::StepSucceeded { .. } => false,
        What::RunStarted { .. }
        | What::StepTaken { .. }
        | What::RunQueued { .. }
        | What::RunBegun { .. }
        | What::RunResumed
        | What::RunPaused { .. }
        | What::RunTimedOut
        | What::CallIntended { .. }
        | What::CallAnswered { .. }
        | What::ChangeWithheld { .. }
        | What::StepWaiting { .. }
        | What::StepCancelling { .. }
        | What::StepFailed { .. }
        | What::StepRetrying { .. }
        | What::StepDecided { .. }
        | What::StepCancelled { .. }
        | What::CancelRequested { .. }
        | What::RunFinished { .. } => true,
    }
}

#[async_trait]
impl Journal for RunLog {
    async fn append(&self, mut what: What) -> Result<Event, JournalError> {
        self.0.masker.what(&mut what);
        let is_awaited = is_awaited(&what);
        let (event, kept) = self.submit(what)?;
        if is_awaited {
            let gone = || JournalError::NotKept { reason: "the journal was closed".to_owned() };
            let kept = kept.await.unwrap_or_else(|_| Err(gone()));
            kept.map_err(|error| lock(&self.0.broken).clone().unwrap_or(error))?;
        }
        Ok(event)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use stepwell_journal::MemoryStore;
    use stepwell_model::event::{Log, LogLevel, Outcome, StepTitle};
    use stepwell_model::id::{JobName, RunId, StepPath};
    use stepwell_model::run_store::NewRun;

    use super::*;

    /// A run of one step, begun in a store of its own.
    async fn begun(step: &str, observer: Option<Observer>, masker: Masker) -> (MemoryStore, RunLog) {
        let steps = vec![StepTitle { id: step.parse().expect("valid"), uses: "ec2-stop".to_owned(), finally: false }];
        let (id, job): (RunId, JobName) = ("run".parse().expect("valid"), "stop_web".parse().expect("valid"));
        let what =
            What::RunStarted { run: id.clone(), job: job.clone(), steps, dry_run: false, deadline: None, origin: None };
        let first = vec![Event { seq: 1, at: Timestamp::UNIX_EPOCH, what }];
        let report = Report::of(&first).expect("it follows").expect("it is the first");
        let (snapshot, given) = (String::new(), String::new());
        let (project, dry_run, held, components) = (None, false, true, Vec::new());
        let store = MemoryStore::new();
        let run = NewRun { id, job, project, dry_run, snapshot, given, components, first, held };
        let key = store.create(run).await.expect("kept");
        let log = RunLog::new(Arc::new(store.clone()), key, report, observer, masker);
        (store, log)
    }

    #[tokio::test]
    async fn after_a_record_that_was_not_kept_none_is_taken_and_none_is_shown() {
        let seen = Arc::new(AtomicUsize::new(0));
        let observed = Arc::clone(&seen);
        let observer: Observer = Arc::new(move |_: &Event| {
            observed.fetch_add(1, Ordering::Relaxed);
        });
        let (store, log) = begun("a", Some(observer), Masker::new()).await;
        store.break_with(JournalError::NotKept { reason: "no space left on device".to_owned() });
        assert!(log.append(What::CancelRequested { force: false }).await.is_err());
        // The log does not wait for this record, and refuses it all the same.
        let started = What::StepStarted {
            step: "a".parse().expect("valid"),
            attempt: 1,
            deadline: Timestamp::MAX,
            stand_ins: Vec::new(),
        };
        assert!(log.append(started).await.is_err());
        assert_eq!(seen.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn a_record_on_its_way_does_not_keep_the_store_open() {
        let (store, log) = begun("a", None, Masker::new()).await;
        let store: Arc<dyn RunStore> = Arc::new(store);
        let (watched, seen) = (Arc::downgrade(&store), Arc::new(AtomicUsize::new(0)));
        let observed = Arc::clone(&seen);
        let observer: Observer = Arc::new(move |_: &Event| observed.store(watched.strong_count(), Ordering::Relaxed));
        let log = RunLog::new(store, log.run(), (*log.report()).clone(), Some(observer), Masker::new());
        log.append(What::CancelRequested { force: false }).await.expect("kept");
        assert_eq!(seen.load(Ordering::Relaxed), 1, "only the log itself has the store");
    }

    #[tokio::test]
    async fn a_record_that_cannot_follow_is_not_kept() {
        let (_, log) = begun("a", None, Masker::new()).await;
        let resumed = What::StepResumed { step: "a".parse().expect("valid") };
        assert!(log.append(resumed).await.is_err(), "it did not wait");
        assert_eq!(log.append(What::CancelRequested { force: false }).await.expect("kept").seq, 2);
    }

    #[tokio::test]
    async fn a_secret_in_a_log_is_neither_kept_nor_shown_and_outputs_are_never_changed() {
        let masker = Masker::new();
        ["stop_web", "hunter22"].iter().for_each(|secret| masker.learn(secret));
        let seen = Arc::new(Mutex::new(String::new()));
        let observed = Arc::clone(&seen);
        let observer: Observer = Arc::new(move |event: &Event| {
            *observed.lock().expect("no observer panics") += &serde_json::to_string(event).expect("events are JSON");
        });
        let (_, log) = begun("stop_web", Some(observer), masker).await;
        let step: StepPath = "stop_web".parse().expect("valid");
        let outputs = Arc::new([("said".to_owned(), "stop_web".into())].into());
        let told = Log::Line { level: LogLevel::Info, text: "stop_web with hunter22".to_owned() };
        for what in [
            What::StepStarted { step: step.clone(), attempt: 1, deadline: Timestamp::MAX, stand_ins: Vec::new() },
            What::StepLogged { step: step.clone(), log: told, captured: [].into() },
            What::StepSucceeded { step: step.clone(), outputs },
            What::RunFinished { outcome: Outcome::Succeeded, outputs: [].into(), cause: None, failure: None },
        ] {
            log.append(what).await.expect("it follows");
        }
        let report = log.report();
        let outputs = report.step(&step).and_then(|step| step.outputs.clone()).expect("it succeeded");
        assert_eq!(outputs["said"], "stop_web");
        let seen = seen.lock().expect("no observer panics");
        assert!(!seen.contains("hunter22") && seen.contains("***** with *****"), "{seen}");
        assert!(seen.contains("\"step\":\"stop_web\""), "{seen}");
    }
}
