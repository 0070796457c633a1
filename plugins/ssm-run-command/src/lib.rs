//! Runs a Systems Manager document, such as a shell script, on managed nodes and waits for it.

mod config;
mod node;

use config::Config;
use node::{Node, NodeOutputs};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::ssm::{
    self, CancelCommandRequest, Command, CommandInvocation, ListCommandInvocationsRequest, ListCommandsRequest,
};
use stepwell_plugin::{
    CallError, CallErrorKind, Failure, Invocation, Outcome, Progress, Schedule, Wait, WaitingStep, info, log, pages,
    seen, warn,
};

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// The id of the command.
    command_id: String,
    /// `Success`; without `wait` the status in AWS's response, such as `Pending`; with `allow_empty` and without a node
    /// AWS's status of a command that ran nowhere.
    status: String,
    /// The result on each node; empty without `wait`.
    instances: Vec<NodeOutputs>,
}

#[derive(Serialize, Deserialize)]
struct Running {
    command_id: String,
    schedule: Schedule,
    /// The nodes whose output was printed.
    printed: Vec<String>,
}

/// The maximum number of nodes whose output is printed as soon as they are done; their ids fit into a checkpoint. The
/// output of further nodes is printed at the end.
const PRINTED_EARLY: usize = 1_000;

struct SsmRunCommand;

impl WaitingStep for SsmRunCommand {
    type Config = Config;
    type Outputs = Outputs;
    type Checkpoint = Running;

    const FAILURES: &'static [(&'static str, &'static str)] =
        &[("NonZeroResultCode", "The command ended with another exit code than 0 on a node.")];

    fn start(invocation: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        let sent = ssm::send_command(&config.request(invocation)?).map_err(not_sent)?;
        let Command { command_id, status, .. } = sent.command;
        info!("command {command_id} is sent");
        if !config.wait {
            return Ok(Outcome::Done(Outputs { command_id, status, instances: Vec::new() }));
        }
        let schedule = Schedule::new(config.timeout, config.poll_every);
        Running { command_id, schedule, printed: Vec::new() }.wait("Pending", None)
    }

    fn resume(_: &Invocation, config: Config, running: Running) -> Result<Outcome<Self>, Failure> {
        look(running, &config)
    }

    fn cancel(_: &Invocation, _: Config, running: Running) -> Result<(), Failure> {
        let Err(error) = cancel(&running.command_id) else { return Ok(()) };
        // An unknown command runs nowhere.
        if error.kind == CallErrorKind::NotFound { Ok(()) } else { Err(error.into()) }
    }
}

/// The failure of a command that AWS did not accept. One node that is not managed, or not online, has AWS refuse it for
/// all nodes.
fn not_sent(error: CallError) -> Failure {
    let is_of_node = error.code.as_deref() == Some("InvalidInstanceId");
    let failure = Failure::from(error);
    if is_of_node { Failure::no_targets(format!("the command ran nowhere: {}", failure.message)) } else { failure }
}

fn look(mut running: Running, config: &Config) -> Result<Outcome<SsmRunCommand>, Failure> {
    let Some(command) = seen(command(&running.command_id))?.flatten() else {
        return running.wait("not found yet", None);
    };
    let invocations = seen(invocations(&running.command_id))?.unwrap_or_default();
    let done = invocations.iter().filter(|invocation| node::is_over(&invocation.status)).count();
    let total = u64::from(command.target_count).max(invocations.len() as u64);
    // The status of the command may be ahead of its list of nodes.
    let is_over = node::is_over(&command.status)
        && done == invocations.len()
        && invocations.len() >= command.completed_count as usize;
    let (mut nodes, mut is_read) = (Vec::new(), true);
    let share = node::Share::of(invocations.len());
    for invocation in invocations.into_iter().filter(|invocation| node::is_over(&invocation.status)) {
        let is_printed = running.printed.contains(&invocation.instance_id);
        if !is_over && (is_printed || running.printed.len() >= PRINTED_EARLY) {
            continue;
        }
        let Some(node) = Node::read(&running.command_id, invocation)? else {
            is_read = false;
            continue;
        };
        if !is_printed {
            node.print(share);
            running.printed.push(node.instance_id.clone());
        }
        nodes.push(node);
    }
    if is_over && is_read {
        return finish(running.command_id, &command, nodes, config);
    }
    let progress =
        Progress { done: done as u64, total: Some(total).filter(|total| *total > 0), unit: "nodes".to_owned() };
    running.wait(&command.status, Some(progress))
}

impl Running {
    fn wait(mut self, state: &str, progress: Option<Progress>) -> Result<Outcome<SsmRunCommand>, Failure> {
        let Some(after) = self.schedule.pause() else {
            let (id, timeout) = (&self.command_id, self.schedule.timeout());
            let cancelled = match cancel(id) {
                Ok(()) => "was cancelled".to_owned(),
                Err(error) => format!("could not be cancelled: {}", Failure::from(error).message),
            };
            let message = format!("command {id} is `{state}` after {timeout} and {cancelled}");
            return Err(Failure::wait_timeout(message).not_retryable());
        };
        let message = format!("{}: {state}", self.command_id);
        Ok(Outcome::Wait(Wait { after, checkpoint: self, message, progress }))
    }
}

fn finish(
    command_id: String,
    command: &Command,
    mut nodes: Vec<Node>,
    &Config { allow_empty, output_limit, .. }: &Config,
) -> Result<Outcome<SsmRunCommand>, Failure> {
    nodes.sort_by(|a, b| a.instance_id.cmp(&b.instance_id));
    log::table(&["#", "node", "state", "exit code"], (1..).zip(&nodes).map(|(number, node)| node.row(number)));
    if nodes.is_empty() && node::found_none(command) {
        let message = format!("no managed node matches: command {command_id} ran nowhere");
        if !allow_empty {
            return Err(Failure::no_targets(message));
        }
        warn!("{message}");
    } else if let Some(failure) = node::failure(&command_id, command, &nodes) {
        return Err(failure);
    }
    let count = nodes.len();
    let instances = nodes.into_iter().map(|node| NodeOutputs::new(node, output_limit, count)).collect();
    Ok(Outcome::Done(Outputs { command_id, status: command.status.clone(), instances }))
}

/// The command; `None` while a part of Systems Manager does not know it yet.
fn command(id: &str) -> Result<Option<Command>, CallError> {
    let request = ListCommandsRequest { command_id: Some(id.to_owned()), ..Default::default() };
    Ok(ssm::list_commands(&request)?.commands.into_iter().find(|command| command.command_id == id))
}

fn invocations(id: &str) -> Result<Vec<CommandInvocation>, CallError> {
    let command_id = Some(id.to_owned());
    let mut request =
        ListCommandInvocationsRequest { command_id, details: Some(true), max_results: Some(50), ..Default::default() };
    pages(|next_token| {
        request.next_token = next_token;
        ssm::list_command_invocations(&request).map(|page| (page.command_invocations, page.next_token))
    })
}

fn cancel(id: &str) -> Result<(), CallError> {
    ssm::cancel_command(&CancelCommandRequest { command_id: id.to_owned(), instance_ids: Vec::new() })
}

stepwell_plugin::export!(SsmRunCommand);
