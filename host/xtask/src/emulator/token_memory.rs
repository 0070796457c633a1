//! A memory of client tokens, which no emulator has.

use std::collections::BTreeMap;
use std::ops::Deref;

use serde::Deserialize;

use super::loopback::recipe;
use super::{EmulatorError, Killer, Server};
use crate::python::Venv;

/// A proxy before moto that remembers client tokens, records every request and can kill its sender
/// (`tests/emulators/token_memory.py`, [`Killer`]).
///
/// It stands in for the idempotency that AWS promises (EC2 API, "Ensuring idempotency") and that neither emulator has.
/// It shows that a retry carries the token of the first attempt. It cannot show that AWS treats the two as one.
#[derive(Debug)]
pub struct TokenMemory {
    killer: Killer,
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
        let server = Server::start(venv, &recipe, &[("UPSTREAM", upstream)])?;
        Ok(Self { killer: Killer { server } })
    }

    /// The value for `AWS_ENDPOINT_URL`.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.killer.server.endpoint
    }

    /// Forgets tokens and requests, and disarms.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn forget(&self) -> Result<(), EmulatorError> {
        self.disarm()?;
        self.killer.server.forget()
    }

    /// Stops the sender as [`stop_at`](Killer::stop_at) does, and answers this request with HTTP status 503, as AWS does
    /// when it is asked too often.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn stop_and_refuse_at(&self, number: usize) -> Result<(), EmulatorError> {
        self.killer.signal_at(number, "refuse")
    }

    /// The requests since [`TokenMemory::forget`], in order.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn seen(&self) -> Result<Vec<Noted>, EmulatorError> {
        self.killer.server.seen()
    }
}

impl Deref for TokenMemory {
    type Target = Killer;

    fn deref(&self) -> &Killer {
        &self.killer
    }
}
