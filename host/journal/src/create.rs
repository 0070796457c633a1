//! Creating runs.

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OptionalExtension as _};
use sha2::{Digest as _, Sha256};
use stepwell_model::event::Event;
use stepwell_model::id::{Digest, RunId};
use stepwell_model::journal::JournalError;
use stepwell_model::report::IllegalEvent;
use stepwell_model::run_store::{NewRun, RunKey, RunState};

use crate::lease::Turn;
use crate::placing::Placing;
use crate::record::{Record, is_its_own};
use crate::row::{self, micros};

/// A new run, serialised before its transaction.
pub(crate) struct Ready {
    run: NewRun,
    digest: [u8; 32],
    started: i64,
    first: Vec<Record>,
    /// None for a run that needs no place.
    placing: Option<Placing>,
}

impl Ready {
    pub(crate) fn new(run: NewRun) -> Result<Self, JournalError> {
        let started = run.first.first().map_or_else(Timestamp::now, |event| event.at);
        let first = run.first.iter().map(Record::new).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { digest: Sha256::digest(&run.snapshot).into(), started: micros(started), first, placing: None, run })
    }

    pub(crate) fn run(&self) -> &NewRun {
        &self.run
    }

    /// Gives the run a place, or has it wait for one.
    pub(crate) fn place(&mut self, placing: Placing) {
        self.placing = Some(placing);
    }

    /// The number of its last record.
    pub(crate) fn last_seq(&self) -> u64 {
        self.first.last().map_or(0, |record| record.seq)
    }

    /// Adds a record behind the first ones.
    pub(crate) fn push(&mut self, event: &Event) -> Result<(), JournalError> {
        self.first.push(Record::new(event)?);
        Ok(())
    }

    /// Bytes that it adds at most.
    pub(crate) fn weight(&self) -> usize {
        let components = self.run.components.iter().map(|(_, bytes)| bytes.len());
        self.run.snapshot.len() + self.run.given.len() + components.sum::<usize>()
    }

    /// Writes all of it or nothing.
    pub(crate) fn create(self, turn: &Turn<'_>) -> rusqlite::Result<Result<RunKey, JournalError>> {
        turn.connection.prepare_cached("SAVEPOINT new_run")?.execute(())?;
        let created = match self.insert(turn) {
            Err(error) if is_its_own(&error) => Err(self.refused(&error)),
            created => created?,
        };
        if created.is_err() {
            turn.connection.prepare_cached("ROLLBACK TO new_run")?.execute(())?;
        }
        turn.connection.prepare_cached("RELEASE new_run")?.execute(())?;
        Ok(created)
    }

    fn refused(&self, error: &rusqlite::Error) -> JournalError {
        match error.sqlite_error_code() {
            Some(ErrorCode::ConstraintViolation) => exists(&self.run.id),
            _ => not_created(&self.run.id, format!("SQLite says: {error}")),
        }
    }

    fn insert(&self, turn: &Turn<'_>) -> rusqlite::Result<Result<RunKey, JournalError>> {
        let snapshot = match self.snapshot(turn)? {
            Ok(snapshot) => snapshot,
            Err(error) => return Ok(Err(error)),
        };
        let holder = self.run.held.then_some(turn.me.key());
        if self.run.held {
            turn.takes()?;
        }
        let key = self.insert_run(turn.connection, snapshot, holder)?;
        let mut given = turn.connection.prepare_cached("INSERT INTO given (run, text, sum) VALUES (?1, ?2, ?3)")?;
        given.execute((key.0, &self.run.given, row::sum(&self.run.given)))?;
        for record in &self.first {
            if !record.append(turn.connection, key, holder)? {
                return Ok(Err(JournalError::Illegal(self.illegal(record))));
            }
        }
        Ok(Ok(key))
    }

    /// Why one of the first records does not follow those before it.
    fn illegal(&self, record: &Record) -> IllegalEvent {
        let before = self.first.iter().take_while(|other| !std::ptr::eq(*other, record));
        let ended = before.clone().any(Record::ends);
        let state = if ended { RunState::Ended } else { RunState::Open };
        state.refuses(before.count() as u64, record.seq, record.event)
    }

    fn insert_run(&self, connection: &Connection, snapshot: i64, holder: Option<i64>) -> rusqlite::Result<RunKey> {
        let insert = "INSERT INTO run (id, job, project, dry_run, snapshot, state, last_seq, started, lease, leased,
                concurrency_group, most, queued)
            VALUES (?1, ?2, ?3, ?4, ?5, 'open', 0, ?6, ?7, ?8, ?9, ?10, ?11)";
        let mut insert = connection.prepare_cached(insert)?;
        let NewRun { id, job, project, dry_run, .. } = &self.run;
        let leased = holder.map(|_| micros(Timestamp::now()));
        let key = insert.insert(rusqlite::params![
            id.as_str(),
            job.as_str(),
            project,
            dry_run,
            snapshot,
            self.started,
            holder,
            leased,
            self.placing.as_ref().map(|placing| &placing.group),
            self.placing.as_ref().map(|placing| placing.most),
            self.placing.as_ref().is_some_and(|placing| placing.queued),
        ])?;
        Ok(RunKey(key))
    }

    fn snapshot(&self, turn: &Turn<'_>) -> rusqlite::Result<Result<i64, JournalError>> {
        let text = Stored { digest: Digest(self.digest), bytes: self.run.snapshot.as_bytes(), of: &SNAPSHOT };
        let Some(snapshot) = text.key(turn)? else { return Ok(Err(other_component(&text.digest))) };
        let link = "INSERT OR IGNORE INTO snapshot_component (snapshot, component) VALUES (?1, ?2)";
        for (digest, bytes) in &self.run.components {
            let component = Stored { digest: *digest, bytes, of: &COMPONENT };
            let Some(component) = component.key(turn)? else { return Ok(Err(other_component(digest))) };
            turn.connection.prepare_cached(link)?.execute((snapshot, component))?;
        }
        Ok(Ok(snapshot))
    }
}

