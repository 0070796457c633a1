//! The options of a job.

use regex::Regex;
use stepwell_model::id::KeyPath;

use crate::dates;
use crate::names::{Taken, identifier};
use crate::note::{At, Notes};
use crate::reference::{OptionName, OptionNames, Values, quote};
use crate::toml::{Comment, Table, Value};
use crate::words;
use crate::yaml::Node;

/// An option of a job file.
#[derive(Debug)]
pub struct JobOption {
    /// Its names, and the properties that references depend on.
    pub name: OptionName,
    /// The notes on it, as comment lines.
    pub comments: Vec<Comment>,
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
    let mut reading = Reading { node, notes, table: Table::default(), must_not_be_blank: false, date_pattern: None };
    let delimiter = reading.all();
    reading.unknown();
    let table = reading.table;
    let may_lack = !["required", "default", "secret"].iter().any(|key| table.has(key));
    let default = table.value("default").map(code);
    let name = OptionName {
        original: original.to_owned(),
        name,
        delimiter,
        may_lack,
        required: table.has("required") && !table.has("key"),
        secret: table.has("secret"),
        values: kind_of(&table),
        default,
    };
    JobOption { name, comments: notes.lines_since(before), table }
}

/// The kind of the default and the allowed values.
fn kind_of(table: &Table) -> Values {
    let values = ["default", "values"].into_iter().filter_map(|key| table.value(key)).flat_map(|value| match value {
        Value::List(items) => items.iter().collect(),
        one => vec![one],
    });
    let texts: Vec<_> =
        values.filter_map(|value| if let Value::Text(text) = value { Some(text.as_str()) } else { None }).collect();
    Values::of(&texts)
}

/// A value as the code of an expression.
fn code(value: &Value) -> String {
    match value {
        Value::Text(text) => quote(text),
        Value::List(items) => format!("[{}]", items.iter().map(code).collect::<Vec<_>>().join(", ")),
        // A default has no other type.
        _ => "none".to_owned(),
    }
}

/// The keys of an option that Rundeck has, although a job file has no counterpart.
const KNOWN: [&str; 27] = [
    "name",
    "label",
    "description",
    "value",
    "required",
    "values",
    "enforced",
    "regex",
    "multivalued",
    "delimiter",
    "multivalueAllSelected",
    "secure",
    "valueExposed",
    "storagePath",
    "isDate",
    "dateFormat",
    "type",
    "config",
    "hidden",
    "sortIndex",
    "sortValues",
    "valuesListDelimiter",
    "valuesUrl",
    "configRemoteUrl",
    "optionValuesPluginType",
    "remoteUrlAuthenticationType",
    "inputType",
];

