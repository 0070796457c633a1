//! The configuration of a plugin of Rundeck's as `with` and `aws`.

mod convert;
mod left_out;

use stepwell_model::id::KeyPath;

use crate::catalogue::{Kind, Plugin, Property};
use crate::names::identifier;
use crate::toml::{Table, Value};
use crate::translate::Translator;
use crate::yaml::Node;
use convert::convert;

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
            let next = "remove it, or see what the plugin calls it (`stepwell plugin inspect`)";
            translator.notes.add(node.at, what, next);
        }
        match property.map(|property| property.kind) {
            Some(kind @ (Kind::AccessKey | Kind::SecretKey | Kind::Role)) => credentials.add(kind, node, translator),
            Some(Kind::LeftOut(reason)) => left_out::note(key, reason, node, translator.notes),
            Some(Kind::Include) => left_out::note_include(configuration, node, translator.notes),
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
            let what = format!("`{key}` is called `{name}` here, as another property is");
            translator.notes.add(node.at, what, "see which of the two values is meant");
        }
        into.set_some(&name, value);
    }
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
