//! The view for a pipe or a log file: one line for each record.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use stepwell_model::event::{Call, Decision, Event, Expansion, Log, LogLevel, StepTitle, StopCause, TakenResult, What};
use stepwell_model::id::StepPath;
use stepwell_model::report::Report;

use super::runs::queued;
use super::words::{between, printable, printable_lines, sent, undecided, when};
use super::{View, report, table};
use crate::out;

/// Seconds between two lines about the progress of a call.
const PROGRESS_SECONDS: i64 = 10;

/// Seconds between two lines about a wait that says the same.
const WAIT_SECONDS: i64 = 60;

/// Prints lines as they come.
#[derive(Default)]
pub struct Plain {
    started: Mutex<BTreeMap<StepPath, Timestamp>>,
    /// When the progress of a step's call was printed last.
    progressed: Mutex<BTreeMap<StepPath, Timestamp>>,
    /// What the wait of a step said last, and when it was printed.
    waited: Mutex<BTreeMap<StepPath, (String, Timestamp)>>,
}

impl Plain {
    /// The view before the first record.
    pub fn new() -> Self {
        Self::default()
    }

    fn took(&self, step: &StepPath, now: Timestamp) -> String {
        let started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        started.get(step).map_or_else(String::new, |from| format!(" after {}", between(*from, now)))
    }

    fn begins(&self, step: &StepPath, at: Timestamp) {
        self.started.lock().unwrap_or_else(PoisonError::into_inner).insert(step.clone(), at);
        self.waited.lock().unwrap_or_else(PoisonError::into_inner).remove(step);
    }

    /// Whether the progress of a call is due to be printed again.
    fn progresses(&self, step: &StepPath, now: Timestamp) -> bool {
        let mut progressed = self.progressed.lock().unwrap_or_else(PoisonError::into_inner);
        let is_near = |last: &Timestamp| now.duration_since(*last).as_secs() < PROGRESS_SECONDS;
        let is_due = !progressed.get(step).is_some_and(is_near);
        if is_due {
            progressed.insert(step.clone(), now);
        }
        is_due
    }

    /// Whether the message of a wait is new, or due to be printed again.
    fn waits(&self, step: &StepPath, message: &str, now: Timestamp) -> bool {
        let mut waited = self.waited.lock().unwrap_or_else(PoisonError::into_inner);
        let is_told =
            |(told, at): &(String, Timestamp)| told == message && now.duration_since(*at).as_secs() < WAIT_SECONDS;
        let is_due = !waited.get(step).is_some_and(is_told);
        if is_due {
            waited.insert(step.clone(), (message.to_owned(), now));
        }
        is_due
    }

    /// Prints a record in words, with its time.
    pub fn print(&self, event: &Event) {
        let Some(text) = self.describe(event) else { return };
        let at = when(event.at);
        for line in text.lines() {
            match event.what.step() {
                Some(step) => out::line(&format!("{at} [{step}] {}", printable(line))),
                None => out::line(&format!("{at} {}", printable(line))),
            }
        }
    }

    fn describe(&self, event: &Event) -> Option<String> {
        let at = event.at;
        Some(match &event.what {
            What::StepStarted { step, attempt, .. } => {
                self.begins(step, at);
                if *attempt > 1 { format!("started, attempt {attempt}") } else { "started".to_owned() }
            }
            What::StepExpanded { step, into, steps, .. } => {
                self.begins(step, at);
                match into {
                    Expansion::Items(items) => format!("started for {} items", items.len()),
                    Expansion::Job(_) => format!("started: {}", count(steps)),
                }
            }
            What::StepSkipped { .. } => "skipped".to_owned(),
            What::StepLogged { log, .. } => return log_text(log),
            What::StepProgressed { step, message, .. } if self.progresses(step, at) => message.clone(),
            What::StepWaiting { step, message, .. } if self.waits(step, message, at) => format!("waiting: {message}"),
            What::StepCancelling { cause: StopCause::Cancelled, .. } => {
                "stopping, because the run was cancelled".to_owned()
            }
            What::StepCancelling { cause: StopCause::TimedOut, .. } => "stopping, because it timed out".to_owned(),
            What::StepCancelling { failure: Some(failure), .. } => {
                format!("stopping, because it failed: {} ({})", failure.message, failure.code)
            }
            What::StepSucceeded { step, .. } => format!("succeeded{}", self.took(step, at)),
            What::StepFailed { step, failure } => {
                format!("failed{}: {} ({})", self.took(step, at), failure.message, failure.code)
            }
            What::StepRetrying { step, failure, until } => {
                let (took, then) = (self.took(step, at), between(at, *until));
                format!("failed{took}: {} ({}); retrying in {then}", failure.message, failure.code)
            }
            What::StepCancelled { step, .. } => format!("cancelled{}", self.took(step, at)),
            What::StepDecided { decision, .. } => decided(*decision).to_owned(),
            What::ChangeWithheld { call, .. } => would_call(call),
            What::WaitWithheld { message, .. } => format!("would wait: {message}"),
            What::StepUndecided { after, because, .. } => format!("cannot tell: {}", undecided(after, because)),
            What::RunStarted { run, job, steps, origin, .. } => {
                let again = origin.as_ref().and_then(|origin| origin.again.as_ref());
                let again = again.map_or_else(String::new, |earlier| format!(", again after run {earlier}"));
                format!("{job}: {} (run {run}{again})", count(steps))
            }
            What::StepTaken { from, result: TakenResult::Succeeded { .. }, .. } => {
                format!("succeeded in run {from}, taken over")
            }
            What::StepTaken { from, result: TakenResult::Failed { failure }, .. } => {
                format!("failed in run {from}, taken over: {}", failure.message)
            }
            What::StepTaken { from, .. } => format!("did not run in run {from}, taken over"),
            What::CancelRequested { force: false } => "cancelling".to_owned(),
            What::CancelRequested { force: true } => "cancelling, the clean-up too".to_owned(),
            What::RunTimedOut => "the run timed out".to_owned(),
            What::RunQueued { behind } => queued(behind),
            What::RunBegun { .. } => "begins: its place is free".to_owned(),
            What::RunResumed => "a process resumed the run".to_owned(),
            What::RunPaused { .. } => "paused".to_owned(),
            What::StepProgressed { .. }
            | What::StepWaiting { .. }
            | What::StepCancelling { .. }
            | What::StepResumed { .. }
            | What::CredentialsIssued { .. }
            | What::CallIntended { .. }
            | What::CallAnswered { .. }
            | What::ValuesExported { .. }
            | What::RunFinished { .. } => return None,
        })
    }
}