/// One option, while it is read.
struct Reading<'a> {
    node: &'a Node,
    notes: &'a Notes,
    table: Table,
    /// Whether it has a default, and blank text is no value of it.
    must_not_be_blank: bool,
    /// The form of a date that stays text.
    date_pattern: Option<String>,
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

    /// Carries unknown keys over, so that `job check` refuses the option: one of them may be a rule for its values.
    fn unknown(&mut self) {
        for (key, at, value) in self.node.unread().into_iter().filter(|(key, ..)| !KNOWN.contains(key)) {
            value.set_aside();
            let what = format!("`{key}` of the option is unknown, and may be a rule for its values");
            self.notes.leave_open(at, what, "write `pattern` or `values`, or remove the key");
            // Another name than the key: it could be one that a job file has.
            self.table.set(&format!("rundeck_{}", identifier(key, "key")), "?");
        }
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
            self.must_not_be_blank = true;
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
            self.note("regex", "a secret cannot have a pattern", "check its form where it is stored");
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

    fn kind(&mut self) -> Type {
        if self.node.flag_of("isDate") != Some(true) {
            return Type::Text;
        }
        let format = self.node.text_of("dateFormat").unwrap_or(dates::DEFAULT);
        let kind = Type::of_date_format(format);
        if kind == Type::Text {
            self.date_pattern = dates::pattern(format);
            let what = format!("the date stays text in the format `{format}`, as the steps get it from Rundeck");
            let next = "nothing to do, if the steps expect this format";
            self.note(if self.node.child("dateFormat").is_some() { "dateFormat" } else { "isDate" }, what, next);
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
        let values: Vec<String> = match self.node.child("values") {
            Some(values) => match values.items() {
                Some(items) => items.iter().filter_map(Node::text).map(str::to_owned).collect(),
                None => values.text().map(str::to_owned).into_iter().collect(),
            },
            None => Vec::new(),
        };
        let default = self.default(kind, delimiter);
        // With a default, Rundeck does not look at it.
        let selects_all =
            default == Ok(None) && delimiter.is_some() && self.node.flag_of("multivalueAllSelected") == Some(true);
        let default = match default {
            Ok(None) if selects_all && !values.is_empty() => Some(values.clone().into()),
            // Without its default the option must be given, or steps would get a blank text in its place.
            Err(()) => None,
            Ok(None) if selects_all && self.has_remote_values() => {
                let what = "Rundeck selects all values, which the file does not have, so a value is required";
                self.note("multivalueAllSelected", what, "write them as default = […], and remove `required`");
                self.table.set("required", true);
                None
            }
            Ok(default) => default,
        };
        if !self.table.has("required") {
            self.required(default.is_some());
        }
        self.table.set_some("default", default);
        self.allowed(values);
    }

    fn has_remote_values(&self) -> bool {
        ["valuesUrl", "optionValuesPluginType"]
            .iter()
            .any(|key| self.node.glance(key).is_some_and(|text| !text.is_empty()))
    }

    fn allowed(&mut self, values: Vec<String>) {
        let enforced = self.node.flag_of("enforced") == Some(true);
        if !values.is_empty() && enforced {
            self.table.set("values", values);
        } else if !values.is_empty() {
            let what = format!("the suggested values {} are not imported", words::list(&values));
            self.note("values", what, "write values = […] if no other value is allowed");
        } else if enforced && self.has_remote_values() {
            let key = if self.node.glance("valuesUrl").is_some() { "valuesUrl" } else { "optionValuesPluginType" };
            let from = self.node.text_of(key).unwrap_or_default();
            self.table.set("values_from", from);
            self.notes.leave_open(
                self.at("enforced"),
                "the option accepts only values that Rundeck loads, and the file does not have them",
                "write them as values = […] in place of `values_from`",
            );
        } else if enforced {
            let what = "the file does not have allowed values, so Rundeck accepts every value too";
            self.note("enforced", what, "write them as values = […] if there are some");
        }
    }

    /// The default. The error is that the option has one that is not imported.
    fn default(&mut self, kind: Type, delimiter: Option<&str>) -> Result<Option<Value>, ()> {
        let Some(text) = self.node.text_of("value").filter(|text| !text.trim().is_empty()) else { return Ok(None) };
        let parts = delimiter.map_or_else(|| vec![text.to_owned()], |delimiter| words::parts(text, delimiter));
        let (what, next) = if text.contains("${") {
            let what = format!("the default `{text}` is not imported, because a default cannot be an expression");
            let start = text.find("${").unwrap_or_default();
            let date = text.get(start..).and_then(|from| from.strip_prefix("${")?.split('}').next());
            let next = match date.filter(|date| date.starts_with("DATE")) {
                Some(date) => {
                    format!("give a value with each run, or remove `required`; in the steps, {}", dates::advice(date))
                }
                None => "give a value with each run, or compute it in the steps and remove `required`".to_owned(),
            };
            (what, next)
        } else if let Some(part) = parts.iter().find(|part| !kind.accepts(part)) {
            let what = format!("the default `{part}` is not imported, because it is not written as {}", kind.example());
            (what, "write `default` in that format in place of `required`".to_owned())
        } else {
            return Ok(Some(if delimiter.is_some() { parts.into() } else { text.into() }));
        };
        self.note("value", format!("{what}; the option is required instead"), next);
        self.table.set("required", true);
        Err(())
    }

    fn pattern(&mut self, kind: Type) {
        let Some(regex) = self.node.text_of("regex").filter(|regex| !regex.is_empty()) else {
            self.own_pattern(kind);
            return;
        };
        if self.table.has("values") {
            let next = "nothing to do: Rundeck does not look at it when the values are enforced";
            self.note("regex", "the pattern is not imported", next);
            return;
        }
        // A pattern that is not valid here stays in the file, and `job check` refuses it.
        self.table.set("pattern", regex);
        let valid = Regex::new(&format!(r"\A(?:{regex})\z"));
        let what = match valid {
            Ok(pattern) if kind == Type::Text => {
                if self.must_not_be_blank && pattern.is_match("") {
                    let what = "the pattern accepts blank text, which Rundeck refuses";
                    self.note("regex", what, "change the pattern");
                }
                return;
            }
            Ok(_) => "a date cannot have a pattern",
            Err(_) => "the pattern uses syntax that only Java's regular expressions have",
        };
        let next = "write a new `pattern`, or `values`, or remove it";
        self.notes.leave_open(self.at("regex"), format!("{what}, and `job check` refuses it"), next);
    }

    /// The pattern of an option without one: the form of a date, or any text that is not blank.
    fn own_pattern(&mut self, kind: Type) {
        let not_blank = self.must_not_be_blank && !self.table.has("values") && !self.table.has("multiple");
        let default = |table: &Table| match table.value("default") {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        };
        // Rundeck itself does not compare a date with the format.
        let accepts = |pattern: &String| match default(&self.table) {
            Some(default) => Regex::new(&format!(r"\A(?:{pattern})\z")).is_ok_and(|regex| regex.is_match(&default)),
            None => true,
        };
        match self.date_pattern.take().filter(accepts) {
            Some(pattern) => self.table.set("pattern", pattern),
            None if not_blank && kind == Type::Text => self.table.set("pattern", "(?s).+"),
            None => {}
        }
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
    /// The type of a date in a format of moment.js: text, unless values of the type are written in the same way.
    pub fn of_date_format(format: &str) -> Self {
        match format {
            "YYYY-MM-DD" => Self::Date,
            "YYYY-MM-DDTHH:mm:ssZ" | "YYYY-MM-DD[T]HH:mm:ssZ" => Self::Datetime,
            _ => Self::Text,
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

    /// Whether a text is a value of the type.
    pub fn accepts(self, text: &str) -> bool {
        match self {
            Self::Text => true,
            Self::Date => text.parse::<jiff::civil::Date>().is_ok(),
            Self::Datetime => text.parse::<jiff::Timestamp>().is_ok(),
        }
    }
}
