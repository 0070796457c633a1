//! A step that calls an operation of AWS waits for what it wants to see (`until`), and fails without it (`expect`).

use std::time::Duration;

use serde_json::json;
use stepwell_xtask::emulator::Moto;

use super::resumes::fleet::the_run;
use super::resumes::running::Running;
use super::support::canned::CannedAws;
use super::support::{Site, events, failure, report, venv};

const STATE: &str = "outputs.Reservations[0].Instances[0].State.Name";

/// A site whose job has one step with these lines.
fn site(endpoint: &str, lines: &str) -> Site {
    Site::new(endpoint).file("job.toml", format!("name = \"job\"\n\n[[steps]]\nid = \"it\"\n{lines}\n"))
}

/// A step that reads an instance, with further lines.
fn look(id: &str, lines: &str) -> String {
    format!("uses = \"aws:ec2/DescribeInstances\"\nwith = {{ InstanceIds = [\"{id}\"] }}\n{lines}")
}

/// An emulator with an instance that runs, and stops after this time.
fn instance(delay: Duration) -> (Moto, stepwell_xtask::emulator::AwsClient, String) {
    let moto = Moto::start(&venv(), delay).expect("moto starts");
    let mut aws = moto.client().expect("boto3 starts");
    let id = aws.run_instances(1).expect("it launches").remove(0);
    aws.await_state(&id, "running", Duration::from_secs(30)).expect("it runs");
    (moto, aws, id)
}

#[test]
fn a_step_looks_again_until_its_outputs_are_as_it_wants_them() {
    let (moto, mut aws, id) = instance(Duration::ZERO);
    let until = format!("until = \"${{{STATE} in ['stopped', 'terminated']}}\"");
    let site = site(moto.endpoint(), &look(&id, &until));
    let mut running = Running::start(site.command(&["run", "job.toml", "--output", "json"]));
    let waiting = running.until("step_waiting");
    let value = format!("{} = \"running\"", STATE.trim_start_matches("outputs."));
    assert_eq!(waiting["message"], format!("not yet: {value} (${{{STATE} in ['stopped', 'terminated']}})"));
    aws.call("ec2", "StopInstances", json!({ "InstanceIds": [id] })).expect("it stops");
    let over = running.end();
    let outputs = &report(&over.lines)["steps"][0]["outputs"];
    assert_eq!((over.code, &outputs["Reservations"][0]["Instances"][0]["State"]["Name"]), (0, &json!("stopped")));
}

#[test]
fn a_step_that_looks_again_goes_on_in_another_process() {
    let (moto, mut aws, id) = instance(Duration::ZERO);
    let site = site(moto.endpoint(), &look(&id, &format!("until = \"${{{STATE} == 'stopped'}}\"")));
    Running::waiting(&site).kill();
    aws.call("ec2", "StopInstances", json!({ "InstanceIds": [id] })).expect("it stops");
    let run = the_run(&site).expect("there is a run");
    let resumed = site.stepwell(&["runs", "resume", &run, "--output", "json"]);
    assert_eq!(resumed.code, 0, "{resumed:?}");
}

#[test]
fn the_timeout_of_the_step_ends_its_looks() {
    let (moto, _aws, id) = instance(Duration::ZERO);
    let site = site(moto.endpoint(), &look(&id, &format!("until = \"${{{STATE} == 'stopped'}}\"\ntimeout = \"3s\"")));
    let (code, lines) = site.run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("StepTimeout")), "{:?}", report(&lines));
    assert!(!events(&lines, "step_waiting").is_empty());
    let because = failure(&lines)["because"].as_str().unwrap_or_default();
    assert!(because.contains("; its last wait: not yet: Reservations[0].Instances[0].State.Name = "), "{because}");
}

#[test]
fn a_step_fails_whose_outputs_are_not_what_it_expects() {
    let (moto, _aws, id) = instance(Duration::ZERO);
    let lines = look(&id, &format!("expect = \"${{{STATE} == 'stopped'}}\""));
    let site = site(moto.endpoint(), &lines);
    let ended = site.run();
    let [error, because, next] = ended.three_lines(1);
    assert_eq!(error, format!("error: step `it` failed: `expect` is false: ${{{STATE} == 'stopped'}}"));
    assert!(because.contains("AWS answered otherwise than the step expects"), "{because}");
    assert!(because.ends_with("job.toml:7:10)"), "the place is that of the condition: {because}");
    assert_eq!(next, "next: look at the resource in AWS, or correct `expect` of step `it`");
    assert_eq!(failure(&site.run_json().1)["code"], "ExpectFailed");
    let site = site
        .file("job.toml", format!("name = \"job\"\n[[steps]]\nid = \"it\"\n{}\n", lines.replace("stopped", "running")));
    assert_eq!(site.run().code, 0);
}

