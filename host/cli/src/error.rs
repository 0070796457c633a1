//! How a command ends: its exit code, and the three lines of its error.

use std::process::ExitCode;

use stepwell_home::{ErrorKind, HomeError};
use stepwell_model::NextAction;
use stepwell_model::error::last_cause;
use stepwell_model::source::Place;

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
    /// The place in a file that is wrong.
    place: Option<Place>,
    /// Further errors of the same kind, such as those of one job file.
    others: Vec<CliError>,
}

impl CliError {
    /// An error of the command line or of the host.
    pub fn new(exit: Exit, what: impl Into<String>, because: impl Into<String>, next: impl Into<String>) -> Self {
        let (what, because, next) = (what.into(), because.into(), next.into());
        Self { exit, what, because, next, place: None, others: Vec::new() }
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
        let Self { exit, what, because, next, place, others } = self;
        let others = others.into_iter().map(|other| other.in_words(words)).collect();
        Self { place, others, ..Self::new(exit, words(&what), words(&because), words(&next)) }
    }

    /// The exit code.
    pub fn exit(&self) -> Exit {
        self.exit
    }

    /// The place in a file that is wrong; none when no file is, or the error does not know it.
    pub fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    /// This error and the others of the same kind.
    pub fn all(&self) -> Vec<&Self> {
        std::iter::once(self).chain(&self.others).collect()
    }
}

impl<E: Into<HomeError>> From<E> for CliError {
    fn from(error: E) -> Self {
        let (error, mut all) = (error.into(), Vec::new());
        for one in error.all() {
            all.push(Self { place: one.place().cloned(), ..Self::explained(one.kind().into(), one) });
        }
        let first = all.remove(0);
        Self { others: all, ..first }
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
