//! Paths that the host believes: not only the file has to be ours, but every directory and symbolic link that leads to
//! it.
//!
//! The way is followed from the root, one name after the other. A directory that only we and root can write keeps its
//! names from other users, so what is found in it stays there until it is opened. A sticky directory such as `/tmp`
//! also keeps them, but only those that belong to us or to root.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Component, Path, PathBuf};

use stepwell_model::NextAction;
use stepwell_model::error::last_cause;

use super::{NotOurs, Rule, STICKY, check};
use crate::regular;

/// Symbolic links on one way: the limit of Linux.
const MOST_LINKS: usize = 40;

/// Why a path is not believed.
#[derive(Debug, thiserror::Error)]
pub enum PathError {
    /// Another user could have put something else there.
    #[error("`{}` is not yours alone", path.display())]
    Foreign {
        /// The file, directory or link that admits the other user.
        path: PathBuf,
        /// How.
        fault: NotOurs,
    },
    /// The operating system refuses.
    #[error("cannot read `{}`", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// The error.
        error: io::Error,
    },
}

impl PathError {
    /// Whether there is no such file.
    pub fn is_missing(&self) -> bool {
        match self {
            Self::Io { error, .. } => matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory),
            Self::Foreign { .. } => false,
        }
    }
}

impl NextAction for PathError {
    fn because(&self) -> String {
        match self {
            Self::Foreign { fault, .. } => format!("another user can change what the host does: {fault}"),
            Self::Io { error, .. } => last_cause(error),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Foreign { path, fault } => advice(path, *fault),
            Self::Io { .. } => "check the path and its permissions".to_owned(),
        }
    }
}

/// The command that makes a file ours alone. What all users share, such as `/tmp`, has to stay as it is.
pub fn advice(path: &Path, fault: NotOurs) -> String {
    let path = quoted(path);
    match fault {
        NotOurs::Mode { mode } if mode & STICKY != 0 => {
            format!("use a directory of your own: all users of the machine share {path}")
        }
        NotOurs::Owner { .. } => {
            let us = rustix::process::geteuid().as_raw();
            format!("use a copy of your own, or let root run `chown {us} {path}`")
        }
        NotOurs::Mode { mode } => {
            let who = match (mode & 0o020 != 0, mode & 0o002 != 0) {
                (true, true) => "go",
                (true, false) => "g",
                (false, _) => "o",
            };
            format!("run `chmod {who}-w {path}`")
        }
    }
}

/// A path as a shell reads it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |text: &str| text.chars().all(|char| char.is_ascii_alphanumeric() || "/._-+:@%".contains(char));
    if is_plain(&text) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// An open file that the host believes.
#[derive(Debug)]
pub struct OurFile {
    /// The file.
    pub file: File,
    /// Its path without symbolic links; of a pipe or a terminal, the path that was asked for.
    pub place: PathBuf,
}

/// Whether there is anything with this path, be it a link that leads nowhere.
///
/// # Errors
/// When it is not known whether there is: what restricts a run must not be overlooked.
pub fn is_there(path: &Path) -> Result<bool, PathError> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(false),
        Err(error) => Err(PathError::Io { path: path.to_owned(), error }),
    }
}

/// Opens a regular file that the host believes and finds by itself.
///
/// # Errors
/// When it cannot be opened, is no regular file, or another user can change it or what leads to it.
pub fn open_regular(path: &Path) -> Result<OurFile, PathError> {
    judged(path, regular::open(path).map_err(|error| PathError::Io { path: path.to_owned(), error })?)
}

/// Opens a file that the host believes, such as one with grants, and that the operator names.
///
/// A pipe or a terminal has no place that other users could reach: only its owner counts.
///
/// # Errors
/// When it cannot be opened, or another user can change it or what leads to it.
pub fn open(path: &Path) -> Result<OurFile, PathError> {
    judged(path, File::open(path).map_err(|error| PathError::Io { path: path.to_owned(), error })?)
}

