use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::RetryConfig;
use aws_types::region::Region;
use aws_types::sdk_config;
use jiff::Timestamp;
use stepwell_model::action;
use stepwell_model::credentials::{Provider, StepCredentials};
use stepwell_model::event::{Event, SignedAs, What};
use stepwell_model::grant::{GrantSection, Grants};
use stepwell_model::id::Digest;
use stepwell_model::journal::{Journal, JournalError};
use stepwell_model::limits::{Limits, Used};
use stepwell_model::plugin::{Description, Extra, ImportedFunction, Imports, Origin, Plugin};
use stepwell_model::settings::{Directories, Level};
use stepwell_secrets::Masker;

use super::replay::Replay;
use crate::{RunAws, StepAws, StepContext};

pub(super) const SECRET: &str = "canary/secret/key";
pub(super) const TOKEN: &str = "canary-session-token";

/// A host with a journal, and an AWS with queued answers.
pub(super) struct Bench {
    pub(super) step: StepAws,
    pub(super) kept: Arc<MemoryJournal>,
    http: Replay,
}

/// A journal in memory. It also keeps the order of records and requests.
#[derive(Debug, Default)]
pub(super) struct MemoryJournal {
    records: Mutex<Vec<What>>,
    order: Mutex<Vec<String>>,
    /// Number of records before the journal breaks.
    room: Option<usize>,
}

impl MemoryJournal {
    pub(super) fn records(&self) -> Vec<What> {
        self.records.lock().unwrap().clone()
    }

    pub(super) fn order(&self) -> Vec<String> {
        self.order.lock().unwrap().clone()
    }
}

#[async_trait]
impl Journal for MemoryJournal {
    async fn append(&self, what: What) -> Result<Event, JournalError> {
        let mut records = self.records.lock().unwrap();
        if self.room.is_some_and(|room| records.len() >= room) {
            return Err(JournalError::NotKept { reason: "no space left on device".to_owned() });
        }
        let name = serde_json::to_value(&what).unwrap()["event"].as_str().unwrap().to_owned();
        self.order.lock().unwrap().push(name);
        records.push(what.clone());
        Ok(Event { seq: records.len() as u64, at: Timestamp::UNIX_EPOCH, what })
    }
}

#[derive(Debug, Clone)]
struct Ordered {
    http: Replay,
    kept: Arc<MemoryJournal>,
}

impl HttpClient for Ordered {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Ordered {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        self.kept.order.lock().unwrap().push("request".to_owned());
        self.http.call(request)
    }
}

/// An AWS that gives these answers, one after the other.
pub(super) fn answers(answers: &[(u16, &str)]) -> Bench {
    bench(answers, None, config())
}

/// The same with a journal that breaks after `room` records.
pub(super) fn answers_with_room(answers: &[(u16, &str)], room: usize) -> Bench {
    bench(answers, Some(room), config())
}

pub(super) fn config() -> sdk_config::Builder {
    let credentials = Credentials::new("AKIDTEST", SECRET, Some(TOKEN.to_owned()), None, "test");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new("eu-central-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .retry_config(RetryConfig::standard().with_initial_backoff(Duration::from_millis(1)))
}

pub(super) fn bench(answers: &[(u16, &str)], room: Option<usize>, config: sdk_config::Builder) -> Bench {
    let answer = |(status, body): &(u16, &str)| {
        let mut response = HttpResponse::new((*status).try_into().unwrap(), SdkBody::from(*body));
        // The SDK takes the request id from here, never from the body.
        response.headers_mut().insert("x-amzn-requestid", "req-1");
        response
    };
    let http = Replay::new(answers.iter().map(answer));
    let kept = Arc::new(MemoryJournal { room, ..MemoryJournal::default() });
    let config = config.http_client(Ordered { http: http.clone(), kept: Arc::clone(&kept) }).build();
    Bench { step: step(RunAws::fixed(config), Arc::clone(&kept) as Arc<dyn Journal>), kept, http }
}

pub(super) fn step(aws: RunAws, journal: Arc<dyn Journal>) -> StepAws {
    let imports = action::rows().map(|row| (row.function.interface, row.function.name)).collect::<Vec<_>>();
    StepAws::new(StepContext {
        aws,
        credentials: StepCredentials::host(None),
        grants: Arc::new(grants(&imports)),
        limits: Limits::default(),
        used: Used::default(),
        directories: Directories::default(),
        may_send: Arc::default(),
        journal,
        masker: Masker::new(),
        captures: Vec::new(),
        told_secret: false,
        step: "restart".parse().unwrap(),
        region: None,
        idempotency_token: String::new(),
        lease: stepwell_model::lease::Lease::endless(),
        dry_run: false,
        calls: Vec::new(),
        settled_calls: 0,
        // Recorded already, so that the test sees records of the call alone.
        signed_as: Some(signed_as()),
    })
}

fn signed_as() -> SignedAs {
    SignedAs {
        from: Level::Default,
        provider: Provider::DefaultChain,
        source: None,
        role_arn: None,
        access_key_id_ends: "TEST".to_owned(),
        expires_at: None,
        session: true,
        region: Some("eu-central-1".to_owned()),
    }
}

/// The grants of a shipped plugin with these imports.
pub(super) fn grants(imports: &[(&str, &str)]) -> Grants {
    let functions = imports.iter().map(|(interface, function)| ImportedFunction::typed(interface, function));
    let plugin = Plugin {
        name: "test".parse().unwrap(),
        origin: Origin::Shipped,
        path: None,
        digest: Digest([0; 32]),
        size: 0,
        description: Description {
            name: "test".to_owned(),
            version: "0.1.0".to_owned(),
            summary: "A test".to_owned(),
            kinds: Vec::new(),
            config_schema: true.into(),
            outputs_schema: true.into(),
            extra: Extra::default(),
        },
        imports: Imports { functions: functions.collect(), wasi: Vec::new() },
    };
    Grants::decide(&plugin, &GrantSection::default(), None)
}

impl Bench {
    /// The bodies of the requests that left.
    pub(super) fn left(&self) -> Vec<String> {
        let body = |request: &HttpRequest| String::from_utf8(request.body().bytes().unwrap().to_vec()).unwrap();
        self.http.requests(body)
    }

    /// The URLs of the requests that left.
    pub(super) fn urls(&self) -> Vec<String> {
        self.http.requests(|request| request.uri().to_owned())
    }
}

/// EC2's form of an error.
pub(super) fn ec2_error(code: &str, message: &str) -> String {
    format!("<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors></Response>")
}
