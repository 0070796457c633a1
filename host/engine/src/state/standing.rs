//! Where each step stands, and what follows from it.

use std::borrow::Cow;

use jiff::Timestamp;
use stepwell_model::event::{Decision, Expansion, StopCause};
use stepwell_model::id::{ON_ERROR, StepPath};
use stepwell_model::job::OnUncertain;
use stepwell_model::plan::{Need, Plan, PlannedStep, Work};
use stepwell_model::report::{Report, Status, StepReport};

use super::after_attack;
use super::agenda::{Act, Agenda, Ending};

/// Where a step stands, as far as others depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    NotBegun,
    Active,
    /// Complete, skipped, or its failure is cleared.
    Fine,
    Broken,
    /// Something that it needs is broken.
    Blocked,
    /// A dry run cannot tell what it would do, or what something that it needs would do.
    Undecided,
}

/// Where a list of steps stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    Active,
    Over { failed: bool },
}

/// The rules that a list of steps follows.
#[derive(Clone, Copy)]
struct Rules {
    stop: Option<StopCause>,
    keep_going: bool,
    finally: bool,
    at_once: usize,
}

/// A step of a list, and what is known of it.
struct Part<'a, 'p> {
    path: Cow<'a, StepPath>,
    report: Option<&'a StepReport>,
    step: &'p PlannedStep,
}

pub(super) struct Walk<'a> {
    report: &'a Report,
    now: Timestamp,
    agenda: Agenda,
    /// A step waits for a time.
    waits: bool,
}

impl<'a> Walk<'a> {
    pub(super) fn new(report: &'a Report, now: Timestamp) -> Self {
        Self { report, now, agenda: Agenda::default(), waits: false }
    }

    /// The agenda. A run that only an operator's decision brings further has no wake time: its timeout must not pass while
    /// the operator decides.
    pub(super) fn agenda(self) -> Agenda {
        let Agenda { acts, wake, uncertain } = self.agenda;
        let stands = acts.is_empty() && !uncertain.is_empty() && !self.waits;
        Agenda { wake: wake.filter(|_| !stands), acts, uncertain }
    }

    /// Notes a deadline.
    pub(super) fn limit(&mut self, at: Option<Timestamp>) {
        self.agenda.wake = self.agenda.wake.into_iter().chain(at).min();
    }

    fn wake(&mut self, at: Timestamp) {
        self.waits = true;
        self.limit(Some(at));
    }

    /// The steps of a job: that of the run itself, or the job that a step uses.
    pub(super) fn block(&mut self, plan: &Plan, of: Option<&StepPath>, stop: Option<StopCause>) -> Block {
        let rules = Rules { stop, keep_going: plan.keep_going, finally: false, at_once: usize::MAX };
        self.list(&self.parts(&plan.steps, of), rules)
    }

    /// The `finally` steps. Each runs however the others ended, and only an operator who insists stops them.
    pub(super) fn finally(&mut self, plan: &Plan, of: Option<&StepPath>) -> Block {
        let rules = Rules { stop: self.forced(), keep_going: true, finally: true, at_once: usize::MAX };
        self.list(&self.parts(&plan.finally, of), rules)
    }

    /// The first step whose failure no handler has cleared.
    pub(super) fn broken(&mut self, plan: &Plan, of: Option<&StepPath>) -> Option<StepPath> {
        let stop = after_attack(self.report);
        let rules = Rules { stop, keep_going: true, finally: false, at_once: 0 };
        let items = of.and_then(|of| match &self.report.step(of)?.expansion {
            Some(Expansion::Items(items)) => Some(items.len()),
            _ => None,
        });
        let steps: Vec<_> = match (of, items) {
            (Some(of), Some(items)) => {
                let step = plan.find(of)?.step;
                (0..items).map(|index| self.part(of.item(index), step)).collect()
            }
            _ => {
                let plan = match of.map(|of| plan.find(of)) {
                    Some(found) => match &found?.step.work {
                        Work::Job(inner) => inner,
                        Work::Plugin(_) => return None,
                    },
                    None => plan,
                };
                self.parts(&plan.steps, of).into_iter().chain(self.parts(&plan.finally, of)).collect()
            }
        };
        let mut steps = steps.into_iter();
        steps.find(|part| self.stand(part, rules) == Standing::Broken).map(|part| part.path.into_owned())
    }

