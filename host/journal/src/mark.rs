//! The mark beside the database: what the journal has held at least.
//!
//! SQLite takes an empty database for a new one, and a log with a damaged frame for a log that ends there. The mark tells
//! these from what was written. It is a lower bound, written after the commit that it speaks of and never synchronised on
//! its own, so it is never ahead of the database, whatever fails, and costs no transaction its time.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::Path;

use rusqlite::Connection;
use sha2::{Digest as _, Sha256};

use crate::error::StoreError;
use crate::place::Place;

/// What a journal holds, in numbers that only grow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Runs that were ever created. Removed ones count.
    pub(crate) runs: i64,
    /// Processes that ever wrote, and their heartbeats.
    pub(crate) beats: i64,
}

/// Bytes of the mark: one sector, so that it is written whole or not at all.
const LENGTH: usize = 128;

impl Mark {
    /// The mark of a database with the current schema.
    pub(crate) fn of(connection: &Connection) -> rusqlite::Result<Self> {
        const READ: &str = "SELECT coalesce(max(seq) FILTER (WHERE name = 'run'), 0),
            coalesce(max(seq) FILTER (WHERE name = 'process'), 0) FROM sqlite_sequence";
        connection.prepare_cached(READ)?.query_row((), |row| Ok(Self { runs: row.get(0)?, beats: row.get(1)? }))
    }

    /// Counts a heartbeat. No process gets the number: they only grow faster.
    pub(crate) fn beat(connection: &Connection) -> rusqlite::Result<()> {
        let beat = "UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'process'";
        connection.prepare_cached(beat)?.execute(())?;
        Ok(())
    }

    /// The mark that was written last; none when there is none that can be read.
    pub(crate) fn read(place: &Place) -> Result<Option<Self>, StoreError> {
        let path = place.mark();
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(error) => return Err(StoreError::io("read", &path)(error)),
        };
        let mark = Self::parse(&text);
        if mark.is_none() && !text.is_empty() {
            tracing::warn!(path = %path.display(), "it is damaged; lost runs are not noticed until it is written again");
        }
        Ok(mark)
    }

    fn parse(text: &str) -> Option<Self> {
        let (line, sum) = text.trim_end().rsplit_once(' ')?;
        let mut words = line.split(' ');
        let mut number = |key: &str| words.next()?.strip_prefix(key)?.strip_prefix('=')?.parse().ok();
        let mark = Self { runs: number("runs")?, beats: number("beats")? };
        (sum == checksum(line)).then_some(mark)
    }

    fn text(self) -> String {
        let line = format!("runs={} beats={}", self.runs, self.beats);
        let text = format!("{line} {}", checksum(&line));
        format!("{text:<width$}\n", width = LENGTH - 1)
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

    /// Refuses a database that holds less than the mark says.
    pub(crate) fn check(self, place: &Place, found: Self) -> Result<(), StoreError> {
        if found.runs >= self.runs && found.beats >= self.beats {
            return Ok(());
        }
        let reason = if found.runs < self.runs {
            format!("it held {} runs, and knows of only {}", self.runs, found.runs)
        } else {
            "its last commits are missing".to_owned()
        };
        Err(StoreError::Lost { path: place.database.clone(), reason })
    }
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
        let mark = Mark { runs: 12, beats: 3_456 };
        let text = mark.text();
        assert_eq!((text.len(), Mark::parse(&text)), (LENGTH, Some(mark)));
        assert_eq!(Mark::parse(&text.replace("12", "13")), None);
        for damaged in ["", "\n", "runs=1", "runs=1 beats=2 00"] {
            assert_eq!(Mark::parse(damaged), None, "{damaged}");
        }
    }
}
