//! The command line. One file per command holds its arguments, what it does, and its errors.

mod aws;
mod credentials;
mod import;
mod job;
mod journal;
mod keys;
mod plugin;
mod run;
mod runs;
mod schema;
mod serve;

use clap::{Parser, Subcommand};

use crate::args::Output;
use crate::error::{CliError, Exit};
use crate::out;

/// Runs runbooks whose steps are sandboxed WebAssembly plugins.
///
/// The host holds the AWS credentials and makes the calls; a plugin can reach only the AWS operations that it imports
/// and that it is granted.
#[derive(Debug, Parser)]
#[command(name = "stepwell", version, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  succeeded
  1  the run failed
  2  a file or the command line is wrong
  3  refused: a grant or working credentials are missing
  4  the host itself failed
  5  the run is paused and waits for a decision
  130  cancelled
  143  stopped by SIGTERM; the run can be resumed

Environment:
  STEPWELL_HOME  directory of stepwell.toml, plugins/, keys/, cache/ and journal.db
  STEPWELL_LOG   diagnostics on standard error: error, warn (default), info, debug, trace
  AWS_…          credentials, region and endpoint, as every AWS SDK reads them";

/// A command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a job
    Run(run::RunArgs),
    /// List, resume, cancel and remove runs
    #[command(subcommand)]
    Runs(runs::RunsCommand),
    /// Check, copy and restore the journal of all runs
    #[command(subcommand)]
    Journal(journal::JournalCommand),
    /// Execute all open runs that no process executes, until stopped
    Serve(serve::ServeArgs),
    /// Check, plan and import jobs without running them
    #[command(subcommand)]
    Job(job::JobCommand),
    /// List and inspect plugins
    #[command(subcommand)]
    Plugin(plugin::PluginCommand),
    /// List, show and call the operations of AWS
    #[command(subcommand)]
    Aws(aws::AwsCommand),
    /// Show which AWS credentials are used, and prove that they work
    #[command(subcommand)]
    Credentials(credentials::CredentialsCommand),
    /// Store secrets under keys/… paths, which jobs and settings refer to
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Print the JSON Schema of a kind of file, for completion and checks in an editor
    Schema(schema::SchemaArgs),
}

impl Command {
    /// Whether the command prints JSON lines, of a run, a job or about AWS. Its error is then such a line, too.
    pub fn prints_records(&self) -> bool {
        let output = match self {
            Self::Run(args) => Some(args.output()),
            Self::Runs(command) => command.records_output(),
            Self::Job(command) => command.records_output(),
            Self::Aws(command) => command.records_output(),
            _ => None,
        };
        output == Some(Output::Json)
    }

    /// Carries the command out.
    pub async fn carry_out(self) -> Result<Exit, CliError> {
        let exit = match self {
            Self::Run(args) => args.run().await?,
            Self::Serve(args) => args.serve().await?,
            Self::Runs(command) => command.carry_out().await?,
            Self::Journal(command) => command.carry_out()?,
            Self::Job(command) => command.carry_out().await?,
            Self::Plugin(command) => command.carry_out().await?,
            Self::Aws(command) => command.carry_out().await?,
            Self::Credentials(command) => command.carry_out().await?,
            Self::Keys(command) => command.carry_out().await?,
            Self::Schema(args) => args.print(),
        };
        out::lost().map_or(Ok(exit), |reason| Err(unwritten(reason)))
    }
}

/// The error of a command whose output was lost. A run has gone on to its end without it, and is in the journal.
pub fn unwritten(reason: &str) -> CliError {
    CliError::new(
        Exit::Broken,
        "the output could not be written completely",
        reason,
        "make room where standard output goes, and try again; `stepwell runs list` shows what became of a run",
    )
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
