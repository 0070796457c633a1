//! Runs an Athena query, waits for it, and shows its first rows.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::athena::{
    self, FirstRows, GetQueryExecutionRequest, QueryExecution, QueryExecutionContext, ResultConfiguration,
    StartQueryExecutionRequest, StopQueryExecutionRequest,
};
use stepwell_plugin::rows::{self, Row};
use stepwell_plugin::{
    Duration, Failure, Invocation, Outcome, StateWait, WaitingStep, after_stop, console, info, seen,
};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The SQL.
    #[schemars(length(min = 1, max = 262144))]
    query: String,
    /// The database in which the query's tables are looked up.
    #[schemars(length(min = 1, max = 255))]
    database: String,
    /// Where Athena writes the results: a bucket's name, or `s3://bucket/prefix/`.
    #[schemars(regex(pattern = r"^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9]|s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?)$"))]
    bucket: String,
    /// The work group, which may enforce another place for the results.
    #[serde(default = "primary")]
    #[schemars(regex(pattern = r"^[a-zA-Z0-9._-]{1,128}$"))]
    work_group: String,
    /// The data catalog of the database.
    #[serde(default = "aws_data_catalog")]
    #[schemars(length(min = 1, max = 256))]
    catalog: String,
    /// At most so many rows are shown and given as outputs. All of them are in the results' file.
    #[serde(default = "fifty")]
    #[schemars(range(min = 1, max = 999))]
    max_rows: u32,
    /// Stop the query after this time.
    #[serde(default = "half_an_hour")]
    timeout: Duration,
    /// The longest pause between two looks; the first ones are shorter.
    #[serde(default = "two_seconds")]
    poll_every: Duration,
}

fn primary() -> String {
    "primary".to_owned()
}

fn aws_data_catalog() -> String {
    "AwsDataCatalog".to_owned()
}

fn fifty() -> u32 {
    50
}

fn half_an_hour() -> Duration {
    Duration::minutes(30)
}

fn two_seconds() -> Duration {
    Duration::seconds(2)
}

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// The query, as Athena names it.
    query_execution_id: String,
    /// `SUCCEEDED`.
    state: String,
    /// The file in S3 that has all rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    output_location: Option<String>,
    /// The query in the console.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    console_url: Option<String>,
    /// The names of the columns, in the order of the query. A name that comes again has a number: `count`, `count_2`.
    columns: Vec<String>,
    /// How many rows `rows` has.
    row_count: usize,
    /// Whether there are more rows than `rows` has.
    truncated: bool,
    /// The first rows, each an object of its columns. Every value is text; that of NULL is `null`.
    rows: Vec<Row>,
    /// The bytes that the query read, which AWS bills.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u64")]
    bytes_scanned: Option<u64>,
}

/// The checkpoint keeps the link to the console.
type Waiting = StateWait<Option<String>>;

struct AthenaQuery;

impl WaitingStep for AthenaQuery {
    type Config = Config;
    type Outputs = Outputs;
    type Checkpoint = Waiting;

    fn start(_: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        let request = StartQueryExecutionRequest {
            query_string: config.query,
            query_execution_context: Some(QueryExecutionContext {
                database: Some(config.database),
                catalog: Some(config.catalog),
            }),
            result_configuration: Some(ResultConfiguration { output_location: Some(location(&config.bucket)) }),
            work_group: Some(config.work_group),
        };
        let id = athena::start_query_execution(&request)?.query_execution_id;
        info!("{id}: submitted");
        let url = console::link("query in the Athena console", &console_path(&id));
        // No look yet: Athena has just queued it.
        wait(Waiting::new(id, "submitted", (config.timeout, config.poll_every), url))
    }

