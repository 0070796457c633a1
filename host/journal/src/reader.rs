//! Reading, while others write.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, Row};
use sha2::{Digest as _, Sha256};
use stepwell_model::event::Event;
use stepwell_model::id::{Digest, RunId, StepPath};
use stepwell_model::journal::JournalError;
use stepwell_model::run_store::{
    Holder, OperatorDecision, Prune, Requests, RunFilter, RunInfo, RunKey, RunMatch, RunReader, RunRecord, RunStanding,
    RunState,
};

use crate::decision;
use crate::error::StoreError;
use crate::place::Place;
use crate::placing;
use crate::process::{PROCESS, PROCESS_COLUMNS, Process, users};
use crate::prune::doomed;
use crate::row::{self, INFO, INFO_COLUMNS, micros};
use crate::schema::{self, Connected, Tuning};

/// Idle connections that are kept for later reads.
const MOST_IDLE: usize = 4;
/// Candidates that an ambiguous id prefix is explained with.
pub(crate) const MOST_CANDIDATES: usize = 8;

/// Reads the journal of a `STEPWELL_HOME`.
pub struct Reader {
    place: Arc<Place>,
    tuning: Tuning,
    idle: Mutex<Vec<Connected>>,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("place", &self.place).finish_non_exhaustive()
    }
}

impl RunReader for Reader {
    fn run(&self, id: &RunId) -> Result<Option<RunRecord>, JournalError> {
        let found = self.with(|connection| self.read_run(connection, id.as_str()))?;
        Ok(found.map(|found| self.check(found)).transpose()?)
    }

    fn find(&self, text: &str) -> Result<RunMatch, JournalError> {
        let ids = self.with(|connection| ids(connection, text))?;
        match ids.as_slice() {
            [] => Ok(RunMatch::Unknown),
            [id] => Ok(self.run(id)?.map_or(RunMatch::Unknown, |run| RunMatch::One(Box::new(run)))),
            _ => Ok(RunMatch::Ambiguous(ids)),
        }
    }

    fn list(&self, filter: &RunFilter) -> Result<Vec<RunInfo>, JournalError> {
        Ok(self.runs(filter)?)
    }

    fn prunable(&self, prune: &Prune) -> Result<u64, JournalError> {
        Ok(self.with(|connection| Ok(doomed(prune, connection)?.len() as u64))?)
    }

    fn events(&self, run: RunKey, after: u64) -> Result<Vec<Event>, JournalError> {
        // One statement, which sees one state of a run that goes on.
        const READ: &str = "SELECT run.last_seq, event.seq, json, sum FROM run
            LEFT JOIN event ON event.run = run.key AND event.seq > ?2 WHERE run.key = ?1 ORDER BY event.seq";
        let from = i64::try_from(after).unwrap_or(i64::MAX);
        let read = |connection: &Connection| {
            let mut read = connection.prepare_cached(READ)?;
            let rows = read.query_map((run.0, from), |row| {
                let last = row.get::<_, i64>(0)?.cast_unsigned();
                let Some(seq) = row.get::<_, Option<i64>>(1)? else { return Ok((last, None)) };
                let text = (row.get::<_, String>(2)?, row.get::<_, Option<u32>>(3)?);
                Ok((last, Some((seq.cast_unsigned(), text))))
            })?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        let rows = self.with(read)?;
        let last = rows.first().map_or(after, |(last, _)| *last);
        let numbered = rows.into_iter().filter_map(|(_, record)| record).zip(after.saturating_add(1)..);
        let events: Vec<_> = numbered
            .map(|((seq, (json, sum)), expected)| self.event(&json, sum, (seq, expected)))
            .collect::<Result<_, _>>()?;
        // A damaged page of an index leaves records out.
        let found = events.last().map_or(after, |event| event.seq);
        if found < last {
            return Err(self.damaged(format!("record {} of a run is missing", found + 1)).into());
        }
        Ok(events)
    }

    fn decision(&self, run: RunKey, step: &StepPath) -> Result<Option<OperatorDecision>, JournalError> {
        Ok(self.with(|connection| decision::last(connection, run, step))?)
    }

    fn component(&self, digest: &Digest) -> Result<Option<Vec<u8>>, JournalError> {
        let read = |connection: &Connection| {
            let mut read = connection.prepare_cached("SELECT bytes FROM component WHERE digest = ?1")?;
            read.query_row([digest.0], |row| row.get::<_, Vec<u8>>(0)).optional()
        };
        let found = self.with(read)?;
        match &found {
            Some(bytes) if digest.0 != <[u8; 32]>::from(Sha256::digest(bytes)) => {
                Err(self.damaged(format!("the component with {digest} has another digest by now")).into())
            }
            _ => Ok(found),
        }
    }
}

impl Reader {
    pub(crate) fn new(place: Arc<Place>, tuning: Tuning) -> Self {
        Self { place, tuning, idle: Mutex::default() }
    }

