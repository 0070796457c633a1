//! A copy that is put back is there whole, or the journal is as it was, or every command says that something is wrong.

use std::fs;
use std::io;
use std::path::Path;

use stepwell_model::NextAction as _;
use stepwell_model::run_store::{RunFilter, RunReader as _, RunStore as _};
use tempfile::TempDir;

use super::child::Second;
use super::support::*;
use crate::restore::restore_with;
use crate::swap::STEPS;
use crate::{JournalStore, StoreError, accept, back_up, examine, restore};

/// A journal of two runs that a killed process left, with a log, and `copy.db` of another journal with one run.
async fn left() -> TempDir {
    let (home, live, old) = (home(), home(), home());
    let store = open(&old);
    store.create(new_run("run-old")).await.expect("kept");
    back_up(old.path(), &home.path().join("copy.db")).expect("copies");
    let store = open(&live);
    for name in ["run-1", "run-2"] {
        store.create(new_run(name)).await.expect("kept");
    }
    for file in ["journal.db", "journal.db-wal", "journal.mark"] {
        fs::copy(live.path().join(file), home.path().join(file)).expect("copies");
    }
    home
}

/// Moves the database to another folder, and leaves a symbolic link to a symbolic link to it.
fn link(home: &Path) {
    let disk = home.join("disk");
    fs::create_dir(&disk).expect("made");
    for (old, new) in [("journal.db", "data.db"), ("journal.db-wal", "data.db-wal")] {
        fs::rename(home.join(old), disk.join(new)).expect("it is there");
    }
    std::os::unix::fs::symlink("data.db", disk.join("link.db")).expect("made");
    std::os::unix::fs::symlink(disk.join("link.db"), home.join("journal.db")).expect("made");
}

fn runs(home: &Path) -> Vec<String> {
    let reader = JournalStore::existing(home).expect("opens").expect("there is one");
    let mut runs: Vec<_> =
        reader.list(&RunFilter::default()).expect("reads").into_iter().map(|run| run.id.to_string()).collect();
    runs.sort();
    runs
}

