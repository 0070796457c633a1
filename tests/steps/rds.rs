//! The RDS steps, against moto with slow databases (`tests/emulators/slow_rds.py`).

use std::time::Duration;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{AwsClient, Moto, REGION, TokenMemory};

use super::ec2::{console, links};
use crate::resumes::running::Running;
use crate::support::identity::Identity;
use crate::support::killed::resumed_after_request;
use crate::support::{Site, events, failure, log_lines, report, venv};

/// moto whose states last this long, with the instance `orders` and the cluster `shop`, both with these tags.
struct Databases {
    moto: Moto,
    aws: AwsClient,
}

impl Databases {
    fn new(delay: Duration, tags: &[(&str, &str)]) -> Self {
        let moto = Moto::start(&venv(), delay).expect("moto starts");
        let mut aws = moto.client().expect("boto3 starts");
        let tags: Vec<Json> = tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
        let user = json!({ "MasterUsername": "root", "MasterUserPassword": "not-a-secret", "Tags": tags });
        let with_user = |more: Json| {
            let all = [&user, &more].into_iter().filter_map(Json::as_object).flatten();
            Json::Object(all.map(|(key, value)| (key.clone(), value.clone())).collect())
        };
        let instance = json!({
            "DBInstanceIdentifier": "orders", "DBInstanceClass": "db.t4g.medium", "Engine": "postgres",
            "EngineVersion": "16.3", "AllocatedStorage": 20, "MultiAZ": true,
        });
        aws.call("rds", "CreateDBInstance", with_user(instance)).expect("an instance");
        let cluster = json!({ "DBClusterIdentifier": "shop", "Engine": "aurora-postgresql" });
        aws.call("rds", "CreateDBCluster", with_user(cluster)).expect("a cluster");
        Self { moto, aws }
    }

    fn site(&self, uses: &str, with: &str) -> Site {
        Site::new(self.moto.endpoint()).step(uses, with)
    }

    fn run(&self, uses: &str, with: &str) -> (i32, Vec<Json>) {
        self.site(uses, with).run_json()
    }

    fn status(&mut self, of: &str) -> String {
        let (operation, name, path) = match of {
            "orders" => ("DescribeDBInstances", "DBInstanceIdentifier", "/DBInstances/0/DBInstanceStatus"),
            _ => ("DescribeDBClusters", "DBClusterIdentifier", "/DBClusters/0/Status"),
        };
        let found = self.aws.call("rds", operation, json!({ name: of })).expect("it is there");
        found.pointer(path).and_then(Json::as_str).expect("it has a status").to_owned()
    }
}

const SLOW: Duration = Duration::from_secs(2);

/// Longer than any test waits.
const NEVER: Duration = Duration::from_secs(600);

fn outputs(lines: &[Json]) -> &Json {
    &report(lines)["steps"][0]["outputs"]
}

fn waits(lines: &[Json]) -> Vec<&str> {
    events(lines, "step_waiting").into_iter().filter_map(|wait| wait["message"].as_str()).collect()
}

fn operations(moto: &Moto) -> Vec<String> {
    moto.seen().expect("moto records").into_iter().map(|seen| seen.operation).collect()
}

/// The console page of a database.
fn page(of: &str) -> String {
    console(&format!("rds/home?region={REGION}#database:id={of};is-cluster={}", of == "shop"))
}

/// The outputs of a step that waited for a database.
fn waited(of: &str, status: &str) -> Json {
    json!({ "status": status, "console_url": page(of) })
}

/// Plugin, beginning of its configuration, database, status that it waits for.
const POWER: [(&str, &str, &str, &str); 4] = [
    ("rds-instance-stop", "instance_name = \"orders\"", "orders", "stopped"),
    ("rds-instance-start", "instance_name = \"orders\"", "orders", "available"),
    ("rds-cluster-stop", "cluster_name = \"shop\"", "shop", "stopped"),
    ("rds-cluster-start", "cluster_name = \"shop\"", "shop", "available"),
];

#[test]
fn instances_and_clusters_stop_and_start_and_the_steps_wait_for_it() {
    let mut databases = Databases::new(SLOW, &[]);
    for (plugin, which, name, awaited) in POWER {
        let (code, lines) = databases.run(plugin, &format!("{{ {which}, wait = true, poll_every = \"300ms\" }}"));
        assert_eq!(code, 0, "{plugin}: {:?}", lines.last());
        assert_eq!((outputs(&lines), links(&lines)), (&waited(name, awaited), vec![page(name).as_str()]), "{plugin}");
        let on_the_way = if awaited == "stopped" { "stopping" } else { "starting" };
        assert!(waits(&lines).contains(&format!("{name}: {on_the_way}").as_str()), "{plugin}: {:?}", waits(&lines));
        let change = format!("{name}: {on_the_way} -> {awaited}");
        assert!(log_lines(&lines).contains(&change.as_str()), "{plugin}: {:?}", log_lines(&lines));
        assert_eq!(databases.status(name), awaited, "{plugin}");
    }
}

