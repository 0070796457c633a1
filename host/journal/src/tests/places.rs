//! Places: of many runs that begin at once, as many go on as their group allows.

use std::sync::Arc;

use serde_json::json;
use stepwell_model::event::{PlaceStanding, What};
use stepwell_model::job::Otherwise;
use stepwell_model::run_store::{Placed, RunFilter, RunKey, RunLimit, RunStanding, RunStore};
use tokio::task::JoinSet;

use super::child::Second;
use super::opens::release;
use super::support::*;
use crate::JournalStore;

fn limit(most: u32, otherwise: Otherwise) -> RunLimit {
    RunLimit { most, group: Some("web".to_owned()), otherwise }
}

fn begun(placed: Placed) -> RunKey {
    match placed {
        Placed::Begun(key) => key,
        other => panic!("{other:?}"),
    }
}

/// The key of a queued run, and where the runs before it stand.
fn queued(placed: Placed) -> (RunKey, Vec<(String, PlaceStanding)>) {
    let Placed::Queued { key, record } = placed else { panic!("{placed:?}") };
    let What::RunQueued { behind } = record.what else { panic!("{record:?}") };
    (key, behind.into_iter().map(|other| (other.run.to_string(), other.is)).collect())
}

async fn place(store: &dyn RunStore, name: &str, limit: &RunLimit) -> Placed {
    store.create_within(new_run(name), limit).await.expect("it is written or refused")
}

async fn free(store: &dyn RunStore) -> Vec<RunKey> {
    store.requests().await.expect("reads").places
}

#[tokio::test]
async fn of_two_processes_that_race_for_one_place_exactly_one_gets_it() {
    let home = home();
    drop(open(&home));
    let mut racers: Vec<_> = (0..2).map(|_| Second::start("places", home.path())).collect();
    for racer in &mut racers {
        racer.says("ready");
    }
    racers.iter_mut().for_each(|racer| racer.hears("go"));
    let got: Vec<u32> = racers.iter_mut().map(|racer| racer.says("places").parse().expect("a number")).collect();
    assert_eq!(got.iter().sum::<u32>(), 20, "one for each group: {got:?}");
    assert_eq!(count(home.path(), "run"), 20);
}

/// Begins a run in each of twenty groups, as another process does at the same time; says how many have a place.
pub(super) async fn race(home: &std::path::Path) -> usize {
    let store = Arc::new(JournalStore::open(home).expect("opens"));
    println!("\nready");
    super::child::heard();
    let mut all = JoinSet::new();
    for group in 0..20 {
        let (store, name) = (Arc::clone(&store), format!("run-{}-{group}", std::process::id()));
        all.spawn(async move {
            let limit = RunLimit { most: 1, group: Some(group.to_string()), otherwise: Otherwise::Refuse };
            matches!(place(&*store, &name, &limit).await, Placed::Begun(_))
        });
    }
    all.join_all().await.into_iter().filter(|got| *got).count()
}

#[tokio::test]
async fn a_run_that_finds_no_place_is_refused_or_queued_and_the_oldest_of_the_queue_is_next() {
    for Shared { store, other, .. } in every_store() {
        let (refuse, queue) = (limit(1, Otherwise::Refuse), limit(1, Otherwise::Queue));
        let first = begun(place(&*store, "run-1", &refuse).await);
        let Placed::Full(taken) = place(&*other, "run-2", &refuse).await else { panic!("there is no place") };
        assert_eq!((taken.by.len(), taken.by[0].is), (1, PlaceStanding::Running));
        let (second, behind) = queued(place(&*store, "run-2", &queue).await);
        assert_eq!(behind, [("run-1".to_owned(), PlaceStanding::Running)]);
        let (third, behind) = queued(place(&*other, "run-3", &queue).await);
        assert_eq!(behind[1], ("run-2".to_owned(), PlaceStanding::Queued));
        begun(place(&*other, "elsewhere", &RunLimit { group: None, ..queue.clone() }).await);
        let filter = RunFilter { standings: vec![RunStanding::Queued], ..RunFilter::default() };
        assert_eq!(store.reader().list(&filter).expect("reads").len(), 2);
        assert_eq!((free(&*store).await, free(&*other).await), (vec![], vec![]));

        append(&*store, first, &event(2, &finished())).expect("kept");
        assert_eq!((free(&*store).await, free(&*other).await), (vec![second], vec![]));
        // Until it has begun, and then, it is before the others.
        queued(place(&*other, "run-4", &queue).await);
        append(&*store, second, &event(3, &json!({ "event": "run_begun" }))).expect("kept");
        assert_eq!((free(&*store).await, free(&*other).await), (vec![], vec![]));
        append(&*store, second, &event(4, &finished())).expect("kept");
        assert_eq!(free(&*other).await, [third]);
        assert!(!info(&*store, "run-2").queued && info(&*store, "run-3").queued);
    }
}

#[tokio::test]
async fn a_run_keeps_its_place_while_it_is_paused_or_abandoned() {
    for Shared { store, other, .. } in every_store() {
        let queue = limit(2, Otherwise::Queue);
        let paused_run = begun(place(&*store, "run-1", &queue).await);
        append(&*store, paused_run, &event(2, &paused())).expect("kept");
        let left = begun(place(&*store, "run-2", &queue).await);
        store.release(&[left]).await.expect("released");
        let (_, behind) = queued(place(&*other, "run-3", &queue).await);
        let standings: Vec<_> = behind.into_iter().map(|(_, is)| is).collect();
        assert_eq!(standings, [PlaceStanding::Paused, PlaceStanding::Abandoned]);
    }
}

#[tokio::test]
async fn whoever_cancels_the_others_asks_all_of_them_and_waits() {
    for Shared { store, other, .. } in every_store() {
        let cancel = limit(1, Otherwise::CancelRunning);
        let first = begun(place(&*store, "run-1", &cancel).await);
        let (second, _) = queued(place(&*store, "run-2", &cancel).await);
        assert_eq!(store.requests().await.expect("reads").cancels, [first]);
        queued(place(&*other, "run-3", &cancel).await);
        assert_eq!(store.requests().await.expect("reads").cancels, [first, second]);
        assert_eq!(other.requests().await.expect("reads").cancels, []);
    }
}

#[tokio::test]
async fn the_queue_of_a_group_has_an_end() {
    for Shared { store, .. } in every_store() {
        let queue = limit(1, Otherwise::Queue);
        begun(place(&*store, "run-0", &queue).await);
        for number in 1..=100 {
            queued(place(&*store, &format!("run-{number}"), &queue).await);
        }
        let Placed::Full(taken) = place(&*store, "run-101", &queue).await else { panic!("it is full") };
        assert_eq!(taken.by.len(), 101);
    }
}

#[tokio::test]
async fn runs_of_the_release_before_are_read_and_need_no_place() {
    let home = home();
    release(home.path(), 4);
    sqlite(home.path())
        .execute_batch(
            "INSERT INTO snapshot (key, digest, text)
                 VALUES (1, x'44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a', '{}');
             INSERT INTO run (key, id, job, dry_run, snapshot, state, last_seq, started)
                 VALUES (1, 'run-1', 'job', 0, 1, 'open', 0, 0);
             INSERT INTO given (run, text) VALUES (1, '{}')",
        )
        .expect("writes");
    let store = open(&home);
    let run = store.reader().run(&id("run-1")).expect("reads").expect("it is there");
    assert!(!run.info.queued);
    let limit = RunLimit { most: 1, group: None, otherwise: Otherwise::Refuse };
    begun(place(&store, "run-2", &limit).await);
}