/// What a directory holds, but for the files that every process makes, and SQLite's image of its log in memory.
fn names(home: &Path) -> Vec<String> {
    let entries = fs::read_dir(home).expect("reads").map(|entry| entry.expect("reads").file_name());
    let names = entries.map(|name| name.into_string().expect("text"));
    let mut names: Vec<_> = names
        .filter(|name| {
            !["processes", "journal.lock", "journal.db-shm", "journal.next", "journal.turn"].contains(&name.as_str())
        })
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_restore_that_is_killed_before_any_step_is_noticed_and_can_be_repeated_or_given_up() {
    for step in 0..STEPS {
        for (repeats, linked) in [(true, false), (false, false), (true, true), (false, true)] {
            let home = left().await;
            if linked {
                link(home.path());
            }
            let mut second = Second::start("restores", home.path());
            second.hears(&step.to_string());
            second.ends();
            let existing = JournalStore::existing(home.path());
            match (step, existing) {
                (0, existing) => assert!(existing.expect("nothing has changed").is_some()),
                (_, Err(lost @ StoreError::Lost { .. })) => {
                    let aside = lost.because().contains("; the database that was there before is `");
                    assert_eq!(aside, step > 1, "{step}: {}", lost.because());
                    assert!(JournalStore::open(home.path()).is_err(), "{step}");
                    assert!(back_up(home.path(), &home.path().join("another.db")).is_err(), "{step}");
                    assert_eq!(examine(home.path()).expect("reads").problems, [lost.because()], "{step}");
                }
                (_, other) => panic!("{step}: {other:?}"),
            }
            if repeats {
                let restored = restore(home.path(), &home.path().join("copy.db")).expect("puts it back");
                assert_eq!((restored.runs, runs(home.path())), (1, vec!["run-old".to_owned()]), "{step}");
                let folder = if linked { home.path().join("disk") } else { home.path().to_owned() };
                let names = [names(home.path()), names(&folder)].concat();
                assert!(
                    !names.iter().any(|name| name.contains(".new-") || name.contains("mark.")),
                    "{step}: {names:?}"
                );
            } else {
                accept(home.path()).expect("no process uses it");
                let expected = if step == STEPS - 1 { vec!["run-old"] } else { vec!["run-1", "run-2"] };
                assert_eq!(runs(home.path()), expected, "{step}");
            }
            assert_eq!(examine(home.path()).expect("reads").problems, [""; 0], "{step}");
        }
    }
}

/// Leaves the database of a home as a process does that was killed while it wrote the first tables: with a rollback
/// journal that SQLite undoes half a transaction with.
fn leave_half_a_transaction(home: &Path) {
    let beside = home.join("half");
    let sql = rusqlite::Connection::open(&beside).expect("opens");
    sql.execute_batch(
        "PRAGMA cache_size = 2; PRAGMA cache_spill = 1; CREATE TABLE t (x); BEGIN;
         WITH RECURSIVE n(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM n WHERE x < 200)
         INSERT INTO t SELECT randomblob(900) FROM n",
    )
    .expect("writes more than its cache holds");
    for name in ["journal.db", "journal.db-wal", "journal.db-shm", "journal.mark"] {
        drop(fs::remove_file(home.join(name)));
    }
    fs::copy(&beside, home.join("journal.db")).expect("copies");
    fs::copy(home.join("half-journal"), home.join("journal.db-journal")).expect("it spilled");
    drop(sql);
    fs::remove_file(beside).expect("it is there");
}

#[tokio::test]
async fn what_a_restore_leaves_that_was_killed_before_its_swap_is_removed() {
    let home = left().await;
    let names_of_killed = ["journal.mark.replaced-20260101T000000000012", ".journal.mark.replaced-2026.new-Ab12"];
    names_of_killed.iter().for_each(|name| fs::write(home.path().join(name), "").expect("writes"));
    restore(home.path(), &home.path().join("copy.db")).expect("puts it back");
    let names = names(home.path());
    assert!(!names.iter().any(|name| name.contains("mark.")), "{names:?}");
}

#[tokio::test]
async fn a_pipe_with_the_name_of_a_file_of_the_journal_is_refused_and_not_waited_for() {
    for name in ["journal.db", "journal.db-wal", "journal.db-journal", "journal.mark", "journal.lock", "journal.next"] {
        let home = left().await;
        let path = home.path().join(name);
        drop(fs::remove_file(&path));
        rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, 0o600.into(), 0).expect("made");
        let copy = home.path().join("copy.db");
        let expected = StoreError::NotAJournal { path, found: "it is no regular file" };
        assert_eq!(JournalStore::open(home.path()).map(drop), Err(expected.clone()));
        assert_eq!(JournalStore::existing(home.path()).map(drop), Err(expected.clone()));
        assert_eq!(restore(home.path(), &copy).map(drop), Err(expected.clone()));
        assert_eq!(accept(home.path()).map(drop), Err(expected));
    }
}

#[tokio::test]
async fn a_rollback_journal_that_a_killed_process_left_does_not_undo_what_is_put_back() {
    let home = left().await;
    leave_half_a_transaction(home.path());
    let restored = restore(home.path(), &home.path().join("copy.db")).expect("puts it back");
    assert_eq!((restored.runs, runs(home.path())), (1, vec!["run-old".to_owned()]));
    assert_eq!(examine(home.path()).expect("reads").problems, [""; 0]);
    let aside = restored.replaced.expect("there was one");
    assert!(Path::new(&format!("{}-journal", aside.display())).is_file(), "it belongs to what was there");
}

#[tokio::test]
async fn an_error_at_any_step_of_a_restore_leaves_the_journal_as_it_was() {
    for step in 0..STEPS {
        let home = left().await;
        let before = names(home.path());
        let fails = |at| if at == step { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) };
        let failed = restore_with(home.path(), &home.path().join("copy.db"), &fails).expect_err("there is no room");
        assert!(matches!(failed, StoreError::Io { kind: io::ErrorKind::StorageFull, .. }), "{step}: {failed:?}");
        assert!(failed.next().ends_with("the earlier contents are unchanged"), "{step}: {}", failed.next());
        assert_eq!(names(home.path()), before, "{step}");
        assert_eq!(runs(home.path()), ["run-1", "run-2"], "{step}");
    }
}

#[tokio::test]
async fn an_error_that_cannot_be_undone_names_the_files_that_were_put_aside() {
    let home = left().await;
    let fails = |at| match at {
        at if at == STEPS - 2 => {
            fs::create_dir(home.path().join("journal.db-wal")).and(Err(io::ErrorKind::Other.into()))
        }
        _ => Ok(()),
    };
    let failed = restore_with(home.path(), &home.path().join("copy.db"), &fails).expect_err("it cannot go on");
    let StoreError::Aside { aside, .. } = &failed else { panic!("{failed:?}") };
    assert!(failed.next().contains(&format!("move `{}`", aside.display())), "{}", failed.next());
    let log = format!("{}-wal", aside.display());
    assert!(Path::new(&log).is_file(), "{log}");
    assert!(JournalStore::open(home.path()).is_err(), "it says that something is missing");
}

