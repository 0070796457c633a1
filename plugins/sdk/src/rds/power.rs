//! Start and stop of an instance or a cluster, and the wait for it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::status::{is_down, is_terminal, is_up};
use crate::{CallError, CallErrorKind, Duration, Failure, Outcome, StateWait, WaitingStep, info};

/// The status that a step brings a database to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// `available`.
    Available,
    /// `stopped`.
    Stopped,
}

/// The differences between the steps that start and stop instances and clusters.
#[derive(Debug, Clone, Copy)]
pub struct Power {
    /// The target status.
    pub target: Target,
    /// Returns the status of the instance or the cluster.
    pub look: fn(&str) -> Result<String, CallError>,
    /// Prints the link to the instance or the cluster in the console, and returns it.
    pub link: fn(&str) -> Option<String>,
}

/// The result of a request to start or stop a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The status of the database.
    pub status: String,
    /// Whether it was already starting or stopping, or had the target status.
    pub already: bool,
}

/// Outputs of a step that starts or stops a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PowerOutputs {
    /// The last observed status, such as `starting`.
    pub status: String,
    /// The database in the console, when the step waited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub console_url: Option<String>,
}

/// The checkpoint of a step that starts or stops a database.
pub type PowerWait = StateWait<UnderWay>;

/// The state of a wait for a database, besides its status.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnderWay {
    /// Whether a poll has seen the database start or stop, so that a return of the previous status is real.
    seen: bool,
    console_url: Option<String>,
}

/// For this time, the `Describe` calls may still return the status before the request.
const CONSISTENT_AFTER: Duration = Duration::seconds(60);

impl Power {
    /// The result of a request. AWS refuses to start a database that runs or is starting, and to stop one that is
    /// stopped or stopping; here both are successes.
    ///
    /// # Errors
    ///
    /// Those of the calls. AWS's refusal for any other status is `AwsError` with AWS's message.
    pub fn asked(self, name: &str, answer: Result<String, CallError>) -> Result<Asked, Failure> {
        let refusal = match answer {
            Ok(status) => {
                info!("{name}: {status}");
                return Ok(Asked { status, already: false });
            }
            Err(error) if is_wrong_state(&error) => error,
            Err(error) => return Err(error.into()),
        };
        let status = (self.look)(name)?;
        if !self.is_near(&status) {
            return Err(refusal.into());
        }
        info!("{name}: {status} already");
        Ok(Asked { status, already: true })
    }

    /// Ends the step without a wait, otherwise polls for the first time.
    ///
    /// # Errors
    ///
    /// As for [`Power::look`].
    pub fn start<S>(self, name: String, asked: Asked, wait: Option<(Duration, Duration)>) -> Result<Outcome<S>, Failure>
    where
        S: WaitingStep<Outputs = PowerOutputs, Checkpoint = PowerWait>,
    {
        let Some(times) = wait else {
            return Ok(Outcome::Done(PowerOutputs { status: asked.status, console_url: None }));
        };
        let under_way = UnderWay { seen: false, console_url: (self.link)(&name) };
        self.look(StateWait::new(name, asked.status, times, under_way))
    }

    /// Polls the database. Done when it has the target status, otherwise a wait until the next poll.
    ///
    /// # Errors
    ///
    /// `TerminalState` when it cannot reach the target status, `NotFound` when it was deleted, `WaitTimeout` after the
    /// timeout, and a permanent failure of the call.
    pub fn look<S>(self, mut waiting: PowerWait) -> Result<Outcome<S>, Failure>
    where
        S: WaitingStep<Outputs = PowerOutputs, Checkpoint = PowerWait>,
    {
        let awaited = self.target.awaited();
        let looked = (self.look)(waiting.resource());
        if let Some(status) = waiting.found(looked)? {
            waiting.see(&status);
            waiting.details.seen |= status == self.target.on_the_way();
            if status == awaited {
                return Ok(Outcome::Done(PowerOutputs { status, console_url: waiting.details.console_url }));
            }
            if self.is_hopeless(&status, waiting.details.seen, waiting.elapsed()) {
                return Err(waiting.never(awaited, None));
            }
        }
        waiting.wait(awaited)
    }

