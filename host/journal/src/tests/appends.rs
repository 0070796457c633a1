//! A record is in the journal, in order, once its callback says so.

use std::collections::BTreeSet;
use std::sync::mpsc;
use std::thread;

use stepwell_model::journal::JournalError;
use stepwell_model::run_store::RunStore as _;

use super::support::*;
use crate::JournalStore;

#[tokio::test]
async fn records_of_many_runs_are_all_kept_in_their_order() {
    let home = home();
    let store = open(&home);
    let mut runs = Vec::new();
    for run in 0..8 {
        runs.push(store.create(new_run(&format!("run-{run}"))).await.expect("kept"));
    }
    thread::scope(|scope| {
        for key in &runs {
            scope.spawn(|| {
                let (tell, told) = mpsc::channel();
                for seq in 2..=301 {
                    let tell = tell.clone();
                    let kept = Box::new(move |kept| tell.send((seq, kept)).expect("somebody waits"));
                    store.submit(*key, &event(seq, &line(&format!("{seq}"))), kept);
                }
                let told: Vec<_> = told.iter().take(300).collect();
                assert!(told.iter().map(|(seq, _)| *seq).eq(2..=301), "told in order");
                assert!(told.iter().all(|(_, kept)| kept.is_ok()));
            });
        }
    });
    drop(store);
    let store = open(&home);
    for run in runs {
        assert!(lines(&store, run).into_iter().eq((2..=301).map(|seq| seq.to_string())));
    }
}

#[tokio::test]
async fn what_waits_is_committed_at_once() {
    let home = home();
    let store = open(&home);
    let run = store.create(new_run("run-1")).await.expect("kept");
    let other = sqlite(home.path());
    other.execute_batch("BEGIN IMMEDIATE").expect("locks");
    let (tell, told) = mpsc::channel();
    for seq in 2..=501 {
        let (tell, reader) = (tell.clone(), store.reader().clone());
        let kept = move |kept: Result<(), _>| {
            kept.expect("kept");
            tell.send(reader.events(run, 0).expect("reads").len()).expect("somebody waits");
        };
        store.submit(run, &event(seq, &line("x")), Box::new(kept));
    }
    other.execute_batch("COMMIT").expect("unlocks");
    let seen: BTreeSet<_> = told.iter().take(500).collect();
    // Two commits: the records before the writer began to wait, and all others.
    assert!(seen.len() <= 2, "{seen:?}");
    assert_eq!(seen.last(), Some(&501));
}

#[tokio::test]
async fn a_reader_does_not_wait_for_who_writes_and_sees_whole_commits_only() {
    let home = home();
    let store = open(&home);
    let run = store.create(new_run("run-1")).await.expect("kept");
    let other = sqlite(home.path());
    other.execute_batch("BEGIN EXCLUSIVE; UPDATE run SET job = 'other'").expect("writes");
    assert_eq!(info(&store, "run-1").job.as_str(), "job");
    other.execute_batch("COMMIT").expect("commits");
    assert_eq!(info(&store, "run-1").job.as_str(), "other");

    let writes = thread::spawn({
        let store = store.clone();
        move || (2..=400).for_each(|seq| append(&store, run, &event(seq, &line("x"))).expect("kept"))
    });
    let mut last = 0;
    while last < 400 {
        let seen = store.reader().events(run, 0).expect("without gaps").len();
        assert!(seen >= last, "{seen} after {last}");
        last = seen;
    }
    writes.join().expect("no panic");
}

