//! The command line.

mod runs;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use runs::{DecisionArgs, ListArgs, LogsArgs, RunsCommand, StateName};

use crate::commands::import::ImportArgs;

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
  3  refused: an action is not granted, or there are no credentials that work
  4  the host itself failed
  5  the run is paused and wants a decision
  130  cancelled
  143  left after SIGTERM; the run can go on

Environment:
  STEPWELL_HOME  directory of stepwell.toml, plugins/, keys/, cache/ and journal.db
  STEPWELL_LOG   diagnostics on standard error: error, warn (default), info, debug, trace
  AWS_…          credentials, region and endpoint, as every AWS SDK reads them";

/// A command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a job
    Run(RunArgs),
    /// Look at runs, and go on with them
    #[command(subcommand)]
    Runs(RunsCommand),
    /// Execute the runs that nobody executes, until stopped
    Serve(ServeArgs),
    /// Look at a job without running it
    #[command(subcommand)]
    Job(JobCommand),
    /// Look at plugins
    #[command(subcommand)]
    Plugin(PluginCommand),
    /// Look at whose AWS credentials are used, and prove that they work
    #[command(subcommand)]
    Credentials(CredentialsCommand),
    /// Keep secrets under keys/… paths, by which jobs and settings name them
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Print the JSON Schema of a kind of file, by which editors complete and check it
    Schema {
        /// The kind of file
        #[arg(value_enum)]
        file: FileKind,
    },
}

/// The kinds of files that people write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FileKind {
    /// A job
    Job,
    /// project.toml
    Project,
    /// stepwell.toml
    System,
}

impl Command {
    /// Whether it prints the records of a run as JSON; then an error is one of them, too.
    pub fn prints_records(&self) -> bool {
        let output = match self {
            Self::Run(args) => &args.output,
            Self::Runs(RunsCommand::Resume { output, .. } | RunsCommand::Cancel { output, .. }) => output,
            _ => return false,
        };
        output.output == Output::Json
    }
}

/// `stepwell run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    #[command(flatten)]
    pub job: JobArgs,
    /// Make no change: reads are done, the first change is shown and the run ends there
    #[arg(long)]
    pub dry_run: bool,
    /// Return at once; a process in the background executes the run
    #[arg(long, short = 'd')]
    pub detach: bool,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `stepwell serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// End when no run is left that could go on
    #[arg(long)]
    pub until_idle: bool,
}

/// `stepwell job …`.
#[derive(Debug, Subcommand)]
pub enum JobCommand {
    /// Check a job file, its plugins and grants; options need not be given
    Check(JobArgs),
    /// Show what a job means: every default, every plugin, every AWS action
    Plan {
        #[command(flatten)]
        job: JobArgs,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Print the IAM policy that a job needs: the actions its plugins can call, and no other
    Policy(JobArgs),
    /// Turn the jobs of Rundeck into job files, and tell what these cannot say
    Import(ImportArgs),
}

/// `stepwell plugin …`.
#[derive(Debug, Subcommand)]
pub enum PluginCommand {
    /// List the plugins that jobs can use
    List {
        /// The directory of project.toml [default: found upwards from here]
        #[arg(long, value_name = "DIR")]
        project: Option<PathBuf>,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Show what a plugin is, what it imports and which IAM actions that amounts to
    Inspect {
        /// A component (`….wasm`), or the name of a plugin
        plugin: String,
        /// The directory of project.toml [default: found upwards from here]
        #[arg(long, value_name = "DIR")]
        project: Option<PathBuf>,
        #[command(flatten)]
        output: OutputArgs,
    },
}

/// `stepwell credentials …`.
#[derive(Debug, Subcommand)]
pub enum CredentialsCommand {
    /// Show which level names credentials and region, and what they are; nothing secret
    Show {
        #[command(flatten)]
        whose: WhoseArgs,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Ask AWS whose the credentials are (sts:GetCallerIdentity), and verify the roles on the way
    Validate {
        #[command(flatten)]
        whose: WhoseArgs,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Print the account, the external id and the trust policy that a role needs so that this host may assume it
    Trust {
        /// The directory of project.toml [default: found upwards from here]
        #[arg(long, value_name = "DIR")]
        project: Option<PathBuf>,
        /// Generate another external id; the last one is remembered to tell roles that were not changed yet
        #[arg(long)]
        rotate: bool,
        #[command(flatten)]
        output: OutputArgs,
    },
}

/// `stepwell keys …`.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Set a key; its secret is asked for on a terminal, and otherwise read from standard input
    ///
    /// A secret is text of 4 bytes to 64 KiB. Line breaks before and behind it are no part of it.
    Set {
        /// The key, such as keys/project/web/database
        #[arg(value_name = "PATH", allow_hyphen_values = true)]
        path: OsString,
        // Taken in, so that clap does not show in an error what is probably the secret.
        #[arg(hide = true, trailing_var_arg = true, allow_hyphen_values = true)]
        surplus: Vec<OsString>,
    },
    /// List keys, never their secrets
    List {
        /// Only the keys at and below this path
        #[arg(value_name = "PREFIX")]
        prefix: Option<String>,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Remove a key
    Remove {
        /// The key
        #[arg(value_name = "PATH")]
        path: String,
    },
}

/// Whose credentials are meant.
#[derive(Debug, Args)]
pub struct WhoseArgs {
    /// Those of the steps of this job
    #[arg(long, value_name = "JOB")]
    pub job: Option<PathBuf>,
    /// Those of this step alone
    #[arg(long, value_name = "STEP", requires = "job")]
    pub step: Option<String>,
    /// The directory of project.toml [default: found upwards from the job file, or from here]
    #[arg(long, value_name = "DIR")]
    pub project: Option<PathBuf>,
}

/// A job and what it is given.
#[derive(Debug, Args)]
pub struct JobArgs {
    /// The job file
    #[arg(value_name = "JOB")]
    pub file: PathBuf,
    /// Give an option of the job a value; repeat for more. A secret takes keys/… or `-` to be asked for it
    #[arg(long = "option", short = 'o', value_name = "NAME=VALUE", value_parser = parse_option)]
    pub options: Vec<(String, String)>,
    /// The directory of project.toml [default: found upwards from the job file]
    #[arg(long, value_name = "DIR")]
    pub project: Option<PathBuf>,
}

/// How to print.
#[derive(Debug, Clone, Copy, Args)]
pub struct OutputArgs {
    /// For people, or for programs: one JSON object per line
    #[arg(long, value_enum, default_value_t = Output::Text, value_name = "FORMAT")]
    pub output: Output,
}

/// `--output`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people
    Text,
    /// For programs
    Json,
}

fn parse_option(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("an option is written NAME=VALUE".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_value_of_an_option_may_hold_anything() {
        assert_eq!(parse_option("a=b=c"), Ok(("a".to_owned(), "b=c".to_owned())));
        assert_eq!(parse_option("a="), Ok(("a".to_owned(), String::new())));
        assert!(parse_option("=b").is_err());
        assert!(parse_option("a").is_err());
    }
}
