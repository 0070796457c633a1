//! A cancelled or timed-out run tells its plugin to stop what it started.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Child;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value as Json;

use super::resumes::fleet::{Fleet, show};
use super::resumes::running::{Running, await_idle, await_that};
use super::support::{INSTANCE, Site, events, failure, log_lines, report};

fn signal(child: &Child, signal: Signal) {
    let pid = Pid::from_child(child);
    kill_process(pid, signal).expect("the process is there");
}

/// Sends the signals after the first wait, then reads the output to its end.
fn signalled_while_waiting(site: &Site, signals: &[Signal]) -> (i32, Vec<Json>, String) {
    let mut child = site.start();
    let mut stderr = child.stderr.take().expect("it is piped");
    let mut lines = Vec::new();
    let mut told = false;
    for line in BufReader::new(child.stdout.take().expect("it is piped")).lines() {
        let line: Json = serde_json::from_str(&line.expect("readable")).expect("it is JSON");
        if line["event"] == "step_waiting" && !told {
            told = true;
            signals.iter().for_each(|each| signal(&child, *each));
        }
        lines.push(line);
    }
    let mut errors = String::new();
    stderr.read_to_string(&mut errors).expect("readable");
    (child.wait().expect("it ends").code().unwrap_or(-1), lines, errors)
}

#[test]
fn ctrl_c_cancels_a_waiting_step_through_its_plugin() {
    let site = Site::without_aws().guest("waiter").step("waiter", "{ rounds = 9, after_ms = 3600000 }");
    let (code, lines, _) = signalled_while_waiting(&site, &[Signal::INT]);
    assert_eq!(code, 130);
    assert_eq!(log_lines(&lines), ["round 0 of 9", "cancelled at round 0"]);
    assert_eq!(report(&lines)["outcome"], "cancelled");
    assert_eq!(report(&lines)["steps"][0]["status"], "cancelled");
}

#[test]
fn steps_after_a_cancelled_one_do_not_begin() {
    let job = "name = \"job\"\n[[steps]]\nid = \"a\"\nuses = \"waiter\"\nwith = { rounds = 1, after_ms = 3600000 }\n\
               [[steps]]\nid = \"b\"\nuses = \"waiter\"\nwith = { rounds = 0 }\n";
    let site = Site::without_aws().guest("waiter").file("job.toml", job);
    let (code, lines, _) = signalled_while_waiting(&site, &[Signal::INT]);
    assert_eq!((code, &report(&lines)["steps"][1]["status"]), (130, &"not_started".into()));
}

#[test]
fn a_plugin_that_does_not_stop_is_stopped() {
    let limits = "name = \"test\"\n[grants.hostile]\nallow = [\"*\"]\n[limits]\ncpu_time = \"200ms\"\n";
    let site =
        Site::without_aws().guest("hostile").file("project.toml", limits).step("hostile", "{ mode = \"spin_cancel\" }");
    let (code, lines, _) = signalled_while_waiting(&site, &[Signal::INT]);
    assert_eq!(code, 130);
    assert_eq!(failure(&lines)["code"], "LimitExceeded", "{}", report(&lines));
}

#[test]
fn a_step_that_runs_out_of_time_while_it_waits_is_cancelled_and_fails() {
    let job = "name = \"job\"\n[[steps]]\nid = \"it\"\nuses = \"waiter\"\ntimeout = \"300ms\"\nwith = { rounds = 1, after_ms = 3600000 }\n";
    let site = Site::without_aws().guest("waiter").file("job.toml", job);
    let (code, lines) = site.run_json();
    assert_eq!(code, 1);
    assert_eq!(failure(&lines)["code"], "StepTimeout");
    assert_eq!(log_lines(&lines), ["round 0 of 1", "cancelled at round 0"]);
    let [_, because, next] = site.run().three_lines(1).map(str::to_owned);
    assert_eq!(because, "because: its timeout is 300ms (step); its last wait: round 0 of 1");
    assert!(next.contains("raise `timeout` of step `it`"), "{next}");
}

#[test]
fn a_step_that_runs_out_of_time_while_it_computes_is_killed() {
    let job =
        "name = \"job\"\n[[steps]]\nid = \"it\"\nuses = \"hostile\"\ntimeout = \"300ms\"\nwith = { mode = \"spin\" }\n";
    let (code, lines) = Site::without_aws().guest("hostile").file("job.toml", job).run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &"StepTimeout".into()));
}

