use std::path::{Path, PathBuf};

use stepwell_model::NextAction;

/// Why a program did not run up to the point where it was to be killed.
#[derive(Debug, thiserror::Error)]
pub enum KilledError {
    /// The program was not started, or the system forbids tracing.
    #[error("the program could not be traced")]
    NotTraced {
        /// The tracer's message.
        said: String,
    },
    /// The program failed, although it was to run to its end.
    #[error("the program ended with {status}")]
    Failed {
        /// Its exit code, or the negative number of its signal.
        status: i32,
        /// Its standard error.
        said: String,
    },
    /// The tracer itself failed.
    #[error("tests/emulators/kill_at.py left no report")]
    NoReport {
        /// The tracer's output.
        said: String,
    },
    /// A file or program could not be used.
    #[error("could not use {}", path.display())]
    File {
        /// The file, folder or program.
        path: PathBuf,
        /// The operating system's error.
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
            Self::NotTraced { .. } => "run this on Linux 5.3 or newer with ptrace and seccomp allowed".to_owned(),
            Self::Failed { .. } => "correct the program, or its arguments in the test".to_owned(),
            Self::NoReport { .. } => "run tests/emulators/kill_at.py by hand with the same program".to_owned(),
            Self::File { path, .. } => format!("check that {} exists and that you may use it", path.display()),
        }
    }
}
