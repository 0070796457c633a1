//! Rundeck's job definitions and the Automation documents of AWS Systems Manager (YAML and JSON) as job files, with a note
//! for everything that a job file cannot say.
//!
//! Every key is either carried over or noted: the YAML tree records which values were read (`yaml.rs`), and every unread
//! value becomes a note. Keys without a value and blank texts have no note, because Rundeck ignores them too.

#![warn(missing_docs)]

mod capture;
mod catalogue;
mod error;
mod job;
mod job_file;
mod names;
mod note;
mod options;
mod order;
mod properties;
mod reference;
mod ssm;
mod steps;
mod toml;
mod translate;
mod words;
mod yaml;

use std::collections::BTreeSet;

use stepwell_model::id::JobName;
use stepwell_model::source::Source;

use crate::job::{Job, JobNames};
use crate::note::Notes;
use crate::yaml::{Format, Node};

pub use catalogue::{Kind, Plugin, Property};
pub use error::ImportError;
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
/// When the text is neither YAML nor JSON, holds no jobs, or exceeds a limit.
pub fn import(source: &Source) -> Result<Import, ImportError> {
    let root = yaml::load(source)?;
    let notes = Notes::new(&source.name);
    let nodes: Vec<&Node> = root.items().map_or_else(|| vec![&root], |items| items.iter().collect());
    let mut names = JobNames::default();
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
    let write =
        |job: &Job<'_>| ImportedJob { name: job.name.clone(), toml: job_file::write(job, &read, &source.name, &notes) };
    let jobs = read.iter().map(write).collect();
    let format = Format { advice: note::advice_on_key, has_more_flags: true };
    read.iter().for_each(|job| yaml::note_unread(job.node, format, &notes));
    Ok(Import { jobs, notes: notes.into_sorted() })
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
