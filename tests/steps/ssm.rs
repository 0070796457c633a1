//! The steps of Systems Manager. The emulators run no commands: moto only accepts them. Their results are canned
//! responses.

use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{AwsClient, CannedSsm, Identities, Ministack, Moto};

use crate::resumes::fleet::the_run;
use crate::resumes::running::Running;
use crate::support::identity::Identity;
use crate::support::{INSTANCE, Site, events, failure, log_lines, report, venv};

const ID: &str = CannedSsm::COMMAND;

fn run(endpoint: &str, more: &str) -> Site {
    let with = format!("{{ parameters = {{ commands = [\"uptime\"] }}, poll_every = \"100ms\"{more} }}");
    Site::new(endpoint).step("ssm-run-command", &with)
}

fn on_one(endpoint: &str, more: &str) -> Site {
    run(endpoint, &format!(", instance_id = \"{INSTANCE}\"{more}"))
}

fn parameter(endpoint: &str, name: &str) -> Site {
    Site::new(endpoint).step("ssm-get-parameter", &format!("{{ name = \"{name}\" }}"))
}

fn canned(settings: &Json) -> CannedSsm {
    let ssm = CannedSsm::start(&venv()).expect("it starts");
    ssm.set(settings).expect("it knows them");
    ssm
}

/// A node with these states, and the result of a script on it.
fn node(states: &[&str], code: i32, output: &str, error: &str) -> Json {
    let states: Vec<_> = states.iter().map(|state| state.split_once(' ').unwrap_or((state, state))).collect();
    json!({ "states": states, "parts": [["aws:runShellScript", code, output, error]] })
}

fn count(ssm: &CannedSsm, operation: &str) -> usize {
    ssm.seen().expect("it answers").iter().filter(|seen| seen.operation == operation).count()
}

fn outputs(lines: &[Json]) -> &Json {
    &report(lines)["steps"][0]["outputs"]
}

fn table(lines: &[Json]) -> Json {
    let logged = events(lines, "step_logged").into_iter().map(|line| &line["log"]);
    logged.filter(|log| log["is"] == "table").map(|log| log["rows"].clone()).collect()
}

/// moto accepts a command, but does not implement `ListCommandInvocations`.
#[test]
fn a_command_is_sent_as_the_job_says_and_names_the_run() {
    let moto = Moto::start(&venv(), Duration::ZERO).expect("moto starts");
    let mut aws = moto.client().expect("boto3 starts");
    let mut ids = aws.run_instances(2).expect("they launch");
    ids.sort();
    let more = format!(", wait = false, instance_id = [\"{}\", \"{}\"]", ids[0], ids[1]);
    let (code, lines) = run(moto.endpoint(), &more).run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    let id = &outputs(&lines)["command_id"];
    let mut listed = aws.call("ssm", "ListCommands", json!({ "CommandId": id })).expect("it is there");
    let command = listed["Commands"][0].take();
    let sent = ["DocumentName", "Parameters"].map(|key| command[key].clone());
    assert_eq!(sent, [json!("AWS-RunShellScript"), json!({ "commands": ["uptime"] })]);
    let mut to: Vec<_> = command["InstanceIds"].as_array().expect("a list").iter().filter_map(Json::as_str).collect();
    to.sort_unstable();
    assert_eq!(to, ids);
    let run = lines[0]["run"].as_str().expect("an id");
    assert_eq!(command["Comment"], format!("Stepwell run {run}, step it"));
}

#[test]
fn nodes_are_found_by_their_tag() {
    let moto = Moto::start(&venv(), Duration::ZERO).expect("moto starts");
    let mut aws = moto.client().expect("boto3 starts");
    let ids = aws.run_instances(2).expect("they launch");
    let tags = json!([{ "Key": "Role", "Value": "web" }]);
    aws.call("ec2", "CreateTags", json!({ "Resources": [ids[1]], "Tags": tags })).expect("a tag");
    let targets = ", wait = false, targets = [{ key = \"tag:Role\", values = [\"web\"] }]";
    let (code, lines) = run(moto.endpoint(), targets).run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    let id = &outputs(&lines)["command_id"];
    let listed = aws.call("ssm", "ListCommands", json!({ "CommandId": id })).expect("it is there");
    assert_eq!(listed["Commands"][0]["InstanceIds"], json!([ids[1]]));
}

