//! The arguments of `stepwell runs`.

use std::str::FromStr;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use stepwell_model::id::{JobName, StepPath};

use super::OutputArgs;

/// `stepwell runs …`.
#[derive(Debug, Subcommand)]
pub enum RunsCommand {
    /// List runs, the newest first
    List(ListArgs),
    /// Show what is known of a run
    Show {
        /// The run's id, or the beginning of it
        run: String,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Print what happened in a run
    Logs(LogsArgs),
    /// Go on with a run that was left or paused
    Resume {
        /// The run's id, or the beginning of it
        run: String,
        #[command(flatten)]
        decisions: DecisionArgs,
        /// Return at once; a process in the background executes the run
        #[arg(long, short = 'd')]
        detach: bool,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Cancel a run, wherever it is executed
    Cancel {
        /// The run's id, or the beginning of it
        run: String,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Remove runs that ended long ago, with all their records
    Prune {
        /// How long ago they have to have ended
        #[arg(long, value_name = "DURATION", default_value = "30d")]
        older_than: Span,
        /// So many of those of each job that ended last stay nevertheless
        #[arg(long, value_name = "N", default_value_t = 0)]
        keep_last: u32,
        #[command(flatten)]
        output: OutputArgs,
    },
}

/// `stepwell runs list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Only runs of this job
    #[arg(long)]
    pub job: Option<JobName>,
    /// Only runs of this project
    #[arg(long, value_name = "NAME")]
    pub project: Option<String>,
    /// Only runs in this state; repeat for more
    #[arg(long, value_enum)]
    pub state: Vec<StateName>,
    /// Only runs that began since: a moment such as 2026-01-31T12:00Z, or how long ago, such as 2h
    #[arg(long, value_name = "TIME")]
    pub since: Option<Since>,
    /// So many at most
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub limit: usize,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `stepwell runs logs`.
#[derive(Debug, Args)]
pub struct LogsArgs {
    /// The run's id, or the beginning of it
    pub run: String,
    /// Go on until the run ends
    #[arg(long, short = 'f')]
    pub follow: bool,
    /// Only what happened to this step and its parts
    #[arg(long)]
    pub step: Option<StepPath>,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// What becomes of steps of which nobody knows whether a call took effect.
#[derive(Debug, Args)]
pub struct DecisionArgs {
    /// Make the call of this uncertain step again
    #[arg(long, value_name = "STEP")]
    pub retry: Vec<StepPath>,
    /// Count this uncertain step as skipped
    #[arg(long, value_name = "STEP")]
    pub skip: Vec<StepPath>,
    /// Let all uncertain steps fail
    #[arg(long, conflicts_with_all = ["retry", "skip"])]
    pub fail: bool,
}

/// `--state`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StateName {
    /// It goes on, or could
    Open,
    /// It wants a decision
    Paused,
    /// It is over
    Ended,
}

/// A span of time, as files spell it; days too.
#[derive(Debug, Clone, Copy)]
pub struct Span(pub Duration);

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no span of time such as 90m, 12h or 30d");
        let span: jiff::Span = text.parse().map_err(|_| wrong())?;
        let span = span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).map_err(|_| wrong())?;
        Duration::try_from(span).map(Self).map_err(|_| wrong())
    }
}

/// A moment, or how long ago it was.
#[derive(Debug, Clone, Copy)]
pub struct Since(pub Timestamp);

impl FromStr for Since {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(at) = text.parse() {
            return Ok(Self(at));
        }
        let ago = text.parse::<Span>().map_err(|wrong| format!("{wrong}, and no moment"))?;
        let ago = jiff::SignedDuration::try_from(ago.0).map_err(|error| error.to_string())?;
        Timestamp::now().checked_sub(ago).map(Self).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_and_moments_are_what_people_write() {
        for (text, seconds) in [("90m", 5_400), ("12h", 43_200), ("30d", 2_592_000)] {
            assert_eq!(text.parse::<Span>().map(|span| span.0.as_secs()), Ok(seconds), "{text}");
        }
        for wrong in ["", "soon", "-3h", "3 apples"] {
            assert!(wrong.parse::<Span>().is_err(), "{wrong}");
        }
        let at = "2026-01-31T12:00Z".parse::<Since>().map(|since| since.0.to_string());
        assert_eq!(at, Ok("2026-01-31T12:00:00Z".to_owned()));
        assert!("2h".parse::<Since>().is_ok_and(|since| since.0 < Timestamp::now()));
    }
}
