//! The commands of Systems Manager that no emulator runs.

use serde::Deserialize;
use serde_json::Value as Json;

use super::loopback::recipe;
use super::{EmulatorError, Server};
use crate::python::Venv;

/// Run Command of Systems Manager, as the API reference describes it (`tests/emulators/canned_ssm.py`).
///
/// No emulator has commands that take their time, write something or fail. It runs nothing: it answers with what it was
/// told to, and notes what it was asked.
#[derive(Debug)]
pub struct CannedSsm {
    server: Server,
}

/// A request that it got.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct SsmRequest {
    /// The API operation, such as `SendCommand`.
    pub operation: String,
    /// What it carried.
    pub parameters: Json,
}

impl CannedSsm {
    /// The id that every command gets.
    pub const COMMAND: &str = "11111111-2222-3333-4444-555555555555";

    /// Starts it, without any node; commands are over at once.
    ///
    /// # Errors
    ///
    /// When it does not come up; the error names its log.
    pub fn start(venv: &Venv) -> Result<Self, EmulatorError> {
        Ok(Self { server: Server::start(venv, &recipe("ssm", &["canned_ssm.py"]), &[])? })
    }

    /// What `AWS_ENDPOINT_URL` is to be.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.server.endpoint
    }

    /// Says what it answers; the program says with what settings.
    ///
    /// # Errors
    ///
    /// When it does not answer, or knows no such setting.
    pub fn set(&self, settings: &Json) -> Result<(), EmulatorError> {
        self.server.set(settings)
    }

    /// The requests that it got so far, in order.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn seen(&self) -> Result<Vec<SsmRequest>, EmulatorError> {
        self.server.seen()
    }
}
