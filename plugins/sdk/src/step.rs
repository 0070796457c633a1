use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{Duration, Failure, Invocation, Kind, Progress};

/// A step that is done when its call returns.
///
/// Implement this one when there is nothing to wait for, and [`WaitingStep`] otherwise; [`export!`](crate::export!)
/// takes both.
///
/// ```
/// use schemars::JsonSchema;
/// use serde::{Deserialize, Serialize};
/// use stepwell_plugin::{Failure, Invocation, Step, info};
///
/// #[derive(Deserialize, JsonSchema)]
/// #[serde(deny_unknown_fields)]
/// struct Config {
///     /// Whom to greet.
///     name: String,
/// }
///
/// #[derive(Serialize, JsonSchema)]
/// struct Outputs {
///     /// The greeting, as it was logged.
///     greeting: String,
/// }
///
/// struct Greet;
///
/// impl Step for Greet {
///     type Config = Config;
///     type Outputs = Outputs;
///
///     fn run(_: &Invocation, config: Config) -> Result<Outputs, Failure> {
///         let greeting = format!("Hello, {}", config.name);
///         info!("{greeting}");
///         Ok(Outputs { greeting })
///     }
/// }
///
/// stepwell_plugin::export!(Greet);
/// # fn main() {}
/// ```
pub trait Step {
    /// What the job writes under `with`. Field names, types, defaults and doc comments become the schema that the
    /// job is checked against, and the plugin's manual. Unknown keys are refused, whatever serde would do.
    type Config: DeserializeOwned + JsonSchema;

    /// What later steps see as `steps.<id>.outputs`.
    type Outputs: Serialize + JsonSchema;

    /// The positions of a job that the step can stand in.
    const KINDS: &'static [Kind] = &[Kind::WorkflowStep];

    /// Does the step's work.
    ///
    /// # Errors
    ///
    /// A [`Failure`] ends this attempt; whether there is another one is for the job to say.
    fn run(invocation: &Invocation, config: Self::Config) -> Result<Self::Outputs, Failure>;
}

/// A step that waits for something: an instance that boots, a query that runs.
///
/// Waiting means leaving. [`start`](Self::start) begins the work and returns [`Outcome::Wait`] with a checkpoint; the
/// host calls [`resume`](Self::resume) with it when the time has come, perhaps after a restart, perhaps on another
/// machine. Nothing else survives: no memory, no thread, no connection. [`Schedule`](crate::Schedule) says when.
///
/// Either call may be repeated when the host was killed in the middle of it, so pass
/// [`Invocation::idempotency_token`] wherever AWS takes a client token.
pub trait WaitingStep {
    /// What the job writes under `with`; see [`Step::Config`].
    type Config: DeserializeOwned + JsonSchema;

    /// What later steps see as `steps.<id>.outputs`.
    type Outputs: Serialize + JsonSchema;

    /// What the step must remember while it waits. Stored as JSON; the host limits its size (64 KiB by default).
    type Checkpoint: Serialize + DeserializeOwned;

    /// The positions of a job that the step can stand in.
    const KINDS: &'static [Kind] = &[Kind::WorkflowStep];

    /// The first call of an attempt.
    ///
    /// # Errors
    ///
    /// A [`Failure`] ends this attempt; whether there is another one is for the job to say.
    fn start(invocation: &Invocation, config: Self::Config) -> Result<Outcome<Self>, Failure>;

    /// The call after a wait, with the checkpoint that the last call returned.
    ///
    /// # Errors
    ///
    /// As for [`start`](Self::start).
    fn resume(
        invocation: &Invocation,
        config: Self::Config,
        checkpoint: Self::Checkpoint,
    ) -> Result<Outcome<Self>, Failure>;

    /// The step has waited and ends without another call but this one: the run was cancelled, the step ran out of time or
    /// into one of its limits, or somebody decided that it has failed. Stop or undo what was started. By default there is
    /// nothing to undo. A step that returns a [`Failure`] is not called any more: it has cleaned up by itself.
    ///
    /// # Errors
    ///
    /// A [`Failure`] tells the operator what is left behind.
    fn cancel(_invocation: &Invocation, _config: Self::Config, _checkpoint: Self::Checkpoint) -> Result<(), Failure> {
        Ok(())
    }
}

/// How a call of a [`WaitingStep`] ended well.
#[derive(Debug)]
pub enum Outcome<S: WaitingStep + ?Sized> {
    /// The step is complete.
    Done(S::Outputs),
    /// The step is waiting for something.
    Wait(Wait<S::Checkpoint>),
}

/// Come back later.
#[derive(Debug)]
pub struct Wait<Checkpoint> {
    /// Time until the step is resumed. [`Schedule::pause`](crate::Schedule::pause) knows it.
    pub after: Duration,
    /// All that the next call will know of this one.
    pub checkpoint: Checkpoint,
    /// What is being waited for and the state seen, such as `i-0abc: pending`.
    pub message: String,
    /// How far the wait has come, where that can be counted.
    pub progress: Option<Progress>,
}

/// The checkpoint of a step that never waits: there is no value of it.
#[derive(Debug, Serialize, Deserialize)]
pub enum NeverWaits {}

impl<S: Step> WaitingStep for S {
    type Config = S::Config;
    type Outputs = S::Outputs;
    type Checkpoint = NeverWaits;

    const KINDS: &'static [Kind] = S::KINDS;

    fn start(invocation: &Invocation, config: Self::Config) -> Result<Outcome<Self>, Failure> {
        S::run(invocation, config).map(Outcome::Done)
    }

    fn resume(_: &Invocation, _: Self::Config, checkpoint: NeverWaits) -> Result<Outcome<Self>, Failure> {
        match checkpoint {}
    }
}
