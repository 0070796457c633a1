//! The journal of a `STEPWELL_HOME`, open for writing.

use std::fmt;
use std::path::Path;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use async_trait::async_trait;
use jiff::Timestamp;
use stepwell_model::event::Event;
use stepwell_model::id::RunId;
use stepwell_model::journal::JournalError;
use stepwell_model::lease::Lease;
use stepwell_model::run_store::{
    CancelAsked, CancelError, ClaimError, Claimed, DecideError, DecisionLeft, Kept, NewRun, OperatorDecision, Placed,
    Prune, Pruned, Requests, RunKey, RunLimit, RunReader, RunStore,
};

use crate::batch::{Ask, Entry, closed};
use crate::care;
use crate::create::Ready;
use crate::error::StoreError;
use crate::lease::Turn;
use crate::leases::{Leases, Prove};
use crate::place::Place;
use crate::process::{Me, users};
use crate::prune;
use crate::queue::Queue;
use crate::reader::{Reader, RequestPoll};
use crate::record::{Park, Submit};
use crate::row::micros;
use crate::schema::{self, Form, Tuning};
use crate::writer::Writer;

/// The journal of a `STEPWELL_HOME`, open for writing. Cheap to clone. When its last clone is dropped, it keeps what
/// was submitted and releases every run that this process holds.
#[derive(Clone)]
pub struct JournalStore(Arc<OpenJournal>);

struct OpenJournal {
    place: Arc<Place>,
    tuning: Tuning,
    reader: Arc<Reader>,
    me: i64,
    leases: Leases,
    requests: Mutex<Option<RequestPoll>>,
    /// None when the writer is to end.
    queue: Option<Sender<Box<dyn Entry>>>,
    writer: Option<JoinHandle<()>>,
}

impl fmt::Debug for JournalStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JournalStore").field("place", &self.0.place).finish_non_exhaustive()
    }
}

impl Drop for OpenJournal {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(writer) = self.writer.take()
            // A callback of the writer may drop the last clone.
            && writer.thread().id() != thread::current().id()
            && writer.join().is_err()
        {
            tracing::error!("the thread that writes the journal has panicked");
        }
    }
}

impl JournalStore {
    /// Opens the journal of this `STEPWELL_HOME`, and makes both when they are missing. Blocks.
    ///
    /// # Errors
    /// When it cannot be used.
    pub fn open(home: &Path) -> Result<Self, StoreError> {
        Self::open_with(home, Tuning::default())
    }

    pub(crate) fn open_with(home: &Path, tuning: Tuning) -> Result<Self, StoreError> {
        let place = Arc::new(Place::shared(home)?);
        place.believe()?;
        let mark = care::before(&place)?;
        place.make()?;
        let connection = schema::connect(&place, &tuning)?;
        let writers = Queue::new(&place.home);
        let registered = schema::form(&connection, &place)
            .and_then(|form| care::after(&place, &connection, form, mark))
            .and_then(|()| schema::migrate(&connection, &place, &tuning))
            .and_then(|()| Me::register(&connection, &place, &writers, tuning.busy));
        let me = registered.map_err(|error| error.locked_by(tuning.busy, || users(&connection, &place, None)))?;
        let key = me.key();
        let (queue, entries) = mpsc::channel();
        let leases = Leases::default();
        let writer = Writer::new(connection, writers, Arc::clone(&place), me, tuning, (entries, leases.clone()));
        let writer = thread::Builder::new().name("journal".to_owned()).spawn(move || writer.run());
        let writer = writer.map_err(StoreError::io("start a thread for", &place.database))?;
        let reader = Arc::new(Reader::new(Arc::clone(&place), tuning));
        let (queue, writer) = (Some(queue), Some(writer));
        let requests = Mutex::default();
        Ok(Self(Arc::new(OpenJournal { place, tuning, reader, me: key, leases, requests, queue, writer })))
    }

    /// The journal of this `STEPWELL_HOME` for a process that only reads; none when there is no journal. Blocks.
    ///
    /// # Errors
    /// When it cannot be used.
    pub fn existing(home: &Path) -> Result<Option<Reader>, StoreError> {
        let tuning = Tuning::default();
        let Some(place) = Place::existing(home)? else { return Ok(None) };
        let Some((connection, form)) = care::look(&place, &tuning)? else { return Ok(None) };
        if form != Form::Current {
            schema::migrate(&connection, &place, &tuning)?;
        }
        Ok(Some(Reader::new(Arc::new(place), tuning)))
    }

