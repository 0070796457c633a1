//! Rundeck's XML format as the tree that its YAML format has.
//!
//! Where YAML has keys, XML has attributes, elements and `entry` pairs, and some of them have other names. `shape.rs` knows
//! these differences; this file parses the text within the limits of every import.

mod shape;

use roxmltree::{Document, Node as Parsed, ParsingOptions};
use stepwell_model::source::{Place, Source};

use crate::error::ImportError;
use crate::note::At;
use crate::yaml::{DEEPEST, LARGEST, MOST_VALUES, Node};

/// Whether a text is XML.
pub fn is_xml(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with('<')
}

/// An element.
#[derive(Debug)]
struct Element {
    at: At,
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Element>,
}

/// Parses the jobs of a file.
///
/// # Errors
/// When the text is no XML, is no list of jobs, or exceeds a limit.
pub fn load(source: &Source) -> Result<Node, ImportError> {
    let file = || source.name.clone();
    if source.text.len() > LARGEST {
        return Err(ImportError::TooLarge { file: file(), bytes: source.text.len(), most: LARGEST });
    }
    let text = source.text.trim_start_matches('\u{feff}').trim_start();
    let skipped = source.text.len() - text.len();
    let mut lines = Lines::new(&source.text);
    let most = u32::try_from(MOST_VALUES).unwrap_or(u32::MAX);
    let options = ParsingOptions { nodes_limit: most, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| match error {
        roxmltree::Error::NodesLimitReached => {
            let place = Place { file: file(), line: 1, column: 1 };
            ImportError::TooMuch { place, most: format!("{MOST_VALUES} values") }
        }
        error => {
            let pos = error.pos();
            let before = source.text.get(..skipped).unwrap_or_default().matches('\n').count();
            let line = usize::try_from(pos.row).unwrap_or(1) + before;
            let place = Place { file: file(), line, column: usize::try_from(pos.col).unwrap_or(1) };
            ImportError::Syntax { place, reason: error.to_string(), is_xml: true }
        }
    })?;
    let root = element(document.root_element(), skipped, 0, &mut lines);
    let root = root.map_err(|at| ImportError::TooDeep { place: place_of(source, at), most: DEEPEST })?;
    if root.name != "joblist" && root.name != "job" {
        return Err(ImportError::NoJobs { place: place_of(source, root.at), found: "another element" });
    }
    let jobs = if root.name == "job" { vec![shape::job(&root)] } else { shape::jobs(&root) };
    if jobs.is_empty() {
        return Err(ImportError::Empty { file: file() });
    }
    Ok(Node::of_items(root.at, jobs))
}

fn place_of(source: &Source, at: At) -> Place {
    Place { file: source.name.clone(), line: at.line, column: at.column }
}

/// Copies an element. The error is the place where the nesting exceeds the limit.
fn element(node: Parsed<'_, '_>, skipped: usize, depth: usize, lines: &mut Lines<'_>) -> Result<Element, At> {
    let at = lines.at(node.range().start + skipped);
    if depth >= DEEPEST {
        return Err(at);
    }
    let attributes = node.attributes().map(|attribute| (attribute.name().to_owned(), attribute.value().to_owned()));
    let mut copy = Element {
        at,
        name: node.tag_name().name().to_owned(),
        attributes: attributes.collect(),
        text: String::new(),
        children: Vec::new(),
    };
    for child in node.children() {
        if child.is_element() {
            copy.children.push(element(child, skipped, depth + 1, lines)?);
        } else if child.is_text() {
            copy.text.push_str(child.text().unwrap_or_default());
        }
    }
    Ok(copy)
}

/// The places of a text, asked for in their order: each character is looked at once.
struct Lines<'t> {
    text: &'t str,
    offset: usize,
    at: At,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, offset: 0, at: At { line: 1, column: 1 } }
    }

    fn at(&mut self, offset: usize) -> At {
        for c in self.text.get(self.offset..offset).unwrap_or_default().chars() {
            self.at = match c {
                '\n' => At { line: self.at.line + 1, column: 1 },
                _ => At { line: self.at.line, column: self.at.column + 1 },
            };
        }
        self.offset = self.offset.max(offset);
        self.at
    }
}

impl Element {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn is_empty(&self) -> bool {
        self.attributes.is_empty() && self.children.is_empty()
    }

    /// The attributes as entries of a map.
    fn of_attributes(&self) -> impl Iterator<Item = (String, Node)> {
        self.attributes.iter().map(|(key, value)| (key.clone(), scalar(self.at, value)))
    }
}

fn scalar(at: At, text: &str) -> Node {
    Node::of_text(at, text, text.trim().is_empty())
}
