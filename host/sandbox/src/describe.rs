//! Checks a plugin's description of itself.

mod extra;

use semver::Version;
use serde_json::Value as Json;
use stepwell_aws::HostFault;
use stepwell_aws::wit::exports::stepwell::step::step;
use stepwell_model::error::list_names;
use stepwell_model::id::PluginName;
use stepwell_model::plugin::{Description, Kind};
use stepwell_model::schema::Schema;

use crate::error::LoadError;
use crate::fault::{StepFault, cut};

/// Bytes of a schema: more than any form for people needs.
const LONGEST_SCHEMA: usize = 256 << 10;

/// Bytes of the summary, which is a line in a list.
const LONGEST_SUMMARY: usize = 300;

/// Kinds of a description, unknown ones included. The contract has two.
const MOST_KINDS: usize = 16;

/// Bytes of a kind in an error.
const LONGEST_KIND: usize = 64;

/// The error of a description that a fault ended.
pub(crate) fn failed(fault: StepFault) -> LoadError {
    match fault {
        StepFault::Host(HostFault::Describing { function }) => LoadError::DescribeCalled { function },
        fault => LoadError::DescribeFailed(fault),
    }
}

/// The description, when it is valid.
pub(crate) fn valid(described: step::Description) -> Result<Description, LoadError> {
    let name = described.name.parse::<PluginName>().map_err(|error| invalid("name", &error.to_string()))?;
    let version = Version::parse(&described.version).map_err(|error| {
        invalid("version", &format!("`{}` is not a semantic version: {error}", cut(&described.version, 64)))
    })?;
    let summary = described.summary.split_whitespace().collect::<Vec<_>>().join(" ");
    if summary.is_empty() {
        return Err(invalid("summary", "it is empty"));
    }
    Ok(Description {
        name: name.into(),
        version: version.to_string(),
        summary: cut(&summary, LONGEST_SUMMARY),
        kinds: kinds(&described.kinds)?,
        config_schema: schema("config-schema", &described.config_schema)?,
        outputs_schema: schema("outputs-schema", &described.outputs_schema)?,
        extra: extra::valid(&described.extra)?,
    })
}

/// The kinds that this host knows. A plugin that a later host can use in one more position is as good in this one.
fn kinds(described: &[String]) -> Result<Vec<Kind>, LoadError> {
    if described.len() > MOST_KINDS {
        return Err(invalid("kinds", &format!("there are more than {MOST_KINDS}")));
    }
    let known = |kind: &Kind| described.iter().any(|described| described == kind.as_str());
    let kinds: Vec<_> = Kind::ALL.into_iter().filter(known).collect();
    if kinds.is_empty() {
        let here = list_names(Kind::ALL.map(Kind::as_str));
        let shown: Vec<_> = described.iter().map(|kind| cut(kind, LONGEST_KIND)).collect();
        let there = list_names(shown.iter().map(String::as_str));
        return Err(invalid("kinds", &format!("this host has {here}, and the plugin has {there}")));
    }
    Ok(kinds)
}

fn schema(field: &'static str, text: &str) -> Result<Schema, LoadError> {
    if text.len() > LONGEST_SCHEMA {
        return Err(invalid(field, "it is larger than 256 KiB"));
    }
    let schema: Json =
        serde_json::from_str(text).map_err(|error| invalid(field, &format!("it is not JSON: {error}")))?;
    Schema::usable(schema).map_err(|reason| invalid(field, &reason))
}

fn invalid(field: &'static str, reason: &str) -> LoadError {
    LoadError::Description { field, reason: cut(reason, 1 << 10) }
}
