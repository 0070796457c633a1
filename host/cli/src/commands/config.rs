//! `stepwell config show`.

use clap::{Args, Subcommand};
use stepwell_home::default_path;

use crate::args::{Output, OutputArgs, ProjectArgs};
use crate::error::{CliError, Exit};
use crate::operator::open_home;
use crate::{out, render};

/// `stepwell config …`.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Show every setting, its value, and the file and line that it comes from
    Show(ShowArgs),
}

/// `stepwell config show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    #[command(flatten)]
    project: ProjectArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl ConfigCommand {
    pub fn carry_out(self) -> Result<Exit, CliError> {
        let Self::Show(args) = self;
        let config = open_home()?.config(args.project.project.as_deref())?;
        match args.output.output {
            Output::Text => {
                let home = default_path()?;
                let project =
                    config.project.as_ref().map_or_else(|| "none".to_owned(), |path| path.display().to_string());
                let paths = [("STEPWELL_HOME", home.display().to_string()), ("project", project)];
                out::text(&render::pairs(paths, ""));
                out::text(&format!("\n{}", render::config::list(&config.settings)));
            }
            Output::Json => config.settings.iter().for_each(|setting| out::json(&render::config::json(setting))),
        }
        Ok(Exit::Succeeded)
    }
}
