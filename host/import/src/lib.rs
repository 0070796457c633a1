//! Rundeck's job definitions (YAML, JSON and XML) and the Automation documents of AWS Systems Manager (YAML and JSON) as job
//! files, with a note for everything that a job file cannot say.
//!
//! Every key is either carried over or noted: the YAML tree records which values were read (`yaml.rs`), and every unread
//! value becomes a note. Keys without a value and blank texts have no note, because Rundeck ignores them too.

#![warn(missing_docs)]

mod capture;
mod catalogue;
mod dates;
mod error;
mod identity;
mod job;
mod job_file;
mod names;
mod note;
mod options;
mod order;
mod payload;
mod properties;
mod reference;
mod ssm;
mod steps;
mod toml;
mod translate;
mod undecided;
mod words;
mod xml;
mod yaml;

use std::collections::BTreeSet;

use stepwell_model::NextAction as _;
use stepwell_model::id::JobName;
use stepwell_model::source::Source;

use crate::job::{Job, JobNames, Jobs};
use crate::note::Notes;
use crate::yaml::{FORMAT, Node};

pub use catalogue::{Kind, NOT_RUNDECKS, Plugin, Property};
pub use error::ImportError;
pub use identity::{Identity, Need, Neighbor};
pub use note::Note;
pub use ssm::{SsmError, import as import_ssm};

/// The jobs of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The jobs, in the order of the file.
    pub jobs: Vec<ImportedJob>,
    /// What the operator has to know or do, in the order of the file.
    pub notes: Vec<Note>,
}

impl Import {
    /// The number of places that somebody has to decide about before the jobs are complete.
    pub fn open_places(&self) -> usize {
        self.notes.iter().filter(|note| note.is_open).map(|note| &note.place).collect::<BTreeSet<_>>().len()
    }
}

/// A job file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedJob {
    /// The name of the job, and of its file without `.toml`.
    pub name: JobName,
    /// The content of the file.
    pub toml: String,
}

/// Steps, or options, that a job may have: five times as many as the longest runbooks have.
pub(crate) const MOST: usize = 500;

/// Reads Rundeck's job definitions.
///
/// # Errors
/// When the text is neither YAML nor JSON nor XML, holds no jobs, or exceeds a limit.
pub fn import(source: &Source) -> Result<Import, ImportError> {
    import_beside(source, &[])
}

/// Reads Rundeck's job definitions for a directory with these job files, whose jobs the new ones may use.
///
/// # Errors
/// Those of [`import`].
pub fn import_beside(source: &Source, neighbors: &[Neighbor]) -> Result<Import, ImportError> {
    let root = if xml::is_xml(&source.text) { xml::load(source) } else { yaml::load(source) }?;
    let notes = Notes::new(&source.name);
    let nodes: Vec<&Node> = root.items().map_or_else(|| vec![&root], |items| items.iter().collect());
    let mut names = JobNames::new(neighbors);
    let mut read = Vec::new();
    for node in nodes {
        let place = || notes.place(node.at);
        if node.entries().is_none() {
            return Err(ImportError::NoJobs { place: place(), found: node.kind() });
        }
        if node.child("sequence").is_none() {
            let is_document = node.glance("schemaVersion").is_some();
            return Err(ImportError::NoJob { place: place(), key: "sequence", is_document });
        }
        check_size(node, &notes)?;
        let job = Job::read(node, &mut names, &notes);
        read.push(job.ok_or_else(|| ImportError::NoJob { place: place(), key: "name", is_document: false })?);
    }
    let read = Jobs::new(read, names);
    let jobs = read.iter().map(|job| write(job, &read, &source.name, &notes)).collect();
    read.iter().for_each(|job| yaml::note_unread(job.node, FORMAT, &notes));
    Ok(Import { jobs, notes: notes.into_sorted() })
}

/// Writes a job file. One that `job check` refuses, although no note says so, gets a note.
fn write(job: &Job<'_>, jobs: &Jobs<'_>, file: &str, notes: &Notes) -> ImportedJob {
    let before = notes.count();
    let toml = job_file::write(job, jobs, file, notes);
    let is_told = job.is_open || notes.has_open_since(before);
    if let Some(error) = stepwell_model::job::Job::read(Source::new(format!("{}.toml", job.name), toml.as_str())).err()
        && !is_told
    {
        notes.leave_open(job.node.at, format!("`job check` refuses the job: {error}"), error.next());
    }
    ImportedJob { name: job.name.clone(), toml }
}

fn check_size(job: &Node, notes: &Notes) -> Result<(), ImportError> {
    let sequence = job.child("sequence");
    let commands = sequence.and_then(|sequence| sequence.child("commands").or(Some(sequence)));
    for (what, node) in [("steps", commands), ("options", job.child("options"))] {
        if let Some(node) = node.filter(|node| node.len() > MOST) {
            return Err(ImportError::TooMany { what, place: notes.place(node.at), most: MOST });
        }
    }
    Ok(())
}
