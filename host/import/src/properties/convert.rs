//! The value of a property in the type that the plugin asks for.

use serde_json::Value as Json;
use stepwell_model::file::show_duration;
use stepwell_model::id::Identifier;

use crate::catalogue::{Kind, Property};
use crate::toml::{Table, Value};
use crate::translate::Translator;
use crate::words;
use crate::yaml::Node;

/// The value of a known property. None for blank text, which is no value to Rundeck's plugins.
pub fn convert(property: &Property, node: &Node, translator: &mut Translator<'_>) -> Option<Value> {
    let Some(text) = node.text() else { return Some(translator.value(node)) };
    if text.trim().is_empty() {
        return None;
    }
    Some(match property.kind {
        Kind::Json => json(property.name, text, node, translator),
        Kind::List => translator.list(text, ",", node.at),
        Kind::OneOrMany if text.contains(',') || translator.is_list(text) => translator.list(text, ",", node.at),
        Kind::First => first(property.name, text, node, translator),
        Kind::Word(words) => word(words, text, node, translator),
        Kind::Location => location(property.name, text, node, translator),
        kind => scalar(kind, text, node, translator),
    })
}

fn scalar(kind: Kind, text: &str, node: &Node, translator: &mut Translator<'_>) -> Value {
    let translated = translator.whole(text, node.at);
    let trimmed = text.trim();
    let typed = match (kind, &translated.whole) {
        (Kind::Flag, Some(code)) => Some(format!("${{{code} == 'true'}}").into()),
        (Kind::Flag, None) => trimmed.to_ascii_lowercase().parse().ok().map(Value::Flag),
        (Kind::Number, Some(code)) => Some(format!("${{{code}|int}}").into()),
        (Kind::Number, None) => trimmed.parse().ok().map(Value::Integer),
        (Kind::Seconds, Some(code)) => Some(format!("${{{code}}}s").into()),
        (Kind::Seconds, None) => words::duration(trimmed).map(|time| show_duration(time).into()),
        _ => Some(translated.text.clone().into()),
    };
    if kind == Kind::Region && text.contains("${") && translated.problems.is_empty() {
        let next = "write the region itself, or make one job for each region";
        translator.notes.add(node.at, "a region cannot depend on a run", next);
    }
    if typed.is_none() && translated.problems.is_empty() {
        let expected = match kind {
            Kind::Flag => "`true` or `false`",
            Kind::Number => "a whole number",
            _ => "a number of seconds",
        };
        translator.notes.add(node.at, format!("the value should be {expected}"), "correct it");
    }
    typed.unwrap_or(Value::Text(translated.text))
}

/// A word that the run gives is only put into small letters, where all words have them: no expression knows spellings.
fn word(words: &[&[&str]], text: &str, node: &Node, translator: &mut Translator<'_>) -> Value {
    let translated = translator.whole(text.trim(), node.at);
    let ours = || words.iter().filter_map(|spellings| spellings.first().copied());
    if let Some(code) = &translated.whole {
        let is_small = ours().all(|word| word == word.to_ascii_lowercase());
        return if is_small { format!("${{{code}|lower}}").into() } else { translated.text.into() };
    }
    let is_meant = |spellings: &&&[&str]| spellings.iter().any(|spelling| letters(spelling) == letters(text));
    if let Some(word) = words.iter().find(is_meant).and_then(|spellings| spellings.first()) {
        return (*word).into();
    }
    if translated.problems.is_empty() {
        let known: Vec<_> = ours().map(|word| format!("`{word}`")).collect();
        translator.notes.add(node.at, format!("the value should be one of {}", known.join(", ")), "correct it");
    }
    translated.text.into()
}

fn letters(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn first(name: &str, text: &str, node: &Node, translator: &mut Translator<'_>) -> Value {
    let (first, rest) = translator.first(text, ",", node.at);
    if let Some(rest) = rest {
        let next = format!("give the step a `for_each` with all of them, and write {name} = \"${{item}}\"");
        translator.notes.add(node.at, format!("`{name}` is one only: {rest} is left out"), next);
    }
    first
}

/// What begins with an expression is known only when the job runs.
fn location(name: &str, text: &str, node: &Node, translator: &mut Translator<'_>) -> Value {
    let path = text.trim();
    let (directory, below) = path.split_once('/').unwrap_or((path, ""));
    let is_lent = directory.parse::<Identifier>().is_ok() && !below.split('/').any(|part| part == "..");
    if !path.starts_with("s3://") && !directory.contains("${") && !is_lent {
        translator.notes.add(
            node.at,
            format!("`{name}` is no path in a directory that is lent to jobs"),
            "lend the directory as [directories.NAME] of stepwell.toml, with write = true if files in it change, \
             and write the path as NAME/…",
        );
    }
    translator.text(text, node.at).into()
}

fn json(name: &str, text: &str, node: &Node, translator: &mut Translator<'_>) -> Value {
    if let Ok(json) = serde_json::from_str::<Json>(text)
        && let Some(value) = json_value(&json, node, translator)
    {
        return value;
    }
    let next = format!("write it as TOML: {name} = {{ … }}, and expressions only within texts");
    translator.notes.add(node.at, "the JSON has no form in TOML and stays text", next);
    translator.text(text, node.at).into()
}

/// None for what TOML does not have.
fn json_value(json: &Json, node: &Node, translator: &mut Translator<'_>) -> Option<Value> {
    Some(match json {
        Json::Null => return None,
        Json::Bool(flag) => Value::Flag(*flag),
        Json::Number(number) => match number.as_i64() {
            Some(number) => Value::Integer(number),
            None => Value::Number(number.as_f64()?),
        },
        Json::String(text) => translator.text(text, node.at).into(),
        Json::Array(items) => {
            Value::List(items.iter().map(|item| json_value(item, node, translator)).collect::<Option<_>>()?)
        }
        Json::Object(entries) => {
            let mut table = Table::default();
            for (key, value) in entries {
                table.set(key, json_value(value, node, translator)?);
            }
            table.into()
        }
    })
}
