//! A document, of YAML or of XML, that records which of its parts were read. Every unread part becomes a note.

mod lines;
mod load;

use std::cell::Cell;

use crate::note::{At, Notes};

pub use load::{DEEPEST, LARGEST, MOST_VALUES, load};

/// One value of the document. Every accessor of its content marks it as read, except [`Node::glance`].
#[derive(Debug, Clone)]
pub struct Node {
    /// Where it is.
    pub at: At,
    read: Cell<Read>,
    content: Content,
}

/// How a value was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Read {
    /// Not at all yet.
    Unread,
    /// Its children or its flag were read.
    Done,
    /// Its text was read as it is written.
    AsText,
    /// A note covers the value and all of its children.
    Whole,
}

#[derive(Debug, Clone)]
enum Content {
    /// A scalar. A plain scalar has no quotes.
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
    plain: bool,
}

impl Node {
    fn new(at: At, content: Content) -> Self {
        Self { at, read: Cell::new(Read::Unread), content }
    }

    /// A text. A blank one without quotes is null.
    pub fn of_text(at: At, text: impl Into<String>, plain: bool) -> Self {
        Self::new(at, Content::Scalar { text: text.into(), plain })
    }

    /// A list.
    pub fn of_items(at: At, items: Vec<Self>) -> Self {
        Self::new(at, Content::List(items))
    }

    /// A map. Each key is where its value is.
    pub fn of_entries(at: At, entries: impl IntoIterator<Item = (String, Self)>) -> Self {
        let entries = entries.into_iter().map(|(text, node)| (Key { text, at: node.at, plain: false }, node));
        Self::new(at, Content::Map(entries.collect()))
    }

    /// Whether it is null, or a list or map without items.
    pub fn is_nothing(&self) -> bool {
        match &self.content {
            Content::Scalar { text, plain } => *plain && matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"),
            Content::List(items) => items.is_empty(),
            Content::Map(entries) => entries.is_empty(),
        }
    }

    /// The number of its items or keys.
    pub fn len(&self) -> usize {
        match &self.content {
            Content::Scalar { .. } => 0,
            Content::List(items) => items.len(),
            Content::Map(entries) => entries.len(),
        }
    }

    /// The kind of value, for an error message.
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

    /// Whether it is null, and not only empty.
    pub fn is_null(&self) -> bool {
        matches!(self.content, Content::Scalar { .. }) && self.is_nothing()
    }

    /// The text of a scalar, and whether it is written without quotes, for a reader who gives it a type.
    pub fn scalar(&self) -> Option<(&str, bool)> {
        let Content::Scalar { text, plain } = &self.content else { return None };
        self.read.set(Read::Done);
        Some((text, *plain))
    }

    /// The text of a key, which stays unread: for a look ahead.
    pub fn glance(&self, key: &str) -> Option<&str> {
        let Content::Map(entries) = &self.content else { return None };
        match entries.iter().find(|(known, _)| known.text == key).map(|(_, node)| &node.content) {
            Some(Content::Scalar { text, .. }) => Some(text),
            _ => None,
        }
    }

    /// The place of a key; of the map, when it does not have the key.
    pub fn place_of(&self, key: &str) -> At {
        let Content::Map(entries) = &self.content else { return self.at };
        entries.iter().find(|(known, _)| known.text == key).map_or(self.at, |(known, _)| known.at)
    }

    /// The keys whose values are set and unread, with their places and values.
    pub fn unread(&self) -> Vec<(&str, At, &Self)> {
        let Content::Map(entries) = &self.content else { return Vec::new() };
        let unread = entries.iter().filter(|(_, node)| node.read.get() == Read::Unread && !says_nothing(node));
        unread.map(|(key, node)| (key.text.as_str(), key.at, node)).collect()
    }

    /// Whether no value below it is set: `plugins: {ExecutionLifecycle: {}}` is in every export.
    pub fn says_nothing(&self) -> bool {
        says_nothing(self)
    }

    /// The value of a key, which stays unread: for a look ahead.
    pub fn glance_at(&self, key: &str) -> Option<&Self> {
        let Content::Map(entries) = &self.content else { return None };
        entries.iter().find(|(known, _)| known.text == key).map(|(_, node)| node)
    }

    /// The keys that have a value or are maps, such as plugins without a configuration.
    pub fn keys(&self) -> Vec<&str> {
        let Content::Map(entries) = &self.content else { return Vec::new() };
        entries.iter().map(|(key, _)| key.text.as_str()).collect()
    }

    /// A flag, as Rundeck's YAML 1.1 writes it, quoted or not.
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

    /// The value of a key, unless it is null or empty.
    pub fn child(&self, key: &str) -> Option<&Self> {
        self.entries()?.find_map(|(known, node)| (known == key).then_some(node)).filter(|node| !node.is_nothing())
    }

