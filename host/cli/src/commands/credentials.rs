//! `stepwell credentials show|validate|trust`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use stepwell_home::{CredentialsQuery, ResolvedCredentials};

use crate::args::{ConfirmArgs, OutputArgs, ProjectArgs};
use crate::error::{CliError, Exit};
use crate::operator::{confirm, open_home};
use crate::{complete, render};

/// `stepwell credentials …`.
#[derive(Debug, Subcommand)]
pub enum CredentialsCommand {
    /// Show which level names credentials and region, and what they are; nothing secret
    Show(UseArgs),
    /// Ask AWS whose the credentials are (sts:GetCallerIdentity), and verify the roles on the way
    Validate(UseArgs),
    /// Print the account, the external id and the trust policy that a role needs so that this host may assume it
    Trust(TrustArgs),
}

/// Which credentials are meant.
#[derive(Debug, Args)]
pub struct UseArgs {
    /// Those of the steps of this job
    #[arg(long, value_name = "JOB", add = complete::jobs())]
    job: Option<PathBuf>,
    /// Those of this step alone
    #[arg(long, value_name = "STEP", requires = "job")]
    step: Option<String>,
    /// The directory of project.toml [default: the nearest one above the job file, or at or above the current directory]
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
}

/// `stepwell credentials trust`.
#[derive(Debug, Args)]
pub struct TrustArgs {
    #[command(flatten)]
    project: ProjectArgs,
    /// Generate another external id; the last one is kept, to recognise roles that still require it
    #[arg(long)]
    rotate: bool,
    #[command(flatten)]
    confirm: ConfirmArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl CredentialsCommand {
    pub async fn carry_out(self) -> Result<Exit, CliError> {
        match self {
            Self::Show(args) => args.show().await,
            Self::Validate(args) => args.validate().await,
            Self::Trust(args) => args.trust().await,
        }
    }
}

impl UseArgs {
    async fn show(self) -> Result<Exit, CliError> {
        let (output, found) = (self.output.output, self.find().await?);
        for used in &found.uses {
            let source = found.source(used).await;
            let text = || render::credentials::text(used, source.as_ref());
            output.print(text, || render::credentials::json(used, source.as_ref()));
        }
        Ok(Exit::Succeeded)
    }

    async fn validate(self) -> Result<Exit, CliError> {
        let (output, found) = (self.output.output, self.find().await?);
        for used in &found.uses {
            let caller = found.caller(used).await?;
            let text = || render::credentials::caller(used, &caller);
            output.print(text, || render::credentials::caller_json(used, &caller));
        }
        Ok(Exit::Succeeded)
    }

    async fn find(self) -> Result<ResolvedCredentials, CliError> {
        let Self { job, step, project, .. } = self;
        Ok(open_home()?.credentials(&CredentialsQuery { job, step, project }).await?)
    }
}

impl TrustArgs {
    async fn trust(self) -> Result<Exit, CliError> {
        let home = open_home()?;
        if self.rotate {
            confirm(
                &self.confirm,
                "replace the external id, after which no role can be assumed that requires the present one",
            )?;
        }
        let trust = home.trust(self.project.project.as_deref(), self.rotate).await?;
        self.output.output.print(|| render::credentials::trust(&trust), || render::credentials::trust_json(&trust));
        Ok(Exit::Succeeded)
    }
}
