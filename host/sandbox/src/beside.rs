//! Work of the host that may take long, beside other tasks.

use tokio::runtime::{Handle, RuntimeFlavor};

/// Does the work, and lets other tasks go on meanwhile if it may take long.
pub fn beside<T>(may_take_long: bool, work: impl FnOnce() -> T) -> T {
    let has_threads = || Handle::try_current().is_ok_and(|now| now.runtime_flavor() == RuntimeFlavor::MultiThread);
    if may_take_long && has_threads() { tokio::task::block_in_place(work) } else { work() }
}
