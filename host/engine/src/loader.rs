//! Making a stored run ready: its plan, its components, its way to AWS.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use stepwell_aws::{RunAws, RunProject};
use stepwell_model::failure::Failure;
use stepwell_model::id::{Digest, PluginName, RunId};
use stepwell_model::journal::JournalError;
use stepwell_model::plan::Plan;
use stepwell_model::plugin::Plugin;
use stepwell_model::run_store::{RunReader, RunRecord};
use stepwell_sandbox::{Component, Sandbox};
use stepwell_secrets::Masker;

use crate::beside::beside;
use crate::failure::refusal;
use crate::plugins::{Library, LibraryError, LoadedPlugin};
use crate::snapshot::{Authority, Given, ProjectText, Snapshot, StoredPlugin};
use crate::warm::Warm;

/// How long the last look at the settings files counts as current.
const FRESH: Duration = Duration::from_secs(1);

/// Plans that are kept for other runs of the same job with the same options.
const MOST_PLANS: usize = 64;

/// What a run needs from outside of the journal.
#[async_trait]
pub trait Access: Send + Sync {
    /// The current settings about what may be called: `stepwell.toml`, and the `project.toml` of this project.
    ///
    /// # Errors
    /// When a file is missing or wrong. Nothing may be called then.
    fn authority(&self, project: Option<&ProjectText>) -> Result<Authority, Failure>;

    /// Whether an operator sees what becomes of runs, and can do without what is missing.
    fn is_attended(&self) -> bool;

    /// The run's way to AWS, its secrets included, which its masker learns.
    ///
    /// # Errors
    /// When a secret is missing.
    async fn aws(&self, run: RunOf<'_>, masker: Masker) -> Result<RunAws, Failure>;
}

/// A run that needs its way to AWS.
pub struct RunOf<'a> {
    /// What it does.
    pub plan: &'a Plan,
    /// Its id.
    pub id: &'a RunId,
    /// Its project.
    pub project: Option<RunProject>,
    /// The paths of its job files, which no step may write.
    pub job_files: Vec<PathBuf>,
}

/// Everything that executes a run.
#[derive(Clone)]
pub struct ReadyRun {
    /// What it does.
    pub plan: Arc<Plan>,
    /// The components that the plan names, by digest.
    pub components: Arc<BTreeMap<Digest, Component>>,
    /// Its way to AWS.
    pub aws: RunAws,
}

/// The settings under which a run was planned. When the files change, the run is planned again.
pub(crate) struct AuthorityStamp {
    project: Option<ProjectText>,
    text: Arc<str>,
}

/// A plan under the current settings.
pub(crate) struct CurrentPlan {
    pub(crate) plan: Arc<Plan>,
    components: Arc<BTreeMap<Digest, Component>>,
    /// The directory of its project.
    directory: Option<PathBuf>,
    job_files: Vec<PathBuf>,
}

/// Makes runs ready.
pub struct Loader {
    library: Library,
    masker: Masker,
    access: Box<dyn Access>,
    plugins: Mutex<Warm<StoredPlugin, LoadedPlugin>>,
    plans: Mutex<HashMap<PlanKey, Arc<Plan>>>,
    authority_texts: Mutex<AuthorityTexts>,
}

/// Everything that decides a plan without secrets: snapshot, options, settings.
type PlanKey = (String, String, String);

/// By the directory of the project: the text of its settings, and when it was read.
type AuthorityTexts = HashMap<Option<PathBuf>, (Instant, Arc<str>)>;

impl Loader {
    /// A loader that compiles with this library. The masker is that of the process.
    pub fn new(library: Library, masker: Masker, access: Box<dyn Access>) -> Self {
        let (plugins, plans, authority_texts) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self { library, masker, access, plugins, plans, authority_texts }
    }

    pub(crate) fn is_attended(&self) -> bool {
        self.access.is_attended()
    }

    /// Where plugins run.
    pub fn sandbox(&self) -> &Sandbox {
        &self.library.sandbox
    }

    /// The masker of another run.
    pub(crate) fn masker_of_run(&self) -> Masker {
        self.masker.of_run()
    }

    /// Drops the components that no run has needed for a while. A run that is due later loads its own again.
    pub(crate) fn forget_idle(&self) {
        self.plugins.lock().unwrap_or_else(PoisonError::into_inner).forget(Instant::now());
    }

