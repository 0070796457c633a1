//! `stepwell job list|check|plan|policy|import`.

use clap::{Args, Subcommand};

use stepwell_model::plan::Plan;

use super::import::ImportArgs;
use crate::args::{JobArgs, Output, OutputArgs, ProjectArgs};
use crate::error::{CliError, Exit};
use crate::operator::open_home;
use crate::{out, render};

/// `stepwell job …`.
#[derive(Debug, Subcommand)]
pub enum JobCommand {
    /// List the job files of a project
    List(ListArgs),
    /// Check a job file, its plugins and grants; options need not be given
    Check(PlanArgs),
    /// Show what a job means: every default, every plugin, every AWS action
    Plan(PlanArgs),
    /// Print the IAM policy that a job needs: the actions its plugins can call, and no other
    Policy(JobArgs),
    /// Convert Rundeck jobs, or Automation documents of AWS Systems Manager, into job files, and report what these cannot
    /// express
    Import(ImportArgs),
}

/// `stepwell job list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    project: ProjectArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// `stepwell job check` and `stepwell job plan`.
#[derive(Debug, Args)]
pub struct PlanArgs {
    #[command(flatten)]
    job: JobArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl JobCommand {
    pub async fn carry_out(self) -> Result<Exit, CliError> {
        match self {
            Self::List(args) => return args.list(),
            Self::Check(PlanArgs { job, output }) => {
                let planned = open_home()?.plan(&job.request(false)).await?;
                warn(&planned.plan);
                let text = || format!("{}\n", render::plan::checked(&planned.plan));
                output.output.print(text, || render::plan::checked_json(&planned.plan));
            }
            Self::Plan(PlanArgs { job, output }) => {
                let planned = open_home()?.plan(&job.request(false)).await?;
                warn(&planned.plan);
                let (plan, source) = (&planned.plan, planned.default_chain().await?);
                let text = || render::plan::text(plan, source.as_ref());
                output.output.print(text, || render::plan::json(plan, source.as_ref()));
            }
            Self::Policy(args) => {
                let planned = open_home()?.plan(&args.request(false)).await?;
                out::line(&format!("{:#}", planned.policy().await?));
            }
            Self::Import(args) => return args.import(),
        }
        Ok(Exit::Succeeded)
    }
}

impl ListArgs {
    /// Lists the jobs, and explains what is wrong with the files that have steps and are none.
    fn list(self) -> Result<Exit, CliError> {
        let listing = open_home()?.jobs(self.project.project.as_deref())?;
        for error in listing.unusable.into_iter().map(CliError::from) {
            out::error(&render::explain(&error));
        }
        match self.output.output {
            Output::Text => out::text(&render::job::list(&listing.jobs)),
            Output::Json => listing.jobs.iter().for_each(|job| out::json(&render::job::json(job))),
        }
        Ok(Exit::Succeeded)
    }
}

/// Prints what may be wrong with a job, for people.
pub fn warn(plan: &Plan) {
    plan.warnings.iter().for_each(|warning| out::error(&render::warn(warning)));
}
