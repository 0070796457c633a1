//! What no directory may lend: the files that decide what a run may do, and what the host keeps for itself.
//!
//! A directory is refused when such a file lies in it, and when it lies in such a directory itself: by its path without
//! symbolic links when a job is planned, and again by the identity of the open directory whenever it is used. A file
//! counts where it really lies, and so does every symbolic link on the way to it.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use cap_std::fs::Dir;
use rustix::fs::{AtFlags, Dev, lstat, statat};
use stepwell_model::NextAction;
use stepwell_model::id::Identifier;
use stepwell_model::settings::{Directories, LentDirectory, Level};
use stepwell_model::source::Place;
use stepwell_secrets::ours;

/// What `STEPWELL_HOME` holds.
const OF_HOME: [&str; 15] = [
    "stepwell.toml",
    "plugins",
    "keys",
    "cache",
    "processes",
    "journal.db",
    "journal.db-wal",
    "journal.db-shm",
    "journal.db-journal",
    "journal.mark",
    "journal.lock",
    "journal.next",
    "journal.turn",
    "trust.json",
    "executors.log",
];
/// What a project holds.
const OF_PROJECT: [&str; 2] = ["project.toml", "plugins"];

/// The files of the host that no directory may give away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HostFiles {
    /// `STEPWELL_HOME`, the start of relative paths in `stepwell.toml`.
    pub home: Option<PathBuf>,
    /// The directory of the project, the start of relative paths in `project.toml`.
    pub project: Option<PathBuf>,
    /// Files that no step may read or write: keys, passphrases, tokens, AWS profiles.
    pub secret: Vec<PathBuf>,
    /// Files that no step may write, because the host does what they say: jobs, certificates.
    pub obeyed: Vec<PathBuf>,
}

/// A directory that cannot be lent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("directory `{name}` cannot be lent")]
pub struct Guarded {
    /// Its name in `[directories]`.
    pub name: Identifier,
    /// Its path.
    pub path: PathBuf,
    /// What it would give away.
    pub guarded: PathBuf,
    /// Its entry.
    pub place: Place,
}

impl NextAction for Guarded {
    fn because(&self) -> String {
        let (path, guarded) = (self.path.display(), self.guarded.display());
        format!("`{path}` leads to `{guarded}`, which decides what runs may do or belongs to the host ({})", self.place)
    }

    fn next(&self) -> String {
        "lend a directory that holds only the files of the steps".to_owned()
    }
}

/// Checks the directories of a plan.
///
/// # Errors
/// When one of them would give away what confers authority.
pub fn check_lent(directories: &Directories, files: &HostFiles) -> Result<(), Guarded> {
    let places = GuardedPlaces::of(files);
    for (name, lent) in directories.iter() {
        let Some(path) = path_of(lent, files) else { continue };
        let path = ours::places(&path).end;
        if let Some(guarded) = places.conflict(&path, lent.write) {
            let guarded = guarded.to_owned();
            return Err(Guarded { name: name.clone(), path, guarded, place: lent.place.clone() });
        }
    }
    Ok(())
}

/// What an open directory would give away.
pub(super) fn given_away(opened: &Dir, lent: &LentDirectory, files: &HostFiles) -> io::Result<Option<PathBuf>> {
    let places = GuardedPlaces::of(files);
    let path = ours::places(&path_of(lent, files).unwrap_or_default()).end;
    if let Some(guarded) = places.conflict(&path, lent.write) {
        return Ok(Some(guarded.to_owned()));
    }
    // The path may have led elsewhere when the directory was opened, and a mounted directory has several paths.
    let above = identities_above(opened)?;
    let Some(own) = above.first() else { return Ok(None) };
    let around: BTreeSet<&Path> = places.of_use(lent.write).flat_map(Path::ancestors).collect();
    let holds: BTreeSet<&Path> = around.into_iter().filter(|path| identity(path).as_ref() == Some(own)).collect();
    let is_given = |place: &&Path| {
        place.ancestors().any(|path| holds.contains(path)) || identity(place).is_some_and(|id| above.contains(&id))
    };
    Ok(places.of_use(lent.write).find(is_given).map(Path::to_owned))
}

/// Device and inode of a file.
type Identity = (Dev, u64);

/// The identity of a guarded place, which may itself be a symbolic link.
fn identity(path: &Path) -> Option<Identity> {
    lstat(path).ok().map(|found| (found.st_dev, found.st_ino))
}

