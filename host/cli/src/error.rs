//! How a command ends: its exit code, and the three lines of its error.

use std::process::ExitCode;

use stepwell_home::{ErrorKind, HomeError};
use stepwell_model::NextAction;
use stepwell_model::error::last_cause;

/// How a command ended, for the caller's `$?`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Succeeded,
    Failed,
    Wrong,
    Refused,
    Broken,
    Paused,
    Cancelled,
    Left,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Succeeded => 0,
            Self::Failed => 1,
            Self::Wrong => 2,
            Self::Refused => 3,
            Self::Broken => 4,
            Self::Paused => 5,
            Self::Cancelled => 130,
            Self::Left => 143,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

impl From<ErrorKind> for Exit {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Wrong => Self::Wrong,
            ErrorKind::Refused => Self::Refused,
            ErrorKind::Paused => Self::Paused,
            ErrorKind::Broken => Self::Broken,
        }
    }
}

/// Why a command could not be carried out: its exit code, and the three lines that people see.
///
/// A command makes its own errors where it finds them, words included. Those of the front office bring their words
/// along.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct CliError {
    exit: Exit,
    what: String,
    because: String,
    next: String,
}

impl CliError {
    /// An error of the command line or of the host.
    pub fn new(exit: Exit, what: impl Into<String>, because: impl Into<String>, next: impl Into<String>) -> Self {
        Self { exit, what: what.into(), because: because.into(), next: next.into() }
    }

    /// An error that explains itself.
    pub fn explained(exit: Exit, error: &dyn NextAction) -> Self {
        Self::new(exit, error.to_string(), error.because(), error.next())
    }

    /// A function of the operating system that failed. `what` follows "cannot".
    pub fn system(what: &'static str, error: &std::io::Error) -> Self {
        HomeError::System { what, reason: last_cause(error) }.into()
    }

    /// The same error, each of its lines in other words.
    pub fn in_words(self, words: &impl Fn(&str) -> String) -> Self {
        let Self { exit, what, because, next } = self;
        Self::new(exit, words(&what), words(&because), words(&next))
    }

    /// The exit code.
    pub fn exit(&self) -> Exit {
        self.exit
    }
}

impl<E: Into<HomeError>> From<E> for CliError {
    fn from(error: E) -> Self {
        let error = error.into();
        Self::explained(error.kind().into(), &error)
    }
}

impl NextAction for CliError {
    fn because(&self) -> String {
        self.because.clone()
    }

    fn next(&self) -> String {
        self.next.clone()
    }
}