#[test]
fn a_condition_that_makes_no_sense_is_refused_before_the_run() {
    for (lines, what) in [
        (
            "uses = \"aws:ec2/RebootInstances\"\nwith = { InstanceIds = [\"i-0123456789abcdef0\"] }\nuntil = \"${true}\"".to_owned(),
            "`aws:ec2/RebootInstances` cannot be called again and again",
        ),
        (look("i-0123456789abcdef0", "until = \"${outputs.Nothing}\""), "outputs.Nothing"),
        (look("i-0123456789abcdef0", "expect = \"yes\""), "`expect` of step `it`"),
        (
            look("i-0123456789abcdef0", "until = \"${true}\"\nwait = \"InstanceStopped\""),
            "`until` of step `it` has no effect",
        ),
        ("uses = \"aws-validate-credentials\"\nexpect = true".to_owned(), "`expect` of step `it` has no effect"),
        (
            "uses = \"ssm-run-command\"\nwith = { instance_id = \"i-0123456789abcdef0\" }\nuntil = \"${true}\"".to_owned(),
            "`until` of step `it` would repeat what `ssm-run-command` changes",
        ),
        (
            "uses = \"http-request\"\nwith = { url = \"https://example.com\", method = \"POST\" }\nuntil = \"${true}\"".to_owned(),
            "an HTTP request has its effect again every time",
        ),
        ("uses = \"aws-validate-credentials\"\nevery = \"5s\"".to_owned(), "`every` of step `it` has no effect"),
        ("uses = \"aws-validate-credentials\"\nuntil = \"${outputs.acount}\"".to_owned(), "outputs.acount"),
    ] {
        let site = Site::without_aws().file("project.toml", "name = \"p\"\n[grants.\"aws\"]\nallow = [\"*\"]\n");
        let site = site.file("job.toml", format!("name = \"job\"\n\n[[steps]]\nid = \"it\"\n{lines}\n"));
        let checked = site.stepwell(&["job", "check", "job.toml"]);
        let told = checked.three_lines(2).join("\n");
        assert!(told.contains(what), "{lines}: {told}");
    }
}

#[test]
fn the_plan_shows_what_a_step_wants_to_see() {
    let lines = look("i-0123456789abcdef0", "until = \"${outputs.Reservations|length > 0}\"\nexpect = \"${true}\"");
    let site = site("http://127.0.0.1:9", &lines);
    let plan = site.stepwell(&["job", "plan", "job.toml"]);
    assert_eq!(plan.code, 0, "{plan:?}");
    for line in ["until \"${outputs.Reservations|length > 0}\"", "expects \"${true}\""] {
        let words: Vec<_> = line.split_whitespace().collect();
        let found = plan.stdout.lines().any(|line| line.split_whitespace().collect::<Vec<_>>() == words);
        assert!(found, "{line}\n{}", plan.stdout);
    }
}

#[test]
fn a_value_that_makes_no_sense_in_the_run_is_told_with_the_place_of_its_key() {
    let (moto, _aws, id) = instance(Duration::ZERO);
    let found = "outputs.Reservations";
    for (lines, message, because, next) in [
        (
            look(&id, &format!("until = \"${{{found}}}\"")),
            "its `until` is not `true` or `false`",
            "its expression evaluates to another type (",
            "correct `until` of step `it`",
        ),
        (
            look(&id, &format!("expect = \"${{{found}|length}}\"")),
            "its `expect` is not `true` or `false`",
            "its expression evaluates to another type (",
            "correct `expect` of step `it`",
        ),
        (
            look(&id, &format!("export = {{ x = \"${{{found}[7].OwnerId}}\" }}")),
            "it has an expression without a value",
            "",
            "correct the expression; in `export` it can read `outputs` of its own step, `options`, \
             `steps.<id>.outputs`, `exports`, `run`, `job`, `project`",
        ),
    ] {
        let (_, report_lines) = site(moto.endpoint(), &lines).run_json();
        let failure = failure(&report_lines);
        assert_eq!((&failure["message"], &failure["next"]), (&json!(message), &json!(next)), "{lines}");
        let told = failure["because"].as_str().unwrap_or_default();
        assert!(told.starts_with(because) && told.contains("job.toml:7:"), "{lines}: {told}");
    }
}

#[test]
fn a_list_that_is_none_in_the_run_is_told_with_the_place_of_for_each() {
    let (moto, _aws, id) = instance(Duration::ZERO);
    let second = "[[steps]]\nid = \"each\"\nuses = \"aws-validate-credentials\"\n\
                  for_each = \"${steps.it.outputs.Reservations[0].OwnerId}\"";
    let site = site(moto.endpoint(), &look(&id, second));
    let failure = report(&site.run_json().1)["steps"][1]["failure"].clone();
    assert_eq!(failure["message"], "its `for_each` is not a list");
    assert!(failure["because"].as_str().is_some_and(|because| because.ends_with("job.toml:10:12)")), "{failure}");
}

