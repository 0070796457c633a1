//! Runs a Logs Insights query on a log group and shows the result.

use schemars::JsonSchema;
use serde::Deserialize;
use stepwell_plugin::cloudwatch_logs::{self, Past, Query, QueryOutputs, TimeUnit};
use stepwell_plugin::{Duration, Failure, Invocation, Outcome, Schedule, StateWait, WaitingStep};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The log group.
    #[schemars(regex(pattern = r"^[.\-_/#A-Za-z0-9]{1,512}$"))]
    log_group: String,
    /// The unit of `past_time_range`.
    time_unit: TimeUnit,
    /// The length of the queried time range, which ends now, in units of `time_unit`.
    #[schemars(range(min = 1))]
    past_time_range: u32,
    /// The query, in the language of Logs Insights.
    #[schemars(length(min = 1, max = 10000))]
    query_string: String,
    /// The maximum number of rows. A limit in the query has priority.
    #[serde(default = "thousand")]
    #[schemars(range(min = 1, max = 10000))]
    limit: u32,
    /// Stop the query after this time.
    #[serde(default = "Schedule::usual_timeout")]
    #[schemars(extend("x-stepwell-within-timeout" = true))]
    timeout: Duration,
    /// The longest pause between two polls. The first pauses are shorter.
    #[serde(default = "five_seconds")]
    poll_every: Duration,
}

fn thousand() -> u32 {
    1000
}

fn five_seconds() -> Duration {
    Duration::seconds(5)
}

struct CloudwatchLogsQuery;

impl WaitingStep for CloudwatchLogsQuery {
    type Config = Config;
    type Outputs = QueryOutputs;
    type Checkpoint = StateWait;

    fn start(_: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        let query = Query {
            log_groups: vec![config.log_group],
            past: Past { count: config.past_time_range, unit: config.time_unit },
            query_string: config.query_string,
            query_language: None,
            limit: config.limit,
        };
        // No poll yet: a query takes at least a second.
        cloudwatch_logs::wait(query.start((config.timeout, config.poll_every), ())?)
    }

    fn resume(_: &Invocation, _: Config, mut waiting: StateWait) -> Result<Outcome<Self>, Failure> {
        match cloudwatch_logs::look(&mut waiting)? {
            Some(outputs) => Ok(Outcome::Done(outputs)),
            None => cloudwatch_logs::wait(waiting),
        }
    }

    fn cancel(_: &Invocation, _: Config, waiting: StateWait) -> Result<(), Failure> {
        cloudwatch_logs::stop(waiting.resource())
    }
}

stepwell_plugin::export!(CloudwatchLogsQuery);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn config(unit: &str) -> Result<Config, serde_json::Error> {
        serde_json::from_value(json!({
            "log_group": "/web", "time_unit": unit, "past_time_range": 2, "query_string": "fields @message",
        }))
    }

    #[test]
    fn a_query_looks_for_a_thousand_rows_unless_the_job_says_otherwise() {
        let config = config("weeks").unwrap();
        assert_eq!((config.time_unit, config.limit), (TimeUnit::Weeks, 1000));
        assert_eq!((config.timeout, config.poll_every), (Duration::minutes(10), Duration::seconds(5)));
    }

    #[test]
    fn units_are_written_in_lower_case() {
        assert!(config("minutes").is_ok());
        assert!(config("Minutes").is_err() && config("minute").is_err());
    }
}
