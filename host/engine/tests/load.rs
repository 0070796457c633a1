//! Thousands of runs at once, with real guests, a real journal and the real engine.

// For clippy, which lets tests panic.
#![cfg(test)]

#[path = "../../../tests/bench/runs.rs"]
mod runs;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use runs::Runs;
use serde_json::json;
use stepwell_engine::{HaltReason, Observer};
use stepwell_journal::{JournalStore, MemoryStore, Reader};
use stepwell_model::event::{Event, Outcome, What};
use stepwell_model::report::{Report, Status};
use stepwell_model::run_store::{RunFilter, RunReader as _, RunStanding, RunState, RunStore as _};
use tempfile::TempDir;
use tokio::sync::Notify;
use tokio::task::JoinSet;

const RUNS: usize = 5_000;

const STEPS: [&str; 3] = ["first", "second", "third"];

const THREE_STEPS: &str = r#"
    name = "three"
    description = "Three steps, one of which waits a moment"

    [[steps]]
    id = "first"
    uses = "noop"
    with = { number = 1 }

    [[steps]]
    id = "second"
    uses = "waiter"
    with = { rounds = 1, after_ms = 100 }
    needs = ["first"]

    [[steps]]
    id = "third"
    uses = "noop"
    with = { of_first = "${steps.first.outputs.number}", of_second = "${steps.second.outputs.rounds}" }
    needs = ["second"]
"#;

/// The wait is long enough for all other runs to begin.
const LONG_WAIT: &str = r#"
    name = "wait"
    description = "A step that waits"

    [[steps]]
    id = "wait"
    uses = "waiter"
    with = { rounds = 1, after_ms = 6_000 }
"#;

const SHORT_WAIT: &str = r#"
    name = "wait"
    description = "A step that waits until another engine has the run"

    [[steps]]
    id = "wait"
    uses = "waiter"
    with = { rounds = 1, after_ms = 1_500 }
"#;

fn home() -> TempDir {
    tempfile::tempdir().expect("there is room for a home")
}

/// All runs in the journal, with their records.
fn kept(home: &TempDir) -> Vec<(Report, Vec<Event>)> {
    let reader = reader(home);
    let runs = reader.list(&RunFilter::default()).expect("the journal can be read");
    let kept = runs.iter().map(|run| {
        let events = reader.events(run.key, 0).expect("the journal can be read");
        let report = Report::of(&events).expect("the records follow one another").expect("it has begun");
        (report, events)
    });
    kept.collect()
}

fn reader(home: &TempDir) -> Reader {
    JournalStore::existing(home.path()).expect("the journal can be read").expect("there is one")
}

