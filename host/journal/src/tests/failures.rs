//! Writes that fail.

use std::time::Duration;

use stepwell_model::journal::JournalError;
use stepwell_model::run_store::RunStore as _;

use super::support::*;

#[tokio::test]
async fn a_full_disk_is_said_to_be_full_and_harms_nothing_that_was_kept() {
    let home = home();
    let store = open_with(&home, |tuning| tuning.max_pages = Some(100));
    let run = store.create(new_run("run-1")).await.expect("kept");
    append(&store, run, &event(2, &line("small"))).expect("kept");
    let full = append(&store, run, &event(3, &line(&"x".repeat(1 << 20)))).expect_err("there are 400 KiB");
    let explained = explained(&full);
    assert!(explained.contains("there is no room for `"), "{explained}");
    assert!(explained.contains("because: SQLite says: database or disk is full (code 13)"), "{explained}");
    assert!(explained.contains("next: make room on that disk"), "{explained}");
    append(&store, run, &event(3, &line("small, too"))).expect("the writer goes on");
    let mut large = new_run("run-2");
    large.components = vec![component(&[1; 1 << 20])];
    assert!(matches!(store.create(large).await, Err(JournalError::Store { .. })));
    drop(store);
    let store = open(&home);
    assert_eq!(lines(&store, run), ["small", "small, too"]);
    assert_eq!(count(home.path(), "run"), 1);
}

#[tokio::test]
async fn every_record_of_a_commit_that_fails_is_said_not_to_be_kept() {
    let home = home();
    let store = open_with(&home, |tuning| tuning.max_pages = Some(100));
    let small = store.create(new_run("run-small")).await.expect("kept");
    let large = store.create(new_run("run-large")).await.expect("kept");
    let sql = sqlite(home.path());
    sql.execute_batch("BEGIN IMMEDIATE").expect("locks");
    let (tell, told) = std::sync::mpsc::channel();
    let submit = |run, seq, text: &str| {
        let tell = tell.clone();
        let kept = Box::new(move |kept: Result<(), _>| tell.send(kept.is_ok()).expect("somebody waits"));
        store.submit(run, &event(seq, &line(text)), kept);
    };
    submit(small, 2, "first");
    // The writer waits with the first record, or with more. Records behind one that was not kept are refused as well.
    std::thread::sleep(Duration::from_millis(50));
    submit(large, 2, &"x".repeat(1 << 20));
    submit(small, 3, "beside");
    submit(large, 3, "beside");
    sql.execute_batch("COMMIT").expect("unlocks");
    let told: Vec<_> = told.iter().take(4).collect();
    assert_eq!(told[1..], [false; 3], "{told:?}");
    assert_eq!(lines(&store, small).len(), usize::from(told[0]));
    assert_eq!(lines(&store, large), Vec::<String>::new());
}

#[tokio::test]
async fn a_journal_that_is_locked_for_too_long_is_said_to_be_locked() {
    let home = home();
    let store = open_with(&home, |tuning| {
        [tuning.busy, tuning.busy_with_runs] = [Duration::from_millis(50); 2];
    });
    let run = store.create(new_run("run-1")).await.expect("kept");
    let sql = sqlite(home.path());
    sql.execute_batch("BEGIN EXCLUSIVE").expect("locks");
    let locked = explained(&append(&store, run, &event(2, &line("x"))).expect_err("locked"));
    assert!(locked.contains("` is locked\nbecause: another program has kept it locked for 50ms; no other"), "{locked}");
    let other = std::thread::spawn({
        let home = home.path().to_owned();
        move || crate::JournalStore::open(&home)
    });
    sql.execute_batch("COMMIT").expect("unlocks");
    let _other = other.join().expect("no panic").expect("it waits long enough");
    sql.execute_batch("BEGIN EXCLUSIVE").expect("locks");
    let locked = explained(&append(&store, run, &event(2, &line("x"))).expect_err("locked"));
    assert!(locked.contains(&format!("; stepwell uses it as process {} on `", std::process::id())), "{locked}");
    sql.execute_batch("COMMIT").expect("unlocks");
    append(&store, run, &event(2, &line("x"))).expect("the writer goes on");
}
