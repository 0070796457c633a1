//! The parameters of a document as the options of a job.

use std::collections::HashMap;

use regex::Regex;

use super::reference::{Code, Type, has_reference};
use crate::names::{Taken, identifier};
use crate::note::Notes;
use crate::toml::{OptionBlock, Table, Value};
use crate::yaml::Node;

/// The parameters, and the code that reads each.
#[derive(Debug, Default)]
pub struct Parameters {
    /// Those that became options, in the order of the file.
    pub options: Vec<OptionBlock>,
    /// The code for each name.
    pub codes: HashMap<String, Code>,
}

/// Reads `parameters`, without those that `is_unused` tells.
pub fn read(parameters: Option<&Node>, is_unused: impl Fn(&str) -> bool, notes: &Notes) -> Parameters {
    let (mut read, mut taken) = (Parameters::default(), Taken::default());
    for (name, node) in parameters.and_then(Node::entries).into_iter().flatten() {
        let before = notes.count();
        if is_unused(name) {
            notes.add(
                node.at,
                format!("the parameter `{name}` is not imported: only `assumeRole` reads it"),
                "nothing to do",
            );
            node.set_aside();
            continue;
        }
        let id = taken.unique(&identifier(name, "option"), '_');
        if node.entries().is_none() {
            notes.add(node.at, format!("the parameter `{name}` is {}, and not a map", node.kind()), "write its `type`");
            continue;
        }
        let mut reading = Reading { node, notes, table: Table::default() };
        let Some(kind) = reading.all(name) else { continue };
        if id != name {
            let what = format!("the parameter `{name}` is the option `{id}`");
            notes.add(node.at, what, "use the new name wherever the job is started");
        }
        read.codes.insert(name.to_owned(), Code { text: format!("options.{id}"), kind });
        let option = OptionBlock { name: id, comments: notes.lines_since(before), table: reading.table };
        read.options.push(option);
    }
    read
}

/// One parameter, while it is read.
struct Reading<'a> {
    node: &'a Node,
    notes: &'a Notes,
    table: Table,
}

impl Reading<'_> {
    /// Reads every key that has a counterpart. None: the parameter has a type that an option cannot have.
    fn all(&mut self, name: &str) -> Option<Type> {
        let description =
            self.node.text_of("description").map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
        self.table.set_some("description", description.filter(|text| !text.is_empty()));
        let (kind, item) = self.kind(name)?;
        self.default(kind, item);
        self.allowed_values(item);
        self.pattern(item);
        Some(kind)
    }

    fn note(&self, key: &str, what: impl Into<String>, next: impl Into<String>) {
        let at = self.node.child(key).map_or(self.node.at, |node| node.at);
        self.notes.add(at, what, next);
    }

    /// The type of the value, and that of its items.
    fn kind(&mut self, name: &str) -> Option<(Type, Type)> {
        let text = self.node.text_of("type").unwrap_or("String").trim();
        let (kind, item) = match text {
            "String" => (Type::Text, Type::Text),
            "Integer" => (Type::Integer, Type::Integer),
            "Boolean" => (Type::Boolean, Type::Boolean),
            "StringList" => (Type::List, Type::Text),
            resource if resource.starts_with("AWS::") => (Type::Text, Type::Text),
            resource if resource.starts_with("List<") => (Type::List, Type::Text),
            _ => {
                let what = format!("the parameter `{name}` of type `{text}` is not imported: an option has no tables");
                self.note("type", what, "write its value where it is read, or split it into options");
                self.node.set_aside();
                return None;
            }
        };
        match item {
            Type::Integer => self.table.set("type", "integer"),
            Type::Boolean => self.table.set("type", "boolean"),
            _ => {}
        }
        if kind == Type::List {
            self.table.set("multiple", true);
        }
        Some((kind, item))
    }

    fn default(&mut self, kind: Type, item: Type) {
        let Some((_, node)) = self.node.entries().into_iter().flatten().find(|(key, _)| *key == "default") else {
            self.table.set("required", true);
            return;
        };
        let value = match (kind, node.items()) {
            (Type::List, Some(items)) => {
                items.iter().map(|item| literal(item, Type::Text)).collect::<Option<_>>().map(Value::List)
            }
            (Type::List, None) => literal(node, Type::Text).map(|value| Value::List(vec![value])),
            (_, _) => literal(node, item),
        };
        match value {
            Some(value) => self.table.set("default", value),
            None => {
                let what = "the default is not imported, because it is no value of the type, or has a reference";
                self.note("default", what, "write `default`, or give the value whenever the job is started");
                self.table.set("required", true);
            }
        }
    }

    fn allowed_values(&mut self, item: Type) {
        let Some(node) = self.node.child("allowedValues") else { return };
        let values =
            node.items().unwrap_or_default().iter().map(|value| literal(value, item)).collect::<Option<Vec<_>>>();
        match values {
            Some(values) => self.table.set("values", Value::List(values)),
            None => {
                let what = "the allowed values are not imported, because some are no values of the type";
                self.note("allowedValues", what, "write them as values = […]");
            }
        }
    }

    fn pattern(&mut self, item: Type) {
        let Some(text) = self.node.text_of("allowedPattern") else { return };
        let is_valid = Regex::new(&format!(r"\A(?:{text})\z")).is_ok();
        if is_valid && item == Type::Text {
            return self.table.set("pattern", text);
        }
        let what = match is_valid {
            true => "the pattern is not imported, because only text can have one",
            false => "the pattern is not imported, because it uses syntax that only Java's regular expressions have",
        };
        self.note("allowedPattern", what, "write a new `pattern`, or `values`");
    }
}

/// A value of a parameter in its type.
fn literal(node: &Node, kind: Type) -> Option<Value> {
    let is_plain = |text: &str| !has_reference(text) && !text.contains("${") && !node.is_null();
    let (text, _) = node.scalar().filter(|(text, _)| is_plain(text))?;
    match kind {
        Type::Integer => text.trim().parse().ok().map(Value::Integer),
        Type::Boolean => text.trim().to_ascii_lowercase().parse().ok().map(Value::Flag),
        _ => Some(text.into()),
    }
}
