//! Writes readable job files. Control and invisible characters are escaped or replaced, so that a file cannot steer the
//! terminal that shows it.

use std::collections::HashMap;

use toml_writer::{ToTomlKey as _, ToTomlValue as _, TomlKeyBuilder, TomlString, TomlStringBuilder};

/// A value of a job file.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text, perhaps with `${ … }` in it.
    Text(String),
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Number(f64),
    /// An array.
    List(Vec<Value>),
    /// A table.
    Table(Table),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<Table> for Value {
    fn from(table: Table) -> Self {
        Self::Table(table)
    }
}

impl From<Vec<String>> for Value {
    fn from(texts: Vec<String>) -> Self {
        Self::List(texts.into_iter().map(Self::Text).collect())
    }
}

impl Value {
    /// The value on one line.
    fn inline(&self) -> String {
        match self {
            Self::Text(text) => one_line(text),
            Self::Flag(flag) => flag.to_string(),
            Self::Integer(number) => number.to_string(),
            Self::Number(number) => number.to_toml_value(),
            Self::List(items) => format!("[{}]", items.iter().map(Self::inline).collect::<Vec<_>>().join(", ")),
            Self::Table(table) if table.is_empty() => "{}".to_owned(),
            Self::Table(table) => {
                let pairs =
                    table.entries.iter().map(|(key, value)| format!("{} = {}", inline_key(key), value.inline()));
                format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
            }
        }
    }

    fn has_lines(&self) -> bool {
        match self {
            Self::Text(text) => text.contains('\n'),
            Self::Flag(_) | Self::Integer(_) | Self::Number(_) => false,
            Self::List(items) => items.iter().any(Self::has_lines),
            Self::Table(table) => table.entries.iter().any(|(_, value)| value.has_lines()),
        }
    }
}

/// Keys and values in their order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    entries: Vec<(String, Value)>,
    places: HashMap<String, usize>,
}

impl Table {
    /// Sets the value of a key.
    pub fn set(&mut self, key: &str, value: impl Into<Value>) {
        let entry = (key.to_owned(), value.into());
        match self.places.get(key).and_then(|place| self.entries.get_mut(*place)) {
            Some(old) => *old = entry,
            None => {
                self.places.insert(key.to_owned(), self.entries.len());
                self.entries.push(entry);
            }
        }
    }

    /// Sets the value of a key, if there is one.
    pub fn set_some(&mut self, key: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.set(key, value);
        }
    }

    /// Sets the table of a key, unless it is empty.
    pub fn set_table(&mut self, key: &str, table: Self) {
        if !table.is_empty() {
            self.set(key, table);
        }
    }

    /// Whether it has no keys.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The value of a key.
    pub fn value(&self, key: &str) -> Option<&Value> {
        self.places.get(key).and_then(|place| self.entries.get(*place)).map(|(_, value)| value)
    }

    /// The keys.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(key, _)| key.as_str())
    }

    /// The keys and values themselves.
    pub fn into_entries(self) -> impl Iterator<Item = (String, Value)> {
        self.entries.into_iter()
    }

    /// Whether it has the key.
    pub fn has(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    /// Writes the keys, and after them the tables that do not fit on a line.
    fn write(&self, path: &str, out: &mut String) {
        let mut below = Vec::new();
        for (key, value) in &self.entries {
            let name = inline_key(key);
            let inline = value.inline();
            let fits = name.len() + 3 + inline.chars().count() <= WIDEST;
            match value {
                Value::Table(table) if value.has_lines() || !fits => below.push((name, table)),
                Value::Text(text) => push(out, &format!("{name} = {}", pretty(text))),
                Value::List(items) if !fits => {
                    let lines = items.iter().map(|item| format!("    {},\n", item.inline())).collect::<String>();
                    push(out, &format!("{name} = [\n{lines}]"));
                }
                _ => push(out, &format!("{name} = {inline}")),
            }
        }
        for (name, table) in below {
            let path = if path.is_empty() { name } else { format!("{path}.{name}") };
            push(out, &format!("\n[{path}]"));
            table.write(&path, out);
        }
    }
}

/// A part of a comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comment {
    /// A sentence, on as many lines as it needs.
    Sentence(String),
    /// A line as it is.
    Text(String),
}

impl From<String> for Comment {
    fn from(sentence: String) -> Self {
        Self::Sentence(sentence)
    }
}

impl Comment {
    fn write(&self, out: &mut String) {
        match self {
            Self::Sentence(text) => push(out, &sentence(text)),
            Self::Text(line) => push(out, &comment(line)),
        }
    }
}

/// A step of a job file.
#[derive(Debug, Default)]
pub struct StepBlock {
    /// The comment lines above it.
    pub comments: Vec<Comment>,
    /// Its keys.
    pub table: Table,
    /// Whether the whole step is a comment.
    pub off: bool,
}

