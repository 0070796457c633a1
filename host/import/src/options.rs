//! The options of a job.

mod value;

use regex::Regex;
use stepwell_model::id::KeyPath;

use crate::names::{Taken, identifier};
use crate::note::Notes;
use crate::reference::{OptionName, OptionNames};
use crate::toml::{Table, Value};
use crate::words;
use crate::yaml::{At, Node};
use value::Type;

/// An option as it is written.
#[derive(Debug)]
pub struct JobOption {
    /// Its names, and what references need to know.
    pub name: OptionName,
    /// What a person should know of it.
    pub comments: Vec<String>,
    /// Its keys.
    pub table: Table,
}

/// Reads `options`: a list of maps, or a map of maps.
pub fn read(options: Option<&Node>, notes: &Notes) -> Vec<JobOption> {
    let mut taken = Taken::default();
    let Some(options) = options else { return Vec::new() };
    let named: Vec<(&str, &Node)> = match options.items() {
        Some(items) => items.iter().map(|option| (option.text_of("name").unwrap_or_default(), option)).collect(),
        None => options.entries().into_iter().flatten().collect(),
    };
    let maps = named.into_iter().filter(|(_, option)| option.entries().is_some());
    maps.map(|(name, option)| read_one(name, option, &mut taken, notes)).collect()
}

/// What references need to know of all of them.
pub fn names(options: &[JobOption]) -> OptionNames {
    OptionNames(options.iter().map(|option| option.name.clone()).collect())
}

fn read_one(original: &str, node: &Node, taken: &mut Taken, notes: &Notes) -> JobOption {
    let before = notes.count();
    let name = taken.unique(&identifier(original, "option"), '_');
    if name != original {
        let what = format!("the option `{original}` is called `{name}` here");
        notes.add(node.at, what, "use that name wherever the job is started");
    }
    let mut reading = Reading { node, notes, table: Table::default() };
    let delimiter = reading.all();
    let table = reading.table;
    let may_lack = !["required", "default", "secret"].iter().any(|key| table.has(key));
    let name = OptionName { original: original.to_owned(), name, delimiter, may_lack };
    JobOption { name, comments: notes.lines_since(before), table }
}

/// One option, while it is read.
struct Reading<'a> {
    node: &'a Node,
    notes: &'a Notes,
    table: Table,
}

