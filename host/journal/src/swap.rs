//! Putting another database in the place of the journal's: renames only, of files that are whole and on the disk.
//!
//! The mark says first that a copy is being put back, and last what the new journal holds. In between, every command
//! says that the restoration was interrupted. What failed or was interrupted can be undone: the files that were there
//! before have other names by then, and are whole.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use stepwell_model::NextAction as _;
use stepwell_secrets::durable::{self, Staged};

use crate::error::StoreError;
use crate::mark::{self, Mark, Noted, Restoring};
use crate::place::Place;

/// The files of a database, by the ends of their names. SQLite rolls `-journal` back into whatever database is beside
/// it; a process that was killed while it made the journal leaves one.
const FILES: [&str; 4] = ["-wal", "-shm", "-journal", ""];

const OLD_MARK: &str = "journal.mark.replaced-";

/// The steps of a swap. Tests end the process before each.
#[cfg(test)]
pub(crate) const STEPS: usize = FILES.len() + 3;

/// Called before each step. Only tests let it fail or end the process.
pub(crate) type BeforeStep<'a> = &'a dyn Fn(usize) -> io::Result<()>;

/// A swap whose files are all written.
pub(crate) struct Swap<'a> {
    place: &'a Place,
    copy: &'a Path,
    restoring: Restoring,
    /// The mark while the files are renamed, and afterwards.
    marks: [Option<Staged>; 2],
}

