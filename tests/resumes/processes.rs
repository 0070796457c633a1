//! Processes that leave a run, resume it, or compete for it.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use super::fleet::{Fleet, show, the_run};
use super::running::{Running, Serving, await_that, records, waiter};
use crate::support::{Site, ended, log_lines};

const LEAVING: &str = "leaving: waiting for calls in flight; resume the run with `stepwell runs resume`\n";

fn logged(site: &Site, id: &str) -> Vec<serde_json::Value> {
    let logs = site.stepwell(&["runs", "logs", id, "--output", "json"]);
    assert_eq!(logs.code, 0, "{logs:?}");
    logs.json_lines()
}

#[test]
fn sigterm_during_a_wait_leaves_the_run_open_and_it_goes_on() {
    let site = waiter(2, 700);
    let running = Running::waiting(&site);
    running.signal(Signal::TERM);
    let over = running.end();
    assert_eq!((over.code, over.stderr.as_str()), (143, ""));
    assert_eq!(crate::support::report(&over.lines)["outcome"], json!(null));
    let id = the_run(&site).expect("there is a run");
    assert_eq!(logged(&site, &id), over.records());
    let shown = show(&site, &id);
    assert_eq!((&shown["state"], &shown["held_by"]), (&json!("open"), &json!(null)));
    assert_eq!(site.stepwell(&["runs", "resume", &id]).code, 0);
    let rounds = ["round 0 of 2", "round 1 of 2", "round 2 of 2"];
    assert_eq!(log_lines(&logged(&site, &id)), rounds, "nothing was done twice");
}

#[test]
fn a_run_that_is_left_prints_how_to_resume_it() {
    let site = waiter(1, 3_600_000);
    let mut command = site.command(&["run", "job.toml"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut lines =
        BufReader::new(child.stdout.take().expect("it is piped")).lines().map(|line| line.expect("readable"));
    assert!(lines.any(|line| line.ends_with(" [it] waiting: round 0 of 1")));
    kill_process(Pid::from_child(&child), Signal::TERM).expect("it is there");
    let last = lines.last().expect("there is a report");
    assert!(last.starts_with("job is open  (run "), "{last}");
    let over = ended(child.wait_with_output().expect("it ends"));
    assert_eq!((over.code, over.stderr.as_str()), (143, LEAVING));
}

#[test]
fn sigterm_during_a_call_awaits_its_answer_and_the_call_is_not_made_again() {
    let mut fleet = Fleet::start();
    let site = fleet.restart("", "");
    fleet.memory.terminate_at(Fleet::REBOOT, Duration::from_millis(700)).expect("it is told");
    let running = Running::start(site.command(&["run", "job.toml", "--output", "json"]));
    fleet.memory.aim(&running.child).expect("it is told");
    let over = running.end();
    assert_eq!((over.code, over.stderr.as_str()), (143, ""));
    let id = the_run(&site).expect("there is a run");
    assert_eq!(logged(&site, &id), over.records());
    assert_eq!(show(&site, &id)["steps"][0]["calls"][2]["answer"]["is"], "done");
    let resumed = site.stepwell(&["runs", "resume", &id]);
    assert_eq!((resumed.code, fleet.count("RebootInstances")), (0, 1), "{resumed:?}");
}

#[test]
fn a_call_that_takes_longer_than_a_leaving_process_waits_is_uncertain() {
    let mut fleet = Fleet::start();
    let site = fleet.restart("", "");
    fleet.memory.terminate_at(Fleet::REBOOT, Duration::from_secs(12)).expect("it is told");
    let running = Running::start(site.command(&["run", "job.toml", "--output", "json"]));
    fleet.memory.aim(&running.child).expect("it is told");
    assert_eq!(running.end().code, 143);
    fleet.memory.settle().expect("it settles");
    let id = the_run(&site).expect("there is a run");
    let [what, _, _] = site.stepwell(&["runs", "resume", &id]).three_lines(5).map(str::to_owned);
    assert!(what.starts_with("error: the outcome of a call of step `restart` is unknown: "), "{what}");
    let skipped = site.stepwell(&["runs", "resume", &id, "--skip", "restart"]);
    assert_eq!((skipped.code, fleet.count("RebootInstances")), (0, 1), "{skipped:?}");
}

#[test]
fn of_two_processes_that_want_a_run_one_executes_it_and_the_other_says_who() {
    let site = waiter(1, 2_500);
    Running::waiting(&site).kill();
    let id = the_run(&site).expect("there is a run");
    let resume = || Running::start(site.command(&["runs", "resume", &id, "--output", "json"]));
    let both = [resume(), resume()];
    let pids = [0, 1].map(|at| both[at].child.id());
    let mut over = both.map(Running::end);
    if over[0].code == 0 {
        over.swap(0, 1);
    }
    let [refused, executed] = over;
    assert_eq!((refused.code, executed.code), (4, 0), "{refused:?} {executed:?}");
    let lines: Vec<_> = refused.stderr.lines().collect();
    assert_eq!(lines[0], format!("error: run `{id}` is executed by another process"));
    assert!(pids.iter().any(|pid| lines[1].starts_with(&format!("because: process {pid} on `"))), "{lines:?}");
    assert!(lines[2].ends_with(&format!("or cancel the run with `stepwell runs cancel {id}`")), "{lines:?}");
    let kinds: Vec<_> = logged(&site, &id).iter().map(|line| line["event"].clone()).collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "run_resumed").count(), 1, "{kinds:?}");
    assert_eq!(log_lines(&logged(&site, &id)), ["round 0 of 1", "round 1 of 1"]);
}

#[test]
fn serve_resumes_abandoned_runs_and_so_does_the_next_one() {
    let site = waiter(6, 700);
    let ids: Vec<_> = (0..3)
        .map(|_| records(&Running::waiting(&site).kill())[0]["run"].as_str().expect("an id").to_owned())
        .collect();
    // Between the first and the second wait of each run.
    let serving = Serving::start(&site);
    let resumed = |id: &String| logged(&site, id).iter().any(|line| line["event"] == "step_resumed");
    await_that("it takes them up", || ids.iter().all(resumed));
    drop(serving);
    let listed = site.stepwell(&["runs", "list", "--state", "open"]).stdout;
    assert_eq!(listed.matches("abandoned: no process executes it").count(), 3, "{listed}");

    let served = ended(site.command(&["serve", "--until-idle"]).output().expect("it starts"));
    assert_eq!((served.code, served.stdout.as_str()), (0, ""), "{served:?}");
    assert!(served.stderr.starts_with("executing the open runs of "), "{served:?}");
    assert!(served.stderr.contains("resumed 3 runs\n"), "{served:?}");
    for id in &ids {
        let shown = show(&site, id);
        assert_eq!((&shown["outcome"], &shown["steps"][0]["outputs"]["rounds"]), (&json!("succeeded"), &json!(6)));
    }
    assert_eq!(ended(site.command(&["serve", "--until-idle"]).output().expect("it starts")).code, 0);
}
