//! The values that expressions see while a run goes on.

use jiff::Timestamp;
use serde_json::{Map, Value as Json, json};
use stepwell_model::event::{Expansion, Outcome};
use stepwell_model::expression::{self, Names, Reads, Scope};
use stepwell_model::id::{StepId, StepPath};
use stepwell_model::plan::{Plan, StepInPlan};
use stepwell_model::report::{Report, Status, StepReport};
use stepwell_model::value::Value;
use toml::Spanned;

use crate::dry_run::{self, DryRun};
use crate::state::outcome_so_far;

/// The values for the expressions of this step.
pub(crate) fn of_step(root: &Plan, report: &Report, path: &StepPath, found: StepInPlan<'_>) -> Scope {
    let of = path_of_list(path).parent();
    let mut scope = of_names(&reads(found.step.values(), found.plan), root, report, of.as_ref(), found.plan);
    let handled = if path.is_handler() { path.parent() } else { None };
    let own = handled.as_ref().unwrap_or(path);
    if let Some((index, item)) = item(report, own) {
        scope.set("item", item);
        scope.set("index", index.into());
    }
    if let Some(failure) = handled.as_ref().and_then(|id| report.step(id)?.failure.as_ref()) {
        scope.set("error", json!({ "code": failure.code, "message": failure.message, "step": own }));
    }
    if found.step.finally {
        let outcome = outcome_so_far(found.plan, report, of.as_ref());
        scope.set("run", run(report, Some(outcome)));
    }
    if let Some(begun) = report.step(path).and_then(begun) {
        scope.set_now(begun);
    }
    scope
}

/// The time of `now()` in an attempt: its beginning, which the journal has. So it is the same when the run resumes.
fn begun(step: &StepReport) -> Option<Timestamp> {
    match step.status {
        Status::NotStarted | Status::Retrying(_) => None,
        _ => step.begun,
    }
}

fn run(report: &Report, outcome: Option<Outcome>) -> Json {
    let mut run = json!({ "id": report.run, "started": expression::time(report.started) });
    if let (Json::Object(entries), Some(outcome)) = (&mut run, outcome) {
        entries.insert("outcome".to_owned(), word(outcome));
    }
    run
}

/// The values for the outputs of a job: that of the run itself, or the job that a step uses.
pub(crate) fn of_job(root: &Plan, report: &Report, of: Option<&StepPath>, plan: &Plan) -> Scope {
    of_names(&reads(plan.outputs.values(), plan), root, report, of, plan)
}

/// What values of a job read, also through its `[locals]`.
pub(crate) fn reads<'v>(values: impl Iterator<Item = &'v Spanned<Value>>, plan: &'v Plan) -> Reads {
    let mut values: Vec<_> = values.collect();
    if values.iter().any(|value| !plan.locals.is_empty() && !expression::locals_read(value).is_empty()) {
        values.extend(plan.locals.values());
    }
    Reads::of(values)
}

/// A run can have thousands of steps and exports, so the scope has those that are read, and not all of them for each
/// step.
fn of_names(reads: &Reads, root: &Plan, report: &Report, of: Option<&StepPath>, plan: &Plan) -> Scope {
    let given = match of.and_then(|of| report.step(of)?.expansion.as_ref()) {
        Some(Expansion::Job(options)) => options,
        _ => &plan.options,
    };
    let mut scope = Scope::of_job(plan.job.as_str(), root.project.as_deref(), given).with_locals(&plan.locals);
    scope.set("run", run(report, None));
    // Before an attempt, the journal has what was evaluated, so nothing is evaluated at two times.
    scope.set_now(Timestamp::now());
    if let Some(dry_run) = DryRun::of(root, report) {
        scope.set_unknown(dry_run.unknown(of, plan, reads));
    }
    scope.set("exports", exports(report, &reads.exports));
    scope.set("steps", steps((root, report), of, plan, &reads.steps));
    scope
}

/// `exports`: the values that steps have exported.
fn exports(report: &Report, names: &Names) -> Json {
    match names {
        Names::All => json!(report.exports),
        Names::These(names) => {
            let values = names.iter().filter_map(|name| Some((name.clone(), report.exports.get(name)?.clone())));
            Json::Object(values.collect())
        }
    }
}

fn word(outcome: Outcome) -> Json {
    json!(outcome)
}

/// The step that the job file has: for an item, the step with the list; for a handler, the step that failed.
pub(crate) fn path_of_list(path: &StepPath) -> StepPath {
    let mut whole = path.clone();
    if whole.is_handler() {
        whole = whole.parent().unwrap_or(whole);
    }
    if whole.index().is_some() {
        whole = whole.parent().unwrap_or(whole);
    }
    whole
}

fn item(report: &Report, path: &StepPath) -> Option<(usize, Json)> {
    let index = path.index()?;
    match &report.step(&path.parent()?)?.expansion {
        Some(Expansion::Items(items)) => Some((index, items.get(index)?.clone())),
        _ => None,
    }
}

/// `steps`: outputs, status and failure of the steps of a job.
fn steps((root, report): (&Plan, &Report), of: Option<&StepPath>, plan: &Plan, names: &Names) -> Json {
    let outline = |id: &StepId| {
        let path = of.map_or_else(|| StepPath::from(id), |of| of.child(id.as_str()));
        report.step(&path).map(|found| (id.to_string(), outline(found, (root, report))))
    };
    let outlines: Map<_, _> = match names {
        Names::All => plan.all_steps().filter_map(|step| outline(&step.id)).collect(),
        Names::These(names) => names.iter().filter_map(|name| outline(&name.parse().ok()?)).collect(),
    };
    Json::Object(outlines)
}

fn outline(step: &StepReport, (root, report): (&Plan, &Report)) -> Json {
    let outputs = match &step.expansion {
        // The outputs of a list are complete only when all items have ended.
        Some(Expansion::Items(items)) if step.status.is_ended() => {
            let of_item =
                |index| report.step(&step.id.item(index)).map_or_else(|| json!({}), |item| outputs(item, root));
            (0..items.len()).map(of_item).collect()
        }
        _ => outputs(step, root),
    };
    let failure = step.failure.as_ref().map(|failure| json!({ "code": failure.code, "message": failure.message }));
    json!({ "outputs": outputs, "status": status(step.status), "captured": step.captured, "failure": failure })
}

/// The outputs of a step; stand-ins when a dry run withheld what would make them.
fn outputs(step: &StepReport, root: &Plan) -> Json {
    match &step.outputs {
        Some(outputs) => json!(**outputs),
        None => json!(dry_run::outputs(root, step).unwrap_or_default()),
    }
}

fn status(status: Status) -> Json {
    json!(status)
}
