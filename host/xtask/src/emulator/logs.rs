//! Queries of CloudWatch Logs, canned: no emulator has these.

use serde::Deserialize;
use serde_json::Value as Json;

use super::loopback::recipe;
use super::{EmulatorError, Server};
use crate::python::Venv;

/// Saved queries of CloudWatch Logs, and queries that run for a while and can fail, as the API reference describes them
/// (`tests/emulators/canned_logs.py`).
///
/// It searches no logs: it returns the results that the test sets, and records the requests.
#[derive(Debug)]
pub struct CannedLogs {
    server: Server,
}

/// A recorded request.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct LogsRequest {
    /// The API operation, such as `StartQuery`.
    pub operation: String,
    /// The parameters.
    pub parameters: Json,
}

impl CannedLogs {
    /// Starts it without a saved query; queries complete at once with no result.
    ///
    /// # Errors
    ///
    /// When it does not come up; the error names its log.
    pub fn start(venv: &Venv) -> Result<Self, EmulatorError> {
        Ok(Self { server: Server::start(venv, &recipe("logs", &["canned_logs.py"]), &[])? })
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
    pub fn seen(&self) -> Result<Vec<LogsRequest>, EmulatorError> {
        self.server.seen()
    }
}
