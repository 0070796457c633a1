//! The order of steps: that of the file, unless `needs` or `parallel` change it.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use toml::Spanned;

use super::error::PlanError;
use crate::id::StepId;
use crate::job::Step;
use crate::source::Source;

/// A step that has to be complete before another one begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// The step.
    pub step: StepId,
    /// Its place in the list of steps that both belong to.
    pub at: usize,
    /// Whether it has to succeed. Otherwise it only runs first.
    pub success: bool,
}

/// The needs of each step, in the order of the file, and an order in which every step comes after the steps that it
/// needs: of the steps that can come next, the first in the file.
pub(super) fn order(steps: &[Step], source: &Source) -> Result<(Vec<Vec<Need>>, Vec<usize>), PlanError> {
    let at_of: HashMap<&StepId, usize> = steps.iter().enumerate().map(|(at, step)| (step.id.get_ref(), at)).collect();
    let needs = steps
        .iter()
        .enumerate()
        .map(|(at, step)| needs(steps, &at_of, at, step, source))
        .collect::<Result<Vec<_>, _>>()?;
    // How many needs of each step are not sorted yet, and the steps that wait for each.
    let mut missing = vec![0_usize; steps.len()];
    let mut waiting = vec![Vec::new(); steps.len()];
    for ((at, needs), missing) in needs.iter().enumerate().zip(&mut missing) {
        for need in needs {
            if let Some(waiting) = at_of.get(&need.step).and_then(|needed| waiting.get_mut(*needed)) {
                waiting.push(at);
                *missing += 1;
            }
        }
    }
    let ready = missing.iter().enumerate().filter(|(_, missing)| **missing == 0);
    let mut ready: BinaryHeap<Reverse<usize>> = ready.map(|(at, _)| Reverse(at)).collect();
    let mut sorted = Vec::with_capacity(steps.len());
    while let Some(Reverse(at)) = ready.pop() {
        sorted.push(at);
        for waiting in waiting.get(at).into_iter().flatten() {
            let Some(missing) = missing.get_mut(*waiting) else { continue };
            *missing -= 1;
            if *missing == 0 {
                ready.push(Reverse(*waiting));
            }
        }
    }
    if sorted.len() < steps.len() {
        return Err(cycle(steps, &at_of, &needs, &missing, source));
    }
    Ok((needs, sorted))
}

fn needs(
    steps: &[Step],
    at_of: &HashMap<&StepId, usize>,
    at: usize,
    step: &Step,
    source: &Source,
) -> Result<Vec<Need>, PlanError> {
    let Some(named) = &step.needs else { return Ok(before(steps, at)) };
    let need = |need: &Spanned<StepId>| {
        if let Some(at) = at_of.get(need.get_ref()) {
            return Ok(Need { step: need.get_ref().clone(), at: *at, success: true });
        }
        let others = steps.iter().filter(|other| !std::ptr::eq(*other, step));
        Err(PlanError::UnknownNeed {
            step: step.id.get_ref().clone(),
            need: need.get_ref().clone(),
            known: others.map(|step| step.id.get_ref().clone()).collect(),
            place: source.place(&need.span()),
        })
    };
    named.iter().map(need).collect()
}

/// The default needs of a step: the step or the parallel group before it, or before its own parallel group.
fn before(steps: &[Step], at: usize) -> Vec<Need> {
    let group = |at: usize| steps.get(at).and_then(|step| step.parallel.as_ref()).map(|group| group.get_ref());
    let start_of = |mut first: usize| {
        while group(first).is_some() && first > 0 && group(first - 1) == group(first) {
            first -= 1;
        }
        first
    };
    let Some(last) = start_of(at).checked_sub(1) else { return Vec::new() };
    let earlier = steps.iter().enumerate().take(last + 1).skip(start_of(last));
    earlier.map(|(at, step)| Need { step: step.id.get_ref().clone(), at, success: false }).collect()
}

fn cycle(
    steps: &[Step],
    at_of: &HashMap<&StepId, usize>,
    needs: &[Vec<Need>],
    missing: &[usize],
    source: &Source,
) -> PlanError {
    let left = |at: &usize| missing.get(*at).is_some_and(|missing| *missing > 0);
    let mut path: Vec<usize> = (0..steps.len()).find(left).into_iter().collect();
    let mut seen: HashSet<usize> = path.iter().copied().collect();
    // Each of the remaining steps needs another remaining step, so the path returns to a step that it already has.
    while let Some(next) = path
        .last()
        .and_then(|at| needs.get(*at))
        .and_then(|needs| needs.iter().filter_map(|need| at_of.get(&need.step).copied()).find(left))
    {
        if !seen.insert(next) {
            let from = path.iter().position(|at| *at == next).unwrap_or_default();
            path.drain(..from);
            break;
        }
        path.push(next);
    }
    let ids: Vec<_> = path.iter().filter_map(|at| steps.get(*at)).map(|step| step.id.get_ref().clone()).collect();
    let span = path.first().and_then(|at| steps.get(*at)).map_or(0..0, |step| step.id.span());
    PlanError::NeedCycle { steps: ids, place: source.place(&span) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::Job;

    fn steps(text: &[&str]) -> Job {
        let steps: String = text.iter().map(|step| format!("[[steps]]\nuses = \"p\"\n{step}\n")).collect();
        Job::read(Source::new("job.toml", format!("name = \"j\"\n{steps}"))).expect("it is a job")
    }

    fn names(needs: &[Need]) -> Vec<&str> {
        needs.iter().map(|need| need.step.as_str()).collect()
    }

    #[test]
    fn a_group_runs_behind_what_is_before_it_and_what_follows_waits_for_all_of_it() {
        let group = |id: &str| format!("id = \"{id}\"\nparallel = \"g\"");
        let job = steps(&["id = \"a\"", &group("b"), &group("c"), "id = \"d\"", "id = \"e\"\nneeds = []"]);
        let (needs, _) = order(&job.steps, &job.source).expect("there is an order");
        let needs: Vec<_> = needs.iter().map(|needs| names(needs)).collect();
        assert_eq!(needs, [vec![], vec!["a"], vec!["a"], vec!["b", "c"], vec![]]);
    }

    #[test]
    fn what_needs_a_later_step_runs_behind_it() {
        let job = steps(&["id = \"a\"\nneeds = [\"b\"]", "id = \"b\"\nneeds = []"]);
        assert_eq!(order(&job.steps, &job.source).expect("there is an order").1, [1, 0]);
    }

    #[test]
    fn steps_that_need_one_another_are_named() {
        let need = |id: &str, of: &str| format!("id = \"{id}\"\nneeds = [\"{of}\"]");
        let job = steps(&[&need("x", "a"), &need("a", "b"), &need("b", "c"), &need("c", "a")]);
        let Err(PlanError::NeedCycle { steps, .. }) = order(&job.steps, &job.source) else { panic!("it is a cycle") };
        let steps: Vec<_> = steps.iter().map(StepId::as_str).collect();
        assert_eq!(steps, ["a", "b", "c"]);
    }
}
