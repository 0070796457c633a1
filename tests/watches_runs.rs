//! A run that another process executes can be awaited, watched and found.

use serde_json::{Value as Json, json};

use super::resumes::fleet::show;
use super::resumes::running::{Running, await_idle, await_that, waiter, without_times};
use super::support::Site;

fn detached(site: &Site) -> String {
    let detached = site.stepwell(&["run", "job.toml", "--detach", "--output", "json"]);
    detached.json_lines()[0]["run"].as_str().expect("an id").to_owned()
}

/// A job whose only step fails after a wait.
fn failing() -> Site {
    Site::without_aws().guest("waiter").step("waiter", "{ rounds = 2, after_ms = 300, fail_at = 1 }")
}

#[test]
fn runs_are_awaited_and_the_exit_code_is_that_of_the_first_that_did_not_succeed() {
    let site = failing();
    let failed = detached(&site);
    let site = site.step("waiter", "{ rounds = 1, after_ms = 300 }");
    let succeeded = detached(&site);
    let waited = site.stepwell(&["runs", "wait", &succeeded, &failed, "--output", "json"]);
    assert_eq!((waited.code, waited.stderr.as_str()), (1, ""), "{waited:?}");
    let mut lines = waited.json_lines();
    lines.sort_by_key(|line| line["exit_code"].as_u64());
    let told = |line: &Json| (line["run"].clone(), line["outcome"].clone(), line["exit_code"].clone());
    assert_eq!(told(&lines[0]), (json!(succeeded), json!("succeeded"), json!(0)));
    assert_eq!(told(&lines[1]), (json!(failed), json!("failed"), json!(1)));
    assert_eq!(site.stepwell(&["runs", "wait", &succeeded]).code, 0);
    await_idle(&site);
}

#[test]
fn a_log_that_is_followed_ends_with_the_outcome_and_the_exit_code_of_the_run() {
    let site = failing();
    let id = detached(&site);
    let followed = site.stepwell(&["runs", "logs", "--follow", &id]);
    let [what, ..] = followed.three_lines(1);
    assert_eq!(what, "error: step `it` failed: failed at round 1");
    let last = followed.stdout.lines().last().expect("it says something");
    assert!(last.starts_with("job failed in ") && last.ends_with(&format!("(run {id})")), "{followed:?}");
    let json = site.stepwell(&["runs", "logs", "-f", &id, "--step", "it", "--output", "json"]);
    let lines = json.json_lines();
    assert_eq!((json.code, &lines.last().expect("lines")["event"]), (1, &json!("run_finished")), "{json:?}");
    assert_eq!(site.stepwell(&["runs", "logs", &id]).code, 0, "only a log that is followed is about the end");
    await_idle(&site);
}

#[test]
fn a_run_of_another_process_is_shown_as_there() {
    let site = failing();
    let id = detached(&site);
    let attached = site.stepwell(&["runs", "attach", &id]);
    assert_eq!(attached.code, 1, "{attached:?}");
    let (records, report) = attached.stdout.split_once("\n\n").expect("a report follows");
    assert!(without_times(records).contains("[it] waiting: round 0 of 2"), "{records}");
    assert!(report.contains("✗ it  failed") && report.contains("job failed in "), "{report}");
    assert!(attached.stderr.contains("error: step `it` failed: failed at round 1\n"), "{attached:?}");
    let json = site.stepwell(&["runs", "attach", &id, "--output", "json"]);
    let lines = json.json_lines();
    assert_eq!((json.code, &lines.last().expect("lines")["event"]), (1, &json!("report")), "{json:?}");
    await_idle(&site);
}

