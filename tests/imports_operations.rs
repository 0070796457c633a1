//! A plugin reaches any operation of AWS by importing it, and nothing else: plugins of third parties for services that
//! have no typed interface, in Rust and in Python.

use serde_json::{Value as Json, json};

use super::resumes::running::Running;
use super::steps::ec2::{failed, moto, outputs, waits};
use super::support::canned::{Asked, Canned, CannedAws};
use super::support::{Ended, Site, guest, log_lines};

/// A site with a plugin of a third party, granted these actions.
fn site(endpoint: &str, name: &str, allow: &[&str], with: &str) -> Site {
    let component = guest(&name.replace('-', "_"));
    let project = format!("name = \"test\"\n[grants.{name}]\nallow = {}\n", json!(allow));
    Site::new(endpoint).file("project.toml", project).plugin(name, &component).step(name, with)
}

#[test]
fn a_report_of_tables_reads_every_page() {
    let (moto, mut aws) = moto(0);
    for number in 0..120 {
        let table = json!({
            "TableName": format!("shop-{number:03}"),
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{ "AttributeName": "k", "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": "k", "KeyType": "HASH" }],
        });
        aws.call("dynamodb", "CreateTable", table).expect("it is created");
    }
    let allow = ["dynamodb:ListTables", "dynamodb:DescribeTable"];
    let (code, lines) = site(moto.endpoint(), "table-report", &allow, "{ prefix = \"shop-1\" }").run_json();
    assert_eq!(code, 0, "{lines:?}");
    let tables = outputs(&lines)["tables"].as_array().expect("a list").clone();
    assert_eq!((tables.len(), &tables[19]["name"]), (20, &json!("shop-119")), "they are on the second page");
    assert_eq!((&tables[0]["status"], &tables[0]["billing"]), (&json!("ACTIVE"), &json!("PAY_PER_REQUEST")));
    assert_eq!(log_lines(&lines), ["20 tables"]);
}

#[test]
fn a_plugin_in_python_reads_quotas() {
    let (moto, _) = moto(0);
    let allow = ["servicequotas:ListAWSDefaultServiceQuotas"];
    let (code, lines) = site(moto.endpoint(), "quota-report", &allow, "{ service = \"vpc\", above = 100 }").run_json();
    assert_eq!(code, 0, "{lines:?}");
    let quotas = outputs(&lines)["quotas"].as_array().expect("a list").clone();
    assert!(!quotas.is_empty() && quotas.iter().all(|quota| quota["value"].as_f64() > Some(100.0)), "{quotas:?}");
}

const QUEUE: &str = "arn:aws:sqs:eu-central-1:123456789012:dead";

const MOVES: [&str; 3] = ["sqs:StartMessageMoveTask", "sqs:ListMessageMoveTasks", "sqs:CancelMessageMoveTask"];

/// SQS as its API reference describes it, canned: no emulator moves messages.
fn sqs() -> CannedAws {
    let json = |body: Json| -> Canned {
        (200, vec![("content-type", "application/x-amz-json-1.0".to_owned())], body.to_string())
    };
    CannedAws::start(move |asked: &Asked, number| match (asked.body.contains("MaxResults"), number) {
        (false, _) => json(json!({ "TaskHandle": "handle" })),
        (true, 1 | 2) => json(json!({ "Results": [{
            "Status": "RUNNING", "ApproximateNumberOfMessagesMoved": number, "ApproximateNumberOfMessagesToMove": 3,
        }] })),
        (true, _) => json(json!({ "Results": [{ "Status": "COMPLETED", "ApproximateNumberOfMessagesMoved": 3 }] })),
    })
}

fn redrive(endpoint: &str) -> Site {
    site(endpoint, "queue-redrive", &MOVES, &format!("{{ source_arn = \"{QUEUE}\" }}"))
}

