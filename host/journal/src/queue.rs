//! The queue of the processes that write.
//!
//! SQLite has one writer at a time, and the others ask again and again until it is free: the process that asks at the
//! right moment is next, and with hundreds of processes some never are. Here they stand in a queue of two lock files
//! instead. The process at its head holds `journal.next` until it gets `journal.turn`, which the writer holds. A writer
//! that wants to write again has to pass the head of the queue, and waiting costs no processor time.
//!
//! The queue only decides which process is next. SQLite's own lock decides which one writes, so a process that cannot
//! use the queue, or that waits behind a stopped process, asks SQLite itself.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode};

use crate::clock;
use crate::hold::close_to_others;

/// After how long a wait is told, and for how long one step of it lasts.
const TOLD_AFTER: Duration = Duration::from_secs(5);
/// How often a longer wait is told.
const TOLD_AGAIN: Duration = Duration::from_secs(60);

/// The files of the queue, open.
#[derive(Debug)]
pub(crate) struct Queue {
    next: PathBuf,
    turn: PathBuf,
    open: Option<(File, File)>,
    /// Whether a thread of this process stands in line. A thread whose writer gave up stays until it is its turn.
    stands: Arc<AtomicBool>,
}

/// The right to write, until it is dropped. None beside the queue.
#[derive(Debug)]
pub(crate) struct Slot(Option<File>);

impl Drop for Slot {
    fn drop(&mut self) {
        if let Some(turn) = &self.0
            && let Err(error) = turn.unlock()
        {
            tracing::warn!(%error, "the queue of the journal's writers was not left");
        }
    }
}

impl Queue {
    /// The queue of the journal in this directory.
    pub(crate) fn new(home: &Path) -> Self {
        let (next, turn) = (home.join("journal.next"), home.join("journal.turn"));
        let open = open(&next).and_then(|next| Ok((next, open(&turn)?)));
        let open = open.inspect_err(|error| tracing::debug!(%error, "no queue of writers")).ok();
        Self { next, turn, open, stands: Arc::default() }
    }

    /// Begins a write transaction as soon as those before it are done. Waits for at most `patience`.
    pub(crate) fn begin(&self, connection: &Connection, patience: Duration) -> rusqlite::Result<Slot> {
        let mut wait = Wait::new(patience);
        let slot = self.enter(&mut wait);
        loop {
            connection.busy_timeout(wait.step())?;
            match connection.prepare_cached("BEGIN IMMEDIATE")?.execute(()) {
                Ok(_) => return Ok(slot),
                Err(error) if is_busy(&error) && !wait.is_over() => wait.tell(|| match &slot.0 {
                    Some(_) => "another program has locked it".to_owned(),
                    None => self.writer(),
                }),
                Err(error) => return Err(error),
            }
        }
    }

    fn enter(&self, wait: &mut Wait) -> Slot {
        let Some((next, turn)) = &self.open else { return Slot(None) };
        match enter_now(next, turn) {
            Ok(Some(turn)) => return Slot(Some(turn)),
            // An earlier write found that the queue does not move, and it has not moved since.
            Ok(None) if self.stands() => return Slot(None),
            Ok(None) => {}
            Err(error) => {
                tracing::debug!(%error, "no place in the queue of writers");
                return Slot(None);
            }
        }
        let Ok(told) = self.stand() else { return Slot(None) };
        let mut last = self.last_turn();
        loop {
            match told.recv_timeout(wait.step()) {
                Ok(Ok(turn)) => return Slot(Some(turn)),
                Err(RecvTimeoutError::Timeout) if !wait.is_over() => {
                    wait.tell(|| self.writer());
                    let now = self.last_turn();
                    // A process in the queue may be stopped: then no other has its turn. Commits tell nothing about
                    // that, because they may be those of processes beside the queue.
                    if now == last {
                        return Slot(None);
                    }
                    last = now;
                }
                Ok(Err(_)) | Err(_) => return Slot(None),
            }
        }
    }

    /// Whether a thread of this process stands in line.
    pub(crate) fn stands(&self) -> bool {
        self.stands.load(Ordering::Acquire)
    }

    /// Starts a thread that waits for the turn.
    fn stand(&self) -> io::Result<mpsc::Receiver<io::Result<File>>> {
        let (tell, told) = mpsc::channel();
        let (next, turn, stands) = (self.next.clone(), self.turn.clone(), Arc::clone(&self.stands));
        let wait = move || {
            let stood = stand_in_line(&next, &turn);
            stands.store(false, Ordering::Release);
            // When the writer has given up, the lock ends with its file.
            drop(tell.send(stood));
        };
        self.stands.store(true, Ordering::Release);
        let started = std::thread::Builder::new().name("queue".to_owned()).spawn(wait);
        started.inspect_err(|_| self.stands.store(false, Ordering::Release)).map(|_| told)
    }

    /// What the process that had its turn last has signed with.
    fn last_turn(&self) -> Option<String> {
        let mut text = [0; SIGNATURE];
        let (_, turn) = self.open.as_ref()?;
        let read = turn.read_at(&mut text, 0).ok()?;
        Some(String::from_utf8_lossy(text.get(..read)?).into_owned())
    }

    /// The process that has its turn, in words.
    fn writer(&self) -> String {
        match self.last_turn().as_deref().and_then(|text| text.split_whitespace().next()) {
            Some(id) => format!("process {id} is writing"),
            None => "another process is writing".to_owned(),
        }
    }
}

/// One wait for the journal.
pub(crate) struct Wait {
    since: Instant,
    told: Option<Instant>,
    patience: Duration,
}

impl Wait {
    pub(crate) fn new(patience: Duration) -> Self {
        Self { since: Instant::now(), told: None, patience }
    }

    fn is_over(&self) -> bool {
        self.since.elapsed() >= self.patience
    }

    fn step(&self) -> Duration {
        self.patience.saturating_sub(self.since.elapsed()).min(TOLD_AFTER)
    }

    /// Says what it waits for, after a while and then again and again.
    pub(crate) fn tell(&mut self, who: impl FnOnce() -> String) {
        let is_due = self.told.map_or(self.since.elapsed() >= TOLD_AFTER, |told| told.elapsed() >= TOLD_AGAIN);
        if is_due {
            self.told = Some(Instant::now());
            tracing::warn!("waiting for the journal: {}", who());
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
    close_to_others(&file)?;
    Ok(file)
}

/// Takes the turn when no other process waits or writes.
fn enter_now(next: &File, turn: &File) -> io::Result<Option<File>> {
    let locked = |file: &File| match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    };
    if !locked(next)? {
        return Ok(None);
    }
    let taken = locked(turn);
    next.unlock()?;
    if !taken? {
        return Ok(None);
    }
    sign(turn);
    turn.try_clone().map(Some)
}

/// Waits for the turn.
fn stand_in_line(next: &Path, turn: &Path) -> io::Result<File> {
    let (next, turn) = (open(next)?, open(turn)?);
    next.lock()?;
    turn.lock()?;
    sign(&turn);
    Ok(turn)
}

/// Bytes of a signature.
const SIGNATURE: usize = 32;

/// Says which process writes, and since when, for those that wait.
fn sign(turn: &File) {
    let text = format!("{} {}", std::process::id(), clock::now());
    drop(turn.write_at(format!("{text:<SIGNATURE$}").as_bytes(), 0));
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}
