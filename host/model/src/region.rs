//! `region` of `[aws]` in a job file.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use toml::Spanned;

use crate::id::RegionName;
use crate::schema_form::impl_schema;
use crate::value::Value;

/// The region of the calls of a step: a name, or an expression that has one as its value.
///
/// The plan evaluates an expression whose names it knows. Only the run knows the others, such as `item.region`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Region {
    /// A name.
    Named(RegionName),
    /// A text with an expression.
    Computed(Spanned<Value>),
}

impl Region {
    /// The name. None for an expression.
    pub fn name(&self) -> Option<&RegionName> {
        match self {
            Self::Named(name) => Some(name),
            Self::Computed(_) => None,
        }
    }
}

impl From<RegionName> for Region {
    fn from(name: RegionName) -> Self {
        Self::Named(name)
    }
}

/// The text as the file has it.
impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) => f.write_str(name.as_str()),
            Self::Computed(text) => f.write_str(text.get_ref().literal().as_str().unwrap_or_default()),
        }
    }
}

impl Serialize for Region {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Region {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Spanned::<String>::deserialize(deserializer)?;
        if text.get_ref().contains("${") {
            return Ok(Self::Computed(Spanned::new(text.span(), Value::Text(text.into_inner()))));
        }
        text.into_inner().try_into().map(Self::Named).map_err(de::Error::custom)
    }
}

impl_schema! {
    Region: { "type": "string", "pattern": "^[a-z0-9][a-z0-9-]{2,31}$|\\$\\{" };
}
