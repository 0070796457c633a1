//! The records of one run: masked, appended one after the other, folded into the report, shown to whoever watches.

use std::fmt;

use async_trait::async_trait;
use jiff::Timestamp;
use stepwell_aws::Masker;
use stepwell_model::event::{Event, What};
use stepwell_model::journal::{Journal, JournalError};
use stepwell_model::report::Report;
use tokio::sync::Mutex;

/// Keeps records. The in-memory store keeps them as long as the process lives.
#[async_trait]
pub trait Store: Send + Sync {
    /// Keeps a record; returns when it is kept.
    ///
    /// # Errors
    /// When it is not kept, or when that is not known.
    async fn keep(&self, event: &Event) -> Result<(), JournalError>;
}

/// Keeps records in memory.
#[derive(Debug, Default)]
pub struct MemoryStore(std::sync::Mutex<Vec<Event>>);

#[async_trait]
impl Store for MemoryStore {
    async fn keep(&self, event: &Event) -> Result<(), JournalError> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(event.clone());
        Ok(())
    }
}

/// Is told of every record after it is kept.
pub type Observer = Box<dyn Fn(&Event) + Send + Sync>;

/// The journal of one run.
pub struct RunLog {
    store: Box<dyn Store>,
    observer: Observer,
    masker: Masker,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    seq: u64,
    report: Option<Report>,
}

impl RunLog {
    /// A run of which nothing is recorded yet. No secret that the masker knows is kept, shown, or part of the report.
    pub fn new(store: Box<dyn Store>, observer: Observer, masker: Masker) -> Self {
        Self { store, observer, masker, state: Mutex::new(State::default()) }
    }

    /// What masks the records.
    pub fn masker(&self) -> &Masker {
        &self.masker
    }

    /// The report so far; none before the first record.
    pub async fn report(&self) -> Option<Report> {
        self.state.lock().await.report.clone()
    }
}

impl fmt::Debug for RunLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunLog").finish_non_exhaustive()
    }
}

#[async_trait]
impl Journal for RunLog {
    async fn append(&self, mut what: What) -> Result<Event, JournalError> {
        self.masker.what(&mut what);
        // Held until the record is kept, so that records are kept in the order of their numbers.
        let mut state = self.state.lock().await;
        let event = Event { seq: state.seq + 1, at: Timestamp::now(), what };
        let folded = match &state.report {
            None => Report::begin(&event),
            Some(report) => {
                let mut report = report.clone();
                report.apply(&event).map(|()| report)
            }
        };
        let folded = folded?;
        self.store.keep(&event).await?;
        *state = State { seq: event.seq, report: Some(folded) };
        (self.observer)(&event);
        Ok(event)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use stepwell_model::event::{Outcome, StepTitle};
    use stepwell_model::id::StepId;

    use super::*;

    struct FullDisk;

    #[async_trait]
    impl Store for FullDisk {
        async fn keep(&self, _: &Event) -> Result<(), JournalError> {
            Err(JournalError::NotKept { reason: "no space left on device".to_owned() })
        }
    }

    fn begun() -> What {
        let (run, job) = ("run".parse().expect("valid"), "job".parse().expect("valid"));
        What::RunStarted { run, job, steps: Vec::new(), dry_run: false }
    }

    #[tokio::test]
    async fn what_is_not_kept_did_not_happen() {
        let seen = Arc::new(AtomicUsize::new(0));
        let observed = Arc::clone(&seen);
        let observer = Box::new(move |_: &Event| {
            observed.fetch_add(1, Ordering::Relaxed);
        });
        let log = RunLog::new(Box::new(FullDisk), observer, Masker::new());
        assert!(log.append(begun()).await.is_err());
        assert_eq!(log.report().await, None);
        assert_eq!(seen.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn a_record_that_cannot_follow_is_not_kept() {
        let log = RunLog::new(Box::new(MemoryStore::default()), Box::new(|_| ()), Masker::new());
        assert!(log.append(What::CancelRequested).await.is_err(), "a run begins with its start");
        assert_eq!(log.append(begun()).await.expect("kept").seq, 1);
        assert!(log.append(begun()).await.is_err(), "a run begins once");
        assert_eq!(log.append(What::CancelRequested).await.expect("kept").seq, 2);
    }

    #[tokio::test]
    async fn a_secret_is_neither_kept_nor_shown_and_may_be_called_like_a_step() {
        let masker = Masker::new();
        ["stop_web", "hunter22"].iter().for_each(|secret| masker.learn(secret));
        let seen = Arc::new(std::sync::Mutex::new(String::new()));
        let observed = Arc::clone(&seen);
        let observer = Box::new(move |event: &Event| {
            *observed.lock().expect("nobody panics") += &serde_json::to_string(event).expect("events are JSON");
        });
        let log = RunLog::new(Box::new(MemoryStore::default()), observer, masker);
        let step: StepId = "stop_web".parse().expect("valid");
        let title = StepTitle { id: step.clone(), uses: "ec2-stop".to_owned() };
        let (run, job) = ("run".parse().expect("valid"), "stop_web".parse().expect("valid"));
        let outputs = Arc::new([("said".to_owned(), "stop_web with hunter22".into())].into());
        for what in [
            What::RunStarted { run, job, steps: vec![title], dry_run: false },
            What::StepStarted { step: step.clone(), attempt: 1, deadline: Timestamp::MAX },
            What::StepSucceeded { step: step.clone(), outputs },
            What::RunFinished { outcome: Outcome::Succeeded },
        ] {
            log.append(what).await.expect("it follows");
        }
        let report = log.report().await.expect("it began");
        let outputs = report.step(&step).and_then(|step| step.outputs.clone()).expect("it succeeded");
        assert_eq!(outputs["said"], "***** with *****");
        let seen = seen.lock().expect("nobody panics");
        assert!(!seen.contains("hunter22") && seen.contains("\"step\":\"stop_web\""), "{seen}");
    }
}
