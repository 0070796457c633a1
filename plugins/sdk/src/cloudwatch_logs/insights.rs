//! Queries of Logs Insights.

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    GetQueryResultsRequest, GetQueryResultsResponse, Past, QueryStatistics, ResultField, StartQueryRequest,
    StopQueryRequest, get_query_results, start_query, stop_query,
};
use crate::rows::{self, Row};
use crate::{
    CallError, Duration, Failure, Outcome, StateWait, WaitingStep, after_stop, clock, console, info, pages, verbose,
};

/// A query to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The names of the log groups; empty for a query in SQL, which names its log groups itself.
    pub log_groups: Vec<String>,
    /// The time range.
    pub past: Past,
    /// The query.
    pub query_string: String,
    /// The language, if it is not that of Logs Insights itself.
    pub query_language: Option<String>,
    /// The maximum number of rows.
    pub limit: u32,
}

impl Query {
    /// Starts the query, and prints a line and a link to the console.
    ///
    /// # Errors
    ///
    /// Those of `StartQuery`.
    pub fn start<Details>(self, timing: (Duration, Duration), details: Details) -> Result<StateWait<Details>, Failure> {
        let now = clock::now();
        let groups = match self.log_groups.as_slice() {
            [] => "the log groups that it names".to_owned(),
            groups => groups.join(", "),
        };
        let page = console_path(&self.log_groups);
        let request = StartQueryRequest {
            log_group_names: self.log_groups,
            start_time: self.past.begins(now),
            end_time: now,
            query_string: self.query_string,
            query_language: self.query_language,
            limit: Some(self.limit),
        };
        let query_id = start_query(&request)?.query_id;
        info!("{query_id}: query of {groups}, the past {}", self.past);
        console::link("logs in the CloudWatch console", &page);
        Ok(StateWait::new(query_id, "submitted", timing, details))
    }
}

/// The console's page of the log group, or of Logs Insights if there is not exactly one log group.
fn console_path(log_groups: &[String]) -> String {
    let page = match log_groups {
        // The console encodes a name twice, with `$` for the outer `%`.
        [group] => format!("log-groups/log-group/{}", group.replace('#', "$2523").replace('/', "$252F")),
        _ => "logs-insights".to_owned(),
    };
    format!("cloudwatch/home?region={{region}}#logsV2:{page}")
}

/// Outputs of a step that queries logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct QueryOutputs {
    /// The id of the query.
    pub query_id: String,
    /// `Complete`.
    pub status: String,
    /// The number of rows in `results`.
    pub row_count: usize,
    /// Whether the query returned more rows than fit into the outputs.
    pub truncated: bool,
    /// The rows, each as an object. A field that a row lacks is left out.
    pub results: Vec<Row>,
    /// The number of matching log events.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u64")]
    pub records_matched: Option<u64>,
    /// The number of scanned log events.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u64")]
    pub records_scanned: Option<u64>,
}

/// Polls the query; when it is complete, prints its rows and returns them.
///
/// # Errors
///
/// `TerminalState` when it has ended in another way, `NotFound` when AWS no longer knows it, and a permanent failure of
/// the call, after which the query is stopped.
pub fn look<Details>(waiting: &mut StateWait<Details>) -> Result<Option<QueryOutputs>, Failure> {
    let query_id = waiting.resource().to_owned();
    let found = waiting.found(results(&query_id)).map_err(|failure| match failure.code.as_ref() {
        "NotFound" => failure,
        _ => after_stop(failure, stop(&query_id)),
    });
    let Some(answer) = found? else { return Ok(None) };
    match waiting.see(&answer.status) {
        "Complete" => Ok(Some(QueryOutputs::printed(query_id, answer))),
        "Failed" | "Cancelled" | "Timeout" | "Unknown" => Err(waiting.never("Complete", None)),
        _ => Ok(None),
    }
}

/// Ends this call until the next poll.
///
/// # Errors
///
/// `WaitTimeout` after the timeout; then the query is stopped.
pub fn wait<S, Details>(waiting: StateWait<Details>) -> Result<Outcome<S>, Failure>
where
    S: WaitingStep<Checkpoint = StateWait<Details>>,
{
    let query_id = waiting.resource().to_owned();
    waiting.wait("Complete").map_err(|failure| after_stop(failure, stop(&query_id)))
}

/// Stops a query. One that has already ended is not an error.
///
/// # Errors
///
/// Those of `StopQuery`.
pub fn stop(query_id: &str) -> Result<(), Failure> {
    match stop_query(&StopQueryRequest { query_id: query_id.to_owned() }) {
        Err(error) if error.code.as_deref() == Some("InvalidParameterException") => {
            verbose!("{query_id} had already ended: {}", error.message);
            Ok(())
        }
        stopped => stopped.map_err(Failure::from),
    }
}

