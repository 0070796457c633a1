//! JSON in the configuration of a plugin as a TOML value, with references in it.
//!
//! Rundeck writes the values of the references into the text, and the plugin parses the result. So a reference outside of
//! quotes may be a number, and one inside of them is a part of a text.

use serde_json::Value as Json;

use crate::note::At;
use crate::reference::{Part, Syntax, Values, quote};
use crate::toml::{Table, Value};
use crate::translate::Translator;

/// Marks the number of a reference in a text that is parsed as JSON. No text has these characters of the private area.
const OPEN: char = '\u{f8e0}';
const CLOSE: char = '\u{f8e1}';
/// Marks a reference outside of quotes.
const BARE: char = '\u{f8e2}';

/// Reads the JSON of a property.
pub fn read(name: &str, text: &str, at: At, translator: &mut Translator<'_>) -> Value {
    let marked = Marked::of(text);
    if let Some(marked) = &marked
        && let Ok(json) = serde_json::from_str::<Json>(&marked.text)
        && let Some(value) =
            (Reader { marked, at, has_null: has_null(name), translator: &mut *translator }).value(&json)
    {
        return value;
    }
    let translated = translator.whole(text.trim(), at);
    let has_code = translated.parts.iter().any(|part| matches!(part, Part::Code(_)));
    if has_code && translated.problems.is_empty() {
        // The text is JSON only when the references have their values.
        let parts = translated.parts.iter().map(|part| match part {
            Part::Text(text) => quote(text),
            Part::Code(code) => format!("({code})"),
        });
        return format!("${{({})|from_json}}", parts.collect::<Vec<_>>().join(" ~ ")).into();
    }
    if translated.problems.is_empty() {
        let next = format!("write it as TOML: {name} = {{ … }}, with expressions only inside texts");
        if has_null(name) {
            translator.notes.add(at, "the JSON stays text, because TOML cannot express it", next);
        } else {
            translator.leave_open(at, "the JSON stays text, because TOML cannot express it", next);
        }
    }
    translated.text.into()
}

/// Whether a property takes any JSON, `null` and text included. Tags are a table of texts.
fn has_null(name: &str) -> bool {
    name != "tags"
}

/// A text whose references are replaced by marks.
struct Marked<'t> {
    text: String,
    references: Vec<&'t str>,
}

impl<'t> Marked<'t> {
    fn of(text: &'t str) -> Option<Self> {
        if text.contains([OPEN, CLOSE, BARE]) {
            return None;
        }
        let mut marked = Self { text: String::with_capacity(text.len()), references: Vec::new() };
        let (mut in_quotes, mut is_escaped, mut rest) = (false, false, text);
        while let Some(letter) = rest.chars().next() {
            let reference = rest.strip_prefix("${").and_then(|inner| inner.split_once('}')).map(|(name, _)| name);
            let reference = reference.filter(|name| !name.is_empty() && !name.contains(['"', '{', '\n']));
            if let Some(name) = reference {
                let number = marked.references.len();
                let mark = format!("{OPEN}{number}{CLOSE}");
                marked.text += &if in_quotes { mark } else { format!("\"{BARE}{mark}\"") };
                let (whole, after) = rest.split_at_checked(name.len() + "${}".len())?;
                marked.references.push(whole);
                rest = after;
                is_escaped = false;
                continue;
            }
            match letter {
                '"' if !is_escaped => in_quotes = !in_quotes,
                _ => {}
            }
            is_escaped = in_quotes && letter == '\\' && !is_escaped;
            marked.text.push(letter);
            rest = rest.strip_prefix(letter)?;
        }
        Some(marked)
    }

    /// The text with its references.
    fn restore(&self, text: &str) -> String {
        let mut restored = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(OPEN) {
            restored.push_str(before);
            let (number, after) = after.split_once(CLOSE).unwrap_or_default();
            let reference = number.parse::<usize>().ok().and_then(|number| self.references.get(number));
            restored.push_str(reference.copied().unwrap_or_default());
            rest = after;
        }
        restored + rest
    }
}

/// Converts JSON to TOML.
struct Reader<'a, 't, 's> {
    marked: &'a Marked<'t>,
    at: At,
    has_null: bool,
    translator: &'a mut Translator<'s>,
}

impl Reader<'_, '_, '_> {
    /// None for a value that neither TOML nor an expression has.
    fn value(&mut self, json: &Json) -> Option<Value> {
        Some(match json {
            Json::Null if self.has_null => "${none}".into(),
            Json::Null => return None,
            Json::Bool(flag) => Value::Flag(*flag),
            Json::Number(number) => match number.as_i64() {
                Some(number) => Value::Integer(number),
                None if number.is_u64() => format!("${{'{number}'|from_json}}").into(),
                None => Value::Number(number.as_f64()?),
            },
            Json::String(text) => match text.strip_prefix(BARE) {
                Some(mark) => self.bare(&self.marked.restore(mark)),
                None => self.translator.text(&self.marked.restore(text), self.at).into(),
            },
            Json::Array(items) => Value::List(items.iter().map(|item| self.value(item)).collect::<Option<_>>()?),
            Json::Object(entries) => {
                let mut table = Table::default();
                for (key, value) in entries {
                    if key.contains([OPEN, BARE]) {
                        // Expressions are read only in values.
                        return None;
                    }
                    table.set(key, self.value(value)?);
                }
                table.into()
            }
        })
    }

    /// A reference outside of quotes: the JSON value that its text is.
    fn bare(&mut self, reference: &str) -> Value {
        let inner = reference.trim_start_matches("${").trim_end_matches('}');
        let scope = self.translator.scope;
        let values = scope.option_of(inner).filter(|option| option.delimiter.is_none()).map(|option| option.values);
        let is_output = scope.translate(reference, Syntax::Text).whole.is_some_and(|code| code.contains(".outputs."));
        let translated = self.translator.whole(reference, self.at);
        if let Some(option) = &translated.optional {
            let path = format!("options.{}", option.name);
            let text = option.delimiter.as_ref().map(|delimiter| format!("{path}|join({})", quote(delimiter)));
            let text = text.unwrap_or_else(|| path.clone());
            return format!("${{{text}|from_json if {path} is defined else none}}").into();
        }
        let Some(code) = translated.whole else { return translated.text.into() };
        let typed = match values {
            Some(Values::Integers) => format!("{code}|int"),
            Some(Values::Numbers) => format!("{code}|float"),
            Some(Values::Flags) => format!("{code} == 'true'"),
            // An output has its type already.
            None if is_output => code,
            Some(Values::Text) | None => format!("{code}|from_json"),
        };
        format!("${{{typed}}}").into()
    }
}
