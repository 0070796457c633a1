//! `cargo xtask test`: the checks that every change must pass.
//!
//! Each crate compiles once: lints and tests share one compilation (see [`task::lint`]).

mod changed;
mod slowest;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use stepwell_model::NextAction as _;

use crate::console::{heading, line};
use crate::emulator::{NURSERY, Nursery};
use crate::models::botocore_tests;
use crate::python::Venv;
use crate::repository;
use crate::task::{
    self, Ahead, Profile, TaskError, build, build_host, build_plugins, build_python_guests, cargo, make_models, name,
    run,
};
use changed::Scope;

const PLUGINS: [&str; 2] = ["--manifest-path", "plugins/Cargo.toml"];

/// Parallel tests per core. A promise spends most of its time waiting: for an emulator, a timer, a lease.
const TESTS_FOR_EACH_CORE: usize = 3;

/// Runs all checks, even after one fails, and prints the slowest tests and the seconds of each phase.
///
/// `since` limits them to the crates and promises that the change since this revision reaches.
///
/// # Errors
///
/// When a check fails, or a prerequisite such as the Python environment cannot be made.
pub fn gate(since: Option<&str>) -> Result<(), TaskError> {
    if !task::has_clippy() {
        return Err(TaskError::NoClippy);
    }
    let scope = since.map_or(Ok(Scope::Everything), Scope::since)?;
    let mut phases = Phases::default();
    phases.check("format", || {
        let formatted = ["fmt", "--all", "--check"];
        all([host(&formatted), plugins(&formatted)])
    });
    if let Scope::Nothing = scope {
        line("the change reaches no crate, no plugin and no promise");
        return phases.summarize();
    }
    phases.time("models", make_models)?;
    // The dependencies of the host compile for minutes and need neither the tests' Python nor plugins.
    let ahead = scope.reaches_host().then(Ahead::start).transpose()?;
    let venv = phases.time("Python environment", Venv::for_tests)?;
    phases.time("plugins", build_plugins)?;
    phases.time("guests in Python", || build_python_guests(&venv))?;
    if scope.reaches_plugins() {
        phases.check("lints, plugins", || {
            let mut clippy = plugins(&["clippy", "--workspace", "--all-targets"]);
            run(clippy.args(["--", "--deny", "warnings"]))
        });
        phases.check("tests, plugins", || run(&mut plugins(&["test", "--workspace"])));
    }
    if let Some(ahead) = ahead {
        phases.time("dependencies, host", || ahead.finish());
        phases.check("build and lints, host", || {
            let mut build = host(&["build", "--all-targets"]);
            build.args(scope.packages());
            linted(build)
        });
        phases.time("botocore's tests", botocore_tests).map_err(TaskError::from)?;
        let nursery = phases.time("emulators, components", || prepare(&venv, &scope))?;
        phases.check("tests, host", || all(tests(&scope, &nursery)));
        phases.slowest = slowest::slowest();
    }
    phases.summarize()
}

fn host(arguments: &[&str]) -> Command {
    let mut cargo = cargo();
    cargo.args(arguments);
    cargo
}

fn plugins(arguments: &[&str]) -> Command {
    let mut cargo = host(arguments);
    cargo.args(PLUGINS);
    cargo
}

/// Runs all commands, so that one run shows all failures, and returns the first error.
fn all(commands: impl IntoIterator<Item = Command>) -> Result<(), TaskError> {
    let ended: Vec<_> = commands.into_iter().map(|mut command| run(&mut command)).collect();
    ended.into_iter().collect()
}

/// Builds, and treats a warning as an error.
fn linted(mut cargo: Command) -> Result<(), TaskError> {
    task::lint(&mut cargo);
    let program = name(&cargo);
    match build(cargo)?.warnings {
        0 => Ok(()),
        warnings => Err(TaskError::Warnings { program, warnings }),
    }
}

