//! Putting a copy of the journal back.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;
use stepwell_model::id::RunId;
use stepwell_secrets::durable::Scratch;
use stepwell_secrets::ours::{self, PathError};

use crate::care::new_file;
use crate::error::StoreError;
use crate::examine::{Examination, integrity};
use crate::log;
use crate::mark::Mark;
use crate::place::{Place, refused};
use crate::schema::{self, Form, Tuning};
use crate::swap::{self, BeforeStep, Swap};

/// A journal that was put back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Runs that it has ever held.
    pub runs: i64,
    /// Runs that had not ended. They are paused, because what they did since the copy was made is unknown.
    pub paused: usize,
    /// Runs of the copy that cannot be read as they were written, and why.
    pub damaged: Vec<(RunId, String)>,
    /// Where the database that was there before is now.
    pub replaced: Option<PathBuf>,
}

/// Puts a copy in the place of the journal, whose files are kept under another name. Blocks.
///
/// # Errors
/// When a process uses the journal, the copy is damaged or no journal, or a file cannot be written. Then the journal is
/// as it was.
pub fn restore(home: &Path, from: &Path) -> Result<Restored, StoreError> {
    restore_with(home, from, &|_| Ok(()))
}

pub(crate) fn restore_with(home: &Path, from: &Path, before: BeforeStep<'_>) -> Result<Restored, StoreError> {
    let tuning = Tuning::default();
    let place = Place::alone(home, &tuning)?;
    swap::settle(&place)?;
    let scratch = Scratch::new(&place.database).map_err(StoreError::io("write", place.folder()))?;
    let copy = place.with_database(scratch.path().join("journal.db"));
    // The logs of a database that was in use when it was copied, or put aside.
    copy_file(from, &copy.database, &place)?;
    copy_log(from, &copy, &place)?;
    let prepared = prepare(copy, from, &tuning).map_err(|error| error.of_copy(from, &place.database))?;
    let Prepared { mark, paused, damaged } = prepared;
    let copy = scratch.path().join("journal.db");
    let replaced = Swap::new(&place, &copy, mark)?.carry_out(before)?;
    Ok(Restored { runs: mark.runs, paused, damaged, replaced })
}

/// Copies a file that no other user can change, because the host executes the runs in it.
fn copy_file(from: &Path, to: &Path, place: &Place) -> Result<(), StoreError> {
    let found = from.metadata().map_err(StoreError::io("read", from))?;
    if !found.is_file() {
        return Err(StoreError::NotACopy { path: from.to_owned(), found: "it is no regular file" });
    }
    let mut file = ours::open(from).map_err(refused_copy)?.file;
    let failed = |error| StoreError::io("write", &place.database)(error);
    let mut new = new_file(to).map_err(failed)?;
    io::copy(&mut file, &mut new).map_err(failed)?;
    Ok(())
}

/// The error of a copy that the host does not believe.
fn refused_copy(error: PathError) -> StoreError {
    match error {
        PathError::Foreign { path, fault } => StoreError::ForeignCopy { path, fault },
        error @ PathError::Io { .. } => refused(error),
    }
}

fn copy_log(from: &Path, copy: &Place, place: &Place) -> Result<(), StoreError> {
    let beside = |end: &str| {
        let mut name = from.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    let is_there = |path: &Path| !path.symlink_metadata().is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
    let (log, rollback) = (beside("-wal"), beside("-journal"));
    if is_there(&rollback) {
        copy_file(&rollback, &copy.rollback(), place)?;
    }
    if !is_there(&log) {
        return Ok(());
    }
    copy_file(&log, &copy.log(), place)?;
    match log::damage(&copy.log()).map_err(StoreError::io("read", &log))? {
        Some(reason) => Err(StoreError::Damaged { path: from.to_owned(), reason }),
        None => Ok(()),
    }
}

/// A copy that can be put in the place of the journal.
struct Prepared {
    mark: Mark,
    paused: usize,
    damaged: Vec<(RunId, String)>,
}

/// Checks a copy, brings it up to date and pauses its runs.
fn prepare(copy: Place, from: &Path, tuning: &Tuning) -> Result<Prepared, StoreError> {
    const OTHER: &str = "its tables, views and triggers are not those of a journal";
    let path = copy.database.clone();
    let failed = |error| StoreError::sqlite(&path, &error);
    let other = || StoreError::NotACopy { path: from.to_owned(), found: OTHER };
    if is_cut(&copy).map_err(StoreError::io("read", from))? {
        return Err(StoreError::Damaged { path: from.to_owned(), reason: "its end is missing".to_owned() });
    }
    let connection = schema::connect(&copy, tuning)?;
    if schema::form(&connection, &copy)? == Form::Empty {
        return Err(StoreError::NotACopy { path: from.to_owned(), found: "it is empty" });
    }
    if let Some(reason) = integrity(&connection).map_err(failed)?.into_iter().next() {
        return Err(StoreError::Damaged { path: from.to_owned(), reason });
    }
    schema::migrate(&connection, &copy, tuning).map_err(|error| match error {
        // The pages are whole, so a table or a column that a migration changes is missing.
        StoreError::Damaged { .. } => other(),
        error => error,
    })?;
    if !schema::is_ours(&connection).map_err(failed)? {
        return Err(other());
    }
    let paused = begin_anew(&connection).map_err(failed)?;
    let mut found = Examination::default();
    found.add(Arc::new(copy), *tuning)?;
    // In one file, so that it can be renamed.
    let mode = connection.pragma_update_and_check(None, "journal_mode", "DELETE", |row| row.get::<_, String>(0));
    if mode.map_err(failed)? != "delete" {
        let why = "the log of the copy cannot be written into it".to_owned();
        return Err(failed(rusqlite::Error::SqliteFailure(
            rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY),
            Some(why),
        )));
    }
    Ok(Prepared { mark: Mark::of(&connection).map_err(failed)?, paused, damaged: found.damaged })
}

/// Whether a database without any log ends within a page.
fn is_cut(copy: &Place) -> io::Result<bool> {
    if copy.log().exists() || copy.rollback().exists() {
        return Ok(false);
    }
    let mut head = [0; 18];
    let mut file = File::open(&copy.database)?;
    let length = file.metadata()?.len();
    if length < 512 {
        return Ok(false);
    }
    file.read_exact(&mut head)?;
    let [.., high, low] = head;
    // SQLite writes 1 for 65,536.
    let page = match u16::from_be_bytes([high, low]) {
        1 => 65_536,
        page => u64::from(page),
    };
    Ok(head.starts_with(b"SQLite format 3\0") && page.is_power_of_two() && !length.is_multiple_of(page))
}

/// Pauses the runs, releases their leases, and makes it another journal than the one that was copied.
fn begin_anew(connection: &Connection) -> rusqlite::Result<usize> {
    const PAUSE: &str = "UPDATE run SET state = 'paused', wake = NULL WHERE state = 'open'";
    let paused = connection.execute(PAUSE, ())?;
    connection.execute("UPDATE run SET lease = NULL, leased = NULL WHERE lease IS NOT NULL", ())?;
    connection.execute("DELETE FROM process", ())?;
    connection.execute("DELETE FROM generation", ())?;
    connection.execute("INSERT INTO generation (id) VALUES (random())", ())?;
    Ok(paused)
}
