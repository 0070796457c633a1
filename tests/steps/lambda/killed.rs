//! A run that is killed leaves no function behind.

use std::process::Stdio;

use stepwell_xtask::emulator::{Death, TokenMemory};

use super::{ECHO, SLOW, custom, functions, ministack};
use crate::resumes::fleet::{share_cache, show, the_run};
use crate::resumes::running::Running;
use crate::support::{ended, venv};

/// The operator's decisions about an uncertain invocation.
const DECISIONS: [&str; 2] = ["--retry it", "--fail"];

/// The outcomes of the runs, and how many of them needed a decision.
fn killed_at_every_request(death: Death, decision: &str) -> (Vec<String>, usize) {
    let (ministack, mut aws) = ministack();
    let memory = TokenMemory::before(&venv(), ministack.endpoint()).expect("it starts");
    let site = || custom(memory.endpoint(), ECHO, "payload = { day = 3 }");
    let warm = site();
    assert_eq!(warm.run().code, 0);
    let (mut outcomes, mut decided) = (Vec::new(), 0);
    for number in 1.. {
        let site = site();
        share_cache(&warm, &site);
        memory.forget().expect("it forgets");
        memory.kill_at(number, death).expect("it is told");
        let mut command = site.command(&["run", "job.toml"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        memory.aim(&child).expect("it is told");
        let is_killed = child.wait().expect("it ends").code().is_none();
        memory.settle().expect("it settles");
        memory.disarm().expect("it is told");
        if !is_killed {
            break;
        }
        let id = the_run(&site).expect("there is a run");
        let mut resumed = ended(site.command(&["runs", "resume", &id]).output().expect("it starts"));
        if resumed.code == 5 {
            decided += 1;
            let arguments: Vec<_> = ["runs", "resume", &id].into_iter().chain(decision.split(' ')).collect();
            resumed = ended(site.command(&arguments).output().expect("it starts"));
        }
        let shown = show(&site, &id);
        assert_eq!(shown["state"], "ended", "request {number}: {resumed:?}");
        assert_eq!(functions(&mut aws), [""; 0], "request {number}: {shown}");
        outcomes.push(shown["outcome"].as_str().expect("it ended").to_owned());
    }
    (outcomes, decided)
}

#[test]
fn killed_at_any_call_a_run_leaves_no_function_behind() {
    for death in [Death::BeforeEffect, Death::BeforeAnswer] {
        for decision in DECISIONS {
            let (outcomes, decided) = killed_at_every_request(death, decision);
            // Create, look at, invoke, delete.
            assert!(outcomes.len() >= 4, "{outcomes:?}");
            let failed = outcomes.iter().filter(|outcome| *outcome != "succeeded").count();
            assert_eq!(failed, usize::from(decision == "--fail"), "{death:?} {decision}: {outcomes:?}");
            assert_eq!(decided, 1, "of all calls only the invocation wants a decision");
        }
    }
}

#[test]
fn a_cancelled_run_that_was_killed_at_its_invocation_leaves_no_function_behind() {
    let (ministack, mut aws) = ministack();
    let site = custom(ministack.endpoint(), SLOW, "");
    let mut running = Running::start(site.command(&["run", "job.toml", "--output", "json"]));
    while running.until("call_intended")["call"]["action"] != "lambda:InvokeFunction" {}
    running.kill();
    assert_eq!(functions(&mut aws).len(), 1);
    let id = the_run(&site).expect("there is a run");
    assert_eq!(site.stepwell(&["runs", "resume", &id]).code, 5);
    site.stepwell(&["runs", "cancel", &id]);
    assert_eq!(show(&site, &id)["outcome"], "cancelled");
    assert_eq!(functions(&mut aws), [""; 0]);
}
