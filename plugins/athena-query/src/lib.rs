//! Runs an Athena query, waits for it, and shows its first rows.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::athena::{
    self, FirstRows, GetQueryExecutionRequest, QueryExecution, QueryExecutionContext, ResultConfiguration,
    StartQueryExecutionRequest, StopQueryExecutionRequest,
};
use stepwell_plugin::rows::{self, Row};
use stepwell_plugin::{
    CallError, CallErrorKind, Duration, Failure, Invocation, Outcome, StateWait, WaitingStep, after_stop, console,
    info, warn,
};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The SQL. It cannot hold a secret: AWS stores it in plain text.
    #[schemars(length(min = 1, max = 262144))]
    query: String,
    /// The database of the query's tables.
    #[schemars(length(min = 1, max = 255))]
    database: String,
    /// The location for the results: the name of a bucket, or `s3://bucket/prefix/`.
    #[schemars(regex(pattern = r"^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9]|s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?)$"))]
    bucket: String,
    /// The work group. It may enforce another location for the results.
    #[serde(default = "primary")]
    #[schemars(regex(pattern = r"^[a-zA-Z0-9._-]{1,128}$"))]
    work_group: String,
    /// The data catalog of the database.
    #[serde(default = "aws_data_catalog")]
    #[schemars(length(min = 1, max = 256))]
    catalog: String,
    /// The maximum number of rows in the log and in the outputs. The result file has all rows.
    #[serde(default = "fifty")]
    #[schemars(range(min = 1, max = 999))]
    max_rows: u32,
    /// Stop the query after this time.
    #[serde(default = "half_an_hour")]
    #[schemars(extend("x-stepwell-within-timeout" = true))]
    timeout: Duration,
    /// The longest pause between two polls. The first pauses are shorter.
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
    /// The id of the query.
    query_execution_id: String,
    /// `SUCCEEDED`.
    state: String,
    /// The file in S3 with all rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    output_location: Option<String>,
    /// The query in the console.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    console_url: Option<String>,
    /// The names of the columns, in the order of the query. A repeated name gets a number: `count`, `count_2`.
    columns: Vec<String>,
    /// The number of rows in `rows`.
    row_count: usize,
    /// Whether the query returned more rows than `rows` holds.
    truncated: bool,
    /// The first rows, each as an object. Every value is text, or `null` for NULL.
    rows: Vec<Row>,
    /// The number of bytes that the query read, which AWS bills.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u64")]
    bytes_scanned: Option<u64>,
}

/// The part of the checkpoint beside the query.
#[derive(Serialize, Deserialize)]
struct Kept {
    console_url: Option<String>,
    /// Set when the query has succeeded: only its results are still to be read, and there is nothing to stop.
    succeeded: Option<Succeeded>,
}

type Waiting = StateWait<Kept>;

struct AthenaQuery;

impl WaitingStep for AthenaQuery {
    type Config = Config;
    type Outputs = Outputs;
    type Checkpoint = Waiting;

    fn start(_: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        let schedule = (config.timeout, config.poll_every);
        let id = athena::start_query_execution(&config.request()).map_err(failure)?.query_execution_id;
        info!("{id}: submitted");
        let console_url = console::link("query in the Athena console", &console_path(&id));
        // No poll yet: Athena has just queued the query.
        wait(Waiting::new(id, "submitted", schedule, Kept { console_url, succeeded: None }))
    }

    fn resume(_: &Invocation, config: Config, mut waiting: Waiting) -> Result<Outcome<Self>, Failure> {
        let succeeded = match waiting.details.succeeded.take() {
            None => look(&mut waiting)?,
            succeeded => succeeded,
        };
        match succeeded {
            Some(query) => read(waiting, query, config.max_rows),
            None => wait(waiting),
        }
    }

    fn cancel(_: &Invocation, _: Config, waiting: Waiting) -> Result<(), Failure> {
        if waiting.details.succeeded.is_some() { Ok(()) } else { stop(waiting.resource()) }
    }
}

/// Polls the query; `None` while it has not ended.
fn look(waiting: &mut Waiting) -> Result<Option<Succeeded>, Failure> {
    let id = waiting.resource().to_owned();
    let looked = athena::get_query_execution(&GetQueryExecutionRequest { query_execution_id: id.clone() });
    let found = waiting.found(looked.map_err(told)).map_err(|failure| match failure.code.as_ref() {
        "NotFound" => failure,
        _ => after_stop(failure, stop(&id)),
    });
    let Some(query) = found?.map(|answer| answer.query_execution) else { return Ok(None) };
    match waiting.see(&query.status.state) {
        "SUCCEEDED" => Ok(Some(Succeeded::of(query))),
        "FAILED" | "CANCELLED" => Err(waiting.never("SUCCEEDED", reason(&query).as_deref())),
        _ => Ok(None),
    }
}

fn wait(waiting: Waiting) -> Result<Outcome<AthenaQuery>, Failure> {
    let id = waiting.resource().to_owned();
    waiting.wait("SUCCEEDED").map_err(|failure| after_stop(failure, stop(&id)))
}

fn stop(id: &str) -> Result<(), Failure> {
    athena::stop_query_execution(&StopQueryExecutionRequest { query_execution_id: id.to_owned() }).map_err(failure)
}

