//! Starts EC2 instances and, if asked, waits until they run.

use schemars::JsonSchema;
use serde::Deserialize;
use stepwell_plugin::ec2::{
    self, CONSISTENT_AFTER, InstanceIds, PowerOutputs, PowerWait, Sight, StartInstancesRequest, StateChanges,
};
use stepwell_plugin::{Duration, Failure, Invocation, Outcome, Schedule, WaitingStep};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The instance to start, or a list of instances.
    instance_id: InstanceIds,
    /// Wait until every instance is `running`.
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

struct Ec2Start;

// Nothing to cancel: EC2 cannot undo a start, and whether to stop the instance is for the operator to decide.
impl WaitingStep for Ec2Start {
    type Config = Config;
    type Outputs = PowerOutputs;
    type Checkpoint = PowerWait;

    fn start(_: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        let request = StartInstancesRequest { instance_ids: config.instance_id.to_vec() };
        let answer = ec2::start_instances(&request)?;
        let changes = StateChanges::of(&config.instance_id, answer.starting_instances)?;
        if !config.wait {
            return Ok(Outcome::Done(changes.done()));
        }
        PowerWait::new(changes, config.timeout, config.poll_every).look("running", will_not_run)
    }

    fn resume(_: &Invocation, _: Config, waiting: PowerWait) -> Result<Outcome<Self>, Failure> {
        waiting.look("running", will_not_run)
    }
}

fn will_not_run(sight: Sight<'_>) -> bool {
    match sight.state {
        "shutting-down" | "terminated" => true,
        "stopped" => sight.moved || sight.elapsed >= CONSISTENT_AFTER,
        _ => false,
    }
}

stepwell_plugin::export!(Ec2Start);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stopped_is_the_end_only_when_it_is_not_the_state_before_the_start() {
        let stopped =
            |moved, seconds| will_not_run(Sight { state: "stopped", moved, elapsed: Duration::seconds(seconds) });
        assert!(!stopped(false, 14));
        assert!(stopped(false, 15));
        assert!(stopped(true, 1));
    }
}
