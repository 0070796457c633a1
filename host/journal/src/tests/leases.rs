//! Every run belongs to one process at a time.

use std::collections::BTreeSet;
use std::fs;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use stepwell_model::NextAction as _;
use stepwell_model::run_store::{ClaimError, RunStore as _};

use super::child::Second;
use super::support::*;
use crate::JournalStore;

/// Creates runs without a holder.
async fn left(store: &JournalStore, names: impl Iterator<Item = u32>) {
    for name in names {
        let mut run = new_run(&format!("run-{name:03}"));
        run.held = false;
        store.create(run).await.expect("kept");
    }
}

#[tokio::test]
async fn who_dies_leaves_its_runs_to_others_at_once() {
    let home = home();
    let store = open(&home);
    left(&store, 0..20).await;
    let mut holder = Second::start("holds", home.path());
    assert_eq!(holder.says("holds"), "20");
    assert_eq!(store.claim_open(100).await.expect("asked"), []);
    let held = store.claim(&id("run-007")).await.expect_err("held");
    let ClaimError::Held { holder: known, .. } = &held else { panic!("{held:?}") };
    assert_eq!(info(&store, "run-007").held_by.as_ref(), Some(known));
    assert!(held.because().starts_with(&format!("process {} on `{}` has held it since", known.pid, known.host)));

    holder.kill();
    assert_eq!(info(&store, "run-007").held_by, None);
    assert_eq!(store.claim(&id("run-007")).await.expect("claimed").id, id("run-007"));
    assert_eq!(store.claim_open(5).await.expect("claimed").len(), 5);
    assert_eq!(count(home.path(), "process"), 2, "runs still name it");
    assert_eq!(store.claim_open(100).await.expect("claimed").len(), 14);
    assert_eq!(count(home.path(), "process"), 1);
    assert_eq!(fs::read_dir(home.path().join("processes")).expect("a folder").count(), 1);
}

#[tokio::test]
async fn two_who_want_the_same_runs_share_them() {
    let home = home();
    let store = open(&home);
    left(&store, 0..100).await;
    let mut dead = Second::start("holds", home.path());
    assert_eq!(dead.says("holds"), "100");
    left(&store, 100..200).await;
    let mut racers = [(); 2].map(|()| Second::start("races", home.path()));
    for racer in &mut racers {
        racer.says("ready");
    }
    dead.kill();
    racers.iter_mut().for_each(|racer| racer.hears("go"));
    let claimed = racers.each_mut().map(|racer| racer.says_until("claimed", "done"));
    let all: BTreeSet<_> = claimed.iter().flatten().collect();
    assert_eq!((all.len(), claimed.iter().flatten().count()), (200, 200));
    assert_eq!(store.claim_open(1).await.expect("asked"), []);
}

#[tokio::test]
async fn a_process_whose_runs_stand_still_gives_no_sign_of_life_and_loses_them() {
    let home = home();
    let [beat, stillness, patience] = [20, 100, 400].map(Duration::from_millis);
    let store = open_with(&home, |tuning| {
        (tuning.beat, tuning.stillness, tuning.patience) = (beat, stillness, patience);
    });
    let run = store.create(new_run("run-1")).await.expect("kept");
    let lease = store.lease(run);
    store.note_moving();
    let other = open_with(&home, |tuning| tuning.patience = patience);
    let since = Instant::now();
    while let Err(error) = other.claim(&id("run-1")).await {
        assert!(matches!(error, ClaimError::Held { .. }), "{error:?}");
        assert!(since.elapsed() < Duration::from_secs(30), "its writer beats although nothing moves");
        tokio::time::sleep(beat).await;
    }
    assert!(!lease.is_held(), "it may not act for the run before others take it");
    while lease.lost().is_none() {
        assert!(since.elapsed() < Duration::from_secs(30), "the next sign of life shows who has the run");
        store.note_moving();
        tokio::time::sleep(beat).await;
    }
}

