//! Runs code from the job as a temporary Lambda function.
//!
//! The step creates the function only after a checkpoint holds its name, so that any later process can delete it, and
//! `cancel` does. A failure after the creation is kept in a checkpoint too, so that the deletion happens even after a
//! crash.

mod config;
mod package;

use config::Config;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::lambda::{
    self, CreateFunctionRequest, DeleteFunctionRequest, GetFunctionRequest, InvokeRequest, Returned,
};
use stepwell_plugin::{
    CallError, CallErrorKind, Duration, Failure, Invocation, Outcome, Schedule, Wait, WaitingStep, clock, info, seen,
    warn,
};

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// The name of the function.
    function_name: String,
    /// Whether it was created; always `true` when the step succeeds.
    function_was_created: bool,
    /// Whether it was invoked; always `true` when the step succeeds.
    function_was_invoked: bool,
    /// Whether it was deleted: `false` if `delete_after` is `false`, or if AWS refused, which a warning reports.
    function_was_deleted: bool,
    #[serde(flatten)]
    returned: Returned,
}

/// The checkpoint: the function and the phase of the step.
#[derive(Serialize, Deserialize)]
struct Progress {
    function: String,
    phase: Phase,
}

#[derive(Serialize, Deserialize)]
enum Phase {
    /// Create the function. Lambda may not know the role yet.
    Create(Schedule),
    /// Wait until the function can be invoked.
    Activate(Schedule),
    Invoke(Schedule),
    /// Delete the function, and fail with this failure.
    Fail {
        code: String,
        message: String,
        retryable: bool,
    },
}

/// A new role is known to Lambda within seconds, rarely a minute.
const ROLE_KNOWN: Duration = Duration::minutes(1);

/// A function of one small file is active within seconds.
const ACTIVE: Duration = Duration::minutes(5);

const POLL_EVERY: Duration = Duration::seconds(5);

struct LambdaCustomCode;

impl WaitingStep for LambdaCustomCode {
    type Config = Config;
    type Outputs = Outputs;
    type Checkpoint = Progress;

    fn start(invocation: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        config.check()?;
        let function = name(&invocation.run_id, &invocation.step_id, &invocation.idempotency_token);
        info!("function {function} will be created");
        Ok(Progress { function, phase: Phase::Create(Schedule::new(ROLE_KNOWN, POLL_EVERY)) }.at_once("to be created"))
    }

    fn resume(invocation: &Invocation, config: Config, progress: Progress) -> Result<Outcome<Self>, Failure> {
        let Progress { function, phase } = progress;
        match phase {
            Phase::Create(schedule) => create(function, schedule, config.request(invocation)?),
            Phase::Activate(schedule) => activate(function, schedule),
            Phase::Invoke(schedule) => invoke(function, schedule, &config),
            Phase::Fail { code, message, retryable } => {
                delete_or_warn(&function, config.delete_after);
                Err(Failure { code: code.into(), message, retryable })
            }
        }
    }

    fn cancel(_: &Invocation, config: Config, progress: Progress) -> Result<(), Failure> {
        let function = progress.function;
        if !config.delete_after {
            return Ok(());
        }
        delete(&function).map_err(|failure| Failure { message: left(&function, &failure.message), ..failure })
    }
}

impl Progress {
    fn at_once(self, state: &str) -> Outcome<LambdaCustomCode> {
        let message = format!("{}: {state}", self.function);
        self.later(Duration::default(), message)
    }

    fn later(self, after: Duration, message: String) -> Outcome<LambdaCustomCode> {
        Outcome::Wait(Wait { after, checkpoint: self, message, progress: None })
    }

    fn failing(function: String, failure: Failure) -> Outcome<LambdaCustomCode> {
        let Failure { code, message, retryable } = failure;
        let code = code.into_owned();
        Self { function, phase: Phase::Fail { code, message, retryable } }.at_once("to be deleted")
    }
}

fn create(
    function: String,
    mut schedule: Schedule,
    request: CreateFunctionRequest,
) -> Result<Outcome<LambdaCustomCode>, Failure> {
    let request = CreateFunctionRequest { function_name: function.clone(), ..request };
    match lambda::create_function(&request) {
        Ok(_) => info!("function {function} is created"),
        // The name is unique, so this step created it: before a crash, or in a call without a response.
        Err(error) if is(&error, "ResourceConflictException") => info!("function {function} is created already"),
        Err(error) if is(&error, "InvalidParameterValueException") && error.message.contains("cannot be assumed") => {
            let Some(after) = schedule.pause() else { return Err(error.into()) };
            let message = format!("{function}: Lambda cannot assume the role yet");
            return Ok(Progress { function, phase: Phase::Create(schedule) }.later(after, message));
        }
        // The function may have been created nevertheless.
        Err(error) if matches!(error.kind, CallErrorKind::Unavailable | CallErrorKind::Throttled) => {
            return Ok(Progress::failing(function, error.into()));
        }
        Err(error) => return Err(error.into()),
    }
    Ok(Progress { function, phase: Phase::Activate(Schedule::new(ACTIVE, POLL_EVERY)) }.at_once("created"))
}