/// An open directory and those above it, up to the root.
fn identities_above(opened: &Dir) -> io::Result<Vec<Identity>> {
    let mut all: Vec<Identity> = Vec::new();
    let mut above = ".".to_owned();
    loop {
        let found = statat(opened, &above, AtFlags::empty())?;
        let found = (found.st_dev, found.st_ino);
        if all.last() == Some(&found) {
            return Ok(all);
        }
        all.push(found);
        above.push_str("/..");
    }
}

/// Where a directory lies; none when the start of its path is unknown.
fn path_of(lent: &LentDirectory, files: &HostFiles) -> Option<PathBuf> {
    let base = if lent.from == Level::Project { &files.project } else { &files.home };
    if lent.path.is_absolute() { Some(lent.path.clone()) } else { Some(base.as_ref()?.join(&lent.path)) }
}

/// Where the guarded files lie now, by their paths without symbolic links.
#[derive(Default)]
struct GuardedPlaces {
    /// No directory with one of them is lent.
    never: Vec<PathBuf>,
    /// A directory with one of them is lent for reading only.
    unwritten: Vec<PathBuf>,
}

impl GuardedPlaces {
    fn of(files: &HostFiles) -> Self {
        let HostFiles { home, project, secret, obeyed } = files;
        let of_home = home.iter().flat_map(|dir| OF_HOME.map(|name| dir.join(name)));
        let of_project = project.iter().flat_map(|dir| OF_PROJECT.map(|name| dir.join(name)));
        let mut places = Self::default();
        for path in of_home.chain(of_project).chain(secret.iter().cloned()) {
            let ours::Places { links, end } = ours::places(&path);
            places.never.push(end);
            places.unwritten.extend(links);
        }
        let plugins = home.iter().chain(project).flat_map(|dir| entries(&dir.join("plugins")));
        for path in obeyed.iter().cloned().chain(plugins) {
            let ours::Places { links, end } = ours::places(&path);
            places.unwritten.extend(links.into_iter().chain([end]));
        }
        places
    }

    /// The places that count for this use of a directory.
    fn of_use(&self, write: bool) -> impl Iterator<Item = &Path> {
        self.never.iter().chain(self.unwritten.iter().filter(move |_| write)).map(PathBuf::as_path)
    }

    /// The guarded file that lies in a directory, or the guarded directory that it lies in.
    fn conflict(&self, path: &Path, write: bool) -> Option<&Path> {
        self.of_use(write).find(|guarded| guarded.starts_with(path) || path.starts_with(guarded))
    }
}

