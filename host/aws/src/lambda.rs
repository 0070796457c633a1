//! AWS Lambda: requests and answers of `wit/deps/lambda.wit`.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_lambda::operation::create_function::CreateFunctionOutput;
use aws_sdk_lambda::operation::invoke::InvokeOutput;
use aws_sdk_lambda::{Client, config, types as aws};
use aws_smithy_types::Blob;
use aws_smithy_types::timeout::TimeoutConfig;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use stepwell_model::action;

use crate::AwsCalls;
use crate::aws::{Clients, PerRegion, Service};
use crate::convert::{number, sha256, text};
use crate::error::HostError;
use crate::fill::SecretPlace;
use crate::gate::{Gate, Pass};
use crate::wit::lambda::{self, FunctionConfiguration};
use crate::wit::types;

/// The read timeout of `Invoke`. A function may run for 15 minutes, and AWS sends nothing before it ends.
const LONGEST_SILENCE: Duration = Duration::from_secs(16 * 60);
/// The timeout of an attempt: the same, and the transfer of a 6 MB response. The timeout of the step bounds it as well.
const LONGEST_INVOKE: Duration = Duration::from_secs(17 * 60);

impl Service for Client {
    type Rows = action::lambda::Service;

    fn gated(config: &SdkConfig, gate: Gate) -> Self {
        Self::from_conf(config::Builder::from(config).interceptor(gate).build())
    }

    fn kept(clients: &Clients) -> &PerRegion<Self> {
        &clients.lambda
    }
}

