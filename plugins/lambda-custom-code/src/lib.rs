//! Runs code from the job as a Lambda function of its own, which is deleted afterwards.
//!
//! Nothing is created before a checkpoint holds the name of what will be: from then on, whoever goes on with the step can
//! delete it, and `cancel` does. What fails after the creation is kept in a checkpoint too, so that the deletion that
//! follows happens also after a crash.

mod activation;
mod config;
mod deletion;
mod name;
mod package;
mod progress;

use schemars::JsonSchema;
use serde::Serialize;
use stepwell_plugin::lambda::{self, CreateFunctionRequest, InvokeRequest, Returned};
use stepwell_plugin::{
    CallError, CallErrorKind, Duration, Failure, Invocation, Outcome, Schedule, WaitingStep, clock, info,
};

use activation::activate;
use config::Config;
use deletion::{delete, delete_or_warn, left};
use progress::{Phase, Progress};

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
        // It may be there all the same.
        Err(error) if matches!(error.kind, CallErrorKind::Unavailable | CallErrorKind::Throttled) => {
            return Ok(Progress::failing(function, error.into()));
        }
        Err(error) => return Err(error.into()),
    }
    Ok(Progress { function, phase: Phase::Activate(Schedule::new(ACTIVE, POLL_EVERY)) }.at_once("created"))
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

fn is(error: &CallError, code: &str) -> bool {
    error.code.as_deref() == Some(code)
}

stepwell_plugin::export!(LambdaCustomCode);
