use std::path::{Path, PathBuf};

use stepwell_model::NextAction;

/// A failure to make a virtual environment.
#[derive(Debug, thiserror::Error)]
pub enum PythonError {
    /// No Python 3 on the path.
    #[error("no Python 3 found")]
    NotFound,
    /// A Python that the emulators do not run on.
    #[error("`{name}` is Python {major}.{minor}, and the emulators need 3.10 or newer")]
    TooOld {
        /// The program.
        name: String,
        /// The first number of its version.
        major: u32,
        /// The second.
        minor: u32,
    },
    /// A Python without the modules for virtual environments.
    #[error("`{name}` cannot make virtual environments")]
    NoVenvModule {
        /// The program.
        name: String,
    },
    /// `python3 -m venv` failed.
    #[error("no virtual environment could be made below `target/venv`")]
    Venv {
        /// Its output.
        said: String,
    },
    /// pip reached no package index.
    #[error("the packages of {} could not be downloaded", requirements.display())]
    Offline {
        /// The requirements file.
        requirements: PathBuf,
        /// The output of pip.
        said: String,
    },
    /// The package index serves another file than the one that was reviewed.
    #[error("a package of {} is not the one that was reviewed", requirements.display())]
    Hash {
        /// The requirements file.
        requirements: PathBuf,
        /// The output of pip.
        said: String,
    },
    /// pip failed for any other reason.
    #[error("the packages of {} could not be installed", requirements.display())]
    Pip {
        /// The requirements file.
        requirements: PathBuf,
        /// The output of pip.
        said: String,
    },
    /// A script of a task failed.
    #[error("a script of this task failed")]
    Script {
        /// Its output.
        said: String,
    },
    /// A file or program could not be used.
    #[error("could not use {}", path.display())]
    File {
        /// The file, folder or program.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
}

impl PythonError {
    pub(super) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }

    pub(super) fn pip(requirements: &Path, said: String) -> Self {
        let requirements = requirements.to_owned();
        // pip announces every new attempt at a connection; its last line then only says that it found no package.
        if said.contains("Retrying (Retry(") {
            return Self::Offline { requirements, said };
        }
        if said.contains("DO NOT MATCH THE HASHES") {
            return Self::Hash { requirements, said };
        }
        Self::Pip { requirements, said }
    }
}

impl NextAction for PythonError {
    fn because(&self) -> String {
        match self {
            Self::NotFound => "`python3` is not on the PATH, or does not run".to_owned(),
            Self::TooOld { .. } => "moto, ministack and microburst declare it (Requires-Python)".to_owned(),
            Self::NoVenvModule { .. } => "its module `ensurepip` is missing".to_owned(),
            Self::Venv { said }
            | Self::Offline { said, .. }
            | Self::Hash { said, .. }
            | Self::Pip { said, .. }
            | Self::Script { said } => last_lines(said),
            Self::File { source, .. } => source.to_string(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::NotFound | Self::TooOld { .. } => {
                "install Python 3.10 or newer with its `venv` module; on Debian and Ubuntu: \
                 `apt-get install python3 python3-venv`"
                    .to_owned()
            }
            Self::NoVenvModule { .. } => "install it; on Debian and Ubuntu: `apt-get install python3-venv`".to_owned(),
            Self::Script { .. } => "correct what it reports, and try again".to_owned(),
            Self::Venv { .. } => "make `target/venv` writable, and try again".to_owned(),
            Self::Offline { .. } => {
                "connect this machine to a Python package index (pip's own settings apply, such as \
                 PIP_INDEX_URL and HTTPS_PROXY), and try again"
                    .to_owned()
            }
            Self::Hash { requirements, .. } => format!(
                "use another package index, or find out why the file differs before the hash in {} is changed",
                requirements.display()
            ),
            Self::Pip { requirements, .. } => {
                format!("correct what pip reports, or the versions in {}", requirements.display())
            }
            Self::File { path, .. } => format!("make sure that {} exists and is accessible", path.display()),
        }
    }
}

const LINES: usize = 6;

fn last_lines(said: &str) -> String {
    let lines: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).collect();
    if lines.is_empty() {
        return "it failed without a word".to_owned();
    }
    lines.iter().skip(lines.len().saturating_sub(LINES)).copied().collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_network_is_told_apart_from_a_wrong_version() {
        let requirements = Path::new("tests/requirements.txt");
        let offline = "WARNING: Retrying (Retry(total=4, connect=None)) after connection broken\nERROR: No matching";
        assert!(matches!(PythonError::pip(requirements, offline.to_owned()), PythonError::Offline { .. }));
        let hash = "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.\nbotocore==1.44.8";
        assert!(matches!(PythonError::pip(requirements, hash.to_owned()), PythonError::Hash { .. }));
        let wrong = "ERROR: No matching distribution found for moto==99";
        let error = PythonError::pip(requirements, wrong.to_owned());
        assert!(matches!(error, PythonError::Pip { .. }));
        assert_eq!(error.because(), wrong);
    }
}
