//! The queries of CloudWatch Logs that no emulator has.

use serde::Deserialize;
use serde_json::Value as Json;

use super::loopback::recipe;
use super::{EmulatorError, Server};
use crate::python::Venv;

/// Saved queries of CloudWatch Logs, and queries that take their time and may fail, as the API reference describes them
/// (`tests/emulators/canned_logs.py`).
///
/// No emulator has these. It finds nothing by itself: it answers with what it was told to, and notes what it was asked.
#[derive(Debug)]
pub struct CannedLogs {
    server: Server,
}

/// A request that it got.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct LogsRequest {
    /// The API operation, such as `StartQuery`.
    pub operation: String,
    /// What it carried.
    pub parameters: Json,
}

impl CannedLogs {
    /// Starts it, without any saved query; queries are complete at once and find nothing.
    ///
    /// # Errors
    ///
    /// When it does not come up; the error names its log.
    pub fn start(venv: &Venv) -> Result<Self, EmulatorError> {
        Ok(Self { server: Server::start(venv, &recipe("logs", &["canned_logs.py"]), &[])? })
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
    pub fn seen(&self) -> Result<Vec<LogsRequest>, EmulatorError> {
        self.server.seen()
    }
}
