//! Runs of the test guests in an engine. Part of the load test and the benchmark in host/engine.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use stepwell_aws::RunAws;
use stepwell_engine::plugins::Folder;
use stepwell_engine::snapshot::{Authority, FileText, Given, ProjectText, Snapshot, StoredPlugin, first_record};
use stepwell_engine::{
    Access, Engine, EngineError, Library, LoadedPlugin, Loader, Observer, ReadyRun, RunOf, Start, Watch, new_run_id,
};
use stepwell_journal::JournalStore;
use stepwell_model::failure::Failure;
use stepwell_model::id::Digest;
use stepwell_model::job::{Job, Uses};
use stepwell_model::limits::Limits;
use stepwell_model::plan::{Basis, NoOperations, Plan};
use stepwell_model::run_store::{NewRun, RunStore};
use stepwell_model::settings::Settings;
use stepwell_model::source::Source;
use stepwell_sandbox::Sandbox;
use stepwell_secrets::Masker;

const GUESTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../plugins/target/components/tests");

/// Settings and AWS for runs that call nothing outside the process.
struct Nothing;

#[async_trait]
impl Access for Nothing {
    fn is_attended(&self) -> bool {
        false
    }

    fn authority(&self, _: Option<&ProjectText>) -> Result<Authority, Failure> {
        Ok(Authority { system: Settings::default(), project: None })
    }

    async fn aws(&self, _: RunOf<'_>, _: Masker) -> Result<RunAws, Failure> {
        Ok(RunAws::of_nobody())
    }
}

/// A job of guests, and an engine with the journal of a home.
pub struct Runs {
    pub engine: Engine,
    ready: ReadyRun,
    snapshot: String,
    components: Vec<(Digest, Arc<[u8]>)>,
}

impl Runs {
    /// Opens the journal of the home, and loads the guests that the job uses.
    pub async fn open(home: &Path, job: &str) -> Self {
        Self::in_store(Arc::new(JournalStore::open(home).expect("the home can be written to")), home, job).await
    }

    /// Loads the guests that the job uses, for runs in this store. The home has compiled guests only.
    pub async fn in_store(store: Arc<dyn RunStore>, home: &Path, job: &str) -> Self {
        let library = library(home);
        let job = Job::read(Source::new("job.toml", job)).expect("it is a job");
        let guests = guests(&library, &job).await;
        let loader = Loader::new(library, Masker::new(), Box::new(Nothing));
        let snapshot = Snapshot {
            job: FileText::from(&job.source),
            jobs: Vec::new(),
            system: None,
            project: None,
            plugins: guests.iter().map(|guest| StoredPlugin::from(&guest.plugin)).collect(),
            job_files: Vec::new(),
        };
        let components = guests.iter().map(|guest| (guest.plugin.digest, guest.component.clone())).collect();
        let ready = ReadyRun { plan: plan(&job, &guests), components: Arc::new(components), aws: RunAws::of_nobody() };
        Self {
            engine: Engine::new(store, loader),
            ready,
            snapshot: serde_json::to_string(&snapshot).expect("it is JSON"),
            components: guests.iter().map(|guest| (guest.plugin.digest, Arc::clone(&guest.bytes))).collect(),
        }
    }

    /// A run that is not yet in the journal.
    pub fn new_run(&self) -> NewRun {
        let (id, plan) = (new_run_id().expect("it is a run id"), &self.ready.plan);
        NewRun {
            job: plan.job.clone(),
            project: None,
            dry_run: false,
            snapshot: self.snapshot.clone(),
            given: serde_json::to_string(&Given::default()).expect("it is JSON"),
            components: self.components.clone(),
            first: vec![first_record(id.clone(), plan, false, None)],
            held: true,
            id,
        }
    }

    /// Begins a run.
    pub async fn start(&self, observer: Option<Observer>) -> Result<Watch, EngineError> {
        self.engine.start(Start { run: self.new_run(), limit: None, ready: self.ready.clone(), observer }).await
    }
}

fn library(home: &Path) -> Library {
    Library {
        sandbox: Sandbox::new(Some(home.join("cache"))).expect("the sandbox starts"),
        project: None,
        home: Folder { path: GUESTS.into(), overrides: Vec::new() },
        shipped: &[],
        limits: Limits::default(),
    }
}

async fn guests(library: &Library, job: &Job) -> Vec<LoadedPlugin> {
    let mut guests: Vec<LoadedPlugin> = Vec::new();
    for uses in job.uses() {
        let Uses::Plugin(name) = uses.get_ref() else { continue };
        if guests.iter().all(|guest| guest.plugin.name != *name) {
            let found = library.load(name).await.expect("the guest is a plugin");
            guests.push(found.expect("the test guests are built: cargo xtask plugins"));
        }
    }
    guests
}

fn plan(job: &Job, guests: &[LoadedPlugin]) -> Arc<Plan> {
    let plugins: BTreeMap<_, _> =
        guests.iter().map(|guest| (guest.plugin.name.clone(), guest.plugin.clone())).collect();
    let basis = Basis {
        job,
        jobs: &BTreeMap::new(),
        system: &Settings::default(),
        project: None,
        authority: None,
        plugins: &plugins,
        plugin_names: &[],
        operations: &NoOperations,
        options: &Given::default().options,
        nonce: "",
        complete: true,
    };
    Arc::new(Plan::new(basis).expect("the job can run"))
}
