//! What AWS remembers and no emulator does, and death at any of a program's requests.

use std::collections::BTreeMap;
use std::process::Child;
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use super::loopback::recipe;
use super::peers::read;
use super::{EmulatorError, Server};
use crate::python::Venv;

/// A memory of client tokens in front of moto (`tests/emulators/token_memory.py`), which notes every request and can kill
/// whoever makes it.
///
/// It stands in for the idempotency that AWS promises (EC2 API, "Ensuring idempotency") and that neither emulator has. What
/// passes here repeats a call with the token that it had; whether AWS takes it as the same, this cannot show.
#[derive(Debug)]
pub struct TokenMemory {
    server: Server,
}

/// A request, in the order in which they came.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Noted {
    /// The API operation, such as `CreateFlowLogs`.
    pub operation: String,
    /// The parameters, without those of [`Noted::client_token`] and [`Noted::operation`].
    pub parameters: BTreeMap<String, String>,
    /// `ClientToken`.
    pub client_token: Option<String>,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// moto did it.
    Done,
    /// Its token was known: the answer is that of the first request with it, and moto never saw this one.
    Remembered,
    /// moto refused it, or its token was known from a request for something else.
    Refused,
    /// Whoever made it was killed, and nothing was done.
    Lost,
    /// moto has not answered yet.
    Pending,
}

/// When a program dies at its request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Death {
    /// Before moto sees the request.
    BeforeEffect,
    /// When moto has answered, and before the program sees the answer.
    BeforeAnswer,
}

impl Noted {
    /// Whether it asks for a change, done or not.
    #[must_use]
    pub fn is_change(&self) -> bool {
        !self.operation.starts_with("Describe")
    }
}

impl TokenMemory {
    /// Starts it in front of the moto at `upstream`.
    ///
    /// # Errors
    ///
    /// When it does not come up; the error names its log.
    pub fn before(venv: &Venv, upstream: &str) -> Result<Self, EmulatorError> {
        let recipe = recipe("token-memory", &["token_memory.py"]);
        Ok(Self { server: Server::start(venv, &recipe, &[("UPSTREAM", upstream)])? })
    }

    /// What `AWS_ENDPOINT_URL` is to be.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.server.endpoint
    }

    /// Forgets tokens and requests, and kills nobody.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn forget(&self) -> Result<(), EmulatorError> {
        self.server.set(&json!({"kill_at": 0, "pid": 0}))?;
        let url = format!("{}/_test/forget", self.endpoint());
        read(&url, self.server.http.post(&url).send_empty()).map(drop)
    }

    /// Kills with SIGKILL whoever makes the `number`th request, counted from 1 from now on. Who that is must be said with
    /// [`TokenMemory::aim`]; until then the request waits.
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

    /// Ends whoever makes the `number`th request with SIGTERM, while it waits for the answer, which comes so much later.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn terminate_at(&self, number: usize, answered_after: Duration) -> Result<(), EmulatorError> {
        let hold = answered_after.as_secs_f64();
        self.server.set(&json!({"kill_at": number, "kill_when": "term", "pid": 0, "hold": hold}))
    }

    /// Kills nobody from now on.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn disarm(&self) -> Result<(), EmulatorError> {
        self.server.set(&json!({"kill_at": 0}))
    }

    /// Says which process is killed.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn aim(&self, process: &Child) -> Result<(), EmulatorError> {
        self.server.set(&json!({"pid": process.id()}))
    }

    /// Waits until nothing is under way any more. Whoever made requests must have ended: one that lives keeps its
    /// connections open.
    ///
    /// # Errors
    ///
    /// When it does not answer, or half a minute later something is under way still.
    pub fn settle(&self) -> Result<(), EmulatorError> {
        let url = format!("{}/_test/settled", self.endpoint());
        read(&url, self.server.http.get(&url).call()).map(drop)
    }

    /// The requests that came since it last forgot, in order.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn seen(&self) -> Result<Vec<Noted>, EmulatorError> {
        self.server.seen()
    }
}
