//! `stepwell plugin list|inspect`.

use clap::{Args, Subcommand};

use crate::args::{Output, OutputArgs, ProjectArgs};
use crate::error::{CliError, Exit};
use crate::operator::open_home;
use crate::{complete, out, render};

/// `stepwell plugin …`.
#[derive(Debug, Subcommand)]
pub enum PluginCommand {
    /// List the plugins that jobs can use
    List(ListArgs),
    /// Show what a plugin is, what it imports and which IAM actions that amounts to
    Inspect(InspectArgs),
}

/// `stepwell plugin list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    project: ProjectArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// `stepwell plugin inspect`.
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// A component (`….wasm`), or the name of a plugin
    #[arg(add = complete::plugins())]
    plugin: String,
    #[command(flatten)]
    project: ProjectArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl PluginCommand {
    pub async fn carry_out(self) -> Result<Exit, CliError> {
        match self {
            Self::List(args) => args.list().await,
            Self::Inspect(args) => args.inspect().await,
        }
    }
}

impl ListArgs {
    /// Lists the usable plugins, and explains why the others are not.
    async fn list(self) -> Result<Exit, CliError> {
        let listing = open_home()?.plugins(self.project.project.as_deref()).await?.list().await?;
        listing.unusable.iter().for_each(|error| out::error(&render::explain(error)));
        match self.output.output {
            Output::Text => out::text(&render::plugin::list(&listing.plugins)),
            Output::Json => listing.plugins.iter().for_each(|plugin| out::json(&render::plugin::json(plugin))),
        }
        Ok(if listing.unusable.is_empty() { Exit::Succeeded } else { Exit::Wrong })
    }
}

impl InspectArgs {
    async fn inspect(self) -> Result<Exit, CliError> {
        let plugin = open_home()?.plugins(self.project.project.as_deref()).await?.find(&self.plugin).await?;
        self.output.output.print(|| render::plugin::text(&plugin), || render::plugin::json(&plugin));
        Ok(Exit::Succeeded)
    }
}
