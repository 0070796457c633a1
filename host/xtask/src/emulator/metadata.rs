//! The credential endpoints of EC2, ECS and EKS.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use super::loopback::{Token, recipe};
use super::{EmulatorError, Keys, REGION, Server};
use crate::python::Venv;

/// The instance metadata service of EC2 (IMDSv2) and the credentials endpoints of ECS and EKS
/// (`tests/emulators/metadata.py`). It hands out new credentials for every request.
#[derive(Debug)]
pub struct Metadata {
    server: Server,
    container_token: String,
}

/// The behaviour of the metadata service of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Imds {
    /// It answers.
    On,
    /// No role is attached to the instance: its credentials are not found.
    NoRole,
    /// The instance's options switch it off: every request is forbidden.
    Disabled,
    /// It answers no request for a token, as for a container when the hop limit is 1.
    Silent,
}

/// The answer to a request for credentials that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Status 500.
    ServerError,
    /// AWS's document for a role that may not be assumed: status 200 on EC2, 400 in a container.
    Refusal,
}

/// The authorization of a container's request for credentials.
#[derive(Debug, Clone, Copy)]
pub enum Authorization<'a> {
    /// None, as on ECS.
    None,
    /// A token in the environment.
    Variable(&'a str),
    /// A token in this file, as on EKS, which replaces the token from time to time.
    File(&'a Path),
}

/// A request that the metadata service recorded.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Fetch {
    /// The HTTP method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The session token of IMDSv2, or a container's authorization.
    pub token: Token,
    /// The status of the answer; none until it is sent.
    pub status: Option<u16>,
    /// The access key id in the answer, if the answer was credentials.
    pub access_key_id: Option<String>,
}

impl Metadata {
    /// The path of the task's credentials, for `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`. AWS's clients join it to an
    /// address that only a container of ECS has, so that tests use [`Metadata::in_container`].
    pub const TASK: &str = "/v2/credentials/5f1c0d1e-stepwell-task";

    /// The path at which a container must show its authorization.
    pub const POD: &str = "/v1/credentials";

    /// Starts a service that hands out real sessions of a role, which it gets with `keys` from the emulator at
    /// `endpoint`.
    ///
    /// # Errors
    ///
    /// When it does not come up; the error names its log.
    pub fn of_role(
        venv: &Venv,
        endpoint: &str,
        role_arn: &str,
        keys: &Keys,
        lasting: Duration,
    ) -> Result<Self, EmulatorError> {
        Self::start(venv, &[("AWS_ENDPOINT_URL", endpoint), ("ROLE_ARN", role_arn)], keys, lasting)
    }

    /// Starts a service that hands out these keys without an emulator: the canaries of a test that searches all output for
    /// credentials.
    ///
    /// # Errors
    ///
    /// When it does not come up; the error names its log.
    pub fn of_keys(venv: &Venv, keys: &Keys, lasting: Duration) -> Result<Self, EmulatorError> {
        let role = "arn:aws:iam::000000000000:role/canary";
        Self::start(venv, &[("HANDS_OUT", "itself"), ("ROLE_ARN", role)], keys, lasting)
    }

    fn start(venv: &Venv, source: &[(&str, &str)], keys: &Keys, lasting: Duration) -> Result<Self, EmulatorError> {
        let container_token = "the-first-container-token".to_owned();
        let seconds = lasting.as_secs().to_string();
        let mut environment = vec![
            ("AWS_REGION", REGION),
            // boto3 reads only the older name.
            ("AWS_DEFAULT_REGION", REGION),
            ("AWS_ACCESS_KEY_ID", keys.access_key_id.as_str()),
            ("AWS_SECRET_ACCESS_KEY", keys.secret_access_key.as_str()),
            ("SESSION_SECONDS", seconds.as_str()),
            ("CONTAINER_TOKEN", container_token.as_str()),
        ];
        environment.extend(keys.session_token.as_deref().map(|token| ("AWS_SESSION_TOKEN", token)));
        environment.extend_from_slice(source);
        let server = Server::start(venv, &recipe("metadata", &["metadata.py"]), &environment)?;
        Ok(Self { server, container_token })
    }

    /// The value for `AWS_EC2_METADATA_SERVICE_ENDPOINT`; [`Metadata::TASK`] and [`Metadata::POD`] are paths below it.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.server.endpoint
    }

    /// The token that a container must show at [`Metadata::POD`].
    #[must_use]
    pub fn container_token(&self) -> &str {
        &self.container_token
    }

    /// Gives a command the credentials of an EC2 instance, and no others. Call it after
    /// [`direct_to`](super::direct_to).
    pub fn on_instance(&self, command: &mut Command) {
        without_keys(command)
            .env_remove("AWS_EC2_METADATA_DISABLED")
            .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", self.endpoint());
    }

    /// Gives a command the credentials of a container of ECS or EKS, and no others. Call it after
    /// [`direct_to`](super::direct_to).
    pub fn in_container(&self, command: &mut Command, authorization: Authorization<'_>) {
        let path = if matches!(authorization, Authorization::None) { Self::TASK } else { Self::POD };
        without_keys(command).env("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("{}{path}", self.endpoint()));
        match authorization {
            Authorization::None => command,
            Authorization::Variable(token) => command.env("AWS_CONTAINER_AUTHORIZATION_TOKEN", token),
            Authorization::File(path) => command.env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", path),
        };
    }

    /// Sets the lifetime of the credentials from now on. AWS has a minimum of 900 seconds; ministack accepts 2.
    ///
    /// # Errors
    ///
    /// When the service does not answer.
    pub fn set_session(&self, lasting: Duration) -> Result<(), EmulatorError> {
        self.server.set(&json!({"session_seconds": lasting.as_secs()}))
    }

    /// Replaces the valid token.
    ///
    /// # Errors
    ///
    /// When the service does not answer.
    pub fn set_container_token(&mut self, token: &str) -> Result<(), EmulatorError> {
        self.server.set(&json!({"container_token": token}))?;
        token.clone_into(&mut self.container_token);
        Ok(())
    }

    /// Sets the behaviour of the instance's service from now on. Containers still get their credentials.
    ///
    /// # Errors
    ///
    /// When the service does not answer.
    pub fn set_imds(&self, imds: Imds) -> Result<(), EmulatorError> {
        let name = match imds {
            Imds::On => "on",
            Imds::NoRole => "no-role",
            Imds::Disabled => "disabled",
            Imds::Silent => "silent",
        };
        self.server.set(&json!({"imds": name}))
    }

    /// Makes this number of the next requests for credentials fail.
    ///
    /// # Errors
    ///
    /// When the service does not answer.
    pub fn fail_next(&self, requests: u32, failure: Failure) -> Result<(), EmulatorError> {
        let name = match failure {
            Failure::ServerError => "server-error",
            Failure::Refusal => "refusal",
        };
        self.server.set(&json!({"failures": requests, "failure": name}))
    }

    /// The requests so far, in order.
    ///
    /// # Errors
    ///
    /// When the service does not answer.
    pub fn seen(&self) -> Result<Vec<Fetch>, EmulatorError> {
        self.server.seen()
    }
}

fn without_keys(command: &mut Command) -> &mut Command {
    command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY").env_remove("AWS_SESSION_TOKEN")
}
