use serde_json::{Value as Json, json};
use stepwell_model::event::What;

use super::support::{Bench, answers};
use crate::AwsCalls;
use crate::error::HostError;
use crate::wit::athena::{self, Host as _};
use crate::wit::types::{CallError, CallErrorKind};

const ID: &str = "0f1e2d3c-0000-0000-0000-000000000000";

fn start(query: &str) -> athena::StartQueryExecutionRequest {
    let (database, catalog) = (Some("shop".to_owned()), Some("AwsDataCatalog".to_owned()));
    let output_location = Some("s3://results/athena/".to_owned());
    athena::StartQueryExecutionRequest {
        query_string: query.to_owned(),
        query_execution_context: Some(athena::QueryExecutionContext { database, catalog }),
        result_configuration: Some(athena::ResultConfiguration { output_location }),
        work_group: Some("primary".to_owned()),
    }
}

fn sent(bench: &Bench) -> Vec<Json> {
    bench.left().iter().map(|body| serde_json::from_str(body).unwrap()).collect()
}

#[tokio::test]
async fn start_query_execution_carries_a_token_that_is_long_enough_for_athena() {
    let mut bench = answers(&[(200, &format!(r#"{{"QueryExecutionId":"{ID}"}}"#))]);
    let response = AwsCalls::new(Some(&mut bench.step)).start_query_execution(start("SELECT 1")).await.unwrap();
    assert_eq!(response.query_execution_id, ID);
    assert_eq!(bench.urls(), ["https://athena.eu-central-1.amazonaws.com/"]);
    let mut request = sent(&bench).remove(0);
    let token = request["ClientRequestToken"].take();
    assert_eq!(token.as_str().map(str::len), Some(32), "Athena takes 32 to 128 characters");
    let expected = json!({
        "QueryString": "SELECT 1",
        "ClientRequestToken": null,
        "QueryExecutionContext": { "Database": "shop", "Catalog": "AwsDataCatalog" },
        "ResultConfiguration": { "OutputLocation": "s3://results/athena/" },
        "WorkGroup": "primary",
    });
    assert_eq!(request, expected);
}

#[tokio::test]
async fn the_journal_keeps_a_hash_of_the_query_and_not_the_query() {
    let mut bench = answers(&[(200, &format!(r#"{{"QueryExecutionId":"{ID}"}}"#))]);
    AwsCalls::new(Some(&mut bench.step)).start_query_execution(start("SELECT 'private'")).await.unwrap();
    let kept = bench.kept.records();
    let Some(What::CallIntended { call, .. }) = kept.first() else { panic!("{kept:?}") };
    assert_eq!(call.request["QueryStringSha256"], crate::convert::sha256(b"SELECT 'private'"));
    assert_eq!((&call.request["Database"], &call.request["WorkGroup"]), (&json!("shop"), &json!("primary")));
    assert!(!format!("{kept:?}").contains("private"));
}

#[tokio::test]
async fn what_the_plugin_leaves_out_of_a_query_does_not_leave() {
    let mut bench = answers(&[(200, &format!(r#"{{"QueryExecutionId":"{ID}"}}"#))]);
    let request = athena::StartQueryExecutionRequest {
        query_execution_context: None,
        result_configuration: None,
        work_group: None,
        ..start("SELECT 1")
    };
    AwsCalls::new(Some(&mut bench.step)).start_query_execution(request).await.unwrap();
    let mut left = sent(&bench).remove(0);
    left["ClientRequestToken"].take();
    assert_eq!(left, json!({ "QueryString": "SELECT 1", "ClientRequestToken": null }));
}

async fn execution(body: Json) -> Result<athena::QueryExecution, HostError> {
    let mut bench = answers(&[(200, &body.to_string())]);
    let request = athena::GetQueryExecutionRequest { query_execution_id: ID.to_owned() };
    let response = AwsCalls::new(Some(&mut bench.step)).get_query_execution(request).await;
    assert_eq!(sent(&bench), [json!({ "QueryExecutionId": ID })]);
    response.map(|response| response.query_execution)
}

#[tokio::test]
async fn get_query_execution_gives_state_reason_place_and_bytes() {
    let query = execution(json!({ "QueryExecution": {
        "QueryExecutionId": ID,
        "Status": { "State": "FAILED", "StateChangeReason": "TABLE_NOT_FOUND: no table" },
        "Statistics": { "DataScannedInBytes": 4_294_967_296_i64 },
        "ResultConfiguration": { "OutputLocation": "s3://results/1.csv" },
    }}));
    let query = query.await.unwrap();
    assert_eq!(query.status.state, "FAILED");
    assert_eq!(query.status.state_change_reason.as_deref(), Some("TABLE_NOT_FOUND: no table"));
    assert_eq!(query.statistics.unwrap().data_scanned_in_bytes, Some(4_294_967_296));
    assert_eq!(query.result_configuration.unwrap().output_location.as_deref(), Some("s3://results/1.csv"));
}

#[tokio::test]
async fn what_athena_does_not_say_of_a_query_stays_unsaid() {
    let query = execution(json!({ "QueryExecution": { "Status": { "State": "QUEUED" }, "Statistics": {} } }));
    let query = query.await.unwrap();
    assert_eq!((query.query_execution_id, query.status.state_change_reason), (None, None));
    assert_eq!(query.statistics.unwrap().data_scanned_in_bytes, None);
    assert!(query.result_configuration.is_none());
    for body in [json!({ "QueryExecution": { "Status": {} } }), json!({ "QueryExecution": {} }), json!({})] {
        let Err(HostError::Answer(error)) = execution(body).await else { panic!("a query is in some state") };
        assert!(
            matches!(error.kind, CallErrorKind::Unavailable) && error.message.contains("without a query"),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn get_query_results_tells_null_from_empty_text() {
    let body = json!({
        "NextToken": "page-2",
        "ResultSet": {
            "Rows": [
                { "Data": [{ "VarCharValue": "Name" }, { "VarCharValue": "n" }] },
                { "Data": [{}, { "VarCharValue": "" }] },
            ],
            "ResultSetMetadata": { "ColumnInfo": [
                { "Name": "Name", "Type": "varchar" }, { "Name": "n", "Type": "varchar" },
            ]},
        },
    });
    let mut bench = answers(&[(200, &body.to_string())]);
    let (max_results, next_token) = (Some(51), Some("page-1".to_owned()));
    let request = athena::GetQueryResultsRequest { query_execution_id: ID.to_owned(), max_results, next_token };
    let response = AwsCalls::new(Some(&mut bench.step)).get_query_results(request).await.unwrap();
    assert_eq!(sent(&bench), [json!({ "QueryExecutionId": ID, "MaxResults": 51, "NextToken": "page-1" })]);
    assert_eq!(response.next_token.as_deref(), Some("page-2"));
    let names: Vec<_> = response.result_set.result_set_metadata.column_info.into_iter().map(|of| of.name).collect();
    assert_eq!(names, ["Name", "n"]);
    let rows: Vec<_> = response.result_set.rows.into_iter().map(|row| row.data).collect();
    assert_eq!(rows, [vec![Some("Name".to_owned()), Some("n".to_owned())], vec![None, Some(String::new())]]);
}

#[tokio::test]
async fn stop_query_execution_names_the_query() {
    let mut bench = answers(&[(200, "{}")]);
    let request = athena::StopQueryExecutionRequest { query_execution_id: ID.to_owned() };
    AwsCalls::new(Some(&mut bench.step)).stop_query_execution(request).await.unwrap();
    assert_eq!(sent(&bench), [json!({ "QueryExecutionId": ID })]);
}

#[tokio::test]
async fn athenas_errors_have_their_kinds() {
    for (status, code, is) in [
        (400, "InvalidRequestException", CallErrorKind::Rejected),
        (400, "TooManyRequestsException", CallErrorKind::Throttled),
        (400, "ResourceNotFoundException", CallErrorKind::NotFound),
        (400, "AccessDeniedException", CallErrorKind::Denied),
        (500, "InternalServerException", CallErrorKind::Unavailable),
    ] {
        let body = json!({ "__type": code, "Message": "in Athena's words" }).to_string();
        let mut bench = answers(&[(status, &body), (status, &body), (status, &body)]);
        let result = AwsCalls::new(Some(&mut bench.step)).start_query_execution(start("SELECT 1")).await;
        let Err(HostError::Answer(CallError { kind, message, .. })) = result else { panic!("{code}") };
        assert_eq!(kind, is, "{code}: {message}");
        assert!(message.contains("in Athena's words"), "{code}: {message}");
    }
}
