//! `cargo xtask models`: the models of all AWS services, from botocore's files to the archive that the host embeds.
//!
//! [`make`] does nothing when the archive is up to date, so every task that builds the host calls it.

mod error;
mod files;
mod iam;
mod pages;
mod partitions;
mod problem;
mod repeat;
mod rules;
mod service;
mod shapes;
mod single;
mod source;
mod suite;
mod summary;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use sha2::{Digest as _, Sha256};
use stepwell_generic::archive::{self, FORMAT};
use stepwell_generic::model::Service;

use crate::console;
use crate::python::Venv;
use crate::repository;
pub use error::ModelsError;
use files::{Botocore, ServiceFolder};
pub use problem::Problem;
use service::Knowledge;
pub use single::service_of;
pub use suite::botocore_tests;

/// What decides about the contents of the archive, besides botocore's files: their version, and all code that converts
/// them. A change of any of them makes the archive again.
const INPUTS: [&str; 19] = [
    include_str!("models/requirements.txt"),
    include_str!("models.rs"),
    include_str!("models/files.rs"),
    include_str!("models/iam.rs"),
    include_str!("models/pages.rs"),
    include_str!("models/partitions.rs"),
    include_str!("models/repeat.rs"),
    include_str!("models/rows/iam.toml"),
    include_str!("models/rows/repeat.toml"),
    include_str!("models/rules.rs"),
    include_str!("models/service.rs"),
    include_str!("models/shapes.rs"),
    include_str!("models/source.rs"),
    include_str!("models/summary.rs"),
    include_str!("../../generic/src/model.rs"),
    include_str!("../../generic/src/endpoint/partition.rs"),
    include_str!("../../generic/src/endpoint/rules.rs"),
    include_str!("../../generic/src/archive.rs"),
    include_str!("../../generic/src/archive/write.rs"),
];

/// The archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Its file.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// The number of its services. None: it was up to date.
    pub services: Option<usize>,
}

/// Makes the archive, unless it is up to date.
///
/// The first time it needs Python and the network, and takes half a minute.
///
/// # Errors
///
/// When botocore cannot be installed, or has something in its files that the converter does not know.
pub fn make() -> Result<Made, ModelsError> {
    let folder = repository::root().join("target/models");
    let (path, stamp) = (folder.join("aws.models"), folder.join("aws.models.inputs"));
    let digest = digest();
    fs::create_dir_all(&folder).map_err(ModelsError::file(&folder))?;
    let _only_one_makes_it = locked(&folder.join("lock"))?;
    let is_current = fs::read_to_string(&stamp).is_ok_and(|inputs| inputs == digest);
    if let (true, Ok(found)) = (is_current, fs::metadata(&path)) {
        return Ok(Made { path, size: found.len(), services: None });
    }
    console::line("the models of AWS's services are made from botocore …");
    let venv = Venv::for_models()?;
    let botocore = Botocore::installed(&venv)?;
    let services = convert_all(&botocore, &knowledge(&botocore)?)?;
    let partitions = botocore.read(&botocore.partitions(), partitions::parse)?;
    let bytes = archive::write(&botocore.version, &services, &partitions).map_err(ModelsError::file(&path))?;
    replace(&path, &bytes)?;
    // Written last, so that an interrupted conversion does not count as complete.
    replace(&stamp, digest.as_bytes())?;
    Ok(Made { path, size: bytes.len() as u64, services: Some(services.len()) })
}

fn digest() -> String {
    let mut hash = Sha256::new();
    hash.update(FORMAT.to_le_bytes());
    for input in INPUTS {
        hash.update((input.len() as u64).to_le_bytes());
        hash.update(input);
    }
    text(hash)
}

