//! The way into the directories that are lent to steps. Whatever a path says and wherever a symbolic link leads, nothing
//! else is reached: every part of a path is opened by its name in the directory before it, links excluded, and what is
//! done is done in directories and files that are open. What is exchanged meanwhile is not what was opened.

use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::time::SystemTime;

use cap_fs_ext::{DirExt as _, FollowSymlinks, MetadataExt as _, OpenOptionsFollowExt as _, OpenOptionsSyncExt as _};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, FileType, FileTypeExt as _, Metadata, OpenOptions};
use stepwell_model::error::list_names;
use stepwell_model::settings::{Directories, LentDirectory, Level};

use crate::wit::stepwell::step::files::{File, FileError, Removal};

/// Bytes of a path. Linux takes no longer ones, and the keys of S3 have a quarter of it.
pub(crate) const LONGEST_PATH: usize = 4096;

/// Lends directories.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lender {
    pub(crate) directories: Directories,
    /// Where the relative paths of `stepwell.toml` start.
    pub(crate) home: Option<PathBuf>,
    /// Where those of `project.toml` do.
    pub(crate) project: Option<PathBuf>,
}

/// What a path is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Want {
    Read,
    Write,
}

/// A path whose last part is a name in a directory that is open.
#[derive(Debug)]
pub(crate) struct Spot {
    parent: Dir,
    name: String,
    path: String,
}

/// A path, taken apart.
struct Parts<'a> {
    directory: &'a str,
    below: Vec<&'a str>,
}

impl<'a> Parts<'a> {
    fn of(path: &'a str) -> Result<Self, FileError> {
        check_length(path.len())?;
        let wrong = if path.starts_with('/') {
            "is absolute"
        } else if path.contains(['\0', '\\']) {
            "holds a character that no path may hold"
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
    /// The directory at this path, open.
    pub(crate) fn directory(&self, path: &str, want: Want) -> Result<Dir, FileError> {
        let parts = Parts::of(path)?;
        let mut directory = self.open(parts.directory, want)?;
        for name in parts.below {
            directory = directory.open_dir_nofollow(name).map_err(|error| failed(path, &error))?;
        }
        Ok(directory)
    }

    /// Whether the directory that the path begins with is lent.
    pub(crate) fn check(&self, path: &str, want: Want) -> Result<(), FileError> {
        self.open(Parts::of(path)?.directory, want).map(drop)
    }

    /// The place of a file.
    pub(crate) fn spot(&self, path: &str, want: Want) -> Result<Spot, FileError> {
        self.find(path, want, |directory, name| directory.open_dir_nofollow(name))
    }

    /// The place of a file that is to be made. The directories that lead to it are made as well.
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
            return Err(FileError::Rejected(format!("`{path}` is a lent directory, and no file in it")));
        };
        for part in below {
            parent = enter(&parent, part).map_err(|error| failed(path, &error))?;
        }
        Ok(Spot { parent, name: name.to_owned(), path: path.to_owned() })
    }

    /// A lent directory itself.
    fn open(&self, name: &str, want: Want) -> Result<Dir, FileError> {
        let Some(lent) = self.directories.find(name) else {
            let lent = list_names(self.directories.iter().map(|(name, _)| name.as_str()));
            return Err(FileError::Denied(format!("no directory `{name}` is lent by [directories]; lent are {lent}")));
        };
        if want == Want::Write && !lent.write {
            let place = &lent.place;
            return Err(FileError::Denied(format!("directory `{name}` is lent for reading only ({place})")));
        }
        self.open_lent(lent).map_err(|error| match failed(name, &error) {
            FileError::NotFound(_) => {
                FileError::NotFound(format!("directory `{name}` is lent, but it is not there ({})", lent.place))
            }
            _ => FileError::Failed(format!("directory `{name}` cannot be opened ({}): {error}", lent.place)),
        })
    }

