//! The time range of a query, which ends now.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

/// The value of `time_unit` in a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeUnit {
    /// `minutes`
    Minutes,
    /// `hours`
    Hours,
    /// `days`, of 24 hours
    Days,
    /// `weeks`, of 7 days
    Weeks,
}

impl TimeUnit {
    /// Name and length in milliseconds.
    const fn meaning(self) -> (&'static str, u64) {
        match self {
            Self::Minutes => ("minute", 60_000),
            Self::Hours => ("hour", 3_600_000),
            Self::Days => ("day", 86_400_000),
            Self::Weeks => ("week", 604_800_000),
        }
    }
}

impl JsonSchema for TimeUnit {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "TimeUnit".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": ["minutes", "hours", "days", "weeks"] })
    }
}

/// The time range of a query, which ends now: `3 hours`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Past {
    /// The number of units.
    pub count: u32,
    /// The unit.
    pub unit: TimeUnit,
}

impl Past {
    /// The beginning in milliseconds since 1970, if the end is `now`.
    #[must_use]
    pub fn begins(self, now: u64) -> u64 {
        now.saturating_sub(u64::from(self.count) * self.unit.meaning().1)
    }
}

impl fmt::Display for Past {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.count, self.unit.meaning().0) {
            (1, unit) => f.write_str(unit),
            (count, unit) => write!(f, "{count} {unit}s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_that_the_schema_names_has_its_length() {
        let now = 1_767_323_045_000;
        let schema = TimeUnit::json_schema(&mut SchemaGenerator::default());
        let names = schema.get("enum").and_then(|names| names.as_array()).unwrap();
        let begins = |name: &serde_json::Value| {
            let unit: TimeUnit = serde_json::from_value(name.clone()).unwrap();
            now - Past { count: 2, unit }.begins(now)
        };
        assert_eq!(names.iter().map(begins).collect::<Vec<_>>(), [120_000, 7_200_000, 172_800_000, 1_209_600_000]);
    }

    #[test]
    fn a_past_longer_than_all_time_begins_at_its_beginning() {
        assert_eq!(Past { count: u32::MAX, unit: TimeUnit::Weeks }.begins(1_767_323_045_000), 0);
    }

    #[test]
    fn one_unit_needs_no_number() {
        let text = |count, unit| Past { count, unit }.to_string();
        assert_eq!(text(1, TimeUnit::Hours), "hour");
        assert_eq!(text(30, TimeUnit::Minutes), "30 minutes");
    }
}
