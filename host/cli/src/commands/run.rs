//! `stepwell run`.

use clap::Args;

use super::job::warn;
use crate::args::{JobArgs, Output, OutputArgs};
use crate::error::{CliError, Exit};
use crate::follow::{Follower, follow};
use crate::operator::open_home;
use crate::render;

/// `stepwell run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    #[command(flatten)]
    job: JobArgs,
    /// Make no change: the run reads, shows its first change and ends before it
    #[arg(long)]
    dry_run: bool,
    /// Return at once; a background process executes the run
    #[arg(long, short = 'd')]
    detach: bool,
    #[command(flatten)]
    output: OutputArgs,
}

impl RunArgs {
    pub fn output(&self) -> Output {
        self.output.output
    }

    /// Runs a job and follows the run.
    pub async fn run(self) -> Result<Exit, CliError> {
        let home = open_home()?;
        let planned = home.plan(&self.job.request(true)).await?;
        warn(&planned.plan);
        let output = self.output.output;
        if self.detach {
            let run = planned.start_detached(self.dry_run).await?;
            output.print(|| render::runs::detached(&run), || render::runs::detached_json(&run));
            return Ok(Exit::Succeeded);
        }
        let follower = Follower::new(output, &planned.plan.titles(None));
        let watch = planned.start(self.dry_run, follower.observer()).await?;
        follow(home.engine().await?, watch, follower).await
    }
}
