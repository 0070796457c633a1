//! The processes that use the journal, and how a process knows whether another one lives.

use std::fs::File;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, Row};
use stepwell_model::run_store::Holder;

use crate::clock;
use crate::error::StoreError;
use crate::mark::Mark;
use crate::place::{Lock, Place};
use crate::queue::Queue;
use crate::row::micros;
use crate::schema;

/// This process, as other processes see it.
#[derive(Debug)]
pub(crate) struct Me {
    key: i64,
    id: String,
    pid: u32,
    host: String,
    /// Held as long as the process lives.
    _lock: File,
}

impl Me {
    pub(crate) fn register(
        connection: &Connection,
        place: &Place,
        queue: &Queue,
        patience: Duration,
    ) -> Result<Self, StoreError> {
        let failed = |error| StoreError::sqlite(&place.database, &error);
        let id = uuid::Uuid::new_v4().simple().to_string();
        let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
        let slot = queue.begin(connection, patience).map_err(failed)?;
        // Within the transaction, because other processes remove lock files without a row.
        let registered = place.lock(&id).and_then(|lock| {
            let mut me = Self { key: 0, id: id.clone(), pid: std::process::id(), host, _lock: lock };
            me.insert(connection, clock::now()).map_err(failed)?;
            me.key = connection.last_insert_rowid();
            Ok(me)
        });
        let registered = schema::end(connection, slot, registered, failed);
        if registered.is_err() {
            place.remove_lock(&id);
        }
        registered
    }

    fn insert(&self, connection: &Connection, beat: i64) -> rusqlite::Result<()> {
        let insert = "INSERT INTO process (key, id, pid, host, started, beat_boottime, clock)
            VALUES (nullif(?1, 0), ?2, ?3, ?4, ?5, ?6, ?7)";
        let mut insert = connection.prepare_cached(insert)?;
        insert.execute((self.key, &self.id, self.pid, &self.host, micros(Timestamp::now()), beat, clock::name()))?;
        Ok(())
    }

    pub(crate) fn key(&self) -> i64 {
        self.key
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Says that this process lives, and returns the time of this sign of life.
    pub(crate) fn beat(&self, connection: &Connection) -> rusqlite::Result<i64> {
        let beat = clock::now();
        let mut update = connection.prepare_cached("UPDATE process SET beat_boottime = ?2 WHERE key = ?1")?;
        if update.execute((self.key, beat))? == 0 {
            // The lock file was removed from outside, and another process removed the row after it.
            self.insert(connection, beat)?;
        }
        Mark::beat(connection)?;
        Ok(beat)
    }

    /// Whether this process holds runs.
    pub(crate) fn holds_runs(&self, connection: &Connection) -> rusqlite::Result<bool> {
        connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM run WHERE lease = ?1)")?
            .query_row([self.key], |row| row.get(0))
    }

    /// Releases all runs and removes the row of this process.
    pub(crate) fn leave(&self, connection: &Connection) -> rusqlite::Result<()> {
        free(connection, self.key)?;
        connection.execute("DELETE FROM process WHERE key = ?1", [self.key])?;
        Ok(())
    }
}

fn free(connection: &Connection, process: i64) -> rusqlite::Result<()> {
    connection.prepare_cached("UPDATE run SET lease = NULL, leased = NULL WHERE lease = ?1")?.execute([process])?;
    Ok(())
}

/// The columns that [`Process::read`] reads.
pub(crate) const PROCESS: &str =
    "process.key, process.id, process.pid, process.host, process.beat_boottime, process.clock";

/// Their number.
pub(crate) const PROCESS_COLUMNS: usize = 6;

/// A row of `process`.
#[derive(Debug, Clone)]
pub(crate) struct Process {
    pub(crate) key: i64,
    pub(crate) id: String,
    pid: u32,
    host: String,
    beat: i64,
    clock: String,
}

impl Process {
    /// Reads [`PROCESS`] from this column on.
    pub(crate) fn read(row: &Row<'_>, first: usize) -> rusqlite::Result<Self> {
        Ok(Self {
            key: row.get(first)?,
            id: row.get(first + 1)?,
            pid: row.get(first + 2)?,
            host: row.get(first + 3)?,
            beat: row.get(first + 4)?,
            clock: row.get(first + 5)?,
        })
    }

    pub(crate) fn all(connection: &Connection) -> rusqlite::Result<Vec<Self>> {
        let mut all = connection.prepare_cached(&format!("SELECT {PROCESS} FROM process"))?;
        all.query_map((), |row| Self::read(row, 0))?.collect()
    }

    fn is_silent(&self, place: &Place, patience: Duration) -> bool {
        place.watched.is_silent(self.key, (&self.clock, self.beat), patience)
    }

    /// Whether the process executes its runs: it holds its lock and beats.
    pub(crate) fn is_alive(&self, place: &Place, patience: Duration) -> bool {
        place.probe(&self.id) != Lock::Free && !self.is_silent(place, patience)
    }

    /// Whether the process has ended, and not only been suspended.
    pub(crate) fn is_gone(&self, place: &Place, patience: Duration) -> bool {
        match place.probe(&self.id) {
            Lock::Free => true,
            Lock::Held => false,
            Lock::Unknown => self.is_silent(place, patience),
        }
    }

    pub(crate) fn holder(self, since: Timestamp) -> Holder {
        Holder { process: self.id, pid: self.pid, host: self.host, since }
    }
}

/// The living processes besides `me`: those that may be writing.
pub(crate) fn users(connection: &Connection, place: &Place, me: Option<i64>) -> Vec<String> {
    // These columns are the same in every schema.
    let all = || -> rusqlite::Result<Vec<(i64, String, u32, String)>> {
        let mut all = connection.prepare("SELECT key, id, pid, host FROM process")?;
        all.query_map((), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?.collect()
    };
    let others = all().unwrap_or_default().into_iter();
    let others = others.filter(|(key, id, ..)| Some(*key) != me && place.probe(id) == Lock::Held);
    others.map(|(_, _, pid, host)| words(pid, &host)).collect()
}

/// A process in words, as [`Holder`] has them.
fn words(pid: u32, host: &str) -> String {
    format!("process {pid} on `{host}`")
}

/// The process in `process.pid` and `process.host`, which begin at this column, in words; none where both are NULL.
pub(crate) fn maybe_words(row: &Row<'_>, first: usize) -> rusqlite::Result<Option<String>> {
    let (pid, host): (Option<u32>, Option<String>) = (row.get(first)?, row.get(first + 1)?);
    Ok(pid.zip(host).map(|(pid, host)| words(pid, &host)))
}
