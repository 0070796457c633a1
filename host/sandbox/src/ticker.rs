//! The clock of the engine's epochs. It ticks while a plugin computes and sleeps while none does, so that a process with
//! nothing but waiting runs is idle.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::Thread;
use std::time::Duration;

use wasmtime::Engine;

use crate::error::SandboxError;

/// At every tick a computing plugin lets the other tasks of its thread have their turn.
const TICK: Duration = Duration::from_millis(3);

/// Counts who computes. The thread ends when this is dropped.
pub(crate) struct Ticker {
    shared: Arc<Shared>,
    thread: Thread,
}

#[derive(Default)]
struct Shared {
    computing: AtomicUsize,
    asleep: AtomicBool,
    stopped: AtomicBool,
}

impl Ticker {
    pub(crate) fn start(engine: &Engine) -> Result<Self, SandboxError> {
        let shared = Arc::new(Shared::default());
        let (engine, theirs) = (engine.clone(), Arc::clone(&shared));
        let started =
            std::thread::Builder::new().name("stepwell-ticker".to_owned()).spawn(move || theirs.tick(&engine));
        let handle =
            started.map_err(|error| SandboxError::Engine { reason: format!("no thread for the clock: {error}") })?;
        Ok(Self { shared, thread: handle.thread().clone() })
    }

    pub(crate) fn begin(&self) {
        self.shared.computing.fetch_add(1, Ordering::SeqCst);
        if self.shared.asleep.load(Ordering::SeqCst) {
            self.thread.unpark();
        }
    }

    pub(crate) fn end(&self) {
        self.shared.computing.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        self.thread.unpark();
    }
}

impl Shared {
    fn tick(&self, engine: &Engine) {
        while !self.stopped.load(Ordering::SeqCst) {
            if self.computing.load(Ordering::SeqCst) == 0 {
                self.asleep.store(true, Ordering::SeqCst);
                // Looked at again: one that began before `asleep` was set wakes nobody.
                if self.computing.load(Ordering::SeqCst) == 0 && !self.stopped.load(Ordering::SeqCst) {
                    std::thread::park();
                }
                self.asleep.store(false, Ordering::SeqCst);
            } else {
                std::thread::sleep(TICK);
                engine.increment_epoch();
            }
        }
    }
}
