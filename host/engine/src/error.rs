//! Why the host cannot drive a run any further.

use stepwell_model::NextAction;
use stepwell_model::failure::Failure;
use stepwell_model::journal::JournalError;
use stepwell_model::run_store::PlacesTaken;

/// Why the host cannot drive a run any further. A failed step is no such error: the report says so.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EngineError {
    /// A record was not kept.
    #[error("{}", stopped(.0))]
    Journal(#[from] JournalError),
    /// The run cannot go on as things are, and waits for an operator.
    #[error("the run cannot go on: {}", failure.message)]
    Refused {
        /// Why.
        failure: Box<Failure>,
    },
    /// The job allows no further run at the same time.
    #[error("{0}")]
    Full(Box<PlacesTaken>),
    /// The plan names something that the executor was not given.
    #[error("the run stopped, because its plan and its journal do not fit together")]
    Inconsistent {
        /// What is missing.
        missing: String,
    },
}

/// A run that another process took has not stopped.
fn stopped(error: &JournalError) -> String {
    match error {
        JournalError::Taken { .. } => error.to_string(),
        _ => format!("the run stopped, because {error}"),
    }
}

impl NextAction for EngineError {
    fn because(&self) -> String {
        match self {
            Self::Journal(error) => error.because(),
            Self::Refused { failure } => failure.because.clone().unwrap_or_else(|| failure.code.clone()),
            Self::Full(taken) => taken.because(),
            Self::Inconsistent { missing } => format!("{missing} is missing"),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Journal(error) => error.next(),
            Self::Refused { failure } => {
                let next = failure.next.clone().unwrap_or_else(|| "correct the cause".to_owned());
                format!("{next}; then resume the run with `stepwell runs resume`")
            }
            Self::Full(taken) => taken.next(),
            Self::Inconsistent { .. } => "report this; nothing more was called".to_owned(),
        }
    }
}
