//! The form of the database.

use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::error::StoreError;
use crate::place::Place;

/// `Step`: tells our databases from those of others.
const APPLICATION: i64 = 0x5374_6570;

/// Each brings the form from its index to the next version. What was released is never changed.
const MIGRATIONS: [&str; 1] = [include_str!("schema/v1.sql")];

/// What is other than usual in tests only.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tuning {
    /// How long somebody else may write before we give up.
    pub(crate) busy: Duration,
    /// How often a process that holds runs says that it is there.
    pub(crate) beat: Duration,
    /// A holder that has been silent for so long is taken for dead, even though its lock is held: it is suspended.
    pub(crate) patience: Duration,
    /// The size at which SQLite says that the disk is full.
    pub(crate) max_pages: Option<u32>,
}

impl Default for Tuning {
    fn default() -> Self {
        let [busy, beat, patience] = [10, 5, 30].map(Duration::from_secs);
        Self { busy, beat, patience, max_pages: None }
    }
}

/// A connection to a database that is there.
pub(crate) fn connect(place: &Place, tuning: &Tuning) -> Result<Connection, StoreError> {
    let failed = |error| StoreError::sqlite(&place.database, &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(&place.database, flags).map_err(failed)?;
    prepare(&mut connection, tuning).map_err(failed)?;
    Ok(connection)
}

fn prepare(connection: &mut Connection, tuning: &Tuning) -> rusqlite::Result<()> {
    wait_for_others(connection, tuning.busy)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.pragma_update(None, "synchronous", "FULL")?;
    // What macOS calls written is still in the memory of the disk.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What a long reader let the log grow to is given back.
    connection.pragma_update_and_check(None, "journal_size_limit", 64 << 20, |_| Ok(()))?;
    if let Some(pages) = tuning.max_pages {
        connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
    }
    Ok(())
}

/// SQLite's own way of waiting sleeps longer and longer, up to 100 ms, and so comes late whenever others write a lot.
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

/// What a database is before it is brought to the form that is known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Nothing is in it yet.
    Empty,
    /// That of an earlier release.
    Old(i64),
    /// What is known here.
    Current,
}

/// # Errors
/// When it is no journal, or one that is newer than this program.
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

/// Brings the database to the form that is known here.
pub(crate) fn migrate(connection: &Connection, place: &Place, tuning: &Tuning) -> Result<(), StoreError> {
    let failed = |error| StoreError::sqlite(&place.database, &error);
    let found = form(connection, place)?;
    if found == Form::Empty {
        // Has no effect later than this.
        connection.pragma_update(None, "auto_vacuum", "INCREMENTAL").map_err(failed)?;
    }
    write_ahead(connection, tuning.busy).map_err(failed)?;
    if found == Form::Current {
        return Ok(());
    }
    begin(connection).map_err(failed)?;
    // Looked at again, because another process may have been faster.
    let migrated = form(connection, place).and_then(|form| match form {
        Form::Empty => apply(connection, 0).map_err(failed),
        Form::Old(found) => apply(connection, found).map_err(failed),
        Form::Current => Ok(()),
    });
    end(connection, migrated, failed)
}

/// SQLite does not wait when two switch a new database at the same time.
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

/// Begins to write, and waits for others who do.
pub(crate) fn begin(connection: &Connection) -> rusqlite::Result<()> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute(())?;
    Ok(())
}

/// Keeps what was written, or nothing of it when that had failed.
pub(crate) fn end<T, E>(
    connection: &Connection,
    written: Result<T, E>,
    failed: impl FnOnce(rusqlite::Error) -> E,
) -> Result<T, E> {
    let commit = || connection.prepare_cached("COMMIT")?.execute(());
    let kept = written.and_then(|written| commit().map(|_| written).map_err(failed));
    // After some errors SQLite has rolled back by itself.
    if !connection.is_autocommit()
        && let Err(error) = connection.execute_batch("ROLLBACK")
    {
        tracing::error!(%error, "what was not kept could not be taken back");
    }
    kept
}
