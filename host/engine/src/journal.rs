//! The records of one run: masked, appended one after the other, folded into the report, shown to whoever watches.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;
use stepwell_journal::{JournalStore, Kept, RunKey};
use stepwell_model::event::{Event, What};
use stepwell_model::journal::{Journal, JournalError};
use stepwell_model::report::Report;
use stepwell_secrets::Masker;
use tokio::sync::oneshot;

/// Keeps the records of one run, in the order in which they are handed over.
pub trait Store: Send + Sync {
    /// Takes a record, and calls back when it is kept, or when it is not.
    fn submit(&self, event: &Event, kept: Kept);
}

/// One run of a [`JournalStore`].
#[derive(Clone)]
pub struct RunStore {
    /// The store.
    pub journal: JournalStore,
    /// The run.
    pub run: RunKey,
}

impl Store for RunStore {
    fn submit(&self, event: &Event, kept: Kept) {
        self.journal.submit(self.run, event, kept);
    }
}

/// Is told of every record after it is kept, in their order. It must not block: nothing is kept meanwhile.
pub type Observer = Arc<dyn Fn(&Event) + Send + Sync>;

/// The journal of one run. Cheap to clone.
#[derive(Clone)]
pub struct RunLog(Arc<Inner>);

struct Inner {
    store: Box<dyn Store>,
    observer: Option<Observer>,
    masker: Masker,
    report: Mutex<Arc<Report>>,
    /// Set when a record was not kept: what is folded is not what the journal holds any more.
    broken: Mutex<Option<JournalError>>,
}

impl RunLog {
    /// A run as far as its records say. No secret that the masker knows is kept, shown, or part of the report from now on.
    pub fn new(store: Box<dyn Store>, report: Report, observer: Option<Observer>, masker: Masker) -> Self {
        let (report, broken) = (Mutex::new(Arc::new(report)), Mutex::default());
        Self(Arc::new(Inner { store, observer, masker, report, broken }))
    }

    /// What masks the records.
    pub fn masker(&self) -> &Masker {
        &self.0.masker
    }

    /// The report so far. What is in it may not be kept yet, but is before anything that follows from it.
    pub fn report(&self) -> Arc<Report> {
        Arc::clone(&lock(&self.0.report))
    }

    fn submit(&self, what: What) -> Result<(Event, oneshot::Receiver<Result<(), JournalError>>), JournalError> {
        let (kept, when_kept) = oneshot::channel();
        // Held until the record is handed over, so that records are kept in the order of their numbers.
        let mut report = lock(&self.0.report);
        if let Some(broken) = &*lock(&self.0.broken) {
            return Err(broken.clone());
        }
        let event = Event { seq: report.last_seq + 1, at: Timestamp::now(), what };
        Arc::make_mut(&mut report).apply(&event)?;
        let (inner, shown) = (Arc::clone(&self.0), self.0.observer.clone().map(|observer| (observer, event.clone())));
        self.0.store.submit(
            &event,
            Box::new(move |result| {
                match (&result, &shown) {
                    (Ok(()), Some((observer, event))) => observer(event),
                    (Ok(()), None) => {}
                    (Err(error), _) => {
                        // What follows a record that was not kept is refused for another reason.
                        lock(&inner.broken).get_or_insert_with(|| error.clone());
                    }
                }
                // Whoever does not wait for it learns of a failure with the next record.
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

/// Whether nothing may happen before the record is kept. The others are kept before any record that follows them, and a
/// crash that loses them loses only work that is done again.
fn is_awaited(what: &What) -> bool {
    !matches!(
        what,
        What::StepLogged { .. }
            | What::StepProgressed { .. }
            | What::CredentialsIssued { .. }
            | What::StepStarted { .. }
            | What::StepResumed { .. }
            | What::StepExpanded { .. }
            | What::StepSkipped { .. }
            | What::ValuesExported { .. }
            | What::StepSucceeded { .. }
    )
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

    use stepwell_model::event::{Outcome, StepTitle};
    use stepwell_model::id::StepPath;

    use super::*;

    struct FullDisk;

    impl Store for FullDisk {
        fn submit(&self, _: &Event, kept: Kept) {
            kept(Err(JournalError::NotKept { reason: "no space left on device".to_owned() }));
        }
    }

    struct Endless;

    impl Store for Endless {
        fn submit(&self, _: &Event, kept: Kept) {
            kept(Ok(()));
        }
    }

    fn begun(step: &str) -> Report {
        let steps = vec![StepTitle { id: step.parse().expect("valid"), uses: "ec2-stop".to_owned(), finally: false }];
        let (run, job) = ("run".parse().expect("valid"), "stop_web".parse().expect("valid"));
        let what = What::RunStarted { run, job, steps, dry_run: false, deadline: None };
        Report::begin(&Event { seq: 1, at: Timestamp::UNIX_EPOCH, what }).expect("it is the first")
    }

    #[tokio::test]
    async fn after_a_record_that_was_not_kept_none_is_taken_and_none_is_shown() {
        let seen = Arc::new(AtomicUsize::new(0));
        let observed = Arc::clone(&seen);
        let observer: Observer = Arc::new(move |_: &Event| {
            observed.fetch_add(1, Ordering::Relaxed);
        });
        let log = RunLog::new(Box::new(FullDisk), begun("a"), Some(observer), Masker::new());
        assert!(log.append(What::CancelRequested).await.is_err());
        // This one is not waited for, and is refused all the same.
        let started = What::StepStarted { step: "a".parse().expect("valid"), attempt: 1, deadline: Timestamp::MAX };
        assert!(log.append(started).await.is_err());
        assert_eq!(seen.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn a_record_that_cannot_follow_is_not_kept() {
        let log = RunLog::new(Box::new(Endless), begun("a"), None, Masker::new());
        let resumed = What::StepResumed { step: "a".parse().expect("valid") };
        assert!(log.append(resumed).await.is_err(), "it did not wait");
        assert_eq!(log.append(What::CancelRequested).await.expect("kept").seq, 2);
    }

    #[tokio::test]
    async fn a_secret_is_neither_kept_nor_shown_and_may_be_called_like_a_step() {
        let masker = Masker::new();
        ["stop_web", "hunter22"].iter().for_each(|secret| masker.learn(secret));
        let seen = Arc::new(Mutex::new(String::new()));
        let observed = Arc::clone(&seen);
        let observer: Observer = Arc::new(move |event: &Event| {
            *observed.lock().expect("nobody panics") += &serde_json::to_string(event).expect("events are JSON");
        });
        let log = RunLog::new(Box::new(Endless), begun("stop_web"), Some(observer), masker);
        let step: StepPath = "stop_web".parse().expect("valid");
        let outputs = Arc::new([("said".to_owned(), "stop_web with hunter22".into())].into());
        for what in [
            What::StepStarted { step: step.clone(), attempt: 1, deadline: Timestamp::MAX },
            What::StepSucceeded { step: step.clone(), outputs },
            What::RunFinished { outcome: Outcome::Succeeded, outputs: [].into(), cause: None, failure: None },
        ] {
            log.append(what).await.expect("it follows");
        }
        let report = log.report();
        let outputs = report.step(&step).and_then(|step| step.outputs.clone()).expect("it succeeded");
        assert_eq!(outputs["said"], "***** with *****");
        let seen = seen.lock().expect("nobody panics");
        assert!(!seen.contains("hunter22") && seen.contains("\"step\":\"stop_web\""), "{seen}");
    }
}
