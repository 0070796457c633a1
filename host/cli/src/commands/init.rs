//! `stepwell init`.

use std::path::PathBuf;

use clap::Args;
use stepwell_home::init;

use crate::error::{CliError, Exit};
use crate::out;
use crate::render::printable;

/// `stepwell init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The directory, which is made if it does not exist
    #[arg(value_name = "DIR", default_value = ".")]
    directory: PathBuf,
}

impl InitArgs {
    pub fn make(&self) -> Result<Exit, CliError> {
        for path in init(&self.directory)? {
            out::line(&format!("made {}", printable(&path.display().to_string())));
        }
        let job = self.directory.join("list-instances.toml");
        out::line(&format!(
            "next: `stepwell run {}` lists instances of your account",
            printable(&job.display().to_string())
        ));
        Ok(Exit::Succeeded)
    }
}
