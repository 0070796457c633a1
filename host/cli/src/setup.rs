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
use stepwell_engine::{Library, Shipped};
use stepwell_model::id::{Digest, PluginName};
use stepwell_model::job::Job;
use stepwell_model::plan::{Basis, Plan};
use stepwell_model::settings::{Project, Settings, System, limits};
use stepwell_model::source::Source;
use stepwell_sandbox::{Component, Sandbox};

use crate::args::JobArgs;
use crate::error::CliError;

/// Bytes of a job or settings file: a thousand times what people write.
const LONGEST_FILE: u64 = 4 << 20;

static SHIPPED: &[Shipped] = include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// `STEPWELL_HOME` and what the files there say.
pub struct Home {
    pub path: PathBuf,
    pub system: System,
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
        Ok(Self { path, system })
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
        for path in [dir.to_owned(), dir.join("project.toml"), dir.join("plugins")] {
            match path.metadata() {
                Ok(found) if !is_ours(&found) => return Err(CliError::ForeignProject { path }),
                _ => {}
            }
        }
        Self::open(dir).map(Some)
    }
}

/// Whether only we and root could have written it.
fn is_ours(found: &Metadata) -> bool {
    let (owner, us) = (found.uid(), rustix::process::geteuid().as_raw());
    (owner == us || owner == 0) && found.mode() & 0o002 == 0
}

/// A plan, and what runs it.
pub struct Planned {
    pub plan: Plan,
    pub library: Library,
    pub components: BTreeMap<Digest, Component>,
    pub aws: Aws,
    /// The project and its directory.
    pub project: Option<(String, PathBuf)>,
}

/// Plans the job that the command line names.
///
/// `complete` is whether options that are missing stop the plan.
pub async fn plan(args: &JobArgs, complete: bool) -> Result<Planned, CliError> {
    let job = Job::read(read(&args.file)?)?;
    let home = Home::open()?;
    let project = ProjectDir::of(args.project.as_deref(), &args.file)?;
    let library = home.library(project.as_ref())?;
    let mut plugins = BTreeMap::new();
    let mut components = BTreeMap::new();
    for step in &job.steps {
        let name = step.uses.get_ref();
        if plugins.contains_key(name) {
            continue;
        }
        if let Some(Loaded { plugin, component }) = library.load(name).await? {
            components.insert(plugin.digest, component);
            plugins.insert(PluginName::clone(name), plugin);
        }
    }
    let plugin_names: Vec<_> = library.names()?.into_keys().collect();
    let plan = Plan::new(Basis {
        job: &job,
        system: &home.system.settings,
        project: project.as_ref().map(|project| &project.project),
        plugins: &plugins,
        plugin_names: &plugin_names,
        options: &options(&args.options)?,
        nonce: &run::new_nonce(),
        complete,
    })?;
    let project = project.as_ref().map(ProjectDir::identity).transpose()?;
    Ok(Planned { plan, library, components, aws: home.aws(), project })
}

fn options(given: &[(String, String)]) -> Result<BTreeMap<String, String>, CliError> {
    let mut options = BTreeMap::new();
    for (name, value) in given {
        if options.insert(name.clone(), value.clone()).is_some() {
            return Err(CliError::OptionTwice { name: name.clone() });
        }
    }
    Ok(options)
}

fn read(path: &Path) -> Result<Source, CliError> {
    let unreadable = |reason: String| CliError::Unreadable { path: path.to_owned(), reason };
    let mut text = String::new();
    let file = File::open(path).map_err(|error| unreadable(error.to_string()))?;
    file.take(LONGEST_FILE + 1).read_to_string(&mut text).map_err(|error| unreadable(error.to_string()))?;
    if text.len() as u64 > LONGEST_FILE {
        return Err(unreadable("it is larger than 4 MiB".to_owned()));
    }
    Ok(Source::new(path.display().to_string(), text))
}
