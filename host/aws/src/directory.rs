//! Access to the directories that are lent to steps, and to nothing else, whatever a path says and wherever a symbolic link
//! leads. The host opens every part of a path by its name in the open directory before it, does not follow links, and
//! works on open directories and files only. A path that another process exchanges meanwhile has no effect.

mod guarded;

use std::io::{self, ErrorKind};
use std::time::SystemTime;

use cap_fs_ext::{DirExt as _, FollowSymlinks, MetadataExt as _, OpenOptionsFollowExt as _, OpenOptionsSyncExt as _};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, FileType, FileTypeExt as _, Metadata, OpenOptions};
use stepwell_model::error::list_names;
use stepwell_model::settings::{Directories, LentDirectory, Level};

use crate::wit::files::{File, FileError, Removal};
pub use guarded::{Guarded, HostFiles, check_lent};

/// Bytes of a path: the limit of Linux. A key of S3 has at most a quarter of it.
pub(crate) const LONGEST_PATH: usize = 4096;

/// The lent directories of a step.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lender {
    pub(crate) directories: Directories,
    /// Where their paths start, and what they may not give away.
    pub(crate) files: HostFiles,
}

/// The purpose of an access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Want {
    Read,
    Write,
}

/// A path whose last part is a name in an open directory.
#[derive(Debug)]
pub(crate) struct Spot {
    parent: Dir,
    name: String,
    path: String,
}

/// The parts of a path.
struct Parts<'a> {
    directory: &'a str,
    below: Vec<&'a str>,
}

impl<'a> Parts<'a> {
    fn of(path: &'a str) -> Result<Self, FileError> {
        check_length(path.len())?;
        let wrong = if path.starts_with('/') {
            "is absolute"
        } else if path.contains('\0') {
            "holds a character that paths may not hold"
        } else if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
            "has a part that is no name"
        } else {
            let mut parts = path.split('/');
            return Ok(Self { directory: parts.next().unwrap_or_default(), below: parts.collect() });
        };
        Err(FileError::Rejected(format!(
            "`{path}` {wrong}: a path is the name of a lent directory and what lies in it"
        )))
    }
}

impl Lender {
    /// Opens the directory at a path.
    pub(crate) fn directory(&self, path: &str, want: Want) -> Result<Dir, FileError> {
        let parts = Parts::of(path)?;
        let mut directory = self.open(parts.directory, want)?;
        for name in parts.below {
            let below = directory.open_dir_nofollow(name);
            directory = below.map_err(|error| in_the_way(&directory, name, path, &error))?;
        }
        Ok(directory)
    }

    /// Checks that the directory at the beginning of the path is lent.
    pub(crate) fn check(&self, path: &str, want: Want) -> Result<(), FileError> {
        self.open(Parts::of(path)?.directory, want).map(drop)
    }

    /// The place of a file.
    pub(crate) fn spot(&self, path: &str, want: Want) -> Result<Spot, FileError> {
        self.find(path, want, |directory, name| directory.open_dir_nofollow(name))
    }

    /// The place of a new file. The directories that lead to it are created.
    pub(crate) fn new_spot(&self, path: &str) -> Result<Spot, FileError> {
        self.find(path, Want::Write, |directory, name| match directory.create_dir(name) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
            _ => directory.open_dir_nofollow(name),
        })
    }

    fn find(&self, path: &str, want: Want, enter: impl Fn(&Dir, &str) -> io::Result<Dir>) -> Result<Spot, FileError> {
        let Parts { directory, mut below } = Parts::of(path)?;
        let mut parent = self.open(directory, want)?;
        let Some(name) = below.pop() else {
            return Err(FileError::Rejected(format!("`{path}` is a lent directory, not a file in it")));
        };
        for part in below {
            parent = enter(&parent, part).map_err(|error| in_the_way(&parent, part, path, &error))?;
        }
        Ok(Spot { parent, name: name.to_owned(), path: path.to_owned() })
    }

    /// Opens a lent directory itself.
    fn open(&self, name: &str, want: Want) -> Result<Dir, FileError> {
        let Some(lent) = self.directories.find(name) else {
            let lent = list_names(self.directories.iter().map(|(name, _)| name.as_str()));
            return Err(FileError::Denied(format!("no directory `{name}` is lent by [directories]; lent are {lent}")));
        };
        if want == Want::Write && !lent.write {
            let place = &lent.place;
            return Err(FileError::Denied(format!("directory `{name}` is lent for reading only ({place})")));
        }
        let opened = self.open_lent(lent).map_err(|error| match failed(name, &error) {
            FileError::NotFound(_) => {
                FileError::NotFound(format!("directory `{name}` is lent, but does not exist ({})", lent.place))
            }
            _ => FileError::Failed(format!("directory `{name}` cannot be opened ({}): {error}", lent.place)),
        })?;
        match guarded::given_away(&opened, lent, &self.files).map_err(|error| failed(name, &error))? {
            None => Ok(opened),
            Some(_) => Err(FileError::Denied(format!(
                "directory `{name}` is not lent, because files of the host lie in it ({})",
                lent.place
            ))),
        }
    }

    fn open_lent(&self, lent: &LentDirectory) -> io::Result<Dir> {
        let nowhere =
            || io::Error::new(ErrorKind::NotFound, "its path is relative, and the start of such paths is unknown");
        if lent.from != Level::Project {
            let base = self.files.home.clone().unwrap_or_default();
            let path = base.join(&lent.path);
            return if path.is_absolute() { Dir::open_ambient_dir(path, ambient_authority()) } else { Err(nowhere()) };
        }
        let project = Dir::open_ambient_dir(self.files.project.as_ref().ok_or_else(nowhere)?, ambient_authority())?;
        // A link may lead elsewhere within the project, but not out of it.
        let directory = project.open_dir(&lent.path)?;
        let (own, opened) = (project.dir_metadata()?, directory.dir_metadata()?);
        if (own.dev(), own.ino()) == (opened.dev(), opened.ino()) {
            return Err(io::Error::other("it is the project's own directory"));
        }
        Ok(directory)
    }
}

