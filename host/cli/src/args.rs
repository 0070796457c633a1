//! Arguments that several commands share.

use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;

use clap::error::ErrorKind;
use clap::{Args, ValueEnum};
use serde_json::Value as Json;
use stepwell_home::JobRequest;
use stepwell_model::id::InvalidName;
use stepwell_model::plan::GivenOptions;

use crate::render::{printable, printable_lines};
use crate::{complete, out};

/// A job, and the options to plan it with.
#[derive(Debug, Args)]
pub struct JobArgs {
    /// The job file
    #[arg(value_name = "JOB", add = complete::jobs())]
    file: PathBuf,
    /// Value of a job option; repeat for more. For a secret, a keys/… path, or `-` to be asked for it
    #[arg(long = "option", short = 'o', value_name = "NAME=VALUE", value_parser = parse_option, add = complete::options())]
    options: Vec<(String, String)>,
    /// The directory of project.toml [default: the nearest one above the job file]
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,
}

impl JobArgs {
    /// The request to plan this job. `complete` makes a missing option an error.
    pub fn request(self, complete: bool) -> JobRequest {
        JobRequest { file: self.file, options: given(self.options), project: self.project, complete }
    }
}

/// A job to run: a file, or that of an earlier run.
#[derive(Debug, Args)]
pub struct RunJobArgs {
    /// The job file
    #[arg(value_name = "JOB", required_unless_present = "again", add = complete::jobs())]
    file: Option<PathBuf>,
    /// Run the job of this run again, with its options; --option replaces single ones
    #[arg(long, value_name = "RUN", conflicts_with = "file", add = complete::runs())]
    again: Option<String>,
    /// Value of a job option; repeat for more. For a secret, a keys/… path, or `-` to be asked for it
    #[arg(long = "option", short = 'o', value_name = "NAME=VALUE", value_parser = parse_option, add = complete::options())]
    options: Vec<(String, String)>,
    /// The directory of project.toml [default: the nearest one above the job file]
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,
}

impl RunJobArgs {
    /// The run whose job runs again.
    pub fn again(&self) -> Option<&str> {
        self.again.as_deref()
    }

    /// The request to plan the job file.
    pub fn request(self) -> JobRequest {
        let (file, options, project) = (self.file.unwrap_or_default(), given(self.options), self.project);
        JobRequest { file, options, project, complete: true }
    }

    /// The request of an earlier run, with the options of this command line.
    pub fn over(self, earlier: JobRequest) -> JobRequest {
        let mut options = earlier.options;
        options.extend(given(self.options));
        JobRequest { options, project: self.project.or(earlier.project), ..earlier }
    }
}

fn given(pairs: Vec<(String, String)>) -> GivenOptions {
    let mut options = GivenOptions::new();
    for (name, value) in pairs {
        options.entry(name).or_default().push(value);
    }
    options
}

/// The project of a command that has no job.
#[derive(Debug, Args)]
pub struct ProjectArgs {
    /// The directory of project.toml [default: the nearest one at or above the current directory]
    #[arg(long, value_name = "DIR")]
    pub project: Option<PathBuf>,
}

/// Whether the operator is asked before something that cannot be undone.
#[derive(Debug, Clone, Copy, Args)]
pub struct ConfirmArgs {
    /// Do it without asking
    #[arg(long, short = 'y')]
    pub yes: bool,
}

/// How to print.
#[derive(Debug, Clone, Copy, Args)]
pub struct OutputArgs {
    /// For people, or for programs: one JSON object per line
    #[arg(long, value_enum, default_value_t = Output::Text, value_name = "FORMAT")]
    pub output: Output,
}

/// How much of a report is printed for people.
#[derive(Debug, Clone, Copy, Args)]
pub struct ReportArgs {
    /// How much of the report of a run is printed on a terminal
    #[arg(long = "report", value_enum, default_value_t = Extent::Screen, value_name = "EXTENT")]
    pub extent: Extent,
}

