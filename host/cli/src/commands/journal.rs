//! `stepwell journal check|backup|restore`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::args::OutputArgs;
use crate::error::{CliError, Exit};
use crate::operator::open_home;
use crate::render;

/// `stepwell journal …`.
#[derive(Debug, Subcommand)]
pub enum JournalCommand {
    /// Examine the journal of runs, every record and component included
    Check(CheckArgs),
    /// Copy the journal to a new file, while processes use it
    Backup(BackupArgs),
    /// Put a copy in the place of the journal; no process may use it
    Restore(RestoreArgs),
}

/// `stepwell journal check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Work with the runs and records that are still there, and no longer report those that are gone
    #[arg(long)]
    accept_loss: bool,
    #[command(flatten)]
    output: OutputArgs,
}

/// `stepwell journal backup`.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The new file
    file: PathBuf,
    #[command(flatten)]
    output: OutputArgs,
}

/// `stepwell journal restore`.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// A file that `stepwell journal backup` wrote
    file: PathBuf,
    #[command(flatten)]
    output: OutputArgs,
}

impl JournalCommand {
    pub fn carry_out(self) -> Result<Exit, CliError> {
        match self {
            Self::Check(args) => args.check(),
            Self::Backup(BackupArgs { file, output }) => {
                open_home()?.journal().back_up(&file)?;
                output.output.print(|| render::journal::copied(&file), || render::journal::copied_json(&file));
                Ok(Exit::Succeeded)
            }
            Self::Restore(RestoreArgs { file, output }) => {
                let restored = open_home()?.journal().restore(&file)?;
                let text = || render::journal::restored(&restored);
                output.output.print(text, || render::journal::restored_json(&restored));
                Ok(Exit::Succeeded)
            }
        }
    }
}

impl CheckArgs {
    fn check(self) -> Result<Exit, CliError> {
        let journal = open_home()?.journal();
        if self.accept_loss {
            journal.accept()?;
        }
        let found = journal.examine()?;
        self.output.output.print(|| render::journal::check(&found), || render::journal::check_json(&found));
        if found.problems.is_empty() && found.damaged.is_empty() {
            return Ok(Exit::Succeeded);
        }
        Err(CliError::new(
            Exit::Broken,
            "the journal is damaged",
            render::journal::damage(&found),
            "put a copy back with `stepwell journal restore FILE`. If there is none: after `stepwell journal check \
             --accept-loss`, stepwell works with the runs and records that are still there and no longer reports those \
             that are gone; and `stepwell runs cancel RUN` ends a damaged run",
        ))
    }
}
