//! The common part of the servers on `tests/emulators/loopback.py`: settings that a test changes, and recorded requests.

use std::net::SocketAddr;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::peers::read;
use super::{EmulatorError, Recipe, Server};

/// The token of a request, without its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Token {
    /// No token.
    None,
    /// The valid token.
    Valid,
    /// A wrong or expired token.
    Invalid,
}

pub(super) const SEEN: &str = "/_test/seen";

/// The recipe of a program that builds on `loopback.py`.
pub(super) fn recipe<'a>(name: &'static str, program: &'a [&'a str]) -> Recipe<'a> {
    let listen =
        |at: SocketAddr| vec!["--host".to_owned(), at.ip().to_string(), "--port".to_owned(), at.port().to_string()];
    Recipe { name, program, listen, settings: |_, _| Vec::new(), ready: SEEN }
}

impl Server {
    pub(super) fn set(&self, settings: &Json) -> Result<(), EmulatorError> {
        let url = format!("{}/_test/settings", self.endpoint);
        let answer = self.http.post(&url).content_type("application/json").send(settings.to_string());
        read(&url, answer).map(|_| ())
    }

    pub(super) fn forget(&self) -> Result<(), EmulatorError> {
        let url = format!("{}/_test/forget", self.endpoint);
        read(&url, self.http.post(&url).send_empty()).map(drop)
    }

    pub(super) fn seen<T: DeserializeOwned>(&self) -> Result<Vec<T>, EmulatorError> {
        let url = format!("{}{SEEN}", self.endpoint);
        let text = read(&url, self.http.get(&url).call())?;
        serde_json::from_str(&text).map_err(|_| EmulatorError::Answer { url, status: 200, text })
    }
}