/// A step that uses a plugin, with further lines.
fn list(lines: &str) -> String {
    format!("uses = \"ec2-list\"\nwith = {{ states = [\"stopped\"] }}\n{lines}")
}

#[test]
fn a_request_that_only_reads_may_be_repeated() {
    let grants = "name = \"p\"\n[grants.\"http-request\"]\nhttp = [\"* https://example.com/*\"]\n";
    for (with, code) in [
        ("url = \"https://example.com/health\"", 0),
        ("url = \"https://example.com/${run.id}\"", 0),
        ("url = \"https://example.com/health\", method = \"PUT\"", 0),
        ("url = \"https://example.com/health\", method = \"POST\"", 2),
        ("url = \"https://example.com/health\", method = \"${options.method}\"", 2),
    ] {
        let step = format!("uses = \"http-request\"\nwith = {{ {with} }}\nuntil = \"${{outputs.status == 200}}\"");
        let job = format!("name = \"job\"\n\n[options.method]\n\n[[steps]]\nid = \"it\"\n{step}\n");
        let site = Site::without_aws().file("project.toml", grants).file("job.toml", job);
        let checked = site.stepwell(&["job", "check", "job.toml"]);
        assert_eq!(checked.code, code, "{with}: {checked:?}");
    }
}

#[test]
fn a_plugin_starts_again_until_its_outputs_are_as_the_step_wants_them() {
    let (moto, mut aws, id) = instance(Duration::ZERO);
    let lines = list("until = \"${outputs.instance_count == 1}\"\nevery = \"500ms\"");
    let site = site(moto.endpoint(), &lines);
    let mut running = Running::start(site.command(&["run", "job.toml", "--output", "json"]));
    let waiting = running.until("step_waiting");
    assert_eq!(waiting["message"], "not yet: instance_count = 0 (${outputs.instance_count == 1})");
    running.until("step_waiting");
    aws.call("ec2", "StopInstances", json!({ "InstanceIds": [id] })).expect("it stops");
    let over = running.end();
    assert_eq!((over.code, &report(&over.lines)["steps"][0]["outputs"]["instance_ids"]), (0, &json!([id])));
    assert_eq!(report(&over.lines)["steps"][0]["attempt"], 1);
}

#[test]
fn a_plugin_that_starts_again_goes_on_in_another_process() {
    let (moto, mut aws, id) = instance(Duration::ZERO);
    let site = site(moto.endpoint(), &list("until = \"${outputs.instance_count == 1}\""));
    Running::waiting(&site).kill();
    aws.call("ec2", "StopInstances", json!({ "InstanceIds": [id] })).expect("it stops");
    let run = the_run(&site).expect("there is a run");
    let resumed = site.stepwell(&["runs", "resume", &run, "--output", "json"]);
    assert_eq!(resumed.code, 0, "{resumed:?}");
}

#[test]
fn timeout_and_cancel_end_a_plugin_that_starts_again() {
    let (moto, _aws, _) = instance(Duration::ZERO);
    let until = "until = \"${outputs.instance_count == 1}\"\nevery = \"1s\"";
    let (code, lines) = site(moto.endpoint(), &list(&format!("{until}\ntimeout = \"3s\""))).run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("StepTimeout")), "{:?}", report(&lines));
    assert!(events(&lines, "step_waiting").len() > 1, "{lines:?}");
    let site = site(moto.endpoint(), &list("until = \"${outputs.instance_count == 1}\"\nevery = \"10m\""));
    let mut running = Running::start(site.command(&["run", "job.toml", "--output", "json"]));
    running.until("step_waiting");
    let run = the_run(&site).expect("there is a run");
    assert_eq!(site.stepwell(&["runs", "cancel", &run]).code, 0);
    let over = running.end();
    assert_eq!((over.code, &report(&over.lines)["steps"][0]["status"]), (130, &json!("cancelled")));
}

#[test]
fn a_change_is_repeated_only_when_the_job_says_so_and_each_time_anew() {
    let aws = CannedAws::start(|_, number| {
        let state = if number < 2 { "busy" } else { "idle" };
        (200, vec![("content-type", "application/json".to_owned())], format!("{{\"state\": \"{state}\"}}"))
    });
    let lines = "uses = \"lambda-invoke\"\nwith = { function_name = \"look\" }\nevery = \"100ms\"\n\
                 until = \"${outputs.payload.state == 'idle'}\"";
    let refused = site(aws.endpoint(), lines).stepwell(&["job", "check", "job.toml"]);
    assert!(
        refused.three_lines(2)[1].contains("`lambda:InvokeFunction` has its effect again every time"),
        "{refused:?}"
    );
    let (code, lines) = site(aws.endpoint(), &format!("{lines}\nrepeat_changes = true")).run_json();
    assert_eq!((code, aws.asked().len()), (0, 3), "{:?}", report(&lines));
    assert_eq!(events(&lines, "call_intended").len(), 3);
}