#[tokio::test]
async fn a_record_of_a_run_that_others_have_taken_is_refused_and_those_beside_it_are_kept() {
    let home = home();
    let store = open(&home);
    let mine = store.create(new_run("run-mine")).await.expect("kept");
    let taken = store.create(new_run("run-taken")).await.expect("kept");
    let _thief = open(&home);
    let sql = sqlite(home.path());
    sql.execute_batch("UPDATE run SET lease = (SELECT max(key) FROM process) WHERE id = 'run-taken'").expect("takes");

    sql.execute_batch("BEGIN IMMEDIATE").expect("locks");
    let (tell, told) = mpsc::channel();
    for (run, seq) in [(mine, 2), (taken, 2), (taken, 3), (mine, 3)] {
        let tell = tell.clone();
        let kept = Box::new(move |kept| tell.send((run, seq, kept)).expect("somebody waits"));
        store.submit(run, &event(seq, &line("x")), kept);
    }
    sql.execute_batch("COMMIT").expect("unlocks");
    for (run, _, kept) in told.iter().take(4) {
        match kept {
            Ok(()) => assert_eq!(run, mine),
            Err(error) => {
                assert_eq!(run, taken);
                assert!(matches!(&error, JournalError::Taken { by: Some(_) }), "{error:?}");
                let holder = format!("because: process {} on `", std::process::id());
                assert!(explained(&error).contains(&holder), "{}", explained(&error));
            }
        }
    }
    assert_eq!(store.reader().events(mine, 0).expect("reads").len(), 3);
    assert_eq!(store.reader().events(taken, 0).expect("reads").len(), 1);
}

#[tokio::test]
async fn a_run_is_created_whole_or_not_at_all() {
    let home = home();
    let store = open(&home);
    let mut run = new_run("run-1");
    run.components = vec![component(b"one"), component(b"two")];
    store.create(run).await.expect("kept");
    let mut same = new_run("run-1");
    same.snapshot = "{\"other\":1}".to_owned();
    let same = explained(&store.create(same).await.expect_err("there is one"));
    assert!(same.starts_with("error: run `run-1` was not created\nbecause: there is a run with this id\n"), "{same}");
    let mut gap = new_run("run-2");
    gap.first.push(event(3, &line("x")));
    assert!(matches!(store.create(gap).await, Err(JournalError::Illegal(illegal)) if illegal.seq == 3));
    let mut ended = new_run("run-2");
    ended.held = false;
    ended.first.extend([event(2, &finished()), event(3, &line("x"))]);
    assert!(matches!(store.create(ended).await, Err(JournalError::Illegal(illegal)) if illegal.seq == 3));
    let mut forged = new_run("run-3");
    forged.components = vec![(component(b"one").0, component(b"three").1), (component(b"3").0, component(b"4").1)];
    let forged = store.create(forged).await.expect_err("the bytes are others");
    assert!(explained(&forged).contains("one of its components is not the one with sha256:"), "{}", explained(&forged));

    let mut shares = new_run("run-4");
    shares.components = vec![component(b"two")];
    store.create(shares).await.expect("kept");
    for (table, rows) in [("run", 2), ("given", 2), ("event", 2), ("snapshot", 1), ("component", 2)] {
        assert_eq!(count(home.path(), table), rows, "{table}");
    }
    let found = store.reader().component(&component(b"two").0).expect("reads");
    assert_eq!(found.as_deref(), Some(&b"two"[..]));
}

#[tokio::test]
async fn what_was_submitted_is_kept_when_the_store_goes() {
    let home = home();
    let store = open(&home);
    let run = store.create(new_run("run-1")).await.expect("kept");
    (2..=200).for_each(|seq| store.submit(run, &event(seq, &line("x")), Box::new(|_| ())));
    drop(store);
    assert_eq!((count(home.path(), "event"), count(home.path(), "process")), (200, 0));
    assert_eq!(std::fs::read_dir(home.path().join("processes")).expect("a folder").count(), 0);
    let store = open(&home);
    assert_eq!(store.claim_open(10).await.expect("asked").len(), 1, "it was released");
}

#[tokio::test]
async fn who_waits_may_panic_or_hold_the_last_of_the_store() {
    let home = home();
    let store = open(&home);
    let run = store.create(new_run("run-1")).await.expect("kept");
    store.submit(run, &event(2, &line("x")), Box::new(|_| panic!("on purpose")));
    append(&store, run, &event(3, &line("x"))).expect("the writer goes on");
    let (tell, told) = mpsc::channel();
    let last: JournalStore = store.clone();
    let kept = move |kept: Result<(), _>| {
        drop(last);
        tell.send(kept).expect("somebody waits");
    };
    store.submit(run, &event(4, &line("x")), Box::new(kept));
    drop(store);
    told.recv().expect("told").expect("kept");
}