/// AWS ends a command that no node has matched well: only its details say so.
#[test]
fn a_command_that_matches_no_node_fails_unless_it_may_match_none_canned() {
    let ssm = canned(&json!({ "command": [["Success", "NoInstancesInTag"]] }));
    let by_tag = ", targets = [{ key = \"tag:Role\", values = [\"wbe\"] }]";
    for site in [run(ssm.endpoint(), by_tag), on_one(ssm.endpoint(), "")] {
        let (code, lines) = site.run_json();
        let failure = failure(&lines);
        assert_eq!((code, &failure["code"], &failure["retryable"]), (1, &json!("NoTargets"), &json!(false)));
        assert_eq!(failure["message"], json!(format!("no managed node matches: command {ID} ran nowhere")));
    }
    let (code, lines) = run(ssm.endpoint(), &format!("{by_tag}, allow_empty = true")).run_json();
    assert_eq!((code, &outputs(&lines)["instances"]), (0, &json!([])), "{:?}", lines.last());
    assert!(log_lines(&lines).iter().any(|line| line.starts_with("no managed node matches")));
}

#[test]
fn a_command_for_nodes_that_are_not_managed_runs_nowhere_canned() {
    let ssm = canned(&json!({ "unmanaged": true }));
    let (code, lines) = on_one(ssm.endpoint(), "").run_json();
    let failure = failure(&lines);
    assert_eq!((code, &failure["code"]), (1, &json!("NoTargets")), "{failure}");
    let message = failure["message"].as_str().expect("a text");
    let said = format!("the command ran nowhere: InvalidInstanceId: Instances [[{INSTANCE}]] not in a valid state");
    assert!(message.starts_with(&said), "{message}");
}

#[test]
fn a_command_is_waited_for_and_each_node_prints_when_it_is_done_canned() {
    let ssm = canned(&json!({
        "unseen": 1,
        "command": [["Pending", "Pending"], ["InProgress", "InProgress"], ["InProgress", "InProgress"], ["Success", "Success"]],
        "nodes": {
            "i-0aaaaaaaaaaaaaaaa": node(&["Pending", "InProgress", "InProgress", "Success"], 0, "late\n", ""),
            "i-0bbbbbbbbbbbbbbbb": node(&["Pending", "Success"], 0, "one\ntwo\n", "careful\n"),
            "i-0cccccccccccccccc": node(&["Delayed", "InProgress", "Success"], 0, "", ""),
        },
    }));
    let (code, lines) = run(ssm.endpoint(), ", targets = [{ key = \"tag-key\", values = [\"web\"] }]").run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    let told = [
        &format!("command {ID} is sent"),
        "i-0bbbbbbbbbbbbbbbb: one",
        "i-0bbbbbbbbbbbbbbbb: two",
        "i-0bbbbbbbbbbbbbbbb (standard error): careful",
        "i-0aaaaaaaaaaaaaaaa: late",
    ];
    assert_eq!(log_lines(&lines), told);
    let row = |number: &str, id: &str| json!([number, id, "Success", "0"]);
    assert_eq!(
        table(&lines),
        json!([[row("1", "i-0aaaaaaaaaaaaaaaa"), row("2", "i-0bbbbbbbbbbbbbbbb"), row("3", "i-0cccccccccccccccc")]])
    );
    let done = |id: &str, output: &str, error: &str| json!({ "instance_id": id, "status": "Success", "response_code": 0, "output": output, "error": error });
    let instances = json!([
        done("i-0aaaaaaaaaaaaaaaa", "late\n", ""),
        done("i-0bbbbbbbbbbbbbbbb", "one\ntwo\n", "careful\n"),
        done("i-0cccccccccccccccc", "", ""),
    ]);
    assert_eq!(*outputs(&lines), json!({ "command_id": ID, "status": "Success", "instances": instances }));
    let waits: Vec<_> = events(&lines, "step_waiting").into_iter().map(|wait| wait["message"].clone()).collect();
    let waited =
        ["Pending", "not found yet", "Pending", "InProgress", "InProgress"].map(|state| format!("{ID}: {state}"));
    assert_eq!(waits, waited);
    assert_eq!(count(&ssm, "SendCommand"), 1);
}

