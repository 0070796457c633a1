//! Amazon Athena: requests and answers of `wit/deps/athena.wit`.

use aws_config::SdkConfig;
use aws_sdk_athena::operation::get_query_results::GetQueryResultsOutput;
use aws_sdk_athena::{Client, config, types as aws};
use serde_json::json;
use stepwell_model::action;

use crate::AwsCalls;
use crate::aws::{Clients, PerRegion, Service};
use crate::convert::{each, number, sha256, text};
use crate::error::HostError;
use crate::fill::SecretPlace;
use crate::gate::{Gate, Pass};
use crate::wit::athena;

impl Service for Client {
    type Rows = action::athena::Service;

    fn gated(config: &SdkConfig, gate: Gate) -> Self {
        Self::from_conf(config::Builder::from(config).interceptor(gate).build())
    }

    fn kept(clients: &Clients) -> &PerRegion<Self> {
        &clients.athena
    }
}

impl athena::Host for AwsCalls<'_> {
    async fn start_query_execution(
        &mut self,
        request: athena::StartQueryExecutionRequest,
    ) -> Result<athena::StartQueryExecutionResponse, HostError> {
        let athena::StartQueryExecutionRequest { query_string, query_execution_context, .. } = request;
        let (result_configuration, work_group) = (request.result_configuration, request.work_group);
        let context = query_execution_context.as_ref();
        let names = json!({
            "QueryStringSha256": sha256(query_string.as_bytes()),
            "Database": context.and_then(|context| context.database.as_deref()),
            "Catalog": context.and_then(|context| context.catalog.as_deref()),
            "OutputLocation": result_configuration.as_ref().and_then(|result| result.output_location.as_deref()),
            "WorkGroup": work_group,
        });
        let send = |athena: Client, pass: Pass| async move {
            pass.refuse_secrets(SecretPlace::Query, query_string.as_bytes())?;
            let call = athena.start_query_execution().set_client_request_token(pass.token());
            let call = call.query_string(query_string).set_work_group(work_group);
            let call = call.set_query_execution_context(query_execution_context.map(query_context));
            let call = call.set_result_configuration(result_configuration.map(results_go_to));
            call.customize().interceptor(pass).send().await
        };
        self.call(action::athena::START_QUERY_EXECUTION, names, send, |answer| {
            let query_execution_id = text(answer.query_execution_id());
            let query_execution_id = query_execution_id.ok_or_else(|| HostError::without("a query execution id"))?;
            Ok(athena::StartQueryExecutionResponse { query_execution_id })
        })
        .await
    }

    async fn get_query_execution(
        &mut self,
        request: athena::GetQueryExecutionRequest,
    ) -> Result<athena::GetQueryExecutionResponse, HostError> {
        let names = json!({ "QueryExecutionId": request.query_execution_id });
        let send = |athena: Client, pass| {
            let call = athena.get_query_execution().query_execution_id(request.query_execution_id);
            call.customize().interceptor(pass).send()
        };
        self.call(action::athena::GET_QUERY_EXECUTION, names, send, |answer| {
            let execution = answer.query_execution().ok_or_else(|| HostError::without("a query execution"))?;
            Ok(athena::GetQueryExecutionResponse { query_execution: query_execution(execution)? })
        })
        .await
    }

    async fn get_query_results(
        &mut self,
        request: athena::GetQueryResultsRequest,
    ) -> Result<athena::GetQueryResultsResponse, HostError> {
        let names = json!({ "QueryExecutionId": request.query_execution_id });
        let send = |athena: Client, pass| {
            let call = athena.get_query_results().query_execution_id(request.query_execution_id);
            let call = call.set_max_results(number(request.max_results)).set_next_token(request.next_token);
            call.customize().interceptor(pass).send()
        };
        self.call(action::athena::GET_QUERY_RESULTS, names, send, |answer: GetQueryResultsOutput| {
            let results = answer.result_set().ok_or_else(|| HostError::without("a result set"))?;
            Ok(athena::GetQueryResultsResponse {
                result_set: result_set(results)?,
                next_token: text(answer.next_token()),
            })
        })
        .await
    }

    async fn stop_query_execution(&mut self, request: athena::StopQueryExecutionRequest) -> Result<(), HostError> {
        let names = json!({ "QueryExecutionId": request.query_execution_id });
        let send = |athena: Client, pass| {
            let call = athena.stop_query_execution().query_execution_id(request.query_execution_id);
            call.customize().interceptor(pass).send()
        };
        self.call(action::athena::STOP_QUERY_EXECUTION, names, send, |_| Ok(())).await
    }
}

fn query_context(context: athena::QueryExecutionContext) -> aws::QueryExecutionContext {
    let athena::QueryExecutionContext { database, catalog } = context;
    aws::QueryExecutionContext::builder().set_database(database).set_catalog(catalog).build()
}

fn results_go_to(results: athena::ResultConfiguration) -> aws::ResultConfiguration {
    aws::ResultConfiguration::builder().set_output_location(results.output_location).build()
}

fn query_execution(execution: &aws::QueryExecution) -> Result<athena::QueryExecution, HostError> {
    let status = execution.status();
    let state = status.and_then(aws::QueryExecutionStatus::state);
    let state = state.ok_or_else(|| HostError::without("a query's state"))?.as_str().to_owned();
    let reason = status.and_then(aws::QueryExecutionStatus::state_change_reason);
    let bytes = |statistics: &aws::QueryExecutionStatistics| statistics.data_scanned_in_bytes();
    let statistics = execution.statistics().map(|statistics| athena::QueryExecutionStatistics {
        data_scanned_in_bytes: bytes(statistics).and_then(|bytes| u64::try_from(bytes).ok()),
    });
    Ok(athena::QueryExecution {
        query_execution_id: text(execution.query_execution_id()),
        status: athena::QueryExecutionStatus { state, state_change_reason: text(reason) },
        statistics,
        result_configuration: execution
            .result_configuration()
            .map(|results| athena::ResultConfiguration { output_location: text(results.output_location()) }),
    })
}

fn result_set(results: &aws::ResultSet) -> Result<athena::ResultSet, HostError> {
    let columns = results.result_set_metadata().ok_or_else(|| HostError::without("the columns of a result set"))?;
    let column_info = each(columns.column_info(), |column| Ok(athena::ColumnInfo { name: column.name().to_owned() }))?;
    let metadata = athena::ResultSetMetadata { column_info };
    Ok(athena::ResultSet { rows: each(results.rows(), row)?, result_set_metadata: metadata })
}

fn row(row: &aws::Row) -> Result<athena::Row, HostError> {
    Ok(athena::Row { data: each(row.data(), |datum| Ok(text(datum.var_char_value())))? })
}
