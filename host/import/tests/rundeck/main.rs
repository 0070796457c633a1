//! Rundeck's files, and the job files that the import makes of them.

// For clippy, which lets tests panic.
#![cfg(test)]

mod decisions;
mod every_key;
mod golden;
mod jobs;
mod options;
mod payloads;
mod properties;
mod references;
mod refusals;
mod steps;
mod styles;
mod xml;

use std::fs;
use std::path::Path;

use stepwell_import::{Import, ImportError, import};
use stepwell_model::source::Source;

/// Reads a file beside these tests.
fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn try_read(text: &str) -> Result<Import, ImportError> {
    import(&Source::new("jobs.yaml", text))
}

/// Imports a valid file, and asserts that every job file is TOML.
fn read(text: &str) -> Import {
    let import = try_read(text).unwrap_or_else(|error| panic!("{error}: {error:?} in\n{text}"));
    for job in &import.jobs {
        assert!(job.toml.parse::<toml::Table>().is_ok(), "{}", job.toml);
    }
    import
}

/// A job with these lines, and with the keys that every job has.
fn job(lines: &str) -> String {
    let step = "{type: ec2-start, configuration: {instanceId: i-1}}";
    let sequence =
        if lines.contains("sequence:") { String::new() } else { format!("sequence: {{commands: [{step}]}}\n") };
    format!("name: a\n{sequence}{lines}\n")
}

/// The only job of a file, and the notes.
fn only(text: &str) -> (toml::Table, Vec<String>) {
    let import = read(text);
    let [job] = import.jobs.as_slice() else { panic!("{} jobs", import.jobs.len()) };
    let notes = import.notes.iter().map(ToString::to_string).collect();
    (job.toml.parse().unwrap(), notes)
}

/// The value at a path of a job file, as TOML.
fn at(table: &toml::Table, path: &str) -> Option<String> {
    let mut parts = path.split('.');
    let mut value = table.get(parts.next().unwrap())?;
    for part in parts {
        value = match part.parse::<usize>() {
            Ok(index) => value.as_array()?.get(index)?,
            Err(_) => value.as_table()?.get(part)?,
        };
    }
    Some(value.to_string())
}
