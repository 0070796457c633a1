//! The queue of the processes that write.
//!
//! SQLite has one writer at a time, and the others ask again and again until it is free: whoever asks at the right moment
//! is next, and with hundreds of processes some never are. Here they stand in a queue of two lock files instead. The
//! process at its head holds `journal.next` until it gets `journal.turn`, which the writer holds. A writer that wants to
//! write again has to pass the head of the queue, and waiting costs no processor time.
//!
//! The queue only decides who is next. SQLite's own lock decides who writes, so a process that cannot use the queue, or
//! that waits behind a stopped process, asks SQLite itself.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode};

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
        Self { next, turn, open }
    }

    /// Begins a write transaction as soon as those before it are done. Waits for at most `patience`.
    pub(crate) fn begin(&self, connection: &Connection, patience: Duration) -> rusqlite::Result<Slot> {
        let mut wait = Wait::new(patience);
        let slot = self.enter(connection, &mut wait);
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

    fn enter(&self, connection: &Connection, wait: &mut Wait) -> Slot {
        let Some((next, turn)) = &self.open else { return Slot(None) };
        match enter_now(next, turn) {
            Ok(Some(turn)) => return Slot(Some(turn)),
            Ok(None) => {}
            Err(error) => {
                tracing::debug!(%error, "no place in the queue of writers");
                return Slot(None);
            }
        }
        let (tell, told) = mpsc::channel();
        let (next, turn) = (self.next.clone(), self.turn.clone());
        let stand = std::thread::Builder::new().name("queue".to_owned());
        // When this process has stopped waiting, the lock ends with its file.
        let standing = stand.spawn(move || drop(tell.send(stand_in_line(&next, &turn))));
        let Ok(_) = standing else { return Slot(None) };
        let mut commits = last_commit(connection);
        loop {
            match told.recv_timeout(wait.step()) {
                Ok(Ok(turn)) => return Slot(Some(turn)),
                Err(RecvTimeoutError::Timeout) if !wait.is_over() => {
                    wait.tell(|| self.writer());
                    let now = last_commit(connection);
                    // Who holds the queue up may be stopped: then it writes nothing.
                    if now == commits {
                        return Slot(None);
                    }
                    commits = now;
                }
                Ok(Err(_)) | Err(_) => return Slot(None),
            }
        }
    }

    /// The process that has its turn, in words.
    fn writer(&self) -> String {
        let mut id = [0; 12];
        let read = self.open.as_ref().map(|(_, turn)| turn.read_at(&mut id, 0));
        let id = std::str::from_utf8(&id).unwrap_or_default().trim_matches(['\0', ' ']);
        match read {
            Some(Ok(1..)) if !id.is_empty() => format!("process {id} is writing"),
            _ => "another process is writing".to_owned(),
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
    // A user who can open the file can stop the queue.
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
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

/// Says who writes, for those that wait.
fn sign(turn: &File) {
    let id = format!("{:<12}", std::process::id());
    drop(turn.write_at(id.as_bytes(), 0));
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Changes with every commit of another connection.
fn last_commit(connection: &Connection) -> Option<i64> {
    let mut read = connection.prepare_cached("PRAGMA data_version").ok()?;
    read.query_row((), |row| row.get(0)).ok()
}
