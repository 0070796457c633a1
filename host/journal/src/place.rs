//! The files of the journal in `STEPWELL_HOME`.
//!
//! No code here may open an existing `journal.db`: closing a file releases the locks that SQLite has on it in the same
//! process (POSIX).

use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use stepwell_secrets::durable;
use stepwell_secrets::ours::{self, NotOurs, Rule};

use crate::clock::Watched;
use crate::error::StoreError;

/// The paths of the journal and of the locks of its processes.
#[derive(Debug)]
pub(crate) struct Place {
    /// The directory that holds all of them.
    pub(crate) home: PathBuf,
    /// The database.
    pub(crate) database: PathBuf,
    /// The folder with one lock file for each process.
    pub(crate) processes: PathBuf,
    /// The signs of life of other processes.
    pub(crate) watched: Watched,
}

/// The state of a process, as its lock shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lock {
    /// The process lives.
    Held,
    /// The process has ended.
    Free,
    /// Unknown: the file is missing, or this user cannot open it.
    Unknown,
}

impl Place {
    pub(crate) fn new(home: &Path) -> Self {
        let (database, processes) = (home.join("journal.db"), home.join("processes"));
        Self { home: home.to_owned(), database, processes, watched: Watched::default() }
    }

    /// Whether there is a database, or an empty file that may become one.
    pub(crate) fn exists(&self) -> Result<bool, StoreError> {
        match self.database.metadata() {
            // SQLite takes a file that is shorter than any database for an empty one, and overwrites it.
            Ok(found) if found.is_file() && (1..512).contains(&found.len()) => {
                Err(StoreError::NotAJournal { path: self.database.clone(), found: "it is no SQLite database" })
            }
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(StoreError::io("open", &self.database)(error)),
        }
    }

    /// The file of the mark, a lower bound of what the database holds.
    pub(crate) fn mark(&self) -> PathBuf {
        self.home.join("journal.mark")
    }

    /// The write-ahead log of SQLite.
    pub(crate) fn log(&self) -> PathBuf {
        self.home.join("journal.db-wal")
    }

    /// Whether a living process writes to the journal.
    pub(crate) fn is_used(&self) -> bool {
        self.locked().iter().any(|process| self.probe(process) == Lock::Held)
    }

    pub(crate) fn make_folders(&self) -> Result<(), StoreError> {
        [&self.home, &self.processes]
            .into_iter()
            .try_for_each(|folder| durable::make_folder(folder).map_err(StoreError::io("create", folder)))
    }

    /// Refuses locks of processes that another user could have made: a held lock keeps a run from being resumed.
    pub(crate) fn check_processes(&self) -> Result<(), StoreError> {
        check_ours(&self.processes, Rule::HostWrites)
    }

    /// Makes the missing files and folders, closed to other users.
    pub(crate) fn make(&self) -> Result<(), StoreError> {
        self.make_folders()?;
        // The host executes its rows with its own credentials.
        [&self.home, &self.database].into_iter().try_for_each(|path| check_ours(path, Rule::OperatorsWrite))?;
        self.check_processes()?;
        if self.exists()? {
            self.make_private();
            return Ok(());
        }
        // SQLite gives the files beside the database the permissions of the database.
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&self.database) {
            Ok(_) => durable::sync_folder(&self.home).map_err(StoreError::io("write", &self.home)),
            // Another process has just made it.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(StoreError::io("create", &self.database)(error)),
        }
    }

    /// Closes the files to other users. A copy from a backup, or a volume that is mounted for a group, can be open to them.
    fn make_private(&self) {
        for beside in ["journal.db", "journal.db-wal", "journal.db-shm"] {
            let path = self.home.join(beside);
            let Ok(found) = path.metadata() else { continue };
            if found.is_file() && found.permissions().mode() & 0o077 != 0 {
                match fs::set_permissions(&path, Permissions::from_mode(0o600)) {
                    Ok(()) => {
                        tracing::warn!(path = %path.display(), "it was open to other users; it is closed to them now")
                    }
                    Err(error) => tracing::warn!(path = %path.display(), %error, "it is open to other users"),
                }
            }
        }
    }

    pub(crate) fn lock_path(&self, process: &str) -> PathBuf {
        self.processes.join(format!("{process}.lock"))
    }

    /// Makes the lock file of a process and locks it. The lock ends with the open file, however the process ends.
    pub(crate) fn lock(&self, process: &str) -> Result<File, StoreError> {
        let path = self.lock_path(process);
        let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path);
        let file = file.map_err(StoreError::io("create", &path))?;
        file.try_lock().map_err(|error| match error {
            TryLockError::Error(error) => StoreError::io("lock", &path)(error),
            TryLockError::WouldBlock => StoreError::io("lock", &path)(io::ErrorKind::WouldBlock.into()),
        })?;
        Ok(file)
    }

    pub(crate) fn probe(&self, process: &str) -> Lock {
        let Ok(file) = File::open(self.lock_path(process)) else { return Lock::Unknown };
        // A shared lock, so that two processes that probe at the same time do not take each other for the holder.
        match file.try_lock_shared() {
            Ok(()) => Lock::Free,
            Err(TryLockError::WouldBlock) => Lock::Held,
            Err(TryLockError::Error(_)) => Lock::Unknown,
        }
    }

    pub(crate) fn remove_lock(&self, process: &str) {
        let path = self.lock_path(process);
        if let Err(error) = fs::remove_file(&path)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(path = %path.display(), %error, "cannot remove the lock file of a process that has ended");
        }
    }

    /// The processes that have a lock file.
    pub(crate) fn locked(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(&self.processes) else { return Vec::new() };
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        names.filter_map(|name| Some(name.strip_suffix(".lock")?.to_owned())).collect()
    }
}

/// Refuses a file or folder that another user could have written.
fn check_ours(path: &Path, rule: Rule) -> Result<(), StoreError> {
    let Ok(found) = path.metadata() else { return Ok(()) };
    match ours::check(&found, rule) {
        Ok(()) => Ok(()),
        // A database of ours is closed to others as soon as it is opened.
        Err(NotOurs::Mode { .. }) if found.is_file() => Ok(()),
        Err(NotOurs::Mode { .. } | NotOurs::Owner { .. }) => Err(StoreError::Foreign { path: path.to_owned() }),
    }
}
