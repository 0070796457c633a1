//! Lists of runs, and the report of one.

use std::path::Path;

use jiff::Timestamp;
use serde_json::{Value as Json, json};
use stepwell_home::{ShownOption, StartedWith, TakeOver};
use stepwell_model::NextAction as _;
use stepwell_model::event::PlaceTaken;
use stepwell_model::id::{RunId, StepPath};
use stepwell_model::report::Report;
use stepwell_model::run_store::{Holder, PlacesTaken, Pruned, RunInfo, RunState};

use super::words::{between, bytes, outcome, printable, value, when};
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
        let began = when(run.started);
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
        (RunState::Open, _, Some(_)) if run.queued => "queued".to_owned(),
        (RunState::Open, _, None) if run.queued => "queued: no process executes it".to_owned(),
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
        "queued": run.state == RunState::Open && run.queued,
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

/// The report of a run, what it was started with, and the process that executes it.
pub fn show(run: &RunInfo, found: &Report, with: &StartedWith, extent: Extent) -> String {
    let mut text = table::pairs(about(run, found, with), "");
    text.push_str(&summary::text(found, extent));
    text.extend(found.queued_behind.iter().map(|behind| format!("{}\n", queued(behind))));
    if let Some(holder) = run.held_by.as_ref().filter(|_| run.state == RunState::Open) {
        text.push_str(&format!("executed by {holder}\n"));
    } else if run.state == RunState::Open {
        text.push_str(&format!("no process executes it; resume it with `stepwell runs resume {}`\n", run.id));
    }
    text.extend(report::failure(found).map(|lines| format!("{lines}\n")));
    text
}

fn about(run: &RunInfo, found: &Report, with: &StartedWith) -> Vec<(&'static str, String)> {
    let mut pairs = vec![("run", run.id.to_string()), ("job file", printable(&with.file).into_owned())];
    pairs.extend(with.project.as_ref().map(|project| ("project", printable(project).into_owned())));
    if found.dry_run {
        pairs.push(("mode", "dry run".to_owned()));
    }
    if let Some(origin) = &found.origin {
        pairs.extend(origin.again.as_ref().map(|run| ("repeats", format!("run {run}"))));
        pairs.push(("started by", printable(&format!("{} in {}", origin.by, origin.directory)).into_owned()));
    }
    pairs.push(("began", when(run.started)));
    pairs.extend(run.finished.map(|at| ("ended", when(at))));
    for (name, option) in &with.options {
        pairs.push(("option", printable(&format!("{name} = {}", option_text(option))).into_owned()));
    }
    pairs
}

fn option_text(option: &ShownOption) -> String {
    match option {
        ShownOption::Given(values) => values.join(", "),
        ShownOption::Default(default) => format!("{}  (default)", value(default)),
        ShownOption::Key(path) => format!("(secret in {path})"),
        ShownOption::Typed => "(secret, typed)".to_owned(),
        ShownOption::Nothing => "(none)".to_owned(),
    }
}

fn option_json((name, option): &(String, ShownOption)) -> (String, Json) {
    let shown = match option {
        ShownOption::Given(values) => json!({ "given": values }),
        ShownOption::Default(default) => json!({ "default": default }),
        ShownOption::Key(path) => json!({ "secret": true, "key": path }),
        ShownOption::Typed => json!({ "secret": true }),
        ShownOption::Nothing => Json::Null,
    };
    (name.clone(), shown)
}

/// The same for programs.
pub fn show_json(run: &RunInfo, found: &Report, with: &StartedWith) -> Json {
    let mut shown = json!(found);
    if let Json::Object(entries) = &mut shown {
        entries.insert("state".to_owned(), run.state.as_str().into());
        entries.insert("held_by".to_owned(), json!(run.held_by.as_ref().map(holder)));
        entries.insert("job_file".to_owned(), with.file.as_str().into());
        entries.insert("project".to_owned(), json!(with.project));
        entries.insert("options".to_owned(), Json::Object(with.options.iter().map(option_json).collect()));
    }
    shown
}

/// A run that a background process executes.
pub fn detached(run: &RunId, behind: &[PlaceTaken]) -> String {
    let queued = if behind.is_empty() { String::new() } else { format!("{}\n", queued(behind)) };
    format!("run {run}\n{queued}follow it with `stepwell runs logs --follow {run}`\n")
}

/// The same for programs.
pub fn detached_json(run: &RunId, behind: &[PlaceTaken]) -> Json {
    let mut line = json!({ "event": "detached", "run": run });
    if let Some(entries) = line.as_object_mut().filter(|_| !behind.is_empty()) {
        entries.insert("queued_behind".to_owned(), json!(behind));
    }
    line
}

