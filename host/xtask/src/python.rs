//! The Python of the tests and benches: one virtual environment below `target/venv` for each requirements file, made with
//! the machine's own Python.
//!
//! The name of the folder contains the digest of the requirements. A change of them therefore makes a new environment, and
//! a test that runs alone finds the same environment as `cargo xtask test`.

mod error;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest as _, Sha256};

use crate::repository;
pub use error::PythonError;

/// A virtual environment with all packages of its requirements file.
#[derive(Debug, Clone)]
pub struct Venv {
    dir: PathBuf,
}

impl Venv {
    /// The environment of `tests/requirements.txt`: the emulators and boto3. Makes it when it is missing, which
    /// takes half a minute and the network.
    ///
    /// # Errors
    ///
    /// When no suitable Python is found, or a package cannot be installed.
    pub fn for_tests() -> Result<Self, PythonError> {
        Self::of(&repository::root().join("tests/requirements.txt"), "tests", &[])
    }

    /// The environment of `tests/bench-requirements.txt`: the tools that `cargo xtask bench` compares.
    ///
    /// # Errors
    ///
    /// As for [`Venv::for_tests`].
    pub fn for_bench() -> Result<Self, PythonError> {
        Self::of(&repository::root().join("tests/bench-requirements.txt"), "bench", &[])
    }

    /// The environment of `host/xtask/src/models/requirements.txt`: the files that the models of AWS's services come
    /// from. Only wheels, so that no code of theirs runs, not even to install them.
    ///
    /// # Errors
    ///
    /// As for [`Venv::for_tests`].
    pub fn for_models() -> Result<Self, PythonError> {
        let requirements = repository::root().join("host/xtask/src/models/requirements.txt");
        let options = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--no-compile"];
        Self::of(&requirements, "models", &options)
    }

    fn of(requirements: &Path, name: &str, options: &[&str]) -> Result<Self, PythonError> {
        let text = fs::read(requirements).map_err(PythonError::file(requirements))?;
        let digest: String = Sha256::digest(&text).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        let home = repository::root().join("target/venv");
        let venv = Self { dir: home.join(format!("{name}-{digest}")) };
        if !venv.is_complete() {
            fs::create_dir_all(&home).map_err(PythonError::file(&home))?;
            let _only_one_makes_it = locked(&home.join("lock"))?;
            if !venv.is_complete() {
                venv.make(requirements, options)?;
            }
        }
        Ok(venv)
    }

    /// The interpreter.
    #[must_use]
    pub fn python(&self) -> PathBuf {
        self.program("python")
    }

    /// A program that a package installed, such as `ansible-playbook`.
    #[must_use]
    pub fn program(&self, name: &str) -> PathBuf {
        self.dir.join("bin").join(name)
    }

    /// The folder that pip installs packages into.
    ///
    /// # Errors
    ///
    /// When the environment has no such folder.
    pub fn packages(&self) -> Result<PathBuf, PythonError> {
        let versions = self.dir.join("lib");
        let mut found = fs::read_dir(&versions).map_err(PythonError::file(&versions))?.filter_map(Result::ok);
        let packages =
            found.find_map(|version| Some(version.path().join("site-packages")).filter(|path| path.is_dir()));
        let missing = || PythonError::file(&versions)(std::io::ErrorKind::NotFound.into());
        packages.ok_or_else(missing)
    }

