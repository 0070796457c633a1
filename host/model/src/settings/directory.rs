//! `[directories]`: the directories that the operator lends to steps.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::error::SettingsError;
use super::level::Level;
use super::named_entries;
use crate::id::Identifier;
use crate::source::{Place, Source};

/// A directory that steps may reach.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawDirectory {
    /// Its path. In `project.toml` it lies below the project's directory; in `stepwell.toml` it lies anywhere, and a
    /// relative path starts from `STEPWELL_HOME`.
    #[schemars(with = "String", length(min = 1))]
    path: Spanned<String>,
    /// Whether steps may create, replace and remove files in it.
    #[serde(default)]
    write: bool,
}

/// One `[directories.name]` entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// The path as it was written.
    pub path: PathBuf,
    /// Whether steps may create, replace and remove files in it.
    pub write: bool,
    /// The place of the entry.
    pub place: Place,
}

/// The `[directories]` of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DirectorySection(pub BTreeMap<Identifier, DirectoryEntry>);

/// A directory that a file lends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LentDirectory {
    /// In `stepwell.toml` absolute or relative to `STEPWELL_HOME`; in `project.toml` relative to the project's directory
    /// and without `..`. The host follows symbolic links only when it opens the directory.
    pub path: PathBuf,
    /// Whether steps may create, replace and remove files in it.
    pub write: bool,
    /// The file that lends it.
    pub from: Level,
    /// The place in that file.
    pub place: Place,
}

/// The directories that are lent to the steps of a plan. Cheap to clone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directories(Arc<BTreeMap<Identifier, LentDirectory>>);

impl Directories {
    /// The directory with this name.
    pub fn find(&self, name: &str) -> Option<&LentDirectory> {
        self.0.get(name)
    }

    /// All directories, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&Identifier, &LentDirectory)> {
        self.0.iter()
    }
}

impl FromIterator<(Identifier, LentDirectory)> for Directories {
    fn from_iter<I: IntoIterator<Item = (Identifier, LentDirectory)>>(lent: I) -> Self {
        Self(Arc::new(lent.into_iter().collect()))
    }
}

pub(super) fn directory_section(
    source: &Source,
    level: Level,
    raw: BTreeMap<Spanned<Identifier>, RawDirectory>,
) -> Result<DirectorySection, SettingsError> {
    let read = |name: &Identifier, RawDirectory { path, write }, place| {
        let (path_place, path) = (source.place(&path.span()), PathBuf::from(path.into_inner()));
        if path.as_os_str().is_empty() {
            return Err(SettingsError::DirectoryWithoutPath { name: name.clone(), place: path_place });
        }
        if level == Level::Project && !lies_within(&path) {
            return Err(SettingsError::DirectoryOutside { name: name.clone(), path, place: path_place });
        }
        Ok(DirectoryEntry { path, write, place })
    };
    named_entries(source, raw, read).map(DirectorySection)
}

/// Whether a relative path leads below the directory that it starts from. The directory itself does not count, because
/// the project's file is in it.
fn lies_within(path: &Path) -> bool {
    let is_below = |part| matches!(part, Component::Normal(_));
    path.components().any(is_below) && path.components().all(|part| is_below(part) || part == Component::CurDir)
}

/// The directories that both sections lend.
pub(super) fn lend(
    system: &DirectorySection,
    project: Option<&DirectorySection>,
) -> Result<Directories, SettingsError> {
    let lent = |from, entry: &DirectoryEntry| {
        let DirectoryEntry { path, write, place } = entry.clone();
        LentDirectory { path, write, from, place }
    };
    let of_system = |(name, entry): (&Identifier, _)| (name.clone(), lent(Level::System, entry));
    let mut all: BTreeMap<_, _> = system.0.iter().map(of_system).collect();
    for (name, entry) in project.iter().flat_map(|section| &section.0) {
        if let Some(known) = all.insert(name.clone(), lent(Level::Project, entry)) {
            let (name, system, project) = (name.clone(), known.place, entry.place.clone());
            return Err(SettingsError::DirectoryTwice { name, system, project });
        }
    }
    Ok(Directories(Arc::new(all)))
}

#[cfg(test)]
mod tests {
    use super::super::{Project, System, directories};
    use super::*;
    use crate::error::NextAction as _;

    fn system(text: &str) -> Result<System, SettingsError> {
        System::read(Source::new("stepwell.toml", text))
    }

    fn project(text: &str) -> Result<Project, SettingsError> {
        Project::read(Source::new("project.toml", format!("name = \"web\"\n{text}")))
    }

    #[test]
    fn a_directory_is_lent_for_reading_unless_it_says_otherwise() {
        let system = system("[directories.backup]\npath = \"/srv/backup\"\nwrite = true").expect("valid");
        let project = project("[directories]\nsite = { path = \"./public/www\" }").expect("valid");
        let lent = directories(&system.settings, Some(&project.settings)).expect("the names differ");
        let backup = lent.find("backup").expect("it is lent");
        assert_eq!((backup.path.as_path(), backup.write, backup.from), (Path::new("/srv/backup"), true, Level::System));
        let site = lent.find("site").expect("it is lent");
        assert_eq!((site.path.as_path(), site.write, site.from), (Path::new("./public/www"), false, Level::Project));
        assert_eq!(site.place.to_string(), "project.toml:3:1");
        assert_eq!(lent.find("public"), None);
    }

    #[test]
    fn a_project_lends_only_what_lies_in_its_own_directory() {
        for path in ["/srv", "..", "../site", "site/../..", ".", "./.", "public/../../x"] {
            let error = project(&format!("[directories.site]\npath = \"{path}\"")).expect_err(path);
            assert!(matches!(&error, SettingsError::DirectoryOutside { .. }), "{path}: {error:?}");
            assert!(error.because().contains("project.toml:3:8"), "{}", error.because());
            assert!(system(&format!("[directories.site]\npath = \"{path}\"")).is_ok(), "{path}");
        }
    }

    #[test]
    fn a_name_that_both_files_have_is_an_error_that_names_both_places() {
        let text = "[directories.site]\npath = \"public\"";
        let (system, project) = (system(text).expect("valid"), project(text).expect("valid"));
        let error = directories(&system.settings, Some(&project.settings)).expect_err("it is there twice");
        assert_eq!(
            error.explain(),
            "error: the project cannot lend a directory `site`\n\
             because: stepwell.toml:1:14 already lends a directory of this name, and project.toml:2:14 would redefine it\n\
             next: give the project's directory another name"
        );
    }

    #[test]
    fn what_is_no_directory_is_said_with_its_place() {
        for (wrong, place) in [
            ("[directories.Site]\npath = \"x\"", "stepwell.toml:1:14"),
            ("[directories.site]\npath = \"\"", "stepwell.toml:2:8"),
            ("[directories.site]\npath = \"x\"\nwirte = true", "stepwell.toml:3:1"),
            ("[directories.site]\nwrite = true", "stepwell.toml:1:1"),
            ("[directories]\nsite = \"x\"", "stepwell.toml:2:8"),
        ] {
            let error = system(wrong).expect_err(wrong);
            assert!(error.because().contains(place), "{wrong}: {}", error.because());
        }
    }
}
