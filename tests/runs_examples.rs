//! The jobs in `examples/` run as they are, in the project beside them.

use std::time::Duration;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{AwsClient, Identities, Ministack, Moto, REGION};

use super::support::{Ended, Site, log_lines, report, repository, venv};

/// `stepwell run examples/JOB.toml` with these options.
pub fn run(endpoint: &str, job: &str, options: &[(&str, &str)]) -> (i32, Vec<Json>) {
    let path = repository().join("examples").join(format!("{job}.toml"));
    let options: Vec<String> = options.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut arguments = vec!["run", path.to_str().expect("UTF-8"), "--output", "json"];
    arguments.extend(options.iter().flat_map(|option| ["--option", option]));
    let ended: Ended = Site::new(endpoint).stepwell(&arguments);
    (ended.code, ended.json_lines())
}

pub fn outputs(lines: &[Json]) -> &Json {
    &report(lines)["outputs"]
}

pub fn ministack() -> (Ministack, AwsClient) {
    let ministack = Ministack::start(&venv(), Identities::Ignored).expect("ministack starts");
    let aws = ministack.client().expect("boto3 starts");
    (ministack, aws)
}

pub fn moto() -> (Moto, AwsClient) {
    let moto = Moto::start(&venv(), Duration::ZERO).expect("moto starts");
    let aws = moto.client().expect("boto3 starts");
    (moto, aws)
}

fn bucket(aws: &mut AwsClient, name: &str) {
    let place = json!({ "LocationConstraint": REGION });
    aws.call("s3", "CreateBucket", json!({ "Bucket": name, "CreateBucketConfiguration": place })).expect("a bucket");
}

/// The load balancer `shop` with one unhealthy target. Returns the target's id.
fn unhealthy_target(aws: &mut AwsClient) -> String {
    let id = aws.run_instances(1).expect("it launches").remove(0);
    let sick = json!([{ "Key": "health", "Value": "unhealthy" }]);
    aws.call("ec2", "CreateTags", json!({ "Resources": [id], "Tags": sick })).expect("it is tagged");
    let found = aws.call("ec2", "DescribeSubnets", json!({})).expect("there are subnets");
    let subnets: Vec<&Json> = found["Subnets"].as_array().expect("a list").iter().take(2).collect();
    let (vpc, subnets) = (&subnets[0]["VpcId"], subnets.iter().map(|subnet| &subnet["SubnetId"]).collect::<Vec<_>>());
    let made =
        aws.call("elbv2", "CreateLoadBalancer", json!({ "Name": "shop", "Subnets": subnets })).expect("it is made");
    let balancer = &made["LoadBalancers"][0]["LoadBalancerArn"];
    let group = json!({ "Name": "shop", "Protocol": "HTTP", "Port": 80, "VpcId": vpc });
    let made = aws.call("elbv2", "CreateTargetGroup", group).expect("a target group");
    let group = &made["TargetGroups"][0]["TargetGroupArn"];
    let forward = json!([{ "Type": "forward", "TargetGroupArn": group }]);
    let listener = json!({ "LoadBalancerArn": balancer, "Protocol": "HTTP", "Port": 80, "DefaultActions": forward });
    aws.call("elbv2", "CreateListener", listener).expect("a listener");
    let targets = json!({ "TargetGroupArn": group, "Targets": [{ "Id": id, "Port": 80 }] });
    aws.call("elbv2", "RegisterTargets", targets).expect("it is registered");
    id
}

fn database(aws: &mut AwsClient) {
    let database = json!({
        "DBInstanceIdentifier": "orders", "DBInstanceClass": "db.t4g.medium", "Engine": "postgres",
        "AllocatedStorage": 20, "MasterUsername": "root", "MasterUserPassword": "not-a-secret",
    });
    aws.call("rds", "CreateDBInstance", database).expect("a database");
}

#[test]
fn an_incident_is_looked_at_from_all_sides_also_when_one_of_them_is_gone() {
    let (moto, mut aws) = moto();
    let target = unhealthy_target(&mut aws);
    aws.call("logs", "CreateLogGroup", json!({ "logGroupName": "/shop" })).expect("a log group");
    aws.call("ecs", "CreateCluster", json!({ "clusterName": "shop" })).expect("a cluster");
    let options = [("load_balancer", "shop"), ("log_group", "/shop"), ("database", "orders"), ("cluster", "shop")];

    let (code, lines) = run(moto.endpoint(), "incident-diagnostics", &options);
    assert_eq!(code, 1, "there is no database");
    let statuses: Vec<_> =
        report(&lines)["steps"].as_array().expect("a list").iter().map(|step| &step["status"]).collect();
    assert_eq!(statuses, ["succeeded", "succeeded", "failed", "succeeded"]);
    assert_eq!(report(&lines)["steps"][2]["failure"]["code"], "NotFound");

    database(&mut aws);
    let (code, lines) = run(moto.endpoint(), "incident-diagnostics", &options);
    assert_eq!(code, 0, "{:?}", lines.last());
    let expected = json!({ "unhealthy_targets": [target], "errors": 0, "database": "available", "stopped_tasks": 0 });
    assert_eq!(*outputs(&lines), expected);
}

