//! What a record does to the standing of its run, in every store.

use jiff::Timestamp;
use stepwell_model::event::{Event, Outcome, What};

/// What a record does to the standing of its run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    None,
    /// The run waits for an operator, and its holder gives it up.
    Paused,
    Resumed,
    /// A queued run has its place.
    Begun,
    /// The process that executes the run has noticed the request to cancel.
    CancelNoticed {
        force: bool,
    },
    Ended {
        outcome: Outcome,
        at: Timestamp,
    },
}

impl Effect {
    pub(crate) fn of(event: &Event) -> Self {
        match &event.what {
            What::RunPaused { .. } => Self::Paused,
            What::RunResumed => Self::Resumed,
            What::RunBegun { .. } => Self::Begun,
            What::CancelRequested { force } => Self::CancelNoticed { force: *force },
            What::RunFinished { outcome, .. } => Self::Ended { outcome: *outcome, at: event.at },
            What::RunStarted { .. }
            | What::RunQueued { .. }
            | What::RunTimedOut
            | What::StepTaken { .. }
            | What::StepSkipped { .. }
            | What::StepExpanded { .. }
            | What::StepStarted { .. }
            | What::StepLogged { .. }
            | What::CredentialsIssued { .. }
            | What::CallIntended { .. }
            | What::CallAnswered { .. }
            | What::ChangeWithheld { .. }
            | What::WaitWithheld { .. }
            | What::StepUndecided { .. }
            | What::StepProgressed { .. }
            | What::StepWaiting { .. }
            | What::StepResumed { .. }
            | What::StepCancelling { .. }
            | What::StepSucceeded { .. }
            | What::StepFailed { .. }
            | What::StepRetrying { .. }
            | What::StepDecided { .. }
            | What::ValuesExported { .. }
            | What::StepCancelled { .. } => Self::None,
        }
    }
}
