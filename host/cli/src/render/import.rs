//! What an import leaves to people.

use std::path::Path;

use stepwell_import::Note;

use super::words::printable;

/// A note on one line: `line:column: what; next`. It quotes a file that may come from anybody.
pub fn note(note: &Note) -> String {
    printable(&note.to_string()).into_owned()
}

/// A file that was written.
pub fn written(path: &Path) -> String {
    printable(&format!("wrote {}", path.display())).into_owned()
}
