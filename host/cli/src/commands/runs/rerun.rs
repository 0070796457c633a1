//! `stepwell runs rerun`: a job again, from where an earlier run of it stopped.

use clap::Args;
use stepwell_home::RerunFrom;
use stepwell_model::id::StepPath;

use super::RunIdArgs;
use crate::args::{Extent, OutputArgs, name};
use crate::commands::run::start;
use crate::error::{CliError, Exit};
use crate::operator::open_home;
use crate::render;

/// `stepwell runs rerun`.
#[derive(Debug, Args)]
pub struct RerunArgs {
    #[command(flatten)]
    id: RunIdArgs,
    #[command(flatten)]
    from: FromArgs,
    /// Show what the new run would take over and what it would run, and start no run
    #[arg(long)]
    plan: bool,
    /// Make no change: the run reads, and shows the changes that it would make
    #[arg(long, conflicts_with = "plan")]
    dry_run: bool,
    /// Return at once; a background process executes the run
    #[arg(long, short = 'd', conflicts_with = "plan")]
    detach: bool,
    #[command(flatten)]
    output: OutputArgs,
}

/// Where the job begins again.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct FromArgs {
    /// Run the steps and items that did not succeed; the others keep their results
    #[arg(long)]
    from_failed: bool,
    /// Run this step of the job and all later ones; those before it keep their results
    #[arg(long, value_name = "STEP", value_parser = name::<StepPath>)]
    from: Option<StepPath>,
    /// Run these items of lists, such as `patch[2]`; the other items keep their results, also failed ones
    #[arg(long, value_name = "ITEM", value_delimiter = ',', value_parser = name::<StepPath>)]
    only: Vec<StepPath>,
}

impl RerunArgs {
    pub async fn rerun(self) -> Result<Exit, CliError> {
        let home = open_home()?;
        let run = home.runs().find(&self.id.run)?;
        let from = match self.from.from {
            Some(step) => RerunFrom::Step(step),
            None if self.from.from_failed => RerunFrom::Failed,
            None => RerunFrom::Items(self.from.only),
        };
        let planned = home.plan(&run.request()?).await?.from_where(&run, &from)?;
        let output = self.output.output;
        if self.plan {
            let over = planned.taken_over().cloned().unwrap_or_default();
            let id = &run.info.id;
            output.print(|| render::runs::rerun(id, &over), || render::runs::rerun_json(id, &over));
            return Ok(Exit::Succeeded);
        }
        start(&home, planned, self.dry_run, self.detach, (output, Extent::Screen)).await
    }
}