#[test]
fn a_script_that_fails_names_its_node_and_its_exit_code_canned() {
    let ssm = canned(&json!({
        "command": [["InProgress", "InProgress"], ["Failed", "Failed"]],
        "nodes": {
            "i-0aaaaaaaaaaaaaaaa": node(&["Success"], 0, "fine\n", ""),
            "i-0bbbbbbbbbbbbbbbb": node(&["InProgress", "Failed"], 3, "", "no such file\n"),
        },
    }));
    let (code, lines) =
        run(ssm.endpoint(), ", instance_id = [\"i-0aaaaaaaaaaaaaaaa\", \"i-0bbbbbbbbbbbbbbbb\"]").run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("NonZeroResultCode")), "{:?}", lines.last());
    let expected = format!("command {ID} did not succeed on i-0bbbbbbbbbbbbbbbb (Failed, exit code 3)");
    assert_eq!(failure(&lines)["message"], expected);
    let rows = json!([["1", "i-0aaaaaaaaaaaaaaaa", "Success", "0"], ["2", "i-0bbbbbbbbbbbbbbbb", "Failed", "3"]]);
    assert_eq!(table(&lines), json!([rows]));
    assert!(log_lines(&lines).contains(&"i-0bbbbbbbbbbbbbbbb (standard error): no such file"));
}

#[test]
fn a_node_that_the_command_never_ran_on_is_a_terminal_state_canned() {
    for details in ["Undeliverable", "Terminated"] {
        let ssm = canned(&json!({
            "command": [["Failed", "Failed"]],
            "nodes": { INSTANCE: node(&[&format!("Failed {details}")], -1, "", "") },
        }));
        let (code, lines) = on_one(ssm.endpoint(), "").run_json();
        assert_eq!((code, &failure(&lines)["code"]), (1, &json!("TerminalState")), "{:?}", lines.last());
        assert_eq!(failure(&lines)["message"], format!("command {ID} did not succeed on {INSTANCE} ({details})"));
        assert_eq!(table(&lines), json!([[["1", INSTANCE, details, null]]]));
    }
    for (status, details) in [("TimedOut", "DeliveryTimedOut"), ("Cancelled", "Cancelled")] {
        let ssm = canned(
            &json!({ "command": [[status, details]], "nodes": { INSTANCE: node(&[&format!("{status} {details}")], -1, "", "") } }),
        );
        let (code, lines) = on_one(ssm.endpoint(), "").run_json();
        assert_eq!((code, &failure(&lines)["code"]), (1, &json!("TerminalState")), "{status}: {:?}", lines.last());
    }
}

#[test]
fn all_parts_of_a_document_are_read_canned() {
    let parts = json!([["prepare", 0, "ready\n", ""], ["install", 7, "", "disk full\n"]]);
    let ssm = canned(
        &json!({ "command": [["Failed", "Failed"]], "nodes": { INSTANCE: { "states": [["Failed", "Failed"]], "parts": parts } } }),
    );
    let (code, lines) = on_one(ssm.endpoint(), ", document_name = \"acme-install\"").run_json();
    assert_eq!(code, 1);
    assert_eq!(failure(&lines)["message"], format!("command {ID} did not succeed on {INSTANCE} (Failed, exit code 7)"));
    let told = [
        format!("command {ID} is sent"),
        format!("{INSTANCE}: ready"),
        format!("{INSTANCE} (standard error): disk full"),
    ];
    assert_eq!(log_lines(&lines), told);
}

