//! Lists the stopped tasks of a cluster and why they stopped.

use std::cmp::Reverse;
use std::time::{Duration, UNIX_EPOCH};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::ecs::{self, Container, DescribeTasksRequest, ListTasksRequest, Task};
use stepwell_plugin::{CallError, Failure, Invocation, Step, clock, console, info, log, pages, rows, warn};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The cluster: its name or ARN.
    #[schemars(length(min = 1))]
    cluster_name: String,
    /// List only tasks of this service.
    #[schemars(length(min = 1))]
    service_name: Option<String>,
    /// List only tasks of this family of task definitions.
    #[schemars(length(min = 1))]
    family: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// The number of stopped tasks. ECS keeps them for about an hour.
    stopped_task_count: u64,
    /// The tasks, the most recently stopped first. Tasks beyond 960 KiB are left out.
    stopped_tasks: Vec<StoppedTask>,
}

#[derive(Clone, Serialize, JsonSchema)]
struct StoppedTask {
    /// The ARN of the task.
    task_arn: String,
    /// The service or family, such as `service:web` or `family:report`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    group: Option<String>,
    /// Why it stopped, as a code such as `EssentialContainerExited`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    stop_code: Option<String>,
    /// Why it stopped, as a sentence from AWS.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    stopped_reason: Option<String>,
    /// When it stopped, such as `2026-01-02T03:04:05Z`. Absent while the task is stopping.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    stopped_at: Option<String>,
    /// Its containers.
    containers: Vec<StoppedContainer>,
}

#[derive(Clone, Serialize, JsonSchema)]
struct StoppedContainer {
    /// Its name in the task definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    name: Option<String>,
    /// Its exit code, if it ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "i32")]
    exit_code: Option<i32>,
    /// Why it stopped, as a sentence from AWS.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    reason: Option<String>,
}

struct EcsStoppedTasks;

impl Step for EcsStoppedTasks {
    type Config = Config;
    type Outputs = Outputs;

    fn run(_: &Invocation, config: Config) -> Result<Outputs, Failure> {
        let started_ms = clock::now();
        info!("{} looking for stopped tasks in cluster {}", rfc3339(started_ms), config.cluster_name);
        let mut tasks = described(&config.cluster_name, &listed(&config)?)?;
        tasks.sort_by_key(|task| Reverse(task.stopped_at.unwrap_or(u64::MAX)));
        let ended_ms = clock::now();
        let seconds = seconds(ended_ms.saturating_sub(started_ms));
        info!("{} looked for {seconds} s", rfc3339(ended_ms));
        match tasks.len() {
            0 => info!("no stopped tasks in cluster {}", config.cluster_name),
            count => info!("stopped tasks in cluster {}: {count}", config.cluster_name),
        }
        let outputs = outputs(tasks);
        console::link("cluster", &console_path(&config.cluster_name));
        Ok(outputs)
    }
}

fn listed(config: &Config) -> Result<Vec<String>, CallError> {
    let mut request = ListTasksRequest {
        cluster: Some(config.cluster_name.clone()),
        service_name: config.service_name.clone(),
        family: config.family.clone(),
        desired_status: Some("STOPPED".to_owned()),
        ..Default::default()
    };
    pages(|next_token| {
        request.next_token = next_token;
        ecs::list_tasks(&request).map(|page| (page.task_arns, page.next_token))
    })
}

/// The maximum number of tasks in a call of `DescribeTasks`.
const AT_ONCE: usize = 100;

fn described(cluster: &str, arns: &[String]) -> Result<Vec<Task>, CallError> {
    let mut tasks = Vec::new();
    for arns in arns.chunks(AT_ONCE) {
        let request = DescribeTasksRequest { cluster: Some(cluster.to_owned()), tasks: arns.to_vec() };
        let answer = ecs::describe_tasks(&request)?;
        for failure in answer.failures {
            let parts = [failure.arn, failure.reason, failure.detail].into_iter().flatten().collect::<Vec<_>>();
            warn!("ECS did not describe a task: {}", parts.join(": "));
        }
        tasks.extend(answer.tasks);
    }
    Ok(tasks)
}

