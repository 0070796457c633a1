//! A new project: a directory with a `project.toml`, a first job, and the schemas by which an editor completes both.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use stepwell_model::error::last_cause;
use stepwell_model::file_schema;

use crate::error::HomeError;

/// The directory of the schemas.
const SCHEMAS: &str = ".stepwell";

/// The first job. It only reads.
const FIRST_JOB: &str = "list-instances.toml";

/// Makes a directory a project, and returns the paths of the files that it made. Other files of the directory stay.
///
/// # Errors
/// When the directory is a project already, one of the files exists, or it cannot be written.
pub fn init(directory: &Path) -> Result<Vec<PathBuf>, HomeError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error: std::io::Error| HomeError::Unwritable { path, reason: last_cause(&error) }
    };
    fs::create_dir_all(directory).map_err(failed(directory))?;
    let real = directory.canonicalize().map_err(failed(directory))?;
    let files = [
        ("project.toml", project_file(&project_name(&real))),
        (FIRST_JOB, job_file()),
        (&*format!("{SCHEMAS}/job.schema.json"), format!("{:#}\n", file_schema::job())),
        (&*format!("{SCHEMAS}/project.schema.json"), format!("{:#}\n", file_schema::project())),
    ]
    .map(|(name, text)| (directory.join(name), text));
    // Before the first file is made, so that there are all or none.
    if let Some((path, _)) = files.iter().find(|(path, _)| path.symlink_metadata().is_ok()) {
        return Err(HomeError::Exists { path: path.clone() });
    }
    let schemas = directory.join(SCHEMAS);
    fs::create_dir_all(&schemas).map_err(failed(&schemas))?;
    for (path, text) in &files {
        let mut file =
            OpenOptions::new().write(true).create_new(true).open(path).map_err(|error| match error.kind() {
                ErrorKind::AlreadyExists => HomeError::Exists { path: path.clone() },
                _ => failed(path)(error),
            })?;
        file.write_all(text.as_bytes()).map_err(failed(path))?;
    }
    Ok(files.map(|(path, _)| path).into())
}

/// The name of the directory, as far as a project can have it.
fn project_name(directory: &Path) -> String {
    let name = directory.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let name: String = name.chars().map(|c| if is_allowed(c) { c } else { '-' }).collect();
    let name = name.trim_matches(['-', '.', '_']);
    if name.is_empty() { "project".to_owned() } else { name.to_owned() }
}

fn project_file(name: &str) -> String {
    format!(
        r##"#:schema ./{SCHEMAS}/project.schema.json
name = "{name}"

# The region and credentials of its jobs; without them, AWS_PROFILE, AWS_REGION and their like decide.
# [aws]
# region = "eu-central-1"

# What plugins may do that do not ship with Stepwell, and steps that call an operation of AWS:
# [grants."aws"]
# allow = ["dynamodb:UpdateTable"]
"##
    )
}

fn job_file() -> String {
    format!(
        r##"#:schema ./{SCHEMAS}/job.schema.json
name = "list-instances"
description = "List the instances of an environment"

[options.environment]
description = "The value of the tag Environment"
default = "test"

[[steps]]
id = "list"
uses = "ec2-list"
with = {{ tags = {{ Environment = "${{options.environment}}" }}, states = ["running", "stopped"] }}

[outputs]
ids = "${{steps.list.outputs.instance_ids}}"
"##
    )
}

#[cfg(test)]
mod tests {
    use stepwell_model::job::Job;
    use stepwell_model::settings::Project;
    use stepwell_model::source::Source;

    use super::*;

    #[test]
    fn a_new_project_has_the_name_of_its_directory_as_far_as_it_is_one() {
        for (directory, name) in
            [("/srv/web", "web"), ("/srv/my web (2)", "my-web--2"), ("/", "project"), ("/x/…", "project")]
        {
            assert_eq!(project_name(Path::new(directory)), name);
            let project = Project::read(Source::new("project.toml", project_file(name))).expect("it is valid");
            assert_eq!(project.name, name);
        }
        Job::read(Source::new(FIRST_JOB, job_file())).expect("it is valid");
    }

    #[test]
    fn a_new_project_replaces_no_file() {
        let directory = tempfile::tempdir().expect("there is room");
        let job = directory.path().join(FIRST_JOB);
        fs::write(&job, "mine").expect("there is room");
        assert!(matches!(init(directory.path()), Err(HomeError::Exists { path }) if path == job));
        assert_eq!(fs::read_dir(directory.path()).expect("it is there").count(), 1);
        fs::remove_file(&job).expect("it is there");
        assert_eq!(init(directory.path()).expect("it is free").len(), 4);
        assert!(matches!(init(directory.path()), Err(HomeError::Exists { .. })));
    }
}
