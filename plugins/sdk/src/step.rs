//! The traits of a step, and the results of its calls.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{Duration, Failure, Invocation, Progress};

/// A position in a job that a plugin can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Runs once in a run of a job.
    WorkflowStep,
    /// Runs once for every node that the job dispatches to.
    NodeStep,
}

impl Kind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::WorkflowStep => "workflow-step",
            Self::NodeStep => "node-step",
        }
    }
}

/// A step that is done when its call returns.
///
/// Implement this trait if the step never waits, and [`WaitingStep`] otherwise; [`export!`](crate::export!) accepts
/// both.
///
/// ```
/// use schemars::JsonSchema;
/// use serde::{Deserialize, Serialize};
/// use stepwell_plugin::{Failure, Invocation, Step, info};
///
/// #[derive(Deserialize, JsonSchema)]
/// #[serde(deny_unknown_fields)]
/// struct Config {
///     /// The name to greet.
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
    /// The properties of `with` in the job. Field names, types, defaults and doc comments become the schema that the
    /// job is checked against, and the plugin's manual. Unknown keys are always refused.
    type Config: DeserializeOwned + JsonSchema;

    /// The outputs, which later steps read as `steps.<id>.outputs`.
    type Outputs: Serialize + JsonSchema;

    /// The positions in a job that the step can take.
    const KINDS: &'static [Kind] = &[Kind::WorkflowStep];

    /// The codes of the failures that are the step's own, each with one sentence for the manual.
    const FAILURES: &'static [(&'static str, &'static str)] = &[];

    /// The HTTP requests that the step makes, as the operator grants them, such as
    /// `POST https://hooks.slack.com/services/*`: a method, a space, and an address. `*` stands for anything at the end
    /// of a path, and for one name or more at the beginning of a host, as in `https://*.example.com/*`. The URL of a
    /// request that the configuration holds is [marked there](crate::http) instead.
    const REQUESTS: &'static [&'static str] = &[];

    /// Does the step's work.
    ///
    /// # Errors
    ///
    /// A [`Failure`] ends this attempt; the job decides about retries.
    fn run(invocation: &Invocation, config: Self::Config) -> Result<Self::Outputs, Failure>;
}

/// A step that waits, such as for an instance to boot or a query to end.
///
/// To wait, a call returns. [`start`](Self::start) begins the work and returns [`Outcome::Wait`] with a checkpoint; the
/// host passes it to [`resume`](Self::resume) when the wait is over, possibly after a restart or on another machine.
/// Nothing else survives: no memory, no thread, no connection. [`Schedule`](crate::Schedule) computes the pauses.
///
/// After a crash of the host, it may repeat either call, so pass [`Invocation::idempotency_token`] wherever AWS accepts
/// a client token.
pub trait WaitingStep {
    /// The properties of `with` in the job; see [`Step::Config`].
    type Config: DeserializeOwned + JsonSchema;

    /// The outputs, which later steps read as `steps.<id>.outputs`.
    type Outputs: Serialize + JsonSchema;

    /// The state that the step keeps while it waits, stored as JSON. The host limits its size (64 KiB by default).
    type Checkpoint: Serialize + DeserializeOwned;

    /// The positions in a job that the step can take.
    const KINDS: &'static [Kind] = &[Kind::WorkflowStep];

    /// The codes of the failures that are the step's own, each with one sentence for the manual.
    const FAILURES: &'static [(&'static str, &'static str)] = &[];

    /// The HTTP requests that the step makes; see [`Step::REQUESTS`].
    const REQUESTS: &'static [&'static str] = &[];

    /// The first call of an attempt.
    ///
    /// # Errors
    ///
    /// A [`Failure`] ends this attempt; the job decides about retries.
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

    /// The last call of a step that is ended during a wait: the run was cancelled, the step's timeout or one of its
    /// limits was reached, or an operator declared the step failed. Stop or undo what was started; the default does
    /// nothing. After a [`Failure`] this is not called: the step must clean up before it returns one.
    ///
    /// # Errors
    ///
    /// A [`Failure`] tells the operator what was left behind.
    fn cancel(_invocation: &Invocation, _config: Self::Config, _checkpoint: Self::Checkpoint) -> Result<(), Failure> {
        Ok(())
    }
}

/// The result of a call of a [`WaitingStep`] that succeeded.
#[derive(Debug)]
pub enum Outcome<S: WaitingStep + ?Sized> {
    /// The step is complete.
    Done(S::Outputs),
    /// The step waits.
    Wait(Wait<S::Checkpoint>),
}

/// A wait.
#[derive(Debug)]
pub struct Wait<Checkpoint> {
    /// The time until the step is resumed, from [`Schedule::pause`](crate::Schedule::pause).
    pub after: Duration,
    /// The only state that the next call gets from this one.
    pub checkpoint: Checkpoint,
    /// The resource and its last observed state, such as `i-0abc: pending`.
    pub message: String,
    /// The progress of the wait, if it can be counted.
    pub progress: Option<Progress>,
}

/// The checkpoint of a step that never waits, which has no value.
#[derive(Debug, Serialize, Deserialize)]
pub enum NeverWaits {}

impl<S: Step> WaitingStep for S {
    type Config = S::Config;
    type Outputs = S::Outputs;
    type Checkpoint = NeverWaits;

    const KINDS: &'static [Kind] = S::KINDS;
    const FAILURES: &'static [(&'static str, &'static str)] = S::FAILURES;
    const REQUESTS: &'static [&'static str] = S::REQUESTS;

    fn start(invocation: &Invocation, config: Self::Config) -> Result<Outcome<Self>, Failure> {
        S::run(invocation, config).map(Outcome::Done)
    }

    fn resume(_: &Invocation, _: Self::Config, checkpoint: NeverWaits) -> Result<Outcome<Self>, Failure> {
        match checkpoint {}
    }
}
