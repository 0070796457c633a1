//! Projects: directories with a `project.toml`.

use std::path::{Path, PathBuf};

use stepwell_aws::RunProject;
use stepwell_engine::snapshot::{FileText, ProjectText};
use stepwell_model::settings::Project;
use stepwell_model::source::Source;
use stepwell_secrets::ours::{self, Rule};

use crate::error::HomeError;
use crate::file::read;

/// A project and its directory.
pub struct ProjectDir {
    pub path: PathBuf,
    pub project: Project,
    /// Whether the operator named the directory; otherwise it was found above a path.
    named: bool,
}

impl ProjectDir {
    /// Opens the project that is named, or the nearest one above `path`.
    pub fn find(named: Option<&Path>, path: &Path) -> Result<Option<Self>, HomeError> {
        match named {
            Some(dir) => Self::open(dir, true).map(Some),
            None => Self::above(path),
        }
    }

    /// Opens the project that is named, or the nearest one of the current directory and above it.
    pub fn of_current_directory(named: Option<&Path>) -> Result<Option<Self>, HomeError> {
        Self::find(named, Path::new("./file"))
    }

    /// Opens the project of a run again: in the same place, with the same name, and still safe to trust.
    pub fn reopen(text: &ProjectText) -> Result<Self, HomeError> {
        if !text.named {
            check_ours(&text.directory)?;
        }
        let project = Self::open(&text.directory, text.named)?;
        let FileText { name, text } = text.file.clone();
        let before = Project::read(Source::new(name, text))?;
        if project.project.name != before.name {
            let (path, found, expected) = (project.path, project.project.name, before.name);
            return Err(HomeError::OtherProject { path, found, expected });
        }
        Ok(project)
    }

    fn open(dir: &Path, named: bool) -> Result<Self, HomeError> {
        let file = dir.join("project.toml");
        if !file.is_file() {
            return Err(HomeError::NoProject { path: dir.to_owned() });
        }
        Ok(Self { path: dir.to_owned(), project: Project::read(read(&file)?)?, named })
    }

    /// A project grants plugins what they may call, so one that another user could have written is refused:
    /// `/tmp/project.toml` lies above many a job.
    fn above(path: &Path) -> Result<Option<Self>, HomeError> {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let Some(dir) = absolute.ancestors().skip(1).find(|dir| dir.join("project.toml").is_file()) else {
            return Ok(None);
        };
        check_ours(dir)?;
        Self::open(dir, false).map(Some)
    }

    /// The project as its runs name it.
    pub fn of_run(&self) -> Result<RunProject, HomeError> {
        let unreadable =
            |error: std::io::Error| HomeError::Unreadable { path: self.path.clone(), reason: error.to_string() };
        let directory = self.path.canonicalize().map_err(unreadable)?;
        Ok(RunProject { name: self.project.name.clone(), directory })
    }

    /// What a run keeps of its project.
    pub fn text(&self, directory: &Path) -> ProjectText {
        let file = FileText::from(&self.project.settings.source);
        ProjectText { file, directory: directory.to_owned(), named: self.named }
    }
}

/// Refuses a project that another user could have written.
fn check_ours(dir: &Path) -> Result<(), HomeError> {
    for path in [dir.to_owned(), dir.join("project.toml"), dir.join("plugins")] {
        if let Ok(found) = path.metadata() {
            let foreign = |fault| HomeError::ForeignProject { path, fault };
            ours::check(&found, Rule::OperatorsWrite).map_err(foreign)?;
        }
    }
    Ok(())
}
