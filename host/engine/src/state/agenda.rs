//! What there is to do in a run.

use jiff::Timestamp;
use stepwell_model::event::{Decision, StopCause};
use stepwell_model::id::StepPath;

/// What there is to do in a run that goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agenda {
    /// What can be done now, in any order. Calls that are in flight already are among it.
    pub acts: Vec<Act>,
    /// When there will be something to do although nothing else happened.
    pub wake: Option<Timestamp>,
    /// Steps about which somebody has to decide.
    pub uncertain: Vec<StepPath>,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Begin an attempt at a step.
    Begin(StepPath),
    /// Call the plugin of a step that has begun: `start`, or `resume` when there is a checkpoint.
    Call(StepPath),
    /// Tell the plugin to stop what it had started.
    CallCancel(StepPath, StopCause),
    /// The wait of a step is over.
    Resume(StepPath),
    /// A step must end early.
    Stop(StepPath, StopCause),
    /// What the job says about a step of which nobody knows whether its call took effect.
    Decide(StepPath, Decision),
    /// The parts of a step are over.
    Conclude(StepPath, Ending),
    /// The run is out of time.
    TimeOut,
}

/// How the parts of a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// All that had to be done was done.
    Succeeded,
    /// One of them failed.
    Failed,
    /// They were stopped.
    Stopped(StopCause),
}
