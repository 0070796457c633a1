//! `stepwell runs …`.

use std::str::FromStr;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use jiff::{SignedDuration, Timestamp};
use stepwell_home::{Cancellation, ClaimedRun, Decisions, Observer, Resumption, StoredRun, Watch};
use stepwell_model::event::StepTitle;
use stepwell_model::id::{JobName, StepPath};
use stepwell_model::report::StepReport;
use stepwell_model::run_store::{Prune, RunFilter, RunState};

use crate::args::{ConfirmArgs, Extent, Output, OutputArgs, ReportArgs, count, name};
use crate::error::{CliError, Exit};
use crate::follow::{Follower, follow};
use crate::operator::{confirm, open_home};
use crate::{complete, out, render};

/// How often `logs --follow` reads the journal.
const POLL: Duration = Duration::from_millis(200);

/// `stepwell runs …`.
#[derive(Debug, Subcommand)]
pub enum RunsCommand {
    /// List runs, the newest first
    List(ListArgs),
    /// Show the report of a run
    Show(ShowArgs),
    /// Print the records of a run
    Logs(LogsArgs),
    /// Resume a run that no process executes, or that is paused
    Resume(ResumeArgs),
    /// Cancel a run, whichever process executes it
    Cancel(CancelArgs),
    /// Remove runs that ended long ago, with all their records
    Prune(PruneArgs),
}

/// The run that a command is about.
#[derive(Debug, Args)]
struct RunIdArgs {
    /// The run's id, or the beginning of it
    #[arg(add = complete::runs())]
    run: String,
}

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
    /// Only runs that began since: a moment such as 2026-01-31T12:00Z, or how long ago, such as 2h
    #[arg(long, value_name = "TIME")]
    since: Option<Since>,
    /// The most runs to list, from the latest on
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    #[command(flatten)]
    output: OutputArgs,
}

/// `stepwell runs show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    #[command(flatten)]
    id: RunIdArgs,
    #[command(flatten)]
    report: ReportArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// `stepwell runs logs`.
#[derive(Debug, Args)]
pub struct LogsArgs {
    #[command(flatten)]
    id: RunIdArgs,
    /// Continue until the run ends
    #[arg(long, short = 'f')]
    follow: bool,
    /// Only the records of this step and its parts
    #[arg(long, value_parser = name::<StepPath>)]
    step: Option<StepPath>,
    #[command(flatten)]
    output: OutputArgs,
}

/// `stepwell runs resume`.
#[derive(Debug, Args)]
pub struct ResumeArgs {
    #[command(flatten)]
    id: RunIdArgs,
    #[command(flatten)]
    decisions: DecisionArgs,
    /// Return at once; a background process executes the run
    #[arg(long, short = 'd')]
    detach: bool,
    #[command(flatten)]
    output: OutputArgs,
}

/// What becomes of steps with a call whose outcome is unknown.
#[derive(Debug, Args)]
struct DecisionArgs {
    /// Repeat the call of this uncertain step
    #[arg(long, value_name = "STEP", value_parser = name::<StepPath>)]
    retry: Vec<StepPath>,
    /// Count this uncertain step as skipped
    #[arg(long, value_name = "STEP", value_parser = name::<StepPath>)]
    skip: Vec<StepPath>,
    /// Let all uncertain steps fail
    #[arg(long, conflicts_with_all = ["retry", "skip"])]
    fail: bool,
}

/// `stepwell runs cancel`.
#[derive(Debug, Args)]
pub struct CancelArgs {
    #[command(flatten)]
    id: RunIdArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// `stepwell runs prune`.
#[derive(Debug, Args)]
pub struct PruneArgs {
    /// Minimum time since a run ended
    #[arg(long, value_name = "DURATION", default_value = "30d")]
    older_than: Span,
    /// Keep the latest N ended runs of each job, whatever their age
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = count)]
    keep_last: u32,
    #[command(flatten)]
    confirm: ConfirmArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// `--state`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StateName {
    /// The run is executed, or can be resumed
    Open,
    /// The run waits for a decision
    Paused,
    /// The run has ended
    Ended,
}

impl RunsCommand {
    /// `--output` of a command that prints the records of a run.
    pub fn records_output(&self) -> Option<Output> {
        match self {
            Self::Resume(ResumeArgs { output, .. }) | Self::Cancel(CancelArgs { output, .. }) => Some(output.output),
            Self::List(_) | Self::Show(_) | Self::Logs(_) | Self::Prune(_) => None,
        }
    }

    pub async fn carry_out(self) -> Result<Exit, CliError> {
        match self {
            Self::List(args) => args.list(),
            Self::Show(args) => args.show(),
            Self::Logs(args) => args.print().await,
            Self::Resume(args) => args.resume().await,
            Self::Cancel(args) => args.cancel().await,
            Self::Prune(args) => args.prune().await,
        }
    }
}

impl RunIdArgs {
    fn find(&self) -> Result<StoredRun, CliError> {
        Ok(open_home()?.runs().find(&self.run)?)
    }
}

