//! Completion: what a shell offers in the place of a value. The script of `stepwell completions` runs the program for
//! it, which prints candidates and ends. What cannot be read has no candidates.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::CommandFactory as _;
use clap_complete::CompleteEnv;
use clap_complete::engine::{
    ArgValueCandidates, ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter as _,
};
use stepwell_home::{Home, read};
use stepwell_model::job::Job;
use stepwell_model::run_store::{RunFilter, RunInfo};
use stepwell_model::value::Value;

use crate::commands::Cli;
use crate::operator::open_home_unattended;
use crate::render::printable;

/// The variable by which the script of a shell asks for candidates.
pub const VARIABLE: &str = "STEPWELL_COMPLETE";

/// Runs that are offered, from the latest on.
const MOST_RUNS: usize = 50;

/// Answers a shell that asks for candidates. False: this is another command.
///
/// # Errors
/// When the shell is unknown, or standard output cannot be written.
pub fn answer() -> clap::error::Result<bool> {
    let here = std::env::current_dir().ok();
    CompleteEnv::with_factory(Cli::command).var(VARIABLE).try_complete(std::env::args_os(), here.as_deref())
}

/// Job files.
pub fn jobs() -> ArgValueCompleter {
    let is_job = |path: &Path| path.extension() == Some(OsStr::new("toml")) && !is_settings(path);
    ArgValueCompleter::new(PathCompleter::any().filter(is_job))
}

/// Components, and the names of plugins.
pub fn plugins() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let is_component = |path: &Path| path.extension() == Some(OsStr::new("wasm"));
        let mut candidates = PathCompleter::any().filter(is_component).complete(current);
        candidates.extend(plugin_names().into_iter().filter(|name| begins(name, current)).map(Into::into));
        candidates
    })
}

/// Options of the job on the command line, as `NAME=`.
pub fn options() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let Some(job) = job_of_command_line() else { return Vec::new() };
        let (written, text) = (current.to_string_lossy(), |text: &str| printable(text).into_owned());
        let mut candidates = Vec::new();
        for (name, option) in &job.options {
            let option = option.get_ref();
            let (prefix, help) = (format!("{name}="), text(&option.description));
            let values = option.values.iter().flat_map(|values| values.get_ref());
            let whole = values.filter_map(|value| Some(format!("{prefix}{}", scalar(value.get_ref())?)));
            let whole = whole.filter(|_| written.starts_with(&prefix));
            let offered: Vec<_> = whole.chain((!written.starts_with(&prefix)).then(|| prefix.clone())).collect();
            let fitting = offered.into_iter().filter(|candidate| candidate.starts_with(&*written));
            let help = (!help.is_empty()).then(|| help.clone().into());
            candidates.extend(fitting.map(|candidate| CompletionCandidate::new(candidate).help(help.clone())));
        }
        candidates
    })
}

/// Runs, the latest first.
pub fn runs() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let filter = RunFilter { limit: Some(MOST_RUNS), ..RunFilter::default() };
        let runs = home().and_then(|home| home.runs().list(&filter).ok()).unwrap_or_default();
        let candidate = |(at, run): (usize, RunInfo)| {
            let help = printable(&format!("{}, {:.0}", run.job, run.started)).into_owned();
            CompletionCandidate::new(run.id.to_string()).help(Some(help.into())).display_order(Some(at))
        };
        runs.into_iter().enumerate().map(candidate).collect()
    })
}

/// Jobs that have runs.
pub fn job_names() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let runs = home().and_then(|home| home.runs().list(&RunFilter::default()).ok()).unwrap_or_default();
        let names: BTreeSet<_> = runs.into_iter().map(|run| run.job.to_string()).collect();
        names.into_iter().map(Into::into).collect()
    })
}

fn plugin_names() -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().ok();
    let plugins = runtime.zip(home()).and_then(|(runtime, home)| runtime.block_on(home.plugins(None)).ok());
    let names = plugins.and_then(|plugins| plugins.names().ok()).unwrap_or_default();
    names.into_iter().map(|name| name.to_string()).collect()
}

fn home() -> Option<Home> {
    open_home_unattended().ok()
}

/// The first job file among the words that the shell has.
fn job_of_command_line() -> Option<Job> {
    let mut words = std::env::args_os().skip_while(|word| word != "--").skip(1);
    let is_job = |word: &OsString| Path::new(word).extension() == Some(OsStr::new("toml"));
    Job::read(read(Path::new(&words.find(is_job)?)).ok()?).ok()
}

/// A value as it is written behind `NAME=`.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Scalar(scalar) => Some(scalar.to_string()),
        Value::List(_) | Value::Table(_) => None,
    }
}

fn is_settings(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "project.toml" || name == "stepwell.toml" || name == "plugin.toml")
}

fn begins(name: &str, current: &OsStr) -> bool {
    current.to_str().is_some_and(|current| name.starts_with(current))
}