#[test]
fn a_wait_without_an_end_ends_with_the_step() {
    let job = "name = \"job\"\n[[steps]]\nid = \"it\"\nuses = \"hostile\"\ntimeout = \"300ms\"\nwith = { mode = \"wait_forever\" }\n";
    let (code, lines) = Site::without_aws().guest("hostile").file("job.toml", job).run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &"StepTimeout".into()));
}

#[test]
fn waits_of_zero_milliseconds_do_not_fill_the_journal() {
    let job = "name = \"job\"\n[[steps]]\nid = \"it\"\nuses = \"hostile\"\ntimeout = \"500ms\"\nwith = { mode = \"wait_zero\" }\n";
    let (code, lines) = Site::without_aws().guest("hostile").file("job.toml", job).run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &"StepTimeout".into()));
    assert!(events(&lines, "step_waiting").len() <= 10, "{}", lines.len());
}

#[test]
fn a_timeout_is_retried() {
    let job = "name = \"job\"\n[[steps]]\nid = \"it\"\nuses = \"waiter\"\ntimeout = \"300ms\"\n\
               retry = { attempts = 2, delay = \"1ms\" }\nwith = { rounds = 1, after_ms = 3600000 }\n";
    let (code, lines) = Site::without_aws().guest("waiter").file("job.toml", job).run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &"StepTimeout".into()));
    assert_eq!(report(&lines)["steps"][0]["attempt"], 2);
}

#[test]
fn a_timeout_after_a_call_that_a_retry_would_repeat_is_retried_only_if_the_job_says_so() {
    let mut fleet = Fleet::start();
    let mut lines = |on: &str| {
        let step = format!("timeout = \"5s\"\nretry = {{ attempts = 2, delay = \"1ms\"{on} }}");
        let with = format!("instance_id = \"{}\", after_ms = 3600000", fleet.id(0));
        let (code, lines) = fleet.restart_with(&with, "", &step).run_json();
        assert_eq!(code, 1, "{:?}", lines.last());
        lines
    };
    let once = lines("");
    let timed_out = failure(&once);
    assert_eq!((&timed_out["code"], &timed_out["retryable"]), (&"StepTimeout".into(), &false.into()));
    let because = timed_out["because"].as_str().expect("it says why");
    assert!(because.contains("`ec2:CreateFlowLogs`") && because.contains("do it again"), "{because}");
    assert_eq!(report(&once)["steps"][0]["attempt"], 1);
    // The second attempt ends because AWS refuses the second flow log.
    let twice = lines(", on = [\"StepTimeout\"]");
    assert_eq!(events(&twice, "step_retrying")[0]["failure"], *timed_out);
    assert_eq!(report(&twice)["steps"][0]["attempt"], 2);
}

#[test]
fn a_dry_run_does_not_tell_a_crashed_plugin_to_stop_and_reports_the_crash() {
    let with = format!("{{ mode = \"reboot_cancel\", instance_id = \"{INSTANCE}\" }}");
    let site = Site::without_aws().guest("hostile").step("hostile", &with);
    let ended = site.stepwell(&["run", "job.toml", "--dry-run", "--output", "json"]);
    let lines = ended.json_lines();
    assert_eq!((ended.code, &report(&lines)["outcome"]), (1, &"failed".into()), "{ended:?}");
    assert_eq!(failure(&lines)["origin"], "sandbox");
    assert!(events(&lines, "change_withheld").is_empty(), "{ended:?}");
}

/// A job that waits, with a `finally` step whose first attempt fails.
fn cleaning(timeout: &str, fails: bool) -> Site {
    let fail = if fails { ", fail_at = 0" } else { "" };
    let job = format!(
        "name = \"job\"\n{timeout}[[steps]]\nid = \"it\"\nuses = \"waiter\"\nwith = {{ rounds = 1, after_ms = 3600000{fail} }}\n\
         [[finally]]\nid = \"x\"\nuses = \"waiter\"\nretry = {{ attempts = 2, delay = \"1ms\", on = [\"ToldToFail\"] }}\n\
         with = {{ rounds = 0, fail_at = 0, fail_attempt = 1 }}\n"
    );
    Site::without_aws().guest("waiter").file("job.toml", job)
}

