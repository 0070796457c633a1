//! Stops EC2 instances and, if asked, waits until they are stopped.

use schemars::JsonSchema;
use serde::Deserialize;
use stepwell_plugin::ec2::{self, InstanceIds, PowerOutputs, PowerWait, Sight, StateChanges, StopInstancesRequest};
use stepwell_plugin::{Duration, Failure, Invocation, Outcome, Schedule, WaitingStep};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The instance to stop, or a list of instances.
    instance_id: InstanceIds,
    /// Stop at once. The operating system can neither flush its caches nor write its metadata.
    #[serde(default)]
    force: bool,
    /// Hibernate: save the memory to the root volume. Only for instances that were launched with hibernation enabled.
    #[serde(default)]
    hibernate: bool,
    /// Wait until every instance is `stopped`.
    #[serde(default)]
    wait: bool,
    /// Give up waiting after this time.
    #[serde(default = "Schedule::usual_timeout")]
    #[schemars(extend("x-stepwell-within-timeout" = true))]
    timeout: Duration,
    /// The longest pause between two polls. The first pauses are shorter.
    #[serde(default = "Schedule::usual_poll_every")]
    poll_every: Duration,
}

struct Ec2Stop;

// Nothing to cancel: EC2 cannot undo a stop, and whether to start the instance again is for the operator to decide.
impl WaitingStep for Ec2Stop {
    type Config = Config;
    type Outputs = PowerOutputs;
    type Checkpoint = PowerWait;

    fn start(_: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        let request = StopInstancesRequest {
            instance_ids: config.instance_id.to_vec(),
            force: config.force.then_some(true),
            hibernate: config.hibernate.then_some(true),
        };
        let answer = ec2::stop_instances(&request)?;
        let changes = StateChanges::of(&config.instance_id, answer.stopping_instances)?;
        if !config.wait {
            return Ok(Outcome::Done(changes.done()));
        }
        PowerWait::new(changes, config.timeout, config.poll_every).look("stopped", will_not_stop)
    }

    fn resume(_: &Invocation, _: Config, waiting: PowerWait) -> Result<Outcome<Self>, Failure> {
        waiting.look("stopped", will_not_stop)
    }
}

fn will_not_stop(sight: Sight<'_>) -> bool {
    matches!(sight.state, "shutting-down" | "terminated")
}

stepwell_plugin::export!(Ec2Stop);

#[cfg(test)]
mod tests {
    use super::*;
    use stepwell_plugin::ec2::CONSISTENT_AFTER;

    #[test]
    fn only_a_terminated_instance_will_never_be_stopped() {
        let hopeless = |state| will_not_stop(Sight { state, moved: true, elapsed: CONSISTENT_AFTER });
        for state in ["pending", "running", "stopping", "stopped"] {
            assert!(!hopeless(state), "{state}");
        }
        assert!(hopeless("shutting-down") && hopeless("terminated"));
    }
}