impl Spot {
    /// The metadata of the entry. Links are not followed.
    pub(crate) fn look(&self) -> Result<Metadata, FileError> {
        self.parent.symlink_metadata(&self.name).map_err(|error| failed(&self.path, &error))
    }

    /// The regular file in the form of the contract.
    pub(crate) fn file(&self) -> Result<File, FileError> {
        let found = self.look()?;
        only_files(&self.path, found.file_type())?;
        Ok(as_file(self.path.clone(), &found))
    }

    /// Opens a regular file for reading. Opening a pipe or a device would have an effect.
    pub(crate) fn open(&self) -> Result<std::fs::File, FileError> {
        only_files(&self.path, self.look()?.file_type())?;
        let mut options = OpenOptions::new();
        // It may have become a pipe meanwhile, and opening that would block.
        options.read(true).follow(FollowSymlinks::No).nonblock(true);
        let file = self.parent.open_with(&self.name, &options).map_err(|error| failed(&self.path, &error))?;
        let opened = file.metadata().map_err(|error| failed(&self.path, &error))?;
        only_files(&self.path, opened.file_type())?;
        Ok(file.into_std())
    }

    /// Checks that a file can be put there: the place is free, or holds a file to replace.
    pub(crate) fn check_replaceable(&self) -> Result<(), FileError> {
        match self.look() {
            Ok(found) => only_files(&self.path, found.file_type()),
            Err(FileError::NotFound(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Removes the file, if it still has the expected size and time.
    pub(crate) fn remove(&self, removal: &Removal) -> Result<(), FileError> {
        let File { size, modified, .. } = self.file()?;
        if removal.size.is_some_and(|meant| meant != size) || removal.modified.is_some_and(|meant| meant != modified) {
            return Err(FileError::Changed(format!("`{}` has changed since it was looked at, and stays", self.path)));
        }
        self.parent.remove_file(&self.name).map_err(|error| failed(&self.path, &error))
    }

    /// The directory of the file.
    pub(crate) fn parent(&self) -> &Dir {
        &self.parent
    }

    /// The name of the file in its directory.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The path as the plugin named it.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }
}

pub(crate) fn check_length(bytes: usize) -> Result<(), FileError> {
    if bytes <= LONGEST_PATH {
        return Ok(());
    }
    Err(FileError::Rejected(format!("a path of {bytes} bytes is longer than {LONGEST_PATH}")))
}

pub(crate) fn as_file(path: String, found: &Metadata) -> File {
    File { path, size: found.len(), modified: found.modified().map_or(0, |at| milliseconds(at.into_std())) }
}

/// Milliseconds since 1970; 0 for an earlier time.
pub(crate) fn milliseconds(at: SystemTime) -> u64 {
    let since = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

fn only_files(path: &str, found: FileType) -> Result<(), FileError> {
    if found.is_file() {
        return Ok(());
    }
    Err(FileError::Rejected(format!("`{path}` is {}, not a file", kind(found))))
}

pub(crate) fn kind(found: FileType) -> &'static str {
    if found.is_file() {
        "a file"
    } else if found.is_dir() {
        "a directory"
    } else if found.is_symlink() {
        "a symbolic link"
    } else if found.is_fifo() {
        "a pipe"
    } else if found.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

/// Explains why a part of a path cannot be entered: what lies in the place of its directory.
fn in_the_way(parent: &Dir, part: &str, path: &str, error: &io::Error) -> FileError {
    let found = parent.symlink_metadata(part).map(|found| found.file_type());
    match (error.kind(), found) {
        (ErrorKind::NotADirectory | ErrorKind::AlreadyExists, Ok(found)) if !found.is_dir() => {
            let followed = if found.is_symlink() { "; symbolic links are not followed" } else { "" };
            FileError::Rejected(format!("`{part}` in `{path}` is {}, not a directory{followed}", kind(found)))
        }
        _ => failed(path, error),
    }
}

/// Explains an error of the operating system to the plugin.
pub(crate) fn failed(path: &str, error: &io::Error) -> FileError {
    match error.kind() {
        ErrorKind::NotFound => FileError::NotFound(format!("`{path}` does not exist")),
        ErrorKind::NotADirectory => {
            FileError::Rejected(format!("a part of `{path}` is not a directory; symbolic links are not followed"))
        }
        ErrorKind::IsADirectory => FileError::Rejected(format!("`{path}` is a directory, not a file")),
        ErrorKind::InvalidFilename => FileError::Rejected(format!("a name in `{path}` is too long")),
        _ if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => {
            FileError::Rejected(format!("`{path}` is a symbolic link, not a file"))
        }
        _ => FileError::Failed(format!("`{path}`: {error}")),
    }
}
