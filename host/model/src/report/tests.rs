use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::action::Repeat;
use crate::event::{
    Answer, Call, Checkpoint, DecidedBy, Decision, Expansion, Log, LogLevel, PlaceStanding, PlaceTaken, Progress,
    StepTitle, TakenResult,
};
use crate::failure::{Failure, FailureOrigin};
use crate::limits::{Logged, Used};

mod calls;
mod parts;
mod uncertain;

fn event(seq: u64, what: What) -> Event {
    Event { seq, at: Timestamp::UNIX_EPOCH, what }
}

fn path(text: &str) -> StepPath {
    text.parse().expect("it is a path")
}

fn step() -> StepPath {
    path("stop")
}

fn title(id: &str) -> StepTitle {
    StepTitle { id: path(id), uses: "ec2-stop".to_owned(), finally: false }
}

/// A run of these steps.
fn run_of(steps: &[&str]) -> Report {
    let (run, job) = ("r-1".parse().expect("valid"), "job".parse().expect("valid"));
    let steps = steps.iter().map(|id| title(id)).collect();
    let started = What::RunStarted { run, job, steps, dry_run: false, deadline: None, origin: None };
    Report::begin(&event(1, started)).expect("it is the first event")
}

fn begun() -> Report {
    run_of(&["stop"])
}

/// Applies the next event.
fn say(report: &mut Report, what: What) {
    let event = event(report.last_seq + 1, what);
    report.apply(&event).unwrap_or_else(|error| panic!("{error}: {event:?}"));
}

/// Applies an event that cannot follow, which changes nothing.
fn refuses(report: &mut Report, what: What) {
    let (before, event) = (report.clone(), event(report.last_seq + 1, what));
    let refused = report.apply(&event).expect_err("it cannot follow");
    assert_eq!((refused.seq, refused.event), (event.seq, event.what.name()), "{event:?}");
    assert_eq!(*report, before, "{event:?}");
}

fn started_at(step: &StepPath, attempt: u32) -> What {
    What::StepStarted { step: step.clone(), attempt, deadline: Timestamp::MAX, stand_ins: Vec::new() }
}

fn started() -> What {
    started_at(&step(), 1)
}

fn waiting() -> What {
    What::StepWaiting {
        step: step(),
        until: Timestamp::MAX,
        message: "i-1: stopping".to_owned(),
        progress: None,
        checkpoint: Checkpoint(Arc::from([1])),
        host_calls: 3,
        logged: Logged::default(),
        again: false,
    }
}

fn succeeded(step: &StepPath) -> What {
    What::StepSucceeded { step: step.clone(), outputs: Arc::default() }
}

fn failure(code: &str) -> Failure {
    Failure {
        code: code.to_owned(),
        message: "it did not".to_owned(),
        because: None,
        next: None,
        retryable: true,
        origin: FailureOrigin::Plugin,
    }
}

fn failed(step: &StepPath) -> What {
    What::StepFailed { step: step.clone(), failure: failure("Broken") }
}

fn retrying(step: &StepPath) -> What {
    What::StepRetrying { step: step.clone(), failure: failure("Throttled"), until: Timestamp::MAX }
}

fn cancelled() -> What {
    What::StepCancelled { step: step(), failure: None }
}

fn stopping(cause: StopCause) -> What {
    What::StepCancelling { step: step(), cause, failure: None }
}

fn cancelling() -> What {
    stopping(StopCause::Cancelled)
}

fn logged(captured: &[(&str, &str)]) -> What {
    let captured = captured.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let log = Log::Line { level: LogLevel::Info, text: "a line".to_owned() };
    What::StepLogged { step: step(), log, captured }
}

fn skipped() -> What {
    What::StepSkipped { step: step() }
}

fn finished() -> What {
    What::RunFinished { outcome: Outcome::Cancelled, outputs: BTreeMap::new(), cause: None, failure: None }
}

fn exported(step: &StepPath, value: i64) -> What {
    What::ValuesExported { step: step.clone(), values: BTreeMap::from([("count".to_owned(), json!(value))]) }
}

