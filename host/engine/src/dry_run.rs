//! A dry run behind its first change: which values are real, and what can be told of the steps after it.
//!
//! A step whose change, or whose wait, is withheld counts as complete, and stand-ins take the place of its outputs. A
//! step that reads stand-ins goes on as far as they serve: in a withheld request they show where the value would come
//! from. What decides whether and for what a step runs has to be real, and so has a read. A step that fails behind a
//! withheld change may fail only because that change was not made. Of such steps the run tells that it cannot tell.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value as Json;
use stepwell_generic::step::outputs_schema;
use stepwell_model::event::What;
use stepwell_model::expression::{Names, Reads, Unknown};
use stepwell_model::failure::{Failure, FailureCode, FailureOrigin};
use stepwell_model::id::StepPath;
use stepwell_model::plan::{Plan, PlannedStep, StepInPlan};
use stepwell_model::plugin::Imports;
use stepwell_model::report::{Report, Status, StepReport};
use stepwell_model::stand_in;
use stepwell_model::value::Value;
use toml::Spanned;

use crate::scope::{path_of_list, reads};

/// The longest wait that a dry run makes: that of a plugin which looks until a resource is as it should be.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// A dry run so far.
#[derive(Clone, Copy)]
pub(crate) struct DryRun<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) report: &'a Report,
}

impl<'a> DryRun<'a> {
    /// The dry run, once a step of it made no change. Until then everything is as in every run.
    pub(crate) fn of(plan: &'a Plan, report: &'a Report) -> Option<Self> {
        let has_begun = report.dry_run && report.steps.iter().any(|step| step.status.is_rehearsed());
        has_begun.then_some(Self { plan, report })
    }

    /// The steps whose outputs the step reads and has only stand-ins for. The error is the record of a step that needs a
    /// real value to begin.
    pub(crate) fn begins(self, id: &StepPath, found: StepInPlan<'_>) -> Result<Vec<StepPath>, What> {
        let step = found.step;
        // A list only expands; each of its items looks at the rest.
        let deciding = match &step.for_each {
            Some(for_each) if found.is_list() => vec![("for_each", &for_each.list)],
            _ => {
                let (when, region) = (step.when.as_ref(), step.computed_region());
                when.map(|when| ("when", when)).into_iter().chain(region.map(|region| ("region", region))).collect()
            }
        };
        for (key, value) in deciding {
            let after = self.stand_ins(id, found, vec![value]);
            if !after.is_empty() {
                return Err(undecided(id, after, format!("`{key}` needs a real value")));
            }
        }
        Ok(self.stand_ins(id, found, step.values().collect()))
    }

    /// The record of a step in the place of this failure, when it may have failed only because a change was not made.
    /// `given` are the steps of which it reads stand-ins, besides those that the journal has.
    pub(crate) fn excuses(self, id: &StepPath, given: &[StepPath], failure: &Failure) -> Option<What> {
        let wholes = std::iter::successors(Some(id.clone()), StepPath::parent);
        let known = wholes.filter_map(|whole| self.report.step(&whole)).flat_map(|step| &step.stand_ins);
        let given: BTreeSet<_> = known.chain(given).cloned().collect();
        let is_of_config = failure.code == FailureCode::ConfigurationInvalid.as_str();
        let after = match given.is_empty() {
            true if is_of_config => return None,
            true => self.behind(id),
            false => given.into_iter().collect(),
        };
        let is_excused = !after.is_empty() && is_of_state(failure);
        let because = match &failure.because {
            Some(because) => format!("{}: {because}", failure.message),
            None => failure.message.clone(),
        };
        is_excused.then(|| undecided(id, after, because))
    }

    /// The record of a step that would send a stand-in to AWS or to a server to read something.
    pub(crate) fn needs_value(self, id: &StepPath, action: &str) -> What {
        let after = self.report.step(id).map(|step| step.stand_ins.clone()).unwrap_or_default();
        undecided(id, after, format!("`{action}` needs a real value"))
    }

    /// The parts of a step that are withheld.
    pub(crate) fn withheld_in(self, id: &StepPath) -> Vec<StepPath> {
        let parts = self.report.steps.iter().filter(|part| part.id.is_part_of(id) && is_withheld(part));
        parts.map(|part| part.id.clone()).collect()
    }

    /// The record of a whole with a part of which the run cannot tell what it would do.
    pub(crate) fn concludes(self, id: &StepPath) -> Option<What> {
        let is_undecided = |part: &&StepReport| part.id.is_part_of(id) && part.status == Status::Undecided;
        // The last one is a part of no other.
        let part = self.report.steps.iter().rfind(is_undecided)?;
        let after = part.undecided.as_ref().map(|undecided| undecided.after.clone()).unwrap_or_default();
        Some(undecided(id, after, format!("its step `{}` is not decided", part.id)))
    }

