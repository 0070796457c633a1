//! For a pipe or a log file: one line for each thing that happened.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use stepwell_model::event::{Call, Event, Log, LogLevel, StopCause, What};
use stepwell_model::id::StepId;
use stepwell_model::plan::Plan;
use stepwell_model::report::Report;

use super::words::{between, printable, printable_lines};
use super::{View, report, table};
use crate::out;

/// Prints lines.
pub struct Plain {
    title: String,
    started: Mutex<BTreeMap<StepId, Timestamp>>,
}

impl Plain {
    /// Before the first event.
    pub fn new(plan: &Plan) -> Self {
        let count = plan.steps.len();
        let title = format!("{}: {count} {}", plan.job, if count == 1 { "step" } else { "steps" });
        Self { title, started: Mutex::default() }
    }

    fn took(&self, step: &StepId, now: Timestamp) -> String {
        let started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        started.get(step).map_or_else(String::new, |from| between(*from, now))
    }

    fn describe(&self, event: &Event) -> Option<String> {
        Some(match &event.what {
            What::RunStarted { run, .. } => format!("{} (run {run})", self.title),
            What::StepStarted { step, .. } => {
                self.started.lock().unwrap_or_else(PoisonError::into_inner).insert(step.clone(), event.at);
                "started".to_owned()
            }
            What::StepLogged { log, .. } => return log_text(log),
            What::StepWaiting { message, .. } => format!("waiting: {message}"),
            What::StepCancelling { cause: StopCause::Cancelled, .. } => {
                "stopping, because the run was cancelled".to_owned()
            }
            What::StepCancelling { cause: StopCause::TimedOut, .. } => "stopping, because its time is over".to_owned(),
            What::StepSucceeded { step, .. } => format!("succeeded after {}", self.took(step, event.at)),
            What::StepFailed { step, failure } => {
                format!("failed after {}: {} ({})", self.took(step, event.at), failure.message, failure.code)
            }
            What::StepCancelled { step, .. } => format!("cancelled after {}", self.took(step, event.at)),
            What::ChangeWithheld { call, .. } => would_call(call),
            What::CancelRequested => "cancelling".to_owned(),
            What::StepResumed { .. }
            | What::CredentialsIssued { .. }
            | What::CallIntended { .. }
            | What::CallAnswered { .. }
            | What::RunFinished { .. } => return None,
        })
    }
}

impl View for Plain {
    fn event(&self, event: &Event) {
        let Some(text) = self.describe(event) else { return };
        for line in text.lines() {
            match event.what.step() {
                Some(step) => out::line(&format!("[{step}] {}", printable(line))),
                None => out::line(&printable(line)),
            }
        }
    }

    fn report(&self, report: &Report) {
        out::text(&report::text(report));
        out::failure(report::failure(report));
    }

    fn cancelling(&self) {
        out::error("cancelling; once more leaves at once");
    }

    fn abandoned(&self) {
        out::error(ABANDONED);
    }
}

/// What a second Ctrl-C leaves behind.
pub const ABANDONED: &str = "\
error: the run was abandoned
because: it was cancelled twice, and its step was not told to stop what it had started
next: look in AWS at what the step had started; this run cannot be resumed";

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