/// The reason for the query's state in one line. Athena's own text quotes the query over several lines.
fn reason(query: &QueryExecution) -> Option<String> {
    let reason = query.status.state_change_reason.as_deref()?;
    let words: Vec<&str> = reason.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn failure(error: CallError) -> Failure {
    told(error).into()
}

/// Makes the error of an unknown work group or query `not-found`. Athena reports it with the same code as a wrong
/// statement, whose message may quote anything.
fn told(error: CallError) -> CallError {
    let is_of_request = error.code.as_deref() == Some("InvalidRequestException");
    let names_one = ["WorkGroup ", "QueryExecution ", "Query "].iter().any(|one| error.message.starts_with(one));
    let is_unknown = is_of_request && names_one && error.message.contains("not found");
    CallError { kind: if is_unknown { CallErrorKind::NotFound } else { error.kind }, ..error }
}

fn console_path(id: &str) -> String {
    format!("athena/home?region={{region}}#/query-editor/history/{id}")
}

impl Config {
    fn request(self) -> StartQueryExecutionRequest {
        let Self { query, database, bucket, work_group, catalog, .. } = self;
        let context = QueryExecutionContext { database: Some(database), catalog: Some(catalog) };
        StartQueryExecutionRequest {
            query_string: query,
            query_execution_context: Some(context),
            result_configuration: Some(ResultConfiguration { output_location: Some(location(&bucket)) }),
            work_group: Some(work_group),
        }
    }
}

/// `s3://bucket/` or `s3://bucket/prefix/`.
fn location(bucket: &str) -> String {
    let path = bucket.strip_prefix("s3://").unwrap_or(bucket);
    format!("s3://{}/", path.strip_suffix('/').unwrap_or(path))
}

/// Athena's description of a query that has succeeded.
#[derive(Serialize, Deserialize)]
struct Succeeded {
    output_location: Option<String>,
    bytes_scanned: Option<u64>,
}

impl Succeeded {
    fn of(query: QueryExecution) -> Self {
        Self {
            output_location: query.result_configuration.and_then(|results| results.output_location),
            bytes_scanned: query.statistics.and_then(|statistics| statistics.data_scanned_in_bytes),
        }
    }
}

/// Reads the first rows. A failure that may pass leads to another poll until the timeout, because a retry of the step
/// would scan everything again.
fn read(mut waiting: Waiting, query: Succeeded, at_most: u32) -> Result<Outcome<AthenaQuery>, Failure> {
    let because = match athena::first_rows(waiting.resource(), at_most) {
        Ok(first) => return Ok(Outcome::Done(Outputs::printed(waiting, query, first))),
        Err(error) => failure(error),
    };
    if !because.retryable {
        return Err(because);
    }
    let id = waiting.resource().to_owned();
    warn!("{id}: the results cannot be read now: {because}");
    waiting.details.succeeded = Some(query);
    waiting.wait("SUCCEEDED").map_err(|timeout| unread(timeout, &id, &because))
}

fn unread(timeout: Failure, id: &str, because: &Failure) -> Failure {
    let message = format!("{id} has succeeded, but its results could not be read in time: {because}");
    Failure { message, ..timeout }
}

impl Outputs {
    fn printed(waiting: Waiting, query: Succeeded, FirstRows { columns, rows, truncated }: FirstRows) -> Self {
        let id = waiting.resource();
        match (rows.len(), truncated) {
            (0, false) => info!("{id}: no rows"),
            (count, false) => info!("{id}: {count} rows"),
            (count, true) => info!("{id}: the first {count} rows"),
        }
        rows::print(&rows);
        Self {
            query_execution_id: id.to_owned(),
            state: waiting.state().to_owned(),
            output_location: query.output_location,
            columns,
            row_count: rows.len(),
            truncated,
            rows,
            bytes_scanned: query.bytes_scanned,
            console_url: waiting.details.console_url,
        }
    }
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
    fn a_work_group_or_a_query_that_athena_does_not_know_is_not_found_and_a_wrong_statement_is_not() {
        let code = |code: &str, message: &str| {
            let (code, message) = (Some(code.to_owned()), message.to_owned());
            let (kind, action) = (CallErrorKind::Rejected, "athena:StartQueryExecution".to_owned());
            failure(CallError { kind, action, code, message, request_id: None }).code
        };
        for message in ["WorkGroup night is not found.", "QueryExecution q-1 was not found"] {
            assert_eq!(code("InvalidRequestException", message), "NotFound");
        }
        assert_eq!(code("InvalidRequestException", "line 1:1: mismatched input 'not found'"), "AwsError");
        assert_eq!(code("InvalidRequestException", "WorkGroup night is disabled."), "AwsError");
        assert_eq!(code("MetadataException", "WorkGroup night is not found."), "AwsError");
    }

    #[test]
    fn the_link_leads_to_the_query() {
        let url = console::url("eu-west-1", &console_path("q-1"));
        let path = "athena/home?region=eu-west-1#/query-editor/history/q-1";
        assert_eq!(url, format!("https://eu-west-1.console.aws.amazon.com/{path}"));
    }

    #[test]
    fn results_that_could_not_be_read_are_reported_with_the_reason() {
        let because = Failure::new("Throttled", "slow down").retryable();
        let failure = unread(Failure::wait_timeout("q-1 is not there"), "q-1", &because);
        assert_eq!((failure.code.as_ref(), failure.retryable), ("WaitTimeout", true));
        let told = "q-1 has succeeded, but its results could not be read in time: Throttled: slow down";
        assert_eq!(failure.message, told);
    }
}
