//! The document: what every Automation document has, checked before the steps are read.

use std::collections::HashMap;

use super::error::SsmError;
use crate::MOST;
use crate::error::ImportError;
use crate::names::{Taken, identifier};
use crate::note::{At, Notes};
use crate::yaml::Node;

/// The version of Automation documents.
const SCHEMA: &str = "0.3";

/// An Automation document.
#[derive(Debug)]
pub struct Document<'a> {
    /// Its map.
    pub node: &'a Node,
    /// Its steps, in the order of the file.
    pub steps: Vec<Step<'a>>,
}

/// A step of a document.
#[derive(Debug)]
pub struct Step<'a> {
    /// Its map.
    pub node: &'a Node,
    /// Its name in the document.
    pub name: &'a str,
    /// Its id in the job file.
    pub id: String,
    /// Its action, such as `aws:branch`.
    pub action: &'a str,
}

impl<'a> Step<'a> {
    /// The value of an input.
    pub fn input(&self, key: &str) -> Option<&'a Node> {
        self.node.child("inputs")?.child(key)
    }

    /// The place of a key, or of the step.
    pub fn at(&self, key: &str) -> At {
        self.node.child(key).map_or(self.node.at, |node| node.at)
    }
}

/// Reads the document and the names of its steps.
///
/// # Errors
/// When it is no Automation document, or its steps cannot be told apart.
pub fn read<'a>(root: &'a Node, notes: &Notes) -> Result<Document<'a>, SsmError> {
    let place = |at| notes.place(at);
    if root.entries().is_none() {
        return Err(SsmError::NoDocument { place: place(root.at), found: root.kind().to_owned() });
    }
    let Some(schema) = root.child("schemaVersion") else {
        return Err(SsmError::NoDocument { place: place(root.at), found: "a map without it".to_owned() });
    };
    let version = schema.text().unwrap_or_default().trim();
    if version != SCHEMA {
        return Err(SsmError::OtherSchema { place: place(schema.at), found: version.to_owned() });
    }
    let steps = root.child("mainSteps");
    let Some(items) = steps.and_then(Node::items) else {
        return Err(SsmError::NoSteps { place: place(steps.map_or(root.at, |steps| steps.at)) });
    };
    for (what, node) in [("steps", steps), ("options", root.child("parameters"))] {
        if let Some(node) = node.filter(|node| node.len() > MOST) {
            return Err(SsmError::File(ImportError::TooMany { what, place: place(node.at), most: MOST }));
        }
    }
    Ok(Document { node: root, steps: read_steps(items, notes)? })
}

fn read_steps<'a>(items: &'a [Node], notes: &Notes) -> Result<Vec<Step<'a>>, SsmError> {
    let mut taken = Taken::default();
    taken.reserve(stepwell_model::id::ON_ERROR);
    taken.reserve(super::reference::CALLER);
    let mut known = HashMap::new();
    let mut steps = Vec::new();
    for node in items {
        let text = |key: &'static str| {
            node.text_of(key).map(str::trim).ok_or_else(|| SsmError::NoKey { place: notes.place(node.at), key })
        };
        let (name, action) = (text("name")?, text("action")?);
        if known.insert(name, ()).is_some() {
            let place = notes.place(node.child("name").map_or(node.at, |name| name.at));
            return Err(SsmError::DuplicateStep { place, name: name.to_owned() });
        }
        let id = taken.unique(&identifier(name, "step"), '_');
        steps.push(Step { node, name, id, action });
    }
    Ok(steps)
}
