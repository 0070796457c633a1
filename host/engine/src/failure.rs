//! The failures that the engine itself finds, in the words of every other.

use stepwell_model::NextAction;
use stepwell_model::event::{Failure, FailureOrigin};
use stepwell_model::file::show_duration;
use stepwell_model::plan::{PlanError, PlannedStep};
use stepwell_model::report::{CallReport, StepReport};

use crate::run::{CANCEL_GRACE, CANCEL_TIME};

pub(crate) fn outputs_invalid(reason: String) -> Failure {
    Failure {
        code: "OutputsInvalid".to_owned(),
        message: "the plugin's outputs are not what its schema says".to_owned(),
        because: Some(reason),
        next: Some("report this to the plugin's author".to_owned()),
        retryable: false,
        origin: FailureOrigin::Sandbox,
    }
}

pub(crate) fn secret_kept() -> Failure {
    Failure {
        code: "SecretInCheckpoint".to_owned(),
        message: "the plugin wanted to keep a secret".to_owned(),
        because: Some("its checkpoint holds one, and checkpoints are written to the disk".to_owned()),
        next: Some("report this to the plugin's author, and look at what its step may have started".to_owned()),
        retryable: false,
        origin: FailureOrigin::Sandbox,
    }
}

/// `doubled` is what another attempt would do a second time: nobody asked for that who only asked for another attempt.
pub(crate) fn timed_out(planned: &PlannedStep, doubled: Option<&CallReport>) -> Failure {
    let because = format!("its timeout is {} ({})", show_duration(planned.timeout.value), planned.timeout.from);
    let because = match doubled {
        None => because,
        Some(CallReport { call, .. }) => {
            format!("{because}; `{}` had been called by then, and another attempt would do it again", call.action)
        }
    };
    Failure {
        code: "StepTimeout".to_owned(),
        message: "the step took longer than it may".to_owned(),
        because: Some(because),
        next: Some(format!("raise `timeout` of step `{}` in the job file, or find out what it waited for", planned.id)),
        retryable: doubled.is_none(),
        origin: FailureOrigin::Plugin,
    }
}

pub(crate) fn abandoned() -> Failure {
    Failure {
        code: "Cancelled".to_owned(),
        message: "the call in flight was abandoned".to_owned(),
        because: Some(format!("it had not ended {} after the run was cancelled", show_duration(CANCEL_GRACE))),
        next: Some("look in AWS whether it took effect".to_owned()),
        retryable: false,
        origin: FailureOrigin::Plugin,
    }
}

pub(crate) fn cancel_timed_out() -> Failure {
    Failure {
        code: "CancelTimeout".to_owned(),
        message: "the plugin did not stop what it had started".to_owned(),
        because: Some(format!("it may take {} to do so", show_duration(CANCEL_TIME))),
        next: Some("look in AWS whether it goes on".to_owned()),
        retryable: false,
        origin: FailureOrigin::Plugin,
    }
}

/// What a job file asks for that has no value, or one that is not accepted.
pub(crate) fn invalid(error: &PlanError) -> Failure {
    Failure {
        code: "ConfigurationInvalid".to_owned(),
        message: error.to_string(),
        because: Some(error.because()),
        next: Some(error.next()),
        retryable: false,
        origin: FailureOrigin::Plugin,
    }
}

/// A value of a step that is of another kind than its key takes.
pub(crate) fn wrong_value(step: &PlannedStep, key: &str, expected: &str) -> Failure {
    Failure {
        code: "ConfigurationInvalid".to_owned(),
        message: format!("its `{key}` is not {expected}"),
        because: Some(format!("that is what its expression came to ({})", step.place)),
        next: Some(format!("correct `{key}` of step `{}`", step.id)),
        retryable: false,
        origin: FailureOrigin::Plugin,
    }
}

/// A run that would grow beyond what can be kept in view.
pub(crate) fn too_many_steps(most: usize) -> Failure {
    Failure {
        code: "TooManySteps".to_owned(),
        message: "the run would have too many steps".to_owned(),
        because: Some(format!("a run has at most {most} steps, those for each item of a list included")),
        next: Some("run the job several times, with a part of the list each".to_owned()),
        retryable: false,
        origin: FailureOrigin::Plugin,
    }
}

/// A part of the step failed: its own words are the part's.
pub(crate) fn part_failed(part: &StepReport) -> Failure {
    let failure = part.failure.clone();
    let (code, because, next, retryable, origin) = match failure {
        Some(failure) => {
            let because =
                failure.because.map_or(failure.message.clone(), |because| format!("{}; {because}", failure.message));
            (failure.code, Some(because), failure.next, failure.retryable, failure.origin)
        }
        None => ("PartFailed".to_owned(), None, None, false, FailureOrigin::Plugin),
    };
    Failure { code, message: format!("its part `{}` failed", part.id), because, next, retryable, origin }
}

/// The run was cancelled, and cannot go on for that either.
pub(crate) fn not_told(refusal: &Failure) -> Failure {
    Failure {
        code: "Cancelled".to_owned(),
        message: "its plugin was not told to stop what it had started".to_owned(),
        because: Some(format!("the run cannot go on: {}", refusal.message)),
        next: Some("look in AWS at what it had started".to_owned()),
        retryable: false,
        origin: FailureOrigin::Plugin,
    }
}

/// The step was stopped before it, or all of its parts, had run.
pub(crate) fn stopped_before_end() -> Failure {
    Failure {
        code: "Cancelled".to_owned(),
        message: "it was stopped before it had come to its end".to_owned(),
        because: Some("the run was cancelled, or was out of time".to_owned()),
        next: Some("look in AWS at what it had started".to_owned()),
        retryable: false,
        origin: FailureOrigin::Plugin,
    }
}
