use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::ErrorCode;
use stepwell_model::NextAction;
use stepwell_model::journal::JournalError;
use stepwell_secrets::durable;
use stepwell_secrets::ours::{self, NotOurs};

/// Why the journal could not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The operating system refused.
    #[error("cannot {what} `{}`", path.display())]
    Io {
        /// The operation.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// The kind of the error.
        kind: io::ErrorKind,
        /// The error of the operating system.
        reason: String,
    },
    /// Another user could have written the runs that this process would execute.
    #[error("`{}` is not yours alone", path.display())]
    Foreign {
        /// The file or directory.
        path: PathBuf,
        /// How.
        fault: NotOurs,
    },
    /// The database is a symbolic link that leads nowhere.
    #[error("`{}` is a symbolic link to a file that does not exist", path.display())]
    Dangling {
        /// The link.
        path: PathBuf,
        /// What it leads to.
        target: PathBuf,
    },
    /// A copy was not put back, and the database that was there could not get its name again.
    #[error("`{}` is not in its place", path.display())]
    Aside {
        /// The database.
        path: PathBuf,
        /// Where it is now.
        aside: PathBuf,
        /// Why the copy was not put back, and what then failed.
        reason: String,
    },
    /// There is no journal.
    #[error("there is no journal of stepwell")]
    Missing {
        /// The database that it would be.
        path: PathBuf,
    },
    /// The file that was to become a copy exists.
    #[error("`{}` exists already", path.display())]
    CopyExists {
        /// The file.
        path: PathBuf,
    },
    /// The file is not a journal.
    #[error("`{}` is no journal of stepwell", path.display())]
    NotAJournal {
        /// The file.
        path: PathBuf,
        /// What the file is instead.
        found: &'static str,
    },
    /// The file that was to be put back is no copy of a journal.
    #[error("`{}` is no copy of a journal", path.display())]
    NotACopy {
        /// The file.
        path: PathBuf,
        /// What the file is instead.
        found: &'static str,
    },
    /// Another user could have written the copy that was to be put back.
    #[error("`{}` is not yours alone", path.display())]
    ForeignCopy {
        /// The file, or what leads to it.
        path: PathBuf,
        /// How.
        fault: NotOurs,
    },
    /// A copy was to get a name that the journal uses itself.
    #[error("`{}` is a file of the journal itself", path.display())]
    Reserved {
        /// The file.
        path: PathBuf,
    },
    /// The content was changed after it was written.
    #[error("`{}` is damaged", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Runs or records that it held are gone.
    #[error("`{}` has lost runs or records", path.display())]
    Lost {
        /// The database.
        path: PathBuf,
        /// What is missing.
        reason: String,
    },
    /// Processes use it, so that it cannot be replaced.
    #[error("`{}` is in use", path.display())]
    Used {
        /// The database.
        path: PathBuf,
        /// The Stepwell processes that use it.
        users: Vec<String>,
    },
    /// A record that this version cannot read.
    #[error("`{}` holds a record that cannot be read", path.display())]
    Strange {
        /// The file.
        path: PathBuf,
        /// The record and the error.
        reason: String,
    },
    /// A later release has changed its schema.
    #[error("`{}` belongs to a newer stepwell", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// The latest schema version that this program knows.
        known: i64,
    },
    /// Processes of an earlier release use it, which would not understand the new schema.
    #[error("`{}` belongs to an earlier stepwell that still runs", path.display())]
    OldInUse {
        /// The file.
        path: PathBuf,
        /// The Stepwell processes that use it.
        users: Vec<String>,
    },
    /// The disk is full.
    #[error("there is no room for `{}`", path.display())]
    Full {
        /// The file.
        path: PathBuf,
        /// The error of SQLite.
        reason: String,
    },
    /// Another program has kept it locked for too long.
    #[error("`{}` is locked", path.display())]
    Locked {
        /// The file.
        path: PathBuf,
        /// How long this process waited.
        waited: Duration,
        /// The Stepwell processes that use it.
        users: Vec<String>,
    },
    /// SQLite refused.
    #[error("`{}` cannot be used", path.display())]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// The error of SQLite.
        reason: String,
    },
    /// The process is ending.
    #[error("the journal is closed")]
    Stopped,
}