/// The response with the rows of all pages.
fn results(query_id: &str) -> Result<GetQueryResultsResponse, CallError> {
    let request = |next_token| GetQueryResultsRequest { query_id: query_id.to_owned(), max_items: None, next_token };
    let mut answer = get_query_results(&request(None))?;
    if answer.status == "Complete"
        && let Some(token) = answer.next_token.take()
    {
        let more = pages(|next| {
            let page = get_query_results(&request(next.or_else(|| Some(token.clone()))))?;
            Ok((page.results, page.next_token))
        });
        answer.results.extend(more?);
    }
    Ok(answer)
}

impl QueryOutputs {
    fn printed(query_id: String, answer: GetQueryResultsResponse) -> Self {
        let mut results: Vec<Row> = answer.results.into_iter().map(row).collect();
        let truncated = rows::cut(&mut results);
        let matched = answer.statistics.as_ref().map_or(String::new(), |statistics| {
            let QueryStatistics { records_matched, records_scanned } = statistics;
            format!(" ({records_matched} of {records_scanned} log events matched)")
        });
        match (results.len(), truncated) {
            (0, false) => info!("{query_id}: no rows{matched}"),
            (count, false) => info!("{query_id}: {count} rows{matched}"),
            (count, true) => info!("{query_id}: the first {count} rows; more do not fit into the outputs{matched}"),
        }
        rows::print(&results);
        let (records_matched, records_scanned) =
            answer.statistics.map(|all| (all.records_matched, all.records_scanned)).unzip();
        let (status, row_count) = (answer.status, results.len());
        Self { query_id, status, row_count, truncated, results, records_matched, records_scanned }
    }
}

/// The field with AWS's internal pointer to the log event, which is of no use to a job.
const POINTER: &str = "@ptr";

fn row(fields: Vec<ResultField>) -> Row {
    let named = fields.into_iter().filter_map(|field| Some((field.field?, field.value)));
    Row::new(named.filter(|(name, _)| name != POINTER))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer(rows: &[&[(&str, &str)]], statistics: Option<QueryStatistics>) -> GetQueryResultsResponse {
        let field = |(field, value): &(&str, &str)| ResultField {
            field: Some((*field).to_owned()),
            value: Some((*value).to_owned()),
        };
        GetQueryResultsResponse {
            status: "Complete".to_owned(),
            results: rows.iter().map(|row| row.iter().map(field).collect()).collect(),
            statistics,
            next_token: None,
        }
    }

    fn outputs(answer: GetQueryResultsResponse) -> serde_json::Value {
        serde_json::to_value(QueryOutputs::printed("q-1".to_owned(), answer)).unwrap()
    }

    #[test]
    fn rows_are_objects_without_awss_pointer() {
        let rows: &[&[(&str, &str)]] = &[&[("@message", "on"), ("@ptr", "abc")], &[("level", "warn"), ("@ptr", "def")]];
        let statistics = QueryStatistics { records_matched: 2, records_scanned: 9 };
        let expected = json!({
            "query_id": "q-1", "status": "Complete", "row_count": 2, "truncated": false,
            "results": [{ "@message": "on" }, { "level": "warn" }], "records_matched": 2, "records_scanned": 9,
        });
        assert_eq!(outputs(answer(rows, Some(statistics))), expected);
    }

    #[test]
    fn the_link_leads_to_the_log_group_when_there_is_one() {
        let path = |groups: &[&str]| console_path(&groups.iter().map(ToString::to_string).collect::<Vec<_>>());
        let home = "cloudwatch/home?region={region}#logsV2:";
        assert_eq!(path(&["/web/a#1"]), format!("{home}log-groups/log-group/$252Fweb$252Fa$25231"));
        for groups in [&["/web", "/db"][..], &[]] {
            assert_eq!(path(groups), format!("{home}logs-insights"));
        }
    }

    #[test]
    fn a_response_without_statistics_does_not_say_that_nothing_matched() {
        let outputs = outputs(answer(&[], None));
        assert_eq!((&outputs["row_count"], &outputs["results"]), (&json!(0), &json!([])));
        assert!(outputs.get("records_matched").is_none() && outputs.get("records_scanned").is_none());
    }

    #[test]
    fn rows_that_do_not_fit_are_left_out_and_reported() {
        let long = "x".repeat(600_000);
        let rows: &[&[(&str, &str)]] = &[&[("@message", &long)], &[("@message", &long)]];
        let outputs = outputs(answer(rows, None));
        assert_eq!((&outputs["row_count"], &outputs["truncated"]), (&json!(1), &json!(true)));
    }
}