#[test]
fn a_redrive_waits_in_its_checkpoint_and_is_started_once() {
    let sqs = sqs();
    let site = redrive(sqs.endpoint());
    let lines = Running::waiting(&site).kill();
    let run = lines[0]["run"].as_str().expect("the id of the run").to_owned();
    let resumed = site.stepwell(&["runs", "resume", &run, "--output", "json"]);
    assert_eq!(resumed.code, 0, "{resumed:?}");
    assert_eq!(outputs(&resumed.json_lines()), &json!({ "moved": 3 }));
    assert_eq!(waits(&lines)[0], "1 messages moved");
    let starts = sqs.asked().iter().filter(|asked| !asked.body.contains("MaxResults")).count();
    assert_eq!(starts, 1, "{:?}", sqs.asked());
}

#[test]
fn an_operation_without_a_grant_stops_the_plan() {
    let site = site("http://127.0.0.1:9", "table-report", &["dynamodb:ListTables"], "{}");
    let [what, because, next] = site.run().three_lines(3).map(str::to_owned);
    assert_eq!(what, "error: step `it` may not call `dynamodb:DescribeTable`");
    assert!(because.starts_with("because: plugin `table-report` is granted only `dynamodb:ListTables`"), "{because}");
    assert!(next.starts_with("next: add \"dynamodb:DescribeTable\" to [grants.\"table-report\"] allow"), "{next}");
}

#[test]
fn an_answer_that_is_none_is_an_error_of_the_call() {
    let cut: fn(&Asked, usize) -> Canned = |_, _| {
        (200, vec![("content-type", "application/x-amz-json-1.0".to_owned())], "{\"TableNames\":[\"a\"".to_owned())
    };
    let aws = CannedAws::start(cut);
    let allow = ["dynamodb:ListTables", "dynamodb:DescribeTable"];
    let ended = site(aws.endpoint(), "table-report", &allow, "{}").run_json();
    let message = failed(&ended, "Unavailable");
    assert!(message.contains("sent a response that cannot be read"), "{message}");
}

#[test]
fn an_answer_that_is_too_large_is_an_error_of_the_call() {
    let large: fn(&Asked, usize) -> Canned = |_, _| {
        let names = format!("{{\"TableNames\":[\"{}\"]}}", "a".repeat(9 << 20));
        (200, vec![("content-type", "application/x-amz-json-1.0".to_owned())], names)
    };
    let aws = CannedAws::start(large);
    let allow = ["dynamodb:ListTables", "dynamodb:DescribeTable"];
    let ended = site(aws.endpoint(), "table-report", &allow, "{}").run_json();
    let message = failed(&ended, "Unavailable");
    assert!(message.contains("answered with more than 8 MiB; ask for less of it"), "{message}");
}

/// The error of a component that imports this function.
fn refused(interface: &str, function: &str) -> Ended {
    let text = format!(
        "(component (import \"{interface}\" (instance (export \"{function}\" (func (param \"request\" string))))))"
    );
    let component = wat::parse_str(text).expect("it is a component");
    Site::new("http://127.0.0.1:9")
        .file("project.toml", "name = \"test\"\n")
        .plugin("greedy", &component)
        .step("greedy", "{}")
        .run()
}

#[test]
fn an_import_that_does_not_exist_or_hands_out_secrets_is_refused_before_anything_runs() {
    for (interface, function, what, hint) in [
        ("stepwell:aws/dynamodbb@0.1.0", "list-tables", "aws.dynamodbb.list-tables", "stepwell:aws/dynamodb@0.1.0"),
        ("stepwell:aws/dynamodb@0.1.0", "list-table", "aws.dynamodb.list-table", "list-tables"),
        ("stepwell:aws/iam@0.1.0", "create-access-key", "aws.iam.create-access-key", "answers with a secret"),
        ("stepwell:aws/sts@0.1.0", "assume-role", "aws.sts.assume-role", "answers with a secret"),
        ("stepwell:aws/s3@0.1.0", "get-object", "aws.s3.get-object", "a body of any length"),
        ("stepwell:aws/logs@0.1.0", "start-live-tail", "aws.logs.start-live-tail", "events"),
        ("stepwell:aws/dynamodb@0.9.0", "list-tables", "another version of Stepwell", "stepwell:aws@0.1.0"),
    ] {
        let ended = refused(interface, function);
        assert_eq!(ended.code, 2, "{ended:?}");
        assert!(ended.stderr.contains(what) && ended.stderr.contains(hint), "{interface} {function}: {ended:?}");
    }
}