/// What a run waits for.
pub fn queued(behind: &[PlaceTaken]) -> String {
    let Some((first, more)) = behind.split_first() else { return "queued".to_owned() };
    let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
    let advice = behind.iter().find_map(PlaceTaken::advice).map(|advice| format!("; {advice}")).unwrap_or_default();
    format!("queued behind {first}{more}{advice}")
}

/// A job that started no run, because it says `otherwise = "skip"`.
pub fn skipped(taken: &PlacesTaken) -> String {
    printable(&format!("skipped: {taken}: {}", taken.because())).into_owned() + "\n"
}

/// The same for programs.
pub fn skipped_json(taken: &PlacesTaken) -> Json {
    let PlacesTaken { job, limit, by } = taken;
    let because = taken.because();
    json!({ "event": "run_skipped", "job": job, "group": limit.group, "because": because, "taken_by": by })
}

/// A request to the process that executes a run to cancel it.
pub struct CancelAsked<'a> {
    pub run: &'a RunId,
    /// None when the run has ended meanwhile.
    pub holder: Option<&'a Holder>,
    /// Whether its clean-up is to end, too.
    pub force: bool,
    /// Whether the process was asked for the same before.
    pub already: bool,
}

impl CancelAsked<'_> {
    /// For people.
    pub fn text(&self) -> String {
        let Self { run, holder, force, already } = self;
        match (holder, already, force) {
            (Some(holder), false, false) => format!("asked {holder} to cancel run {run}\n"),
            (Some(holder), false, true) => format!("asked {holder} to cancel run {run} and to end its clean-up\n"),
            (Some(holder), true, false) => {
                format!("{holder} is cancelling run {run} already\n{}", clean_up_goes_on(run))
            }
            (Some(holder), true, true) => format!("{holder} is ending the clean-up of run {run} already\n"),
            (None, ..) => format!("another process ended run {run}, which was asked to cancel\n"),
        }
    }

    /// For programs.
    pub fn json(&self) -> Json {
        json!({
            "event": "cancel_requested",
            "run": self.run,
            "held_by": self.holder.map(holder),
            "force": self.force,
            "already": self.already,
        })
    }
}

/// The answer to a repeated request to cancel a run.
pub fn clean_up_goes_on(run: &RunId) -> String {
    format!(
        "its clean-up goes on; `stepwell runs cancel --force {run}` ends that as well, and leaves what it did not do\n"
    )
}

/// What a run leaves whose clean-up is ended.
pub fn left_undone(report: &Report) -> String {
    let finally = report.steps.iter().filter(|step| step.finally && step.id.parent().is_none());
    let undone: Vec<_> = finally.filter(|step| !step.status.is_ended()).map(|step| format!("`{}`", step.id)).collect();
    match undone.as_slice() {
        [] => "it has no `finally` step that is not over\n".to_owned(),
        steps => format!("left undone: `finally` {}; do by hand what they would do\n", steps.join(", ")),
    }
}

/// A run that this process looks on.
pub fn attached(run: &RunInfo) -> String {
    match &run.held_by {
        Some(holder) => format!("attached to run {}, which {holder} executes; Ctrl-C leaves it going on", run.id),
        None => unheld(&run.id),
    }
}

/// A run that goes on only when a process takes it.
pub fn unheld(run: &RunId) -> String {
    format!("no process executes run {run}; `stepwell runs resume {run}` or `stepwell serve` does")
}

/// A run that has stopped, for programs.
pub fn stopped_json(report: &Report, exit_code: u8) -> Json {
    let state = if report.outcome.is_some() { RunState::Ended } else { RunState::Paused };
    json!({
        "event": "run_stopped",
        "run": report.run,
        "job": report.job,
        "state": state.as_str(),
        "outcome": report.outcome,
        "exit_code": exit_code,
    })
}

/// What a new run would take over from an earlier one.
pub fn rerun(run: &RunId, over: &TakeOver) -> String {
    let names = |steps: &[StepPath]| match steps {
        [] => "none".to_owned(),
        steps => steps.iter().map(StepPath::as_str).collect::<Vec<_>>().join(", "),
    };
    let mut pairs =
        vec![("earlier run", run.to_string()), ("taken over", names(&over.taken)), ("runs", names(&over.again))];
    for (step, reason) in &over.changed {
        pairs.push(("changed", printable(&format!("{step}: {reason}")).into_owned()));
    }
    table::pairs(pairs, "")
}

/// The same for programs.
pub fn rerun_json(run: &RunId, over: &TakeOver) -> Json {
    let changed = over.changed.iter().map(|(step, reason)| json!({ "step": step, "reason": reason }));
    json!({
        "event": "rerun_plan",
        "run": run,
        "taken": over.taken,
        "runs": over.again,
        "changed": changed.collect::<Vec<_>>(),
    })
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
