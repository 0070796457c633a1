//! The further facts of an invocation.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::Invocation;

/// A machine, container or other target that a job dispatches steps to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// Attributes such as `region` or `instance_id`.
    pub attributes: BTreeMap<String, String>,
}

impl Invocation {
    /// The node that the step runs for. A workflow step has none.
    pub fn node(&self) -> Option<Node> {
        #[derive(Deserialize)]
        struct Extra {
            node: Option<Node>,
        }
        serde_json::from_slice::<Extra>(self.extra.as_bytes()).ok()?.node
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_reads_the_node_that_it_runs_for() {
        let of = |extra: &str| Invocation { extra: extra.to_owned(), ..Invocation::default() }.node();
        assert_eq!(of("{}"), None);
        let node = of(r#"{"later":[],"node":{"name":"web-1","attributes":{"region":"eu-west-1"},"more":0}}"#).unwrap();
        assert_eq!((node.name.as_str(), node.attributes["region"].as_str()), ("web-1", "eu-west-1"));
    }
}
