//! Changes the sizes of an Auto Scaling group and, if asked, waits until its instances are in service.

mod sizes;
mod wait;

use schemars::JsonSchema;
use serde::Deserialize;
use sizes::{Outputs, Sizes};
use stepwell_plugin::autoscaling::{
    self, AutoScalingGroup, DescribeAutoScalingGroupsRequest, UpdateAutoScalingGroupRequest,
};
use stepwell_plugin::{
    CallError, CallErrorKind, Duration, Failure, Invocation, Outcome, Schedule, Wait, WaitingStep, info,
};
use wait::Waiting;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The group: its name.
    #[schemars(length(min = 1, max = 255))]
    auto_scaling_group_name: String,
    /// How many instances it is to have. At least one of the three sizes is needed; one that is not given stays.
    desired_capacity: Option<u32>,
    /// The fewest instances that it may have. AWS raises a desired capacity that is below.
    min_size: Option<u32>,
    /// The most instances that it may have. AWS lowers a desired capacity that is above.
    max_size: Option<u32>,
    /// Wait until as many instances are in service and healthy as are desired.
    #[serde(default)]
    wait: bool,
    /// Give up waiting after this time.
    #[serde(default = "Schedule::usual_timeout")]
    timeout: Duration,
    /// The longest pause between two looks; the first ones are shorter.
    #[serde(default = "Schedule::usual_poll_every")]
    poll_every: Duration,
}

struct AsgUpdate;

// Nothing to cancel: the group goes on to its new sizes, and whether the old ones are wanted again is not ours to say.
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

/// Auto Scaling has no code of its own for a group that it does not know, and refuses a change during another one.
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
