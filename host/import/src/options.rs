//! The options of a job.

use regex::Regex;
use stepwell_model::id::KeyPath;

use crate::names::{Taken, identifier};
use crate::note::{At, Notes};
use crate::reference::{OptionName, OptionNames};
use crate::toml::{Table, Value};
use crate::words;
use crate::yaml::Node;

/// An option of a job file.
#[derive(Debug)]
pub struct JobOption {
    /// Its names, and the properties that references depend on.
    pub name: OptionName,
    /// The notes on it, as comment lines.
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

/// The names of all options, for references.
pub fn names(options: &[JobOption]) -> OptionNames {
    OptionNames(options.iter().map(|option| option.name.clone()).collect())
}

fn read_one(original: &str, node: &Node, taken: &mut Taken, notes: &Notes) -> JobOption {
    let before = notes.count();
    let name = taken.unique(&identifier(original, "option"), '_');
    if name != original {
        let what = format!("the option `{original}` is renamed to `{name}`");
        notes.add(node.at, what, "use the new name wherever the job is started");
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
    /// Reads every key that has a counterpart. Returns the delimiter of an option with several values.
    fn all(&mut self) -> Option<String> {
        self.description();
        // An unknown type stays unread, so it gets a note.
        if matches!(self.node.glance("type"), Some("file" | "text")) && self.node.text_of("type") == Some("file") {
            self.note("type", "an option cannot upload a file", "let the option take the path of the file");
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
            let what = "an option with a default cannot be required, so this option is not required";
            self.note("required", what, "to require a value, remove `default` and write required = true");
        } else {
            self.table.set("required", true);
        }
    }

    fn secret(&mut self) {
        self.required(false);
        self.table.set("secret", true);
        if self.node.text_of("value").is_some_and(|value| !value.trim().is_empty()) {
            let next = "store it with `stepwell keys set keys/…` and write key = \"keys/…\"";
            self.note("value", "the default of a secret is not imported", next);
        }
        if self.node.text_of("regex").is_some_and(|regex| !regex.is_empty()) {
            self.note("regex", "a secret cannot have a pattern", "nothing to do: the service that takes it checks it");
        }
        match self.node.text_of("storagePath") {
            Some(path) if path.parse::<KeyPath>().is_ok() => self.table.set("key", path),
            Some(_) => {
                let next = "store it with `stepwell keys set keys/…` and write key = \"keys/…\"";
                self.note("storagePath", "the storage path is not a valid key path", next);
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
            let instead = format.map(|format| format!(", not as `{format}`")).unwrap_or_default();
            let what = format!("a value of this option is written as {}{instead}", kind.example());
            let next = "check which format the steps expect";
            self.note(if format.is_some() { "dateFormat" } else { "isDate" }, what, next);
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
            let what = format!("the suggested values {} are not imported", words::list(&values));
            self.note("values", what, "write values = […] if no other value is allowed");
        } else if enforced {
            self.note("enforced", "the file does not have the allowed values", "write them as values = […]");
        }
    }

    fn default(&self, kind: Type, delimiter: Option<&str>) -> Option<Value> {
        let text = self.node.text_of("value").filter(|text| !text.trim().is_empty())?;
        if text.contains("${") {
            let what = "the default is not imported, because a default cannot be an expression";
            self.note("value", what, "compute the value in the steps that use the option");
            return None;
        }
        let parts = delimiter.map_or_else(|| vec![text.to_owned()], |delimiter| words::parts(text, delimiter));
        if let Some(part) = parts.iter().find(|part| !kind.accepts(part)) {
            let what = format!("the default `{part}` is not imported, because it is not written as {}", kind.example());
            self.note("value", what, "write `default` in that format");
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
            "the pattern is not imported, because a date cannot have one"
        } else {
            "the pattern is not imported, because it uses syntax that only Java's regular expressions have"
        };
        self.note("regex", what, "write a new `pattern`, or `values`");
    }
}

/// The type of an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Any text.
    Text,
    /// A day.
    Date,
    /// A point in time.
    Datetime,
}

impl Type {
    /// The type of a date in a format of moment.js, as Rundeck writes it: a format with hours is a point in time.
    /// Rundeck's default format has hours.
    pub fn of_date_format(format: Option<&str>) -> Self {
        match format {
            Some(format) if !format.contains(['H', 'h', 'k', 'X', 'x', 'L']) => Self::Date,
            _ => Self::Datetime,
        }
    }

    /// Its name in a job file. None for text.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Text => None,
            Self::Date => Some("date"),
            Self::Datetime => Some("datetime"),
        }
    }

    /// A value of the type.
    pub fn example(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Date => "2026-01-31",
            Self::Datetime => "2026-01-31T12:00:00Z",
        }
    }

    /// Whether this format of moment.js writes values of the type.
    pub fn is_written_as(self, format: &str) -> bool {
        match self {
            Self::Text => true,
            Self::Date => format == "YYYY-MM-DD",
            Self::Datetime => matches!(format, "YYYY-MM-DDTHH:mm:ssZ" | "YYYY-MM-DD[T]HH:mm:ssZ"),
        }
    }

    /// Whether a text is a value of the type.
    pub fn accepts(self, text: &str) -> bool {
        match self {
            Self::Text => true,
            Self::Date => text.parse::<jiff::civil::Date>().is_ok(),
            Self::Datetime => text.parse::<jiff::Timestamp>().is_ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn a_format_with_hours_is_a_moment() {
        for (format, kind, same) in [
            ("YYYY-MM-DD", Type::Date, true),
            ("MM/DD/YYYY", Type::Date, false),
            ("MM/DD/YYYY hh:mm a", Type::Datetime, false),
            ("YYYY-MM-DDTHH:mm:ssZ", Type::Datetime, true),
        ] {
            assert_eq!(Type::of_date_format(Some(format)), kind, "{format}");
            assert_eq!(kind.is_written_as(format), same, "{format}");
        }
        assert_eq!(Type::of_date_format(None), Type::Datetime);
    }
}
