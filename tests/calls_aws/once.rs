//! `stepwell aws call`: one call, whose flags stand for the keys of a step.

use std::net::TcpListener;
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value as Json, json};

use super::{ANYTHING, tables};
use crate::runs_examples::moto;
use crate::support::{Ended, NOBODY, Site, ended, venv};

/// A site that may do everything, without a job.
fn site(endpoint: &str) -> Site {
    Site::new(endpoint).file("project.toml", ANYTHING)
}

fn call(site: &Site, arguments: &[&str]) -> Ended {
    site.stepwell(&[&["aws", "call"], arguments].concat())
}

/// The request of the change that a dry run withholds.
fn request(arguments: &[&str]) -> Json {
    let ended = call(&site(NOBODY), &[arguments, &["--dry-run"]].concat());
    let (_, request) = ended.stdout.split_once(" {").unwrap_or_else(|| panic!("{ended:?}"));
    serde_json::from_str(&format!("{{{request}")).expect("it is JSON")
}

#[test]
fn text_is_taken_as_it_stands_and_everything_else_is_json() {
    const QUEUE: &str = "QueueUrl=https://sqs/1";
    for body in ["12345", r#"{"a":1}"#, "true", "null", "\"quoted\"", "a=b ${c}", ""] {
        let body = format!("MessageBody={body}");
        let sent =
            request(&["sqs/SendMessage", "--allow-unlisted", "--with", QUEUE, "--with", &body, "-w", "DelaySeconds=5"]);
        let expected = json!({ "QueueUrl": "https://sqs/1", "MessageBody": body[12..], "DelaySeconds": 5 });
        assert_eq!(sent, expected);
    }
    let tagged = request(&["sqs/TagQueue", "-w", QUEUE, "-w", r#"Tags={"team": "a"}"#]);
    assert_eq!(tagged["Tags"], json!({ "team": "a" }));
    let account = request(&["organizations/CloseAccount", "-w", "AccountId=123456789012"]);
    assert_eq!(account, json!({ "AccountId": "123456789012" }));
    for (given, sent) in [("2026-01-31T12:00:00Z", json!("2026-01-31T12:00:00Z")), ("1700000000", json!(1_700_000_000))]
    {
        let restored = request(&[
            "dynamodb/RestoreTableToPointInTime",
            "-w",
            "SourceTableName=from-here",
            "-w",
            "TargetTableName=to-there",
            "-w",
            &format!("RestoreDateTime={given}"),
        ]);
        assert_eq!(restored["RestoreDateTime"], sent);
    }
}

#[test]
fn a_value_that_is_no_json_is_told_with_its_place() {
    for (arguments, expected) in [
        (
            ["ec2/DescribeInstances", "-w", "Filters=[{Name:a}]"],
            [
                "error: `--with Filters=…` must be a list, and its value is not valid JSON",
                "because: it is no JSON from character 3 on",
                "next: write `--with 'Filters=[…]'`, with texts in double quotes; `stepwell aws show ec2/DescribeInstances` describes it",
            ],
        ),
        (
            ["dynamodb/ListTables", "-w", "Limit=many"],
            [
                "error: `--with Limit=…` must be an integer of 32 bits, and its value is not valid JSON",
                "because: it is no JSON from character 1 on",
                "next: write `--with Limit=1`; `stepwell aws show dynamodb/ListTables` describes it",
            ],
        ),
        (
            ["sqs/TagQueue", "-w", "Tags={\"a\":"],
            [
                "error: `--with Tags=…` must be an object of names and values, and its value is not valid JSON",
                "because: it ends too early",
                "next: write `--with 'Tags={…}'`, with names and texts in double quotes; `stepwell aws show sqs/TagQueue` describes it",
            ],
        ),
    ] {
        assert_eq!(call(&site(NOBODY), &arguments).three_lines(2), expected);
    }
}

#[test]
fn an_error_names_the_flag_and_no_line_of_a_job() {
    for (arguments, code, expected) in [
        (
            &["dynamodb/DescribeTable", "-w", "TableName=shop", "--all-pages"][..],
            2,
            [
                "error: `aws:dynamodb/DescribeTable` has no pages",
                "because: AWS's model names no token that would lead to a next page",
                "next: leave `--all-pages` out",
            ],
        ),
        (
            &["dynamodb/ListTables", "-w", "Limt=3"],
            2,
            [
                "error: `aws:dynamodb/ListTables` does not accept its configuration",
                "because: `Limt`: is no member of the request",
                "next: write `Limit`; `stepwell aws show dynamodb/ListTables` describes it",
            ],
        ),
        (
            &["sqs/ListQueues", "--region", "EU Central"],
            2,
            [
                "error: `EU Central` is not a valid AWS region: expected 3 to 32 lower-case letters, digits and hyphens, such as `eu-central-1`",
                "because: a flag has another form",
                "next: correct the flag",
            ],
        ),
        (
            &["ecs/UpdateService", "-w", "service=web", "--wait", "ServicesStable"],
            2,
            [
                "error: `ServicesStable` cannot wait for this request",
                "because: it looks with `DescribeServices`, which needs `services`, and the request has none",
                "next: call `aws:ecs/DescribeServices` with this `--wait`",
            ],
        ),
    ] {
        assert_eq!(call(&site(NOBODY), arguments).three_lines(code), expected, "{arguments:?}");
    }
    let (moto, _aws) = moto();
    let gone = call(&site(moto.endpoint()), &["dynamodb/DescribeTable", "-w", "TableName=gone"]);
    let [what, _, next] = gone.three_lines(1);
    assert!(what.starts_with("error: the call failed: ResourceNotFoundException: "), "{what}");
    assert_eq!(next, "next: correct the name or id in `--with`, or `--region`");
}

#[test]
fn a_change_without_a_grant_says_which_file_needs_which_line() {
    let ended = call(&Site::without_aws(), &["dynamodb/DeleteTable", "-w", "TableName=shop"]);
    let [_, _, next] = ended.three_lines(3);
    assert!(next.contains("create project.toml in this directory"), "{next}");
    assert!(next.contains("grants.aws.allow = [\"dynamodb:DeleteTable\"]"), "{next}");
}

#[test]
fn a_selected_part_is_printed_alone() {
    let (moto, mut aws) = moto();
    tables(&mut aws, &["shop"]);
    for (select, expected) in [
        ("Table.TableName", "shop\n"),
        ("Table.ItemCount", "0\n"),
        ("Table.KeySchema[].AttributeName", "[\n  \"id\"\n]\n"),
        ("Table.{result: TableName, state: TableStatus}", "{\n  \"result\": \"shop\",\n  \"state\": \"ACTIVE\"\n}\n"),
    ] {
        let shown =
            call(&site(moto.endpoint()), &["dynamodb/DescribeTable", "-w", "TableName=shop", "--select", select]);
        assert_eq!((shown.code, shown.stdout.as_str()), (0, expected), "{shown:?}");
    }
    let arguments = ["dynamodb/ListTables", "--select", "TableNames[0]", "--output", "json"];
    let lines = call(&site(moto.endpoint()), &arguments).json_lines();
    assert_eq!(super::outputs(&lines), &json!({ "result": "shop" }));
}

/// A server that accepts every connection and never answers.
fn silent() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it has one");
    (listener, format!("http://{address}"))
}

#[test]
fn a_call_ends_at_its_timeout() {
    let (_listener, endpoint) = silent();
    let ended = call(&site(&endpoint), &["sqs/ListQueues", "--timeout", "1s"]);
    let [what, because, next] = ended.three_lines(1);
    assert_eq!(what, "error: the call failed: the step took longer than it may");
    assert_eq!(because, "because: its timeout is 1s (step)");
    assert!(next.starts_with("next: raise `--timeout`, or "), "{next}");
    let wrong = call(&site(&endpoint), &["sqs/ListQueues", "--timeout", "soon"]);
    assert!(wrong.code == 2 && wrong.stderr.contains("a duration is text such as"), "{wrong:?}");
}

#[test]
fn ctrl_c_says_that_the_call_is_cancelled_and_in_which_run() {
    let (listener, endpoint) = silent();
    let site = site(&endpoint);
    let mut command = site.command(&["aws", "call", "sqs/ListQueues"]);
    let running = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("stepwell starts");
    let _connection = listener.accept().expect("it calls");
    kill_process(Pid::from_child(&running), Signal::INT).expect("the process is there");
    let ended = ended(running.wait_with_output().expect("it ends"));
    assert_eq!((ended.code, ended.stdout.as_str()), (130, ""), "{ended:?}");
    let runs = site.stepwell(&["runs", "list", "--output", "json"]).json_lines();
    let run = runs[0]["run"].as_str().expect("an id");
    assert!(ended.stderr.ends_with(&format!("cancelled (run {run})\n")), "{ended:?}");
}

/// Calls a silent server from a terminal, and presses Ctrl-C when the terminal shows the call with a second elapsed.
const WATCHES: &str = r"
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], [sys.argv[1], 'aws', 'call', 'sqs/ListQueues'])
shown = b''
while b'1s' not in shown:
    shown += os.read(terminal, 1024)
os.write(terminal, b'\x03')
try:
    while True:
        shown += os.read(terminal, 1024)
except OSError:
    pass
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), b'aws:sqs/ListQueues' in shown, b'cancelled (run ' in shown)
";

#[test]
fn a_terminal_shows_that_a_call_waits_for_its_answer() {
    let (_listener, endpoint) = silent();
    let site = site(&endpoint);
    let of_site = site.command(&[]);
    let mut python = Command::new(venv().python());
    python.args(["-c", WATCHES, env!("CARGO_BIN_EXE_stepwell")]).current_dir(site.path(""));
    for (name, value) in of_site.get_envs() {
        match value {
            Some(value) => python.env(name, value),
            None => python.env_remove(name),
        };
    }
    let ended = python.output().expect("python starts");
    assert_eq!(String::from_utf8_lossy(&ended.stdout).trim(), "130 True True", "{ended:?}");
}