/// Compiles all components into one cache and starts the nursery of the emulators, for all tests.
fn prepare(venv: &Venv, scope: &Scope) -> Result<Nursery, TaskError> {
    if scope.reaches_promises() {
        compile_components(&build_host(Profile::Dev)?)?;
    }
    Ok(Nursery::start(venv)?)
}

/// Loads every component once with the program, which caches what it has compiled.
fn compile_components(stepwell: &Path) -> Result<(), TaskError> {
    let load = |arguments: &[&str]| {
        let mut command = Command::new(stepwell);
        command.args(arguments).env("STEPWELL_HOME", repository::compiling_home()).stdout(Stdio::null());
        command
    };
    run(&mut load(&["plugin", "list"]))?;
    let guests = repository::components().join("tests");
    for guest in std::fs::read_dir(&guests).map_err(TaskError::file(&guests))? {
        let guest = guest.map_err(TaskError::file(&guests))?.path();
        let mut inspect = load(&["plugin", "inspect", &guest.to_string_lossy()]);
        // Some guests are no good plugins on purpose: the program caches them and then refuses them.
        let ended = inspect.stderr(Stdio::null()).status();
        ended.map_err(|source| TaskError::Start { program: name(&inspect), source })?;
    }
    Ok(())
}

fn tests(scope: &Scope, nursery: &Nursery) -> Vec<Command> {
    let threads = std::thread::available_parallelism().map_or(2, usize::from) * TESTS_FOR_EACH_CORE;
    let has_nextest = has_nextest();
    slowest::forget();
    let mut commands = scope.tests(has_nextest);
    if has_nextest {
        // nextest runs no documentation tests.
        let mut documentation = host(&["test", "--doc"]);
        documentation.args(scope.packages());
        commands.push(documentation);
    }
    for command in &mut commands {
        command.env("NEXTEST_TEST_THREADS", threads.to_string()).env("RUST_TEST_THREADS", threads.to_string());
        task::lint(command.env(NURSERY, nursery.folder()));
    }
    commands
}

fn has_nextest() -> bool {
    let mut version = host(&["nextest", "--version"]);
    version.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// The phases so far, with their times and results.
#[derive(Default)]
struct Phases {
    done: Vec<Phase>,
    slowest: Vec<slowest::Test>,
}

struct Phase {
    name: &'static str,
    passed: bool,
    took: Duration,
}

impl Phases {
    /// Runs a phase that cannot fail as a check.
    fn time<T>(&mut self, name: &'static str, work: impl FnOnce() -> T) -> T {
        heading(name);
        let started = Instant::now();
        let made = work();
        self.done.push(Phase { name, passed: true, took: started.elapsed() });
        made
    }

    /// Runs a check, and prints its error. The next check follows in any case.
    fn check(&mut self, name: &'static str, work: impl FnOnce() -> Result<(), TaskError>) {
        let passed = match self.time(name, work) {
            Ok(()) => true,
            Err(error) => {
                line(error.explain());
                false
            }
        };
        if let Some(phase) = self.done.last_mut() {
            phase.passed = passed;
        }
    }

    fn summarize(&self) -> Result<(), TaskError> {
        heading("summary");
        for test in &self.slowest {
            line(format!("{:>6.1} s  {}", test.seconds, test.name));
        }
        if !self.slowest.is_empty() {
            line("");
        }
        for Phase { name, passed, took } in &self.done {
            let verdict = if *passed { "ok" } else { "FAILED" };
            line(format!("{verdict:<7} {name:<24} {:>5} s", took.as_secs()));
        }
        let total: Duration = self.done.iter().map(|phase| phase.took).sum();
        line(format!("        {:<24} {:>5} s", "together", total.as_secs()));
        let failed: Vec<_> = self.done.iter().filter(|phase| !phase.passed).map(|phase| phase.name).collect();
        if failed.is_empty() { Ok(()) } else { Err(TaskError::Checks { failed }) }
    }
}
