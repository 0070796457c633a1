//! Runs a Systems Manager document, such as a shell script, on managed nodes and waits for it.

mod command;
mod config;
mod node;
mod outputs;

use serde::{Deserialize, Serialize};
use stepwell_plugin::ssm::{self, Command};
use stepwell_plugin::{
    CallErrorKind, Failure, Invocation, Outcome, Progress, Schedule, Wait, WaitingStep, info, log, seen, warn,
};

use command::{cancel, command, invocations};
use config::Config;
use node::Node;
use outputs::{NodeOutputs, Outputs};

#[derive(Serialize, Deserialize)]
struct Running {
    command_id: String,
    schedule: Schedule,
    /// Nodes whose output was printed.
    printed: Vec<String>,
}

/// So many nodes print when they are done, and fit into a checkpoint; with more of them, the others print at the end.
const PRINTED_EARLY: usize = 1_000;

struct SsmRunCommand;

impl WaitingStep for SsmRunCommand {
    type Config = Config;
    type Outputs = Outputs;
    type Checkpoint = Running;

    fn start(invocation: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        let Command { command_id, status, .. } = ssm::send_command(&config.request(invocation)?)?.command;
        info!("command {command_id} is sent");
        if !config.wait {
            return Ok(Outcome::Done(Outputs { command_id, status, instances: Vec::new() }));
        }
        let schedule = Schedule::new(config.timeout, config.poll_every);
        Running { command_id, schedule, printed: Vec::new() }.wait("Pending", None)
    }

    fn resume(_: &Invocation, config: Config, running: Running) -> Result<Outcome<Self>, Failure> {
        look(running, config.output_limit)
    }

    fn cancel(_: &Invocation, _: Config, running: Running) -> Result<(), Failure> {
        let Err(error) = cancel(&running.command_id) else { return Ok(()) };
        // A command that AWS does not know runs nowhere.
        if error.kind == CallErrorKind::NotFound { Ok(()) } else { Err(error.into()) }
    }
}

fn look(mut running: Running, output_limit: usize) -> Result<Outcome<SsmRunCommand>, Failure> {
    let Some(command) = seen(command(&running.command_id))?.flatten() else {
        return running.wait("not seen", None);
    };
    let invocations = seen(invocations(&running.command_id))?.unwrap_or_default();
    let done = invocations.iter().filter(|invocation| node::is_over(&invocation.status)).count();
    let total = u64::from(command.target_count).max(invocations.len() as u64);
    // The command can be over before its list of nodes says so.
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
        return finish(running.command_id, &command, nodes, output_limit);
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
                Ok(()) => "and is told to stop".to_owned(),
                Err(error) => format!("and goes on: {}", Failure::from(error).message),
            };
            let message = format!("command {id} is not over after {timeout}, but `{state}`, {cancelled}");
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
    output_limit: usize,
) -> Result<Outcome<SsmRunCommand>, Failure> {
    nodes.sort_by(|a, b| a.instance_id.cmp(&b.instance_id));
    log::table(&["#", "node", "state", "exit code"], (1..).zip(&nodes).map(|(number, node)| node.row(number)));
    if let Some(failure) = node::failure(&command_id, command, &nodes) {
        return Err(failure);
    }
    if nodes.is_empty() {
        warn!("no node matched `targets`: command {command_id} ran nowhere");
    }
    let count = nodes.len();
    let instances = nodes.into_iter().map(|node| NodeOutputs::new(node, output_limit, count)).collect();
    Ok(Outcome::Done(Outputs { command_id, status: command.status.clone(), instances }))
}

stepwell_plugin::export!(SsmRunCommand);
