//! Every key is imported or has a note. The fixture has every key that Rundeck writes.

use serde_json::{Value as Json, json};
use stepwell_import::Import;

use super::{fixture, read, try_read};

/// JSON pointers to every map, with the keys of each.
fn maps(value: &Json, pointer: &str, found: &mut Vec<(String, Vec<String>)>) {
    match value {
        Json::Object(entries) => {
            found.push((pointer.to_owned(), entries.keys().cloned().collect()));
            for (key, child) in entries {
                maps(child, &format!("{pointer}/{key}"), found);
            }
        }
        Json::Array(items) => {
            for (index, child) in items.iter().enumerate() {
                maps(child, &format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}

fn every_map() -> (Json, Vec<(String, Vec<String>)>) {
    let document: Json = serde_json::from_str(&fixture("every_key.json")).unwrap();
    let mut found = Vec::new();
    maps(&document, "", &mut found);
    (document, found)
}

/// The job files and the notes, without their places.
fn outcome(import: &Import) -> (Vec<String>, Vec<String>) {
    let mut notes: Vec<_> = import.notes.iter().map(|note| format!("{}; {}", note.what, note.next)).collect();
    notes.sort();
    let body = |toml: &str| toml.lines().skip(2).collect::<Vec<_>>().join("\n");
    (import.jobs.iter().map(|job| body(&job.toml)).collect(), notes)
}

/// Maps that are not imported and have one note for all of their keys.
const LEFT_OUT: [&str; 16] = [
    "/0/schedule",
    "/0/nodefilters",
    "/0/notification",
    "/0/orchestrator",
    "/0/plugins",
    "/0/runnerSelector",
    "/0/options/1/configRemoteUrl",
    "/0/sequence/pluginConfig/LogFilter/1",
    "/0/sequence/commands/0/plugins/LogFilter/1",
    "/0/sequence/commands/0/plugins/LogFilter/2",
    "/0/sequence/commands/0/errorhandler/plugins",
    "/0/sequence/commands/0/errorhandler/errorhandler",
    "/0/sequence/commands/1/jobref/nodefilters",
    "/0/sequence/commands/1/errorhandler",
    "/0/sequence/commands/2/plugins",
    "/0/sequence/commands/2/errorhandler",
];

fn is_left_out_as_a_whole(pointer: &str) -> bool {
    LEFT_OUT.iter().any(|whole| pointer.starts_with(whole))
}

#[test]
fn a_key_that_nobody_knows_is_told_at_its_place_or_carried_over() {
    let (document, maps) = every_map();
    assert!(maps.len() > 50, "{}", maps.len());
    for (pointer, _) in maps.iter().filter(|(pointer, _)| !is_left_out_as_a_whole(pointer)) {
        let mut changed = document.clone();
        changed.pointer_mut(pointer).unwrap().as_object_mut().unwrap().insert("zzz".to_owned(), json!("why"));
        let text = format!("{changed:#}");
        let line = text.lines().position(|line| line.contains("\"zzz\"")).unwrap() + 1;
        let import = read(&text);
        let is_told = import.notes.iter().any(|note| note.place.line == line && note.what.contains("zzz"));
        let is_carried_over = import.jobs.iter().any(|job| job.toml.contains("zzz = \"why\""));
        assert!(is_told || is_carried_over, "{pointer}");
    }
}

#[test]
fn what_is_left_out_as_a_whole_has_a_note_of_its_own() {
    let (document, _) = every_map();
    let whole = read(&document.to_string()).notes.len();
    for pointer in LEFT_OUT {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let mut changed = document.clone();
        match changed.pointer_mut(parent).unwrap() {
            Json::Object(entries) => drop(entries.remove(key).unwrap()),
            Json::Array(items) => drop(items.remove(key.parse().unwrap())),
            other => panic!("{pointer}: {other}"),
        }
        assert!(read(&changed.to_string()).notes.len() < whole, "{pointer}");
    }
}

#[test]
fn every_key_makes_a_difference() {
    let (document, maps) = every_map();
    let whole = outcome(&read(&document.to_string()));
    assert_eq!(outcome(&read(&format!("{document:#}"))), whole);
    let mut removed = 0;
    let mut silent = Vec::new();
    for (pointer, keys) in maps.iter().filter(|(pointer, _)| !is_left_out_as_a_whole(pointer)) {
        for key in keys {
            let mut changed = document.clone();
            changed.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(key);
            // Without its name or its steps the entry is not a job.
            let Ok(import) = try_read(&changed.to_string()) else { continue };
            if outcome(&import) == whole {
                silent.push(format!("{pointer}/{key}"));
            }
            removed += 1;
        }
    }
    assert_eq!(silent, Vec::<String>::new());
    assert!(removed > 120, "{removed}");
}

#[test]
fn the_value_of_a_secret_goes_nowhere() {
    let import = read(&fixture("every_key.json"));
    assert!(!format!("{import:?}").contains("canary-secret"));
    let step = r#"{"type": "aws-cli-s3-ls-step", "configuration": {"secret_access_key": "canary-secret"}}"#;
    let import = read(&format!(r#"{{"name": "a", "sequence": {{"commands": [{step}]}}, "canary": "canary-secret"}}"#));
    assert!(!format!("{import:?}").contains("canary-secret"), "{import:?}");
    assert_eq!(import.notes.len(), 2);
}
