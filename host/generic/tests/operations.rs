//! What the archive says about operations: IAM actions, classes of repetition, what is refused.

#![expect(clippy::unwrap_used, clippy::panic, reason = "clippy knows tests by their attribute, not what they share")]

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value as Json, json};
use stepwell_generic::archive::Archive;
use stepwell_generic::model::{Operation, Refused, Service};
use stepwell_generic::operation::{role, row, row_of_request};
use stepwell_generic::protocol;
use stepwell_model::action::Repeat::{self, Idempotent, Once, Paid, Read, Tokened};
use stepwell_model::action::{ActionRow, rows};

fn services() -> Vec<Arc<Service>> {
    let archive = Archive::shipped();
    archive.services().unwrap().map(|entry| archive.service(&entry.name).unwrap()).collect()
}

fn operation(name: &str) -> Operation {
    let (service, operation) = name.split_once(':').unwrap();
    let service = Archive::shipped().service(service).unwrap();
    service.operation(operation).unwrap_or_else(|| panic!("no {name}")).clone()
}

/// Operations of which it is known what they are.
const KNOWN: [(&str, Repeat, &[&str]); 62] = [
    ("acm-pca:IssueCertificate", Once, &["acm-pca:IssueCertificate"]),
    ("apigateway:GetRestApis", Read, &["apigateway:GET"]),
    ("apigateway:PutMethod", Once, &["apigateway:PUT"]),
    ("apigateway:TestInvokeMethod", Once, &["apigateway:POST"]),
    ("apigatewayv2:CreateRoutingRule", Once, &["apigateway:CreateRoutingRule"]),
    ("appconfigdata:GetLatestConfiguration", Once, &["appconfig:GetLatestConfiguration"]),
    ("athena:StartQueryExecution", Tokened, &["athena:StartQueryExecution"]),
    ("autoscaling:SetDesiredCapacity", Idempotent, &["autoscaling:SetDesiredCapacity"]),
    ("ce:GetCostAndUsage", Paid, &["ce:GetCostAndUsage"]),
    ("cloudcontrol:CreateResource", Tokened, &["cloudformation:CreateResource"]),
    ("cloudformation:CreateStack", Once, &["cloudformation:CreateStack"]),
    ("cloudformation:DetectStackDrift", Once, &["cloudformation:DetectStackDrift"]),
    ("cloudwatch:GetMetricData", Read, &["cloudwatch:GetMetricData"]),
    ("cloudwatch:PutMetricData", Once, &["cloudwatch:PutMetricData"]),
    (
        "cognito-identity:GetOpenIdTokenForDeveloperIdentity",
        Once,
        &["cognito-identity:GetOpenIdTokenForDeveloperIdentity"],
    ),
    ("dynamodb:BatchWriteItem", Idempotent, &["dynamodb:BatchWriteItem"]),
    ("dynamodb:DescribeTable", Read, &["dynamodb:DescribeTable"]),
    (
        "dynamodb:ExecuteStatement",
        Once,
        &["dynamodb:PartiQLSelect", "dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate", "dynamodb:PartiQLDelete"],
    ),
    ("dynamodb:PutItem", Once, &["dynamodb:PutItem"]),
    ("dynamodb:Query", Read, &["dynamodb:Query"]),
    ("dynamodb:TransactGetItems", Read, &["dynamodb:GetItem"]),
    ("dynamodb:UpdateItem", Once, &["dynamodb:UpdateItem"]),
    ("dynamodb:UpdateTable", Once, &["dynamodb:UpdateTable"]),
    ("ec2:AuthorizeSecurityGroupIngress", Once, &["ec2:AuthorizeSecurityGroupIngress"]),
    ("ec2:DescribeInstances", Read, &["ec2:DescribeInstances"]),
    ("ec2:RebootInstances", Once, &["ec2:RebootInstances"]),
    ("ec2:RunInstances", Tokened, &["ec2:RunInstances"]),
    ("ecs:RunTask", Tokened, &["ecs:RunTask"]),
    ("ecs:UpdateService", Once, &["ecs:UpdateService"]),
    ("elbv2:RegisterTargets", Idempotent, &["elasticloadbalancing:RegisterTargets"]),
    ("events:PutEvents", Once, &["events:PutEvents"]),
    ("iam:CreateAccessKey", Once, &["iam:CreateAccessKey"]),
    ("iam:GenerateCredentialReport", Once, &["iam:GenerateCredentialReport"]),
    ("iot-data:Publish", Once, &["iot:Publish"]),
    ("kinesis:PutRecord", Once, &["kinesis:PutRecord"]),
    ("kms:Decrypt", Once, &["kms:Decrypt"]),
    ("kms:ReEncrypt", Once, &["kms:ReEncryptFrom", "kms:ReEncryptTo"]),
    ("lambda:Invoke", Once, &["lambda:InvokeFunction"]),
    ("logs:StartQuery", Paid, &["logs:StartQuery"]),
    ("rds:ModifyDBInstance", Once, &["rds:ModifyDBInstance"]),
    ("redshift:GetClusterCredentials", Once, &["redshift:GetClusterCredentials"]),
    ("resourcegroupstaggingapi:GetResources", Read, &["tag:GetResources"]),
    ("route53:ChangeResourceRecordSets", Once, &["route53:ChangeResourceRecordSets"]),
    ("s3:CopyObject", Idempotent, &["s3:PutObject", "s3:GetObject"]),
    ("s3:DeleteObject", Idempotent, &["s3:DeleteObject", "s3:DeleteObjectVersion"]),
    ("s3:GetBucketCors", Read, &["s3:GetBucketCORS"]),
    ("s3:HeadBucket", Read, &["s3:ListBucket"]),
    ("s3:ListBuckets", Read, &["s3:ListAllMyBuckets"]),
    ("s3:ListObjectsV2", Read, &["s3:ListBucket"]),
    ("s3:PutBucketTagging", Idempotent, &["s3:PutBucketTagging"]),
    ("s3control:GetBucket", Read, &["s3-outposts:GetBucket"]),
    ("secretsmanager:PutSecretValue", Tokened, &["secretsmanager:PutSecretValue"]),
    ("secretsmanager:TagResource", Idempotent, &["secretsmanager:TagResource"]),
    ("sns:Publish", Once, &["sns:Publish"]),
    ("sqs:PurgeQueue", Once, &["sqs:PurgeQueue"]),
    ("sqs:ReceiveMessage", Once, &["sqs:ReceiveMessage"]),
    ("sqs:SendMessageBatch", Once, &["sqs:SendMessage"]),
    ("ssm:PutParameter", Once, &["ssm:PutParameter"]),
    ("ssm:SendCommand", Once, &["ssm:SendCommand"]),
    ("stepfunctions:GetActivityTask", Once, &["states:GetActivityTask"]),
    ("stepfunctions:StartExecution", Once, &["states:StartExecution"]),
    ("timestream-influxdb:RebootDbInstance", Once, &["timestream-influxdb:RebootDbInstance"]),
];

