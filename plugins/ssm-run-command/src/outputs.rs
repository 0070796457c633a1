//! What later steps can use of a command, cut to what fits into the outputs of a step.

use schemars::JsonSchema;
use serde::Serialize;

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

/// Characters of all outputs together. With `\u0000` for each they still fit.
const OUTPUT: usize = 400_000;

impl NodeOutputs {
    /// The node's, with so many characters of each of its outputs.
    pub(crate) fn new(node: Node, limit: usize) -> Self {
        let Node { instance_id, status, response_code, output, error } = node;
        Self { instance_id, status, response_code, output: cut(output, limit), error: cut(error, limit) }
    }
}

/// What each output may have of the step's limit when there are so many nodes.
pub(crate) fn output_each(limit: usize, nodes: usize) -> usize {
    limit.min(OUTPUT / (2 * nodes.max(1)))
}

fn cut(mut text: String, most: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(most) {
        text.truncate(end);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_of_many_nodes_share_what_there_is_room_for() {
        assert_eq!((output_each(4_000, 1), output_each(4_000, 50), output_each(24_000, 100)), (4_000, 4_000, 2_000));
        assert_eq!(cut("äöü".to_owned(), 2), "äö");
    }
}