#[test]
fn a_fleet_is_stopped_at_night_and_started_in_the_morning_by_its_tag() {
    let (moto, mut aws) = moto();
    let ids = aws.run_instances(4).expect("they launch");
    let tag = |value: &str| json!([{ "Key": "Schedule", "Value": value }]);
    aws.call("ec2", "CreateTags", json!({ "Resources": ids[..2], "Tags": tag("office-hours") }))
        .expect("they are tagged");
    aws.call("ec2", "CreateTags", json!({ "Resources": ids[2..3], "Tags": tag("always") })).expect("it is tagged");
    let states =
        |aws: &mut AwsClient| ids.iter().map(|id| aws.instance_state(id).expect("it is there")).collect::<Vec<_>>();

    let (code, lines) = run(moto.endpoint(), "nightly-stop", &[]);
    assert_eq!(code, 0, "{:?}", lines.last());
    assert_eq!(states(&mut aws), ["stopped", "stopped", "running", "running"]);
    let (code, lines) = run(moto.endpoint(), "nightly-stop", &[]);
    assert_eq!((code, &outputs(&lines)["instances"]), (0, &json!([])), "there is nothing left to stop");
    let (code, lines) = run(moto.endpoint(), "nightly-start", &[]);
    assert_eq!(code, 0, "{:?}", lines.last());
    assert_eq!(states(&mut aws), ["running"; 4]);
}

#[test]
fn a_change_is_made_after_its_snapshot_and_not_without_it() {
    let (ministack, mut aws) = ministack();
    database(&mut aws);
    let site = Site::new(ministack.endpoint()).file("job.toml", MIGRATION);
    let (code, lines) = site.run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    let function = report(&lines)["steps"][0]["outputs"]["function_name"].as_str().expect("a name").to_owned();

    let options = [("database", "orders"), ("migration", function.as_str())];
    let (code, lines) = run(ministack.endpoint(), "snapshot-before-change", &options);
    assert_eq!(code, 0, "{:?}", lines.last());
    let snapshot = outputs(&lines)["answer"]["migrated_after"].as_str().expect("the function got its name");
    assert!(outputs(&lines)["snapshot"].as_str().is_some_and(|arn| arn.ends_with(snapshot)), "{:?}", outputs(&lines));

    let (code, lines) = run(ministack.endpoint(), "snapshot-before-change", &[("database", "gone"), options[1]]);
    assert_eq!((code, &report(&lines)["steps"][1]["status"]), (1, &json!("not_started")));
}

/// Creates a function that returns the name of the snapshot that it gets.
const MIGRATION: &str = r#"
name = "deploy"

[[steps]]
id = "deploy"
uses = "lambda-custom-code"

[steps.with]
execution_role_arn = "arn:aws:iam::000000000000:role/migration"
runtime = "python3.11"
main_function = "main"
delete_after = false
code = '''
def main(event, context):
    return {"migrated_after": event.get("snapshot")}
'''
"#;

#[test]
fn a_report_comes_out_of_the_data_lake() {
    let (ministack, mut aws) = ministack();
    bucket(&mut aws, "lake");
    bucket(&mut aws, "results");
    let orders = "id,customer\n1,ada\n2,bob\n3,ada\n4,ada\n5,cyd\n6,bob\n";
    aws.call("s3", "PutObject", json!({ "Bucket": "lake", "Key": "orders/1.csv", "Body": orders })).expect("an object");
    aws.call("glue", "CreateDatabase", json!({ "DatabaseInput": { "Name": "shop" } })).expect("a database");
    let columns = json!([{ "Name": "id", "Type": "int" }, { "Name": "customer", "Type": "string" }]);
    let storage = json!({
        "Location": "s3://lake/orders/", "Columns": columns,
        "SerdeInfo": { "Parameters": { "skip.header.line.count": "1" } },
    });
    let table = json!({ "Name": "orders", "StorageDescriptor": storage, "Parameters": { "classification": "csv" } });
    aws.call("glue", "CreateTable", json!({ "DatabaseName": "shop", "TableInput": table })).expect("a table");

    let (code, lines) = run(ministack.endpoint(), "athena-report", &[("bucket", "results"), ("top", "2")]);
    assert_eq!(code, 0, "{:?}", lines.last());
    let rows = json!([{ "customer": "ada", "orders": "3" }, { "customer": "bob", "orders": "2" }]);
    assert_eq!(*outputs(&lines), json!({ "best_customer": "ada", "rows": rows }));
}

#[test]
fn a_site_is_brought_into_its_bucket_and_what_is_not_there_any_more_goes() {
    let (ministack, mut aws) = ministack();
    bucket(&mut aws, "www");
    aws.call("s3", "PutObject", json!({ "Bucket": "www", "Key": "old.html", "Body": "old" })).expect("an object");
    let (code, lines) = run(ministack.endpoint(), "site-sync", &[("bucket", "www")]);
    assert_eq!(code, 0, "{:?}", lines.last());
    assert_eq!(*outputs(&lines), json!({ "uploaded": 2, "objects": 2 }));
    let lines = log_lines(&lines).join("\n");
    for said in ["upload: site/index.html to s3://www/index.html", "delete: s3://www/old.html"] {
        assert!(lines.contains(said), "{said} in {lines}");
    }
    let (code, lines) = run(ministack.endpoint(), "site-sync", &[("bucket", "www")]);
    assert_eq!((code, outputs(&lines)), (0, &json!({ "uploaded": 0, "objects": 2 })), "nothing has changed");
}
