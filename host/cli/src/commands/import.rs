//! `stepwell job import`.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use stepwell_import::{ImportError, ImportedJob};
use stepwell_model::NextAction;

use crate::error::CliError;
use crate::{out, render, setup};

/// `stepwell job import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// A file that Rundeck exported, as YAML or JSON
    file: PathBuf,
    /// Write every job into a file NAME.toml of this directory; files that are there already stay as they are
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
}

/// Jobs that cannot be imported, or not written.
#[derive(Debug, thiserror::Error)]
pub enum ImportFailure {
    #[error(transparent)]
    File(#[from] ImportError),
    #[error("`{path}` holds {count} jobs")]
    SeveralJobs { path: PathBuf, count: usize },
    #[error("`{path}` is there already")]
    Exists { path: PathBuf },
    #[error("cannot write `{path}`")]
    Unwritable { path: PathBuf, reason: String },
}

impl NextAction for ImportFailure {
    fn because(&self) -> String {
        match self {
            Self::File(error) => error.because(),
            Self::SeveralJobs { .. } => "standard output can take only one job file".to_owned(),
            Self::Exists { .. } => "an import never writes over a file".to_owned(),
            Self::Unwritable { reason, .. } => reason.clone(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::File(error) => error.next(),
            Self::SeveralJobs { .. } => "give --into the directory for the job files".to_owned(),
            Self::Exists { .. } => "remove it, or give --into another directory".to_owned(),
            Self::Unwritable { .. } => "check the path and its rights".to_owned(),
        }
    }
}

/// Carries the command out.
pub fn import(args: &ImportArgs) -> Result<(), CliError> {
    let source = setup::read(&args.file)?;
    let import = stepwell_import::import(&source).map_err(ImportFailure::File)?;
    match (&args.into, import.jobs.as_slice()) {
        (Some(dir), jobs) => {
            for path in write(dir, jobs)? {
                out::line(&render::import::written(&path));
            }
        }
        (None, [job]) => out::text(&job.toml),
        (None, jobs) => return Err(ImportFailure::SeveralJobs { path: args.file.clone(), count: jobs.len() }.into()),
    }
    import.notes.iter().for_each(|note| out::error(&render::import::note(note)));
    Ok(())
}

/// Writes the job files; none when one of them is there already.
fn write(dir: &Path, jobs: &[ImportedJob]) -> Result<Vec<PathBuf>, ImportFailure> {
    let unwritable = |path: &Path, error: std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => ImportFailure::Exists { path: path.to_owned() },
        _ => ImportFailure::Unwritable { path: path.to_owned(), reason: error.to_string() },
    };
    let paths: Vec<_> = jobs.iter().map(|job| dir.join(format!("{}.toml", job.name))).collect();
    if let Some(path) = paths.iter().find(|path| path.symlink_metadata().is_ok()) {
        return Err(ImportFailure::Exists { path: path.clone() });
    }
    fs::create_dir_all(dir).map_err(|error| unwritable(dir, error))?;
    for (job, path) in jobs.iter().zip(&paths) {
        let file = OpenOptions::new().write(true).create_new(true).open(path);
        file.and_then(|mut file| file.write_all(job.toml.as_bytes())).map_err(|error| unwritable(path, error))?;
    }
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP: &str = "sequence: {commands: [{type: ec2-start}]}";

    fn args(dir: &Path, text: &str, into: Option<&str>) -> ImportArgs {
        let file = dir.join("jobs.yaml");
        fs::write(&file, text).unwrap();
        ImportArgs { file, into: into.map(|into| dir.join(into)) }
    }

    #[test]
    fn every_job_gets_its_file_and_no_file_is_written_over() {
        let dir = tempfile::tempdir().unwrap();
        let args = args(dir.path(), &format!("- {{name: A b, {STEP}}}\n- {{name: c, {STEP}}}"), Some("new/jobs"));
        import(&args).unwrap();
        for name in ["a-b", "c"] {
            let text = fs::read_to_string(dir.path().join(format!("new/jobs/{name}.toml"))).unwrap();
            assert!(text.contains(&format!("name = \"{name}\"")), "{text}");
        }
        let (first, second) = (dir.path().join("new/jobs/a-b.toml"), dir.path().join("new/jobs/c.toml"));
        fs::remove_file(&first).unwrap();
        fs::write(&second, "mine").unwrap();
        let error = import(&args).unwrap_err();
        assert!(matches!(&error, CliError::Import(ImportFailure::Exists { path }) if *path == second), "{error:?}");
        assert_eq!(fs::read_to_string(&second).unwrap(), "mine");
        assert!(!first.exists());
    }

    #[test]
    fn several_jobs_need_a_directory() {
        let dir = tempfile::tempdir().unwrap();
        let args = args(dir.path(), &format!("- {{name: a, {STEP}}}\n- {{name: c, {STEP}}}"), None);
        let error = import(&args).unwrap_err();
        assert!(matches!(&error, CliError::Import(ImportFailure::SeveralJobs { count: 2, .. })), "{error:?}");
        assert_eq!(error.exit(), crate::error::Exit::Wrong);
    }

    #[test]
    fn a_file_that_holds_no_jobs_is_refused_in_three_lines() {
        let dir = tempfile::tempdir().unwrap();
        let error = import(&args(dir.path(), "a: [", None)).unwrap_err();
        assert_eq!(error.exit(), crate::error::Exit::Wrong);
        assert_eq!(render::explain(&error).lines().count(), 3);
    }
}
