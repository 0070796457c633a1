//! What became of a command on one node.

use stepwell_plugin::ssm::{self, Command, CommandInvocation, CommandPlugin, GetCommandInvocationRequest};
use stepwell_plugin::{CallErrorKind, Failure, info, seen};

/// A node on which the command is over.
pub(crate) struct Node {
    pub(crate) instance_id: String,
    pub(crate) status: String,
    /// The exit code of the first part of the document that had another one than 0; none when nothing ran.
    pub(crate) response_code: Option<i32>,
    pub(crate) output: String,
    pub(crate) error: String,
}

/// What AWS says of a node that the command never ran on.
const NOT_RUN: i32 = -1;

/// Lines and bytes of one look, well below what the host allows in one call.
const LINES: usize = 6_000;
const BYTES: usize = 2 << 20;

/// Nodes that a failure names.
const NAMED: usize = 5;

pub(crate) fn is_over(status: &str) -> bool {
    !matches!(status, "Pending" | "InProgress" | "Delayed" | "Cancelling")
}

/// What each of so many nodes may print.
#[derive(Clone, Copy)]
pub(crate) struct Share {
    lines: usize,
    bytes: usize,
}

impl Share {
    pub(crate) fn of(nodes: usize) -> Self {
        let each = |all: usize| (all / nodes.max(1)).max(1);
        Self { lines: each(LINES), bytes: each(BYTES) }
    }
}

impl Node {
    /// Asks for all that was written: the list has only the beginning of it. None when AWS gives no answer now.
    pub(crate) fn read(command_id: &str, invocation: CommandInvocation) -> Result<Option<Self>, Failure> {
        let CommandInvocation { instance_id, status, status_details, command_plugins, .. } = invocation;
        // AWS wants the part's name only where there are several; and nothing says that there is one before one ran.
        let names: Vec<_> = match command_plugins.as_slice() {
            [] | [_] => vec![None],
            several => {
                several.iter().filter(|plugin| has_run(plugin)).map(|plugin| Some(plugin.name.clone())).collect()
            }
        };
        let mut node = Self {
            status: status_details.filter(|details| status != "Success" && !details.is_empty()).unwrap_or(status),
            response_code: exit_code(&command_plugins),
            instance_id,
            output: String::new(),
            error: String::new(),
        };
        for plugin_name in names {
            let (command_id, instance_id) = (command_id.to_owned(), node.instance_id.clone());
            let request = GetCommandInvocationRequest { command_id, instance_id, plugin_name };
            let answer = match ssm::get_command_invocation(&request) {
                Err(error) if error.kind == CallErrorKind::NotFound => continue,
                answer => seen(answer)?,
            };
            let Some(answer) = answer else { return Ok(None) };
            node.output += &answer.standard_output_content.unwrap_or_default();
            node.error += &answer.standard_error_content.unwrap_or_default();
            if command_plugins.is_empty() {
                node.response_code = Some(answer.response_code).filter(|code| *code != NOT_RUN);
            }
        }
        Ok(Some(node))
    }

    pub(crate) fn print(&self, Share { lines: most, bytes: mut room }: Share) {
        let id = &self.instance_id;
        let errors = self.error.lines().map(|line| format!("{id} (standard error): {line}"));
        let lines: Vec<_> = self.output.lines().map(|line| format!("{id}: {line}")).chain(errors).collect();
        let mut fits = |line: &&String| match room.checked_sub(line.len()) {
            Some(rest) => {
                room = rest;
                true
            }
            None => false,
        };
        let shown = lines.iter().take(most).take_while(|line| fits(line)).inspect(|line| info!("{line}")).count();
        if shown < lines.len() {
            info!("{id}: … and {} more lines", lines.len() - shown);
        }
    }

    pub(crate) fn row(&self, number: usize) -> [Option<String>; 4] {
        let code = self.response_code.map(|code| code.to_string());
        [Some(number.to_string()), Some(self.instance_id.clone()), Some(self.status.clone()), code]
    }

    fn is_success(&self) -> bool {
        self.status == "Success"
    }

    fn told(&self) -> String {
        match self.response_code {
            Some(code) if code != 0 => format!("{} ({}, exit code {code})", self.instance_id, self.status),
            _ => format!("{} ({})", self.instance_id, self.status),
        }
    }
}

fn has_run(plugin: &CommandPlugin) -> bool {
    plugin.response_code != NOT_RUN
}

fn exit_code(plugins: &[CommandPlugin]) -> Option<i32> {
    let mut codes = plugins.iter().filter(|plugin| has_run(plugin)).map(|plugin| plugin.response_code);
    let first = codes.next()?;
    Some(if first == 0 { codes.find(|code| *code != 0).unwrap_or(0) } else { first })
}

