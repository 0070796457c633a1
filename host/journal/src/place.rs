//! The files of the journal in `STEPWELL_HOME`.
//!
//! No code here may open an existing `journal.db`: closing a file releases the locks that SQLite has on it in the same
//! process (POSIX).

use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use stepwell_secrets::durable;
use stepwell_secrets::ours::{self, PathError, Rule};

use crate::clock::Watched;
use crate::error::StoreError;
use crate::hold::{Hold, Refused};
use crate::mark::{MARK, Noted};
use crate::process;
use crate::schema::{self, Tuning};

/// The paths of the journal and of the locks of its processes, while this process has its part of the lock on it.
#[derive(Debug)]
pub(crate) struct Place {
    /// The directory that holds all of them.
    pub(crate) home: PathBuf,
    /// The database: `journal.db`, or what that is a symbolic link to. SQLite keeps its other files beside it.
    pub(crate) database: PathBuf,
    /// The folder with one lock file for each process.
    pub(crate) processes: PathBuf,
    /// The signs of life of other processes.
    pub(crate) watched: Watched,
    /// No other process replaces the database.
    pub(crate) hold: Hold,
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
    /// The journal of a home that is made when it is missing. Waits while another process has the journal alone.
    pub(crate) fn shared(home: &Path) -> Result<Self, StoreError> {
        make_folders(home)?;
        check_home(home)?;
        Self::new(home, Hold::shared(&home.join("journal.lock")))
    }

    /// The journal of a home that has one; none when there is nothing of it. Waits while another process has it alone.
    pub(crate) fn existing(home: &Path) -> Result<Option<Self>, StoreError> {
        let has = |name: &str| match home.join(name).symlink_metadata() {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(StoreError::io("open", &home.join(name))(error)),
        };
        // While a process puts a copy back, `journal.lock` may be all there is.
        if !(has("journal.db")? || has("journal.db-wal")? || has("journal.mark")? || has("journal.lock")?) {
            return Ok(None);
        }
        check_home(home)?;
        Self::new(home, Hold::shared(&home.join("journal.lock"))).map(Some)
    }

    /// The journal of a home, which is made when it is missing, without any other process.
    pub(crate) fn alone(home: &Path, tuning: &Tuning) -> Result<Self, StoreError> {
        make_folders(home)?;
        check_home(home)?;
        let path = home.join("journal.lock");
        let place = match Hold::alone(&path) {
            Ok(hold) => Self::new(home, hold)?,
            Err(Refused::Io(error)) => return Err(StoreError::io("lock", &path)(error)),
            Err(Refused::Alone) => return Err(StoreError::Used { path: home.join("journal.db"), users: Vec::new() }),
            Err(Refused::Used(hold)) => return Err(Self::new(home, hold)?.used(tuning)),
        };
        // An earlier release does not know that lock.
        if place.is_used() { Err(place.used(tuning)) } else { Ok(place) }
    }

    fn new(home: &Path, hold: Hold) -> Result<Self, StoreError> {
        let (database, processes) = (database(home)?, home.join("processes"));
        check_processes(&processes)?;
        // Where others can make files, one of them can make a log that is not there yet.
        believe(database.parent().unwrap_or(home))?;
        let place = Self { home: home.to_owned(), database, processes, watched: Watched::default(), hold };
        [place.log(), place.rollback(), place.beside("-shm")].iter().try_for_each(|path| check_kind(path))?;
        Ok(place)
    }

    /// The same journal with another file as its database.
    pub(crate) fn with_database(&self, database: PathBuf) -> Self {
        let (home, processes, hold) = (self.home.clone(), self.processes.clone(), self.hold.clone());
        Self { home, database, processes, watched: Watched::default(), hold }
    }

