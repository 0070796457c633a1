//! Examining a journal: the database, every record and every component.

use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;
use sha2::{Digest as _, Sha256};
use stepwell_model::NextAction as _;
use stepwell_model::id::{Digest, RunId};
use stepwell_model::report::Report;
use stepwell_model::run_store::{RunFilter, RunInfo, RunReader as _};

use crate::care::{after, before};
use crate::error::StoreError;
use crate::place::Place;
use crate::reader::Reader;
use crate::row;
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
    /// Runs that cannot be read as they were written, or whose plugins cannot be, and why. A run is here once.
    pub damaged: Vec<(RunId, String)>,
}

/// Examines the journal of this `STEPWELL_HOME`, every record and component included. Blocks.
///
/// # Errors
/// When it cannot be read at all.
pub fn examine(home: &Path) -> Result<Examination, StoreError> {
    let mut found = Examination::default();
    let Some(place) = Place::existing(home)? else { return Ok(found) };
    place.believe()?;
    let mark = found.noting(before(&place))?;
    if place.is_empty()? {
        return Ok(found);
    }
    // SQLite would remove a damaged log when the last connection is closed.
    let tuning = Tuning { leaves_log: !found.problems.is_empty(), ..Tuning::default() };
    let connection = schema::connect_to_read(&place, &tuning)?;
    let form = schema::form(&connection, &place)?;
    if let Some(mark) = mark {
        found.noting(after(&place, &connection, form, mark))?;
    }
    if form == Form::Empty {
        return Ok(found);
    }
    found.problems.extend(integrity(&connection).map_err(|error| StoreError::sqlite(&place.database, &error))?);
    if form != Form::Current {
        // What is damaged is not written to, and this release reads no other form.
        if !found.problems.is_empty() {
            return Ok(found);
        }
        schema::migrate(&connection, &place, &tuning)?;
    }
    if let Err(error) = found.add(Arc::new(place), tuning) {
        found.problems.push(error.because());
    }
    Ok(found)
}

/// What SQLite finds wrong with a database.
pub(crate) fn integrity(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut check = connection.prepare("PRAGMA integrity_check(20)")?;
    let lines = check.query_map((), |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").map(|line| format!("SQLite says: {line}")).collect())
}

impl Examination {
    /// Makes a loss a problem. Another error ends the examination.
    fn noting<T>(&mut self, looked: Result<T, StoreError>) -> Result<Option<T>, StoreError> {
        match looked {
            Ok(looked) => Ok(Some(looked)),
            Err(StoreError::Lost { reason, .. }) => {
                self.problems.push(reason);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Examines the runs and components of a database in the current form.
    ///
    /// # Errors
    /// When not even their names can be read.
    pub(crate) fn add(&mut self, place: Arc<Place>, tuning: Tuning) -> Result<(), StoreError> {
        let reader = Reader::new(place, tuning);
        reader.runs(&RunFilter::default())?.iter().for_each(|run| self.add_run(&reader, run));
        self.add_components(&reader)
    }

    /// Examines a run. One that was removed since it was listed is no damage.
    pub(crate) fn add_run(&mut self, reader: &Reader, run: &RunInfo) {
        let read = || {
            // Checks the digest of its snapshot.
            let found = reader.run(&run.id).map_err(|error| error.because())?;
            found.ok_or("its snapshot, or what it was started with, is missing")?;
            let events = reader.events(run.key, 0).map_err(|error| error.because())?;
            Report::of(&events).map_err(|error| error.to_string())?.ok_or("it has no records")?;
            Ok::<_, String>(events.len())
        };
        let read = read();
        if read.is_err() && reader.with(|connection| is_gone(connection, run)).is_ok_and(|is_gone| is_gone) {
            return;
        }
        self.runs += 1;
        match read {
            Ok(records) => self.records += records,
            Err(reason) => self.damaged.push((run.id.clone(), reason)),
        }
    }

    fn add_components(&mut self, reader: &Reader) -> Result<(), StoreError> {
        for (key, fault) in reader.with(faulty_components)? {
            let needs = reader.with(|connection| runs_with(connection, key))?;
            if needs.is_empty() {
                self.problems.push(format!("{fault}; no run needs it"));
            }
            for run in needs {
                if !self.damaged.iter().any(|(known, _)| *known == run) {
                    self.damaged.push((run, fault.clone()));
                }
            }
        }
        Ok(())
    }
}

/// Whether another process has removed a run.
fn is_gone(connection: &Connection, run: &RunInfo) -> rusqlite::Result<bool> {
    let find = "SELECT NOT EXISTS (SELECT 1 FROM run WHERE key = ?1)";
    connection.prepare_cached(find)?.query_row([run.key.0], |row| row.get(0))
}

/// The components that are missing or have other bytes than when they were written, and what is wrong with each.
fn faulty_components(connection: &Connection) -> rusqlite::Result<Vec<(i64, String)>> {
    const ALL: &str = "SELECT key, digest, bytes FROM component
        UNION ALL SELECT DISTINCT component, NULL, NULL FROM snapshot_component
        WHERE NOT EXISTS (SELECT 1 FROM component WHERE component.key = snapshot_component.component)";
    let mut all = connection.prepare(ALL)?;
    let mut rows = all.query(())?;
    let mut faulty = Vec::new();
    while let Some(row) = rows.next()? {
        let key = row.get(0)?;
        match (row.get::<_, Option<[u8; 32]>>(1)?, row.get_ref(2)?.as_blob_or_null()?) {
            (Some(digest), Some(bytes)) if digest == <[u8; 32]>::from(Sha256::digest(bytes)) => {}
            (Some(digest), _) => faulty.push((key, format!("the component with {} was changed", Digest(digest)))),
            (None, _) => faulty.push((key, "one of its components is missing".to_owned())),
        }
    }
    Ok(faulty)
}

/// The runs that need a component.
fn runs_with(connection: &Connection, component: i64) -> rusqlite::Result<Vec<RunId>> {
    const FIND: &str = "SELECT run.id FROM run JOIN snapshot_component USING (snapshot) WHERE component = ?1";
    connection.prepare_cached(FIND)?.query_map([component], |row| row::name(row, 0))?.collect()
}
