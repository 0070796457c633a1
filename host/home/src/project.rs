//! Projects: directories with a `project.toml`.

use std::path::{Path, PathBuf};

use stepwell_aws::RunProject;
use stepwell_engine::snapshot::{FileText, ProjectText};
use stepwell_model::error::last_cause;
use stepwell_model::settings::Project;
use stepwell_model::source::Source;
use stepwell_secrets::ours;

use crate::error::HomeError;
use crate::file::find_ours;

/// A project and its directory.
pub struct ProjectDir {
    pub path: PathBuf,
    pub project: Project,
}

impl ProjectDir {
    /// Opens the project that is named, or the nearest one above `path`, which holds no symbolic link.
    pub fn find(named: Option<&Path>, path: &Path) -> Result<Option<Self>, HomeError> {
        match named {
            Some(dir) => Self::open(dir).map(Some),
            None => Self::above(path),
        }
    }

    /// Opens the project that is named, or the nearest one of the current directory and above it.
    pub fn of_current_directory(named: Option<&Path>) -> Result<Option<Self>, HomeError> {
        let failed = |error: std::io::Error| HomeError::System {
            what: "find the current directory",
            reason: last_cause(&error),
        };
        match named {
            Some(dir) => Self::open(dir).map(Some),
            None => Self::above(&std::env::current_dir().map_err(failed)?.join("file")),
        }
    }

    /// Opens the project of a run again: in the same place, and with the same name.
    pub fn reopen(text: &ProjectText) -> Result<Self, HomeError> {
        let project = Self::open(&text.directory)?;
        let FileText { name, text } = text.file.clone();
        let before = Project::read(Source::new(name, text))?;
        if project.project.name != before.name {
            let (path, found, expected) = (project.path, project.project.name, before.name);
            return Err(HomeError::OtherProject { path, found, expected });
        }
        Ok(project)
    }

    /// A project grants plugins what they may call, so one that another user can change is refused, whoever names it:
    /// `/tmp/project.toml` lies above many a job.
    fn open(dir: &Path) -> Result<Self, HomeError> {
        let found = find_ours(&dir.join("project.toml"))?;
        let found = found.ok_or_else(|| HomeError::NoProject { path: dir.to_owned() })?;
        // Also the directory: another user who can write there can add plugins.
        ours::resolve(dir)?;
        Ok(Self { path: dir.to_owned(), project: Project::read(found.source)? })
    }

    fn above(path: &Path) -> Result<Option<Self>, HomeError> {
        for dir in path.ancestors().skip(1) {
            // Whatever has the name, also when it cannot be read: its `deny` must not vanish with it.
            if ours::is_there(&dir.join("project.toml"))? {
                return Self::open(dir).map(Some);
            }
        }
        Ok(None)
    }

    /// The project as its runs name it.
    pub fn of_run(&self) -> Result<RunProject, HomeError> {
        let unreadable =
            |error: std::io::Error| HomeError::Unreadable { path: self.path.clone(), reason: last_cause(&error) };
        let directory = self.path.canonicalize().map_err(unreadable)?;
        Ok(RunProject { name: self.project.name.clone(), directory })
    }

    /// What a run keeps of its project.
    pub fn text(&self, directory: &Path) -> ProjectText {
        let file = FileText::from(&self.project.settings.source);
        ProjectText { file, directory: directory.to_owned() }
    }
}
