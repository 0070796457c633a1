//! Reboots EC2 instances and, if asked, waits until both status checks pass.

mod checks;

use checks::Waiting;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::ec2::{self, InstanceIds, RebootInstancesRequest};
use stepwell_plugin::{Duration, Failure, Invocation, Outcome, Schedule, WaitingStep, info};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The instance to reboot, or a list of instances.
    instance_id: InstanceIds,
    /// Wait until both status checks of every instance are `ok` after the reboot.
    #[serde(default)]
    wait: bool,
    /// How long a result that was `ok` all along may be one of before the reboot. EC2 checks once a minute and says nothing
    /// of when, and a fast reboot shows in no result: until then, `ok` counts only after another result was seen.
    #[serde(default = "stale_for")]
    stale_for: Duration,
    /// Give up waiting after this time.
    #[serde(default = "Schedule::usual_timeout")]
    timeout: Duration,
    /// The longest pause between two looks; the first ones are shorter.
    #[serde(default = "Schedule::usual_poll_every")]
    poll_every: Duration,
}

fn stale_for() -> Duration {
    Duration::minutes(2)
}

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// Every instance that was rebooted.
    instances: Vec<Rebooted>,
    /// The instance, when there is exactly one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    instance_id: Option<String>,
    /// Its state after the reboot, when there is exactly one instance and the step waited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    current_state: Option<String>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct Rebooted {
    /// The instance.
    instance_id: String,
    /// Its state after the reboot, when the step waited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    current_state: Option<String>,
}

struct Ec2Restart;

// Nothing to cancel: a reboot is over before anybody could take it back.
impl WaitingStep for Ec2Restart {
    type Config = Config;
    type Outputs = Outputs;
    type Checkpoint = Waiting;

    fn start(_: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        let instance_ids = config.instance_id.to_vec();
        ec2::reboot_instances(&RebootInstancesRequest { instance_ids: instance_ids.clone() })?;
        instance_ids.iter().for_each(|id| info!("{id}: reboot requested"));
        if !config.wait {
            let rebooted = |id| Rebooted { instance_id: id, current_state: None };
            let rebooted = instance_ids.into_iter().map(rebooted).collect();
            return Ok(Outcome::Done(Outputs::of(rebooted)));
        }
        let schedule = Schedule::new(config.timeout, config.poll_every);
        Waiting::new(instance_ids, schedule).look(config.stale_for)
    }

    fn resume(_: &Invocation, config: Config, waiting: Waiting) -> Result<Outcome<Self>, Failure> {
        waiting.look(config.stale_for)
    }
}

impl Outputs {
    fn of(instances: Vec<Rebooted>) -> Self {
        let only = instances.first().filter(|_| instances.len() == 1).cloned();
        let (instance_id, current_state) = only.map(|only| (only.instance_id, only.current_state)).unzip();
        Self { instance_id, current_state: current_state.flatten(), instances }
    }
}

stepwell_plugin::export!(Ec2Restart);
