//! What later steps can use of a command, cut to what fits into the outputs of a step.

use schemars::JsonSchema;
use serde::Serialize;
use stepwell_plugin::rows;

use crate::node::Node;

#[derive(Serialize, JsonSchema)]
pub(crate) struct Outputs {
    /// The command's id.
    pub(crate) command_id: String,
    /// `Success`; without `wait` the state that AWS answered with, such as `Pending`.
    pub(crate) status: String,
    /// What became of it on each node; empty without `wait`.
    pub(crate) instances: Vec<NodeOutputs>,
}

/// What became of the command on one node.
#[derive(Serialize, JsonSchema)]
pub(crate) struct NodeOutputs {
    /// The node.
    instance_id: String,
    /// `Success`.
    status: String,
    /// The exit code, when something ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "i32")]
    response_code: Option<i32>,
    /// What it wrote, cut to `output_limit`. AWS keeps the first 24,000 characters.
    output: String,
    /// What it wrote to standard error, likewise. AWS keeps the first 8,000 characters.
    error: String,
}

/// Bytes of JSON of all outputs together, beside what else each node has.
const OUTPUT: usize = 800_000;

impl NodeOutputs {
    /// The node's, one of so many, with so many characters of each of its outputs.
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

    #[test]
    fn outputs_of_many_nodes_share_what_there_is_room_for() {
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