#[test]
fn runs_are_listed_by_how_they_stand_and_since_a_day() {
    let site = waiter(1, 3_600_000);
    let abandoned = Running::waiting(&site).kill()[0]["run"].as_str().expect("an id").to_owned();
    let running = detached(&site);
    await_that("it waits", || show(&site, &running)["steps"][0]["status"] == "waiting");
    let site = site.step("waiter", "{ rounds = 0, fail_at = 0 }");
    assert_eq!(site.run().code, 1);
    let site = site.step("waiter", "{ rounds = 0 }");
    assert_eq!(site.run().code, 0);
    let ids = |arguments: &[&str]| -> Vec<Json> {
        let listed = site.stepwell(&[&["runs", "list", "--output", "json"], arguments].concat());
        assert_eq!(listed.code, 0, "{listed:?}");
        listed.json_lines().into_iter().map(|run| run["run"].clone()).collect()
    };
    let all = ids(&[]);
    assert_eq!(all.len(), 4);
    assert_eq!(ids(&["--state", "running"]), [json!(running)]);
    assert_eq!(ids(&["--state", "abandoned", "--limit", "1"]), [json!(abandoned)]);
    assert_eq!(ids(&["--state", "failed"]), [all[1].clone()]);
    assert_eq!(ids(&["--state", "failed", "--state", "running"]), [all[1].clone(), json!(running)]);
    assert_eq!(ids(&["--state", "succeeded"]), [all[0].clone()]);
    assert_eq!(ids(&["--state", "paused"]), [] as [Json; 0]);
    assert_eq!(ids(&["--since", "2026-11-29"]).len(), 4);
    assert_eq!(ids(&["--since", "2999-01-01"]).len(), 0);
    assert_eq!(site.stepwell(&["runs", "cancel", &running]).code, 0);
    assert_eq!(site.stepwell(&["runs", "wait", &running]).code, 130);
}

#[test]
fn an_unknown_step_of_a_log_is_an_error_with_the_nearest() {
    let site = waiter(0, 0);
    let (_, lines) = site.run_json();
    let id = lines[0]["run"].as_str().expect("an id");
    let [what, because, next] = site.stepwell(&["runs", "logs", id, "--step", "ti"]).three_lines(2).map(str::to_owned);
    assert_eq!(what, "error: job `job` has no step `ti`");
    assert_eq!((because.as_str(), next.as_str()), ("because: its steps are `it`", "next: write `it` instead of `ti`"));
}

#[test]
fn an_error_is_a_json_object_wherever_json_is_asked_for() {
    let site = Site::without_aws().file("job.toml", "name = \"job\"\nsteps = 3\n");
    for (arguments, code) in [
        (&["runs", "list", "--bogus"][..], 2),
        (&["runs", "list", "--state", "nonsense"], 2),
        (&["runs", "show", "x"], 2),
        (&["runs", "logs", "x"], 2),
        (&["runs", "wait", "x"], 2),
        (&["runs", "rerun", "x"], 2),
        (&["runs", "nonsense"], 2),
        (&["run", "no-such-file.toml"], 2),
        (&["run", "job.toml"], 2),
        (&["run"], 2),
        (&["job", "plan", "job.toml"], 2),
        (&["plugin", "inspect", "nonsense"], 2),
        (&["credentials", "show", "--job", "nonsense.toml"], 2),
    ] {
        let ended = site.stepwell(&[arguments, &["--output", "json"]].concat());
        let lines = ended.json_lines();
        let [error] = lines.as_slice() else { panic!("{arguments:?}: {ended:?}") };
        assert_eq!((ended.code, &error["exit_code"]), (code, &json!(code)), "{arguments:?}: {ended:?}");
        for key in ["error", "next"] {
            assert!(error[key].as_str().is_some_and(|text| !text.is_empty()), "{arguments:?}: {error}");
        }
    }
}

#[test]
fn people_read_the_times_of_their_clock_and_programs_those_of_utc() {
    let site = waiter(0, 0);
    let mut command = site.command(&["run", "job.toml"]);
    let ran = super::support::ended(command.env("TZ", "XYZ-5:30").output().expect("it starts"));
    assert!(ran.stdout.lines().next().is_some_and(|line| line.contains("+05:30 job: 1 step")), "{ran:?}");
    let mut command = site.command(&["runs", "list"]);
    let listed = super::support::ended(command.env("TZ", "XYZ-5:30").output().expect("it starts"));
    assert!(listed.stdout.contains("+05:30"), "{listed:?}");
    let json = site.stepwell(&["runs", "list", "--output", "json"]).json_lines().remove(0);
    assert!(json["started"].as_str().is_some_and(|at| at.ends_with('Z')), "{json}");
}