/// Waits until the function can be invoked.
fn activate(function: String, mut schedule: Schedule) -> Result<Outcome<LambdaCustomCode>, Failure> {
    let request = GetFunctionRequest { function_name: function.clone(), ..Default::default() };
    let found = match seen(lambda::get_function(&request)) {
        Ok(found) => found.map(|answer| answer.configuration),
        Err(failure) => return Ok(Progress::failing(function, failure)),
    };
    let state = found.as_ref().and_then(|found| found.state.clone()).unwrap_or_else(|| "not seen".to_owned());
    match state.as_str() {
        "Active" => return Ok(Progress { function, phase: Phase::Invoke(schedule) }.at_once("Active")),
        "Failed" | "Inactive" | "Deleting" => {
            let reason =
                found.and_then(|found| found.state_reason).map_or(String::new(), |reason| format!(": {reason}"));
            let failure = Failure::terminal_state(format!("{function} is `{state}` and will not be `Active`{reason}"));
            return Ok(Progress::failing(function, failure));
        }
        _ => {}
    }
    match schedule.pause() {
        Some(after) => {
            let message = format!("{function}: {state}");
            Ok(Progress { function, phase: Phase::Activate(schedule) }.later(after, message))
        }
        None => {
            let timeout = schedule.timeout();
            let failure = Failure::wait_timeout(format!("{function} is not `Active` after {timeout}, but `{state}`"));
            Ok(Progress::failing(function, failure))
        }
    }
}

fn invoke(function: String, mut schedule: Schedule, config: &Config) -> Result<Outcome<LambdaCustomCode>, Failure> {
    info!("function {function} is invoked");
    let request = InvokeRequest {
        function_name: function.clone(),
        invocation_type: Some("RequestResponse".to_owned()),
        log_type: Some("Tail".to_owned()),
        payload: config.payload(),
        ..Default::default()
    };
    let begun = clock::now();
    let answer = match lambda::invoke(&request) {
        Ok(answer) => answer,
        // A part of Lambda does not know yet that the function is active.
        Err(error)
            if is(&error, "ResourceConflictException")
                && let Some(after) = schedule.pause() =>
        {
            let message = format!("{function}: {}", error.message);
            return Ok(Progress { function, phase: Phase::Activate(schedule) }.later(after, message));
        }
        Err(error) => return Ok(Progress::failing(function, error.into())),
    };
    let elapsed = clock::now().saturating_sub(begun);
    // Before the response is processed: a large one may exceed a limit of this call.
    let function_was_deleted = delete_or_warn(&function, config.delete_after);
    info!("the invocation took {}.{:03} seconds", elapsed / 1000, elapsed % 1000);
    let returned = Returned::new(answer);
    returned.print();
    if config.fail_on_function_error {
        returned.check(&function)?;
    }
    let (function_was_created, function_was_invoked) = (true, true);
    let outputs =
        Outputs { function_name: function, function_was_created, function_was_invoked, function_was_deleted, returned };
    Ok(Outcome::Done(outputs))
}

/// Deletes the function. A missing one was deleted before a crash, or never created.
fn delete(function: &str) -> Result<(), Failure> {
    let request = DeleteFunctionRequest { function_name: function.to_owned(), ..Default::default() };
    match lambda::delete_function(&request) {
        Ok(()) => info!("function {function} is deleted"),
        Err(error) if error.kind == CallErrorKind::NotFound => info!("function {function} does not exist"),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// Deletes the function if `wanted`, and returns whether it did. A failure is only a warning, so that the result of the
/// invocation is not lost.
fn delete_or_warn(function: &str, wanted: bool) -> bool {
    let deleted = wanted.then(|| delete(function));
    if let Some(Err(failure)) = &deleted {
        warn!("{}", left(function, &failure.message));
    }
    deleted.is_some_and(|deleted| deleted.is_ok())
}

fn left(function: &str, why: &str) -> String {
    format!("function {function} was not deleted, delete it yourself: {why}")
}

/// The maximum length of a name.
const LONGEST: usize = 64;

const STEP: usize = 7;
const TOKEN: usize = 10;

/// The name `stepwell-<run>-<step>-<token>`: the run, to find the origin of a function that was left behind; as much of
/// the step as there is room for; and the beginning of this attempt's token, which is unique.
fn name(run: &str, step: &str, token: &str) -> String {
    let cut = |text: &str, most: usize| text.chars().map(allowed).take(most).collect::<String>();
    let step = cut(step, STEP);
    let step = step.trim_end_matches('-');
    cut(&format!("stepwell-{}-{step}-{}", cut(run, 36), cut(token, TOKEN)), LONGEST)
}

/// Replaces the dots and brackets of a step's path, as in `cleanup[2].stop`.
fn allowed(c: char) -> char {
    if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' }
}

fn is(error: &CallError, code: &str) -> bool {
    error.code.as_deref() == Some(code)
}

stepwell_plugin::export!(LambdaCustomCode);

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: &str = "019f3e5c-7a10-7cc1-8d52-3b1c5f0e9a77";

    #[test]
    fn a_name_leads_back_to_the_run_and_the_step() {
        assert_eq!(name(RUN, "report", "0123456789abcdef"), format!("stepwell-{RUN}-report-0123456789"));
    }

    #[test]
    fn any_path_makes_a_valid_name() {
        for step in ["a", "cleanup[2].stop", "each[999].below.inner", "abcdef[1]"] {
            let name = name(RUN, step, &"f".repeat(64));
            assert!(name.len() <= LONGEST && name.chars().all(|c| allowed(c) == c), "{name}");
        }
        assert_eq!(name(RUN, "abcdef[1]", "0123"), format!("stepwell-{RUN}-abcdef-0123"));
    }

    #[test]
    fn similar_paths_and_other_attempts_have_other_names() {
        assert_ne!(name(RUN, "cleanup[2].stop", "0123456789"), name(RUN, "cleanup[2].start", "1123456789"));
        assert_ne!(name(RUN, "stop", "0123456789"), name(RUN, "stop", "0123456788"));
    }
}