fn count(steps: &[StepTitle]) -> String {
    match steps.iter().filter(|step| !step.id.is_handler()).count() {
        1 => "1 step".to_owned(),
        count => format!("{count} steps"),
    }
}

fn decided(decision: Decision) -> &'static str {
    match decision {
        Decision::Retry => "decided: the call is repeated",
        Decision::Skip => "decided: the step counts as skipped",
        Decision::Fail => "decided: the step failed",
    }
}

impl View for Plain {
    fn event(&self, event: &Event) {
        self.print(event);
    }

    fn report(&self, report: &Report) {
        out::text(&report::text(report));
        out::failure(report::failure(report));
    }

    fn cancelling(&self) {
        out::error(CANCELLING);
    }

    fn leaving(&self) {
        out::error(LEAVING);
    }

    fn abandoned(&self) {
        out::error(ABANDONED);
    }
}

/// The message after the first Ctrl-C.
pub const CANCELLING: &str = "cancelling; a second Ctrl-C leaves at once";

/// The error after a second Ctrl-C.
pub const ABANDONED: &str = "\
error: the run was abandoned
because: Ctrl-C was pressed again while its steps were being stopped
next: find the run with `stepwell runs list`; `stepwell runs cancel` stops what it started";

/// The message of a process that leaves its run to other processes.
pub const LEAVING: &str = "leaving: waiting for calls in flight; resume the run with `stepwell runs resume`";

/// The call that a dry run withholds.
pub fn would_call(call: &Call) -> String {
    match sent(call) {
        Some(sent) => format!("would send {sent}"),
        None => format!("would call {} {}", call.action, call.request),
    }
}

/// The log of a plugin, as text; none for levels that only the plugin's author needs.
pub fn log_text(log: &Log) -> Option<String> {
    Some(match log {
        Log::Line { level: LogLevel::Verbose | LogLevel::Debug, .. } => return None,
        Log::Line { level: LogLevel::Info, text } => printable_lines(text),
        Log::Line { level: LogLevel::Warn, text } => format!("warning: {}", printable_lines(text)),
        Log::Line { level: LogLevel::Error, text } => format!("error: {}", printable_lines(text)),
        Log::Table { columns, rows } => table::table(columns, rows),
        Log::Pairs { pairs } => {
            table::pairs(pairs.iter().map(|(name, value)| (name.as_str(), printable(value).into_owned())), "")
        }
        Log::Link { label, url } => format!("{label}: {url}"),
    })
}

#[cfg(test)]
mod tests {
    use stepwell_model::event::Progress;

    use super::*;

    #[test]
    fn how_far_a_call_has_come_is_a_line_every_ten_seconds_for_each_step() {
        let plain = Plain::new();
        let said = |step: &str, second: i64| {
            let progress = Progress { done: 4, total: None, unit: "bytes".to_owned() };
            let message = "uploading: 1 of 2 files, 4 B".to_owned();
            let what = What::StepProgressed { step: step.parse().expect("valid"), message, progress };
            let at = Timestamp::from_second(second).expect("valid");
            plain.describe(&Event { seq: 2, at, what }).is_some()
        };
        let seconds = [("a", 0), ("a", 1), ("b", 1), ("a", 9), ("a", 10), ("b", 10), ("a", 19), ("b", 11)];
        let lines = seconds.into_iter().filter(|(step, second)| said(step, *second));
        assert_eq!(lines.collect::<Vec<_>>(), [("a", 0), ("b", 1), ("a", 10), ("b", 11)]);
    }

    #[test]
    fn a_wait_that_says_the_same_is_a_line_every_minute() {
        let plain = Plain::new();
        let said = |message: &str, second: i64| {
            let (step, at) = ("a".parse().expect("valid"), Timestamp::from_second(second).expect("valid"));
            let (message, until) = (message.to_owned(), at);
            let (checkpoint, progress, host_calls, logged, again) = Default::default();
            let what = What::StepWaiting { step, until, message, checkpoint, progress, host_calls, logged, again };
            plain.describe(&Event { seq: 2, at, what }).is_some()
        };
        let waits =
            [("pending", 0), ("pending", 5), ("running", 10), ("running", 69), ("running", 70), ("pending", 75)];
        let lines = waits.into_iter().filter(|(message, second)| said(message, *second));
        assert_eq!(lines.collect::<Vec<_>>(), [("pending", 0), ("running", 10), ("running", 70), ("pending", 75)]);
    }
}
