//! The host tells a plugin that crashed to stop what it started. The calls that the plugin then makes are new ones, and
//! each of them happens once too.

use serde_json::Value as Json;
use stepwell_xtask::emulator::{Death, Fate};

use super::fleet::{Fleet, show, the_run};
use crate::support::Site;

/// The numbers of the requests that the plugin makes while it stops, counted from the first request of the run.
const REBOOT: usize = Fleet::REBOOT + 1;
const LOOK: usize = REBOOT + 1;

/// A job whose plugin crashes after it rebooted the first instance, and reboots this one when it is told to stop.
fn breaking(fleet: &mut Fleet, to_stop: usize) -> Site {
    let with = format!("instance_id = \"{}\", reboot_to_stop = \"{}\"", fleet.id(0), fleet.id(to_stop));
    fleet.restart_with(&with, "", "")
}

/// The rebooted instances.
fn rebooted(fleet: &Fleet) -> Vec<usize> {
    let seen = fleet.memory.seen().expect("it answers");
    let reboots = seen.iter().filter(|noted| noted.operation == "RebootInstances" && noted.fate == Fate::Done);
    let which = |id: &String| (0..2).find(|at| fleet.id(*at) == id).expect("it is one of ours");
    reboots.map(|noted| which(&noted.parameters["InstanceId.1"])).collect()
}

fn failure(site: &Site) -> Json {
    let shown = show(site, &the_run(site).expect("there is a run"));
    assert_eq!((&shown["outcome"], &shown["steps"][0]["status"]), (&"failed".into(), &"failed".into()), "{shown}");
    shown["steps"][0]["failure"].clone()
}

/// The failure of the step if its process is not killed.
fn undisturbed(fleet: &mut Fleet) -> Json {
    let site = breaking(fleet, 1);
    assert_eq!(site.run().code, 1);
    assert_eq!(rebooted(fleet), [0, 1]);
    let failure = failure(&site);
    assert!(!failure.to_string().contains("could not stop"), "{failure}");
    failure
}

fn killed_at(fleet: &mut Fleet, number: usize, death: Death) -> (Site, String) {
    let site = breaking(fleet, 1);
    assert!(fleet.kill_at(number, death, site.command(&["run", "job.toml"])));
    let id = the_run(&site).expect("there is a run");
    (site, id)
}

#[test]
fn a_crashed_plugin_makes_its_calls_to_stop_even_if_it_made_the_same_ones_before() {
    let mut fleet = Fleet::start();
    let expected = undisturbed(&mut fleet);
    let site = breaking(&mut fleet, 0);
    assert_eq!((site.run().code, failure(&site)), (1, expected));
    assert_eq!(rebooted(&fleet), [0, 0]);
}

#[test]
fn a_step_that_is_killed_while_its_plugin_stops_resumes_the_stop_and_fails_with_the_same_error() {
    let mut fleet = Fleet::start();
    let expected = undisturbed(&mut fleet);
    let (site, id) = killed_at(&mut fleet, LOOK, Death::BeforeAnswer);
    assert_eq!(site.stepwell(&["runs", "resume", &id]).code, 1);
    assert_eq!((rebooted(&fleet), failure(&site)), (vec![0, 1], expected.clone()), "it is given the answer it had");

    let (site, id) = killed_at(&mut fleet, REBOOT, Death::BeforeEffect);
    let [what, _, _] = site.stepwell(&["runs", "resume", &id]).three_lines(5).map(str::to_owned);
    assert!(what.contains("is unknown") && what.contains(fleet.id(1)), "{what}");
    assert_eq!(site.stepwell(&["runs", "resume", &id, "--retry", "restart"]).code, 1);
    assert_eq!((rebooted(&fleet), failure(&site)), (vec![0, 1], expected));
}

#[test]
fn a_plugin_whose_stop_is_uncertain_is_not_told_to_stop_again() {
    let mut fleet = Fleet::start();
    let expected = undisturbed(&mut fleet);
    let (site, id) = killed_at(&mut fleet, REBOOT, Death::BeforeAnswer);
    assert_eq!(site.stepwell(&["runs", "resume", &id]).code, 5);
    assert_eq!(site.stepwell(&["runs", "resume", &id, "--fail"]).code, 1);
    let failure = failure(&site);
    assert_eq!((rebooted(&fleet), &failure["code"]), (vec![0, 1], &expected["code"]));
    let because = failure["because"].as_str().expect("it says why");
    assert!(because.contains("could not stop what it had started: it is not known whether"), "{because}");

    let (site, id) = killed_at(&mut fleet, REBOOT, Death::BeforeAnswer);
    assert_eq!(site.stepwell(&["runs", "resume", &id]).code, 5);
    site.stepwell(&["runs", "cancel", &id]).three_lines(0);
    let shown = show(&site, &id);
    assert_eq!((&shown["outcome"], &shown["steps"][0]["status"]), (&"cancelled".into(), &"cancelled".into()));
    assert_eq!(rebooted(&fleet), [0, 1]);
}