impl StoreError {
    pub(crate) fn io(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| {
            let (kind, text) = (error.kind(), error.to_string());
            let reason = text.split(" (os error").next().unwrap_or(&text).to_lowercase();
            Self::Io { what, path, kind, reason }
        }
    }

    pub(crate) fn sqlite(path: &Path, error: &rusqlite::Error) -> Self {
        let path = path.to_owned();
        let Some(code) = error.sqlite_error_code() else {
            return Self::Damaged { path, reason: error.to_string() };
        };
        let reason = words(error);
        match code {
            ErrorCode::DiskFull => Self::Full { path, reason },
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
                Self::Locked { path, waited: Duration::ZERO, users: Vec::new() }
            }
            ErrorCode::DatabaseCorrupt => Self::Damaged { path, reason },
            ErrorCode::NotADatabase => Self::NotAJournal { path, found: "it is no SQLite database" },
            _ => Self::Sqlite { path, reason },
        }
    }

    /// The error of a copy that is being put back, as that of the file that it was made from, or of the database that
    /// it is for.
    pub(crate) fn of_copy(mut self, from: &Path, database: &Path) -> Self {
        if let Self::NotAJournal { found, .. } = self {
            return Self::NotACopy { path: from.to_owned(), found };
        }
        match &mut self {
            Self::NotAJournal { path, .. }
            | Self::NotACopy { path, .. }
            | Self::ForeignCopy { path, .. }
            | Self::CopyExists { path }
            | Self::Damaged { path, .. }
            | Self::Lost { path, .. }
            | Self::Strange { path, .. }
            | Self::Newer { path, .. }
            | Self::Foreign { path, .. }
            | Self::Dangling { path, .. } => from.clone_into(path),
            Self::Io { path, .. }
            | Self::Reserved { path, .. }
            | Self::Missing { path }
            | Self::Aside { path, .. }
            | Self::Used { path, .. }
            | Self::OldInUse { path, .. }
            | Self::Full { path, .. }
            | Self::Locked { path, .. }
            | Self::Sqlite { path, .. } => database.clone_into(path),
            Self::Stopped => {}
        }
        self
    }

    /// Adds to a lock error what only the caller knows.
    pub(crate) fn locked_by(self, patience: Duration, processes: impl FnOnce() -> Vec<String>) -> Self {
        match self {
            Self::Locked { path, .. } => Self::Locked { path, waited: patience, users: processes() },
            other => other,
        }
    }
}

/// The first three of them, and how many more there are.
fn some(users: &[String]) -> String {
    const NAMED: usize = 3;
    let named = users.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match users.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

/// The error of SQLite with its code, by which SQLite's documentation is sorted.
fn words(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqliteFailure(failure, text) => {
            let text = text.clone().unwrap_or_else(|| failure.to_string());
            format!("SQLite says: {text} (code {})", failure.extended_code)
        }
        other => format!("SQLite says: {other}"),
    }
}

