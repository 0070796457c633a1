//! Copies of the journal.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;

use stepwell_model::NextAction as _;
use stepwell_model::run_store::{RunState, RunStore as _};

use super::support::*;
use crate::{Restored, StoreError, back_up, examine, restore};

#[tokio::test]
async fn a_copy_made_while_others_write_is_put_back_with_its_open_runs_paused() {
    let home = home();
    let copy = home.path().join("copy.db");
    assert!(matches!(back_up(home.path(), &copy), Err(StoreError::Missing { .. })), "there is no journal yet");
    let store = open(&home);
    let ended = store.create(new_run("run-1")).await.expect("kept");
    append(&store, ended, &event(2, &finished())).expect("kept");
    store.create(new_run("run-2")).await.expect("kept");
    back_up(home.path(), &copy).expect("copies");
    assert_eq!(fs::metadata(&copy).expect("it is there").permissions().mode() & 0o777, 0o600);
    assert_eq!(back_up(home.path(), &copy), Err(StoreError::CopyExists { path: copy.clone() }));
    assert!(matches!(restore(home.path(), &copy), Err(StoreError::Used { .. })));
    store.create(new_run("run-3")).await.expect("kept");
    drop(store);

    let Restored { runs, paused, damaged, replaced } = restore(home.path(), &copy).expect("no process uses it");
    assert_eq!((runs, paused, damaged.len()), (2, 1, 0));
    assert!(replaced.is_some_and(|path| path.is_file()), "the other one is kept");
    let found = examine(home.path()).expect("reads");
    assert_eq!((found.runs, found.problems.len(), found.damaged.len()), (2, 0, 0), "{found:?}");
    let store = open(&home);
    assert_eq!(store.claim_open(9).await.expect("reads"), [], "no process takes a run of the past by itself");
    assert_eq!(info(&store, "run-2").state, RunState::Paused);
    assert_eq!(info(&store, "run-1").state, RunState::Ended);
    let claimed = store.claim(&id("run-2")).await.expect("an operator may");
    append(&store, claimed.key, &event(2, &finished())).expect("kept");
}

#[test]
fn a_copy_may_have_a_name_that_is_no_text() {
    let [home, files] = [home(), home()];
    drop(open(&home));
    let folder = files.path().join(OsStr::from_bytes(b"not \xff text"));
    fs::create_dir(&folder).expect("made");
    let copy = folder.join(OsStr::from_bytes(b"\xff.db"));
    back_up(home.path(), &copy).expect("copies");
    assert_eq!(restore(home.path(), &copy).expect("puts it back").runs, 0);
    assert_eq!(fs::read_dir(&folder).expect("reads").count(), 1);
}

#[test]
fn a_copy_removes_what_killed_processes_left_of_copies_with_its_name() {
    let [home, files] = [home(), home()];
    drop(open(&home));
    let at = |name: &str| files.path().join(name);
    fs::create_dir(at(".copy.db.new-killed")).expect("made");
    for left in [".copy.db.new-killed/lock", ".copy.db.new-killed/copy", ".copy.db.new-of-an-earlier-release"] {
        fs::write(at(left), "half").expect("writes");
    }
    fs::write(at(".other.db.new-1"), "of another copy").expect("writes");
    back_up(home.path(), &at("copy.db")).expect("copies");
    let mut names: Vec<_> =
        fs::read_dir(files.path()).expect("reads").map(|entry| entry.expect("reads").file_name()).collect();
    names.sort();
    assert_eq!(names, [".other.db.new-1", "copy.db"]);
}

#[tokio::test]
async fn a_copy_that_is_damaged_or_no_journal_replaces_nothing() {
    let home = home();
    let copy = home.path().join("copy.db");
    let store = open(&home);
    let run = store.create(new_run("run-1")).await.expect("kept");
    append(&store, run, &event(2, &line(&"x".repeat(100_000)))).expect("kept");
    drop(store);
    back_up(home.path(), &copy).expect("copies");
    let mut bytes = fs::read(&copy).expect("reads");
    let end = bytes.len() - 8_192;
    bytes[end..].fill(0xff);
    let before = fs::read(home.path().join("journal.db")).expect("reads");
    for wrong in [bytes, b"a text".to_vec(), Vec::new()] {
        fs::write(&copy, wrong).expect("writes");
        let refused = restore(home.path(), &copy).expect_err("it is no sound journal");
        assert!(matches!(refused, StoreError::Damaged { .. } | StoreError::NotACopy { .. }), "{refused:?}");
        assert_eq!(fs::read(home.path().join("journal.db")).expect("reads"), before);
    }
    drop((fs::remove_file(&copy), back_up(home.path(), &copy)));
    fs::set_permissions(&copy, fs::Permissions::from_mode(0o666)).expect("it is ours");
    let foreign = restore(home.path(), &copy).expect_err("another user could have written it");
    assert_eq!(foreign.next(), format!("run `chmod go-w {}`", copy.display()));
    let names =
        fs::read_dir(home.path()).expect("reads").filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    assert!(!names.into_iter().any(|name| name.contains(".new-")), "nothing is left behind");
}

#[tokio::test]
async fn an_examination_names_every_damaged_run() {
    let home = home();
    let store = open(&home);
    for name in ["run-1", "run-2"] {
        let run = store.create(new_run(name)).await.expect("kept");
        append(&store, run, &event(2, &finished())).expect("kept");
    }
    sqlite(home.path()).execute_batch("DELETE FROM event WHERE run = 1 AND seq = 1").expect("writes");
    let found = examine(home.path()).expect("reads");
    assert_eq!((found.runs, found.records, found.problems.len()), (2, 2, 0), "{found:?}");
    assert_eq!(found.damaged, [(id("run-1"), "record 1 of a run is missing".to_owned())]);
}
