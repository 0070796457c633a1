//! Files that are there whole or not at all, also after a crash or a power failure.
//!
//! A file is written under another name, synchronised, renamed, and its folder synchronised: the name outlives a power
//! failure only when its folder was written as well. Files have mode 0600 and folders 0700, whatever the umask.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, Permissions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempDir};

/// Writes a file, in the place of the one that has this name. A crash leaves the old one or the new one.
///
/// Removes what crashes left of earlier writes.
///
/// # Errors
/// The operating system's.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    Staged::new(path, bytes)?.replace()
}

/// Writes a file that does not exist yet. A crash leaves none or a whole one.
///
/// # Errors
/// The operating system's, such as `AlreadyExists`.
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let staged = Staged::new(path, bytes)?;
    staged.file.persist_noclobber(path).map_err(|error| error.error)?;
    sync_folder(folder_of(path))
}

/// A file that is written and synchronised under a temporary name, and only waits for its own. Dropped, it is removed.
#[derive(Debug)]
pub struct Staged {
    file: NamedTempFile,
    path: PathBuf,
}

impl Staged {
    /// Writes the bytes, for a file with this path. Removes what crashes left of earlier writes.
    ///
    /// # Errors
    /// The operating system's, such as that of a full disk: to get its name takes no more room.
    pub fn new(path: &Path, bytes: &[u8]) -> io::Result<Self> {
        let (folder, prefix) = (folder_of(path), prefix(path));
        sweep(folder, &prefix)?;
        let mut file = locked(
            || tempfile::Builder::new().prefix(&prefix).tempfile_in(folder),
            |file| Ok((file.path().to_owned(), file.as_file().try_clone()?)),
        )?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        Ok(Self { file, path: path.to_owned() })
    }

    /// Gives the file its name, in the place of the one that has it.
    ///
    /// # Errors
    /// The operating system's.
    pub fn replace(self) -> io::Result<()> {
        self.file.persist(&self.path).map_err(|error| error.error)?;
        sync_folder(folder_of(&self.path))
    }
}

/// A directory for us alone beside a path, for what becomes the file there. Dropped, it is removed with all that is
/// left in it. That of a process that was killed is removed by the next one for the same path.
#[derive(Debug)]
pub struct Scratch {
    folder: TempDir,
    /// Says that this process lives.
    _lock: File,
}

impl Scratch {
    /// Makes the directory.
    ///
    /// # Errors
    /// The operating system's.
    pub fn new(path: &Path) -> io::Result<Self> {
        let (above, prefix) = (folder_of(path), prefix(path));
        sweep(above, &prefix)?;
        let mut lock = None;
        let folder = locked(
            || {
                let mut folder = tempfile::Builder::new();
                folder.prefix(&prefix).permissions(Permissions::from_mode(0o700)).tempdir_in(above)
            },
            |folder| {
                let path = folder.path().join(LOCK);
                let file = File::create_new(&path)?;
                lock = Some(file.try_clone()?);
                Ok((path, file))
            },
        )?;
        let lock = lock.ok_or(io::ErrorKind::NotFound)?;
        Ok(Self { folder, _lock: lock })
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// The file in a [`Scratch`] that its process holds locked.
const LOCK: &str = "lock";

/// How often something temporary is made anew, because a process that sweeps came between its creation and its lock.
const MOST_TRIES: usize = 8;

/// Makes something temporary and locks the file that says so.
fn locked<T>(
    make: impl Fn() -> io::Result<T>,
    mut lock: impl FnMut(&T) -> io::Result<(PathBuf, File)>,
) -> io::Result<T> {
    for _ in 0..MOST_TRIES {
        let made = make()?;
        let (path, file) = match lock(&made) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        let is_there = || fs::metadata(&path).is_ok_and(|found| is_same(&found, &file));
        // On a file system without locks, a sweep leaves everything.
        if !matches!(file.try_lock(), Err(TryLockError::WouldBlock)) && is_there() {
            return Ok(made);
        }
    }
    Err(io::ErrorKind::WouldBlock.into())
}

fn is_same(found: &Metadata, file: &File) -> bool {
    file.metadata().is_ok_and(|open| (open.dev(), open.ino()) == (found.dev(), found.ino()))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn prefix(path: &Path) -> String {
    format!(".{}.new-", path.file_name().unwrap_or_default().to_string_lossy())
}

/// Removes what has such a name, is ours, and is written by no living process.
fn sweep(folder: &Path, prefix: &str) -> io::Result<()> {
    let us = rustix::process::geteuid().as_raw();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with(prefix) {
            continue;
        }
        let found = match entry.metadata() {
            Ok(found) if found.uid() == us => found,
            Ok(_) => continue,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        let path = entry.path();
        let removed = match found.is_dir() {
            true if is_left(&path.join(LOCK)) => fs::remove_dir_all(&path),
            false if is_left(&path) => fs::remove_file(&path),
            _ => continue,
        };
        // Another process may sweep as well.
        removed.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })?;
    }
    Ok(())
}

/// Whether no living process holds this file locked.
fn is_left(path: &Path) -> bool {
    if !path.symlink_metadata().is_ok_and(|found| found.is_file()) {
        return true;
    }
    File::open(path).is_ok_and(|file| file.try_lock().is_ok())
}

/// Makes a folder for us alone, with the folders above it that are missing. One that is there stays as it is.
///
/// # Errors
/// The operating system's.
pub fn make_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    path.parent().filter(|above| !above.as_os_str().is_empty()).map_or(Ok(()), sync_folder)
}

