//! Runs that a background process executes, and runs that no process executes.

use serde_json::json;

use super::fleet::{show, the_run};
use super::running::{Running, await_idle, await_that, waiter, without_times};
use crate::support::Site;

fn detach(site: &Site) -> String {
    let detached = site.stepwell(&["run", "job.toml", "--detach"]);
    let id = the_run(site).expect("there is a run");
    let said = format!("run {id}\nfollow it with `stepwell runs logs --follow {id}`\n");
    assert_eq!((detached.code, detached.stdout.as_str(), detached.stderr.as_str()), (0, said.as_str(), ""));
    id
}

fn await_wait(site: &Site, id: &str) {
    await_that("it waits", || show(site, id)["steps"][0]["status"] == "waiting");
}

fn text_logs(site: &Site, id: &str) -> String {
    without_times(&site.stepwell(&["runs", "logs", id]).stdout)
}

#[test]
fn a_detached_run_goes_on_by_itself_and_its_log_can_be_followed() {
    let site = waiter(2, 700);
    let id = detach(&site);
    let followed = site.stepwell(&["runs", "logs", "--follow", &id]);
    assert_eq!((followed.code, followed.stderr.as_str()), (0, ""), "{followed:?}");
    let told = without_times(&followed.stdout);
    let lines: Vec<_> = told.lines().collect();
    let [first @ .., last, outcome] = lines.as_slice() else { panic!("{followed:?}") };
    assert!(outcome.starts_with("job succeeded in "), "{outcome}");
    let expected = [
        &format!("job: 1 step (run {id})"),
        "a process resumed the run",
        "[it] started",
        "[it] round 0 of 2",
        "[it] waiting: round 0 of 2",
        "[it] round 1 of 2",
        "[it] waiting: round 1 of 2",
        "[it] round 2 of 2",
    ];
    assert_eq!(first, expected);
    assert!(last.starts_with("[it] succeeded after "), "{last}");
    assert_eq!(show(&site, &id)["outcome"], "succeeded");
    assert!(followed.stdout.starts_with(&site.stepwell(&["runs", "logs", &id]).stdout), "{followed:?}");
    await_idle(&site);
    let log = std::fs::read_to_string(site.home().join("executors.log")).expect("it is there");
    assert!(log.lines().count() == 1 && log.ends_with(&format!(" run {id}\n")), "it had nothing to say: {log}");
}

#[test]
fn cancelling_a_detached_run_calls_its_plugin_in_the_other_process() {
    let site = waiter(1, 3_600_000);
    let id = detach(&site);
    await_wait(&site, &id);
    let pid = show(&site, &id)["held_by"]["pid"].as_u64().expect("somebody executes it");
    let cancelled = site.stepwell(&["runs", "cancel", &id]);
    assert_eq!((cancelled.code, cancelled.stderr.as_str()), (0, ""));
    assert!(cancelled.stdout.starts_with(&format!("asked process {pid} on `")), "{cancelled:?}");
    assert!(cancelled.stdout.ends_with(&format!("` to cancel run {id}\n")), "{cancelled:?}");
    assert_eq!(site.stepwell(&["runs", "logs", "--follow", &id]).code, 130);
    let shown = show(&site, &id);
    assert_eq!((&shown["state"], &shown["outcome"]), (&json!("ended"), &json!("cancelled")));
    assert!(text_logs(&site, &id).contains("\n[it] cancelled at round 0\n"), "{}", text_logs(&site, &id));
    await_idle(&site);
}

#[test]
fn cancelling_a_run_that_no_process_executes_calls_its_plugin_in_this_process() {
    let site = waiter(1, 3_600_000);
    Running::waiting(&site).kill();
    let id = the_run(&site).expect("there is a run");
    let cancelled = site.stepwell(&["runs", "cancel", &id]);
    assert_eq!((cancelled.code, cancelled.stderr.as_str()), (0, ""), "{cancelled:?}");
    assert!(cancelled.stdout.contains(" [it] cancelled at round 0\n"), "{cancelled:?}");
    assert!(cancelled.stdout.contains("\njob cancelled in "), "{cancelled:?}");
    assert_eq!(show(&site, &id)["outcome"], "cancelled");
    let [what, because, next] = site.stepwell(&["runs", "cancel", &id]).three_lines(2).map(str::to_owned);
    assert_eq!(what, format!("error: run `{id}` has ended"));
    assert_eq!(because, "because: its last record is in the journal");
    assert_eq!(next, "next: start its job again with `stepwell run`");
}

/// The cancellation request stays in the journal until a process has seen it.
#[test]
fn a_cancellation_that_a_dead_process_has_not_seen_is_left_to_the_next_process() {
    let site = waiter(1, 3_600_000);
    let running = Running::waiting(&site);
    // A process that is stopped during a write would keep the journal locked.
    let wake = || site.stepwell(&["runs", "list", "--output", "json"]).json_lines()[0]["wake"].clone();
    await_that("it is parked", || !wake().is_null());
    running.signal(rustix::process::Signal::STOP);
    let id = the_run(&site).expect("there is a run");
    assert!(site.stepwell(&["runs", "cancel", &id]).stdout.starts_with("asked process "));
    running.kill();
    assert_eq!(show(&site, &id)["outcome"], json!(null));
    let resumed = site.stepwell(&["runs", "resume", &id]);
    assert_eq!(resumed.code, 130, "{resumed:?}");
    assert!(resumed.stdout.contains(" [it] cancelled at round 0\n"), "{resumed:?}");
}

#[test]
fn a_run_that_was_resumed_detached_goes_on() {
    let site = waiter(1, 500);
    Running::waiting(&site).kill();
    let id = the_run(&site).expect("there is a run");
    let detached = site.stepwell(&["runs", "resume", &id, "--detach"]);
    assert_eq!((detached.code, detached.stderr.as_str()), (0, ""), "{detached:?}");
    assert_eq!(site.stepwell(&["runs", "logs", "--follow", &id]).code, 0);
    assert_eq!(show(&site, &id)["outcome"], "succeeded");
    await_idle(&site);
}
