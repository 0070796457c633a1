//! The schema of the database, and connections to it.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::os::unix::ffi::OsStrExt as _;
use std::time::{Duration, Instant};

use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::error::StoreError;
use crate::hold::Hold;
use crate::place::Place;
use crate::process::users;
use crate::queue::{Queue, Slot};

/// `Step`: distinguishes journals from the databases of other programs.
const APPLICATION: i64 = 0x5374_6570;

/// Each brings the schema from its index to the next version. A released migration never changes.
const MIGRATIONS: [&str; 5] = [
    include_str!("schema/v1.sql"),
    include_str!("schema/v2.sql"),
    include_str!("schema/v3.sql"),
    include_str!("schema/v4.sql"),
    include_str!("schema/v5.sql"),
];

/// Settings that only tests change.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tuning {
    /// How long this process waits for other writers.
    pub(crate) busy: Duration,
    /// How long a process that executes runs does. It has no better way out than to wait.
    pub(crate) busy_with_runs: Duration,
    /// How often a process that holds runs beats.
    pub(crate) beat: Duration,
    /// How long a holder may be silent. Then its runs are free, even while it holds its lock: it is suspended.
    pub(crate) patience: Duration,
    /// How long the threads that execute runs may stand still. Then the process gives no sign of life any more.
    pub(crate) stillness: Duration,
    /// Pages at which SQLite reports a full disk.
    pub(crate) max_pages: Option<u32>,
    /// Leaves the log as it is when the last connection is closed: an examination changes nothing that is damaged.
    pub(crate) leaves_log: bool,
}

impl Default for Tuning {
    fn default() -> Self {
        let [busy, beat, stillness, patience] = [600, 5, 10, 30].map(Duration::from_secs);
        Self { busy, busy_with_runs: Duration::MAX, beat, patience, stillness, max_pages: None, leaves_log: false }
    }
}

/// A connection to the database. While it is open, no process puts another database in its place.
#[derive(Debug)]
pub(crate) struct Connected {
    connection: Connection,
    /// Released after the connection is closed.
    _hold: Hold,
}

impl Deref for Connected {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

/// A connection to an existing database.
pub(crate) fn connect(place: &Place, tuning: &Tuning) -> Result<Connected, StoreError> {
    let failed = |error| StoreError::sqlite(&place.database, &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(&place.database, flags).map_err(failed)?;
    prepare(&mut connection, tuning).map_err(failed)?;
    Ok(Connected { connection, _hold: place.hold.clone() })
}

/// A connection to an existing database for reading, where the directory may be read-only.
///
/// SQLite makes files beside the database even to read it. Where it cannot, and there is no log, no process writes to
/// the database, so that it can be read as a file that does not change.
pub(crate) fn connect_to_read(place: &Place, tuning: &Tuning) -> Result<Connected, StoreError> {
    let Err(refused) = place.check_writable() else { return connect(place, tuning) };
    if [place.log(), place.rollback()].iter().any(|file| file.metadata().is_ok_and(|found| found.len() > 0)) {
        // A process that writes shares what this one needs to read beside it. Without one, SQLite would wait for it.
        let impatient = Tuning { busy: Duration::ZERO, ..*tuning };
        let connected = connect(place, &impatient);
        let readable = connected.and_then(|connection| form(&connection, place).map(|_| connection));
        return readable.map_err(|_| refused);
    }
    let failed = |error| StoreError::sqlite(&place.database, &error);
    let path = percent_encode(place.database.as_os_str().as_bytes(), NON_ALPHANUMERIC);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(format!("file:{path}?immutable=1"), flags).map_err(failed)?;
    Ok(Connected { connection, _hold: place.hold.clone() })
}

fn prepare(connection: &mut Connection, tuning: &Tuning) -> rusqlite::Result<()> {
    wait_for_others(connection, tuning.busy)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.pragma_update(None, "synchronous", "FULL")?;
    // On macOS, `fsync` leaves the data in the cache of the disk.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // A long read lets the log grow; afterwards it shrinks to this size.
    connection.pragma_update_and_check(None, "journal_size_limit", 64 << 20, |_| Ok(()))?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, tuning.leaves_log)?;
    if let Some(pages) = tuning.max_pages {
        connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
    }
    Ok(())
}

/// Waits for other writers. SQLite's own busy handler sleeps up to 100 ms, and comes late whenever others write a lot.
fn wait_for_others(connection: &mut Connection, busy: Duration) -> rusqlite::Result<()> {
    let mut since = Instant::now();
    connection.busy_handler(Some(move |tries| {
        if tries == 0 {
            since = Instant::now();
        }
        std::thread::sleep(Duration::from_millis(if tries < 10 { 1 } else { 5 }));
        since.elapsed() < busy
    }))
}

/// The schema that a database has before its migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// An empty database.
    Empty,
    /// The schema of an earlier release.
    Old(i64),
    /// The current schema.
    Current,
}

