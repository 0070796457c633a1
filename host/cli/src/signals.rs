//! The signals that end a command.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::error::CliError;

/// SIGINT, SIGTERM and SIGHUP, caught instead of ending the process.
pub struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Ctrl-C: cancel the run.
    Cancel,
    /// SIGTERM, or the end of the terminal: stop, and let another process continue.
    Leave,
}

static CAUGHT: AtomicBool = AtomicBool::new(false);

/// Whether a command of this process has begun to catch this signal.
pub fn catches(kind: SignalKind) -> bool {
    let caught = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
    CAUGHT.load(Ordering::SeqCst) && caught.contains(&kind)
}

/// Makes a write beyond the limit of this process for files (`ulimit -f`) an error of the write, instead of a signal that
/// ends the process.
pub fn survive_file_limit() {
    const XFSZ: i32 = rustix::process::Signal::XFSZ.as_raw();
    // What was caught once stays so.
    if let Err(error) = signal(SignalKind::from_raw(XFSZ)) {
        tracing::debug!(%error, "a write beyond the limit for files ends this process");
    }
}

impl Signals {
    /// Catches the signals from now on.
    pub fn catch() -> Result<Self, CliError> {
        CAUGHT.store(true, Ordering::SeqCst);
        let caught = || {
            let (interrupt, terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
            Ok(Self { interrupt, terminate, hang_up: signal(SignalKind::hangup())? })
        };
        caught().map_err(|error| {
            CAUGHT.store(false, Ordering::SeqCst);
            CliError::system("catch signals", &error)
        })
    }

    /// Waits for the next signal.
    pub async fn next(&mut self) -> Ending {
        tokio::select! {
            _ = self.interrupt.recv() => Ending::Cancel,
            _ = self.terminate.recv() => Ending::Leave,
            _ = self.hang_up.recv() => Ending::Leave,
        }
    }
}