/// `--report`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Extent {
    /// What fits one screen: of a longer report, each step of the job, what failed, and the outputs of the job
    Screen,
    /// Every step with its outputs
    Full,
}

/// `--output`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people
    Text,
    /// For programs
    Json,
}

impl Output {
    /// Prints lines for people, or one JSON object for programs.
    pub fn print(self, text: impl FnOnce() -> String, json: impl FnOnce() -> Json) {
        match self {
            Self::Text => out::text(&text()),
            Self::Json => out::json(&json()),
        }
    }
}

/// The error of a wrong command line without the text that was given: it may be a secret, and terminals and logs keep
/// errors. The names of unknown options and subcommands are shown, and cannot steer the terminal or add a line.
pub fn without_values(mut error: clap::Error) -> clap::Error {
    use clap::error::{ContextKind, ContextValue};
    let text = |error: &clap::Error, kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        _ => None,
    };
    // An empty one makes the error say that there is no value.
    if text(&error, ContextKind::InvalidValue).is_some_and(|value| !value.is_empty()) {
        error.insert(ContextKind::InvalidValue, ContextValue::String(VALUE.to_owned()));
        // The nearest of the words tells much of the text.
        error.remove(ContextKind::SuggestedValue);
    }
    if let Some(subcommand) = text(&error, ContextKind::InvalidSubcommand) {
        error.insert(ContextKind::InvalidSubcommand, ContextValue::String(printable(&subcommand).into_owned()));
    }
    if let Some(argument) = text(&error, ContextKind::InvalidArg).filter(|_| error.kind() == ErrorKind::UnknownArgument)
    {
        let shown = match argument.split_once('=') {
            _ if !argument.starts_with('-') => VALUE.to_owned(),
            Some((name, _)) => format!("{name}={VALUE}"),
            None => argument.clone(),
        };
        let shown = printable(&shown).into_owned();
        if shown != argument {
            error.insert(ContextKind::InvalidArg, ContextValue::String(shown));
            // They repeat the argument.
            error.remove(ContextKind::Suggested);
        }
    }
    error
}

/// Whether a command line asks for JSON. Its errors are JSON then, also those of the command line itself.
pub fn asks_for_json(arguments: impl IntoIterator<Item = OsString>) -> bool {
    let arguments: Vec<_> = arguments.into_iter().take_while(|argument| argument != "--").collect();
    let is_pair = |pair: &[OsString]| matches!(pair, [option, value] if option == "--output" && value == "json");
    arguments.iter().any(|argument| argument == "--output=json") || arguments.windows(2).any(is_pair)
}

/// An error of [`without_values`] for programs.
pub fn error_json(error: &clap::Error) -> Json {
    let text = printable_error(error);
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let what = lines.next().unwrap_or_default();
    let usage: Vec<_> = lines.filter(|line| !line.starts_with("For more information")).collect();
    serde_json::json!({
        "event": "error",
        "error": what.strip_prefix("error: ").unwrap_or(what),
        "because": usage.join("; "),
        "next": "correct the command line; `--help` explains it",
        "exit_code": error.exit_code(),
    })
}

/// An error of [`without_values`], as it is printed.
pub fn printable_error(error: &clap::Error) -> String {
    printable_lines(error.to_string().trim_end())
}

/// In the place of a given text.
const VALUE: &str = "…";

/// Reads a name. The error does not repeat the text, as that of [`InvalidName`] does.
pub fn name<T: FromStr<Err = InvalidName>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|InvalidName { kind, expected, .. }| format!("a {kind} is {expected}"))
}

/// Reads a number. The error does not repeat the text.
pub fn count(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("a number is a whole one from 0 to {}", u32::MAX))
}

