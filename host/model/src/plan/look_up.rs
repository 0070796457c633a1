//! Finding what the plan says of a step of a run.

use super::{ErrorStep, Plan, PlannedStep, PluginCall, Work};
use crate::event::StepTitle;
use crate::id::{ON_ERROR, StepPath};

/// What the plan says of a step of a run.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// The job that the step belongs to.
    pub plan: &'a Plan,
    /// The step.
    pub step: &'a PlannedStep,
    /// For which item it runs; none when it runs once, or when it stands for all items.
    pub index: Option<usize>,
}

impl Found<'_> {
    /// Whether it stands for the items of its list, and runs nothing itself.
    pub fn is_list(&self) -> bool {
        self.step.for_each.is_some() && self.index.is_none()
    }
}

impl Plan {
    /// All steps of the job itself, those that run in every ending last.
    pub fn all_steps(&self) -> impl Iterator<Item = &PlannedStep> {
        self.steps.iter().chain(&self.finally)
    }

    /// What the plan says of this step of a run.
    pub fn find(&self, path: &StepPath) -> Option<Found<'_>> {
        let mut plan = self;
        let mut found: Option<Found<'_>> = None;
        for (id, index) in path.segments() {
            let step = match found {
                Some(Found { step: PlannedStep { on_error: Some(ErrorStep { step, .. }), .. }, .. })
                    if id == ON_ERROR =>
                {
                    step
                }
                Some(Found { step: PlannedStep { work: Work::Job(inner), .. }, .. }) => {
                    plan = inner;
                    inner.all_steps().find(|step| step.id.as_str() == id)?
                }
                Some(_) => return None,
                None => plan.all_steps().find(|step| step.id.as_str() == id)?,
            };
            if index.is_some() && step.for_each.is_none() {
                return None;
            }
            found = Some(Found { plan, step, index });
        }
        found
    }

    /// Every call of a plugin, those of sub-jobs and of steps that run on errors too, under the path that a run would
    /// give it without its indexes.
    pub fn plugin_calls(&self) -> Vec<(StepPath, &PlannedStep, &PluginCall)> {
        let mut calls = Vec::new();
        for step in self.all_steps() {
            collect(StepPath::from(&step.id), step, &mut calls);
        }
        calls
    }

    /// This plan and those of the jobs that it uses.
    pub fn all_plans(&self) -> Vec<&Self> {
        let mut plans = vec![self];
        for step in self.all_steps() {
            let on_error = step.on_error.as_ref().map(|on_error| &*on_error.step);
            for part in std::iter::once(step).chain(on_error) {
                if let Work::Job(inner) = &part.work {
                    plans.extend(inner.all_plans());
                }
            }
        }
        plans
    }

    /// The steps of a run of this job, as parts of a step or of the run itself.
    pub fn titles(&self, of: Option<&StepPath>) -> Vec<StepTitle> {
        let path = |step: &PlannedStep| match of {
            Some(of) => of.child(step.id.as_str()),
            None => StepPath::from(&step.id),
        };
        self.all_steps().flat_map(|step| step.titles(path(step))).collect()
    }
}

impl PlannedStep {
    /// The step at this path, and the one that runs when it fails. What stands for a list has no such step: its items do.
    pub fn titles(&self, path: StepPath) -> Vec<StepTitle> {
        let is_list = self.for_each.is_some() && path.index().is_none();
        let handler = self.on_error.as_ref().filter(|_| !is_list).map(|handler| StepTitle {
            id: path.child(ON_ERROR),
            uses: handler.step.uses(),
            finally: self.finally,
        });
        let own = StepTitle { id: path, uses: self.uses(), finally: self.finally };
        std::iter::once(own).chain(handler).collect()
    }
}

fn collect<'a>(path: StepPath, step: &'a PlannedStep, calls: &mut Vec<(StepPath, &'a PlannedStep, &'a PluginCall)>) {
    match &step.work {
        Work::Plugin(call) => calls.push((path.clone(), step, call)),
        Work::Job(inner) => inner.all_steps().for_each(|part| collect(path.child(part.id.as_str()), part, calls)),
    }
    if let Some(handler) = &step.on_error {
        collect(path.child(ON_ERROR), &handler.step, calls);
    }
}
