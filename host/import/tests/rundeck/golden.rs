//! Whole files.

use stepwell_import::{Import, import};
use stepwell_model::NextAction as _;
use stepwell_model::job::Job;
use stepwell_model::source::Source;

use super::{fixture, read};

/// The job files without their first two lines, which name the source.
fn bodies(import: &Import) -> Vec<String> {
    let body = |toml: &str| toml.lines().skip(2).collect::<Vec<_>>().join("\n");
    import.jobs.iter().map(|job| body(&job.toml)).collect()
}

#[test]
fn two_jobs_become_the_files_that_people_would_write() {
    let import = import(&Source::new("fleet.yaml", fixture("fleet.yaml"))).unwrap();
    for job in &import.jobs {
        assert_eq!(job.toml, fixture(&format!("{}.toml", job.name)), "{}", job.name);
    }
    let names: Vec<_> = import.jobs.iter().map(|job| job.name.as_str()).collect();
    assert_eq!(names, ["restart-web-fleet", "tell-the-owner"]);
    let notes: String = import.notes.iter().map(|note| format!("{note}\n")).collect();
    assert_eq!(notes, fixture("fleet.notes"));
}

#[test]
fn the_same_jobs_in_json_become_the_same_files() {
    let (yaml, json) = (read(&fixture("fleet.yaml")), read(&fixture("fleet.json")));
    assert_eq!(bodies(&json), bodies(&yaml));
    let texts = |import: &Import| {
        let mut texts: Vec<_> = import.notes.iter().map(|note| (note.what.clone(), note.next.clone())).collect();
        texts.sort();
        texts
    };
    assert_eq!(texts(&json), texts(&yaml));
}

#[test]
fn the_files_are_job_files() {
    for file in ["fleet.yaml", "fleet.json", "every_key.json"] {
        for job in read(&fixture(file)).jobs {
            let source = Source::new(format!("{}.toml", job.name), job.toml);
            let read = Job::read(source).unwrap_or_else(|error| panic!("{}", error.explain()));
            assert_eq!(read.name, job.name);
        }
    }
}
