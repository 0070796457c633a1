//! The report of a run.

use std::collections::BTreeMap;
use std::time::Duration;

use console::style;
use serde_json::Value as Json;
use stepwell_model::event::{Answer, Outcome, PauseReason};
use stepwell_model::failure::{Failure, FailureCode, FailureOrigin};
use stepwell_model::file::show_duration;
use stepwell_model::id::StepPath;
use stepwell_model::report::{CallReport, Report, Status, StepReport, Undecided, place_of};

use super::words::{between, outcome, printable, sent, status, undecided, value, when};
use super::{credentials, table};

type Row = serde_json::Map<String, Json>;

/// The report, for people.
pub fn text(report: &Report) -> String {
    let mut text = String::from("\n");
    for step in report.steps.iter().filter(|step| is_shown(step)) {
        let indent = "  ".repeat(depth(&step.id));
        text.extend(step_text(report, step).lines().map(|line| format!("{indent}{line}\n")));
    }
    text + &outputs_of_job(report) + &ending(report)
}

/// The outputs of the job under their head; empty without any.
pub fn outputs_of_job(report: &Report) -> String {
    if report.outputs.is_empty() {
        return String::new();
    }
    format!("{}\n{}", style("outputs").bold(), outputs_text(&report.outputs))
}

/// The last line of a report: how the run ended.
pub fn ending(report: &Report) -> String {
    let took =
        report.finished.map_or_else(String::new, |finished| format!(" in {}", between(report.started, finished)));
    let open = if report.paused.is_some() { "is paused" } else { "is open" };
    let ended = report.outcome.map_or(open, outcome);
    let dry = if report.dry_run { format!(" ({})", rehearsed(report)) } else { String::new() };
    let ended = format!("{ended}{dry}");
    let ended = match report.outcome {
        Some(Outcome::Succeeded) => style(ended).green().bold(),
        Some(Outcome::Failed) => style(ended).red().bold(),
        _ => style(ended).yellow().bold(),
    };
    format!("{} {ended}{took}  (run {})\n", report.job, report.run)
}

/// What a dry run has found out, in few words.
fn rehearsed(report: &Report) -> String {
    let count = |status| report.steps.iter().filter(|step| step.status == status && step.expansion.is_none()).count();
    let steps = |count: usize| if count == 1 { "1 step".to_owned() } else { format!("{count} steps") };
    let (would, unclear) = (count(Status::StoppedBeforeChange), count(Status::Undecided));
    let would = (would > 0).then(|| format!("{} would", steps(would)));
    let unclear = (unclear > 0).then(|| format!("{} cannot be told", steps(unclear)));
    let found: Vec<_> = would.into_iter().chain(unclear).collect();
    if found.is_empty() { "dry run".to_owned() } else { format!("dry run: {}", found.join(", ")) }
}

/// Whether a step is shown. An error handler is shown only if there was an error.
fn is_shown(step: &StepReport) -> bool {
    !(step.id.is_handler() && step.status == Status::NotStarted)
}

fn depth(step: &StepPath) -> usize {
    std::iter::successors(step.parent(), StepPath::parent).count()
}

/// How a step stands. In a dry run, a step succeeds only as far as no part of it, and no step that it reads, would change
/// something.
pub fn standing(report: &Report, step: &StepReport) -> &'static str {
    let parts = report.steps.iter().filter(|part| part.id.is_part_of(&step.id));
    let is_real = step.stand_ins.is_empty() && !parts.map(|part| part.status).any(Status::is_rehearsed);
    if step.status == Status::Succeeded && !is_real { "would succeed" } else { status(step.status) }
}