#[test]
fn what_is_written_is_cut_to_what_the_job_keeps_canned() {
    let output = "0123456789".repeat(2_000);
    let ssm = canned(&json!({ "nodes": { INSTANCE: node(&["Success"], 0, &output, "") } }));
    let (code, lines) = on_one(ssm.endpoint(), ", output_limit = 15").run_json();
    assert_eq!(
        (code, &outputs(&lines)["instances"][0]["output"]),
        (0, &json!("012345678901234")),
        "{:?}",
        lines.last()
    );
    assert!(log_lines(&lines).iter().any(|line| line.ends_with(&output)), "the log has all of it");
}

#[test]
fn a_job_that_does_not_wait_has_the_id_canned() {
    let ssm = canned(&json!({}));
    let (code, lines) =
        on_one(ssm.endpoint(), ", wait = false, delivery_timeout = \"1h\", max_errors = \"0\"").run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    assert_eq!(*outputs(&lines), json!({ "command_id": ID, "status": "Pending", "instances": [] }));
    let seen = ssm.seen().expect("it answers");
    let [sent] = &seen[..] else { panic!("{seen:?}") };
    assert_eq!((&sent.parameters["TimeoutSeconds"], &sent.parameters["MaxErrors"]), (&json!(3600), &json!("0")));
    assert_eq!(sent.parameters["InstanceIds"], json!([INSTANCE]));
}

fn running_for_ever() -> CannedSsm {
    canned(
        &json!({ "command": [["InProgress", "InProgress"]], "nodes": { INSTANCE: node(&["InProgress"], 0, "", "") } }),
    )
}

#[test]
fn a_cancelled_run_cancels_its_command_canned() {
    let ssm = running_for_ever();
    let site = on_one(ssm.endpoint(), "");
    let running = Running::waiting(&site);
    running.signal(Signal::INT);
    let over = running.end();
    assert_eq!((over.code, &report(&over.lines)["outcome"]), (130, &json!("cancelled")), "{}", over.stderr);
    assert_eq!(count(&ssm, "CancelCommand"), 1);
}

#[test]
fn a_command_that_takes_too_long_is_cancelled_canned() {
    let ssm = running_for_ever();
    let (code, lines) = on_one(ssm.endpoint(), ", timeout = \"300ms\"").run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("WaitTimeout")), "{:?}", lines.last());
    let expected = format!("command {ID} is `InProgress` after 300ms and was cancelled");
    assert_eq!(failure(&lines)["message"], expected);
    assert_eq!(count(&ssm, "CancelCommand"), 1);
}

#[test]
fn a_run_that_is_killed_while_it_waits_goes_on_with_the_same_command_canned() {
    let ssm = canned(&json!({
        "command": [["InProgress", "InProgress"], ["InProgress", "InProgress"], ["Success", "Success"]],
        "nodes": { INSTANCE: node(&["InProgress", "InProgress", "Success"], 0, "up\n", "") },
    }));
    let site = on_one(ssm.endpoint(), "");
    Running::waiting(&site).kill();
    let id = the_run(&site).expect("there is a run");
    let resumed = site.stepwell(&["runs", "resume", &id, "--output", "json"]);
    assert_eq!(resumed.code, 0, "{resumed:?}");
    assert_eq!(outputs(&resumed.json_lines())["instances"][0]["output"], "up\n");
    assert_eq!((count(&ssm, "SendCommand"), count(&ssm, "CancelCommand")), (1, 0));
}

#[test]
fn a_configuration_that_makes_no_sense_sends_nothing_canned() {
    let ssm = canned(&json!({}));
    let both = format!(", instance_id = \"{INSTANCE}\", targets = [{{ key = \"tag-key\", values = [\"a\"] }}]");
    for more in ["", &both] {
        let checked = run(ssm.endpoint(), more).stepwell(&["job", "check", "job.toml"]);
        let because = checked.three_lines(2)[1];
        assert!(because.ends_with("either `instance_id` or `targets` is required, and not both"), "{because}");
    }
    let late = format!(", instance_id = \"{INSTANCE}\", delivery_timeout = \"29s\"");
    let (code, lines) = run(ssm.endpoint(), &late).run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("ConfigurationInvalid")));
    assert!(failure(&lines)["message"].as_str().is_some_and(|text| text.contains("`delivery_timeout`")));
    for more in
        [", instance_id = \"web\"", ", instance_id = []", ", max_errors = \"-1\"", ", document_version = \"two\""]
    {
        run(ssm.endpoint(), more).run().three_lines(2);
    }
    assert_eq!(ssm.seen().expect("it answers"), []);
}

