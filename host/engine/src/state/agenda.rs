//! The agenda of a run.

use jiff::Timestamp;
use stepwell_model::event::{Decision, StopCause};
use stepwell_model::id::StepPath;

/// The agenda of a run that goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agenda {
    /// What can be done now, in any order. Calls in flight are among it.
    pub acts: Vec<Act>,
    /// When time alone gives the run something to do.
    pub wake: Option<Timestamp>,
    /// Steps that wait for an operator's decision.
    pub uncertain: Vec<StepPath>,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Begin an attempt at a step.
    Begin(StepPath),
    /// Call the plugin of a step that has begun: `start`, or `resume` when there is a checkpoint.
    Call(StepPath),
    /// Tell the plugin to stop what it started.
    CallCancel(StepPath, StopCause),
    /// The wait of a step is over.
    Resume(StepPath),
    /// A step must end early.
    Stop(StepPath, StopCause),
    /// Apply the job's decision about a step with a call of unknown effect.
    Decide(StepPath, Decision),
    /// The parts of a step are over.
    Conclude(StepPath, Ending),
    /// The run is out of time.
    TimeOut,
}

/// How the parts of a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// All of them succeeded, or their failures are cleared.
    Succeeded,
    /// One of them failed.
    Failed,
    /// They were stopped.
    Stopped(StopCause),
}
