//! A call that must happen once was in flight when the process died: the operator or the job decides what follows.

use std::fs;

use stepwell_xtask::emulator::Death;

use super::fleet::{Fleet, show, the_run};
use super::running::{Running, Serving, await_that, without_times};
use crate::support::{Site, events, guest};

/// A run that was killed after it sent its reboot, and the run's id.
fn killed_at_the_reboot(fleet: &mut Fleet, death: Death, job: &str, step: &str) -> (Site, String) {
    let site = fleet.restart(job, step);
    assert!(fleet.kill_at(Fleet::REBOOT, death, site.command(&["run", "job.toml"])));
    let id = the_run(&site).expect("there is a run");
    (site, id)
}

const PAUSED: &str = r#"
? restart  uncertain
    signed as  default_chain (environment), access key …TEST, named by default, in eu-central-1
    outcome unknown: ec2:RebootInstances {"InstanceIds":["ID0"]}
· tell  not started
web is paused  (run RUN)
"#;

const DECIDE: &str = r#"error: the outcome of a call of step `restart` is unknown: ec2:RebootInstances {"InstanceIds":["ID0"]}
because: the host stopped before the response arrived, and to repeat the call could repeat its effect
next: check in AWS, then run `stepwell runs resume RUN` with --retry restart (repeat the call), --skip restart (the call took effect) or --fail
"#;

#[test]
fn a_paused_run_says_which_call_it_is_about_and_how_to_decide() {
    let mut fleet = Fleet::start();
    let (site, id) = killed_at_the_reboot(&mut fleet, Death::BeforeAnswer, "timeout = \"1h\"", "");
    let left = site.stepwell(&["runs", "show", &id]);
    assert!(left.stdout.contains("… restart  running"), "{left:?}");
    assert!(
        left.stdout.ends_with(&format!("no process executes it; resume it with `stepwell runs resume {id}`\n")),
        "{left:?}"
    );
    // Resuming it again gives the same answer.
    for _ in 0..2 {
        let resumed = site.stepwell(&["runs", "resume", &id]);
        assert_eq!((resumed.code, fleet.same(&resumed.stderr, &id).as_str()), (5, DECIDE));
        let said = "a process resumed the run\npaused\n";
        assert_eq!(fleet.same(&without_times(&resumed.stdout), &id), format!("{said}{PAUSED}"));
        let shown = site.stepwell(&["runs", "show", &id]);
        assert_eq!(shown.code, 0, "{shown:?}");
        assert!(fleet.same(&shown.stdout, &id).ends_with(&format!("{PAUSED}{DECIDE}")), "{shown:?}");
    }
    let listed = site.stepwell(&["runs", "list", "--state", "paused"]);
    assert!(listed.stdout.contains("paused: waits for a decision"), "{listed:?}");
    assert_eq!(fleet.count("RebootInstances"), 1);
}

#[test]
fn a_decision_about_the_wrong_step_or_two_contradicting_ones_change_nothing() {
    let mut fleet = Fleet::start();
    let (site, id) = killed_at_the_reboot(&mut fleet, Death::BeforeEffect, "", "");
    let decide = |arguments: &[&str]| site.stepwell(&[&["runs", "resume", &id], arguments].concat());
    let records = || site.stepwell(&["runs", "logs", &id, "--output", "json"]).stdout;
    let before = records();
    let [what, because, _] = decide(&["--retry", "tell"]).three_lines(2).map(str::to_owned);
    assert_eq!(what, "error: step `tell` is not uncertain, so it takes no decision");
    assert_eq!(because, "because: the uncertain steps are `restart`");
    let [what, because, _] = decide(&["--skip", "restart", "--retry", "restart"]).three_lines(2).map(str::to_owned);
    assert_eq!(what, "error: step `restart` has two different decisions");
    assert_eq!(because, "because: --retry and --skip both name it");
    assert_eq!(decide(&["--fail", "--skip", "restart"]).code, 2);
    decide(&["--skip", "restart", "--detach"]).three_lines(2);
    assert_eq!(records(), before);

    let [what, because, next] = decide(&["--fail"]).three_lines(1).map(str::to_owned);
    assert_eq!(what, "error: step `restart` failed: it is not known whether `ec2:RebootInstances` took effect");
    assert_eq!(because, "because: no answer came, and a second such call would have its effect again");
    assert_eq!(next, "next: look in AWS whether it took effect");
    assert_eq!((fleet.count("RebootInstances"), &show(&site, &id)["steps"][1]["status"]), (0, &"not_started".into()));
    let [what, _, _] = decide(&["--retry", "restart"]).three_lines(2).map(str::to_owned);
    assert_eq!(what, "error: step `restart` has a decision already: fail");
}

#[test]
fn on_uncertain_decides_without_the_operator() {
    let mut fleet = Fleet::start();
    let cases = [
        ("on_uncertain = \"retry\"", "", 0, 2, "succeeded"),
        ("", "on_uncertain = \"skip\"", 0, 1, "skipped"),
        ("on_uncertain = \"retry\"", "on_uncertain = \"fail\"", 1, 1, "failed"),
    ];
    for (job, step, code, reboots, status) in cases {
        let (site, id) = killed_at_the_reboot(&mut fleet, Death::BeforeAnswer, job, step);
        let resumed = site.stepwell(&["runs", "resume", &id]);
        assert_eq!(resumed.code, code, "{resumed:?}");
        assert!(resumed.stdout.contains("[restart] decided: "), "{resumed:?}");
        assert_eq!(fleet.count("RebootInstances"), reboots, "{status}");
        let shown = show(&site, &id);
        assert_eq!(shown["steps"][0]["status"], status);
        if code == 0 {
            assert_eq!(shown["steps"][1]["outputs"]["now"], status);
        }
    }
}

