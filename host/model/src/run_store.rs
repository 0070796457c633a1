//! The seam to a store of runs: what an engine, a command or a server needs of whatever keeps runs.
//!
//! A run belongs to one process at a time, which holds a lease on it. A store refuses every record that the lease
//! holder did not append or that does not follow the last record of the run. A process that was suspended and comes
//! back acts for a run only after the store has confirmed its [`Lease`]. A lease ends with its process.
//!
//! [`RunStore`] writes and leases, [`RunReader`] reads. `host/journal` has both stores: the journal of a `STEPWELL_HOME`,
//! and one in memory. Their conformance tests are the same.

mod places;
mod requests;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::error::NextAction;
use crate::event::{Event, Outcome};
use crate::id::{Digest, JobName, RunId, StepPath};
use crate::journal::JournalError;
use crate::lease::Lease;
use crate::report::IllegalEvent;
pub use places::{MOST_QUEUED, Placed, PlacesTaken, RunLimit};
pub use requests::{DecideError, DecisionLeft, OperatorDecision, Requests};

/// The number of a run in its store. A store never gives it to another run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunKey(pub i64);

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RunState {
    /// It goes on whenever a process executes it.
    Open,
    /// It waits for an operator.
    Paused,
    /// Its last record is kept.
    Ended,
}

impl RunState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Open, Self::Paused, Self::Ended];

    /// The state as stores and `--output json` spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Paused => "paused",
            Self::Ended => "ended",
        }
    }

    /// The refusal of an event of a run in this state that does not follow its last record.
    pub fn refuses(self, last: u64, seq: u64, event: &'static str) -> IllegalEvent {
        IllegalEvent { seq, event, standing: format!("the run is {self}, and its last record is {last}") }
    }
}

impl fmt::Display for RunState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The process that holds a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Its name in the store.
    pub process: String,
    /// Its number in the operating system.
    pub pid: u32,
    /// The machine that it runs on.
    pub host: String,
    /// Since when it holds the run.
    pub since: Timestamp,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {} on `{}`", self.pid, self.host)
    }
}

/// A run that is to be kept.
pub struct NewRun {
    /// Its id.
    pub id: RunId,
    /// Its job.
    pub job: JobName,
    /// The project of the job, where it has one.
    pub project: Option<String>,
    /// The run makes no change.
    pub dry_run: bool,
    /// What it shares with other runs of the job. A store keeps it once.
    pub snapshot: String,
    /// What it is started with.
    pub given: String,
    /// The components that the snapshot names. A store keeps each once.
    pub components: Vec<(Digest, Arc<[u8]>)>,
    /// Its first records, counted from 1.
    pub first: Vec<Event>,
    /// This process executes it.
    pub held: bool,
}

/// Leaves out what the run is started with: it may hold option values that only the run may see.
impl fmt::Debug for NewRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewRun").field("id", &self.id).field("job", &self.job).finish_non_exhaustive()
    }
}

/// A run in a list of runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunInfo {
    /// Its number in the store.
    pub key: RunKey,
    /// Its id.
    pub id: RunId,
    /// Its job.
    pub job: JobName,
    /// The project of the job, where it has one.
    pub project: Option<String>,
    /// The run makes no change.
    pub dry_run: bool,
    /// Where it stands.
    pub state: RunState,
    /// It waits for its place.
    pub queued: bool,
    /// When it is due; none when it is due at once.
    pub wake: Option<Timestamp>,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// An operator asked to cancel it.
    pub cancel_requested: bool,
    /// The process that executes it; none when that process has died.
    pub held_by: Option<Holder>,
}

/// Everything that a store keeps of a run besides its events.
#[derive(Clone, PartialEq, Eq)]
pub struct RunRecord {
    /// What lists show of it.
    pub info: RunInfo,
    /// What it shares with other runs of the job.
    pub snapshot: String,
    /// What it was started with.
    pub given: String,
}

/// Leaves out what the run was started with.
impl fmt::Debug for RunRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunRecord").field("info", &self.info).finish_non_exhaustive()
    }
}

/// A run that this process executes from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// Its number in the store.
    pub key: RunKey,
    /// Its id.
    pub id: RunId,
    /// When it is due; none when it is due at once.
    pub wake: Option<Timestamp>,
}

/// A run that was asked to cancel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelAsked {
    /// Its number in the store.
    pub key: RunKey,
    /// Open or paused.
    pub state: RunState,
    /// The process that will see the request. Without one, some process has to claim the run.
    pub held_by: Option<Holder>,
}

/// The run that a text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunMatch {
    /// The text is the id of this run, or only its id begins with it.
    One(Box<RunRecord>),
    /// The ids of several runs begin with the text: some of them, the newest first.
    Ambiguous(Vec<RunId>),
    /// No id begins with the text.
    Unknown,
}

