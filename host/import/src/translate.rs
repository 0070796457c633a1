//! Translates the texts of a step, with notes on references that have no counterpart.

use std::collections::BTreeSet;

use crate::note::{At, Notes};
use crate::reference::{OptionName, Scope, Syntax, Translated, quote};
use crate::toml::{Table, Value};
use crate::words;
use crate::yaml::Node;

/// Translates the texts of one step.
pub struct Translator<'a> {
    /// The values that the texts may read.
    pub scope: &'a Scope,
    /// Collects the notes.
    pub notes: &'a Notes,
    /// The steps whose values the texts read.
    pub read: BTreeSet<String>,
    /// How the texts mark their references.
    pub syntax: Syntax,
    /// Whether the step becomes a comment, so that no part of it has to be decided.
    pub is_off: bool,
}

impl<'a> Translator<'a> {
    /// A translator for the texts of a step.
    pub fn new(scope: &'a Scope, notes: &'a Notes) -> Self {
        Self { scope, notes, read: BTreeSet::new(), syntax: Syntax::Text, is_off: false }
    }

    /// Adds a note about a part that `job check` refuses.
    pub fn leave_open(&self, at: At, what: impl Into<String>, next: impl Into<String>) {
        if self.is_off { self.notes.add(at, what, next) } else { self.notes.leave_open(at, what, next) }
    }

    /// Translates a text, and reports whether it is a single expression.
    pub fn whole(&mut self, text: &str, at: At) -> Translated {
        let mut translated = self.scope.translate(text, self.syntax);
        for problem in &translated.problems {
            let what = format!("`{}` {}", problem.reference, problem.what);
            if problem.is_open {
                self.leave_open(at, what, problem.next.as_ref());
            } else {
                self.notes.add(at, what, problem.next.as_ref());
            }
        }
        self.read.append(&mut translated.steps);
        translated
    }

    /// Translates a text.
    pub fn text(&mut self, text: &str, at: At) -> String {
        self.whole(text, at).text
    }

    /// Whether a text is exactly one reference to an option with several values.
    pub fn is_list(&self, text: &str) -> bool {
        self.list_option(text).is_some()
    }

    fn list_option(&self, text: &str) -> Option<&'a OptionName> {
        let name = text.trim().strip_prefix("${option.")?.strip_suffix('}')?;
        self.scope.options.find(name).filter(|option| option.delimiter.is_some())
    }

    /// Translates a list in one text. A reference to an option with several values is a list already.
    pub fn list(&mut self, text: &str, delimiter: &str, at: At) -> Value {
        if let Some(option) = self.list_option(text) {
            let default = if option.may_lack { "|default([])" } else { "" };
            return format!("${{options.{}{default}}}", option.name).into();
        }
        let parts: Vec<_> = words::parts(text, delimiter).iter().map(|part| self.whole(part, at)).collect();
        match parts.as_slice() {
            [Translated { whole: Some(code), .. }] => format!("${{({code})|split({})}}", quote(delimiter)).into(),
            _ => Value::List(parts.into_iter().map(|part| part.text.into()).collect()),
        }
    }

    /// Translates the first item of a list in one text, and names the other items for a note.
    pub fn first(&mut self, text: &str, delimiter: &str, at: At) -> (Value, Option<String>) {
        if let Some(option) = self.list_option(text) {
            let rest = format!("all but the first of the option `{}`", option.name);
            return (format!("${{options.{}|first}}", option.name).into(), Some(rest));
        }
        let parts = words::parts(text, delimiter);
        let (first, rest) = parts.split_first().map_or((text, [].as_slice()), |(first, rest)| (first.as_str(), rest));
        (self.text(first, at).into(), (!rest.is_empty()).then(|| words::list(rest)))
    }

    /// Translates a value of unknown type. Its scalars are texts, as Rundeck reads them.
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
