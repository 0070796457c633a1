//! Transfers of many files, with a canned S3.

mod batches;
mod copies;
mod downloads;
mod uploads;

use std::fs;
use std::sync::Arc;

use serde_json::json;
use stepwell_model::event::What;
use stepwell_model::settings::Level;
use tempfile::TempDir;

use super::canned_s3::{Asked, CannedS3, Fault, Held};
use super::directory::{lending, lent};
use super::support::MemoryJournal;
use crate::error::HostError;
use crate::wit::files::FileError;
use crate::wit::s3::{Download, Host as _, ObjectCopy, ObjectSettings, TransferError, Upload};
use crate::wit::types::{CallError, CallErrorKind};
use crate::{AwsCalls, StepAws};

const MIB: usize = 1 << 20;

/// A step with a directory `site`, and its S3.
struct Moves {
    s3: CannedS3,
    site: TempDir,
    step: StepAws,
    kept: Arc<MemoryJournal>,
}

type Outcomes = Result<Vec<Result<u64, TransferError>>, HostError>;

impl Moves {
    fn with(s3: CannedS3) -> Self {
        let site = tempfile::tempdir().unwrap();
        let (step, kept) = s3.step(lending("site", lent(site.path(), true, Level::System)));
        Self { s3, site, step, kept }
    }

    fn file(&self, path: &str, bytes: &[u8]) {
        fs::write(self.site.path().join(path), bytes).unwrap();
    }

    fn read(&self, path: &str) -> Vec<u8> {
        fs::read(self.site.path().join(path)).unwrap()
    }

    /// All names in the directory.
    fn names(&self) -> Vec<String> {
        let names = fs::read_dir(self.site.path()).unwrap();
        let mut names: Vec<_> = names.map(|name| name.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    async fn upload(&mut self, paths: &[&str]) -> Outcomes {
        let upload = |path: &&str| Upload {
            path: format!("site/{path}"),
            bucket: "example".to_owned(),
            key: (*path).to_owned(),
        };
        AwsCalls::new(Some(&mut self.step)).upload_files(paths.iter().map(upload).collect()).await
    }

    async fn download(&mut self, keys: &[&str]) -> Outcomes {
        let download =
            |key: &&str| Download { bucket: "example".to_owned(), key: (*key).to_owned(), path: format!("site/{key}") };
        AwsCalls::new(Some(&mut self.step)).download_files(keys.iter().map(download).collect()).await
    }

    async fn copy(&mut self, keys: &[&str]) -> Result<Vec<Result<u64, CallError>>, HostError> {
        let copy = |key: &&str| ObjectCopy {
            source_bucket: "source".to_owned(),
            source_key: (*key).to_owned(),
            bucket: "example".to_owned(),
            key: format!("copy/{key}"),
        };
        AwsCalls::new(Some(&mut self.step)).copy_objects(keys.iter().map(copy).collect()).await
    }

    async fn copy_with(
        &mut self,
        keys: &[&str],
        settings: ObjectSettings,
    ) -> Result<Vec<Result<u64, CallError>>, HostError> {
        let copy = |key: &&str| ObjectCopy {
            source_bucket: "source".to_owned(),
            source_key: (*key).to_owned(),
            bucket: "example".to_owned(),
            key: format!("copy/{key}"),
        };
        AwsCalls::new(Some(&mut self.step)).copy_objects_with(keys.iter().map(copy).collect(), settings).await
    }
}

/// Bytes without repetition.
fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|at| (at % 251) as u8 ^ (at >> 12) as u8).collect()
}

fn call(error: &TransferError) -> &CallError {
    match error {
        TransferError::Call(error) => error,
        TransferError::File(error) => panic!("{error:?}"),
    }
}

fn sizes(outcomes: &[Result<u64, TransferError>]) -> Vec<Option<u64>> {
    outcomes.iter().map(|outcome| outcome.as_ref().ok().copied()).collect()
}
