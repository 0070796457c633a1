//! Reboots EC2 instances and, if asked, waits until both status checks pass.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::ec2::{self, InstanceIds, InstanceStatus, RebootInstancesRequest};
use stepwell_plugin::{
    CallError, Duration, Failure, Invocation, Outcome, Presence, Progress, Schedule, Wait, WaitingStep, info,
};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The instance to reboot, or a list of instances.
    instance_id: InstanceIds,
    /// Wait until both status checks of every instance are `ok` after the reboot.
    #[serde(default)]
    wait: bool,
    /// The time during which an unchanged `ok` may be a result from before the reboot. EC2 checks once a minute without
    /// a timestamp, and a fast reboot changes no result. Within this time, `ok` counts only after a different result.
    #[serde(default = "stale_for")]
    stale_for: Duration,
    /// Give up waiting after this time.
    #[serde(default = "Schedule::usual_timeout")]
    #[schemars(extend("x-stepwell-within-timeout" = true))]
    timeout: Duration,
    /// The longest pause between two polls. The first pauses are shorter.
    #[serde(default = "Schedule::usual_poll_every")]
    poll_every: Duration,
}

fn stale_for() -> Duration {
    Duration::minutes(2)
}

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// The rebooted instances.
    instances: Vec<Rebooted>,
    /// The id of the instance, when there is exactly one.
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
    /// The id of the instance.
    instance_id: String,
    /// Its state after the reboot, when the step waited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    current_state: Option<String>,
}

struct Ec2Restart;

// Nothing to cancel: a reboot is over before it could be stopped.
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

/// The checkpoint.
#[derive(Serialize, Deserialize)]
struct Waiting {
    schedule: Schedule,
    presence: Presence,
    ready: Vec<Rebooted>,
    pending: Vec<Pending>,
}

/// An instance whose checks have not both passed since the reboot.
#[derive(Serialize, Deserialize)]
struct Pending {
    instance_id: String,
    /// The last observed state, for people.
    seen: String,
    /// A poll has returned another result than `ok`, so that the next `ok` is new.
    was_not_ok: bool,
}

impl Waiting {
    fn new(instance_ids: Vec<String>, schedule: Schedule) -> Self {
        let pending = |instance_id| Pending { instance_id, seen: "rebooting".to_owned(), was_not_ok: false };
        let pending = instance_ids.into_iter().map(pending).collect();
        Self { schedule, presence: Presence::default(), ready: Vec::new(), pending }
    }

    fn look(self, stale_for: Duration) -> Result<Outcome<Ec2Restart>, Failure> {
        let ids: Vec<String> = self.pending.iter().map(|pending| pending.instance_id.clone()).collect();
        let looked = ec2::instance_statuses(&ids);
        let elapsed = self.schedule.elapsed();
        self.after(looked, elapsed, stale_for)
    }

    /// The outcome of a poll at that time.
    fn after(
        mut self,
        looked: Result<Vec<InstanceStatus>, CallError>,
        elapsed: Duration,
        stale_for: Duration,
    ) -> Result<Outcome<Ec2Restart>, Failure> {
        for status in self.presence.found(looked, elapsed)?.into_iter().flatten() {
            self.see(status, elapsed >= stale_for)?;
        }
        if self.pending.is_empty() {
            return Ok(Outcome::Done(Outputs::of(self.ready)));
        }
        self.wait()
    }

    fn see(&mut self, status: InstanceStatus, is_new: bool) -> Result<(), Failure> {
        let InstanceStatus { instance_id, instance_state, instance_status, system_status, .. } = status;
        let state = instance_state.name;
        if !matches!(state.as_str(), "pending" | "running") {
            return Err(Failure::terminal_state(format!("{instance_id} is `{state}` and will not pass its checks")));
        }
        let Some(place) = self.pending.iter().position(|pending| pending.instance_id == instance_id) else {
            return Ok(());
        };
        let Some(pending) = self.pending.get_mut(place) else { return Ok(()) };
        let [instance, system] = [instance_status, system_status].map(|check| check.unwrap_or("unknown".to_owned()));
        let is_ok = state == "running" && instance == "ok" && system == "ok";
        if is_ok && (is_new || pending.was_not_ok) {
            info!("{instance_id}: running, both status checks ok");
            self.pending.remove(place);
            self.ready.push(Rebooted { instance_id, current_state: Some(state) });
        } else if is_ok {
            "running (both checks ok, perhaps from before the reboot)".clone_into(&mut pending.seen);
        } else {
            pending.was_not_ok = true;
            pending.seen = format!("{state} (instance check {instance}, system check {system})");
        }
        Ok(())
    }

    fn wait(mut self) -> Result<Outcome<Ec2Restart>, Failure> {
        let states = self.pending.iter().map(|pending| (pending.instance_id.as_str(), pending.seen.as_str()));
        let message = ec2::summary(states);
        let timeout = self.schedule.timeout();
        let late =
            || Failure::wait_timeout(format!("status checks not `ok` after {timeout}: {message}")).not_retryable();
        let after = self.schedule.pause().ok_or_else(late)?;
        let (ready, pending) = (self.ready.len() as u64, self.pending.len() as u64);
        let progress = Progress { done: ready, total: Some(ready + pending), unit: "instances".to_owned() };
        Ok(Outcome::Wait(Wait { after, checkpoint: self, message, progress: Some(progress) }))
    }
}