    fn poll_requests(&self) -> Result<Requests, StoreError> {
        let mut requests = self.0.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let mut poll = match requests.take() {
            Some(poll) => poll,
            None => RequestPoll::new(&self.0.reader)?,
        };
        let found = poll.poll(self.0.me).map_err(|error| StoreError::sqlite(&self.0.place.database, &error))?;
        *requests = Some(poll);
        Ok(found)
    }

    async fn ask<T: Send + 'static>(
        &self,
        weight: usize,
        work: impl FnOnce(&Turn<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, JournalError> {
        let (ask, answer) = Ask::new(work, weight);
        self.send(Box::new(ask));
        answer.await.unwrap_or_else(|_| Err(closed()))
    }

    fn send(&self, entry: Box<dyn Entry>) {
        let unsent = match &self.0.queue {
            Some(queue) => queue.send(entry).err().map(|unsent| unsent.0),
            None => Some(entry),
        };
        if let Some(entry) = unsent {
            entry.done(Err(&closed()));
        }
    }
}

#[async_trait]
impl RunStore for JournalStore {
    fn reader(&self) -> Arc<dyn RunReader> {
        Arc::<Reader>::clone(&self.0.reader)
    }

    async fn create(&self, run: NewRun) -> Result<RunKey, JournalError> {
        let ready = Ready::new(run)?;
        let weight = ready.weight();
        self.ask(weight, move |turn| ready.create(turn)).await?
    }

    async fn create_within(&self, run: NewRun, limit: &RunLimit) -> Result<Placed, JournalError> {
        let (ready, limit) = (Ready::new(run)?, limit.clone());
        let weight = ready.weight();
        self.ask(weight, move |turn| ready.create_within(limit, turn)).await?
    }

    fn submit(&self, run: RunKey, event: &Event, kept: Kept) {
        self.send(Box::new(Submit::new(run, event, kept)));
    }

    fn park(&self, run: RunKey, wake: Timestamp) {
        self.send(Box::new(Park { run, wake: micros(wake) }));
    }

    async fn claim(&self, id: &RunId) -> Result<Claimed, ClaimError> {
        let id = id.clone();
        self.ask(0, move |turn| turn.claim(id)).await?
    }

    async fn claim_open(&self, limit: usize) -> Result<Vec<Claimed>, JournalError> {
        self.ask(0, move |turn| turn.claim_open(limit)).await
    }

    async fn release(&self, runs: &[RunKey]) -> Result<(), JournalError> {
        let runs = runs.to_vec();
        self.ask(0, move |turn| turn.release(&runs)).await
    }

    async fn request_cancel(&self, id: &RunId, force: bool) -> Result<CancelAsked, CancelError> {
        let id = id.clone();
        self.ask(0, move |turn| turn.request_cancel(id, force)).await?
    }

    async fn decide(&self, id: &RunId, decisions: &[OperatorDecision]) -> Result<DecisionLeft, DecideError> {
        let (id, decisions) = (id.clone(), decisions.to_vec());
        self.ask(0, move |turn| turn.decide(id, &decisions)).await?
    }

    async fn requests(&self) -> Result<Requests, JournalError> {
        let store = self.clone();
        let poll = tokio::task::spawn_blocking(move || store.poll_requests());
        Ok(poll.await.map_err(|_| StoreError::Stopped)??)
    }

    fn lease(&self, run: RunKey) -> Lease {
        let (lease, is_new) = self.0.leases.lease(run);
        if is_new {
            self.send(Box::new(Prove::new(run, lease.clone())));
        }
        lease
    }

    fn note_moving(&self) {
        self.0.leases.note_moving();
    }

    async fn prune(&self, prune: &Prune) -> Result<Pruned, JournalError> {
        let (prune, store) = (prune.clone(), self.clone());
        let pruned = tokio::task::spawn_blocking(move || prune::run(&prune, &store.0.place, &store.0.tuning));
        Ok(pruned.await.map_err(|_| StoreError::Stopped)??)
    }
}
