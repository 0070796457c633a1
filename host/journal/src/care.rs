//! Care for the journal as a whole: noticing that it lost something, accepting that, and copying it.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;
use stepwell_secrets::durable::{self, Scratch};

use crate::error::StoreError;
use crate::log;
use crate::mark::{Mark, Noted};
use crate::place::Place;
use crate::schema::{self, Connected, Form, Tuning};
use crate::swap;

/// Looks for losses before SQLite opens the database; gives the mark.
pub(crate) fn before(place: &Place) -> Result<Mark, StoreError> {
    let lost = |reason| StoreError::Lost { path: place.database.clone(), reason };
    let mark = match Noted::read(place)? {
        None => Mark::default(),
        Some(Noted::Held(mark)) => mark,
        Some(Noted::Restoring(restoring)) => return Err(lost(swap::interrupted(place, &restoring))),
    };
    if place.is_empty()? {
        if mark.runs > 0 {
            return Err(lost(format!("it is missing or empty, and it held {} runs", mark.runs)));
        }
        // SQLite would take the log for a leftover, and delete it. Looked at again, because another process may have
        // made both between two looks.
        if has_log(place) && place.is_empty()? {
            return Err(lost("it is missing or empty, and its log is not".to_owned()));
        }
    }
    let damage = || log::damage(&place.log()).map_err(StoreError::io("read", &place.log()));
    // A process that uses the log writes to it at this moment, and may begin to between two looks.
    if !place.is_used() && damage()?.is_some() && !place.is_used() {
        return damage()?.map_or(Ok(mark), |reason| Err(lost(reason)));
    }
    Ok(mark)
}

fn has_log(place: &Place) -> bool {
    place.log().metadata().is_ok_and(|log| log.len() > 0)
}

/// Looks for losses in the database, before anything is written to it.
pub(crate) fn after(place: &Place, connection: &Connected, form: Form, mark: Mark) -> Result<(), StoreError> {
    let found = Mark::before_migration(connection, form);
    mark.check(place, found.map_err(|error| StoreError::sqlite(&place.database, &error))?)
}

/// A connection to a database that has lost nothing; none when there is no database, or an empty one.
pub(crate) fn look(place: &Place, tuning: &Tuning) -> Result<Option<(Connected, Form)>, StoreError> {
    place.believe()?;
    let mark = before(place)?;
    if place.is_empty()? {
        return Ok(None);
    }
    let connection = schema::connect_to_read(place, tuning)?;
    let form = schema::form(&connection, place)?;
    after(place, &connection, form, mark)?;
    Ok((form != Form::Empty).then_some((connection, form)))
}

/// Accepts what is left of the journal, and gives the number of its runs. Blocks.
///
/// # Errors
/// When another process uses it, or it cannot be read.
pub fn accept(home: &Path) -> Result<i64, StoreError> {
    let tuning = Tuning::default();
    if Place::existing(home)?.is_none() {
        return Ok(0);
    }
    let place = Place::alone(home, &tuning)?;
    swap::settle(&place)?;
    place.believe()?;
    if place.is_empty()? {
        // SQLite would delete a log without its database.
        if has_log(&place)
            && let Some(kept) = swap::put_aside(&place)?
        {
            tracing::warn!("what was left of it is kept as `{}`", kept.display());
        }
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
    let missing = || StoreError::Missing { path: home.join("journal.db") };
    let place = Place::existing(home)?.ok_or_else(missing)?;
    let (connection, _) = look(&place, &Tuning::default())?.ok_or_else(missing)?;
    if place.owns(to) {
        return Err(StoreError::Reserved { path: to.to_owned() });
    }
    if to.symlink_metadata().is_ok() {
        return Err(StoreError::CopyExists { path: to.to_owned() });
    }
    let scratch = Scratch::new(to).map_err(StoreError::io("write", to))?;
    let copy = scratch.path().join("copy");
    new_file(&copy).map_err(StoreError::io("write", to))?;
    // Bytes, because a path need not be UTF-8.
    let copied = connection.execute("VACUUM INTO CAST(?1 AS TEXT)", [copy.as_os_str().as_bytes()]);
    copied.map_err(|error| StoreError::sqlite(to, &error))?;
    publish(&copy, to).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => StoreError::CopyExists { path: to.to_owned() },
        _ => StoreError::io("write", to)(error),
    })
}

/// A new file for us alone.
pub(crate) fn new_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path)
}

/// Gives a whole file its name, which must be free.
fn publish(file: &Path, name: &Path) -> io::Result<()> {
    File::open(file)?.sync_all()?;
    match renameat_with(CWD, file, CWD, name, RenameFlags::NOREPLACE) {
        // This file system cannot do that, but may have links; FAT has none.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => fs::hard_link(file, name)?,
        renamed => renamed?,
    }
    durable::sync_folder(name.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new(".")))
}