/// Writes the names in a folder to the disk.
///
/// # Errors
/// The operating system's.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Takes a lock file, making it when it is missing, and waits while another process has it. The lock ends when the file
/// is closed, however the process ends.
///
/// # Errors
/// The operating system's.
pub fn lock(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
    // A user who can open the file can lock it, and stop every process that waits here.
    file.set_permissions(Permissions::from_mode(0o600))?;
    match file.try_lock() {
        Ok(()) => return Ok(file),
        Err(TryLockError::WouldBlock) => tracing::debug!(path = %path.display(), "waiting for another process's lock"),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    file.lock()?;
    Ok(file)
}

/// What an operator does about an error of a file below `folder` of `STEPWELL_HOME`. What was there before is
/// unchanged.
pub fn advice(path: &Path, kind: io::ErrorKind, folder: &str) -> String {
    let path = path.display();
    match kind {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            "make room on that disk and try again; the earlier contents are unchanged".to_owned()
        }
        io::ErrorKind::PermissionDenied => format!("give the user that runs stepwell access to `{path}`"),
        io::ErrorKind::ReadOnlyFilesystem => "set STEPWELL_HOME to a directory that can be written to".to_owned(),
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            format!("set STEPWELL_HOME to a directory, and keep `{folder}` in it a directory")
        }
        _ => format!("check `{path}` and the disk that it is on, and try again"),
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn mode(path: &Path) -> u32 {
        path.metadata().unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn a_file_is_replaced_whole_and_for_us_alone() {
        let home = TempDir::new().unwrap();
        let path = home.path().join("a");
        fs::write(&path, "old and longer").unwrap();
        fs::write(home.path().join(".a.new-left"), "left by a crash").unwrap();
        fs::write(home.path().join(".ab.new-other"), "of another file").unwrap();
        replace(&path, b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(mode(&path), 0o600);
        let mut names: Vec<_> = fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, [".ab.new-other", "a"]);
    }

    #[test]
    fn a_file_that_exists_is_not_created_again() {
        let home = TempDir::new().unwrap();
        let path = home.path().join("a");
        create(&path, b"first").unwrap();
        assert_eq!(create(&path, b"second").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"first");
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_waits_for_its_name_is_removed_only_when_its_process_is_gone() {
        let home = TempDir::new().unwrap();
        let path = home.path().join("a");
        let staged = Staged::new(&path, b"first").unwrap();
        let scratch = Scratch::new(&path).unwrap();
        fs::write(scratch.path().join("deep"), "half").unwrap();
        assert_eq!((mode(scratch.path()), mode(staged.file.path())), (0o700, 0o600));
        let left = home.path().join(".a.new-killed");
        fs::create_dir(&left).unwrap();
        fs::write(left.join("lock"), "").unwrap();
        fs::write(left.join("deep"), "half of a killed process").unwrap();
        replace(&path, b"second").unwrap();
        assert!(!left.exists());
        assert!(scratch.path().join("deep").exists());
        staged.replace().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"first");
        drop(scratch);
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_full_disk_is_told_as_that_and_what_another_process_swept_is_made_again() {
        let full = locked(|| Ok(()), |()| Err(io::ErrorKind::StorageFull.into()));
        assert_eq!(full.unwrap_err().kind(), io::ErrorKind::StorageFull);
        let home = TempDir::new().unwrap();
        let path = home.path().join("lock");
        let made = locked(
            || Ok(()),
            |()| match path.exists() {
                true => Ok((path.clone(), File::open(&path)?)),
                false => File::create(&path).and(Err(io::ErrorKind::NotFound.into())),
            },
        );
        made.unwrap();
    }

    #[test]
    fn a_folder_is_made_for_us_alone_and_one_that_is_there_stays_as_it_is() {
        let home = TempDir::new().unwrap();
        let deep = home.path().join("a/b");
        make_folder(&deep).unwrap();
        assert_eq!((mode(&deep), mode(&home.path().join("a"))), (0o700, 0o700));
        fs::set_permissions(&deep, Permissions::from_mode(0o755)).unwrap();
        make_folder(&deep).unwrap();
        assert_eq!(mode(&deep), 0o755);
    }

    #[test]
    fn a_lock_file_that_others_can_open_is_closed_to_them() {
        let home = TempDir::new().unwrap();
        let path = home.path().join("lock");
        fs::write(&path, "").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o666)).unwrap();
        let held = lock(&path).unwrap();
        assert_eq!(mode(&path), 0o600);
        assert!(matches!(File::open(&path).unwrap().try_lock(), Err(TryLockError::WouldBlock)));
        drop(held);
        drop(lock(&path).unwrap());
    }
}
