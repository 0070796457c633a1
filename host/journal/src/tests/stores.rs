//! The contract of every store of runs.

use std::time::Duration;

use serde_json::json;
use stepwell_model::event::{Decision, Outcome};
use stepwell_model::journal::JournalError;
use stepwell_model::lease::Lease;
use stepwell_model::run_store::{
    CancelError, ClaimError, DecideError, NewRun, OperatorDecision, Prune, Pruned, Requests, RunFilter, RunMatch,
    RunStanding, RunState, RunStore,
};

use super::support::*;

fn names(store: &dyn RunStore, filter: &RunFilter) -> Vec<String> {
    let runs = store.reader().list(filter).expect("reads");
    runs.into_iter().map(|run| run.id.to_string()).collect()
}

async fn ended(store: &dyn RunStore, mut run: NewRun, finished_at: i64) {
    run.first.push(event(2, &line("x")));
    run.first.push(at(hour(finished_at), 3, &finished()));
    store.create(run).await.expect("kept");
}

/// Runs of two jobs, an hour apart.
async fn filled(store: &dyn RunStore) {
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
async fn a_run_is_kept_whole_or_not_at_all() {
    for Shared { store, .. } in every_store() {
        let mut run = new_run("run-1");
        run.components = vec![component(b"one")];
        let key = store.create(run).await.expect("kept");
        let same = explained(&store.create(new_run("run-1")).await.expect_err("there is one"));
        let expected = "error: run `run-1` was not created\nbecause: there is a run with this id\n";
        assert!(same.starts_with(expected), "{same}");
        let mut gap = new_run("run-2");
        gap.first.push(event(3, &line("x")));
        assert!(matches!(store.create(gap).await, Err(JournalError::Illegal(illegal)) if illegal.seq == 3));
        let mut late = new_run("run-2");
        late.held = false;
        late.first.extend([event(2, &finished()), event(3, &line("x"))]);
        assert!(matches!(store.create(late).await, Err(JournalError::Illegal(illegal)) if illegal.seq == 3));
        let mut forged = new_run("run-3");
        forged.components = vec![(component(b"one").0, component(b"one").1), (component(b"3").0, component(b"4").1)];
        let forged = explained(&store.create(forged).await.expect_err("the bytes are others"));
        assert!(forged.contains("one of its components is not the one with sha256:"), "{forged}");
        assert_eq!(names(&*store, &RunFilter::default()), ["run-1"]);
        assert_eq!(store.reader().events(key, 0).expect("reads").len(), 1);
        let bytes = store.reader().component(&component(b"one").0).expect("reads");
        assert_eq!(bytes.as_deref(), Some(&b"one"[..]));
        assert_eq!(store.reader().component(&component(b"two").0).expect("reads"), None);
    }
}

#[tokio::test]
async fn a_run_is_read_as_it_was_created() {
    for Shared { store, .. } in every_store() {
        let mut run = run_of("restart-web", "run-1", hour(4));
        run.project = Some("web".to_owned());
        run.dry_run = true;
        run.snapshot = "{\"steps\":[]}".to_owned();
        run.given = "{\"options\":{\"who\":\"me\"}}".to_owned();
        let key = store.create(run).await.expect("kept");
        let reader = store.reader();
        let record = reader.run(&id("run-1")).expect("reads").expect("it is there");
        let read = &record.info;
        assert_eq!((read.key, read.job.as_str(), read.project.as_deref()), (key, "restart-web", Some("web")));
        assert_eq!(
            (record.snapshot.as_str(), record.given.as_str()),
            ("{\"steps\":[]}", "{\"options\":{\"who\":\"me\"}}")
        );
        assert_eq!((read.dry_run, read.started, read.state), (true, hour(4), RunState::Open));
        assert_eq!((read.finished, read.outcome, read.cancel_requested), (None, None, false));
        assert_eq!(read.held_by.as_ref().map(|holder| holder.pid), Some(std::process::id()));
        assert!(!format!("{record:?}").contains("who"), "what was given is not for logs");
        assert_eq!(reader.run(&id("run-2")).expect("reads"), None);
        let events = reader.events(key, 0).expect("reads");
        assert_eq!((events.len(), events[0].at), (1, hour(4)));
        assert_eq!(reader.events(key, 1).expect("reads").len(), 0);
    }
}

#[tokio::test]
async fn runs_are_listed_as_the_filter_says_the_newest_first() {
    for Shared { store, .. } in every_store() {
        filled(&*store).await;
        let job = |job: &str| Some(job.parse().expect("valid"));
        let web = || Some("web".to_owned());
        let all = RunFilter::default;
        let cases: [(RunFilter, &[&str]); 12] = [
            (all(), &["run-d", "run-c", "run-b", "run-a"]),
            (RunFilter { limit: Some(2), ..all() }, &["run-d", "run-c"]),
            (RunFilter { job: job("one"), ..all() }, &["run-d", "run-c", "run-a"]),
            (RunFilter { job: job("three"), ..all() }, &[]),
            (RunFilter { project: web(), ..all() }, &["run-c", "run-b"]),
            (RunFilter { job: job("one"), project: web(), ..all() }, &["run-c"]),
            (RunFilter { standings: vec![RunStanding::Is(RunState::Open)], ..all() }, &["run-d", "run-c"]),
            (
                RunFilter {
                    standings: vec![RunStanding::Is(RunState::Paused), RunStanding::Is(RunState::Ended)],
                    ..all()
                },
                &["run-b", "run-a"],
            ),
            (RunFilter { standings: vec![RunStanding::Running], ..all() }, &["run-d", "run-c"]),
            (RunFilter { standings: vec![RunStanding::Abandoned], ..all() }, &[]),
            (RunFilter { since: Some(hour(1)), until: Some(hour(3)), ..all() }, &["run-c", "run-b"]),
            (RunFilter { job: job("one"), since: Some(hour(1)), limit: Some(1), ..all() }, &["run-d"]),
        ];
        for (filter, expected) in cases {
            assert_eq!(names(&*store, &filter), expected, "{filter:?}");
        }
    }
}

#[tokio::test]
async fn a_run_is_found_by_the_beginning_of_its_id_alone() {
    for Shared { store, .. } in every_store() {
        for name in ["ab-1", "ab-12", "ab-2", "b0-1"] {
            store.create(new_run(name)).await.expect("kept");
        }
        let find = |text: &str| match store.reader().find(text).expect("reads") {
            RunMatch::One(run) => run.info.id.to_string(),
            RunMatch::Ambiguous(ids) => format!("{} of them", ids.len()),
            RunMatch::Unknown => "none".to_owned(),
        };
        let cases = [("ab-1", "ab-1"), ("ab-12", "ab-12"), ("ab", "3 of them"), ("b", "b0-1"), ("ab-3", "none")];
        for (text, expected) in cases {
            assert_eq!(find(text), expected, "{text}");
        }
        for nothing in ["", "%", "a_", "a*", "AB", "'"] {
            assert_eq!(find(nothing), "none", "{nothing}");
        }
    }
}

#[tokio::test]
async fn a_record_that_does_not_follow_is_refused() {
    for Shared { store, .. } in every_store() {
        let run = store.create(new_run("run-1")).await.expect("kept");
        for wrong in [1, 3] {
            let refused = append(&*store, run, &event(wrong, &line("x")));
            assert!(matches!(refused, Err(JournalError::Illegal(illegal)) if illegal.seq == wrong));
        }
        let gap = append(&*store, run, &event(3, &line("x"))).expect_err("it does not follow");
        let says = "because: event 3 (`step_logged`) cannot follow: the run is open, and its last record is 1\n";
        assert!(explained(&gap).contains(says), "{}", explained(&gap));
        append(&*store, run, &event(2, &finished())).expect("kept");
        let after = append(&*store, run, &event(3, &line("x")));
        assert!(matches!(after, Err(JournalError::Illegal(_))), "{after:?}");
        assert_eq!(store.reader().events(run, 0).expect("reads").len(), 2);
    }
}

#[tokio::test]
async fn a_run_stands_where_its_records_say() {
    for Shared { store, .. } in every_store() {
        let run = store.create(new_run("run-1")).await.expect("kept");
        store.park(run, hour(5));
        append(&*store, run, &event(2, &line("x"))).expect("kept");
        let parked = info(&*store, "run-1");
        assert_eq!((parked.state, parked.wake), (RunState::Open, Some(hour(5))));
        assert!(parked.held_by.is_some_and(|holder| holder.pid == std::process::id()));

        append(&*store, run, &event(3, &paused())).expect("kept");
        let paused = info(&*store, "run-1");
        assert_eq!((paused.state, paused.wake, paused.held_by), (RunState::Paused, None, None));
        assert_eq!(store.claim_open(10).await.expect("asked"), [], "it waits for a person");
        assert_eq!(store.claim(&id("run-1")).await.expect("claimed").key, run);
        append(&*store, run, &event(4, &json!({ "event": "run_resumed" }))).expect("kept");
        assert_eq!(info(&*store, "run-1").state, RunState::Open);

        append(&*store, run, &at(hour(7), 5, &json!({ "event": "run_finished", "outcome": "timed_out" })))
            .expect("kept");
        let ended = info(&*store, "run-1");
        assert_eq!((ended.state, ended.finished, ended.held_by), (RunState::Ended, Some(hour(7)), None));
        assert_eq!(ended.outcome, Some(Outcome::TimedOut));
    }
}

#[tokio::test]
async fn a_process_that_lost_a_run_can_append_nothing_to_it() {
    for Shared { store, other, .. } in every_store() {
        let run = store.create(new_run("run-1")).await.expect("kept");
        append(&*store, run, &event(2, &line("x"))).expect("kept");
        store.release(&[run]).await.expect("released");
        let free = append(&*store, run, &event(3, &line("x"))).expect_err("it was released");
        assert!(matches!(free, JournalError::Taken { by: None }), "{free:?}");
        assert_eq!(other.claim(&id("run-1")).await.expect("claimed").key, run);
        assert!(matches!(store.claim(&id("run-1")).await, Err(ClaimError::Held { .. })));
        let taken = append(&*store, run, &event(3, &line("x"))).expect_err("it was taken");
        assert!(matches!(&taken, JournalError::Taken { by: Some(by) } if by.starts_with("process ")), "{taken:?}");
        append(&*other, run, &event(3, &finished())).expect("kept");
        let ended = append(&*store, run, &event(3, &line("x"))).expect_err("it has ended");
        assert!(matches!(ended, JournalError::Taken { by: None }), "{ended:?}");
        assert_eq!(store.reader().events(run, 0).expect("reads").len(), 3);
    }
}

#[tokio::test]
async fn a_process_that_ends_releases_its_runs() {
    for Shared { store, other, .. } in every_store() {
        store.create(new_run("run-1")).await.expect("kept");
        assert_eq!(other.claim_open(5).await.expect("asked"), []);
        drop(store);
        assert_eq!(other.claim_open(5).await.expect("asked").len(), 1);
    }
}

#[tokio::test]
async fn what_is_released_may_be_claimed() {
    for Shared { store, other, .. } in every_store() {
        let mine = store.create(new_run("run-1")).await.expect("kept");
        let kept = store.create(new_run("run-2")).await.expect("kept");
        other.release(&[mine, kept]).await.expect("it is not theirs to release");
        assert_eq!(other.claim_open(5).await.expect("asked"), []);
        store.park(mine, hour(3));
        store.release(&[mine]).await.expect("released");
        let claimed = other.claim_open(5).await.expect("asked");
        assert_eq!(claimed.iter().map(|run| (run.key, run.wake)).collect::<Vec<_>>(), [(mine, Some(hour(3)))]);
        let late = append(&*store, mine, &event(2, &line("x"))).expect_err("it was released");
        assert!(matches!(late, JournalError::Taken { .. }), "{late:?}");
    }
}

#[tokio::test]
async fn the_runs_that_are_due_first_are_claimed_first() {
    for Shared { store, other, .. } in every_store() {
        let mut runs = Vec::new();
        for (name, wake) in [("run-late", 9), ("run-soon", 1), ("run-later", 5)] {
            let run = store.create(new_run(name)).await.expect("kept");
            store.park(run, hour(wake));
            runs.push(run);
        }
        store.release(&runs).await.expect("released");
        let claimed = other.claim_open(2).await.expect("claimed");
        assert_eq!(claimed.iter().map(|run| run.id.as_str()).collect::<Vec<_>>(), ["run-soon", "run-later"]);
    }
}

#[tokio::test]
async fn an_unknown_run_or_one_that_has_ended_cannot_be_claimed() {
    for Shared { store, .. } in every_store() {
        let run = store.create(new_run("run-1")).await.expect("kept");
        append(&*store, run, &event(2, &finished())).expect("kept");
        assert!(matches!(store.claim(&id("run-1")).await, Err(ClaimError::Ended { .. })));
        assert!(matches!(store.claim(&id("run-2")).await, Err(ClaimError::NotFound { .. })));
        assert!(matches!(store.request_cancel(&id("run-1"), false).await, Err(CancelError::Ended { .. })));
        assert!(matches!(store.request_cancel(&id("run-2"), false).await, Err(CancelError::NotFound { .. })));
    }
}

#[tokio::test]
async fn the_holder_hears_of_a_cancel_request_until_it_records_it() {
    for Shared { store, other, .. } in every_store() {
        let run = store.create(new_run("run-1")).await.expect("kept");
        store.create(new_run("run-2")).await.expect("kept");
        assert_eq!(store.requests().await.expect("reads").cancels, []);
        let asked = other.request_cancel(&id("run-1"), false).await.expect("asked");
        assert_eq!((asked.key, asked.state), (run, RunState::Open));
        assert!(asked.held_by.is_some());
        for _ in 0..2 {
            assert_eq!(store.requests().await.expect("reads").cancels, [run]);
        }
        assert_eq!(other.requests().await.expect("reads").cancels, []);
        assert!(info(&*store, "run-1").cancel_requested && !info(&*store, "run-2").cancel_requested);
        let known = event(2, &json!({ "event": "cancel_requested" }));
        append(&*store, run, &known).expect("kept");
        assert_eq!(store.requests().await.expect("reads").cancels, []);
        // Asked again, it has nothing more to record, unless its clean-up is to end.
        other.request_cancel(&id("run-1"), false).await.expect("asked again");
        assert_eq!(store.requests().await.expect("reads"), Requests::default());
        assert!(info(&*store, "run-1").cancel_requested);
        other.request_cancel(&id("run-1"), true).await.expect("asked again");
        other.request_cancel(&id("run-1"), false).await.expect("asked again");
        let asked = Requests { forced: vec![run], ..Requests::default() };
        assert_eq!(store.requests().await.expect("reads"), asked);
        append(&*store, run, &event(3, &json!({ "event": "cancel_requested" }))).expect("kept");
        assert_eq!(store.requests().await.expect("reads"), asked, "it knows of the first request only");
        append(&*store, run, &event(4, &json!({ "event": "cancel_requested", "force": true }))).expect("kept");
        other.request_cancel(&id("run-1"), true).await.expect("asked again");
        assert_eq!(store.requests().await.expect("reads"), Requests::default());
    }
}

#[tokio::test]
async fn a_cancel_request_reaches_the_process_that_claims_the_run_later() {
    for Shared { store, other, .. } in every_store() {
        let mut free = new_run("run-000");
        free.held = false;
        store.create(free).await.expect("kept");
        assert_eq!(store.request_cancel(&id("run-000"), false).await.expect("asked").held_by, None);
        assert_eq!(other.requests().await.expect("reads").cancels, []);
        let claimed = other.claim(&id("run-000")).await.expect("claimed");
        assert_eq!(other.requests().await.expect("reads").cancels, [claimed.key]);
    }
}

#[tokio::test]
async fn the_last_runs_of_each_job_stay_when_that_is_asked_for() {
    for Shared { store, .. } in every_store() {
        for (job, project, name, finished_at) in [
            ("one", None, "run-one-1", 1),
            ("one", None, "run-one-3", 3),
            ("one", None, "run-one-2", 2),
            ("one", Some("web"), "run-web-1", 1),
            ("two", None, "run-two-1", 1),
            ("two", None, "run-two-2", 2),
        ] {
            let mut run = run_of(job, name, hour(0));
            run.project = project.map(str::to_owned);
            ended(&*store, run, finished_at).await;
        }
        let pruned = store.prune(&Prune { before: hour(100), keep_last: 1 }).await.expect("prunes");
        assert_eq!(pruned.runs, 3);
        let mut left = names(&*store, &RunFilter::default());
        left.sort();
        assert_eq!(left, ["run-one-3", "run-two-2", "run-web-1"]);
    }
}

#[tokio::test]
async fn pruning_removes_what_ended_long_ago_and_the_components_that_no_run_needs() {
    for Shared { store, .. } in every_store() {
        for (name, finished_at) in [("run-old", 1), ("run-older", 0), ("run-new", 10)] {
            let mut run = new_run(name);
            run.snapshot = format!("{{\"of\":{finished_at}}}");
            run.components = vec![component(b"shared"), component(name.as_bytes())];
            ended(&*store, run, finished_at).await;
        }
        let mut open_run = new_run("run-open");
        open_run.snapshot = "{\"of\":1}".to_owned();
        open_run.components = vec![component(b"shared")];
        let key = store.create(open_run).await.expect("kept");
        let prune = Prune { before: hour(10), keep_last: 0 };
        assert_eq!(store.reader().prunable(&prune), Ok(2));
        let pruned = store.prune(&prune).await.expect("prunes");
        assert_eq!((pruned.runs, pruned.events, pruned.components), (2, 6, 1));
        assert_eq!(store.reader().prunable(&prune), Ok(0));
        let mut left = names(&*store, &RunFilter::default());
        left.sort();
        assert_eq!(left, ["run-new", "run-open"]);
        let has = |bytes: &[u8]| store.reader().component(&component(bytes).0).expect("reads").is_some();
        assert!(has(b"shared") && has(b"run-new") && !has(b"run-older"));
        assert!(has(b"run-old"), "the snapshot of the open run names it, too");
        append(&*store, key, &event(2, &line("x"))).expect("the open run goes on");
        assert_eq!(store.prune(&prune).await.expect("prunes"), Pruned::default());
    }
}

#[tokio::test]
async fn a_lease_is_held_from_its_proof_until_the_run_is_given_up() {
    for Shared { store, other, .. } in every_store() {
        let run = store.create(new_run("run-1")).await.expect("kept");
        let (lease, same) = (store.lease(run), store.lease(run));
        held(&lease).await;
        assert!(same.is_held());
        let foreign = other.lease(run);
        while foreign.lost().is_none() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        store.release(&[run]).await.expect("released");
        assert_eq!(lease.lost(), Some(JournalError::Taken { by: None }));
        let claimed = other.claim(&id("run-1")).await.expect("it is free");
        held(&other.lease(claimed.key)).await;
        assert!(lease.lost().is_some(), "it stays over");
        drop(other);
        let claimed = store.claim(&id("run-1")).await.expect("it is free");
        held(&store.lease(claimed.key)).await;
    }
}

async fn held(lease: &Lease) {
    while !lease.is_held() {
        assert_eq!(lease.lost(), None);
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn the_first_decision_about_a_call_stays_and_reaches_the_holder() {
    for Shared { store, other, .. } in every_store() {
        let run = store.create(new_run("run-1")).await.expect("kept");
        let decision = |step: &str, decision, by: &str| OperatorDecision {
            step: step.parse().expect("valid"),
            attempt: 1,
            call: 2,
            decision,
            by: by.to_owned(),
            at: hour(1),
        };
        let first = decision("stop", Decision::Retry, "ada");
        let left = other.decide(&id("run-1"), std::slice::from_ref(&first)).await.expect("left");
        assert_eq!(left.held_by.map(|holder| holder.pid), Some(std::process::id()));
        let second = [decision("tell", Decision::Skip, "bob"), decision("stop", Decision::Skip, "bob")];
        let told = other.decide(&id("run-1"), &second).await.expect_err("ada was faster");
        assert_eq!(told, DecideError::Decided { id: id("run-1"), earlier: Box::new(first.clone()) });
        assert_eq!(other.requests().await.expect("reads").decisions, [], "it does not hold the run");
        assert_eq!(store.requests().await.expect("reads").decisions, [(run, first.clone())]);
        let again = OperatorDecision { call: 3, ..decision("stop", Decision::Fail, "bob") };
        let decided = json!({ "event": "step_decided", "step": "stop", "decision": "retry", "by": "operator" });
        append(&*store, run, &event(2, &decided)).expect("kept");
        assert_eq!(store.requests().await.expect("reads").decisions, []);
        other.decide(&id("run-1"), std::slice::from_ref(&again)).await.expect("it is another call");
        assert_eq!(store.requests().await.expect("reads").decisions, [(run, again.clone())]);
        let known = |step: &str| store.reader().decision(run, &step.parse().expect("valid")).expect("reads");
        assert_eq!((known("stop").map(|last| last.call), known("tell")), (Some(3), None));
        append(&*store, run, &event(3, &finished())).expect("kept");
        let late = other.decide(&id("run-1"), &[again]).await.expect_err("it has ended");
        assert_eq!(late, DecideError::Ended { id: id("run-1") });
        let unknown = other.decide(&id("run-2"), &[]).await.expect_err("there is none");
        assert_eq!(unknown, DecideError::NotFound { id: id("run-2") });
    }
}