#[test]
fn without_a_wait_the_status_is_the_one_that_aws_answers() {
    let mut databases = Databases::new(NEVER, &[]);
    let (code, lines) = databases.run("rds-instance-stop", "{ instance_name = \"orders\" }");
    assert_eq!((code, outputs(&lines)), (0, &json!({ "status": "stopping" })));
    assert_eq!(log_lines(&lines), ["orders: stopping"]);
    assert_eq!(operations(&databases.moto), ["StopDBInstance"]);
    assert_eq!(databases.status("orders"), "stopping");
}

#[test]
fn a_database_that_is_in_the_wanted_state_already_is_a_success() {
    let databases = Databases::new(Duration::ZERO, &[]);
    for (start, stop) in [(1, 0), (3, 2)] {
        // The first step finds the database in the requested state already. The step before the last one starts it
        // without waiting.
        for (number, wait) in [(start, true), (stop, true), (stop, true), (stop, false), (start, false), (start, false)]
        {
            let (plugin, which, name, awaited) = POWER[number];
            let (code, lines) = databases.run(plugin, &format!("{{ {which}, wait = {wait}, poll_every = \"300ms\" }}"));
            assert_eq!(code, 0, "{plugin}: {:?}", lines.last());
            if wait {
                assert_eq!(outputs(&lines), &waited(name, awaited), "{plugin}");
            }
        }
    }
    let (_, lines) = databases.run("rds-instance-start", "{ instance_name = \"orders\" }");
    assert_eq!(log_lines(&lines), ["orders: available already"]);
}

#[test]
fn a_database_that_is_stopping_already_is_waited_for() {
    let mut databases = Databases::new(SLOW, &[]);
    databases.aws.call("rds", "StopDBInstance", json!({ "DBInstanceIdentifier": "orders" })).expect("it stops");
    let with = "{ instance_name = \"orders\", wait = true, poll_every = \"300ms\" }";
    let (code, lines) = databases.run("rds-instance-stop", with);
    assert_eq!((code, outputs(&lines)), (0, &waited("orders", "stopped")), "{:?}", lines.last());
    assert_eq!(log_lines(&lines), ["orders: stopping already", "orders: stopping -> stopped"]);
}

#[test]
fn what_aws_refuses_in_any_other_state_fails_in_awss_words() {
    let databases = Databases::new(Duration::ZERO, &[("is", "storage-full")]);
    for plugin in ["rds-instance-start", "rds-instance-stop"] {
        let (code, lines) = databases.run(plugin, "{ instance_name = \"orders\" }");
        assert_eq!((code, &failure(&lines)["code"]), (1, &json!("WrongState")), "{plugin}");
        let message = failure(&lines)["message"].as_str().expect("text");
        assert!(message.starts_with("InvalidDBInstanceState: "), "{plugin}: {message}");
    }
}

#[test]
fn a_database_that_ends_in_another_state_fails_the_wait() {
    let tags = [("becomes", "incompatible-network"), ("snapshots-become", "failed")];
    let databases = Databases::new(Duration::from_secs(1), &tags);
    for (plugin, with, message) in [
        (
            "rds-create-snapshot",
            "instance_name = \"orders\", snapshot_name = \"before\"",
            "before is `failed` and will not be `available`",
        ),
        (
            "rds-instance-stop",
            "instance_name = \"orders\"",
            "orders is `incompatible-network` and will not be `stopped`",
        ),
        ("rds-cluster-stop", "cluster_name = \"shop\"", "shop is `incompatible-network` and will not be `stopped`"),
    ] {
        let (code, lines) = databases.run(plugin, &format!("{{ {with}, wait = true, poll_every = \"300ms\" }}"));
        let failure = failure(&lines);
        assert_eq!((code, &failure["code"]), (1, &json!("TerminalState")), "{plugin}");
        assert_eq!(failure["message"], message, "{plugin}");
    }
}

#[test]
fn a_wait_ends_with_its_timeout() {
    let databases = Databases::new(NEVER, &[]);
    for (plugin, with, message) in [
        (
            "rds-create-snapshot",
            "instance_name = \"orders\", snapshot_name = \"before\"",
            "before is not `available` after 500ms, but `creating`",
        ),
        ("rds-instance-stop", "instance_name = \"orders\"", "orders is not `stopped` after 500ms, but `stopping`"),
        ("rds-cluster-stop", "cluster_name = \"shop\"", "shop is not `stopped` after 500ms, but `stopping`"),
    ] {
        let with = format!("{{ {with}, wait = true, timeout = \"500ms\", poll_every = \"200ms\" }}");
        let (code, lines) = databases.run(plugin, &with);
        let failure = failure(&lines);
        assert_eq!((code, &failure["code"]), (1, &json!("WaitTimeout")), "{plugin}");
        // Another attempt would create another snapshot.
        let is_retryable = plugin != "rds-create-snapshot";
        assert_eq!((&failure["message"], &failure["retryable"]), (&json!(message), &json!(is_retryable)));
    }
}

