//! Stops a task and, if asked, waits until it is stopped.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::ecs::{self, DescribeTasksRequest, StopTaskRequest, Task};
use stepwell_plugin::{
    CallError, CallErrorKind, Duration, Failure, Invocation, Outcome, Schedule, StateWait, WaitingStep, console, info,
};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The cluster of the task: its name or ARN.
    #[schemars(length(min = 1))]
    cluster: String,
    /// The task: its id or ARN. All its containers are stopped.
    #[schemars(length(min = 1))]
    task: String,
    /// The reason that ECS shows; by default `stepwell run` and the id of the run.
    #[schemars(length(min = 1, max = 255))]
    reason: Option<String>,
    /// Wait until the task is `STOPPED`.
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

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// The ARN of the task.
    task_arn: String,
    /// The last observed status: `STOPPED` when the step waited, otherwise the status in ECS's response.
    last_status: String,
    /// The status that ECS brings the task to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    desired_status: Option<String>,
    /// Why it was stopped, such as `UserInitiated`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    stop_code: Option<String>,
    /// The task in the console.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    console_url: Option<String>,
}

/// The checkpoint keeps the link to the console.
type Waiting = StateWait<Option<String>>;

struct EcsStopTask;

const AWAITED: &str = "STOPPED";

// Nothing to cancel: a task that was stopped cannot be started again.
impl WaitingStep for EcsStopTask {
    type Config = Config;
    type Outputs = Outputs;
    type Checkpoint = Waiting;

    fn start(invocation: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        let reason = config.reason.unwrap_or_else(|| format!("stepwell run {}", invocation.run_id));
        let request =
            StopTaskRequest { cluster: Some(config.cluster.clone()), task: config.task, reason: Some(reason) };
        let task = ecs::stop_task(&request).map_err(failure)?.task;
        info!("{}: {}", task.task_arn, task.last_status);
        let console_url = console::link("task", &console_path(&config.cluster, &task.task_arn));
        if !config.wait || task.last_status == AWAITED {
            return Ok(Outcome::Done(Outputs::of(task, console_url)));
        }
        let schedule = (config.timeout, config.poll_every);
        look(config.cluster, Waiting::new(task.task_arn, task.last_status, schedule, console_url))
    }

    fn resume(_: &Invocation, config: Config, waiting: Waiting) -> Result<Outcome<Self>, Failure> {
        look(config.cluster, waiting)
    }
}

fn look(cluster: String, mut waiting: Waiting) -> Result<Outcome<EcsStopTask>, Failure> {
    let looked = task(cluster, waiting.resource());
    if let Some(task) = waiting.found(looked)? {
        waiting.see(&task.last_status);
        if task.last_status == AWAITED {
            return Ok(Outcome::Done(Outputs::of(task, waiting.details)));
        }
    }
    waiting.wait(AWAITED)
}

fn task(cluster: String, arn: &str) -> Result<Task, CallError> {
    let answer = ecs::describe_tasks(&DescribeTasksRequest { cluster: Some(cluster), tasks: vec![arn.to_owned()] })?;
    answer.tasks.into_iter().next().ok_or_else(|| {
        let reason = answer.failures.into_iter().next().and_then(|failure| failure.reason);
        CallError {
            kind: CallErrorKind::NotFound,
            action: "ecs:DescribeTasks".to_owned(),
            code: reason,
            message: format!("AWS's response does not mention {arn}"),
            request_id: None,
        }
    })
}

/// Makes the error of an unknown task `NotFound`. ECS reports it with a general error code.
fn failure(error: CallError) -> Failure {
    let is_of_parameter = error.code.as_deref() == Some("InvalidParameterException");
    let kind = match error.kind {
        CallErrorKind::Rejected if is_of_parameter && error.message.contains("not found") => CallErrorKind::NotFound,
        kind => kind,
    };
    CallError { kind, ..error }.into()
}

impl Outputs {
    fn of(task: Task, console_url: Option<String>) -> Self {
        let Task { task_arn, last_status, desired_status, stop_code, .. } = task;
        Self { task_arn, last_status, desired_status, stop_code, console_url }
    }
}

/// The console's page of a task, from the name or ARN of its cluster.
fn console_path(cluster: &str, task_arn: &str) -> String {
    let last = |arn: &str| arn.rsplit('/').next().unwrap_or_default().to_owned();
    format!("ecs/v2/clusters/{}/tasks/{}?region={{region}}", last(cluster), last(task_arn))
}

stepwell_plugin::export!(EcsStopTask);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_that_ecs_does_not_know_is_not_found_and_another_wrong_parameter_is_not() {
        let code = |code: &str, message: &str| {
            let (code, message) = (Some(code.to_owned()), message.to_owned());
            let (kind, action) = (CallErrorKind::Rejected, "ecs:StopTask".to_owned());
            failure(CallError { kind, action, code, message, request_id: None }).code
        };
        assert_eq!(code("InvalidParameterException", "The referenced task was not found."), "NotFound");
        assert_eq!(code("InvalidParameterException", "taskId longer than 36."), "AwsError");
        assert_eq!(code("ClientException", "not found"), "AwsError");
    }

    #[test]
    fn a_task_without_a_stop_code_has_none_in_the_outputs() {
        let task = Task { task_arn: "arn:1".to_owned(), last_status: "RUNNING".to_owned(), ..Default::default() };
        let told = serde_json::to_value(Outputs::of(task, None)).unwrap();
        assert_eq!(told, serde_json::json!({ "task_arn": "arn:1", "last_status": "RUNNING" }));
    }

    #[test]
    fn the_link_leads_to_the_task() {
        let arn = |rest: &str| format!("arn:aws:ecs:eu-west-1:123456789012:{rest}");
        for cluster in ["web".to_owned(), arn("cluster/web")] {
            for task in ["task/web/0abc", "task/0abc"] {
                let path = console_path(&cluster, &arn(task));
                assert_eq!(path, "ecs/v2/clusters/web/tasks/0abc?region={region}");
            }
        }
    }
}
