//! The journal of a `STEPWELL_HOME` as a whole: examined, copied, and put back from a copy.

use std::path::Path;
use std::sync::Arc;

use stepwell_journal::{Examination, Restored};

use crate::error::HomeError;
use crate::resources::Resources;

/// The journal of a `STEPWELL_HOME`.
pub struct Journal(pub(crate) Arc<Resources>);

impl Journal {
    /// Examines the journal, every record and component included.
    ///
    /// # Errors
    /// When it cannot be read at all.
    pub fn examine(&self) -> Result<Examination, HomeError> {
        Ok(stepwell_journal::examine(&self.0.path)?)
    }

    /// Accepts what is left of a journal that lost something, and gives the number of runs that it ever held.
    ///
    /// # Errors
    /// When a process uses the journal, or another user can write to it.
    pub fn accept(&self) -> Result<i64, HomeError> {
        Ok(stepwell_journal::accept(&self.0.path)?)
    }

    /// Copies the journal to a new file.
    ///
    /// # Errors
    /// When the journal is damaged, or the file exists or cannot be written.
    pub fn back_up(&self, to: &Path) -> Result<(), HomeError> {
        Ok(stepwell_journal::back_up(&self.0.path, to)?)
    }

    /// Puts a copy in the place of the journal.
    ///
    /// # Errors
    /// When a process uses the journal, or the copy is damaged. Then the journal is as it was.
    pub fn restore(&self, from: &Path) -> Result<Restored, HomeError> {
        Ok(stepwell_journal::restore(&self.0.path, from)?)
    }
}
