//! Calls in the report of a step.

use super::uncertain::{answered, intended};
use super::*;

fn done(response: Option<Json>) -> Answer {
    Answer::Done { request_id: Some("1".to_owned()), status: None, response }
}

/// A call that was answered with this, as long as the plugin may ask for it again.
fn answered_with(response: &Json) -> Report {
    let mut report = begun();
    say(&mut report, started());
    say(&mut report, intended(1, Repeat::Once));
    say(&mut report, answered(1, done(Some(response.clone()))));
    assert_eq!(report.steps[0].calls[0].answer, Some(done(Some(response.clone()))));
    report
}

#[test]
fn a_large_response_is_kept_for_as_long_as_the_plugin_may_ask_for_it() {
    // Two bytes more with their quotes.
    let (small, large) = (json!("x".repeat(4_094)), json!("x".repeat(4_095)));
    for ends in [waiting(), cancelling(), succeeded(&step()), failed(&step()), retrying(&step()), cancelled()] {
        let mut report = answered_with(&large);
        say(&mut report, intended(2, Repeat::Once));
        say(&mut report, ends.clone());
        assert_eq!(report.steps[0].calls[0].answer, Some(done(None)), "{ends:?}");
        assert_eq!(report.steps[0].calls[1].answer, None, "{ends:?}");
        let mut report = answered_with(&small);
        say(&mut report, ends);
        assert_eq!(report.steps[0].calls[0].answer, Some(done(Some(small.clone()))));
    }
    let mut report = answered_with(&large);
    say(&mut report, What::RunResumed);
    assert_eq!(report.steps[0].open_calls()[0].answer, Some(done(Some(large))), "it is called again, and asks");
}

fn doubled(events: &[What]) -> bool {
    let mut report = begun();
    events.iter().for_each(|what| say(&mut report, what.clone()));
    report.steps[0].call_to_double().is_some()
}

#[test]
fn what_another_attempt_would_do_again_is_what_this_one_did_or_may_have_done() {
    let refused = Answer::Refused { code: None, message: String::new() };
    let unknown = Answer::Unknown { message: String::new() };
    for (repeat, when_done, when_open) in [
        (Repeat::Once, true, true),
        (Repeat::Tokened, true, false),
        (Repeat::Idempotent, false, false),
        (Repeat::Paid, false, false),
    ] {
        for (expected, events) in [
            (when_open, vec![]),
            (when_open, vec![answered(1, unknown.clone())]),
            (when_done, vec![answered(1, done(None))]),
        ] {
            let events = [vec![started(), intended(1, repeat)], events].concat();
            assert_eq!(doubled(&events), expected, "{events:?}");
            let events = [events, vec![waiting(), stopping(StopCause::TimedOut)]].concat();
            assert_eq!(doubled(&events), expected, "{events:?}");
        }
    }
    let once = || intended(1, Repeat::Once);
    assert!(!doubled(&[started(), once(), answered(1, refused)]));
    assert!(!doubled(&[started(), once(), retrying(&step()), started_at(&step(), 2)]), "an earlier attempt did it");
    assert!(!doubled(&[started(), waiting(), stopping(StopCause::TimedOut), once()]), "it was done to stop");
}