    /// The text of a key.
    pub fn text_of(&self, key: &str) -> Option<&str> {
        self.child(key)?.text()
    }

    /// The flag of a key.
    pub fn flag_of(&self, key: &str) -> Option<bool> {
        self.child(key)?.flag()
    }

    /// Records that a note covers the value and all of its children.
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

/// What a format says about its keys.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// Advice on a key without a counterpart.
    pub advice: fn(&str) -> &'static str,
    /// Whether its program reads `yes` and `no` without quotes as flags.
    pub has_more_flags: bool,
}

/// Rundeck's format.
pub const FORMAT: Format = Format { advice: crate::note::advice_on_key, has_more_flags: true };

/// Adds a note for every unread value, and for text that Rundeck reads as a flag.
pub fn note_unread(job: &Node, format: Format, notes: &Notes) {
    visit(job, job.at, "", format, notes);
}

fn visit(node: &Node, at: At, path: &str, format: Format, notes: &Notes) {
    match (node.read.get(), &node.content) {
        (Read::Whole, _) => {}
        (Read::Unread, _) if says_nothing(node) => {}
        (Read::Unread, _) => {
            let (what, next) = note(path, node, format);
            notes.add(at, what, next);
        }
        (Read::AsText, Content::Scalar { text, plain: true }) if format.has_more_flags => {
            if let Some(other) = in_yaml_1_1(text) {
                notes.add(
                    at,
                    format!("`{text}` is imported as text, but Rundeck reads it without quotes as {other}"),
                    "write the value that is meant",
                );
            }
        }
        (_, Content::Scalar { .. }) => {}
        (_, Content::List(items)) => {
            for (index, item) in items.iter().enumerate() {
                visit(item, item.at, &join(path, &(index + 1).to_string()), format, notes);
            }
        }
        (_, Content::Map(entries)) => {
            for (key, value) in entries {
                visit(value, key.at, &join(path, &key.text), format, notes);
            }
        }
    }
}

/// Adds a note about a key without a counterpart, with its text for the comment in the job file.
pub fn set_aside(parent: &Node, path: &str, key: &str, format: Format, notes: &Notes) {
    let Content::Map(entries) = &parent.content else { return };
    let found = entries.iter().find(|(known, node)| known.text == key && !says_nothing(node));
    let Some((known, node)) = found.filter(|(_, node)| node.read.get() != Read::Whole) else { return };
    let (what, next) = note(&join(path, key), node, format);
    let is_flag = matches!(&node.content, Content::Scalar { text, .. } if parse_flag(text).is_some());
    notes.add_with_text(known.at, what, next, if is_flag { Vec::new() } else { node.lines(key) });
    node.set_aside();
}

fn note(path: &str, node: &Node, format: Format) -> (String, &'static str) {
    let key = path.rsplit('.').next().unwrap_or_default();
    // The value of an unknown key may be a secret. Only a flag cannot be one, so only flags are shown.
    let value = match &node.content {
        Content::Scalar { text, .. } => parse_flag(text).map_or_else(String::new, |flag| format!(" ({flag})")),
        Content::List(_) | Content::Map(_) => String::new(),
    };
    let shown = if path.is_empty() { "this".to_owned() } else { format!("`{path}`{value}") };
    (format!("{shown} is not imported"), (format.advice)(key))
}

fn join(path: &str, part: &str) -> String {
    if path.is_empty() { part.to_owned() } else { format!("{path}.{part}") }
}

fn says_nothing(node: &Node) -> bool {
    match &node.content {
        Content::Scalar { .. } => node.is_nothing(),
        Content::List(items) => items.iter().all(says_nothing),
        Content::Map(entries) => entries.iter().all(|(_, value)| says_nothing(value)),
    }
}

/// What YAML 1.1 makes of a text without quotes, when that reads differently.
fn in_yaml_1_1(text: &str) -> Option<&'static str> {
    let digits = text.trim_start_matches(['+', '-']).replace('_', "");
    let is_octal =
        digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit()) && digits.parse::<f64>().is_ok();
    let is_same =
        || digits.parse::<u64>().is_ok() || digits.parse::<f64>().is_ok_and(|number| number.to_string() == digits);
    match () {
        () if matches!(text.to_ascii_lowercase().as_str(), "yes" | "no" | "on" | "off") => Some("`true` or `false`"),
        () if is_octal || digits.starts_with("0x") => Some("a number of another base"),
        () if is_number && digits.contains('.') && !is_same() => Some("a shorter number"),
        () if is_number && digits.len() < text.trim_start_matches(['+', '-']).len() => Some("a number without `_`"),
        () if text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok() => {
            Some("a date, which it writes in another form")
        }
        () => None,
    }
}
