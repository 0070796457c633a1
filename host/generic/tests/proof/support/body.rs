//! Bodies, compared by what they say and not by how they are written.

use std::collections::BTreeMap;

use ciborium::Value as Cbor;
use roxmltree::{Document, Node};
use serde_json::Value as Json;
use stepwell_generic::model::Protocol;

use super::walk::{normal, same};

/// Compares the body of a request with the one that is expected.
pub fn compare(protocol: Protocol, own: &[u8], expected: &[u8]) -> Result<(), String> {
    if own == expected {
        return Ok(());
    }
    match protocol {
        Protocol::Json10 | Protocol::Json11 | Protocol::RestJson => {
            let json = |bytes: &[u8]| serde_json::from_slice::<Json>(bytes).ok().map(|json| normal(&json));
            by_structure(json(own), json(expected), own, expected)
        }
        Protocol::RestXml => by_structure(xml(own), xml(expected), own, expected),
        Protocol::Cbor => by_structure(cbor(own), cbor(expected), own, expected),
        Protocol::Query | Protocol::Ec2 => same("body", pairs(own), pairs(expected)),
    }
}

/// What is no structure, such as a blob that is all of the body, must be the same bytes, and these are not.
fn by_structure<T: PartialEq + std::fmt::Debug>(
    own: Option<T>,
    expected: Option<T>,
    own_bytes: &[u8],
    expected_bytes: &[u8],
) -> Result<(), String> {
    match (own, expected) {
        (Some(own), Some(expected)) => same("body", own, expected),
        _ => same("body", String::from_utf8_lossy(own_bytes), String::from_utf8_lossy(expected_bytes)),
    }
}

/// The pairs of a form, whose order says nothing.
fn pairs(body: &[u8]) -> Vec<String> {
    let mut pairs: Vec<_> = String::from_utf8_lossy(body).split('&').map(str::to_owned).collect();
    pairs.sort();
    pairs
}

/// An element: namespace and name, attributes, text and children.
#[derive(Debug, PartialEq)]
struct Element {
    name: (Option<String>, String),
    attributes: BTreeMap<(Option<String>, String), String>,
    text: String,
    children: Vec<Element>,
}

fn xml(body: &[u8]) -> Option<Element> {
    let document = Document::parse(std::str::from_utf8(body).ok()?).ok()?;
    Some(element(document.root_element()))
}

/// Space between elements says nothing: a document of the suite is indented.
fn element(node: Node<'_, '_>) -> Element {
    let owned = |namespace: Option<&str>, name: &str| (namespace.map(str::to_owned), name.to_owned());
    let attributes = node.attributes().map(|own| (owned(own.namespace(), own.name()), own.value().to_owned()));
    let text: String = node.children().filter_map(|child| child.text().filter(|_| child.is_text())).collect();
    let children: Vec<_> = node.children().filter(Node::is_element).map(element).collect();
    let text = if children.is_empty() { text } else { text.trim().to_owned() };
    Element {
        name: owned(node.tag_name().namespace(), node.tag_name().name()),
        attributes: attributes.collect(),
        text,
        children,
    }
}

/// A CBOR value with sorted maps, and whole numbers as integers.
pub fn cbor(body: &[u8]) -> Option<String> {
    let value: Cbor = ciborium::from_reader(body).ok()?;
    Some(format!("{:?}", sorted(value)))
}

fn sorted(value: Cbor) -> Cbor {
    match value {
        Cbor::Float(number) if number.fract() == 0.0 && number.abs() < 9e15 => Cbor::from(number as i64),
        Cbor::Array(items) => Cbor::Array(items.into_iter().map(sorted).collect()),
        Cbor::Map(entries) => {
            let mut entries: Vec<_> = entries.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            entries.sort_by_key(|(key, _)| format!("{key:?}"));
            Cbor::Map(entries)
        }
        Cbor::Tag(tag, value) => Cbor::Tag(tag, Box::new(sorted(*value))),
        other => other,
    }
}
