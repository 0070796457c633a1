//! Writing job files that people like to read.

mod text;

use std::collections::HashMap;

use text::{WIDEST, comment, inline_key, sentence};

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
    /// The value on one line, or on several when it is one text of several lines.
    fn inline(&self) -> String {
        match self {
            Self::Text(text) => text::one_line(text),
            Self::Flag(flag) => flag.to_string(),
            Self::Integer(number) => number.to_string(),
            Self::Number(number) => text::number(*number),
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
    /// Adds a value, or replaces the one of that key.
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

    /// Adds a value if there is one that says anything.
    pub fn set_some(&mut self, key: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.set(key, value);
        }
    }

    /// Adds a table unless it is empty.
    pub fn set_table(&mut self, key: &str, table: Self) {
        if !table.is_empty() {
            self.set(key, table);
        }
    }

    /// Whether there is nothing in it.
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

    /// Whether there is a value for this key.
    pub fn has(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    /// Writes the keys, and below them the tables that are too large for a line.
    fn write(&self, path: &str, out: &mut String) {
        let mut below = Vec::new();
        for (key, value) in &self.entries {
            let name = inline_key(key);
            let inline = value.inline();
            let fits = name.len() + 3 + inline.chars().count() <= WIDEST;
            match value {
                Value::Table(table) if value.has_lines() || !fits => below.push((name, table)),
                Value::Text(text) => push(out, &format!("{name} = {}", text::pretty(text))),
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

/// A step as it is written.
#[derive(Debug, Default)]
pub struct StepBlock {
    /// What a person should know of it.
    pub comments: Vec<String>,
    /// Its keys.
    pub table: Table,
    /// Whether it is a comment as a whole.
    pub off: bool,
}

/// A job file.
#[derive(Debug, Default)]
pub struct Document {
    /// Where it comes from.
    pub comments: Vec<String>,
    /// The keys of the job itself.
    pub table: Table,
    /// `[options.<name>]`, with what a person should know of each.
    pub options: Vec<(String, Vec<String>, Table)>,
    /// `[capture]`.
    pub capture: Table,
    /// `[[steps]]`.
    pub steps: Vec<StepBlock>,
}

impl Document {
    /// The file.
    pub fn write(mut self) -> String {
        let mut out = String::new();
        self.comments.iter().for_each(|line| push(&mut out, &sentence(line)));
        if self.steps.iter().all(|step| step.off) {
            self.table.set("steps", Value::List(Vec::new()));
        }
        out.push('\n');
        self.table.write("", &mut out);
        for (name, comments, table) in &self.options {
            out.push('\n');
            comments.iter().for_each(|line| push(&mut out, &sentence(line)));
            let path = format!("options.{name}");
            push(&mut out, &format!("[{path}]"));
            table.write(&path, &mut out);
        }
        if !self.capture.is_empty() {
            push(&mut out, "\n[capture]");
            self.capture.write("capture", &mut out);
        }
        self.steps.iter().for_each(|step| step.write(&mut out));
        out
    }
}

impl StepBlock {
    fn write(&self, out: &mut String) {
        out.push('\n');
        self.comments.iter().for_each(|line| push(out, &sentence(line)));
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
