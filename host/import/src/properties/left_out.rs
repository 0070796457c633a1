//! What Rundeck's forms offer and no step here has.

use crate::catalogue::LeftOut;
use crate::note::Notes;
use crate::yaml::Node;

/// Tells of a property, unless it switches nothing on.
pub fn note(key: &str, reason: LeftOut, node: &Node, notes: &Notes) {
    if node.flag() == Some(false) || is_blank(node) {
        return;
    }
    node.set_aside();
    notes.add(node.at, format!("`{key}` is left out: {}", reason.why), reason.next);
}

/// Rundeck's scripts put `include` before `exclude`, and of two patterns that match, the AWS CLI obeys the last. Here
/// `include` would take back what `exclude` leaves out, and a step could remove what Rundeck never has.
pub fn note_include(configuration: &Node, node: &Node, notes: &Notes) {
    if is_blank(node) {
        return;
    }
    let shown = node.text().map_or_else(String::new, |glob| format!(" (`{glob}`)"));
    node.set_aside();
    let (why, next) = if configuration.child("exclude").is_some_and(|exclude| !is_blank(exclude)) {
        (
            "Rundeck puts it before `exclude`, which then counts",
            "write `include` again if these files are meant, whatever `exclude` says",
        )
    } else {
        (
            "without `exclude` it changes nothing, and every file is meant",
            "write it again, with exclude = \"*\", if only these files are meant",
        )
    };
    notes.add(node.at, format!("`include`{shown} is left out: {why}"), next);
}

fn is_blank(node: &Node) -> bool {
    node.text().is_some_and(|text| text.trim().is_empty())
}
