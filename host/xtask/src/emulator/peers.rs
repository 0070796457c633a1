//! The three peers: moto, ministack, and microburst before one of them.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use serde::Deserialize;
use serde_json::Value as Json;

use super::{AwsClient, EmulatorError, Keys, Recipe, Server};
use crate::python::Venv;

/// moto, with EC2 states that take time and refusals as strict as AWS's (`tests/emulators/slow_moto.py`). It accepts
/// all credentials and records every request.
#[derive(Debug)]
pub struct Moto {
    server: Server,
    venv: Venv,
}

/// A request that moto recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The service in the scope of the signature, such as `ec2`.
    pub service: String,
    /// The API operation, such as `StopInstances`; of a REST service, method and path.
    pub operation: String,
    /// Access key id of the signature.
    pub access_key_id: String,
    /// The parameters, for the services of the query protocol (EC2, IAM, STS, RDS): `InstanceId.1` and so on.
    pub parameters: BTreeMap<String, String>,
}

impl Moto {
    /// Starts moto with states that last for `delay`.
    ///
    /// # Errors
    ///
    /// When it does not come up; the error names its log.
    pub fn start(venv: &Venv, delay: Duration) -> Result<Self, EmulatorError> {
        let recipe = Recipe {
            name: "moto",
            program: &["slow_moto.py"],
            listen: |at| vec!["--host".to_owned(), at.ip().to_string(), "--port".to_owned(), at.port().to_string()],
            settings: |_, folder| {
                vec![("MOTO_ENABLE_RECORDING", "1".to_owned()), ("MOTO_RECORDER_FILEPATH", file(folder, "seen"))]
            },
            ready: "/moto-api/data.json",
        };
        let server = Server::start(venv, &recipe, &[("DELAY", &delay.as_secs_f64().to_string())])?;
        Ok(Self { server, venv: venv.clone() })
    }

    /// The value for `AWS_ENDPOINT_URL`.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.server.endpoint
    }

    /// Another AWS client than the one under test.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub fn client(&self) -> Result<AwsClient, EmulatorError> {
        AwsClient::start(&self.venv, self.endpoint(), &Keys::observer())
    }

    /// Posts to moto's own interface: `control("state-manager/set-transition", …)` makes states take time,
    /// `control("static/athena/query-results", …)` sets the results of the next queries.
    ///
    /// # Errors
    ///
    /// When moto does not understand it.
    pub fn control(&self, what: &str, settings: &Json) -> Result<(), EmulatorError> {
        let url = format!("{}/moto-api/{what}", self.endpoint());
        let answer = self.server.http.post(&url).content_type("application/json").send(settings.to_string());
        read(&url, answer).map(drop)
    }

    /// The requests so far, in order, without those of [`Moto::client`].
    ///
    /// # Errors
    ///
    /// When the recording cannot be read.
    pub fn seen(&self) -> Result<Vec<Seen>, EmulatorError> {
        let path = self.server.file("seen");
        if !path.exists() {
            return Ok(Vec::new());
        }
        let text = fs::read_to_string(&path).map_err(EmulatorError::file(&path))?;
        let all = text.lines().filter_map(|line| serde_json::from_str::<Recorded>(line).ok());
        let calls = all.filter(|request| !request.path().starts_with("/moto-api/")).map(Recorded::seen);
        Ok(calls.filter(|seen| seen.access_key_id != Keys::observer().access_key_id).collect())
    }
}

/// A line of moto's recording.
#[derive(Deserialize)]
struct Recorded {
    method: String,
    url: String,
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    body_encoded: bool,
}

impl Recorded {
    fn seen(self) -> Seen {
        let body = self.body();
        let parameters: BTreeMap<_, _> = form_urlencoded::parse(&body).into_owned().collect();
        let (access_key_id, service) = self.scope();
        let operation = match (parameters.get("Action"), self.header("x-amz-target")) {
            (Some(action), _) => action.clone(),
            (None, Some(target)) => target.rsplit('.').next().unwrap_or(target).to_owned(),
            (None, None) => format!("{} {}", self.method, self.path()),
        };
        let is_query = parameters.contains_key("Action");
        Seen { service, operation, access_key_id, parameters: if is_query { parameters } else { BTreeMap::new() } }
    }

    fn body(&self) -> Vec<u8> {
        let body = self.body.as_deref().unwrap_or_default();
        let decoded = self.body_encoded.then(|| base64::engine::general_purpose::STANDARD.decode(body).ok()).flatten();
        decoded.unwrap_or_else(|| body.as_bytes().to_vec())
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Access key id and service of `Credential=ID/date/region/service/aws4_request`.
    fn scope(&self) -> (String, String) {
        let authorization = self.header("authorization").unwrap_or_default();
        let credential = authorization.split_once("Credential=").map_or("", |(_, rest)| rest);
        let mut parts = credential.split(['/', ',']);
        let id = parts.next().unwrap_or_default().to_owned();
        (id, parts.nth(2).unwrap_or_default().to_owned())
    }

    fn path(&self) -> &str {
        let behind_scheme = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        behind_scheme.find('/').and_then(|slash| behind_scheme.get(slash..)).unwrap_or("/")
    }
}

/// Whether ministack checks the identity of the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identities {
    /// Signatures are verified and IAM policies are enforced. [`Keys::root`] may do everything.
    Enforced,
    /// Every caller may do everything.
    Ignored,
}

