//! Lists of runs, and the report of one.

use std::path::Path;

use jiff::Timestamp;
use serde_json::{Value as Json, json};
use stepwell_model::id::RunId;
use stepwell_model::report::Report;
use stepwell_model::run_store::{Holder, Pruned, RunInfo, RunState};

use super::words::{between, bytes, outcome, printable};
use super::{report, summary, table};
use crate::args::Extent;

/// The runs, the newest first.
pub fn list(runs: &[RunInfo], has_more: bool, now: Timestamp) -> String {
    let more = if has_more { "older runs are not listed: `--limit` lists more\n" } else { "" };
    if runs.is_empty() {
        return if has_more { more } else { "no runs\n" }.to_owned();
    }
    let columns = ["run", "job", "state", "began", "took"].map(str::to_owned);
    let row = |run: &RunInfo| {
        let took = between(run.started, run.finished.unwrap_or(now));
        let began = format!("{:.0}", run.started);
        vec![Some(run.id.to_string()), Some(run.job.to_string()), Some(state(run)), Some(began), Some(took)]
    };
    table::table(&columns, &runs.iter().map(row).collect::<Vec<_>>()) + more
}

fn state(run: &RunInfo) -> String {
    match (run.state, run.outcome, &run.held_by) {
        (RunState::Ended, Some(ended), _) => outcome(ended).to_owned(),
        (RunState::Ended, None, _) => "ended".to_owned(),
        (RunState::Paused, ..) => "paused: waits for a decision".to_owned(),
        (RunState::Open, _, Some(_)) if run.cancel_requested => "cancelling".to_owned(),
        (RunState::Open, _, Some(_)) => "running".to_owned(),
        (RunState::Open, _, None) => "abandoned: no process executes it".to_owned(),
    }
}

/// A run of a list, for programs.
pub fn list_json(run: &RunInfo) -> Json {
    json!({
        "run": run.id,
        "job": run.job,
        "project": run.project,
        "dry_run": run.dry_run,
        "state": run.state.as_str(),
        "outcome": run.outcome,
        "started": run.started,
        "finished": run.finished,
        "wake": run.wake,
        "cancel_requested": run.cancel_requested,
        "held_by": run.held_by.as_ref().map(holder),
    })
}

fn holder(holder: &Holder) -> Json {
    json!({ "pid": holder.pid, "host": holder.host, "since": holder.since })
}

/// The report of a run, and the process that executes it.
pub fn show(run: &RunInfo, found: &Report, extent: Extent) -> String {
    let mut text = summary::text(found, extent);
    if let Some(holder) = run.held_by.as_ref().filter(|_| run.state == RunState::Open) {
        text.push_str(&format!("executed by {holder}\n"));
    } else if run.state == RunState::Open {
        text.push_str(&format!("no process executes it; resume it with `stepwell runs resume {}`\n", run.id));
    }
    text.extend(report::failure(found).map(|lines| format!("{lines}\n")));
    text
}

/// The same for programs.
pub fn show_json(run: &RunInfo, found: &Report) -> Json {
    let mut shown = json!(found);
    if let Json::Object(entries) = &mut shown {
        entries.insert("state".to_owned(), run.state.as_str().into());
        entries.insert("held_by".to_owned(), json!(run.held_by.as_ref().map(holder)));
    }
    shown
}

/// A run that a background process executes.
pub fn detached(run: &RunId) -> String {
    format!("run {run}\nfollow it with `stepwell runs logs --follow {run}`\n")
}

/// The same for programs.
pub fn detached_json(run: &RunId) -> Json {
    json!({ "event": "detached", "run": run })
}

/// The request to another process to cancel a run; none when the run has ended meanwhile.
pub fn cancelling(run: &RunId, holder: Option<&Holder>) -> String {
    match holder {
        Some(holder) => format!("asked {holder} to cancel run {run}\n"),
        None => format!("another process ended run {run}, which was asked to cancel\n"),
    }
}

/// The same for programs.
pub fn cancelling_json(run: &RunId, by: Option<&Holder>) -> Json {
    json!({ "event": "cancel_requested", "run": run, "held_by": by.map(holder) })
}

/// Decisions that were left for the process that executes a run.
pub struct Left<'a> {
    pub run: &'a RunId,
    /// None when the run has ended meanwhile.
    pub holder: Option<&'a Holder>,
    /// Whether the run has a record of them.
    pub is_recorded: bool,
}

impl Left<'_> {
    /// For people.
    pub fn text(&self) -> String {
        let Self { run, holder, is_recorded } = self;
        match (holder, is_recorded) {
            (Some(holder), true) => format!("{holder}, which executes run {run}, has taken the decision\n"),
            (Some(holder), false) => format!("left the decision for {holder}, which executes run {run}\n"),
            (None, _) => format!("run {run} has taken the decision and ended\n"),
        }
    }

    /// For programs.
    pub fn json(&self) -> Json {
        let held_by = self.holder.map(holder);
        json!({ "event": "decision_left", "run": self.run, "held_by": held_by, "recorded": self.is_recorded })
    }
}

/// What `runs prune` would do.
pub fn prunes(count: u64, before: Timestamp) -> String {
    let runs = if count == 1 { "1 run".to_owned() } else { format!("{count} runs") };
    format!("remove {runs} that ended before {before:.0}, with all records")
}

/// What it did.
pub fn pruned(pruned: &Pruned) -> String {
    let Pruned { runs, events, components, bytes: freed } = *pruned;
    format!("removed {runs} runs, {events} records and {components} components; freed {}\n", bytes(freed))
}

/// The same for programs.
pub fn pruned_json(pruned: &Pruned) -> Json {
    let Pruned { runs, events, components, bytes } = *pruned;
    json!({ "runs": runs, "events": events, "components": components, "bytes": bytes })
}

/// The first line of `stepwell serve`.
pub fn serving(home: &Path) -> String {
    let home = home.display().to_string();
    format!("executing the open runs of {}; Ctrl-C leaves them to other processes", printable(&home))
}

/// Abandoned runs that this process resumed.
pub fn taken(count: usize) -> String {
    format!("resumed {count} {}", if count == 1 { "run" } else { "runs" })
}
