//! For a pipe or a log file: one line for each thing that happened.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use stepwell_model::event::{Call, Decision, Event, Expansion, Log, LogLevel, StepTitle, StopCause, What};
use stepwell_model::id::StepPath;
use stepwell_model::report::Report;

use super::words::{between, printable, printable_lines};
use super::{View, report, table};
use crate::out;

/// Prints lines.
#[derive(Default)]
pub struct Plain {
    started: Mutex<BTreeMap<StepPath, Timestamp>>,
}

impl Plain {
    /// Before the first event.
    pub fn new() -> Self {
        Self::default()
    }

    fn took(&self, step: &StepPath, now: Timestamp) -> String {
        let started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        started.get(step).map_or_else(String::new, |from| format!(" after {}", between(*from, now)))
    }

    fn begins(&self, step: &StepPath, at: Timestamp) {
        self.started.lock().unwrap_or_else(PoisonError::into_inner).insert(step.clone(), at);
    }

    /// Prints what an event means to people.
    pub fn print(&self, event: &Event) {
        let Some(text) = self.describe(event) else { return };
        for line in text.lines() {
            match event.what.step() {
                Some(step) => out::line(&format!("[{step}] {}", printable(line))),
                None => out::line(&printable(line)),
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
                    Expansion::Items(items) => format!("runs for {} items", items.len()),
                    Expansion::Job(_) => format!("started: {}", count(steps)),
                }
            }
            What::StepSkipped { .. } => "skipped".to_owned(),
            What::StepLogged { log, .. } => return log_text(log),
            What::StepWaiting { message, .. } => format!("waiting: {message}"),
            What::StepCancelling { cause: StopCause::Cancelled, .. } => {
                "stopping, because the run was cancelled".to_owned()
            }
            What::StepCancelling { cause: StopCause::TimedOut, .. } => "stopping, because its time is over".to_owned(),
            What::StepSucceeded { step, .. } => format!("succeeded{}", self.took(step, at)),
            What::StepFailed { step, failure } => {
                format!("failed{}: {} ({})", self.took(step, at), failure.message, failure.code)
            }
            What::StepRetrying { step, failure, until } => {
                let (took, then) = (self.took(step, at), between(at, *until));
                format!("failed{took}: {} ({}); again in {then}", failure.message, failure.code)
            }
            What::StepCancelled { step, .. } => format!("cancelled{}", self.took(step, at)),
            What::StepDecided { decision, .. } => decided(*decision).to_owned(),
            What::ChangeWithheld { call, .. } => would_call(call),
            what => return of_run(what),
        })
    }
}

/// What happened to the run itself.
fn of_run(what: &What) -> Option<String> {
    Some(match what {
        What::RunStarted { run, job, steps, .. } => format!("{job}: {} (run {run})", count(steps)),
        What::CancelRequested => "cancelling".to_owned(),
        What::RunTimedOut => "the run is out of time".to_owned(),
        What::RunResumed => "a process goes on with the run".to_owned(),
        What::RunPaused { .. } => "paused".to_owned(),
        _ => return None,
    })
}

fn count(steps: &[StepTitle]) -> String {
    match steps.iter().filter(|step| !step.id.is_handler()).count() {
        1 => "1 step".to_owned(),
        count => format!("{count} steps"),
    }
}

fn decided(decision: Decision) -> &'static str {
    match decision {
        Decision::Retry => "decided: the call is made again",
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
        out::error("cancelling; once more leaves at once");
    }

    fn leaving(&self) {
        out::error(LEAVING);
    }

    fn abandoned(&self) {
        out::error(ABANDONED);
    }
}

/// What a second Ctrl-C leaves behind.
pub const ABANDONED: &str = "\
error: the run was abandoned
because: that was asked for with Ctrl-C while its steps were being stopped
next: find it with `stepwell runs list`; `stepwell runs cancel` stops what it had started";

/// What is said when the process leaves a run to others.
pub const LEAVING: &str = "leaving: what is in flight is awaited, and the run can go on with `stepwell runs resume`";

/// The call that a dry run does not make.
pub fn would_call(call: &Call) -> String {
    format!("would call {} {}", call.action, call.request)
}

/// What a plugin says, as text; none when it is for the plugin's author only.
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
