//! The configuration of a Rundeck plugin as `with` and `aws` of a step.

use stepwell_model::file::show_duration;
use stepwell_model::id::{Identifier, KeyPath};

use crate::catalogue::{Kind, LeftOut, Plugin, Property};
use crate::names::identifier;
use crate::note::{At, Notes};
use crate::payload;
use crate::reference::{OptionName, quote};
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
            if is_blank(node) {
                continue;
            }
            let what = format!("`{}` has no property for `{key}`", plugin.name);
            let next = "remove it, or look up the plugin's own name for it (`stepwell plugin inspect`)";
            translator.leave_open(node.at, what, next);
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
    /// Whether a part of the key is not imported. `job check` refuses the step then, which would take other credentials.
    is_incomplete: bool,
}

impl Credentials {
    fn add(&mut self, kind: Kind, node: &Node, translator: &mut Translator<'_>) {
        let Some(text) = node.text().filter(|text| !text.trim().is_empty()) else { return };
        match kind {
            Kind::Role => {
                let mut role = Table::default();
                role.set("role_arn", translator.text(text, node.at));
                self.roles.push(role.into());
                literal_only(text, "role", node, translator);
            }
            Kind::SecretKey if text.parse::<KeyPath>().is_ok() => self.key.set("secret_key_path", text),
            // The text may be the secret itself, so neither the job file nor the note has it.
            Kind::SecretKey => {
                self.is_incomplete = true;
                translator.leave_open(
                    node.at,
                    "the secret key is not imported, because it is not a path in key storage",
                    "store it with `stepwell keys set keys/…`, and write that path as secret_key_path",
                );
            }
            _ => {
                self.key.set("access_key_id", translator.text(text, node.at));
                literal_only(text, "access key", node, translator);
            }
        }
    }

    fn table(self) -> Table {
        let mut table = Table::default();
        if !self.key.is_empty() || self.is_incomplete {
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

/// Adds a note on a role or key that an operator would choose: a job file decides which credentials it takes.
fn literal_only(text: &str, what: &str, node: &Node, translator: &Translator<'_>) {
    if text.contains("${") {
        let what = format!("an option cannot choose the {what}, and `job check` refuses it");
        translator.leave_open(node.at, what, "write it, or write one step for each of them and choose with `when`");
    }
}

/// Converts the value of a known property to the type that the plugin expects. None for blank text, which Rundeck's
/// plugins treat as absent.
fn convert(property: &Property, node: &Node, translator: &mut Translator<'_>) -> Option<Value> {
    let Some(text) = node.text() else { return Some(translator.value(node)) };
    if text.trim().is_empty() {
        return None;
    }
    if let Some(option) = optional(text, node, translator) {
        return Some(of_option(property, &option, translator, node.at));
    }
    Some(match property.kind {
        Kind::Json => payload::read(property.name, text, node.at, translator),
        Kind::List => translator.list(text, ",", node.at),
        Kind::OneOrMany if text.contains(',') || translator.is_list(text) => translator.list(text, ",", node.at),
        Kind::First => first(property.name, text, node, translator),
        Kind::Word(words) => word(words, text, node, translator),
        Kind::Location => location(property.name, text, node, translator),
        kind => scalar(kind, text, node, translator),
    })
}

/// The option that is the whole text and may have no value.
fn optional(text: &str, node: &Node, translator: &mut Translator<'_>) -> Option<OptionName> {
    translator.scope.translate(text.trim(), translator.syntax).optional?;
    translator.whole(text.trim(), node.at).optional
}

/// A property whose value is an option that may have none. Rundeck leaves such a property out. A property that the plugin
/// needs gets the bare option, so that the run says which option has no value.
fn of_option(property: &Property, option: &OptionName, translator: &Translator<'_>, at: At) -> Value {
    let path = format!("options.{}", option.name);
    let joined = option.delimiter.as_ref().map(|delimiter| format!("{path}|join({})", quote(delimiter)));
    let one = joined.clone().unwrap_or_else(|| path.clone());
    let code = match property.kind {
        Kind::Flag => format!("{one} == 'true'"),
        Kind::Number => format!("{one}|int"),
        Kind::Seconds => format!("{one} ~ 's'"),
        Kind::Json => format!("{one}|from_json"),
        Kind::List | Kind::OneOrMany if joined.is_some() => path.clone(),
        Kind::List => format!("{path}|split(',')"),
        Kind::First if joined.is_some() => {
            let what = format!("`{}` takes one value, so only the first of the option is imported", property.name);
            translator.notes.add(at, what, "give the step a `for_each` with all of them");
            format!("{path}|first")
        }
        Kind::Word(words) if are_small(words) => format!("{one}|lower"),
        _ => one,
    };
    if property.required {
        let what = format!("the step needs `{}`, and the option `{}` may have no value", property.name, option.name);
        translator.leave_open(at, what, "write required = true for the option, or a `default`");
    }
    match (property.required || property.kind == Kind::Region, code == path) {
        (true, _) => format!("${{{code}}}").into(),
        (false, _) if property.kind == Kind::Flag => {
            format!("${{{code} if {path} is defined else {}}}", property.is_on).into()
        }
        // An empty list is the default of all of them.
        (false, true) if property.kind == Kind::List => format!("${{{path}|default([])}}").into(),
        (false, false) if property.kind == Kind::List => format!("${{{code} if {path} is defined else []}}").into(),
        (false, true) => format!("${{{path}|default(none)}}").into(),
        (false, false) => format!("${{{code} if {path} is defined else none}}").into(),
    }
}

fn are_small(words: &[&[&str]]) -> bool {
    words.iter().filter_map(|spellings| spellings.first()).all(|word| *word == word.to_ascii_lowercase())
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
        translator.leave_open(node.at, format!("the value should be {expected}"), "correct the value");
    }
    typed.unwrap_or(Value::Text(translated.text))
}

/// Converts the spelling of a word to ours. An expression cannot choose between spellings, so a word from an expression
/// is only put into lower case, and only where all of our words are in lower case.
fn word(words: &[&[&str]], text: &str, node: &Node, translator: &mut Translator<'_>) -> Value {
    let translated = translator.whole(text.trim(), node.at);
    let ours = || words.iter().filter_map(|spellings| spellings.first().copied());
    if let Some(code) = &translated.whole {
        return if are_small(words) { format!("${{{code}|lower}}").into() } else { translated.text.into() };
    }
    let is_meant = |spellings: &&&[&str]| spellings.iter().any(|spelling| letters(spelling) == letters(text));
    if let Some(word) = words.iter().find(is_meant).and_then(|spellings| spellings.first()) {
        return (*word).into();
    }
    if translated.problems.is_empty() {
        let known: Vec<_> = ours().map(|word| format!("`{word}`")).collect();
        translator.leave_open(node.at, format!("the value should be one of {}", known.join(", ")), "correct the value");
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
        translator.leave_open(
            node.at,
            format!("`{name}` is not a path in a directory that is lent to jobs"),
            "lend the directory as [directories.NAME] in stepwell.toml, with write = true if the job changes files \
             in it, and write the path as NAME/…",
        );
    }
    translator.text(text, node.at).into()
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
