//! Amazon ECS.

use super::{Action, ActionRow, Repeat, Resource};

const fn ecs(
    function: &'static str,
    operation: &'static [&'static str; 1],
    action: &'static str,
    repeat: Repeat,
    resource: Resource,
) -> ActionRow {
    let (interface, service, action) = ("ecs", "ECS", Action(action));
    ActionRow { interface, function, service, operations: operation, action, repeat, resource, also: &[] }
}

const TASKS: Resource = Resource::Arn("ecs:*:*:task/*");

pub(super) static ROWS: [ActionRow; 3] = [
    // The one resource that AWS checks here is a container instance, and tasks of Fargate have none.
    ecs("list-tasks", &["ListTasks"], "ecs:ListTasks", Repeat::Read, Resource::Any),
    ecs("describe-tasks", &["DescribeTasks"], "ecs:DescribeTasks", Repeat::Read, TASKS),
    ecs("stop-task", &["StopTask"], "ecs:StopTask", Repeat::Idempotent, TASKS),
];
