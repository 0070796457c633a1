//! The limits of one call of a plugin. `stepwell-sandbox` enforces them, in its `limits.rs`.

use serde::Serialize;

/// The limits of a step. [`Limits::default`] applies where no file sets a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// Bytes of linear memory and tables. Interpreters (Python, JavaScript) fit; 1,000 parallel steps fit a small machine.
    pub memory: u64,
    /// Milliseconds that a call may compute. Time spent in host calls does not count, so an honest step stays far below.
    pub cpu_ms: u64,
    /// Bytes of the outputs as JSON. Outputs go into the journal and into other steps' expressions, not to a data store.
    pub outputs: u64,
    /// Bytes of a checkpoint. The host writes one at every wait.
    pub checkpoint: u64,
    /// Log events of one call: enough for a table with one line each, too few to fill a disk.
    pub log_events: u64,
    /// Bytes of text in the log events of one call, for the same reason.
    pub log_bytes: u64,
    /// Calls from the plugin to the host within one call of the plugin. Stops a loop that AWS would bill or throttle.
    pub host_calls: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory: 64 << 20,
            cpu_ms: 5_000,
            outputs: 1 << 20,
            checkpoint: 64 << 10,
            log_events: 10_000,
            log_bytes: 4 << 20,
            host_calls: 10_000,
        }
    }
}
