use std::path::{Path, PathBuf};

use stepwell_model::NextAction;

use super::problem::Problem;
use crate::python::PythonError;

/// A failure to make the archive of the models.
#[derive(Debug, thiserror::Error)]
pub enum ModelsError {
    /// The packages could not be installed.
    #[error("{0}")]
    Python(#[from] PythonError),
    /// A package is not where pip installs it.
    #[error("`{package}` is not installed")]
    NotInstalled {
        /// Its name.
        package: &'static str,
        /// The folder where it was looked for.
        folder: PathBuf,
    },
    /// The converter does not know something in a file.
    #[error("the converter does not understand {}", file.display())]
    Data {
        /// The file.
        file: PathBuf,
        /// What it does not know.
        problem: Problem,
    },
    /// The reviewed rows do not fit the data.
    #[error("host/xtask/src/models/rows/{name} does not fit the packages")]
    Rows {
        /// The file.
        name: &'static str,
        /// What does not fit.
        problem: Problem,
    },
    /// A file could not be read or written.
    #[error("could not use {}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
}

impl ModelsError {
    pub(super) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}

impl NextAction for ModelsError {
    fn because(&self) -> String {
        match self {
            Self::Python(error) => error.because(),
            Self::NotInstalled { folder, .. } => format!("{} does not have it", folder.display()),
            Self::Data { problem, .. } | Self::Rows { problem, .. } => problem.to_string(),
            Self::File { source, .. } => source.to_string(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Python(error) => error.next(),
            Self::NotInstalled { folder, .. } => format!("delete {}, and run again", folder.display()),
            Self::Data { .. } => {
                "pin the earlier version in host/xtask/src/models/requirements.txt, or teach the converter beside it \
                 what is new"
                    .to_owned()
            }
            Self::Rows { name, .. } => format!("review the row in host/xtask/src/models/rows/{name}"),
            Self::File { path, .. } => format!("make sure that {} exists and is accessible", path.display()),
        }
    }
}
