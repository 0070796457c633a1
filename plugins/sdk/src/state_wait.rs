//! The wait for one state of one resource.

use serde::{Deserialize, Serialize};

use crate::{CallError, Duration, Failure, Outcome, Presence, Schedule, Wait, WaitingStep};

/// The checkpoint of a step that waits until one resource is in one state.
///
/// ```no_run
/// use stepwell_plugin::{Failure, Outcome, StateWait, WaitingStep};
///
/// # fn state_of(_: &str) -> Result<String, stepwell_plugin::CallError> { Ok(String::new()) }
/// fn look<S>(mut waiting: StateWait) -> Result<Outcome<S>, Failure>
/// where
///     S: WaitingStep<Outputs = String, Checkpoint = StateWait>,
/// {
///     let looked = state_of(waiting.resource());
///     if let Some(state) = waiting.found(looked)? {
///         match waiting.see(&state) {
///             "available" => return Ok(Outcome::Done(state)),
///             "failed" => return Err(waiting.never("available", None)),
///             _ => {}
///         }
///     }
///     waiting.wait("available")
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateWait<Details = ()> {
    schedule: Schedule,
    resource: String,
    state: String,
    presence: Presence,
    /// The step's own part of the checkpoint.
    pub details: Details,
}

impl<Details> StateWait<Details> {
    /// Starts a wait for `resource`, whose last observed state is `state`.
    #[must_use]
    pub fn new(
        resource: impl Into<String>,
        state: impl Into<String>,
        (timeout, poll_every): (Duration, Duration),
        details: Details,
    ) -> Self {
        let schedule = Schedule::new(timeout, poll_every);
        Self { schedule, resource: resource.into(), state: state.into(), presence: Presence::default(), details }
    }

    /// The name of the resource in AWS.
    #[must_use]
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// The last observed state.
    #[must_use]
    pub fn state(&self) -> &str {
        &self.state
    }

    /// The time since the wait began.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.schedule.elapsed()
    }

    /// The result of a poll; `None` when the next poll should try again.
    ///
    /// # Errors
    ///
    /// A permanent failure: a denied or a rejected call, and `NotFound` when the resource is gone (see [`Presence`]).
    pub fn found<T>(&mut self, looked: Result<T, CallError>) -> Result<Option<T>, Failure> {
        self.presence.found(looked, self.schedule.elapsed())
    }

    /// Records an observed state, prints a change, and returns it.
    pub fn see(&mut self, state: &str) -> &str {
        if self.state != state {
            crate::info!("{}: {} -> {state}", self.resource, self.state);
            state.clone_into(&mut self.state);
        }
        &self.state
    }

    /// Ends this call until the next poll.
    ///
    /// # Errors
    ///
    /// `WaitTimeout` after the timeout.
    pub fn wait<S>(mut self, awaited: &str) -> Result<Outcome<S>, Failure>
    where
        S: WaitingStep<Checkpoint = Self>,
    {
        let Some(after) = self.schedule.pause() else {
            let Self { resource, state, schedule, .. } = self;
            let timeout = schedule.timeout();
            return Err(Failure::wait_timeout(format!("{resource} is not `{awaited}` after {timeout}, but `{state}`")));
        };
        let message = format!("{}: {}", self.resource, self.state);
        Ok(Outcome::Wait(Wait { after, checkpoint: self, message, progress: None }))
    }

    /// `TerminalState`: the resource cannot reach the awaited state from its last observed one.
    #[must_use]
    pub fn never(&self, awaited: &str, reason: Option<&str>) -> Failure {
        let reason = reason.map_or(String::new(), |reason| format!(": {reason}"));
        Failure::terminal_state(format!("{} is `{}` and will not be `{awaited}`{reason}", self.resource, self.state))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(timeout: Duration) -> StateWait {
        StateWait::new("orders", "starting", (timeout, Duration::seconds(10)), ())
    }

    #[derive(Debug)]
    struct Step;

    impl WaitingStep for Step {
        type Config = ();
        type Outputs = ();
        type Checkpoint = StateWait;

        fn start(_: &crate::Invocation, (): ()) -> Result<Outcome<Self>, Failure> {
            waiting(Duration::minutes(1)).wait("available")
        }

        fn resume(_: &crate::Invocation, (): (), waiting: StateWait) -> Result<Outcome<Self>, Failure> {
            waiting.wait("available")
        }
    }

    #[test]
    fn a_wait_shows_the_resource_and_its_last_state() {
        let mut waiting = waiting(Duration::minutes(1));
        assert_eq!(waiting.see("rebooting"), "rebooting");
        let Ok(Outcome::Wait(wait)) = waiting.wait::<Step>("available") else { panic!("it waits") };
        assert_eq!((wait.message.as_str(), wait.after), ("orders: rebooting", Duration::seconds(1)));
    }

    #[test]
    fn a_found_resource_that_is_gone_ends_the_wait() {
        let mut waiting = waiting(Duration::minutes(1));
        let gone = || Err::<(), _>(crate::look::missing("orders", "rds:DescribeDBInstances"));
        assert_eq!(waiting.found(gone()), Ok(None));
        assert_eq!(waiting.found(Ok(())), Ok(Some(())));
        assert_eq!(waiting.found(gone()), Ok(None));
        let stored = serde_json::to_vec(&waiting).unwrap();
        let mut waiting: StateWait = serde_json::from_slice(&stored).unwrap();
        assert_eq!(waiting.found(gone()).unwrap_err().code, "NotFound");
    }

    #[test]
    fn after_the_timeout_the_failure_names_both_states() {
        let failure = waiting(Duration::default()).wait::<Step>("available").unwrap_err();
        assert_eq!((failure.code.as_ref(), failure.retryable), ("WaitTimeout", true));
        assert!(failure.message.contains("not `available`") && failure.message.contains("`starting`"));
    }

    #[test]
    fn a_terminal_state_is_reported_with_its_reason() {
        let failure = waiting(Duration::minutes(1)).never("available", Some("no space"));
        assert_eq!(failure.message, "orders is `starting` and will not be `available`: no space");
    }
}