    /// Makes a run ready.
    ///
    /// # Errors
    /// When it cannot go on as things are.
    pub async fn load(
        &self,
        record: &RunRecord,
        journal: &Arc<dyn RunReader>,
        masker: &Masker,
    ) -> Result<ReadyRun, Failure> {
        let CurrentPlan { plan, components, directory, job_files } = self.plan_now(record, journal).await?;
        let project = plan.project.clone().zip(directory);
        let project = project.map(|(name, directory)| RunProject { name, directory });
        let run = RunOf { plan: &plan, id: &record.info.id, project, job_files };
        let aws = self.access.aws(run, masker.clone()).await?;
        Ok(ReadyRun { plan, components, aws })
    }

    /// The current settings for a run with this snapshot. Must be taken before the run is planned, so that a change in
    /// between is noticed later.
    pub(crate) fn stamp(&self, snapshot: &str) -> AuthorityStamp {
        let project = Snapshot::read(snapshot).ok().and_then(|snapshot| snapshot.project);
        AuthorityStamp { text: self.authority_text(project.as_ref()), project }
    }

    /// The current settings, when they differ from those of the stamp.
    pub(crate) fn newer(&self, stamp: &AuthorityStamp) -> Option<AuthorityStamp> {
        let text = self.authority_text(stamp.project.as_ref());
        (text != stamp.text).then(|| AuthorityStamp { project: stamp.project.clone(), text })
    }

    /// The current settings as one text. They are read once in [`FRESH`] at most, because many runs go on at the same
    /// time.
    fn authority_text(&self, project: Option<&ProjectText>) -> Arc<str> {
        let mut texts = self.authority_texts.lock().unwrap_or_else(PoisonError::into_inner);
        let directory = project.map(|project| project.directory.clone());
        if let Some((_, known)) = texts.get(&directory).filter(|(since, _)| since.elapsed() < FRESH) {
            return Arc::clone(known);
        }
        let now = match self.access.authority(project) {
            Ok(authority) => text(&authority).into(),
            // No file has this text, so the run is planned again, which reports the failure.
            Err(failure) => format!("\0{}", failure.message).into(),
        };
        texts.insert(directory, (Instant::now(), Arc::clone(&now)));
        now
    }

    /// The plan of a run under the current settings.
    pub(crate) async fn plan_now(
        &self,
        record: &RunRecord,
        journal: &Arc<dyn RunReader>,
    ) -> Result<CurrentPlan, Failure> {
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
        let job_files = snapshot.job_files;
        Ok(CurrentPlan { plan, components: Arc::new(components), directory, job_files })
    }

    async fn plugin(&self, stored: &StoredPlugin, journal: &Arc<dyn RunReader>) -> Result<LoadedPlugin, Failure> {
        let warm = || self.plugins.lock().unwrap_or_else(PoisonError::into_inner);
        let known = warm().get(stored, Instant::now());
        if let Some(loaded) = known {
            return Ok(loaded);
        }
        let digest = stored.digest;
        let bytes = on_thread(journal, move |reader| reader.component(&digest)).await;
        let bytes = bytes.map_err(|error| refusal(&error))?;
        let gone = || LibraryError::Gone { name: stored.name.clone() };
        let bytes = bytes.ok_or_else(gone).map_err(|error| refusal(&error))?;
        let loaded = self.library.load_stored(stored, &bytes).await.map_err(|error| refusal(&error))?;
        warm().insert(stored.clone(), loaded.clone(), Instant::now());
        Ok(loaded)
    }

    fn plan(
        &self,
        record: &RunRecord,
        (snapshot, given): (&Snapshot, &Given),
        plugins: &BTreeMap<PluginName, LoadedPlugin>,
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
        let plan = beside(true, || snapshot.plan(given, &plugins, authority));
        let plan = Arc::new(plan.map_err(|error| refusal(&error))?);
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

/// Reads the store on a thread that may block.
pub(crate) async fn on_thread<T: Send + 'static>(
    reader: &Arc<dyn RunReader>,
    read: impl FnOnce(&dyn RunReader) -> Result<T, JournalError> + Send + 'static,
) -> Result<T, JournalError> {
    let reader = Arc::clone(reader);
    let ending = || JournalError::Store {
        what: "the journal was not read to the end".to_owned(),
        because: "the process is ending".to_owned(),
        next: "run it again".to_owned(),
    };
    tokio::task::spawn_blocking(move || read(&*reader)).await.map_err(|_| ending())?
}

/// The settings files, as one text.
fn text(authority: &Authority) -> String {
    let project = authority.project.as_ref().map(|project| project.source.text.as_str()).unwrap_or_default();
    format!("{}\0{project}", authority.system.source.text)
}
