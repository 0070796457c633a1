//! What every command starts from: `STEPWELL_HOME`, the project, the job file, the plugins.

use std::collections::BTreeMap;
use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;
use stepwell_aws::Aws;
use stepwell_engine::plugins::{Folder, Loaded};
use stepwell_engine::run;
use stepwell_engine::snapshot::{FileText, Given, ProjectText, Snapshot, StoredPlugin};
use stepwell_engine::{Library, Shipped};
use stepwell_model::id::{JobName, PluginName};
use stepwell_model::job::{Job, Uses};
use stepwell_model::plan::{Basis, GivenOptions, Plan};
use stepwell_model::settings::{Project, Settings, System, limits};
use stepwell_model::source::Source;
use stepwell_sandbox::Sandbox;

use crate::args::JobArgs;
use crate::error::CliError;

/// Bytes of a job or settings file: a thousand times what people write.
const LONGEST_FILE: u64 = 4 << 20;

static SHIPPED: &[Shipped] = include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// `STEPWELL_HOME` and what the files there say.
pub struct Home {
    pub path: PathBuf,
    pub system: System,
    /// Whether there is a `stepwell.toml`.
    pub has_file: bool,
}

impl Home {
    /// Finds it and reads `stepwell.toml`; neither need exist.
    pub fn open() -> Result<Self, CliError> {
        let path = match std::env::var_os("STEPWELL_HOME").filter(|path| !path.is_empty()) {
            Some(path) => PathBuf::from(path),
            None => etcetera::choose_base_strategy().map_err(|_| CliError::NoHome)?.data_dir().join("stepwell"),
        };
        let file = path.join("stepwell.toml");
        // Only a file that is not there restricts nothing: one that cannot be read may.
        let is_missing =
            |error: &std::io::Error| matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory);
        let missing = file.symlink_metadata().is_err_and(|error| is_missing(&error));
        let system = if missing { System::default() } else { System::read(read(&file)?)? };
        Ok(Self { path, system, has_file: !missing })
    }

    /// The plugins that can be used, with or without those of a project.
    pub fn library(&self, project: Option<&ProjectDir>) -> Result<Library, CliError> {
        let limits = limits(&self.system.settings, project.map(|project| &project.project.settings))?;
        let folder = |dir: &Path, settings: &Settings| Folder {
            path: dir.join("plugins"),
            overrides: settings.overrides.clone(),
        };
        Ok(Library {
            sandbox: Sandbox::new(Some(self.path.join("cache").join("components")))?,
            project: project.map(|project| folder(&project.path, &project.project.settings)),
            home: folder(&self.path, &self.system.settings),
            shipped: SHIPPED,
            limits,
        })
    }
}

/// A project and where it is.
pub struct ProjectDir {
    pub path: PathBuf,
    pub project: Project,
}

impl ProjectDir {
    /// The project in this directory.
    pub fn open(dir: &Path) -> Result<Self, CliError> {
        let file = dir.join("project.toml");
        if !file.is_file() {
            return Err(CliError::NoProject { path: dir.to_owned() });
        }
        Ok(Self { path: dir.to_owned(), project: Project::read(read(&file)?)? })
    }

    /// Its name, and its directory under the only name that it has.
    pub fn identity(&self) -> Result<(String, PathBuf), CliError> {
        let unreadable =
            |error: std::io::Error| CliError::Unreadable { path: self.path.clone(), reason: error.to_string() };
        Ok((self.project.name.clone(), self.path.canonicalize().map_err(unreadable)?))
    }

    /// The project that is named, or the one that this path belongs to.
    pub fn of(named: Option<&Path>, path: &Path) -> Result<Option<Self>, CliError> {
        named.map_or_else(|| Self::above(path), |dir| Self::open(dir).map(Some))
    }

    /// The nearest `project.toml` above the path, as long as nobody else could have put it there: it says what plugins
    /// are granted, and `/tmp/project.toml` is above many a job.
    fn above(path: &Path) -> Result<Option<Self>, CliError> {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let Some(dir) = absolute.ancestors().skip(1).find(|dir| dir.join("project.toml").is_file()) else {
            return Ok(None);
        };
        check_ours(dir)?;
        Self::open(dir).map(Some)
    }

    /// The project of a run that goes on: in the same place, with the same name, and still nobody else's.
    pub fn again(project: &ProjectText) -> Result<Self, CliError> {
        if !project.named {
            check_ours(&project.directory)?;
        }
        let found = Self::open(&project.directory)?;
        let file = &project.file;
        let before = Project::read(Source::new(file.name.clone(), file.text.clone()))?;
        if found.project.name != before.name {
            let (path, found, expected) = (found.path, found.project.name, before.name);
            return Err(CliError::OtherProject { path, found, expected });
        }
        Ok(found)
    }
}

/// Whether nobody else could have written what a project says.
fn check_ours(dir: &Path) -> Result<(), CliError> {
    for path in [dir.to_owned(), dir.join("project.toml"), dir.join("plugins")] {
        match path.metadata() {
            Ok(found) if !is_ours(&found) => return Err(CliError::ForeignProject { path }),
            _ => {}
        }
    }
    Ok(())
}

