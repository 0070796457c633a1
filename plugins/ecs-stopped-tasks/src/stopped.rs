use std::time::{Duration, UNIX_EPOCH};

use schemars::JsonSchema;
use serde::Serialize;
use stepwell_plugin::ecs::{Container, Task};

#[derive(Clone, Serialize, JsonSchema)]
pub(crate) struct StoppedTask {
    /// The task.
    pub(crate) task_arn: String,
    /// Such as `service:web` or `family:report`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    group: Option<String>,
    /// Such as `EssentialContainerExited`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    stop_code: Option<String>,
    /// Why it stopped, in AWS's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub(crate) stopped_reason: Option<String>,
    /// When it stopped: `2026-01-02T03:04:05Z`. A task that is stopping has none yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    stopped_at: Option<String>,
    /// Its containers.
    containers: Vec<StoppedContainer>,
}

#[derive(Clone, Serialize, JsonSchema)]
pub(crate) struct StoppedContainer {
    /// Its name in the task definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    name: Option<String>,
    /// What it exited with, if it ever ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "i32")]
    exit_code: Option<i32>,
    /// Why it stopped, in AWS's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    reason: Option<String>,
}

impl StoppedTask {
    pub(crate) fn of(task: Task) -> Self {
        Self {
            task_arn: task.task_arn,
            group: task.group,
            stop_code: task.stop_code,
            stopped_reason: task.stopped_reason,
            stopped_at: task.stopped_at.map(rfc3339),
            containers: task.containers.into_iter().map(StoppedContainer::of).collect(),
        }
    }
}

impl StoppedContainer {
    fn of(container: Container) -> Self {
        let Container { name, exit_code, reason, .. } = container;
        Self { name, exit_code, reason }
    }
}

/// The last moment that has four digits for its year.
const LATEST_MS: u64 = 253_402_300_799_999;

pub(crate) fn rfc3339(milliseconds: u64) -> String {
    humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_millis(milliseconds.min(LATEST_MS))).to_string()
}
