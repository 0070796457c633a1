//! Running a job again from where an earlier run of it stopped: what the new run takes over from the earlier one.
//!
//! A step is taken over when it succeeded, when everything that it reads or needs is taken over too, and when neither its
//! table in the job file nor the components behind it have changed ([`Changes`]). All of it is in the journal of the new
//! run before its first step begins.

mod changes;
mod error;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;
use stepwell_engine::snapshot::Snapshot;
use stepwell_model::event::{Event, Expansion, Outcome, TakenResult, What};
use stepwell_model::expression::{Names, Reads};
use stepwell_model::failure::{Failure, FailureCode};
use stepwell_model::id::{ON_ERROR, RunId, StepPath};
use stepwell_model::plan::{Plan, PlannedStep, Work};
use stepwell_model::report::{Report, Status, StepReport};

use crate::error::HomeError;
pub(crate) use changes::Changes;
pub use error::RerunError;

/// Where a job begins again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RerunFrom {
    /// With the steps and items that did not succeed.
    Failed,
    /// With this step of the job; it and all later ones run.
    Step(StepPath),
    /// With these items of lists. The other items keep their results.
    Items(Vec<StepPath>),
}

/// What a new run takes over from an earlier one.
#[derive(Debug, Clone, Default)]
pub struct TakeOver {
    /// The records of it.
    pub(crate) records: Vec<What>,
    /// The steps and items whose results it takes over.
    pub taken: Vec<StepPath>,
    /// The steps and items that run again, or for the first time.
    pub again: Vec<StepPath>,
    /// The steps that have changed since, and the reason why each counts as changed.
    pub changed: Vec<(StepPath, String)>,
}

/// An earlier run, and what its job file was.
pub(crate) struct Earlier<'a> {
    pub(crate) run: &'a RunId,
    pub(crate) events: &'a [Event],
    pub(crate) report: &'a Report,
    pub(crate) snapshot: &'a Snapshot,
}

impl TakeOver {
    /// Decides what a run of `plan`, whose files are those of `snapshot`, takes over.
    pub(crate) fn new(
        plan: &Plan,
        snapshot: &Snapshot,
        earlier: &Earlier<'_>,
        from: &RerunFrom,
    ) -> Result<Self, HomeError> {
        let Earlier { run, report, events, .. } = earlier;
        let run = (*run).clone();
        if report.outcome.is_none() {
            return Err(RerunError::Open { run }.into());
        }
        if report.dry_run {
            return Err(RerunError::DryRun { run }.into());
        }
        check_choice(plan, report, from)?;
        let changes = Changes::between(earlier.snapshot, snapshot);
        let mut taking =
            Taking { report, from, run, exports: exports(events), changes: &changes, over: Self::default() };
        taking.block(plan, None)?;
        let Taking { mut over, run, .. } = taking;
        if over.again.is_empty() && report.outcome == Some(Outcome::Succeeded) {
            return Err(RerunError::Nothing { run }.into());
        }
        over.again.extend(plan.finally.iter().map(|step| StepPath::from(&step.id)));
        let steps = plan.steps.iter().map(|step| StepPath::from(&step.id));
        over.changed = steps.filter_map(|step| changes.of(&step).map(|reason| (step, reason))).collect();
        Ok(over)
    }
}

/// Checks that the steps which the operator names are there.
fn check_choice(plan: &Plan, report: &Report, from: &RerunFrom) -> Result<(), RerunError> {
    let (run, job) = (|| report.run.clone(), || plan.job.clone());
    match from {
        RerunFrom::Failed => Ok(()),
        RerunFrom::Step(step) => {
            let known = || plan.steps.iter().map(|step| step.id.to_string()).collect();
            match plan.steps.iter().any(|known| StepPath::from(&known.id) == *step) {
                true => Ok(()),
                false => Err(RerunError::NoStep { job: job(), step: step.clone(), known: known() }),
            }
        }
        RerunFrom::Items(items) => items.iter().try_for_each(|item| {
            let is_top = item.parent().is_some_and(|list| list.parent().is_none());
            if is_top && item.is_item() && report.step(item).is_some() {
                return Ok(());
            }
            let is_top = |step: &&StepReport| step.id.is_item() && step.id.segments().count() == 1;
            let known = report.steps.iter().filter(is_top).map(|step| step.id.to_string()).collect();
            Err(RerunError::NoItem { run: run(), item: item.clone(), known })
        }),
    }
}

/// The values that each step exported.
fn exports(events: &[Event]) -> BTreeMap<StepPath, BTreeMap<String, Json>> {
    let mut exports = BTreeMap::<StepPath, BTreeMap<String, Json>>::new();
    for event in events {
        let (What::ValuesExported { step, values } | What::StepTaken { step, exports: values, .. }) = &event.what
        else {
            continue;
        };
        exports.entry(step.clone()).or_default().extend(values.clone());
    }
    exports
}

