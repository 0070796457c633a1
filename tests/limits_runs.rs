//! Where a job says how many of its runs go on at the same time, no more do: whatever processes start them.

use rustix::process::Signal;
use serde_json::{Value as Json, json};

use super::resumes::fleet::show;
use super::resumes::running::{Running, await_idle, await_that};
use super::support::{Ended, Site, events, report};

/// A job whose step waits for an hour, or not at all, with this `[concurrency]`.
fn job(concurrency: &str, waits: bool) -> String {
    let rounds = u32::from(waits);
    format!(
        "name = \"job\"\ntimeout = \"2h\"\nconcurrency = {{ {concurrency} }}\n[options.id]\ndefault = \"a\"\n\
         [[steps]]\nid = \"it\"\nuses = \"waiter\"\nwith = {{ rounds = {rounds}, after_ms = 3600000 }}\n"
    )
}

/// A run that waits, and the job as a file whose next run does not.
fn occupied(concurrency: &str) -> (Site, Running, String) {
    let site = Site::without_aws().guest("waiter").file("job.toml", job(concurrency, true));
    let running = Running::waiting(&site);
    let site = site.file("job.toml", job(concurrency, false));
    let id = the_runs(&site, &[]).remove(0)["run"].as_str().expect("an id").to_owned();
    (site, running, id)
}

fn the_runs(site: &Site, more: &[&str]) -> Vec<Json> {
    site.stepwell(&[&["runs", "list", "--output", "json"], more].concat()).json_lines()
}

fn run(site: &Site, more: &[&str]) -> Ended {
    site.stepwell(&[&["run", "job.toml", "--output", "json"], more].concat())
}

/// Starts a run that is queued, and returns its id and the record that says so.
fn queued(site: &Site) -> (Running, String, Json) {
    let mut queued = Running::start(site.command(&["run", "job.toml", "--output", "json"]));
    let id = queued.until("run_started")["run"].as_str().expect("an id").to_owned();
    let record = queued.until("run_queued");
    (queued, id, record)
}

#[test]
fn a_second_run_is_refused_before_its_first_step_and_told_which_run_has_the_place() {
    let (site, running, first) = occupied("");
    let refused = site.stepwell(&["run", "job.toml"]);
    let [what, because, next] = refused.three_lines(3);
    assert_eq!(what, "error: job `job` has no place for another run");
    let allows = "because: its `[concurrency]` allows 1 run at the same time, and there is run";
    assert_eq!(because, format!("{allows} {first}"));
    assert!(next.contains(&format!("`stepwell runs wait {first}`")), "{next}");
    assert!(next.contains(&format!("`stepwell runs cancel {first}`")), "{next}");
    assert_eq!(site.stepwell(&["run", "job.toml", "--detach"]).code, 3);
    assert_eq!(site.stepwell(&["run", "--again", &first]).code, 3);
    assert_eq!(the_runs(&site, &[]).len(), 1, "no run was kept");
    assert_eq!(run(&site, &["--dry-run"]).code, 0, "a dry run changes nothing and needs no place");

    // A run that no process executes has not ended, and keeps its place.
    running.kill();
    let refused = site.stepwell(&["run", "job.toml"]);
    let [_, because, next] = refused.three_lines(3);
    assert_eq!(because, format!("{allows} {first}, which no process executes"));
    assert!(next.contains(&format!("`stepwell runs resume {first}`")), "{next}");
    assert_eq!(site.stepwell(&["runs", "cancel", &first]).code, 0);
    assert_eq!(run(&site, &[]).code, 0);
}

#[test]
fn a_run_that_is_skipped_is_no_error_and_says_why() {
    let (site, running, first) = occupied("otherwise = \"skip\"");
    let skipped = site.stepwell(&["run", "job.toml"]);
    assert_eq!((skipped.code, skipped.stderr.as_str()), (0, ""), "{skipped:?}");
    assert!(skipped.stdout.starts_with("skipped: job `job` has no place for another run: "), "{skipped:?}");
    assert!(skipped.stdout.ends_with(&format!("there is run {first}\n")), "{skipped:?}");
    let line = run(&site, &["--detach"]).json_lines().remove(0);
    let taken_by = json!([{ "run": first, "is": "running" }]);
    assert_eq!((&line["event"], &line["taken_by"]), (&json!("run_skipped"), &taken_by));
    assert_eq!(the_runs(&site, &[]).len(), 1);
    running.signal(Signal::INT);
    assert_eq!(running.end().code, 130);
    assert_eq!(events(&run(&site, &[]).json_lines(), "step_succeeded").len(), 1);
}

