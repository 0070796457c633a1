//! Making a run ready that the journal has: its plan, its components, its way to AWS.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use stepwell_aws::RunAws;
use stepwell_journal::{Reader, RunRecord};
use stepwell_model::failure::Failure;
use stepwell_model::id::{Digest, PluginName, RunId};
use stepwell_model::plan::Plan;
use stepwell_model::plugin::Plugin;
use stepwell_sandbox::{Component, Sandbox};
use stepwell_secrets::Masker;

use crate::failure::refusal;
use crate::plugins::{self, Library, LibraryError};
use crate::snapshot::{Authority, Given, ProjectText, Snapshot, StoredPlugin};

/// How long what the files say counts as what they say now.
const FRESH: Duration = Duration::from_secs(1);

/// Plans that are kept for other runs of the same job with the same options.
const MOST_PLANS: usize = 64;

/// What lies outside of the journal.
#[async_trait]
pub trait Access: Send + Sync {
    /// What the files say now about what may be called: `stepwell.toml`, and the `project.toml` of this project.
    ///
    /// # Errors
    /// When a file is missing or wrong. Nothing may be called then.
    fn authority(&self, project: Option<&ProjectText>) -> Result<Authority, Failure>;

    /// Whether somebody sees what becomes of runs, and can do without what cannot be had.
    fn is_attended(&self) -> bool;

    /// The run's way to AWS, its secrets included.
    ///
    /// # Errors
    /// When a secret is not to be had.
    async fn aws(&self, plan: &Plan, run: &RunId, project: Option<(String, PathBuf)>) -> Result<RunAws, Failure>;
}

/// What executes a run.
#[derive(Clone)]
pub struct Loaded {
    /// What it does.
    pub plan: Arc<Plan>,
    /// The components that the plan names, by digest.
    pub components: Arc<BTreeMap<Digest, Component>>,
    /// Its way to AWS.
    pub aws: RunAws,
}

/// Makes runs ready.
pub struct Loader {
    library: Library,
    masker: Masker,
    access: Box<dyn Access>,
    plugins: Mutex<HashMap<StoredPlugin, plugins::Loaded>>,
    plans: Mutex<HashMap<PlanKey, Arc<Plan>>>,
    said: Mutex<Said>,
}

/// Everything that makes a plan what it is, when no secret is in it.
type PlanKey = (String, String, String);

/// By the directory of the project: what the files said, and when.
type Said = HashMap<Option<PathBuf>, (Instant, Arc<str>)>;

impl Loader {
    /// A loader that compiles with this library.
    pub fn new(library: Library, masker: Masker, access: Box<dyn Access>) -> Self {
        Self { library, masker, access, plugins: Mutex::default(), plans: Mutex::default(), said: Mutex::default() }
    }

    pub(super) fn is_attended(&self) -> bool {
        self.access.is_attended()
    }

    /// Where plugins run.
    pub fn sandbox(&self) -> &Sandbox {
        &self.library.sandbox
    }

    /// Knows every secret of the process.
    pub fn masker(&self) -> &Masker {
        &self.masker
    }

    /// Makes a run ready.
    ///
    /// # Errors
    /// When it cannot go on as things are.
    pub async fn load(&self, record: &RunRecord, journal: &Reader) -> Result<Loaded, Failure> {
        let (plan, components, directory) = self.plan_now(record, journal).await?;
        let project = plan.project.clone().zip(directory);
        let aws = self.access.aws(&plan, &record.id, project).await?;
        Ok(Loaded { plan, components, aws })
    }

    /// What the files say now about what may be called. It is looked up once a second at most, since many runs go on at
    /// the same time.
    pub(super) fn said(&self, project: Option<&ProjectText>) -> Arc<str> {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let directory = project.map(|project| project.directory.clone());
        if let Some((_, known)) = said.get(&directory).filter(|(since, _)| since.elapsed() < FRESH) {
            return Arc::clone(known);
        }
        let now = match self.access.authority(project) {
            Ok(authority) => text(&authority).into(),
            // It says nothing that a file could say, so that the run is made ready again, which fails.
            Err(failure) => format!("\0{}", failure.message).into(),
        };
        said.insert(directory, (Instant::now(), Arc::clone(&now)));
        now
    }

    /// The plan of a run with what may be called now, its components, and the directory of its project.
    pub(super) async fn plan_now(
        &self,
        record: &RunRecord,
        journal: &Reader,
    ) -> Result<(Arc<Plan>, Arc<BTreeMap<Digest, Component>>, Option<PathBuf>), Failure> {
        let snapshot = Snapshot::read(&record.snapshot).map_err(|error| refusal(&error))?;
        let given = Given::read(&record.given).map_err(|error| refusal(&error))?;
        let directory = snapshot.project.as_ref().map(|project| project.directory.clone());
        let authority = self.access.authority(snapshot.project.as_ref())?;
        let mut plugins = BTreeMap::new();
        for stored in &snapshot.plugins {
            plugins.insert(stored.name.clone(), self.plugin(stored, journal).await?);
        }
        let plan = self.plan(record, (&snapshot, &given), &plugins, &authority)?;
        let components = plugins.into_values().map(|loaded| (loaded.plugin.digest, loaded.component)).collect();
        Ok((plan, Arc::new(components), directory))
    }

    async fn plugin(&self, stored: &StoredPlugin, journal: &Reader) -> Result<plugins::Loaded, Failure> {
        let known = self.plugins.lock().unwrap_or_else(PoisonError::into_inner).get(stored).cloned();
        if let Some(loaded) = known {
            return Ok(loaded);
        }
        let digest = stored.digest;
        let bytes = journal.clone().on_thread(move |reader| reader.component(&digest)).await;
        let bytes = bytes.map_err(|error| refusal(&error))?;
        let gone = || LibraryError::Gone { name: stored.name.clone() };
        let bytes = bytes.ok_or_else(gone).map_err(|error| refusal(&error))?;
        let loaded = self.library.load_stored(stored, &bytes).await.map_err(|error| refusal(&error))?;
        self.plugins.lock().unwrap_or_else(PoisonError::into_inner).insert(stored.clone(), loaded.clone());
        Ok(loaded)
    }

    fn plan(
        &self,
        record: &RunRecord,
        (snapshot, given): (&Snapshot, &Given),
        plugins: &BTreeMap<PluginName, plugins::Loaded>,
        authority: &Authority,
    ) -> Result<Arc<Plan>, Failure> {
        let options = serde_json::to_string(&given.options).unwrap_or_default();
        let key = (record.snapshot.clone(), options, text(authority));
        let known = self.plans.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(plan) = known {
            return Ok(plan);
        }
        let plugins: BTreeMap<PluginName, Plugin> =
            plugins.iter().map(|(name, loaded)| (name.clone(), loaded.plugin.clone())).collect();
        let plan = Arc::new(snapshot.plan(given, &plugins, authority).map_err(|error| refusal(&error))?);
        // The placeholders of secrets differ from run to run.
        if plan.all_plans().iter().all(|plan| plan.secrets.is_empty()) {
            let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
            if plans.len() >= MOST_PLANS {
                plans.clear();
            }
            plans.insert(key, Arc::clone(&plan));
        }
        Ok(plan)
    }
}

/// The files, as one text.
fn text(authority: &Authority) -> String {
    let project = authority.project.as_ref().map(|project| project.source.text.as_str()).unwrap_or_default();
    format!("{}\0{project}", authority.system.source.text)
}
