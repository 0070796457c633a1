//! botocore's own tests of protocols and endpoint rules.

use std::fs;
use std::path::{Path, PathBuf};

use super::error::ModelsError;
use super::{hex, locked, replace};
use crate::python::Venv;
use crate::repository;

const REQUIREMENTS: &str = include_str!("tests-requirements.txt");

/// Unpacks what is needed of the source distribution: 30 of its 220 MB.
const UNPACK: &str = "
import sys, tarfile
archive, folder = sys.argv[1:]
wanted = ('tests/functional/endpoint-rules/', 'tests/unit/protocols/')
with tarfile.open(archive) as tar:
    for member in tar:
        member.name = member.name.partition('/')[2]
        if member.isfile() and member.name.startswith(wanted) and '..' not in member.name:
            tar.extract(member, folder)
";

/// The folder of botocore's tests: `functional/endpoint-rules` and `unit/protocols` are in it. Downloads them when they
/// are missing.
///
/// # Errors
///
/// When pip cannot download the pinned source distribution, or it has no such tests.
pub fn botocore_tests() -> Result<PathBuf, ModelsError> {
    let home = repository::root().join("target/models");
    let digest = hex(REQUIREMENTS.as_bytes());
    let folder = home.join(format!("botocore-{}", digest.get(..12).unwrap_or(&digest)));
    let (tests, complete) = (folder.join("tests"), folder.join("complete"));
    fs::create_dir_all(&home).map_err(ModelsError::file(&home))?;
    let _only_one_makes_it = locked(&home.join("lock"))?;
    if complete.is_file() {
        return Ok(tests);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(ModelsError::file(&folder))?;
    }
    fs::create_dir_all(&folder).map_err(ModelsError::file(&folder))?;
    let venv = Venv::for_models()?;
    let requirements = repository::root().join("host/xtask/src/models/tests-requirements.txt");
    venv.download_sources(&requirements, &folder)?;
    venv.run_script(UNPACK, &[&downloaded(&folder)?, &folder])?;
    for part in ["functional/endpoint-rules", "unit/protocols"] {
        if !tests.join(part).is_dir() {
            return Err(ModelsError::NotInstalled { package: "botocore", folder: tests.join(part) });
        }
    }
    replace(&complete, b"")?;
    Ok(tests)
}

fn downloaded(folder: &Path) -> Result<PathBuf, ModelsError> {
    let entries = fs::read_dir(folder).map_err(ModelsError::file(folder))?;
    let mut paths = entries.filter_map(Result::ok).map(|entry| entry.path());
    let found = paths.find(|path| path.extension().is_some_and(|extension| extension == "gz"));
    found.ok_or_else(|| ModelsError::NotInstalled { package: "botocore", folder: folder.to_owned() })
}