/// `NonZeroResultCode` when it ran somewhere and said that it had failed, `TerminalState` when it was stopped, was late or
/// never came to a node; none when it did what it should.
pub(crate) fn failure(id: &str, command: &Command, nodes: &[Node]) -> Option<Failure> {
    let failed: Vec<_> = nodes.iter().filter(|node| !node.is_success()).collect();
    let state = &command.status;
    // With `max_errors`, a command can succeed as a whole.
    if failed.is_empty() && state == "Success" {
        return None;
    }
    let has_code = |node: &&&Node| node.status == "Failed" && node.response_code.is_some_and(|code| code != 0);
    let code = if failed.iter().any(|node| has_code(&node)) { "NonZeroResultCode" } else { "TerminalState" };
    let named: Vec<_> = failed.iter().take(NAMED).map(|node| node.told()).collect();
    let message = match (named.is_empty(), failed.len().saturating_sub(NAMED)) {
        (true, _) => {
            let details = command.status_details.as_ref().filter(|details| *details != state);
            let details = details.map_or(String::new(), |details| format!(" ({details})"));
            format!("command {id} is `{state}`{details} and will not be `Success`")
        }
        (false, 0) => format!("command {id} did not succeed on {}", named.join(", ")),
        (false, more) => format!("command {id} did not succeed on {} and {more} more", named.join(", ")),
    };
    Some(Failure::new(code, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(id: &str, status: &str, response_code: Option<i32>) -> Node {
        let (instance_id, status) = (id.to_owned(), status.to_owned());
        Node { instance_id, status, response_code, output: String::new(), error: String::new() }
    }

    fn told(state: &str, details: &str, nodes: &[Node]) -> Option<(String, String)> {
        let (status, status_details) = (state.to_owned(), Some(details.to_owned()));
        let command = Command { status, status_details, ..Default::default() };
        failure("c-1", &command, nodes).map(|failure| (failure.code.into_owned(), failure.message))
    }

    #[test]
    fn an_exit_code_other_than_0_is_a_failure_that_names_the_node() {
        let nodes =
            [node("i-1", "Success", Some(0)), node("i-2", "Failed", Some(3)), node("i-3", "Undeliverable", None)];
        let (code, message) = told("Failed", "Failed", &nodes).unwrap();
        assert_eq!(code, "NonZeroResultCode");
        assert_eq!(message, "command c-1 did not succeed on i-2 (Failed, exit code 3), i-3 (Undeliverable)");
    }

    #[test]
    fn a_node_that_failed_is_a_failure_also_when_the_command_may_have_some() {
        assert_eq!(told("Success", "Success", &[node("i-1", "Failed", Some(1))]).unwrap().0, "NonZeroResultCode");
        assert_eq!(told("Success", "Success", &[node("i-1", "Success", Some(0))]), None);
    }

    #[test]
    fn what_never_came_to_its_end_is_a_terminal_state() {
        for status in ["Undeliverable", "DeliveryTimedOut", "ExecutionTimedOut", "Cancelled", "Terminated"] {
            assert_eq!(told("Failed", "Failed", &[node("i-1", status, None)]).unwrap().0, "TerminalState", "{status}");
        }
    }

    #[test]
    fn a_command_that_came_to_no_node_says_why() {
        let (code, message) = told("Failed", "NoInstancesInTag", &[]).unwrap();
        assert_eq!(code, "TerminalState");
        assert_eq!(message, "command c-1 is `Failed` (NoInstancesInTag) and will not be `Success`");
        assert_eq!(
            told("Cancelled", "Cancelled", &[]).unwrap().1,
            "command c-1 is `Cancelled` and will not be `Success`"
        );
    }

    #[test]
    fn many_failures_are_counted() {
        let nodes: Vec<_> = (0..12).map(|n| node(&format!("i-{n}"), "Failed", Some(1))).collect();
        assert!(told("Failed", "Failed", &nodes).unwrap().1.ends_with("i-4 (Failed, exit code 1) and 7 more"));
    }

    #[test]
    fn the_first_part_of_a_document_that_fails_gives_the_exit_code() {
        let plugin = |response_code| CommandPlugin { response_code, ..Default::default() };
        assert_eq!(exit_code(&[plugin(0), plugin(7), plugin(2)]), Some(7));
        assert_eq!(exit_code(&[plugin(-1), plugin(0)]), Some(0));
        assert_eq!(exit_code(&[plugin(-1)]), None);
        assert_eq!(exit_code(&[]), None);
    }

    #[test]
    fn a_state_that_nobody_knows_is_an_end() {
        assert!(["Success", "Failed", "Cancelled", "TimedOut", "Incomplete"].iter().all(|status| is_over(status)));
        assert!(!["Pending", "InProgress", "Delayed", "Cancelling"].iter().any(|status| is_over(status)));
    }
}