    fn is_near(self, status: &str) -> bool {
        match self.target {
            Target::Available => is_up(status),
            Target::Stopped => is_down(status),
        }
    }

    fn is_hopeless(self, status: &str, was_under_way: bool, elapsed: Duration) -> bool {
        let is_back = match self.target {
            Target::Available => is_down(status),
            // Before it stops, it may finish other work, such as a backup.
            Target::Stopped => matches!(status, "available" | "starting"),
        };
        is_terminal(status) || is_back && (was_under_way || elapsed >= CONSISTENT_AFTER)
    }
}

impl Target {
    fn awaited(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Stopped => "stopped",
        }
    }

    fn on_the_way(self) -> &'static str {
        match self {
            Self::Available => "starting",
            Self::Stopped => "stopping",
        }
    }
}

/// Whether AWS refused the request because of the database's status. The code comes with and without `Fault`.
fn is_wrong_state(error: &CallError) -> bool {
    let code = error.code.as_deref().unwrap_or_default();
    let code = code.strip_suffix("Fault").unwrap_or(code);
    error.kind == CallErrorKind::Rejected && matches!(code, "InvalidDBInstanceState" | "InvalidDBClusterState")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn power(target: Target, look: fn(&str) -> Result<String, CallError>) -> Power {
        Power { target, look, link: |_| None }
    }

    fn error(kind: CallErrorKind, code: &str) -> CallError {
        CallError {
            kind,
            action: "rds:StartDBInstance".to_owned(),
            code: Some(code.to_owned()),
            message: "in AWS's words".to_owned(),
            request_id: None,
        }
    }

    fn refused(code: &str) -> Result<String, CallError> {
        Err(error(CallErrorKind::Rejected, code))
    }

    #[test]
    fn a_database_that_already_starts_or_stops_is_a_success() {
        let starting = power(Target::Available, |_| Ok("starting".to_owned()));
        let stopped = power(Target::Stopped, |_| Ok("stopped".to_owned()));
        for (power, code, status) in [
            (starting, "InvalidDBInstanceState", "starting"),
            (starting, "InvalidDBInstanceStateFault", "starting"),
            (stopped, "InvalidDBClusterStateFault", "stopped"),
        ] {
            let asked = power.asked("orders", refused(code)).unwrap();
            assert_eq!(asked, Asked { status: status.to_owned(), already: true }, "{code}");
        }
    }

    #[test]
    fn a_refusal_for_any_other_status_is_reported_in_awss_words() {
        for (target, look) in [
            (Target::Available, (|_| Ok("stopping".to_owned())) as fn(&str) -> _),
            (Target::Available, |_| Ok("storage-full".to_owned())),
            (Target::Stopped, |_| Ok("backing-up".to_owned())),
        ] {
            let failure = power(target, look).asked("orders", refused("InvalidDBInstanceState")).unwrap_err();
            assert_eq!(failure.code, "WrongState");
            assert_eq!(failure.message, "InvalidDBInstanceState: in AWS's words");
        }
    }

    #[test]
    fn no_other_refusal_leads_to_a_poll() {
        let blind = power(Target::Available, |_| panic!("a poll"));
        let not_found = blind.asked("orders", Err(error(CallErrorKind::NotFound, "DBInstanceNotFound"))).unwrap_err();
        assert_eq!(not_found.code, "NotFound");
        assert_eq!(blind.asked("orders", refused("InvalidParameterCombination")).unwrap_err().code, "AwsError");
        assert!(!blind.asked("orders", Ok("starting".to_owned())).unwrap().already);
    }

    #[test]
    fn the_previous_status_is_the_end_only_when_it_is_real() {
        let up = power(Target::Available, |_| Ok(String::new()));
        let down = power(Target::Stopped, |_| Ok(String::new()));
        for (power, before) in [(up, "stopped"), (down, "available")] {
            let hopeless = |seen, seconds| power.is_hopeless(before, seen, Duration::seconds(seconds));
            assert!(!hopeless(false, 59));
            assert!(hopeless(false, 60));
            assert!(hopeless(true, 1));
        }
        assert!(!down.is_hopeless("backing-up", true, Duration::minutes(5)));
        assert!(up.is_hopeless("storage-full", false, Duration::default()));
    }
}
