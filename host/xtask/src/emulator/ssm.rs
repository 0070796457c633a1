//! Commands of Systems Manager, canned: no emulator runs them.

use serde::Deserialize;
use serde_json::Value as Json;

use super::loopback::recipe;
use super::{EmulatorError, Server};
use crate::python::Venv;

/// Run Command of Systems Manager, as the API reference describes it (`tests/emulators/canned_ssm.py`).
///
/// No emulator has commands that run for a while, write output or fail. This one runs nothing: it returns the answers that
/// the test sets, and records the requests.
#[derive(Debug)]
pub struct CannedSsm {
    server: Server,
}

/// A recorded request.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct SsmRequest {
    /// The API operation, such as `SendCommand`.
    pub operation: String,
    /// The parameters.
    pub parameters: Json,
}

impl CannedSsm {
    /// The id that every command gets.
    pub const COMMAND: &str = "11111111-2222-3333-4444-555555555555";

    /// Starts it without a node; commands end at once.
    ///
    /// # Errors
    ///
    /// When it does not come up; the error names its log.
    pub fn start(venv: &Venv) -> Result<Self, EmulatorError> {
        Ok(Self { server: Server::start(venv, &recipe("ssm", &["canned_ssm.py"]), &[])? })
    }

    /// The value for `AWS_ENDPOINT_URL`.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.server.endpoint
    }

    /// Sets the next answers; the head of the program lists the settings.
    ///
    /// # Errors
    ///
    /// When it does not answer, or has no such setting.
    pub fn set(&self, settings: &Json) -> Result<(), EmulatorError> {
        self.server.set(settings)
    }

    /// The requests so far, in order.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn seen(&self) -> Result<Vec<SsmRequest>, EmulatorError> {
        self.server.seen()
    }
}
