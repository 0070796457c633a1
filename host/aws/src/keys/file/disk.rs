//! Files that are ours alone, and that are there whole or not at all.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use secrecy::zeroize::Zeroizing;

use super::FileError;

/// Bytes of a key or passphrase file: a thousand times what they have.
const LONGEST_PRIVATE: u64 = 64 << 10;

/// A file that nobody but us can read; none when it is not there.
pub(super) fn read_private(path: &Path) -> Result<Option<Zeroizing<String>>, FileError> {
    // A pipe in its place must not make us wait for whoever writes to it.
    let options = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let file = match OpenOptions::new().read(true).custom_flags(options).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(FileError::io("read", path)(error)),
    };
    let found = file.metadata().map_err(FileError::io("read", path))?;
    if !found.is_file() {
        return Err(FileError::NotAFile { path: path.to_owned() });
    }
    check(path, &found, 0o077, 0o600)?;
    let mut text = Zeroizing::new(String::with_capacity(LONGEST_PRIVATE as usize));
    file.take(LONGEST_PRIVATE).read_to_string(&mut text).map_err(FileError::io("read", path))?;
    Ok(Some(text))
}

/// The folder of the store is ours, and nobody else can change what is in it.
pub(super) fn check_folder(path: &Path) -> Result<(), FileError> {
    match path.metadata() {
        Ok(found) => check(path, &found, 0o022, 0o700),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(FileError::io("read", path)(error)),
    }
}

fn check(path: &Path, found: &Metadata, forbidden: u32, wanted: u32) -> Result<(), FileError> {
    let (path, mode) = (path.to_owned(), found.mode() & 0o7777);
    if found.uid() != rustix::process::geteuid().as_raw() {
        return Err(FileError::Foreign { path, owner: found.uid() });
    }
    if mode & forbidden != 0 {
        return Err(FileError::Exposed { path, mode, wanted });
    }
    Ok(())
}

/// Makes a folder that is ours alone, with those above it.
pub(super) fn make_folder(path: &Path) -> Result<(), FileError> {
    if !path.is_dir() {
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(FileError::io("make", path))?;
        if let Some(above) = path.parent() {
            keep(above)?;
        }
    }
    check_folder(path)
}

/// Waits until nobody else changes the store. The lock ends with the file, however the process ends.
pub(super) fn lock(path: &Path) -> Result<File, FileError> {
    let mut options = OpenOptions::new();
    let file = options.write(true).create(true).truncate(false).mode(0o600).open(path);
    let file = file.map_err(FileError::io("lock", path))?;
    match file.try_lock() {
        Ok(()) => return Ok(file),
        Err(TryLockError::WouldBlock) => tracing::debug!(path = %path.display(), "somebody else changes the store"),
        Err(TryLockError::Error(error)) => return Err(FileError::io("lock", path)(error)),
    }
    file.lock().map_err(FileError::io("lock", path))?;
    Ok(file)
}

/// Writes a file in one step: a crash leaves the old one or the new one. What crashes left in its place is removed.
/// The caller holds the lock.
pub(super) fn write_whole(path: &Path, bytes: &[u8], may_replace: bool) -> Result<(), FileError> {
    let failed = || FileError::io("write", path);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let prefix = format!(".{}.new-", path.file_name().unwrap_or_default().to_string_lossy());
    sweep(folder, &prefix).map_err(failed())?;
    // 0600, whatever the umask.
    let mut file = tempfile::Builder::new().prefix(&prefix).tempfile_in(folder).map_err(failed())?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(failed())?;
    let persisted = if may_replace { file.persist(path) } else { file.persist_noclobber(path) };
    persisted.map_err(|error| failed()(error.error))?;
    keep(folder)
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

/// Names outlive a power failure only when their folder was written.
fn keep(folder: &Path) -> Result<(), FileError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(FileError::io("write", folder))
}