fn step_text(report: &Report, step: &StepReport) -> String {
    let took = step.started.zip(step.finished).map_or_else(String::new, |(from, to)| between(from, to));
    let name = style(step.id.as_str()).bold();
    let attempt = if step.attempt > 1 { format!("  attempt {}", step.attempt) } else { String::new() };
    let standing = standing(report, step);
    let mut text = format!("{} {name}  {standing}  {took}{attempt}\n", mark(step.status)).replace("  \n", "\n");
    if let (Some(failure), Status::Retrying(until)) = (&step.failure, step.status) {
        text.push_str(&format!(
            "    {} ({}); next attempt at {}\n",
            printable(&failure.message),
            failure.code,
            when(until)
        ));
    }
    if let Some(wait) = step.wait.as_ref().filter(|_| step.status == Status::Waiting) {
        text.push_str(&format!("    waits: {}; next check at {}\n", printable(&wait.message), when(wait.until)));
    }
    if let Some(wait) = step.wait.as_ref().filter(|_| step.status == Status::StoppedBeforeWait) {
        text.push_str(&format!("    would wait: {}\n", printable(&wait.message)));
    }
    if let Some(Undecided { after, because }) = &step.undecided {
        text.push_str(&format!("    {}\n", undecided(after, because)));
    }
    if let Some(from) = &step.taken_from {
        text.push_str(&format!("    taken over from run {from}\n"));
    }
    if let Some(doing) = &step.doing {
        text.push_str(&format!("    {}\n", printable(&doing.message)));
    }
    if let Some(signed) = &step.signed_as {
        text.push_str(&format!("    signed as  {}\n", credentials::in_short(signed)));
    }
    if let Some(outputs) = &step.outputs {
        text.push_str(&outputs_text(outputs));
    }
    if step.status == Status::StoppedBeforeChange {
        text.extend(step.calls.last().map(|call| match sent(&call.call) {
            Some(sent) => format!("    would send {sent}\n{}", body(call)),
            None => format!("    would call {}\n", request(call)),
        }));
    } else {
        let answered = step.calls.iter().filter_map(|call| Some((sent(&call.call)?, answered(call)?)));
        let answered: Vec<_> = answered.map(|(sent, answered)| format!("    {sent}  {answered}\n")).collect();
        text.extend(answered.iter().take(MOST_REQUESTS).cloned());
        if answered.len() > MOST_REQUESTS {
            let more = answered.len() - MOST_REQUESTS;
            text.push_str(&format!("    … and {more} more requests; `--output json` shows all\n"));
        }
        let open = step.calls.iter().filter(|call| matches!(call.answer, None | Some(Answer::Unknown { .. })));
        text.extend(open.map(|call| format!("    outcome unknown: {}\n", request(call))));
    }
    text
}

/// The most columns that a person can read side by side.
const MOST_COLUMNS: usize = 12;

/// The most rows that a person reads. Programs get all of them.
const MOST_ROWS: usize = 100;

/// Names and values, and then the lists of objects, each as a table.
fn outputs_text(outputs: &BTreeMap<String, Json>) -> String {
    let tables: BTreeMap<_, _> = outputs.iter().filter_map(|(name, output)| Some((name, rows(output)?))).collect();
    let values = outputs.iter().filter(|(name, _)| !tables.contains_key(name));
    let mut text = table::pairs(values.map(|(name, output)| (name.as_str(), value(output))), "    ");
    for (name, rows) in tables {
        text.push_str(&format!("    {}\n", printable(name)));
        text.extend(rows_text(&rows).lines().map(|line| format!("      {line}\n")));
    }
    text
}

/// The rows of an output that is a table: a list of objects with few keys.
fn rows(output: &Json) -> Option<Vec<&Row>> {
    let rows: Vec<_> = output.as_array()?.iter().map(Json::as_object).collect::<Option<_>>()?;
    (!rows.is_empty() && columns(&rows).len() <= MOST_COLUMNS).then_some(rows)
}

/// The keys of all rows, in the order of their first occurrence.
fn columns(rows: &[&Row]) -> Vec<String> {
    let mut columns = Vec::new();
    for name in rows.iter().flat_map(|row| row.keys()) {
        if columns.len() <= MOST_COLUMNS && !columns.contains(name) {
            columns.push(name.clone());
        }
    }
    columns
}

fn rows_text(rows: &[&Row]) -> String {
    let columns = columns(rows);
    let cell = |row: &Row, column| row.get(column).filter(|cell| !cell.is_null()).map(value);
    let shown = rows.iter().take(MOST_ROWS);
    let cells: Vec<Vec<_>> = shown.map(|row| columns.iter().map(|column| cell(row, column)).collect()).collect();
    let mut text = table::table(&columns, &cells);
    if rows.len() > MOST_ROWS {
        text.push_str(&format!("… and {} more; `--output json` shows all\n", rows.len() - MOST_ROWS));
    }
    text
}

/// The most HTTP requests of a step that a person reads.
const MOST_REQUESTS: usize = 20;

/// The body of an HTTP request, line by line.
fn body(call: &CallReport) -> String {
    let body = call.call.request.get("Body").and_then(Json::as_str).unwrap_or_default();
    body.lines().map(|line| format!("      {}\n", printable(line))).collect()
}

