//! Files in the styles that Rundeck's users have: how many are imported, and how many need a decision.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::{fixture, try_read};

/// The outcome of an import.
fn outcome(file: &str) -> &'static str {
    match try_read(&fixture(&format!("styles/{file}"))) {
        Ok(import) if import.open_places() == 0 => "complete",
        Ok(_) => "to be decided",
        Err(_) => "refused",
    }
}

#[test]
fn so_many_files_are_imported_and_so_many_need_a_decision() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/styles");
    let mut outcomes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        outcomes.entry(outcome(&file)).or_default().push(file);
    }
    outcomes.values_mut().for_each(|files| files.sort());
    assert_eq!(outcomes["refused"], ["broken.yaml", "no-export.yaml", "two-documents.yaml"]);
    let numbers = ["complete", "to be decided"].map(|outcome| outcomes[outcome].len());
    assert_eq!(numbers, [20, 20], "{outcomes:#?}");
}
