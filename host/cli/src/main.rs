//! `stepwell`: the command line.

mod args;
mod commands;
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

use crate::commands::Cli;
use crate::error::CliError;

/// How long a process whose command is done waits for the clean-up of interrupted calls.
const PATIENCE: Duration = Duration::from_secs(10);

fn main() -> ExitCode {
    out::mask_panics();
    let cli = Cli::parse();
    init_diagnostics();
    let json = cli.command.prints_records();
    let result = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| CliError::system("start its threads", &error))
        .and_then(|runtime| {
            runtime.block_on(async {
                let result = cli.command.carry_out().await;
                // Interrupted calls, such as multipart uploads, are aborted although their steps have ended.
                drop(tokio::time::timeout(PATIENCE, stepwell_home::settled()).await);
                result
            })
        });
    let exit = result.unwrap_or_else(|error| {
        out::error(&render::explain(&error));
        if json {
            out::json(&render::json::error(&error));
        }
        error.exit()
    });
    exit.into()
}

/// Prints diagnostics of our own crates only: at its lower levels, the AWS SDK writes what it signs and sends.
fn init_diagnostics() {
    let level = std::env::var("STEPWELL_LOG").ok().and_then(|level| level.parse::<LevelFilter>().ok());
    let targets = Targets::new().with_target("stepwell", level.unwrap_or(LevelFilter::WARN));
    let layer = tracing_subscriber::fmt::layer().with_writer(out::diagnostics).with_ansi(false).without_time();
    tracing_subscriber::registry().with(layer).with(targets).init();
}
