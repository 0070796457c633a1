//! What is printed when a run has ended.

use std::collections::{BTreeMap, BTreeSet};

use console::style;
use serde_json::Value as Json;
use stepwell_model::event::{Answer, Failure, Outcome};
use stepwell_model::report::{CallReport, Report, Status, StepReport};

use super::words::{between, outcome, printable, status, value};
use super::{credentials, table};

/// The report, for people.
pub fn text(report: &Report) -> String {
    let mut text = String::from("\n");
    for step in &report.steps {
        text.push_str(&step_text(step));
    }
    let took =
        report.finished.map_or_else(String::new, |finished| format!(" in {}", between(report.started, finished)));
    let ended = report.outcome.map_or("goes on", outcome);
    let ended = match report.outcome {
        Some(Outcome::Succeeded) => style(ended).green().bold(),
        Some(Outcome::Failed) => style(ended).red().bold(),
        _ => style(ended).yellow().bold(),
    };
    text.push_str(&format!("{} {ended}{took}  (run {})\n", report.job, report.run));
    text
}

fn step_text(step: &StepReport) -> String {
    let took = step.started.zip(step.finished).map_or_else(String::new, |(from, to)| between(from, to));
    let name = style(step.id.as_str()).bold();
    let mut text = format!("{} {name}  {}  {took}\n", mark(step.status), status(step.status)).replace("  \n", "\n");
    if let Some(signed) = &step.signed_as {
        text.push_str(&format!("    signed as  {}\n", credentials::in_short(signed)));
    }
    if let Some(outputs) = &step.outputs {
        text.push_str(&outputs_text(outputs));
    }
    if step.status == Status::StoppedBeforeChange {
        text.extend(step.calls.last().map(|call| format!("    would call {}\n", request(call))));
    } else {
        let open = step.calls.iter().filter(|call| matches!(call.answer, None | Some(Answer::Unknown { .. })));
        text.extend(open.map(|call| format!("    not known whether it took effect: {}\n", request(call))));
    }
    text
}

/// Columns that a person can read side by side.
const MOST_COLUMNS: usize = 12;

/// Names and values; behind them the lists of objects, each as a table.
fn outputs_text(outputs: &BTreeMap<String, Json>) -> String {
    let (lists, values): (Vec<_>, Vec<_>) = outputs.iter().partition(|(_, output)| is_list_of_objects(output));
    let mut text = table::pairs(values.into_iter().map(|(name, output)| (name.as_str(), value(output))), "    ");
    for (name, list) in lists {
        let objects: Vec<_> = list.as_array().into_iter().flatten().filter_map(Json::as_object).collect();
        let columns: BTreeSet<_> = objects.iter().flat_map(|object| object.keys().cloned()).collect();
        let columns: Vec<_> = columns.into_iter().collect();
        let cell =
            |object: &serde_json::Map<_, _>, column| object.get(column).filter(|cell| !cell.is_null()).map(value);
        let rows: Vec<Vec<_>> =
            objects.iter().map(|object| columns.iter().map(|column| cell(object, column)).collect()).collect();
        text.push_str(&format!("    {}\n", printable(name)));
        text.extend(table::table(&columns, &rows).lines().map(|line| format!("      {line}\n")));
    }
    text
}

/// Whether a table of it would be one: objects of not too many keys.
fn is_list_of_objects(output: &Json) -> bool {
    let is_row = |item: &Json| item.as_object().is_some_and(|object| object.len() <= MOST_COLUMNS);
    let Some(items) = output.as_array().filter(|items| !items.is_empty() && items.iter().all(is_row)) else {
        return false;
    };
    let columns: BTreeSet<_> = items.iter().filter_map(Json::as_object).flat_map(serde_json::Map::keys).collect();
    columns.len() <= MOST_COLUMNS
}

fn request(call: &CallReport) -> String {
    printable(&format!("{} {}", call.call.action, call.call.request)).into_owned()
}

/// A sign for a step.
pub fn mark(status: Status) -> console::StyledObject<&'static str> {
    match status {
        Status::NotStarted => style("·").dim(),
        Status::Running | Status::Waiting | Status::Cancelling(_) => style("…").cyan(),
        Status::Succeeded => style("✓").green(),
        Status::Failed => style("✗").red(),
        Status::Cancelled | Status::StoppedBeforeChange => style("■").yellow(),
    }
}

/// Why the run did not succeed, in the three lines of every error; none when it did.
pub fn failure(report: &Report) -> Option<String> {
    let (step, failure) = report.steps.iter().find_map(|step| Some((step, step.failure.as_ref()?)))?;
    let Failure { code, message, because, next, .. } = failure;
    let because = because.clone().unwrap_or_else(|| format!("plugin `{}` says so ({code})", step.uses));
    let next = next.clone().unwrap_or_else(|| match failure.retryable {
        true => "run the job again: the plugin expects that another attempt can succeed".to_owned(),
        false => format!("see what step `{}` logged, correct the cause and run the job again", step.id),
    });
    let verb = if step.status == Status::Cancelled { "was cancelled" } else { "failed" };
    let lines = [
        format!("error: step `{}` {verb}: {message}", step.id),
        format!("because: {because}"),
        format!("next: {next}"),
    ];
    Some(lines.map(|line| printable(&line).into_owned()).join("\n"))
}
