//! The report on one screen: what ran, what failed, and the outputs of the job.

use std::collections::BTreeMap;

use stepwell_model::id::StepPath;
use stepwell_model::report::{Report, StepReport};

use super::report::{self, mark};
use super::words::{between, printable, status};
use crate::args::Extent;
use crate::out;

/// Lines of the screen that are left for the command line, the error and the prompt.
const AROUND: usize = 8;

/// Failed steps, and steps of the job, that a screen has room for.
const MOST_FAILED: usize = 8;

/// The report, as far as a person wants it: the whole where it fits the terminal, or where it goes to no terminal, and that
/// of a dry run, which is run to be read.
pub fn text(report: &Report, extent: Extent) -> String {
    let whole = report::text(report);
    match (extent, out::height()) {
        (Extent::Screen, Some(height)) if !report.dry_run && whole.lines().count() + AROUND > height => {
            short(report, height)
        }
        _ => whole,
    }
}

fn short(report: &Report, height: usize) -> String {
    let own: Vec<_> = report.steps.iter().filter(|step| step.id.parent().is_none()).collect();
    let failed: Vec<_> = report.steps.iter().filter(|step| step.failure.is_some() && is_leaf(report, step)).collect();
    let outputs = report::outputs_of_job(report);
    let room = height.saturating_sub(AROUND + failed.len().min(MOST_FAILED) + outputs.lines().count()).max(MOST_FAILED);
    let mut text = String::from("\n");
    // The last ones say how it ended.
    let left_out = own.len().saturating_sub(room);
    if left_out > 0 {
        text.push_str(&format!("… {left_out} steps before\n"));
    }
    text.extend(own.iter().skip(left_out).map(|step| line(report, step)));
    text.extend(failed.iter().take(MOST_FAILED).filter_map(|step| {
        let failure = step.failure.as_ref()?;
        Some(format!("  {} {}: {} ({})\n", mark(step.status), step.id, printable(&failure.message), failure.code))
    }));
    if failed.len() > MOST_FAILED {
        text.push_str(&format!("  … and {} more that failed\n", failed.len() - MOST_FAILED));
    }
    text.push_str(&outputs);
    text.push_str(&report::ending(report));
    text.push_str(&format!("more: stepwell runs show {} --report full\n", report.run));
    text
}

fn is_leaf(report: &Report, step: &StepReport) -> bool {
    !report.steps.iter().any(|other| other.failure.is_some() && other.id.is_part_of(&step.id))
}

/// A step of the job, with the number of its parts.
fn line(report: &Report, step: &StepReport) -> String {
    let took = step.started.zip(step.finished).map_or_else(String::new, |(from, to)| between(from, to));
    let parts = parts(report, &step.id);
    let text = format!("{} {}  {}  {took}{parts}", mark(step.status), step.id, report::standing(report, step));
    format!("{}\n", text.trim_end())
}

/// The items of a step, by their status.
fn parts(report: &Report, whole: &StepPath) -> String {
    let mut counts = BTreeMap::<&str, usize>::new();
    let items = report.steps.iter().filter(|step| step.id.is_item_of(whole));
    items.for_each(|item| *counts.entry(status(item.status)).or_default() += 1);
    let counts: Vec<_> = counts.into_iter().map(|(status, count)| format!("{count} {status}")).collect();
    if counts.is_empty() { String::new() } else { format!("  ({})", counts.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stepwell_model::event::Event;

    fn event(seq: u64, mut fields: serde_json::Value) -> Event {
        fields["seq"] = seq.into();
        fields["at"] = "2026-01-31T12:00:00Z".into();
        serde_json::from_value(fields).expect("it is a record")
    }

    #[test]
    fn a_long_report_becomes_one_screen() {
        let items: Vec<_> = (0..100).map(serde_json::Value::from).collect();
        let ids = (0..100).map(|at| format!("all[{at}]"));
        let steps: Vec<_> = ids.map(|id| serde_json::json!({ "id": id, "uses": "x" })).collect();
        let mut events = vec![
            serde_json::json!({ "event": "run_started", "run": "01a22e5d-0c2c-7280-a725-e28e97c0fe92", "job": "job",
                "steps": [{ "id": "all", "uses": "x" }], "dry_run": false }),
            serde_json::json!({ "event": "step_expanded", "step": "all", "attempt": 1, "deadline": "2026-01-31T13:00:00Z",
                "into": { "items": items }, "steps": steps }),
        ];
        for at in 0..100 {
            let step = format!("all[{at}]");
            events.push(serde_json::json!({ "event": "step_started", "step": step, "attempt": 1,
                "deadline": "2026-01-31T13:00:00Z" }));
            events.push(match at {
                3 => serde_json::json!({ "event": "step_failed", "step": step, "failure": { "code": "Busy",
                    "message": "it is busy", "retryable": true, "origin": "plugin" } }),
                _ => serde_json::json!({ "event": "step_succeeded", "step": step, "outputs": { "n": at } }),
            });
        }
        let events: Vec<_> = (1..).zip(events).map(|(seq, fields)| event(seq, fields)).collect();
        let report = Report::of(&events).expect("they fit").expect("it began");
        let text = short(&report, 24);
        assert!(text.lines().count() <= 24 - AROUND + 4, "{text}");
        assert!(text.contains("(1 failed, 99 succeeded)") && text.contains("all[3]: it is busy (Busy)"), "{text}");
        assert!(text.contains("--report full"), "{text}");
    }
}
