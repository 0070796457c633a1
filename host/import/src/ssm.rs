//! Automation documents of AWS Systems Manager (`schemaVersion` 0.3) as job files.
//!
//! A step that calls an operation becomes a step `aws:SERVICE/Operation`, whose request has the types of AWS's model. Jumps
//! (`aws:branch`, `nextStep`, `isEnd`, `onFailure`) become `when`. A step without a counterpart uses a plugin that does not
//! exist, so that `job check` refuses the job until somebody has decided about the step.

mod actions;
mod branch;
mod document;
mod error;
mod flow;
mod graph;
mod job;
mod operation;
mod parameters;
mod plugins;
mod property;
mod reference;
mod request;
mod selector;
mod steps;

use std::path::Path;

use stepwell_generic::archive::Archive;
use stepwell_model::source::Source;

use crate::names::job_name;
use crate::note::Notes;
use crate::yaml::{self, Format};
use crate::{Import, ImportedJob};

pub use error::SsmError;

/// Reads an Automation document. The shipped models have the operations that its steps call.
///
/// # Errors
/// When the text is neither YAML nor JSON, is no Automation document, exceeds a limit, or has steps that contradict each
/// other.
pub fn import(source: &Source) -> Result<Import, SsmError> {
    let root = yaml::load(source).map_err(SsmError::File)?;
    let notes = Notes::new(&source.name);
    let document = document::read(&root, &notes)?;
    let graph = graph::read(&document, &notes)?;
    let stem = Path::new(&source.name).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let name = job_name(stem).parse().map_err(|_| SsmError::Name { file: source.name.clone() })?;
    let toml = job::write(&name, &document, &graph, source, Archive::shipped(), &notes);
    yaml::note_unread(&root, Format { advice: actions::advice_on_key, has_more_flags: false }, &notes);
    Ok(Import { jobs: vec![ImportedJob { name, toml }], notes: notes.into_sorted() })
}
