//! Operations are called with their grants, and with that for a role.

use serde_json::json;

use super::{answers, calls, is_refused, run, site};
use crate::support::NOBODY;
use crate::support::canned::CannedAws;

#[test]
fn an_action_that_is_denied_is_not_called_and_its_operations_are_not_either() {
    let aws = CannedAws::start(|_, _| (200, Vec::new(), "{}".to_owned()));
    let function = json!({ "FunctionName": "f", "Description": "no role in it" });
    let copy = json!({ "Bucket": "bucket", "Key": "k", "CopySource": "a/b" });
    let mut site = site(aws.endpoint());
    for (deny, operation, request) in [
        ("dynamodb:PutItem", "put-item", json!({ "TableName": "t", "Item": {} })),
        ("dynamodb:ListTables", "list-tables", json!({})),
        ("lambda:UpdateFunctionConfiguration", "update-function-configuration", function.clone()),
        ("iam:PassRole", "update-function-configuration", function),
        // The action of the source, and that of the destination.
        ("s3:GetObject", "copy-object", copy.clone()),
        ("s3:PutObject", "copy-object", copy),
    ] {
        let project = format!("name = \"test\"\n[grants.forger]\nallow = [\"*\"]\ndeny = [\"{deny}\"]\n");
        let step = format!("{{ {} }}", calls([(operation, request)]));
        site = site.file("project.toml", project).step("forger", &step);
        is_refused(&answers(&run(&site))[0], "denied", deny);
    }
    assert_eq!(aws.asked().len(), 0, "{:?}", aws.asked());
}

#[test]
fn a_plugin_that_can_pass_a_role_is_refused_without_the_grant_for_that() {
    let actions = [
        "cognito-idp:*",
        "datazone:*",
        "dynamodb:*",
        "ec2:*",
        "events:*",
        "kinesis:*",
        "lambda:*",
        "neptune-graph:*",
        "rds:*",
        "s3:*",
    ];
    let check = |allow: &[&str]| {
        let project = format!("name = \"test\"\n[grants.forger]\nallow = {}\n", json!(allow));
        let site = site(NOBODY).file("project.toml", project);
        site.step("forger", "{ calls = [] }").stepwell(&["job", "check", "job.toml"])
    };
    let refused = check(&actions);
    assert_eq!(refused.three_lines(3)[0], "error: step `it` may not call `iam:PassRole`");
    let all: Vec<_> = actions.into_iter().chain(["iam:PassRole"]).collect();
    assert_eq!(check(&all).code, 0, "{:?}", check(&all));
}