fn parse_option(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("an option is written NAME=VALUE".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_command_line_never_shows_a_given_value() {
        use clap::Parser as _;
        for arguments in [
            &["run", "job.toml", "--option", "canary"][..],
            &["run", "job.toml", "-o=canary"],
            &["run", "job.toml", "-ocanary"],
            &["run", "job.toml", "token=canary"],
            &["run", "job.toml", "--optoin=token=canary"],
            &["run", "job.toml", "--optoin", "token=canary"],
            &["run", "job.toml", "--dry-run=canary"],
            &["runs", "list", "--limit", "canary"],
            &["runs", "resume", "run", "--retry", "canary/;"],
            &["runs", "list", "--job", "canary/;"],
            &["runs", "logs", "run", "--step", "canary/;"],
            &["run", "job.toml", "--output=canary"],
            &["runs", "list", "--state=canary"],
            &["runs", "list", "--since", "canary"],
            &["runs", "prune", "--older-than=canary"],
            &["runs", "prune", "--keep-last=canary"],
            &["schema", "canary"],
            &["aws", "call", "sqs/SendMessage", "--with", "canary"],
            &["aws", "call", "sqs/SendMessage", "--with", "=canary"],
            &["aws", "call", "sqs/SendMessage", "--timeout=canary"],
            &["aws", "show", "sqs/SendMessage", "--depth", "canary"],
        ] {
            let arguments = std::iter::once("stepwell").chain(arguments.iter().copied());
            let error = without_values(crate::commands::Cli::try_parse_from(arguments.clone()).unwrap_err());
            let shown = error.to_string();
            assert!(!shown.contains("canary"), "{:?}: {shown}", arguments.collect::<Vec<_>>());
        }
    }

    #[test]
    fn an_error_of_the_command_line_never_shows_a_number_that_is_too_large() {
        use clap::Parser as _;
        const NUMBER: &str = "739164739164739164739164";
        for arguments in [
            ["stepwell", "runs", "prune", "--keep-last", NUMBER],
            ["stepwell", "runs", "list", "--limit", NUMBER],
            ["stepwell", "runs", "list", "--since", "739164739164h"],
        ] {
            let shown = without_values(crate::commands::Cli::try_parse_from(arguments).unwrap_err()).to_string();
            assert!(!shown.contains("739164"), "{arguments:?}: {shown}");
        }
    }

    #[test]
    fn no_name_in_an_error_of_the_command_line_steers_the_terminal() {
        use clap::Parser as _;
        for c in "\u{1b}\u{9b}\u{85}\u{61c}\u{200f}\u{2028}\u{2029}\u{202e}\u{2066}\r\n".chars() {
            let (option, command) = (format!("--x{c}y"), format!("x{c}y"));
            for arguments in [&[option.as_str()][..], &[command.as_str()], &["runs", command.as_str()]] {
                let arguments = std::iter::once("stepwell").chain(arguments.iter().copied());
                let error = without_values(crate::commands::Cli::try_parse_from(arguments.clone()).unwrap_err());
                let (text, printed) = (error.to_string(), printable_error(&error));
                let arguments = arguments.collect::<Vec<_>>();
                assert!(!text.contains(&format!("x{c}y")), "{arguments:?}: {text}");
                assert!(!printed.contains(|c| c != '\n' && out::is_hostile(c)), "{arguments:?}: {printed}");
            }
        }
    }

    #[test]
    fn json_is_asked_for_wherever_the_flag_stands() {
        let asks = |line: &str| asks_for_json(line.split(' ').map(OsString::from));
        for line in ["runs list --output json", "runs --output=json nonsense", "run x --output json --bogus"] {
            assert!(asks(line), "{line}");
        }
        for line in ["runs list", "runs list --output text", "runs list -- --output json", "runs list --output"] {
            assert!(!asks(line), "{line}");
        }
    }

    #[test]
    fn the_value_of_an_option_may_hold_anything() {
        assert_eq!(parse_option("a=b=c"), Ok(("a".to_owned(), "b=c".to_owned())));
        assert_eq!(parse_option("a="), Ok(("a".to_owned(), String::new())));
        for wrong in ["=b", "a"] {
            assert_eq!(parse_option(wrong), Err("an option is written NAME=VALUE".to_owned()), "{wrong}");
        }
    }
}
