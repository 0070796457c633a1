//! Terminates EC2 instances and, if asked, waits until they are gone.

use schemars::JsonSchema;
use serde::Deserialize;
use stepwell_plugin::ec2::{self, InstanceIds, PowerOutputs, PowerWait, StateChanges, TerminateInstancesRequest};
use stepwell_plugin::{Duration, Failure, Invocation, Outcome, Schedule, WaitingStep};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The instance to terminate, or a list of instances. Data on their instance stores, and on volumes that are
    /// deleted with them, is lost.
    instance_id: InstanceIds,
    /// The maximum number of instances in `instance_id`. If there are more, the step fails and terminates none, as a
    /// safeguard against a list that is longer than expected.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 400))]
    max_instances: usize,
    /// Wait until every instance is `terminated`.
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

fn one() -> usize {
    1
}

struct Ec2Delete;

// Nothing to cancel: EC2 cannot undo a termination.
impl WaitingStep for Ec2Delete {
    type Config = Config;
    type Outputs = PowerOutputs;
    type Checkpoint = PowerWait;

    fn start(_: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        allowed(config.instance_id.len(), config.max_instances)?;
        let request = TerminateInstancesRequest { instance_ids: config.instance_id.to_vec() };
        let answer = ec2::terminate_instances(&request)?;
        let changes = StateChanges::of(&config.instance_id, answer.terminating_instances)?;
        if !config.wait {
            return Ok(Outcome::Done(changes.done()));
        }
        PowerWait::new(changes, config.timeout, config.poll_every).look_until_gone()
    }

    fn resume(_: &Invocation, _: Config, waiting: PowerWait) -> Result<Outcome<Self>, Failure> {
        waiting.look_until_gone()
    }
}

fn allowed(named: usize, most: usize) -> Result<(), Failure> {
    if named <= most {
        return Ok(());
    }
    Err(Failure::configuration_invalid(format!(
        "`instance_id` names {named} instances, and `max_instances` allows {most}; raise `max_instances` to {named} to \
         terminate all of them"
    )))
}

stepwell_plugin::export!(Ec2Delete);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_instances_than_expected_are_not_terminated() {
        assert!(allowed(1, one()).is_ok());
        assert!(allowed(3, 3).is_ok());
        let failure = allowed(2, one()).unwrap_err();
        assert_eq!(failure.code, "ConfigurationInvalid");
        assert!(failure.message.contains("raise `max_instances` to 2"), "{}", failure.message);
    }
}
