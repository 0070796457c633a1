//! Changes of the state of instances, and the wait for them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Instance, InstanceIds, InstanceState, InstanceStateChange, StateReason, instances, known_instances, summary,
};
use crate::{CallError, Duration, Failure, Outcome, Presence, Progress, Schedule, Wait, WaitingStep};

/// The change of one instance's state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StateChange {
    /// The id of the instance.
    pub instance_id: String,
    /// Its state before the request, such as `stopped`.
    pub previous_state: String,
    /// The last observed state.
    pub current_state: String,
}

impl StateChange {
    fn print(&self) {
        print(&self.instance_id, &self.previous_state, &self.current_state);
    }
}

fn print(instance_id: &str, previous_state: &str, current_state: &str) {
    crate::info!("{instance_id}: {previous_state} -> {current_state}");
}

/// AWS's response to a request to change the state of instances: one change for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateChanges(Vec<StateChange>);

impl StateChanges {
    /// The changes of the requested instances.
    ///
    /// # Errors
    ///
    /// AWS's response leaves out an instance, so that its state is unknown.
    pub fn of(asked: &InstanceIds, answered: Vec<InstanceStateChange>) -> Result<Self, Failure> {
        if let Some(id) = asked.iter().find(|id| !answered.iter().any(|change| change.instance_id == **id)) {
            return Err(Failure::aws_error(format!("AWS's response does not mention {id}")));
        }
        let changes = answered.into_iter().map(|change| StateChange {
            instance_id: change.instance_id,
            previous_state: change.previous_state.name,
            current_state: change.current_state.name,
        });
        Ok(Self(changes.collect()))
    }

    /// Prints one line for each instance and returns the outputs.
    #[must_use]
    pub fn done(self) -> PowerOutputs {
        self.0.iter().for_each(StateChange::print);
        PowerOutputs::from(self.0)
    }
}

/// Outputs of a step that changes the state of instances.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PowerOutputs {
    /// The instances, each with its state before the request and the last observed one.
    pub instances: Vec<StateChange>,
    /// The id of the instance, when there is exactly one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub instance_id: Option<String>,
    /// Its state before the request, when there is exactly one instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub previous_state: Option<String>,
    /// The last observed state, when there is exactly one instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub current_state: Option<String>,
}

impl From<Vec<StateChange>> for PowerOutputs {
    fn from(instances: Vec<StateChange>) -> Self {
        let only = match instances.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        };
        Self {
            instance_id: only.as_ref().map(|only| only.instance_id.clone()),
            previous_state: only.as_ref().map(|only| only.previous_state.clone()),
            current_state: only.map(|only| only.current_state),
            instances,
        }
    }
}

/// The checkpoint of a step that waits until every instance is in one state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PowerWait {
    schedule: Schedule,
    presence: Presence,
    instances: Vec<Watched>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Watched {
    instance_id: String,
    previous_state: String,
    current_state: String,
    /// `current_state` comes from `DescribeInstances` and not from the response to the request.
    described: bool,
    /// `DescribeInstances` has returned two different states.
    moved: bool,
    /// The instance has reached the awaited state, which was printed.
    settled: bool,
}

impl From<Watched> for StateChange {
    fn from(watched: Watched) -> Self {
        let Watched { instance_id, previous_state, current_state, .. } = watched;
        Self { instance_id, previous_state, current_state }
    }
}

/// The observation of one instance, from which [`PowerWait::look`] finds out whether the wait is hopeless.
#[derive(Debug, Clone, Copy)]
pub struct Sight<'a> {
    /// The state that `DescribeInstances` returned.
    pub state: &'a str,
    /// Whether `DescribeInstances` has returned another state before, so that this one is not from before the request.
    pub moved: bool,
    /// The time since the request.
    pub elapsed: Duration,
}

/// For this time, `DescribeInstances` may still return the state before a request.
pub const CONSISTENT_AFTER: Duration = Duration::seconds(15);

impl PowerWait {
    /// Starts a wait after AWS's response.
    #[must_use]
    pub fn new(changes: StateChanges, timeout: Duration, poll_every: Duration) -> Self {
        let watched = changes.0.into_iter().map(|change| Watched {
            instance_id: change.instance_id,
            previous_state: change.previous_state,
            current_state: change.current_state,
            described: false,
            moved: false,
            settled: false,
        });
        let schedule = Schedule::new(timeout, poll_every);
        Self { schedule, presence: Presence::default(), instances: watched.collect() }
    }

