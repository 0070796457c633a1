//! What one call of a plugin may cost. Who enforces each limit: `stepwell-sandbox`'s `limits.rs`.

use serde::Serialize;

/// The limits of a step. [`Limits::default`] is what no file says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// Bytes of linear memory and tables. Interpreters (Python, JavaScript) fit; 1,000 parallel steps fit a small machine.
    pub memory: u64,
    /// Milliseconds that a call may compute. Time spent in host calls does not count, so no honest step comes near.
    pub cpu_ms: u64,
    /// Bytes of the JSON of outputs. They go into the journal and into other steps' expressions, not to a data store.
    pub outputs: u64,
    /// Bytes of a checkpoint. It is written at every wait.
    pub checkpoint: u64,
    /// Log events of one call. Enough for a table a line, too few to fill a disk.
    pub log_events: u64,
    /// Bytes of text in the log events of one call, for the same reason.
    pub log_bytes: u64,
    /// Calls from the plugin to the host within one call of the plugin: stops a loop that AWS would bill or throttle.
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