#[test]
fn runs_of_different_groups_do_not_wait_for_one_another() {
    let (site, running, first) = occupied("most = 1, group = \"${options.id|upper}\"");
    assert_eq!(run(&site, &["--option", "id=b"]).code, 0);
    let refused = site.stepwell(&["run", "job.toml", "--option", "id=A"]);
    let [what, because, _] = refused.three_lines(3);
    assert_eq!(what, "error: job `job` has no place for another run of group `A`");
    assert!(because.ends_with(&first), "{because}");
    let plan = site.stepwell(&["job", "plan", "job.toml"]).stdout;
    assert!(plan.contains("1 run of group `A` at the same time; a further one is refused"), "{plan}");
    running.signal(Signal::INT);
    running.end();
}

#[test]
fn queued_runs_begin_one_after_the_other_in_whatever_process_once_the_place_is_free() {
    let (site, running, first) = occupied("otherwise = \"queue\"");
    let (second, second_id, record) = queued(&site);
    assert_eq!(record["behind"], json!([{ "run": first, "is": "running" }]));
    let detached = site.stepwell(&["run", "job.toml", "--detach"]);
    let said = format!("queued behind run {first} and 1 more\n");
    assert!(detached.code == 0 && detached.stdout.contains(&said), "{detached:?}");
    let third_id = the_runs(&site, &[]).remove(0)["run"].as_str().expect("an id").to_owned();
    let listed = the_runs(&site, &["--state", "queued"]);
    assert_eq!(listed.len(), 2, "{listed:?}");
    let text = site.stepwell(&["runs", "list"]).stdout;
    assert_eq!(text.matches("queued").count(), 2, "{text}");
    assert!(site.stepwell(&["runs", "show", &second_id]).stdout.contains(&format!("queued behind run {first}\n")));
    assert_eq!(show(&site, &second_id)["deadline"], Json::Null, "its time has not begun");

    running.signal(Signal::INT);
    assert_eq!(running.end().code, 130);
    let second = second.end();
    assert_eq!(second.code, 0, "{second:?}");
    let begun = &events(&second.lines, "run_begun")[0];
    assert!(begun["deadline"].is_string(), "its time begins when it begins: {begun}");
    assert_eq!(report(&second.lines)["queued_behind"], Json::Null);
    assert_eq!(site.stepwell(&["runs", "wait", &third_id]).code, 0);
    let (second, third) = (show(&site, &second_id), show(&site, &third_id));
    let (ended, started) = (second["finished"].as_str(), third["steps"][0]["started"].as_str());
    assert!(ended.is_some() && ended <= started, "{second} {third}");
    await_idle(&site);
}

#[test]
fn a_queued_run_can_be_cancelled_and_none_of_its_steps_begins() {
    let (site, running, _) = occupied("otherwise = \"queue\"");
    let (second, id, _) = queued(&site);
    let cancelled = site.stepwell(&["runs", "cancel", &id]);
    assert_eq!(cancelled.code, 0, "{cancelled:?}");
    let second = second.end();
    assert_eq!((second.code, &report(&second.lines)["steps"][0]["status"]), (130, &json!("not_started")));
    // Ctrl-C is the same.
    let (third, ..) = queued(&site);
    third.signal(Signal::INT);
    assert_eq!(third.end().code, 130);
    running.kill();
}

#[test]
fn a_queued_run_outlives_its_process_and_keeps_its_turn() {
    let (site, running, first) = occupied("otherwise = \"queue\"");
    let (second, id, _) = queued(&site);
    second.kill();
    let listed = site.stepwell(&["runs", "list"]).stdout;
    assert!(listed.contains("queued: no process executes it"), "{listed}");
    let (third, ..) = queued(&site);
    let mut resumed = Running::start(site.command(&["runs", "resume", &id, "--output", "json"]));
    resumed.until("run_resumed");
    // The one that had the place is killed as well, and has it until it has ended.
    running.kill();
    assert_eq!(show(&site, &id)["queued_behind"][0]["run"], first.as_str());
    assert_eq!(site.stepwell(&["runs", "cancel", &first]).code, 0);
    assert_eq!((resumed.end().code, third.end().code), (0, 0));
    let finished: Vec<_> = the_runs(&site, &[]).iter().rev().map(|run| run["outcome"].clone()).collect();
    assert_eq!(finished, [json!("cancelled"), json!("succeeded"), json!("succeeded")]);
}

