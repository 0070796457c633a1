//! Runs an Athena query, waits for it, and shows its first rows.

mod config;
mod results;

use config::Config;
use results::{Outputs, Succeeded};
use serde::{Deserialize, Serialize};
use stepwell_plugin::athena::{self, GetQueryExecutionRequest, QueryExecution, StopQueryExecutionRequest};
use stepwell_plugin::{
    CallError, CallErrorKind, Failure, Invocation, Outcome, StateWait, WaitingStep, after_stop, console, info,
};

/// What the checkpoint keeps beside the query.
#[derive(Serialize, Deserialize)]
struct Kept {
    console_url: Option<String>,
    /// Once it is there, only the results are still to be read, and there is nothing to stop.
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
        // No look yet: Athena has just queued it.
        wait(Waiting::new(id, "submitted", schedule, Kept { console_url, succeeded: None }))
    }

    fn resume(_: &Invocation, config: Config, mut waiting: Waiting) -> Result<Outcome<Self>, Failure> {
        let succeeded = match waiting.details.succeeded.take() {
            None => look(&mut waiting)?,
            succeeded => succeeded,
        };
        match succeeded {
            Some(query) => results::read(waiting, query, config.max_rows),
            None => wait(waiting),
        }
    }

    fn cancel(_: &Invocation, _: Config, waiting: Waiting) -> Result<(), Failure> {
        if waiting.details.succeeded.is_some() { Ok(()) } else { stop(waiting.resource()) }
    }
}

/// None while the query has not ended.
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

/// In one line: Athena quotes the query in it, and marks places below.
fn reason(query: &QueryExecution) -> Option<String> {
    let reason = query.status.state_change_reason.as_deref()?;
    let words: Vec<&str> = reason.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn failure(error: CallError) -> Failure {
    told(error).into()
}

/// Athena has no code of its own for a work group or a query that it does not know. What it says of a wrong statement
/// has the same code, and may quote anything.
fn told(error: CallError) -> CallError {
    let is_of_request = error.code.as_deref() == Some("InvalidRequestException");
    let names_one = ["WorkGroup ", "QueryExecution ", "Query "].iter().any(|one| error.message.starts_with(one));
    let is_unknown = is_of_request && names_one && error.message.contains("not found");
    CallError { kind: if is_unknown { CallErrorKind::NotFound } else { error.kind }, ..error }
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
}
