//! The entries of one commit.

use stepwell_model::journal::JournalError;
use tokio::sync::oneshot;

use crate::lease::Turn;

/// One write. An error of SQLite fails the whole batch; a refusal of this entry alone is reported in `done`.
pub(crate) trait Entry: Send {
    fn apply(&mut self, turn: &Turn<'_>) -> rusqlite::Result<()>;

    /// Called after the commit, whether it succeeded or failed.
    fn done(self: Box<Self>, committed: Result<(), &JournalError>);

    /// Bytes that it adds, approximately.
    fn weight(&self) -> usize {
        0
    }
}

/// An entry whose caller waits for the answer.
pub(crate) struct Ask<T, F> {
    work: Option<F>,
    found: Option<T>,
    reply: oneshot::Sender<Result<T, JournalError>>,
    weight: usize,
}

impl<T, F> Ask<T, F> {
    pub(crate) fn new(work: F, weight: usize) -> (Self, oneshot::Receiver<Result<T, JournalError>>) {
        let (reply, answer) = oneshot::channel();
        (Self { work: Some(work), found: None, reply, weight }, answer)
    }
}

impl<T: Send, F: FnOnce(&Turn<'_>) -> rusqlite::Result<T> + Send> Entry for Ask<T, F> {
    fn apply(&mut self, turn: &Turn<'_>) -> rusqlite::Result<()> {
        if let Some(work) = self.work.take() {
            self.found = Some(work(turn)?);
        }
        Ok(())
    }

    fn done(self: Box<Self>, committed: Result<(), &JournalError>) {
        let answer = match (committed, self.found) {
            (Ok(()), Some(found)) => Ok(found),
            (Ok(()), None) => Err(closed()),
            (Err(error), _) => Err(error.clone()),
        };
        // The caller may have given up.
        let _ = self.reply.send(answer);
    }

    fn weight(&self) -> usize {
        self.weight
    }
}

/// The error when the writer has ended.
pub(crate) fn closed() -> JournalError {
    crate::StoreError::Stopped.into()
}
