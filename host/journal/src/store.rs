use std::fmt;
use std::path::Path;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use jiff::Timestamp;
use stepwell_model::event::Event;
use stepwell_model::id::RunId;
use stepwell_model::journal::JournalError;

use crate::batch::{Ask, Entry, closed};
use crate::create::{NewRun, Ready};
use crate::error::{CancelError, ClaimError, StoreError};
use crate::lease::{CancelAsked, Claimed, Turn};
use crate::place::Place;
use crate::process::{Me, users};
use crate::prune::{Prune, Pruned};
use crate::reader::{CancelPoll, Reader};
use crate::record::{Kept, Park, Submit};
use crate::row::{RunKey, micros};
use crate::schema::{self, Form, Tuning};
use crate::writer::Writer;

/// The journal, open for writing. When the last of its clones goes, what was submitted is kept and every run that this
/// process holds is released.
#[derive(Clone)]
pub struct JournalStore(Arc<Inner>);

struct Inner {
    place: Arc<Place>,
    tuning: Tuning,
    reader: Reader,
    me: i64,
    cancels: Mutex<Option<CancelPoll>>,
    /// None when the writer is to end.
    queue: Option<Sender<Box<dyn Entry>>>,
    writer: Option<JoinHandle<()>>,
}

impl fmt::Debug for JournalStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JournalStore").field("place", &self.0.place).finish_non_exhaustive()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(writer) = self.writer.take()
            // The last clone may go in what the writer calls.
            && writer.thread().id() != thread::current().id()
            && writer.join().is_err()
        {
            tracing::error!("the thread that writes the journal has panicked");
        }
    }
}

impl JournalStore {
    /// Opens the journal of this `STEPWELL_HOME`, and makes both when they are not there. Blocks.
    ///
    /// # Errors
    /// When it cannot be used.
    pub fn open(home: &Path) -> Result<Self, StoreError> {
        Self::open_with(home, Tuning::default())
    }

    pub(crate) fn open_with(home: &Path, tuning: Tuning) -> Result<Self, StoreError> {
        let place = Arc::new(Place::new(home));
        place.make()?;
        let connection = schema::connect(&place, &tuning)?;
        let registered = schema::migrate(&connection, &place, &tuning).and_then(|()| Me::register(&connection, &place));
        let me = registered.map_err(|error| error.locked_by(tuning.busy, || users(&connection, &place, None)))?;
        let key = me.key();
        let (queue, entries) = mpsc::channel();
        let writer = Writer::new(connection, Arc::clone(&place), me, tuning, entries);
        let writer = thread::Builder::new().name("journal".to_owned()).spawn(move || writer.run());
        let writer = writer.map_err(StoreError::io("start a thread for", &place.database))?;
        let reader = Reader::new(Arc::clone(&place), tuning);
        let (queue, writer) = (Some(queue), Some(writer));
        Ok(Self(Arc::new(Inner { place, tuning, reader, me: key, cancels: Mutex::default(), queue, writer })))
    }

    /// The journal of this `STEPWELL_HOME` for those who only read; none when there is none. Blocks.
    ///
    /// # Errors
    /// When it cannot be used.
    pub fn existing(home: &Path) -> Result<Option<Reader>, StoreError> {
        let (place, tuning) = (Arc::new(Place::new(home)), Tuning::default());
        if !place.exists()? {
            return Ok(None);
        }
        let connection = schema::connect(&place, &tuning)?;
        match schema::form(&connection, &place)? {
            Form::Empty => return Ok(None),
            Form::Old(_) => schema::migrate(&connection, &place, &tuning)?,
            Form::Current => {}
        }
        Ok(Some(Reader::new(place, tuning)))
    }

    /// Reads the same journal.
    pub fn reader(&self) -> &Reader {
        &self.0.reader
    }

    /// Keeps a new run with all that belongs to it, or nothing of it. Who does not wait for the answer has a run
    /// nevertheless, and holds it.
    ///
    /// # Errors
    /// When it is not kept, or when that is not known.
    pub async fn create(&self, run: NewRun) -> Result<RunKey, JournalError> {
        let ready = Ready::new(run)?;
        let weight = ready.weight();
        self.ask(weight, move |turn| ready.create(turn)).await?
    }

    /// Appends a record to a run that this process holds. Records are kept in the order in which they are submitted.
    pub fn submit(&self, run: RunKey, event: &Event, kept: Kept) {
        self.send(Box::new(Submit::new(run, event, kept)));
    }

    /// Remembers when a run that this process holds has to be looked at next. It is no loss when that is not kept: then
    /// the run is looked at too early.
    pub fn park(&self, run: RunKey, wake: Timestamp) {
        self.send(Box::new(Park { run, wake: micros(wake) }));
    }

    /// Takes one run, whether it is open or paused. Who does not wait for the answer holds it nevertheless.
    ///
    /// # Errors
    /// When there is no such run, it has ended, or somebody executes it.
    pub async fn claim(&self, id: &RunId) -> Result<Claimed, ClaimError> {
        let id = id.clone();
        self.ask(0, move |turn| turn.claim(id)).await?
    }

    /// Takes open runs that nobody executes, those first that have to be looked at first. Who does not wait for the
    /// answer holds them nevertheless.
    ///
    /// # Errors
    /// When the journal cannot be used.
    pub async fn claim_open(&self, at_most: usize) -> Result<Vec<Claimed>, JournalError> {
        self.ask(0, move |turn| turn.claim_open(at_most)).await
    }

    /// Lets others execute these runs. What was submitted before is kept before.
    ///
    /// # Errors
    /// When the journal cannot be used.
    pub async fn release(&self, runs: &[RunKey]) -> Result<(), JournalError> {
        let runs = runs.to_vec();
        self.ask(0, move |turn| turn.release(&runs)).await
    }

    /// Asks whoever executes a run, now or later, to cancel it.
    ///
    /// # Errors
    /// When there is no such run, or it has ended.
    pub async fn request_cancel(&self, id: &RunId) -> Result<CancelAsked, CancelError> {
        let id = id.clone();
        self.ask(0, move |turn| turn.request_cancel(id)).await?
    }

    /// The runs of this process that are to be cancelled and have no record of it yet.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn cancel_requests(&self) -> Result<Vec<RunKey>, JournalError> {
        let store = self.clone();
        let poll = tokio::task::spawn_blocking(move || store.poll_cancels());
        Ok(poll.await.map_err(|_| StoreError::Stopped)??)
    }

    fn poll_cancels(&self) -> Result<Vec<RunKey>, StoreError> {
        let mut cancels = self.0.cancels.lock().unwrap_or_else(PoisonError::into_inner);
        let mut poll = match cancels.take() {
            Some(poll) => poll,
            None => CancelPoll::new(&self.0.reader)?,
        };
        let found = poll.poll(self.0.me).map_err(|error| StoreError::sqlite(&self.0.place.database, &error))?;
        *cancels = Some(poll);
        Ok(found)
    }

    /// Removes runs that have ended.
    ///
    /// # Errors
    /// When the journal cannot be used. What was removed until then stays removed.
    pub async fn prune(&self, filter: &Prune) -> Result<Pruned, JournalError> {
        let (filter, store) = (filter.clone(), self.clone());
        let prune = tokio::task::spawn_blocking(move || filter.run(&store.0.place, &store.0.tuning));
        Ok(prune.await.map_err(|_| StoreError::Stopped)??)
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
