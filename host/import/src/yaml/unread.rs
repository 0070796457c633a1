//! What nobody has read.

use super::{At, Content, Node, Read};
use crate::advice;
use crate::note::Notes;

/// Notes everything that was not read, and text that Rundeck does not read as text.
pub fn note_unread(job: &Node, notes: &Notes) {
    visit(job, job.at, "", notes);
}

fn visit(node: &Node, at: At, path: &str, notes: &Notes) {
    match (node.read.get(), &node.content) {
        (Read::Whole, _) => {}
        (Read::Unread, _) if says_nothing(node) => {}
        (Read::Unread, _) => note(path, at, node, notes),
        (Read::AsText, Content::Scalar { text, plain: true }) if is_flag_in_yaml_1_1(text) => notes.add(
            at,
            format!("`{text}` is text here, and `true` or `false` to Rundeck, because it has no quotes"),
            "see which of the two is meant",
        ),
        (_, Content::Scalar { .. }) => {}
        (_, Content::List(items)) => {
            for (index, item) in items.iter().enumerate() {
                visit(item, item.at, &join(path, &(index + 1).to_string()), notes);
            }
        }
        (_, Content::Map(entries)) => {
            for (key, value) in entries {
                visit(value, key.at, &join(path, &key.text), notes);
            }
        }
    }
}

fn note(path: &str, at: At, node: &Node, notes: &Notes) {
    let key = path.rsplit('.').next().unwrap_or_default();
    // A value that nobody knows might be a secret: only a switch cannot be one.
    let value = match &node.content {
        Content::Scalar { text, .. } => super::parse_flag(text).map_or_else(String::new, |flag| format!(" ({flag})")),
        Content::List(_) | Content::Map(_) => String::new(),
    };
    let shown = if path.is_empty() { "this".to_owned() } else { format!("`{path}`{value}") };
    notes.add(at, format!("{shown} is not carried over"), advice::of_key(key));
}

fn join(path: &str, part: &str) -> String {
    if path.is_empty() { part.to_owned() } else { format!("{path}.{part}") }
}

/// Keys alone say nothing either: `plugins: {ExecutionLifecycle: {}}` is in every export.
fn says_nothing(node: &Node) -> bool {
    match &node.content {
        Content::Scalar { .. } => node.is_nothing(),
        Content::List(items) => items.iter().all(says_nothing),
        Content::Map(entries) => entries.iter().all(|(_, value)| says_nothing(value)),
    }
}

fn is_flag_in_yaml_1_1(text: &str) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "yes" | "no" | "on" | "off")
}
