//! What no directory may lend: the files that decide what a run may do, and what the host keeps for itself.
//!
//! A directory is refused when such a file lies in it, and when it lies in such a directory itself: by its path without
//! symbolic links when a job is planned, and again by the identity of the open directory whenever it is used.

use std::path::{Component, Path, PathBuf};

use cap_fs_ext::MetadataExt as _;
use cap_std::fs::Dir;
use stepwell_model::NextAction;
use stepwell_model::id::Identifier;
use stepwell_model::settings::{Directories, LentDirectory, Level};
use stepwell_model::source::Place;

/// What `STEPWELL_HOME` holds.
const OF_HOME: [&str; 10] = [
    "stepwell.toml",
    "plugins",
    "keys",
    "cache",
    "processes",
    "journal.db",
    "journal.db-wal",
    "journal.mark",
    "trust.json",
    "executors.log",
];
/// What a project holds.
const OF_PROJECT: [&str; 2] = ["project.toml", "plugins"];

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

/// Checks the directories of a plan. `job` is the file of the job, which no step may write.
///
/// # Errors
/// When one of them would give away what confers authority.
pub fn check_lent(directories: &Directories, home: &Path, project: Option<&Path>, job: &Path) -> Result<(), Guarded> {
    let all = guarded(Some(home), project);
    for (name, lent) in directories.iter() {
        let Some(path) = path_of(lent, Some(home), project) else { continue };
        let path = real(&path);
        let of_job = lent.write.then(|| real(job)).filter(|job| job.starts_with(&path));
        if let Some(guarded) = conflict(&path, &all).or(of_job) {
            return Err(Guarded { name: name.clone(), path, guarded, place: lent.place.clone() });
        }
    }
    Ok(())
}

/// What an open directory would give away.
pub(super) fn given_away(
    opened: &Dir,
    lent: &LentDirectory,
    home: Option<&Path>,
    project: Option<&Path>,
) -> std::io::Result<Option<PathBuf>> {
    let all = guarded(home, project);
    let path = path_of(lent, home, project).unwrap_or_default();
    if let Some(guarded) = conflict(&real(&path), &all) {
        return Ok(Some(guarded));
    }
    // The path may have led elsewhere when the directory was opened.
    let opened = opened.dir_metadata()?;
    let is_opened = |path: &Path| {
        let found = std::fs::metadata(path);
        found.is_ok_and(|found| (found.dev(), found.ino()) == (opened.dev(), opened.ino()))
    };
    Ok(all.into_iter().find(|guarded| guarded.ancestors().any(is_opened)))
}

/// Where a directory lies; none when the start of its path is unknown.
fn path_of(lent: &LentDirectory, home: Option<&Path>, project: Option<&Path>) -> Option<PathBuf> {
    let base = if lent.from == Level::Project { project } else { home };
    if lent.path.is_absolute() { Some(lent.path.clone()) } else { Some(base?.join(&lent.path)) }
}

/// The guarded files, each by its own path and by that of what it is a link to.
fn guarded(home: Option<&Path>, project: Option<&Path>) -> Vec<PathBuf> {
    let of_home = home.into_iter().flat_map(|dir| OF_HOME.map(|name| real(dir).join(name)));
    let of_project = project.into_iter().flat_map(|dir| OF_PROJECT.map(|name| real(dir).join(name)));
    let mut all: Vec<_> = of_home.chain(of_project).collect();
    let targets: Vec<_> = all.iter().map(|path| real(path)).filter(|target| !all.contains(target)).collect();
    all.extend(targets);
    all
}

/// The guarded file that lies in a directory, or the guarded directory that it lies in.
fn conflict(path: &Path, guarded: &[PathBuf]) -> Option<PathBuf> {
    guarded.iter().find(|guarded| guarded.starts_with(path) || path.starts_with(guarded)).cloned()
}

/// A path without symbolic links, as far as it exists.
fn real(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for existing in absolute.ancestors() {
        let Ok(mut found) = existing.canonicalize() else { continue };
        for part in absolute.strip_prefix(existing).into_iter().flat_map(Path::components) {
            match part {
                Component::ParentDir => drop(found.pop()),
                Component::Normal(name) => found.push(name),
                Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
            }
        }
        return found;
    }
    absolute
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::tests::directory::{lending, lent};

    #[test]
    fn what_confers_authority_is_never_lent() {
        let all = tempfile::tempdir().unwrap();
        let at = |path: &str| all.path().join(path);
        for dir in ["home/keys", "home/files", "srv/web/plugins", "srv/web/public", "srv/web/jobs", "srv/keys-link"] {
            fs::create_dir_all(at(dir)).unwrap();
        }
        symlink(at("home/keys"), at("srv/web/public/link")).unwrap();
        symlink(at("srv/keys-link"), at("home/cache")).unwrap();
        symlink(at("srv"), at("way")).unwrap();
        let check = |level, path: &Path, write| {
            let directories = lending("site", lent(path, write, level));
            check_lent(&directories, &at("home"), Some(&at("way/web")), &at("way/web/jobs/job.toml"))
        };
        use Level::{Project, System};
        let given_away = |level, path: &Path| {
            let error = check(level, path, false).expect_err(&path.display().to_string());
            error.guarded.strip_prefix(all.path().canonicalize().unwrap()).unwrap().to_owned()
        };
        for (level, path, expected) in [
            (System, at("home"), "home/stepwell.toml"),
            (System, all.path().to_owned(), "home/stepwell.toml"),
            (System, "/".into(), "home/stepwell.toml"),
            (System, "keys".into(), "home/keys"),
            (System, "keys/deeper".into(), "home/keys"),
            // It does not exist, and a step that may write would make it.
            (System, "plugins".into(), "home/plugins"),
            (System, "files/../processes".into(), "home/processes"),
            (System, at("srv/keys-link"), "srv/keys-link"),
            (System, at("srv/web"), "srv/web/project.toml"),
            (System, at("way"), "srv/web/project.toml"),
            (Project, "plugins".into(), "srv/web/plugins"),
            (Project, "./plugins/x".into(), "srv/web/plugins"),
            (Project, "public/link".into(), "home/keys"),
        ] {
            assert_eq!(given_away(level, &path), Path::new(expected), "{path:?}");
        }
        for (level, path) in [(System, "files".into()), (System, at("srv/web/public")), (Project, "public".into())] {
            assert_eq!(check(level, &path, true), Ok(()), "{path:?}");
        }
        assert_eq!(check(Project, Path::new("jobs"), false), Ok(()));
        assert!(check(Project, Path::new("jobs"), true).is_err(), "a step could change the job");
    }

    #[test]
    fn an_open_directory_is_known_whatever_its_path_said() {
        let all = tempfile::tempdir().unwrap();
        let at = |path: &str| all.path().join(path);
        fs::create_dir_all(at("home/keys")).unwrap();
        fs::create_dir_all(at("site")).unwrap();
        let lent = lent(at("site"), true, Level::System);
        let open = |path: &str| Dir::open_ambient_dir(at(path), cap_std::ambient_authority()).unwrap();
        let given_away = |path: &str| given_away(&open(path), &lent, Some(&at("home")), None).unwrap();
        assert_eq!(given_away("site"), None);
        assert!(given_away("home/keys").unwrap().ends_with("home/keys"));
        assert!(given_away("home").is_some());
        assert!(given_away("").is_some());
    }
}
