//! Moves the messages of a dead-letter queue back to where they came from, and waits for the end: a durable wait of a
//! plugin for a service that has no typed interface.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use stepwell_plugin::{CallError, Duration, Failure, Invocation, Outcome, Progress, Wait, WaitingStep, info};

stepwell_plugin::operation! {
    /// `StartMessageMoveTask` of Amazon SQS.
    fn start_move = "stepwell:aws/sqs@0.1.0", "start-message-move-task";
    /// `ListMessageMoveTasks` of Amazon SQS.
    fn list_moves = "stepwell:aws/sqs@0.1.0", "list-message-move-tasks";
    /// `CancelMessageMoveTask` of Amazon SQS.
    fn cancel_move = "stepwell:aws/sqs@0.1.0", "cancel-message-move-task";
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// ARN of the dead-letter queue.
    source_arn: String,
    /// ARN of the queue that gets the messages; without it, each goes to the queue that it came from.
    destination_arn: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// Messages that were moved.
    moved: u64,
}

/// The task that was started.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Task {
    task_handle: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    #[serde(default)]
    results: Vec<Move>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Move {
    status: String,
    #[serde(default)]
    approximate_number_of_messages_moved: u64,
    approximate_number_of_messages_to_move: Option<u64>,
    failure_reason: Option<String>,
}

/// The time between two looks.
const LOOK: Duration = Duration::seconds(2);

struct QueueRedrive;

impl WaitingStep for QueueRedrive {
    type Config = Config;
    type Outputs = Outputs;
    type Checkpoint = Task;

    fn start(_: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        let request = json!({ "SourceArn": config.source_arn, "DestinationArn": config.destination_arn });
        let task: Task = start_move(&request)?;
        info!("started to move the messages of {}", config.source_arn);
        look(&config, task)
    }

    fn resume(_: &Invocation, config: Config, task: Task) -> Result<Outcome<Self>, Failure> {
        look(&config, task)
    }

    fn cancel(_: &Invocation, _: Config, task: Task) -> Result<(), Failure> {
        let _: serde_json::Value = cancel_move(&json!({ "TaskHandle": task.task_handle }))?;
        Ok(())
    }
}

fn look(config: &Config, task: Task) -> Result<Outcome<QueueRedrive>, Failure> {
    let listed: Result<Listed, CallError> = list_moves(&json!({ "SourceArn": config.source_arn, "MaxResults": 1 }));
    let Some(newest) = listed?.results.into_iter().next() else {
        return Err(Failure::not_found(format!("{} has no task that moves messages", config.source_arn)));
    };
    let moved = newest.approximate_number_of_messages_moved;
    match newest.status.as_str() {
        "COMPLETED" => Ok(Outcome::Done(Outputs { moved })),
        "RUNNING" | "CANCELLING" => {
            let total = newest.approximate_number_of_messages_to_move;
            let progress = Some(Progress { done: moved, total, unit: "messages".to_owned() });
            let message = format!("{moved} messages moved");
            Ok(Outcome::Wait(Wait { after: LOOK, checkpoint: task, message, progress }))
        }
        other => {
            let reason = newest.failure_reason.unwrap_or_default();
            Err(Failure::new("MoveFailed", format!("the task is {other}: {reason}")))
        }
    }
}

stepwell_plugin::export!(QueueRedrive);
