//! A resumed run has the authority that the settings files grant at that time, and the job and plugins that it began
//! with.

use std::fs;

use serde_json::json;
use stepwell_xtask::emulator::Death;

use super::fleet::{Fleet, show, the_run};
use super::running::{Running, waiter};
use crate::support::{Site, guest};

const WITHOUT_REBOOT: &str = "name = \"test\"
[grants.effects]
allow = [\"ec2:DescribeInstances\", \"ec2:CreateFlowLogs\", \"ec2:StartInstances\", \"iam:PassRole\"]
[grants.noop]
allow = [\"*\"]
";

const DENIED: &str = "[grants.\"*\"]\ndeny = [\"ec2:RebootInstances\"]\n";

/// A run that was killed at its `StartInstances` call, which comes before its `RebootInstances` call.
fn killed_before_the_start(fleet: &mut Fleet) -> (Site, String) {
    let site = fleet.restart("", "");
    assert!(fleet.kill_at(3, Death::BeforeEffect, site.command(&["run", "job.toml"])));
    let id = the_run(&site).expect("there is a run");
    (site, id)
}

fn assert_paused(fleet: &Fleet, site: &Site, id: &str, because: &str) {
    let [what, why, next] = site.stepwell(&["runs", "resume", id]).three_lines(5).map(str::to_owned);
    assert_eq!(what, "error: the run cannot go on: step `restart` may not call `ec2:RebootInstances`");
    assert!(why.starts_with(because), "{why}");
    assert!(next.ends_with("; then resume the run with `stepwell runs resume`"), "{next}");
    let shown = site.stepwell(&["runs", "show", id]).stdout;
    assert!(shown.contains(&format!("\n{what}\n{why}\n")), "{shown}");
    assert!(shown.ends_with(&format!("; then run `stepwell runs resume {id}`\n")), "{shown}");
    let shown = show(site, id);
    assert_eq!((&shown["state"], &shown["paused"]["is"]), (&json!("paused"), &json!("refused")));
    assert_eq!((fleet.count("StartInstances"), fleet.count("RebootInstances")), (0, 0));
}

#[test]
fn a_grant_that_was_withdrawn_pauses_the_run_until_it_is_back() {
    let mut fleet = Fleet::start();
    let (site, id) = killed_before_the_start(&mut fleet);
    let project = fs::read(site.path("project.toml")).expect("readable");
    let site = site.file("project.toml", WITHOUT_REBOOT);
    let granted = "because: plugin `effects` is granted only `ec2:CreateFlowLogs`, `ec2:DescribeInstances`, `ec2:StartInstances`, `iam:PassRole` (";
    assert_paused(&fleet, &site, &id, granted);
    // `serve` does not resume a paused run.
    assert_eq!(site.stepwell(&["serve", "--until-idle"]).code, 0);
    assert_eq!(show(&site, &id)["state"], "paused");

    let site = site.file("project.toml", project).home_file("stepwell.toml", DENIED);
    assert_paused(&fleet, &site, &id, "because: it is denied to every plugin (");
    fs::remove_file(site.home().join("stepwell.toml")).expect("it is ours");
    let resumed = site.stepwell(&["runs", "resume", &id]);
    assert_eq!((resumed.code, fleet.count("StartInstances"), fleet.count("RebootInstances")), (0, 1, 1), "{resumed:?}");
}

#[test]
fn a_grant_that_is_withdrawn_while_a_process_waits_with_the_run_is_withdrawn_for_it() {
    let mut fleet = Fleet::start();
    let with = format!("instance_id = \"{}\", after_ms = 2500", fleet.id(0));
    let site = fleet.restart_with(&with, "", "");
    let project = fs::read(site.path("project.toml")).expect("readable");
    let running = Running::waiting(&site);
    let site = site.file("project.toml", WITHOUT_REBOOT);
    let over = running.end();
    assert_eq!(over.code, 5, "{over:?}");
    let lines: Vec<_> = over.stderr.lines().collect();
    assert_eq!(lines[0], "error: the run cannot go on: step `restart` may not call `ec2:RebootInstances`");
    let id = the_run(&site).expect("there is a run");
    assert_eq!(show(&site, &id)["state"], "paused");
    assert_eq!((fleet.count("CreateFlowLogs"), fleet.count("StartInstances")), (1, 0));

    let site = site.file("project.toml", project);
    let resumed = site.stepwell(&["runs", "resume", &id]);
    let made = ["CreateFlowLogs", "StartInstances", "RebootInstances"].map(|operation| fleet.count(operation));
    assert_eq!((resumed.code, made), (0, [1, 1, 1]), "{resumed:?}");
}

#[test]
fn a_run_that_cannot_continue_can_be_cancelled() {
    let mut fleet = Fleet::start();
    for project in [Some(WITHOUT_REBOOT), None] {
        let (site, id) = killed_before_the_start(&mut fleet);
        let file = site.path("project.toml");
        match project {
            Some(project) => fs::write(file, project).expect("it is ours"),
            None => fs::remove_file(file).expect("it is ours"),
        }
        let [what, because, next] = site.stepwell(&["runs", "cancel", &id]).three_lines(0).map(str::to_owned);
        assert_eq!(what, "error: step `restart` was cancelled: its plugin was not told to stop what it had started");
        assert!(because.starts_with("because: the run cannot go on: "), "{because}");
        assert_eq!(next, "next: look in AWS at what it had started");
        let shown = show(&site, &id);
        assert_eq!((&shown["state"], &shown["outcome"]), (&json!("ended"), &json!("cancelled")));
        assert_eq!((fleet.count("StartInstances"), fleet.count("RebootInstances")), (0, 0));
    }
}

#[test]
fn a_run_that_waits_can_be_cancelled_when_its_project_is_gone() {
    let site = waiter(1, 3_600_000);
    Running::waiting(&site).kill();
    let id = the_run(&site).expect("there is a run");
    fs::remove_file(site.path("project.toml")).expect("it is ours");
    site.stepwell(&["runs", "resume", &id]).three_lines(5);
    site.stepwell(&["runs", "cancel", &id]).three_lines(0);
    let shown = show(&site, &id);
    assert_eq!((&shown["outcome"], &shown["steps"][0]["status"]), (&json!("cancelled"), &json!("cancelled")));
}

#[test]
fn a_run_goes_on_with_the_job_and_the_plugins_that_it_began_with() {
    let mut fleet = Fleet::start();
    let (site, id) = killed_before_the_start(&mut fleet);
    let site = site.plugin("effects", &guest("noop")).file("job.toml", "name = \"another\"\nsteps = []\n");
    fs::remove_file(site.path("plugins/noop.wasm")).expect("it is ours");
    fs::remove_dir_all(site.home().join("cache")).expect("it is ours");
    let resumed = site.stepwell(&["runs", "resume", &id]);
    assert_eq!((resumed.code, fleet.count("RebootInstances")), (0, 1), "{resumed:?}");
    let shown = show(&site, &id);
    assert_eq!((&shown["job"], &shown["steps"][0]["outputs"]["state"]), (&json!("web"), &json!("running")));
    assert_eq!(shown["steps"][1]["outputs"], json!({"now": "succeeded"}));
}