    /// The runs that a filter admits, the newest first.
    pub(crate) fn runs(&self, filter: &RunFilter) -> Result<Vec<RunInfo>, StoreError> {
        let (sql, values) = query(filter);
        let list = |connection: &Connection| {
            let mut list = connection.prepare_cached(&sql)?;
            let mut alive = HashMap::new();
            let rows = list
                .query_map(rusqlite::params_from_iter(&values), |row| row::info(row, self.holder(row, &mut alive)?))?;
            let stands = |run: &RunInfo| {
                filter.standings.is_empty() || filter.standings.iter().any(|standing| standing.is_of(run))
            };
            let found = rows.filter(|run| run.as_ref().map_or(true, stands));
            found.take(filter.limit.unwrap_or(usize::MAX)).collect()
        };
        self.with(list)
    }

    fn event(&self, json: &str, sum: Option<u32>, (seq, expected): (u64, u64)) -> Result<Event, StoreError> {
        if !row::is_sound(json, sum) {
            return Err(self.damaged(format!("record {seq} of a run was changed after it was written")));
        }
        let event: Event = serde_json::from_str(json).map_err(|error| StoreError::Strange {
            path: self.place.database.clone(),
            reason: format!("record {seq} of a run: {error}"),
        })?;
        if event.seq == expected && seq == expected {
            Ok(event)
        } else {
            Err(self.damaged(format!("record {expected} of a run is missing")))
        }
    }

    fn read_run(&self, connection: &Connection, id: &str) -> rusqlite::Result<Option<(RunRecord, Sums)>> {
        let read = format!(
            "SELECT {INFO}, {PROCESS}, snapshot.digest, given.sum, snapshot.text, given.text FROM run
             JOIN snapshot ON snapshot.key = run.snapshot JOIN given ON given.run = run.key
             LEFT JOIN process ON process.key = run.lease WHERE run.id = ?1"
        );
        let mut read = connection.prepare_cached(&read)?;
        let read = read.query_row([id], |row| {
            let info = row::info(row, self.holder(row, &mut HashMap::new())?)?;
            let more = INFO_COLUMNS + PROCESS_COLUMNS;
            let sums = Sums { snapshot: row.get(more)?, given: row.get(more + 1)? };
            Ok((RunRecord { info, snapshot: row.get(more + 2)?, given: row.get(more + 3)? }, sums))
        });
        read.optional()
    }

    fn check(&self, (run, sums): (RunRecord, Sums)) -> Result<RunRecord, StoreError> {
        let id = &run.info.id;
        if sums.snapshot != <[u8; 32]>::from(Sha256::digest(&run.snapshot)) {
            let reason = format!("the snapshot of run `{id}` has another digest than when it was written");
            return Err(self.damaged(reason));
        }
        if !row::is_sound(&run.given, sums.given) {
            return Err(self.damaged(format!("what run `{id}` was started with was changed after it was written")));
        }
        Ok(run)
    }

    /// The living process in a row of [`INFO`] and [`PROCESS`].
    fn holder(&self, row: &Row<'_>, alive: &mut HashMap<i64, bool>) -> rusqlite::Result<Option<Holder>> {
        if row.get::<_, Option<i64>>(INFO_COLUMNS)?.is_none() {
            return Ok(None);
        }
        let process = Process::read(row, INFO_COLUMNS)?;
        let lives = || process.is_alive(&self.place, self.tuning.patience);
        if !*alive.entry(process.key).or_insert_with(lives) {
            return Ok(None);
        }
        Ok(Some(process.holder(row::time(row, 11)?)))
    }

    fn damaged(&self, reason: String) -> StoreError {
        StoreError::Damaged { path: self.place.database.clone(), reason }
    }

    /// Reads with a connection that no other read uses.
    pub(crate) fn with<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = idle().pop();
        let connection = match kept {
            Some(connection) => connection,
            None => self.connect()?,
        };
        let found = read(&connection).map_err(|error| {
            StoreError::sqlite(&self.place.database, &error)
                .locked_by(self.tuning.busy, || users(&connection, &self.place, None))
        })?;
        let mut idle = idle();
        if idle.len() < MOST_IDLE {
            idle.push(connection);
        }
        Ok(found)
    }

