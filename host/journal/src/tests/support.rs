//! Runs, records and stores for tests.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc;

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};
use stepwell_model::NextAction as _;
use stepwell_model::event::Event;
use stepwell_model::id::{Digest, RunId};
use stepwell_model::journal::JournalError;
use stepwell_model::run_store::{NewRun, RunFilter, RunInfo, RunKey, RunStore};
use tempfile::TempDir;

use crate::schema::Tuning;
use crate::{JournalStore, MemoryStore};

pub(super) fn home() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

pub(super) fn open(home: &TempDir) -> JournalStore {
    JournalStore::open(home.path()).expect("opens")
}

pub(super) fn open_with(home: &TempDir, change: impl FnOnce(&mut Tuning)) -> JournalStore {
    let mut tuning = Tuning::default();
    change(&mut tuning);
    JournalStore::open_with(home.path(), tuning).expect("opens")
}

/// The same runs, as two processes see them.
pub(super) struct Shared {
    pub(super) store: Box<dyn RunStore>,
    pub(super) other: Box<dyn RunStore>,
    _home: Option<TempDir>,
}

/// One of each store.
pub(super) fn every_store() -> [Shared; 2] {
    let (home, memory) = (home(), MemoryStore::new());
    let other = Box::new(memory.another_process());
    [
        Shared { store: Box::new(open(&home)), other: Box::new(open(&home)), _home: Some(home) },
        Shared { store: Box::new(memory), other, _home: None },
    ]
}

/// A connection as another program has it.
pub(super) fn sqlite(home: &Path) -> Connection {
    Connection::open(home.join("journal.db")).expect("opens")
}

pub(super) fn id(text: &str) -> RunId {
    text.parse().expect("valid")
}

/// The time this many hours after an arbitrary start.
pub(super) fn hour(hours: i64) -> Timestamp {
    let first: Timestamp = "2026-01-01T00:00:00Z".parse().expect("valid");
    first + SignedDuration::from_hours(hours)
}

pub(super) fn event(seq: u64, what: &Json) -> Event {
    at(hour(0), seq, what)
}

pub(super) fn at(at: Timestamp, seq: u64, what: &Json) -> Event {
    let mut event = what.clone();
    event["seq"] = seq.into();
    event["at"] = at.to_string().into();
    serde_json::from_value(event).expect("an event")
}

pub(super) fn line(text: &str) -> Json {
    json!({ "event": "step_logged", "step": "stop", "log": { "is": "line", "level": "info", "text": text } })
}

pub(super) fn finished() -> Json {
    json!({ "event": "run_finished", "outcome": "succeeded" })
}

pub(super) fn paused() -> Json {
    json!({ "event": "run_paused", "reason": { "is": "uncertain", "steps": [] } })
}

/// A run of the job `job` that this process holds.
pub(super) fn new_run(name: &str) -> NewRun {
    run_of("job", name, hour(0))
}

pub(super) fn run_of(job: &str, name: &str, started: Timestamp) -> NewRun {
    let began = json!({ "event": "run_started", "run": name, "job": job, "steps": [], "dry_run": false });
    NewRun {
        id: id(name),
        job: job.parse().expect("valid"),
        project: None,
        dry_run: false,
        snapshot: "{}".to_owned(),
        given: "{}".to_owned(),
        components: Vec::new(),
        first: vec![at(started, 1, &began)],
        held: true,
    }
}

pub(super) fn component(bytes: &[u8]) -> (Digest, Arc<[u8]>) {
    (Digest(Sha256::digest(bytes).into()), bytes.into())
}

/// Submits a record and waits until it is kept.
pub(super) fn append(store: &dyn RunStore, run: RunKey, event: &Event) -> Result<(), JournalError> {
    let (tell, told) = mpsc::channel();
    store.submit(run, event, Box::new(move |kept| tell.send(kept).expect("somebody waits")));
    told.recv().expect("it is told")
}

pub(super) fn info(store: &dyn RunStore, name: &str) -> RunInfo {
    let runs = store.reader().list(&RunFilter::default()).expect("reads");
    runs.into_iter().find(|run| run.id.as_str() == name).expect("it is there")
}

/// The texts of the lines from the second record on.
pub(super) fn lines(store: &dyn RunStore, run: RunKey) -> Vec<String> {
    let events = store.reader().events(run, 1).expect("reads");
    let text = |event: Event| serde_json::to_value(event).expect("JSON")["log"]["text"].as_str().map(str::to_owned);
    events.into_iter().map(|event| text(event).expect("a line")).collect()
}

/// The three lines that an operator sees.
pub(super) fn explained(error: &JournalError) -> String {
    error.explain()
}

pub(super) fn count(home: &Path, table: &str) -> i64 {
    sqlite(home).query_row(&format!("SELECT count(*) FROM {table}"), (), |row| row.get(0)).expect("a number")
}
