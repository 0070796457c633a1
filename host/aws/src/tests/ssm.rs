use serde_json::{Value as Json, json};
use stepwell_model::event::What;

use super::support::{Bench, answers};
use crate::AwsCalls;
use crate::error::HostError;
use crate::wit::ssm::{self, Host as _};
use crate::wit::types::{CallError, CallErrorKind};

const ID: &str = "0f1e2d3c-0000-0000-0000-000000000000";

fn sent(bench: &Bench) -> Json {
    serde_json::from_str(&bench.left().remove(0)).unwrap()
}

fn send() -> ssm::SendCommandRequest {
    ssm::SendCommandRequest {
        document_name: "AWS-RunShellScript".to_owned(),
        document_version: None,
        instance_ids: vec!["i-0abc".to_owned()],
        targets: Vec::new(),
        parameters: vec![ssm::DocumentParameter { name: "commands".to_owned(), values: vec!["private".to_owned()] }],
        timeout_seconds: None,
        comment: None,
        max_concurrency: None,
        max_errors: None,
    }
}

fn command(more: Json) -> String {
    let mut command = json!({ "CommandId": ID, "Status": "Pending", "TargetCount": 2, "CompletedCount": 1 });
    command.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    command.to_string()
}

#[tokio::test]
async fn send_command_sends_what_was_said_and_no_more() {
    let mut bench = answers(&[(200, &format!(r#"{{"Command":{}}}"#, command(json!({ "StatusDetails": "Pending" }))))]);
    let made = AwsCalls::new(Some(&mut bench.step)).send_command(send()).await.unwrap().command;
    assert_eq!(bench.urls(), ["https://ssm.eu-central-1.amazonaws.com/"]);
    let parameters = json!({ "commands": ["private"] });
    let expected = json!({ "DocumentName": "AWS-RunShellScript", "InstanceIds": ["i-0abc"], "Parameters": parameters });
    assert_eq!(sent(&bench), expected);
    assert_eq!((made.command_id.as_str(), made.status.as_str()), (ID, "Pending"));
    assert_eq!((made.target_count, made.completed_count, made.error_count), (2, 1, 0));
}

#[tokio::test]
async fn targets_limits_and_words_of_a_command_leave_when_they_are_said() {
    let mut bench = answers(&[(200, &format!(r#"{{"Command":{}}}"#, command(json!({}))))]);
    let text = |text: &str| Some(text.to_owned());
    let request = ssm::SendCommandRequest {
        document_version: text("$LATEST"),
        instance_ids: Vec::new(),
        targets: vec![ssm::Target { key: "tag:Role".to_owned(), values: vec!["web".to_owned()] }],
        timeout_seconds: Some(600),
        comment: text("why"),
        max_concurrency: text("10%"),
        max_errors: text("1"),
        ..send()
    };
    let made = AwsCalls::new(Some(&mut bench.step)).send_command(request).await.unwrap().command;
    assert_eq!(made.status_details, None);
    let expected = json!({
        "DocumentName": "AWS-RunShellScript", "DocumentVersion": "$LATEST", "Parameters": { "commands": ["private"] },
        "Targets": [{ "Key": "tag:Role", "Values": ["web"] }], "TimeoutSeconds": 600, "Comment": "why",
        "MaxConcurrency": "10%", "MaxErrors": "1",
    });
    assert_eq!(sent(&bench), expected);
}

#[tokio::test]
async fn the_journal_keeps_where_a_command_runs_and_a_hash_of_what_it_is_given() {
    let mut bench = answers(&[(200, &format!(r#"{{"Command":{}}}"#, command(json!({}))))]);
    AwsCalls::new(Some(&mut bench.step)).send_command(send()).await.unwrap();
    let kept = bench.kept.records();
    let Some(What::CallIntended { call, .. }) = kept.first() else { panic!("{kept:?}") };
    assert_eq!(call.request["InstanceIds"], json!(["i-0abc"]));
    assert_eq!(call.request["ParametersSha256"].as_str().map(str::len), Some(64));
    assert!(!format!("{kept:?}").contains("private"));
}

#[tokio::test]
async fn list_commands_gives_pages() {
    let answer = format!(r#"{{"Commands":[{}],"NextToken":"more"}}"#, command(json!({ "ErrorCount": 1 })));
    let mut bench = answers(&[(200, &answer)]);
    let request = ssm::ListCommandsRequest {
        command_id: Some(ID.to_owned()),
        max_results: Some(5),
        next_token: Some("a".into()),
    };
    let listed = AwsCalls::new(Some(&mut bench.step)).list_commands(request).await.unwrap();
    assert_eq!(sent(&bench), json!({ "CommandId": ID, "MaxResults": 5, "NextToken": "a" }));
    assert_eq!((listed.commands[0].error_count, listed.next_token.as_deref()), (1, Some("more")));
}

#[tokio::test]
async fn list_command_invocations_gives_the_parts_of_each_node() {
    let part = json!({ "Name": "aws:runShellScript", "Status": "Failed", "ResponseCode": 3, "Output": "no\n" });
    let answer = json!({ "CommandInvocations": [
        { "InstanceId": "i-0abc", "InstanceName": "", "Status": "Failed", "StatusDetails": "Failed", "CommandPlugins": [part] },
        { "InstanceId": "i-0def", "Status": "Pending" },
    ] });
    let mut bench = answers(&[(200, &answer.to_string())]);
    let request = ssm::ListCommandInvocationsRequest {
        command_id: Some(ID.to_owned()),
        instance_id: None,
        details: Some(true),
        max_results: None,
        next_token: None,
    };
    let listed = AwsCalls::new(Some(&mut bench.step)).list_command_invocations(request).await.unwrap();
    assert_eq!(sent(&bench), json!({ "CommandId": ID, "Details": true }));
    let [failed, pending] = &listed.command_invocations[..] else { panic!("{listed:?}") };
    assert_eq!((failed.instance_id.as_str(), failed.instance_name.as_deref()), ("i-0abc", None));
    let [part] = &failed.command_plugins[..] else { panic!("{failed:?}") };
    assert_eq!(
        (part.name.as_str(), part.response_code, part.output.as_deref()),
        ("aws:runShellScript", 3, Some("no\n"))
    );
    assert_eq!((pending.status.as_str(), pending.status_details.as_deref()), ("Pending", None));
    assert_eq!((pending.command_plugins.len(), listed.next_token), (0, None));
}

#[tokio::test]
async fn get_command_invocation_gives_both_outputs_and_what_is_not_there_yet_is_not_found() {
    let request = || ssm::GetCommandInvocationRequest {
        command_id: ID.to_owned(),
        instance_id: "i-0abc".to_owned(),
        plugin_name: Some("first".to_owned()),
    };
    let answer = json!({ "Status": "Success", "ResponseCode": 0, "StandardOutputContent": "yes\n" });
    let mut bench = answers(&[(200, &answer.to_string())]);
    let found = AwsCalls::new(Some(&mut bench.step)).get_command_invocation(request()).await.unwrap();
    assert_eq!(sent(&bench), json!({ "CommandId": ID, "InstanceId": "i-0abc", "PluginName": "first" }));
    assert_eq!((found.response_code, found.standard_output_content.as_deref()), (0, Some("yes\n")));
    assert_eq!((found.standard_error_content, found.plugin_name), (None, None));
    let mut bench = answers(&[(400, r#"{"__type":"InvocationDoesNotExist","message":"not yet"}"#)]);
    let error = AwsCalls::new(Some(&mut bench.step)).get_command_invocation(request()).await.unwrap_err();
    assert!(matches!(error, HostError::Answer(CallError { kind: CallErrorKind::NotFound, .. })), "{error:?}");
}

#[tokio::test]
async fn cancel_command_names_the_command() {
    let mut bench = answers(&[(200, "{}")]);
    let request = ssm::CancelCommandRequest { command_id: ID.to_owned(), instance_ids: Vec::new() };
    AwsCalls::new(Some(&mut bench.step)).cancel_command(request).await.unwrap();
    assert_eq!(sent(&bench), json!({ "CommandId": ID }));
}

async fn parameter(parameter: Json) -> ssm::Parameter {
    let mut bench = answers(&[(200, &json!({ "Parameter": parameter }).to_string())]);
    let request = ssm::GetParameterRequest { name: "/web/size".to_owned() };
    let found = AwsCalls::new(Some(&mut bench.step)).get_parameter(request).await.unwrap();
    assert_eq!(sent(&bench), json!({ "Name": "/web/size", "WithDecryption": false }));
    found.parameter
}

#[tokio::test]
async fn get_parameter_gives_the_value_its_version_and_its_time() {
    let answer = json!({
        "Name": "/web/size", "Type": "String", "Value": "3", "Version": 7, "LastModifiedDate": 1767323045.5,
        "ARN": "arn:aws:ssm:eu-central-1:123456789012:parameter/web/size", "DataType": "text",
    });
    let found = parameter(answer).await;
    assert_eq!((found.name.as_str(), found.type_.as_str(), found.value.as_deref()), ("/web/size", "String", Some("3")));
    assert_eq!((found.version, found.last_modified_date), (7, Some(1_767_323_045_500)));
    let bare = parameter(json!({ "Name": "/web/size", "Type": "StringList", "Value": "", "Version": 1 })).await;
    assert_eq!(
        (bare.value.as_deref(), bare.last_modified_date, bare.arn, bare.data_type),
        (Some(""), None, None, None)
    );
}

#[tokio::test]
async fn a_secret_parameter_has_no_value_for_a_plugin_whatever_aws_gives() {
    let secret = json!({ "Name": "/web/size", "Type": "SecureString", "Value": "hunter2", "Version": 1 });
    assert_eq!(parameter(secret).await.value, None);
}

#[tokio::test]
async fn an_answer_without_what_aws_always_gives_is_no_answer() {
    for (body, missing) in [("{}", "a parameter"), (r#"{"Parameter":{"Name":"a"}}"#, "a parameter's type")] {
        let mut bench = answers(&[(200, body)]);
        let request = ssm::GetParameterRequest { name: "a".to_owned() };
        let error = AwsCalls::new(Some(&mut bench.step)).get_parameter(request).await.unwrap_err();
        let HostError::Answer(told) = error else { panic!("{error:?}") };
        assert_eq!((told.kind, told.message), (CallErrorKind::Unavailable, format!("AWS answered without {missing}")));
    }
}
