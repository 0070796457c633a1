//! `stepwell runs logs|attach|wait`: looking on while another process executes a run.

use std::time::{Duration, Instant};

use clap::Args;
use stepwell_home::{HaltReason, HomeError, StoredRun};
use stepwell_model::event::{Event, StepTitle, What};
use stepwell_model::id::StepPath;
use stepwell_model::report::{Report, StepReport};
use stepwell_model::run_store::{RunInfo, RunState};

use super::RunIdArgs;
use crate::args::{Extent, Output, OutputArgs, name};
use crate::error::{CliError, Exit};
use crate::follow::{Follower, exit};
use crate::operator::open_home;
use crate::{complete, out, render};

/// How often the journal is read.
const POLL: Duration = Duration::from_millis(200);

/// How long a run has no process before that is told. A detached run gets its process within this time.
const UNHELD: Duration = Duration::from_secs(5);

/// `stepwell runs logs`.
#[derive(Debug, Args)]
pub struct LogsArgs {
    #[command(flatten)]
    id: RunIdArgs,
    /// Continue until the run ends, and exit as the run does
    #[arg(long, short = 'f')]
    follow: bool,
    /// Only the records of this step and its parts
    #[arg(long, value_parser = name::<StepPath>)]
    step: Option<StepPath>,
    #[command(flatten)]
    output: OutputArgs,
}

/// `stepwell runs attach`.
#[derive(Debug, Args)]
pub struct AttachArgs {
    #[command(flatten)]
    id: RunIdArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// `stepwell runs wait`.
#[derive(Debug, Args)]
pub struct WaitArgs {
    /// The ids of the runs, or their beginnings
    #[arg(required = true, value_name = "RUN", add = complete::runs())]
    runs: Vec<String>,
    #[command(flatten)]
    output: OutputArgs,
}

impl LogsArgs {
    pub async fn print(self) -> Result<Exit, CliError> {
        let run = self.id.find()?;
        if let Some(step) = &self.step {
            check_step(&run, step, self.follow)?;
        }
        let plain = render::plain::Plain::new();
        let output = self.output.output;
        let print = |event: &Event| {
            if !self.is_meant(&event.what) {
                return;
            }
            match output {
                Output::Text => plain.print(event),
                Output::Json => out::json(&serde_json::json!(event)),
            }
        };
        if !self.follow {
            run.events(0)?.iter().for_each(print);
            return Ok(Exit::Succeeded);
        }
        let Some(report) = look_on(&run, print).await? else { return Ok(Exit::Succeeded) };
        if output == Output::Text {
            out::text(&render::report::ending(&report));
            out::failure(render::report::failure(&report));
        }
        Ok(exit(&report, reason(&report)))
    }