impl<'a> Swap<'a> {
    /// Writes all that the swap needs: it fails here when the disk is full.
    pub(crate) fn new(place: &'a Place, copy: &'a Path, mark: Mark) -> Result<Self, StoreError> {
        let inode = |file: File| {
            file.sync_all()?;
            Ok(file.metadata()?.ino())
        };
        let inode = File::open(copy).and_then(inode).map_err(StoreError::io("write", &place.database))?;
        let restoring = Restoring { stamp: stamp(), inode };
        let path = place.mark();
        let stage = |text: String| Staged::new(&path, text.as_bytes()).map(Some);
        let staged = || {
            let marks = [stage(restoring.text())?, stage(mark.text())?];
            match mark::read_bytes(&path) {
                Ok(bytes) => durable::create(&old_mark(place, &restoring.stamp), &bytes)?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
            Ok(marks)
        };
        let marks = staged().inspect_err(|_| drop(fs::remove_file(old_mark(place, &restoring.stamp))));
        Ok(Self { place, copy, marks: marks.map_err(StoreError::io("write", &path))?, restoring })
    }

    /// Renames the files, and gives the new name of the database that was there. An error leaves everything as it was.
    pub(crate) fn carry_out(mut self, before: BeforeStep<'_>) -> Result<Option<PathBuf>, StoreError> {
        let carried_out = self.rename_all(before);
        let old_mark = old_mark(self.place, &self.restoring.stamp);
        let aside = aside(self.place, &self.restoring.stamp);
        match carried_out {
            Ok(()) => {
                drop(fs::remove_file(old_mark));
                Ok(first_of(&aside))
            }
            Err(error) => match self.undo() {
                Ok(()) => Err(error),
                Err(second) => {
                    let reason = format!("{}; and then: {}: {}", error.because(), second, second.because());
                    Err(StoreError::Aside { path: self.place.database.clone(), aside, reason })
                }
            },
        }
    }

    fn rename_all(&mut self, before: BeforeStep<'_>) -> Result<(), StoreError> {
        let (place, mark) = (self.place, self.place.mark());
        let [first, last] = &mut self.marks;
        let put = |step, staged: &mut Option<Staged>| {
            before(step)
                .and_then(|()| staged.take().map_or(Ok(()), Staged::replace))
                .map_err(StoreError::io("write", &mark))
        };
        put(0, first)?;
        for (step, end) in (1..).zip(FILES) {
            let old = place.beside(end);
            let moved = before(step).and_then(|()| rename(&old, &with_end(&aside(place, &self.restoring.stamp), end)));
            moved.map_err(StoreError::io("rename", &old))?;
        }
        let placed = before(FILES.len() + 1).and_then(|()| {
            durable::sync_folder(place.folder())?;
            fs::rename(self.copy, &place.database)?;
            durable::sync_folder(place.folder())
        });
        placed.map_err(StoreError::io("write", &place.database))?;
        put(FILES.len() + 2, last)
    }

    fn undo(&self) -> Result<(), StoreError> {
        if is_placed(self.place, &self.restoring) {
            fs::rename(&self.place.database, self.copy).map_err(StoreError::io("rename", &self.place.database))?;
        }
        put_back(self.place, &self.restoring.stamp)
    }
}

/// Renames the files of the journal; gives the new name of the database, or of its log.
pub(crate) fn put_aside(place: &Place) -> Result<Option<PathBuf>, StoreError> {
    let aside = aside(place, &stamp());
    for end in FILES {
        let old = place.beside(end);
        rename(&old, &with_end(&aside, end)).map_err(StoreError::io("rename", &old))?;
    }
    Ok(first_of(&aside))
}

/// The database that was put aside, or its log where that is alone.
fn first_of(aside: &Path) -> Option<PathBuf> {
    ["", "-wal"].map(|end| with_end(aside, end)).into_iter().find(|path| path.exists())
}

/// Ends a swap whose process was killed: it is undone, unless the copy is in its place already.
pub(crate) fn settle(place: &Place) -> Result<(), StoreError> {
    match Noted::read(place)? {
        Some(Noted::Restoring(restoring)) if !is_placed(place, &restoring) => put_back(place, &restoring.stamp)?,
        _ => {}
    }
    let names = fs::read_dir(&place.home).map_err(StoreError::io("read", &place.home))?;
    let names = names.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    // Of a process that was killed before the swap.
    let left = names.filter(|name| name.strip_prefix('.').unwrap_or(name).starts_with(OLD_MARK));
    left.for_each(|name| drop(fs::remove_file(place.home.join(name))));
    Ok(())
}

/// What a swap whose process was killed has left, in words.
pub(crate) fn interrupted(place: &Place, restoring: &Restoring) -> String {
    const WHAT: &str = "`stepwell journal restore` was interrupted";
    let aside = aside(place, &restoring.stamp);
    match FILES.iter().any(|end| with_end(&aside, end).exists()) {
        true => format!("{WHAT}; the database that was there before is `{}`", aside.display()),
        false => WHAT.to_owned(),
    }
}

/// Gives the files that were there before their names again, and last their mark.
fn put_back(place: &Place, stamp: &str) -> Result<(), StoreError> {
    let aside = aside(place, stamp);
    for end in FILES.into_iter().rev() {
        let (old, new) = (with_end(&aside, end), place.beside(end));
        rename(&old, &new).map_err(StoreError::io("rename", &old))?;
    }
    durable::sync_folder(place.folder()).map_err(StoreError::io("write", place.folder()))?;
    let (old, mark) = (old_mark(place, stamp), place.mark());
    let marked = rename(&old, &mark).and_then(|was_there| if was_there { Ok(()) } else { remove(&mark) });
    marked.and_then(|()| durable::sync_folder(&place.home)).map_err(StoreError::io("write", &mark))
}

/// Whether the copy has the name of the database.
fn is_placed(place: &Place, restoring: &Restoring) -> bool {
    place.database.metadata().is_ok_and(|found| found.ino() == restoring.inode)
}

/// Renames a file; false when there is none.
fn rename(from: &Path, to: &Path) -> io::Result<bool> {
    match fs::rename(from, to) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Removes a file, if there is one.
fn remove(path: &Path) -> io::Result<()> {
    fs::remove_file(path).or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

fn stamp() -> String {
    jiff::Timestamp::now().strftime("%Y%m%dT%H%M%S%6f").to_string()
}

/// The later name of the database that is there.
fn aside(place: &Place, stamp: &str) -> PathBuf {
    place.beside(&format!(".replaced-{stamp}"))
}

/// The later name of the mark that is there.
fn old_mark(place: &Place, stamp: &str) -> PathBuf {
    place.home.join(format!("{OLD_MARK}{stamp}"))
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}
