//! `stepwell run`.

use clap::Args;
use stepwell_home::{Home, HomeError, PlannedJob};

use super::job::warn;
use crate::args::{Extent, Output, OutputArgs, ReportArgs, RunJobArgs};
use crate::error::{CliError, Exit};
use crate::follow::{Follower, follow};
use crate::operator::open_home;
use crate::{out, render};

/// `stepwell run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    #[command(flatten)]
    job: RunJobArgs,
    /// Make no change: the run reads, and shows the changes that it would make
    #[arg(long)]
    dry_run: bool,
    /// Return at once; a background process executes the run
    #[arg(long, short = 'd')]
    detach: bool,
    #[command(flatten)]
    report: ReportArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl RunArgs {
    /// Runs a job and follows the run.
    pub async fn run(self) -> Result<Exit, CliError> {
        let home = open_home()?;
        let planned = match self.job.again() {
            None => home.plan(&self.job.request()).await?,
            Some(run) => {
                let run = home.runs().find(run)?;
                if run.info.dry_run && !self.dry_run {
                    out::error(&format!("note: run `{}` was a dry run; this one makes the changes", run.info.id));
                }
                home.plan(&self.job.over(run.request()?)).await?.again(run.info.id.clone())
            }
        };
        start(&home, planned, self.dry_run, self.detach, (self.output.output, self.report.extent)).await
    }
}

/// Starts a run of a planned job, and follows it unless it is detached.
pub async fn start(
    home: &Home,
    planned: PlannedJob,
    dry_run: bool,
    detach: bool,
    (output, extent): (Output, Extent),
) -> Result<Exit, CliError> {
    warn(&planned.plan);
    if detach {
        let run = match planned.start_detached(dry_run).await {
            Ok(run) => run,
            Err(error) => return skipped(error, output),
        };
        let (id, behind) = (&run.run, &run.queued_behind);
        output.print(|| render::runs::detached(id, behind), || render::runs::detached_json(id, behind));
        return Ok(Exit::Succeeded);
    }
    let follower = Follower::new(output, extent, &planned.plan.titles(None));
    match planned.start(dry_run, follower.observer()).await {
        Ok(watch) => follow(home.engine().await?, watch, follower).await,
        Err(error) => skipped(error, output),
    }
}

/// Says that the job started no run, if it says that this is no error.
fn skipped(error: HomeError, output: Output) -> Result<Exit, CliError> {
    let Some(taken) = error.skips() else { return Err(error.into()) };
    output.print(|| render::runs::skipped(taken), || render::runs::skipped_json(taken));
    Ok(Exit::Succeeded)
}