fn outputs(tasks: Vec<Task>) -> Outputs {
    let mut stopped_tasks: Vec<StoppedTask> = tasks.into_iter().map(StoppedTask::of).collect();
    let all = stopped_tasks.len();
    if rows::cut(&mut stopped_tasks) {
        warn!(
            "only the {} most recently stopped tasks are listed: more do not fit into the outputs",
            stopped_tasks.len()
        );
    }
    if !stopped_tasks.is_empty() {
        let row = |(number, task): (usize, &StoppedTask)| {
            [Some(number.to_string()), Some(task.task_arn.clone()), task.stopped_reason.clone()]
        };
        log::table(&["#", "stopped task ARN", "stopped reason"], (1..).zip(&stopped_tasks).map(row));
    }
    Outputs { stopped_task_count: all as u64, stopped_tasks }
}

impl StoppedTask {
    fn of(task: Task) -> Self {
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

/// The end of the year 9999, the last one that can be written.
const LATEST_MS: u64 = 253_402_300_799_999;

fn rfc3339(milliseconds: u64) -> String {
    humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_millis(milliseconds.min(LATEST_MS))).to_string()
}

/// The console's page of a cluster, from its name or ARN.
fn console_path(cluster: &str) -> String {
    let name = cluster.rsplit('/').next().unwrap_or(cluster);
    format!("ecs/v2/clusters/{name}?region={{region}}")
}

/// Seconds with one decimal.
fn seconds(milliseconds: u64) -> String {
    format!("{}.{}", milliseconds / 1_000, milliseconds % 1_000 / 100)
}

stepwell_plugin::export!(EcsStoppedTasks);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_missing_value_is_left_out_and_an_exit_code_of_zero_is_not() {
        let container =
            |name: &str, exit_code| Container { name: Some(name.to_owned()), exit_code, ..Default::default() };
        let containers = vec![container("web", Some(0)), container("proxy", None)];
        let task = Task { task_arn: "arn:1".to_owned(), containers, ..Default::default() };
        let told = serde_json::to_value(outputs(vec![task])).unwrap();
        let containers = json!([{ "name": "web", "exit_code": 0 }, { "name": "proxy" }]);
        let task = json!({ "task_arn": "arn:1", "containers": containers });
        assert_eq!(told, json!({ "stopped_task_count": 1, "stopped_tasks": [task] }));
    }

    #[test]
    fn tasks_that_do_not_fit_are_counted_and_the_first_ones_kept() {
        let task = |n: u32| Task {
            task_arn: format!("arn:{n}"),
            stopped_reason: Some("x".repeat(100_000)),
            ..Default::default()
        };
        let outputs = outputs((0..20).map(task).collect());
        assert_eq!(outputs.stopped_task_count, 20);
        assert!(outputs.stopped_tasks.len() < 20);
        assert_eq!(outputs.stopped_tasks[0].task_arn, "arn:0");
        assert!(serde_json::to_vec(&outputs).unwrap().len() < 1 << 20);
    }

    #[test]
    fn the_link_leads_to_the_cluster() {
        for cluster in ["web", "arn:aws:ecs:eu-west-1:123456789012:cluster/web"] {
            assert_eq!(console_path(cluster), "ecs/v2/clusters/web?region={region}");
        }
    }

    #[test]
    fn times_are_written_for_people() {
        assert_eq!(rfc3339(1_767_323_045_999), "2026-01-02T03:04:05Z");
        assert_eq!(rfc3339(u64::MAX), "9999-12-31T23:59:59Z");
        assert_eq!((seconds(0), seconds(1_250), seconds(60_999)), ("0.0".into(), "1.2".into(), "60.9".into()));
    }
}
