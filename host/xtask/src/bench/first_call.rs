//! Time to first call: a run whose only step calls `GetCallerIdentity`, with the credentials of every provider in
//! turns. All sources of credentials are on this machine and respond at once.

use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value as Json, json};
use tempfile::TempDir;

use super::measure::{Cost, Measure, median};
use crate::emulator::{Authorization, AwsClient, EmulatorError, Identities, Keys, Metadata, Ministack, direct_to};
use crate::python::Venv;
use crate::task::{TaskError, name};

/// The number of rounds. The first one compiles the plugin and verifies the roles, and does not count.
pub(super) const ROUNDS: usize = 31;

const LONG: Duration = Duration::from_secs(3_600);
const KEY: &str = "keys/project/bench/aws";

/// The source of the step's credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Chain {
    /// No level configures any, so those of the environment are used.
    Plain,
    /// The project names the default chain, which finds those of the environment.
    ByName,
    Ec2,
    Ecs,
    WebIdentity,
    Profile,
    KeyStorage,
    Role,
    TwoRoles,
}

const CHAINS: [Chain; 9] = [
    Chain::Plain,
    Chain::ByName,
    Chain::Ec2,
    Chain::Ecs,
    Chain::WebIdentity,
    Chain::Profile,
    Chain::KeyStorage,
    Chain::Role,
    Chain::TwoRoles,
];

impl Chain {
    fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "environment",
            Self::ByName => "default_chain, by name",
            Self::Ec2 => "ec2",
            Self::Ecs => "ecs",
            Self::WebIdentity => "web_identity",
            Self::Profile => "profile",
            Self::KeyStorage => "key_storage",
            Self::Role => "environment > role",
            Self::TwoRoles => "environment > role > role",
        }
    }
}

/// The cost of every chain.
pub(super) struct FirstCalls(Vec<(Chain, Cost)>);

/// Measures every chain.
pub(super) fn first_calls(
    measure: &Measure,
    program: &Path,
    home: &Path,
    venv: &Venv,
) -> Result<FirstCalls, TaskError> {
    let bench = Bench::new(program, home, venv)?;
    let mut costs = CHAINS.map(|chain| (chain, Vec::with_capacity(ROUNDS)));
    for _ in 0..ROUNDS {
        for (chain, ran) in &mut costs {
            ran.push(measure.run(&bench.run(*chain))?);
        }
    }
    Ok(FirstCalls(costs.into_iter().map(|(chain, ran)| (chain, median(&ran))).collect()))
}

impl fmt::Display for FirstCalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = self.0.first().map_or(f64::NAN, |(_, cost)| cost.milliseconds());
        let row = |(chain, cost): &(Chain, Cost)| {
            let (what, ratio) = (chain.as_str(), cost.milliseconds() / plain);
            format!("{what:<36} {cost} {ratio:>6.2} times")
        };
        f.write_str(&self.0.iter().map(row).collect::<Vec<_>>().join("\n   "))
    }
}

/// The user and the roles in ministack, and a project for every chain.
struct Bench {
    program: PathBuf,
    folder: TempDir,
    ministack: Ministack,
    metadata: Metadata,
    host: Keys,
}