#[test]
fn known_operations_have_their_actions_and_their_class() {
    for (name, repeat, actions) in KNOWN {
        let found = operation(name);
        let found_actions: Vec<_> = found.actions.iter().map(String::as_str).collect();
        assert_eq!((found.repeat, found_actions.as_slice()), (repeat, actions), "{name}");
    }
}

/// The functions that plugins import have rows of their own, each with a reason. Two answers to one question would be one
/// too many.
#[test]
fn an_operation_has_the_class_and_the_action_that_it_has_as_an_import() {
    let services = services();
    let mut compared = 0;
    for row in rows() {
        let [name] = row.operations else { continue };
        let service = services.iter().find(|service| service.id == row.service).unwrap();
        let operation = service.operation(name).unwrap();
        // Files of this machine, which no operation has.
        if operation.refused == Some(Refused::Streaming) {
            continue;
        }
        compared += 1;
        let found = (operation.repeat, operation.actions.first().map(String::as_str));
        assert_eq!(found, (row.repeat, Some(row.action.as_str())), "{}:{name}", service.name);
    }
    assert!(compared >= 45, "{compared}");
}

/// The least that the sources gave when this was written. Less means that a source has changed its form.
#[test]
fn most_operations_have_an_action_and_a_class() {
    let services = services();
    let operations: Vec<_> = services.iter().flat_map(|service| &service.operations).collect();
    let named = operations.iter().filter(|operation| !operation.actions.is_empty()).count();
    let reviewed = operations.iter().filter(|operation| operation.because.is_some()).count();
    let (mut classes, mut refused) = (BTreeMap::new(), BTreeMap::new());
    for operation in &operations {
        *classes.entry(format!("{:?}", operation.repeat)).or_insert(0) += 1;
        if let Some(why) = operation.refused {
            *refused.entry(format!("{why:?}")).or_insert(0) += 1;
        }
    }
    let summaries: usize = operations.iter().map(|operation| operation.summary.len()).sum();
    println!("{} services, {} operations, {named} with IAM actions", services.len(), operations.len());
    println!("classes {classes:?}, {reviewed} of them reviewed; refused {refused:?}; summaries {summaries} bytes");
    assert!(services.len() >= 445 && operations.len() >= 19_000 && named >= 17_000);
    assert!(classes["Read"] >= 6_500 && classes["Tokened"] >= 1_400 && classes["Idempotent"] >= 1_000);
    assert!(classes["Once"] > operations.len() / 3);
}

