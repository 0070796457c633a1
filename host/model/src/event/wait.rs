//! Checkpoints and progress.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schema_form::impl_schema;

/// The progress of a wait (`step.progress` of the WIT) or of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Progress {
    /// The amount that is done.
    pub done: u64,
    /// The total amount; none while it is unknown.
    pub total: Option<u64>,
    /// The unit of both.
    pub unit: String,
}

/// The state that a plugin gets back after a wait. Only the plugin knows the meaning of the bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checkpoint(pub Arc<[u8]>);

impl_schema! {
    Checkpoint: { "type": "string", "contentEncoding": "base64" };
}

impl Serialize for Checkpoint {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use base64::Engine as _;
        serializer.serialize_str(&base64::engine::general_purpose::STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Checkpoint {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use base64::Engine as _;
        let text = String::deserialize(deserializer)?;
        base64::engine::general_purpose::STANDARD
            .decode(text)
            .map(|bytes| Self(bytes.into()))
            .map_err(serde::de::Error::custom)
    }
}
