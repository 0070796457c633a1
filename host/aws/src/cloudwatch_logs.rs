//! Amazon CloudWatch Logs: requests and answers of `wit/deps/cloudwatch-logs.wit`.

use aws_config::SdkConfig;
use aws_sdk_cloudwatchlogs::{Client, config, types as aws};
use serde_json::json;
use stepwell_model::action;

use crate::AwsCalls;
use crate::aws::{Clients, PerRegion, Service};
use crate::convert::{each, number, sha256, some, text};
use crate::error::HostError;
use crate::fill::SecretPlace;
use crate::gate::{Gate, Pass};
use crate::wit::cloudwatch_logs as logs;

impl Service for Client {
    type Rows = action::cloudwatch_logs::Service;

    fn gated(config: &SdkConfig, gate: Gate) -> Self {
        Self::from_conf(config::Builder::from(config).interceptor(gate).build())
    }

    fn kept(clients: &Clients) -> &PerRegion<Self> {
        &clients.cloudwatch_logs
    }
}

impl logs::Host for AwsCalls<'_> {
    async fn start_query(&mut self, request: logs::StartQueryRequest) -> Result<logs::StartQueryResponse, HostError> {
        let (start, end) =
            (seconds(request.start_time / MILLISECONDS), seconds(request.end_time.div_ceil(MILLISECONDS)));
        let names = json!({
            "LogGroupNames": request.log_group_names,
            "StartTime": start,
            "EndTime": end,
            "QueryStringSha256": sha256(request.query_string.as_bytes()),
            "QueryLanguage": request.query_language,
            "Limit": request.limit,
        });
        let send = |logs: Client, pass: Pass| async move {
            pass.refuse_secrets(SecretPlace::Query, request.query_string.as_bytes())?;
            let call = logs.start_query().set_log_group_names(some(request.log_group_names));
            let call = call.start_time(start).end_time(end).query_string(request.query_string);
            let call = call.set_query_language(request.query_language.as_deref().map(Into::into));
            call.set_limit(number(request.limit)).customize().interceptor(pass).send().await
        };
        self.call(action::cloudwatch_logs::START_QUERY, names, send, |answer| {
            let query_id = text(answer.query_id()).ok_or_else(|| HostError::without("a query id"))?;
            Ok(logs::StartQueryResponse { query_id })
        })
        .await
    }

    async fn get_query_results(
        &mut self,
        request: logs::GetQueryResultsRequest,
    ) -> Result<logs::GetQueryResultsResponse, HostError> {
        let names = json!({ "QueryId": request.query_id });
        let send = |logs: Client, pass| {
            let call = logs.get_query_results().query_id(request.query_id).set_max_items(number(request.max_items));
            call.set_next_token(request.next_token).customize().interceptor(pass).send()
        };
        self.call(action::cloudwatch_logs::GET_QUERY_RESULTS, names, send, |answer| {
            let status = answer.status().ok_or_else(|| HostError::without("a query's status"))?;
            Ok(logs::GetQueryResultsResponse {
                status: status.as_str().to_owned(),
                results: answer.results().iter().map(|row| each(row, result_field)).collect::<Result<_, _>>()?,
                statistics: answer.statistics().map(statistics),
                next_token: text(answer.next_token()),
            })
        })
        .await
    }

    async fn stop_query(&mut self, request: logs::StopQueryRequest) -> Result<(), HostError> {
        let names = json!({ "QueryId": request.query_id });
        let send =
            |logs: Client, pass| logs.stop_query().query_id(request.query_id).customize().interceptor(pass).send();
        self.call(action::cloudwatch_logs::STOP_QUERY, names, send, |_| Ok(())).await
    }

    async fn describe_query_definitions(
        &mut self,
        request: logs::DescribeQueryDefinitionsRequest,
    ) -> Result<logs::DescribeQueryDefinitionsResponse, HostError> {
        let names = json!({ "QueryDefinitionNamePrefix": request.query_definition_name_prefix });
        let send = |logs: Client, pass| {
            let call = logs.describe_query_definitions().set_max_results(number(request.max_results));
            let call = call.set_query_definition_name_prefix(request.query_definition_name_prefix);
            call.set_next_token(request.next_token).customize().interceptor(pass).send()
        };
        self.call(action::cloudwatch_logs::DESCRIBE_QUERY_DEFINITIONS, names, send, |answer| {
            let query_definitions = each(answer.query_definitions(), query_definition)?;
            Ok(logs::DescribeQueryDefinitionsResponse { query_definitions, next_token: text(answer.next_token()) })
        })
        .await
    }

    async fn create_log_stream(&mut self, request: logs::CreateLogStreamRequest) -> Result<(), HostError> {
        let logs::CreateLogStreamRequest { log_group_name, log_stream_name } = request;
        let names = json!({ "LogGroupName": log_group_name, "LogStreamName": log_stream_name });
        let send = |logs: Client, pass| {
            let call = logs.create_log_stream().log_group_name(log_group_name).log_stream_name(log_stream_name);
            call.customize().interceptor(pass).send()
        };
        self.call(action::cloudwatch_logs::CREATE_LOG_STREAM, names, send, |_| Ok(())).await
    }
}

/// Milliseconds of a second.
const MILLISECONDS: u64 = 1_000;

/// Seconds as AWS takes them. A number that does not fit becomes the largest one, which AWS refuses.
fn seconds(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX)
}

fn result_field(field: &aws::ResultField) -> Result<logs::ResultField, HostError> {
    Ok(logs::ResultField { field: text(field.field()), value: text(field.value()) })
}

fn statistics(statistics: &aws::QueryStatistics) -> logs::QueryStatistics {
    // AWS counts in floating point numbers; `as` stays within the bounds of the integer.
    logs::QueryStatistics {
        records_matched: statistics.records_matched() as u64,
        records_scanned: statistics.records_scanned() as u64,
    }
}

fn query_definition(definition: &aws::QueryDefinition) -> Result<logs::QueryDefinition, HostError> {
    let always = |given: Option<&str>, what| text(given).ok_or_else(|| HostError::without(what));
    Ok(logs::QueryDefinition {
        query_definition_id: always(definition.query_definition_id(), "a query definition's id")?,
        name: always(definition.name(), "a query definition's name")?,
        query_string: always(definition.query_string(), "a query definition's query")?,
        query_language: text(definition.query_language().map(aws::QueryLanguage::as_str)),
    })
}