#[test]
fn what_an_attempt_uses_is_counted_over_its_waits() {
    let mut report = begun();
    let used = |report: &Report| report.step(&step()).expect("it is there").used;
    let log = Log::Line { level: LogLevel::Info, text: "12345".to_owned() };
    let logged = || What::StepLogged { step: step(), log: log.clone(), captured: BTreeMap::new() };
    say(&mut report, started());
    for what in
        [logged(), waiting(), What::StepResumed { step: step() }, logged(), What::RunResumed, logged(), waiting()]
    {
        say(&mut report, what);
    }
    let checkpoint_bytes = 2 * (1 + 1_024);
    let expected = Used { log_events: 3, log_bytes: 15, host_calls: 8, checkpoint_bytes, answer_bytes: 0 };
    assert_eq!(used(&report), expected);
    // The journal has the log masked; the wait says how long it was before that.
    let mut longer = waiting();
    if let What::StepWaiting { logged, .. } = &mut longer {
        *logged = Logged { events: 7, bytes: 70 };
    }
    for what in [What::StepResumed { step: step() }, longer] {
        say(&mut report, what);
    }
    assert_eq!((used(&report).log_events, used(&report).log_bytes), (7, 70));
    // What the plugin does to stop counts from zero, and another crash does not make it begin again.
    say(&mut report, What::StepCancelling { step: step(), cause: StopCause::Failed, failure: None });
    for what in [logged(), What::RunResumed, logged()] {
        say(&mut report, what);
    }
    assert_eq!(used(&report).log_events, 2);
    say(&mut report, What::StepRetrying { step: step(), failure: failure("Broken"), until: Timestamp::MAX });
    say(&mut report, started_at(&step(), 2));
    assert_eq!(used(&report), Used::default());
}

#[test]
fn a_wait_that_was_recorded_without_its_calls_is_read() {
    let mut record = serde_json::to_value(waiting()).expect("it is JSON");
    assert_eq!(record["host_calls"], 3);
    record.as_object_mut().expect("an object").remove("host_calls");
    let old: What = serde_json::from_value(record).expect("it is read");
    assert!(matches!(old, What::StepWaiting { host_calls: 0, .. }), "{old:?}");
}

#[test]
fn a_step_runs_waits_and_succeeds() {
    let mut report = begun();
    let events = [
        (started(), Status::Running),
        (waiting(), Status::Waiting),
        (What::StepResumed { step: step() }, Status::Running),
        (succeeded(&step()), Status::Succeeded),
    ];
    for (what, status) in events {
        say(&mut report, what);
        assert_eq!(report.steps[0].status, status);
    }
}

#[test]
fn what_a_call_is_doing_is_known_until_it_is_answered_waits_or_ends() {
    let progressed = || What::StepProgressed {
        step: step(),
        message: "uploading: 1 of 2 files, 4 B".to_owned(),
        progress: Progress { done: 4, total: Some(13), unit: "bytes".to_owned() },
    };
    let call = || What::CallIntended {
        step: step(),
        call: Call {
            number: 1,
            action: "s3:PutObject".to_owned(),
            repeat: Repeat::Idempotent,
            request: json!({}),
            token: None,
            token_header: None,
        },
    };
    let answered = || What::CallAnswered {
        step: step(),
        number: 1,
        answer: Answer::Done { request_id: None, status: None, response: None },
    };
    for ends in [answered(), waiting(), succeeded(&step()), failed(&step()), cancelled(), What::RunResumed] {
        let mut report = begun();
        refuses(&mut report, progressed());
        say(&mut report, started());
        say(&mut report, call());
        say(&mut report, progressed());
        let doing = report.steps[0].doing.as_ref().map(|doing| (doing.message.as_str(), doing.progress.done));
        assert_eq!(doing, Some(("uploading: 1 of 2 files, 4 B", 4)));
        say(&mut report, ends);
        assert_eq!(report.steps[0].doing, None);
    }
    let mut report = begun();
    say(&mut report, started());
    say(&mut report, succeeded(&step()));
    refuses(&mut report, progressed());
}

