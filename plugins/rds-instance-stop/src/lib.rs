//! Stops a database instance, after a snapshot if one is named, and, if asked, waits until it is stopped.

use schemars::JsonSchema;
use serde::Deserialize;
use stepwell_plugin::rds::{self, Asked, DbSnapshot, Power, PowerOutputs, PowerWait, StopDbInstanceRequest, Target};
use stepwell_plugin::{CallError, CallErrorKind, Duration, Failure, Invocation, Outcome, Schedule, WaitingStep, info};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The identifier of the instance to stop. AWS starts it again after seven days.
    #[schemars(length(max = 63), regex(pattern = "^[A-Za-z](-?[A-Za-z0-9])*$"))]
    instance_name: String,
    /// Take a snapshot of this name before the stop. If the instance is stopped already, the snapshot must exist.
    #[schemars(length(max = 255), regex(pattern = "^[A-Za-z](-?[A-Za-z0-9])*$"))]
    snapshot_name: Option<String>,
    /// Wait until the instance is `stopped`.
    #[serde(default)]
    wait: bool,
    /// Give up waiting after this time.
    #[serde(default = "rds::usual_timeout")]
    #[schemars(extend("x-stepwell-within-timeout" = true))]
    timeout: Duration,
    /// The longest pause between two polls. The first pauses are shorter.
    #[serde(default = "Schedule::usual_poll_every")]
    poll_every: Duration,
}

struct RdsInstanceStop;

const POWER: Power = Power { target: Target::Stopped, look: rds::instance_status, link: rds::instance_link };

// Nothing to cancel: RDS cannot undo a stop, and whether to start the instance again is for the operator to decide.
impl WaitingStep for RdsInstanceStop {
    type Config = Config;
    type Outputs = PowerOutputs;
    type Checkpoint = PowerWait;

    fn start(_: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        let (name, snapshot) = (config.instance_name, config.snapshot_name);
        let request =
            StopDbInstanceRequest { db_instance_identifier: name.clone(), db_snapshot_identifier: snapshot.clone() };
        let answer = rds::stop_db_instance(&request).map(|answer| answer.db_instance.db_instance_status);
        let asked = POWER.asked(&name, answer)?;
        if let Some(snapshot) = snapshot.filter(|_| asked.already) {
            must_have(&name, &asked, &snapshot, rds::snapshot(&snapshot))?;
        }
        POWER.start(name, asked, config.wait.then_some((config.timeout, config.poll_every)))
    }

    fn resume(_: &Invocation, _: Config, waiting: PowerWait) -> Result<Outcome<Self>, Failure> {
        POWER.look(waiting)
    }
}

/// Checks the snapshot of an instance that is stopped already. AWS takes it only with an actual stop; if this step
/// stopped the instance before a crash of the host, it exists.
fn must_have(name: &str, asked: &Asked, snapshot: &str, found: Result<DbSnapshot, CallError>) -> Result<(), Failure> {
    let found = match found {
        Err(error) if error.kind == CallErrorKind::NotFound => None,
        found => Some(found?),
    };
    // AWS stores identifiers in lower case.
    let is_of_it = |of: &str| of.eq_ignore_ascii_case(name);
    let found = found.filter(|found| found.db_instance_identifier.as_deref().is_some_and(is_of_it));
    let Some(found) = found else {
        let status = &asked.status;
        return Err(Failure::aws_error(format!("{name} is `{status}` already and has no snapshot `{snapshot}`")));
    };
    info!("{snapshot}: {}", found.status);
    Ok(())
}

stepwell_plugin::export!(RdsInstanceStop);

#[cfg(test)]
mod tests {
    use super::*;

    fn must_have(found: Result<DbSnapshot, CallError>) -> Result<(), Failure> {
        super::must_have("Orders", &Asked { status: "stopped".to_owned(), already: true }, "before", found)
    }

    fn of(instance: Option<&str>) -> DbSnapshot {
        DbSnapshot { db_instance_identifier: instance.map(str::to_owned), ..Default::default() }
    }

    #[test]
    fn a_requested_snapshot_must_exist_and_be_of_the_instance() {
        must_have(Ok(of(Some("orders")))).unwrap();
        for other in [None, Some("invoices")] {
            let failure = must_have(Ok(of(other))).unwrap_err();
            assert_eq!((&*failure.code, failure.retryable), ("AwsError", false));
            assert_eq!(failure.message, "Orders is `stopped` already and has no snapshot `before`");
        }
    }

    #[test]
    fn a_failed_look_for_the_snapshot_does_not_mean_that_it_is_missing() {
        let error = |kind| CallError {
            kind,
            action: "rds:DescribeDBSnapshots".to_owned(),
            code: None,
            message: String::new(),
            request_id: None,
        };
        assert_eq!(must_have(Err(error(CallErrorKind::NotFound))).unwrap_err().code, "AwsError");
        assert_eq!(must_have(Err(error(CallErrorKind::Denied))).unwrap_err().code, "AccessDenied");
    }
}