struct Taking<'a> {
    report: &'a Report,
    from: &'a RerunFrom,
    run: RunId,
    exports: BTreeMap<StepPath, BTreeMap<String, Json>>,
    changes: &'a Changes,
    over: TakeOver,
}

impl Taking<'_> {
    /// Takes over steps of a job: that of the run itself, or the job that the step `of` uses.
    fn block(&mut self, plan: &Plan, of: Option<&StepPath>) -> Result<(), RerunError> {
        let path = |step: &PlannedStep| of.map_or_else(|| StepPath::from(&step.id), |of| of.child(step.id.as_str()));
        let mut kept = BTreeMap::new();
        for at in 0..plan.steps.len() {
            self.is_kept(plan, &path, at, &mut kept);
        }
        for (at, step) in plan.steps.iter().enumerate() {
            let path = path(step);
            if kept.get(&at) == Some(&true) {
                self.check_unchanged(&path)?;
                self.take_whole(step, &path);
                continue;
            }
            if let (RerunFrom::Step(from), None) = (self.from, of) {
                let first = plan.steps.iter().position(|step| StepPath::from(&step.id) == *from);
                if first.is_some_and(|first| at < first) {
                    let (run, step, from) = (self.run.clone(), path, from.clone());
                    return Err(RerunError::NotBefore { run, step, from });
                }
                self.over.again.push(path);
            } else if self.depends_on_again(plan, at, &kept) {
                self.over.again.push(path);
            } else {
                self.take_part(step, &path)?;
            }
        }
        Ok(())
    }

    /// Whether the step at this place is taken over as a whole.
    fn is_kept(
        &self,
        plan: &Plan,
        path: &impl Fn(&PlannedStep) -> StepPath,
        at: usize,
        kept: &mut BTreeMap<usize, bool>,
    ) -> bool {
        if let Some(known) = kept.get(&at) {
            return *known;
        }
        let Some(step) = plan.steps.get(at) else { return false };
        let own = path(step);
        let is_chosen = match self.from {
            RerunFrom::Items(items) => !items.iter().any(|item| *item == own || item.is_part_of(&own)),
            RerunFrom::Step(from) => {
                let first = plan.steps.iter().position(|step| path(step) == *from);
                own.parent().is_some() || first.is_none_or(|first| at < first)
            }
            RerunFrom::Failed => true,
        };
        // Steps that need one another are no plan, so this ends.
        let is_kept = is_chosen
            && self.is_fine(step, &own)
            && dependencies(plan, step).into_iter().all(|needed| self.is_kept(plan, path, needed, kept));
        kept.insert(at, is_kept);
        is_kept
    }

    /// Whether a step succeeded, was skipped, or failed without harm.
    fn is_fine(&self, step: &PlannedStep, path: &StepPath) -> bool {
        let Some(report) = self.report.step(path) else { return false };
        match report.status {
            Status::Succeeded | Status::Skipped => true,
            Status::Failed => {
                let clears = step.on_error.as_ref().is_some_and(|handler| handler.clears);
                let handler = self.report.step(&path.child(ON_ERROR));
                clears && handler.is_some_and(|handler| handler.status == Status::Succeeded)
            }
            _ => false,
        }
    }

    /// Whether something that a step reads or needs runs again.
    fn depends_on_again(&self, plan: &Plan, at: usize, kept: &BTreeMap<usize, bool>) -> bool {
        let Some(step) = plan.steps.get(at) else { return true };
        dependencies(plan, step).into_iter().any(|needed| kept.get(&needed) != Some(&true))
    }

    fn check_unchanged(&self, path: &StepPath) -> Result<(), RerunError> {
        match self.changes.of(&path.top()) {
            None => Ok(()),
            Some(reason) => {
                let (run, step) = (self.run.clone(), path.top());
                Err(RerunError::Changed { run, step, reason })
            }
        }
    }

    /// Takes over a step that came to a good end.
    fn take_whole(&mut self, step: &PlannedStep, path: &StepPath) {
        let items = match self.report.step(path).map(|report| (&report.expansion, report.status)) {
            Some((Some(Expansion::Items(items)), Status::Succeeded)) => items,
            Some((_, Status::Succeeded | Status::Failed)) => return self.take(step, path, None),
            // Whether it runs is decided again, from the same values.
            _ => return,
        };
        for (index, item) in items.iter().enumerate() {
            self.take(step, &path.item(index), Some(item));
        }
    }

    /// Takes over the parts of a step that came to a good end. The others run again.
    fn take_part(&mut self, step: &PlannedStep, path: &StepPath) -> Result<(), RerunError> {
        if let (Some(Expansion::Items(items)), true) =
            (self.report.step(path).and_then(|report| report.expansion.as_ref()), step.for_each.is_some())
        {
            self.check_unchanged(path)?;
            for (index, item) in items.iter().enumerate() {
                self.take_item(step, &path.item(index), item)?;
            }
            return Ok(());
        }
        let is_failed = self.report.step(path).is_some_and(|report| report.status == Status::Failed);
        if let (RerunFrom::Items(_), true, None) = (self.from, is_failed, path.parent()) {
            // It is not chosen, so it keeps its failure.
            self.check_unchanged(path)?;
            self.take(step, path, None);
            return Ok(());
        }
        self.take_inside(step, path)
    }

    fn take_item(&mut self, step: &PlannedStep, path: &StepPath, item: &Json) -> Result<(), RerunError> {
        let is_of_job = path.segments().count() == 1;
        match self.from {
            RerunFrom::Items(items) if items.contains(path) => self.over.again.push(path.clone()),
            RerunFrom::Items(_) if is_of_job => self.take(step, path, Some(item)),
            _ if self.is_fine(step, path) => self.take(step, path, Some(item)),
            _ => self.take_inside(step, path)?,
        }
        Ok(())
    }

    /// Takes over steps of the job that a step uses, or has the step run again.
    fn take_inside(&mut self, step: &PlannedStep, path: &StepPath) -> Result<(), RerunError> {
        let expansion = self.report.step(path).and_then(|report| report.expansion.as_ref());
        match (&step.work, expansion) {
            (Work::Job(plan), Some(Expansion::Job(_))) => {
                self.check_unchanged(path)?;
                self.block(plan, Some(path))
            }
            _ => {
                self.over.again.push(path.clone());
                Ok(())
            }
        }
    }

    /// Takes over the result of a step, and that of its error handler. `item` is that of the step.
    fn take(&mut self, step: &PlannedStep, path: &StepPath, item: Option<&Json>) {
        let Some(report) = self.report.step(path) else { return };
        let result = match (report.status, &report.failure) {
            (Status::Succeeded, _) => TakenResult::Succeeded { outputs: report.outputs.clone().unwrap_or_default() },
            (Status::Skipped, _) => TakenResult::Skipped,
            (Status::Failed, Some(failure)) => TakenResult::Failed { failure: failure.clone() },
            _ => TakenResult::Failed { failure: not_chosen(&self.run) },
        };
        self.record(report, path, item, result);
        if let Some(handler) = step.on_error.as_ref().map(|_| path.child(ON_ERROR))
            && let Some(report) = self.report.step(&handler)
        {
            let result = match (report.status, &report.failure) {
                (Status::Succeeded, _) => {
                    TakenResult::Succeeded { outputs: report.outputs.clone().unwrap_or_default() }
                }
                (Status::Failed, Some(failure)) => TakenResult::Failed { failure: failure.clone() },
                _ => return,
            };
            self.record(report, &handler, item, result);
        }
    }

    fn record(&mut self, report: &StepReport, path: &StepPath, item: Option<&Json>, result: TakenResult) {
        let of_it = self.exports.iter().filter(|(step, _)| *step == path || step.is_part_of(path));
        let exports = of_it.flat_map(|(_, values)| values.clone()).collect();
        self.over.records.push(What::StepTaken {
            step: path.clone(),
            from: report.taken_from.clone().unwrap_or_else(|| self.run.clone()),
            item: item.cloned(),
            result,
            captured: report.captured.clone(),
            exports,
        });
        if !path.is_handler() {
            self.over.taken.push(path.clone());
        }
    }
}

