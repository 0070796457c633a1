//! The configuration of a Rundeck plugin as `with` and `aws` of a step.

use serde_json::Value as Json;
use stepwell_model::file::show_duration;
use stepwell_model::id::{Identifier, KeyPath};

use crate::catalogue::{Kind, LeftOut, Plugin, Property};
use crate::names::identifier;
use crate::note::Notes;
use crate::toml::{Table, Value};
use crate::translate::Translator;
use crate::words;
use crate::yaml::Node;

/// `with` and `aws` of a step.
#[derive(Debug, Default)]
pub struct Properties {
    /// `with`.
    pub with: Table,
    /// `aws`.
    pub aws: Table,
}

/// Reads `configuration`.
pub fn read(configuration: &Node, plugin: Option<&Plugin>, translator: &mut Translator<'_>) -> Properties {
    let mut properties = Properties::default();
    let mut credentials = Credentials::default();
    for (key, node) in configuration.entries().into_iter().flatten().filter(|(_, node)| !node.is_nothing()) {
        let property = plugin.and_then(|plugin| plugin.property(key));
        if let (Some(plugin), None) = (plugin, property) {
            let what = format!("`{}` has no property for `{key}`", plugin.name);
            let next = "remove it, or look up the plugin's own name for it (`stepwell plugin inspect`)";
            translator.notes.add(node.at, what, next);
        }
        match property.map(|property| property.kind) {
            Some(kind @ (Kind::AccessKey | Kind::SecretKey | Kind::Role)) => credentials.add(kind, node, translator),
            Some(Kind::LeftOut(reason)) => note_left_out(key, reason, node, translator.notes),
            Some(Kind::Include) => note_include(configuration, node, translator.notes),
            _ => properties.add(key, property, node, translator),
        }
    }
    properties.aws.set_table("credentials", credentials.table());
    properties
}

impl Properties {
    fn add(&mut self, key: &str, property: Option<&Property>, node: &Node, translator: &mut Translator<'_>) {
        let name = property.map_or_else(|| identifier(key, "property"), |property| property.name.to_owned());
        let value = match property {
            Some(property) => convert(property, node, translator),
            None => Some(translator.value(node)),
        };
        let is_region = property.is_some_and(|property| property.kind == Kind::Region);
        let into = if is_region { &mut self.aws } else { &mut self.with };
        if into.has(&name) {
            let what = format!("`{key}` and another property both become `{name}`; the later value is kept");
            translator.notes.add(node.at, what, "check which of the two values is meant");
        }
        into.set_some(&name, value);
    }
}

/// The credentials of a step.
#[derive(Debug, Default)]
struct Credentials {
    key: Table,
    roles: Vec<Value>,
}

impl Credentials {
    fn add(&mut self, kind: Kind, node: &Node, translator: &mut Translator<'_>) {
        let Some(text) = node.text().filter(|text| !text.trim().is_empty()) else { return };
        match kind {
            Kind::Role => {
                let mut role = Table::default();
                role.set("role_arn", translator.text(text, node.at));
                self.roles.push(role.into());
            }
            Kind::SecretKey if text.parse::<KeyPath>().is_ok() => self.key.set("secret_key_path", text),
            // The text may be the secret itself, so neither the job file nor the note has it.
            Kind::SecretKey => translator.notes.add(
                node.at,
                "the secret key is not imported, because it is not a path in key storage",
                "store it with `stepwell keys set keys/…`, and write that path as secret_key_path",
            ),
            _ => self.key.set("access_key_id", translator.text(text, node.at)),
        }
    }

    fn table(self) -> Table {
        let mut table = Table::default();
        if !self.key.is_empty() {
            table.set("provider", "key_storage");
            for key in ["access_key_id", "secret_key_path"] {
                table.set_some(key, self.key.value(key).cloned());
            }
        }
        if !self.roles.is_empty() {
            table.set("assume_role", Value::List(self.roles));
        }
        table
    }
}

/// Converts the value of a known property to the type that the plugin expects. None for blank text, which Rundeck's
/// plugins treat as absent.
fn convert(property: &Property, node: &Node, translator: &mut Translator<'_>) -> Option<Value> {
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
    if typed.is_none() && translated.problems.is_empty() {
        let expected = match kind {
            Kind::Flag => "`true` or `false`",
            Kind::Number => "a whole number",
            _ => "a number of seconds",
        };
        translator.notes.add(node.at, format!("the value should be {expected}"), "correct the value");
    }
    typed.unwrap_or(Value::Text(translated.text))
}

/// Converts the spelling of a word to ours. An expression cannot choose between spellings, so a word from an expression
/// is only put into lower case, and only where all of our words are in lower case.
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
        translator.notes.add(node.at, format!("the value should be one of {}", known.join(", ")), "correct the value");
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
        translator.notes.add(node.at, format!("`{name}` takes one value, so {rest} is not imported"), next);
    }
    first
}

/// Checks a path, unless it begins with an expression: that path is known only when the job runs.
fn location(name: &str, text: &str, node: &Node, translator: &mut Translator<'_>) -> Value {
    let path = text.trim();
    let (directory, below) = path.split_once('/').unwrap_or((path, ""));
    let is_lent = directory.parse::<Identifier>().is_ok() && !below.split('/').any(|part| part == "..");
    if !path.starts_with("s3://") && !directory.contains("${") && !is_lent {
        translator.notes.add(
            node.at,
            format!("`{name}` is not a path in a directory that is lent to jobs"),
            "lend the directory as [directories.NAME] in stepwell.toml, with write = true if the job changes files \
             in it, and write the path as NAME/…",
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
    let next = format!("write it as TOML: {name} = {{ … }}, with expressions only inside texts");
    translator.notes.add(node.at, "the JSON stays text, because TOML cannot express it", next);
    translator.text(text, node.at).into()
}

/// Converts JSON to TOML. None for a value that TOML does not have.
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

/// Adds a note on a property that has no counterpart, unless it is blank or `false`.
fn note_left_out(key: &str, reason: LeftOut, node: &Node, notes: &Notes) {
    if node.flag() == Some(false) || is_blank(node) {
        return;
    }
    node.set_aside();
    notes.add(node.at, format!("`{key}` is not imported: {}", reason.why), reason.next);
}

/// Adds a note on `include`, which is never imported.
///
/// Rundeck's scripts put `include` before `exclude`, and the AWS CLI obeys the last pattern that matches. Our plugins
/// would let `include` take back what `exclude` leaves out, and a step could remove files that Rundeck never removed.
fn note_include(configuration: &Node, node: &Node, notes: &Notes) {
    if is_blank(node) {
        return;
    }
    let shown = node.text().map_or_else(String::new, |glob| format!(" (`{glob}`)"));
    node.set_aside();
    let (why, next) = if configuration.child("exclude").is_some_and(|exclude| !is_blank(exclude)) {
        (
            "Rundeck puts it before `exclude`, which overrides it",
            "add `include` if these files are meant, whatever `exclude` says",
        )
    } else {
        (
            "without `exclude` it has no effect, and every file is meant",
            "add it with exclude = \"*\" if only these files are meant",
        )
    };
    notes.add(node.at, format!("`include`{shown} is not imported: {why}"), next);
}

fn is_blank(node: &Node) -> bool {
    node.text().is_some_and(|text| text.trim().is_empty())
}
