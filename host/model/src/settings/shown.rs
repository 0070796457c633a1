//! Every setting as the files write it, with its place, and the defaults of those that no file has.

use toml::de::{DeTable, DeValue};
use toml_writer::{ToTomlKey as _, TomlKeyBuilder};

use crate::source::{Place, Source};

/// The default of each setting that has one, as a file would write it.
const DEFAULTS: [(&str, &str); 18] = [
    ("aws.allow_default_chain", "true"),
    ("aws.allow_other_providers", "true"),
    ("aws.allow_unverified_roles", "false"),
    ("http.networks", "[]"),
    ("http.no_proxy", "[]"),
    ("keys", "[{ path = \"keys\", store = \"file\" }]"),
    ("limits.checkpoint", "\"64KiB\""),
    ("limits.checkpoint_total", "\"64MiB\""),
    ("limits.cpu_time", "\"5s\""),
    ("limits.host_calls", "100000"),
    ("limits.http_answer", "\"8MiB\""),
    ("limits.http_download", "\"64MiB\""),
    ("limits.http_request", "\"1MiB\""),
    ("limits.http_timeout", "\"30s\""),
    ("limits.log_bytes", "\"4MiB\""),
    ("limits.log_events", "10000"),
    ("limits.memory", "\"64MiB\""),
    ("limits.outputs", "\"1MiB\""),
];

/// A setting.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownSetting {
    /// The path of its key: `limits.memory`, `keys[0].path`, `grants."acme-cleanup".allow`.
    pub key: String,
    /// Its value.
    pub value: toml::Value,
    /// Where it stands; none for a default.
    pub place: Option<Place>,
    /// Whether the setting of another file stands in its place.
    pub is_overridden: bool,
}

/// All settings, sorted by key. Authority is intersected, so that an entry of `[grants]`, `[secrets]` or `[directories]`
/// overrides none.
pub fn shown(system: &Source, project: Option<&Source>) -> Vec<ShownSetting> {
    let mut all = written(system);
    let of_project = project.map(written).unwrap_or_default();
    for setting in &mut all {
        let replaces = |other: &ShownSetting| match setting.key.split_once('.') {
            Some(("aws", rest)) if rest.starts_with("credentials") => other.key.starts_with("aws.credentials"),
            Some(("aws" | "limits", _)) => other.key == setting.key,
            _ => false,
        };
        setting.is_overridden = of_project.iter().any(replaces);
    }
    all.extend(of_project);
    let is_store_of_all = |setting: &ShownSetting| {
        setting.key.starts_with("keys[") && setting.key.ends_with("].path") && setting.value.as_str() == Some("keys")
    };
    let is_set = |key: &str| match key {
        // The encrypted file has the keys that no other store has.
        "keys" => all.iter().any(is_store_of_all),
        _ => all.iter().any(|setting| setting.key == key),
    };
    let unset = DEFAULTS.iter().filter(|(key, _)| !is_set(key));
    let default = |(key, text): &(&str, &str)| {
        let value = text.parse().ok()?;
        Some(ShownSetting { key: (*key).to_owned(), value, place: None, is_overridden: false })
    };
    let defaults: Vec<_> = unset.filter_map(default).collect();
    all.extend(defaults);
    all.sort_by(|one, other| one.key.cmp(&other.key));
    all
}

/// The settings of a file that was read before.
fn written(source: &Source) -> Vec<ShownSetting> {
    let mut found = Vec::new();
    if let (Ok(places), Ok(values)) = (DeTable::parse(&source.text), source.text.parse::<toml::Table>()) {
        walk(source, "", places.get_ref(), &values, &mut found);
    }
    found
}

fn walk(source: &Source, above: &str, places: &DeTable<'_>, values: &toml::Table, found: &mut Vec<ShownSetting>) {
    for (name, place) in places {
        let Some(value) = values.get(name.get_ref().as_ref()) else { continue };
        let dot = if above.is_empty() { "" } else { "." };
        let key = format!("{above}{dot}{}", TomlKeyBuilder::new(name.get_ref()).as_default().to_toml_key());
        match (place.get_ref(), value) {
            (DeValue::Table(places), toml::Value::Table(values)) => walk(source, &key, places, values, found),
            (DeValue::Array(places), toml::Value::Array(values))
                if !values.is_empty() && values.iter().all(toml::Value::is_table) =>
            {
                for (at, (place, value)) in places.iter().zip(values).enumerate() {
                    if let (DeValue::Table(places), toml::Value::Table(values)) = (place.get_ref(), value) {
                        walk(source, &format!("{key}[{at}]"), places, values, found);
                    }
                }
            }
            _ => {
                let place = Some(source.place(&name.span()));
                found.push(ShownSetting { key, value: value.clone(), place, is_overridden: false });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::settings::{System, limits};

    fn lines(system: &str, project: Option<&str>) -> Vec<String> {
        let (system, project) = (Source::new("s.toml", system), project.map(|text| Source::new("p.toml", text)));
        let line = |setting: &ShownSetting| {
            let place = setting.place.as_ref().map_or_else(|| "default".to_owned(), Place::to_string);
            let over = if setting.is_overridden { " overridden" } else { "" };
            format!("{} = {} {place}{over}", setting.key, setting.value)
        };
        shown(&system, project.as_ref()).iter().map(line).collect()
    }

    #[test]
    fn every_setting_has_its_place_and_the_one_that_counts() {
        let system = "[limits]\nmemory = \"32MiB\"\n[[aws.credentials.assume_role]]\nrole_arn = \"r\"\n\
                      [grants.\"a.b\"]\nallow = [\n  \"ec2:*\",\n]\n";
        let project = "name = \"web\"\n[limits]\nmemory = \"16MiB\"\n[grants.\"a.b\"]\nallow = []\n\
                       [aws.credentials]\nprovider = \"ec2\"\n";
        let shown = lines(system, Some(project));
        let expected = [
            "aws.credentials.assume_role[0].role_arn = \"r\" s.toml:4:1 overridden",
            "aws.credentials.provider = \"ec2\" p.toml:7:1",
            "grants.\"a.b\".allow = [\"ec2:*\"] s.toml:6:1",
            "grants.\"a.b\".allow = [] p.toml:5:1",
            "limits.memory = \"32MiB\" s.toml:2:1 overridden",
            "limits.memory = \"16MiB\" p.toml:3:1",
            "name = \"web\" p.toml:1:1",
        ];
        let set: Vec<_> = shown.iter().filter(|line| !line.ends_with(" default")).collect();
        assert_eq!(set, expected.iter().collect::<Vec<_>>());
        assert!(shown.contains(&"limits.outputs = \"1MiB\" default".to_owned()), "{shown:?}");
    }

    #[test]
    fn the_defaults_are_those_that_apply() {
        let text: String = DEFAULTS.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
        let written = System::read(Source::new("s.toml", text)).expect("they are valid");
        let default = System::default();
        assert_eq!(limits(&written.settings, None), Ok(Limits::default()));
        let stores = |system: &System| -> Vec<_> {
            system.key_stores.iter().map(|store| (store.path.clone(), store.store.clone())).collect()
        };
        assert_eq!((stores(&written), &written.http), (stores(&default), &default.http));
        let switches = |system: &System| {
            let aws = &system.settings.aws;
            (aws.allows_default_chain(), aws.allows_other_providers(), aws.allows_unverified_roles())
        };
        assert_eq!(switches(&written), switches(&default));
    }
}