/// Whether only we and root could have written it.
fn is_ours(found: &Metadata) -> bool {
    let (owner, us) = (found.uid(), rustix::process::geteuid().as_raw());
    (owner == us || owner == 0) && found.mode() & 0o002 == 0
}

/// A plan, and what runs it.
pub struct Planned {
    pub plan: Plan,
    /// What the plan can be made from again.
    pub snapshot: Snapshot,
    pub given: Given,
    pub home: Home,
    pub library: Library,
    pub plugins: Vec<Loaded>,
    pub aws: Aws,
    /// The project and its directory.
    pub project: Option<(String, PathBuf)>,
}

/// Plans the job that the command line names.
///
/// `complete` is whether options that are missing stop the plan.
pub async fn plan(args: &JobArgs, complete: bool) -> Result<Planned, CliError> {
    let job = Job::read(read(&args.file)?)?;
    let jobs = sub_jobs(&job, &args.file)?;
    let home = Home::open()?;
    let project = ProjectDir::of(args.project.as_deref(), &args.file)?;
    let library = home.library(project.as_ref())?;
    let loaded = plugins(&library, std::iter::once(&job).chain(jobs.values())).await?;
    let plugin_names: Vec<_> = library.names()?.into_keys().collect();
    let given = Given { options: options(&args.options), nonce: run::new_nonce() };
    let plan = Plan::new(Basis {
        job: &job,
        jobs: &jobs,
        system: &home.system.settings,
        project: project.as_ref().map(|project| &project.project),
        authority: None,
        plugins: &loaded.iter().map(|loaded| (loaded.plugin.name.clone(), loaded.plugin.clone())).collect(),
        plugin_names: &plugin_names,
        options: &given.options,
        nonce: &given.nonce,
        complete,
    })?;
    let identity = project.as_ref().map(ProjectDir::identity).transpose()?;
    let snapshot = Snapshot {
        job: FileText::from(&job.source),
        jobs: jobs.values().map(|job| FileText::from(&job.source)).collect(),
        system: home.has_file.then(|| FileText::from(&home.system.settings.source)),
        project: project.as_ref().zip(identity.as_ref()).map(|(project, (_, directory))| ProjectText {
            file: FileText::from(&project.project.settings.source),
            directory: directory.clone(),
            named: args.project.is_some(),
        }),
        plugins: loaded.iter().map(|loaded| StoredPlugin::from(&loaded.plugin)).collect(),
    };
    let aws = home.aws();
    Ok(Planned { plan, snapshot, given, home, library, plugins: loaded, aws, project: identity })
}

/// The plugins that jobs use, as far as there are such.
async fn plugins(library: &Library, jobs: impl Iterator<Item = &Job>) -> Result<Vec<Loaded>, CliError> {
    let mut names: Vec<&PluginName> = Vec::new();
    for uses in jobs.flat_map(Job::uses) {
        if let Uses::Plugin(name) = uses.get_ref()
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    let mut loaded = Vec::new();
    for name in names {
        loaded.extend(library.load(name).await?);
    }
    Ok(loaded)
}

/// The jobs that a job uses, and those that these use: `NAME.toml` beside the file. What is missing, the plan says.
fn sub_jobs(job: &Job, file: &Path) -> Result<BTreeMap<JobName, Job>, CliError> {
    let mut jobs = BTreeMap::new();
    let mut wanted = used_jobs(job);
    while let Some(name) = wanted.pop() {
        let path = file.with_file_name(format!("{name}.toml"));
        if jobs.contains_key(&name) || !path.is_file() {
            continue;
        }
        let job = Job::read(read(&path)?)?;
        if job.name != name {
            return Err(CliError::OtherJobName { path, expected: name, found: job.name });
        }
        wanted.extend(used_jobs(&job));
        jobs.insert(name, job);
    }
    Ok(jobs)
}

fn used_jobs(job: &Job) -> Vec<JobName> {
    let name = |uses: &toml::Spanned<Uses>| match uses.get_ref() {
        Uses::Job(name) => Some(name.clone()),
        Uses::Plugin(_) => None,
    };
    job.uses().filter_map(name).collect()
}

fn options(given: &[(String, String)]) -> GivenOptions {
    let mut options = GivenOptions::new();
    for (name, value) in given {
        options.entry(name.clone()).or_default().push(value.clone());
    }
    options
}

/// Reads a file as text, within the limit.
pub fn read(path: &Path) -> Result<Source, CliError> {
    let unreadable = |reason: String| CliError::Unreadable { path: path.to_owned(), reason };
    let mut text = String::new();
    let file = File::open(path).map_err(|error| unreadable(error.to_string()))?;
    file.take(LONGEST_FILE + 1).read_to_string(&mut text).map_err(|error| unreadable(error.to_string()))?;
    if text.len() as u64 > LONGEST_FILE {
        return Err(unreadable("it is larger than 4 MiB".to_owned()));
    }
    Ok(Source::new(path.display().to_string(), text))
}