/// Where a run stands, as lists say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunStanding {
    /// It has this state in the store.
    Is(RunState),
    /// It has ended so.
    Ended(Outcome),
    /// It is open, and waits for its place.
    Queued,
    /// It is open, and a process executes it.
    Running,
    /// It is open, and no process executes it.
    Abandoned,
}

impl RunStanding {
    /// Whether a run stands so.
    pub fn is_of(self, run: &RunInfo) -> bool {
        match self {
            Self::Is(state) => run.state == state,
            Self::Ended(outcome) => run.state == RunState::Ended && run.outcome == Some(outcome),
            Self::Queued => run.state == RunState::Open && run.queued,
            Self::Running => run.state == RunState::Open && !run.queued && run.held_by.is_some(),
            Self::Abandoned => run.state == RunState::Open && run.held_by.is_none(),
        }
    }

    /// Whether it depends on the processes that live now.
    pub fn is_of_process(self) -> bool {
        matches!(self, Self::Running | Self::Abandoned)
    }
}

/// Which runs are listed.
#[derive(Debug, Clone, Default)]
pub struct RunFilter {
    /// Only those of this job.
    pub job: Option<JobName>,
    /// Only those of this project.
    pub project: Option<String>,
    /// Only those that stand so; empty for all.
    pub standings: Vec<RunStanding>,
    /// Only those that began then or later.
    pub since: Option<Timestamp>,
    /// Only those that began earlier than this.
    pub until: Option<Timestamp>,
    /// At most this many; none for all.
    pub limit: Option<usize>,
}

/// Which runs are removed.
#[derive(Debug, Clone)]
pub struct Prune {
    /// Only runs that ended before this.
    pub before: Timestamp,
    /// Of each job, this many of the runs that ended last stay nevertheless.
    pub keep_last: u32,
}

/// What was removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Runs.
    pub runs: u64,
    /// Their records.
    pub events: u64,
    /// Components that no run needs any more.
    pub components: u64,
    /// Bytes by which the store is smaller.
    pub bytes: u64,
}

/// Called once with whether a record is kept. The store may call it on the thread that writes, which does nothing else
/// meanwhile.
pub type Kept = Box<dyn FnOnce(Result<(), JournalError>) + Send>;

/// Keeps runs, and leases each to one process at a time.
#[async_trait]
pub trait RunStore: Send + Sync {
    /// Reads the same runs.
    fn reader(&self) -> Arc<dyn RunReader>;

    /// Keeps a new run with everything that belongs to it, or nothing of it. A caller that drops the future early has the
    /// run nevertheless, and holds it.
    ///
    /// # Errors
    /// When the run is not kept, or when that is unknown.
    async fn create(&self, run: NewRun) -> Result<RunKey, JournalError>;

    /// Keeps a new run as [`Self::create`] does, if fewer runs of its group than the limit have or await a place.
    /// Otherwise the run is queued, or not kept, as the limit says. Counted in the transaction that keeps it, so that no
    /// two processes take the same place. A run has its place until it has ended, also while it is paused or no process
    /// executes it.
    ///
    /// # Errors
    /// When the run is not kept although it has or may await a place, or when that is unknown.
    async fn create_within(&self, run: NewRun, limit: &RunLimit) -> Result<Placed, JournalError>;

    /// Appends a record to a run that this process holds. The store keeps records in the order in which they are
    /// submitted.
    fn submit(&self, run: RunKey, event: &Event, kept: Kept);

    /// Notes when a run that this process holds is due next. A note that is lost only makes the run due too early.
    fn park(&self, run: RunKey, wake: Timestamp);

    /// Takes one run, open or paused. A caller that drops the future early holds it nevertheless.
    ///
    /// # Errors
    /// When there is no such run, it has ended, or another process executes it.
    async fn claim(&self, id: &RunId) -> Result<Claimed, ClaimError>;

    /// Takes up to `limit` open runs without a living holder, the one that is due first first. A caller that drops the
    /// future early holds them nevertheless.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn claim_open(&self, limit: usize) -> Result<Vec<Claimed>, JournalError>;

    /// Gives these runs up, so that other processes can execute them. Records that were submitted before are kept before.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn release(&self, runs: &[RunKey]) -> Result<(), JournalError>;

    /// Asks the process that executes a run, now or later, to cancel it. `force` also ends its `finally` steps. A request
    /// that repeats an earlier one changes nothing.
    ///
    /// # Errors
    /// When there is no such run, or it has ended.
    async fn request_cancel(&self, id: &RunId, force: bool) -> Result<CancelAsked, CancelError>;