/// ministack: the peer of the tests in which identity matters.
#[derive(Debug)]
pub struct Ministack {
    server: Server,
    venv: Venv,
}

impl Ministack {
    /// Starts ministack.
    ///
    /// # Errors
    ///
    /// When it does not come up; the error names its log.
    pub fn start(venv: &Venv, identities: Identities) -> Result<Self, EmulatorError> {
        let root = Keys::root();
        let recipe = Recipe {
            name: "ministack",
            program: &["-m", "ministack"],
            listen: |_| Vec::new(),
            settings: ministack_settings,
            ready: "/_ministack/health",
        };
        let auth = [
            ("AUTH", if identities == Identities::Enforced { "true" } else { "false" }),
            ("AWS_ACCESS_KEY_ID", root.access_key_id.as_str()),
            ("AWS_SECRET_ACCESS_KEY", root.secret_access_key.as_str()),
        ];
        Ok(Self { server: Server::start(venv, &recipe, &auth)?, venv: venv.clone() })
    }

    /// The value for `AWS_ENDPOINT_URL`.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.server.endpoint
    }

    /// Another AWS client than the one under test, as the root user.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub fn client(&self) -> Result<AwsClient, EmulatorError> {
        self.client_as(&Keys::root())
    }

    /// Another AWS client than the one under test, with these keys.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub fn client_as(&self, keys: &Keys) -> Result<AwsClient, EmulatorError> {
        AwsClient::start(&self.venv, self.endpoint(), keys)
    }
}

fn ministack_settings(at: SocketAddr, folder: &Path) -> Vec<(&'static str, String)> {
    vec![
        ("BIND_HOST", at.ip().to_string()),
        ("GATEWAY_PORT", at.port().to_string()),
        // By default, all ministacks of a machine share folders below /tmp.
        ("STATE_DIR", file(folder, "state")),
        ("S3_DATA_DIR", file(folder, "s3")),
        // Two listeners on fixed ports.
        ("SFTP_ENABLED", "0".to_owned()),
        ("IOT_MTLS_ENABLED", "0".to_owned()),
    ]
}

/// microburst: a proxy before an emulator that answers by rule with an AWS error, late, or not at all.
#[derive(Debug)]
pub struct Microburst {
    server: Server,
}

impl Microburst {
    /// Starts microburst before the emulator at `upstream`, without a rule: every request passes.
    ///
    /// # Errors
    ///
    /// When it does not come up; the error names its log.
    pub fn before(venv: &Venv, upstream: &str) -> Result<Self, EmulatorError> {
        let recipe = Recipe {
            name: "microburst",
            program: &["burst.py", "--upstream", upstream],
            listen: |at| vec!["--host".to_owned(), at.ip().to_string(), "--port".to_owned(), at.port().to_string()],
            settings: |_, _| Vec::new(),
            ready: "/_microburst/health",
        };
        Ok(Self { server: Server::start(venv, &recipe, &[])? })
    }

    /// The value for `AWS_ENDPOINT_URL`.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.server.endpoint
    }

    /// Replaces all rules, for instance with
    /// `[{"service": "ec2", "operation": "DescribeInstances", "times": 2, "error": {"code":
    /// "RequestLimitExceeded", "status": 503}}]`. With an empty list, every request passes.
    ///
    /// # Errors
    ///
    /// When microburst does not understand a rule.
    pub fn rules(&self, rules: &Json) -> Result<(), EmulatorError> {
        let url = format!("{}/_microburst/rules", self.endpoint());
        let answer = self.server.http.post(&url).content_type("application/json").send(rules.to_string());
        read(&url, answer).map(|_| ())
    }

    /// The faults that were injected so far, in order, each with `service`, `operation` and `action`.
    ///
    /// # Errors
    ///
    /// When microburst does not answer.
    pub fn fired(&self) -> Result<Vec<Json>, EmulatorError> {
        let url = format!("{}/_microburst/fired?limit=100000", self.endpoint());
        let text = read(&url, self.server.http.get(&url).call())?;
        serde_json::from_str(&text).map_err(|_| EmulatorError::Answer { url, status: 200, text })
    }
}

pub(super) type HttpAnswer = Result<ureq::http::Response<ureq::Body>, ureq::Error>;

pub(super) fn read(url: &str, answer: HttpAnswer) -> Result<String, EmulatorError> {
    let unreachable = |source| EmulatorError::Unreachable { url: url.to_owned(), source: Box::new(source) };
    let mut answer = answer.map_err(unreachable)?;
    let text = answer.body_mut().read_to_string().map_err(unreachable)?;
    if answer.status().is_success() {
        return Ok(text);
    }
    Err(EmulatorError::Answer { url: url.to_owned(), status: answer.status().as_u16(), text })
}

fn file(folder: &Path, name: &str) -> String {
    folder.join(name).to_string_lossy().into_owned()
}
