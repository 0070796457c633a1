//! Parses the text into a tree, within limits, because the text is untrusted.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError};
use stepwell_model::source::{Place, Source};

use super::{Content, Key, Node};
use crate::error::ImportError;
use crate::note::At;

/// Largest file in bytes: a thousand times the size of a usual export.
pub const LARGEST: usize = 4 << 20;

/// Most levels of nesting. A Rundeck job has about ten.
pub const DEEPEST: usize = 64;

/// Most values of a document, including those that aliases repeat.
pub const MOST_VALUES: usize = 250_000;

/// Most bytes of text of a document, including those that aliases repeat.
const MOST_TEXT: usize = 4 * LARGEST;

/// Parses the only document of a file.
///
/// # Errors
/// When the text is no document, holds several, or exceeds a limit.
pub fn load(source: &Source) -> Result<Node, ImportError> {
    let file = || source.name.clone();
    if source.text.len() > LARGEST {
        return Err(ImportError::TooLarge { file: file(), bytes: source.text.len(), most: LARGEST });
    }
    let text = source.text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('<') {
        return Err(ImportError::Xml { file: file() });
    }
    let text = join_surrogates(text);
    let mut loader = Loader { file: &source.name, ..Loader::default() };
    for event in Parser::new_from_str(&text) {
        let (event, span) = event.map_err(|error| loader.syntax(&error, &text))?;
        loader.take(event, span.start)?;
    }
    loader.root.filter(|root| !root.is_nothing()).ok_or_else(|| ImportError::Empty { file: file() })
}

/// Replaces pairs of JSON escapes by their character. JSON writes a character above U+FFFF as two escapes, and YAML
/// rejects them.
fn join_surrogates(text: &str) -> Cow<'_, str> {
    if !text.trim_start().starts_with(['[', '{']) || !text.contains("\\u") {
        return Cow::Borrowed(text);
    }
    let mut joined = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, from) = rest.split_at(at);
        joined.push_str(before);
        match pair(from) {
            Some(letter) => joined.push(letter),
            // Takes two characters, so that an escaped backslash does not begin an escape.
            None => joined.extend(from.chars().take(2)),
        }
        let taken = if pair(from).is_some() { 12 } else { from.chars().take(2).map(char::len_utf8).sum() };
        rest = from.get(taken..).unwrap_or_default();
    }
    joined.push_str(rest);
    Cow::Owned(joined)
}

fn pair(text: &str) -> Option<char> {
    let unit = |from: usize| u16::from_str_radix(text.get(from..from + 4)?, 16).ok();
    if !text.starts_with("\\u") || text.get(6..8) != Some("\\u") {
        return None;
    }
    char::decode_utf16([unit(2)?, unit(8)?]).next()?.ok().filter(|letter| letter.len_utf16() == 2)
}

/// A list or a map whose end the parser has not reached.
struct Open {
    at: At,
    anchor: usize,
    content: Content,
    /// The keys so far.
    keys: HashSet<String>,
    /// The key whose value comes next.
    key: Option<Key>,
}

#[derive(Default)]
struct Loader<'a> {
    file: &'a str,
    root: Option<Node>,
    open: Vec<Open>,
    anchors: HashMap<usize, Rc<(Node, Weight)>>,
    weight: Weight,
}

/// The size of a value with all of its children, as the limits count it.
#[derive(Debug, Clone, Copy, Default)]
struct Weight {
    values: usize,
    text: usize,
}