    fn used(&self, tuning: &Tuning) -> StoreError {
        let users = schema::connect(self, tuning).map(|connection| process::users(&connection, self, None));
        StoreError::Used { path: self.database.clone(), users: users.unwrap_or_default() }
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

    /// Whether there is no database, or an empty file.
    pub(crate) fn is_empty(&self) -> Result<bool, StoreError> {
        Ok(!self.exists()? || self.database.metadata().is_ok_and(|found| found.len() == 0))
    }

    /// The file of the mark, a lower bound of what the database holds.
    pub(crate) fn mark(&self) -> PathBuf {
        self.home.join(MARK)
    }

    /// A file beside the database: its name with this end.
    pub(crate) fn beside(&self, end: &str) -> PathBuf {
        let mut name = self.database.as_os_str().to_owned();
        name.push(end);
        name.into()
    }

    /// The write-ahead log of SQLite.
    pub(crate) fn log(&self) -> PathBuf {
        self.beside("-wal")
    }

    /// The rollback journal of SQLite, which a database has until it has a write-ahead log.
    pub(crate) fn rollback(&self) -> PathBuf {
        self.beside("-journal")
    }

    /// Whether the journal gives a file of its own this path.
    pub(crate) fn owns(&self, path: &Path) -> bool {
        let (Some(name), Some(folder)) = (path.file_name(), path.parent()) else { return false };
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let Ok(folder) = folder.canonicalize() else { return false };
        let is_in = |other: &Path| other.canonicalize().is_ok_and(|other| other == folder);
        let of_home = ["journal.db", MARK, "journal.lock", "journal.next", "journal.turn"];
        let beside = ["", "-wal", "-shm", "-journal"].map(|end| self.beside(end));
        is_in(&self.home) && of_home.iter().any(|own| name == *own)
            || is_in(self.folder()) && beside.iter().any(|own| own.file_name() == Some(name))
    }

    /// The directory of the database.
    pub(crate) fn folder(&self) -> &Path {
        self.database.parent().unwrap_or(&self.home)
    }

    /// Whether a living process writes to the journal.
    pub(crate) fn is_used(&self) -> bool {
        self.locked().iter().any(|process| self.probe(process) == Lock::Held)
    }

    /// Refuses files that another user could have written: the host executes what is in them with its own credentials.
    /// Closes those that others can only read. A copy from a backup, or a volume that is mounted for a group, can be
    /// so.
    pub(crate) fn believe(&self) -> Result<(), StoreError> {
        let files = [self.database.clone(), self.log(), self.beside("-shm"), self.rollback(), self.mark()];
        std::iter::once(&self.home).chain(&files).try_for_each(|path| believe(path))?;
        files.iter().for_each(|path| make_private(path));
        Ok(())
    }

    /// Refuses a directory in which this process can write no file.
    pub(crate) fn check_writable(&self) -> Result<(), StoreError> {
        let writable = rustix::fs::access(self.folder(), rustix::fs::Access::WRITE_OK);
        writable.map_err(|error| StoreError::io("write in", self.folder())(error.into()))
    }

    /// Makes the database when it is missing, closed to other users.
    pub(crate) fn make(&self) -> Result<(), StoreError> {
        self.check_writable()?;
        if self.exists()? {
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
        let path = self.lock_path(process);
        if check_kind(&path).is_err() {
            return Lock::Unknown;
        }
        let Ok(file) = File::open(path) else { return Lock::Unknown };
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

fn make_folders(home: &Path) -> Result<(), StoreError> {
    let folders = [home.to_owned(), home.join("processes")];
    folders.iter().try_for_each(|folder| durable::make_folder(folder).map_err(StoreError::io("create", folder)))
}

/// Refuses a home that another user could have written to, or with a pipe, a socket or a device among its files.
fn check_home(home: &Path) -> Result<(), StoreError> {
    believe(home)?;
    let names = ["journal.db", MARK, "journal.lock", "journal.next", "journal.turn"];
    names.iter().try_for_each(|name| check_kind(&home.join(name)))
}

/// Refuses a pipe, a socket or a device: to open a pipe waits until another process opens it as well.
fn check_kind(path: &Path) -> Result<(), StoreError> {
    match path.metadata() {
        Ok(found) if !found.is_file() && !found.is_dir() => {
            Err(StoreError::NotAJournal { path: path.to_owned(), found: "it is no regular file" })
        }
        // What needs the file reports what else is wrong with it.
        _ => Ok(()),
    }
}

/// The database: the path, or what it is a symbolic link to.
///
/// While a copy is put back, the target of the link has another name, and only its place is known.
fn database(home: &Path) -> Result<PathBuf, StoreError> {
    let path = &home.join("journal.db");
    let link = path.symlink_metadata().is_ok_and(|found| found.is_symlink()).then(|| fs::read_link(path));
    let Some(Ok(target)) = link else { return Ok(path.to_owned()) };
    match ours::resolve(path) {
        Ok(found) => Ok(found),
        Err(missing) if missing.is_missing() => match Noted::read_in(home)? {
            Some(Noted::Restoring(_)) => missing_target(path).map_err(refused),
            _ => Err(StoreError::Dangling { path: path.to_owned(), target }),
        },
        Err(other) => Err(refused(other)),
    }
}

/// Where a symbolic link leads to whose target is missing, in a folder that is there.
fn missing_target(link: &Path) -> Result<PathBuf, PathError> {
    let mut path = link.to_owned();
    // The limit of Linux for the links on one way.
    for _ in 0..40 {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { break };
        let folder = ours::resolve(folder)?;
        let found = folder.join(name);
        match fs::read_link(&found) {
            Ok(target) => path = folder.join(target),
            Err(_) => return Ok(found),
        }
    }
    Err(PathError::Io { path: link.to_owned(), error: io::ErrorKind::NotFound.into() })
}

/// Refuses a file or folder that another user could have written. None need exist.
fn believe(path: &Path) -> Result<(), StoreError> {
    match ours::resolve(path) {
        Err(error @ PathError::Foreign { .. }) => Err(refused(error)),
        // What needs the file reports what is wrong with it.
        Ok(_) | Err(PathError::Io { .. }) => Ok(()),
    }
}

/// Refuses locks of processes that another user could have made: a held lock keeps a run from being resumed.
fn check_processes(path: &Path) -> Result<(), StoreError> {
    let Ok(found) = path.metadata() else { return Ok(()) };
    ours::check(&found, Rule::HostWrites).map_err(|fault| StoreError::Foreign { path: path.to_owned(), fault })
}

/// The error of a path that the host does not believe.
pub(crate) fn refused(error: PathError) -> StoreError {
    match error {
        PathError::Foreign { path, fault } => StoreError::Foreign { path, fault },
        PathError::Io { path, error } => StoreError::io("read", &path)(error),
    }
}

/// Closes a file to other users.
fn make_private(path: &Path) {
    let Ok(found) = path.metadata() else { return };
    if found.is_file() && found.permissions().mode() & 0o077 != 0 {
        match fs::set_permissions(path, Permissions::from_mode(0o600)) {
            Ok(()) => tracing::warn!(path = %path.display(), "it was open to other users; it is closed to them now"),
            Err(error) => tracing::warn!(path = %path.display(), %error, "it is open to other users"),
        }
    }
}
