//! Runs code from the job as a Lambda function of its own, which is deleted afterwards.
//!
//! Nothing is created before a checkpoint holds the name of what will be: from then on, whoever goes on with the step can
//! delete it, and `cancel` does. What fails after the creation is kept in a checkpoint too, so that the deletion that
//! follows happens also after a crash.

mod config;
mod name;
mod package;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::lambda::{
    self, CreateFunctionRequest, DeleteFunctionRequest, GetFunctionRequest, InvokeRequest, Returned,
};
use stepwell_plugin::{
    CallError, CallErrorKind, Duration, Failure, Invocation, Outcome, Schedule, Wait, WaitingStep, clock, info, seen,
    warn,
};

use config::Config;

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// The name that the function had.
    function_name: String,
    /// Whether it was created: always, when the step succeeds.
    function_was_created: bool,
    /// Whether it was invoked: always, when the step succeeds.
    function_was_invoked: bool,
    /// Whether it was deleted. It was not when `delete_after` is false, or when AWS refused; then a warning says why.
    function_was_deleted: bool,
    #[serde(flatten)]
    returned: Returned,
}

#[derive(Serialize, Deserialize)]
struct Progress {
    function: String,
    phase: Phase,
}

#[derive(Serialize, Deserialize)]
enum Phase {
    /// Create it, while IAM may not have told Lambda of the role yet.
    Create(Schedule),
    /// Wait until it can be invoked.
    Activate(Schedule),
    Invoke(Schedule),
    /// Delete it, and fail with what went wrong.
    Fail {
        code: String,
        message: String,
        retryable: bool,
    },
}

/// IAM's changes reach Lambda within seconds, rarely a minute.
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
        let function = name::of(&invocation.run_id, &invocation.step_id, &invocation.idempotency_token);
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

fn create(
    function: String,
    mut schedule: Schedule,
    request: CreateFunctionRequest,
) -> Result<Outcome<LambdaCustomCode>, Failure> {
    let request = CreateFunctionRequest { function_name: function.clone(), ..request };
    match lambda::create_function(&request) {
        Ok(_) => info!("function {function} is created"),
        // Nobody else has this name: it was created before a crash, or when no answer came.
        Err(error) if is(&error, "ResourceConflictException") => info!("function {function} is created already"),
        Err(error) if is(&error, "InvalidParameterValueException") && error.message.contains("cannot be assumed") => {
            let Some(after) = schedule.pause() else { return Err(error.into()) };
            let message = format!("{function}: Lambda cannot assume the role yet");
            return Ok(Progress { function, phase: Phase::Create(schedule) }.later(after, message));
        }
        Err(error) if error.kind == CallErrorKind::Unavailable => return Ok(Progress::failing(function, error.into())),
        Err(error) => return Err(error.into()),
    }
    Ok(Progress { function, phase: Phase::Activate(Schedule::new(ACTIVE, POLL_EVERY)) }.at_once("created"))
}

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
        // Not every part of Lambda knows that the function is active.
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
    // First of all: an answer can be larger than what this step may still do with it.
    let function_was_deleted = delete_or_warn(&function, config.delete_after);
    info!("it took {}.{:03} seconds", elapsed / 1000, elapsed % 1000);
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

fn is(error: &CallError, code: &str) -> bool {
    error.code.as_deref() == Some(code)
}

/// A function that is not there was deleted before a crash, or never created.
fn delete(function: &str) -> Result<(), Failure> {
    let request = DeleteFunctionRequest { function_name: function.to_owned(), ..Default::default() };
    match lambda::delete_function(&request) {
        Err(error) if error.kind != CallErrorKind::NotFound => Err(error.into()),
        Ok(()) | Err(_) => {
            info!("function {function} is deleted");
            Ok(())
        }
    }
}

/// Says whether it was deleted. What it did is worth more than that it is gone.
fn delete_or_warn(function: &str, wanted: bool) -> bool {
    let deleted = wanted.then(|| delete(function));
    if let Some(Err(failure)) = &deleted {
        warn!("{}", left(function, &failure.message));
    }
    deleted.is_some_and(|deleted| deleted.is_ok())
}

fn left(function: &str, why: &str) -> String {
    format!("function {function} is left behind, delete it: {why}")
}

stepwell_plugin::export!(LambdaCustomCode);