/// The answer to an HTTP request, and the time that it took. None while its outcome is unknown.
fn answered(call: &CallReport) -> Option<String> {
    let status = match call.answer.as_ref()? {
        Answer::Done { status, .. } => status.map_or_else(|| "answered".to_owned(), |status| status.to_string()),
        Answer::Refused { code: Some(code), .. } => code.clone(),
        Answer::Refused { .. } => "not sent".to_owned(),
        Answer::Unknown { .. } => return None,
    };
    let took = call.took_ms.map(|took| format!("  in {}", took_text(took))).unwrap_or_default();
    Some(format!("{}{took}", printable(&status)))
}

fn took_text(milliseconds: u64) -> String {
    match milliseconds {
        0..10_000 => format!("{milliseconds} ms"),
        _ => format!("{} s", milliseconds / 1_000),
    }
}

fn request(call: &CallReport) -> String {
    if let Some(sent) = sent(&call.call) {
        return sent;
    }
    printable(&format!("{} {}", call.call.action, call.call.request)).into_owned()
}

/// The mark before a step.
pub fn mark(status: Status) -> console::StyledObject<&'static str> {
    match status {
        Status::NotStarted | Status::Skipped => style("·").dim(),
        Status::Retrying(_) => style("↻").yellow(),
        Status::Running | Status::Waiting | Status::Cancelling(_) => style("…").cyan(),
        Status::Succeeded => style("✓").green(),
        Status::Failed => style("✗").red(),
        Status::Cancelled | Status::StoppedBeforeChange | Status::StoppedBeforeWait => style("■").yellow(),
        Status::Uncertain | Status::Undecided => style("?").yellow(),
    }
}

/// Why the run did not succeed, in the three lines of every error; none if it did.
pub fn failure(report: &Report) -> Option<String> {
    match (&report.paused, report.outcome) {
        (Some(reason), None) => return Some(paused(report, reason)),
        (None, None) | (_, Some(Outcome::Succeeded)) => return None,
        (_, Some(_)) => {}
    }
    if let Some(failure) = &report.failure {
        return Some(of_run(failure));
    }
    if report.outcome == Some(Outcome::TimedOut) {
        return Some(out_of_time(report));
    }
    let step = report.cause()?;
    let failure = step.failure.as_ref()?;
    let Failure { message, because, next, .. } = failure;
    let because = because.clone().unwrap_or_else(|| who_says(failure, &step.uses));
    let unknown = step.uncertain_call().map(|call| {
        let (place, request) = (place_of(&call.call.action), request(call));
        format!("look {place} whether this took effect, before you run the job again: {request}")
    });
    let next = next.clone().or(unknown).unwrap_or_else(|| match (failure.origin, failure.retryable) {
        (FailureOrigin::Plugin, true) => {
            "run the job again: the plugin expects that another attempt can succeed".to_owned()
        }
        (_, true) => "run the job again: another attempt can succeed".to_owned(),
        (_, false) => format!("see what step `{}` logged, correct the cause and run the job again", step.id),
    });
    let again = if step.attempt > 1 { format!(" (attempt {})", step.attempt) } else { String::new() };
    let verb = if step.status == Status::Cancelled { "was cancelled" } else { "failed" };
    let lines = [
        format!("error: step `{}` {verb}{again}: {message}", step.id),
        format!("because: {because}"),
        format!("next: {next}"),
    ];
    Some(lines.map(|line| printable(&line).into_owned()).join("\n"))
}

/// The cause of a failure that states none.
fn who_says(failure: &Failure, uses: &str) -> String {
    let code = &failure.code;
    match failure.origin {
        FailureOrigin::Plugin if uses.starts_with("aws:") => format!("AWS answered so ({code})"),
        FailureOrigin::Plugin => format!("plugin `{uses}` says so ({code})"),
        FailureOrigin::Sandbox => format!("plugin `{uses}` broke ({code})"),
        FailureOrigin::Run => format!("the run ended the step ({code})"),
        FailureOrigin::Refused => format!("the host refused it ({code})"),
        FailureOrigin::Host => format!("the host itself failed ({code})"),
    }
}

