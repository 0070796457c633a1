//! `stepwell job check|plan|policy`.

use stepwell_aws::{Secrets, SourceFound};
use stepwell_model::credentials::Base;
use stepwell_model::plan::PlannedStep;

use crate::args::{JobCommand, Output};
use crate::error::{CliError, Exit};
use crate::setup::Planned;
use crate::{out, render, setup};

/// Carries the command out.
pub async fn job(command: JobCommand) -> Result<Exit, CliError> {
    match command {
        JobCommand::Check(args) => {
            let plan = setup::plan(&args, false).await?.plan;
            out::line(&render::plan::checked(&plan));
        }
        JobCommand::Plan { job, output } => {
            let planned = setup::plan(&job, false).await?;
            let source = source(&planned).await?;
            match output.output {
                Output::Text => out::text(&render::plan::text(&planned.plan, source.as_ref())),
                Output::Json => out::json(&render::plan::json(&planned.plan, source.as_ref())),
            }
        }
        JobCommand::Policy(args) => {
            let plan = setup::plan(&args, false).await?.plan;
            out::line(&format!("{:#}", stepwell_model::policy::policy(&plan)));
        }
    }
    Ok(Exit::Succeeded)
}

/// What the steps find that leave their credentials to the AWS SDK; none when no step does.
async fn source(planned: &Planned) -> Result<Option<SourceFound>, CliError> {
    let is_left =
        |step: &&PlannedStep| step.credentials.base == Base::DefaultChain && step.plugin.imports.need_credentials();
    match planned.plan.steps.iter().find(is_left) {
        Some(step) => Ok(planned.access(Secrets::default())?.1.source(&step.credentials).await),
        None => Ok(None),
    }
}
