//! Care for the journal as a whole: noticing that it lost something, examining it, copying it and putting a copy back.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use stepwell_model::NextAction as _;
use stepwell_model::id::RunId;
use stepwell_model::report::Report;
use stepwell_model::run_store::{RunFilter, RunInfo, RunReader as _};
use stepwell_secrets::durable;
use stepwell_secrets::ours::{self, PathError};

use crate::error::StoreError;
use crate::log;
use crate::mark::Mark;
use crate::place::Place;
use crate::process::users;
use crate::reader::Reader;
use crate::schema::{self, Form, Tuning};

/// What an examination of the journal found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Examination {
    /// Runs that it holds.
    pub runs: usize,
    /// Records of these runs.
    pub records: usize,
    /// What is wrong with the journal as a whole, in words.
    pub problems: Vec<String>,
    /// Runs that cannot be read as they were written, and why.
    pub damaged: Vec<(RunId, String)>,
}

/// A journal that was put back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Runs that it holds.
    pub runs: i64,
    /// Runs that had not ended. They are paused, because what they did since the copy was made is unknown.
    pub paused: usize,
    /// Where the database that was there before is now.
    pub replaced: Option<PathBuf>,
}

/// Looks for losses before SQLite opens the database; gives the mark.
pub(crate) fn before(place: &Place) -> Result<Mark, StoreError> {
    place.check_processes()?;
    let mark = Mark::read(place)?.unwrap_or_default();
    let lost = |reason| StoreError::Lost { path: place.database.clone(), reason };
    let is_empty = !place.exists()? || place.database.metadata().is_ok_and(|found| found.len() == 0);
    if is_empty && mark.runs > 0 {
        return Err(lost(format!("it is missing or empty, and it held {} runs", mark.runs)));
    }
    let damage = || log::damage(&place.log()).map_err(StoreError::io("read", &place.log()));
    // A process that uses the log writes to it at this moment, and may begin to between two looks.
    if !place.is_used() && damage()?.is_some() && !place.is_used() {
        return damage()?.map_or(Ok(mark), |reason| Err(lost(reason)));
    }
    Ok(mark)
}

/// Looks for losses in the database.
pub(crate) fn after(place: &Place, connection: &Connection, mark: Mark) -> Result<(), StoreError> {
    let found = Mark::of(connection).map_err(|error| StoreError::sqlite(&place.database, &error))?;
    mark.check(place, found)
}

/// Examines the journal of this `STEPWELL_HOME`, every record included. Blocks.
///
/// # Errors
/// When it cannot be read at all.
pub fn examine(home: &Path) -> Result<Examination, StoreError> {
    let (place, tuning) = (std::sync::Arc::new(Place::new(home)), Tuning::default());
    let mut found = Examination::default();
    let mark = match before(&place) {
        Ok(mark) => mark,
        Err(StoreError::Lost { reason, .. }) => {
            found.problems.push(reason);
            Mark::default()
        }
        Err(error) => return Err(error),
    };
    if !place.exists()? {
        return Ok(found);
    }
    let connection = schema::connect(&place, &tuning)?;
    if schema::form(&connection, &place)? == Form::Empty {
        return Ok(found);
    }
    let failed = |error| StoreError::sqlite(&place.database, &error);
    found.problems.extend(integrity(&connection).map_err(failed)?);
    if let Err(StoreError::Lost { reason, .. }) = after(&place, &connection, mark) {
        found.problems.push(reason);
    }
    let reader = Reader::new(std::sync::Arc::clone(&place), tuning);
    match reader.list(&RunFilter::default()) {
        Ok(runs) => runs.iter().for_each(|run| examine_run(&reader, run, &mut found)),
        Err(error) => found.problems.push(error.because()),
    }
    Ok(found)
}

fn integrity(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut check = connection.prepare("PRAGMA integrity_check(20)")?;
    let lines = check.query_map((), |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").map(|line| format!("SQLite says: {line}")).collect())
}

fn examine_run(reader: &Reader, run: &RunInfo, found: &mut Examination) {
    let read = || {
        // Checks the digest of its snapshot.
        reader.run(&run.id).map_err(|error| error.because())?;
        let events = reader.events(run.key, 0).map_err(|error| error.because())?;
        Report::of(&events).map_err(|error| error.to_string())?.ok_or("it has no records")?;
        Ok::<_, String>(events.len())
    };
    found.runs += 1;
    match read() {
        Ok(records) => found.records += records,
        Err(reason) => found.damaged.push((run.id.clone(), reason)),
    }
}

/// Accepts what is left of the journal, and gives the number of its runs. Blocks.
///
/// # Errors
/// When another process uses it, or it cannot be read.
pub fn accept(home: &Path) -> Result<i64, StoreError> {
    let (place, tuning) = (Place::new(home), Tuning::default());
    unused(&place, &tuning)?;
    if !place.exists()? || place.database.metadata().is_ok_and(|found| found.len() == 0) {
        Mark::default().put(&place)?;
        return Ok(0);
    }
    let connection = schema::connect(&place, &tuning)?;
    schema::migrate(&connection, &place, &tuning)?;
    let failed = |error| StoreError::sqlite(&place.database, &error);
    // The damaged end of the log would be found again.
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(())).map_err(failed)?;
    let mark = Mark::of(&connection).map_err(failed)?;
    mark.put(&place)?;
    Ok(mark.runs)
}

