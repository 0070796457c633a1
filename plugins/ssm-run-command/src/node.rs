//! The result of a command on one node, and of all nodes together.

use schemars::JsonSchema;
use serde::Serialize;
use stepwell_plugin::ssm::{self, Command, CommandInvocation, CommandPlugin, GetCommandInvocationRequest};
use stepwell_plugin::{CallErrorKind, Failure, info, rows, seen};

/// A node on which the command has ended.
pub(crate) struct Node {
    pub(crate) instance_id: String,
    pub(crate) status: String,
    /// The exit code of the first part of the document that failed, otherwise 0; `None` when nothing ran.
    pub(crate) response_code: Option<i32>,
    pub(crate) output: String,
    pub(crate) error: String,
}

/// The exit code that AWS returns for a node on which the command never ran.
const NOT_RUN: i32 = -1;

/// The maximum number of lines and bytes that one poll prints, well below the host's limits for a call.
const LINES: usize = 6_000;
const BYTES: usize = 2 << 20;

/// The number of nodes that a failure names.
const NAMED: usize = 5;

pub(crate) fn is_over(status: &str) -> bool {
    !matches!(status, "Pending" | "InProgress" | "Delayed" | "Cancelling")
}

/// The share of lines and bytes that one of several nodes may print.
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
    /// Reads the output, of which the list of invocations has only the beginning. `None` when AWS does not respond now.
    pub(crate) fn read(command_id: &str, invocation: CommandInvocation) -> Result<Option<Self>, Failure> {
        let CommandInvocation { instance_id, status, status_details, command_plugins, .. } = invocation;
        // AWS requires the name of a part only if there are several, and lists no part before one has run.
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

    fn described(&self) -> String {
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

/// Whether a command without nodes has matched none. AWS ends such a command well: its details alone say so, for a tag
/// or a resource group.
pub(crate) fn found_none(command: &Command) -> bool {
    command.status == "Success" || command.status_details.as_deref() == Some("NoInstancesInTag")
}

/// `NonZeroResultCode` when the command failed on a node, `TerminalState` when it was stopped, timed out or never
/// reached a node; `None` when it succeeded.
pub(crate) fn failure(id: &str, command: &Command, nodes: &[Node]) -> Option<Failure> {
    let failed: Vec<_> = nodes.iter().filter(|node| !node.is_success()).collect();
    let state = &command.status;
    // With `max_errors`, a command can succeed although it failed on a node.
    if failed.is_empty() && state == "Success" {
        return None;
    }
    let has_code = |node: &&&Node| node.status == "Failed" && node.response_code.is_some_and(|code| code != 0);
    let code = if failed.iter().any(|node| has_code(&node)) { "NonZeroResultCode" } else { "TerminalState" };
    let named: Vec<_> = failed.iter().take(NAMED).map(|node| node.described()).collect();
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

/// The result of the command on one node.
#[derive(Serialize, JsonSchema)]
pub(crate) struct NodeOutputs {
    /// The id of the node.
    instance_id: String,
    /// `Success`.
    status: String,
    /// The exit code, if something ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "i32")]
    response_code: Option<i32>,
    /// The output, cut to `output_limit`. AWS keeps the first 24,000 characters.
    output: String,
    /// The error output, cut to `output_limit`. AWS keeps the first 8,000 characters.
    error: String,
}

/// The maximum size of all outputs together as JSON, in bytes, without the other properties of each node.
const OUTPUT: usize = 800_000;

impl NodeOutputs {
    /// The outputs of one of `nodes` nodes, cut to `limit` characters each.
    pub(crate) fn new(node: Node, limit: usize, nodes: usize) -> Self {
        let Node { instance_id, status, response_code, output, error } = node;
        let room = OUTPUT / (2 * nodes.max(1));
        Self { instance_id, status, response_code, output: cut(output, limit, room), error: cut(error, limit, room) }
    }
}

fn cut(mut text: String, most: usize, room: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(most) {
        text.truncate(end);
    }
    rows::cut_text(&mut text, room);
    text
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
    fn a_failed_node_is_a_failure_even_if_the_command_may_have_errors() {
        assert_eq!(told("Success", "Success", &[node("i-1", "Failed", Some(1))]).unwrap().0, "NonZeroResultCode");
        assert_eq!(told("Success", "Success", &[node("i-1", "Success", Some(0))]), None);
    }

    #[test]
    fn a_command_that_did_not_run_to_its_end_is_a_terminal_state() {
        for status in ["Undeliverable", "DeliveryTimedOut", "ExecutionTimedOut", "Cancelled", "Terminated"] {
            assert_eq!(told("Failed", "Failed", &[node("i-1", status, None)]).unwrap().0, "TerminalState", "{status}");
        }
    }

    #[test]
    fn a_command_that_reached_no_node_reports_the_reason() {
        let (code, message) = told("Failed", "RateExceeded", &[]).unwrap();
        assert_eq!(code, "TerminalState");
        assert_eq!(message, "command c-1 is `Failed` (RateExceeded) and will not be `Success`");
        assert_eq!(
            told("Cancelled", "Cancelled", &[]).unwrap().1,
            "command c-1 is `Cancelled` and will not be `Success`"
        );
    }

    #[test]
    fn a_command_that_matched_no_node_is_told_from_one_that_was_stopped_before_it_had_any() {
        let found_none = |status: &str, details: &str| {
            let (status, status_details) = (status.to_owned(), Some(details.to_owned()));
            super::found_none(&Command { status, status_details, ..Default::default() })
        };
        assert!(found_none("Success", "NoInstancesInTag") && found_none("Failed", "NoInstancesInTag"));
        assert!(found_none("Success", "Success"));
        assert!(!found_none("Cancelled", "Cancelled") && !found_none("Failed", "RateExceeded"));
    }

    #[test]
    fn many_failures_are_counted() {
        let nodes: Vec<_> = (0..12).map(|n| node(&format!("i-{n}"), "Failed", Some(1))).collect();
        assert!(told("Failed", "Failed", &nodes).unwrap().1.ends_with("i-4 (Failed, exit code 1) and 7 more"));
    }

    #[test]
    fn the_first_failed_part_of_a_document_sets_the_exit_code() {
        let plugin = |response_code| CommandPlugin { response_code, ..Default::default() };
        assert_eq!(exit_code(&[plugin(0), plugin(7), plugin(2)]), Some(7));
        assert_eq!(exit_code(&[plugin(-1), plugin(0)]), Some(0));
        assert_eq!(exit_code(&[plugin(-1)]), None);
        assert_eq!(exit_code(&[]), None);
    }

    #[test]
    fn an_unknown_status_is_an_end() {
        assert!(["Success", "Failed", "Cancelled", "TimedOut", "Incomplete"].iter().all(|status| is_over(status)));
        assert!(!["Pending", "InProgress", "Delayed", "Cancelling"].iter().any(|status| is_over(status)));
    }

    #[test]
    fn outputs_of_many_nodes_share_the_room() {
        let node = |text: &str| Node {
            instance_id: "i-1".to_owned(),
            status: "Success".to_owned(),
            response_code: Some(0),
            output: text.repeat(24_000),
            error: text.repeat(8_000),
        };
        for (text, limit, nodes, kept) in
            [("a", 4_000, 50, 4_000), ("a", 24_000, 100, 4_000), ("\0", 24_000, 1, 24_000), ("\0", 24_000, 100, 666)]
        {
            let outputs = NodeOutputs::new(node(text), limit, nodes);
            assert_eq!(outputs.output.chars().count(), kept, "{text:?} {nodes}");
            assert!(serde_json::to_vec(&outputs).unwrap().len() * nodes < 1 << 20, "{text:?} {nodes}");
        }
        assert_eq!(cut("äöü".to_owned(), 2, 100), "äö");
    }
}
