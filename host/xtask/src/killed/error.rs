use std::path::{Path, PathBuf};

use stepwell_model::NextAction;

/// Why a program was not run to the point where it was to be killed.
#[derive(Debug, thiserror::Error)]
pub enum KilledError {
    /// It was not started, or the system does not let one process follow another.
    #[error("the program could not be traced")]
    NotTraced {
        /// What hindered it.
        said: String,
    },
    /// It was to run to its end, and failed.
    #[error("the program ended with {status}")]
    Failed {
        /// Its exit code, or its signal, below zero.
        status: i32,
        /// What it wrote to standard error.
        said: String,
    },
    /// The tracer itself failed.
    #[error("tests/emulators/kill_at.py left no report")]
    NoReport {
        /// What it wrote.
        said: String,
    },
    /// A file or program could not be used.
    #[error("could not use {}", path.display())]
    File {
        /// The file, folder or program.
        path: PathBuf,
        /// Why it could not.
        source: std::io::Error,
    },
}

impl KilledError {
    pub(super) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}

impl NextAction for KilledError {
    fn because(&self) -> String {
        match self {
            Self::NotTraced { said } => said.clone(),
            Self::Failed { said, .. } | Self::NoReport { said } if said.trim().is_empty() => {
                "it wrote nothing".to_owned()
            }
            Self::Failed { said, .. } | Self::NoReport { said } => said.trim().to_owned(),
            Self::File { source, .. } => source.to_string(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::NotTraced { .. } => "run this where ptrace and seccomp are allowed, on Linux 5.3 or newer".to_owned(),
            Self::Failed { .. } => "mend the program, or what the test gives it".to_owned(),
            Self::NoReport { .. } => "run tests/emulators/kill_at.py by hand with the same program".to_owned(),
            Self::File { path, .. } => format!("see to it that {} exists and can be used", path.display()),
        }
    }
}