    /// A read-only connection.
    pub(crate) fn connect(&self) -> Result<Connected, StoreError> {
        let connection = schema::connect_to_read(&self.place, &self.tuning)?;
        let only = connection.pragma_update(None, "query_only", true);
        only.map_err(|error| StoreError::sqlite(&self.place.database, &error))?;
        Ok(connection)
    }
}

/// What the texts of a run are checked with.
struct Sums {
    snapshot: [u8; 32],
    /// None in a run of an earlier release.
    given: Option<u32>,
}

fn ids(connection: &Connection, text: &str) -> rusqlite::Result<Vec<RunId>> {
    // `~` sorts behind every character of an id. A whole id is never ambiguous.
    const READ: &str = "SELECT id FROM run WHERE id = ?1
        UNION ALL
        SELECT id FROM (SELECT id FROM run WHERE id > ?1 AND id < ?1 || '~' AND NOT EXISTS
            (SELECT 1 FROM run WHERE id = ?1) ORDER BY started DESC, key DESC LIMIT ?2)";
    if text.is_empty() {
        return Ok(Vec::new());
    }
    connection.prepare_cached(READ)?.query_map((text, MOST_CANDIDATES as i64), |row| row::name(row, 0))?.collect()
}

fn query(filter: &RunFilter) -> (String, Vec<Value>) {
    let mut sql = format!("SELECT {INFO}, {PROCESS} FROM run LEFT JOIN process ON process.key = run.lease WHERE TRUE");
    let mut values = Vec::new();
    let mut only = |condition: &str, value: Option<Value>| {
        if let Some(value) = value {
            sql.push_str(condition);
            values.push(value);
        }
    };
    only(" AND run.job = ?", filter.job.as_ref().map(|job| job.as_str().to_owned().into()));
    only(" AND run.project = ?", filter.project.clone().map(Value::from));
    only(" AND run.started >= ?", filter.since.map(|since| micros(since).into()));
    only(" AND run.started < ?", filter.until.map(|until| micros(until).into()));
    if !filter.standings.is_empty() {
        let stands: Vec<_> = filter.standings.iter().map(|standing| condition(*standing)).collect();
        sql.push_str(&format!(" AND ({})", stands.join(" OR ")));
    }
    sql.push_str(" ORDER BY run.started DESC, run.key DESC");
    // Which processes live is not in the database.
    let is_limited = !filter.standings.iter().any(|standing| standing.is_of_process());
    if let Some(limit) = filter.limit.filter(|_| is_limited) {
        sql.push_str(" LIMIT ?");
        values.push(i64::try_from(limit).unwrap_or(i64::MAX).into());
    }
    (sql, values)
}

/// What every run that stands so has in the database.
fn condition(standing: RunStanding) -> String {
    match standing {
        RunStanding::Is(state) => format!("run.state = '{state}'"),
        RunStanding::Ended(outcome) => {
            format!("run.outcome = '{}'", row::outcome_text(outcome).unwrap_or_default())
        }
        RunStanding::Queued => format!("(run.state = '{}' AND run.queued = 1)", RunState::Open),
        RunStanding::Running | RunStanding::Abandoned => format!("run.state = '{}'", RunState::Open),
    }
}

/// What operators ask of the runs of a process. It is looked up only when the database has changed.
pub(crate) struct RequestPoll {
    connection: Connected,
    version: Option<i64>,
    found: Requests,
}

impl RequestPoll {
    pub(crate) fn new(reader: &Reader) -> Result<Self, StoreError> {
        Ok(Self { connection: reader.connect()?, version: None, found: Requests::default() })
    }

    pub(crate) fn poll(&mut self, me: i64) -> rusqlite::Result<Requests> {
        let version = self.connection.prepare_cached("PRAGMA data_version")?.query_row((), |row| row.get(0))?;
        if self.version != Some(version) {
            let asked = |find| {
                let mut find = self.connection.prepare_cached(find)?;
                find.query_map([me], |row| row::key(row, 0))?.collect::<rusqlite::Result<_>>()
            };
            let cancels = asked("SELECT key FROM run WHERE lease = ?1 AND cancel = 1")?;
            let forced = asked("SELECT key FROM run WHERE lease = ?1 AND cancel = 3")?;
            let places = placing::free(&self.connection, me)?;
            self.found = Requests { cancels, forced, places, decisions: decision::open(&self.connection, me)? };
            self.version = Some(version);
        }
        Ok(self.found.clone())
    }
}
