//! Asking a plugin what it is.

use std::time::Duration;

use semver::Version;
use serde_json::Value as Json;
use stepwell_aws::HostFault;
use stepwell_aws::wit::exports::stepwell::step::step;
use stepwell_model::id::PluginName;
use stepwell_model::limits::Limits;
use stepwell_model::plugin::{Description, Kind};
use stepwell_model::schema::Schema;
use stepwell_secrets::Masker;

use crate::error::LoadError;
use crate::fault::StepFault;
use crate::load::Component;
use crate::log::LogSink;
use crate::outcome::cut;
use crate::sandbox::Sandbox;

/// How long a plugin may take to say what it is. Of computing time it has as much as in any call; this ends one that
/// sleeps.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Bytes of a schema: more than any form that people fill in.
const LONGEST_SCHEMA: usize = 256 << 10;

/// Bytes of the summary: it is a line in a list.
const LONGEST_SUMMARY: usize = 300;

impl Sandbox {
    /// Asks the plugin what it is. It runs as in a call, but none of its imports answers but `log`.
    ///
    /// # Errors
    /// When it breaks, calls something, or says what is not valid.
    pub async fn describe(&self, component: &Component, limits: Limits) -> Result<Description, LoadError> {
        let log = LogSink::new(None, limits, Masker::new());
        let said = self.run(component, None, log, limits, async |store, plugin| {
            plugin.stepwell_step_step().call_describe(store).await
        });
        let said = tokio::time::timeout(LONGEST_WAIT, said).await.map_err(|_| LoadError::DescribeTooSlow)?;
        valid(said.map_err(failed)?)
    }
}

fn failed(fault: StepFault) -> LoadError {
    match fault {
        StepFault::Host(HostFault::Describing { interface, function }) => {
            LoadError::DescribeCalled { function: format!("{interface}.{function}") }
        }
        fault => LoadError::DescribeFailed(fault),
    }
}

fn valid(said: step::Description) -> Result<Description, LoadError> {
    let name = said.name.parse::<PluginName>().map_err(|error| invalid("name", &error.to_string()))?;
    let version = Version::parse(&said.version).map_err(|error| {
        invalid("version", &format!("`{}` is no semantic version: {error}", cut(&said.version, 64)))
    })?;
    let summary = said.summary.split_whitespace().collect::<Vec<_>>().join(" ");
    if summary.is_empty() {
        return Err(invalid("summary", "it is empty"));
    }
    if said.kinds.is_empty() {
        return Err(invalid("kinds", "there is none, so the plugin fits nowhere in a job"));
    }
    Ok(Description {
        name: name.into(),
        version: version.to_string(),
        summary: cut(&summary, LONGEST_SUMMARY),
        kinds: said.kinds.into_iter().map(kind).collect(),
        config_schema: schema("config-schema", &said.config_schema)?,
        outputs_schema: schema("outputs-schema", &said.outputs_schema)?,
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
