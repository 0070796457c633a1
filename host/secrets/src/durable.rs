//! Files that are there whole or not at all, also after a crash or a power failure.
//!
//! A file is written under another name, synchronised, renamed, and its folder synchronised: the name outlives a power
//! failure only when its folder was written as well. Files have mode 0600 and folders 0700, whatever the umask.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

/// Writes a file, in the place of the one that has this name. A crash leaves the old one or the new one.
///
/// The caller holds a [`lock`]: what crashes left of earlier writes is removed.
///
/// # Errors
/// The operating system's.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (file, folder) = written_beside(path, bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    sync_folder(folder)
}

/// Writes a file that does not exist yet. A crash leaves none or a whole one. The caller holds a [`lock`].
///
/// # Errors
/// The operating system's, such as `AlreadyExists`.
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (file, folder) = written_beside(path, bytes)?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    sync_folder(folder)
}

/// The bytes under a temporary name in the folder of the path, synchronised.
fn written_beside<'a>(path: &'a Path, bytes: &[u8]) -> io::Result<(tempfile::NamedTempFile, &'a Path)> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let prefix = format!(".{}.new-", path.file_name().unwrap_or_default().to_string_lossy());
    sweep(folder, &prefix)?;
    let mut file = tempfile::Builder::new().prefix(&prefix).tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok((file, folder))
}

fn sweep(folder: &Path, prefix: &str) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(prefix) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
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

/// What an operator does about an error of a file below `folder` of `STEPWELL_HOME`. What was there before is unchanged.
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
