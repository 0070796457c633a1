//! Runs an Athena query, waits for it, and shows its first rows.

mod config;

use config::Config;
use schemars::JsonSchema;
use serde::Serialize;
use stepwell_plugin::athena::{self, FirstRows, GetQueryExecutionRequest, QueryExecution, StopQueryExecutionRequest};
use stepwell_plugin::rows::{self, Row};
use stepwell_plugin::{Failure, Invocation, Outcome, StateWait, WaitingStep, after_stop, console, info, seen};

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
        let schedule = (config.timeout, config.poll_every);
        let id = athena::start_query_execution(&config.request())?.query_execution_id;
        info!("{id}: submitted");
        let url = console::link("query in the Athena console", &console_path(&id));
        // No look yet: Athena has just queued it.
        wait(Waiting::new(id, "submitted", schedule, url))
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

fn console_path(id: &str) -> String {
    format!("athena/home?region={{region}}#/query-editor/history/{id}")
}

stepwell_plugin::export!(AthenaQuery);

#[cfg(test)]
mod tests {
    use super::*;
    use stepwell_plugin::athena::QueryExecutionStatus;

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