#[test]
fn a_step_that_comes_again_keeps_what_it_said_until_it_succeeds() {
    let mut report = begun();
    say(&mut report, started());
    say(&mut report, retrying(&step()));
    assert_eq!(report.steps[0].status, Status::Retrying(Timestamp::MAX));
    say(&mut report, started_at(&step(), 2));
    let codes = |report: &Report| report.steps[0].failure.as_ref().map(|failure| failure.code.clone());
    assert_eq!((report.steps[0].attempt, codes(&report).as_deref()), (2, Some("Throttled")));
    assert_eq!(report.steps[0].started_at_seq, 4);
    say(&mut report, succeeded(&step()));
    assert_eq!((report.steps[0].status, codes(&report)), (Status::Succeeded, None));
}

#[test]
fn a_step_that_waits_for_another_attempt_can_be_skipped_stopped_or_fail() {
    for (what, status) in
        [(skipped(), Status::Skipped), (cancelled(), Status::Cancelled), (failed(&step()), Status::Failed)]
    {
        let mut report = begun();
        say(&mut report, started());
        say(&mut report, retrying(&step()));
        say(&mut report, what);
        assert_eq!(report.steps[0].status, status);
    }
}

#[test]
fn what_is_captured_and_exported_is_the_last_that_was_said() {
    let mut report = run_of(&["stop", "other"]);
    say(&mut report, started());
    say(&mut report, logged(&[("volume", "vol-1"), ("state", "x")]));
    say(&mut report, logged(&[("volume", "vol-2")]));
    let captured = |report: &Report| json!(report.steps[0].captured);
    assert_eq!(captured(&report), json!({ "volume": "vol-2", "state": "x" }));
    say(&mut report, exported(&step(), 1));
    say(&mut report, succeeded(&step()));
    say(&mut report, exported(&path("other"), 2));
    assert_eq!(json!(report.exports), json!({ "count": 2 }));
    refuses(&mut report, exported(&path("nobody"), 3));
}

#[test]
fn what_stops_a_run_first_is_why_it_stopped() {
    let mut report = begun();
    say(&mut report, What::RunTimedOut);
    say(&mut report, What::CancelRequested { force: false });
    assert_eq!((report.stopping, report.cancelled_at_seq), (Some(StopCause::TimedOut), Some(3)));
    let outputs = BTreeMap::from([("state".to_owned(), json!("done"))]);
    say(
        &mut report,
        What::RunFinished { outcome: Outcome::TimedOut, outputs: outputs.clone(), cause: None, failure: None },
    );
    assert_eq!((report.outcome, &report.outputs), (Some(Outcome::TimedOut), &outputs));
    for what in [started(), finished(), What::RunResumed, What::CancelRequested { force: false }, exported(&step(), 1)]
    {
        refuses(&mut report, what);
    }
}

#[test]
fn a_run_is_paused_until_it_is_resumed() {
    let mut report = begun();
    let reason = PauseReason::Refused { failure: failure("Denied") };
    say(&mut report, What::RunPaused { reason: reason.clone() });
    assert_eq!(report.paused, Some(reason));
    say(&mut report, What::RunResumed);
    assert_eq!(report.paused, None);
}

/// Reports with the step in each of its states, and the events that cannot follow.
fn states() -> Vec<(Report, Vec<What>)> {
    let state = |events: &[What]| {
        let mut report = begun();
        events.iter().for_each(|what| say(&mut report, what.clone()));
        report
    };
    let resumed = What::StepResumed { step: step() };
    let answered = What::CallAnswered { step: step(), number: 1, answer: Answer::Unknown { message: String::new() } };
    let decided = What::StepDecided { step: step(), decision: Decision::Retry, by: DecidedBy::Operator };
    let withheld = What::ChangeWithheld { step: step(), call: uncertain::call(1, Repeat::Once) };
    let active = [started(), retrying(&step()), resumed.clone(), answered.clone(), decided.clone()];
    let active = [&active[1..], &[logged(&[]), waiting(), cancelling(), cancelled(), succeeded(&step())]].concat();
    let ended = [&active[..], &[started(), skipped(), failed(&step()), withheld]].concat();
    vec![
        (begun(), active.clone()),
        (state(&[started()]), vec![started(), skipped(), resumed.clone(), answered.clone(), decided.clone()]),
        (state(&[started(), waiting()]), vec![started(), skipped(), waiting(), succeeded(&step()), decided.clone()]),
        (state(&[started(), cancelling()]), vec![started(), waiting(), cancelling(), resumed.clone()]),
        (state(&[started(), retrying(&step())]), vec![retrying(&step()), waiting(), resumed, answered, decided]),
        (state(&[started(), succeeded(&step())]), ended.clone()),
        (state(&[started(), failed(&step())]), ended.clone()),
        (state(&[skipped()]), ended.clone()),
        (state(&[started(), cancelled()]), ended),
    ]
}