#[test]
fn what_is_deleted_during_a_wait_ends_it_long_before_its_timeout() {
    let mut databases = Databases::new(NEVER, &[]);
    for (plugin, with, operation, of) in [
        (
            "rds-create-snapshot",
            "instance_name = \"orders\", snapshot_name = \"before\"",
            "DeleteDBSnapshot",
            json!({ "DBSnapshotIdentifier": "before" }),
        ),
        (
            "rds-instance-stop",
            "instance_name = \"orders\"",
            "DeleteDBInstance",
            json!({ "DBInstanceIdentifier": "orders", "SkipFinalSnapshot": true }),
        ),
        (
            "rds-cluster-stop",
            "cluster_name = \"shop\"",
            "DeleteDBCluster",
            json!({ "DBClusterIdentifier": "shop", "SkipFinalSnapshot": true }),
        ),
    ] {
        let site = databases.site(plugin, &format!("{{ {with}, wait = true, poll_every = \"300ms\" }}"));
        let running = Running::waiting(&site);
        databases.aws.call("rds", operation, of).expect("it is deleted");
        let over = running.end();
        assert_eq!((over.code, &failure(&over.lines)["code"]), (1, &json!("NotFound")), "{plugin}");
    }
}

#[test]
fn what_aws_does_not_know_is_not_found() {
    let databases = Databases::new(Duration::ZERO, &[]);
    for (plugin, with) in [
        ("rds-status", "{ instance_name = \"nobody\" }"),
        ("rds-instance-start", "{ instance_name = \"nobody\", wait = true }"),
        ("rds-instance-stop", "{ instance_name = \"nobody\", snapshot_name = \"before\" }"),
        ("rds-cluster-start", "{ cluster_name = \"nobody\" }"),
        ("rds-cluster-stop", "{ cluster_name = \"nobody\", wait = true }"),
        ("rds-create-snapshot", "{ instance_name = \"nobody\", snapshot_name = \"before\" }"),
    ] {
        let (code, lines) = databases.run(plugin, with);
        assert_eq!((code, &failure(&lines)["code"]), (1, &json!("NotFound")), "{plugin}");
        assert!(failure(&lines)["message"].as_str().is_some_and(|text| text.contains("nobody")), "{plugin}");
    }
}

#[test]
fn a_snapshot_is_waited_for_and_its_name_is_used_once() {
    let mut databases = Databases::new(SLOW, &[]);
    let with = "{ instance_name = \"orders\", snapshot_name = \"Before-Change\", wait = true, poll_every = \"300ms\" }";
    let (code, lines) = databases.run("rds-create-snapshot", with);
    assert_eq!(code, 0, "{:?}", lines.last());
    let arn = "arn:aws:rds:eu-central-1:123456789012:snapshot:before-change";
    let url = console(&format!("rds/home?region={REGION}#db-snapshot:id=before-change"));
    let expected =
        json!({ "snapshot_id": "before-change", "snapshot_arn": arn, "status": "available", "console_url": url });
    assert_eq!((outputs(&lines), links(&lines)), (&expected, vec![url.as_str()]));
    assert!(waits(&lines).contains(&"before-change: creating"), "{:?}", waits(&lines));
    let progress = &events(&lines, "step_waiting")[0]["progress"];
    assert_eq!((&progress["total"], &progress["unit"]), (&json!(100), &json!("percent")));
    let found =
        databases.aws.call("rds", "DescribeDBSnapshots", json!({ "SnapshotType": "manual" })).expect("it lists");
    assert_eq!(found["DBSnapshots"].as_array().map(Vec::len), Some(1));

    let (code, lines) = databases.run("rds-create-snapshot", with);
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("AwsError")));
    let message = failure(&lines)["message"].as_str().expect("text");
    assert!(message.starts_with("DBSnapshotAlreadyExists: "), "{message}");
}

#[test]
fn a_stop_with_a_snapshot_is_a_success_only_when_there_is_the_snapshot() {
    let mut databases = Databases::new(Duration::ZERO, &[]);
    let with = "{ instance_name = \"orders\", snapshot_name = \"before\", wait = true, poll_every = \"300ms\" }";
    assert_eq!(databases.run("rds-instance-stop", with).0, 0);
    let found =
        databases.aws.call("rds", "DescribeDBSnapshots", json!({ "SnapshotType": "manual" })).expect("it lists");
    assert_eq!(found["DBSnapshots"][0]["DBSnapshotIdentifier"], "before");

    let (code, lines) = databases.run("rds-instance-stop", with);
    assert_eq!((code, outputs(&lines)), (0, &waited("orders", "stopped")));
    let (code, lines) = databases.run("rds-instance-stop", &with.replace("before", "another"));
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("AwsError")));
    assert_eq!(failure(&lines)["message"], "orders is `stopped` already and has no snapshot `another`");
}

