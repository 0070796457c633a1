//! A `STEPWELL_HOME`, and everything that can be done with it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use etcetera::BaseStrategy as _;
use stepwell_engine::Engine;
use stepwell_generic::archive::Archive;
use stepwell_model::error::nearest;
use stepwell_model::settings::{ShownSetting, shown};
use stepwell_secrets::{KeyStores, Masker};

use crate::call::CallRequest;
use crate::credentials::{CredentialsQuery, ResolvedCredentials, TrustStatement};
use crate::error::HomeError;
use crate::jobs::JobListing;
use crate::journal::Journal;
use crate::operator::Operator;
use crate::plan::{JobRequest, PlannedJob};
use crate::plugins::Plugins;
use crate::project::ProjectDir;
use crate::resources::{Compilation, Resources};
use crate::runs::Runs;

/// The directory that `STEPWELL_HOME` names, or else `stepwell` in the user's data directory.
///
/// # Errors
/// When neither `STEPWELL_HOME` nor `HOME` is set, or when `STEPWELL_HOME` does not exist and looks like a mistyped one.
pub fn default_path() -> Result<PathBuf, HomeError> {
    match std::env::var_os("STEPWELL_HOME").filter(|path| !path.is_empty()).map(PathBuf::from) {
        Some(path) => match meant(&path) {
            Some(meant) => Err(HomeError::MistypedHome { path, meant }),
            None => Ok(path),
        },
        None => Ok(etcetera::choose_base_strategy().map_err(|_| HomeError::NoHome)?.data_dir().join("stepwell")),
    }
}

/// The settings that hold here.
pub struct Config {
    /// Sorted by key.
    pub settings: Vec<ShownSetting>,
    /// The directory of the project, when there is one.
    pub project: Option<PathBuf>,
}

/// The `STEPWELL_HOME` with a similar path that one which does not exist probably means. Without it, runs would have no
/// settings, and could do what the `deny` of the other one forbids.
fn meant(path: &Path) -> Option<PathBuf> {
    // Of a path that does not exist, the first part that is wrong: the others are as they were meant.
    let wrong = path.ancestors().take_while(|path| !path.as_os_str().is_empty() && !path.exists()).last()?;
    let rest = path.strip_prefix(wrong).ok()?;
    let parent = wrong.parent().map(|dir| if dir.as_os_str().is_empty() { Path::new(".") } else { dir })?;
    let names = parent.read_dir().ok()?.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let is_home = |name: &String| HOME_ENTRIES.iter().any(|entry| parent.join(name).join(rest).join(entry).exists());
    let homes: Vec<_> = names.filter(is_home).collect();
    let meant = nearest(wrong.file_name()?.to_str()?, homes.iter().map(String::as_str))?;
    Some(parent.join(meant).components().chain(rest.components()).collect())
}

/// What only a `STEPWELL_HOME` has.
const HOME_ENTRIES: [&str; 3] = ["stepwell.toml", "journal.db", "keys"];

/// An open `STEPWELL_HOME`. One of them serves all jobs and runs of a process.
pub struct Home(Arc<Resources>);

impl Home {
    /// Reads the `stepwell.toml` of this directory; neither need exist.
    ///
    /// The masker is that of the process: it knows the secrets of the host itself, and those of every open run. The
    /// operator is asked for those that no file holds.
    ///
    /// # Errors
    /// When another user can change the directory or `stepwell.toml`, or the file cannot be read or is wrong.
    pub fn open(
        path: PathBuf,
        masker: Masker,
        operator: Arc<dyn Operator>,
        compilation: Compilation,
    ) -> Result<Self, HomeError> {
        Archive::learn_actions();
        Ok(Self(Arc::new(Resources::open(path, masker, operator, compilation)?)))
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// Every setting of `stepwell.toml` and of the project that is named, or of the nearest one.
    ///
    /// # Errors
    /// When the project cannot be read.
    pub fn config(&self, project: Option<&Path>) -> Result<Config, HomeError> {
        let project = ProjectDir::of_current_directory(project)?;
        let file = project.as_ref().map(|project| &project.project.settings.source);
        let settings = shown(&self.0.system.settings.source, file);
        Ok(Config { settings, project: project.map(|project| project.path) })
    }

    /// The job files of the project that is named, or of the nearest one; without a project, those below the current
    /// directory.
    ///
    /// # Errors
    /// When the directory cannot be read.
    pub fn jobs(&self, project: Option<&Path>) -> Result<JobListing, HomeError> {
        JobListing::of(project)
    }

    /// Plans a job.
    ///
    /// # Errors
    /// When a file is wrong, or the job asks for something that is not granted.
    pub async fn plan(&self, request: &JobRequest) -> Result<PlannedJob, HomeError> {
        PlannedJob::new(request, Arc::clone(&self.0)).await
    }

    /// Plans one call of an operation of AWS.
    ///
    /// # Errors
    /// As for [`Home::plan`].
    pub async fn plan_call(&self, call: &CallRequest) -> Result<PlannedJob, HomeError> {
        PlannedJob::of_call(call, Arc::clone(&self.0)).await
    }

    /// The engine that drives the runs of this process. Opens the journal.
    ///
    /// # Errors
    /// When the journal or the sandbox cannot be opened.
    pub async fn engine(&self) -> Result<&Engine, HomeError> {
        self.0.engine().await
    }

    /// The runs that the journal holds.
    pub fn runs(&self) -> Runs {
        Runs(Arc::clone(&self.0))
    }

    /// The journal as a whole.
    pub fn journal(&self) -> Journal {
        Journal(Arc::clone(&self.0))
    }

    /// The stores of secrets.
    pub fn keys(&self) -> &KeyStores {
        self.0.aws.keys()
    }

    /// The plugins that jobs of a project can use; none searches the project above the current directory.
    ///
    /// # Errors
    /// When the project cannot be read.
    pub async fn plugins(&self, project: Option<&Path>) -> Result<Plugins, HomeError> {
        let project = ProjectDir::of_current_directory(project)?;
        Ok(Plugins(self.0.library(project.as_ref()).await?))
    }

    /// The credentials that the steps of a job, or jobs of a project, use.
    ///
    /// # Errors
    /// When a file is wrong, or the job has no such step.
    pub async fn credentials(&self, query: &CredentialsQuery) -> Result<ResolvedCredentials, HomeError> {
        ResolvedCredentials::find(query, Arc::clone(&self.0)).await
    }

    /// What a role has to trust to let this host, or this project, assume it. `rotate` generates another external id.
    ///
    /// # Errors
    /// When a file is wrong, or the host's own credentials do not work.
    pub async fn trust(&self, project: Option<&Path>, rotate: bool) -> Result<TrustStatement, HomeError> {
        TrustStatement::make(project, rotate, &self.0).await
    }
}