impl Bench {
    fn new(program: &Path, home: &Path, venv: &Venv) -> Result<Self, TaskError> {
        let folder = tempfile::Builder::new().prefix("first-call-").tempdir_in(home).map_err(TaskError::file(home))?;
        let ministack = Ministack::start(venv, Identities::Enforced)?;
        let mut root = ministack.client()?;
        let host = user(&mut root)?;
        let attached = role(&mut root, "attached", &trusted(&of_account("root")), &["sts:GetCallerIdentity"])?;
        let metadata = Metadata::of_keys(venv, &session(&mut root, &attached)?, LONG)?;
        let bench = Self { program: program.to_owned(), folder, ministack, metadata, host };
        bench.write("token", TOKEN)?;
        let Keys { access_key_id, secret_access_key, .. } = &bench.host;
        let profile = format!(
            "[profile bench]\naws_access_key_id = {access_key_id}\naws_secret_access_key = {secret_access_key}\n"
        );
        bench.write("profiles", &profile)?;
        for chain in CHAINS {
            let table = bench.table(chain);
            bench.write(&format!("{chain:?}/project.toml"), &format!("name = \"bench\"\n{table}"))?;
            bench.write(&format!("{chain:?}/job.toml"), JOB)?;
        }
        bench.set_key()?;
        let ids = [bench.external_id(Chain::Role)?, bench.external_id(Chain::TwoRoles)?];
        role(&mut root, "hub", &trusting(&ids), &["sts:AssumeRole", "sts:TagSession"])?;
        role(&mut root, "target", &trusted(&of_account("role/hub")), &["sts:GetCallerIdentity"])?;
        role(&mut root, "pod", &trusted_issuer(), &["sts:GetCallerIdentity"])?;
        Ok(bench)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> Result<(), TaskError> {
        let path = self.path(name);
        let folder = path.parent().unwrap_or(&path);
        std::fs::create_dir_all(folder).map_err(TaskError::file(folder))?;
        std::fs::write(&path, text).map_err(TaskError::file(&path))
    }

    fn table(&self, chain: Chain) -> String {
        let to = |name: &str| {
            let arn = of_account(&format!("role/{name}"));
            format!("[[aws.credentials.assume_role]]\nrole_arn = \"{arn}\"\n")
        };
        let keys = match chain {
            Chain::Plain => return String::new(),
            Chain::Role => return to("hub"),
            Chain::TwoRoles => return to("hub") + &to("target"),
            Chain::ByName => "provider = \"default_chain\"".to_owned(),
            Chain::Ec2 => "provider = \"ec2\"".to_owned(),
            Chain::Ecs => "provider = \"ecs\"".to_owned(),
            Chain::Profile => "provider = \"profile\"\nprofile = \"bench\"".to_owned(),
            Chain::WebIdentity => {
                let (token, pod) = (self.path("token").display().to_string(), of_account("role/pod"));
                format!("provider = \"web_identity\"\nrole_arn = \"{pod}\"\ntoken_file = \"{token}\"")
            }
            Chain::KeyStorage => {
                let id = &self.host.access_key_id;
                format!("provider = \"key_storage\"\naccess_key_id = \"{id}\"\nsecret_key_path = \"{KEY}\"")
            }
        };
        format!("[aws.credentials]\n{keys}\n")
    }

    fn stepwell(&self) -> Command {
        let mut command = Command::new(&self.program);
        direct_to(&mut command, self.ministack.endpoint(), &self.host);
        command.current_dir(self.folder.path()).env("STEPWELL_HOME", self.path("home"));
        command
    }

    fn run(&self, chain: Chain) -> Command {
        let mut command = self.stepwell();
        command.args(["run", &format!("{chain:?}/job.toml"), "--output", "text"]);
        match chain {
            Chain::Plain | Chain::ByName | Chain::Role | Chain::TwoRoles => {}
            Chain::Ec2 => self.metadata.on_instance(&mut command),
            Chain::Ecs => self.metadata.in_container(&mut command, Authorization::None),
            Chain::WebIdentity | Chain::Profile | Chain::KeyStorage => {
                command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
                // Clients that request their own session from STS know only this name of the endpoint.
                command.env("AWS_ENDPOINT_URL_STS", self.ministack.endpoint());
                command.env("AWS_CONFIG_FILE", self.path("profiles"));
            }
        }
        command
    }

    /// The trust information that the project of a chain shows to the owners of its roles.
    fn external_id(&self, chain: Chain) -> Result<String, TaskError> {
        let mut command = self.stepwell();
        command.args(["credentials", "trust", "--output", "json", "--project", &format!("{chain:?}")]);
        let shown = command.output().map_err(|source| TaskError::Start { program: name(&command), source })?;
        let answer: Json = serde_json::from_slice(&shown.stdout).unwrap_or_default();
        match text(&answer, "/external_id") {
            id if id.is_empty() => {
                let found = String::from_utf8_lossy(&shown.stderr).into_owned();
                Err(TaskError::Wrong { program: name(&command), found })
            }
            id => Ok(id),
        }
    }

    fn set_key(&self) -> Result<(), TaskError> {
        let mut command = self.stepwell();
        command.args(["keys", "set", KEY]).stdin(Stdio::piped()).stdout(Stdio::null());
        let start = |source| TaskError::Start { program: "stepwell keys set".to_owned(), source };
        let mut running = command.spawn().map_err(start)?;
        if let Some(mut stdin) = running.stdin.take() {
            stdin.write_all(self.host.secret_access_key.as_bytes()).map_err(start)?;
        }
        let status = running.wait().map_err(start)?;
        if status.success() { Ok(()) } else { Err(TaskError::Failed { program: name(&command), status }) }
    }
}

const JOB: &str = "name = \"who\"\nsteps = [{ id = \"who\", uses = \"aws-validate-credentials\" }]\n";

/// A token in the form of an OpenID Connect provider: header, claims, signature. It expires in the year 2100.
const TOKEN: &str = "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJpc3MiOiJodHRwczovL29pZGMuZXhhbXBsZS5jb20iLCJzdWIiOiJwb2QiLCJhdWQiOiJzdHMuYW1hem9uYXdzLmNvbSIsImV4cCI6NDEwMjQ0NDgwMH0.c2lnbmF0dXJl";

/// An ARN of IAM in the account of every ministack.
fn of_account(what: &str) -> String {
    format!("arn:aws:iam::000000000000:{what}")
}

/// The statement of a trust policy for callers with one of these external ids.
fn trusting(external_ids: &[String]) -> Json {
    let condition = json!({ "StringEquals": { "sts:ExternalId": external_ids } });
    let who = json!({ "AWS": of_account("root") });
    json!({ "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": who, "Condition": condition })
}

fn trusted(arn: &str) -> Json {
    json!({ "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "AWS": arn } })
}

fn trusted_issuer() -> Json {
    let who = json!({ "Federated": of_account("oidc-provider/oidc.example.com") });
    json!({ "Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Principal": who })
}

fn document(statement: &Json) -> String {
    json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
}

fn allowing(actions: &[&str]) -> String {
    document(&json!({ "Effect": "Allow", "Action": actions, "Resource": "*" }))
}

fn text(answer: &Json, pointer: &str) -> String {
    answer.pointer(pointer).and_then(Json::as_str).unwrap_or_default().to_owned()
}

/// Creates the user whose keys the host gets.
fn user(root: &mut AwsClient) -> Result<Keys, EmulatorError> {
    let policy = allowing(&["sts:AssumeRole", "sts:TagSession"]);
    root.call("iam", "CreateUser", json!({ "UserName": "host" }))?;
    let attached = json!({ "UserName": "host", "PolicyName": "a", "PolicyDocument": policy });
    root.call("iam", "PutUserPolicy", attached)?;
    let made = root.call("iam", "CreateAccessKey", json!({ "UserName": "host" }))?;
    Ok(Keys::new(&text(&made, "/AccessKey/AccessKeyId"), &text(&made, "/AccessKey/SecretAccessKey")))
}

fn role(root: &mut AwsClient, name: &str, trust: &Json, actions: &[&str]) -> Result<String, EmulatorError> {
    let trust = document(trust);
    let made = root.call("iam", "CreateRole", json!({ "RoleName": name, "AssumeRolePolicyDocument": trust }))?;
    let attached = json!({ "RoleName": name, "PolicyName": "a", "PolicyDocument": allowing(actions) });
    root.call("iam", "PutRolePolicy", attached)?;
    Ok(text(&made, "/Role/Arn"))
}

/// A ready session for the metadata service, which like AWS's own calls nothing to get one.
fn session(root: &mut AwsClient, role: &str) -> Result<Keys, EmulatorError> {
    let made = root.call("sts", "AssumeRole", json!({ "RoleArn": role, "RoleSessionName": "bench" }))?;
    let half = |name: &str| text(&made, &format!("/Credentials/{name}"));
    let session_token = Some(half("SessionToken"));
    Ok(Keys { session_token, ..Keys::new(&half("AccessKeyId"), &half("SecretAccessKey")) })
}