/// A second run with the same id.
pub(crate) fn exists(id: &RunId) -> JournalError {
    not_created(id, "there is a run with this id".to_owned())
}

fn not_created(id: &RunId, because: String) -> JournalError {
    let next = "start its job again: every run gets an id of its own".to_owned();
    JournalError::Store { what: format!("run `{id}` was not created"), because, next }
}

/// The bytes of a component do not have its digest.
pub(crate) fn other_component(digest: &Digest) -> JournalError {
    JournalError::Store {
        what: "a run was not created".to_owned(),
        because: format!("one of its components is not the one with {digest}"),
        next: "report this: it is a mistake in the host, not in the job or the plugin".to_owned(),
    }
}

/// A table of what is stored once, by its digest.
struct Table {
    find: &'static str,
    read: &'static str,
    insert: &'static str,
    heal: &'static str,
    what: &'static str,
}

const SNAPSHOT: Table = Table {
    find: "SELECT key FROM snapshot WHERE digest = ?1",
    read: "SELECT CAST(text AS BLOB) FROM snapshot WHERE key = ?1",
    insert: "INSERT INTO snapshot (digest, text) VALUES (?1, CAST(?2 AS TEXT))",
    heal: "UPDATE snapshot SET text = CAST(?2 AS TEXT) WHERE key = ?1",
    what: "snapshot",
};

const COMPONENT: Table = Table {
    find: "SELECT key FROM component WHERE digest = ?1",
    read: "SELECT bytes FROM component WHERE key = ?1",
    insert: "INSERT INTO component (digest, bytes) VALUES (?1, ?2)",
    heal: "UPDATE component SET bytes = ?2 WHERE key = ?1",
    what: "component",
};

/// What is stored once, by its digest.
struct Stored<'a> {
    digest: Digest,
    bytes: &'a [u8],
    of: &'static Table,
}

impl Stored<'_> {
    /// The key of its row, which is inserted when it is missing, and healed when it was changed; none when the digest
    /// is not that of the bytes.
    fn key(&self, turn: &Turn<'_>) -> rusqlite::Result<Option<i64>> {
        let mut find = turn.connection.prepare_cached(self.of.find)?;
        let Some(key) = find.query_row([self.digest.0], |row| row.get(0)).optional()? else {
            return match self.is_itself() {
                true => turn.connection.prepare_cached(self.of.insert)?.insert((self.digest.0, self.bytes)).map(Some),
                false => Ok(None),
            };
        };
        if turn.compared.borrow().contains(&self.digest) {
            return Ok(Some(key));
        }
        let mut read = turn.connection.prepare_cached(self.of.read)?;
        if read.query_row([key], |row| Ok(row.get_ref(0)?.as_blob().is_ok_and(|bytes| bytes == self.bytes)))? {
            turn.compared.borrow_mut().insert(self.digest);
            return Ok(Some(key));
        }
        if !self.is_itself() {
            return Ok(None);
        }
        tracing::warn!(digest = %self.digest, "a {} in the journal was damaged; it is written again", self.of.what);
        turn.connection.prepare_cached(self.of.heal)?.execute((key, self.bytes))?;
        Ok(Some(key))
    }

    fn is_itself(&self) -> bool {
        self.digest.0 == <[u8; 32]>::from(Sha256::digest(self.bytes))
    }
}