fn text(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The SHA-256 digest.
fn hex(bytes: &[u8]) -> String {
    text(Sha256::new_with_prefix(bytes))
}

/// The lock ends with the file handle, also when this process is killed.
fn locked(path: &Path) -> Result<File, ModelsError> {
    let file = File::create(path).map_err(ModelsError::file(path))?;
    file.lock().map_err(ModelsError::file(path))?;
    Ok(file)
}

/// Replaces a file by one with these contents; a reader sees the old one or the new one.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), ModelsError> {
    let folder = path.parent().unwrap_or(path);
    let mut builder = tempfile::Builder::new();
    let mut file = builder.permissions(readable()).tempfile_in(folder).map_err(ModelsError::file(folder))?;
    file.write_all(bytes).map_err(ModelsError::file(path))?;
    file.persist(path).map_err(|error| ModelsError::file(path)(error.error))?;
    Ok(())
}

/// As other files of a build, and unlike other temporary ones, everybody may read it.
fn readable() -> fs::Permissions {
    fs::Permissions::from_mode(0o644)
}

/// Reads IAM's definitions and the reviewed rows.
fn knowledge(botocore: &Botocore) -> Result<Knowledge, ModelsError> {
    let definitions = botocore.read(&botocore.iam_definitions(), iam::Definitions::parse)?;
    let actions = iam::Rows::parse(include_str!("models/rows/iam.toml"), &definitions).map_err(rows("iam.toml"))?;
    let classes = repeat::Rows::parse(include_str!("models/rows/repeat.toml")).map_err(rows("repeat.toml"))?;
    Ok(Knowledge { definitions, actions, classes })
}

fn rows(name: &'static str) -> impl FnOnce(Problem) -> ModelsError {
    move |problem| ModelsError::Rows { name, problem }
}

/// Refuses rows about what the models do not have: it was renamed, and has to be reviewed again.
fn check_rows(knowledge: &Knowledge, services: &[Service]) -> Result<(), ModelsError> {
    let names: BTreeSet<_> = services.iter().map(|service| service.name.as_str()).collect();
    let of = |service: &Service| {
        let name = service.name.clone();
        service.operations.iter().map(move |operation| format!("{name}:{}", operation.name)).collect::<Vec<_>>()
    };
    let operations = services.iter().flat_map(of).collect();
    let unknown = |found: Option<String>| found.map(|found| Problem::new("the models do not have it").inside(&found));
    match unknown(knowledge.actions.unknown(&operations, &names)) {
        Some(problem) => Err(rows("iam.toml")(problem)),
        None => {
            unknown(knowledge.classes.unknown(&operations)).map_or(Ok(()), |problem| Err(rows("repeat.toml")(problem)))
        }
    }
}

/// Converts all services, on all cores.
fn convert_all(botocore: &Botocore, knowledge: &Knowledge) -> Result<Vec<Service>, ModelsError> {
    let folders = Mutex::new(botocore.services()?);
    let next = || folders.lock().ok().and_then(|mut folders| folders.pop());
    let work = || {
        let mut services = Vec::new();
        while let Some(folder) = next() {
            services.push(convert(botocore, knowledge, &folder)?);
        }
        Ok(services)
    };
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let converted: Result<Vec<_>, ModelsError> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    let mut services = converted?.concat();
    services.sort_by(|a, b| a.name.cmp(&b.name));
    check_rows(knowledge, &services)?;
    Ok(services)
}

fn convert(botocore: &Botocore, knowledge: &Knowledge, folder: &ServiceFolder) -> Result<Service, ModelsError> {
    let endpoints = botocore.read(&folder.file("endpoint-rule-set-1"), rules::parse)?;
    let mut service = botocore.read(&folder.file("service-2"), |json| {
        let mut source = serde_json::from_value(json)?;
        knowledge.classes.mark_tokens(&folder.name, &mut source)?;
        service::convert(knowledge, &folder.name, &source, endpoints)
    })?;
    if let Some(file) = botocore.optional(folder, "paginators-1") {
        botocore.read(&file, |json| pages::add_paginators(&mut service, json))?;
    }
    if let Some(file) = botocore.optional(folder, "waiters-2") {
        botocore.read(&file, |json| pages::add_waiters(&mut service, json))?;
    }
    Ok(service)
}

#[cfg(test)]
mod tests;
