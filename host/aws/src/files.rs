//! `wit/files.wit`: what lies in the directories that are lent to a step, and how it goes away.

use cap_std::fs::Metadata;
use serde_json::json;

use crate::AwsCalls;
use crate::directory::{self, Lender, Want};
use crate::error::FileFault;
use crate::wit::stepwell::step::files::{self, Entry, FileError, ListFilesRequest, ListFilesResponse};

/// How many of many names the journal keeps: enough to recognise what was meant.
pub(crate) const NAMES_KEPT: usize = 5;

impl files::Host for AwsCalls<'_> {
    async fn stat(&mut self, path: String) -> Result<Entry, FileFault> {
        let lender = self.lender("files", "stat")?;
        Ok(on_thread(move || entry(&lender, &path)).await?)
    }

    async fn list_files(&mut self, request: ListFilesRequest) -> Result<ListFilesResponse, FileFault> {
        let lender = self.lender("files", "list-files")?;
        Ok(on_thread(move || directory::list(&lender, &request)).await?)
    }

    async fn remove_files(&mut self, paths: Vec<String>) -> wasmtime::Result<Vec<Result<(), FileError>>> {
        let lender = self.lender("files", "remove-files")?;
        if paths.is_empty() {
            return Ok(Vec::new());
        }
        let names = json!({ "Files": paths.len(), "Paths": first(&paths) });
        let remove = |lender: &Lender, path: &str| lender.spot(path, Want::Write)?.remove();
        let change = || async move {
            let (count, lender) = (paths.len(), lender);
            let removed = on_thread(move || Ok(paths.iter().map(|path| remove(&lender, path)).collect::<Vec<_>>()));
            removed.await.unwrap_or_else(|error| vec![Err(error); count])
        };
        Ok(self.change_files(("remove-files", "files:Remove"), names, change).await?)
    }

    fn convert_file_error(&mut self, error: FileFault) -> wasmtime::Result<FileError> {
        match error {
            FileFault::Answer(answer) => Ok(answer),
            FileFault::Trap(fault) => Err(fault.into()),
        }
    }
}

/// The first of many names.
pub(crate) fn first<T>(names: &[T]) -> &[T] {
    names.get(..NAMES_KEPT).unwrap_or(names)
}

/// Disks make one wait, and nobody else should.
pub(crate) async fn on_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, FileError> + Send + 'static,
) -> Result<T, FileError> {
    let gone = |error: tokio::task::JoinError| Err(FileError::Failed(format!("it was broken off: {error}")));
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
