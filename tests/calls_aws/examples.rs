//! The jobs in `examples/aws` run as they are, in the project beside them, and AWS is then as they say.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::AwsClient;

use crate::runs_examples::{ministack, moto, outputs, run};
use crate::support::canned::{Asked, Canned, CannedAws};
use crate::support::{NOBODY, Site, events, report, repository};

/// Each example, with the options that it needs.
const EXAMPLES: [(&str, &[&str]); 11] = [
    (
        "backup-volume",
        &["resource=arn:aws:ec2:eu-central-1:123456789012:volume/vol-1", "role=arn:aws:iam::123456789012:role/b"],
    ),
    ("cloudformation-update", &["stack=shop", "parameter=Name", "value=second"]),
    ("cost-report", &["from=2026-01-01", "to=2026-02-01"]),
    ("dynamodb-scale", &["table=orders"]),
    ("ecs-scale", &["service=web", "tasks=3"]),
    ("eks-scale", &["cluster=shop", "node_group=web", "nodes=2"]),
    ("eventbridge-maintenance", &["rule=nightly", "function=work"]),
    ("iam-retire-key", &["user=deploy"]),
    ("kms-key", &["key=1234abcd-12ab-34cd-56ef-1234567890ab", "change=disable"]),
    ("route53-record", &["zone=Z123", "name=www.example.com.", "value=192.0.2.1"]),
    ("sqs-redrive", &["dead_letter_queue=arn:aws:sqs:eu-central-1:123456789012:dead"]),
];

/// `stepwell job COMMAND` for an example.
fn job(command: &str, example: &str, options: &[&str]) -> String {
    let path = repository().join(format!("examples/aws/{example}.toml"));
    let mut arguments = vec!["job", command, path.to_str().expect("UTF-8")];
    arguments.extend(options.iter().flat_map(|option| ["--option", option]));
    let ended = Site::new(NOBODY).stepwell(&arguments);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{example}");
    ended.stdout
}

fn succeeds(endpoint: &str, example: &str, options: &[(&str, &str)]) -> Vec<Json> {
    let (code, lines) = run(endpoint, &format!("aws/{example}"), options);
    assert_eq!(code, 0, "{example}: {:?}", lines.last());
    lines
}

#[test]
fn every_example_can_be_planned_and_is_in_the_guide() {
    let folder = fs::read_dir(repository().join("examples/aws")).expect("it is there");
    let names = folder.map(|entry| entry.expect("it can be listed").file_name().into_string().expect("UTF-8"));
    let names: BTreeSet<_> = names.filter(|name| name != "project.toml").collect();
    let listed: BTreeSet<_> = EXAMPLES.iter().map(|(name, _)| format!("{name}.toml")).collect();
    assert_eq!(names, listed);
    let guide = fs::read_to_string(repository().join("docs/aws.md")).expect("it is there");
    for (example, options) in EXAMPLES {
        assert!(guide.contains(&format!("\n| `{example}` | ")), "{example}");
        job("plan", example, options);
    }
}

#[test]
fn the_project_of_the_examples_grants_what_they_need_and_nothing_else() {
    let mut needed = BTreeSet::new();
    for (example, options) in EXAMPLES {
        // `may call       ecs:UpdateService, iam:PassRole  (changes; …)`
        let plan = job("plan", example, options);
        let calls = plan.lines().filter_map(|line| line.trim_start().strip_prefix("may call"));
        let changes = calls.filter_map(|line| line.split_once("  (")).filter(|(_, class)| *class != "reads)");
        needed.extend(changes.flat_map(|(actions, _)| actions.split(',')).map(|action| action.trim().to_owned()));
    }
    // What the plugin `lambda-invoke` does is its own.
    assert!(needed.remove("lambda:InvokeFunction"), "{needed:?}");
    let project = fs::read_to_string(repository().join("examples/aws/project.toml")).expect("it is there");
    let project: toml::Table = project.parse().expect("TOML");
    let granted = project["grants"]["aws"]["allow"].as_array().expect("a list").iter();
    let granted: BTreeSet<_> = granted.map(|action| action.as_str().expect("text").to_owned()).collect();
    assert_eq!(granted, needed);
}

#[test]
fn a_table_is_backed_up_and_scaled() {
    let (moto, mut aws) = moto();
    super::tables(&mut aws, &["orders"]);
    let lines = succeeds(moto.endpoint(), "dynamodb-scale", &[("table", "orders"), ("read_capacity", "7")]);
    let table = &aws.call("dynamodb", "DescribeTable", json!({ "TableName": "orders" })).expect("it is there")["Table"];
    assert_eq!(table["BillingModeSummary"]["BillingMode"], "PROVISIONED");
    let capacity = &table["ProvisionedThroughput"];
    assert_eq!((&capacity["ReadCapacityUnits"], &capacity["WriteCapacityUnits"]), (&json!(7), &json!(5)));
    let backups = aws.call("dynamodb", "ListBackups", json!({ "TableName": "orders" })).expect("there are some");
    assert_eq!(backups["BackupSummaries"][0]["BackupArn"], outputs(&lines)["backup"]);
}

