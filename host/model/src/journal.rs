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
    /// It cannot follow those before it.
    #[error("the journal refused a record")]
    Illegal(#[from] IllegalEvent),
}

impl NextAction for JournalError {
    fn because(&self) -> String {
        match self {
            Self::NotKept { reason } => reason.clone(),
            Self::Illegal(illegal) => illegal.to_string(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Illegal(_) => "report this: it is a mistake in the host, not in the job or the plugin".to_owned(),
            Self::NotKept { .. } => "look at the disk of STEPWELL_HOME; nothing that was to follow was done".to_owned(),
        }
    }
}
