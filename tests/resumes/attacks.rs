//! Processes of a run are killed and ended at random moments while others compete for the run.
//!
//! The test is bounded. `STEPWELL_TEST_KILLS=500` makes it as long as one likes, and `STEPWELL_TEST_SEED` repeats the
//! choices of an attack; the moments themselves differ.

use std::env;
use std::hash::{BuildHasher as _, RandomState};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use stepwell_xtask::emulator::Death;

use super::fleet::{Fleet, show, the_run};
use crate::support::Site;

/// Number of kills when `STEPWELL_TEST_KILLS` does not say.
const KILLS: u64 = 20;

/// The longest life of a process that is struck at a random moment, in milliseconds. A whole run takes about as long.
const LONGEST: u64 = 900;

/// Reproducible random numbers: splitmix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit
    }

    fn one_in(&mut self, number: u64) -> bool {
        self.below(number) == 0
    }
}

fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is not a number: {text}")))
}

/// The processes of one run, and the number of those that were killed.
struct Attack<'a> {
    fleet: &'a mut Fleet,
    dice: &'a mut Dice,
    site: Site,
    /// Number of requests of a run that is not killed.
    requests: u64,
    kills: u64,
}

impl Attack<'_> {
    /// Starts the run, and lets up to five more processes resume it. None of them ends by itself, unless it is faster.
    fn carry_out(&mut self) {
        let command = self.fleet.command(&self.site);
        self.strike(command, self.requests);
        for _ in 0..self.dice.below(6) {
            let Some(id) = the_run(&self.site) else { return };
            let shown = show(&self.site, &id);
            if shown["state"] == "ended" {
                return;
            }
            let resume = self.fleet.resume(&self.site, &shown);
            if self.dice.one_in(3) {
                self.compete(resume);
            } else {
                self.strike(resume, 8);
            }
        }
    }

    /// Ends a process at one of its first requests or at a random moment.
    fn strike(&mut self, command: Command, first: u64) {
        if self.dice.one_in(2) {
            let at = usize::try_from(1 + self.dice.below(first)).expect("it is small");
            let death = if self.dice.one_in(2) { Death::BeforeEffect } else { Death::BeforeAnswer };
            self.kills += u64::from(self.fleet.kill_at(at, death, command));
        } else {
            let process = start(command);
            self.end(process);
        }
    }

    /// Two processes want the run. Both are ended at random moments.
    fn compete(&mut self, resume: Command) {
        let both = [start(self.site.command(&["serve"])), start(resume)];
        both.into_iter().for_each(|process| self.end(process));
    }

    /// Ends a process at a random moment, mostly with SIGKILL.
    fn end(&mut self, mut process: Child) {
        thread::sleep(Duration::from_millis(self.dice.below(LONGEST)));
        let signal = if self.dice.one_in(5) { Signal::TERM } else { Signal::KILL };
        // It is still there: its parent has not waited for it.
        kill_process(Pid::from_child(&process), signal).expect("it is there");
        self.kills += u64::from(process.wait().expect("it ends").signal() == Some(9));
        self.fleet.memory.settle().expect("it settles");
    }
}

fn start(mut command: Command) -> Child {
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts")
}

#[test]
fn killed_at_random_moments_by_the_side_of_other_processes_a_run_comes_to_the_same_end() {
    let most = number("STEPWELL_TEST_KILLS").unwrap_or(KILLS);
    let seed = number("STEPWELL_TEST_SEED").unwrap_or_else(|| RandomState::new().hash_one(()));
    println!("seed {seed}");
    let mut dice = Dice(seed);
    let mut fleet = Fleet::start();
    let undisturbed = fleet.undisturbed();
    let requests = fleet.memory.seen().expect("it answers").len() as u64;
    let (mut kills, mut runs) = (0, 0);
    while kills < most {
        let site = fleet.site();
        let mut attack = Attack { fleet: &mut fleet, dice: &mut dice, site, requests, kills: 0 };
        attack.carry_out();
        let Attack { site, kills: more, .. } = attack;
        (kills, runs) = (kills + more, runs + 1);
        match fleet.go_on(&site) {
            Some(end) => assert_eq!(end, undisturbed.with_skipped(&end), "seed {seed}, run {runs}"),
            None => assert_eq!(fleet.memory.seen().expect("it answers"), [], "seed {seed}, run {runs} is lost"),
        }
    }
    println!("{kills} kills in {runs} runs; seed {seed}");
}
