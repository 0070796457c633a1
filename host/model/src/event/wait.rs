//! Waits, and how far something has come.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// How far a wait (`step.progress` of the WIT), or a call, has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// So much is done.
    pub done: u64,
    /// Of so much; none when that is not known.
    pub total: Option<u64>,
    /// What is counted.
    pub unit: String,
}

/// What a plugin wants back after a wait. Its bytes are the plugin's own business.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checkpoint(pub Arc<[u8]>);

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
