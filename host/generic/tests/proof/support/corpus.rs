//! What botocore makes of samples: one Python process writes it once, and it is kept while its inputs stay the same.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};
use stepwell_xtask::python::Venv;
use stepwell_xtask::repository;

/// The samples depend on them.
const INPUTS: [&str; 4] = [
    include_str!("../peers/corpus.py"),
    include_str!("../peers/samples.py"),
    include_str!("../../../../xtask/src/models/requirements.txt"),
    include_str!("../../../../../tests/requirements.txt"),
];

/// The lines of a file of the corpus: `requests`, `responses`, `errors` or `skipped`.
pub fn lines(kind: &str) -> impl Iterator<Item = Json> {
    every(1, kind)
}

/// One line of each `step`.
pub fn every(step: usize, kind: &str) -> impl Iterator<Item = Json> {
    let file = BufReader::new(File::open(made().join(kind)).unwrap());
    file.lines().step_by(step).map(|line| serde_json::from_str(&line.unwrap()).unwrap())
}

/// The folder of the corpus.
fn made() -> PathBuf {
    let home = repository::root().join("target/models");
    fs::create_dir_all(&home).unwrap();
    let lock = File::create(home.join("peers.lock")).unwrap();
    lock.lock().unwrap();
    let folder = home.join(format!("peers-{}", digest()));
    let complete = folder.join("complete");
    if !complete.is_file() {
        forget(&home);
        fs::create_dir_all(&folder).unwrap();
        make(&folder);
        // Written last, so that an interrupted run does not count as complete.
        fs::write(complete, "").unwrap();
    }
    folder
}

/// Removes what earlier inputs made.
fn forget(home: &Path) {
    for entry in fs::read_dir(home).unwrap().filter_map(Result::ok) {
        if entry.file_name().to_string_lossy().starts_with("peers-") {
            fs::remove_dir_all(entry.path()).unwrap();
        }
    }
}

fn digest() -> String {
    let mut hash = Sha256::new();
    for input in INPUTS {
        hash.update((input.len() as u64).to_le_bytes());
        hash.update(input);
    }
    hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// Runs the script with the packages of the tests (moto) and, before them, the botocore that the models come from.
fn make(folder: &Path) {
    let (tests, models) = (Venv::for_tests().unwrap(), Venv::for_models().unwrap());
    let mut python: Command = tests.command();
    python.env("PYTHONPATH", models.packages().unwrap()).env("PYTHONDONTWRITEBYTECODE", "1");
    python.arg(repository::root().join("host/generic/tests/proof/peers/corpus.py")).arg(folder);
    let processes = std::thread::available_parallelism().map_or(2, usize::from);
    let output = python.arg(processes.to_string()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
