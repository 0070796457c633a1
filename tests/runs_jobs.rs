//! A job runs to its end, and leaves AWS in the state that it promises.

use std::time::Duration;

use serde_json::json;
use stepwell_xtask::emulator::{Identities, Ministack, Moto};

use super::support::{INSTANCE, Site, events, log_lines, report, repository, venv};

const EXAMPLE: &str = "examples/restart-web.toml";

#[test]
fn a_job_stops_starts_and_restarts_an_instance_and_waits_for_each() {
    let moto = Moto::start(&venv(), Duration::from_secs(2)).expect("moto starts");
    let mut aws = moto.client().expect("boto3 starts");
    let id = aws.run_instances(1).expect("it launches").remove(0);
    aws.await_state(&id, "running", Duration::from_secs(20)).expect("it boots");

    let site = Site::new(moto.endpoint());
    let job = repository().join(EXAMPLE);
    let option = format!("instance_id={id}");
    let ended = site.stepwell(&["run", job.to_str().expect("UTF-8"), "--option", &option, "--output", "json"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(aws.instance_state(&id).expect("it is there"), "running");

    let lines = ended.json_lines();
    let report = report(&lines);
    assert_eq!(report["outcome"], "succeeded");
    assert_eq!(report["steps"][0]["outputs"]["current_state"], "stopped");
    assert_eq!(report["steps"][1]["outputs"]["previous_state"], "stopped");
    assert_eq!(report["steps"][1]["outputs"]["current_state"], "running");
    assert_eq!(report["steps"][2]["outputs"]["instance_id"], json!(id));
    let waits: Vec<_> = events(&lines, "step_waiting").iter().filter_map(|wait| wait["message"].as_str()).collect();
    assert!(waits.contains(&format!("{id}: stopping").as_str()), "{waits:?}");
    assert!(waits.contains(&format!("{id}: pending").as_str()), "{waits:?}");
    let seen = moto.seen().expect("moto records");
    let changes: Vec<_> =
        seen.iter().map(|call| call.operation.as_str()).filter(|name| !name.starts_with("Describe")).collect();
    assert_eq!(changes, ["StopInstances", "StartInstances", "RebootInstances"]);
}

#[test]
fn a_fleet_is_cycled_by_a_job_that_uses_another_for_each_instance() {
    let moto = Moto::start(&venv(), Duration::ZERO).expect("moto starts");
    let mut aws = moto.client().expect("boto3 starts");
    let ids = aws.run_instances(4).expect("they launch");
    let site = Site::new(moto.endpoint());
    let job = repository().join("examples/cycle-fleet.toml");
    let option = format!("instance_ids={}", ids.join(","));
    let ended = site.stepwell(&["run", job.to_str().expect("UTF-8"), "--option", &option, "--output", "json"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(report(&ended.json_lines())["outputs"], json!({ "states": vec!["running"; 4] }));
    let seen = moto.seen().expect("moto records");
    let times = |operation| seen.iter().filter(|call| call.operation == operation).count();
    assert_eq!((times("StopInstances"), times("StartInstances")), (4, 4));
}

#[test]
fn the_last_line_of_json_output_is_the_report_and_every_line_is_one_object() {
    let site = Site::without_aws()
        .guest("noop")
        .step("noop", "{ a = 1, b = [\"x\"], c = \"${job.name} in ${project.name}\" }");
    let (code, lines) = site.run_json();
    assert_eq!(code, 0);
    assert!(lines.iter().all(|line| line.is_object()));
    assert_eq!(lines[0]["event"], "run_started");
    assert_eq!(report(&lines)["steps"][0]["outputs"], json!({ "a": 1, "b": ["x"], "c": "job in test" }));
    let numbers: Vec<_> = lines.iter().filter_map(|line| line["seq"].as_u64()).collect();
    assert!(numbers.iter().zip(1..).all(|(seq, expected)| *seq == expected), "{numbers:?}");
}

#[test]
fn outputs_of_a_step_keep_their_types_on_the_way_to_the_next() {
    let job = "name = \"job\"\n[[steps]]\nid = \"a\"\nuses = \"noop\"\nwith = { n = 3, list = [1, 2] }\n\
               [[steps]]\nid = \"b\"\nuses = \"noop\"\n\
               with = { n = \"${steps.a.outputs.n + 1}\", list = \"${steps.a.outputs.list}\", text = \"n=${steps.a.outputs.n}\" }\n";
    let (code, lines) = Site::without_aws().guest("noop").file("job.toml", job).run_json();
    assert_eq!(code, 0);
    assert_eq!(report(&lines)["steps"][1]["outputs"], json!({ "n": 4, "list": [1, 2], "text": "n=3" }));
}

#[test]
fn text_output_in_a_pipe_is_plain_lines_and_ends_with_the_report() {
    let ended = Site::without_aws().guest("waiter").step("waiter", "{ rounds = 1, after_ms = 10 }").run();
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(ended.stderr, "");
    for line in ["[it] started", "[it] round 0 of 1", "[it] waiting: round 0 of 1", "✓ it  succeeded"] {
        assert!(ended.stdout.contains(line), "{line} in {}", ended.stdout);
    }
    assert!(!ended.stdout.contains('\u{1b}'), "{}", ended.stdout);
    let last = ended.stdout.lines().last().expect("a last line");
    assert!(last.starts_with("job succeeded in "), "{last}");
}

#[test]
fn a_waiting_step_comes_back_with_its_checkpoint_in_a_fresh_instance() {
    let site = Site::without_aws().guest("waiter").step("waiter", "{ rounds = 3, after_ms = 5 }");
    let (code, lines) = site.run_json();
    assert_eq!(code, 0);
    assert_eq!(log_lines(&lines), ["round 0 of 3", "round 1 of 3", "round 2 of 3", "round 3 of 3"]);
    let outputs = &report(&lines)["steps"][0]["outputs"];
    assert_eq!(outputs["rounds"], 3);
    assert_eq!(outputs["tokens"].as_array().map(Vec::len), Some(1), "one attempt has one token: {outputs}");
}

#[test]
fn a_dry_run_reads_and_stops_before_the_first_change() {
    let ministack = Ministack::start(&venv(), Identities::Ignored).expect("ministack starts");
    let mut aws = ministack.client().expect("boto3 starts");
    let id = aws.run_instances(1).expect("it launches").remove(0);
    let site = Site::new(ministack.endpoint()).step("ec2-stop", &format!("{{ instance_id = \"{id}\", wait = true }}"));
    let ended = site.stepwell(&["run", "job.toml", "--dry-run"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.stdout.contains("would call ec2:StopInstances") && ended.stdout.contains(&id), "{ended:?}");
    assert_eq!(aws.instance_state(&id).expect("it is there"), "running");
    let ended = site.run();
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(aws.instance_state(&id).expect("it is there"), "stopped");
}

#[test]
fn a_python_plugin_runs_with_nothing_granted() {
    let site = Site::without_aws().guest("python").step("python", "{}");
    let (code, lines) = site.run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    let seen = &report(&lines)["steps"][0]["outputs"];
    assert_eq!(seen["environment"], json!({}));
    assert_eq!(seen["arguments"], json!([]));
    assert_eq!(seen["input"], "");
    for door in
        ["root", "passwd", "credentials", "written", "metadata_service", "localhost", "name", "listening", "process"]
    {
        let answer = seen[door].as_str().unwrap_or_default();
        assert!(answer.to_lowercase().contains("error"), "{door}: {}", seen[door]);
    }
    let logged = log_lines(&lines);
    for line in ["trying every door", "this goes to standard output", "this goes to standard error"] {
        assert!(logged.contains(&line), "{logged:?}");
    }
}

#[test]
fn a_second_run_takes_the_compiled_plugin_from_the_cache_and_a_damaged_one_is_made_again() {
    let site = Site::without_aws().guest("noop").step("noop", "{}");
    assert_eq!(site.run().code, 0);
    let compiled: Vec<_> = walk(&site.home().join("cache"));
    assert!(!compiled.is_empty());
    for file in &compiled {
        let mut bytes = std::fs::read(file).expect("readable");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0xff;
        std::fs::write(file, bytes).expect("writable");
    }
    assert_eq!(site.run().code, 0, "a damaged cache is no obstacle");
}

fn walk(dir: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(dir).expect("readable").map(|entry| entry.expect("readable").path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[test]
fn the_plan_of_the_example_shows_every_default_and_action() {
    let site = Site::without_aws();
    let job = repository().join(EXAMPLE);
    let option = format!("instance_id={INSTANCE}");
    let ended = site.stepwell(&["job", "plan", job.to_str().expect("UTF-8"), "--option", &option]);
    assert_eq!(ended.code, 0, "{ended:?}");
    for part in ["1. stop", "ships with Stepwell, sha256:", "ec2:StopInstances  (changes", "15m  (step)", INSTANCE] {
        assert!(ended.stdout.contains(part), "{part} in {}", ended.stdout);
    }
    let ended = site.stepwell(&["job", "check", job.to_str().expect("UTF-8")]);
    assert!(ended.code == 0 && ended.stdout.contains("is valid (3 steps)"), "{ended:?}");
}

#[test]
fn the_policy_is_for_the_partition_of_the_region_that_the_environment_names() {
    let job = repository().join(EXAMPLE);
    let site = Site::without_aws();
    for (region, partition) in [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("eu-central-1", "aws")] {
        let mut command = site.command(&["job", "policy", job.to_str().expect("UTF-8")]);
        let said = command.env("AWS_REGION", region).output().expect("it runs").stdout;
        let policy: serde_json::Value = serde_json::from_slice(&said).expect("it is JSON");
        assert_eq!(policy["Statement"][1]["Resource"], format!("arn:{partition}:ec2:*:*:instance/*"), "{region}");
    }
}

#[test]
fn the_plan_shows_which_directories_a_step_may_reach() {
    let settings = "name = \"web\"\n[directories.site]\npath = \"public\"\nwrite = true\n";
    let copy = "{ source = \"site/a\", destination = \"s3://bucket/a\" }";
    let site = Site::without_aws().file("project.toml", settings).step("s3-copy", copy);
    let plan = site.stepwell(&["job", "plan", "job.toml"]).stdout;
    assert!(plan.contains(" site: public (reads and writes; "), "{plan}");
    let lines = site.stepwell(&["job", "plan", "job.toml", "--output", "json"]).json_lines();
    let lent = json!({ "site": { "path": "public", "write": true, "from": "project" } });
    assert_eq!(lines[0]["steps"][0]["directories"], lent);
    let site = site.step("ec2-stop", "{ instance_id = \"i-0123456789abcdef0\" }");
    let lines = site.stepwell(&["job", "plan", "job.toml", "--output", "json"]).json_lines();
    assert_eq!(lines[0]["steps"][0]["directories"], json!(null));
}

#[test]
fn the_policy_of_the_example_holds_exactly_its_actions() {
    let job = repository().join(EXAMPLE);
    let ended = Site::without_aws().stepwell(&["job", "policy", job.to_str().expect("UTF-8")]);
    let policy: serde_json::Value = serde_json::from_str(&ended.stdout).expect("it is JSON");
    let expected = json!({
        "Version": "2012-10-17",
        "Statement": [
            { "Effect": "Allow", "Action": ["ec2:DescribeInstanceStatus", "ec2:DescribeInstances"], "Resource": "*" },
            {
                "Effect": "Allow",
                "Action": ["ec2:RebootInstances", "ec2:StartInstances", "ec2:StopInstances"],
                "Resource": "arn:aws:ec2:*:*:instance/*",
            },
        ],
    });
    assert_eq!(policy, expected);
}
