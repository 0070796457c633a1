//! A waiting run keeps the components that it began with, whatever the next release ships.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;

use stepwell_xtask::emulator::Moto;

use super::fleet::the_run;
use super::running::Running;
use crate::support::{Site, component, log_lines, venv};

/// What `ec2-stop` writes between two states, as its component holds it, and what that of the release before writes.
const ARROWS: [&[u8]; 2] = [b" -> ", b" => "];

/// The program of the release before: the same one, but with another `ec2-stop` in it.
fn release_before(site: &Site) -> PathBuf {
    let mut program = fs::read(env!("CARGO_BIN_EXE_stepwell")).expect("it is built");
    let shipped = component("ec2_stop.wasm");
    let [now, before] = ARROWS;
    let at = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).position(|window| window == part);
    let arrow = at(&program, &shipped).expect("it is in the program") + at(&shipped, now).expect("it is in there");
    program[arrow..arrow + before.len()].copy_from_slice(before);
    let path = site.path("stepwell-before");
    fs::write(&path, program).expect("it can be written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it is ours");
    path
}

#[test]
fn a_waiting_run_keeps_the_shipped_component_of_the_release_that_began_it() {
    let moto = Moto::start(&venv(), Duration::from_secs(3)).expect("moto starts");
    let id = moto.client().expect("boto3 starts").run_instances(1).expect("an instance").concat();
    moto.client().expect("boto3 starts").await_state(&id, "running", Duration::from_secs(60)).expect("it runs");
    let with = format!("{{ instance_id = \"{id}\", wait = true, poll_every = \"200ms\" }}");
    let site = Site::new(moto.endpoint()).step("ec2-stop", &with);
    let mut running = Running::start(site.command_of(&release_before(&site), &["run", "job.toml", "--output", "json"]));
    running.until("step_waiting");
    running.kill();

    let run = the_run(&site).expect("there is a run");
    let resumed = site.stepwell(&["runs", "resume", &run, "--output", "json"]);
    assert_eq!((resumed.code, resumed.stderr.as_str()), (0, ""), "{resumed:?}");
    let stopped = |states: &str| format!("{id}: {states} stopped");
    assert_eq!(log_lines(&resumed.json_lines()), [stopped("running =>")]);
    let (code, lines) = site.run_json();
    assert_eq!((code, log_lines(&lines)), (0, vec![stopped("stopped ->").as_str()]), "a new run has the new component");
}
