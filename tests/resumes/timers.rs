//! Waits, retries and timeouts are in the journal and not in the memory of a process.

use std::time::Duration;

use serde_json::json;

use super::fleet::show;
use super::running::{Running, waiter};
use crate::support::{Site, log_lines};

/// Kills a run at this event, and returns its id.
fn killed(site: &Site, event: &str) -> String {
    let mut running = Running::start(site.command(&["run", "job.toml", "--output", "json"]));
    running.until(event);
    running.kill()[0]["run"].as_str().expect("an id").to_owned()
}

fn job(keys: &str, with: &str) -> Site {
    let step = format!("[[steps]]\nid = \"it\"\nuses = \"waiter\"\nwith = {with}\n");
    waiter(0, 0).file("job.toml", format!("name = \"job\"\n{step}{keys}"))
}

#[test]
fn a_delayed_retry_runs_in_another_process() {
    let retry = "retry = { attempts = 3, delay = \"1s\" }\n";
    let site = job(retry, "{ rounds = 1, fail_at = 1, fail_attempt = 1, retryable = true }");
    let id = killed(&site, "step_retrying");
    let left = show(&site, &id);
    assert_eq!((&left["steps"][0]["status"], &left["steps"][0]["attempt"]), (&json!("retrying"), &json!(1)));
    let resumed = site.stepwell(&["runs", "resume", &id, "--output", "json"]);
    assert_eq!(resumed.code, 0, "{resumed:?}");
    assert_eq!(log_lines(&resumed.json_lines()), ["round 0 of 1", "round 1 of 1"]);
    let step = &show(&site, &id)["steps"][0];
    assert_eq!((&step["status"], &step["attempt"]), (&json!("succeeded"), &json!(2)));
    assert_eq!(step["outputs"]["tokens"].as_array().map(Vec::len), Some(1), "an attempt has a token of its own");
}

#[test]
fn the_timeout_of_a_step_elapses_while_no_process_executes_it() {
    let site = job("timeout = \"2s\"\n", "{ rounds = 1, after_ms = 3600000 }");
    let id = killed(&site, "step_waiting");
    std::thread::sleep(Duration::from_millis(2_100));
    let resumed = site.stepwell(&["runs", "resume", &id]);
    let [what, because, _] = resumed.three_lines(1).map(str::to_owned);
    assert_eq!(what, "error: step `it` failed: the step took longer than it may");
    assert_eq!(because, "because: its timeout is 2s (step); its last wait: round 0 of 1");
    assert!(resumed.stdout.contains(" [it] cancelled at round 0\n"), "{resumed:?}");
}

#[test]
fn the_timeout_of_a_run_elapses_while_no_process_executes_it() {
    let site = waiter(1, 3_600_000);
    let toml = std::fs::read_to_string(site.path("job.toml")).expect("readable");
    let site = site.file("job.toml", toml.replace("\n[[steps]]", "timeout = \"2s\"\n[[steps]]"));
    let id = killed(&site, "step_waiting");
    std::thread::sleep(Duration::from_millis(2_100));
    let resumed = site.stepwell(&["runs", "resume", &id]);
    assert_eq!(resumed.code, 1, "{resumed:?}");
    assert!(resumed.stdout.contains(" [it] cancelled at round 0\n"), "{resumed:?}");
    assert_eq!(show(&site, &id)["outcome"], "timed_out");
}

#[test]
fn a_wait_that_is_over_when_the_run_is_taken_up_is_over_at_once() {
    let site = waiter(1, 1_500);
    let id = killed(&site, "step_waiting");
    let until = show(&site, &id)["steps"][0]["wait"]["until"].as_str().expect("a time").to_owned();
    let served = site.stepwell(&["serve", "--until-idle"]);
    assert_eq!(served.code, 0, "{served:?}");
    let logs = site.stepwell(&["runs", "logs", &id, "--output", "json"]).json_lines();
    let resumed = logs.iter().find(|line| line["event"] == "step_resumed").expect("it went on");
    assert!(resumed["at"].as_str().expect("a time") >= until.as_str(), "{resumed}");
    assert_eq!(log_lines(&logs), ["round 0 of 1", "round 1 of 1"]);
}
