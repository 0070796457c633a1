//! The limits of a step, and what an attempt has used of them. `stepwell-sandbox` enforces them, in its `limits.rs`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::event::{Answer, Checkpoint, Log};

/// The limits of a step. [`Limits::default`] applies where no file sets a limit.
///
/// Memory and computing time are bounded call by call. Everything that reaches the journal or AWS is bounded over a
/// whole attempt, over all its waits: otherwise a plugin could write and call without end by waiting again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// Bytes of linear memory and tables. Interpreters (Python, JavaScript) fit; 1,000 parallel steps fit a small machine.
    pub memory: u64,
    /// Milliseconds that a call may compute. Time spent in host calls does not count, so an honest step stays far below.
    pub cpu_ms: u64,
    /// Bytes of the outputs as JSON. Outputs go into the journal and into other steps' expressions, not to a data store.
    pub outputs: u64,
    /// Bytes of one checkpoint. The host writes one at every wait.
    pub checkpoint: u64,
    /// Bytes of all checkpoints and wait messages of an attempt: 17,000 waits of 3.9 KiB each.
    pub checkpoint_total: u64,
    /// Log events of an attempt: enough for a table with one line each, too few to fill a disk. A poll reports with the
    /// message of its wait, which is no log event.
    pub log_events: u64,
    /// Bytes of text in the log events of an attempt, for the same reason.
    pub log_bytes: u64,
    /// Calls from the plugin to the host in an attempt; each wait counts as one. Stops a loop that AWS would bill or
    /// throttle. A day of polls every 5 seconds needs 17,280 waits and one to three calls each, which is at most
    /// 69,120.
    pub host_calls: u64,
    /// Bytes of the body of an HTTP request: notifications and API calls have kilobytes.
    pub http_request: u64,
    /// Bytes of the body of the answer to an HTTP request, after decompression. It fits into the plugin's memory several
    /// times.
    pub http_answer: u64,
    /// Bytes of a file that is downloaded by HTTP.
    pub http_download: u64,
    /// Milliseconds of an HTTP request, with its redirects and retries. A plugin that waits longer should wait durably.
    pub http_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory: 64 << 20,
            cpu_ms: 5_000,
            outputs: 1 << 20,
            checkpoint: 64 << 10,
            checkpoint_total: 64 << 20,
            log_events: 10_000,
            log_bytes: 4 << 20,
            host_calls: 100_000,
            http_request: 1 << 20,
            http_answer: 8 << 20,
            http_download: 64 << 20,
            http_ms: 30_000,
        }
    }
}

/// What an attempt has used of its limits so far, as its records tell. What the plugin does to stop counts from zero
/// again, so that an attempt that has run into a limit can still clean up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Used {
    /// Its log events. Those that a call repeats after a crash of the host count again: the journal holds them twice.
    pub log_events: u64,
    /// Bytes of text in them.
    pub log_bytes: u64,
    /// Its waits, and its calls to the host before the last of them. A crash of the host loses the number of the calls
    /// after that.
    pub host_calls: u64,
    /// Bytes of its checkpoints, and [`WAIT`] for each of its waits.
    pub checkpoint_bytes: u64,
    /// Bytes of the answers to its calls that the journal keeps for a resumed run.
    pub answer_bytes: u64,
}

/// What a wait counts besides its checkpoint, in bytes: the longest message. Its own message is masked, and its length
/// would tell the plugin whether the mask changed it.
const WAIT: u64 = 1 << 10;

/// The log of an attempt up to a wait, as the plugin wrote it. The journal holds it masked, and a mask changes its
/// size.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Logged {
    /// Events.
    pub events: u64,
    /// Bytes of text.
    pub bytes: u64,
}

impl Logged {
    /// Whether there are none. Records of before they were counted have none, too.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

impl Used {
    /// Counts a log event.
    pub fn log(&mut self, log: &Log) {
        self.log_events = self.log_events.saturating_add(1);
        self.log_bytes = self.log_bytes.saturating_add(log.size());
    }

    /// Counts the answer to a call.
    pub fn answer(&mut self, answer: &Answer) {
        self.answer_bytes = self.answer_bytes.saturating_add(answer.kept_bytes());
    }

    /// Counts a wait, before which the plugin made this many calls to the host and had this log.
    pub fn wait(&mut self, host_calls: u64, logged: Logged, checkpoint: &Checkpoint) {
        self.host_calls = self.host_calls.saturating_add(host_calls).saturating_add(1);
        self.checkpoint_bytes = self.checkpoint_bytes.saturating_add(checkpoint.0.len() as u64 + WAIT);
        if !logged.is_none() {
            (self.log_events, self.log_bytes) = (logged.events, logged.bytes);
        }
    }
}
