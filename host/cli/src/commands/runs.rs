//! `stepwell runs …`.

mod list;
mod rerun;
mod watch;

use std::str::FromStr;
use std::time::Duration;

use clap::{Args, Subcommand};
use jiff::{SignedDuration, Timestamp};
use stepwell_home::{Cancellation, ClaimedRun, Decisions, Observer, Resumption, StoredRun, Watch};
use stepwell_model::event::StepTitle;
use stepwell_model::id::StepPath;
use stepwell_model::report::StepReport;
use stepwell_model::run_store::Prune;

use crate::args::{ConfirmArgs, Extent, Output, OutputArgs, ReportArgs, count, name};
use crate::error::{CliError, Exit};
use crate::follow::{Follower, follow};
use crate::operator::{confirm, open_home};
use crate::{complete, out, render};

use list::ListArgs;
use rerun::RerunArgs;
use watch::{AttachArgs, LogsArgs, WaitArgs};

/// `stepwell runs …`.
#[derive(Debug, Subcommand)]
pub enum RunsCommand {
    /// List runs, the newest first
    List(ListArgs),
    /// Show the report of a run
    Show(ShowArgs),
    /// Print the records of a run
    Logs(LogsArgs),
    /// Show a run that another process executes as that process does
    Attach(AttachArgs),
    /// Wait until runs have ended or are paused
    Wait(WaitArgs),
    /// Run a job again from where a run of it stopped: a new run, which takes over what succeeded
    Rerun(RerunArgs),
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
    /// End the clean-up of the run as well: its `finally` steps
    #[arg(long)]
    force: bool,
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

impl RunsCommand {
    pub async fn carry_out(self) -> Result<Exit, CliError> {
        match self {
            Self::List(args) => args.list(),
            Self::Show(args) => args.show(),
            Self::Logs(args) => args.print().await,
            Self::Attach(args) => args.attach().await,
            Self::Wait(args) => args.wait().await,
            Self::Rerun(args) => args.rerun().await,
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

impl ShowArgs {
    fn show(self) -> Result<Exit, CliError> {
        let run = self.id.find()?;
        let (report, with, extent) = (run.report()?, run.started_with()?, self.report.extent);
        let show = || render::runs::show(&run.info, &report, &with, extent);
        self.output.output.print(show, || render::runs::show_json(&run.info, &report, &with));
        Ok(Exit::Succeeded)
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
        output.print(|| render::runs::detached(id, &[]), || render::runs::detached_json(id, &[]));
        Ok(Exit::Succeeded)
    }
}

impl CancelArgs {
    async fn cancel(self) -> Result<Exit, CliError> {
        let run = self.id.find()?;
        let (output, force, id) = (self.output.output, self.force, &run.info.id);
        let before = run.report()?;
        let was_cancelling = before.cancel_requested() && before.outcome.is_none();
        let left = if force { render::runs::left_undone(&before) } else { String::new() };
        let say = |asked: &render::runs::CancelAsked<'_>| output.print(|| asked.text() + &left, || asked.json());
        let claimed = match run.cancel(force).await? {
            Cancellation::Here(claimed) => claimed,
            Cancellation::There(holder) => {
                say(&render::runs::CancelAsked { run: id, holder: holder.as_ref(), force, already: false });
                return Ok(Exit::Succeeded);
            }
            Cancellation::Already(holder) => {
                say(&render::runs::CancelAsked { run: id, holder: Some(&holder), force, already: true });
                return Ok(Exit::Succeeded);
            }
        };
        if output == Output::Text {
            let goes_on = if was_cancelling && !force { render::runs::clean_up_goes_on(id) } else { left };
            out::text(&goes_on);
        }
        // No process executes the run, so this one stops its steps.
        match execute(&run, claimed, output, |claimed, observer| claimed.cancel(observer, force)).await? {
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
    begin: impl FnOnce(ClaimedRun, Observer) -> Watch,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_what_people_write() {
        for (text, seconds) in [("90m", 5_400), ("12h", 43_200), ("30d", 2_592_000)] {
            assert_eq!(text.parse::<Span>().map(|span| span.0.as_secs()), Ok(seconds), "{text}");
        }
        for text in ["", "soon", "-3h", "3 apples"] {
            let expected = Err("a span of time is written such as 90m, 12h or 30d".to_owned());
            assert_eq!(text.parse::<Span>().map(|span| span.0), expected, "{text}");
        }
    }
}
