//! The processes that use the journal, and how a process knows whether another one lives.

use std::fs::File;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, Row};
use stepwell_model::run_store::Holder;

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
            me.insert(connection).map_err(failed)?;
            me.key = connection.last_insert_rowid();
            Ok(me)
        });
        let registered = schema::end(connection, slot, registered, failed);
        if registered.is_err() {
            place.remove_lock(&id);
        }
        registered
    }

    fn insert(&self, connection: &Connection) -> rusqlite::Result<()> {
        let insert =
            "INSERT INTO process (key, id, pid, host, started, beat) VALUES (nullif(?1, 0), ?2, ?3, ?4, ?5, ?6)";
        let mut insert = connection.prepare_cached(insert)?;
        insert.execute((self.key, &self.id, self.pid, &self.host, micros(Timestamp::now()), monotonic()))?;
        Ok(())
    }

    pub(crate) fn key(&self) -> i64 {
        self.key
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Says that this process lives, and whether it holds runs.
    pub(crate) fn beat(&self, connection: &Connection) -> rusqlite::Result<bool> {
        let mut update = connection.prepare_cached("UPDATE process SET beat = ?2 WHERE key = ?1")?;
        if update.execute((self.key, monotonic()))? == 0 {
            // The lock file was removed from outside, and another process removed the row after it.
            self.insert(connection)?;
        }
        Mark::beat(connection)?;
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

/// Milliseconds on the machine's monotonic clock, which no one sets and which stops while the machine sleeps.
fn monotonic() -> i64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    now.tv_sec * 1000 + now.tv_nsec / 1_000_000
}

/// The columns that [`Process::read`] reads.
pub(crate) const PROCESS: &str = "process.key, process.id, process.pid, process.host, process.beat";

/// A row of `process`.
#[derive(Debug, Clone)]
pub(crate) struct Process {
    pub(crate) key: i64,
    pub(crate) id: String,
    pid: u32,
    host: String,
    beat: i64,
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
        })
    }

    pub(crate) fn all(connection: &Connection) -> rusqlite::Result<Vec<Self>> {
        let mut all = connection.prepare_cached(&format!("SELECT {PROCESS} FROM process"))?;
        all.query_map((), |row| Self::read(row, 0))?.collect()
    }

    /// Whether the process has not beaten for `patience`. A clock that went back belongs to a rebooted machine.
    fn is_silent(&self, patience: Duration) -> bool {
        u128::try_from(monotonic() - self.beat).map_or(true, |age| age > patience.as_millis())
    }

    /// Whether the process executes its runs: it holds its lock and beats.
    pub(crate) fn is_alive(&self, place: &Place, patience: Duration) -> bool {
        place.probe(&self.id) != Lock::Free && !self.is_silent(patience)
    }

    /// Whether the process has ended, and not only been suspended.
    pub(crate) fn is_gone(&self, place: &Place, patience: Duration) -> bool {
        match place.probe(&self.id) {
            Lock::Free => true,
            Lock::Held => false,
            Lock::Unknown => self.is_silent(patience),
        }
    }

    pub(crate) fn holder(self, since: Timestamp) -> Holder {
        Holder { process: self.id, pid: self.pid, host: self.host, since }
    }
}

/// The living processes besides `me`: those that may be writing.
pub(crate) fn users(connection: &Connection, place: &Place, me: Option<i64>) -> Vec<String> {
    let all = Process::all(connection).unwrap_or_default();
    let others = all.into_iter().filter(|process| Some(process.key) != me && place.probe(&process.id) == Lock::Held);
    others.map(|process| format!("process {} on `{}`", process.pid, process.host)).collect()
}