#[test]
fn a_stop_whose_answer_was_lost_with_the_host_goes_on() {
    let mut databases = Databases::new(SLOW, &[]);
    let memory = TokenMemory::before(&venv(), databases.moto.endpoint()).expect("the memory starts");
    let with = "{ instance_name = \"orders\", snapshot_name = \"before\", wait = true, poll_every = \"300ms\" }";
    let site = Site::new(memory.endpoint()).step("rds-instance-stop", with);
    let resumed = resumed_after_request(&site, &memory, 1);
    assert_eq!(resumed.code, 0, "{resumed:?}");
    assert_eq!(outputs(&resumed.json_lines()), &waited("orders", "stopped"));
    assert_eq!(databases.status("orders"), "stopped");
}

#[test]
fn a_snapshot_whose_answer_was_lost_with_the_host_waits_for_a_decision() {
    let databases = Databases::new(Duration::ZERO, &[]);
    let memory = TokenMemory::before(&venv(), databases.moto.endpoint()).expect("the memory starts");
    let with = "{ instance_name = \"orders\", snapshot_name = \"before\" }";
    let site = Site::new(memory.endpoint()).step("rds-create-snapshot", with);
    let resumed = resumed_after_request(&site, &memory, 1);
    assert_eq!(resumed.code, 5, "{resumed:?}");
    let created = operations(&databases.moto).iter().filter(|name| *name == "CreateDBSnapshot").count();
    assert_eq!(created, 1);
}

#[test]
fn the_status_of_an_instance_is_one_line_and_outputs() {
    let databases = Databases::new(Duration::ZERO, &[]);
    let (code, lines) = databases.run("rds-status", "{ instance_name = \"orders\", expect_status = \"available\" }");
    assert_eq!(code, 0, "{:?}", lines.last());
    assert_eq!(log_lines(&lines), ["orders: available (postgres 16.3, db.t4g.medium, 20 GiB)"]);
    let outputs = outputs(&lines);
    let address = outputs["endpoint_address"].as_str().expect("it has an address");
    assert!(address.starts_with("orders.") && address.ends_with(".rds.amazonaws.com"), "{address}");
    let expected = json!({
        "status": "available", "engine": "postgres", "allocated_storage": 20, "endpoint_address": address,
        "endpoint_port": 5432, "multi_az": true, "console_url": page("orders"),
    });
    assert_eq!(links(&lines), [page("orders")]);
    assert_eq!(outputs, &expected);
    assert_eq!(operations(&databases.moto), ["DescribeDBInstances"]);
}

#[test]
fn a_status_that_needs_attention_is_a_warning_and_fails_only_when_another_one_is_expected() {
    let databases = Databases::new(Duration::ZERO, &[("is", "storage-full")]);
    let (code, lines) = databases.run("rds-status", "{ instance_name = \"orders\" }");
    assert_eq!((code, &outputs(&lines)["status"]), (0, &json!("storage-full")));
    let [line, _link] = &events(&lines, "step_logged")[..] else { panic!("{lines:?}") };
    assert_eq!(line["log"]["level"], "warn");

    let (code, lines) = databases.run("rds-status", "{ instance_name = \"orders\", expect_status = \"available\" }");
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("UnexpectedStatus")));
    assert_eq!(failure(&lines)["message"], "orders is `storage-full` and not `available`");
}

#[test]
fn a_step_that_iam_does_not_allow_names_the_action() {
    let identity = Identity::new();
    for (plugin, with, action) in [
        ("rds-status", "instance_name = \"orders\"", "rds:DescribeDBInstances"),
        ("rds-instance-start", "instance_name = \"orders\"", "rds:StartDBInstance"),
        ("rds-instance-stop", "instance_name = \"orders\"", "rds:StopDBInstance"),
        ("rds-cluster-start", "cluster_name = \"shop\"", "rds:StartDBCluster"),
        ("rds-cluster-stop", "cluster_name = \"shop\"", "rds:StopDBCluster"),
        ("rds-create-snapshot", "instance_name = \"orders\", snapshot_name = \"before\"", "rds:CreateDBSnapshot"),
    ] {
        let (code, lines) = identity.site().step(plugin, &format!("{{ {with} }}")).run_json();
        assert_eq!((code, &failure(&lines)["code"]), (1, &json!("AccessDenied")), "{plugin}");
        let message = failure(&lines)["message"].as_str().expect("text");
        assert!(message.contains(action), "{plugin}: {message}");
    }
}