impl Loader<'_> {
    fn take(&mut self, event: Event<'_>, marker: Marker) -> Result<(), ImportError> {
        let at = At { line: marker.line(), column: marker.col() + 1 };
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let node =
                    Node::new(at, Content::Scalar { plain: style == ScalarStyle::Plain, text: text.into_owned() });
                self.complete(node, anchor)
            }
            Event::SequenceStart(anchor, _) => self.start(at, anchor, Content::List(Vec::new())),
            Event::MappingStart(anchor, _) => self.start(at, anchor, Content::Map(Vec::new())),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(open) => self.complete(Node::new(open.at, merged(open.content)), open.anchor),
                None => Ok(()),
            },
            Event::Alias(anchor) => self.repeat(at, anchor),
            Event::DocumentStart(_) if self.root.is_some() => Err(ImportError::Documents { place: self.place(at) }),
            Event::DocumentStart(_) | Event::DocumentEnd | Event::StreamStart | Event::StreamEnd | Event::Nothing => {
                Ok(())
            }
        }
    }

    fn start(&mut self, at: At, anchor: usize, content: Content) -> Result<(), ImportError> {
        if self.open.len() >= DEEPEST {
            return Err(ImportError::TooDeep { place: self.place(at), most: DEEPEST });
        }
        self.open.push(Open { at, anchor, content, keys: HashSet::new(), key: None });
        Ok(())
    }

    fn repeat(&mut self, at: At, anchor: usize) -> Result<(), ImportError> {
        let Some(anchored) = self.anchors.get(&anchor).map(Rc::clone) else {
            let reason = "an alias repeats a value that contains the alias".to_owned();
            return Err(ImportError::Syntax { place: self.place(at), reason, is_xml: false });
        };
        let (node, weight) = &*anchored;
        self.count(at, *weight)?;
        let node = Node { at, ..node.clone() };
        if self.open.len() + depth(&node) > DEEPEST {
            return Err(ImportError::TooDeep { place: self.place(at), most: DEEPEST });
        }
        self.add(node)
    }

    fn complete(&mut self, node: Node, anchor: usize) -> Result<(), ImportError> {
        let own = match &node.content {
            Content::Scalar { text, .. } => Weight { values: 1, text: text.len() },
            Content::List(_) | Content::Map(_) => Weight { values: 1, text: 0 },
        };
        self.count(node.at, own)?;
        if anchor > 0 {
            // The copy counts too: without it nested anchors could fill the memory before the first alias.
            let weight = weigh(&node);
            self.count(node.at, weight)?;
            self.anchors.insert(anchor, Rc::new((node.clone(), weight)));
        }
        self.add(node)
    }

    fn count(&mut self, at: At, weight: Weight) -> Result<(), ImportError> {
        self.weight.values += weight.values;
        self.weight.text += weight.text;
        if self.weight.values > MOST_VALUES || self.weight.text > MOST_TEXT {
            let most = format!("{MOST_VALUES} values or {} MiB of text", MOST_TEXT >> 20);
            return Err(ImportError::TooMuch { place: self.place(at), most });
        }
        Ok(())
    }

    fn add(&mut self, node: Node) -> Result<(), ImportError> {
        let place = |at: At| Place { file: self.file.to_owned(), line: at.line, column: at.column };
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        match (&mut open.content, open.key.take()) {
            (Content::List(items), _) => items.push(node),
            (Content::Map(entries), Some(key)) => entries.push((key, node)),
            (Content::Map(_), None) => {
                let Content::Scalar { text, plain } = node.content else {
                    let reason = "a key is not text".to_owned();
                    return Err(ImportError::Syntax { place: place(node.at), reason, is_xml: false });
                };
                if !open.keys.insert(text.clone()) {
                    return Err(ImportError::DuplicateKey { place: place(node.at), key: text });
                }
                open.key = Some(Key { text, at: node.at, plain });
            }
            (Content::Scalar { .. }, _) => {}
        }
        Ok(())
    }

    fn place(&self, at: At) -> Place {
        Place { file: self.file.to_owned(), line: at.line, column: at.column }
    }

    fn syntax(&self, error: &ScanError, text: &str) -> ImportError {
        let marker = error.marker();
        // The parser reports a missing end one line after the last, which the file does not have.
        let last = text.lines().count().max(1);
        let at = if marker.line() > last {
            At { line: last, column: text.lines().last().map_or(0, |line| line.chars().count()) + 1 }
        } else {
            At { line: marker.line(), column: marker.col() + 1 }
        };
        ImportError::Syntax { place: self.place(at), reason: error.info().to_owned(), is_xml: false }
    }
}

/// The key that merges other maps into its own, in YAML 1.1.
const MERGE: &str = "<<";

/// A map with the entries of the maps that it merges: its own have priority, then those of the first map.
fn merged(content: Content) -> Content {
    let Content::Map(entries) = content else { return content };
    let is_map = |node: &Node| matches!(node.content, Content::Map(_));
    let can_merge = |(key, node): &(Key, Node)| {
        let is_list = matches!(&node.content, Content::List(maps) if maps.iter().all(is_map));
        key.plain && key.text == MERGE && (is_map(node) || is_list)
    };
    let (merges, mut own): (Vec<_>, Vec<_>) = entries.into_iter().partition(can_merge);
    let mut known: HashSet<String> = own.iter().map(|(key, _)| key.text.clone()).collect();
    let maps = merges.into_iter().flat_map(|(_, node)| match node.content {
        Content::List(maps) => maps,
        _ => vec![node],
    });
    for map in maps {
        let Content::Map(entries) = map.content else { continue };
        own.extend(entries.into_iter().filter(|(key, _)| known.insert(key.text.clone())));
    }
    Content::Map(own)
}

fn weigh(node: &Node) -> Weight {
    let add = |a: Weight, b: Weight| Weight { values: a.values + b.values, text: a.text + b.text };
    let one = Weight { values: 1, text: 0 };
    match &node.content {
        Content::Scalar { text, .. } => Weight { values: 1, text: text.len() },
        Content::List(items) => items.iter().map(weigh).fold(one, add),
        Content::Map(entries) => entries
            .iter()
            .map(|(key, value)| add(Weight { values: 1, text: key.text.len() }, weigh(value)))
            .fold(one, add),
    }
}

fn depth(node: &Node) -> usize {
    match &node.content {
        Content::Scalar { .. } => 0,
        Content::List(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Content::Map(entries) => 1 + entries.iter().map(|(_, value)| depth(value)).max().unwrap_or(0),
    }
}