#[tokio::test]
async fn who_was_suspended_for_too_long_has_lost_its_runs() {
    let home = home();
    let store = open_with(&home, |tuning| tuning.patience = Duration::from_millis(300));
    let mut sleeper = Second::start("sleeps", home.path());
    sleeper.says("holds");
    sleeper.signal(Signal::STOP);
    let since = Instant::now();
    let claimed = loop {
        match store.claim(&id("run-1")).await {
            Ok(claimed) => break claimed,
            Err(error) => assert!(matches!(error, ClaimError::Held { .. }), "{error:?}"),
        }
        assert!(since.elapsed() < Duration::from_secs(30), "it is silent");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(count(home.path(), "process"), 2, "it may come back");
    sleeper.signal(Signal::CONT);
    sleeper.hears("lease");
    assert_eq!(sleeper.says("lease"), "Over");
    sleeper.hears("go on");
    assert_eq!(sleeper.says("error:"), "this process does not execute the run any more");
    assert!(sleeper.says("because:").starts_with(&format!("process {} on `", std::process::id())));
    append(&store, claimed.key, &event(2, &line("of the one that took it"))).expect("kept");
    assert_eq!(lines(&store, claimed.key), ["of the one that took it"]);
}

#[tokio::test]
async fn who_was_suspended_and_kept_its_runs_goes_on_with_them() {
    let home = home();
    let store = open_with(&home, |tuning| tuning.patience = Duration::from_millis(300));
    let mut sleeper = Second::start("sleeps", home.path());
    sleeper.says("holds");
    sleeper.signal(Signal::STOP);
    let since = Instant::now();
    // From outside, its runs count as free, and no process takes them.
    while info(&store, "run-1").held_by.is_some() {
        assert!(since.elapsed() < Duration::from_secs(30), "it is silent");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    sleeper.signal(Signal::CONT);
    sleeper.hears("lease");
    assert_eq!(sleeper.says("lease"), "Held");
    assert!(info(&store, "run-1").held_by.is_some());
}

#[tokio::test]
async fn a_process_in_another_time_namespace_is_alive_until_it_was_silent_under_our_eyes() {
    let home = home();
    let patience = Duration::from_millis(300);
    let holder = open_with(&home, |tuning| tuning.beat = Duration::from_secs(3600));
    let other = open_with(&home, |tuning| tuning.patience = patience);
    holder.create(new_run("run-1")).await.expect("kept");
    let set = "UPDATE process SET clock = 'another boot', beat_boottime = 0";
    sqlite(home.path()).execute_batch(set).expect("writes");
    let first_look = Instant::now();
    assert!(matches!(other.claim(&id("run-1")).await, Err(ClaimError::Held { .. })));
    let claimed = loop {
        match other.claim(&id("run-1")).await {
            Ok(claimed) => break claimed,
            Err(error) => assert!(matches!(error, ClaimError::Held { .. }), "{error:?}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert!(first_look.elapsed() > patience, "{:?}", first_look.elapsed());
    assert_eq!(claimed.id, id("run-1"));
}

#[tokio::test]
async fn who_holds_runs_says_so_all_the_time() {
    let home = home();
    let tuned = |tuning: &mut crate::schema::Tuning| {
        (tuning.beat, tuning.patience) = (Duration::from_millis(20), Duration::from_secs(3));
    };
    let (holder, other) = (open_with(&home, tuned), open_with(&home, tuned));
    holder.create(new_run("run-1")).await.expect("kept");
    let sql = sqlite(home.path());
    let beat =
        || -> i64 { sql.query_row("SELECT max(beat_boottime) FROM process", (), |row| row.get(0)).expect("a time") };
    let first = beat();
    while beat() < first + 4000 {
        assert!(matches!(other.claim(&id("run-1")).await, Err(ClaimError::Held { .. })));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_lock_file_that_somebody_removed_is_no_death() {
    let home = home();
    let (holder, other, _idle) = (open(&home), open(&home), open(&home));
    holder.create(new_run("run-1")).await.expect("kept");
    let files = fs::read_dir(home.path().join("processes")).expect("a folder");
    files.for_each(|file| fs::remove_file(file.expect("a file").path()).expect("removes"));
    assert!(matches!(other.claim(&id("run-1")).await, Err(ClaimError::Held { .. })));
    assert_eq!(other.claim_open(5).await.expect("asked"), []);
    assert_eq!(count(home.path(), "process"), 3);
    sqlite(home.path()).execute_batch("UPDATE process SET beat_boottime = beat_boottime - 60000").expect("writes");
    assert_eq!(other.claim(&id("run-1")).await.expect("it is silent").id, id("run-1"));
    assert_eq!(count(home.path(), "process"), 1, "nothing is left of it");
    holder.create(new_run("run-2")).await.expect("it comes back");
    assert!(matches!(other.claim(&id("run-2")).await, Err(ClaimError::Held { .. })));
}

#[tokio::test]
async fn lock_files_that_belong_to_nobody_are_removed() {
    let home = home();
    let store = open(&home);
    left(&store, 0..1).await;
    fs::write(home.path().join("processes/0123.lock"), "").expect("writes");
    store.claim_open(1).await.expect("claims");
    assert_eq!(fs::read_dir(home.path().join("processes")).expect("a folder").count(), 1);
}
