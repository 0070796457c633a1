//! Pruning the journal.

use std::sync::Arc;

use stepwell_model::run_store::{NewRun, Prune, Pruned, RunFilter, RunStore as _};

use super::support::*;
use crate::place::Place;
use crate::reader::Reader;
use crate::schema::Tuning;
use crate::{Examination, JournalStore};

async fn ended(store: &JournalStore, mut run: NewRun, finished_at: i64) {
    let text = "x".repeat(20_000);
    run.first.push(event(2, &line(&text)));
    run.first.push(at(hour(finished_at), 3, &finished()));
    store.create(run).await.expect("kept");
}

#[tokio::test]
async fn what_is_pruned_leaves_no_row_and_no_page_behind() {
    let home = home();
    let store = open(&home);
    for (name, finished_at) in [("run-old", 1), ("run-older", 0), ("run-new", 10)] {
        let mut run = new_run(name);
        run.snapshot = format!("{{\"of\":{finished_at}}}");
        run.components = vec![component(b"shared"), component(name.as_bytes())];
        ended(&store, run, finished_at).await;
    }
    let mut open_run = new_run("run-open");
    open_run.snapshot = "{\"of\":1}".to_owned();
    open_run.components = vec![component(b"shared")];
    let key = store.create(open_run).await.expect("kept");
    let pages = || std::fs::metadata(home.path().join("journal.db")).expect("a file").len();

    let pruned = store.prune(&Prune { before: hour(10), keep_last: 0 }).await.expect("prunes");
    assert_eq!((pruned.runs, pruned.events, pruned.components), (2, 6, 1));
    assert!(pruned.bytes > 36_000, "{pruned:?}");
    for (table, rows) in [("run", 2), ("given", 2), ("event", 4), ("snapshot", 2)] {
        assert_eq!(count(home.path(), table), rows, "{table}");
    }
    append(&store, key, &event(2, &line("x"))).expect("the open run goes on");
    drop(store);
    assert!(pages() < 200_000, "{}", pages());
    let again = open(&home).prune(&Prune { before: hour(10), keep_last: 0 }).await.expect("prunes");
    assert_eq!(again, Pruned::default());
}

#[tokio::test]
async fn others_write_while_somebody_prunes() {
    let home = home();
    let (store, other) = (open(&home), open(&home));
    for name in 0..60 {
        let mut run = new_run(&format!("run-{name:02}"));
        run.first.extend((2..500).map(|seq| event(seq, &line("x"))));
        run.first.push(at(hour(0), 500, &finished()));
        store.create(run).await.expect("kept");
    }
    let run = other.create(new_run("run-open")).await.expect("kept");
    let prune = tokio::spawn(async move { store.prune(&Prune { before: hour(1), keep_last: 0 }).await });
    let writes = tokio::task::spawn_blocking(move || {
        (2..200).for_each(|seq| append(&other, run, &event(seq, &line("x"))).expect("kept"));
    });
    let pruned = prune.await.expect("no panic").expect("prunes");
    writes.await.expect("no panic");
    assert_eq!((pruned.runs, pruned.events), (60, 30_000));
    assert_eq!(count(home.path(), "event"), 199);
}

#[tokio::test]
async fn a_journal_that_cannot_become_smaller_is_pruned_as_well() {
    let home = home();
    let store = open(&home);
    ended(&store, new_run("run-1"), 1).await;
    drop(store);
    sqlite(home.path()).execute_batch("PRAGMA auto_vacuum = NONE; VACUUM").expect("rewrites");
    let pruned = open(&home).prune(&Prune { before: hour(2), keep_last: 0 }).await.expect("prunes");
    assert_eq!((pruned.runs, pruned.bytes), (1, 0));
}

#[tokio::test]
async fn a_run_that_is_removed_while_the_journal_is_examined_is_no_damage() {
    let home = home();
    let store = open(&home);
    ended(&store, new_run("run-1"), 1).await;
    let place = Arc::new(Place::shared(home.path()).expect("it is ours"));
    let reader = Reader::new(place, Tuning::default());
    let listed = reader.runs(&RunFilter::default()).expect("reads");
    store.prune(&Prune { before: hour(2), keep_last: 0 }).await.expect("prunes");
    let mut found = Examination::default();
    listed.iter().for_each(|run| found.add_run(&reader, run));
    assert_eq!((listed.len(), found), (1, Examination::default()));
}
