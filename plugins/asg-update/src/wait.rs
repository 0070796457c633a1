//! Until the group has become as it is to be.

use serde::{Deserialize, Serialize};
use stepwell_plugin::{Duration, Failure, Outcome, Progress, Schedule, Wait, info, seen};

use crate::sizes::{Outputs, Sizes, ready};
use crate::{AsgUpdate, Config, group};

/// A step that waits keeps the sizes of before ahead of the change, so that they are right after a crash as well.
#[derive(Serialize, Deserialize)]
pub(crate) struct Waiting {
    pub(crate) previous: Sizes,
    pub(crate) console_url: Option<String>,
    /// None until the change is made.
    pub(crate) schedule: Option<Schedule>,
}

/// `DescribeAutoScalingGroups` may go on for some seconds to show the sizes of before, with as many instances. Later,
/// sizes that were not asked for are somebody else's.
const CONSISTENT_AFTER: Duration = Duration::seconds(15);

impl Waiting {
    pub(crate) fn look(self, config: &Config) -> Result<Outcome<AsgUpdate>, Failure> {
        let Self { previous, console_url, schedule } = self;
        let mut schedule = schedule.unwrap_or_else(|| Schedule::new(config.timeout, config.poll_every));
        let name = &config.auto_scaling_group_name;
        let (mut message, mut progress) = (format!("{name}: not seen"), None);
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