    fn open_lent(&self, lent: &LentDirectory) -> io::Result<Dir> {
        let nowhere = || io::Error::new(ErrorKind::NotFound, "nothing says from where on its path leads");
        if lent.from != Level::Project {
            let base = self.home.clone().unwrap_or_default();
            let path = base.join(&lent.path);
            return if path.is_absolute() { Dir::open_ambient_dir(path, ambient_authority()) } else { Err(nowhere()) };
        }
        let project = Dir::open_ambient_dir(self.project.as_ref().ok_or_else(nowhere)?, ambient_authority())?;
        // A link may lead elsewhere within the project, and nowhere else.
        let directory = project.open_dir(&lent.path)?;
        let (own, opened) = (project.dir_metadata()?, directory.dir_metadata()?);
        if (own.dev(), own.ino()) == (opened.dev(), opened.ino()) {
            return Err(io::Error::other("it is the project's own directory"));
        }
        Ok(directory)
    }
}

impl Spot {
    /// What lies there, a link itself and not what it leads to.
    pub(crate) fn look(&self) -> Result<Metadata, FileError> {
        self.parent.symlink_metadata(&self.name).map_err(|error| failed(&self.path, &error))
    }

    /// A regular file, for what the contract says of it.
    pub(crate) fn file(&self) -> Result<File, FileError> {
        let found = self.look()?;
        only_files(&self.path, found.file_type())?;
        Ok(as_file(self.path.clone(), &found))
    }

    /// Opens the file for reading. Nothing but a regular file is ever opened: of a pipe or a device, that would be an effect.
    pub(crate) fn open(&self) -> Result<std::fs::File, FileError> {
        only_files(&self.path, self.look()?.file_type())?;
        let mut options = OpenOptions::new();
        // Between the look and the opening it may have become a pipe, which must not be waited for.
        options.read(true).follow(FollowSymlinks::No).nonblock(true);
        let file = self.parent.open_with(&self.name, &options).map_err(|error| failed(&self.path, &error))?;
        let opened = file.metadata().map_err(|error| failed(&self.path, &error))?;
        only_files(&self.path, opened.file_type())?;
        Ok(file.into_std())
    }

    /// Whether a file can be put there: nothing lies there, or a file that is replaced.
    pub(crate) fn check_replaceable(&self) -> Result<(), FileError> {
        match self.look() {
            Ok(found) => only_files(&self.path, found.file_type()),
            Err(FileError::NotFound(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Removes the file, if it is still the one that was meant.
    pub(crate) fn remove(&self, removal: &Removal) -> Result<(), FileError> {
        let File { size, modified, .. } = self.file()?;
        if removal.size.is_some_and(|meant| meant != size) || removal.modified.is_some_and(|meant| meant != modified) {
            return Err(FileError::Changed(format!("`{}` has changed since it was looked at, and stays", self.path)));
        }
        self.parent.remove_file(&self.name).map_err(|error| failed(&self.path, &error))
    }

    /// The directory that it is in.
    pub(crate) fn parent(&self) -> &Dir {
        &self.parent
    }

    /// Its name there.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The path as it was asked for.
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

/// Milliseconds since 1970; 0 before.
pub(crate) fn milliseconds(at: SystemTime) -> u64 {
    let since = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

fn only_files(path: &str, found: FileType) -> Result<(), FileError> {
    if found.is_file() {
        return Ok(());
    }
    Err(FileError::Rejected(format!("`{path}` is {}, and no file", kind(found))))
}

pub(crate) fn kind(found: FileType) -> &'static str {
    if found.is_dir() {
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

/// What the operating system's errors mean to a step.
pub(crate) fn failed(path: &str, error: &io::Error) -> FileError {
    match error.kind() {
        ErrorKind::NotFound => FileError::NotFound(format!("`{path}` is not there")),
        ErrorKind::NotADirectory => {
            FileError::Rejected(format!("a part of `{path}` is no directory; symbolic links are not followed"))
        }
        ErrorKind::IsADirectory => FileError::Rejected(format!("`{path}` is a directory, and no file")),
        ErrorKind::InvalidFilename => FileError::Rejected(format!("a name in `{path}` is too long")),
        _ if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => {
            FileError::Rejected(format!("`{path}` is a symbolic link, and no file"))
        }
        _ => FileError::Failed(format!("`{path}`: {error}")),
    }
}
