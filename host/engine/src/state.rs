//! What a run does next: a pure function of its plan, its report and the time, used live and at recovery.

mod agenda;
mod standing;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use stepwell_model::event::{Outcome, StopCause};
use stepwell_model::failure::{Failure, FailureCode, FailureOrigin};
use stepwell_model::id::StepPath;
use stepwell_model::plan::Plan;
use stepwell_model::report::{Report, StepReport};

use self::standing::{Block, Walk};

pub use agenda::{Act, Agenda, Ending};

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// The run goes on.
    Go(Agenda),
    /// The run has come to its end.
    Finish(Outcome),
    /// The end is recorded.
    Ended(Outcome),
}

/// Decides what the run does next.
pub fn next(plan: &Plan, report: &Report, now: Timestamp) -> Next {
    if let Some(outcome) = report.outcome {
        return Next::Ended(outcome);
    }
    if report.queued_behind.is_some() {
        // None of its steps has begun, so there is nothing to clean up.
        return match stopped(report) {
            Some(outcome) => Next::Finish(outcome),
            None => Next::Go(Agenda::default()),
        };
    }
    let deadline = report.deadline.filter(|_| report.stopping.is_none());
    if deadline.is_some_and(|deadline| now >= deadline) {
        return Next::Go(Agenda { acts: vec![Act::TimeOut], ..Agenda::default() });
    }
    let mut walk = Walk::new(report, now);
    walk.limit(deadline);
    let main = walk.block(plan, None, report.stopping.or_else(|| after_attack(report)));
    let finally = match main {
        Block::Active => Block::Active,
        Block::Over { .. } => walk.finally(plan, None),
    };
    match (main, finally) {
        (_, Block::Active) => Next::Go(walk.agenda()),
        (Block::Over { failed: false }, Block::Over { failed: false }) if report.stopping.is_none() => {
            let is_rehearsed = report.steps.iter().any(|step| step.status.is_rehearsed());
            Next::Finish(if is_rehearsed { Outcome::StoppedBeforeChange } else { Outcome::Succeeded })
        }
        _ => Next::Finish(stopped(report).unwrap_or(Outcome::Failed)),
    }
}

/// The first step that prevents success: of the run itself, or among the parts of a step.
pub fn broken(plan: &Plan, report: &Report, of: Option<&StepPath>) -> Option<StepPath> {
    Walk::new(report, Timestamp::MAX).broken(plan, of)
}

/// How the steps of a job have ended so far, without its `finally` steps: the job of the run itself, or one that a step
/// uses.
pub fn outcome_so_far(plan: &Plan, report: &Report, of: Option<&StepPath>) -> Outcome {
    let mut walk = Walk::new(report, Timestamp::MAX);
    match walk.block(plan, of, report.stopping) {
        _ if report.stopping.is_some() => stopped(report).unwrap_or(Outcome::Failed),
        Block::Over { failed: true } => Outcome::Failed,
        Block::Over { failed: false } | Block::Active => Outcome::Succeeded,
    }
}

/// Why a step is stopped, if it is. The `finally` steps, of the run and of each job that it uses, go on in every ending.
pub fn stopping(plan: &Plan, report: &Report, step: &StepPath) -> Option<StopCause> {
    let mut wholes = std::iter::successors(Some(step.clone()), StepPath::parent);
    let is_clean_up = wholes.any(|step| plan.find(&step).is_some_and(|found| found.step.finally));
    if is_clean_up { report.forced.then_some(StopCause::Cancelled) } else { report.stopping }
}

/// Stops a run whose plugin has a secret, so that no later step learns whether a guess was right.
fn after_attack(report: &Report) -> Option<StopCause> {
    // A plugin can give its own failure this code.
    let tells = |it: &Failure| it.code == FailureCode::SecretFound.as_str() && it.origin != FailureOrigin::Plugin;
    let is_attack = |step: &StepReport| step.status.is_ended() && step.failure.as_ref().is_some_and(tells);
    report.steps.iter().any(is_attack).then_some(StopCause::Cancelled)
}

fn stopped(report: &Report) -> Option<Outcome> {
    report.stopping.map(|cause| match cause {
        StopCause::Cancelled => Outcome::Cancelled,
        StopCause::TimedOut => Outcome::TimedOut,
        StopCause::Decided | StopCause::Failed => Outcome::Failed,
    })
}
