//! `stepwell job check|plan|policy`.

use crate::args::{JobCommand, Output};
use crate::error::{CliError, Exit};
use crate::{out, render, setup};

/// Carries the command out.
pub async fn job(command: JobCommand) -> Result<Exit, CliError> {
    match command {
        JobCommand::Check(args) => {
            let plan = setup::plan(&args, false).await?.plan;
            out::line(&render::plan::checked(&plan));
        }
        JobCommand::Plan { job, output } => {
            let plan = setup::plan(&job, false).await?.plan;
            match output.output {
                Output::Text => out::text(&render::plan::text(&plan)),
                Output::Json => out::json(&render::plan::json(&plan)),
            }
        }
        JobCommand::Policy(args) => {
            let plan = setup::plan(&args, false).await?.plan;
            out::line(&format!("{:#}", stepwell_model::policy::policy(&plan)));
        }
    }
    Ok(Exit::Succeeded)
}
