//! Amazon ECS: the functions of `wit/deps/ecs.wit`.

use serde_json::json;
use stepwell_model::action::ecs::{DESCRIBE_TASKS, LIST_TASKS, STOP_TASK};

use crate::AwsCalls;
use crate::error::HostError;
use crate::wit::ecs;

impl ecs::Host for AwsCalls<'_> {
    async fn list_tasks(&mut self, request: ecs::ListTasksRequest) -> Result<ecs::ListTasksResponse, HostError> {
        let names = json!({ "Cluster": request.cluster });
        self.modelled(LIST_TASKS, names, request).await
    }

    async fn describe_tasks(
        &mut self,
        request: ecs::DescribeTasksRequest,
    ) -> Result<ecs::DescribeTasksResponse, HostError> {
        let names = json!({ "Cluster": request.cluster, "Tasks": request.tasks });
        self.modelled(DESCRIBE_TASKS, names, request).await
    }

    async fn stop_task(&mut self, request: ecs::StopTaskRequest) -> Result<ecs::StopTaskResponse, HostError> {
        let names = json!({ "Cluster": request.cluster, "Task": request.task, "Reason": request.reason });
        self.modelled(STOP_TASK, names, request).await
    }
}
