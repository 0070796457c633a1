//! What operators ask of a run that this process executes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use stepwell_model::run_store::OperatorDecision;
use tokio::sync::Notify;

/// The requests of operators that a run has not recorded yet: to cancel it, and decisions about its uncertain calls.
/// Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Inbox(Arc<InboxState>);

#[derive(Debug, Default)]
struct InboxState {
    is_cancel_asked: AtomicBool,
    /// Whether the `finally` steps are to end as well.
    is_force_asked: AtomicBool,
    /// Whether the place of the queued run is free.
    is_place_free: AtomicBool,
    decisions: Mutex<Decisions>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Decisions {
    new: Vec<OperatorDecision>,
    /// All so far: the store repeats each until the run has a record of it.
    all: Vec<OperatorDecision>,
}

impl Inbox {
    /// Requests to cancel the run. `force` also ends its `finally` steps.
    pub fn ask_cancel(&self, force: bool) {
        self.0.is_force_asked.fetch_or(force, Ordering::AcqRel);
        self.0.is_cancel_asked.store(true, Ordering::Release);
        self.0.changed.notify_one();
    }

    /// Whether there is a request to cancel the run that it has not recorded.
    pub fn is_cancel_asked(&self) -> bool {
        self.0.is_cancel_asked.load(Ordering::Acquire)
    }

    /// Whether the request that it has not recorded ends the `finally` steps, too; none without a request. The request
    /// counts as recorded from now on.
    pub(crate) fn take_cancel(&self) -> Option<bool> {
        let is_asked = self.0.is_cancel_asked.swap(false, Ordering::AcqRel);
        is_asked.then(|| self.0.is_force_asked.swap(false, Ordering::AcqRel))
    }

    /// Notes that the place of the run is free, if it waits for one.
    pub(crate) fn note_place(&self) {
        self.0.is_place_free.store(true, Ordering::Release);
        self.0.changed.notify_one();
    }

    /// Whether it was noted since the last call.
    pub(crate) fn take_place(&self) -> bool {
        self.0.is_place_free.swap(false, Ordering::AcqRel)
    }

    /// Leaves a decision, unless it was left before.
    pub(crate) fn decide(&self, decision: OperatorDecision) {
        let mut decisions = self.decisions();
        if !decisions.all.contains(&decision) {
            decisions.all.push(decision.clone());
            decisions.new.push(decision);
            self.0.changed.notify_one();
        }
    }

    /// The decisions that were left since the last call.
    pub(crate) fn take_decisions(&self) -> Vec<OperatorDecision> {
        std::mem::take(&mut self.decisions().new)
    }

    fn decisions(&self) -> MutexGuard<'_, Decisions> {
        self.0.decisions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the run has something to look at.
    pub(crate) fn has_new(&self) -> bool {
        self.is_cancel_asked() || self.0.is_place_free.load(Ordering::Acquire) || !self.decisions().new.is_empty()
    }

    /// Waits for a request.
    pub(crate) async fn asked(&self) {
        while !self.has_new() {
            self.0.changed.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use stepwell_model::event::Decision;

    use super::*;

    #[test]
    fn a_decision_is_taken_once_however_often_the_store_repeats_it() {
        let inbox = Inbox::default();
        let (step, decision) = ("a".parse().expect("valid"), Decision::Skip);
        let (by, at) = ("ada".to_owned(), Timestamp::UNIX_EPOCH);
        let decision = OperatorDecision { step, attempt: 1, call: 1, decision, by, at };
        inbox.decide(decision.clone());
        assert!(inbox.has_new());
        assert_eq!(inbox.take_decisions(), std::slice::from_ref(&decision));
        inbox.decide(decision);
        assert!(!inbox.has_new());
        assert_eq!(inbox.take_decisions(), []);
    }
}
