//! `stepwell`: the command line.

mod access;
mod args;
mod commands;
mod detach;
mod error;
mod follow;
mod out;
mod prompt;
mod render;
mod secret;
mod setup;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::args::{Cli, Command};
use crate::error::{CliError, Exit};

/// How long a process that has nothing more to do puts in order what it broke off.
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
        .map_err(|error| CliError::System { what: "start its threads", reason: error.to_string() })
        .and_then(|runtime| {
            runtime.block_on(async {
                let result = carry_out(cli.command).await;
                // What was broken off is taken back, even when nobody waits for its step.
                drop(tokio::time::timeout(PATIENCE, stepwell_aws::settled()).await);
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

async fn carry_out(command: Command) -> Result<Exit, CliError> {
    let exit = match command {
        Command::Run(args) => return commands::run::run(args).await,
        Command::Serve(args) => return commands::serve::serve(args).await,
        Command::Runs(command) => commands::runs::runs(command).await?,
        Command::Job(command) => commands::job::job(command).await?,
        Command::Plugin(command) => commands::plugin::plugin(command).await?,
        Command::Credentials(command) => commands::credentials::credentials(command).await?,
        Command::Keys(command) => commands::keys::keys(command).await?,
        Command::Schema { file } => commands::schema::schema(file),
    };
    out::lost().map_or(Ok(exit), |reason| Err(CliError::OutputLost { reason: reason.to_owned() }))
}

/// Diagnostics of our own crates only: at its lower levels the AWS SDK writes what it signs and sends.
fn init_diagnostics() {
    let level = std::env::var("STEPWELL_LOG").ok().and_then(|level| level.parse::<LevelFilter>().ok());
    let targets = Targets::new().with_target("stepwell", level.unwrap_or(LevelFilter::WARN));
    let layer = tracing_subscriber::fmt::layer().with_writer(out::diagnostics).with_ansi(false).without_time();
    tracing_subscriber::registry().with(layer).with(targets).init();
}