#[test]
fn a_cancelled_run_does_not_wait_for_a_decision_any_more() {
    let mut fleet = Fleet::start();
    let (site, id) = killed_at_the_reboot(&mut fleet, Death::BeforeEffect, "", "");
    assert_eq!(site.stepwell(&["runs", "resume", &id]).code, 5);
    let [what, _, next] = site.stepwell(&["runs", "cancel", &id]).three_lines(0).map(str::to_owned);
    assert_eq!(what, "error: step `restart` was cancelled: it is not known whether `ec2:RebootInstances` took effect");
    assert_eq!(next, "next: look in AWS whether it took effect");
    let shown = show(&site, &id);
    assert_eq!((&shown["state"], &shown["outcome"]), (&"ended".into(), &"cancelled".into()));
    assert_eq!(fleet.count("RebootInstances"), 0);
}

#[test]
fn of_two_operators_who_decide_at_the_same_moment_the_second_is_told_what_the_first_did() {
    let mut fleet = Fleet::start();
    let (site, id) = killed_at_the_reboot(&mut fleet, Death::BeforeAnswer, "", "");
    assert_eq!(site.stepwell(&["runs", "resume", &id]).code, 5);
    let decide = |decision, operator: &str| {
        let mut command = site.command(&["runs", "resume", &id, decision, "restart", "--output", "json"]);
        command.env("SUDO_USER", operator);
        Running::start(command)
    };
    let both = [decide("--skip", "ada"), decide("--retry", "bob")];
    let both = both.map(|running| (running.child.id(), running.end()));
    let [first, second] = if both[0].1.code == 0 { [0, 1] } else { [1, 0] };
    assert_eq!((both[first].1.code, both[second].1.code), (0, 2), "{both:?}");
    let (decision, operator) = [("skip", "ada"), ("retry", "bob")][first];
    let told = |stderr: &str| {
        let lines: Vec<_> = stderr.lines().collect();
        assert_eq!(lines[0], format!("error: step `restart` has a decision already: {decision}"));
        let by = format!("because: `{operator}` (process {} on `", both[first].0);
        assert!(lines[1].starts_with(&by) && lines[1].contains("`) decided so at 20"), "{lines:?}");
        assert!(lines[2].contains(&format!("`stepwell runs show {id}`")), "{lines:?}");
    };
    told(&both[second].1.stderr);
    let made = fleet.count("RebootInstances");
    assert_eq!(made, if decision == "skip" { 1 } else { 2 });
    let late = site.stepwell(&["runs", "resume", &id, "--retry", "restart"]);
    told(&late.three_lines(2).join("\n"));
    assert_eq!(fleet.count("RebootInstances"), made);
}

/// Another step of the run still computes, so `serve` holds the run and does not pause it yet.
#[test]
fn a_decision_reaches_a_run_that_serve_holds_and_the_run_was_resumed_once() {
    let mut fleet = Fleet::start();
    let site = fleet.restart("", "parallel = \"both\"").plugin("hostile", &guest("hostile"));
    let job = fs::read_to_string(site.path("job.toml")).expect("it is there");
    let spins = "[[steps]]\nid = \"spins\"\nparallel = \"both\"\nuses = \"hostile\"\nwith = { mode = \"spin\" }\n";
    let tell = "[[steps]]\nid = \"tell\"";
    let site = site.file("job.toml", job.replacen(tell, &format!("{spins}{tell}"), 1));
    let project = fs::read_to_string(site.path("project.toml")).expect("it is there");
    let site = site.file("project.toml", format!("{project}[grants.hostile]\nallow = [\"*\"]\n"));
    let site = site.home_file("stepwell.toml", "[limits]\ncpu_time = \"60s\"\n");
    assert!(fleet.kill_at(Fleet::REBOOT, Death::BeforeAnswer, site.command(&["run", "job.toml"])));
    let id = the_run(&site).expect("there is a run");
    let serving = Serving::start(&site);
    let status = |step: usize| show(&site, &id)["steps"][step]["status"].clone();
    await_that("it holds the uncertain run", || status(0) == "uncertain" && status(1) == "running");

    let decided = site.stepwell(&["runs", "resume", &id, "--skip", "restart", "--output", "json"]);
    let lines = decided.json_lines();
    await_that("it takes the decision", || status(0) == "skipped");
    let cancelled = site.stepwell(&["runs", "cancel", &id]);
    await_that("it cancels the run", || show(&site, &id)["outcome"] == "cancelled");
    let pid = serving.id();
    drop(serving);
    assert_eq!((decided.code, cancelled.code), (0, 0), "{decided:?} {cancelled:?}");
    let [left] = lines.as_slice() else { panic!("{decided:?}") };
    assert_eq!((&left["event"], &left["recorded"]), (&"decision_left".into(), &true.into()), "{left}");
    assert_eq!(left["held_by"]["pid"], pid, "{left}");
    assert_eq!(fleet.count("RebootInstances"), 1);
    let logs = site.stepwell(&["runs", "logs", &id, "--output", "json"]).json_lines();
    assert_eq!(events(&logs, "run_resumed").len(), 1, "{logs:?}");
    let [decision] = events(&logs, "step_decided")[..] else { panic!("{logs:?}") };
    assert_eq!((&decision["decision"], &decision["by"]), (&"skip".into(), &"operator".into()), "{decision}");
}
