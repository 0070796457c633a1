//! Elements of a request.

use serde_json::Value as Json;

use crate::mismatch::{Mismatch, item};
use crate::model::{Field, Kind, Location, Member, Namespace, Service, Structure, TimeFormat};
use crate::scalar;

/// A value as an element. `default` is the namespace of an element that has none of its own.
pub(crate) fn element(
    service: &Service,
    name: &str,
    member: &Member,
    value: &Json,
    default: Option<&Namespace>,
) -> Result<String, Mismatch> {
    let mut writer = Writer { service, text: String::new() };
    writer.value(name, member, value, default)?;
    Ok(writer.text)
}

struct Writer<'a> {
    service: &'a Service,
    text: String,
}

impl Writer<'_> {
    fn open(&mut self, name: &str, namespace: Option<&Namespace>, attributes: &[(&str, String)]) {
        self.text.push('<');
        self.text.push_str(name);
        if let Some(Namespace { prefix, uri }) = namespace {
            match prefix {
                Some(prefix) => self.attribute(&format!("xmlns:{prefix}"), uri),
                None => self.attribute("xmlns", uri),
            }
        }
        for (name, value) in attributes {
            self.attribute(name, value);
        }
        self.text.push('>');
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.text.push(' ');
        self.text.push_str(name);
        self.text.push_str("=\"");
        escape(value, &mut self.text);
        self.text.push('"');
    }

    fn close(&mut self, name: &str) {
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push('>');
    }

    fn value(
        &mut self,
        name: &str,
        member: &Member,
        value: &Json,
        default: Option<&Namespace>,
    ) -> Result<(), Mismatch> {
        let service = self.service;
        let namespace = member.xml_namespace.as_ref().or(default);
        match (&service.shape(member).kind, value) {
            (Kind::Structure(structure), Json::Object(_)) => {
                let attributes = self.attributes(structure, value)?;
                self.open(name, namespace, &attributes);
                self.members(structure, value)?;
            }
            (Kind::List { member, .. }, Json::Array(items)) => {
                self.open(name, namespace, &[]);
                self.items(member.wire_name.as_deref().unwrap_or("member"), member, items, None)?;
            }
            (Kind::Map { key, value: of_value, .. }, Json::Object(entries)) => {
                self.open(name, namespace, &[]);
                for (own, value) in entries {
                    self.entry("entry", None, (key, of_value), (own, value))?;
                }
            }
            (kind, value) => {
                let text = text(kind, value, member.timestamp.unwrap_or(TimeFormat::Iso8601))?;
                self.open(name, namespace, &[]);
                escape(&text, &mut self.text);
            }
        }
        self.close(name);
        Ok(())
    }

    fn attributes<'s>(&self, structure: &'s Structure, value: &Json) -> Result<Vec<(&'s str, String)>, Mismatch> {
        let mut attributes = Vec::new();
        for field in structure.fields.iter().filter(|field| field.member.is_attribute) {
            if let Some(value) = value.get(&field.name).filter(|value| !value.is_null()) {
                let kind = &self.service.shape(&field.member).kind;
                let text = text(kind, value, TimeFormat::Iso8601).map_err(|error| error.under(&field.name))?;
                attributes.push((field.wire_name(), text));
            }
        }
        Ok(attributes)
    }

    fn members(&mut self, structure: &Structure, value: &Json) -> Result<(), Mismatch> {
        let of_body = |field: &&Field| field.member.location == Location::Body && !field.member.is_attribute;
        for field in structure.fields.iter().filter(of_body) {
            if let Some(value) = value.get(&field.name).filter(|value| !value.is_null()) {
                self.field(field, value).map_err(|error| error.under(&field.name))?;
            }
        }
        Ok(())
    }

    fn field(&mut self, field: &Field, value: &Json) -> Result<(), Mismatch> {
        let member = &field.member;
        let (name, namespace) = (field.wire_name(), member.xml_namespace.as_ref());
        match (&self.service.shape(member).kind, value) {
            (Kind::List { member: of_items, .. }, Json::Array(items)) if member.flattened => {
                self.items(name, of_items, items, namespace)
            }
            (Kind::Map { key, value: of_value, .. }, Json::Object(entries)) if member.flattened => {
                entries.iter().try_for_each(|entry| self.entry(name, namespace, (key, of_value), entry))
            }
            _ => self.value(name, member, value, None),
        }
    }

    fn items(
        &mut self,
        name: &str,
        member: &Member,
        items: &[Json],
        namespace: Option<&Namespace>,
    ) -> Result<(), Mismatch> {
        let mut items = items.iter().enumerate();
        items
            .try_for_each(|(n, value)| self.value(name, member, value, namespace).map_err(|error| error.under(item(n))))
    }

    fn entry(
        &mut self,
        name: &str,
        namespace: Option<&Namespace>,
        (key, of_value): (&Member, &Member),
        (own, value): (&String, &Json),
    ) -> Result<(), Mismatch> {
        self.open(name, namespace, &[]);
        self.value(key.wire_name.as_deref().unwrap_or("key"), key, &Json::from(own.as_str()), None)?;
        let written = self.value(of_value.wire_name.as_deref().unwrap_or("value"), of_value, value, None);
        written.map_err(|error| error.under(own))?;
        self.close(name);
        Ok(())
    }
}

/// The text of a scalar. Without the check, what XML cannot hold would make a body that AWS cannot read.
fn text(kind: &Kind, value: &Json, format: TimeFormat) -> Result<String, Mismatch> {
    let is_held = |letter: char| {
        matches!(letter, '\t' | '\n' | '\r') || (letter >= ' ' && !matches!(letter, '\u{fffe}' | '\u{ffff}'))
    };
    let text = scalar::to_text(kind, value, format)?;
    let wrong = || Mismatch::new("text without control characters, which XML cannot hold");
    if text.chars().all(is_held) { Ok(text) } else { Err(wrong()) }
}

/// Line ends as references, because a parser would change them.
fn escape(text: &str, out: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#xD;"),
            '\n' => out.push_str("&#xA;"),
            '\u{85}' => out.push_str("&#x85;"),
            '\u{2028}' => out.push_str("&#x2028;"),
            letter => out.push(letter),
        }
    }
}
