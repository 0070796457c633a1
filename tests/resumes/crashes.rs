//! A run that is killed at any call or any disk write ends as if it had not been killed.

use stepwell_xtask::emulator::Death;
use stepwell_xtask::killed;

use super::fleet::Fleet;
use crate::keeps_runs::assert_kept;
use crate::support::venv;

/// The environment variable that makes the test try every disk write, which takes twenty minutes.
const EVERY_CHANGE: &str = "STEPWELL_TEST_EVERY_CHANGE";

/// Number of disk writes that the test tries otherwise.
const SAMPLES: usize = 24;

fn killed_at_every_request(death: Death) -> Fleet {
    let mut fleet = Fleet::start();
    let undisturbed = fleet.undisturbed();
    let requests = fleet.memory.seen().expect("it answers").len();
    for number in 1..=requests {
        let site = fleet.site();
        assert!(fleet.kill_at(number, death, fleet.command(&site)), "it makes {requests} requests");
        let end = fleet.go_on(&site).unwrap_or_else(|| panic!("the run is lost at request {number}"));
        assert_eq!(end, undisturbed.with_skipped(&end), "killed at request {number} of {requests}");
    }
    fleet
}

#[test]
fn killed_before_any_call_takes_effect_a_run_comes_to_the_same_end() {
    let decided = killed_at_every_request(Death::BeforeEffect).decided;
    for retried in ["first", "below.inner", "reboot"] {
        assert!(decided.contains(&format!("--retry {retried}")), "{decided:?}");
    }
}

#[test]
fn killed_before_any_answer_arrives_a_run_comes_to_the_same_end() {
    let decided = killed_at_every_request(Death::BeforeAnswer).decided;
    let is_skipped = |step: &str| decided.contains(&format!("--skip {step}"));
    assert!(is_skipped("first") && is_skipped("below.inner") && is_skipped("reboot"), "{decided:?}");
    // Both steps run at the same time, so either can be the one that is killed in its call.
    assert!(is_skipped("left") || is_skipped("right"), "{decided:?}");
}

/// Some of the disk writes, spread evenly; all of them if `STEPWELL_TEST_EVERY_CHANGE` is set.
#[test]
fn killed_at_a_change_of_the_disk_a_run_comes_to_the_same_end() {
    let mut fleet = Fleet::start();
    let undisturbed = fleet.undisturbed();
    let site = fleet.site();
    let changes = killed::changes(&venv(), &fleet.command(&site), b"").expect("it is traced");
    let every = if std::env::var_os(EVERY_CHANGE).is_some() { 1 } else { changes.len().div_ceil(SAMPLES) };
    let mut without_a_run = 0;
    for (number, is_after) in (1..=changes.len()).step_by(every).zip([false, true].into_iter().cycle()) {
        let site = fleet.site();
        // The order of the writes, and slightly their number, differs from run to run.
        let (is_killed, printed) = fleet.kill_at_change(number, is_after, &fleet.command(&site));
        let at = format!("{} change {number}, {}", if is_after { "after" } else { "before" }, changes[number - 1]);
        if !printed.is_empty() {
            assert_kept(&site, &printed);
        }
        match fleet.go_on(&site) {
            Some(end) => assert_eq!(end, undisturbed.with_skipped(&end), "killed {at}"),
            None => {
                assert_eq!(fleet.memory.seen().expect("it answers"), [], "the run is lost: killed {at}");
                assert_eq!(fleet.run(&site), undisturbed, "a new run after one was killed {at}");
                without_a_run += 1;
            }
        }
        assert!(is_killed || number > changes.len() / 2, "{at}");
    }
    assert!(without_a_run > 0, "the first changes are made before there is a run");
}

/// Each process is killed at its fifth request. No single call of the plugin makes that many.
#[test]
fn a_run_whose_processes_are_killed_again_and_again_comes_to_the_same_end() {
    let mut fleet = Fleet::start();
    let undisturbed = fleet.undisturbed();
    for death in [Death::BeforeEffect, Death::BeforeAnswer] {
        let site = fleet.site();
        assert!(fleet.kill_at(5, death, fleet.command(&site)));
        let kills = fleet.go_on_killed_at(5, death, &site);
        assert!(kills >= 4, "{kills}");
        let end = fleet.go_on(&site).expect("there is a run");
        assert_eq!(end, undisturbed.with_skipped(&end));
    }
}