    /// Leaves decisions about uncertain calls of a run for the process that executes it, now or later: all of them, or
    /// none when an operator has decided about one of the calls before.
    ///
    /// # Errors
    /// When there is no such run, it has ended, or an operator was earlier.
    async fn decide(&self, id: &RunId, decisions: &[OperatorDecision]) -> Result<DecisionLeft, DecideError>;

    /// What operators ask of the runs of this process, as far as the runs have no record of it yet.
    ///
    /// # Errors
    /// When the store cannot be read.
    async fn requests(&self) -> Result<Requests, JournalError>;

    /// The lease of a run that this process holds. Everything that acts for the run asks it first. The store proves it
    /// within moments, and ends it when another process has taken the run or this one gives it up.
    fn lease(&self, run: RunKey) -> Lease;

    /// Notes that the threads that execute runs move. The engine calls it every second, from one of these
    /// threads. Once it was called, a store gives signs of life only as long as it is called again: a process that
    /// hangs leaves its runs to others.
    fn note_moving(&self);

    /// Removes runs that have ended.
    ///
    /// # Errors
    /// When the store cannot be used. What was removed until then stays removed.
    async fn prune(&self, prune: &Prune) -> Result<Pruned, JournalError>;
}

/// Reads runs while others write them. Every method may block.
pub trait RunReader: Send + Sync {
    /// The run with this id.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn run(&self, id: &RunId) -> Result<Option<RunRecord>, JournalError>;

    /// The run that an operator names with its id or the beginning of its id.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn find(&self, text: &str) -> Result<RunMatch, JournalError>;

    /// The runs that the filter lets through, the newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn list(&self, filter: &RunFilter) -> Result<Vec<RunInfo>, JournalError>;

    /// How many runs a removal would remove by now.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn prunable(&self, prune: &Prune) -> Result<u64, JournalError>;

    /// The records of a run behind record `after`, in order.
    ///
    /// # Errors
    /// When the store cannot be read, or a record is damaged or missing.
    fn events(&self, run: RunKey, after: u64) -> Result<Vec<Event>, JournalError>;

    /// The last decision of an operator about a step.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn decision(&self, run: RunKey, step: &StepPath) -> Result<Option<OperatorDecision>, JournalError>;

    /// The component with this digest.
    ///
    /// # Errors
    /// When the store cannot be read, or its component has another digest.
    fn component(&self, digest: &Digest) -> Result<Option<Vec<u8>>, JournalError>;
}

/// Why a run could not be claimed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    /// The store does not have it.
    #[error("there is no run `{id}`")]
    NotFound {
        /// The run.
        id: RunId,
    },
    /// A living process executes it.
    #[error("run `{id}` is executed by another process")]
    Held {
        /// The run.
        id: RunId,
        /// The process.
        holder: Holder,
    },
    /// It has ended.
    #[error("run `{id}` has ended")]
    Ended {
        /// The run.
        id: RunId,
    },
    /// The store could not be used.
    #[error(transparent)]
    Store(#[from] JournalError),
}

impl NextAction for ClaimError {
    fn because(&self) -> String {
        match self {
            Self::NotFound { .. } => NO_RUN.to_owned(),
            Self::Held { holder, .. } => format!("{holder} has held it since {}", holder.since),
            Self::Ended { .. } => ENDED.to_owned(),
            Self::Store(error) => error.because(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::NotFound { .. } => LIST.to_owned(),
            Self::Held { id, .. } => {
                format!("let that process go on, end it, or cancel the run with `stepwell runs cancel {id}`")
            }
            Self::Ended { .. } => AGAIN.to_owned(),
            Self::Store(error) => error.next(),
        }
    }
}

/// Why a run could not be asked to cancel.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CancelError {
    /// The store does not have it.
    #[error("there is no run `{id}`")]
    NotFound {
        /// The run.
        id: RunId,
    },
    /// It has ended.
    #[error("run `{id}` has ended")]
    Ended {
        /// The run.
        id: RunId,
    },
    /// The store could not be used.
    #[error(transparent)]
    Store(#[from] JournalError),
}

const NO_RUN: &str = "the journal has no run with this id; it may have been pruned";
const LIST: &str = "look for it with `stepwell runs list`";
const ENDED: &str = "its last record is in the journal";
const AGAIN: &str = "start its job again with `stepwell run`";

impl NextAction for CancelError {
    fn because(&self) -> String {
        match self {
            Self::NotFound { .. } => NO_RUN.to_owned(),
            Self::Ended { .. } => ENDED.to_owned(),
            Self::Store(error) => error.because(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::NotFound { .. } => LIST.to_owned(),
            Self::Ended { .. } => AGAIN.to_owned(),
            Self::Store(error) => error.next(),
        }
    }
}
