//! Calls of unknown effect.

use super::*;

pub(super) fn call(number: u64, repeat: Repeat) -> Call {
    Call {
        number,
        action: "ec2:RebootInstances".to_owned(),
        repeat,
        request: json!({}),
        token: None,
        token_header: None,
    }
}

pub(super) fn intended(number: u64, repeat: Repeat) -> What {
    What::CallIntended { step: step(), call: call(number, repeat) }
}

pub(super) fn answered(number: u64, answer: Answer) -> What {
    What::CallAnswered { step: step(), number, answer }
}

pub(super) fn decided(decision: Decision) -> What {
    What::StepDecided { step: step(), decision, by: DecidedBy::Operator }
}

/// The report after another process has resumed the run.
pub(super) fn taken_up(events: &[What]) -> Report {
    let mut report = begun();
    events.iter().for_each(|what| say(&mut report, what.clone()));
    say(&mut report, What::RunResumed);
    report
}

#[test]
fn a_step_is_uncertain_when_a_call_that_must_happen_once_was_in_flight() {
    let done = Answer::Done { request_id: None, status: None, response: None };
    let refused = Answer::Refused { code: None, message: String::new() };
    let unknown = Answer::Unknown { message: String::new() };
    let resumed = What::StepResumed { step: step() };
    let once = intended(1, Repeat::Once);
    for (status, events) in [
        (Status::Uncertain, vec![once.clone()]),
        (Status::Uncertain, vec![once.clone(), answered(1, unknown)]),
        (Status::Uncertain, vec![once.clone(), answered(1, done.clone()), intended(2, Repeat::Once)]),
        // A plugin that stops makes calls of its own.
        (Status::Cancelling(StopCause::Cancelled), vec![once.clone(), cancelling()]),
        (Status::Uncertain, vec![once.clone(), cancelling(), intended(2, Repeat::Once)]),
        (Status::Cancelling(StopCause::Cancelled), vec![cancelling(), once.clone(), answered(1, done.clone())]),
        (Status::Running, vec![]),
        (Status::Running, vec![once.clone(), answered(1, done.clone())]),
        (Status::Running, vec![once.clone(), answered(1, refused)]),
        (Status::Running, vec![intended(1, Repeat::Idempotent), intended(2, Repeat::Tokened)]),
        (Status::Waiting, vec![once.clone(), waiting()]),
        (Status::Running, vec![once.clone(), waiting(), resumed.clone()]),
        (Status::Uncertain, vec![once.clone(), waiting(), resumed, intended(2, Repeat::Once)]),
        (Status::Succeeded, vec![once.clone(), succeeded(&step())]),
        (Status::Retrying(Timestamp::MAX), vec![once.clone(), retrying(&step())]),
        (Status::Running, vec![once, retrying(&step()), started_at(&step(), 2)]),
    ] {
        let report = taken_up(&[vec![started()], events.clone()].concat());
        assert_eq!(report.steps[0].status, status, "{events:?}");
    }
}

#[test]
fn a_decision_ends_the_step_or_lets_it_go_on() {
    let uncertain = || taken_up(&[started(), intended(1, Repeat::Once)]);
    for (decision, status, code) in [
        (Decision::Retry, Status::Running, None),
        (Decision::Skip, Status::Skipped, None),
        (Decision::Fail, Status::Failed, Some("Uncertain")),
    ] {
        let mut report = uncertain();
        say(&mut report, decided(decision));
        let step = &report.steps[0];
        assert_eq!((step.status, step.failure.as_ref().map(|failure| failure.code.as_str())), (status, code));
        assert!(step.calls[0].decided);
        refuses(&mut report, decided(decision));
    }
    let mut report = uncertain();
    for what in [started(), waiting(), succeeded(&step()), failed(&step()), skipped()] {
        refuses(&mut report, what);
    }
    assert_eq!(uncertain().steps[0].failure, None);
    // Cancelling the run is a decision, too.
    say(&mut report, cancelled());
    assert_eq!(report.steps[0].status, Status::Cancelled);
}

#[test]
fn a_step_that_had_waited_stops_what_it_had_started_when_it_is_decided_that_it_failed() {
    let resumed = What::StepResumed { step: step() };
    let mut report = taken_up(&[started(), waiting(), resumed, intended(1, Repeat::Once)]);
    say(&mut report, decided(Decision::Fail));
    for _ in 0..2 {
        let step = &report.steps[0];
        assert_eq!(step.status, Status::Cancelling(StopCause::Decided));
        assert_eq!(step.open_calls(), []);
        assert!(step.checkpoint.is_some() && step.failure.is_some(), "{step:?}");
        say(&mut report, What::RunResumed);
    }
    say(&mut report, failed(&step()));
    assert_eq!(report.steps[0].status, Status::Failed);
}

/// A step whose plugin was told to stop, and made a call to stop that must happen once.
fn stopped_by(told: &What) -> Report {
    let resumed = What::StepResumed { step: step() };
    let once = |number| intended(number, Repeat::Once);
    let report = taken_up(&[started(), waiting(), resumed, once(1), told.clone(), once(2)]);
    assert_eq!((report.steps[0].status, report.steps[0].open_calls().len()), (Status::Uncertain, 1));
    report
}

#[test]
fn a_plugin_that_stops_makes_its_call_again_or_is_not_told_to_stop_again() {
    let broken = What::StepCancelling { step: step(), cause: StopCause::Failed, failure: Some(failure("Broken")) };
    for (told, cause, code, left) in [
        (cancelling(), StopCause::Cancelled, "Uncertain", false),
        (stopping(StopCause::TimedOut), StopCause::TimedOut, "Uncertain", false),
        (broken, StopCause::Failed, "Broken", true),
    ] {
        let mut report = stopped_by(&told);
        say(&mut report, decided(Decision::Retry));
        assert_eq!(report.steps[0].status, Status::Cancelling(cause));
        assert!(report.steps[0].calls[1].decided);
        assert_eq!(report.steps[0].open_calls().len(), 1, "what the plugin did to stop comes again");
        let mut report = stopped_by(&told);
        say(&mut report, decided(Decision::Fail));
        let step = &report.steps[0];
        let failure = step.failure.as_ref().expect("it failed");
        assert_eq!((step.status, failure.code.as_str()), (Status::Failed, code));
        let because = failure.because.as_deref().unwrap_or_default();
        assert_eq!(because.contains("could not stop what it had started: it is not known whether"), left, "{because}");
    }
}

#[test]
fn what_was_decided_is_not_asked_again_and_what_comes_after_it_is() {
    let mut report = taken_up(&[started(), intended(1, Repeat::Once)]);
    say(&mut report, decided(Decision::Retry));
    say(&mut report, What::RunResumed);
    assert_eq!(report.steps[0].status, Status::Running);
    say(&mut report, intended(2, Repeat::Once));
    say(&mut report, What::RunResumed);
    assert_eq!(report.steps[0].status, Status::Uncertain);
    assert_eq!(report.steps[0].open_calls().len(), 2);
}

#[test]
fn a_failure_by_decision_says_which_call_it_is_about() {
    let mut report = taken_up(&[started(), intended(1, Repeat::Once)]);
    say(&mut report, decided(Decision::Fail));
    let failure = report.steps[0].failure.clone().expect("it failed");
    assert_eq!(failure.message, "it is not known whether `ec2:RebootInstances` took effect");
    assert!(!failure.retryable);
}