impl lambda::Host for AwsCalls<'_> {
    async fn invoke(&mut self, request: lambda::InvokeRequest) -> Result<lambda::InvokeResponse, HostError> {
        let names = json!({
            "FunctionName": request.function_name,
            "InvocationType": request.invocation_type,
            "Qualifier": request.qualifier,
            "PayloadSha256": request.payload.as_deref().map(|payload| sha256(payload.as_bytes())),
            "ClientContextSha256": request.client_context.as_deref().map(|context| sha256(context.as_bytes())),
        });
        let send = |lambda: Client, pass: Pass| async move {
            let lambda::InvokeRequest { function_name, invocation_type, log_type, .. } = request;
            let context = request.client_context.as_deref();
            pass.refuse_secrets(SecretPlace::ClientContext, context.unwrap_or_default().as_bytes())?;
            let call = lambda.invoke().function_name(function_name).set_qualifier(request.qualifier);
            let call = call.set_invocation_type(invocation_type.as_deref().map(Into::into));
            let call = call.set_log_type(log_type.as_deref().map(Into::into));
            let call = call.set_client_context(context.map(|context| STANDARD.encode(context)));
            let call = call.set_payload(request.payload.map(Blob::new));
            let patient = config::Builder::new().timeout_config(patience());
            let sent = call.customize().config_override(patient).interceptor(pass).send().await;
            sent.map(readable)
        };
        let convert = |answer: InvokeOutput| {
            let status_code = u16::try_from(answer.status_code).map_err(|_| HostError::without("a status code"))?;
            let payload = answer.payload().map(|payload| String::from_utf8_lossy(payload.as_ref()).into_owned());
            Ok(lambda::InvokeResponse {
                status_code,
                executed_version: text(answer.executed_version()),
                function_error: text(answer.function_error()),
                log_result: text(answer.log_result()),
                // AWS answers an `Event` with an empty payload.
                payload: payload.filter(|payload| !payload.is_empty()),
            })
        };
        // The function computes with what it gets. Whether it failed is left to tell.
        self.call_keeping(action::lambda::INVOKE, names, send, convert, |answer| {
            let (payload, log_result) = (None, answer.log_result.map(|_| WITHHELD.to_owned()));
            Some(lambda::InvokeResponse { payload, log_result, ..answer })
        })
        .await
    }

    async fn create_function(
        &mut self,
        request: lambda::CreateFunctionRequest,
    ) -> Result<FunctionConfiguration, HostError> {
        let names = json!({
            "FunctionName": request.function_name,
            "Role": request.role,
            "Runtime": request.runtime,
            "Handler": request.handler,
            "ZipFileSha256": sha256(&request.zip_file),
            "Timeout": request.timeout,
            "MemorySize": request.memory_size,
            "Tags": request.tags.iter().map(|tag| &tag.key).collect::<Vec<_>>(),
        });
        let send = |lambda: Client, pass: Pass| async move {
            pass.refuse_secrets(SecretPlace::Code, &request.zip_file)?;
            let code = aws::FunctionCode::builder().zip_file(Blob::new(request.zip_file)).build();
            let tags = request.tags.into_iter().map(|types::Tag { key, value }| (key, value));
            let call = lambda.create_function().function_name(request.function_name).role(request.role).code(code);
            let call = call.runtime(request.runtime.as_str().into()).handler(request.handler);
            let call = call.set_description(request.description).set_tags(Some(tags.collect()));
            let call = call.set_timeout(number(request.timeout)).set_memory_size(number(request.memory_size));
            call.customize().interceptor(pass).send().await
        };
        self.call(action::lambda::CREATE_FUNCTION, names, send, |answer: CreateFunctionOutput| {
            Ok(FunctionConfiguration {
                function_arn: function_arn(answer.function_arn())?,
                state: answer.state().map(|state| state.as_str().to_owned()),
                state_reason: text(answer.state_reason()),
                state_reason_code: answer.state_reason_code().map(|code| code.as_str().to_owned()),
            })
        })
        .await
    }

    async fn get_function(
        &mut self,
        request: lambda::GetFunctionRequest,
    ) -> Result<lambda::GetFunctionResponse, HostError> {
        let names = json!({ "FunctionName": request.function_name, "Qualifier": request.qualifier });
        let send = |lambda: Client, pass| {
            let call = lambda.get_function().function_name(request.function_name).set_qualifier(request.qualifier);
            call.customize().interceptor(pass).send()
        };
        self.call(action::lambda::GET_FUNCTION, names, send, |answer| {
            let configuration = answer.configuration().ok_or_else(|| HostError::without("a function"))?;
            Ok(lambda::GetFunctionResponse { configuration: function(configuration)? })
        })
        .await
    }

    async fn delete_function(&mut self, request: lambda::DeleteFunctionRequest) -> Result<(), HostError> {
        let names = json!({ "FunctionName": request.function_name, "Qualifier": request.qualifier });
        let send = |lambda: Client, pass| {
            let call = lambda.delete_function().function_name(request.function_name).set_qualifier(request.qualifier);
            call.customize().interceptor(pass).send()
        };
        self.call(action::lambda::DELETE_FUNCTION, names, send, |_| Ok(())).await
    }
}

fn patience() -> TimeoutConfig {
    TimeoutConfig::builder().read_timeout(LONGEST_SILENCE).operation_attempt_timeout(LONGEST_INVOKE).build()
}

/// In the place of the log of a function that got a secret.
const WITHHELD: &str = "(the log and the result are withheld, because the payload held a secret)\n";

/// Decodes the log, so that the host finds secrets in it.
fn readable(mut answer: InvokeOutput) -> InvokeOutput {
    let decoded = |log: String| STANDARD.decode(&log).map_or(log, |log| String::from_utf8_lossy(&log).into_owned());
    answer.log_result = answer.log_result.map(decoded);
    answer
}

fn function_arn(arn: Option<&str>) -> Result<String, HostError> {
    arn.map(str::to_owned).ok_or_else(|| HostError::without("a function's ARN"))
}

fn function(function: &aws::FunctionConfiguration) -> Result<FunctionConfiguration, HostError> {
    Ok(FunctionConfiguration {
        function_arn: function_arn(function.function_arn())?,
        state: function.state().map(|state| state.as_str().to_owned()),
        state_reason: text(function.state_reason()),
        state_reason_code: function.state_reason_code().map(|code| code.as_str().to_owned()),
    })
}