/// The schema of a database.
///
/// # Errors
/// When it is not a journal, or the journal is newer than this program.
pub(crate) fn form(connection: &Connection, place: &Place) -> Result<Form, StoreError> {
    let known = MIGRATIONS.len() as i64;
    let path = || place.database.clone();
    let read = "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)
        FROM pragma_application_id, pragma_user_version";
    let read = connection.query_row(read, (), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    match read.map_err(|error| StoreError::sqlite(&place.database, &error))? {
        (0, 0, 0) => Ok(Form::Empty),
        (APPLICATION, found, _) if found > known => Err(StoreError::Newer { path: path(), found, known }),
        (APPLICATION, found, _) if found == known => Ok(Form::Current),
        (APPLICATION, found, _) => Ok(Form::Old(found)),
        _ => Err(StoreError::NotAJournal { path: path(), found: "it is the SQLite database of another program" }),
    }
}

/// Migrates the database to the current schema.
pub(crate) fn migrate(connection: &Connection, place: &Place, tuning: &Tuning) -> Result<(), StoreError> {
    let failed = |error| StoreError::sqlite(&place.database, &error);
    let found = form(connection, place)?;
    if found != Form::Current {
        place.check_writable()?;
    }
    if found == Form::Empty {
        // SQLite ignores this pragma once there is a table.
        connection.pragma_update(None, "auto_vacuum", "INCREMENTAL").map_err(failed)?;
    }
    write_ahead(connection, tuning.busy).map_err(failed)?;
    if found == Form::Current {
        return Ok(());
    }
    let slot = Queue::new(&place.home).begin(connection, tuning.busy).map_err(failed)?;
    // Checked again, because another process may have migrated it meanwhile.
    let migrated = form(connection, place).and_then(|form| match form {
        Form::Empty => apply(connection, 0).map_err(failed),
        Form::Old(found) => match users(connection, place, None) {
            users if users.is_empty() => apply(connection, found).map_err(failed),
            users => Err(StoreError::OldInUse { path: place.database.clone(), users }),
        },
        Form::Current => Ok(()),
    });
    end(connection, slot, migrated, failed)
}

/// Whether a migrated database has all that this program makes, and nothing that acts by itself. The tables in which
/// `.recover` of sqlite3 leaves what belongs to no other, and those of SQLite, do no harm.
pub(crate) fn is_ours(connection: &Connection) -> rusqlite::Result<bool> {
    let fresh = Connection::open_in_memory()?;
    apply(&fresh, 0)?;
    let (expected, found) = (entries(&fresh)?, entries(connection)?);
    let is_harmless =
        |kind: &str, name: &str| kind == "table" && (name.starts_with("sqlite_") || name.starts_with("lost_and_found"));
    Ok(expected.is_subset(&found) && found.difference(&expected).all(|(kind, name, _)| is_harmless(kind, name)))
}

/// The kind, the name and the text of everything in a schema.
fn entries(connection: &Connection) -> rusqlite::Result<BTreeSet<(String, String, Option<String>)>> {
    let mut read = connection.prepare("SELECT type, name, sql FROM sqlite_schema")?;
    read.query_map((), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect()
}

/// Switches to the write-ahead log. SQLite does not wait when two processes switch a new database at the same time.
fn write_ahead(connection: &Connection, busy: Duration) -> rusqlite::Result<()> {
    let since = Instant::now();
    loop {
        let mode = connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0));
        match mode {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(_) => {
                return Err(rusqlite::Error::SqliteFailure(
                    rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CANTOPEN),
                    Some("the file system cannot share memory between processes".to_owned()),
                ));
            }
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && since.elapsed() < busy => {
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(error) => return Err(error),
        }
    }
}

fn apply(connection: &Connection, found: i64) -> rusqlite::Result<()> {
    for migration in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or_default()) {
        connection.execute_batch(migration)?;
    }
    connection.pragma_update(None, "application_id", APPLICATION)?;
    connection.pragma_update(None, "user_version", MIGRATIONS.len() as i64)
}

/// Commits the transaction, or rolls it back when the write has failed.
pub(crate) fn end<T, E>(
    connection: &Connection,
    slot: Slot,
    written: Result<T, E>,
    failed: impl FnOnce(rusqlite::Error) -> E,
) -> Result<T, E> {
    let commit = || connection.prepare_cached("COMMIT")?.execute(());
    let kept = written.and_then(|written| commit().map(|_| written).map_err(failed));
    // After some errors, SQLite has rolled back by itself.
    if !connection.is_autocommit()
        && let Err(error) = connection.execute_batch("ROLLBACK")
    {
        tracing::error!(%error, "cannot roll a failed transaction back");
    }
    drop(slot);
    kept
}