    /// The steps of a list with their reports. A run can have thousands of steps, and looks at all of them after each
    /// event, so this neither makes nor looks up a path as long as the report has the steps in the order of the plan.
    fn parts<'p>(&self, steps: &'p [PlannedStep], of: Option<&StepPath>) -> Vec<Part<'a, 'p>> {
        let mut behind = self.report.steps.behind(of);
        let part = |step: &'p PlannedStep| match behind.find(|report| report.id.is_child(of, step.id.as_str())) {
            Some(report) => Part { path: Cow::Borrowed(&report.id), report: Some(report), step },
            None => self.part(of.map_or_else(|| StepPath::from(&step.id), |of| of.child(step.id.as_str())), step),
        };
        steps.iter().map(part).collect()
    }

    fn part<'p>(&self, path: StepPath, step: &'p PlannedStep) -> Part<'a, 'p> {
        let report = self.report.step(&path);
        Part { path: Cow::Owned(path), report, step }
    }

    fn list(&mut self, steps: &[Part<'_, '_>], rules: Rules) -> Block {
        let mut standings: Vec<_> = steps.iter().map(|part| self.stand(part, rules)).collect();
        let is = |standing| move |found: &Standing| *found == standing;
        // A failure that the run took from an earlier one was there before the operator chose what runs again.
        let is_own = |part: &Part<'_, '_>| part.report.is_none_or(|report| report.taken_from.is_none());
        let has_broken =
            || steps.iter().zip(&standings).any(|(part, found)| is(Standing::Broken)(found) && is_own(part));
        if rules.stop.is_none() && (rules.keep_going || !has_broken()) {
            self.begin(steps, &mut standings, rules);
        }
        match standings.iter().any(is(Standing::Active)) {
            true => Block::Active,
            false => Block::Over {
                failed: !standings.iter().all(|standing| matches!(standing, Standing::Fine | Standing::Undecided)),
            },
        }
    }

    /// Begins what can begin, in the order of the file.
    fn begin(&mut self, steps: &[Part<'_, '_>], standings: &mut [Standing], rules: Rules) {
        let mut active = standings.iter().filter(|standing| **standing == Standing::Active).count();
        // The items of a list do not need each other.
        let are_items = steps.first().is_some_and(|part| part.path.is_item());
        if !are_items {
            pass_on(steps, standings, Standing::Broken, Standing::Blocked);
            pass_on(steps, standings, Standing::Undecided, Standing::Undecided);
        }
        for (at, part) in steps.iter().enumerate() {
            if active >= rules.at_once {
                break;
            }
            if standings.get(at) == Some(&Standing::NotBegun) && (are_items || is_ready(part.step, standings)) {
                self.agenda.acts.push(Act::Begin(part.path.clone().into_owned()));
                active += 1;
                standings.iter_mut().skip(at).take(1).for_each(|known| *known = Standing::Active);
            }
        }
    }

    fn stand(&mut self, part: &Part<'_, '_>, rules: Rules) -> Standing {
        let (Some(report), path, step) = (part.report, &*part.path, part.step) else { return Standing::NotBegun };
        let stop = if rules.finally { self.forced() } else { rules.stop };
        match report.status {
            Status::NotStarted => Standing::NotBegun,
            Status::Succeeded | Status::Skipped | Status::StoppedBeforeChange | Status::StoppedBeforeWait => {
                Standing::Fine
            }
            Status::Undecided => Standing::Undecided,
            Status::Cancelled => Standing::Broken,
            Status::Failed => self.failed(path, step, Rules { stop, ..rules }),
            Status::Uncertain => self.uncertain(path, step, stop),
            Status::Retrying(until) => self.retrying(path, until, stop),
            Status::Running if report.expansion.is_some() => self.expanded(path, step, report, Rules { stop, ..rules }),
            Status::Running | Status::Waiting | Status::Cancelling(_) => self.leaf(report, stop),
        }
    }

    fn forced(&self) -> Option<StopCause> {
        self.report.forced.then_some(StopCause::Cancelled)
    }

    fn failed(&mut self, path: &StepPath, step: &PlannedStep, rules: Rules) -> Standing {
        let handler = step.on_error.as_ref().filter(|_| !(step.for_each.is_some() && path.index().is_none()));
        let Some(handler) = handler else { return Standing::Broken };
        let path = path.child(ON_ERROR);
        let part = self.part(path, &handler.step);
        match self.stand(&part, Rules { finally: false, ..rules }) {
            Standing::NotBegun if rules.stop.is_some() => Standing::Broken,
            Standing::NotBegun => self.act(Act::Begin(part.path.into_owned())),
            Standing::Fine if handler.clears => Standing::Fine,
            Standing::Fine | Standing::Broken | Standing::Blocked => Standing::Broken,
            Standing::Active => Standing::Active,
            Standing::Undecided => Standing::Undecided,
        }
    }

    fn uncertain(&mut self, path: &StepPath, step: &PlannedStep, stop: Option<StopCause>) -> Standing {
        if let Some(cause) = stop {
            return self.act(Act::Stop(path.clone(), cause));
        }
        let decision = match step.on_uncertain {
            OnUncertain::Pause => {
                self.agenda.uncertain.push(path.clone());
                return Standing::Active;
            }
            OnUncertain::Retry => Decision::Retry,
            OnUncertain::Skip => Decision::Skip,
            OnUncertain::Fail => Decision::Fail,
        };
        self.act(Act::Decide(path.clone(), decision))
    }

    fn retrying(&mut self, path: &StepPath, until: Timestamp, stop: Option<StopCause>) -> Standing {
        match stop {
            Some(cause) => self.act(Act::Stop(path.clone(), cause)),
            None if self.now >= until => self.act(Act::Begin(path.clone())),
            None => {
                self.wake(until);
                Standing::Active
            }
        }
    }

    fn leaf(&mut self, step: &StepReport, stop: Option<StopCause>) -> Standing {
        let path = step.id.clone();
        match (step.status, stop) {
            (Status::Cancelling(cause), _) => self.act(Act::CallCancel(path, cause)),
            (_, Some(cause)) => self.act(Act::Stop(path, cause)),
            (Status::Running, None) => self.act(Act::Call(path)),
            (_, None) => {
                let until = step.wait.as_ref().map_or(self.now, |wait| wait.until);
                let deadline = step.deadline.unwrap_or(Timestamp::MAX);
                if self.now >= deadline {
                    return self.act(Act::Stop(path, StopCause::TimedOut));
                }
                if self.now >= until {
                    return self.act(Act::Resume(path));
                }
                self.wake(until.min(deadline));
                Standing::Active
            }
        }
    }

    fn expanded(&mut self, path: &StepPath, step: &PlannedStep, report: &StepReport, rules: Rules) -> Standing {
        let stop = rules.stop;
        let (block, stop) = match (&report.expansion, &step.work) {
            (Some(Expansion::Items(_)), _) => {
                let items = self.report.steps.items_of(path);
                let parts: Vec<_> =
                    items.map(|item| Part { path: Cow::Borrowed(&item.id), report: Some(item), step }).collect();
                let at_once = step.for_each.as_ref().map_or(1, |for_each| for_each.concurrency);
                (self.list(&parts, Rules { finally: false, at_once, ..rules }), stop)
            }
            (_, Work::Job(plan)) => {
                let stop = self.out_of_time(report, stop);
                let block = match self.block(plan, Some(path), stop) {
                    Block::Over { failed } => match self.finally(plan, Some(path)) {
                        Block::Over { failed: also } => Block::Over { failed: failed || also },
                        Block::Active => Block::Active,
                    },
                    Block::Active => Block::Active,
                };
                (block, stop)
            }
            _ => (Block::Over { failed: true }, stop),
        };
        let ending = match (block, stop) {
            (Block::Active, _) => return Standing::Active,
            (Block::Over { failed: false }, _) => Ending::Succeeded,
            (Block::Over { failed: true }, Some(cause)) => Ending::Stopped(cause),
            (Block::Over { failed: true }, None) => Ending::Failed,
        };
        self.act(Act::Conclude(path.clone(), ending))
    }

    fn out_of_time(&mut self, step: &StepReport, stop: Option<StopCause>) -> Option<StopCause> {
        let deadline = step.deadline.unwrap_or(Timestamp::MAX);
        if stop.is_some() {
            return stop;
        }
        if self.now >= deadline {
            return Some(StopCause::TimedOut);
        }
        self.limit(Some(deadline));
        None
    }

    fn act(&mut self, act: Act) -> Standing {
        self.agenda.acts.push(act);
        Standing::Active
    }
}