fn count(events: &[Event], of: impl Fn(&What) -> bool) -> usize {
    events.iter().filter(|event| of(&event.what)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn five_thousand_runs_at_once_all_come_to_their_end() {
    let home = home();
    let runs = Arc::new(Runs::open(home.path(), THREE_STEPS).await);
    let mut ends = JoinSet::new();
    for _ in 0..RUNS {
        let runs = Arc::clone(&runs);
        ends.spawn(async move { runs.start(None).await.expect("it begins").end().await.expect("it goes on") });
    }
    while let Some(halt) = ends.join_next().await {
        assert_eq!(halt.expect("the task does not panic").reason, HaltReason::Ended);
    }
    assert_eq!(runs.engine.load(), 0);
    runs.engine.leave().await.expect("the journal is told");

    let kept = kept(&home);
    assert_eq!(kept.len(), RUNS);
    for (report, events) in &kept {
        assert_eq!(report.outcome, Some(Outcome::Succeeded), "{events:#?}");
        assert_eq!(report.steps.iter().map(|step| step.id.as_str()).collect::<Vec<_>>(), STEPS);
        for name in STEPS {
            let is = |what: &What| what.step().is_some_and(|step| step.as_str() == name);
            assert_eq!(count(events, |what| is(what) && matches!(what, What::StepStarted { .. })), 1, "{events:#?}");
            assert_eq!(count(events, |what| is(what) && matches!(what, What::StepSucceeded { .. })), 1, "{events:#?}");
        }
        let outputs = |step: usize| json!(report.steps[step].outputs.as_deref().expect("it succeeded"));
        assert_eq!(outputs(0), json!({ "number": 1 }));
        assert_eq!((outputs(1)["rounds"].clone(), outputs(1)["attempt"].clone()), (json!(1), json!(1)));
        assert_eq!(outputs(2), json!({ "of_first": 1, "of_second": 1 }));
    }
}

/// An observer that notifies when this many runs wait.
fn all_wait(runs: usize) -> (Observer, Arc<Notify>) {
    let (waiting, all) = (AtomicUsize::new(0), Arc::new(Notify::new()));
    let notify = Arc::clone(&all);
    let observer = move |event: &Event| {
        let waits = matches!(event.what, What::StepWaiting { .. });
        if waits && waiting.fetch_add(1, Ordering::Relaxed) + 1 == runs {
            notify.notify_one();
        }
    };
    (Arc::new(observer), all)
}

#[tokio::test(flavor = "multi_thread")]
async fn another_engine_goes_on_with_all_that_wait() {
    let home = home();
    let first = Arc::new(Runs::open(home.path(), LONG_WAIT).await);
    let (observer, all) = all_wait(RUNS);
    for _ in 0..RUNS {
        let (runs, observer) = (Arc::clone(&first), Arc::clone(&observer));
        tokio::spawn(async move { drop(runs.start(Some(observer)).await.expect("it begins")) });
    }
    all.notified().await;
    first.engine.leave().await.expect("the journal is told");
    drop(first);

    // On a slow machine some runs have ended already; those that began to wait last have not.
    let open = RunFilter { standings: vec![RunStanding::Is(RunState::Open)], ..RunFilter::default() };
    let waiting = reader(&home).list(&open).expect("the journal can be read").len();
    let second = Runs::open(home.path(), LONG_WAIT).await;
    assert_eq!(second.engine.take_open(usize::MAX).await.expect("the journal answers"), waiting);
    assert!(waiting > 0, "all have come to their end before the second engine was there");
    while second.engine.load() > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    second.engine.leave().await.expect("the journal is told");

    let kept = kept(&home);
    assert_eq!(kept.len(), RUNS);
    for (report, events) in &kept {
        assert_eq!(report.outcome, Some(Outcome::Succeeded), "{events:#?}");
        assert_eq!(report.steps[0].status, Status::Succeeded);
        assert_eq!(count(events, |what| matches!(what, What::StepStarted { .. })), 1, "{events:#?}");
        assert_eq!(count(events, |what| matches!(what, What::StepResumed { .. })), 1, "{events:#?}");
        assert_eq!(json!(report.steps[0].outputs.as_deref())["rounds"], 1);
    }
    let taken = kept.iter().filter(|(_, events)| count(events, |what| *what == What::RunResumed) == 1).count();
    assert_eq!(taken, waiting);
}

/// The engine needs a store of runs, not a journal on a disk.
#[tokio::test(flavor = "multi_thread")]
async fn another_engine_resumes_a_run_that_is_only_in_memory() {
    let (home, store) = (home(), MemoryStore::new());
    let engine = |store: &MemoryStore| Runs::in_store(Arc::new(store.another_process()), home.path(), SHORT_WAIT);
    let (observer, waits) = all_wait(1);
    let first = engine(&store).await;
    let watch = first.start(Some(observer)).await.expect("it begins");
    let run = watch.run;
    waits.notified().await;
    first.engine.leave().await.expect("the store is told");
    assert_eq!(watch.end().await.expect("it was left").reason, HaltReason::Leaving);
    drop(first);

    let second = engine(&store).await;
    assert_eq!(second.engine.take_open(usize::MAX).await.expect("the store answers"), 1);
    while second.engine.load() > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    second.engine.leave().await.expect("the store is told");
    let events = store.reader().events(run, 0).expect("they are in memory");
    let report = Report::of(&events).expect("they follow one another").expect("it has begun");
    assert_eq!(report.outcome, Some(Outcome::Succeeded), "{events:#?}");
    assert_eq!(count(&events, |what| *what == What::RunResumed), 1);
}
