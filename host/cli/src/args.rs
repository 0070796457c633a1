//! Arguments that several commands share.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::Value as Json;
use stepwell_home::JobRequest;
use stepwell_model::plan::GivenOptions;

use crate::out;

/// A job, and the options to plan it with.
#[derive(Debug, Args)]
pub struct JobArgs {
    /// The job file
    #[arg(value_name = "JOB")]
    file: PathBuf,
    /// Value of a job option; repeat for more. For a secret, a keys/… path, or `-` to be asked for it
    #[arg(long = "option", short = 'o', value_name = "NAME=VALUE", value_parser = parse_option)]
    options: Vec<(String, String)>,
    /// The directory of project.toml [default: the nearest one above the job file]
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,
}

impl JobArgs {
    /// The request to plan this job. `complete` makes a missing option an error.
    pub fn request(self, complete: bool) -> JobRequest {
        let mut options = GivenOptions::new();
        for (name, value) in self.options {
            options.entry(name).or_default().push(value);
        }
        JobRequest { file: self.file, options, project: self.project, complete }
    }
}

/// The project of a command that has no job.
#[derive(Debug, Args)]
pub struct ProjectArgs {
    /// The directory of project.toml [default: the nearest one at or above the current directory]
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

impl Output {
    /// Prints lines for people, or one JSON object for programs.
    pub fn print(self, text: impl FnOnce() -> String, json: impl FnOnce() -> Json) {
        match self {
            Self::Text => out::text(&text()),
            Self::Json => out::json(&json()),
        }
    }
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
    fn the_value_of_an_option_may_hold_anything() {
        assert_eq!(parse_option("a=b=c"), Ok(("a".to_owned(), "b=c".to_owned())));
        assert_eq!(parse_option("a="), Ok(("a".to_owned(), String::new())));
        for wrong in ["=b", "a"] {
            assert_eq!(parse_option(wrong), Err("an option is written NAME=VALUE".to_owned()), "{wrong}");
        }
    }
}