impl Reading<'_> {
    /// Reads every key that has a counterpart. Returns what separates several values.
    fn all(&mut self) -> Option<String> {
        self.description();
        // A type that nobody knows stays unread, and so is told.
        if matches!(self.node.glance("type"), Some("file" | "text")) && self.node.text_of("type") == Some("file") {
            self.note("type", "files cannot be uploaded", "let the option name where the file lies");
        }
        if self.node.flag_of("secure") == Some(true) {
            self.secret();
            return None;
        }
        let kind = self.kind();
        self.table.set_some("type", kind.name());
        let delimiter = self.multiple();
        self.values(kind, delimiter.as_deref());
        self.pattern(kind);
        delimiter
    }

    fn note(&self, key: &str, what: impl Into<String>, next: impl Into<String>) {
        self.notes.add(self.at(key), what, next);
    }

    fn at(&self, key: &str) -> At {
        self.node.child(key).map_or(self.node.at, |node| node.at)
    }

    fn description(&mut self) {
        let label = self.node.text_of("label").map(str::trim).filter(|label| !label.is_empty());
        let text = self.node.text_of("description").map(str::trim).filter(|text| !text.is_empty());
        let description = match (label, text) {
            (Some(label), Some(text)) => Some(format!("{label}: {text}")),
            (Some(text), None) | (None, Some(text)) => Some(text.to_owned()),
            (None, None) => None,
        };
        self.table.set_some("description", description);
    }

    fn required(&mut self, has_default: bool) {
        if self.node.flag_of("required") != Some(true) {
            return;
        }
        if has_default {
            let what = "a required option has no default here, so this one is not required";
            self.note("required", what, "remove `default` and write required = true if the value has to be given");
        } else {
            self.table.set("required", true);
        }
    }

    fn secret(&mut self) {
        self.required(false);
        self.table.set("secret", true);
        if self.node.text_of("value").is_some_and(|value| !value.trim().is_empty()) {
            let next = "store it with `stepwell keys set keys/…` and write key = \"keys/…\"";
            self.note("value", "the default of a secret is left out", next);
        }
        if self.node.text_of("regex").is_some_and(|regex| !regex.is_empty()) {
            self.note("regex", "a secret has no pattern here", "nothing to do: whoever uses the secret checks it");
        }
        match self.node.text_of("storagePath") {
            Some(path) if path.parse::<KeyPath>().is_ok() => self.table.set("key", path),
            Some(_) => {
                let next = "store it with `stepwell keys set keys/…` and write key = \"keys/…\"";
                self.note("storagePath", "the storage path is no key path here", next);
            }
            None => {}
        }
    }

    fn kind(&self) -> Type {
        if self.node.flag_of("isDate") != Some(true) {
            return Type::Text;
        }
        let format = self.node.text_of("dateFormat");
        let kind = Type::of_date_format(format);
        if format.is_none_or(|format| !kind.is_written_as(format)) {
            let instead = format.map(|format| format!(", and not as `{format}`")).unwrap_or_default();
            let what = format!("dates are written as {} here{instead}", kind.example());
            self.note(if format.is_some() { "dateFormat" } else { "isDate" }, what, "see what the steps expect of it");
        }
        kind
    }

    fn multiple(&mut self) -> Option<String> {
        if self.node.flag_of("multivalued") != Some(true) {
            return None;
        }
        let delimiter = self.node.text_of("delimiter").filter(|text| !text.is_empty()).unwrap_or(",");
        self.table.set("multiple", true);
        if delimiter != "," {
            self.table.set("delimiter", delimiter);
        }
        Some(delimiter.to_owned())
    }

    fn values(&mut self, kind: Type, delimiter: Option<&str>) {
        let default = self.default(kind, delimiter);
        self.required(default.is_some());
        self.table.set_some("default", default);
        let values = self.node.child("values").and_then(Node::items).unwrap_or_default();
        let values: Vec<String> = values.iter().filter_map(Node::text).map(str::to_owned).collect();
        let enforced = self.node.flag_of("enforced") == Some(true);
        if !values.is_empty() && enforced {
            self.table.set("values", values);
        } else if !values.is_empty() {
            let what = format!("the values {} are a suggestion, and there are none here", words::list(&values));
            self.note("values", what, "write values = […] if no other value is right");
        } else if enforced {
            self.note("enforced", "the allowed values are not in the file", "write them as values = […]");
        }
    }

    fn default(&self, kind: Type, delimiter: Option<&str>) -> Option<Value> {
        let text = self.node.text_of("value").filter(|text| !text.trim().is_empty())?;
        if text.contains("${") {
            let what = "a default cannot be computed and is left out";
            self.note("value", what, "let the steps compute it where they use the option");
            return None;
        }
        let parts = delimiter.map_or_else(|| vec![text.to_owned()], |delimiter| words::parts(text, delimiter));
        if let Some(part) = parts.iter().find(|part| !kind.accepts(part)) {
            let what = format!("the default `{part}` is not written as {} and is left out", kind.example());
            self.note("value", what, "write it so");
            return None;
        }
        Some(if delimiter.is_some() { parts.into() } else { text.into() })
    }

    fn pattern(&mut self, kind: Type) {
        let Some(regex) = self.node.text_of("regex").filter(|regex| !regex.is_empty()) else { return };
        let valid = Regex::new(&format!(r"\A(?:{regex})\z")).is_ok();
        if kind == Type::Text && valid {
            self.table.set("pattern", regex);
            return;
        }
        let what = if valid {
            "a date has no pattern here"
        } else {
            "the pattern needs what only Java's regular expressions have, and is left out"
        };
        self.note("regex", what, "write `pattern` anew, or `values`");
    }
}
