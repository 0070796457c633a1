//! Opening a journal, and files that are not a journal.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::thread;

use stepwell_model::NextAction as _;
use stepwell_model::run_store::RunStore as _;

use super::support::*;
use crate::schema::Tuning;
use crate::{JournalStore, StoreError};

#[tokio::test]
async fn a_journal_is_made_for_its_user_alone() {
    let above = home();
    let home = above.path().join("data").join("stepwell");
    let store = JournalStore::open(&home).expect("opens");
    store.create(new_run("run-1")).await.expect("kept");
    let mode = |name: &str| fs::metadata(home.join(name)).expect(name).permissions().mode() & 0o777;
    assert_eq!((mode(""), mode("processes")), (0o700, 0o700));
    for file in ["journal.db", "journal.db-wal", "journal.db-shm"] {
        assert_eq!(mode(file), 0o600, "{file}");
    }
    drop(store);
    fs::set_permissions(home.join("journal.db"), Permissions::from_mode(0o664)).expect("changes");
    let _store = JournalStore::open(&home).expect("opens");
    assert_eq!(mode("journal.db"), 0o600, "a backup that was put back");
}

#[test]
fn who_only_reads_makes_nothing() {
    let home = home();
    assert!(JournalStore::existing(&home.path().join("none")).expect("no error").is_none());
    assert!(JournalStore::existing(home.path()).expect("no error").is_none());
    assert_eq!(fs::read_dir(home.path()).expect("a folder").count(), 0);
    fs::write(home.path().join("journal.db"), "").expect("writes");
    assert!(JournalStore::existing(home.path()).expect("no error").is_none(), "somebody is just making it");
    assert_eq!(fs::read(home.path().join("journal.db")).expect("reads"), b"");
}

#[test]
fn locks_that_another_user_could_make_are_refused_by_readers_and_writers() {
    let home = home();
    drop(JournalStore::open(home.path()).expect("opens"));
    let locks = home.path().join("processes");
    let refused = |how: &str| {
        for opened in [JournalStore::open(home.path()).map(drop), JournalStore::existing(home.path()).map(drop)] {
            let error = opened.expect_err(how);
            assert!(matches!(&error, StoreError::Foreign { path, .. } if *path == locks), "{how}: {error:?}");
        }
    };
    for mode in [0o702, 0o720, 0o777] {
        fs::set_permissions(&locks, Permissions::from_mode(mode)).expect("changes");
        refused(&format!("{mode:o}"));
    }
    fs::set_permissions(&locks, Permissions::from_mode(0o700)).expect("changes");
    // Only root can give a folder away.
    if std::os::unix::fs::chown(&locks, Some(4242), None).is_ok() {
        refused("of another user");
    }
}

#[test]
fn many_may_make_the_same_journal_at_once() {
    for _ in 0..40 {
        let home = home();
        thread::scope(|scope| {
            let all: Vec<_> = (0..8).map(|_| scope.spawn(|| JournalStore::open(home.path()))).collect();
            let stores: Vec<_> = all.into_iter().map(|one| one.join().expect("no panic").expect("opens")).collect();
            assert_eq!(count(home.path(), "process"), 8);
            drop(stores);
        });
    }
}

#[test]
fn a_newer_journal_is_left_alone() {
    let home = home();
    drop(open(&home));
    sqlite(home.path()).execute_batch("PRAGMA user_version = 99").expect("writes");
    let newer = StoreError::Newer { path: home.path().join("journal.db"), found: 99, known: 5 };
    assert_eq!(JournalStore::existing(home.path()).expect_err("newer"), newer);
    assert_eq!(JournalStore::open(home.path()).expect_err("newer"), newer);
    assert_eq!(newer.because(), "its schema has version 99, and this stepwell knows 5 at most");
    assert_eq!(count(home.path(), "process"), 0);
}

/// A journal of the first release, with a process that has a lock file.
pub(super) fn first_release(home: &std::path::Path) {
    fs::create_dir_all(home.join("processes")).expect("it can be made");
    let sql = sqlite(home);
    sql.execute_batch(include_str!("../schema/v1.sql")).expect("its schema");
    let application = i64::from(u32::from_be_bytes(*b"Step"));
    sql.execute_batch(&format!(
        "PRAGMA application_id = {application}; PRAGMA user_version = 1;
         INSERT INTO process (id, pid, host, started, beat) VALUES ('old', 7, 'web', 0, 0)"
    ))
    .expect("writes");
    fs::write(home.join("processes/old.lock"), "").expect("writes");
}

/// A journal with the schema of an earlier release, without a process.
pub(super) fn release(home: &std::path::Path, version: usize) {
    let schemas = [
        include_str!("../schema/v1.sql"),
        include_str!("../schema/v2.sql"),
        include_str!("../schema/v3.sql"),
        include_str!("../schema/v4.sql"),
    ];
    let sql = sqlite(home);
    schemas.iter().take(version).for_each(|schema| sql.execute_batch(schema).expect("its schema"));
    let application = i64::from(u32::from_be_bytes(*b"Step"));
    sql.execute_batch(&format!("PRAGMA application_id = {application}; PRAGMA user_version = {version}"))
        .expect("writes");
}