stepwell_plugin::export!(Ec2Restart);

#[cfg(test)]
mod tests {
    use super::*;
    use stepwell_plugin::CallErrorKind;
    use stepwell_plugin::ec2::InstanceState;

    const STALE_FOR: Duration = Duration::minutes(2);

    fn waiting(ids: &[&str]) -> Waiting {
        let schedule = Schedule::new(Duration::minutes(10), Duration::seconds(10));
        Waiting::new(ids.iter().map(ToString::to_string).collect(), schedule)
    }

    fn status(id: &str, state: &str, instance: &str, system: &str) -> InstanceStatus {
        InstanceStatus {
            instance_id: id.to_owned(),
            instance_state: InstanceState { code: None, name: state.to_owned() },
            instance_status: Some(instance.to_owned()),
            system_status: Some(system.to_owned()),
            ..Default::default()
        }
    }

    fn after(waiting: Waiting, seconds: u64, seen: Vec<InstanceStatus>) -> Outcome<Ec2Restart> {
        waiting.after(Ok(seen), Duration::seconds(seconds), STALE_FOR).unwrap()
    }

    fn waits(outcome: Outcome<Ec2Restart>) -> Wait<Waiting> {
        match outcome {
            Outcome::Wait(wait) => wait,
            Outcome::Done(_) => panic!("it is done"),
        }
    }

    fn is_done(outcome: &Outcome<Ec2Restart>) -> bool {
        matches!(outcome, Outcome::Done(_))
    }

    fn ok(id: &str) -> InstanceStatus {
        status(id, "running", "ok", "ok")
    }

    #[test]
    fn an_unchanged_ok_counts_only_when_it_cannot_be_from_before_the_reboot() {
        let first = waits(after(waiting(&["i-a"]), 0, vec![ok("i-a")]));
        assert_eq!(first.message, "i-a: running (both checks ok, perhaps from before the reboot)");
        let second = waits(after(first.checkpoint, 119, vec![ok("i-a")]));
        assert!(is_done(&after(second.checkpoint, 120, vec![ok("i-a")])));
    }

    #[test]
    fn an_ok_after_another_result_is_new() {
        for (instance, system) in [("initializing", "ok"), ("ok", "impaired"), ("insufficient-data", "initializing")] {
            let seen = vec![status("i-a", "running", instance, system)];
            let wait = waits(after(waiting(&["i-a"]), 1, seen));
            let expected = format!("i-a: running (instance check {instance}, system check {system})");
            assert_eq!(wait.message, expected);
            assert!(is_done(&after(wait.checkpoint, 2, vec![ok("i-a")])), "{expected}");
        }
    }

    #[test]
    fn each_instance_has_results_of_its_own() {
        let seen = vec![status("i-a", "running", "initializing", "ok"), ok("i-b")];
        let wait = waits(after(waiting(&["i-a", "i-b"]), 1, seen));
        let wait = waits(after(wait.checkpoint, 2, vec![ok("i-a"), ok("i-b")]));
        assert_eq!(wait.progress.map(|progress| (progress.done, progress.total)), Some((1, Some(2))));
        assert_eq!(wait.message, "i-b: running (both checks ok, perhaps from before the reboot)");
    }

    #[test]
    fn an_instance_that_no_longer_runs_will_not_pass() {
        for state in ["stopping", "stopped", "shutting-down", "terminated"] {
            let seen = Ok(vec![status("i-a", state, "not-applicable", "not-applicable")]);
            let failure = waiting(&["i-a"]).after(seen, Duration::default(), STALE_FOR).err().unwrap();
            assert_eq!(failure.code, "TerminalState");
            assert_eq!(failure.message, format!("i-a is `{state}` and will not pass its checks"));
        }
    }

    #[test]
    fn an_instance_that_is_gone_ends_the_wait() {
        let gone = || {
            Err(CallError {
                kind: CallErrorKind::NotFound,
                action: "ec2:DescribeInstanceStatus".to_owned(),
                code: Some("InvalidInstanceID.NotFound".to_owned()),
                message: String::new(),
                request_id: None,
            })
        };
        let wait = waits(after(waiting(&["i-a"]), 1, vec![ok("i-a")]));
        let wait = waits(wait.checkpoint.after(gone(), Duration::seconds(2), STALE_FOR).unwrap());
        let failure = wait.checkpoint.after(gone(), Duration::seconds(3), STALE_FOR).err().unwrap();
        assert_eq!(failure.code, "NotFound");
    }

    #[test]
    fn the_checkpoint_of_as_many_instances_as_a_job_may_name_fits() {
        let ids: Vec<String> = (0..400).map(|n| format!("i-{n:017x}")).collect();
        let seen = ids.iter().map(|id| status(id, "running", "insufficient-data", "insufficient-data")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let wait = waits(after(waiting(&ids), 1, seen));
        let size = serde_json::to_vec(&wait.checkpoint).unwrap().len();
        assert!(size <= 64 * 1024, "{size}");
    }
}