/// SQS as its API reference describes it, canned: no emulator moves messages.
fn sqs_that_ends_as(status: &'static str) -> CannedAws {
    let json = |body: Json| -> Canned {
        (200, vec![("content-type", "application/x-amz-json-1.0".to_owned())], body.to_string())
    };
    CannedAws::start(move |asked: &Asked, number| match (asked.body.contains("MaxNumberOfMessagesPerSecond"), number) {
        (true, _) => json(json!({ "TaskHandle": "handle" })),
        (false, 1) => json(json!({ "Results": [{ "Status": "RUNNING", "ApproximateNumberOfMessagesMoved": 1 }] })),
        (false, _) => json(json!({ "Results": [{ "Status": status, "ApproximateNumberOfMessagesMoved": 3 }] })),
    })
}

#[test]
fn the_messages_of_a_dead_letter_queue_are_moved_back_and_a_failed_move_fails_the_run() {
    let options = [("dead_letter_queue", "arn:aws:sqs:eu-central-1:123456789012:dead"), ("messages_per_second", "9")];
    let sqs = sqs_that_ends_as("COMPLETED");
    let lines = succeeds(sqs.endpoint(), "sqs-redrive", &options);
    assert_eq!(*outputs(&lines), json!({ "status": "COMPLETED", "moved": 3 }));
    let asked = sqs.asked();
    let first: Json = serde_json::from_str(&asked[0].body).expect("JSON");
    assert_eq!(first, json!({ "SourceArn": options[0].1, "MaxNumberOfMessagesPerSecond": 9 }));
    assert_eq!(asked.len(), 4, "it started the move, looked twice until it had ended, and once for how");

    let (code, lines) = run(sqs_that_ends_as("FAILED").endpoint(), "aws/sqs-redrive", &options);
    let steps = &report(&lines)["steps"];
    assert_eq!((code, &steps[1]["outputs"]["Status"], &steps[2]["status"]), (1, &json!("FAILED"), &json!("failed")));
}

/// Creates a function with this code, and returns its name.
fn function(endpoint: &str, code: &str) -> String {
    let job = format!(
        "name = \"deploy\"\n\n[[steps]]\nid = \"deploy\"\nuses = \"lambda-custom-code\"\n\n[steps.with]\n\
         execution_role_arn = \"arn:aws:iam::000000000000:role/work\"\nruntime = \"python3.11\"\n\
         main_function = \"main\"\ndelete_after = false\ncode = '''\n{code}'''\n"
    );
    let (code, lines) = Site::new(endpoint).file("job.toml", job).run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    report(&lines)["steps"][0]["outputs"]["function_name"].as_str().expect("a name").to_owned()
}

#[test]
fn a_rule_is_off_while_the_work_is_done_and_on_again_whatever_came_of_it() {
    let (ministack, mut aws) = ministack();
    let rule = json!({ "Name": "nightly", "ScheduleExpression": "rate(1 day)" });
    aws.call("events", "PutRule", rule).expect("a rule");
    let work = function(ministack.endpoint(), "def main(event, context):\n    return event\n");
    let state = |aws: &mut AwsClient| {
        aws.call("events", "DescribeRule", json!({ "Name": "nightly" })).expect("it is there")["State"].clone()
    };

    let options = [("rule", "nightly"), ("function", work.as_str())];
    let lines = succeeds(ministack.endpoint(), "eventbridge-maintenance", &options);
    assert_eq!(outputs(&lines)["answer"]["rule"], "nightly");
    let called: Vec<_> = events(&lines, "call_intended").iter().map(|line| line["call"]["action"].clone()).collect();
    assert_eq!(called, ["events:DisableRule", "lambda:InvokeFunction", "events:EnableRule"]);
    assert_eq!(state(&mut aws), "ENABLED");

    let (code, _) = run(ministack.endpoint(), "aws/eventbridge-maintenance", &[options[0], ("function", "gone")]);
    assert_eq!((code, state(&mut aws)), (1, json!("ENABLED")));
}