#[test]
fn what_cannot_follow_is_refused_and_changes_nothing() {
    for (mut report, wrong) in states() {
        for what in wrong {
            refuses(&mut report, what);
        }
        let stranger = started_at(&path("other"), 1);
        refuses(&mut report, stranger);
        let (run, job) = (report.run.clone(), report.job.clone());
        refuses(
            &mut report,
            What::RunStarted { run, job, steps: Vec::new(), dry_run: false, deadline: None, origin: None },
        );
        let before = report.clone();
        for gap in [0, report.last_seq, report.last_seq + 2] {
            assert!(report.apply(&event(gap, What::CancelRequested { force: false })).is_err(), "{gap}");
        }
        assert_eq!(report, before);
    }
}

#[test]
fn a_refusal_names_the_event_and_where_the_run_or_the_step_stands() {
    let mut report = begun();
    say(&mut report, started());
    say(&mut report, waiting());
    let stranger = started_at(&path("other"), 1);
    for (seq, what, says) in [
        (4, waiting(), "event 4 (`step_waiting`) cannot follow: step `stop` is waiting"),
        (4, stranger, "event 4 (`step_started`) cannot follow: the run has no step `other`"),
        (6, cancelled(), "event 6 (`step_cancelled`) cannot follow: the last record is 3"),
    ] {
        assert_eq!(report.apply(&event(seq, what)).expect_err("it cannot follow").to_string(), says);
    }
    say(&mut report, finished());
    let late = report.apply(&event(5, finished())).expect_err("it has ended");
    assert_eq!(late.to_string(), "event 5 (`run_finished`) cannot follow: the run has ended");
}

#[test]
fn an_event_has_the_name_that_the_journal_gives_it() {
    for what in
        [started(), waiting(), cancelled(), finished(), What::RunResumed, What::CancelRequested { force: false }]
    {
        assert_eq!(json!(what)["event"], what.name());
    }
}

#[test]
fn a_report_of_events_is_the_one_that_took_them_in_one_by_one() {
    let started_run = |steps: &[&str]| {
        let (run, job) = ("r-1".parse().expect("valid"), "job".parse().expect("valid"));
        let steps = steps.iter().map(|id| title(id)).collect();
        event(1, What::RunStarted { run, job, steps, dry_run: false, deadline: None, origin: None })
    };
    let events = [started_run(&["stop"]), event(2, started()), event(3, succeeded(&step()))];
    let whole = Report::of(&events).expect("they follow").expect("there are some");
    let mut one_by_one = begun();
    say(&mut one_by_one, started());
    say(&mut one_by_one, succeeded(&step()));
    assert_eq!(whole, one_by_one);
    assert_eq!(Report::of(&[]), Ok(None));
    let headless = Report::of(&events[1..]).expect_err("it has no beginning");
    assert_eq!(headless.to_string(), "event 2 (`step_started`) cannot follow: the run has not started");
}

#[test]
fn a_run_is_queued_before_its_first_step_and_its_time_begins_with_its_turn() {
    let mut report = begun();
    report.deadline = Some(Timestamp::UNIX_EPOCH);
    let behind = vec![PlaceTaken { run: "r-0".parse().expect("valid"), is: PlaceStanding::Running }];
    let turn = || What::RunBegun { deadline: Some(Timestamp::MAX) };
    refuses(&mut report, turn());
    say(&mut report, What::RunQueued { behind: behind.clone() });
    assert_eq!((report.deadline, &report.queued_behind), (None, &Some(behind.clone())));
    refuses(&mut report, What::RunQueued { behind: behind.clone() });
    say(&mut report, What::RunResumed);
    assert!(report.queued_behind.is_some(), "another process waits on with it");
    say(&mut report, turn());
    assert_eq!((report.deadline, &report.queued_behind), (Some(Timestamp::MAX), &None));
    say(&mut report, started());
    refuses(&mut report, What::RunQueued { behind });
}
