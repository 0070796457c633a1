//! What has still to be put in order when nobody waits for it any more: an upload that was broken off is to be taken back,
//! although the step that had begun it is gone.

use std::sync::LazyLock;

use tokio_util::task::TaskTracker;

static OPEN: LazyLock<TaskTracker> = LazyLock::new(TaskTracker::new);

/// What is put in order in this process.
pub(crate) fn open() -> &'static TaskTracker {
    &OPEN
}

/// Waits until everything is in order. A process that does not wait for it leaves things behind in AWS.
pub async fn settled() {
    OPEN.close();
    OPEN.wait().await;
}
