//! A memory of client tokens, which no emulator has; it can also kill a program at any of its requests.

use std::collections::BTreeMap;
use std::process::Child;
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use super::loopback::recipe;
use super::peers::read;
use super::{EmulatorError, Server};
use crate::python::Venv;

/// A proxy before moto that remembers client tokens, records every request and can kill its sender
/// (`tests/emulators/token_memory.py`).
///
/// It stands in for the idempotency that AWS promises (EC2 API, "Ensuring idempotency") and that neither emulator has.
/// It shows that a retry carries the token of the first attempt. It cannot show that AWS treats the two as one.
#[derive(Debug)]
pub struct TokenMemory {
    server: Server,
}

/// A recorded request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Noted {
    /// The API operation, such as `CreateFlowLogs`.
    pub operation: String,
    /// The parameters, without those of [`Noted::client_token`] and [`Noted::operation`].
    pub parameters: BTreeMap<String, String>,
    /// `ClientToken`.
    pub client_token: Option<String>,
    /// The fate of the request.
    pub fate: Fate,
}

/// The fate of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// moto executed it.
    Done,
    /// The token was known: the answer is that of the first request with it, and moto did not see this one.
    Remembered,
    /// moto refused it, or the token was known from a different request.
    Refused,
    /// Its sender was killed before moto saw the request.
    Lost,
    /// moto has not answered yet.
    Pending,
}

/// The moment at which a program is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Death {
    /// Before the request takes effect.
    BeforeEffect,
    /// After it took effect, and before the program sees the answer.
    BeforeAnswer,
}

impl Noted {
    /// Whether the operation changes something, executed or not.
    #[must_use]
    pub fn is_change(&self) -> bool {
        !self.operation.starts_with("Describe")
    }
}

impl TokenMemory {
    /// Starts it before the moto at `upstream`.
    ///
    /// # Errors
    ///
    /// When it does not come up; the error names its log.
    pub fn before(venv: &Venv, upstream: &str) -> Result<Self, EmulatorError> {
        let recipe = recipe("token-memory", &["token_memory.py"]);
        Ok(Self { server: Server::start(venv, &recipe, &[("UPSTREAM", upstream)])? })
    }

    /// The value for `AWS_ENDPOINT_URL`.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.server.endpoint
    }

    /// Forgets tokens and requests, and disarms.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn forget(&self) -> Result<(), EmulatorError> {
        self.server.set(&json!({"kill_at": 0, "pid": 0}))?;
        let url = format!("{}/_test/forget", self.endpoint());
        read(&url, self.server.http.post(&url).send_empty()).map(drop)
    }

    /// Kills the sender of the `number`th request from now on (the first is 1) with SIGKILL. The request waits until
    /// [`TokenMemory::aim`] names the process.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn kill_at(&self, number: usize, death: Death) -> Result<(), EmulatorError> {
        let when = match death {
            Death::BeforeEffect => "before",
            Death::BeforeAnswer => "after",
        };
        self.server.set(&json!({"kill_at": number, "kill_when": when, "pid": 0}))
    }

    /// Sends SIGTERM to the sender of the `number`th request while it waits for the answer, which is delayed by
    /// `answered_after`.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn terminate_at(&self, number: usize, answered_after: Duration) -> Result<(), EmulatorError> {
        let hold = answered_after.as_secs_f64();
        self.server.set(&json!({"kill_at": number, "kill_when": "term", "pid": 0, "hold": hold}))
    }

    /// Stops the sender of the `number`th request with SIGSTOP, once it has nothing but requests in flight. Later
    /// requests wait until then.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn stop_at(&self, number: usize) -> Result<(), EmulatorError> {
        self.server.set(&json!({"kill_at": number, "kill_when": "stop", "pid": 0}))
    }

    /// Stops the sender as [`stop_at`](Self::stop_at) does, and answers this request with HTTP status 503, as AWS does
    /// when it is asked too often.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn stop_and_refuse_at(&self, number: usize) -> Result<(), EmulatorError> {
        self.server.set(&json!({"kill_at": number, "kill_when": "refuse", "pid": 0}))
    }

    /// Kills no process from now on.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn disarm(&self) -> Result<(), EmulatorError> {
        self.server.set(&json!({"kill_at": 0}))
    }

    /// Names the process to kill.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn aim(&self, process: &Child) -> Result<(), EmulatorError> {
        self.server.set(&json!({"pid": process.id()}))
    }

    /// Waits until no request is in flight. The senders must have ended, because a living process keeps its connections
    /// open.
    ///
    /// # Errors
    ///
    /// When it does not answer, or a request is still in flight after half a minute.
    pub fn settle(&self) -> Result<(), EmulatorError> {
        let url = format!("{}/_test/settled", self.endpoint());
        read(&url, self.server.http.get(&url).call()).map(drop)
    }

    /// The requests since [`TokenMemory::forget`], in order.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn seen(&self) -> Result<Vec<Noted>, EmulatorError> {
        self.server.seen()
    }
}
