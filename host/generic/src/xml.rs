//! XML by a model, both ways: the responses of query, EC2 and rest-xml, and the bodies of rest-xml.

mod write;

use roxmltree::{Document, Node};
use serde_json::{Map, Value as Json};

use crate::json::unknown_member;
use crate::mismatch::{Mismatch, item};
use crate::model::{Field, Kind, Member, Service, Structure};
use crate::scalar;

pub(crate) use write::element;

/// Deeper than any response of AWS, and shallow enough for the stack of a thread.
const DEEPEST: usize = 100;

/// Longer than any tag of AWS. The parser compares each attribute with all before it, so that a longer one takes minutes.
const LONGEST_TAG: usize = 16 << 10;

fn cut_off() -> Mismatch {
    Mismatch::new("well-formed XML; perhaps it was cut off")
}

/// The text of a response.
pub(crate) fn text(body: &[u8]) -> Result<&str, Mismatch> {
    let text = std::str::from_utf8(body).map_err(|error| match error.error_len() {
        Some(_) => Mismatch::new("XML in UTF-8"),
        None => cut_off(),
    })?;
    Ok(text.trim_start_matches('\u{feff}').trim_start())
}

/// The tree of a response. A DTD is refused, so no entity grows. A web page would look like a response without members.
pub(crate) fn parse(text: &str) -> Result<Document<'_>, Mismatch> {
    if has_long_tag(text) {
        return Err(Mismatch::new("XML with tags of at most 16 KiB"));
    }
    let document = Document::parse(text).map_err(|_| cut_off())?;
    if document.root_element().tag_name().name().eq_ignore_ascii_case("html") {
        return Err(Mismatch::new("the XML of a service; it is a web page, perhaps of a proxy"));
    }
    if is_within(&document, DEEPEST) { Ok(document) } else { Err(Mismatch::new("XML of at most 100 levels")) }
}

/// Whether a tag is longer than [`LONGEST_TAG`].
fn has_long_tag(text: &str) -> bool {
    let tags = text.split('<').skip(1).filter(|tag| !tag.starts_with(['!', '?']));
    tags.into_iter().any(|tag| tag_length(tag) > LONGEST_TAG)
}

/// Bytes up to the `>` that is in no attribute's value.
fn tag_length(tag: &str) -> usize {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    tag.len()
}

/// Whether no node has so many ancestors; each node is looked at once.
fn is_within(document: &Document<'_>, levels: usize) -> bool {
    let (mut node, mut depth) = (document.root(), 0);
    loop {
        if let Some(child) = node.first_child() {
            (node, depth) = (child, depth + 1);
            if depth == levels {
                return false;
            }
            continue;
        }
        loop {
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            let Some(parent) = node.parent() else { return true };
            (node, depth) = (parent, depth - 1);
        }
    }
}

pub(crate) fn child<'a>(node: Node<'a, 'a>, name: &str) -> Option<Node<'a, 'a>> {
    children(node, name).next()
}

fn children<'a, 'n>(node: Node<'a, 'a>, name: &'n str) -> impl Iterator<Item = Node<'a, 'a>> + use<'a, 'n> {
    node.children().filter(move |child| child.is_element() && child.tag_name().name() == name)
}

/// The text directly below an element.
pub(crate) fn content(node: Node<'_, '_>) -> String {
    node.children().filter(Node::is_text).filter_map(|text| text.text()).collect()
}

/// The members of a structure that stand in an element.
pub(crate) fn read_members(
    service: &Service,
    structure: &Structure,
    node: Node<'_, '_>,
) -> Result<Map<String, Json>, Mismatch> {
    let mut out = Map::new();
    for field in structure.fields.iter().filter(|field| field.is_in_response_body()) {
        let value = read_field(service, field, node).map_err(|error| error.under(&field.name))?;
        out.extend(value.map(|value| (field.name.clone(), value)));
    }
    Ok(out)
}

fn read_field(service: &Service, field: &Field, node: Node<'_, '_>) -> Result<Option<Json>, Mismatch> {
    let member = &field.member;
    let kind = &service.shape(member).kind;
    let name = field.wire_name();
    if member.is_attribute {
        // `xsi:type`: the parser has resolved the prefix.
        let local = name.rsplit(':').next().unwrap_or(name);
        let attribute = node.attributes().find(|attribute| attribute.name() == local);
        return attribute.map(|attribute| scalar::from_text(kind, attribute.value())).transpose();
    }
    match kind {
        Kind::List { member: of_items, .. } if member.flattened => {
            // Older services call the element by the name of the items.
            let is_older = member.wire_name.is_none() && child(node, name).is_none();
            let name = of_items.wire_name.as_deref().filter(|_| is_older).unwrap_or(name);
            let items = read_items(service, of_items, children(node, name))?;
            Ok((!items.is_empty()).then_some(Json::Array(items)))
        }
        Kind::Map { key, value, .. } if member.flattened => {
            let entries = read_entries(service, (key, value), children(node, name))?;
            Ok((!entries.is_empty()).then_some(Json::Object(entries)))
        }
        _ => child(node, name).map(|found| read(service, member, found)).transpose(),
    }
}

fn read_items<'a>(
    service: &Service,
    member: &Member,
    nodes: impl Iterator<Item = Node<'a, 'a>>,
) -> Result<Vec<Json>, Mismatch> {
    nodes.enumerate().map(|(n, node)| read(service, member, node).map_err(|error| error.under(item(n)))).collect()
}

fn read_entries<'a>(
    service: &Service,
    (key, value): (&Member, &Member),
    nodes: impl Iterator<Item = Node<'a, 'a>>,
) -> Result<Map<String, Json>, Mismatch> {
    let mut entries = Map::new();
    for node in nodes {
        let name = child(node, key.wire_name.as_deref().unwrap_or("key")).map(content);
        let found = child(node, value.wire_name.as_deref().unwrap_or("value"));
        if let (Some(name), Some(found)) = (name, found) {
            let read = read(service, value, found).map_err(|error| error.under(&name))?;
            entries.insert(name, read);
        }
    }
    Ok(entries)
}

pub(crate) fn read(service: &Service, member: &Member, node: Node<'_, '_>) -> Result<Json, Mismatch> {
    Ok(match &service.shape(member).kind {
        Kind::Structure(structure) => {
            let mut fields = read_members(service, structure, node)?;
            if structure.is_union && fields.is_empty() {
                let tag = node.children().find(Node::is_element);
                fields.extend(tag.map(|tag| unknown_member(tag.tag_name().name())));
            }
            Json::Object(fields)
        }
        Kind::List { member, .. } => {
            let name = member.wire_name.as_deref().unwrap_or("member");
            Json::Array(read_items(service, member, children(node, name))?)
        }
        Kind::Map { key, value, .. } => Json::Object(read_entries(service, (key, value), children(node, "entry"))?),
        kind => scalar::from_text(kind, &content(node))?,
    })
}