/// Judges an open file and what leads to it.
fn judged(path: &Path, file: File) -> Result<OurFile, PathError> {
    let failed = |error| PathError::Io { path: path.to_owned(), error };
    let opened = file.metadata().map_err(failed)?;
    let is_terminal = rustix::termios::isatty(&file);
    if opened.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    if !(opened.is_file() || opened.file_type().is_fifo() || is_terminal) {
        return Err(failed(io::Error::other("it is a device, not a file")));
    }
    let place = if opened.file_type().is_fifo() || is_terminal {
        path.to_owned()
    } else {
        let place = resolve(path)?;
        let found = fs::symlink_metadata(&place).map_err(failed)?;
        if (found.dev(), found.ino()) != (opened.dev(), opened.ino()) {
            return Err(failed(io::Error::other("it was exchanged while it was opened")));
        }
        place
    };
    // The open file, because it is the one that is read.
    check(&opened, Rule::OperatorsWrite).map_err(|fault| PathError::Foreign { path: place.clone(), fault })?;
    Ok(OurFile { file, place })
}

/// Resolves a path, and checks everything on the way and its end.
///
/// # Errors
/// When it does not exist, or another user can change its end or what leads to it. What leads to a missing end was
/// checked.
pub fn resolve(path: &Path) -> Result<PathBuf, PathError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| PathError::Io { path, error }
    };
    let mut walk = Walk::from_root(path).map_err(failed(path))?;
    let root = fs::symlink_metadata(&walk.place).map_err(failed(&walk.place))?;
    judge(&walk.place, &root, walk.rest.is_empty())?;
    while let Some(Step { path, found }) = walk.next() {
        judge(&path, &found.map_err(failed(&path))?, walk.rest.is_empty())?;
    }
    // `..` and links can end at a directory that was judged as one on the way.
    let end = fs::symlink_metadata(&walk.place).map_err(failed(&walk.place))?;
    judge(&walk.place, &end, true)?;
    Ok(walk.place)
}

/// The places that a path depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// The symbolic links on the way, each by its own path without symbolic links.
    pub links: Vec<PathBuf>,
    /// The end, without symbolic links as far as it exists.
    pub end: PathBuf,
}

/// Follows a path, whether it exists or not, and whoever owns it.
pub fn places(path: &Path) -> Places {
    let Ok(mut walk) = Walk::from_root(path) else { return Places { links: Vec::new(), end: path.to_owned() } };
    let is_link = |step: &Step| step.found.as_ref().is_ok_and(Metadata::is_symlink);
    let links = walk.by_ref().filter(is_link).map(|step| step.path).collect();
    Places { links, end: walk.place }
}

/// The way along a path from the root, one name after the other, as the operating system goes it.
struct Walk {
    /// Where the names so far have led.
    place: PathBuf,
    rest: VecDeque<OsString>,
    links: usize,
}

/// A directory entry on the way.
struct Step {
    path: PathBuf,
    found: io::Result<Metadata>,
}

impl Walk {
    fn from_root(path: &Path) -> io::Result<Self> {
        let mut walk = Self { place: PathBuf::from("/"), rest: VecDeque::new(), links: 0 };
        walk.push(&std::path::absolute(path)?);
        Ok(walk)
    }

    /// Puts the names of a path before those that are left.
    fn push(&mut self, path: &Path) {
        for part in path.components().rev() {
            match part {
                Component::Normal(name) => self.rest.push_front(name.to_owned()),
                Component::ParentDir => self.rest.push_front("..".into()),
                Component::RootDir | Component::CurDir | Component::Prefix(_) => {}
            }
        }
    }

    /// Goes to an entry of the directory `place`, or to the target of the link that it is.
    fn enter(&mut self, path: &Path) -> io::Result<Metadata> {
        let found = fs::symlink_metadata(path)?;
        if found.is_symlink() {
            let target = fs::read_link(path)?;
            self.links += 1;
            if self.links > MOST_LINKS {
                return Err(io::Error::from(io::ErrorKind::InvalidInput));
            }
            if target.is_absolute() {
                self.place = PathBuf::from("/");
            }
            self.push(&target);
        } else {
            path.clone_into(&mut self.place);
        }
        Ok(found)
    }
}

impl Iterator for Walk {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        loop {
            let name = self.rest.pop_front()?;
            if name == ".." {
                self.place.pop();
                continue;
            }
            let path = self.place.join(&name);
            let found = self.enter(&path);
            if found.is_err() {
                path.clone_into(&mut self.place);
            }
            return Some(Step { path, found });
        }
    }
}

fn judge(path: &Path, found: &Metadata, is_end: bool) -> Result<(), PathError> {
    let rule = if found.is_symlink() {
        Rule::Link
    } else if is_end || !found.is_dir() {
        Rule::OperatorsWrite
    } else {
        Rule::OnTheWay
    };
    let judged = check(found, rule).and_then(|()| if rule == Rule::Link { Ok(()) } else { check_list(path, found) });
    judged.map_err(|fault| PathError::Foreign { path: path.to_owned(), fault })
}

