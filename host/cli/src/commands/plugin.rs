//! `stepwell plugin list|inspect`.

use std::path::Path;

use stepwell_engine::Library;
use stepwell_engine::plugins::Loaded;

use crate::args::{Output, PluginCommand};
use crate::error::{CliError, Exit};
use crate::setup::{Home, ProjectDir};
use crate::{out, render};

/// Carries the command out.
pub async fn plugin(command: PluginCommand) -> Result<Exit, CliError> {
    match command {
        PluginCommand::List { project, output } => list(&library(project.as_deref())?, output.output).await,
        PluginCommand::Inspect { plugin, project, output } => {
            let Loaded { plugin, .. } = find(&library(project.as_deref())?, &plugin).await?;
            match output.output {
                Output::Text => out::text(&render::plugin::text(&plugin)),
                Output::Json => out::json(&render::plugin::json(&plugin)),
            }
            Ok(Exit::Succeeded)
        }
    }
}

fn library(project: Option<&Path>) -> Result<Library, CliError> {
    let project = ProjectDir::of(project, Path::new("./here"))?;
    Home::open()?.library(project.as_ref())
}

/// Lists what can be used, and says of everything else why not.
async fn list(library: &Library, output: Output) -> Result<Exit, CliError> {
    let mut plugins = Vec::new();
    let mut exit = Exit::Succeeded;
    for name in library.names()?.into_keys() {
        match library.load(&name).await {
            Ok(loaded) => plugins.extend(loaded.map(|loaded| loaded.plugin)),
            Err(error) => {
                out::error(&render::explain(&error));
                exit = Exit::Wrong;
            }
        }
    }
    match output {
        Output::Text => out::text(&render::plugin::list(&plugins)),
        Output::Json => plugins.iter().for_each(|plugin| out::json(&render::plugin::json(plugin))),
    }
    Ok(exit)
}

async fn find(library: &Library, plugin: &str) -> Result<Loaded, CliError> {
    if plugin.contains(['/', '.']) {
        return Ok(library.load_file(Path::new(plugin)).await?);
    }
    let unknown = || -> Result<CliError, CliError> {
        Ok(CliError::NoPlugin { name: plugin.to_owned(), known: library.names()?.into_keys().collect() })
    };
    let Ok(name) = plugin.parse() else { return Err(unknown()?) };
    match library.load(&name).await? {
        Some(loaded) => Ok(loaded),
        None => Err(unknown()?),
    }
}
