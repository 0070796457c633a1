//! `cargo xtask`: the commands that build and check this repository.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line talks to its user")]

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::builder::FalseyValueParser;
use clap::{Parser, Subcommand};
use stepwell_model::NextAction as _;
use stepwell_xtask::bindings::{self, BINDINGS};
use stepwell_xtask::plugins::{self, BuildError, Repository, Search};
use stepwell_xtask::python::Venv;
use stepwell_xtask::task::TaskError;
use stepwell_xtask::{bench, check, demo};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Builds and checks this repository")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build all plugins and test guests as WebAssembly components
    Plugins {
        /// Build the standard library from sources even where the target is installed
        #[arg(long, env = "STEPWELL_STD_FROM_SOURCES", value_parser = FalseyValueParser::new())]
        from_sources: bool,
        /// Also build the test guest in Python, which takes its toolchain from the network once
        #[arg(long)]
        python: bool,
    },
    /// Generate the SDK's bindings from wit/
    Bindings,
    /// Run a job against an emulated AWS and show what it does
    Demo,
    /// Run all checks and tests
    Test,
    /// Measure what Stepwell costs, beside its budgets and other tools
    Bench,
    /// Run one program for `bench`
    #[command(hide = true)]
    Measure {
        /// Where its output goes
        log: PathBuf,
        /// The program and its arguments
        #[arg(last = true)]
        program: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    let root = bindings::repository();
    let done = match Arguments::parse().task {
        Task::Plugins { from_sources, python } => build_plugins(root, from_sources, python),
        Task::Bindings => write_bindings(root),
        Task::Demo => demo::demo().map_err(anyhow::Error::from),
        Task::Test => check::check().map_err(anyhow::Error::from),
        Task::Bench => bench::bench().map_err(anyhow::Error::from),
        Task::Measure { log, program } => bench::measure::run_measured(&log, &program).map_err(anyhow::Error::from),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            match (error.downcast_ref::<BuildError>(), error.downcast_ref::<TaskError>()) {
                (Some(error), _) => eprintln!("{}", error.explain()),
                (_, Some(error)) => eprintln!("{}", error.explain()),
                (None, None) => eprintln!("error: {error:#}"),
            }
            ExitCode::FAILURE
        }
    }
}

fn build_plugins(root: PathBuf, from_sources: bool, python: bool) -> anyhow::Result<()> {
    let cache = plugins::cache();
    let search = Search { cache: &cache, from_sources, notice: |text| eprintln!("{text} …") };
    let repository = Repository::new(root);
    let mut components = repository.build(search)?;
    if python {
        components.push(repository.build_python_guest(&Venv::for_tests()?.program("componentize-py"))?);
    }
    for component in components {
        let kilobytes = component.size.div_ceil(1024);
        println!("{:<17} {kilobytes:>6} KB  imports {}", component.name, listed(&component.imports));
    }
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

fn write_bindings(root: PathBuf) -> anyhow::Result<()> {
    let path = root.join(BINDINGS);
    let generated = bindings::generate(&root.join("wit"))?;
    std::fs::write(&path, generated).with_context(|| format!("could not write {}", path.display()))?;
    println!("{BINDINGS}");
    Ok(())
}
