//! The notes of an import.

use std::path::Path;

use stepwell_import::Note;

use super::words::printable;

/// A note on one line: `line:column: what; next`. The file that it quotes may come from anywhere.
pub fn note(note: &Note) -> String {
    printable(&note.to_string()).into_owned()
}

/// The last line: the number of places that somebody has to decide about.
pub fn summary(open: usize) -> String {
    match open {
        0 => "no place has to be decided by hand".to_owned(),
        1 => "1 place has to be decided by hand before the job can run".to_owned(),
        _ => format!("{open} places have to be decided by hand before the job can run"),
    }
}

/// The line about a file that was written.
pub fn written(path: &Path) -> String {
    printable(&format!("wrote {}", path.display())).into_owned()
}