#[tokio::test]
async fn a_journal_of_the_first_release_is_brought_up_to_date_once_no_process_of_it_runs() {
    let home = home();
    first_release(home.path());
    let lock = fs::File::open(home.path().join("processes/old.lock")).expect("it is there");
    lock.lock().expect("no other has it");
    for refused in [JournalStore::open(home.path()).map(drop), JournalStore::existing(home.path()).map(drop)] {
        let refused = refused.expect_err("an old process would not understand it");
        assert_eq!(
            refused.because(),
            "stepwell uses it as process 7 on `web`, which would not understand its new form"
        );
    }
    drop(lock);
    let store = open(&home);
    store.create(new_run("run-1")).await.expect("kept");
    store.claim_open(1).await.expect("tidies");
    assert_eq!(count(home.path(), "process"), 1);
}

#[test]
fn what_is_no_journal_is_not_taken_for_one() {
    for length in [1, 20, 600, 10_000] {
        let text = "x".repeat(length);
        let home = home();
        fs::write(home.path().join("journal.db"), &text).expect("writes");
        let refused = JournalStore::open(home.path()).expect_err("a text");
        assert!(matches!(refused, StoreError::NotAJournal { .. }), "{refused:?}");
        assert!(JournalStore::existing(home.path()).is_err());
        assert!(refused.explain().contains("because: it is no SQLite database\nnext: move `"), "{}", refused.explain());
        assert_eq!(fs::read_to_string(home.path().join("journal.db")).expect("reads"), text);
    }
    let home = home();
    sqlite(home.path()).execute_batch("CREATE TABLE notes (text)").expect("writes");
    let refused = JournalStore::open(home.path()).expect_err("a database of somebody else");
    assert_eq!(refused.because(), "it is the SQLite database of another program");
}

#[tokio::test]
async fn a_damaged_journal_is_said_to_be_damaged() {
    let home = home();
    let store = open(&home);
    let run = store.create(new_run("run-1")).await.expect("kept");
    append(&store, run, &event(2, &line(&"x".repeat(100_000)))).expect("kept");
    drop(store);
    let path = home.path().join("journal.db");
    let mut bytes = fs::read(&path).expect("reads");
    bytes[4096..].fill(0xff);
    fs::write(&path, bytes).expect("writes");
    let refused = JournalStore::open(home.path()).expect_err("damaged");
    assert!(matches!(refused, StoreError::Damaged { .. }), "{refused:?}");
    assert!(refused.explain().contains("because: SQLite says: database disk image is malformed"));
}

#[tokio::test]
async fn what_was_changed_behind_our_back_is_noticed() {
    let home = home();
    let store = open(&home);
    let mut run = new_run("run-1");
    run.components = vec![component(b"one")];
    let run = store.create(run).await.expect("kept");
    (2..=4).for_each(|seq| append(&store, run, &event(seq, &line("x"))).expect("kept"));
    let sql = sqlite(home.path());
    sql.execute_batch("DELETE FROM event WHERE seq = 3").expect("writes");
    let gap = store.reader().events(run, 0).expect_err("one is missing");
    assert_eq!(gap.because(), "record 3 of a run is missing");
    sql.execute_batch("UPDATE event SET json = replace(json, '\"x\"', '\"y\"') WHERE seq = 2").expect("writes");
    let flipped = store.reader().events(run, 0).expect_err("it is another text");
    assert_eq!(flipped.because(), "record 2 of a run was changed after it was written");
    sql.execute_batch("UPDATE event SET json = replace(json, 'step_logged', 'moon_landed'), sum = NULL WHERE seq = 2")
        .expect("writes");
    let strange = store.reader().events(run, 0).expect_err("nobody knows it");
    assert!(strange.because().starts_with("record 2 of a run: unknown variant `moon_landed`"), "{}", strange.because());
    sql.execute_batch("UPDATE given SET text = '{ }'").expect("writes");
    let given = store.reader().run(&id("run-1")).expect_err("it is another text");
    assert_eq!(given.because(), "what run `run-1` was started with was changed after it was written");
    sql.execute_batch(
        "UPDATE component SET bytes = x'00'; UPDATE given SET sum = NULL; UPDATE snapshot SET text = '{ }'",
    )
    .expect("writes");
    assert!(store.reader().component(&component(b"one").0).is_err());
    assert!(store.reader().run(&id("run-1")).is_err());
}

#[test]
fn a_home_that_is_a_file_is_none() {
    let home = home();
    fs::write(home.path().join("file"), "x").expect("writes");
    for wrong in ["file", "file/below"] {
        let refused = JournalStore::open(&home.path().join(wrong)).expect_err("a file");
        assert!(refused.explain().contains("\nnext: set STEPWELL_HOME to a directory"), "{}", refused.explain());
    }
}

#[test]
fn who_cannot_open_because_of_a_lock_learns_of_it() {
    let home = home();
    let store = open(&home);
    let sql = sqlite(home.path());
    sql.execute_batch("BEGIN EXCLUSIVE").expect("locks");
    let tuning = Tuning { busy: std::time::Duration::from_millis(50), ..Tuning::default() };
    let refused = JournalStore::open_with(home.path(), tuning).expect_err("locked");
    let user = format!("; stepwell uses it as process {} on `", std::process::id());
    assert!(refused.because().starts_with("another program has kept it locked for 50ms"), "{}", refused.because());
    assert!(refused.because().contains(&user), "{}", refused.because());
    assert_eq!(fs::read_dir(home.path().join("processes")).expect("a folder").count(), 1);
    assert!(JournalStore::existing(home.path()).expect("reading goes on").is_some());
    drop(sql);
    drop(store);
}