/// Whether every step that it needs is over, and succeeded where it has to.
fn is_ready(step: &PlannedStep, standings: &[Standing]) -> bool {
    let is_over = |need: &Need| match standings.get(need.at) {
        Some(Standing::NotBegun | Standing::Active) => false,
        Some(Standing::Broken | Standing::Blocked | Standing::Undecided) => !need.success,
        _ => true,
    };
    step.needs.iter().all(is_over)
}

/// Every step that needs the success of one that stands so, directly or through others, becomes `dependent`, wherever
/// the file has them.
fn pass_on(steps: &[Part<'_, '_>], standings: &mut [Standing], of: Standing, dependent: Standing) {
    if !standings.contains(&of) {
        return;
    }
    let mut dependents = vec![Vec::new(); steps.len()];
    for (at, part) in steps.iter().enumerate() {
        for need in part.step.needs.iter().filter(|need| need.success) {
            dependents.iter_mut().skip(need.at).take(1).for_each(|of| of.push(at));
        }
    }
    let origins = standings.iter().enumerate().filter(|(_, standing)| **standing == of);
    let mut left: Vec<usize> = origins.map(|(at, _)| at).collect();
    while let Some(needed) = left.pop() {
        for at in dependents.get(needed).into_iter().flatten() {
            if let Some(standing @ Standing::NotBegun) = standings.get_mut(*at) {
                *standing = dependent;
                left.push(*at);
            }
        }
    }
}
