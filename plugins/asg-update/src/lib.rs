//! Changes the sizes of an Auto Scaling group and, if asked, waits until its instances are in service.

mod sizes;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sizes::{Outputs, Sizes, ready};
use stepwell_plugin::autoscaling::{
    self, AutoScalingGroup, DescribeAutoScalingGroupsRequest, UpdateAutoScalingGroupRequest,
};
use stepwell_plugin::{
    CallError, CallErrorKind, Duration, Failure, Invocation, Outcome, Progress, Schedule, Wait, WaitingStep, info, seen,
};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-stepwell-rules" = [{
    "schema": {
        "anyOf": [{ "required": ["desired_capacity"] }, { "required": ["min_size"] }, { "required": ["max_size"] }],
    },
    "message": "one of `desired_capacity`, `min_size` and `max_size` is required",
    "next": "write the size that the group should have in `desired_capacity`",
}]))]
struct Config {
    /// The name of the group.
    #[schemars(length(min = 1, max = 255))]
    auto_scaling_group_name: String,
    /// The number of instances that the group should have. At least one of the three sizes is required; a size that is
    /// left out keeps its value.
    desired_capacity: Option<u32>,
    /// The minimum number of instances. AWS raises a lower desired capacity to it.
    min_size: Option<u32>,
    /// The maximum number of instances. AWS lowers a higher desired capacity to it.
    max_size: Option<u32>,
    /// Wait until the desired number of instances is in service and healthy.
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

struct AsgUpdate;

// Nothing to cancel: the group keeps its new sizes, and whether to restore the old ones is for the operator to decide.
impl WaitingStep for AsgUpdate {
    type Config = Config;
    type Outputs = Outputs;
    type Checkpoint = Waiting;

    fn start(_: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        let asked = config.sizes();
        asked.check()?;
        let name = &config.auto_scaling_group_name;
        if !config.wait {
            update(name, asked)?;
            return Ok(Outcome::Done(Outputs::new(asked, None, None)));
        }
        let Some(group) = group(name)? else { return Err(not_found(name)) };
        let console_url = autoscaling::group_link(name);
        let waiting = Waiting { previous: Sizes::of(&group), console_url, schedule: None };
        let message = format!("{name}: {}", waiting.previous);
        info!("{message}");
        Ok(Outcome::Wait(Wait { after: Duration::default(), checkpoint: waiting, message, progress: None }))
    }

    fn resume(_: &Invocation, config: Config, waiting: Waiting) -> Result<Outcome<Self>, Failure> {
        if waiting.schedule.is_none() {
            update(&config.auto_scaling_group_name, config.sizes())?;
        }
        waiting.look(&config)
    }
}

impl Config {
    fn sizes(&self) -> Sizes {
        let Self { min_size, desired_capacity, max_size, .. } = *self;
        Sizes { min_size, desired_capacity, max_size }
    }
}

/// The checkpoint. It is written before the change, so that the previous sizes are right after a crash as well.
#[derive(Serialize, Deserialize)]
struct Waiting {
    previous: Sizes,
    console_url: Option<String>,
    /// `None` until the change is made.
    schedule: Option<Schedule>,
}

/// For some seconds `DescribeAutoScalingGroups` may still return the previous sizes and as many instances. After that,
/// sizes other than the requested ones come from somebody else's change.
const CONSISTENT_AFTER: Duration = Duration::seconds(15);

impl Waiting {
    fn look(self, config: &Config) -> Result<Outcome<AsgUpdate>, Failure> {
        let Self { previous, console_url, schedule } = self;
        let mut schedule = schedule.unwrap_or_else(|| Schedule::new(config.timeout, config.poll_every));
        let name = &config.auto_scaling_group_name;
        let (mut message, mut progress) = (format!("{name}: not found yet"), None);
        if let Some(group) = seen(group(name))? {
            let group = group.filter(|group| group.status.is_none());
            let Some(group) = group else {
                return Err(Failure::terminal_state(format!("{name} was deleted")));
            };
            let (sizes, ready) = (Sizes::of(&group), ready(&group));
            message = format!("{name}: {ready} of {} instances in service", group.desired_capacity);
            let is_changed = sizes.have(config.sizes()) || schedule.elapsed() >= CONSISTENT_AFTER;
            if is_changed && ready == group.desired_capacity {
                info!("{message}");
                return Ok(Outcome::Done(Outputs::new(sizes, Some(previous), console_url)));
            }
            let total = Some(group.desired_capacity.into());
            progress = Some(Progress { done: ready.into(), total, unit: "instances".to_owned() });
        }
        let Some(after) = schedule.pause() else {
            return Err(Failure::wait_timeout(format!("{message} after {}", schedule.timeout())));
        };
        let checkpoint = Self { previous, console_url, schedule: Some(schedule) };
        Ok(Outcome::Wait(Wait { after, checkpoint, message, progress }))
    }
}

fn group(name: &str) -> Result<Option<AutoScalingGroup>, CallError> {
    let auto_scaling_group_names = vec![name.to_owned()];
    let request = DescribeAutoScalingGroupsRequest { auto_scaling_group_names, ..Default::default() };
    Ok(autoscaling::describe_auto_scaling_groups(&request)?.auto_scaling_groups.into_iter().next())
}

fn update(name: &str, asked: Sizes) -> Result<(), Failure> {
    let Sizes { min_size, desired_capacity, max_size } = asked;
    let auto_scaling_group_name = name.to_owned();
    let request = UpdateAutoScalingGroupRequest { auto_scaling_group_name, min_size, max_size, desired_capacity };
    autoscaling::update_auto_scaling_group(&request).map_err(|error| failure(name, error))?;
    info!("{name}: {asked} requested");
    Ok(())
}

/// Auto Scaling reports an unknown group with a general error code, and refuses a change during another one.
fn failure(name: &str, error: CallError) -> Failure {
    match error.code.as_deref() {
        Some("ValidationError") if error.message.contains("not found") => not_found(name),
        Some("ScalingActivityInProgress" | "ResourceContention") if error.kind == CallErrorKind::Rejected => {
            Failure::from(error).retryable()
        }
        _ => error.into(),
    }
}

fn not_found(name: &str) -> Failure {
    Failure::not_found(format!("there is no Auto Scaling group {name}"))
}

stepwell_plugin::export!(AsgUpdate);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_whether_another_attempt_may_succeed() {
        let told = |code: &str, message: &str| {
            let (code, message) = (Some(code.to_owned()), message.to_owned());
            let (kind, action) = (CallErrorKind::Rejected, String::new());
            let failure = failure("web", CallError { kind, action, code, message, request_id: None });
            (failure.code.into_owned(), failure.retryable)
        };
        let unknown = "AutoScalingGroup name not found - no such group: web";
        assert_eq!(told("ValidationError", unknown), ("NotFound".to_owned(), false));
        let outside = "Desired capacity:9 must be between the specified min size:1 and max size:4";
        assert_eq!(told("ValidationError", outside), ("AwsError".to_owned(), false));
        for code in ["ScalingActivityInProgress", "ResourceContention"] {
            assert_eq!(told(code, "in AWS's words"), ("AwsError".to_owned(), true));
        }
    }
}
