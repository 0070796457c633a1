//! Waiting for a run to stop.

use std::sync::Arc;

use jiff::Timestamp;
use stepwell_model::report::Report;
use stepwell_model::run_store::RunKey;
use stepwell_secrets::Masker;
use tokio::sync::oneshot;

use crate::error::EngineError;

/// A run that has stopped: it ended, is paused, or the host leaves.
#[derive(Debug)]
pub struct Halt {
    /// What is known of it.
    pub report: Arc<Report>,
    /// Why it stopped. Never [`HaltReason::Parked`] or [`HaltReason::Queued`]: such a run goes on by itself.
    pub reason: HaltReason,
}

/// Why an executor has nothing more to do for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HaltReason {
    /// The run has ended.
    Ended,
    /// The run waits until this time, and need not stay in memory.
    Parked(Timestamp),
    /// The run waits for its place.
    Queued,
    /// An operator has to decide.
    Paused,
    /// The host leaves.
    Leaving,
}

/// A run whose end the caller can await.
pub struct Watch {
    /// The run.
    pub run: RunKey,
    /// Masks what is shown of the run. Its last clone takes the run's secrets out of the masker of the process.
    pub masker: Masker,
    end: oneshot::Receiver<Result<Halt, EngineError>>,
}

impl Watch {
    /// Waits until the run stops.
    ///
    /// # Errors
    /// When the host cannot drive it any further.
    pub async fn end(self) -> Result<Halt, EngineError> {
        let gone = || EngineError::Inconsistent { missing: "the executor of the run".to_owned() };
        self.end.await.unwrap_or_else(|_| Err(gone()))
    }
}

/// The other end of a [`Watch`]; none for a run that is not watched.
#[derive(Default)]
pub(crate) struct Watcher(Option<oneshot::Sender<Result<Halt, EngineError>>>);

impl Watcher {
    pub(crate) fn new(run: RunKey, masker: Masker) -> (Self, Watch) {
        let (watcher, end) = oneshot::channel();
        (Self(Some(watcher)), Watch { run, masker, end })
    }

    pub(crate) fn is_watching(&self) -> bool {
        self.0.as_ref().is_some_and(|watcher| !watcher.is_closed())
    }

    pub(crate) fn halt(self, report: Arc<Report>, reason: HaltReason) {
        drop(self.0.map(|watcher| watcher.send(Ok(Halt { report, reason }))));
    }

    /// Hands the error over; gives it back when the run is not watched.
    pub(crate) fn fail(self, error: EngineError) -> Option<EngineError> {
        match self.0 {
            Some(watcher) => watcher.send(Err(error)).err().and_then(Result::err),
            None => Some(error),
        }
    }
}
