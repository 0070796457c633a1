//! What operators ask of a run that a process executes: to cancel it, and what they decided about its uncertain steps.

use jiff::Timestamp;

use super::{AGAIN, ENDED, Holder, LIST, NO_RUN, RunKey};
use crate::error::NextAction;
use crate::event::Decision;
use crate::id::{RunId, StepPath};
use crate::journal::JournalError;

/// What operators ask of the runs of a process.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Requests {
    /// Runs that are to be cancelled and have no record of it yet.
    pub cancels: Vec<RunKey>,
    /// The same for runs whose `finally` steps are to end, too.
    pub forced: Vec<RunKey>,
    /// Queued runs whose place is free, and that have no record of it yet. A place that is free for one stays so: runs that
    /// come later are counted behind it.
    pub places: Vec<RunKey>,
    /// Decisions that have no record yet.
    pub decisions: Vec<(RunKey, OperatorDecision)>,
}

/// What an operator decided about one uncertain call of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorDecision {
    /// The step.
    pub step: StepPath,
    /// Its attempt.
    pub attempt: u32,
    /// The number of the call.
    pub call: u64,
    /// The decision.
    pub decision: Decision,
    /// The operator and the process, for people.
    pub by: String,
    /// When the operator decided.
    pub at: Timestamp,
}

/// Why a decision was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecideError {
    /// The store does not have the run.
    #[error("there is no run `{id}`")]
    NotFound {
        /// The run.
        id: RunId,
    },
    /// The run has ended.
    #[error("run `{id}` has ended")]
    Ended {
        /// The run.
        id: RunId,
    },
    /// An operator decided before.
    #[error("step `{}` has a decision already: {}", earlier.step, earlier.decision)]
    Decided {
        /// The run.
        id: RunId,
        /// The earlier decision.
        earlier: Box<OperatorDecision>,
    },
    /// The store could not be used.
    #[error(transparent)]
    Store(#[from] JournalError),
}

impl NextAction for DecideError {
    fn because(&self) -> String {
        match self {
            Self::NotFound { .. } => NO_RUN.to_owned(),
            Self::Ended { .. } => ENDED.to_owned(),
            Self::Decided { earlier, .. } => format!("{} decided so at {}", earlier.by, earlier.at),
            Self::Store(error) => error.because(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::NotFound { .. } => LIST.to_owned(),
            Self::Ended { .. } => AGAIN.to_owned(),
            Self::Decided { id, .. } => {
                format!(
                    "see what became of it with `stepwell runs show {id}`; if the run is paused, `stepwell runs resume {id}` applies it"
                )
            }
            Self::Store(error) => error.next(),
        }
    }
}

/// The outcome of a decision that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionLeft {
    /// The process that will apply it. Without one, some process has to claim the run.
    pub held_by: Option<Holder>,
}
