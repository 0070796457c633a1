//! The mark beside the database: what the journal has held at least.
//!
//! SQLite takes an empty database for a new one, and a log with a damaged frame for a log that ends there. The mark
//! tells these from what was written. It is a lower bound, written after the commit that it speaks of and never
//! synchronised on its own, so it is never ahead of the database, whatever fails, and costs no transaction its time.
//!
//! While a copy is put back, the file says so instead: a process that is killed in between leaves half of each.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::Path;

use rusqlite::Connection;
use sha2::{Digest as _, Sha256};

use crate::error::StoreError;
use crate::place::Place;
use crate::schema::Form;

/// What a journal holds, in numbers that only grow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Runs that were ever created. Removed ones count.
    pub(crate) runs: i64,
    /// Processes that ever wrote, and their heartbeats.
    pub(crate) beats: i64,
    /// Which journal it is; none in a journal or a mark of an earlier release.
    pub(crate) generation: Option<i64>,
}

/// What the file of the mark says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Noted {
    /// What the journal has held at least.
    Held(Mark),
    /// A copy is being put back, or its process was killed.
    Restoring(Restoring),
}

/// A copy that is being put in the place of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Restoring {
    /// The end of the names of the files that were there before.
    pub(crate) stamp: String,
    /// The inode of the copy, which a rename does not change.
    pub(crate) inode: u64,
}

/// The name of the file.
pub(crate) const MARK: &str = "journal.mark";

/// Bytes of the mark: one sector, so that it is written whole or not at all.
const LENGTH: usize = 128;

impl Mark {
    /// The mark of a database with the current schema.
    pub(crate) fn of(connection: &Connection) -> rusqlite::Result<Self> {
        Self::query(connection, "(SELECT id FROM generation)")
    }

    /// The mark of a database that was not migrated yet.
    pub(crate) fn before_migration(connection: &Connection, form: Form) -> rusqlite::Result<Self> {
        match form {
            Form::Empty => Ok(Self::default()),
            Form::Old(..=2) => Self::query(connection, "NULL"),
            Form::Old(_) | Form::Current => Self::of(connection),
        }
    }

    fn query(connection: &Connection, generation: &str) -> rusqlite::Result<Self> {
        let read = format!(
            "SELECT coalesce(max(seq) FILTER (WHERE name = 'run'), 0),
                coalesce(max(seq) FILTER (WHERE name = 'process'), 0), {generation} FROM sqlite_sequence"
        );
        let read = &mut connection.prepare_cached(&read)?;
        read.query_row((), |row| Ok(Self { runs: row.get(0)?, beats: row.get(1)?, generation: row.get(2)? }))
    }

    /// Counts a heartbeat. No process gets the number: they only grow faster.
    pub(crate) fn beat(connection: &Connection) -> rusqlite::Result<()> {
        let beat = "UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'process'";
        connection.prepare_cached(beat)?.execute(())?;
        Ok(())
    }

    fn line(self) -> String {
        let Self { runs, beats, generation } = self;
        let generation = generation.map(|id| format!(" generation={:016x}", id.cast_unsigned()));
        format!("runs={runs} beats={beats}{}", generation.unwrap_or_default())
    }

    /// The contents of the file that says this.
    pub(crate) fn text(self) -> String {
        text(&self.line())
    }

    /// Raises the mark. A failure costs no run: the older mark still holds.
    pub(crate) fn raise(self, file: Option<&File>) {
        if let Some(Err(error)) = file.map(|file| file.write_all_at(self.text().as_bytes(), 0)) {
            tracing::debug!(%error, "the mark of the journal was not raised");
        }
    }

    /// Writes the mark anew.
    pub(crate) fn put(self, place: &Place) -> Result<(), StoreError> {
        let path = place.mark();
        stepwell_secrets::durable::replace(&path, self.text().as_bytes()).map_err(StoreError::io("write", &path))
    }

