//! Why plugins could not be built, and what to do about it.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use stepwell_model::NextAction;

/// Why plugins could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// No compiler can build for the target, and none could be installed.
    #[error("no Rust compiler here builds for `{target}`")]
    NoTarget {
        /// The target triple.
        target: &'static str,
        /// The result of every route, in the order in which they were tried.
        tried: Vec<String>,
    },
    /// There is a compiler, but no linker for WebAssembly.
    #[error("no linker for WebAssembly found")]
    NoLinker,
    /// A program could not be started.
    #[error("`{program}` could not be started")]
    Start {
        /// The program.
        program: String,
        /// The operating system's error.
        source: std::io::Error,
    },
    /// A program ran and failed.
    #[error("`{program}` failed with {status}")]
    Failed {
        /// The program.
        program: String,
        /// Its exit status.
        status: ExitStatus,
        /// The last lines of its output; empty when it wrote to the terminal itself.
        output: String,
    },
    /// A file or folder could not be read or written.
    #[error("could not {action} {}", path.display())]
    File {
        /// The operation, as in `could not read`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
    },
    /// The WIT package with the contract does not parse, or has no such world.
    #[error("the contract in {} cannot be read", path.display())]
    Contract {
        /// The folder.
        path: PathBuf,
        /// The parser's message.
        reason: String,
    },
    /// No component can be made of the core module.
    #[error("plugin `{plugin}` did not become a component")]
    NotAComponent {
        /// The plugin's crate.
        plugin: String,
        /// The encoder's message.
        reason: String,
    },
    /// The component's imports or exports are not those of the contract.
    #[error("plugin `{plugin}` does not fit the contract")]
    Unfit {
        /// The plugin's crate.
        plugin: String,
        /// The validator's message.
        reason: String,
    },
}

impl NextAction for BuildError {
    fn because(&self) -> String {
        match self {
            Self::NoTarget { tried, .. } => tried.join("; "),
            Self::NoLinker => "neither `rust-lld` of a Rust toolchain nor `wasm-ld` is on this machine".to_owned(),
            Self::Start { source, .. } | Self::File { source, .. } => source.to_string(),
            Self::Failed { output, .. } if output.is_empty() => "its messages are above".to_owned(),
            Self::Failed { output, .. } => output.clone(),
            Self::Contract { reason, .. } | Self::NotAComponent { reason, .. } | Self::Unfit { reason, .. } => {
                reason.clone()
            }
        }
    }

    fn next(&self) -> String {
        match self {
            Self::NoTarget { target, .. } => format!(
                "with rustup, run `rustup target add {target}`; on Debian, run \
                 `apt-get install rustc-web rust-web-src`; then build again"
            ),
            Self::NoLinker => "install `lld`, for instance with `apt-get install lld-19`".to_owned(),
            Self::Start { program, .. } => format!("install `{program}` or put it on the PATH"),
            Self::Failed { .. } => "fix the reported error and build again".to_owned(),
            Self::File { path, .. } => format!("check that {} exists and that you may write to it", path.display()),
            Self::Contract { path, .. } => format!("correct the WIT files in {}", path.display()),
            Self::NotAComponent { .. } => {
                "export the step with `stepwell_plugin::export!` and build it as a `cdylib`".to_owned()
            }
            Self::Unfit { .. } => {
                "generate the bindings again from this contract, or build with the SDK that belongs to it".to_owned()
            }
        }
    }
}

impl BuildError {
    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { action, path, source }
    }

    pub(crate) fn start(command: &Command) -> impl FnOnce(std::io::Error) -> Self {
        let program = name(command);
        move |source| Self::Start { program, source }
    }

    pub(crate) fn failed(command: &Command, status: ExitStatus, output: &[u8]) -> Self {
        Self::Failed { program: name(command), status, output: last_lines(&String::from_utf8_lossy(output)) }
    }
}

fn name(command: &Command) -> String {
    Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned()
}

const LINES: usize = 12;

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines.iter().skip(lines.len().saturating_sub(LINES)).copied().collect::<Vec<_>>().join("\n")
}
