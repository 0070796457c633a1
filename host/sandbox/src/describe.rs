//! Checks a plugin's description of itself.

use semver::Version;
use serde_json::Value as Json;
use stepwell_aws::HostFault;
use stepwell_aws::wit::exports::stepwell::step::step;
use stepwell_model::id::PluginName;
use stepwell_model::plugin::{Description, Kind};
use stepwell_model::schema::Schema;

use crate::error::LoadError;
use crate::fault::{StepFault, cut};

/// Bytes of a schema: more than any form for people needs.
const LONGEST_SCHEMA: usize = 256 << 10;

/// Bytes of the summary, which is a line in a list.
const LONGEST_SUMMARY: usize = 300;

/// The contract has two kinds.
const MOST_KINDS: usize = 8;

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
    if described.kinds.is_empty() {
        return Err(invalid("kinds", "there is none, so no step of a job can use the plugin"));
    }
    if described.kinds.len() > MOST_KINDS {
        return Err(invalid("kinds", "there are more than exist"));
    }
    Ok(Description {
        name: name.into(),
        version: version.to_string(),
        summary: cut(&summary, LONGEST_SUMMARY),
        kinds: described.kinds.into_iter().map(kind).collect(),
        config_schema: schema("config-schema", &described.config_schema)?,
        outputs_schema: schema("outputs-schema", &described.outputs_schema)?,
    })
}

fn kind(kind: step::Kind) -> Kind {
    match kind {
        step::Kind::WorkflowStep => Kind::WorkflowStep,
        step::Kind::NodeStep => Kind::NodeStep,
    }
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
