//! `stepwell`: the command line.

mod args;
mod commands;
mod complete;
mod error;
mod follow;
mod operator;
mod out;
mod render;
mod signals;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use stepwell_home::{COMPILE_ARGUMENT, compile_for_parent};
use stepwell_model::error::last_cause;
use stepwell_model::file::MOST_MISTAKES;

use crate::commands::Cli;
use crate::error::{CliError, Exit};

/// How long a process whose command is done waits for the clean-up of interrupted calls.
const PATIENCE: Duration = Duration::from_secs(10);

fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|argument| argument == COMPILE_ARGUMENT) {
        // Not a command for people: the process in which the host compiles a plugin.
        return compile_for_parent().into();
    }
    match complete::answer() {
        Ok(false) => {}
        Ok(true) => return ExitCode::SUCCESS,
        Err(error) => return parsed(&args::without_values(error), false),
    }
    out::mask_panics();
    init_diagnostics();
    forbid_dumps();
    let json = args::asks_for_json(std::env::args_os());
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(answer) => return parsed(&args::without_values(answer), json),
    };
    let result = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| CliError::system("start its threads", &error))
        .and_then(|runtime| {
            runtime.block_on(async {
                signals::survive_file_limit();
                let result = cli.command.carry_out().await;
                // Interrupted calls, such as multipart uploads, are aborted although their steps have ended.
                drop(tokio::time::timeout(PATIENCE, stepwell_home::settled()).await);
                result
            })
        });
    let exit = result.unwrap_or_else(|error| {
        let all = error.all();
        let told: Vec<_> = all.iter().map(|error| render::explain(*error)).collect();
        out::error(&told.join("\n\n"));
        if all.len() == MOST_MISTAKES {
            out::error(&format!("\nThese are the first {MOST_MISTAKES} errors; there may be more."));
        }
        if json {
            all.iter().for_each(|error| out::json(&render::json::error(error)));
        }
        error.exit()
    });
    exit.into()
}

/// Keeps secrets out of core dumps, and other processes of this user out of the memory.
fn forbid_dumps() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    if let Err(error) = setrlimit(Resource::Core, none) {
        tracing::warn!(%error, "a crash of this process may write its memory to a file");
    }
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable) {
        tracing::warn!(%error, "other processes of this user can read the memory of this one");
    }
}

/// Prints what clap answers to the command line: help, version or an error.
fn parsed(answer: &clap::Error, json: bool) -> ExitCode {
    let code = ExitCode::from(u8::try_from(answer.exit_code()).unwrap_or(Exit::Wrong.code()));
    if answer.use_stderr() {
        out::error(&args::printable_error(answer));
        if json {
            out::json(&args::error_json(answer));
        }
        return code;
    }
    match answer.print() {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            let error = commands::unwritten(&last_cause(&error));
            out::error(&render::explain(&error));
            error.exit().into()
        }
        Ok(()) | Err(_) => code,
    }
}

/// Prints diagnostics of our own crates only: at its lower levels, the AWS SDK writes what it signs and sends.
fn init_diagnostics() {
    let level = std::env::var("STEPWELL_LOG").ok().and_then(|level| level.parse::<LevelFilter>().ok());
    let targets = Targets::new().with_target("stepwell", level.unwrap_or(LevelFilter::WARN));
    let layer = tracing_subscriber::fmt::layer().with_writer(out::diagnostics).with_ansi(false).without_time();
    tracing_subscriber::registry().with(layer).with(targets).init();
}
