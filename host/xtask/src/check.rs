//! `cargo xtask test`: everything that must hold before a change is let in.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::console::{heading, line};
use crate::python::Venv;
use crate::task::{TaskError, build_plugins, build_python_guest, cargo, run};

const PLUGINS: [&str; 2] = ["--manifest-path", "plugins/Cargo.toml"];

/// A check and how it went.
struct Done {
    name: &'static str,
    passed: bool,
    took: Duration,
}

/// Runs all checks, also when one of them fails, and ends with a summary.
///
/// # Errors
///
/// When a check failed, or when what the checks need cannot be made.
pub fn check() -> Result<(), TaskError> {
    heading("Python environment (target/venv)");
    let venv = Venv::for_tests()?;
    heading("plugins (plugins/target/components)");
    build_plugins()?;
    build_python_guest(&venv)?;

    let mut done = Vec::new();
    for (name, commands) in checks() {
        heading(name);
        done.push(perform(name, commands));
    }
    summarize(&done)
}

fn checks() -> Vec<(&'static str, Vec<Command>)> {
    let mut checks = vec![
        ("format, host", vec![with(&["fmt", "--all", "--check"], &[])]),
        ("format, plugins", vec![with(&["fmt", "--all", "--check"], &PLUGINS)]),
        ("clippy, host", vec![clippy(&[])]),
        ("clippy, plugins", vec![clippy(&PLUGINS)]),
    ];
    checks.push(("tests, host", host_tests()));
    checks.push(("tests, plugins", vec![with(&["test", "--workspace"], &PLUGINS)]));
    checks
}

fn clippy(workspace: &[&str]) -> Command {
    let mut clippy = with(&["clippy", "--workspace", "--all-targets"], workspace);
    clippy.args(["--", "--deny", "warnings"]);
    clippy
}

fn host_tests() -> Vec<Command> {
    if has_nextest() {
        // nextest runs no documentation tests.
        let documentation = with(&["test", "--workspace", "--doc"], &[]);
        return vec![with(&["nextest", "run", "--workspace", "--no-fail-fast"], &[]), documentation];
    }
    vec![with(&["test", "--workspace", "--no-fail-fast"], &[])]
}

fn has_nextest() -> bool {
    let mut version = with(&["nextest", "--version"], &[]);
    version.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn with(arguments: &[&str], workspace: &[&str]) -> Command {
    let mut cargo = cargo();
    cargo.args(arguments).args(workspace);
    cargo
}

fn perform(name: &'static str, commands: Vec<Command>) -> Done {
    let started = Instant::now();
    // All of them, so that one run shows all there is to mend.
    let failures = commands.into_iter().filter_map(|mut command| run(&mut command).err()).count();
    Done { name, passed: failures == 0, took: started.elapsed() }
}

fn summarize(done: &[Done]) -> Result<(), TaskError> {
    heading("summary");
    for Done { name, passed, took } in done {
        let verdict = if *passed { "ok" } else { "FAILED" };
        line(format!("{verdict:<7} {name:<16} {:>5} s", took.as_secs()));
    }
    let failed: Vec<_> = done.iter().filter(|check| !check.passed).map(|check| check.name).collect();
    if failed.is_empty() { Ok(()) } else { Err(TaskError::Checks { failed }) }
}
