//! Clean-up tasks that outlive their step, such as aborting an interrupted multipart upload.

use std::sync::LazyLock;

use tokio_util::task::TaskTracker;

static OPEN: LazyLock<TaskTracker> = LazyLock::new(TaskTracker::new);

/// The tasks of this process.
pub(crate) fn open() -> &'static TaskTracker {
    &OPEN
}

/// Waits for all clean-up tasks. A process that ends without it leaves parts of uploads behind in AWS.
pub async fn settled() {
    OPEN.close();
    OPEN.wait().await;
}
