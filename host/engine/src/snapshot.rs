//! The snapshot of a run: the store keeps it, and the run is planned from it again wherever it resumes.
//!
//! Jobs, options and regions stay as they were when the run began. Grants, limits and credentials are the current ones of
//! `stepwell.toml` and `project.toml`, so that a withdrawn grant or role is withdrawn for waiting runs, too.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use stepwell_generic::archive::Archive;
use stepwell_model::NextAction;
use stepwell_model::event::{Event, RunOrigin, What};
use stepwell_model::id::{Digest, JobName, PluginName, RunId};
use stepwell_model::job::{Job, JobError, JobRoom};
use stepwell_model::plan::{Basis, GivenOptions, Plan, PlanError};
use stepwell_model::plugin::{Origin, Plugin};
use stepwell_model::settings::{Project, Settings, SettingsError, System};
use stepwell_model::source::Source;

/// The files and plugins that many runs of a job share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The job.
    pub job: FileText,
    /// The jobs that it uses, directly or through another job.
    pub jobs: Vec<FileText>,
    /// `stepwell.toml`, when there is one.
    pub system: Option<FileText>,
    /// The project, when the job belongs to one.
    pub project: Option<ProjectText>,
    /// The plugins that the jobs use.
    pub plugins: Vec<StoredPlugin>,
    /// The paths of the job files, as they were named and without symbolic links. No step may write them.
    #[serde(default)]
    pub job_files: Vec<PathBuf>,
}

/// The text of a file under the name that errors show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileText {
    /// The name.
    pub name: String,
    /// The text.
    pub text: String,
}

/// A project and where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectText {
    /// `project.toml`.
    pub file: FileText,
    /// Its directory.
    pub directory: PathBuf,
}

/// A plugin whose component the journal keeps.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StoredPlugin {
    /// Its name in jobs.
    pub name: PluginName,
    /// Where it was found.
    pub origin: Origin,
    /// Its file, where it had one.
    pub path: Option<PathBuf>,
    /// The component.
    pub digest: Digest,
}

/// The options that one run is started with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The given options. A secret is a key path, or the note that the operator is asked for it.
    pub options: GivenOptions,
    /// The text that makes the placeholders of secrets unpredictable.
    pub nonce: String,
}

/// The current settings.
#[derive(Debug, Clone)]
pub struct Authority {
    /// `stepwell.toml`.
    pub system: Settings,
    /// `project.toml`.
    pub project: Option<Settings>,
}

/// Why a run cannot be planned from its snapshot.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The snapshot has another form than this host writes.
    #[error("what the journal keeps of the run cannot be read")]
    Unreadable {
        /// The error of the parser.
        reason: String,
    },
    /// The job file.
    #[error(transparent)]
    Job(#[from] JobError),
    /// A settings file.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The plan, usually because a grant is missing now.
    #[error(transparent)]
    Plan(#[from] PlanError),
}

impl NextAction for SnapshotError {
    fn because(&self) -> String {
        match self {
            Self::Unreadable { reason } => reason.clone(),
            Self::Job(error) => error.because(),
            Self::Settings(error) => error.because(),
            Self::Plan(error) => error.because(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Unreadable { .. } => {
                "resume it with the version of Stepwell that began the run, or cancel it with `stepwell runs cancel`"
                    .to_owned()
            }
            Self::Job(error) => error.next(),
            Self::Settings(error) => error.next(),
            Self::Plan(error) => error.next(),
        }
    }
}

impl From<&Source> for FileText {
    fn from(source: &Source) -> Self {
        Self { name: source.name.clone(), text: source.text.clone() }
    }
}

impl FileText {
    fn source(&self) -> Source {
        Source::new(self.name.clone(), self.text.clone())
    }
}

impl From<&Plugin> for StoredPlugin {
    fn from(plugin: &Plugin) -> Self {
        let Plugin { name, origin, path, digest, .. } = plugin;
        Self { name: name.clone(), origin: *origin, path: path.clone(), digest: *digest }
    }
}

impl Snapshot {
    /// Reads a snapshot from the store.
    ///
    /// # Errors
    /// When the text is not a snapshot.
    pub fn read(text: &str) -> Result<Self, SnapshotError> {
        serde_json::from_str(text).map_err(|error| SnapshotError::Unreadable { reason: error.to_string() })
    }

    /// Plans the run under the current settings.
    ///
    /// # Errors
    /// When the run cannot go on as things are.
    pub fn plan(
        &self,
        given: &Given,
        plugins: &BTreeMap<PluginName, Plugin>,
        authority: &Authority,
    ) -> Result<Plan, SnapshotError> {
        let mut room = JobRoom::default();
        let mut read = |file: &FileText| Job::read_within(file.source(), &mut room);
        let job = read(&self.job)?;
        let jobs = self.jobs.iter().map(|file| read(file).map(|job| (job.name.clone(), job)));
        let jobs: BTreeMap<JobName, Job> = jobs.collect::<Result<_, _>>()?;
        let system = self.system.as_ref().map(|file| System::read(file.source())).transpose()?.unwrap_or_default();
        let project = self.project.as_ref().map(|project| Project::read(project.file.source())).transpose()?;
        Ok(Plan::new(Basis {
            job: &job,
            jobs: &jobs,
            system: &system.settings,
            project: project.as_ref(),
            authority: Some((&authority.system, authority.project.as_ref())),
            plugins,
            plugin_names: &[],
            operations: Archive::shipped(),
            options: &given.options,
            nonce: &given.nonce,
            complete: true,
        })?)
    }
}

impl Given {
    /// Reads the options of a run from the store.
    ///
    /// # Errors
    /// When the text has another form.
    pub fn read(text: &str) -> Result<Self, SnapshotError> {
        serde_json::from_str(text).map_err(|error| SnapshotError::Unreadable { reason: error.to_string() })
    }
}

/// The first record of a run.
pub fn first_record(run: RunId, plan: &Plan, dry_run: bool, origin: Option<RunOrigin>) -> Event {
    let at = jiff::Timestamp::now();
    let until =
        |timeout| at.saturating_add(jiff::SignedDuration::try_from(timeout).unwrap_or(jiff::SignedDuration::MAX));
    let deadline = plan.timeout.map(|timeout| until(timeout).unwrap_or(jiff::Timestamp::MAX));
    let (job, steps, origin) = (plan.job.clone(), plan.titles(None), origin.map(Box::new));
    Event { seq: 1, at, what: What::RunStarted { run, job, steps, dry_run, deadline, origin } }
}