/// An option of a job file.
#[derive(Debug)]
pub struct OptionBlock {
    /// Its name.
    pub name: String,
    /// The comment lines above it.
    pub comments: Vec<Comment>,
    /// Its keys.
    pub table: Table,
}

/// A job file.
#[derive(Debug, Default)]
pub struct Document {
    /// The comment lines at the top.
    pub comments: Vec<Comment>,
    /// A comment line for the next import.
    pub passport: Option<String>,
    /// The keys of the job itself.
    pub table: Table,
    /// `[options.<name>]`.
    pub options: Vec<OptionBlock>,
    /// `[capture]`.
    pub capture: Table,
    /// `[[steps]]`.
    pub steps: Vec<StepBlock>,
    /// `[outputs]`.
    pub outputs: Table,
}

impl Document {
    /// The content of the file.
    pub fn write(mut self) -> String {
        let mut out = String::new();
        self.comments.iter().for_each(|line| line.write(&mut out));
        if let Some(passport) = &self.passport {
            push(&mut out, &comment(passport));
        }
        if self.steps.iter().all(|step| step.off) {
            self.table.set("steps", Value::List(Vec::new()));
        }
        out.push('\n');
        self.table.write("", &mut out);
        for OptionBlock { name, comments, table } in &self.options {
            out.push('\n');
            comments.iter().for_each(|line| line.write(&mut out));
            let path = format!("options.{name}");
            push(&mut out, &format!("[{path}]"));
            table.write(&path, &mut out);
        }
        if !self.capture.is_empty() {
            push(&mut out, "\n[capture]");
            self.capture.write("capture", &mut out);
        }
        self.steps.iter().for_each(|step| step.write(&mut out));
        if !self.outputs.is_empty() {
            push(&mut out, "\n[outputs]");
            self.outputs.write("outputs", &mut out);
        }
        out
    }
}

impl StepBlock {
    fn write(&self, out: &mut String) {
        out.push('\n');
        self.comments.iter().for_each(|line| line.write(out));
        let mut step = "[[steps]]\n".to_owned();
        self.table.write("steps", &mut step);
        if self.off {
            step.lines().for_each(|line| push(out, &comment(line)));
        } else {
            out.push_str(&step);
        }
    }
}

fn push(out: &mut String, line: &str) {
    out.push_str(line);
    out.push('\n');
}

/// Most characters of a line.
const WIDEST: usize = 110;

/// Writes a text on one line.
fn one_line(text: &str) -> String {
    let builder = TomlStringBuilder::new(text);
    let pretty = builder.as_basic_pretty().or_else(|| builder.as_literal());
    render(text, pretty.unwrap_or_else(|| builder.as_basic()), builder.as_basic())
}

/// Writes a text on as many lines as it has.
fn pretty(text: &str) -> String {
    if !text.contains('\n') {
        return one_line(text);
    }
    let builder = TomlStringBuilder::new(text);
    let pretty = builder.as_ml_basic_pretty().or_else(|| builder.as_ml_literal());
    render(text, pretty.unwrap_or_else(|| builder.as_ml_basic()), builder.as_ml_basic())
}

/// Writes a text with invisible characters as a basic string, because only basic strings have escapes.
fn render(text: &str, pretty: TomlString<'_>, basic: TomlString<'_>) -> String {
    if !text.chars().any(is_invisible) {
        return pretty.to_toml_value();
    }
    let shown = basic.to_toml_value();
    shown.chars().map(|c| if is_invisible(c) { format!("\\u{:04X}", u32::from(c)) } else { c.to_string() }).collect()
}

/// Writes a key.
fn inline_key(key: &str) -> String {
    if key.chars().any(is_invisible) {
        let shown = TomlKeyBuilder::new(key).as_basic().to_toml_key();
        return shown
            .chars()
            .map(|c| if is_invisible(c) { format!("\\u{:04X}", u32::from(c)) } else { c.to_string() })
            .collect();
    }
    TomlKeyBuilder::new(key).as_default().to_toml_key()
}

/// Writes lines of code as comments.
fn comment(text: &str) -> String {
    let lines = text.lines().map(|line| format!("# {}", printable(line)).trim_end().to_owned()).collect::<Vec<_>>();
    if lines.is_empty() { "#".to_owned() } else { lines.join("\n") }
}

/// Writes a sentence as a comment, on as many lines as it needs.
fn sentence(text: &str) -> String {
    let mut lines = vec![String::from("#")];
    for word in printable(text).split_whitespace() {
        let is_full = lines.last().is_some_and(|line| line.chars().count() + 1 + word.chars().count() > WIDEST);
        if is_full {
            lines.push(String::from("#  "));
        }
        if let Some(line) = lines.last_mut() {
            line.push(' ');
            line.push_str(word);
        }
    }
    lines.join("\n")
}

fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || is_invisible(c) { ' ' } else { c }).collect()
}

/// Whether a character changes the direction of the text or is invisible. All of them have four hexadecimal digits.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}
