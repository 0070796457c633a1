//! A host that is killed after AWS executed its request.

use std::os::unix::process::ExitStatusExt as _;
use std::process::Stdio;

use stepwell_xtask::emulator::{Death, TokenMemory};

use super::{Ended, Site};
use crate::resumes::fleet::the_run;

/// Runs `stepwell run job.toml` and kills it at its `number`th request: moto has answered, and the response does not
/// arrive. Then runs `stepwell runs resume`.
pub fn resumed_after_request(site: &Site, memory: &TokenMemory, number: usize) -> Ended {
    memory.kill_at(number, Death::BeforeAnswer).expect("it is told");
    let mut command = site.command(&["run", "job.toml"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    memory.aim(&child).expect("it is told");
    let status = child.wait().expect("it ends");
    assert_eq!(status.signal(), Some(9), "{status}");
    memory.settle().expect("it settles");
    memory.disarm().expect("it is told");
    let id = the_run(site).expect("there is a run");
    site.stepwell(&["runs", "resume", &id, "--output", "json"])
}
