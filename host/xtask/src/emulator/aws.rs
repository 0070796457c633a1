//! boto3 as the tests' own AWS client: prepares resources, and observes the effects of the program under test.

use std::fmt;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

use super::EmulatorError;
use super::program::{Dialogue, Program};
use crate::python::Venv;
use crate::repository;

/// The region in which all tests take place.
pub const REGION: &str = "eu-central-1";

/// The keys that an AWS client signs with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// `AWS_ACCESS_KEY_ID`.
    pub access_key_id: String,
    /// `AWS_SECRET_ACCESS_KEY`.
    pub secret_access_key: String,
    /// `AWS_SESSION_TOKEN`, of a session.
    pub session_token: Option<String>,
}

impl Keys {
    /// A long-term pair.
    #[must_use]
    pub fn new(access_key_id: &str, secret_access_key: &str) -> Self {
        Self {
            access_key_id: access_key_id.to_owned(),
            secret_access_key: secret_access_key.to_owned(),
            session_token: None,
        }
    }

    /// The root pair of ministack, which does not verify its signature. moto accepts every pair.
    #[must_use]
    pub fn root() -> Self {
        Self::new("test", "test")
    }

    /// The pair of [`AwsClient`], by which moto's recording tells its requests from those of the program under test.
    pub(super) fn observer() -> Self {
        Self::new("OBSERVER", "observer")
    }
}

/// Directs a command to the AWS at `endpoint`. The AWS settings of the user's environment and files do not reach it.
pub fn direct_to(command: &mut Command, endpoint: &str, keys: &Keys) {
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("AWS_")) {
            command.env_remove(name);
        }
    }
    command
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_REGION", REGION)
        // boto3 reads only the older name.
        .env("AWS_DEFAULT_REGION", REGION)
        .env("AWS_ACCESS_KEY_ID", &keys.access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", &keys.secret_access_key)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("NO_PROXY", "127.0.0.1");
    if let Some(token) = &keys.session_token {
        command.env("AWS_SESSION_TOKEN", token);
    }
}

/// boto3 in a process of its own (`tests/emulators/aws.py`). The first call of a service takes half a second.
pub struct AwsClient {
    requests: Box<dyn Write + Send>,
    answers: BufReader<Box<dyn Read + Send>>,
    _program: Program,
}

impl AwsClient {
    /// Starts the client.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub fn start(venv: &Venv, endpoint: &str, keys: &Keys) -> Result<Self, EmulatorError> {
        Self::start_in(venv, endpoint, keys, REGION)
    }

    /// Starts the client in another region.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub fn start_in(venv: &Venv, endpoint: &str, keys: &Keys, region: &str) -> Result<Self, EmulatorError> {
        let mut command = venv.command();
        command.arg(repository::root().join("tests/emulators/aws.py"));
        direct_to(&mut command, endpoint, keys);
        command.env("AWS_REGION", region).env("AWS_DEFAULT_REGION", region);
        let (program, Dialogue { requests, answers }) = Program::dialogue(command)?;
        Ok(Self { requests, answers: BufReader::new(answers), _program: program })
    }

    /// Makes one call, named as AWS names it: `call("ec2", "DescribeInstances", json!({}))`.
    ///
    /// # Errors
    ///
    /// [`EmulatorError::Refused`] with AWS's code when AWS refused the call.
    pub fn call(&mut self, service: &str, operation: &str, params: Json) -> Result<Json, EmulatorError> {
        let request = json!({"service": service, "operation": operation, "params": params});
        let mut answer = self.exchange(&request.to_string())?;
        if let Some(error) = answer.get("error") {
            let text = |key: &str| error.get(key).and_then(Json::as_str).unwrap_or_default().to_owned();
            return Err(EmulatorError::Refused {
                operation: operation.to_owned(),
                code: text("code"),
                message: text("message"),
                status: error.get("status").and_then(Json::as_u64),
            });
        }
        answer.get_mut("ok").map(Json::take).ok_or(EmulatorError::ClientGone)
    }

    fn exchange(&mut self, request: &str) -> Result<Json, EmulatorError> {
        writeln!(self.requests, "{request}").map_err(|_| EmulatorError::ClientGone)?;
        let mut line = String::new();
        self.answers.read_line(&mut line).map_err(|_| EmulatorError::ClientGone)?;
        serde_json::from_str(&line).map_err(|_| EmulatorError::ClientGone)
    }

    /// Launches `count` instances of an image id that no emulator checks, and returns the ids of the instances.
    ///
    /// # Errors
    ///
    /// As [`AwsClient::call`].
    pub fn run_instances(&mut self, count: u32) -> Result<Vec<String>, EmulatorError> {
        let params = json!({"ImageId": "ami-12345678", "MinCount": count, "MaxCount": count});
        let answer = self.call("ec2", "RunInstances", params)?;
        let instances = answer.get("Instances").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        Ok(instances.iter().filter_map(|each| each.get("InstanceId")?.as_str().map(str::to_owned)).collect())
    }

    /// Makes a role for instances and containers with these actions, such as `ec2:StopInstances`, and returns its ARN.
    ///
    /// # Errors
    ///
    /// As [`AwsClient::call`].
    pub fn create_role(&mut self, name: &str, actions: &[&str]) -> Result<String, EmulatorError> {
        let who = json!({"Service": ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com", "pods.eks.amazonaws.com"]});
        let trust = policy(&json!({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": who}));
        let made = self.call("iam", "CreateRole", json!({"RoleName": name, "AssumeRolePolicyDocument": trust}))?;
        let allowed = policy(&json!({"Effect": "Allow", "Action": actions, "Resource": "*"}));
        let attached = json!({"RoleName": name, "PolicyName": "allowed", "PolicyDocument": allowed});
        self.call("iam", "PutRolePolicy", attached)?;
        Ok(made.pointer("/Role/Arn").and_then(Json::as_str).unwrap_or_default().to_owned())
    }

    /// The state of an instance, such as `stopped`.
    ///
    /// # Errors
    ///
    /// As [`AwsClient::call`].
    pub fn instance_state(&mut self, id: &str) -> Result<String, EmulatorError> {
        let answer = self.call("ec2", "DescribeInstances", json!({"InstanceIds": [id]}))?;
        let state = answer.pointer("/Reservations/0/Instances/0/State/Name").and_then(Json::as_str);
        Ok(state.unwrap_or_default().to_owned())
    }

    /// Waits until an instance is in a state.
    ///
    /// # Errors
    ///
    /// [`EmulatorError::StillIn`] when the instance is in another state after `limit`.
    pub fn await_state(&mut self, id: &str, state: &str, limit: Duration) -> Result<(), EmulatorError> {
        let started = Instant::now();
        loop {
            let seen = self.instance_state(id)?;
            if seen == state {
                return Ok(());
            }
            if started.elapsed() > limit {
                return Err(EmulatorError::StillIn { instance: id.to_owned(), seen, after: limit });
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl fmt::Debug for AwsClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsClient").finish_non_exhaustive()
    }
}

fn policy(statement: &Json) -> String {
    json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
}