#[test]
fn a_key_is_disabled_enabled_and_kept_from_its_deletion() {
    let (moto, mut aws) = moto();
    let made = aws.call("kms", "CreateKey", json!({})).expect("a key");
    let key = made["KeyMetadata"]["KeyId"].as_str().expect("an id");
    for (change, state) in [
        ("disable", "Disabled"),
        ("enable", "Enabled"),
        ("schedule-deletion", "PendingDeletion"),
        ("cancel-deletion", "Disabled"),
    ] {
        let lines = succeeds(moto.endpoint(), "kms-key", &[("key", key), ("change", change)]);
        assert_eq!(outputs(&lines)["state"], state, "{change}");
        let found = aws.call("kms", "DescribeKey", json!({ "KeyId": key })).expect("it is there");
        assert_eq!(found["KeyMetadata"]["KeyState"], state, "{change}");
    }
}

#[test]
fn a_record_is_set_and_in_sync_with_the_ids_as_route_53_gives_them() {
    let (ministack, mut aws) = ministack();
    let zone = json!({ "Name": "example.com.", "CallerReference": "one" });
    let made = aws.call("route53", "CreateHostedZone", zone).expect("a zone");
    let id = made["HostedZone"]["Id"].as_str().expect("an id");
    assert!(id.starts_with("/hostedzone/"), "{id}");
    for (zone, value) in [(id, "192.0.2.1"), (id.rsplit('/').next().expect("a part"), "192.0.2.2")] {
        let options = [("zone", zone), ("name", "www.example.com."), ("value", value)];
        let lines = succeeds(ministack.endpoint(), "route53-record", &options);
        assert_eq!(outputs(&lines)["status"], "INSYNC");
        let waited = events(&lines, "step_waiting");
        assert_eq!(waited[0]["message"], "ResourceRecordSetsChanged: `ChangeInfo.Status` is \"PENDING\"");
        let found =
            aws.call("route53", "ListResourceRecordSets", json!({ "HostedZoneId": id })).expect("there are some");
        let sets = found["ResourceRecordSets"].as_array().expect("a list");
        let set = sets.iter().find(|set| set["Name"] == "www.example.com.").expect("it is there");
        assert_eq!(set["ResourceRecords"], json!([{ "Value": value }]));
    }
}

