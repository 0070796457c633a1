//! `stepwell completions` and `stepwell man`.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _, ValueEnum};
use clap_complete::env::Shells;
use stepwell_model::error::last_cause;

use super::Cli;
use crate::complete::VARIABLE;
use crate::error::{CliError, Exit};
use crate::out;

/// `stepwell completions`.
///
/// The script calls the program at each completion, so it knows job files, options, runs and plugins.
#[derive(Debug, Args)]
#[command(after_help = INSTALL)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

const INSTALL: &str = "\
The script completes the names of commands, job files, options, steps, runs, plugins and keys. To load it:
  bash        echo 'source <(stepwell completions bash)' >> ~/.bashrc
  zsh         echo 'source <(stepwell completions zsh)' >> ~/.zshrc
  fish        echo 'stepwell completions fish | source' > ~/.config/fish/completions/stepwell.fish
  powershell  stepwell completions powershell >> $PROFILE";

/// The shells that can complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
    Powershell,
}

impl Shell {
    fn name(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Zsh => "zsh",
            Self::Fish => "fish",
            Self::Powershell => "powershell",
        }
    }
}

impl CompletionsArgs {
    pub fn print(&self) -> Result<Exit, CliError> {
        let program = std::env::current_exe().map_err(|error| CliError::system("find its own program", &error))?;
        let program = program.to_string_lossy();
        let (shells, mut script) = (Shells::builtins(), Vec::new());
        let completer = shells.completer(self.shell.name());
        let written = completer.map(|shell| shell.write_registration(VARIABLE, NAME, NAME, &program, &mut script));
        written.transpose().map_err(|error| CliError::system("write the script", &error))?;
        out::text(&String::from_utf8_lossy(&script));
        Ok(Exit::Succeeded)
    }
}

/// The command that shells complete.
const NAME: &str = "stepwell";

/// `stepwell man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// The directory that gets one page for each command, such as ~/.local/share/man/man1
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

impl ManArgs {
    pub fn write(&self) -> Result<Exit, CliError> {
        let directory = self.directory.display();
        let failed = |error: std::io::Error| {
            let next = "make the directory, or name another one";
            let what = format!("the manual pages cannot be written to `{directory}`");
            CliError::new(Exit::Wrong, what, last_cause(&error), next)
        };
        std::fs::create_dir_all(&self.directory).map_err(failed)?;
        clap_mangen::generate_to(Cli::command(), &self.directory).map_err(failed)?;
        out::line(&format!(
            "the manual pages are in {directory}; `man stepwell` reads them where MANPATH has its parent"
        ));
        Ok(Exit::Succeeded)
    }
}
