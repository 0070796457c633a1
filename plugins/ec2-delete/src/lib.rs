//! Terminates EC2 instances and, if asked, waits until they are gone.

use schemars::JsonSchema;
use serde::Deserialize;
use stepwell_plugin::ec2::{self, InstanceIds, PowerOutputs, PowerWait, StateChanges, TerminateInstancesRequest};
use stepwell_plugin::{Duration, Failure, Invocation, Outcome, Schedule, WaitingStep};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The instance to terminate, or a list of instances. What is on their instance stores, and on volumes that are
    /// deleted with them, is lost.
    instance_id: InstanceIds,
    /// How many instances may be named at once. When there are more, nothing is terminated: a list that came out longer
    /// than expected takes no machines with it.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 400))]
    max_instances: usize,
    /// Wait until every instance is `terminated`.
    #[serde(default)]
    wait: bool,
    /// Give up waiting after this time.
    #[serde(default = "Schedule::usual_timeout")]
    timeout: Duration,
    /// The longest pause between two looks; the first ones are shorter.
    #[serde(default = "Schedule::usual_poll_every")]
    poll_every: Duration,
}

fn one() -> usize {
    1
}

struct Ec2Delete;

// Nothing to cancel: EC2 does not take a termination back.
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
        "`instance_id` names {named} instances, and `max_instances` allows {most}; raise `max_instances` to {named} if all \
         of them are to be terminated"
    )))
}

stepwell_plugin::export!(Ec2Delete);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_instances_are_terminated_than_somebody_has_expected() {
        assert!(allowed(1, one()).is_ok());
        assert!(allowed(3, 3).is_ok());
        let failure = allowed(2, one()).unwrap_err();
        assert_eq!(failure.code, "ConfigurationInvalid");
        assert!(failure.message.contains("raise `max_instances` to 2"), "{}", failure.message);
    }
}