    /// Polls the instances that are not yet `awaited`. Done when all are, otherwise a wait until the next poll.
    ///
    /// # Errors
    ///
    /// `TerminalState` when an instance is `hopeless`, `NotFound` when EC2 no longer knows an instance, `WaitTimeout`
    /// after the timeout, and a permanent failure of the call.
    pub fn look<S>(self, awaited: &str, hopeless: fn(Sight<'_>) -> bool) -> Result<Outcome<S>, Failure>
    where
        S: WaitingStep<Outputs = PowerOutputs, Checkpoint = Self>,
    {
        self.look_with(awaited, hopeless, |ids, _| instances(ids))
    }

    /// Like [`PowerWait::look`], for instances that become `terminated`. EC2 forgets an instance about an hour after
    /// that, so an unknown instance counts as terminated.
    ///
    /// # Errors
    ///
    /// `WaitTimeout` after the timeout, and a permanent failure of the call.
    pub fn look_until_gone<S>(self) -> Result<Outcome<S>, Failure>
    where
        S: WaitingStep<Outputs = PowerOutputs, Checkpoint = Self>,
    {
        self.look_with(TERMINATED, |_| false, |ids, elapsed| Ok(with_gone(&ids, known_instances(&ids)?, elapsed)))
    }

    fn look_with<S>(
        mut self,
        awaited: &str,
        hopeless: fn(Sight<'_>) -> bool,
        look: fn(Vec<String>, Duration) -> Result<Vec<Instance>, CallError>,
    ) -> Result<Outcome<S>, Failure>
    where
        S: WaitingStep<Outputs = PowerOutputs, Checkpoint = Self>,
    {
        self.settle(awaited);
        if self.unsettled().next().is_some() {
            let elapsed = self.schedule.elapsed();
            let ids = self.unsettled().map(|watched| watched.instance_id.clone()).collect();
            let looked = self.presence.found(look(ids, elapsed), elapsed)?;
            self.see(looked.unwrap_or_default(), elapsed, awaited, hopeless)?;
            self.settle(awaited);
        }
        if self.unsettled().next().is_none() {
            let changes: Vec<StateChange> = self.instances.into_iter().map(StateChange::from).collect();
            return Ok(Outcome::Done(changes.into()));
        }
        self.wait(awaited)
    }

    fn unsettled(&self) -> impl Iterator<Item = &Watched> {
        self.instances.iter().filter(|watched| !watched.settled)
    }

    fn settle(&mut self, awaited: &str) {
        for watched in self.instances.iter_mut().filter(|watched| !watched.settled) {
            watched.settled = watched.current_state == awaited;
            if watched.settled {
                print(&watched.instance_id, &watched.previous_state, &watched.current_state);
            }
        }
    }

    /// Records the states. An instance that is missing from the response keeps its last state.
    fn see(
        &mut self,
        looked: Vec<Instance>,
        elapsed: Duration,
        awaited: &str,
        hopeless: fn(Sight<'_>) -> bool,
    ) -> Result<(), Failure> {
        for instance in looked {
            let Some(watched) = self.instances.iter_mut().find(|watched| watched.instance_id == instance.instance_id)
            else {
                continue;
            };
            watched.moved |= watched.described && watched.current_state != instance.state.name;
            watched.described = true;
            watched.current_state.clone_from(&instance.state.name);
            if hopeless(Sight { state: &instance.state.name, moved: watched.moved, elapsed }) {
                return Err(never(&instance, awaited));
            }
        }
        Ok(())
    }

    fn wait<S>(mut self, awaited: &str) -> Result<Outcome<S>, Failure>
    where
        S: WaitingStep<Checkpoint = Self>,
    {
        let states = self.unsettled().map(|watched| (watched.instance_id.as_str(), watched.current_state.as_str()));
        let message = summary(states);
        let total = self.instances.len();
        let done = total - self.unsettled().count();
        let Some(after) = self.schedule.pause() else {
            let timeout = self.schedule.timeout();
            return Err(Failure::wait_timeout(format!("not `{awaited}` after {timeout}: {message}")));
        };
        let progress = Progress { done: done as u64, total: Some(total as u64), unit: "instances".to_owned() };
        Ok(Outcome::Wait(Wait { after, checkpoint: self, message, progress: Some(progress) }))
    }
}

const TERMINATED: &str = "terminated";

/// Adds instances that are missing from the response as terminated, unless they may be too new to be known.
fn with_gone(asked: &[String], mut known: Vec<Instance>, elapsed: Duration) -> Vec<Instance> {
    if elapsed >= CONSISTENT_AFTER {
        let is_known = |id: &&String| known.iter().any(|instance| instance.instance_id == **id);
        let gone: Vec<_> = asked.iter().filter(|id| !is_known(id)).cloned().collect();
        let state = InstanceState { code: None, name: TERMINATED.to_owned() };
        known.extend(gone.into_iter().map(|instance_id| Instance {
            instance_id,
            state: state.clone(),
            ..Default::default()
        }));
    }
    known
}

fn never(instance: &Instance, awaited: &str) -> Failure {
    let Instance { instance_id, state, state_reason, .. } = instance;
    let reason = state_reason.as_ref().and_then(reason).map_or(String::new(), |reason| format!(": {reason}"));
    Failure::terminal_state(format!("{instance_id} is `{}` and will not be `{awaited}`{reason}", state.name))
}

/// The reason as one text. AWS usually repeats the code at the beginning of the message.
fn reason(state_reason: &StateReason) -> Option<String> {
    match (&state_reason.code, &state_reason.message) {
        (Some(code), Some(message)) if !message.starts_with(code.as_str()) => Some(format!("{code}: {message}")),
        (code, message) => message.clone().or_else(|| code.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(name: &str) -> InstanceState {
        InstanceState { code: None, name: name.to_owned() }
    }

    fn starting(ids: &[&str]) -> PowerWait {
        let changes = ids.iter().map(|id| StateChange {
            instance_id: (*id).to_owned(),
            previous_state: "stopped".to_owned(),
            current_state: "pending".to_owned(),
        });
        PowerWait::new(StateChanges(changes.collect()), Duration::minutes(10), Duration::seconds(10))
    }

    fn instance(id: &str, name: &str) -> Instance {
        Instance { instance_id: id.to_owned(), state: state(name), ..Default::default() }
    }

    fn back_to_stopped(sight: Sight<'_>) -> bool {
        sight.state == "stopped" && sight.moved
    }

    fn see(waiting: &mut PowerWait, id: &str, name: &str) -> Result<(), Failure> {
        waiting.see(vec![instance(id, name)], Duration::default(), "running", back_to_stopped)
    }

    #[test]
    fn the_state_before_the_request_may_be_returned_until_another_one_was() {
        let mut waiting = starting(&["i-0abc1234"]);
        see(&mut waiting, "i-0abc1234", "stopped").unwrap();
        see(&mut waiting, "i-0abc1234", "stopped").unwrap();
        see(&mut waiting, "i-0abc1234", "pending").unwrap();
        let failure = see(&mut waiting, "i-0abc1234", "stopped").unwrap_err();
        assert_eq!(failure.code, "TerminalState");
        assert_eq!(failure.message, "i-0abc1234 is `stopped` and will not be `running`");
    }

    #[test]
    fn an_instance_that_is_missing_from_the_response_keeps_its_state() {
        let mut waiting = starting(&["i-0abc1234", "i-0def5678"]);
        see(&mut waiting, "i-0def5678", "running").unwrap();
        waiting.settle("running");
        let states: Vec<&str> = waiting.unsettled().map(|watched| watched.current_state.as_str()).collect();
        assert_eq!(states, ["pending"]);
    }

    #[test]
    fn an_unknown_instance_is_terminated_unless_it_may_be_too_new() {
        let asked = ["i-0abc1234".to_owned(), "i-0def5678".to_owned()];
        let states = |seconds| {
            let known = with_gone(&asked, vec![instance("i-0def5678", "shutting-down")], Duration::seconds(seconds));
            known.into_iter().map(|seen| (seen.instance_id, seen.state.name)).collect::<Vec<_>>()
        };
        let pair = |id: &str, state: &str| (id.to_owned(), state.to_owned());
        assert_eq!(states(14), [pair("i-0def5678", "shutting-down")]);
        assert_eq!(states(15), [pair("i-0def5678", "shutting-down"), pair("i-0abc1234", "terminated")]);
    }

    #[test]
    fn awss_reason_is_not_repeated() {
        let told = |code: Option<&str>, message: Option<&str>| {
            reason(&StateReason { code: code.map(str::to_owned), message: message.map(str::to_owned) })
        };
        assert_eq!(told(Some("Server.X"), Some("Server.X: gone")).unwrap(), "Server.X: gone");
        assert_eq!(told(Some("Server.X"), Some("gone")).unwrap(), "Server.X: gone");
        assert_eq!(told(Some("Server.X"), None).unwrap(), "Server.X");
        assert_eq!(told(None, None), None);
    }

    #[test]
    fn a_response_that_leaves_out_an_instance_is_a_failure() {
        let asked: InstanceIds = serde_json::from_str(r#"["i-0abc1234", "i-0def5678"]"#).unwrap();
        let answered = InstanceStateChange {
            instance_id: "i-0abc1234".to_owned(),
            previous_state: state("stopped"),
            current_state: state("pending"),
        };
        assert!(StateChanges::of(&asked, vec![answered]).unwrap_err().message.contains("i-0def5678"));
    }

    #[test]
    fn one_instance_also_comes_out_flat() {
        let outputs = |ids: &[&str]| {
            let waiting = starting(ids);
            let changes: Vec<StateChange> = waiting.instances.into_iter().map(StateChange::from).collect();
            serde_json::to_value(PowerOutputs::from(changes)).unwrap()
        };
        assert_eq!(outputs(&["i-0abc1234"])["previous_state"], "stopped");
        assert!(outputs(&["i-0abc1234", "i-0def5678"]).get("instance_id").is_none());
    }

    #[test]
    fn the_checkpoint_of_as_many_instances_as_a_job_may_name_fits() {
        let watched = |n| Watched {
            instance_id: format!("i-{n:017x}"),
            previous_state: "shutting-down".to_owned(),
            current_state: "shutting-down".to_owned(),
            described: false,
            moved: false,
            settled: false,
        };
        let schedule = Schedule::new(Duration::minutes(10), Duration::seconds(10));
        let instances = (0..InstanceIds::MOST).map(watched).collect();
        let waiting = PowerWait { schedule, presence: Presence::default(), instances };
        let size = serde_json::to_vec(&waiting).unwrap().len();
        assert!(size <= 64 * 1024, "{size}");
    }
}