/// Copies the journal to a new file, while processes use it. Blocks.
///
/// # Errors
/// When the journal cannot be read, or the file exists or cannot be written.
pub fn back_up(home: &Path, to: &Path) -> Result<(), StoreError> {
    let (place, tuning) = (Place::new(home), Tuning::default());
    let mark = before(&place)?;
    let missing = || StoreError::io("read", &place.database)(io::ErrorKind::NotFound.into());
    if !place.exists()? {
        return Err(missing());
    }
    let connection = schema::connect(&place, &tuning)?;
    if schema::form(&connection, &place)? == Form::Empty {
        return Err(missing());
    }
    after(&place, &connection, mark)?;
    let failed = StoreError::io("write", to);
    if to.symlink_metadata().is_ok() {
        return Err(failed(io::ErrorKind::AlreadyExists.into()));
    }
    let copy = beside(to);
    let copied = new_file(&copy).map_err(failed).and_then(|_| {
        let into = connection.execute("VACUUM INTO ?1", [copy.to_string_lossy()]);
        into.map_err(|error| StoreError::sqlite(to, &error))?;
        publish(&copy, to).map_err(StoreError::io("write", to))
    });
    drop(fs::remove_file(&copy));
    copied
}

/// Puts a copy in the place of the journal, whose files are kept under another name. Blocks.
///
/// # Errors
/// When a process uses the journal, the copy is damaged or no journal, or a file cannot be written.
pub fn restore(home: &Path, from: &Path) -> Result<Restored, StoreError> {
    let (place, tuning) = (Place::new(home), Tuning::default());
    place.make_folders()?;
    unused(&place, &tuning)?;
    let copy = beside(&place.database);
    let put = || {
        let mut bytes = open_ours(from)?;
        let mut file = new_file(&copy).map_err(StoreError::io("create", &copy))?;
        io::copy(&mut bytes, &mut file).map_err(StoreError::io("write", &copy))?;
        let paused = prepare(&copy, from, &tuning)?;
        File::open(&copy).and_then(|file| file.sync_all()).map_err(StoreError::io("write", &copy))?;
        let replaced = put_aside(&place)?;
        fs::rename(&copy, &place.database).map_err(StoreError::io("write", &place.database))?;
        durable::sync_folder(&place.home).map_err(StoreError::io("write", &place.home))?;
        let connection = schema::connect(&place, &tuning)?;
        schema::migrate(&connection, &place, &tuning)?;
        let mark = Mark::of(&connection).map_err(|error| StoreError::sqlite(&place.database, &error))?;
        mark.put(&place)?;
        Ok(Restored { runs: mark.runs, paused, replaced })
    };
    let restored = put();
    drop(fs::remove_file(&copy));
    restored
}

/// Checks the copy of a copy, and pauses its runs; gives their number.
fn prepare(copy: &Path, from: &Path, tuning: &Tuning) -> Result<usize, StoreError> {
    let place = Place { database: copy.to_owned(), ..Place::new(copy.parent().unwrap_or(copy)) };
    let named = |error| match error {
        StoreError::NotAJournal { found, .. } => StoreError::NotAJournal { path: from.to_owned(), found },
        StoreError::Damaged { reason, .. } => StoreError::Damaged { path: from.to_owned(), reason },
        other => other,
    };
    let connection = schema::connect(&place, tuning).map_err(named)?;
    let failed = |error| named(StoreError::sqlite(from, &error));
    if schema::form(&connection, &place).map_err(named)? == Form::Empty {
        return Err(StoreError::NotAJournal { path: from.to_owned(), found: "it is empty" });
    }
    if let Some(reason) = integrity(&connection).map_err(failed)?.into_iter().next() {
        return Err(StoreError::Damaged { path: from.to_owned(), reason });
    }
    // In one file, so that it can be renamed.
    connection.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(())).map_err(failed)?;
    const PAUSE: &str =
        "UPDATE run SET state = 'paused', wake = NULL, lease = NULL, leased = NULL WHERE state = 'open'";
    let paused = connection.execute(PAUSE, ()).map_err(failed)?;
    connection.execute("UPDATE run SET lease = NULL, leased = NULL WHERE lease IS NOT NULL", ()).map_err(failed)?;
    connection.execute("DELETE FROM process", ()).map_err(failed)?;
    Ok(paused)
}

/// Renames the files of the journal; gives the new name of the database.
fn put_aside(place: &Place) -> Result<Option<PathBuf>, StoreError> {
    let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%S%6f").to_string();
    let aside = place.home.join(format!("journal.db.replaced-{now}"));
    let mut replaced = None;
    for end in ["-shm", "-wal", ""] {
        let (old, new) = (with_end(&place.database, end), with_end(&aside, end));
        match fs::rename(&old, &new) {
            Ok(()) => replaced = Some(new),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(StoreError::io("rename", &old)(error)),
        }
    }
    Ok(replaced)
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// Refuses while another process uses the journal.
fn unused(place: &Place, tuning: &Tuning) -> Result<(), StoreError> {
    if !place.is_used() {
        return Ok(());
    }
    let users = schema::connect(place, tuning).map(|connection| users(&connection, place, None)).unwrap_or_default();
    Err(StoreError::Used { path: place.database.clone(), users })
}

/// A name for a file that is being written, in the directory of its place.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.new-{}", uuid::Uuid::new_v4().simple()))
}

fn new_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// Opens a copy of a journal. The host executes the runs in it, so no other user may have changed it.
fn open_ours(path: &Path) -> Result<File, StoreError> {
    match ours::open(path) {
        Ok(found) => Ok(found.file),
        Err(PathError::Foreign { path, .. }) => Err(StoreError::Foreign { path }),
        Err(PathError::Io { path, error }) => Err(StoreError::io("read", &path)(error)),
    }
}

/// Gives a whole file its name, which must be free.
fn publish(file: &Path, name: &Path) -> io::Result<()> {
    File::open(file)?.sync_all()?;
    fs::hard_link(file, name)?;
    durable::sync_folder(name.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new(".")))
}
