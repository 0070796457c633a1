//! Texts of Rundeck's file in our language, with notes for what has no counterpart.

use std::collections::BTreeSet;

use crate::note::Notes;
use crate::reference::{OptionName, Scope, Syntax, Translated, quote};
use crate::toml::{Table, Value};
use crate::words;
use crate::yaml::{At, Node};

/// Translates the texts of one step.
pub struct Translator<'a> {
    /// What they may read.
    pub scope: &'a Scope,
    /// Where notes go.
    pub notes: &'a Notes,
    /// The steps that they read.
    pub read: BTreeSet<String>,
}

impl<'a> Translator<'a> {
    /// Nothing is read yet.
    pub fn new(scope: &'a Scope, notes: &'a Notes) -> Self {
        Self { scope, notes, read: BTreeSet::new() }
    }

    /// A text, and whether it is a single expression.
    pub fn whole(&mut self, text: &str, at: At) -> Translated {
        let mut translated = self.scope.translate(text, Syntax::Text);
        for problem in &translated.problems {
            self.notes.add(at, format!("`{}` {}", problem.reference, problem.what), problem.next);
        }
        self.read.append(&mut translated.steps);
        translated
    }

    /// A text.
    pub fn text(&mut self, text: &str, at: At) -> String {
        self.whole(text, at).text
    }

    /// Whether a text is an option with several values, and nothing else.
    pub fn is_list(&self, text: &str) -> bool {
        self.list_option(text).is_some()
    }

    fn list_option(&self, text: &str) -> Option<&'a OptionName> {
        let name = text.trim().strip_prefix("${option.")?.strip_suffix('}')?;
        self.scope.options.find(name).filter(|option| option.delimiter.is_some())
    }

    /// A list in one text. An option with several values is one as it is.
    pub fn list(&mut self, text: &str, delimiter: &str, at: At) -> Value {
        if let Some(option) = self.list_option(text) {
            return format!("${{options.{}}}", option.name).into();
        }
        let parts: Vec<_> = words::parts(text, delimiter).iter().map(|part| self.whole(part, at)).collect();
        match parts.as_slice() {
            [Translated { whole: Some(code), .. }] => format!("${{({code})|split({})}}", quote(delimiter)).into(),
            _ => Value::List(parts.into_iter().map(|part| part.text.into()).collect()),
        }
    }

    /// The first of a list in one text, and what else the list has, in words.
    pub fn first(&mut self, text: &str, delimiter: &str, at: At) -> (Value, Option<String>) {
        if let Some(option) = self.list_option(text) {
            let rest = format!("all but the first of the option `{}`", option.name);
            return (format!("${{options.{}|first}}", option.name).into(), Some(rest));
        }
        let parts = words::parts(text, delimiter);
        let (first, rest) = parts.split_first().map_or((text, [].as_slice()), |(first, rest)| (first.as_str(), rest));
        (self.text(first, at).into(), (!rest.is_empty()).then(|| words::list(rest)))
    }

    /// A value whose type nobody knows: its scalars are text, as they are to Rundeck.
    pub fn value(&mut self, node: &Node) -> Value {
        if let Some(items) = node.items() {
            return Value::List(items.iter().filter(|item| !item.is_nothing()).map(|item| self.value(item)).collect());
        }
        if let Some(text) = node.text() {
            return self.text(text, node.at).into();
        }
        let mut table = Table::default();
        for (key, value) in node.entries().into_iter().flatten().filter(|(_, value)| !value.is_nothing()) {
            table.set(key, self.value(value));
        }
        table.into()
    }
}
