//! Which plugin of ours stands for which of Rundeck's, and what its properties are called. A table.
//!
//! Types are compared without case, separators and the `-step` at their end, so that the type of a job file
//! (`aws-vm-start-step`) and the title in Rundeck's form (`AWS / VM / Start`) are the same.

mod rows;

use crate::names::identifier;
use rows::PLUGINS;

/// What a property holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Number,
    /// A number of seconds, which is a duration here.
    Seconds,
    /// One of a few words, each with the spellings of it that are known; the first is ours.
    Word(&'static [&'static [&'static str]]),
    /// JSON, which is a value here.
    Json,
    /// A list in one text, separated by commas.
    List,
    /// One text, or such a list.
    OneOrMany,
    /// One text, or such a list, of which the step takes the first.
    First,
    /// A place in S3, or a path in a directory that is lent.
    Location,
    /// The glob of `include`, which has no effect in Rundeck, `exclude` or not.
    Include,
    /// What no step here has.
    LeftOut(LeftOut),
    /// `aws.region`.
    Region,
    /// `aws.credentials.access_key_id`.
    AccessKey,
    /// `aws.credentials.secret_key_path`.
    SecretKey,
    /// A role in `aws.credentials.assume_role`.
    Role,
}

/// Why a property is left out, and what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftOut {
    /// Why.
    pub why: &'static str,
    /// What to do about it, as an imperative.
    pub next: &'static str,
}

/// Whether a plugin waits for what it has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waits {
    /// It has nothing to wait for.
    Never,
    /// Always.
    Always,
    /// When it is asked to.
    IfAsked,
}

/// A property of a plugin.
#[derive(Debug, Clone, Copy)]
pub struct Property {
    /// What it is called here.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// What Rundeck calls it, when that is not the same in camelCase.
    aliases: &'static [&'static str],
}

/// A plugin of ours.
#[derive(Debug, Clone, Copy)]
pub struct Plugin {
    /// What it is called here.
    pub name: &'static str,
    /// What Rundeck calls it.
    known_as: &'static [&'static str],
    properties: &'static [Property],
    waits: Waits,
    /// What it puts out.
    pub outputs: &'static [&'static str],
}

const fn property(name: &'static str, kind: Kind) -> Property {
    Property { name, kind, aliases: &[] }
}

const fn text(name: &'static str) -> Property {
    property(name, Kind::Text)
}

impl Property {
    const fn alias(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    fn is_called(&self, key: &str) -> bool {
        self.name == identifier(key, "property") || self.aliases.contains(&key)
    }
}

/// What every AWS plugin of Rundeck has; none of it is configuration of a plugin here.
static COMMON: &[Property] = &[
    property("region", Kind::Region).alias(&["default_region"]),
    property("access_key_id", Kind::AccessKey).alias(&["access_key", "accessKey"]),
    property("secret_key_path", Kind::SecretKey).alias(&["secret_access_key", "secretKey", "secretAccessKey"]),
    property("assume_role_arn", Kind::Role),
];

const WAIT: Property = property("wait", Kind::Flag);

const TIMEOUT: Property = property("timeout", Kind::Seconds).alias(&["timeoutSeconds"]);

const POLL_EVERY: Property = property("poll_every", Kind::Seconds).alias(&["pollSeconds"]);

impl Waits {
    fn properties(self) -> &'static [Property] {
        match self {
            Self::Never => &[],
            Self::Always => &[TIMEOUT, POLL_EVERY],
            Self::IfAsked => &[WAIT, TIMEOUT, POLL_EVERY],
        }
    }
}

impl Plugin {
    /// Every plugin that stands for one of Rundeck's.
    pub fn all() -> &'static [Self] {
        PLUGINS
    }

    /// What its configuration can hold.
    pub fn properties(&self) -> impl Iterator<Item = &'static str> {
        self.known().filter(|property| !matches!(property.kind, Kind::LeftOut(_))).map(|property| property.name)
    }

    fn known(&self) -> impl Iterator<Item = &'static Property> {
        self.properties.iter().chain(self.waits.properties())
    }

    /// The plugin that a type of Rundeck's stands for.
    pub fn find(provider: &str) -> Option<&'static Self> {
        let wanted = normal(provider);
        PLUGINS
            .iter()
            .find(|plugin| normal(plugin.name) == wanted || plugin.known_as.iter().any(|known| normal(known) == wanted))
    }

    /// The property that Rundeck calls so.
    pub fn property(&self, key: &str) -> Option<&'static Property> {
        self.known().chain(COMMON).find(|property| property.is_called(key))
    }
}

/// Only letters and digits, without the words at the end that say what kind of plugin it is.
fn normal(name: &str) -> String {
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let name = name.to_ascii_lowercase();
    let ends = ["plugin", "step", "workflow", "node"];
    let cut = ends.iter().fold(name.as_str(), |name, end| name.strip_suffix(end).unwrap_or(name));
    cut.to_owned()
}

#[cfg(test)]
mod tests {
    use stepwell_model::id::{OptionName, PluginName};

    use super::*;

    #[test]
    fn types_and_titles_find_the_same_plugin() {
        for (provider, name) in [
            ("aws-vm-stop-step", "ec2-stop"),
            ("AWS / VM / Stop", "ec2-stop"),
            ("aws-validate-credentials-step", "aws-validate-credentials"),
            ("aws-query-cloudwatch-logs-step", "cloudwatch-logs-query"),
            ("aws-rds-status", "rds-status"),
            ("aws-target-elb", "elb-unhealthy-targets"),
            ("aws-ecs-stopped-tasks", "ecs-stopped-tasks"),
            ("aws-lambda-custom-code-execution", "lambda-custom-code"),
            ("aws-cli-s3-cp-step", "s3-copy"),
            ("ec2-start", "ec2-start"),
        ] {
            assert_eq!(Plugin::find(provider).map(|plugin| plugin.name), Some(name), "{provider}");
        }
        assert!(Plugin::find("flow-control").is_none());
    }

    #[test]
    fn no_type_stands_for_two_plugins_and_every_name_is_valid() {
        let mut seen = std::collections::HashMap::new();
        for plugin in PLUGINS {
            assert!(plugin.name.parse::<PluginName>().is_ok(), "{}", plugin.name);
            for known in plugin.known_as.iter().chain([&plugin.name]) {
                let other = seen.insert(normal(known), plugin.name).unwrap_or(plugin.name);
                assert_eq!(other, plugin.name, "{known}");
            }
            for property in plugin.known().chain(COMMON) {
                assert!(property.name.parse::<OptionName>().is_ok(), "{}", property.name);
                assert_eq!(plugin.property(property.name).map(|found| found.name), Some(property.name));
            }
        }
    }
}
