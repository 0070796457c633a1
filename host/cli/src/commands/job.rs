//! `stepwell job check|plan|policy|import`.

use stepwell_aws::{Secrets, SourceFound};
use stepwell_model::credentials::Base;
use stepwell_model::plan::PluginCall;

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
        JobCommand::Import(args) => super::import::import(&args)?,
    }
    Ok(Exit::Succeeded)
}

/// What the steps find that leave their credentials to the AWS SDK; none when no step does.
async fn source(planned: &Planned) -> Result<Option<SourceFound>, CliError> {
    let is_left =
        |call: &&PluginCall| call.credentials.base == Base::DefaultChain && call.plugin.imports.need_credentials();
    match planned.plan.plugin_calls().into_iter().map(|(_, _, call)| call).find(is_left) {
        Some(call) => Ok(planned.access(Secrets::default())?.1.source(&call.credentials).await),
        None => Ok(None),
    }
}