/// Refuses an access control list that can admit others to write. Its mask shows as the permissions of the group, so
/// `chmod g-w` mends that, too.
fn check_list(path: &Path, found: &Metadata) -> Result<(), NotOurs> {
    if found.mode() & 0o020 == 0 || found.mode() & STICKY != 0 {
        return Ok(());
    }
    match rustix::fs::lgetxattr(path, "system.posix_acl_access", &mut [0_u8; 0][..]) {
        Err(rustix::io::Errno::NODATA | rustix::io::Errno::NOTSUP) => Ok(()),
        Ok(_) | Err(_) => Err(NotOurs::Mode { mode: found.mode() & 0o7777 }),
    }
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use tempfile::TempDir;

    use super::*;

    /// A directory with `a/b/file`, and links to it.
    fn tree() -> TempDir {
        let dir = TempDir::new().unwrap();
        fs::create_dir_all(dir.path().join("a/b")).unwrap();
        fs::write(dir.path().join("a/b/file"), "x").unwrap();
        symlink("b/file", dir.path().join("a/link")).unwrap();
        symlink(dir.path().join("a"), dir.path().join("way")).unwrap();
        dir
    }

    fn set(path: &Path, mode: u32) {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    fn foreign(result: Result<PathBuf, PathError>) -> PathBuf {
        match result {
            Err(PathError::Foreign { path, .. }) => path,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_path_is_resolved_as_the_operating_system_does() {
        let dir = tree();
        let real = dir.path().canonicalize().unwrap();
        for path in ["a/b/file", "a/link", "way/link", "way/b/../link", "./a/../way/b/file"] {
            assert_eq!(resolve(&dir.path().join(path)).unwrap(), real.join("a/b/file"), "{path}");
            assert!(open(&dir.path().join(path)).is_ok(), "{path}");
        }
        assert_eq!(resolve(&dir.path().join("way/b/..")).unwrap(), real.join("a"));
        assert!(resolve(&dir.path().join("a/none")).unwrap_err().is_missing());
        symlink("loop", dir.path().join("loop")).unwrap();
        assert!(resolve(&dir.path().join("loop")).is_err());
    }

    #[test]
    fn every_directory_on_the_way_and_behind_a_link_counts() {
        let dir = tree();
        let real = dir.path().canonicalize().unwrap();
        let all = ["a/b/file", "a/link", "way/link", "way/b/file"];
        for (open_to_all, is_closed) in [("a", 0o755), ("a/b", 0o755), ("a/b/file", 0o644)] {
            set(&real.join(open_to_all), 0o777);
            for path in all {
                assert_eq!(foreign(resolve(&dir.path().join(path))), real.join(open_to_all), "{path}");
                assert!(open(&dir.path().join(path)).is_err(), "{path}");
            }
            set(&real.join(open_to_all), is_closed);
        }
        assert!(all.into_iter().all(|path| resolve(&dir.path().join(path)).is_ok()));
    }

    #[test]
    fn a_sticky_directory_may_lie_on_the_way_but_not_at_the_end() {
        let dir = tree();
        let b = dir.path().canonicalize().unwrap().join("a/b");
        set(&b, 0o1777);
        assert!(open(&b.join("file")).is_ok());
        assert_eq!(foreign(resolve(&b)), b);
        assert_eq!(foreign(resolve(&b.join("../b"))), b);
        fs::create_dir(b.join("deeper")).unwrap();
        assert_eq!(foreign(resolve(&b.join("deeper/.."))), b);
    }

    #[test]
    fn the_places_of_a_path_are_its_links_and_its_end_whether_it_exists_or_not() {
        let dir = tree();
        let real = dir.path().canonicalize().unwrap();
        symlink("../a/none", real.join("a/dangling")).unwrap();
        symlink("loop", real.join("loop")).unwrap();
        for (path, links, end) in [
            ("a/b/file", &[][..], "a/b/file"),
            ("way/link", &["way", "a/link"], "a/b/file"),
            ("way/b/../dangling", &["way", "a/dangling"], "a/none"),
            ("way/none/../b/file", &["way"], "a/b/file"),
            ("way/none/deeper", &["way"], "a/none/deeper"),
        ] {
            let expected = Places { links: links.iter().map(|link| real.join(link)).collect(), end: real.join(end) };
            assert_eq!(places(&real.join(path)), expected, "{path}");
        }
        assert_eq!(places(&real.join("loop")).end, real.join("loop"));
    }

    #[test]
    fn files_of_another_user_are_refused_wherever_they_lie() {
        let dir = tree();
        let real = dir.path().canonicalize().unwrap();
        if !rustix::process::geteuid().is_root() {
            return;
        }
        for other in ["a", "a/b", "a/b/file", "way", "a/link"] {
            std::os::unix::fs::lchown(real.join(other), Some(4242), None).unwrap();
            assert_eq!(foreign(resolve(&real.join("way/link"))), real.join(other), "{other}");
            std::os::unix::fs::lchown(real.join(other), Some(0), None).unwrap();
        }
        assert!(resolve(&real.join("way/link")).is_ok());
    }

    /// Runs only where the file system has access control lists.
    #[test]
    fn an_access_control_list_that_lets_another_user_write_is_refused() {
        let dir = tree();
        let file = dir.path().canonicalize().unwrap().join("a/b/file");
        let entry = |tag: u16, permissions: u16, id: u32| {
            [&tag.to_le_bytes()[..], &permissions.to_le_bytes(), &id.to_le_bytes()].concat()
        };
        // The owner, the user 4242, the group, the mask and the others.
        let entries = [(1, 6, u32::MAX), (2, 6, 4242), (4, 4, u32::MAX), (16, 6, u32::MAX), (32, 4, u32::MAX)];
        let list: Vec<u8> =
            entries.into_iter().flat_map(|(tag, permissions, id)| entry(tag, permissions, id)).collect();
        let list = [&2_u32.to_le_bytes()[..], &list].concat();
        let flags = rustix::fs::XattrFlags::empty();
        if rustix::fs::setxattr(&file, "system.posix_acl_access", &list, flags).is_err() {
            return;
        }
        assert_eq!(foreign(resolve(&file)), file);
        // The command that the error names takes the list its force.
        set(&file, 0o644);
        assert!(resolve(&file).is_ok());
    }

    #[test]
    fn what_is_no_file_is_told_as_that_and_not_with_a_chmod() {
        for (path, reason) in [("/tmp", "is a directory"), ("/dev/null", "it is a device, not a file")] {
            let error = open(Path::new(path)).unwrap_err();
            assert_eq!((error.because().as_str(), error.is_missing()), (reason, false), "{path}");
        }
    }

    #[test]
    fn only_what_has_no_name_is_absent_and_no_pipe_is_waited_for() {
        let dir = tree();
        let at = |name: &str| dir.path().join(name);
        symlink("none/none", at("dangling")).unwrap();
        symlink("loop", at("loop")).unwrap();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            at("pipe"),
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
            0,
        )
        .unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
        symlink("/dev/zero", at("device")).unwrap();
        for name in ["dangling", "loop", "pipe", "socket", "device", "a"] {
            assert!(is_there(&at(name)).unwrap(), "{name}");
            assert!(open_regular(&at(name)).is_err(), "{name}");
        }
        for name in ["none", "none/none", "a/b/file/none"] {
            assert!(!is_there(&at(name)).unwrap(), "{name}");
        }
        assert!(is_there(&at("loop/none")).is_err());
        assert!(open_regular(&at("way/link")).is_ok());
    }

    #[test]
    fn the_error_gives_the_command_that_mends_it() {
        let path = Path::new("/srv/my jobs/a.toml");
        assert_eq!(advice(path, NotOurs::Mode { mode: 0o666 }), "run `chmod go-w '/srv/my jobs/a.toml'`");
        assert_eq!(advice(Path::new("/srv/a"), NotOurs::Mode { mode: 0o775 }), "run `chmod g-w /srv/a`");
        assert_eq!(advice(Path::new("/srv/a"), NotOurs::Mode { mode: 0o757 }), "run `chmod o-w /srv/a`");
        assert_eq!(
            advice(Path::new("/tmp"), NotOurs::Mode { mode: 0o1777 }),
            "use a directory of your own: all users of the machine share /tmp"
        );
        let owner = advice(Path::new("/srv/it's"), NotOurs::Owner { owner: 7 });
        assert!(owner.ends_with(r"'/srv/it'\''s'`"), "{owner}");
    }
}
