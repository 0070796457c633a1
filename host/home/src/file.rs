//! Reading the files that people write.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use stepwell_model::error::last_cause;
use stepwell_model::settings::System;
use stepwell_model::source::Source;
use stepwell_secrets::ours::{self, OurFile, PathError, Rule};

use crate::error::HomeError;

/// Bytes of a job or settings file: a thousand times what people write.
const LONGEST_FILE: u64 = 4 << 20;

/// Reads a file as text of at most 4 MiB. What it says confers nothing: whoever wrote it may be anyone.
///
/// # Errors
/// When the file cannot be read, is longer, or is not UTF-8.
pub fn read(path: &Path) -> Result<Source, HomeError> {
    let unreadable =
        |error: std::io::Error| HomeError::Unreadable { path: path.to_owned(), reason: last_cause(&error) };
    text(path, File::open(path).map_err(unreadable)?)
}

/// A file that only we and root can change, and so can lead to.
pub struct OurText {
    pub source: Source,
    /// Its path without symbolic links.
    pub place: PathBuf,
}

/// Reads a file that the host believes and the operator names: a job, which makes calls within the grants. It may be a
/// pipe.
pub fn read_ours(path: &Path) -> Result<OurText, HomeError> {
    text_of(path, ours::open(path)?)
}

/// Reads a file that the host believes and finds by its name: settings, and jobs that a job uses. None when nothing has
/// this name.
///
/// What has the name and cannot be read is an error: it may restrict what runs may do.
pub fn find_ours(path: &Path) -> Result<Option<OurText>, HomeError> {
    if !ours::is_there(path)? {
        return Ok(None);
    }
    text_of(path, ours::open_regular(path)?).map(Some)
}

fn text_of(path: &Path, found: OurFile) -> Result<OurText, HomeError> {
    Ok(OurText { source: text(path, found.file)?, place: found.place })
}

fn text(path: &Path, file: File) -> Result<Source, HomeError> {
    let wrong = |reason| HomeError::NotText { path: path.to_owned(), reason };
    let mut text = String::new();
    file.take(LONGEST_FILE + 1).read_to_string(&mut text).map_err(|error| match error.kind() {
        ErrorKind::InvalidData => wrong("it has bytes that are no UTF-8"),
        _ => HomeError::Unreadable { path: path.to_owned(), reason: last_cause(&error) },
    })?;
    if text.len() as u64 > LONGEST_FILE {
        return Err(wrong("it is larger than 4 MiB"));
    }
    Ok(Source::new(path.display().to_string(), text))
}

/// Reads the `stepwell.toml` of a `STEPWELL_HOME`; none when the file does not exist.
pub fn read_system(home: &Path) -> Result<Option<System>, HomeError> {
    let found = find_ours(&home.join("stepwell.toml"))?;
    Ok(found.map(|found| System::read(found.source)).transpose()?)
}

/// Refuses a folder that the host made and another user can change. It need not exist.
pub fn check_own_folder(path: &Path) -> Result<(), HomeError> {
    let Ok(found) = path.metadata() else { return Ok(()) };
    let judged = ours::check(&found, Rule::HostWrites);
    Ok(judged.map_err(|fault| PathError::Foreign { path: path.to_owned(), fault })?)
}

/// Refuses a `STEPWELL_HOME` that another user can change, or whose entries are links to a place that one can change.
/// Neither need exist.
pub fn check_home(home: &Path) -> Result<(), HomeError> {
    const ENTRIES: [&str; 7] =
        ["keys", "plugins", "cache", "cache/components", "processes", "journal.db", "trust.json"];
    let check = |path: &Path| match ours::resolve(path) {
        Err(error @ PathError::Foreign { .. }) => Err(error),
        // Who needs the directory reports what is wrong with it.
        Ok(_) | Err(PathError::Io { .. }) => Ok(()),
    };
    check(home)?;
    let entries = ENTRIES.map(|entry| home.join(entry));
    // What lies in the directory itself has rules of its own.
    let is_link = |path: &&PathBuf| path.symlink_metadata().is_ok_and(|found| found.is_symlink());
    Ok(entries.iter().filter(is_link).try_for_each(|path| check(path))?)
}