    /// A command for the interpreter that inherits only the search path: no credentials, no proxies, no settings of the
    /// emulators.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = Command::new(self.python());
        command.env_clear().env("PYTHONUNBUFFERED", "1");
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command
    }

    /// Downloads source distributions without what they need. pip runs their `setup.py` to read their metadata.
    ///
    /// # Errors
    ///
    /// When pip cannot download one, or its hash is another than the one in the file.
    pub fn download_sources(&self, requirements: &Path, folder: &Path) -> Result<(), PythonError> {
        let mut pip = pristine(self.python());
        pip.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps"]);
        pip.args(["--no-binary", ":all:", "--require-hashes", "--requirement"]).arg(requirements);
        pip.arg("--dest").arg(folder);
        succeed(&mut pip, |said| PythonError::pip(requirements, said))
    }

    /// Runs a script with paths as its arguments.
    ///
    /// # Errors
    ///
    /// When it fails.
    pub fn run_script(&self, script: &str, paths: &[&Path]) -> Result<(), PythonError> {
        let mut python = self.command();
        python.args(["-c", script]).args(paths);
        succeed(&mut python, |said| PythonError::Script { said })
    }

    fn make(&self, requirements: &Path, options: &[&str]) -> Result<(), PythonError> {
        if self.dir.exists() {
            fs::remove_dir_all(&self.dir).map_err(PythonError::file(&self.dir))?;
        }
        let mut venv = pristine(find_python()?);
        venv.args(["-m", "venv"]).arg(&self.dir);
        succeed(&mut venv, |said| PythonError::Venv { said })?;

        let mut pip = pristine(self.python());
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--requirement"]);
        pip.arg(requirements).args(options);
        succeed(&mut pip, |said| PythonError::pip(requirements, said))?;

        // Written last, so that an interrupted installation does not count as complete.
        let marker = self.marker();
        fs::write(&marker, self.interpreter()).map_err(PythonError::file(&marker))
    }

    fn marker(&self) -> PathBuf {
        self.dir.join("complete")
    }

    fn is_complete(&self) -> bool {
        // After an upgrade of the machine's Python, the new one does not find the packages of the old one.
        fs::read_to_string(self.marker()).is_ok_and(|interpreter| interpreter == self.interpreter())
    }

    fn interpreter(&self) -> String {
        fs::canonicalize(self.python()).unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// The minimum that the packages declare.
const OLDEST: (u32, u32) = (3, 10);

const NAMES: [&str; 6] = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"];

/// The first Python on the path that is new enough and can make environments.
fn find_python() -> Result<&'static str, PythonError> {
    let mut reason = PythonError::NotFound;
    for name in NAMES {
        match probe(name) {
            Ok(()) => return Ok(name),
            // A fault of `python3` explains more than the absence of `python3.14`.
            Err(PythonError::NotFound) => {}
            Err(worse) => reason = worse,
        }
    }
    Err(reason)
}

fn probe(name: &str) -> Result<(), PythonError> {
    // Debian's Python has the module `venv`, but `ensurepip` only with the package python3-venv.
    let script = "import sys; print(*sys.version_info[:2]); import venv, ensurepip";
    let Ok(output) = pristine(name).args(["-c", script]).output() else { return Err(PythonError::NotFound) };
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut numbers = printed.split_whitespace().map(str::parse);
    let (Some(Ok(major)), Some(Ok(minor))) = (numbers.next(), numbers.next()) else {
        return Err(PythonError::NotFound);
    };
    if (major, minor) < OLDEST {
        return Err(PythonError::TooOld { name: name.to_owned(), major, minor });
    }
    if output.status.success() { Ok(()) } else { Err(PythonError::NoVenvModule { name: name.to_owned() }) }
}

/// A command without the variables that redirect an installation or add modules. The user's choice of index, proxy and
/// certificates stays.
fn pristine(program: impl AsRef<Path>) -> Command {
    let mut command = Command::new(program.as_ref());
    for (name, _) in std::env::vars_os() {
        let leads_elsewhere = name.to_str().is_some_and(|name| {
            name.starts_with("PYTHON")
                || ["PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER", "PIP_REQUIRE_VIRTUALENV"].contains(&name)
                || ["VIRTUAL_ENV", "CONDA_PREFIX", "__PYVENV_LAUNCHER__"].contains(&name)
        });
        if leads_elsewhere {
            command.env_remove(name);
        }
    }
    command
}

fn succeed(command: &mut Command, failed: impl FnOnce(String) -> PythonError) -> Result<(), PythonError> {
    let program = PathBuf::from(command.get_program());
    let output = command.output().map_err(PythonError::file(&program))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(failed(String::from_utf8_lossy(&said).into_owned()))
}

/// The lock ends with the file handle, also when this process is killed.
fn locked(path: &Path) -> Result<File, PythonError> {
    let file = File::create(path).map_err(PythonError::file(path))?;
    file.lock().map_err(PythonError::file(path))?;
    Ok(file)
}
