//! The job files of a project.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use stepwell_model::error::last_cause;
use stepwell_model::job::Job;

use crate::error::HomeError;
use crate::file::read;
use crate::project::ProjectDir;

/// Directories below the project that are searched: deeper ones hold no jobs, but the files of other tools.
const DEEPEST: usize = 8;

/// The most entries of directories that are looked at.
const MOST_ENTRIES: usize = 20_000;

/// Files in TOML that are no jobs.
const SETTINGS: [&str; 3] = ["project.toml", "stepwell.toml", "plugin.toml"];

/// The jobs that there are.
#[derive(Debug, Default)]
pub struct JobListing {
    /// Sorted by path.
    pub jobs: Vec<ListedJob>,
    /// Why files cannot be jobs, although they have steps.
    pub unusable: Vec<HomeError>,
}

/// A job file.
#[derive(Debug)]
pub struct ListedJob {
    /// Its path, from the current directory.
    pub path: PathBuf,
    /// What it says.
    pub job: Job,
}

impl JobListing {
    /// Finds the jobs of the project that is named, or of the nearest one; without a project, those at and below the
    /// current directory. Hidden directories are left out.
    pub(crate) fn of(project: Option<&Path>) -> Result<Self, HomeError> {
        let found = ProjectDir::of_current_directory(project)?;
        let root = found.map_or_else(|| PathBuf::from("."), |project| project.path);
        let here = std::env::current_dir().ok();
        let (mut listing, mut room) = (Self::default(), MOST_ENTRIES);
        listing.search(&root, here.as_deref(), DEEPEST, &mut room)?;
        listing.jobs.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(listing)
    }

    fn search(
        &mut self,
        directory: &Path,
        here: Option<&Path>,
        depth: usize,
        room: &mut usize,
    ) -> Result<(), HomeError> {
        let unreadable =
            |error: std::io::Error| HomeError::Unreadable { path: directory.to_owned(), reason: last_cause(&error) };
        for entry in fs::read_dir(directory).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let (path, name) = (entry.path(), entry.file_name());
            *room = room.saturating_sub(1);
            let is_hidden = name.as_encoded_bytes().starts_with(b".");
            if *room == 0 || is_hidden {
                continue;
            }
            // A link to a directory could lead in a circle.
            let kind = entry.file_type().map_err(unreadable)?;
            if kind.is_dir() && depth > 0 {
                // What another user closed holds no job of this one.
                drop(self.search(&path, here, depth - 1, room));
            } else if path.extension() == Some(OsStr::new("toml")) && !SETTINGS.iter().any(|other| name == *other) {
                let near = here.and_then(|here| path.strip_prefix(here).ok()).unwrap_or(&path);
                self.add(near.strip_prefix(".").unwrap_or(near));
            }
        }
        Ok(())
    }

    fn add(&mut self, path: &Path) {
        let source = match read(path) {
            Ok(source) => source,
            Err(error) => return self.unusable.push(error),
        };
        // Cargo.toml and its like have no steps.
        if !source.text.contains("[[steps]]") && !source.text.contains("steps = [") {
            return;
        }
        match Job::read(source) {
            Ok(job) => self.jobs.push(ListedJob { path: path.to_owned(), job }),
            Err(error) => self.unusable.push(error.into()),
        }
    }
}
