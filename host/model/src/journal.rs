//! The seam to whatever keeps the records of a run.

use async_trait::async_trait;

use crate::error::NextAction;
use crate::event::{Event, What};
use crate::report::IllegalEvent;

/// Keeps the records of one run. What is appended is kept: nothing goes on before `append` has returned.
#[async_trait]
pub trait Journal: Send + Sync {
    /// Appends a record and returns it as it was kept.
    ///
    /// # Errors
    /// When it was not kept, or when that is not known. The caller must not act as if it were.
    async fn append(&self, what: What) -> Result<Event, JournalError>;
}

/// A record that was not kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// The store refused it.
    #[error("the journal did not keep a record")]
    NotKept {
        /// The store's own words.
        reason: String,
    },
    /// The store cannot be used.
    #[error("{what}")]
    Store {
        /// What is the matter with it.
        what: String,
        /// Why.
        because: String,
        /// What to do.
        next: String,
    },
    /// The run belongs to another process by now.
    #[error("the journal refused a record: this process does not hold the run any more")]
    Taken {
        /// The process; none when the run has ended there, or has been released.
        by: Option<String>,
    },
    /// It cannot follow those before it.
    #[error("the journal refused a record")]
    Illegal(#[from] IllegalEvent),
}

impl NextAction for JournalError {
    fn because(&self) -> String {
        match self {
            Self::NotKept { reason } => reason.clone(),
            Self::Store { because, .. } => because.clone(),
            Self::Taken { by: Some(by) } => format!("{by} has taken it over, because this process was silent for long"),
            Self::Taken { by: None } => "it was released, or another process has taken it over and ended it".to_owned(),
            Self::Illegal(illegal) => illegal.to_string(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Illegal(_) => "report this: it is a mistake in the host, not in the job or the plugin".to_owned(),
            Self::Store { next, .. } => next.clone(),
            Self::Taken { .. } => {
                "see with `stepwell runs list` how the run goes on; nothing has to be done".to_owned()
            }
            Self::NotKept { .. } => "look at the disk of STEPWELL_HOME; nothing that was to follow was done".to_owned(),
        }
    }
}
