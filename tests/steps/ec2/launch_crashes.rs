//! `ec2-create-from-snapshot`, whose process is killed at any of its requests, and whose responses get lost.

use std::process::{Command, Stdio};

use serde_json::json;
use stepwell_xtask::emulator::{AwsClient, Death, Fate, Microburst, Moto, TokenMemory};

use super::launch::{images, instances, site, snapshot};
use super::{moto, outputs};
use crate::resumes::fleet::{show, the_run};
use crate::resumes::running::{Running, await_that};
use crate::support::{Site, report, venv};

struct Bench {
    memory: TokenMemory,
    aws: AwsClient,
    snapshot: String,
    _moto: Moto,
}

impl Bench {
    fn start() -> Self {
        let (moto, mut aws) = moto(0);
        let memory = TokenMemory::before(&venv(), moto.endpoint()).expect("the memory starts");
        let snapshot = snapshot(&mut aws);
        Self { memory, aws, snapshot, _moto: moto }
    }

    fn site(&self, endpoint: &str, more: &str) -> Site {
        site(endpoint, &format!("snapshot_id = \"{}\", wait = true{more}", self.snapshot))
    }

    /// Removes every trace of earlier runs.
    fn clear(&mut self) {
        self.memory.forget().expect("it forgets");
        let ids: Vec<_> = instances(&mut self.aws).iter().map(|each| each["InstanceId"].clone()).collect();
        if !ids.is_empty() {
            self.aws.call("ec2", "TerminateInstances", json!({ "InstanceIds": ids })).expect("they end");
        }
        for image in images(&mut self.aws) {
            self.aws.call("ec2", "DeregisterImage", json!({ "ImageId": image["ImageId"] })).expect("it goes");
        }
    }

    fn done(&self, operation: &str) -> usize {
        let seen = self.memory.seen().expect("it answers");
        seen.iter().filter(|noted| noted.operation == operation && noted.fate == Fate::Done).count()
    }

    fn running(&mut self) -> usize {
        instances(&mut self.aws).iter().filter(|each| each["State"]["Name"] == "running").count()
    }

    /// Kills the command at a request. Returns whether it made that many.
    fn kill_at(&self, number: usize, death: Death, mut command: Command) -> bool {
        use std::os::unix::process::ExitStatusExt as _;
        self.memory.kill_at(number, death).expect("it is told");
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        self.memory.aim(&child).expect("it is told");
        let status = child.wait().expect("it ends");
        self.memory.settle().expect("it settles");
        self.memory.disarm().expect("it is told");
        status.signal() == Some(9)
    }
}

/// Resumes the run until it ends, as an operator would who retries every step without a look at AWS.
fn go_on(site: &Site) -> serde_json::Value {
    let id = the_run(site).expect("there is a run");
    for _ in 0..4 {
        let shown = show(site, &id);
        if shown["state"] == "ended" {
            return shown;
        }
        let again: &[&str] = if shown["paused"].is_null() { &[] } else { &["--retry", "it"] };
        let resumed = site.stepwell(&[&["runs", "resume", &id], again].concat());
        assert!(matches!(resumed.code, 0 | 5), "{resumed:?}");
    }
    panic!("it comes to no end: {}", show(site, &id))
}

#[test]
fn killed_at_any_request_the_step_registers_one_image_and_launches_one_instance() {
    let mut bench = Bench::start();
    let site = bench.site(bench.memory.endpoint(), ", delete_image_after = true");
    assert_eq!(site.run().code, 0);
    let requests: Vec<_> = bench.memory.seen().expect("it answers").into_iter().map(|noted| noted.operation).collect();
    let wanted = ["RegisterImage", "DescribeImages", "RunInstances", "DescribeInstances", "DeregisterImage"];
    assert_eq!(requests, wanted);
    for death in [Death::BeforeEffect, Death::BeforeAnswer] {
        for number in 1..=requests.len() {
            bench.clear();
            let fresh = bench.site(bench.memory.endpoint(), ", delete_image_after = true");
            crate::resumes::fleet::share_cache(&site, &fresh);
            let at = format!("{death:?} {}", requests[number - 1]);
            assert!(bench.kill_at(number, death, fresh.command(&["run", "job.toml"])), "{at}");
            let shown = go_on(&fresh);
            assert_eq!(shown["outcome"], "succeeded", "{at}: {shown}");
            assert_eq!((bench.done("RegisterImage"), bench.done("RunInstances")), (1, 1), "{at}");
            assert_eq!((bench.running(), images(&mut bench.aws).len()), (1, 0), "{at}");
        }
    }
}

#[test]
fn an_attempt_after_an_uncertain_launch_reuses_the_image_and_the_instances() {
    let mut bench = Bench::start();
    let microburst = Microburst::before(&venv(), bench.memory.endpoint()).expect("microburst starts");
    let lost = json!([{ "service": "ec2", "operation": "RunInstances", "response": { "truncate_frac": 0.5 } }]);
    microburst.rules(&lost).expect("it understands them");
    let job = format!(
        "name = \"job\"\n[[steps]]\nid = \"it\"\nuses = \"ec2-create-from-snapshot\"\n\
         retry = {{ attempts = 2, delay = \"2s\" }}\n\
         with = {{ snapshot_id = \"{}\", instance_type = \"t3.micro\", wait = true }}\n",
        bench.snapshot
    );
    let site = Site::new(microburst.endpoint()).file("job.toml", job);
    let mut running = Running::start(site.command(&["run", "job.toml", "--output", "json"]));
    running.until("step_retrying");
    assert_eq!(images(&mut bench.aws).len(), 1, "the image stays");
    microburst.rules(&json!([])).expect("it understands them");
    let over = running.end();
    assert_eq!(over.code, 0, "{over:?}");
    let launched = instances(&mut bench.aws);
    assert_eq!(launched.len(), 1, "{:#?}", report(&over.lines)["steps"][0]["calls"]);
    assert_eq!(outputs(&over.lines)["instance_id"], launched[0]["InstanceId"]);
    assert_eq!((bench.done("RegisterImage"), bench.done("RunInstances")), (1, 1));
}

#[test]
fn a_step_that_is_cancelled_after_a_crash_finds_the_instances_that_it_launched() {
    let mut bench = Bench::start();
    let site = bench.site(bench.memory.endpoint(), "");
    assert!(bench.kill_at(3, Death::BeforeAnswer, site.command(&["run", "job.toml"])));
    let id = the_run(&site).expect("there is a run");
    let launched = instances(&mut bench.aws);
    let cancelled = site.stepwell(&["runs", "cancel", &id]);
    assert_eq!(cancelled.code, 0, "{cancelled:?}");
    await_that("it is cancelled", || show(&site, &id)["state"] == "ended");
    let logs = site.stepwell(&["runs", "logs", &id]);
    let left = format!("{}: launched, stays", launched[0]["InstanceId"].as_str().expect("an id"));
    assert!(logs.stdout.contains(&left), "{logs:?}");
    assert_eq!((bench.running(), images(&mut bench.aws).len()), (1, 0));
}