#[test]
fn a_stack_is_updated_to_its_end() {
    let (ministack, mut aws) = ministack();
    let template = json!({
        "Parameters": { "Name": { "Type": "String" } },
        "Resources": { "Queue": { "Type": "AWS::SQS::Queue", "Properties": { "QueueName": { "Ref": "Name" } } } },
        "Outputs": { "Queue": { "Value": { "Ref": "Queue" } } },
    });
    let parameters = json!([{ "ParameterKey": "Name", "ParameterValue": "first" }]);
    let stack = json!({ "StackName": "shop", "TemplateBody": template.to_string(), "Parameters": parameters });
    aws.call("cloudformation", "CreateStack", stack).expect("a stack");

    let options = [("stack", "shop"), ("parameter", "Name"), ("value", "second")];
    let lines = succeeds(ministack.endpoint(), "cloudformation-update", &options);
    assert_eq!(outputs(&lines)["status"], "UPDATE_COMPLETE");
    assert!(outputs(&lines)["outputs"][0]["value"].as_str().is_some_and(|url| url.ends_with("/second")), "{lines:?}");
    let queues = aws.call("sqs", "ListQueues", json!({ "QueueNamePrefix": "second" })).expect("there are some");
    assert_eq!(queues["QueueUrls"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_node_group_is_scaled() {
    let (moto, mut aws) = moto();
    let role = "arn:aws:iam::123456789012:role/eks";
    let cluster = json!({ "name": "shop", "roleArn": role, "resourcesVpcConfig": { "subnetIds": [] } });
    aws.call("eks", "CreateCluster", cluster).expect("a cluster");
    let group = json!({
        "clusterName": "shop", "nodegroupName": "web", "subnets": ["subnet-1"], "nodeRole": role,
        "scalingConfig": { "minSize": 1, "maxSize": 2, "desiredSize": 1 },
    });
    aws.call("eks", "CreateNodegroup", group).expect("a group");
    let options = [("cluster", "shop"), ("node_group", "web"), ("nodes", "3")];
    let lines = succeeds(moto.endpoint(), "eks-scale", &options);
    assert_eq!(*outputs(&lines), json!({ "nodes": 3 }));
    let group = json!({ "clusterName": "shop", "nodegroupName": "web" });
    let found = aws.call("eks", "DescribeNodegroup", group).expect("it is there");
    assert_eq!(found["nodegroup"]["scalingConfig"], json!({ "minSize": 1, "maxSize": 10, "desiredSize": 3 }));
}

#[test]
fn a_service_is_scaled_until_it_is_stable() {
    let (ministack, mut aws) = ministack();
    aws.call("ecs", "CreateCluster", json!({ "clusterName": "default" })).expect("a cluster");
    let containers = json!([{ "name": "web", "image": "web", "memory": 128 }]);
    let task = json!({ "family": "web", "containerDefinitions": containers });
    aws.call("ecs", "RegisterTaskDefinition", task).expect("a task definition");
    let service = json!({ "cluster": "default", "serviceName": "web", "taskDefinition": "web", "desiredCount": 1 });
    aws.call("ecs", "CreateService", service).expect("a service");
    let lines = succeeds(ministack.endpoint(), "ecs-scale", &[("service", "web"), ("tasks", "3")]);
    assert_eq!(*outputs(&lines), json!({ "running": 3 }));
    let found = aws.call("ecs", "DescribeServices", json!({ "services": ["web"] })).expect("it is there");
    assert_eq!((&found["services"][0]["desiredCount"], &found["services"][0]["runningCount"]), (&json!(3), &json!(3)));
}

#[test]
fn a_resource_is_backed_up() {
    let (ministack, mut aws) = ministack();
    aws.call("backup", "CreateBackupVault", json!({ "BackupVaultName": "Default" })).expect("a vault");
    let resource = "arn:aws:ec2:eu-central-1:123456789012:volume/vol-1";
    let options = [("resource", resource), ("role", "arn:aws:iam::123456789012:role/b")];
    let lines = succeeds(ministack.endpoint(), "backup-volume", &options);
    let jobs = aws.call("backup", "ListBackupJobs", json!({})).expect("there are some");
    let jobs = jobs["BackupJobs"].as_array().expect("a list");
    assert_eq!((jobs.len(), &jobs[0]["State"], &jobs[0]["ResourceArn"]), (1, &json!("COMPLETED"), &json!(resource)));
    assert_eq!(jobs[0]["RecoveryPointArn"], outputs(&lines)["recovery_point"]);
}

#[test]
fn costs_are_rows_of_services() {
    let (moto, _aws) = moto();
    let cost = |service: &str, amount: &str| json!({ "Keys": [service], "Metrics": { "UnblendedCost": { "Amount": amount, "Unit": "USD" } } });
    let month = json!({
        "TimePeriod": { "Start": "2026-01-01", "End": "2026-02-01" }, "Total": {}, "Estimated": false,
        "Groups": [cost("Amazon EC2", "12.50"), cost("Amazon S3", "0.25")],
    });
    let results = json!({ "results": [{ "ResultsByTime": [month], "DimensionValueAttributes": [] }] });
    moto.control("static/ce/cost-and-usage-results", &results).expect("it is told");
    let lines = succeeds(moto.endpoint(), "cost-report", &[("from", "2026-01-01"), ("to", "2026-02-01")]);
    let row = |service: &str, amount: &str| json!({ "service": service, "amount": amount, "unit": "USD" });
    let expected = json!([{ "from": "2026-01-01", "costs": [row("Amazon EC2", "12.50"), row("Amazon S3", "0.25")] }]);
    assert_eq!(outputs(&lines)["months"], expected);
}

#[test]
fn an_access_key_is_retired_and_an_active_one_is_never_deleted() {
    let (moto, mut aws) = moto();
    aws.call("iam", "CreateUser", json!({ "UserName": "deploy" })).expect("a user");
    let keys = [(); 2].map(|()| {
        let made = aws.call("iam", "CreateAccessKey", json!({ "UserName": "deploy" })).expect("a key");
        made["AccessKey"]["AccessKeyId"].as_str().expect("an id").to_owned()
    });
    let change = |aws: &mut AwsClient, change: &str, key: &str| {
        let options = [("user", "deploy"), ("change", change), ("key", key)];
        let lines = succeeds(moto.endpoint(), "iam-retire-key", &options);
        let found = aws.call("iam", "ListAccessKeys", json!({ "UserName": "deploy" })).expect("there are some");
        let found = found["AccessKeyMetadata"].as_array().expect("a list").iter();
        let found: Vec<_> = found.map(|key| json!({ "key": key["AccessKeyId"], "status": key["Status"] })).collect();
        assert_eq!(outputs(&lines)["keys"], json!(found));
        found.iter().map(|key| key["status"].as_str().expect("text").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(change(&mut aws, "show", ""), ["Active", "Active"]);
    assert_eq!(change(&mut aws, "delete", &keys[0]), ["Active", "Active"], "it is still in use");
    assert_eq!(change(&mut aws, "deactivate", &keys[0]), ["Inactive", "Active"]);
    assert_eq!(change(&mut aws, "reactivate", &keys[0]), ["Active", "Active"]);
    assert_eq!(change(&mut aws, "deactivate", &keys[0]), ["Inactive", "Active"]);
    assert_eq!(change(&mut aws, "delete", &keys[1]), ["Inactive", "Active"], "the other key is active");
    assert_eq!(change(&mut aws, "delete", &keys[0]), ["Active"]);
}
