use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use stepwell_aws::{RunAws, StepContext};
use stepwell_model::credentials::StepCredentials;
use stepwell_model::event::{Event, Log, What};
use stepwell_model::grant::{GrantSection, Grants};
use stepwell_model::journal::{Journal, JournalError};
use stepwell_model::limits::{Limits, Used};
use stepwell_model::plugin::{Origin, Plugin};
use stepwell_model::settings::Directories;
use stepwell_secrets::Masker;
use tokio::sync::OnceCell;

use crate::{Answer, Component, Entry, Invocation, Sandbox, StepFault};

/// A journal in memory that keeps everything, or nothing.
#[derive(Default)]
pub(super) struct MemoryJournal {
    records: Mutex<Vec<What>>,
    broken: bool,
}

#[async_trait]
impl Journal for MemoryJournal {
    async fn append(&self, what: What) -> Result<Event, JournalError> {
        if self.broken {
            return Err(JournalError::NotKept { reason: "no space left on device".to_owned() });
        }
        let mut records = self.records.lock().unwrap();
        records.push(what.clone());
        Ok(Event { seq: records.len() as u64, at: Timestamp::UNIX_EPOCH, what })
    }
}

impl MemoryJournal {
    pub(super) fn broken() -> Arc<Self> {
        Arc::new(Self { broken: true, ..Self::default() })
    }

    pub(super) fn records(&self) -> Vec<What> {
        self.records.lock().unwrap().clone()
    }

    pub(super) fn logs(&self) -> Vec<Log> {
        let log = |what| if let What::StepLogged { log, .. } = what { Some(log) } else { None };
        self.records().into_iter().filter_map(log).collect()
    }
}

/// A sandbox with one component in it.
pub(super) struct Bench {
    pub(super) sandbox: Sandbox,
    pub(super) component: Component,
    pub(super) limits: Limits,
    pub(super) used: Used,
    pub(super) kept: Arc<MemoryJournal>,
    pub(super) masker: Masker,
    pub(super) dry_run: bool,
}

/// The root of the repository.
pub(super) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A component that `cargo xtask plugins` made.
pub(super) fn file(name: &str) -> Vec<u8> {
    let path = repository().join("plugins/target/components").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}; run: cargo xtask plugins", path.display()))
}

pub(super) async fn bench(bytes: &[u8]) -> Bench {
    let sandbox = Sandbox::new(None).unwrap();
    let component = sandbox.load(bytes).await.unwrap();
    Bench::new(sandbox, component)
}

/// The hostile guest, compiled once for all tests.
pub(super) async fn hostile() -> Bench {
    static LOADED: OnceCell<(Sandbox, Component)> = OnceCell::const_new();
    let load = || async {
        let Bench { sandbox, component, .. } = bench(&file("tests/hostile.wasm")).await;
        (sandbox, component)
    };
    let (sandbox, component) = LOADED.get_or_init(load).await.clone();
    Bench::new(sandbox, component)
}

impl Bench {
    pub(super) fn new(sandbox: Sandbox, component: Component) -> Self {
        let (limits, used, kept, masker) = (Limits::default(), Used::default(), Arc::default(), Masker::new());
        Self { sandbox, component, limits, used, kept, masker, dry_run: false }
    }

    pub(super) async fn call(&self, entry: Entry, config: Json) -> Result<Answer, StepFault> {
        self.sandbox.call(&self.component, entry, self.invocation(config), self.context().await).await
    }

    pub(super) async fn start(&self, config: Json) -> Result<Answer, StepFault> {
        self.call(Entry::Start, config).await
    }

    /// `start` of the hostile guest.
    pub(super) async fn mode(&self, mode: &str) -> Result<Answer, StepFault> {
        self.start(json!({ "mode": mode, "instance_id": "i-0abc" })).await
    }

    fn invocation(&self, config: Json) -> Invocation {
        let (run, job) = ("0199-test".parse().unwrap(), "restart-web".parse().unwrap());
        Invocation { run, job, attempt: 1, config }
    }

    /// Everything that the component imports is granted.
    async fn context(&self) -> StepContext {
        let plugin = Plugin {
            name: "test".parse().unwrap(),
            origin: Origin::Shipped,
            path: None,
            digest: self.component.digest(),
            size: self.component.size(),
            description: self.sandbox.describe(&self.component, Limits::default()).await.unwrap(),
            imports: self.component.imports().clone(),
        };
        StepContext {
            aws: RunAws::of_nobody(),
            credentials: StepCredentials::host(None),
            grants: Arc::new(Grants::decide(&plugin, &GrantSection::default(), None)),
            limits: self.limits,
            used: self.used,
            directories: Directories::default(),
            may_send: Arc::default(),
            journal: Arc::clone(&self.kept) as Arc<dyn Journal>,
            masker: self.masker.clone(),
            captures: Vec::new(),
            told_secret: false,
            step: "restart".parse().unwrap(),
            region: Some("eu-central-1".to_owned()),
            idempotency_token: "0199-test-restart-1".to_owned(),
            lease: stepwell_model::lease::Lease::endless(),
            dry_run: self.dry_run,
            calls: Vec::new(),
            settled_calls: 0,
            signed_as: None,
        }
    }
}
