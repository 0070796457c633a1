//! `wit/deps/files.wit`: looks at the files in the lent directories of a step, and removes them.

pub(crate) mod list;
pub(crate) mod new_file;

use cap_std::fs::Metadata;
use serde_json::json;
use stepwell_model::action::host;
use stepwell_model::lease::Lease;

use crate::AwsCalls;
use crate::departure::{held_here, unchanged};
use crate::directory::{self, Lender, Want};
use crate::error::FileFault;
use crate::wit::files::{self, Entry, FileError, ListFilesRequest, ListFilesResponse, Removal};

/// Number of names that the journal keeps of a long list: enough to recognise it.
pub(crate) const NAMES_KEPT: usize = 5;

/// Files that one call removes.
const MOST_REMOVALS: usize = 1000;

impl files::Host for AwsCalls<'_> {
    async fn stat(&mut self, path: String) -> Result<Entry, FileFault> {
        let lender = self.lender(host::FILES_STAT)?;
        Ok(on_thread(move || entry(&lender, &path)).await?)
    }

    async fn list_files(&mut self, request: ListFilesRequest) -> Result<ListFilesResponse, FileFault> {
        let lender = self.lender(host::FILES_LIST)?;
        Ok(on_thread(move || list::page(&lender, &request)).await?)
    }

    async fn remove_files(&mut self, removals: Vec<Removal>) -> Result<Vec<Result<(), FileError>>, FileFault> {
        let lender = self.lender(host::FILES_REMOVE)?;
        check(&removals)?;
        if removals.is_empty() {
            return Ok(Vec::new());
        }
        let paths: Vec<_> = removals.iter().take(NAMES_KEPT).map(|removal| &removal.path).collect();
        let names = json!({ "Files": removals.len(), "Paths": paths });
        let remove = |lender: &Lender, lease: &Lease, removal: &Removal| {
            let spot = lender.spot(&removal.path, Want::Write)?;
            held_here(lease).map_err(|error| directory::failed(&removal.path, &unchanged(error)))?;
            spot.remove(removal)
        };
        let change = |lease: Lease| {
            on_thread(move || Ok(removals.iter().map(|removal| remove(&lender, &lease, removal)).collect()))
        };
        Ok(self.change_files(host::FILES_REMOVE, "files:Remove", names, change).await??)
    }

    fn convert_file_error(&mut self, error: FileFault) -> wasmtime::Result<FileError> {
        match error {
            FileFault::Answer(answer) => Ok(answer),
            FileFault::Trap(fault) => Err(fault.into()),
        }
    }
}

/// Bounds the record of a call that needs no grant.
fn check(removals: &[Removal]) -> Result<(), FileError> {
    if removals.len() > MOST_REMOVALS {
        let count = removals.len();
        return Err(FileError::Rejected(format!(
            "{count} are more than the {MOST_REMOVALS} files that can go at once"
        )));
    }
    let longest = removals.iter().map(|removal| removal.path.len()).max().unwrap_or_default();
    directory::check_length(longest)
}

/// The first names of a list.
pub(crate) fn first<T>(names: &[T]) -> &[T] {
    names.get(..NAMES_KEPT).unwrap_or(names)
}

/// Runs work that waits for the disk on a thread of its own.
pub(crate) async fn on_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, FileError> + Send + 'static,
) -> Result<T, FileError> {
    let gone = |error: tokio::task::JoinError| Err(FileError::Failed(format!("it was interrupted: {error}")));
    tokio::task::spawn_blocking(work).await.unwrap_or_else(gone)
}

fn entry(lender: &Lender, path: &str) -> Result<Entry, FileError> {
    if !path.contains('/') {
        return lender.directory(path, Want::Read).map(|_| Entry::Directory);
    }
    let spot = lender.spot(path, Want::Read)?;
    if spot.look().as_ref().is_ok_and(Metadata::is_dir) {
        return Ok(Entry::Directory);
    }
    spot.file().map(Entry::File)
}
