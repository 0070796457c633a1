//! Waits for a duration or until a time.

use std::time::UNIX_EPOCH;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::{Duration, Failure, Invocation, Outcome, Wait, WaitingStep, clock};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-stepwell-rules" = [{
    "schema": { "oneOf": [{ "required": ["duration"] }, { "required": ["until"] }] },
    "message": "either `duration` or `until` is required, and not both",
    "next": "write duration = \"15m\", or until = \"2026-12-01T06:00:00Z\"",
}]))]
struct Config {
    /// The time to wait, within `timeout` of the step. Either this or `until` is required.
    #[serde(default)]
    #[schemars(with = "Duration", extend("x-stepwell-within-timeout" = true))]
    duration: Option<Duration>,
    /// The time until which to wait, with its offset from UTC, such as `2026-12-01T06:00:00+01:00`. A time in the past is
    /// no wait. `timeout` of the step has to be longer than the wait.
    #[serde(default)]
    #[schemars(
        with = "String",
        regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})$")
    )]
    until: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Outputs {
    /// The time until which the step waited, such as `2026-12-01T05:00:00Z`.
    until: String,
}

/// The checkpoint: a wait that goes on in another process ends at the same time.
#[derive(Debug, Serialize, Deserialize)]
struct Waiting {
    until_ms: u64,
}

struct WaitStep;

// Nothing to cancel: a wait changes nothing.
impl WaitingStep for WaitStep {
    type Config = Config;
    type Outputs = Outputs;
    type Checkpoint = Waiting;

    fn start(_: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        let now = clock::now();
        look(Waiting { until_ms: config.until(now)? }, now)
    }

    fn resume(_: &Invocation, _: Config, waiting: Waiting) -> Result<Outcome<Self>, Failure> {
        look(waiting, clock::now())
    }
}

impl Config {
    fn until(&self, now: u64) -> Result<u64, Failure> {
        match (self.duration, &self.until) {
            (Some(duration), None) => Ok(now.saturating_add(duration.as_millis()).min(LATEST_MS)),
            (None, Some(until)) => {
                let no_time = || Failure::configuration_invalid(format!("`until` is `{until}`, which is no time"));
                milliseconds(until).ok_or_else(no_time)
            }
            (None, None) => Err(Failure::configuration_invalid("either `duration` or `until` is required")),
            (Some(_), Some(_)) => {
                Err(Failure::configuration_invalid("`duration` and `until` cannot be used together; leave out one"))
            }
        }
    }
}

fn look(waiting: Waiting, now: u64) -> Result<Outcome<WaitStep>, Failure> {
    let until = rfc3339(waiting.until_ms);
    if now >= waiting.until_ms {
        return Ok(Outcome::Done(Outputs { until }));
    }
    let after = Duration::milliseconds(waiting.until_ms - now);
    Ok(Outcome::Wait(Wait { after, checkpoint: waiting, message: format!("until {until}"), progress: None }))
}

/// The end of the year 9999, the last one that can be written.
const LATEST_MS: u64 = 253_402_300_799_999;

fn rfc3339(milliseconds: u64) -> String {
    let since = std::time::Duration::from_millis(milliseconds.min(LATEST_MS));
    humantime::format_rfc3339_seconds(UNIX_EPOCH + since).to_string()
}

/// Milliseconds since 1970 of a time with its offset; 0 for an earlier time. None when it is no time.
fn milliseconds(text: &str) -> Option<u64> {
    let (local, offset) = match text.strip_suffix('Z') {
        Some(local) => (local, 0),
        None => {
            let (local, offset) = text.split_at_checked(text.len().checked_sub(6)?)?;
            (local, offset_ms(offset)?)
        }
    };
    let local = humantime::parse_rfc3339(&format!("{local}Z")).ok()?;
    let local = i64::try_from(local.duration_since(UNIX_EPOCH).ok()?.as_millis()).ok()?;
    Some(u64::try_from(local - offset).unwrap_or_default())
}

/// Milliseconds of an offset such as `+01:00`.
fn offset_ms(offset: &str) -> Option<i64> {
    let (sign, offset) = match offset.strip_prefix('-') {
        Some(offset) => (-1, offset),
        None => (1, offset.strip_prefix('+')?),
    };
    let (hours, minutes) = offset.split_once(':')?;
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    ((0..24).contains(&hours) && (0..60).contains(&minutes)).then_some(sign * (hours * 60 + minutes) * 60_000)
}

stepwell_plugin::export!(WaitStep);

#[cfg(test)]
mod tests {
    use super::*;

    fn config(duration: Option<u64>, until: Option<&str>) -> Config {
        Config { duration: duration.map(Duration::milliseconds), until: until.map(str::to_owned) }
    }

    #[test]
    fn a_time_is_read_with_its_offset() {
        assert_eq!(milliseconds("2026-01-02T03:04:05Z"), Some(1_767_323_045_000));
        assert_eq!(milliseconds("2026-01-02T04:04:05+01:00"), Some(1_767_323_045_000));
        assert_eq!(milliseconds("2026-01-01T21:34:05-05:30"), Some(1_767_323_045_000));
        for text in ["2026-02-30T00:00:00Z", "2026-01-02T03:04:05", "2026-01-02T03:04:05+24:00", "", "é"] {
            assert_eq!(milliseconds(text), None, "{text}");
        }
    }

    #[test]
    fn a_wait_ends_at_its_time_and_not_before() {
        let Ok(Outcome::Wait(wait)) = look(Waiting { until_ms: 5_000 }, 2_000) else { panic!("it waits") };
        assert_eq!((wait.after, wait.message.as_str()), (Duration::seconds(3), "until 1970-01-01T00:00:05Z"));
        assert!(matches!(look(Waiting { until_ms: 5_000 }, 5_000), Ok(Outcome::Done(_))));
    }

    #[test]
    fn either_a_duration_or_a_time_is_given() {
        assert_eq!(config(Some(10), None).until(5), Ok(15));
        assert_eq!(config(None, Some("1970-01-01T00:00:01Z")).until(5), Ok(1_000));
        assert_eq!(config(Some(u64::MAX), None).until(5), Ok(LATEST_MS));
        for config in [config(None, None), config(Some(1), Some("1970-01-01T00:00:01Z"))] {
            assert_eq!(config.until(0).unwrap_err().code, "ConfigurationInvalid");
        }
    }
}
