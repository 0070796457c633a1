//! The notes of an import.

use std::path::Path;

use stepwell_import::Note;

use super::words::printable;

/// A note on one line: `line:column: what; next`. The file that it quotes may come from anywhere.
pub fn note(note: &Note) -> String {
    printable(&note.to_string()).into_owned()
}

/// The line about a file that was written.
pub fn written(path: &Path) -> String {
    printable(&format!("wrote {}", path.display())).into_owned()
}
