//! The journal of one run, as the host calls of its steps see it.

use async_trait::async_trait;

use crate::error::NextAction;
use crate::event::{Event, What};
use crate::report::IllegalEvent;

/// Keeps the records of one run. A record is kept once `append` has returned; the caller goes on only then.
#[async_trait]
pub trait Journal: Send + Sync {
    /// Appends a record and returns it as it was kept.
    ///
    /// # Errors
    /// When it was not kept, or when that is unknown. The caller must act as if it were not.
    async fn append(&self, what: What) -> Result<Event, JournalError>;
}

/// A record that was not kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// The store refused it.
    #[error("the journal did not keep a record")]
    NotKept {
        /// The error of the store.
        reason: String,
    },
    /// The store cannot be used.
    #[error("{what}")]
    Store {
        /// What failed.
        what: String,
        /// Why.
        because: String,
        /// What to do.
        next: String,
    },
    /// This process has lost the run.
    #[error("this process does not execute the run any more")]
    Taken {
        /// The process that holds it; none when the run was released or has ended there.
        by: Option<String>,
    },
    /// The record cannot follow those before it.
    #[error("the journal refused a record")]
    Illegal(#[from] IllegalEvent),
}

impl NextAction for JournalError {
    fn because(&self) -> String {
        match self {
            Self::NotKept { reason } => reason.clone(),
            Self::Store { because, .. } => because.clone(),
            Self::Taken { by: Some(by) } => {
                format!("{by} has taken the run over, because this process was stopped or asleep for too long")
            }
            Self::Taken { by: None } => {
                "the run was released, or another process has taken it over and ended it".to_owned()
            }
            Self::Illegal(illegal) => illegal.to_string(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Illegal(_) => "report this: it is a mistake in the host, not in the job or the plugin".to_owned(),
            Self::Store { next, .. } => next.clone(),
            Self::Taken { .. } => {
                "this process changed nothing more; `stepwell runs list` shows how the run goes on".to_owned()
            }
            Self::NotKept { .. } => "check the disk of STEPWELL_HOME; the run did nothing more".to_owned(),
        }
    }
}
