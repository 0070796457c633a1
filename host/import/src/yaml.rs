//! A YAML document that knows which of its parts somebody has read: what nobody has becomes a note.

mod load;
mod unread;

use std::cell::Cell;

pub use load::load;
pub use unread::note_unread;

/// A place: line and column, counted from 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct At {
    /// The line.
    pub line: usize,
    /// The character within the line.
    pub column: usize,
}

/// One value. There is no way to its content that leaves no trace, [`Node::glance`] aside.
#[derive(Debug, Clone)]
pub struct Node {
    /// Where it is.
    pub at: At,
    read: Cell<Read>,
    content: Content,
}

/// What has been done with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Read {
    /// Nothing yet.
    Unread,
    /// Its text, its children or what it switches were looked at.
    Done,
    /// Its text counts as it is written.
    AsText,
    /// A note tells of all that is in it.
    Whole,
}

#[derive(Debug, Clone)]
enum Content {
    /// A scalar; plain ones have no quotes.
    Scalar {
        text: String,
        plain: bool,
    },
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

/// A key of a map.
#[derive(Debug, Clone)]
struct Key {
    text: String,
    at: At,
}

impl Node {
    fn new(at: At, content: Content) -> Self {
        Self { at, read: Cell::new(Read::Unread), content }
    }

    /// Whether it says nothing: no value, or a list or map without anything in it.
    pub fn is_nothing(&self) -> bool {
        match &self.content {
            Content::Scalar { text, plain } => *plain && matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"),
            Content::List(items) => items.is_empty(),
            Content::Map(entries) => entries.is_empty(),
        }
    }

    /// How many items or keys it has.
    pub fn len(&self) -> usize {
        match &self.content {
            Content::Scalar { .. } => 0,
            Content::List(items) => items.len(),
            Content::Map(entries) => entries.len(),
        }
    }

    /// What it is, in words.
    pub fn kind(&self) -> &'static str {
        match &self.content {
            Content::Scalar { .. } => "a text",
            Content::List(_) => "a list",
            Content::Map(_) => "a map",
        }
    }

    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar { text, .. } if !self.is_nothing() => {
                self.read.set(Read::AsText);
                Some(text)
            }
            _ => None,
        }
    }

    /// The text of a key, for a look ahead: it stays unread.
    pub fn glance(&self, key: &str) -> Option<&str> {
        let Content::Map(entries) = &self.content else { return None };
        match entries.iter().find(|(known, _)| known.text == key).map(|(_, node)| &node.content) {
            Some(Content::Scalar { text, .. }) => Some(text),
            _ => None,
        }
    }

    /// A switch, as Rundeck's YAML 1.1 writes it, quoted or not.
    pub fn flag(&self) -> Option<bool> {
        let Content::Scalar { text, .. } = &self.content else { return None };
        let flag = parse_flag(text)?;
        self.read.set(Read::Done);
        Some(flag)
    }

    /// The items of a list.
    pub fn items(&self) -> Option<&[Self]> {
        let Content::List(items) = &self.content else { return None };
        self.read.set(Read::Done);
        Some(items)
    }

    /// The keys and values of a map.
    pub fn entries(&self) -> Option<impl Iterator<Item = (&str, &Self)>> {
        let Content::Map(entries) = &self.content else { return None };
        self.read.set(Read::Done);
        Some(entries.iter().map(|(key, node)| (key.text.as_str(), node)))
    }

    /// The value of a key that says something.
    pub fn child(&self, key: &str) -> Option<&Self> {
        self.entries()?.find_map(|(known, node)| (known == key).then_some(node)).filter(|node| !node.is_nothing())
    }

    /// The text of a key.
    pub fn text_of(&self, key: &str) -> Option<&str> {
        self.child(key)?.text()
    }

    /// The switch of a key.
    pub fn flag_of(&self, key: &str) -> Option<bool> {
        self.child(key)?.flag()
    }

    /// Says that a note tells of all that is in it.
    pub fn set_aside(&self) {
        self.read.set(Read::Whole);
    }
}

fn parse_flag(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" => Some(true),
        "false" | "no" | "off" => Some(false),
        _ => None,
    }
}
