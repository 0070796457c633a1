//! `cargo xtask`: the commands that build and check this repository.

#![expect(clippy::print_stderr, reason = "a command line talks to its user")]

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use stepwell_model::NextAction as _;
use stepwell_xtask::python::Venv;
use stepwell_xtask::task::{self, TaskError};
use stepwell_xtask::{bench, bindings, console, demo, docs, gate};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Builds and checks this repository", after_help = ENVIRONMENT)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

const ENVIRONMENT: &str = "\
Environment:
  STEPWELL_STD_FROM_SOURCES=1  build the standard library of plugins from its sources even where the target is installed
  STEPWELL_RUSTC=PATH          the compiler for plugins";

#[derive(Subcommand)]
enum Task {
    /// Build what the host embeds: all plugins as WebAssembly components, with the test guests, and the models of AWS
    Plugins {
        /// Also build the test guest in Python, which downloads its toolchain once
        #[arg(long)]
        python: bool,
    },
    /// Make the models of all AWS services, unless they are up to date
    Models,
    /// Generate the SDK's bindings from wit/
    Bindings,
    /// Write docs/steps.md from the plugins' descriptions of themselves, and docs/failures.md
    Docs,
    /// Run a job against an emulated AWS and show what it does
    Demo,
    /// Run all checks and tests
    Test {
        /// Check only the crates and promises that the change since REVISION reaches (without a value: what is not
        /// committed)
        #[arg(long, value_name = "REVISION", num_args = 0..=1, default_missing_value = "HEAD", require_equals = true)]
        changed: Option<String>,
    },
    /// Measure the costs of Stepwell, beside its budgets and other tools
    Bench {
        /// Also install Obelisk, another durable engine, which compiles for half an hour
        #[arg(long)]
        peers: bool,
    },
    /// Run one program for `bench`
    #[command(hide = true)]
    Measure {
        /// The file for its output
        log: PathBuf,
        /// The program and its arguments
        #[arg(last = true)]
        program: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Plugins { python } => build_plugins(python).map_err(anyhow::Error::from),
        Task::Models => make_models().map_err(anyhow::Error::from),
        Task::Bindings => bindings::write(),
        Task::Docs => docs::write().map_err(anyhow::Error::from),
        Task::Demo => demo::demo().map_err(anyhow::Error::from),
        Task::Test { changed } => gate::gate(changed.as_deref()).map_err(anyhow::Error::from),
        Task::Bench { peers } => bench::bench(peers).map_err(anyhow::Error::from),
        Task::Measure { log, program } => bench::measure::run_measured(&log, &program).map_err(anyhow::Error::from),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            match error.downcast_ref::<TaskError>() {
                Some(error) => eprintln!("{}", error.explain()),
                None => eprintln!("error: {error:#}"),
            }
            ExitCode::FAILURE
        }
    }
}

fn build_plugins(python: bool) -> Result<(), TaskError> {
    make_models()?;
    let mut components = task::build_plugins()?;
    if python {
        components.extend(task::build_python_guests(&Venv::for_tests()?)?);
    }
    for component in components {
        let kilobytes = component.size.div_ceil(1024);
        console::line(format!("{:<24} {kilobytes:>6} KB  imports {}", component.name, listed(&component.imports)));
    }
    Ok(())
}

fn make_models() -> Result<(), TaskError> {
    let made = task::make_models()?;
    let megabytes = made.size as f64 / 1e6;
    let state = made.services.map_or_else(|| "up to date".to_owned(), |services| format!("{services} services"));
    console::line(format!("{} {megabytes:.2} MB, {state}", made.path.display()));
    Ok(())
}

fn listed(imports: &[String]) -> String {
    let (wasi, ours): (Vec<&str>, Vec<&str>) =
        imports.iter().map(String::as_str).partition(|import| import.starts_with("wasi:"));
    match (ours.is_empty(), wasi.len()) {
        (true, 0) => "nothing".to_owned(),
        (_, 0) => ours.join(", "),
        (_, count) => format!("{} and {count} interfaces of WASI", ours.join(", ")),
    }
}
