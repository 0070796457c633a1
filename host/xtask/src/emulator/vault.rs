//! HashiCorp's Vault, canned: its documented HTTP exchange.

use serde::Deserialize;
use serde_json::json;

use super::loopback::{Token, recipe};
use super::{EmulatorError, Server};
use crate::python::Venv;

/// Vault's KV secrets engine, version 2, as its API documentation describes it (`tests/emulators/canned_vault.py`).
///
/// This is not Vault: no Vault server with this engine can be installed from the package registries that the tests
/// use. It shows that a request has the documented form. It cannot show that a Vault accepts it.
#[derive(Debug)]
pub struct CannedVault {
    server: Server,
}

/// A request that the canned Vault recorded.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct VaultRequest {
    /// The HTTP method: `GET`, `POST`, `PUT`, `DELETE` or `LIST`.
    pub method: String,
    /// The path, without its query.
    pub path: String,
    /// `X-Vault-Token`.
    pub token: Token,
    /// `X-Vault-Namespace`.
    pub namespace: Option<String>,
    /// The status of the answer; none until it is sent.
    pub status: Option<u16>,
}

impl CannedVault {
    /// Where the engine is mounted.
    pub const MOUNT: &str = "secret";

    /// Starts it empty, with one token that may do everything.
    ///
    /// # Errors
    ///
    /// When it does not come up; the error names its log.
    pub fn start(venv: &Venv, token: &str) -> Result<Self, EmulatorError> {
        let environment = [("VAULT_TOKEN", token), ("MOUNT", Self::MOUNT)];
        Ok(Self { server: Server::start(venv, &recipe("vault", &["canned_vault.py"]), &environment)? })
    }

    /// The value for `VAULT_ADDR`.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.server.endpoint
    }

    /// Seals or unseals it.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn set_sealed(&self, sealed: bool) -> Result<(), EmulatorError> {
        self.server.set(&json!({"sealed": sealed}))
    }

    /// Replaces the valid token.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn set_token(&self, token: &str) -> Result<(), EmulatorError> {
        self.server.set(&json!({"token": token}))
    }

    /// The requests so far, in order.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn seen(&self) -> Result<Vec<VaultRequest>, EmulatorError> {
        self.server.seen()
    }
}
