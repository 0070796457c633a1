//! Amazon ECS: requests and answers of `wit/deps/ecs.wit`.

use aws_config::SdkConfig;
use aws_sdk_ecs::{Client, config, types as aws};
use serde_json::json;
use stepwell_model::action;

use crate::AwsCalls;
use crate::aws::{Clients, PerRegion, Service};
use crate::convert::{each, milliseconds, number, some, text};
use crate::error::HostError;
use crate::gate::Gate;
use crate::wit::ecs;

impl Service for Client {
    type Rows = action::ecs::Service;

    fn gated(config: &SdkConfig, gate: Gate) -> Self {
        Self::from_conf(config::Builder::from(config).interceptor(gate).build())
    }

    fn kept(clients: &Clients) -> &PerRegion<Self> {
        &clients.ecs
    }
}

impl ecs::Host for AwsCalls<'_> {
    async fn list_tasks(&mut self, request: ecs::ListTasksRequest) -> Result<ecs::ListTasksResponse, HostError> {
        let names = json!({ "Cluster": request.cluster });
        let send = |ecs: Client, pass| {
            let call = ecs.list_tasks().set_cluster(request.cluster).set_service_name(request.service_name);
            let call = call.set_family(request.family).set_next_token(request.next_token);
            let call = call.set_desired_status(request.desired_status.as_deref().map(Into::into));
            call.set_max_results(number(request.max_results)).customize().interceptor(pass).send()
        };
        self.call(action::ecs::LIST_TASKS, names, send, |answer| {
            let next_token = text(answer.next_token());
            Ok(ecs::ListTasksResponse { task_arns: answer.task_arns().to_vec(), next_token })
        })
        .await
    }

    async fn describe_tasks(
        &mut self,
        request: ecs::DescribeTasksRequest,
    ) -> Result<ecs::DescribeTasksResponse, HostError> {
        let names = json!({ "Cluster": request.cluster, "Tasks": request.tasks });
        let send = |ecs: Client, pass| {
            let call = ecs.describe_tasks().set_cluster(request.cluster).set_tasks(some(request.tasks));
            call.customize().interceptor(pass).send()
        };
        self.call(action::ecs::DESCRIBE_TASKS, names, send, |answer| {
            let failures = answer.failures().iter().map(failure).collect();
            Ok(ecs::DescribeTasksResponse { tasks: each(answer.tasks(), task)?, failures })
        })
        .await
    }

    async fn stop_task(&mut self, request: ecs::StopTaskRequest) -> Result<ecs::StopTaskResponse, HostError> {
        let names = json!({ "Cluster": request.cluster, "Task": request.task, "Reason": request.reason });
        let send = |ecs: Client, pass| {
            let call = ecs.stop_task().set_cluster(request.cluster).task(request.task);
            call.set_reason(request.reason).customize().interceptor(pass).send()
        };
        self.call(action::ecs::STOP_TASK, names, send, |answer| {
            let stopped = answer.task().ok_or_else(|| HostError::without("a task"))?;
            Ok(ecs::StopTaskResponse { task: task(stopped)? })
        })
        .await
    }
}

fn failure(failure: &aws::Failure) -> ecs::Failure {
    ecs::Failure { arn: text(failure.arn()), reason: text(failure.reason()), detail: text(failure.detail()) }
}

fn task(task: &aws::Task) -> Result<ecs::Task, HostError> {
    Ok(ecs::Task {
        task_arn: task.task_arn().ok_or_else(|| HostError::without("a task's ARN"))?.to_owned(),
        cluster_arn: text(task.cluster_arn()),
        task_definition_arn: text(task.task_definition_arn()),
        group: text(task.group()),
        last_status: task.last_status().ok_or_else(|| HostError::without("a task's status"))?.to_owned(),
        desired_status: text(task.desired_status()),
        stop_code: text(task.stop_code().map(aws::TaskStopCode::as_str)),
        stopped_reason: text(task.stopped_reason()),
        created_at: task.created_at().and_then(milliseconds),
        started_at: task.started_at().and_then(milliseconds),
        stopping_at: task.stopping_at().and_then(milliseconds),
        stopped_at: task.stopped_at().and_then(milliseconds),
        containers: task.containers().iter().map(container).collect(),
    })
}

fn container(container: &aws::Container) -> ecs::Container {
    ecs::Container {
        name: text(container.name()),
        last_status: text(container.last_status()),
        exit_code: container.exit_code(),
        reason: text(container.reason()),
    }
}
