//! AWS Systems Manager: requests and answers of `wit/deps/ssm.wit`.

use aws_config::SdkConfig;
use aws_sdk_ssm::operation::get_command_invocation::GetCommandInvocationOutput;
use aws_sdk_ssm::operation::list_command_invocations::ListCommandInvocationsOutput;
use aws_sdk_ssm::{Client, config, types as aws};
use serde_json::json;
use stepwell_model::action;

use crate::AwsCalls;
use crate::aws::{Clients, PerRegion, Service};
use crate::convert::{each, milliseconds, number, sha256, some, text};
use crate::error::HostError;
use crate::gate::Gate;
use crate::step::HELD_SECRET;
use crate::wit::ssm;

impl Service for Client {
    type Rows = action::ssm::Service;

    fn gated(config: &SdkConfig, gate: Gate) -> Self {
        Self::from_conf(config::Builder::from(config).interceptor(gate).build())
    }

    fn kept(clients: &Clients) -> &PerRegion<Self> {
        &clients.ssm
    }
}

impl ssm::Host for AwsCalls<'_> {
    async fn send_command(&mut self, request: ssm::SendCommandRequest) -> Result<ssm::SendCommandResponse, HostError> {
        let parameters = json!(request.parameters);
        let names = json!({
            "DocumentName": request.document_name,
            "DocumentVersion": request.document_version,
            "InstanceIds": some(request.instance_ids.clone()),
            "Targets": some(request.targets.iter().map(|target| (&target.key, &target.values)).collect()),
            "ParametersSha256": sha256(parameters.to_string().as_bytes()),
            HELD_SECRET: self.holds_placeholder(&parameters).then_some(true),
            "Comment": request.comment,
        });
        let send = |ssm: Client, pass| {
            let parameters = request.parameters.into_iter().map(|parameter| (parameter.name, parameter.values));
            let call = ssm.send_command().document_name(request.document_name);
            let call = call.set_document_version(request.document_version).set_comment(request.comment);
            let call = call.set_instance_ids(some(request.instance_ids));
            let call = call.set_targets(some(request.targets.into_iter().map(target).collect()));
            let call = call.set_parameters(Some(parameters.collect())).set_max_concurrency(request.max_concurrency);
            let call = call.set_max_errors(request.max_errors).set_timeout_seconds(number(request.timeout_seconds));
            call.customize().interceptor(pass).send()
        };
        self.call(action::ssm::SEND_COMMAND, names, send, |answer| {
            let sent = answer.command().ok_or_else(|| HostError::without("a command"))?;
            Ok(ssm::SendCommandResponse { command: command(sent)? })
        })
        .await
    }

    async fn list_commands(
        &mut self,
        request: ssm::ListCommandsRequest,
    ) -> Result<ssm::ListCommandsResponse, HostError> {
        let names = json!({ "CommandId": request.command_id });
        let send = |ssm: Client, pass| {
            let call = ssm.list_commands().set_command_id(request.command_id).set_next_token(request.next_token);
            call.set_max_results(number(request.max_results)).customize().interceptor(pass).send()
        };
        self.call(action::ssm::LIST_COMMANDS, names, send, |answer| {
            let next_token = text(answer.next_token());
            Ok(ssm::ListCommandsResponse { commands: each(answer.commands(), command)?, next_token })
        })
        .await
    }

    async fn list_command_invocations(
        &mut self,
        request: ssm::ListCommandInvocationsRequest,
    ) -> Result<ssm::ListCommandInvocationsResponse, HostError> {
        let names = json!({ "CommandId": request.command_id, "InstanceId": request.instance_id });
        let send = |ssm: Client, pass| {
            let call = ssm.list_command_invocations().set_command_id(request.command_id);
            let call = call.set_instance_id(request.instance_id).set_details(request.details);
            let call = call.set_next_token(request.next_token).set_max_results(number(request.max_results));
            call.customize().interceptor(pass).send()
        };
        let convert = |answer: ListCommandInvocationsOutput| {
            let next_token = text(answer.next_token());
            let command_invocations = each(answer.command_invocations(), invocation)?;
            Ok(ssm::ListCommandInvocationsResponse { command_invocations, next_token })
        };
        self.call_keeping(action::ssm::LIST_COMMAND_INVOCATIONS, names, send, convert, |mut answer| {
            for plugin in answer.command_invocations.iter_mut().flat_map(|found| &mut found.command_plugins) {
                plugin.output = plugin.output.as_ref().map(|_| WITHHELD.to_owned());
            }
            Some(answer)
        })
        .await
    }

    async fn get_command_invocation(
        &mut self,
        request: ssm::GetCommandInvocationRequest,
    ) -> Result<ssm::GetCommandInvocationResponse, HostError> {
        let names = json!({ "CommandId": request.command_id, "InstanceId": request.instance_id });
        let send = |ssm: Client, pass| {
            let call = ssm.get_command_invocation().command_id(request.command_id).instance_id(request.instance_id);
            call.set_plugin_name(request.plugin_name).customize().interceptor(pass).send()
        };
        let convert = |answer: GetCommandInvocationOutput| {
            Ok(ssm::GetCommandInvocationResponse {
                plugin_name: text(answer.plugin_name()),
                status: status(answer.status().map(aws::CommandInvocationStatus::as_str))?,
                status_details: text(answer.status_details()),
                response_code: answer.response_code(),
                standard_output_content: text(answer.standard_output_content()),
                standard_error_content: text(answer.standard_error_content()),
            })
        };
        self.call_keeping(action::ssm::GET_COMMAND_INVOCATION, names, send, convert, |mut answer| {
            for content in [&mut answer.standard_output_content, &mut answer.standard_error_content] {
                *content = content.as_ref().map(|_| WITHHELD.to_owned());
            }
            Some(answer)
        })
        .await
    }

    async fn cancel_command(&mut self, request: ssm::CancelCommandRequest) -> Result<(), HostError> {
        let names = json!({ "CommandId": request.command_id, "InstanceIds": some(request.instance_ids.clone()) });
        let send = |ssm: Client, pass| {
            let call = ssm.cancel_command().command_id(request.command_id);
            call.set_instance_ids(some(request.instance_ids)).customize().interceptor(pass).send()
        };
        self.call(action::ssm::CANCEL_COMMAND, names, send, |_| Ok(())).await
    }

    async fn get_parameter(
        &mut self,
        request: ssm::GetParameterRequest,
    ) -> Result<ssm::GetParameterResponse, HostError> {
        let names = json!({ "Name": request.name });
        let send = |ssm: Client, pass| {
            // Without decryption, whatever the role allows: a plugin never gets a secret.
            ssm.get_parameter().name(request.name).with_decryption(false).customize().interceptor(pass).send()
        };
        self.call(action::ssm::GET_PARAMETER, names, send, |answer| {
            let found = answer.parameter().ok_or_else(|| HostError::without("a parameter"))?;
            Ok(ssm::GetParameterResponse { parameter: parameter(found)? })
        })
        .await
    }
}