#[test]
fn an_operation_that_needs_more_than_a_request_and_an_answer_is_refused() {
    for (name, why) in [
        ("s3:GetObject", Refused::Streaming),
        ("s3:PutObject", Refused::Streaming),
        ("s3:SelectObjectContent", Refused::EventStream),
        ("logs:StartLiveTail", Refused::EventStream),
        ("kinesis:SubscribeToShard", Refused::EventStream),
        ("dataexchange:SendApiAsset", Refused::AnyHeaders),
        ("codecatalyst:ListSpaces", Refused::OtherSignature),
        ("sdb:Select", Refused::OtherSignature),
        ("cloudfront-keyvaluestore:GetKey", Refused::OtherSignature),
        ("timestream-query:Query", Refused::EndpointDiscovery),
    ] {
        assert_eq!(operation(name).refused, Some(why), "{name}");
    }
    for name in ["lambda:Invoke", "s3:CopyObject", "events:PutEvents", "sts:AssumeRoleWithWebIdentity"] {
        assert_eq!(operation(name).refused, None, "{name}");
    }
}

/// The endpoint of a bucket holds its name. A key that begins with that name is a key like any other.
#[test]
fn the_path_of_a_request_to_s3_is_the_key_and_never_the_bucket() {
    let service = Archive::shipped().service("s3").unwrap();
    for operation in &service.operations {
        assert!(!operation.uri.contains("{Bucket}"), "{}: {}", operation.name, operation.uri);
    }
    let delete = service.operation("DeleteObject").unwrap();
    let request = protocol::request(&service, delete, &json!({"Bucket": "logs", "Key": "logs/2026"})).unwrap();
    assert_eq!(request.uri, "/logs/2026");
}

/// The member with which a request names a role, where `null` stands for a value that only the run knows.
fn role_of(name: &str, request: Json) -> Option<String> {
    let (service, _) = name.split_once(':').unwrap();
    let service = Archive::shipped().service(service).unwrap();
    role(&service, &operation(name), &request, &Json::is_null).map(|role| role.to_string())
}

#[test]
fn a_request_passes_a_role_when_a_member_at_any_depth_names_one() {
    let instance =
        |more: Json| json!({"DBInstanceIdentifier": "a", "DBInstanceClass": "b", "Engine": "c", "more": more});
    assert_eq!(role_of("rds:CreateDBInstance", instance(json!(null))), None);
    for (name, request, found) in [
        ("rds:CreateDBInstance", json!({"MonitoringRoleArn": "arn"}), "names a role in `MonitoringRoleArn`"),
        ("rds:CreateDBInstance", json!({"MonitoringRoleArn": null}), "may name a role in `MonitoringRoleArn`"),
        ("ec2:RunInstances", json!({"IamInstanceProfile": {"Name": "p"}}), "names a role in `IamInstanceProfile`"),
        (
            "events:PutTargets",
            json!({"Rule": "r", "Targets": [{"Id": "1", "Arn": "a"}, {"Id": "2", "Arn": "b", "RoleArn": "arn"}]}),
            "names a role in `Targets.RoleArn`",
        ),
        ("events:PutTargets", json!({"Rule": "r", "Targets": [null]}), "may name a role in `Targets`"),
        ("events:PutTargets", json!({"Rule": "r", "Targets": null}), "may name a role in `Targets`"),
    ] {
        assert_eq!(role_of(name, request).as_deref(), Some(found), "{name}");
    }
    for (name, request) in [
        ("rds:CreateDBInstance", json!({"DBInstanceIdentifier": null, "Tags": null})),
        ("events:PutTargets", json!({"Rule": null, "Targets": [{"Id": null, "Arn": null}]})),
        ("cloudformation:UpdateStack", json!({"StackName": "shop", "Parameters": null})),
    ] {
        assert_eq!(role_of(name, request), None, "{name}");
    }
}

#[test]
fn a_row_needs_the_right_to_pass_a_role_for_any_request_or_for_one_that_names_it() {
    let service = Archive::shipped().service("cloudformation").unwrap();
    let update = service.operation("UpdateStack").unwrap();
    let of = |request: Json| row_of_request(&service, update, &request).row();
    let actions = |row: &ActionRow| row.actions().map(|(action, _)| action.as_str()).collect::<Vec<_>>();
    let both = ["cloudformation:UpdateStack", "iam:PassRole"];
    assert_eq!(actions(row(&service, update).row()), both);
    assert_eq!(actions(of(json!({"StackName": "shop", "RoleARN": "arn"}))), both);
    for none in [json!({"StackName": "shop"}), json!({"StackName": "shop", "RoleARN": null})] {
        assert_eq!(actions(of(none)), both[..1]);
    }
}
