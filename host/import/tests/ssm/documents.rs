//! Whole documents, with the job files and the notes that people can compare with them.

use std::fs;
use std::path::{Path, PathBuf};

use stepwell_import::{Import, import_ssm};
use stepwell_model::NextAction as _;
use stepwell_model::job::Job;
use stepwell_model::source::Source;

/// The documents beside these tests.
fn documents() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ssm/documents");
    let files = fs::read_dir(&folder).expect("it is there").map(|entry| entry.expect("it can be read").path());
    let is_document = |path: &PathBuf| path.extension().is_some_and(|end| end == "yaml" || end == "json");
    let mut files: Vec<_> = files.filter(is_document).collect();
    files.sort();
    files
}

fn read(path: &Path) -> Import {
    let name = path.file_name().and_then(|name| name.to_str()).expect("it has one");
    let text = fs::read_to_string(path).expect("it can be read");
    import_ssm(&Source::new(name, text)).unwrap_or_else(|error| panic!("{name}: {}", error.explain()))
}

/// Compares with a file beside the document. `STEPWELL_BLESS=1` writes it.
fn compare(path: &Path, end: &str, text: &str) {
    let path = path.with_extension(end);
    if std::env::var_os("STEPWELL_BLESS").is_some() {
        fs::write(&path, text).expect("it can be written");
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, expected, "{}", path.display());
}

#[test]
fn every_document_becomes_the_job_file_and_the_notes_beside_it() {
    assert!(documents().len() >= 12);
    for path in documents() {
        let import = read(&path);
        let [job] = import.jobs.as_slice() else { panic!("{}", path.display()) };
        compare(&path, "toml", &job.toml);
        let notes: String = import.notes.iter().map(|note| format!("{note}\n")).collect();
        compare(&path, "notes", &notes);
    }
}

#[test]
fn every_job_file_can_be_read() {
    for path in documents() {
        for job in read(&path).jobs {
            let source = Source::new(format!("{}.toml", job.name), job.toml.clone());
            let read = Job::read(source).unwrap_or_else(|error| panic!("{}\n{}", error.explain(), job.toml));
            assert_eq!(read.name, job.name);
        }
    }
}
