//! `stepwell schema`.

use clap::{Args, ValueEnum};
use stepwell_model::file_schema;

use crate::error::Exit;
use crate::out;

/// `stepwell schema`.
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// The kind of file
    #[arg(value_enum)]
    file: FileKind,
}

/// The kinds of files that people write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FileKind {
    /// A job
    Job,
    /// project.toml
    Project,
    /// stepwell.toml
    System,
}

impl SchemaArgs {
    pub fn print(&self) -> Exit {
        let schema = match self.file {
            FileKind::Job => file_schema::job(),
            FileKind::Project => file_schema::project(),
            FileKind::System => file_schema::system(),
        };
        out::line(&format!("{schema:#}"));
        Exit::Succeeded
    }
}