    /// Whether a record is printed. That of the end always is: a reader of JSON needs it.
    fn is_meant(&self, what: &What) -> bool {
        let Some(meant) = &self.step else { return true };
        let is_end = matches!(what, What::RunFinished { .. } | What::RunPaused { .. });
        let is_json = self.output.output == Output::Json;
        what.step().map_or(is_end && is_json && self.follow, |step| step == meant || step.is_part_of(meant))
    }
}

/// Refuses a step that the run does not have. With `follow`, a step may still be expanded into it.
fn check_step(run: &StoredRun, step: &StepPath, follow: bool) -> Result<(), CliError> {
    let report = run.report()?;
    if report.step(step).is_some() {
        return Ok(());
    }
    let mut wholes = std::iter::successors(step.parent(), StepPath::parent);
    let nearest = wholes.find_map(|whole| report.step(&whole));
    if follow && nearest.is_some_and(|whole| whole.expansion.is_none() && !whole.status.is_ended()) {
        return Ok(());
    }
    let known = report.steps.iter().filter(|step| !step.id.is_handler()).map(|step| step.id.clone()).collect();
    Err(HomeError::NoStep { job: report.job.clone(), step: step.to_string(), known }.into())
}

impl AttachArgs {
    /// Shows a run as the process does that executes it.
    pub async fn attach(self) -> Result<Exit, CliError> {
        let run = self.id.find()?;
        let output = self.output.output;
        if output == Output::Text && run.info.state == RunState::Open {
            out::error(&render::runs::attached(&run.info));
        }
        let title =
            |step: &StepReport| StepTitle { id: step.id.clone(), uses: step.uses.clone(), finally: step.finally };
        let first = run.events(0)?;
        let first = Report::of(first.first()).ok().flatten();
        let titles: Vec<_> = first.iter().flat_map(|report| &report.steps).map(title).collect();
        let follower = Follower::new(output, Extent::Screen, &titles);
        let observer = follower.observer();
        let Some(report) = look_on(&run, |event| observer(event)).await? else { return Ok(Exit::Succeeded) };
        follower.finish(&report, reason(&report));
        Ok(exit(&report, reason(&report)))
    }
}

impl WaitArgs {
    /// Waits until none of the runs goes on. The exit code is that of the first of them that did not succeed.
    pub async fn wait(self) -> Result<Exit, CliError> {
        let runs = open_home()?.runs();
        let runs = self.runs.iter().map(|run| runs.find(run)).collect::<Result<Vec<_>, _>>()?;
        let output = self.output.output;
        let mut exits: Vec<Option<Exit>> = vec![None; runs.len()];
        let mut watches: Vec<_> = runs.iter().map(|_| Unheld::default()).collect();
        loop {
            for ((run, ended), unheld) in runs.iter().zip(&mut exits).zip(&mut watches) {
                if ended.is_some() {
                    continue;
                }
                let now = run.info_now()?;
                if now.as_ref().is_some_and(|now| now.state == RunState::Open) {
                    unheld.look(now.as_ref());
                    continue;
                }
                let report = run.report()?;
                let code = exit(&report, reason(&report));
                *ended = Some(code);
                output.print(|| render::report::ending(&report), || render::runs::stopped_json(&report, code.code()));
            }
            if exits.iter().all(Option::is_some) || out::lost().is_some() {
                break;
            }
            tokio::time::sleep(POLL).await;
        }
        Ok(exits.into_iter().flatten().find(|exit| *exit != Exit::Succeeded).unwrap_or(Exit::Succeeded))
    }
}

/// Why a run that another process executed has stopped.
fn reason(report: &Report) -> HaltReason {
    if report.outcome.is_none() && report.paused.is_some() { HaltReason::Paused } else { HaltReason::Ended }
}

/// Tells once that no process executes a run.
#[derive(Default)]
struct Unheld {
    since: Option<Instant>,
    is_told: bool,
}

impl Unheld {
    fn look(&mut self, run: Option<&RunInfo>) {
        let Some(run) = run.filter(|run| run.held_by.is_none() && run.state == RunState::Open) else {
            *self = Self::default();
            return;
        };
        let since = *self.since.get_or_insert_with(Instant::now);
        if since.elapsed() > UNHELD && !self.is_told {
            out::error(&render::runs::unheld(&run.id));
            self.is_told = true;
        }
    }
}

/// Passes on every record of a run until the run stops, and gives its report. None when standard output is lost.
async fn look_on(run: &StoredRun, mut see: impl FnMut(&Event)) -> Result<Option<Report>, CliError> {
    let (mut last, mut unheld) = (0, Unheld::default());
    loop {
        // Read before the events, so that no record is missed that is written in between.
        let now = run.info_now()?;
        for event in run.events(last)? {
            last = event.seq;
            see(&event);
        }
        if out::lost().is_some() {
            return Ok(None);
        }
        if now.as_ref().is_none_or(|now| now.state != RunState::Open) {
            return Ok(Some(run.report()?));
        }
        unheld.look(now.as_ref());
        tokio::time::sleep(POLL).await;
    }
}