/// The failure of an item that neither ran in the earlier run nor is chosen to run now.
fn not_chosen(run: &RunId) -> Failure {
    Failure::new(FailureCode::Cancelled, format!("it did not come to its end in run {run}"))
        .because("it is not among the items that run again")
        .next("run it again with `stepwell runs rerun --only`, or all of them with `--from-failed`")
}

/// The places of the steps that a step needs to succeed, or whose values it reads.
fn dependencies(plan: &Plan, step: &PlannedStep) -> BTreeSet<usize> {
    let own = plan.steps.iter().position(|other| std::ptr::eq(other, step)).unwrap_or(usize::MAX);
    let handler = step.on_error.as_ref().map(|handler| &*handler.step);
    let reads = Reads::of(std::iter::once(step).chain(handler).flat_map(PlannedStep::values));
    let needs = step.needs.iter().filter(|need| need.success).map(|need| need.at);
    let read = plan.steps.iter().enumerate().filter(|(at, other)| {
        let before = *at < own;
        let is_read = match &reads.steps {
            Names::All => before,
            Names::These(names) => names.contains(other.id.as_str()),
        };
        let exports_it = match &reads.exports {
            Names::All => before && !other.exports.is_empty(),
            Names::These(names) => other.exports.keys().any(|name| names.contains(name.as_str())),
        };
        *at != own && (is_read || exports_it)
    });
    needs.chain(read.map(|(at, _)| at)).collect()
}
