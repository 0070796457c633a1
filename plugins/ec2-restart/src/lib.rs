//! Reboots EC2 instances and, if asked, waits until both status checks pass.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::ec2::{self, InstanceIds, InstanceStatus, RebootInstancesRequest};
use stepwell_plugin::{Duration, Failure, Invocation, Outcome, Progress, Schedule, Wait, WaitingStep, info, seen};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The instance to reboot, or a list of instances.
    instance_id: InstanceIds,
    /// Wait until both status checks of every instance are `ok`; AWS may show the old results for a while.
    #[serde(default)]
    wait: bool,
    /// Give up waiting after this time.
    #[serde(default = "Schedule::usual_timeout")]
    timeout: Duration,
    /// The longest pause between two looks; the first ones are shorter.
    #[serde(default = "Schedule::usual_poll_every")]
    poll_every: Duration,
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

#[derive(Serialize, Deserialize)]
struct Waiting {
    schedule: Schedule,
    ready: Vec<Rebooted>,
    /// Instances whose checks have not both passed, with what was seen of them last.
    pending: Vec<(String, String)>,
}

struct Ec2Restart;

// Nothing to cancel: a reboot is over before anybody could take it back.
impl WaitingStep for Ec2Restart {
    type Config = Config;
    type Outputs = Outputs;
    type Checkpoint = Waiting;

    fn start(invocation: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        let instance_ids = config.instance_id.to_vec();
        ec2::reboot_instances(&RebootInstancesRequest { instance_ids: instance_ids.clone() })?;
        instance_ids.iter().for_each(|id| info!("{id}: reboot requested"));
        if !config.wait {
            let rebooted = |id| Rebooted { instance_id: id, current_state: None };
            return Ok(done(instance_ids.into_iter().map(rebooted).collect()));
        }
        let pending = instance_ids.into_iter().map(|id| (id, "rebooting".to_owned())).collect();
        let schedule = Schedule::new(config.timeout, config.poll_every);
        Self::resume(invocation, config, Waiting { schedule, ready: Vec::new(), pending })
    }

    fn resume(_: &Invocation, _: Config, mut waiting: Waiting) -> Result<Outcome<Self>, Failure> {
        let ids: Vec<String> = waiting.pending.iter().map(|(id, _)| id.clone()).collect();
        seen(ec2::instance_statuses(&ids))?.into_iter().flatten().try_for_each(|status| waiting.see(status))?;
        if waiting.pending.is_empty() {
            return Ok(done(waiting.ready));
        }
        let message = ec2::summary(waiting.pending.iter().map(|(id, seen)| (id.as_str(), seen.as_str())));
        let timeout = waiting.schedule.timeout();
        let late = || Failure::wait_timeout(format!("status checks not `ok` after {timeout}: {message}"));
        let after = waiting.schedule.pause().ok_or_else(late)?;
        let (ready, pending) = (waiting.ready.len() as u64, waiting.pending.len() as u64);
        let progress = Progress { done: ready, total: Some(ready + pending), unit: "instances".to_owned() };
        Ok(Outcome::Wait(Wait { after, checkpoint: waiting, message, progress: Some(progress) }))
    }
}

impl Waiting {
    fn see(&mut self, status: InstanceStatus) -> Result<(), Failure> {
        let InstanceStatus { instance_id, instance_state, instance_status, system_status, .. } = status;
        let state = instance_state.name;
        if !matches!(state.as_str(), "pending" | "running") {
            return Err(Failure::terminal_state(format!("{instance_id} is `{state}` and will not pass its checks")));
        }
        let Some(place) = self.pending.iter().position(|(id, _)| *id == instance_id) else { return Ok(()) };
        let [instance, system] = [instance_status, system_status].map(|check| check.unwrap_or("unknown".to_owned()));
        if state == "running" && instance == "ok" && system == "ok" {
            info!("{instance_id}: running, both status checks ok");
            self.pending.remove(place);
            self.ready.push(Rebooted { instance_id, current_state: Some(state) });
        } else if let Some((_, seen)) = self.pending.get_mut(place) {
            *seen = format!("{state} (instance check {instance}, system check {system})");
        }
        Ok(())
    }
}

fn done(instances: Vec<Rebooted>) -> Outcome<Ec2Restart> {
    let only = instances.first().filter(|_| instances.len() == 1).cloned();
    let (instance_id, current_state) = only.map(|only| (only.instance_id, only.current_state)).unzip();
    Outcome::Done(Outputs { instance_id, current_state: current_state.flatten(), instances })
}

stepwell_plugin::export!(Ec2Restart);
