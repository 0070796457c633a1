//! Asking a run to cancel, as often as somebody does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// Whether somebody asked to cancel a run, and the run has not recorded it yet. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<Asked>);

#[derive(Debug, Default)]
struct Asked {
    is_asked: AtomicBool,
    changed: Notify,
}

impl Cancel {
    /// Asks.
    pub fn ask(&self) {
        self.0.is_asked.store(true, Ordering::Release);
        self.0.changed.notify_one();
    }

    /// Whether somebody has asked since it was recorded last.
    pub fn is_asked(&self) -> bool {
        self.0.is_asked.load(Ordering::Acquire)
    }

    /// The same; what was asked counts as recorded from now on.
    pub(crate) fn take(&self) -> bool {
        self.0.is_asked.swap(false, Ordering::AcqRel)
    }

    /// Waits until somebody asks.
    pub(crate) async fn asked(&self) {
        while !self.is_asked() {
            self.0.changed.notified().await;
        }
    }
}
