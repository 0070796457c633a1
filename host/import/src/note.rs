//! What a person has to know or do after an import.

use std::cell::RefCell;
use std::fmt;

use stepwell_model::source::Place;

use crate::yaml::At;

/// Something that the job file does not have, or says in another way than Rundeck's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Where it is in Rundeck's file.
    pub place: Place,
    /// What it is.
    pub what: String,
    /// What to do about it, as an imperative.
    pub next: String,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}; {}", self.place.line, self.place.column, self.what, self.next)
    }
}

/// The notes of one file, while it is read.
#[derive(Debug)]
pub struct Notes {
    file: String,
    found: RefCell<Vec<Note>>,
}

impl Notes {
    /// None yet.
    pub fn new(file: &str) -> Self {
        Self { file: file.to_owned(), found: RefCell::default() }
    }

    /// Adds one.
    pub fn add(&self, at: At, what: impl Into<String>, next: impl Into<String>) {
        let note = Note { place: self.place(at), what: what.into(), next: next.into() };
        self.found.borrow_mut().push(note);
    }

    /// The place in the file.
    pub fn place(&self, at: At) -> Place {
        Place { file: self.file.clone(), line: at.line, column: at.column }
    }

    /// How many there are: what [`Notes::lines_since`] counts from.
    pub fn count(&self) -> usize {
        self.found.borrow().len()
    }

    /// The notes after the first `count`, as lines for the job file.
    pub fn lines_since(&self, count: usize) -> Vec<String> {
        self.found.borrow().iter().skip(count).map(|note| format!("note: {}; {}", note.what, note.next)).collect()
    }

    /// All of them, in the order of the file.
    pub fn into_sorted(self) -> Vec<Note> {
        let mut notes = self.found.into_inner();
        notes.sort_by(|a, b| a.place.cmp(&b.place));
        notes
    }
}
