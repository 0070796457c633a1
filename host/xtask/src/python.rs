//! The Python that the tests and the benches stand on: one virtual environment below `target/venv` for every
//! requirements file, made with the machine's own Python.
//!
//! The environment's folder carries the digest of its requirements. So one that is in use is never touched, and a
//! test that runs alone finds the same environment as `cargo xtask test`.

mod error;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest as _, Sha256};

use crate::repository;
pub use error::PythonError;

/// A virtual environment in which everything that it was asked for is installed.
#[derive(Debug, Clone)]
pub struct Venv {
    dir: PathBuf,
}

impl Venv {
    /// The environment of `tests/requirements.txt`: the emulators and boto3. Makes it when it is not there, which
    /// takes half a minute and the network.
    ///
    /// # Errors
    ///
    /// When there is no fit Python, or what is required cannot be had.
    pub fn for_tests() -> Result<Self, PythonError> {
        Self::of(&repository::root().join("tests/requirements.txt"), "tests")
    }

    /// The environment of `tests/bench-requirements.txt`: what Stepwell is measured against.
    ///
    /// # Errors
    ///
    /// As for [`Venv::for_tests`].
    pub fn for_bench() -> Result<Self, PythonError> {
        Self::of(&repository::root().join("tests/bench-requirements.txt"), "bench")
    }

    fn of(requirements: &Path, name: &str) -> Result<Self, PythonError> {
        let text = fs::read(requirements).map_err(PythonError::file(requirements))?;
        let digest: String = Sha256::digest(&text).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        let home = repository::root().join("target/venv");
        let venv = Self { dir: home.join(format!("{name}-{digest}")) };
        if !venv.is_complete() {
            fs::create_dir_all(&home).map_err(PythonError::file(&home))?;
            let _only_one_makes_it = locked(&home.join("lock"))?;
            if !venv.is_complete() {
                venv.make(requirements)?;
            }
        }
        Ok(venv)
    }

    /// The interpreter.
    #[must_use]
    pub fn python(&self) -> PathBuf {
        self.program("python")
    }

    /// A program that a package brought along, such as `ansible-playbook`.
    #[must_use]
    pub fn program(&self, name: &str) -> PathBuf {
        self.dir.join("bin").join(name)
    }

    /// A command for the interpreter that inherits nothing but the search path: neither credentials nor proxies nor
    /// what the emulators read their settings from.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = Command::new(self.python());
        command.env_clear().env("PYTHONUNBUFFERED", "1");
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command
    }

    fn make(&self, requirements: &Path) -> Result<(), PythonError> {
        if self.dir.exists() {
            fs::remove_dir_all(&self.dir).map_err(PythonError::file(&self.dir))?;
        }
        let mut venv = pristine(find_python()?);
        venv.args(["-m", "venv"]).arg(&self.dir);
        succeed(&mut venv, |said| PythonError::Venv { said })?;

        let mut pip = pristine(self.python());
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--requirement"]);
        pip.arg(requirements);
        succeed(&mut pip, |said| PythonError::pip(requirements, said))?;

        // Written last: an environment that was left half-made is not complete.
        let marker = self.marker();
        fs::write(&marker, self.interpreter()).map_err(PythonError::file(&marker))
    }

    fn marker(&self) -> PathBuf {
        self.dir.join("complete")
    }

    fn is_complete(&self) -> bool {
        // When the machine's Python was upgraded in place, the packages lie where the new one does not look.
        fs::read_to_string(self.marker()).is_ok_and(|interpreter| interpreter == self.interpreter())
    }

    fn interpreter(&self) -> String {
        fs::canonicalize(self.python()).unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// The newest packages' own demand.
const OLDEST: (u32, u32) = (3, 10);

const NAMES: [&str; 6] = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"];

/// The first Python on the path that is new enough and can make environments.
fn find_python() -> Result<&'static str, PythonError> {
    let mut reason = PythonError::NotFound;
    for name in NAMES {
        match probe(name) {
            Ok(()) => return Ok(name),
            // What is wrong with `python3` tells more than that there is no `python3.14`.
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

/// What would send packages elsewhere, or bring in modules from elsewhere. Where pip gets them from is the user's
/// choice and stays: index, proxy, certificates.
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
