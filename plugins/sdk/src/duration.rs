use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// A length of time, written as text: `"90s"`, `"10m"`, `"1h30m"`.
///
/// Units are `d`, `h`, `m`, `s` and `ms`, from the largest to the smallest, each at most once. In a
/// [`Config`](crate::WaitingStep::Config) the schema has the pattern, so that a wrong duration is refused before the
/// job starts.
///
/// ```
/// use stepwell_plugin::Duration;
///
/// let timeout: Duration = "1h30m".parse().unwrap();
/// assert_eq!(timeout, Duration::minutes(90));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Duration {
    milliseconds: u64,
}

/// The name and length in milliseconds of each unit, in their order in the text.
const UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// At most nine digits, so that the sum fits into 64 bits.
const PATTERN: &str = "^([0-9]{1,9}d)?([0-9]{1,9}h)?([0-9]{1,9}m)?([0-9]{1,9}s)?([0-9]{1,9}ms)?$";

impl Duration {
    /// `count` milliseconds.
    #[must_use]
    pub const fn milliseconds(count: u64) -> Self {
        Self { milliseconds: count }
    }

    /// `count` seconds.
    #[must_use]
    pub const fn seconds(count: u64) -> Self {
        Self::milliseconds(count.saturating_mul(1_000))
    }

    /// `count` minutes.
    #[must_use]
    pub const fn minutes(count: u64) -> Self {
        Self::seconds(count.saturating_mul(60))
    }

    /// The whole length in milliseconds.
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.milliseconds
    }
}

/// The text is not a [`Duration`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotADuration {
    text: String,
}

impl fmt::Display for NotADuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a duration such as `90s`, `10m` or `1h30m`", self.text)
    }
}

impl std::error::Error for NotADuration {}

impl FromStr for Duration {
    type Err = NotADuration;

    fn from_str(text: &str) -> Result<Self, NotADuration> {
        milliseconds_in(text).map(Self::milliseconds).ok_or_else(|| NotADuration { text: text.to_owned() })
    }
}

fn milliseconds_in(text: &str) -> Option<u64> {
    let mut rest = text;
    let mut units = UNITS.iter();
    let mut sum = 0;
    loop {
        let (digits, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?);
        let (unit, after) = after.split_at(after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len()));
        let (_, length) = units.find(|(name, _)| *name == unit)?;
        if digits.len() > 9 {
            return None;
        }
        sum += digits.parse::<u64>().ok()? * length;
        if after.is_empty() {
            return Some(sum);
        }
        rest = after;
    }
}

impl TryFrom<String> for Duration {
    type Error = NotADuration;

    fn try_from(text: String) -> Result<Self, NotADuration> {
        text.parse()
    }
}

impl From<Duration> for String {
    fn from(duration: Duration) -> Self {
        duration.to_string()
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.milliseconds == 0 {
            return f.write_str("0s");
        }
        let mut rest = self.milliseconds;
        for (name, length) in UNITS {
            if rest >= length {
                write!(f, "{}{name}", rest / length)?;
                rest %= length;
            }
        }
        Ok(())
    }
}

impl JsonSchema for Duration {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        // Every part of the pattern is optional, hence the length: `regex` has no look-ahead to express it.
        json_schema!({ "type": "string", "pattern": PATTERN, "minLength": 2 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_in_every_unit() {
        for (text, milliseconds) in [
            ("250ms", 250),
            ("90s", 90_000),
            ("10m", 600_000),
            ("1h30m", 5_400_000),
            ("2d1h1m1s1ms", 176_461_001),
            ("0s", 0),
            ("5m250ms", 300_250),
        ] {
            assert_eq!(text.parse(), Ok(Duration::milliseconds(milliseconds)), "{text}");
        }
    }

    #[test]
    fn text_of_any_other_form_is_refused() {
        for text in
            ["", "10", "m", "s10", "30m1h", "1m1m", "-1s", "1.5h", "10 m", "10M", "1w", "1s ", "1234567890s", "²s"]
        {
            assert!(text.parse::<Duration>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_written_duration_can_be_read() {
        for milliseconds in [0, 1, 999, 1_000, 61_001, 5_400_000, 86_400_000, 90_061_001] {
            let duration = Duration::milliseconds(milliseconds);
            assert_eq!(duration.to_string().parse(), Ok(duration));
        }
        assert_eq!(Duration::minutes(90).to_string(), "1h30m");
    }
}
