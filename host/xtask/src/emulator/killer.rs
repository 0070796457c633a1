//! Signals for a program at one of its requests.

use std::process::Child;
use std::time::Duration;

use serde_json::json;

use super::peers::read;
use super::{EmulatorError, Server};

/// A server that can kill, terminate or stop the sender of any request (`tests/emulators/killer.py`).
#[derive(Debug)]
pub struct Killer {
    pub(super) server: Server,
}

/// The moment at which a program is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Death {
    /// Before the request takes effect.
    BeforeEffect,
    /// After it took effect, and before the program sees the answer.
    BeforeAnswer,
}

impl Killer {
    /// Kills the sender of the `number`th request from now on (the first is 1) with SIGKILL. The request waits until
    /// [`Killer::aim`] names the process.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn kill_at(&self, number: usize, death: Death) -> Result<(), EmulatorError> {
        let when = match death {
            Death::BeforeEffect => "before",
            Death::BeforeAnswer => "after",
        };
        self.signal_at(number, when)
    }

    /// Sends SIGTERM to the sender of the `number`th request while it waits for the answer, which is delayed by
    /// `answered_after`.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn terminate_at(&self, number: usize, answered_after: Duration) -> Result<(), EmulatorError> {
        self.server.set(&json!({"hold": answered_after.as_secs_f64()}))?;
        self.signal_at(number, "term")
    }

    /// Stops the sender of the `number`th request with SIGSTOP, once it has nothing but requests in flight. Later
    /// requests wait until then.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn stop_at(&self, number: usize) -> Result<(), EmulatorError> {
        self.signal_at(number, "stop")
    }

    pub(super) fn signal_at(&self, number: usize, when: &str) -> Result<(), EmulatorError> {
        self.server.set(&json!({"kill_at": number, "kill_when": when, "pid": 0}))
    }

    /// Signals no process from now on.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn disarm(&self) -> Result<(), EmulatorError> {
        self.server.set(&json!({"kill_at": 0}))
    }

    /// Names the process to signal.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn aim(&self, process: &Child) -> Result<(), EmulatorError> {
        self.server.set(&json!({"pid": process.id()}))
    }

    /// Waits until no connection is open and no request is in flight. The senders must have ended, because a living
    /// process keeps its connections open.
    ///
    /// # Errors
    ///
    /// When it does not answer, or a connection is still open after up to a minute.
    pub fn settle(&self) -> Result<(), EmulatorError> {
        let url = format!("{}/_test/settled", self.server.endpoint);
        // The agent's own timeout is shorter.
        let request = self.server.http.get(&url).config().timeout_global(Some(Duration::from_secs(90))).build();
        read(&url, request.call()).map(drop)
    }
}