impl ListArgs {
    fn list(self) -> Result<Exit, CliError> {
        let states = self.state.iter().map(|state| match state {
            StateName::Open => RunState::Open,
            StateName::Paused => RunState::Paused,
            StateName::Ended => RunState::Ended,
        });
        let filter = RunFilter {
            states: states.collect(),
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

impl ShowArgs {
    fn show(self) -> Result<Exit, CliError> {
        let run = self.id.find()?;
        let report = run.report()?;
        let show = || render::runs::show(&run.info, &report, self.report.extent);
        self.output.output.print(show, || render::runs::show_json(&run.info, &report));
        Ok(Exit::Succeeded)
    }
}

impl LogsArgs {
    async fn print(self) -> Result<Exit, CliError> {
        let run = self.id.find()?;
        let plain = render::plain::Plain::new();
        let mut last = 0;
        loop {
            // Read before the events, so that no record is missed that is written in between.
            let is_open = run.state()? == RunState::Open;
            for event in run.events(last)? {
                last = event.seq;
                let is_meant =
                    |step: &StepPath| self.step.as_ref().is_none_or(|meant| step == meant || step.is_part_of(meant));
                if self.step.is_some() && !event.what.step().is_some_and(is_meant) {
                    continue;
                }
                match self.output.output {
                    Output::Text => plain.print(&event),
                    Output::Json => out::json(&serde_json::json!(event)),
                }
            }
            if !is_open || !self.follow || out::lost().is_some() {
                return Ok(Exit::Succeeded);
            }
            tokio::time::sleep(POLL).await;
        }
    }
}

impl ResumeArgs {
    async fn resume(self) -> Result<Exit, CliError> {
        let run = self.id.find()?;
        let DecisionArgs { retry, skip, fail } = self.decisions;
        let decisions = run.decide(&Decisions { retry, skip, fail })?;
        let output = self.output.output;
        if !self.detach {
            return match run.resume(&decisions).await? {
                Resumption::Here(claimed) => execute(&run, claimed, output, ClaimedRun::resume).await,
                Resumption::There { holder, is_recorded } => {
                    let left = render::runs::Left { run: &run.info.id, holder: holder.as_ref(), is_recorded };
                    output.print(|| left.text(), || left.json());
                    Ok(Exit::Succeeded)
                }
            };
        }
        if !decisions.is_empty() {
            return Err(CliError::new(
                Exit::Wrong,
                "a detached process cannot be given decisions",
                "only an attached process reports whether the run accepts them",
                "leave out --detach",
            ));
        }
        run.resume_detached()?;
        let id = &run.info.id;
        output.print(|| render::runs::detached(id), || render::runs::detached_json(id));
        Ok(Exit::Succeeded)
    }
}

impl CancelArgs {
    async fn cancel(self) -> Result<Exit, CliError> {
        let run = self.id.find()?;
        let output = self.output.output;
        let claimed = match run.cancel().await? {
            Cancellation::Here(claimed) => claimed,
            Cancellation::There(holder) => {
                let (id, holder) = (&run.info.id, holder.as_ref());
                let print = || render::runs::cancelling(id, holder);
                output.print(print, || render::runs::cancelling_json(id, holder));
                return Ok(Exit::Succeeded);
            }
        };
        // No process executes the run, so this one stops its steps.
        match execute(&run, claimed, output, ClaimedRun::cancel).await? {
            Exit::Cancelled => Ok(Exit::Succeeded),
            other => Ok(other),
        }
    }
}

/// Executes a claimed run here.
async fn execute(
    run: &StoredRun,
    claimed: ClaimedRun,
    output: Output,
    begin: fn(ClaimedRun, Observer) -> Watch,
) -> Result<Exit, CliError> {
    let title = |step: &StepReport| StepTitle { id: step.id.clone(), uses: step.uses.clone(), finally: step.finally };
    let steps: Vec<_> = run.report()?.steps.iter().map(title).collect();
    let follower = Follower::new(output, Extent::Screen, &steps);
    let engine = claimed.engine().clone();
    let watch = begin(claimed, follower.observer());
    follow(&engine, watch, follower).await
}

impl PruneArgs {
    async fn prune(self) -> Result<Exit, CliError> {
        let span = SignedDuration::try_from(self.older_than.0).unwrap_or(SignedDuration::MAX);
        let before = Timestamp::now().saturating_sub(span).unwrap_or(Timestamp::MIN);
        let (prune, runs) = (Prune { before, keep_last: self.keep_last }, open_home()?.runs());
        let count = runs.prunable(&prune)?;
        if count > 0 {
            confirm(&self.confirm, &render::runs::prunes(count, before))?;
        }
        let pruned = runs.prune(&prune).await?;
        self.output.output.print(|| render::runs::pruned(&pruned), || render::runs::pruned_json(&pruned));
        Ok(Exit::Succeeded)
    }
}

/// A span of time as job files spell it, or in days.
#[derive(Debug, Clone, Copy)]
struct Span(Duration);

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // Without the text, which may be a secret.
        let wrong = || "a span of time is written such as 90m, 12h or 30d".to_owned();
        let span: jiff::Span = text.parse().map_err(|_| wrong())?;
        let span = span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).map_err(|_| wrong())?;
        Duration::try_from(span).map(Self).map_err(|_| wrong())
    }
}

/// A moment, given as such or as the span since then.
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
        let ago = text.parse::<Span>().map_err(|wrong| format!("{wrong}, and a moment such as 2026-01-31T12:00Z"))?;
        let ago = SignedDuration::try_from(ago.0).map_err(|_| TOO_LONG_AGO.to_owned())?;
        Timestamp::now().checked_sub(ago).map(Self).map_err(|_| TOO_LONG_AGO.to_owned())
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
        for text in ["", "soon", "-3h", "3 apples"] {
            let expected = Err("a span of time is written such as 90m, 12h or 30d".to_owned());
            assert_eq!(text.parse::<Span>().map(|span| span.0), expected, "{text}");
        }
        let at = "2026-01-31T12:00Z".parse::<Since>().map(|since| since.0.to_string());
        assert_eq!(at, Ok("2026-01-31T12:00:00Z".to_owned()));
        assert!("2h".parse::<Since>().is_ok_and(|since| since.0 < Timestamp::now()));
    }
}
