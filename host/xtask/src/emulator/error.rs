use std::path::{Path, PathBuf};
use std::time::Duration;

use stepwell_model::NextAction;

/// Why an emulator, or the client beside it, is of no use.
#[derive(Debug, thiserror::Error)]
pub enum EmulatorError {
    /// It ended before it answered.
    #[error("{name} ended while it started")]
    Ended {
        /// Which emulator.
        name: &'static str,
        /// What it wrote.
        log: PathBuf,
    },
    /// It runs and does not answer.
    #[error("{name} does not answer {} s after its start", after.as_secs())]
    NotReady {
        /// Which emulator.
        name: &'static str,
        /// How long it was waited for.
        after: Duration,
        /// What it wrote.
        log: PathBuf,
    },
    /// A running emulator cannot be reached any more.
    #[error("no answer from {url}")]
    Unreachable {
        /// What was asked.
        url: String,
        /// Why there is no answer.
        source: Box<ureq::Error>,
    },
    /// An emulator's own interface refused, or answered with something that is not an answer.
    #[error("{url} answered {status}")]
    Answer {
        /// What was asked.
        url: String,
        /// The HTTP status.
        status: u16,
        /// The body.
        text: String,
    },
    /// AWS, as the emulator plays it, refused a call.
    #[error("`{operation}` was refused: {code}")]
    Refused {
        /// The API operation.
        operation: String,
        /// AWS's code.
        code: String,
        /// AWS's words.
        message: String,
        /// The HTTP status; none when the request did not leave.
        status: Option<u64>,
    },
    /// An instance did not come into the state that was waited for.
    #[error("instance `{instance}` is still `{seen}` after {} s", after.as_secs())]
    StillIn {
        /// The instance.
        instance: String,
        /// Its state.
        seen: String,
        /// How long it was waited for.
        after: Duration,
    },
    /// The client's process died.
    #[error("the boto3 client has ended")]
    ClientGone,
    /// A file or program could not be used.
    #[error("could not use {}", path.display())]
    File {
        /// The file, folder or program.
        path: PathBuf,
        /// Why it could not.
        source: std::io::Error,
    },
}

impl EmulatorError {
    pub(super) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}

impl NextAction for EmulatorError {
    fn because(&self) -> String {
        match self {
            Self::Ended { log, .. } | Self::NotReady { log, .. } => last_line(log),
            Self::Unreachable { source, .. } => source.to_string(),
            Self::Answer { text, .. } => text.clone(),
            Self::Refused { message, .. } => message.clone(),
            Self::StillIn { .. } => "nothing moved it, or the emulator's delay is longer".to_owned(),
            Self::ClientGone => "its last words stand above".to_owned(),
            Self::File { source, .. } => source.to_string(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Ended { log, .. } | Self::NotReady { log, .. } => format!("read its log, {}", log.display()),
            Self::Unreachable { .. } => "see whether the emulator was killed, and start again".to_owned(),
            Self::Answer { .. } => "mend the request; the emulator's documentation has its form".to_owned(),
            Self::Refused { .. } => "mend the call, or what it needs in the emulator".to_owned(),
            Self::StillIn { .. } => "look at what was called before, for instance with `Moto::seen`".to_owned(),
            Self::ClientGone => "run tests/emulators/aws.py by hand with the same request".to_owned(),
            Self::File { path, .. } => format!("see to it that {} exists and can be used", path.display()),
        }
    }
}

fn last_line(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let line = text.lines().rev().find(|line| !line.trim().is_empty());
    line.map_or_else(|| "it wrote nothing".to_owned(), str::to_owned)
}
