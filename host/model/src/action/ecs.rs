//! Amazon ECS.

use super::{ActionRow, Repeat, Resource, Service};

const ECS: Service = Service { interface: "ecs", name: "ECS" };

const TASKS: Resource = Resource::Arn("ecs:*:*:task/*");

pub(super) static ROWS: [ActionRow; 3] = [
    // The one resource that AWS checks here is a container instance, and tasks of Fargate have none.
    ECS.look("list-tasks", &["ListTasks"], "ecs:ListTasks"),
    ECS.call("describe-tasks", &["DescribeTasks"], "ecs:DescribeTasks", Repeat::Read, TASKS),
    ECS.call("stop-task", &["StopTask"], "ecs:StopTask", Repeat::Idempotent, TASKS),
];
