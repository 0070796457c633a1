//! Takes a snapshot of an EBS volume and, if asked, waits until it is complete.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::ec2::{self, CreateSnapshotRequest, Snapshot};
use stepwell_plugin::{
    Duration, Failure, Invocation, Outcome, Progress, Schedule, StateWait, Wait, WaitingStep, console, info, warn,
};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-stepwell-rules" = [{
    "schema": { "not": { "required": ["snapshot_name", "tags"], "properties": { "tags": { "required": ["Name"] } } } },
    "property": "snapshot_name",
    "message": "is the tag `Name`, which `tags` has as well",
    "next": "leave one of them out",
}]))]
struct Config {
    /// The volume.
    #[schemars(regex(pattern = "^vol-[0-9a-f]{8,17}$"))]
    volume_id: String,
    /// The name of the snapshot: its tag `Name`.
    #[schemars(length(min = 1, max = 256))]
    snapshot_name: String,
    /// A description of the snapshot.
    #[schemars(length(max = 255))]
    description: Option<String>,
    /// More tags of the snapshot.
    #[serde(default)]
    tags: BTreeMap<String, String>,
    /// Wait until the snapshot is `completed`. With or without waiting, it holds the volume as of the beginning of the
    /// step.
    #[serde(default)]
    wait: bool,
    /// Give up waiting after this time. The first snapshot of a large volume takes hours.
    #[serde(default = "Schedule::usual_timeout")]
    #[schemars(extend("x-stepwell-within-timeout" = true))]
    timeout: Duration,
    /// The longest pause between two polls. The first pauses are shorter.
    #[serde(default = "Schedule::usual_poll_every")]
    poll_every: Duration,
}

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// The id of the snapshot.
    snapshot_id: String,
    /// The last observed state: `completed` when the step waited, otherwise usually `pending`.
    state: String,
    /// The size of the volume in GiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    volume_size: Option<u32>,
    /// The snapshot in the console, when the step waited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    console_url: Option<String>,
}

impl Outputs {
    fn of(snapshot: Snapshot, console_url: Option<String>) -> Self {
        let Snapshot { snapshot_id, state, volume_size, .. } = snapshot;
        Self { snapshot_id, state, volume_size, console_url }
    }
}

/// The checkpoint keeps the link to the console.
type Waiting = StateWait<Option<String>>;

struct EbsCreateSnapshot;

impl WaitingStep for EbsCreateSnapshot {
    type Config = Config;
    type Outputs = Outputs;
    type Checkpoint = Waiting;

    fn start(_: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        let Config { volume_id, snapshot_name, description, tags, .. } = config;
        let tag_specifications = ec2::named("snapshot", ("snapshot_name", Some(snapshot_name)), tags)?;
        let snapshot = ec2::create_snapshot(&CreateSnapshotRequest { volume_id, description, tag_specifications })?;
        info!("{}: {}", snapshot.snapshot_id, snapshot.state);
        if !config.wait {
            return Ok(Outcome::Done(Outputs::of(snapshot, None)));
        }
        let url = console::link("snapshot in the EC2 console", &console_path(&snapshot.snapshot_id));
        look(Waiting::new(snapshot.snapshot_id, snapshot.state, (config.timeout, config.poll_every), url))
    }

    fn resume(_: &Invocation, _: Config, waiting: Waiting) -> Result<Outcome<Self>, Failure> {
        look(waiting)
    }

    /// Keeps the snapshot: a step that makes backups needs no permission to delete one.
    fn cancel(_: &Invocation, _: Config, waiting: Waiting) -> Result<(), Failure> {
        warn!("{}: AWS still completes it; delete it if it is not needed", waiting.resource());
        Ok(())
    }
}

fn look(mut waiting: Waiting) -> Result<Outcome<EbsCreateSnapshot>, Failure> {
    let looked = ec2::snapshot(waiting.resource());
    let found = waiting.found(looked)?;
    let copied = found.as_ref().and_then(|snapshot| percent(snapshot.progress.as_deref()?));
    if let Some(snapshot) = found {
        match waiting.see(&snapshot.state) {
            "completed" => return Ok(Outcome::Done(Outputs::of(snapshot, waiting.details))),
            "error" => return Err(waiting.never("completed", snapshot.state_message.as_deref())),
            _ => {}
        }
    }
    let progress = copied.map(|done| Progress { done, total: Some(100), unit: "percent".to_owned() });
    Ok(match waiting.wait("completed").map_err(Failure::not_retryable)? {
        Outcome::Wait(wait) => Outcome::Wait(Wait { progress, ..wait }),
        done @ Outcome::Done(_) => done,
    })
}

fn console_path(snapshot_id: &str) -> String {
    format!("ec2/home?region={{region}}#SnapshotDetails:snapshotId={snapshot_id}")
}

/// The number in AWS's `45%`.
fn percent(progress: &str) -> Option<u64> {
    progress.strip_suffix('%')?.trim().parse().ok()
}

stepwell_plugin::export!(EbsCreateSnapshot);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_leads_to_the_snapshot() {
        let url = console::url("eu-west-1", &console_path("snap-0abc1234"));
        let path = "ec2/home?region=eu-west-1#SnapshotDetails:snapshotId=snap-0abc1234";
        assert_eq!(url, format!("https://eu-west-1.console.aws.amazon.com/{path}"));
    }

    #[test]
    fn progress_is_a_percentage_or_unknown() {
        assert_eq!(percent("45%"), Some(45));
        assert_eq!(percent("100%"), Some(100));
        assert_eq!(percent(""), None);
        assert_eq!(percent("soon"), None);
    }
}