    /// Refuses a database that holds less than the mark says. Of a journal without runs, nothing was lost.
    pub(crate) fn check(self, place: &Place, found: Self) -> Result<(), StoreError> {
        let is_another = self.generation.is_some() && found.generation != self.generation;
        let reason = match () {
            () if self.runs == 0 => return Ok(()),
            () if is_another && found.runs > 0 => "it is another journal than the one that was here last".to_owned(),
            () if found.runs < self.runs => {
                format!("it held {} runs, and knows of only {}", self.runs, found.runs)
            }
            () if is_another || found.beats < self.beats => "its last commits are missing".to_owned(),
            () => return Ok(()),
        };
        Err(StoreError::Lost { path: place.database.clone(), reason })
    }
}

impl Noted {
    /// What the file says; none when there is none that can be read.
    pub(crate) fn read(place: &Place) -> Result<Option<Self>, StoreError> {
        Self::read_in(&place.home)
    }

    /// What the file in this `STEPWELL_HOME` says.
    pub(crate) fn read_in(home: &Path) -> Result<Option<Self>, StoreError> {
        let path = home.join(MARK);
        let bytes = match read_bytes(&path) {
            Ok(bytes) => bytes,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(error) => return Err(StoreError::io("read", &path)(error)),
        };
        let noted = str::from_utf8(&bytes).ok().and_then(Self::parse);
        if noted.is_none() && !bytes.is_empty() {
            tracing::warn!(path = %path.display(), "it is damaged; lost runs are not noticed until it is written again");
        }
        Ok(noted)
    }

    fn parse(text: &str) -> Option<Self> {
        let (line, sum) = text.trim_end().rsplit_once(' ')?;
        if sum != checksum(line) {
            return None;
        }
        let mut words = line.split(' ').map_while(|word| word.split_once('='));
        let mut value = |key: &str| words.next().filter(|(found, _)| *found == key).map(|(_, value)| value);
        if line.starts_with("restoring=") {
            let (stamp, inode) = (value("restoring")?.to_owned(), value("inode")?.parse().ok()?);
            return Some(Self::Restoring(Restoring { stamp, inode }));
        }
        let (runs, beats) = (value("runs")?.parse().ok()?, value("beats")?.parse().ok()?);
        // Marks of earlier releases have none.
        let generation = value("generation").map(|id| u64::from_str_radix(id, 16).map(u64::cast_signed));
        Some(Self::Held(Mark { runs, beats, generation: generation.transpose().ok()? }))
    }
}

impl Restoring {
    /// The contents of the file that says this.
    pub(crate) fn text(&self) -> String {
        text(&format!("restoring={} inode={}", self.stamp, self.inode))
    }
}

fn text(line: &str) -> String {
    let text = format!("{line} {}", checksum(line));
    format!("{text:<width$}\n", width = LENGTH - 1)
}

/// The bytes of the file, as far as a mark can have them.
pub(crate) fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(2 * LENGTH as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The file of the mark, for a process that writes.
pub(crate) fn open(path: &Path) -> Option<File> {
    let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path);
    file.inspect_err(|error| tracing::debug!(%error, "no mark of the journal")).ok()
}

fn checksum(line: &str) -> String {
    Sha256::digest(line).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_as_it_was_written_and_a_damaged_one_is_none() {
        let first = Mark { runs: 12, beats: 3_456, generation: None };
        let last = Mark { runs: i64::MAX, beats: i64::MAX, generation: Some(-12) };
        let restoring = Restoring { stamp: "20260101T000000000012".to_owned(), inode: u64::MAX };
        for (noted, text) in [
            (Noted::Held(first), first.text()),
            (Noted::Held(Mark { generation: Some(12), ..first }), Mark { generation: Some(12), ..first }.text()),
            (Noted::Held(last), last.text()),
            (Noted::Restoring(restoring.clone()), restoring.text()),
        ] {
            assert_eq!((text.len(), Noted::parse(&text)), (LENGTH, Some(noted)), "{text}");
            assert_eq!(Noted::parse(&text.replace('1', "2")), None, "{text}");
        }
        for damaged in ["", "\n", "runs=1", "runs=1 beats=2 00"] {
            assert_eq!(Noted::parse(damaged), None, "{damaged}");
        }
    }

    #[test]
    fn a_mark_of_an_earlier_release_is_understood() {
        let line = "runs=12 beats=3456";
        assert_eq!(
            Noted::parse(&format!("{line} {}", checksum(line))),
            Some(Noted::Held(Mark { runs: 12, beats: 3_456, generation: None }))
        );
    }
}
