//! `stepwell schema`.

use clap::{Args, ValueEnum};
use stepwell_model::file_schema;

use crate::error::Exit;
use crate::out;

/// `stepwell schema`.
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// What the schema is of
    #[arg(value_enum)]
    file: FileKind,
}

/// What has a schema: the files that people write, and the lines that programs read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FileKind {
    /// A job
    Job,
    /// project.toml
    Project,
    /// stepwell.toml
    System,
    /// A record of a run, as `--output json` prints it
    Event,
    /// The report of a run
    Report,
}

impl SchemaArgs {
    pub fn print(&self) -> Exit {
        let schema = match self.file {
            FileKind::Job => file_schema::job(),
            FileKind::Project => file_schema::project(),
            FileKind::System => file_schema::system(),
            FileKind::Event => file_schema::event(),
            FileKind::Report => file_schema::report(),
        };
        out::line(&format!("{schema:#}"));
        Exit::Succeeded
    }
}
