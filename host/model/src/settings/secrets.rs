//! `[secrets]`: where the owners of keys let them go.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::error::SettingsError;
use super::named_entries;
use crate::destination::{Destination, DestinationText};
use crate::id::{KeyPath, KeyPattern};
use crate::source::{Place, Source};

/// Where a secret may go.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawSecret {
    /// The IAM actions whose requests may carry the secret, such as `ssm:SendCommand`, and the addresses of HTTP requests
    /// that may, such as `https://api.pagerduty.com/*`. `lambda:InvokeFunction` may be followed by the ARN of the only
    /// function, with wildcards. An empty list lets it go nowhere.
    #[schemars(with = "Vec<DestinationText>")]
    to: Vec<Spanned<String>>,
    /// Whether the servers at these addresses may repeat the secret in an answer. The host then withholds the answer from
    /// the plugin. `false` says that they do not.
    #[serde(default = "yes")]
    echoes: bool,
}

fn yes() -> bool {
    true
}

/// One `[secrets."key"]` entry.
#[derive(Debug, Clone, PartialEq)]
pub struct SecretEntry {
    /// The only places that the secret may go to.
    pub to: Vec<Destination>,
    /// Whether the answer to an HTTP request with the secret may repeat it.
    pub echoes: bool,
    /// The place of the entry.
    pub place: Place,
}

/// The `[secrets]` of one file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SecretSection(pub BTreeMap<KeyPattern, SecretEntry>);

impl SecretSection {
    /// The entry for a key: the most specific one.
    pub fn find(&self, key: &KeyPath) -> Option<(&KeyPattern, &SecretEntry)> {
        let matching = self.0.iter().filter(|(pattern, _)| pattern.matches(key));
        matching.max_by_key(|(pattern, _)| pattern.as_str().len())
    }
}

/// Reads the section. `project` is the name of the project whose file it is.
pub(super) fn secret_section(
    source: &Source,
    project: Option<&str>,
    raw: BTreeMap<Spanned<KeyPattern>, RawSecret>,
) -> Result<SecretSection, SettingsError> {
    let read = |key: &KeyPattern, RawSecret { to, echoes }, place| {
        if project.is_some_and(|project| key.is_foreign_to(project)) {
            return Err(SettingsError::ForeignSecret { key: key.clone(), place });
        }
        let to = Destination::parse_all(&to, source);
        let to = to.map_err(|(error, place)| SettingsError::Destination { error, place })?;
        Ok(SecretEntry { to, echoes, place })
    };
    named_entries(source, raw, read).map(SecretSection)
}

#[cfg(test)]
mod tests {
    use super::super::{Project, System};
    use super::*;
    use crate::error::NextAction as _;

    fn system(text: &str) -> Result<System, SettingsError> {
        System::read(Source::new("stepwell.toml", text))
    }

    fn project(text: &str) -> Result<Project, SettingsError> {
        Project::read(Source::new("project.toml", format!("name = \"web\"\n{text}")))
    }

    #[test]
    fn the_most_specific_entry_decides() {
        let text = "[secrets.\"keys/\"]\nto = []\n[secrets.\"keys/shared/\"]\nto = [\"ssm:SendCommand\"]\n\
                    [secrets.\"keys/shared/a\"]\nto = [\"lambda:InvokeFunction\", \"ec2:RunInstances\"]";
        let system = system(text).expect("valid");
        let found = |key: &str| {
            let (pattern, entry) = system.settings.secrets.find(&key.parse().expect("valid"))?;
            Some((pattern.to_string(), entry.to.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")))
        };
        for (key, pattern, to) in [
            ("keys/shared/a", "keys/shared/a", "lambda:InvokeFunction ec2:RunInstances"),
            ("keys/shared/ab", "keys/shared/", "ssm:SendCommand"),
            ("keys/shared/a/b", "keys/shared/", "ssm:SendCommand"),
            ("keys/sharedness", "keys/", ""),
        ] {
            assert_eq!(found(key), Some((pattern.to_owned(), to.to_owned())), "{key}");
        }
    }

    #[test]
    fn what_is_wrong_in_the_section_is_told_with_its_place() {
        for (wrong, what, place, next) in [
            (
                "[secrets.\"keys/a\"]\nto = [\"ssm:SendComand\"]",
                "no plugin can send a secret with `ssm:SendComand`",
                "2:8",
                "write `ssm:SendCommand`",
            ),
            (
                "[secrets.\"keys/a\"]\nto = [\"ssm:SendCommand\", \"lambda:InvokeFunction notify\"]",
                "`notify` names no Lambda function",
                "2:49",
                "write an ARN such as `arn:aws:lambda:*:*:function:notify`",
            ),
            ("[secrets.\"keys/a\"]", "missing key `to`", "1:1", "correct line 1 of stepwell.toml"),
            ("[secrets.\"keys/a\"]\nto = []\ntoo = 1", "unknown key `too`", "3:1", "write `to` instead of `too`"),
            (
                "[secrets.\"keys/a\"]\nto = \"ssm:SendCommand\"",
                "invalid type: string",
                "2:6",
                "correct line 2 of stepwell.toml",
            ),
        ] {
            let error = system(wrong).expect_err(wrong);
            assert!(error.to_string().starts_with(what), "{wrong}: {error}");
            assert!(error.because().contains(&format!("stepwell.toml:{place}")), "{wrong}: {}", error.because());
            assert_eq!(error.next(), next, "{wrong}");
        }
        for wrong in ["keys", "keys//", "keys/a//", "/keys/a", "keys/*", "shared/a"] {
            assert!(system(&format!("[secrets.\"{wrong}\"]\nto = []")).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_project_names_only_keys_that_its_jobs_can_use() {
        for foreign in ["keys/system/", "keys/system/a", "keys/project/shop/", "keys/project/shop/a"] {
            let text = format!("[secrets.\"{foreign}\"]\nto = []");
            let error = project(&text).expect_err(foreign);
            assert!(matches!(&error, SettingsError::ForeignSecret { place, .. } if place.line == 2), "{error:?}");
            assert!(system(&text).is_ok(), "{foreign}");
        }
        for own in
            ["keys/", "keys/shared/a", "keys/project/", "keys/project/web/", "keys/project/web/a", "keys/systems/a"]
        {
            assert!(project(&format!("[secrets.\"{own}\"]\nto = []")).is_ok(), "{own}");
        }
    }
}