impl NextAction for StoreError {
    fn because(&self) -> String {
        match self {
            Self::Io { reason, .. }
            | Self::Damaged { reason, .. }
            | Self::Lost { reason, .. }
            | Self::Aside { reason, .. }
            | Self::Strange { reason, .. }
            | Self::Full { reason, .. }
            | Self::Sqlite { reason, .. } => reason.clone(),
            Self::Used { users, .. } if users.is_empty() => "another process of stepwell uses it".to_owned(),
            Self::Used { users, .. } => format!("stepwell uses it as {}", some(users)),
            Self::Missing { path } => format!("`{}` does not exist, or holds nothing", path.display()),
            Self::Reserved { .. } => "a copy with this name would be taken for a part of the journal".to_owned(),
            Self::CopyExists { .. } => "a copy never replaces a file".to_owned(),
            Self::Foreign { fault, .. } | Self::ForeignCopy { fault, .. } => {
                format!("another user can change what the host executes with your credentials: {fault}")
            }
            Self::Dangling { target, .. } => format!("`{}` does not exist", target.display()),
            Self::NotAJournal { found, .. } | Self::NotACopy { found, .. } => (*found).to_owned(),
            Self::Newer { found, known, .. } => {
                format!("its schema has version {found}, and this stepwell knows {known} at most")
            }
            Self::OldInUse { users, .. } => {
                format!("stepwell uses it as {}, which would not understand its new form", some(users))
            }
            Self::Locked { waited, users, .. } => {
                let users = match users.as_slice() {
                    [] => {
                        "no other stepwell uses it, so it must be another program, such as sqlite3 or a backup".into()
                    }
                    users => format!("stepwell uses it as {}", some(users)),
                };
                format!("another program has kept it locked for {waited:?}; {users}")
            }
            Self::Stopped => "the process is ending".to_owned(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Io { path, kind, .. } => durable::advice(path, *kind, "processes"),
            Self::Foreign { path, fault } => {
                format!("{}, or set STEPWELL_HOME to a directory of your own", ours::advice(path, *fault))
            }
            Self::ForeignCopy { path, fault } => ours::advice(path, *fault),
            Self::Missing { .. } => "set STEPWELL_HOME to the directory that has the runs".to_owned(),
            Self::Reserved { .. } => "name another file".to_owned(),
            Self::CopyExists { path } => format!("name another file, or remove `{}` first", path.display()),
            Self::Dangling { path, .. } => format!(
                "bring back what it leads to, such as a disk that is not mounted, or remove the link `{}`",
                path.display()
            ),
            Self::Aside { path, aside, .. } => format!(
                "move `{}` and the files that begin with its name back to `{}`, or run `stepwell journal restore FILE` again",
                aside.display(),
                path.display()
            ),
            Self::NotAJournal { path, .. } => {
                format!("move `{}` away, or set STEPWELL_HOME to another directory", path.display())
            }
            Self::NotACopy { .. } => {
                "name a file that `stepwell journal backup` wrote, or a `journal.db.replaced-…`".to_owned()
            }
            Self::Damaged { path, .. } => {
                let path = path.display();
                format!(
                    "save what `sqlite3 {path} .recover` can read, and put a copy back with `stepwell journal restore FILE`"
                )
            }
            Self::Lost { .. } => {
                "put a copy back with `stepwell journal restore FILE`, or work without what is gone after \
                                  `stepwell journal check --accept-loss`"
                    .to_owned()
            }
            Self::Used { .. } => "end these processes, and try again".to_owned(),
            Self::Strange { .. } => {
                "use the stepwell that wrote it, which may be newer, or put a copy back with `stepwell journal restore FILE`".to_owned()
            }
            Self::Newer { .. } => {
                "use the newer stepwell, or set STEPWELL_HOME to another directory for this one".to_owned()
            }
            Self::OldInUse { .. } => {
                "let these processes finish, or end them with SIGTERM, and try again: their runs go on then".to_owned()
            }
            Self::Full { .. } => "make room on that disk and try again; what was kept before is kept".to_owned(),
            Self::Locked { .. } => "let that program finish, or end it, and try again".to_owned(),
            Self::Sqlite { path, .. } => {
                format!("check `{}`, its permissions and the disk that it is on, and try again", path.display())
            }
            Self::Stopped => "run it again".to_owned(),
        }
    }
}

impl From<StoreError> for JournalError {
    fn from(error: StoreError) -> Self {
        Self::Store { what: error.to_string(), because: error.because(), next: error.next() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_users_three_are_named() {
        let users = |count: u32| (1..=count).map(|id| format!("process {id}")).collect::<Vec<_>>();
        assert_eq!(some(&users(3)), "process 1, process 2, process 3");
        assert_eq!(some(&users(300)), "process 1, process 2, process 3 and 297 more");
    }
}
