//! Killed at any call and at any write, a run comes to the same end.

use stepwell_xtask::emulator::Death;

use super::fleet::Fleet;

fn killed_at_every_request(death: Death) {
    let mut fleet = Fleet::start();
    let undisturbed = fleet.undisturbed();
    let requests = fleet.memory.seen().expect("it answers").len();
    for number in 1..=requests {
        let site = fleet.site();
        assert!(fleet.kill_at(number, death, fleet.command(&site)), "it makes {requests} requests");
        let end = fleet.go_on(&site).unwrap_or_else(|| panic!("the run is lost at request {number}"));
        assert_eq!(end, undisturbed.with_skipped(&end), "killed at request {number} of {requests}");
    }
}

#[test]
fn killed_before_any_call_takes_effect_a_run_comes_to_the_same_end() {
    killed_at_every_request(Death::BeforeEffect);
}

#[test]
fn killed_before_any_answer_arrives_a_run_comes_to_the_same_end() {
    killed_at_every_request(Death::BeforeAnswer);
}
