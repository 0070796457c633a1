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

use crate::scope::{self, path_of_list, reads};

/// The longest wait that a dry run makes: that of a plugin which looks until a resource is as it should be.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// A dry run so far.
pub(crate) struct DryRun<'a> {
    plan: &'a Plan,
    report: &'a Report,
    /// The steps whose outputs are stand-ins, or were made with some, or have such parts.
    unreal: BTreeSet<StepPath>,
}

impl<'a> DryRun<'a> {
    /// The dry run, once a step of it made no change. Until then everything is as in every run.
    pub(crate) fn of(plan: &'a Plan, report: &'a Report) -> Option<Self> {
        if !report.dry_run {
            return None;
        }
        let is_one = |step: &&StepReport| step.status.is_rehearsed() || !step.stand_ins.is_empty();
        let wholes = |step: &StepReport| std::iter::successors(Some(step.id.clone()), StepPath::parent);
        let unreal: BTreeSet<_> = report.steps.iter().filter(is_one).flat_map(wholes).collect();
        (!unreal.is_empty()).then_some(Self { plan, report, unreal })
    }

    /// The steps whose outputs the step reads and has only stand-ins for. The error is the record of a step that needs a
    /// real value to begin.
    pub(crate) fn begins(&self, id: &StepPath, found: StepInPlan<'_>) -> Result<Vec<StepPath>, What> {
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
    pub(crate) fn excuses(&self, id: &StepPath, given: &[StepPath], failure: &Failure) -> Option<What> {
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

    /// The parts of a step that are withheld.
    pub(crate) fn withheld_in(&self, id: &StepPath) -> Vec<StepPath> {
        let parts = self.report.steps.iter().filter(|part| part.id.is_part_of(id) && is_withheld(part));
        parts.map(|part| part.id.clone()).collect()
    }

    /// The record of a whole with a part of which the run cannot tell what it would do.
    pub(crate) fn concludes(&self, id: &StepPath) -> Option<What> {
        let is_undecided = |part: &&StepReport| part.id.is_part_of(id) && part.status == Status::Undecided;
        // The last one is a part of no other.
        let part = self.report.steps.iter().rfind(is_undecided)?;
        let after = part.undecided.as_ref().map(|undecided| undecided.after.clone()).unwrap_or_default();
        Some(undecided(id, after, format!("its step `{}` is not decided", part.id)))
    }

    /// The steps of which these values of a step read outputs or exports that are stand-ins.
    fn stand_ins(&self, id: &StepPath, found: StepInPlan<'_>, values: Vec<&Spanned<Value>>) -> Vec<StepPath> {
        let reads = reads(values.into_iter(), found.plan);
        let sources = self.sources(path_of_list(id).parent().as_ref(), found.plan, &reads);
        sources.into_values().collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The names that are not known to expressions of a job that read this.
    pub(crate) fn unknown(&self, of: Option<&StepPath>, plan: &Plan, reads: &Reads) -> Unknown {
        let sources = self.sources(of, plan, reads).into_iter();
        sources.map(|(name, step)| (name, stand_in::of_step(&step))).collect()
    }

    /// The names of a job among `reads` whose values are stand-ins, each with a step that makes it one.
    fn sources(&self, of: Option<&StepPath>, plan: &Plan, reads: &Reads) -> BTreeMap<String, StepPath> {
        let mut all = BTreeMap::new();
        for step in plan.all_steps().filter(|step| reads.steps.has(step.id.as_str())) {
            let path = path_in(of, step);
            if self.unreal.contains(&path) {
                all.insert(format!("steps.{}", step.id), path);
            }
        }
        if reads.exports != Names::These(BTreeSet::new()) {
            for id in &self.unreal {
                let Some(found) = self.plan.find(id) else { continue };
                let names = found.step.exports.keys().filter(|name| reads.exports.has(name.as_str()));
                all.extend(names.map(|name| (format!("exports.{name}"), id.clone())));
            }
        }
        // The options of a job are what the step gave that uses it.
        if let Some((of, whole)) = of.and_then(|of| Some((of, self.plan.find(of)?)))
            && let Value::Table(given) = whole.step.with.get_ref()
        {
            let given = given.iter().filter(|(name, _)| reads.options.has(name));
            let given: Vec<_> =
                given.map(|(name, value)| (name, scope::reads([value].into_iter(), whole.plan))).collect();
            // Once for all options: those of the jobs around it depend on further ones.
            let every = Reads { steps: Names::All, exports: Names::All, options: Names::All };
            let around = if given.is_empty() {
                BTreeMap::new()
            } else {
                self.sources(path_of_list(of).parent().as_ref(), whole.plan, &every)
            };
            for (name, reads) in given {
                let source = around.iter().find(|(read, _)| names(&reads, read));
                all.extend(source.map(|(_, step)| (format!("options.{name}"), step.clone())));
            }
        }
        all
    }

    /// The steps before this one whose withheld changes may affect what it reads, itself or through other steps.
    fn behind(&self, id: &StepPath) -> Vec<StepPath> {
        let (mut all, mut seen, mut left) = (BTreeSet::new(), BTreeSet::new(), vec![id.clone()]);
        while let Some(id) = left.pop() {
            let Some(found) = self.plan.find(&id).filter(|_| seen.insert(id.clone())) else { continue };
            let Some(call) = found.step.call() else {
                // What a job gives is what its steps have read.
                left.extend(self.report.steps.iter().map(|part| &part.id).filter(|part| part.is_part_of(&id)).cloned());
                continue;
            };
            let changed = self.withheld_before(&id).into_iter();
            all.extend(changed.filter(|step| self.may_affect(step, &call.plugin.imports)));
            let (of, reads) = (path_of_list(&id).parent(), reads(found.step.values(), found.plan));
            let read = found.plan.all_steps().filter(|step| reads.steps.has(step.id.as_str()));
            left.extend(read.map(|step| path_in(of.as_ref(), step)));
        }
        all.into_iter().collect()
    }

    /// Whether the withheld change of a step may affect what a plugin with these imports reads.
    fn may_affect(&self, changed: &StepPath, imports: &Imports) -> bool {
        let service = |action: &str| action.split(':').next().unwrap_or_default().to_owned();
        let changed = self.report.step(changed).and_then(|step| step.calls.last());
        let Some(changed) = changed.map(|call| service(&call.call.action)) else { return false };
        let is_runner = RUNNERS.contains(&changed.as_str());
        imports.send_requests()
            || imports.rows().map(|row| service(row.action.as_str())).any(|read| is_runner || read == changed)
    }

    /// The steps before this one whose changes or waits were withheld, as far as it needs them.
    fn withheld_before(&self, id: &StepPath) -> Vec<StepPath> {
        let wholes = std::iter::successors(Some(id.clone()), StepPath::parent);
        let needed: BTreeSet<_> = wholes.flat_map(|whole| self.needed(&whole)).collect();
        let withheld = self.report.steps.iter().filter(|step| is_withheld(step));
        let is_needed = |step: &&StepReport| {
            std::iter::successors(Some(step.id.clone()), StepPath::parent).any(|whole| needed.contains(&whole))
        };
        withheld.filter(is_needed).map(|step| step.id.clone()).collect()
    }

    /// The steps of the same job that come before this one, because it needs them or others that do.
    fn needed(&self, id: &StepPath) -> Vec<StepPath> {
        let Some(found) = self.plan.find(id) else { return Vec::new() };
        let of = path_of_list(id).parent();
        let list = if found.step.finally { &found.plan.finally } else { &found.plan.steps };
        let mut seen = BTreeSet::new();
        let mut left: Vec<_> = found.step.needs.iter().map(|need| need.at).collect();
        while let Some(at) = left.pop() {
            if seen.insert(at) {
                left.extend(list.get(at).into_iter().flat_map(|step| step.needs.iter().map(|need| need.at)));
            }
        }
        let all = if found.step.finally { found.plan.steps.as_slice() } else { &[] };
        all.iter()
            .chain(seen.into_iter().filter_map(|at| list.get(at)))
            .map(|step| path_in(of.as_ref(), step))
            .collect()
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

/// The record of a step that would send a stand-in to AWS or to a server to read something.
pub(crate) fn needs_value(step: &StepReport, action: &str) -> What {
    undecided(&step.id, step.stand_ins.clone(), format!("`{action}` needs a real value"))
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

/// Whether values that read this read a name such as `steps.create`.
fn names(reads: &Reads, name: &str) -> bool {
    match name.split_once('.') {
        Some(("steps", step)) => reads.steps.has(step),
        Some(("exports", export)) => reads.exports.has(export),
        Some((_, option)) => reads.options.has(option),
        None => false,
    }
}

/// The path of a step of the job that the step at `of` uses.
fn path_in(of: Option<&StepPath>, step: &PlannedStep) -> StepPath {
    of.map_or_else(|| StepPath::from(&step.id), |of| of.child(step.id.as_str()))
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