#[test]
fn a_run_that_is_killed_after_its_turn_has_come_goes_on_like_any_other() {
    let (site, running, first) = occupied("otherwise = \"queue\"");
    let site = site.file("job.toml", job("otherwise = \"queue\"", true));
    let (mut second, id, _) = queued(&site);
    running.signal(Signal::INT);
    assert_eq!(running.end().code, 130);
    second.until("run_begun");
    second.kill();
    let site = site.file("job.toml", job("otherwise = \"queue\"", false));
    let (third, _, record) = queued(&site);
    assert_eq!(record["behind"], json!([{ "run": id, "is": "abandoned" }]), "{first}");
    assert_eq!(site.stepwell(&["runs", "cancel", &id]).code, 0);
    assert_eq!(third.end().code, 0);
}

#[test]
fn a_run_that_cancels_the_running_one_begins_after_its_clean_up() {
    let concurrency = "otherwise = \"cancel_running\"";
    let clean_up = "[[finally]]\nid = \"x\"\nuses = \"waiter\"\nwith = { rounds = 1, after_ms = 700 }\n";
    let site = Site::without_aws().guest("waiter").file("job.toml", job(concurrency, true) + clean_up);
    let running = Running::waiting(&site);
    let site = site.file("job.toml", job(concurrency, false));
    let next = run(&site, &[]);
    let first = running.end();
    assert_eq!((first.code, next.code), (130, 0), "{next:?}");
    assert_eq!(report(&first.lines)["steps"][1]["status"], "succeeded", "its clean-up ran");
    let begun = events(&next.json_lines(), "run_begun")[0]["at"].as_str().map(str::to_owned);
    assert!(begun.as_deref() >= report(&first.lines)["finished"].as_str(), "{begun:?}");
}

#[test]
fn many_processes_at_once_leave_one_run() {
    let site = Site::without_aws().guest("waiter").file("job.toml", job("", true));
    // Compiles the plugin once.
    assert_eq!(site.stepwell(&["job", "check", "job.toml"]).code, 0);
    let all: Vec<_> = (0..4).map(|_| Running::start(site.command(&["run", "job.toml", "--output", "json"]))).collect();
    await_that("one of them runs", || !the_runs(&site, &["--state", "running"]).is_empty());
    let id = the_runs(&site, &[]).remove(0)["run"].as_str().expect("an id").to_owned();
    await_that("it waits", || show(&site, &id)["steps"][0]["status"] == "waiting");
    // The others end by themselves.
    let mut codes: Vec<i32> = Vec::new();
    let mut left: Vec<Running> = all;
    await_that("the others have ended", || {
        while let Some(at) = left.iter_mut().position(Running::has_ended) {
            codes.push(left.remove(at).end().code);
        }
        left.len() <= 1
    });
    assert_eq!((codes, the_runs(&site, &[]).len()), (vec![3, 3, 3], 1));
    left.into_iter().for_each(|one| drop(one.kill()));
}

#[test]
fn wrong_limits_are_found_before_a_run() {
    let site = Site::without_aws().guest("waiter");
    let secret = "[options.pin]\nsecret = true\n";
    for (concurrency, code, words) in [
        ("otherwise = \"queu\"", 2, "next: write `queue` instead of `queu`"),
        ("most = 0", 2, "next: write a number from 1 to 1000"),
        ("group = \"\"", 2, "`group` is a text of 1 to 256 bytes"),
        ("group = \"${steps.it.outputs.rounds}\"", 2, "error: "),
        ("group = \"${run.id}\"", 2, "error: `group` of the job is known only in the run"),
        ("group = \"${options.pin|upper}\"", 2, "error: `group` of `[concurrency]` reads the secret option `pin`"),
        ("group = \"${options.di}\"", 2, "next: write `id` instead of `di`"),
    ] {
        let text = job(concurrency, false).replace("[options.id]", &format!("{secret}[options.id]"));
        let site = Site::without_aws().guest("waiter").file("job.toml", text);
        let checked = site.stepwell(&["job", "check", "job.toml"]);
        assert!(checked.code == code && checked.stderr.contains(words), "{concurrency}: {checked:?}");
    }
    let used = job("", false).replace("name = \"job\"", "name = \"inner\"");
    let outer = "name = \"job\"\n[[steps]]\nid = \"it\"\nuses = \"job:inner\"\n";
    let site = site.file("inner.toml", used).file("job.toml", outer);
    let checked = site.stepwell(&["job", "check", "job.toml"]);
    let warning = "warning: `[concurrency]` of job `inner` is not observed where a step uses the job";
    assert!(checked.code == 0 && checked.stderr.starts_with(warning), "{checked:?}");
}