    /// The steps of which these values of a step read outputs or exports that are stand-ins.
    fn stand_ins(self, id: &StepPath, found: StepInPlan<'_>, values: Vec<&Spanned<Value>>) -> Vec<StepPath> {
        let reads = reads(values.into_iter(), found.plan);
        let sources = self.sources(path_of_list(id).parent().as_ref(), found.plan, &reads);
        sources.into_values().collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The names that are not known to expressions of a job that read this.
    pub(crate) fn unknown(self, of: Option<&StepPath>, plan: &Plan, reads: &Reads) -> Unknown {
        let sources = self.sources(of, plan, reads).into_iter();
        sources.map(|(name, step)| (name, stand_in::of_step(&step))).collect()
    }

    /// The names of a job among `reads` whose values are stand-ins, each with a step that makes it one.
    fn sources(self, of: Option<&StepPath>, plan: &Plan, reads: &Reads) -> BTreeMap<String, StepPath> {
        let mut all = BTreeMap::new();
        for step in plan.all_steps().filter(|step| reads.steps.has(step.id.as_str())) {
            let path = of.map_or_else(|| StepPath::from(&step.id), |of| of.child(step.id.as_str()));
            if self.is_stand_in(&path) {
                all.insert(format!("steps.{}", step.id), path);
            }
        }
        if reads.exports != Names::These(BTreeSet::new()) {
            for id in self.report.steps.iter().map(|step| &step.id) {
                let Some(found) = self.plan.find(id) else { continue };
                let names = found.step.exports.keys().filter(|name| reads.exports.has(name.as_str()));
                let names: Vec<_> = names.map(|name| format!("exports.{name}")).collect();
                if !names.is_empty() && self.is_stand_in(id) {
                    all.extend(names.into_iter().map(|name| (name, id.clone())));
                }
            }
        }
        // The options of a job are what the step gave that uses it.
        if let Some((of, whole)) = of.and_then(|of| Some((of, self.plan.find(of)?)))
            && let Value::Table(given) = whole.step.with.get_ref()
        {
            for (name, value) in given.iter().filter(|(name, _)| reads.options.has(name)) {
                let first = self.stand_ins(of, whole, vec![value]).into_iter().next();
                all.extend(first.map(|step| (format!("options.{name}"), step)));
            }
        }
        all
    }

    /// Whether the outputs of a step are stand-ins, or were made with some.
    fn is_stand_in(self, id: &StepPath) -> bool {
        let is_one = |step: &StepReport| step.status.is_rehearsed() || !step.stand_ins.is_empty();
        self.report.steps.iter().filter(|step| step.id == *id || step.id.is_part_of(id)).any(is_one)
    }

    /// The steps before this one whose withheld changes may affect what it reads, itself or through other steps.
    fn behind(self, id: &StepPath) -> Vec<StepPath> {
        let Some(found) = self.plan.find(id) else { return Vec::new() };
        let Some(call) = found.step.call() else {
            // What a job gives is what its steps have read.
            let parts = self.report.steps.iter().map(|part| &part.id).filter(|part| part.is_part_of(id));
            let parts = parts.filter(|part| self.plan.find(part).is_some_and(|found| found.step.call().is_some()));
            return parts.flat_map(|part| self.behind(part)).collect::<BTreeSet<_>>().into_iter().collect();
        };
        let changed = self.withheld_before(id).into_iter();
        let changed =
            changed.filter(|step| self.report.step(step).is_some_and(|step| may_affect(step, &call.plugin.imports)));
        let mut all: BTreeSet<_> = changed.collect();
        let of = path_of_list(id).parent();
        let reads = reads(found.step.values(), found.plan);
        for step in found.plan.all_steps().filter(|step| reads.steps.has(step.id.as_str())) {
            let path = of.as_ref().map_or_else(|| StepPath::from(&step.id), |of| of.child(step.id.as_str()));
            // One that computes the name of a step reads itself as well.
            if path != path_of_list(id) {
                all.extend(self.behind(&path));
            }
        }
        all.into_iter().collect()
    }

    /// The steps before this one whose changes or waits were withheld, as far as it needs them.
    fn withheld_before(self, id: &StepPath) -> Vec<StepPath> {
        let wholes = std::iter::successors(Some(id.clone()), StepPath::parent);
        let needed: BTreeSet<_> = wholes.flat_map(|whole| self.needed(&whole)).collect();
        let withheld = self.report.steps.iter().filter(|step| is_withheld(step));
        let is_needed = |step: &&StepReport| {
            std::iter::successors(Some(step.id.clone()), StepPath::parent).any(|whole| needed.contains(&whole))
        };
        withheld.filter(is_needed).map(|step| step.id.clone()).collect()
    }

    /// The steps of the same job that come before this one, because it needs them or others that do.
    fn needed(self, id: &StepPath) -> Vec<StepPath> {
        let Some(found) = self.plan.find(id) else { return Vec::new() };
        let of = path_of_list(id).parent();
        let path =
            |step: &PlannedStep| of.as_ref().map_or_else(|| StepPath::from(&step.id), |of| of.child(step.id.as_str()));
        let list = if found.step.finally { &found.plan.finally } else { &found.plan.steps };
        let mut seen = BTreeSet::new();
        let mut left: Vec<_> = found.step.needs.iter().map(|need| need.at).collect();
        while let Some(at) = left.pop() {
            if seen.insert(at) {
                left.extend(list.get(at).into_iter().flat_map(|step| step.needs.iter().map(|need| need.at)));
            }
        }
        let all = if found.step.finally { found.plan.steps.as_slice() } else { &[] };
        all.iter().chain(seen.into_iter().filter_map(|at| list.get(at))).map(path).collect()
    }
}

/// Services whose calls run something that can change any other resource.
const RUNNERS: &[&str] = &[
    "batch",
    "cloudformation",
    "codebuild",
    "codedeploy",
    "codepipeline",
    "ecs",
    "events",
    "http",
    "lambda",
    "ssm",
    "states",
];

/// Whether the withheld change of a step may affect what a plugin with these imports reads.
fn may_affect(changed: &StepReport, imports: &Imports) -> bool {
    let service = |action: &str| action.split(':').next().unwrap_or_default().to_owned();
    let Some(changed) = changed.calls.last().map(|call| service(&call.call.action)) else { return false };
    let reads = imports.rows().map(|row| service(row.action.as_str()));
    let reads: BTreeSet<_> = reads.collect();
    let looks = !reads.is_empty() || imports.send_requests();
    looks && (imports.send_requests() || RUNNERS.contains(&changed.as_str()) || reads.contains(&changed))
}

/// Whether a dry run ends a step before this wait: one that takes long by itself, or that only a withheld change could
/// end. A wait of no time only lets other steps go on.
pub(crate) fn withholds_wait(plan: &Plan, report: &Report, id: &StepPath, after: Duration) -> bool {
    let is_behind = || {
        let given = report.step(id).is_some_and(|step| !step.stand_ins.is_empty());
        given || DryRun::of(plan, report).is_some_and(|dry_run| !dry_run.withheld_before(id).is_empty())
    };
    report.dry_run && (after > LONGEST_WAIT || !after.is_zero() && is_behind())
}

/// Whether a dry run makes no further attempt at a step, because it is behind a withheld change.
pub(crate) fn withholds_retry(plan: &Plan, report: &Report, id: &StepPath) -> bool {
    DryRun::of(plan, report).is_some_and(|dry_run| !dry_run.withheld_before(id).is_empty())
}

/// Whether a failure can follow from the state of a resource, or from a value. Rights, credentials, limits and the network
/// are the same in every run.
fn is_of_state(failure: &Failure) -> bool {
    use FailureCode::{
        AccessDenied, CancelTimeout, Cancelled, NotSent, SecretFound, Throttled, TooManySteps, Unavailable,
    };
    let others = [AccessDenied, CancelTimeout, Cancelled, NotSent, SecretFound, Throttled, TooManySteps, Unavailable];
    let is_other = others.iter().any(|code| failure.code == code.as_str());
    !is_other && matches!(failure.origin, FailureOrigin::Plugin | FailureOrigin::Run)
}

fn is_withheld(step: &StepReport) -> bool {
    matches!(step.status, Status::StoppedBeforeChange | Status::StoppedBeforeWait)
}

fn undecided(step: &StepPath, after: Vec<StepPath>, because: String) -> What {
    What::StepUndecided { step: step.clone(), after, because }
}

/// The stand-ins for the outputs of a step that is withheld.
pub(crate) fn outputs(plan: &Plan, step: &StepReport) -> Option<BTreeMap<String, Json>> {
    if !is_withheld(step) {
        return None;
    }
    let call = plan.find(&step.id)?.step.call()?;
    // The host withholds the answer to a request with a secret.
    let typed = call.operation.as_ref().filter(|_| call.secrets.is_empty()).and_then(outputs_schema);
    let declared = &call.plugin.description.outputs_schema;
    Some(stand_in::outputs(typed.as_ref().unwrap_or(declared), &step.id))
}
