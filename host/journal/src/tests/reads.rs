//! Finding runs.

use super::support::*;
use crate::{Filter, Found, JournalStore, RunState};

fn names(store: &JournalStore, filter: &Filter) -> Vec<String> {
    let runs = store.reader().list(filter).expect("reads");
    runs.into_iter().map(|run| run.id.to_string()).collect()
}

/// Runs of two jobs, an hour apart.
async fn filled(store: &JournalStore) {
    for (hours, (job, project, name)) in (0..).zip([
        ("one", None, "run-a"),
        ("two", Some("web"), "run-b"),
        ("one", Some("web"), "run-c"),
        ("one", None, "run-d"),
    ]) {
        let mut run = run_of(job, name, hour(hours));
        run.project = project.map(str::to_owned);
        match name {
            "run-a" => run.first.push(at(hour(20), 2, &finished())),
            "run-b" => run.first.push(event(2, &paused())),
            _ => {}
        }
        store.create(run).await.expect("kept");
    }
}

#[tokio::test]
async fn runs_are_listed_as_the_filter_says_the_newest_first() {
    let home = home();
    let store = open(&home);
    filled(&store).await;
    let job = |job: &str| Some(job.parse().expect("valid"));
    let web = || Some("web".to_owned());
    let all = Filter::default;
    let cases: [(Filter, &[&str]); 10] = [
        (all(), &["run-d", "run-c", "run-b", "run-a"]),
        (Filter { limit: Some(2), ..all() }, &["run-d", "run-c"]),
        (Filter { job: job("one"), ..all() }, &["run-d", "run-c", "run-a"]),
        (Filter { job: job("three"), ..all() }, &[]),
        (Filter { project: web(), ..all() }, &["run-c", "run-b"]),
        (Filter { job: job("one"), project: web(), ..all() }, &["run-c"]),
        (Filter { states: vec![RunState::Open], ..all() }, &["run-d", "run-c"]),
        (Filter { states: vec![RunState::Paused, RunState::Ended], ..all() }, &["run-b", "run-a"]),
        (Filter { since: Some(hour(1)), until: Some(hour(3)), ..all() }, &["run-c", "run-b"]),
        (Filter { job: job("one"), since: Some(hour(1)), limit: Some(1), ..all() }, &["run-d"]),
    ];
    for (filter, expected) in cases {
        assert_eq!(names(&store, &filter), expected, "{filter:?}");
    }
}

#[tokio::test]
async fn a_run_is_read_as_it_was_created() {
    let home = home();
    let store = open(&home);
    let mut run = run_of("restart-web", "run-1", hour(4));
    run.project = Some("web".to_owned());
    run.dry_run = true;
    run.snapshot = "{\"steps\":[]}".to_owned();
    run.given = "{\"options\":{\"who\":\"me\"}}".to_owned();
    let key = store.create(run).await.expect("kept");
    let reader = JournalStore::existing(home.path()).expect("opens").expect("it is there");
    let read = reader.on_thread(|reader| reader.run(&id("run-1"))).await.expect("reads").expect("it is there");
    assert_eq!((read.key, read.job.as_str(), read.project.as_deref()), (key, "restart-web", Some("web")));
    assert_eq!((read.snapshot.as_str(), read.given.as_str()), ("{\"steps\":[]}", "{\"options\":{\"who\":\"me\"}}"));
    assert_eq!((read.dry_run, read.started, read.state), (true, hour(4), RunState::Open));
    assert_eq!((read.finished, read.outcome, read.cancel_requested), (None, None, false));
    assert_eq!(read.held_by.as_ref().map(|holder| holder.pid), Some(std::process::id()));
    assert!(!format!("{read:?}").contains("who"), "what was given is not for logs");
    assert_eq!(reader.run(&id("run-2")).expect("reads"), None);
    let events = reader.events(key, 0).expect("reads");
    assert_eq!((events.len(), events[0].at), (1, hour(4)));
    assert_eq!(reader.events(key, 1).expect("reads").len(), 0);
}

#[tokio::test]
async fn a_run_is_found_by_the_beginning_of_its_id_alone() {
    let home = home();
    let store = open(&home);
    for name in ["ab-1", "ab-12", "ab-2", "b0-1"] {
        store.create(new_run(name)).await.expect("kept");
    }
    let find = |text: &str| match store.reader().find(text).expect("reads") {
        Found::Run(run) => run.id.to_string(),
        Found::Ambiguous(ids) => format!("{} of them", ids.len()),
        Found::None => "none".to_owned(),
    };
    let cases = [("ab-1", "ab-1"), ("ab-12", "ab-12"), ("ab", "3 of them"), ("b", "b0-1"), ("ab-3", "none")];
    for (text, expected) in cases {
        assert_eq!(find(text), expected, "{text}");
    }
    for nothing in ["", "%", "a_", "a*", "AB", "'"] {
        assert_eq!(find(nothing), "none", "{nothing}");
    }
}
