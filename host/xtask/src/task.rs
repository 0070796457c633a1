//! The common part of the tasks: their errors, and their calls of cargo.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use serde::Deserialize;
use stepwell_model::NextAction;

use crate::console;
use crate::emulator::EmulatorError;
use crate::models::{self, Made, ModelsError};
use crate::plugins::{self, BuildError, Component, Search};
use crate::python::{PythonError, Venv};
use crate::repository;

/// A failure of a task.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    /// The plugins were not built.
    #[error("{0}")]
    Plugins(#[from] BuildError),
    /// The models of AWS's services were not made.
    #[error("{0}")]
    Models(#[from] ModelsError),
    /// The Python for the emulators is missing.
    #[error("{0}")]
    Python(#[from] PythonError),
    /// An emulator failed.
    #[error("{0}")]
    Emulator(#[from] EmulatorError),
    /// A program could not be started.
    #[error("`{program}` could not be started")]
    Start {
        /// The program.
        program: String,
        /// The reason.
        source: std::io::Error,
    },
    /// A program ran and failed.
    #[error("`{program}` ended with {status}")]
    Failed {
        /// The program and its first arguments.
        program: String,
        /// Its exit status.
        status: ExitStatus,
    },
    /// Cargo built the host and named no program.
    #[error("cargo built no program `stepwell`")]
    NoProgram,
    /// A program's output is not what was measured or shown.
    #[error("`{program}` did not do what was expected")]
    Wrong {
        /// The program and its first arguments.
        program: String,
        /// Its output.
        found: String,
    },
    /// A file could not be read or written.
    #[error("could not use {}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
    /// The compiler warned.
    #[error("`{program}` gave {warnings} warnings")]
    Warnings {
        /// The program and its first arguments.
        program: String,
        /// The number of warnings.
        warnings: usize,
    },
    /// The toolchain has no clippy.
    #[error("`clippy-driver` is missing")]
    NoClippy,
    /// Some checks did not pass.
    #[error("{} of the checks failed", failed.len())]
    Checks {
        /// Their names.
        failed: Vec<&'static str>,
    },
}

impl TaskError {
    pub(crate) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}

impl NextAction for TaskError {
    fn because(&self) -> String {
        match self {
            Self::Plugins(error) => error.because(),
            Self::Models(error) => error.because(),
            Self::Python(error) => error.because(),
            Self::Emulator(error) => error.because(),
            Self::Start { source, .. } | Self::File { source, .. } => source.to_string(),
            Self::Failed { .. } => "its output above has the reason".to_owned(),
            Self::NoProgram => "the package `stepwell` has no target of this name".to_owned(),
            Self::Wrong { found, .. } => found.clone(),
            Self::Warnings { .. } => "the gate accepts no warning".to_owned(),
            Self::NoClippy => "the gate takes its lints from clippy".to_owned(),
            Self::Checks { failed } => failed.join(", "),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Plugins(error) => error.next(),
            Self::Models(error) => error.next(),
            Self::Python(error) => error.next(),
            Self::Emulator(error) => error.next(),
            Self::Start { program, .. } => format!("install `{program}`, or put it on the PATH"),
            Self::Failed { .. } | Self::Wrong { .. } => "correct what it reports, and run again".to_owned(),
            Self::NoProgram => "correct `build_host` in host/xtask/src/task.rs".to_owned(),
            Self::File { path, .. } => format!("make sure that {} exists and is accessible", path.display()),
            Self::Warnings { .. } => "correct each of them; they are printed above".to_owned(),
            Self::NoClippy => "add clippy to the toolchain: rustup component add clippy".to_owned(),
            Self::Checks { .. } => "correct what each of them reports above".to_owned(),
        }
    }
}

/// Runs a command on this terminal.
pub(crate) fn run(command: &mut Command) -> Result<(), TaskError> {
    let status = command.status().map_err(|source| TaskError::Start { program: name(command), source })?;
    if status.success() { Ok(()) } else { Err(TaskError::Failed { program: name(command), status }) }
}

/// The program with its first arguments, for messages.
pub(crate) fn name(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let arguments = command.get_args().take(2);
    std::iter::once(program).chain(arguments).map(|part| part.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// The cargo that runs this task, in the root of the repository.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    cargo.current_dir(repository::root());
    cargo
}

/// The variable that makes the tasks build the standard library of plugins from its sources even where the target is
/// installed, as CI does.
pub const FROM_SOURCES: &str = "STEPWELL_STD_FROM_SOURCES";

/// Builds the plugins and the test guests. The host embeds the plugins, so the tasks build them first.
pub fn build_plugins() -> Result<Vec<Component>, TaskError> {
    let cache = plugins::cache();
    let from_sources = std::env::var_os(FROM_SOURCES).is_some_and(|value| !value.is_empty() && value != "0");
    let search = Search { cache: &cache, from_sources, notice: |text| console::line(format!("{text} …")) };
    Ok(repository::build_plugins(search)?)
}

/// Makes the models of AWS's services, unless they are up to date. The host embeds them, so the tasks make them first.
pub fn make_models() -> Result<Made, TaskError> {
    Ok(models::make()?)
}

/// Builds the test guests in Python.
pub fn build_python_guests(venv: &Venv) -> Result<Vec<Component>, TaskError> {
    Ok(repository::build_python_guests(&venv.program("componentize-py"))?)
}

/// How the host is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    Dev,
    Release,
}

/// Builds the host and returns the path of its program.
///
/// It selects the whole workspace, so that the dependencies have the same features as for the tests and compile once.
pub(crate) fn build_host(profile: Profile) -> Result<PathBuf, TaskError> {
    let mut cargo = cargo();
    cargo.args(["build", "--workspace", "--bin", "stepwell"]);
    match profile {
        Profile::Dev => drop(lint(&mut cargo)),
        Profile::Release => drop(cargo.arg("--release")),
    }
    build(cargo)?.executable.ok_or(TaskError::NoProgram)
}

/// A build of the host's libraries and their dependencies, in parallel with the build of the plugins.
pub(crate) struct Ahead {
    cargo: Child,
    log: File,
}

impl Ahead {
    /// Starts the build.
    pub(crate) fn start() -> Result<Self, TaskError> {
        let target = repository::root().join("target");
        let path = target.join("dependencies.log");
        std::fs::create_dir_all(&target).map_err(TaskError::file(&target))?;
        let output = File::create(&path).map_err(TaskError::file(&path))?;
        let log = File::open(&path).map_err(TaskError::file(&path))?;
        let mut cargo = cargo();
        lint(cargo.args(["build", "--workspace", "--lib"])).stdin(Stdio::null()).stdout(Stdio::null()).stderr(output);
        console::line("the dependencies of the host compile meanwhile (target/dependencies.log)");
        let started = cargo.spawn().map_err(|source| TaskError::Start { program: name(&cargo), source })?;
        Ok(Self { cargo: started, log })
    }

    /// Shows the log until the build ends. The next build reports what does not compile.
    pub(crate) fn finish(mut self) {
        loop {
            let has_ended = !matches!(self.cargo.try_wait(), Ok(None));
            let mut new = String::new();
            drop(self.log.read_to_string(&mut new));
            new.lines().for_each(console::line);
            if has_ended {
                return;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }
}

impl Drop for Ahead {
    /// A task that fails before it needs the dependencies leaves no build behind.
    fn drop(&mut self) {
        drop(self.cargo.kill());
        drop(self.cargo.wait());
    }
}

/// Makes clippy the compiler of the workspace's own crates, if clippy is installed.
///
/// The lints then come from the same compilation as the binaries, where `cargo clippy` makes a second set of metadata of
/// every dependency. All tasks use it, so that they share the compiled crates.
pub(crate) fn lint(cargo: &mut Command) -> &mut Command {
    if has_clippy() { cargo.env("RUSTC_WORKSPACE_WRAPPER", CLIPPY) } else { cargo }
}

/// The driver that cargo runs in rustc's place.
pub(crate) const CLIPPY: &str = "clippy-driver";

/// Whether the toolchain has clippy.
pub(crate) fn has_clippy() -> bool {
    let mut version = Command::new(CLIPPY);
    version.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    version.status().is_ok_and(|status| status.success())
}

/// The result of a build.
#[derive(Debug, Default)]
pub(crate) struct Built {
    /// The last program.
    pub(crate) executable: Option<PathBuf>,
    /// The number of warnings, with those that cargo repeats from earlier compilations.
    pub(crate) warnings: usize,
}

/// Runs a `cargo build` and shows its diagnostics as cargo would.
pub(crate) fn build(mut cargo: Command) -> Result<Built, TaskError> {
    let colours = if console::is_terminal() { "json-diagnostic-rendered-ansi" } else { "json" };
    cargo.args(["--message-format", colours]).stderr(Stdio::inherit());
    let output = cargo.output().map_err(|source| TaskError::Start { program: name(&cargo), source })?;
    let built = Built::read(&String::from_utf8_lossy(&output.stdout), console::verbatim);
    if !output.status.success() {
        return Err(TaskError::Failed { program: name(&cargo), status: output.status });
    }
    Ok(built)
}

#[derive(Deserialize)]
struct Message {
    executable: Option<PathBuf>,
    message: Option<Diagnostic>,
}

#[derive(Deserialize)]
struct Diagnostic {
    level: String,
    rendered: Option<String>,
}

impl Built {
    /// Reads cargo's messages and shows their diagnostics. The path of the program is cargo's, because the user may have
    /// set another target folder.
    fn read(messages: &str, show: impl Fn(&str)) -> Self {
        let mut built = Self::default();
        for message in messages.lines().filter_map(|line| serde_json::from_str::<Message>(line).ok()) {
            built.executable = message.executable.or(built.executable);
            if let Some(diagnostic) = message.message {
                built.warnings += usize::from(diagnostic.level == "warning");
                diagnostic.rendered.iter().for_each(|text| show(text));
            }
        }
        built
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn warnings_of_a_build_are_shown_and_counted() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |path: &str, text: &str| std::fs::write(folder.path().join(path), text).expect("written");
        write("Cargo.toml", "[package]\nname = \"warns\"\nedition = \"2024\"\n[lib]\npath = \"lib.rs\"\n[workspace]\n");
        write("lib.rs", "fn unused() {}\n");
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--offline", "--quiet", "--message-format", "json"]).current_dir(folder.path());
        cargo.env("CARGO_TARGET_DIR", folder.path().join("target"));
        let output = cargo.output().expect("it starts");
        let shown = RefCell::new(String::new());
        let built = Built::read(&String::from_utf8_lossy(&output.stdout), |text| shown.borrow_mut().push_str(text));
        assert_eq!(built.warnings, 1, "{output:?}");
        assert!(shown.borrow().starts_with("warning: function `unused` is never used\n"), "{}", shown.borrow());
    }
}
