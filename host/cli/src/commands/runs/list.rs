//! `stepwell runs list`.

use std::str::FromStr;

use clap::{Args, ValueEnum};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use stepwell_model::event::Outcome;
use stepwell_model::id::JobName;
use stepwell_model::run_store::{RunFilter, RunStanding, RunState};

use super::Span;
use crate::args::{Output, OutputArgs, name};
use crate::error::{CliError, Exit};
use crate::operator::open_home;
use crate::{complete, out, render};

/// `stepwell runs list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Only runs of this job
    #[arg(long, value_parser = name::<JobName>, add = complete::job_names())]
    job: Option<JobName>,
    /// Only runs of this project
    #[arg(long, value_name = "NAME")]
    project: Option<String>,
    /// Only runs in this state; repeat for more
    #[arg(long, value_enum)]
    state: Vec<StateName>,
    /// Only runs that began since: a day or a moment such as 2026-01-31 or 2026-01-31T12:00Z, or how long ago, such as 2h
    #[arg(long, value_name = "TIME")]
    since: Option<Since>,
    /// The most runs to list, from the latest on
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    #[command(flatten)]
    output: OutputArgs,
}

/// `--state`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StateName {
    /// The run is executed, or can be resumed
    Open,
    /// The run waits for its place, which `[concurrency]` of its job limits
    Queued,
    /// A process executes the run
    Running,
    /// No process executes the run, which can be resumed
    Abandoned,
    /// The run waits for a decision
    Paused,
    /// The run has ended
    Ended,
    /// The run has ended, and all of its steps are complete
    Succeeded,
    /// A step failed
    Failed,
    /// An operator cancelled the run
    Cancelled,
    /// The `timeout` of the job passed
    TimedOut,
    /// A dry run stopped before its first change
    StoppedBeforeChange,
}

impl From<StateName> for RunStanding {
    fn from(name: StateName) -> Self {
        match name {
            StateName::Open => Self::Is(RunState::Open),
            StateName::Queued => Self::Queued,
            StateName::Running => Self::Running,
            StateName::Abandoned => Self::Abandoned,
            StateName::Paused => Self::Is(RunState::Paused),
            StateName::Ended => Self::Is(RunState::Ended),
            StateName::Succeeded => Self::Ended(Outcome::Succeeded),
            StateName::Failed => Self::Ended(Outcome::Failed),
            StateName::Cancelled => Self::Ended(Outcome::Cancelled),
            StateName::TimedOut => Self::Ended(Outcome::TimedOut),
            StateName::StoppedBeforeChange => Self::Ended(Outcome::StoppedBeforeChange),
        }
    }
}

impl ListArgs {
    pub fn list(self) -> Result<Exit, CliError> {
        let filter = RunFilter {
            standings: self.state.into_iter().map(RunStanding::from).collect(),
            job: self.job,
            project: self.project,
            since: self.since.map(|since| since.0),
            until: None,
            limit: Some(self.limit.saturating_add(1)),
        };
        let mut runs = open_home()?.runs().list(&filter)?;
        let has_more = runs.len() > self.limit;
        runs.truncate(self.limit);
        match self.output.output {
            Output::Text => out::text(&render::runs::list(&runs, has_more, Timestamp::now())),
            Output::Json => runs.iter().for_each(|run| out::json(&render::runs::list_json(run))),
        }
        Ok(Exit::Succeeded)
    }
}

/// A moment, given as such or as the span since then. A day begins at midnight of this machine.
#[derive(Debug, Clone, Copy)]
struct Since(Timestamp);

/// Without the span, which may be a secret.
const TOO_LONG_AGO: &str = "no moment is so long ago";

impl FromStr for Since {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(at) = text.parse() {
            return Ok(Self(at));
        }
        let local = text.parse::<DateTime>().or_else(|_| text.parse::<Date>().map(DateTime::from));
        if let Ok(local) = local {
            let local = local.to_zoned(TimeZone::system()).map_err(|_| TOO_LONG_AGO.to_owned())?;
            return Ok(Self(local.timestamp()));
        }
        let ago = text.parse::<Span>();
        let ago =
            ago.map_err(|wrong| format!("{wrong}, and a day or a moment such as 2026-01-31 or 2026-01-31T12:00Z"))?;
        let ago = SignedDuration::try_from(ago.0).map_err(|_| TOO_LONG_AGO.to_owned())?;
        Timestamp::now().checked_sub(ago).map(Self).map_err(|_| TOO_LONG_AGO.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_moments_are_what_people_write() {
        let at = |text: &str| text.parse::<Since>().map(|since| since.0);
        assert_eq!(at("2026-01-31T12:00Z").map(|at| at.to_string()), Ok("2026-01-31T12:00:00Z".to_owned()));
        assert!(at("2h").is_ok_and(|at| at < Timestamp::now()));
        let local = |at: Timestamp| at.to_zoned(TimeZone::system()).datetime().to_string();
        assert_eq!(at("2026-11-29").map(local), Ok("2026-11-29T00:00:00".to_owned()));
        assert_eq!(at("2026-11-29T08:30").map(local), Ok("2026-11-29T08:30:00".to_owned()));
        assert!(at("yesterday").is_err_and(|wrong| wrong.contains("a day or a moment such as 2026-01-31")));
    }
}
