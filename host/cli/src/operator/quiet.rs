//! A terminal without echo, which gets its echo back however the prompt ends: also by a signal that ends the process.

use std::fs::File;
use std::io::{self, Write as _};
use std::process;
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;

use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
use tokio::runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::signals;

/// A terminal that neither echoes nor sends signals, until it is dropped.
pub struct Quiet {
    pub terminal: File,
}

/// A terminal that is quiet now, and its usual state.
struct Usual {
    terminal: File,
    modes: Termios,
}

static USUAL: Mutex<Option<Usual>> = Mutex::new(None);

impl Quiet {
    pub fn new(terminal: File) -> io::Result<Self> {
        guard()?;
        let modes = tcgetattr(&terminal)?;
        let mut quiet = modes.clone();
        quiet.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG);
        quiet.special_codes[SpecialCodeIndex::VMIN] = 1;
        quiet.special_codes[SpecialCodeIndex::VTIME] = 0;
        let before = Usual { terminal: terminal.try_clone()?, modes };
        // Locked while the state changes: a signal ends the process before that, or finds the usual state.
        let mut usual = locked(&USUAL);
        tcsetattr(&terminal, OptionalActions::Now, &quiet)?;
        *usual = Some(before);
        Ok(Self { terminal })
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        drop(locked(&USUAL).take().map(Usual::restore));
    }
}

impl Usual {
    /// Gives the terminal its usual state back.
    fn restore(self) -> File {
        if tcsetattr(&self.terminal, OptionalActions::Now, &self.modes).is_err() {
            tracing::debug!("the terminal is gone");
        }
        self.terminal
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The signals that end a process and that it can catch.
fn endings() -> [SignalKind; 7] {
    [
        SignalKind::hangup(),
        SignalKind::interrupt(),
        SignalKind::quit(),
        SignalKind::alarm(),
        SignalKind::terminate(),
        SignalKind::user_defined1(),
        SignalKind::user_defined2(),
    ]
}

/// Starts the thread that waits for these signals, before the first prompt.
///
/// The process catches the signals from then on, after the prompt as well. So the thread also ends a process that has
/// no prompt, unless a command catches the signal itself.
fn guard() -> io::Result<()> {
    static GUARDED: Mutex<bool> = Mutex::new(false);
    let mut guarded = locked(&GUARDED);
    if *guarded {
        return Ok(());
    }
    let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
    let (ready, is_ready) = mpsc::channel();
    let wait = move || {
        let caught = runtime.block_on(async {
            endings().into_iter().map(|kind| Ok((kind, signal(kind)?))).collect::<io::Result<Vec<_>>>()
        });
        match caught {
            Ok(caught) => {
                caught.into_iter().for_each(|(kind, signal)| drop(runtime.spawn(end_at(kind, signal))));
                drop(ready.send(Ok(())));
                runtime.block_on(std::future::pending())
            }
            Err(error) => drop(ready.send(Err(error))),
        }
    };
    thread::Builder::new().name("prompt-signals".to_owned()).spawn(wait)?;
    is_ready.recv().map_err(io::Error::other)??;
    *guarded = true;
    Ok(())
}

/// Ends the process at this signal with the exit code of shells for it.
async fn end_at(kind: SignalKind, mut signal: Signal) {
    while signal.recv().await.is_some() {
        // Locked until the process has ended, so that no prompt begins meanwhile.
        let mut usual = locked(&USUAL);
        let quiet = usual.take().map(Usual::restore);
        if let Some(mut terminal) = quiet.as_ref() {
            // The cursor stands behind the prompt.
            drop(terminal.write_all(b"\n"));
        }
        if quiet.is_some() || !signals::catches(kind) {
            process::exit(128 + kind.as_raw_value());
        }
    }
}
