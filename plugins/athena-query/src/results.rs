//! What a query that has succeeded gives, and how long its results are asked for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::athena::{self, FirstRows, QueryExecution};
use stepwell_plugin::rows::{self, Row};
use stepwell_plugin::{Failure, Outcome, info, warn};

use crate::{AthenaQuery, Waiting, failure};

#[derive(Serialize, JsonSchema)]
pub(crate) struct Outputs {
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

/// What Athena says of a query that has succeeded.
#[derive(Serialize, Deserialize)]
pub(crate) struct Succeeded {
    output_location: Option<String>,
    bytes_scanned: Option<u64>,
}

impl Succeeded {
    pub(crate) fn of(query: QueryExecution) -> Self {
        Self {
            output_location: query.result_configuration.and_then(|results| results.output_location),
            bytes_scanned: query.statistics.and_then(|statistics| statistics.data_scanned_in_bytes),
        }
    }
}

/// Results that AWS does not give now are asked for again until the time is up: another attempt of the step would scan
/// everything again.
pub(crate) fn read(mut waiting: Waiting, query: Succeeded, at_most: u32) -> Result<Outcome<AthenaQuery>, Failure> {
    let because = match athena::first_rows(waiting.resource(), at_most) {
        Ok(first) => return Ok(Outcome::Done(Outputs::printed(waiting, query, first))),
        Err(error) => failure(error),
    };
    if !because.retryable {
        return Err(because);
    }
    let id = waiting.resource().to_owned();
    warn!("{id}: its results cannot be read now: {because}");
    waiting.details.succeeded = Some(query);
    waiting.wait("SUCCEEDED").map_err(|timeout| unread(timeout, &id, &because))
}

fn unread(timeout: Failure, id: &str, because: &Failure) -> Failure {
    let message = format!("{id} has succeeded, but its results could not be read in time, because of {because}");
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_that_could_not_be_read_are_told_with_the_reason() {
        let because = Failure::new("Throttled", "slow down").retryable();
        let failure = unread(Failure::wait_timeout("q-1 is not there"), "q-1", &because);
        assert_eq!((failure.code.as_ref(), failure.retryable), ("WaitTimeout", true));
        let told = "q-1 has succeeded, but its results could not be read in time, because of Throttled: slow down";
        assert_eq!(failure.message, told);
    }
}