#[tokio::test]
async fn the_errors_of_a_copy_name_the_file_of_the_operator() {
    let home = left().await;
    let copy = home.path().join("copy.db");
    rusqlite::Connection::open(&copy).expect("opens").execute_batch("PRAGMA user_version = 99").expect("writes");
    let newer = restore(home.path(), &copy).expect_err("it is newer");
    assert_eq!(newer, StoreError::Newer { path: copy.clone(), found: 99, known: 5 });
    fs::write(&copy, "x".repeat(5_000)).expect("writes");
    let text = restore(home.path(), &copy).expect_err("a text");
    assert!(matches!(&text, StoreError::NotACopy { path, .. } if *path == copy), "{text:?}");
    for wrong in ["pipe", "folder"] {
        let wrong = home.path().join(wrong);
        if wrong.ends_with("pipe") {
            rustix::fs::mknodat(rustix::fs::CWD, &wrong, rustix::fs::FileType::Fifo, 0o600.into(), 0).expect("made");
        } else {
            fs::create_dir(&wrong).expect("made");
        }
        let refused = restore(home.path(), &wrong).expect_err("it is no file");
        assert_eq!(refused.because(), "it is no regular file");
    }
    assert_eq!(runs(home.path()), ["run-1", "run-2"]);
}

#[tokio::test]
async fn a_copy_with_another_schema_or_without_its_end_is_named_and_replaces_nothing() {
    let home = left().await;
    let (copy, other) = (home.path().join("copy.db"), home.path().join("other.db"));
    for change in [
        "DROP TABLE given",
        "DROP INDEX run_started",
        "CREATE VIEW more AS SELECT 1",
        "CREATE TRIGGER more AFTER INSERT ON run BEGIN DELETE FROM event; END",
        "DROP TABLE run; PRAGMA user_version = 1",
    ] {
        fs::copy(&copy, &other).expect("copies");
        let sql = rusqlite::Connection::open(&other).expect("opens");
        sql.execute_batch(&format!("PRAGMA foreign_keys = OFF; {change}")).expect("writes");
        drop(sql);
        let refused = restore(home.path(), &other).expect_err(change);
        let found = "its tables, views and triggers are not those of a journal";
        assert_eq!(refused, StoreError::NotACopy { path: other.clone(), found }, "{change}");
    }
    fs::copy(&copy, &other).expect("copies");
    let whole = fs::metadata(&other).expect("it is there").len();
    fs::OpenOptions::new().write(true).open(&other).and_then(|file| file.set_len(whole - 1)).expect("it is ours");
    let cut = restore(home.path(), &other).expect_err("its last byte is missing");
    assert_eq!(cut, StoreError::Damaged { path: other, reason: "its end is missing".to_owned() });
    assert_eq!(runs(home.path()), ["run-1", "run-2"]);
}

#[tokio::test]
async fn a_copy_gets_no_name_that_the_journal_uses_itself() {
    let home = left().await;
    for name in ["journal.db-journal", "journal.turn", "journal.db"] {
        let path = home.path().join(name);
        assert_eq!(back_up(home.path(), &path), Err(StoreError::Reserved { path }));
    }
}

#[tokio::test]
async fn a_database_that_was_put_aside_can_be_put_back_with_what_only_its_log_holds() {
    let home = left().await;
    let restored = restore(home.path(), &home.path().join("copy.db")).expect("puts it back");
    let aside = restored.replaced.expect("there was one");
    assert!(fs::metadata(format!("{}-wal", aside.display())).is_ok_and(|log| log.len() > 0));
    assert_eq!(restore(home.path(), &aside).expect("puts it back").runs, 2);
    assert_eq!(runs(home.path()), ["run-1", "run-2"]);
}

#[tokio::test]
async fn a_copy_with_a_damaged_run_is_put_back_and_says_which() {
    let home = left().await;
    let copy = home.path().join("copy.db");
    let sql = rusqlite::Connection::open(&copy).expect("opens");
    sql.execute_batch("UPDATE event SET json = replace(json, 'run-old', 'run-odd')").expect("writes");
    let restored = restore(home.path(), &copy).expect("SQLite finds nothing wrong with it");
    assert_eq!(restored.damaged, [(id("run-old"), "record 1 of a run was changed after it was written".to_owned())]);
    assert_eq!(runs(home.path()), ["run-old"]);
}

