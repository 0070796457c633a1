//! `stepwell job import`.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use stepwell_import::{ImportedJob, Neighbor};
use stepwell_model::error::last_cause;

use crate::error::{CliError, Exit};
use crate::{out, render};

/// `stepwell job import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The exported file: YAML or JSON, and of Rundeck also XML
    file: PathBuf,
    /// What the file comes from
    #[arg(long, value_enum, default_value_t)]
    from: Origin,
    /// Write every job to a file NAME.toml in this directory, whose jobs they may use; no existing file is overwritten
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
}

/// What a file comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Origin {
    /// Job definitions of Rundeck
    #[default]
    Rundeck,
    /// An Automation document of AWS Systems Manager
    Ssm,
}

impl ImportArgs {
    /// Imports jobs: to files, or one job to standard output. The exit code tells whether somebody has to decide about a
    /// part of them.
    pub fn import(self) -> Result<Exit, CliError> {
        let source = stepwell_home::read(&self.file)?;
        let import = match self.from {
            Origin::Rundeck => {
                let neighbors = self.into.as_deref().map(neighbors).transpose()?.unwrap_or_default();
                let import = stepwell_import::import_beside(&source, &neighbors);
                import.map_err(|error| CliError::explained(Exit::Wrong, &error))
            }
            Origin::Ssm => {
                stepwell_import::import_ssm(&source).map_err(|error| CliError::explained(Exit::Wrong, &error))
            }
        }?;
        match (&self.into, import.jobs.as_slice()) {
            (Some(dir), jobs) => {
                for path in write(dir, jobs)? {
                    out::line(&render::import::written(&path));
                }
            }
            (None, [job]) => out::text(&job.toml),
            (None, jobs) => {
                return Err(CliError::new(
                    Exit::Wrong,
                    format!("`{}` holds {} jobs", self.file.display(), jobs.len()),
                    "standard output can take only one job file",
                    "give --into the directory for the job files",
                ));
            }
        }
        import.notes.iter().for_each(|note| out::error(&render::import::note(note)));
        let open = import.open_places();
        if !import.notes.is_empty() {
            out::error(&render::import::summary(open));
        }
        Ok(if open == 0 { Exit::Succeeded } else { Exit::Paused })
    }
}

/// The job files of a directory, which earlier imports may have written.
fn neighbors(dir: &Path) -> Result<Vec<Neighbor>, CliError> {
    let unreadable = |error: &std::io::Error| {
        let what = format!("cannot read `{}`", dir.display());
        CliError::new(Exit::Wrong, what, last_cause(error), "check the path and its permissions")
    };
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(&error)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| unreadable(&error))?.path();
        if path.extension().is_some_and(|extension| extension == "toml") && path.is_file() {
            paths.push(path);
        }
    }
    // The order of a directory is not the same everywhere.
    paths.sort();
    paths.iter().map(|path| Ok(Neighbor::read(stepwell_home::read(path)?))).collect()
}

/// Writes the job files; none when one of them exists.
fn write(dir: &Path, jobs: &[ImportedJob]) -> Result<Vec<PathBuf>, CliError> {
    let paths: Vec<_> = jobs.iter().map(|job| dir.join(format!("{}.toml", job.name))).collect();
    if let Some(path) = paths.iter().find(|path| path.symlink_metadata().is_ok()) {
        return Err(exists(path));
    }
    fs::create_dir_all(dir).map_err(|error| unwritable(dir, &error))?;
    for (job, path) in jobs.iter().zip(&paths) {
        let file = OpenOptions::new().write(true).create_new(true).open(path);
        file.and_then(|mut file| file.write_all(job.toml.as_bytes())).map_err(|error| unwritable(path, &error))?;
    }
    Ok(paths)
}

fn exists(path: &Path) -> CliError {
    CliError::new(
        Exit::Wrong,
        format!("`{}` exists already", path.display()),
        "an import never overwrites a file",
        "remove it, or give --into another directory",
    )
}

fn unwritable(path: &Path, error: &std::io::Error) -> CliError {
    if error.kind() == ErrorKind::AlreadyExists {
        return exists(path);
    }
    let what = format!("cannot write `{}`", path.display());
    CliError::new(Exit::Wrong, what, last_cause(error), "check the path and its permissions")
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP: &str = "sequence: {commands: [{type: ec2-start}]}";

    fn args(dir: &Path, text: &str, into: Option<&str>) -> ImportArgs {
        let file = dir.join("jobs.yaml");
        fs::write(&file, text).unwrap();
        ImportArgs { file, from: Origin::Rundeck, into: into.map(|into| dir.join(into)) }
    }

    #[test]
    fn every_job_gets_its_file_and_no_file_is_written_over() {
        let dir = tempfile::tempdir().unwrap();
        let text = format!("- {{name: A b, {STEP}}}\n- {{name: c, {STEP}}}");
        let import = || args(dir.path(), &text, Some("new/jobs")).import();
        import().unwrap();
        for name in ["a-b", "c"] {
            let text = fs::read_to_string(dir.path().join(format!("new/jobs/{name}.toml"))).unwrap();
            assert!(text.contains(&format!("name = \"{name}\"")), "{text}");
        }
        let (first, second) = (dir.path().join("new/jobs/a-b.toml"), dir.path().join("new/jobs/c.toml"));
        fs::remove_file(&first).unwrap();
        fs::write(&second, "mine").unwrap();
        let error = import().unwrap_err();
        assert_eq!(error.to_string(), format!("`{}` exists already", second.display()));
        assert_eq!(fs::read_to_string(&second).unwrap(), "mine");
        assert!(!first.exists());
    }

    #[test]
    fn several_jobs_need_a_directory() {
        let dir = tempfile::tempdir().unwrap();
        let args = args(dir.path(), &format!("- {{name: a, {STEP}}}\n- {{name: c, {STEP}}}"), None);
        let error = args.import().unwrap_err();
        assert!(error.to_string().ends_with("jobs.yaml` holds 2 jobs"), "{error}");
        assert_eq!(error.exit(), Exit::Wrong);
    }

    #[test]
    fn a_file_that_holds_no_jobs_is_refused_in_three_lines() {
        let dir = tempfile::tempdir().unwrap();
        let error = args(dir.path(), "a: [", None).import().unwrap_err();
        assert_eq!(error.exit(), Exit::Wrong);
        assert_eq!(render::explain(&error).lines().count(), 3);
    }
}
