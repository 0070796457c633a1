//! Where each step stands, and what follows from it.

use std::borrow::Borrow;
use std::collections::HashMap;

use jiff::Timestamp;
use stepwell_model::event::{Decision, Expansion, StopCause};
use stepwell_model::id::{ON_ERROR, StepId, StepPath};
use stepwell_model::job::OnUncertain;
use stepwell_model::plan::{Plan, PlannedStep, Work};
use stepwell_model::report::{Report, Status, StepReport};

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
    /// A dry run reached its first change.
    Halted,
}

/// Where a list of steps stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    Active,
    Over {
        failed: bool,
    },
    /// A dry run reached its first change.
    Halted {
        failed: bool,
    },
}

/// The rules that a list of steps follows.
#[derive(Clone, Copy)]
struct Rules {
    stop: Option<StopCause>,
    keep_going: bool,
    finally: bool,
    at_once: usize,
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
        self.list(&parts(&plan.steps, of), rules)
    }

    /// The `finally` steps. Each runs however the others ended, and only a cancellation after its start stops it.
    pub(super) fn finally(&mut self, plan: &Plan, of: Option<&StepPath>) -> Block {
        self.list(&parts(&plan.finally, of), Rules { stop: None, keep_going: true, finally: true, at_once: usize::MAX })
    }

    /// The first step whose failure no handler has cleared.
    pub(super) fn broken(&mut self, plan: &Plan, of: Option<&StepPath>) -> Option<StepPath> {
        let rules = Rules { stop: None, keep_going: true, finally: false, at_once: 0 };
        let items = of.and_then(|of| match &self.report.step(of)?.expansion {
            Some(Expansion::Items(items)) => Some(items.len()),
            _ => None,
        });
        let steps: Vec<_> = match (of, items) {
            (Some(of), Some(items)) => {
                let step = plan.find(of)?.step;
                (0..items).map(|index| (of.item(index), step)).collect()
            }
            _ => {
                let plan = match of.map(|of| plan.find(of)) {
                    Some(found) => match &found?.step.work {
                        Work::Job(inner) => inner,
                        Work::Plugin(_) => return None,
                    },
                    None => plan,
                };
                parts(&plan.steps, of).into_iter().chain(parts(&plan.finally, of)).collect()
            }
        };
        let mut steps = steps.into_iter();
        steps.find(|(path, step)| self.stand(path, step, rules) == Standing::Broken).map(|(path, _)| path)
    }

    fn list<P: Borrow<StepPath>>(&mut self, steps: &[(P, &PlannedStep)], rules: Rules) -> Block {
        let mut standings: Vec<_> = steps.iter().map(|(path, step)| self.stand(path.borrow(), step, rules)).collect();
        let is = |standing| move |found: &Standing| *found == standing;
        if standings.iter().any(is(Standing::Halted)) {
            let active = standings.iter().any(is(Standing::Active));
            let failed = standings.iter().any(is(Standing::Broken));
            return if active { Block::Active } else { Block::Halted { failed } };
        }
        if rules.stop.is_none() && (rules.keep_going || !standings.iter().any(is(Standing::Broken))) {
            self.begin(steps, &mut standings, rules);
        }
        match standings.iter().any(is(Standing::Active)) {
            true => Block::Active,
            false => Block::Over { failed: standings.iter().any(|standing| *standing != Standing::Fine) },
        }
    }

    /// Begins what can begin, in the order of the file.
    fn begin<P: Borrow<StepPath>>(&mut self, steps: &[(P, &PlannedStep)], standings: &mut [Standing], rules: Rules) {
        let mut active = standings.iter().filter(|standing| **standing == Standing::Active).count();
        // The items of a list do not need each other.
        let are_items = steps.first().is_some_and(|(path, _)| path.borrow().is_item());
        let places = || steps.iter().enumerate().map(|(at, (_, step))| (&step.id, at)).collect();
        let places: HashMap<&StepId, usize> = if are_items { HashMap::new() } else { places() };
        // Once for every step: a blocked step blocks others, which may precede it in the file.
        for _ in 0..steps.len() {
            let mut changed = false;
            for (at, (path, step)) in steps.iter().enumerate() {
                if standings.get(at) != Some(&Standing::NotBegun) {
                    continue;
                }
                let ready = if are_items { Standing::Fine } else { ready(step, &places, standings) };
                let standing = match ready {
                    Standing::Fine if active < rules.at_once => {
                        self.agenda.acts.push(Act::Begin(path.borrow().clone()));
                        active += 1;
                        Standing::Active
                    }
                    Standing::Blocked => Standing::Blocked,
                    _ => continue,
                };
                standings.iter_mut().skip(at).take(1).for_each(|known| *known = standing);
                changed = true;
            }
            if !changed {
                break;
            }
        }
    }

    fn stand(&mut self, path: &StepPath, step: &PlannedStep, rules: Rules) -> Standing {
        let Some(report) = self.report.step(path) else { return Standing::NotBegun };
        let stop = if rules.finally { self.stop_of_finally(report) } else { rules.stop };
        match report.status {
            Status::NotStarted => Standing::NotBegun,
            Status::Succeeded | Status::Skipped => Standing::Fine,
            Status::StoppedBeforeChange => Standing::Halted,
            Status::Cancelled => Standing::Broken,
            Status::Failed => self.failed(path, step, Rules { stop, ..rules }),
            Status::Uncertain => self.uncertain(path, step, stop),
            Status::Retrying(until) => self.retrying(path, until, stop),
            Status::Running if report.expansion.is_some() => self.expanded(path, step, report, Rules { stop, ..rules }),
            Status::Running | Status::Waiting | Status::Cancelling(_) => self.leaf(report, stop),
        }
    }

    fn stop_of_finally(&self, step: &StepReport) -> Option<StopCause> {
        let after_start = |cancelled: u64| step.attempt > 0 && cancelled > step.started_at_seq;
        self.report.cancelled_at_seq.is_some_and(after_start).then_some(StopCause::Cancelled)
    }

    fn failed(&mut self, path: &StepPath, step: &PlannedStep, rules: Rules) -> Standing {
        let handler = step.on_error.as_ref().filter(|_| !(step.for_each.is_some() && path.index().is_none()));
        let Some(handler) = handler else { return Standing::Broken };
        let path = path.child(ON_ERROR);
        match self.stand(&path, &handler.step, Rules { finally: false, ..rules }) {
            Standing::NotBegun if rules.stop.is_some() => Standing::Broken,
            Standing::NotBegun => self.act(Act::Begin(path)),
            Standing::Fine if handler.clears => Standing::Fine,
            Standing::Fine | Standing::Broken | Standing::Blocked => Standing::Broken,
            Standing::Active => Standing::Active,
            Standing::Halted => Standing::Halted,
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
                let parts: Vec<_> = self.report.steps.items_of(path).map(|item| (&item.id, step)).collect();
                let at_once = step.for_each.as_ref().map_or(1, |for_each| for_each.concurrency);
                (self.list(&parts, Rules { finally: false, at_once, ..rules }), stop)
            }
            (_, Work::Job(plan)) => {
                let stop = self.out_of_time(report, stop);
                let block = match self.block(plan, Some(path), stop) {
                    Block::Over { failed } => match self.finally(plan, Some(path)) {
                        Block::Over { failed: also } => Block::Over { failed: failed || also },
                        other => other,
                    },
                    other => other,
                };
                (block, stop)
            }
            _ => (Block::Over { failed: true }, stop),
        };
        let ending = match (block, stop) {
            (Block::Active, _) => return Standing::Active,
            (Block::Halted { .. }, _) => return Standing::Halted,
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

/// Whether a step can begin: `Fine` when it can now, `Blocked` when it never can.
fn ready(step: &PlannedStep, places: &HashMap<&StepId, usize>, standings: &[Standing]) -> Standing {
    let of = |id: &StepId| places.get(id).and_then(|at| standings.get(*at));
    let mut ready = Standing::Fine;
    for need in &step.needs {
        match of(&need.step) {
            Some(Standing::NotBegun | Standing::Active) => ready = Standing::NotBegun,
            Some(Standing::Broken | Standing::Blocked) if need.success => return Standing::Blocked,
            _ => {}
        }
    }
    ready
}

fn parts<'p>(steps: &'p [PlannedStep], of: Option<&StepPath>) -> Vec<(StepPath, &'p PlannedStep)> {
    let path = |step: &PlannedStep| match of {
        Some(of) => of.child(step.id.as_str()),
        None => StepPath::from(&step.id),
    };
    steps.iter().map(|step| (path(step), step)).collect()
}