/// In the place of what a command printed.
const WITHHELD: &str = "(withheld, because the command held a secret)";

fn target(target: ssm::Target) -> aws::Target {
    aws::Target::builder().key(target.key).set_values(Some(target.values)).build()
}

fn status(status: Option<&str>) -> Result<String, HostError> {
    status.map(str::to_owned).ok_or_else(|| HostError::without("a status"))
}

/// A number of nodes, which is never negative.
fn count(number: i32) -> Result<u32, HostError> {
    u32::try_from(number).map_err(|_| HostError::without("a number of nodes"))
}

fn command(command: &aws::Command) -> Result<ssm::Command, HostError> {
    Ok(ssm::Command {
        command_id: text(command.command_id()).ok_or_else(|| HostError::without("a command id"))?,
        status: status(command.status().map(aws::CommandStatus::as_str))?,
        status_details: text(command.status_details()),
        target_count: count(command.target_count())?,
        completed_count: count(command.completed_count())?,
        error_count: count(command.error_count())?,
    })
}

fn invocation(invocation: &aws::CommandInvocation) -> Result<ssm::CommandInvocation, HostError> {
    Ok(ssm::CommandInvocation {
        instance_id: text(invocation.instance_id()).ok_or_else(|| HostError::without("an instance id"))?,
        // AWS gives an empty name to a node that has none.
        instance_name: text(invocation.instance_name().filter(|name| !name.is_empty())),
        status: status(invocation.status().map(aws::CommandInvocationStatus::as_str))?,
        status_details: text(invocation.status_details()),
        command_plugins: each(invocation.command_plugins(), plugin)?,
    })
}

fn plugin(plugin: &aws::CommandPlugin) -> Result<ssm::CommandPlugin, HostError> {
    Ok(ssm::CommandPlugin {
        name: text(plugin.name()).ok_or_else(|| HostError::without("a plugin's name"))?,
        status: text(plugin.status().map(aws::CommandPluginStatus::as_str)),
        status_details: text(plugin.status_details()),
        response_code: plugin.response_code(),
        output: text(plugin.output()),
    })
}

fn parameter(parameter: &aws::Parameter) -> Result<ssm::Parameter, HostError> {
    let kind = parameter.r#type().ok_or_else(|| HostError::without("a parameter's type"))?;
    Ok(ssm::Parameter {
        name: text(parameter.name()).ok_or_else(|| HostError::without("a parameter's name"))?,
        value: text(parameter.value()).filter(|_| *kind != aws::ParameterType::SecureString),
        type_: kind.as_str().to_owned(),
        version: u64::try_from(parameter.version()).map_err(|_| HostError::without("a parameter's version"))?,
        last_modified_date: parameter.last_modified_date().and_then(milliseconds),
        arn: text(parameter.arn()),
        data_type: text(parameter.data_type()),
    })
}
