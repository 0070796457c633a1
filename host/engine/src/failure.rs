//! The failures that the run itself finds.

use stepwell_aws::{HostFault, SECRET_FOUND};
use stepwell_model::NextAction;
use stepwell_model::failure::{Failure, FailureCode};
use stepwell_model::file::show_duration;
use stepwell_model::plan::{PlanError, PlannedStep, StepInPlan};
use stepwell_model::plugin::Imports;
use stepwell_model::report::{CallReport, StepReport, Wait};
use stepwell_model::value::Value;
use toml::Spanned;

use crate::timing::{CANCEL_GRACE, CANCEL_TIME};

pub(crate) fn outputs_invalid(reason: String) -> Failure {
    Failure::new(FailureCode::OutputsInvalid, "the plugin's outputs do not match its schema")
        .because(reason)
        .next("report this to the plugin's author")
}

/// The same words whatever held the secret.
pub(crate) fn secret_found() -> Failure {
    let (because, next) = SECRET_FOUND;
    Failure::new(FailureCode::SecretFound, HostFault::SecretFound.to_string()).because(because).next(next)
}

/// `wait` is the last one of the step. `doubled` is a call that another attempt would make a second time. The operator
/// asked for another attempt only, so such a timeout is not retried.
pub(crate) fn timed_out(planned: &PlannedStep, wait: Option<&Wait>, doubled: Option<&CallReport>) -> Failure {
    let because = format!("its timeout is {} ({})", show_duration(planned.timeout.value), planned.timeout.from);
    let (because, advice) = match wait {
        Some(wait) => (format!("{because}; its last wait: {}", wait.message), "look in AWS why that takes longer"),
        None => (because, "find out what it waited for"),
    };
    let because = match doubled {
        None => because,
        Some(CallReport { call, .. }) => {
            format!("{because}; `{}` had been called by then, and another attempt would do it again", call.action)
        }
    };
    let failure = Failure::new(FailureCode::StepTimeout, "the step took longer than it may")
        .because(because)
        .next(format!("raise `timeout` of step `{}` in the job file, or {advice}", planned.id));
    Failure { retryable: doubled.is_none(), ..failure }
}

pub(crate) fn abandoned(imports: &Imports) -> Failure {
    let place = match (imports.need_credentials(), imports.send_requests()) {
        (_, false) => "in AWS",
        (false, true) => "at the server",
        (true, true) => "in AWS and at the server",
    };
    Failure::new(FailureCode::Cancelled, "the call in flight was abandoned")
        .because(format!("it had not ended {} after the run was cancelled", show_duration(CANCEL_GRACE)))
        .next(format!("look {place} whether it took effect"))
}

pub(crate) fn cancel_timed_out() -> Failure {
    Failure::new(FailureCode::CancelTimeout, "the plugin did not stop what it had started")
        .because(format!("it may take {} to do so", show_duration(CANCEL_TIME)))
        .next("look in AWS whether it goes on")
}

/// A value of the job file is missing or not accepted.
pub(crate) fn invalid(error: &PlanError) -> Failure {
    let message = without_step(&error.to_string());
    Failure::new(FailureCode::ConfigurationInvalid, message).because(error.because()).next(error.next())
}

/// The same for a key that can read the outputs of its own step.
pub(crate) fn invalid_over_outputs(error: &PlanError, key: &str) -> Failure {
    match error {
        PlanError::Expression { error: expression, .. } if !expression.is_bound => invalid(error).next(format!(
            "correct the expression; in `{key}` it can read `outputs` of its own step, `options`, \
             `steps.<id>.outputs`, `exports`, `run`, `job`, `project`"
        )),
        _ => invalid(error),
    }
}

/// The words of an error about a step, for a report that names the step before them.
fn without_step(text: &str) -> String {
    let rest = text.strip_prefix("step `").and_then(|rest| rest.split_once('`')).map(|(_, rest)| rest);
    match rest.map(|rest| (rest, rest.strip_prefix(": "))) {
        Some((_, Some(rest))) => rest.to_owned(),
        Some((rest, None)) => format!("it{rest}"),
        None => text.to_owned(),
    }
}

/// A key of a step has a value of another type than it takes.
pub(crate) fn wrong_type(found: StepInPlan<'_>, value: &Spanned<Value>, key: &str, expected: &str) -> Failure {
    let place = found.plan.source.place(&value.span());
    Failure::new(FailureCode::ConfigurationInvalid, format!("its `{key}` is not {expected}"))
        .because(format!("its expression evaluates to another type ({place})"))
        .next(format!("correct `{key}` of step `{}`", found.step.id))
}

/// The run would grow beyond the steps that a run may have.
pub(crate) fn too_many_steps(most: usize) -> Failure {
    Failure::new(FailureCode::TooManySteps, "the run would have too many steps")
        .because(format!("a run has at most {most} steps, those for each item of a list included"))
        .next("run the job several times, with a part of the list each")
}

/// A part of the step failed. The step takes over the code, the reason and the origin of its part.
pub(crate) fn part_failed(part: &StepReport) -> Failure {
    let message = format!("its part `{}` failed", part.id);
    match part.failure.clone() {
        Some(failure) => {
            let because = match &failure.because {
                Some(because) => format!("{}; {because}", failure.message),
                None => failure.message.clone(),
            };
            Failure { message, ..failure }.because(because)
        }
        None => Failure::new(FailureCode::PartFailed, message),
    }
}

/// The run was cancelled, and its plugins could not be called, because the run cannot go on.
pub(crate) fn not_told(refusal: &Failure) -> Failure {
    Failure::new(FailureCode::Cancelled, "its plugin was not told to stop what it had started")
        .because(format!("the run cannot go on: {}", refusal.message))
        .next("look in AWS at what it had started")
}

/// The step was stopped before it, or all of its parts, had run.
pub(crate) fn stopped_before_end() -> Failure {
    Failure::new(FailureCode::Cancelled, "it was stopped before its end")
        .because("the run was cancelled, or was out of time")
        .next("look in AWS at what it had started")
}

/// The run cannot go on as things are, and waits for an operator. The failure has the words of the error.
pub fn refusal(error: &dyn NextAction) -> Failure {
    Failure::new(FailureCode::CannotGoOn, error.to_string()).because(error.because()).next(error.next())
}

#[cfg(test)]
mod tests {
    use stepwell_model::plugin::ImportedFunction;

    use super::*;

    #[test]
    fn the_words_about_a_step_do_not_name_it_a_second_time() {
        for (text, expected) in [
            ("step `a` has an expression without a value", "it has an expression without a value"),
            ("step `a`: `ec2-stop` does not accept its configuration", "`ec2-stop` does not accept its configuration"),
            ("an output of the job has an expression", "an output of the job has an expression"),
            ("step `a", "step `a"),
        ] {
            assert_eq!(without_step(text), expected);
        }
    }

    #[test]
    fn an_abandoned_call_is_looked_for_where_the_plugin_makes_calls() {
        let (ec2, http) = (("ec2", "reboot-instances"), ("http", "send"));
        for (imported, place) in
            [(vec![ec2], "in AWS"), (vec![http], "at the server"), (vec![ec2, http], "in AWS and at the server")]
        {
            let functions = imported.iter().map(|(interface, name)| ImportedFunction::typed(interface, name)).collect();
            let next = abandoned(&Imports { functions, wasi: Vec::new() }).next;
            assert_eq!(next, Some(format!("look {place} whether it took effect")));
        }
    }
}
