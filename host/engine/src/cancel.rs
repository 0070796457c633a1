//! Requests to cancel a run.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// A request to cancel a run that the run has not recorded yet. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<CancelState>);

#[derive(Debug, Default)]
struct CancelState {
    is_asked: AtomicBool,
    changed: Notify,
}

impl Cancel {
    /// Requests to cancel the run.
    pub fn ask(&self) {
        self.0.is_asked.store(true, Ordering::Release);
        self.0.changed.notify_one();
    }

    /// Whether there is a request that the run has not recorded.
    pub fn is_asked(&self) -> bool {
        self.0.is_asked.load(Ordering::Acquire)
    }

    /// The same; the request counts as recorded from now on.
    pub(crate) fn take(&self) -> bool {
        self.0.is_asked.swap(false, Ordering::AcqRel)
    }

    /// Waits for a request.
    pub(crate) async fn asked(&self) {
        while !self.is_asked() {
            self.0.changed.notified().await;
        }
    }
}
