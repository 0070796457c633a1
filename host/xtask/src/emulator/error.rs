use std::path::{Path, PathBuf};
use std::time::Duration;

use stepwell_model::NextAction;

/// A failure of an emulator or of the client beside it.
#[derive(Debug, thiserror::Error)]
pub enum EmulatorError {
    /// An emulator ended before it answered.
    #[error("{name} ended while it started")]
    Ended {
        /// Which emulator.
        name: &'static str,
        /// The file with its output.
        log: PathBuf,
    },
    /// An emulator runs and does not answer.
    #[error("{name} does not answer {} s after its start", after.as_secs())]
    NotReady {
        /// Which emulator.
        name: &'static str,
        /// The timeout.
        after: Duration,
        /// The file with its output.
        log: PathBuf,
    },
    /// A running emulator does not answer any more.
    #[error("no answer from {url}")]
    Unreachable {
        /// The URL of the request.
        url: String,
        /// The reason.
        source: Box<ureq::Error>,
    },
    /// The control interface of an emulator refused a request, or answered in an unknown form.
    #[error("{url} answered {status}")]
    Answer {
        /// The URL of the request.
        url: String,
        /// The HTTP status.
        status: u16,
        /// The body.
        text: String,
    },
    /// The emulated AWS refused a call.
    #[error("`{operation}` was refused: {code}")]
    Refused {
        /// The API operation.
        operation: String,
        /// AWS's code.
        code: String,
        /// AWS's words.
        message: String,
        /// The HTTP status; none when the client did not send the request.
        status: Option<u64>,
    },
    /// An instance did not reach the awaited state.
    #[error("instance `{instance}` is still `{seen}` after {} s", after.as_secs())]
    StillIn {
        /// The instance.
        instance: String,
        /// Its state.
        seen: String,
        /// The timeout.
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
        /// The reason.
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
            Self::StillIn { .. } => "no call changed its state, or the delay of the emulator is longer".to_owned(),
            Self::ClientGone => "its output above has the reason".to_owned(),
            Self::File { source, .. } => source.to_string(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Ended { log, .. } | Self::NotReady { log, .. } => format!("read its log, {}", log.display()),
            Self::Unreachable { .. } => "check whether the emulator was killed, and start again".to_owned(),
            Self::Answer { .. } => "correct the request; the documentation of the emulator has its form".to_owned(),
            Self::Refused { .. } => "correct the call, or make the resource that it needs".to_owned(),
            Self::StillIn { .. } => "look at the earlier calls, for instance with `Moto::seen`".to_owned(),
            Self::ClientGone => "run tests/emulators/aws.py by hand with the same request".to_owned(),
            Self::File { path, .. } => format!("make sure that {} exists and is accessible", path.display()),
        }
    }
}

fn last_line(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let line = text.lines().rev().find(|line| !line.trim().is_empty());
    line.map_or_else(|| "it wrote nothing".to_owned(), str::to_owned)
}
