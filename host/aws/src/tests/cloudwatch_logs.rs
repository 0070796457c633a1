use serde_json::{Value as Json, json};
use stepwell_model::event::What;

use super::support::{Bench, answers};
use crate::AwsCalls;
use crate::error::HostError;
use crate::wit::cloudwatch_logs::{self as logs, Host as _};
use crate::wit::types::{CallError, CallErrorKind};

fn start() -> logs::StartQueryRequest {
    logs::StartQueryRequest {
        log_group_names: vec!["/web".to_owned(), "/db".to_owned()],
        start_time: 1_767_323_045_999,
        end_time: 1_767_323_105_001,
        query_string: "fields @message".to_owned(),
        query_language: None,
        limit: Some(1000),
    }
}

fn sent(bench: &Bench) -> Vec<Json> {
    bench.left().iter().map(|body| serde_json::from_str(body).unwrap()).collect()
}

#[tokio::test]
async fn start_query_sends_whole_seconds_that_hold_all_of_the_range() {
    let mut bench = answers(&[(200, r#"{"queryId":"q-1"}"#)]);
    let response = AwsCalls::new(Some(&mut bench.step)).start_query(start()).await.unwrap();
    assert_eq!(response.query_id, "q-1");
    assert_eq!(bench.urls(), ["https://logs.eu-central-1.amazonaws.com/"]);
    let expected = json!({
        "logGroupNames": ["/web", "/db"],
        "startTime": 1_767_323_045,
        "endTime": 1_767_323_106,
        "queryString": "fields @message",
        "limit": 1000,
    });
    assert_eq!(sent(&bench), [expected]);
}

#[tokio::test]
async fn a_query_in_sql_goes_without_log_groups_and_with_its_language() {
    let mut bench = answers(&[(200, r#"{"queryId":"q-1"}"#)]);
    let (log_group_names, query_language, limit) = (Vec::new(), Some("SQL".to_owned()), None);
    let request = logs::StartQueryRequest { log_group_names, query_language, limit, ..start() };
    AwsCalls::new(Some(&mut bench.step)).start_query(request).await.unwrap();
    let (start, end, query) = (1_767_323_045, 1_767_323_106, "fields @message");
    let expected = json!({ "startTime": start, "endTime": end, "queryString": query, "queryLanguage": "SQL" });
    assert_eq!(sent(&bench), [expected]);
}

#[tokio::test]
async fn the_journal_keeps_a_hash_of_the_query_and_where_it_looks() {
    let mut bench = answers(&[(200, r#"{"queryId":"q-1"}"#)]);
    AwsCalls::new(Some(&mut bench.step)).start_query(start()).await.unwrap();
    let kept = bench.kept.records();
    let Some(What::CallIntended { call, .. }) = kept.first() else { panic!("{kept:?}") };
    let expected = json!({
        "LogGroupNames": ["/web", "/db"],
        "StartTime": 1_767_323_045,
        "EndTime": 1_767_323_106,
        "QueryStringSha256": crate::convert::sha256(b"fields @message"),
        "Limit": 1000,
    });
    assert_eq!((&call.request, &call.token), (&expected, &None));
}

async fn results(body: Json) -> Result<logs::GetQueryResultsResponse, HostError> {
    let mut bench = answers(&[(200, &body.to_string())]);
    let request = logs::GetQueryResultsRequest { query_id: "q-1".to_owned(), max_items: None, next_token: None };
    let response = AwsCalls::new(Some(&mut bench.step)).get_query_results(request).await;
    assert_eq!(sent(&bench), [json!({ "queryId": "q-1" })]);
    response
}

#[tokio::test]
async fn get_query_results_gives_status_rows_and_statistics() {
    let response = results(json!({
        "status": "Complete",
        "results": [[{ "field": "@message", "value": "on" }, { "field": "@ptr", "value": "abc" }], [{ "field": "n" }]],
        "statistics": { "recordsMatched": 2.0, "recordsScanned": 4_294_967_296.0, "bytesScanned": 9.0 },
        "nextToken": "page-2",
    }));
    let response = response.await.unwrap();
    assert_eq!((response.status.as_str(), response.next_token.as_deref()), ("Complete", Some("page-2")));
    let fields = |row: &Vec<logs::ResultField>| {
        row.iter().map(|field| (field.field.clone().unwrap(), field.value.clone())).collect::<Vec<_>>()
    };
    let text = |text: &str| Some(text.to_owned());
    let [first, second] = &response.results[..] else { panic!("{response:?}") };
    assert_eq!(fields(first), [("@message".to_owned(), text("on")), ("@ptr".to_owned(), text("abc"))]);
    assert_eq!(fields(second), [("n".to_owned(), None)]);
    let statistics = response.statistics.unwrap();
    assert_eq!((statistics.records_matched, statistics.records_scanned), (2, 4_294_967_296));
}

#[tokio::test]
async fn a_query_without_statistics_has_none_and_one_without_a_status_is_no_answer() {
    let response = results(json!({ "status": "Scheduled" })).await.unwrap();
    assert!(response.statistics.is_none() && response.results.is_empty() && response.next_token.is_none());
    let Err(HostError::Answer(error)) = results(json!({ "results": [] })).await else { panic!("a query has a status") };
    assert!(matches!(error.kind, CallErrorKind::Unavailable), "{error:?}");
    assert_eq!(error.message, "AWS answered without a query's status");
}

#[tokio::test]
async fn a_page_of_results_is_asked_for_by_its_token() {
    let mut bench = answers(&[(200, r#"{"status":"Complete"}"#)]);
    let (max_items, next_token) = (Some(100), Some("page-2".to_owned()));
    let request = logs::GetQueryResultsRequest { query_id: "q-1".to_owned(), max_items, next_token };
    AwsCalls::new(Some(&mut bench.step)).get_query_results(request).await.unwrap();
    assert_eq!(sent(&bench), [json!({ "queryId": "q-1", "maxItems": 100, "nextToken": "page-2" })]);
}

#[tokio::test]
async fn stop_query_names_the_query() {
    let mut bench = answers(&[(200, r#"{"success":true}"#)]);
    let request = logs::StopQueryRequest { query_id: "q-1".to_owned() };
    AwsCalls::new(Some(&mut bench.step)).stop_query(request).await.unwrap();
    assert_eq!(sent(&bench), [json!({ "queryId": "q-1" })]);
}

#[tokio::test]
async fn describe_query_definitions_passes_prefix_and_paging_through() {
    let body = json!({
        "queryDefinitions": [
            { "queryDefinitionId": "d-1", "name": "infra/errors", "queryString": "fields @message" },
            { "queryDefinitionId": "d-2", "name": "infra/errors-sql", "queryString": "SELECT 1", "queryLanguage": "SQL" },
        ],
        "nextToken": "page-3",
    });
    let mut bench = answers(&[(200, &body.to_string())]);
    let request = logs::DescribeQueryDefinitionsRequest {
        query_definition_name_prefix: Some("infra/errors".to_owned()),
        max_results: Some(2),
        next_token: Some("page-2".to_owned()),
    };
    let response = AwsCalls::new(Some(&mut bench.step)).describe_query_definitions(request).await.unwrap();
    let expected = json!({ "queryDefinitionNamePrefix": "infra/errors", "maxResults": 2, "nextToken": "page-2" });
    assert_eq!(sent(&bench), [expected]);
    assert_eq!(response.next_token.as_deref(), Some("page-3"));
    let [first, second] = &response.query_definitions[..] else { panic!("{response:?}") };
    assert_eq!((first.query_definition_id.as_str(), first.name.as_str()), ("d-1", "infra/errors"));
    assert_eq!((first.query_string.as_str(), &first.query_language), ("fields @message", &None));
    assert_eq!(second.query_language.as_deref(), Some("SQL"));
}

#[tokio::test]
async fn a_saved_query_without_its_query_is_no_answer() {
    let body = json!({ "queryDefinitions": [{ "queryDefinitionId": "d-1", "name": "infra/errors" }] });
    let mut bench = answers(&[(200, &body.to_string())]);
    let (query_definition_name_prefix, max_results, next_token) = (None, None, None);
    let request = logs::DescribeQueryDefinitionsRequest { query_definition_name_prefix, max_results, next_token };
    let result = AwsCalls::new(Some(&mut bench.step)).describe_query_definitions(request).await;
    let Err(HostError::Answer(error)) = result else { panic!("it is not there") };
    assert_eq!(error.message, "AWS answered without a query definition's query");
    assert_eq!(sent(&bench), [json!({})]);
}

async fn create(bench: &mut Bench) -> Result<(), HostError> {
    let (log_group_name, log_stream_name) = ("/web".to_owned(), "today".to_owned());
    AwsCalls::new(Some(&mut bench.step))
        .create_log_stream(logs::CreateLogStreamRequest { log_group_name, log_stream_name })
        .await
}

#[tokio::test]
async fn create_log_stream_sends_both_names() {
    let mut bench = answers(&[(200, "")]);
    create(&mut bench).await.unwrap();
    assert_eq!(sent(&bench), [json!({ "logGroupName": "/web", "logStreamName": "today" })]);
}

#[tokio::test]
async fn the_errors_of_cloudwatch_logs_have_their_kinds() {
    for (status, code, is) in [
        (400, "ResourceAlreadyExistsException", CallErrorKind::Rejected),
        (400, "InvalidParameterException", CallErrorKind::Rejected),
        (400, "ResourceNotFoundException", CallErrorKind::NotFound),
        (400, "ThrottlingException", CallErrorKind::Throttled),
        (400, "AccessDeniedException", CallErrorKind::Denied),
        (503, "ServiceUnavailableException", CallErrorKind::Unavailable),
    ] {
        let body = json!({ "__type": code, "message": "in AWS's words" }).to_string();
        let mut bench = answers(&[(status, &body), (status, &body), (status, &body)]);
        let Err(HostError::Answer(error)) = create(&mut bench).await else { panic!("{code}") };
        let CallError { kind, code: given, message, .. } = error;
        assert_eq!(kind, is, "{code}: {message}");
        assert_eq!(given.as_deref(), Some(code));
    }
}
