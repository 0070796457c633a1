//! Starting and stopping an instance or a cluster, and waiting until it has started or stopped.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::status::{is_down, is_terminal, is_up};
use crate::{CallError, CallErrorKind, Duration, Failure, Outcome, StateWait, WaitingStep, info};

/// What a step makes of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// `available`.
    Available,
    /// `stopped`.
    Stopped,
}

/// What the steps that start and stop instances and clusters differ in.
#[derive(Debug, Clone, Copy)]
pub struct Power {
    /// What the step is after.
    pub target: Target,
    /// Gives the status of the instance or the cluster.
    pub look: fn(&str) -> Result<String, CallError>,
    /// Prints the link to the instance or the cluster in the console, and gives it.
    pub link: fn(&str) -> Option<String>,
}

/// What AWS made of a request to start or to stop a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Its status, by AWS's answer.
    pub status: String,
    /// It was on its way already, or there.
    pub already: bool,
}

/// Outputs of a step that starts or stops a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PowerOutputs {
    /// The last status that was seen of it, such as `starting`.
    pub status: String,
    /// The database in the console, when the step waited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub console_url: Option<String>,
}

/// The checkpoint of a step that starts or stops a database.
pub type PowerWait = StateWait<UnderWay>;

/// What a wait for a database remembers besides its status.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnderWay {
    /// A look has seen it start or stop: then the status before the request is no echo when it is seen again.
    seen: bool,
    console_url: Option<String>,
}

/// The `Describe` calls may go on for some time to show the status before the request.
const CONSISTENT_AFTER: Duration = Duration::seconds(60);

impl Power {
    /// What becomes of the database. To start what runs or starts, and to stop what is stopped or stops, is refused by
    /// AWS and is success here.
    ///
    /// # Errors
    ///
    /// Those of the calls. A request that AWS refuses in any other state is `AwsError`, in AWS's words.
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

    /// The end of the step without a wait, otherwise the first look.
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

    /// Done when the database is what the step is after, otherwise a wait until the next look.
    ///
    /// # Errors
    ///
    /// `TerminalState` when it will not be, `NotFound` when it was deleted, `WaitTimeout` when the time is up, and a
    /// call that waiting does not mend.
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
            // It may finish something, such as a backup, before it stops.
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

/// AWS writes it with and without `Fault`.
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
    fn what_is_on_its_way_already_needs_no_request() {
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
    fn a_refusal_in_any_other_state_is_told_in_awss_words() {
        for (target, look) in [
            (Target::Available, (|_| Ok("stopping".to_owned())) as fn(&str) -> _),
            (Target::Available, |_| Ok("storage-full".to_owned())),
            (Target::Stopped, |_| Ok("backing-up".to_owned())),
        ] {
            let failure = power(target, look).asked("orders", refused("InvalidDBInstanceState")).unwrap_err();
            assert_eq!(failure.code, "AwsError");
            assert_eq!(failure.message, "InvalidDBInstanceState: in AWS's words");
        }
    }

    #[test]
    fn no_other_refusal_makes_a_look() {
        let blind = power(Target::Available, |_| panic!("nobody looks"));
        let not_found = blind.asked("orders", Err(error(CallErrorKind::NotFound, "DBInstanceNotFound"))).unwrap_err();
        assert_eq!(not_found.code, "NotFound");
        assert_eq!(blind.asked("orders", refused("InvalidParameterCombination")).unwrap_err().code, "AwsError");
        assert!(!blind.asked("orders", Ok("starting".to_owned())).unwrap().already);
    }

    #[test]
    fn the_status_before_the_request_is_the_end_only_when_it_is_no_echo() {
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
