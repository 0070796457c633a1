//! What one `STEPWELL_HOME` gives a process, each part opened when it is first needed.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use jiff::Timestamp;
use stepwell_aws::Aws;
use stepwell_engine::plugins::Folder;
use stepwell_engine::{Engine, Library, Loader, Shipped};
use stepwell_journal::JournalStore;
use stepwell_model::id::RunId;
use stepwell_model::run_store::{RunReader, RunStore};
use stepwell_model::settings::{Settings, System, limits};
use stepwell_sandbox::Sandbox;
use stepwell_secrets::Masker;
use tokio::sync::OnceCell;

use crate::access::{AwsBuilder, HomeAccess};
use crate::error::HomeError;
use crate::file::{check_home, check_own_folder, read_system};
use crate::operator::Operator;
use crate::project::ProjectDir;

/// The plugins that are part of the binary.
static SHIPPED: &[Shipped] = include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// Where plugins are compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compilation {
    /// In this process. A component that its author made costly to compile then stops all runs of the process.
    InProcess,
    /// In processes of this very program, which have limits. It has to run [`compile_for_parent`] and nothing else when
    /// its first argument is [`COMPILE_ARGUMENT`].
    ///
    /// [`compile_for_parent`]: crate::compile_for_parent
    /// [`COMPILE_ARGUMENT`]: crate::COMPILE_ARGUMENT
    ByOwnProgram,
}

/// The settings of a `STEPWELL_HOME`, and what executes runs with them.
pub struct Resources {
    /// `STEPWELL_HOME`.
    pub path: PathBuf,
    /// `stepwell.toml`, or its defaults.
    pub system: System,
    /// Whether `stepwell.toml` exists.
    pub has_file: bool,
    /// The masker of the process.
    pub masker: Masker,
    pub operator: Arc<dyn Operator>,
    pub aws: Aws,
    compilation: Compilation,
    sandbox: OnceCell<Sandbox>,
    store: OnceCell<Arc<dyn RunStore>>,
    engine: OnceCell<Engine>,
}

impl Resources {
    /// Reads `stepwell.toml`. Neither the file nor the directory need exist.
    pub fn open(
        path: PathBuf,
        masker: Masker,
        operator: Arc<dyn Operator>,
        compilation: Compilation,
    ) -> Result<Self, HomeError> {
        check_home(&path)?;
        let file = read_system(&path)?;
        let (has_file, system) = (file.is_some(), file.unwrap_or_default());
        let aws = AwsBuilder { home: &path, system: &system, masker: &masker, operator: &operator }.build();
        let (sandbox, store, engine) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        Ok(Self { path, system, has_file, masker, operator, aws, compilation, sandbox, store, engine })
    }

    /// The plugins that can be used, with or without those of a project.
    pub async fn library(&self, project: Option<&ProjectDir>) -> Result<Library, HomeError> {
        let limits = limits(&self.system.settings, project.map(|project| &project.project.settings))?;
        let folder = |dir: &Path, settings: &Settings| Folder {
            path: dir.join("plugins"),
            overrides: settings.overrides.clone(),
        };
        let cache = self.path.join("cache");
        let open = || async {
            check_own_folder(&cache)?;
            let cache = cache.join("components");
            let sandbox = match self.compilation {
                Compilation::InProcess => Sandbox::new(Some(cache)),
                Compilation::ByOwnProgram => Sandbox::compiling_with(Some(cache), own_program()?),
            };
            Ok::<_, HomeError>(sandbox?)
        };
        let sandbox = self.sandbox.get_or_try_init(open).await?.clone();
        Ok(Library {
            sandbox,
            project: project.map(|project| folder(&project.path, &project.project.settings)),
            home: folder(&self.path, &self.system.settings),
            shipped: SHIPPED,
            limits,
        })
    }

    /// The runs in the journal, for reading; none when there is no journal yet.
    pub fn reader(&self) -> Result<Option<Arc<dyn RunReader>>, HomeError> {
        Ok(JournalStore::existing(&self.path)?.map(|reader| Arc::new(reader) as Arc<dyn RunReader>))
    }

    /// The journal, open for writing.
    pub async fn store(&self) -> Result<&Arc<dyn RunStore>, HomeError> {
        let open = || async { Ok(Arc::new(JournalStore::open(&self.path)?) as Arc<dyn RunStore>) };
        self.store.get_or_try_init(open).await
    }

    /// The engine of this process.
    ///
    /// The journal keeps the components of its runs, and the files give their limits again, so its library needs no
    /// project.
    pub async fn engine(&self) -> Result<&Engine, HomeError> {
        let open = || async {
            let (store, library) = (Arc::clone(self.store().await?), self.library(None).await?);
            let access =
                HomeAccess { home: self.path.clone(), aws: self.aws.clone(), operator: Arc::clone(&self.operator) };
            Ok(Engine::new(store, Loader::new(library, self.masker.clone(), Box::new(access))))
        };
        self.engine.get_or_try_init(open).await
    }

    /// Prepares a process of its own for a run.
    ///
    /// The process has the environment of this one, and with it the AWS credentials. It outlives the terminal; its
    /// diagnostics go to `STEPWELL_HOME/executors.log`.
    pub fn detached(&self, run: &RunId) -> Result<DetachedExecutor, HomeError> {
        let failed = |what| move |error: std::io::Error| HomeError::System { what, reason: error.to_string() };
        let program = std::env::current_exe().map_err(failed("find its own program"))?;
        // The process may change its directory; a relative path would then name another place.
        let home = fs::canonicalize(&self.path).map_err(failed("find STEPWELL_HOME"))?;
        let mut log = OpenOptions::new();
        let log = log.create(true).append(true).mode(0o600).open(home.join("executors.log"));
        let mut log = log.map_err(failed("open executors.log in STEPWELL_HOME"))?;
        writeln!(log, "{} run {run}", Timestamp::now()).map_err(failed("write executors.log in STEPWELL_HOME"))?;
        let mut command = Command::new(program);
        command.args(["runs", "resume", run.as_str(), "--output", "json"]).env("STEPWELL_HOME", home);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).process_group(0);
        Ok(DetachedExecutor(command))
    }
}

/// This very program, also after an upgrade has replaced its file.
fn own_program() -> Result<PathBuf, HomeError> {
    let running = PathBuf::from("/proc/self/exe");
    if running.exists() {
        return Ok(running);
    }
    let failed = |error: std::io::Error| HomeError::System { what: "find its own program", reason: error.to_string() };
    std::env::current_exe().map_err(failed)
}

/// A process for one run, ready to start.
pub struct DetachedExecutor(Command);

impl DetachedExecutor {
    pub fn start(mut self) -> Result<(), HomeError> {
        let failed = |error: std::io::Error| HomeError::System {
            what: "start a process for the run",
            reason: error.to_string(),
        };
        self.0.spawn().map(drop).map_err(failed)
    }
}