fn parameters(aws: &mut AwsClient) {
    for (name, kind, value) in
        [("/web/size", "String", "3"), ("/web/ids", "StringList", "a,b"), ("/web/token", "SecureString", "hunter2")]
    {
        aws.call("ssm", "PutParameter", json!({ "Name": name, "Type": kind, "Value": value })).expect("it is put");
    }
}

fn reads_parameters(endpoint: &str, aws: &mut AwsClient) {
    parameters(aws);
    let (code, lines) = parameter(endpoint, "/web/size").run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    let found = outputs(&lines);
    assert_eq!(
        (&found["name"], &found["type"], &found["value"], &found["version"]),
        (&json!("/web/size"), &json!("String"), &json!("3"), &json!(1))
    );
    assert!(found["last_modified"].as_str().is_some_and(|time| time.ends_with('Z')), "{found}");
    assert!(found["arn"].as_str().is_some_and(|arn| arn.ends_with(":parameter/web/size")), "{found}");
    assert_eq!(log_lines(&lines), ["/web/size (version 1): 3"]);

    aws.call("ssm", "PutParameter", json!({ "Name": "/web/size", "Value": "4", "Overwrite": true }))
        .expect("it is put");
    let (_, lines) = parameter(endpoint, "/web/size").run_json();
    assert_eq!((&outputs(&lines)["value"], &outputs(&lines)["version"]), (&json!("4"), &json!(2)));
    let (_, lines) = parameter(endpoint, "/web/size:1").run_json();
    assert_eq!((&outputs(&lines)["name"], &outputs(&lines)["value"]), (&json!("/web/size"), &json!("3")));
    let (_, lines) = parameter(endpoint, "/web/ids").run_json();
    assert_eq!((&outputs(&lines)["value"], &outputs(&lines)["values"]), (&json!("a,b"), &json!(["a", "b"])));

    let (code, lines) = parameter(endpoint, "/web/nothing").run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("NotFound")), "{:?}", lines.last());
    let (code, lines) = parameter(endpoint, "/web/token").run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("ConfigurationInvalid")), "{:?}", lines.last());
    assert!(failure(&lines)["message"].as_str().is_some_and(|text| text.contains("key storage")), "{:?}", lines.last());
    assert!(!lines.iter().any(|line| line.to_string().contains("hunter2")));
}

#[test]
fn a_parameter_is_read_with_its_version_and_a_secret_is_not_in_ministack() {
    let ministack = Ministack::start(&venv(), Identities::Ignored).expect("ministack starts");
    reads_parameters(ministack.endpoint(), &mut ministack.client().expect("boto3 starts"));
}

#[test]
fn a_parameter_is_read_with_its_version_and_a_secret_is_not_in_moto() {
    let moto = Moto::start(&venv(), Duration::ZERO).expect("moto starts");
    reads_parameters(moto.endpoint(), &mut moto.client().expect("boto3 starts"));
}

#[test]
fn what_iam_does_not_allow_is_named() {
    let aws = Identity::new();
    for (action, site) in [
        ("ssm:GetParameter", parameter(aws.ministack.endpoint(), "/web/size")),
        ("ssm:SendCommand", on_one(aws.ministack.endpoint(), "")),
    ] {
        let (code, lines) = site.signing_as(aws.host.clone()).run_json();
        assert_eq!((code, &failure(&lines)["code"]), (1, &json!("AccessDenied")), "{action}: {:?}", lines.last());
        assert!(failure(&lines)["message"].as_str().is_some_and(|text| text.contains(action)), "{action}");
    }
}
