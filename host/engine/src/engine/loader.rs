//! Making a run ready that the journal has: its plan, its components, its way to AWS.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use stepwell_aws::{Masker, RunAws};
use stepwell_journal::{Reader, RunRecord};
use stepwell_model::event::Failure;
use stepwell_model::id::{Digest, PluginName, RunId};
use stepwell_model::plan::Plan;
use stepwell_model::plugin::Plugin;
use stepwell_sandbox::{Component, Sandbox};

use crate::plugins::{self, Library, LibraryError};
use crate::snapshot::{Authority, Given, Snapshot, StoredPlugin, refusal};

/// Plans that are kept for other runs of the same job with the same options.
const MOST_PLANS: usize = 64;

/// What lies outside of the journal.
#[async_trait]
pub trait Access: Send + Sync {
    /// What the files say now about what may be called: `stepwell.toml`, and `project.toml` in this directory.
    ///
    /// # Errors
    /// When a file is missing or wrong. Nothing may be called then.
    fn authority(&self, project: Option<&Path>) -> Result<Authority, Failure>;

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
}

/// Everything that makes a plan what it is, when no secret is in it.
type PlanKey = (String, String, String);

impl Loader {
    /// A loader that compiles with this library.
    pub fn new(library: Library, masker: Masker, access: Box<dyn Access>) -> Self {
        Self { library, masker, access, plugins: Mutex::default(), plans: Mutex::default() }
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
        let snapshot = Snapshot::read(&record.snapshot).map_err(|error| refusal(&error))?;
        let given = Given::read(&record.given).map_err(|error| refusal(&error))?;
        let directory = snapshot.project.as_ref().map(|project| project.directory.clone());
        let authority = self.access.authority(directory.as_deref())?;
        let mut plugins = BTreeMap::new();
        for stored in &snapshot.plugins {
            plugins.insert(stored.name.clone(), self.plugin(stored, journal).await?);
        }
        let plan = self.plan(record, (&snapshot, &given), &plugins, &authority)?;
        let components = plugins.into_values().map(|loaded| (loaded.plugin.digest, loaded.component)).collect();
        let project = plan.project.clone().zip(directory);
        let aws = self.access.aws(&plan, &record.id, project).await?;
        Ok(Loaded { plan, components: Arc::new(components), aws })
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
        let project = authority.project.as_ref().map(|project| project.source.text.as_str()).unwrap_or_default();
        let key = (record.snapshot.clone(), options, format!("{}\0{project}", authority.system.source.text));
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
