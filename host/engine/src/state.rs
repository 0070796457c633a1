//! What a run does next: a pure function of its report and the time, used live and, once runs are durable, at recovery.

use jiff::Timestamp;
use stepwell_model::event::{Outcome, StopCause};
use stepwell_model::id::StepId;
use stepwell_model::report::{Report, Status, StepReport};

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Begin the first attempt at a step.
    Begin(StepId),
    /// Call the plugin of a step that has begun: `start`, or `resume` when there is a checkpoint.
    Call(StepId),
    /// Tell the plugin to stop what it had started.
    CallCancel(StepId, StopCause),
    /// The wait of a step is over.
    Resume(StepId),
    /// The wait of a step must end early.
    Stop(StepId, StopCause),
    /// Nothing until then.
    Sleep(Timestamp),
    /// The run has come to its end.
    Finish(Outcome),
    /// The end is recorded.
    Ended(Outcome),
}

/// Decides.
pub fn next(report: &Report, now: Timestamp) -> Next {
    if let Some(outcome) = report.outcome {
        return Next::Ended(outcome);
    }
    let Some(step) = report.steps.iter().find(|step| step.status != Status::Succeeded) else {
        return Next::Finish(Outcome::Succeeded);
    };
    let id = step.id.clone();
    match step.status {
        Status::NotStarted if report.cancel_requested => Next::Finish(Outcome::Cancelled),
        Status::NotStarted => Next::Begin(id),
        Status::Running => Next::Call(id),
        Status::Waiting => next_of_waiting(step, report.cancel_requested, now),
        Status::Cancelling(cause) => Next::CallCancel(id, cause),
        Status::Failed => Next::Finish(Outcome::Failed),
        Status::Cancelled => Next::Finish(Outcome::Cancelled),
        Status::StoppedBeforeChange => Next::Finish(Outcome::StoppedBeforeChange),
        Status::Succeeded => Next::Finish(Outcome::Succeeded),
    }
}

fn next_of_waiting(step: &StepReport, cancelled: bool, now: Timestamp) -> Next {
    let until = step.wait.as_ref().map_or(now, |wait| wait.until);
    let deadline = step.deadline.unwrap_or(Timestamp::MAX);
    if cancelled {
        Next::Stop(step.id.clone(), StopCause::Cancelled)
    } else if now >= deadline {
        Next::Stop(step.id.clone(), StopCause::TimedOut)
    } else if now >= until {
        Next::Resume(step.id.clone())
    } else {
        Next::Sleep(until.min(deadline))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::SignedDuration;
    use stepwell_model::event::{Checkpoint, Event, StepTitle, What};

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
    }

    fn id(text: &str) -> StepId {
        text.parse().expect("valid")
    }

    /// A run of steps `a` and `b` after these events. Step `a` runs out of time at second 100.
    fn after(events: Vec<What>) -> Report {
        let steps = ["a", "b"].map(|step| StepTitle { id: id(step), uses: "p".to_owned() }).to_vec();
        let (run, job) = ("run".parse().expect("valid"), "job".parse().expect("valid"));
        let first = Event { seq: 1, at: at(0), what: What::RunStarted { run, job, steps, dry_run: false } };
        let mut report = Report::begin(&first).expect("it is the first");
        for (seq, what) in (2..).zip(events) {
            report.apply(&Event { seq, at: at(0), what }).expect("it follows");
        }
        report
    }

    fn started() -> What {
        What::StepStarted { step: id("a"), attempt: 1, deadline: at(100) }
    }

    fn waiting(until: i64) -> What {
        let (message, checkpoint) = (String::new(), Checkpoint::default());
        What::StepWaiting { step: id("a"), until: at(until), message, progress: None, checkpoint }
    }

    #[test]
    fn steps_run_in_order_and_the_run_ends_with_the_last() {
        assert_eq!(next(&after(vec![]), at(0)), Next::Begin(id("a")));
        assert_eq!(next(&after(vec![started()]), at(0)), Next::Call(id("a")));
        let succeeded = |step| What::StepSucceeded { step: id(step), outputs: Arc::default() };
        assert_eq!(next(&after(vec![started(), succeeded("a")]), at(0)), Next::Begin(id("b")));
        let begun = What::StepStarted { step: id("b"), attempt: 1, deadline: at(9) };
        let report = after(vec![started(), succeeded("a"), begun, succeeded("b")]);
        assert_eq!(next(&report, at(0)), Next::Finish(Outcome::Succeeded));
    }

    #[test]
    fn a_wait_ends_when_its_time_has_come() {
        let report = after(vec![started(), waiting(10)]);
        assert_eq!(next(&report, at(9)), Next::Sleep(at(10)));
        assert_eq!(next(&report, at(10)), Next::Resume(id("a")));
    }

    #[test]
    fn a_wait_beyond_the_deadline_ends_at_the_deadline() {
        let report = after(vec![started(), waiting(1_000)]);
        assert_eq!(next(&report, at(9)), Next::Sleep(at(100)));
        assert_eq!(next(&report, at(100)), Next::Stop(id("a"), StopCause::TimedOut));
    }

    #[test]
    fn cancelling_stops_a_wait_and_begins_nothing_more() {
        let report = after(vec![started(), waiting(10), What::CancelRequested]);
        assert_eq!(next(&report, at(0)), Next::Stop(id("a"), StopCause::Cancelled));
        assert_eq!(next(&after(vec![What::CancelRequested]), at(0)), Next::Finish(Outcome::Cancelled));
        let stopping = What::StepCancelling { step: id("a"), cause: StopCause::Cancelled };
        let report = after(vec![started(), waiting(10), What::CancelRequested, stopping]);
        assert_eq!(next(&report, at(0)), Next::CallCancel(id("a"), StopCause::Cancelled));
    }
}
