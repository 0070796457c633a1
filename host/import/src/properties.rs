//! The configuration of a plugin of Rundeck's as `with` and `aws`.

use serde_json::Value as Json;
use stepwell_model::file::show_duration;
use stepwell_model::id::KeyPath;

use crate::catalogue::{Kind, Plugin, Property};
use crate::names::identifier;
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
            translator.notes.add(
                node.at,
                what,
                "remove it, or see what the plugin calls it (`stepwell plugin inspect`)",
            );
        }
        let name = property.map_or_else(|| identifier(key, "property"), |property| property.name.to_owned());
        let value = match property {
            Some(Property { kind: kind @ (Kind::AccessKey | Kind::SecretKey | Kind::Role), .. }) => {
                credentials.add(*kind, node, translator);
                continue;
            }
            Some(property) => convert(property.kind, node, translator),
            None => Some(translator.value(node)),
        };
        let into = if matches!(property, Some(Property { kind: Kind::Region, .. })) {
            &mut properties.aws
        } else {
            &mut properties.with
        };
        if into.has(&name) {
            let what = format!("`{key}` is called `{name}` here, as another property is");
            translator.notes.add(node.at, what, "see which of the two values is meant");
        }
        into.set_some(&name, value);
    }
    properties.aws.set_table("credentials", credentials.table());
    properties
}

/// Whose credentials a step uses.
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
            // It may be the secret itself: it goes nowhere.
            Kind::SecretKey => translator.notes.add(
                node.at,
                "the secret key is no path of key storage and is left out",
                "store it with `stepwell keys set keys/…`, and name that path as secret_key_path",
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

/// The value of a known property. None for blank text, which is no value to Rundeck's plugins.
fn convert(kind: Kind, node: &Node, translator: &mut Translator<'_>) -> Option<Value> {
    let Some(text) = node.text() else { return Some(translator.value(node)) };
    if text.trim().is_empty() {
        return None;
    }
    match kind {
        Kind::Json => return Some(json(text, node, translator)),
        Kind::List => return Some(translator.list(text, ",", node.at)),
        Kind::OneOrMany if text.contains(',') || translator.is_list(text) => {
            return Some(translator.list(text, ",", node.at));
        }
        _ => {}
    }
    let translated = translator.whole(text, node.at);
    let trimmed = text.trim();
    let typed = match (kind, &translated.whole) {
        (Kind::Flag, Some(code)) => Some(format!("${{{code} == 'true'}}").into()),
        (Kind::Flag, None) => trimmed.to_ascii_lowercase().parse().ok().map(Value::Flag),
        (Kind::Number, Some(code)) => Some(format!("${{{code}|int}}").into()),
        (Kind::Number, None) => trimmed.parse().ok().map(Value::Integer),
        (Kind::Seconds, Some(code)) => Some(format!("${{{code}}}s").into()),
        (Kind::Seconds, None) => words::duration(trimmed).map(|time| show_duration(time).into()),
        (Kind::Word, None) => Some(trimmed.to_ascii_lowercase().into()),
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
    Some(typed.unwrap_or(Value::Text(translated.text)))
}

fn json(text: &str, node: &Node, translator: &mut Translator<'_>) -> Value {
    if let Ok(json) = serde_json::from_str::<Json>(text)
        && let Some(value) = json_value(&json, node, translator)
    {
        return value;
    }
    let next = "write it as TOML: payload = { … }, and expressions only within texts";
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