#[tokio::test]
async fn a_copy_that_was_put_back_by_hand_is_another_journal() {
    let (home, other) = (left().await, home());
    let store = open(&other);
    for name in ["run-a", "run-b", "run-c"] {
        store.create(new_run(name)).await.expect("kept");
    }
    drop(store);
    fs::remove_file(home.path().join("journal.db-wal")).expect("it is there");
    fs::copy(other.path().join("journal.db"), home.path().join("journal.db")).expect("copies");
    let lost = JournalStore::existing(home.path()).expect_err("these are other runs");
    assert_eq!(lost.because(), "it is another journal than the one that was here last");
    assert_eq!(accept(home.path()).expect("no process uses it"), 3);
    assert_eq!(runs(home.path()), ["run-a", "run-b", "run-c"]);
}

#[tokio::test]
async fn no_process_puts_a_copy_back_while_another_one_only_reads() {
    let home = left().await;
    let copy = home.path().join("copy.db");
    let reader = JournalStore::existing(home.path()).expect("opens").expect("there is one");
    assert!(matches!(restore(home.path(), &copy), Err(StoreError::Used { .. })));
    assert!(matches!(accept(home.path()), Err(StoreError::Used { .. })));
    assert_eq!(reader.list(&RunFilter::default()).expect("reads").len(), 2);
    drop(reader);
    restore(home.path(), &copy).expect("no process uses it");
}

#[tokio::test]
async fn who_opens_the_journal_while_a_copy_is_put_back_gets_the_copy() {
    for reads in [true, false] {
        let home = left().await;
        let copy = home.path().join("copy.db");
        let opened = std::sync::Mutex::new(None);
        let path = home.path().to_owned();
        let begins = |step| {
            let path = path.clone();
            if step == 3 {
                *opened.lock().expect("no panic") = Some(std::thread::spawn(move || match reads {
                    true => runs(&path),
                    false => {
                        drop(JournalStore::open(&path).expect("opens"));
                        runs(&path)
                    }
                }));
            }
            Ok(())
        };
        restore_with(home.path(), &copy, &begins).expect("puts it back");
        let opened = opened.into_inner().expect("no panic").expect("it has begun");
        assert_eq!(opened.join().expect("it opens the journal"), ["run-old"]);
    }
}

#[tokio::test]
async fn every_run_that_begins_beside_restores_is_in_the_journal_or_in_what_was_put_aside() {
    const RUNS: usize = 6;
    let home = left().await;
    let (path, copy) = (home.path(), home.path().join("copy.db"));
    let begin = |name: String| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("starts");
        let store = JournalStore::open(path).expect("opens");
        runtime.block_on(store.create(new_run(&name))).expect("kept");
        name
    };
    let (mut begun, mut aside) = (Vec::new(), Vec::new());
    std::thread::scope(|scope| {
        let begin = &begin;
        let of_thread = |thread| move || (0..RUNS).map(|run| begin(format!("run-{thread}-{run}"))).collect::<Vec<_>>();
        let threads: Vec<_> = (0..3).map(|thread| scope.spawn(of_thread(thread))).collect();
        while !threads.iter().all(|thread| thread.is_finished()) {
            match restore(path, &copy) {
                Ok(restored) => aside.extend(restored.replaced),
                Err(refused) => assert!(matches!(refused, StoreError::Used { .. }), "{refused:?}"),
            }
        }
        begun.extend(threads.into_iter().flat_map(|thread| thread.join().expect("no panic")));
    });
    let held = |path: &Path| {
        let sql = rusqlite::Connection::open(path).expect("opens");
        let mut read = sql.prepare("SELECT id FROM run").expect("a journal");
        read.query_map((), |row| row.get(0)).expect("reads").collect::<Result<Vec<String>, _>>().expect("reads")
    };
    let kept: Vec<_> = aside.iter().flat_map(|path| held(path)).chain(runs(path)).collect();
    let lost: Vec<_> = begun.iter().filter(|run| !kept.contains(run)).collect();
    assert!(lost.is_empty() && begun.len() == 3 * RUNS, "{lost:?} of {begun:?}, in {aside:?}");
}