#[test]
fn a_step_of_the_clean_up_is_retried_in_every_ending() {
    let cancelled = signalled_while_waiting(&cleaning("", false), &[Signal::INT]);
    let timed_out = cleaning("timeout = \"300ms\"\n", false).run_json();
    let failed = cleaning("", true).run_json();
    for (outcome, lines) in [("cancelled", cancelled.1), ("timed_out", timed_out.1), ("failed", failed.1)] {
        let (report, step) = (report(&lines), &report(&lines)["steps"][1]);
        assert_eq!(report["outcome"], outcome);
        assert_eq!((&step["status"], &step["attempt"]), (&"succeeded".into(), &2.into()), "{outcome}: {report}");
    }
}

#[test]
fn a_second_cancel_leaves_the_clean_up_to_go_on_and_only_force_ends_it() {
    let job = "name = \"job\"\n[[steps]]\nid = \"it\"\nuses = \"waiter\"\nwith = { rounds = 1, after_ms = 3600000 }\n\
               [[finally]]\nid = \"x\"\nuses = \"waiter\"\nwith = { rounds = 1, after_ms = 3600000 }\n\
               [[finally]]\nid = \"y\"\nuses = \"waiter\"\nwith = { rounds = 0 }\n";
    let site = Site::without_aws().guest("waiter").file("job.toml", job);
    let detached = site.stepwell(&["run", "job.toml", "--detach", "--output", "json"]);
    let id = detached.json_lines()[0]["run"].as_str().expect("an id").to_owned();
    let status = |at: usize| show(&site, &id)["steps"][at]["status"].clone();
    await_that("it waits", || status(0) == "waiting");
    let asked = site.stepwell(&["runs", "cancel", &id]);
    assert!(asked.code == 0 && asked.stdout.starts_with("asked process "), "{asked:?}");
    await_that("the clean-up waits", || status(1) == "waiting");

    let again = site.stepwell(&["runs", "cancel", &id]);
    let goes_on = format!("its clean-up goes on; `stepwell runs cancel --force {id}` ends that as well");
    assert!(
        again.code == 0 && again.stdout.contains(&format!(" is cancelling run {id} already\n{goes_on}")),
        "{again:?}"
    );
    assert_eq!((status(0), status(1)), ("cancelled".into(), "waiting".into()));

    let forced = site.stepwell(&["runs", "cancel", "--force", &id]);
    assert!(forced.code == 0 && forced.stdout.contains("and to end its clean-up\n"), "{forced:?}");
    assert!(forced.stdout.contains("left undone: `finally` `x`, `y`; "), "{forced:?}");
    assert_eq!(site.stepwell(&["runs", "wait", &id]).code, 130);
    assert_eq!((status(1), status(2)), ("cancelled".into(), "not_started".into()));
    await_idle(&site);
}

#[test]
fn cancelling_an_abandoned_run_again_finishes_its_clean_up() {
    let job = "name = \"job\"\n[[steps]]\nid = \"it\"\nuses = \"waiter\"\nwith = { rounds = 1, after_ms = 3600000 }\n\
               [[finally]]\nid = \"x\"\nuses = \"waiter\"\nwith = { rounds = 1, after_ms = 1500 }\n";
    let site = Site::without_aws().guest("waiter").file("job.toml", job);
    let mut running = Running::waiting(&site);
    running.signal(Signal::INT);
    running.until("step_waiting");
    let id = running.kill()[0]["run"].as_str().expect("an id").to_owned();
    let cancelled = site.stepwell(&["runs", "cancel", &id]);
    assert!(cancelled.code == 0 && cancelled.stdout.starts_with("its clean-up goes on; "), "{cancelled:?}");
    assert_eq!(show(&site, &id)["steps"][1]["status"], "succeeded");
}

#[test]
fn the_error_of_a_run_out_of_time_names_the_step_that_had_not_ended() {
    let job = "name = \"job\"\ntimeout = \"300ms\"\n\
               [[steps]]\nid = \"cleared\"\nuses = \"waiter\"\nwith = { rounds = 0, fail_at = 0 }\n\
               on_error = { uses = \"waiter\", with = { rounds = 0 }, continue = true }\n\
               [[steps]]\nid = \"it\"\nuses = \"waiter\"\nwith = { rounds = 1, after_ms = 3600000 }\n";
    let site = Site::without_aws().guest("waiter").file("job.toml", job);
    let ended = site.run();
    let [what, because, next] = ended.three_lines(1);
    assert_eq!(what, "error: the run took longer than it may");
    assert_eq!(because, "because: the `timeout` of the job of 300ms passed, and step `it` had not ended by then");
    assert!(next.starts_with("next: raise `timeout` of the job, or see what step `it` waited for: "), "{next}");
}