/// The entries of a directory; none when it cannot be read, because then the host takes nothing from it either.
fn entries(directory: &Path) -> Vec<PathBuf> {
    fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::tests::directory::{lending, lent};

    /// A `STEPWELL_HOME`, a project, and directories that could be lent. `way` leads to `srv`.
    struct Ground {
        all: tempfile::TempDir,
        files: HostFiles,
    }

    impl Ground {
        fn new() -> Self {
            let all = tempfile::tempdir().unwrap();
            let at = |path: &str| all.path().join(path);
            let dirs = [
                "home/keys",
                "home/plugins",
                "home/files",
                "srv/web/plugins",
                "srv/web/public",
                "srv/web/jobs",
                "lent",
            ];
            dirs.into_iter().for_each(|dir| fs::create_dir_all(at(dir)).unwrap());
            symlink(at("srv"), at("way")).unwrap();
            let files = HostFiles {
                home: Some(at("home")),
                project: Some(at("way/web")),
                obeyed: vec![at("way/web/jobs/job.toml")],
                ..HostFiles::default()
            };
            Self { all, files }
        }

        fn at(&self, path: &str) -> PathBuf {
            self.all.path().join(path)
        }

        fn check(&self, level: Level, path: impl AsRef<Path>, write: bool) -> Result<(), Guarded> {
            check_lent(&lending("site", lent(path, write, level)), &self.files)
        }

        /// What a directory would give away when it is planned, and when it is open.
        fn given_away(&self, path: &str, write: bool) -> [Option<PathBuf>; 2] {
            let below = |path: &Path| path.strip_prefix(self.all.path().canonicalize().unwrap()).unwrap().to_owned();
            let planned = self.check(Level::System, self.at(path), write).err().map(|error| below(&error.guarded));
            let opened = Dir::open_ambient_dir(self.at(path), cap_std::ambient_authority()).unwrap();
            // The path that it was planned with gives nothing away.
            let harmless = lent(self.at("lent/harmless"), write, Level::System);
            let open = given_away(&opened, &harmless, &self.files).unwrap();
            [planned, open.map(|path| below(&path))]
        }
    }

    #[test]
    fn what_confers_authority_is_never_lent() {
        let ground = Ground::new();
        let at = |path: &str| ground.at(path);
        fs::create_dir(at("kept")).unwrap();
        symlink(at("home/keys"), at("srv/web/public/link")).unwrap();
        symlink(at("kept"), at("home/cache")).unwrap();
        use Level::{Project, System};
        let given_away = |level, path: &Path| {
            let error = ground.check(level, path, false).expect_err(&path.display().to_string());
            error.guarded.strip_prefix(ground.all.path().canonicalize().unwrap()).unwrap().to_owned()
        };
        for (level, path, expected) in [
            (System, at("home"), "home/stepwell.toml"),
            (System, ground.all.path().to_owned(), "home/stepwell.toml"),
            (System, "/".into(), "home/stepwell.toml"),
            (System, "keys".into(), "home/keys"),
            (System, "keys/deeper".into(), "home/keys"),
            (System, "plugins".into(), "home/plugins"),
            // It does not exist, and a step that may write would make it.
            (System, "files/../processes".into(), "home/processes"),
            (System, at("kept"), "kept"),
            (System, at("srv/web"), "srv/web/project.toml"),
            (System, at("way"), "srv/web/project.toml"),
            (Project, "plugins".into(), "srv/web/plugins"),
            (Project, "./plugins/x".into(), "srv/web/plugins"),
            (Project, "public/link".into(), "home/keys"),
        ] {
            assert_eq!(given_away(level, &path), Path::new(expected), "{path:?}");
        }
        for (level, path) in [(System, "files".into()), (System, at("srv/web/public")), (Project, "public".into())] {
            assert_eq!(ground.check(level, &path, true), Ok(()), "{path:?}");
        }
    }

    #[test]
    fn a_file_that_the_host_obeys_can_be_lent_for_reading_and_not_for_writing() {
        let mut ground = Ground::new();
        let at = |path: &str| ground.all.path().join(path);
        for dir in ["lent/a", "lent/b", "lent/c", "lent/d", "lent/links"] {
            fs::create_dir(at(dir)).unwrap();
        }
        for file in ["lent/a/foo.wasm", "lent/d/sub.toml"] {
            fs::write(at(file), "x").unwrap();
        }
        symlink(at("lent/a/foo.wasm"), at("home/plugins/foo.wasm")).unwrap();
        // Its target does not exist yet.
        symlink(at("lent/b/bar.wasm"), at("srv/web/plugins/bar.wasm")).unwrap();
        // By way of a link in a directory of links.
        symlink("../c/chain.wasm", at("lent/links/chain")).unwrap();
        symlink(at("lent/links/chain"), at("srv/web/plugins/chain.wasm")).unwrap();
        symlink(at("lent/d/sub.toml"), at("srv/web/jobs/sub.toml")).unwrap();
        ground.files.obeyed.push(ground.at("srv/web/jobs/sub.toml"));
        for (path, expected) in [
            ("srv/web/jobs", "srv/web/jobs/job.toml"),
            ("lent/a", "lent/a/foo.wasm"),
            ("lent/b", "lent/b/bar.wasm"),
            ("lent/c", "lent/c/chain.wasm"),
            ("lent/links", "lent/links/chain"),
            ("lent/d", "lent/d/sub.toml"),
        ] {
            assert_eq!(ground.given_away(path, true), [Some(expected.into()), Some(expected.into())], "{path}");
            assert_eq!(ground.given_away(path, false), [None, None], "{path}");
        }
        assert!(ground.given_away("lent", true)[1].is_some());
    }

    #[test]
    fn a_file_with_a_secret_is_not_even_lent_for_reading() {
        let mut ground = Ground::new();
        fs::create_dir(ground.at("lent/pass")).unwrap();
        symlink(ground.at("lent/pass/real"), ground.at("srv/pass")).unwrap();
        ground.files.secret.push(ground.at("srv/pass"));
        let expected = Some(PathBuf::from("lent/pass/real"));
        assert_eq!(ground.given_away("lent/pass", false), [expected.clone(), expected]);
    }

    #[test]
    fn an_open_directory_is_known_whatever_its_path_said() {
        let ground = Ground::new();
        fs::create_dir_all(ground.at("home/keys/deep/deeper")).unwrap();
        fs::create_dir(ground.at("lent/site")).unwrap();
        let open = |path: &str| ground.given_away(path, false)[1].clone();
        assert_eq!(open("lent/site"), None);
        // Also when it lies below a guarded directory: where one is mounted elsewhere, only the open directory tells.
        for path in ["home/keys", "home/keys/deep/deeper"] {
            assert_eq!(open(path), Some("home/keys".into()), "{path}");
        }
        assert!(open("home").is_some());
        assert!(open("").is_some());
    }
}