/// Why a run out of time was stopped where it was.
fn out_of_time(report: &Report) -> String {
    let span = report.deadline.and_then(|deadline| Duration::try_from(deadline.duration_since(report.started)).ok());
    let span = span.map_or_else(String::new, |span| format!(" of {}", show_duration(span)));
    let cause = report.cause();
    let where_it_was = match cause {
        Some(step) => format!("step `{}` had not ended by then", step.id),
        None => "no step was under way".to_owned(),
    };
    // The failure of a step that was stopped says only that, unless it left something behind.
    let failure = cause.and_then(|step| step.failure.as_ref()).filter(|failure| failure.code != STOPPED.as_str());
    let left = failure.map_or_else(String::new, |failure| format!("; {}", failure.message));
    let waited = cause.map_or_else(String::new, |step| format!(", or see what step `{}` waited for", step.id));
    let lines = [
        "error: the run took longer than it may".to_owned(),
        format!("because: the `timeout` of the job{span} passed, and {where_it_was}{left}"),
        format!("next: raise `timeout` of the job{waited}: `stepwell runs logs {}`", report.run),
    ];
    lines.map(|line| printable(&line).into_owned()).join("\n")
}

/// The code of a step that was stopped.
const STOPPED: FailureCode = FailureCode::Cancelled;

/// Why the run failed, although no step failed.
fn of_run(failure: &Failure) -> String {
    let lines = [
        format!("error: {}", failure.message),
        format!("because: {}", failure.because.as_deref().unwrap_or(&failure.code)),
        format!("next: {}", failure.next.as_deref().unwrap_or("correct the job file and run the job again")),
    ];
    lines.map(|line| printable(&line).into_owned()).join("\n")
}

/// Why the run is paused, and how to resume it.
fn paused(report: &Report, reason: &PauseReason) -> String {
    let run = &report.run;
    let lines = match reason {
        PauseReason::Refused { failure } => [
            format!("error: the run cannot go on: {}", failure.message),
            format!("because: {}", failure.because.as_deref().unwrap_or(&failure.code)),
            format!("next: {}; then run `stepwell runs resume {run}`", failure.next.as_deref().unwrap_or("see to it")),
        ],
        PauseReason::Uncertain { steps } => {
            let step = steps.first().and_then(|id| report.step(id));
            let call = step.and_then(StepReport::uncertain_call);
            let place = call.map_or("in AWS", |call| place_of(&call.call.action));
            let call = call.map_or_else(|| "its last call".to_owned(), request);
            let id = step.map_or_else(String::new, |step| step.id.to_string());
            [
                format!("error: the outcome of a call of step `{id}` is unknown: {call}"),
                "because: the host stopped before the response arrived, and to repeat the call could repeat its effect"
                    .to_owned(),
                format!(
                    "next: check {place}, then run `stepwell runs resume {run}` with --retry {id} (repeat the call), --skip {id} (the call took effect) or --fail"
                ),
            ]
        }
    };
    lines.map(|line| printable(&line).into_owned()).join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(output: Json) -> String {
        outputs_text(&BTreeMap::from([("rows".to_owned(), output)]))
    }

    #[test]
    fn only_a_failure_of_the_plugin_is_said_by_the_plugin() {
        for code in FailureCode::ALL {
            let failure = Failure::new(*code, "it did not");
            let says = who_says(&failure, "ec2-stop");
            assert_eq!(says.contains("says so"), failure.origin == FailureOrigin::Plugin, "{says}");
            assert!(says.ends_with(&format!("({})", code.as_str())), "{says}");
        }
    }

    #[test]
    fn objects_become_a_table_with_the_columns_in_their_own_order() {
        let text = shown(json!([{ "zone": "a", "age": 3 }, { "zone": "b", "size": null }]));
        assert_eq!(
            text,
            "    rows\n      zone  age  size\n      ----  ---  ----\n      a     3    ∅\n      b     ∅    ∅\n"
        );
    }

    #[test]
    fn of_many_rows_the_first_are_shown_and_the_others_counted() {
        let text = shown((0..103).map(|n| json!({ "n": n })).collect());
        assert!(text.contains("      99\n") && !text.contains("      100\n"), "{text}");
        assert!(text.ends_with("      … and 3 more; `--output json` shows all\n"), "{text}");
    }

    #[test]
    fn what_is_no_table_stays_a_value() {
        let wide: serde_json::Map<_, _> = (0..13).map(|n| (format!("column_{n}"), json!(n))).collect();
        for output in [json!([]), json!([1, 2]), json!([{ "a": 1 }, 2]), json!([wide])] {
            assert_eq!(shown(output.clone()), format!("    rows  {output}\n"));
        }
    }
}