    fn resume(_: &Invocation, config: Config, mut waiting: Waiting) -> Result<Outcome<Self>, Failure> {
        let id = waiting.resource().to_owned();
        let looked = seen(athena::get_query_execution(&GetQueryExecutionRequest { query_execution_id: id.clone() }));
        let Some(answer) = looked.map_err(|failure| after_stop(failure, stop(&id)))? else { return wait(waiting) };
        let query = answer.query_execution;
        match waiting.see(&query.status.state) {
            "SUCCEEDED" => {}
            "FAILED" | "CANCELLED" => return Err(waiting.never("SUCCEEDED", reason(&query).as_deref())),
            _ => return wait(waiting),
        }
        // Results that AWS does not give now are asked for again: another attempt of the step would scan everything
        // again.
        match seen(athena::first_rows(&id, config.max_rows))? {
            Some(first) => Ok(Outcome::Done(Outputs::printed(waiting, query, first))),
            None => wait(waiting),
        }
    }

    fn cancel(_: &Invocation, _: Config, waiting: Waiting) -> Result<(), Failure> {
        stop(waiting.resource())
    }
}

fn wait(waiting: Waiting) -> Result<Outcome<AthenaQuery>, Failure> {
    let id = waiting.resource().to_owned();
    waiting.wait("SUCCEEDED").map_err(|failure| after_stop(failure, stop(&id)))
}

fn stop(id: &str) -> Result<(), Failure> {
    Ok(athena::stop_query_execution(&StopQueryExecutionRequest { query_execution_id: id.to_owned() })?)
}

/// In one line: Athena quotes the query in it, and marks places below.
fn reason(query: &QueryExecution) -> Option<String> {
    let reason = query.status.state_change_reason.as_deref()?;
    let words: Vec<&str> = reason.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

impl Outputs {
    fn printed(waiting: Waiting, query: QueryExecution, FirstRows { columns, rows, truncated }: FirstRows) -> Self {
        let id = waiting.resource();
        match (rows.len(), truncated) {
            (0, false) => info!("{id}: no rows"),
            (count, false) => info!("{id}: {count} rows"),
            (count, true) => info!("{id}: the first {count} rows"),
        }
        rows::print(&rows);
        Self {
            query_execution_id: id.to_owned(),
            state: query.status.state,
            output_location: query.result_configuration.and_then(|results| results.output_location),
            columns,
            row_count: rows.len(),
            truncated,
            rows,
            bytes_scanned: query.statistics.and_then(|statistics| statistics.data_scanned_in_bytes),
            console_url: waiting.details,
        }
    }
}

/// `s3://bucket/` or `s3://bucket/prefix/`.
fn location(bucket: &str) -> String {
    let path = bucket.strip_prefix("s3://").unwrap_or(bucket);
    format!("s3://{}/", path.strip_suffix('/').unwrap_or(path))
}

fn console_path(id: &str) -> String {
    format!("athena/home?region={{region}}#/query-editor/history/{id}")
}

stepwell_plugin::export!(AthenaQuery);

#[cfg(test)]
mod tests {
    use super::*;
    use stepwell_plugin::athena::QueryExecutionStatus;

    #[test]
    fn a_bucket_becomes_a_place_that_ends_with_a_slash() {
        for (bucket, place) in [
            ("results", "s3://results/"),
            ("s3://results", "s3://results/"),
            ("s3://results/", "s3://results/"),
            ("s3://results/athena", "s3://results/athena/"),
            ("s3://results/athena/", "s3://results/athena/"),
        ] {
            assert_eq!(location(bucket), place);
        }
    }

    #[test]
    fn a_reason_is_one_line_and_an_empty_one_is_none() {
        let told = |reason: &str| {
            let (state, state_change_reason) = ("FAILED".to_owned(), Some(reason.to_owned()));
            let status = QueryExecutionStatus { state, state_change_reason };
            super::reason(&QueryExecution { status, ..Default::default() })
        };
        assert_eq!(told("no such table\n\nLINE 1: x\n  ^").as_deref(), Some("no such table LINE 1: x ^"));
        assert_eq!(told(""), None);
    }

    #[test]
    fn the_link_leads_to_the_query() {
        let url = console::url("eu-west-1", &console_path("q-1"));
        let path = "athena/home?region=eu-west-1#/query-editor/history/q-1";
        assert_eq!(url, format!("https://eu-west-1.console.aws.amazon.com/{path}"));
    }
}
