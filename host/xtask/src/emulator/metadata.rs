//! Where a program on EC2, ECS or EKS gets its credentials from.

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

/// What the metadata service of an instance does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Imds {
    /// It answers.
    On,
    /// No role is attached to the instance: its credentials are not found.
    NoRole,
    /// It is switched off in the instance's options: everything is forbidden.
    Disabled,
    /// No request for a token is ever answered, as in a container when the hop limit is 1.
    Silent,
}

/// How a request for credentials fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// With status 500.
    ServerError,
    /// With AWS's document for a role that may not be assumed: of EC2 with status 200, of a container with 400.
    Refusal,
}

/// How a program in a container proves that it may have the credentials.
#[derive(Debug, Clone, Copy)]
pub enum Authorization<'a> {
    /// Not at all, as on ECS.
    None,
    /// With a token in its environment.
    Variable(&'a str),
    /// With a token in this file, as on EKS, which replaces the file's content from time to time.
    File(&'a Path),
}

/// A request that the metadata service got.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Fetch {
    /// The HTTP method.
    pub method: String,
    /// The path, which says what was asked for.
    pub path: String,
    /// The session token of IMDSv2, or a container's authorization.
    pub token: Token,
    /// The status of the answer; none while it is owed.
    pub status: Option<u16>,
    /// Whose credentials the answer was, if it was credentials.
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

    /// Starts a service that hands out these keys, without any emulator: the canary of a test that looks for where
    /// credentials turn up.
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

    /// What `AWS_EC2_METADATA_SERVICE_ENDPOINT` is to be, and where [`Metadata::TASK`] and [`Metadata::POD`] are.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.server.endpoint
    }

    /// The token that a container must show at [`Metadata::POD`].
    #[must_use]
    pub fn container_token(&self) -> &str {
        &self.container_token
    }

    /// Makes a command get its credentials as on an EC2 instance, and from nowhere else. Call it after
    /// [`direct_to`](super::direct_to).
    pub fn on_instance(&self, command: &mut Command) {
        without_keys(command)
            .env_remove("AWS_EC2_METADATA_DISABLED")
            .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", self.endpoint());
    }

    /// Makes a command get its credentials as in a container of ECS or EKS, and from nowhere else. Call it after
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

    /// How long the credentials last that it hands out from now on. AWS gives none below 900 seconds;
    /// ministack gives those of two.
    ///
    /// # Errors
    ///
    /// When the service does not answer.
    pub fn set_session(&self, lasting: Duration) -> Result<(), EmulatorError> {
        self.server.set(&json!({"session_seconds": lasting.as_secs()}))
    }

    /// Another token than before is the right one from now on.
    ///
    /// # Errors
    ///
    /// When the service does not answer.
    pub fn set_container_token(&mut self, token: &str) -> Result<(), EmulatorError> {
        self.server.set(&json!({"container_token": token}))?;
        token.clone_into(&mut self.container_token);
        Ok(())
    }

    /// What the instance's service does from now on. Containers get their credentials all the same.
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

    /// Makes as many of the next requests for credentials fail.
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

    /// The requests that it got so far, in order.
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
