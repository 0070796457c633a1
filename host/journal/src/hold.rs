//! The lock on the journal as a whole.
//!
//! Every process that has a connection to the database shares the lock on `journal.lock`, and the process that puts
//! another database in its place has it alone. A process that only reads shares it, too: when it closes the last
//! connection to a database that was renamed, SQLite would otherwise delete the log of the new one.

use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::queue::Wait;

/// How often a process that waits looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// A share of the lock, or all of it, until its last clone is dropped. Without a file where `STEPWELL_HOME` cannot be
/// written to.
#[derive(Debug, Clone)]
pub(crate) struct Hold(#[expect(dead_code, reason = "it is held")] Option<Arc<File>>);

/// The lock belongs to other processes.
#[derive(Debug)]
pub(crate) enum Refused {
    /// They use the journal, and so does this share of the lock.
    Used(Hold),
    /// One of them has the journal to itself.
    Alone,
    Io(io::Error),
}

impl Hold {
    /// Shares the lock, as soon as no process has it alone.
    pub(crate) fn shared(path: &Path) -> Self {
        let held = open(path).and_then(|file| wait(&file).map(|()| file));
        let held = held.inspect_err(|error| tracing::debug!(%error, "no lock on the journal"));
        Self(held.ok().map(Arc::new))
    }

    /// Takes the lock alone.
    pub(crate) fn alone(path: &Path) -> Result<Self, Refused> {
        let file = open(path).map_err(Refused::Io)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(Some(Arc::new(file)))),
            Err(TryLockError::Error(error)) => Err(Refused::Io(error)),
            Err(TryLockError::WouldBlock) => match file.try_lock_shared() {
                Ok(()) => Err(Refused::Used(Self(Some(Arc::new(file))))),
                Err(_) => Err(Refused::Alone),
            },
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    let file = match OpenOptions::new().read(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?
        }
        found => found?,
    };
    close_to_others(&file)?;
    Ok(file)
}

/// Closes a lock file to other users: who can open it can lock it, and stop every process that waits for it.
pub(crate) fn close_to_others(file: &File) -> io::Result<()> {
    if file.metadata()?.permissions().mode() & 0o077 != 0
        && let Err(error) = file.set_permissions(Permissions::from_mode(0o600))
    {
        tracing::debug!(%error, "a lock of the journal is open to other users");
    }
    Ok(())
}

fn wait(file: &File) -> io::Result<()> {
    let mut wait = Wait::new(Duration::MAX);
    loop {
        match file.try_lock_shared() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) => {
                wait.tell(|| "another process puts a copy back or accepts a loss".to_owned());
                std::thread::sleep(LOOK_AGAIN);
            }
        }
    }
}
