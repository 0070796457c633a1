//! Processes that are stopped for longer than others wait for them, and then continue.
//!
//! The takeover time is 30 seconds, so all of them are stopped at the same time, in one test.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command};

use rustix::process::Signal;
use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{AwsClient, Identities, Ministack, REGION, TokenMemory};

use super::fleet::{Fleet, show, the_run};
use super::running::{Over, Running, Serving, await_that, records, waiter};
use crate::keeps_keys::started_by;
use crate::support::{Site, ended, venv};

const PROJECT: &str =
    "name = \"test\"\n[directories]\nsite = { path = \"files\" }\nout = { path = \"arrived\", write = true }\n";

/// Files of a transfer, and of them those whose requests have left when its process is stopped.
const FILES: usize = 80;
const LEFT: usize = 11;

/// The bytes of a part of an upload.
const PART: u64 = 8 << 20;

/// A process that is stopped in the middle of its run.
struct Stopped {
    name: &'static str,
    site: Site,
    /// The requests that reached AWS.
    memory: Option<TokenMemory>,
    running: Option<Running>,
    serve: Option<Serving>,
}

/// Ends the process of a test that failed: it would stay stopped for ever.
impl Drop for Stopped {
    fn drop(&mut self) {
        if let Some(Running { child, .. }) = &mut self.running {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

fn is_stopped(child: &Child) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).expect("it is there");
    stat.rsplit_once(')').expect("a name").1.trim_start().starts_with('T')
}

impl Stopped {
    /// Runs the job of a site until its process is stopped at a request.
    fn at_request(name: &'static str, site: Site, memory: TokenMemory) -> Self {
        let running = Running::start(site.command(&["run", "job.toml", "--output", "json"]));
        memory.aim(&running.child).expect("it is told");
        await_that(name, || is_stopped(&running.child));
        Self { name, site, memory: Some(memory), running: Some(running), serve: None }
    }

    /// Starts another process that will take the run over.
    fn served(mut self) -> Self {
        self.serve = Some(Serving::start(&self.site));
        self
    }

    fn requests(&self) -> usize {
        self.memory.as_ref().map_or(0, |memory| memory.seen().expect("it answers").len())
    }

    fn run(&self) -> String {
        the_run(&self.site).expect("there is a run")
    }

    /// Lets the process continue until it ends.
    fn go_on(&mut self) -> Over {
        let running = self.running.take().expect("it was started");
        running.signal(Signal::CONT);
        running.end()
    }
}

fn logged(site: &Site, id: &str, event: &str) -> usize {
    let logs = site.stepwell(&["runs", "logs", id, "--output", "json"]);
    assert_eq!(logs.code, 0, "{logs:?}");
    logs.json_lines().iter().filter(|line| line["event"] == event).count()
}

/// ministack with a bucket.
struct Bucket {
    ministack: Ministack,
    aws: AwsClient,
}

impl Bucket {
    fn new() -> Self {
        let ministack = Ministack::start(&venv(), Identities::Ignored).expect("ministack starts");
        let aws = ministack.client().expect("boto3 starts");
        let mut bucket = Self { ministack, aws };
        let place = json!({ "LocationConstraint": REGION });
        bucket.call("CreateBucket", json!({ "Bucket": "data", "CreateBucketConfiguration": place }));
        bucket
    }

    fn call(&mut self, operation: &str, parameters: Json) -> Json {
        self.aws.call("s3", operation, parameters).expect("it may")
    }

    fn keys(&mut self, prefix: &str) -> usize {
        let listed = self.call("ListObjectsV2", json!({ "Bucket": "data", "Prefix": prefix }));
        listed["Contents"].as_array().map_or(0, Vec::len)
    }

    /// A site that copies, and is stopped at this request.
    fn copies(&self, at: usize, source: &str, destination: &str) -> (Site, TokenMemory) {
        let memory = TokenMemory::before(&venv(), self.ministack.endpoint()).expect("the memory starts");
        memory.stop_at(at).expect("it is told");
        let with = format!("{{ source = \"{source}\", destination = \"{destination}\", recursive = true }}");
        let site = Site::new(memory.endpoint()).file("project.toml", PROJECT).step("s3-copy", &with);
        ["files", "arrived"].iter().for_each(|folder| fs::create_dir_all(site.path(folder)).expect("it can be made"));
        (site, memory)
    }

    /// The same with files to upload.
    fn uploads(&self, prefix: &str) -> (Site, TokenMemory) {
        let (site, memory) = self.copies(LEFT, "site", &format!("s3://data/{prefix}/"));
        let site =
            (0..FILES).fold(site, |site, number| site.file(&format!("files/{number:02}.txt"), number.to_string()));
        (site, memory)
    }
}

/// A site that restarts an instance, and is stopped when AWS answers for the first time: it was asked too often.
fn restarts(fleet: &Fleet, instance: usize) -> (Site, TokenMemory) {
    let memory = TokenMemory::before(&venv(), fleet.moto.endpoint()).expect("the memory starts");
    memory.stop_and_refuse_at(1).expect("it is told");
    let job = format!(
        "name = \"job\"\n[[steps]]\nid = \"it\"\nuses = \"ec2-restart\"\non_uncertain = \"retry\"\n\
         with = {{ instance_id = \"{}\" }}\n",
        fleet.id(instance)
    );
    (Site::new(memory.endpoint()).file("job.toml", job), memory)
}

fn reboots(memory: &Option<TokenMemory>) -> usize {
    let seen = memory.as_ref().expect("it has one").seen().expect("it answers");
    let is_made = |noted: &&stepwell_xtask::emulator::Noted| noted.fate == stepwell_xtask::emulator::Fate::Done;
    seen.iter().filter(is_made).filter(|noted| noted.operation == "RebootInstances").count()
}

fn files(folder: &Path) -> usize {
    fs::read_dir(folder).expect("a folder").count()
}

/// Stopped while it waits, so that the run is still open when the process continues.
fn waiting() -> Stopped {
    let site = waiter(1, 3_600_000);
    let running = Running::waiting(&site);
    let wake = || site.stepwell(&["runs", "list", "--output", "json"]).json_lines()[0]["wake"].clone();
    await_that("it is parked", || !wake().is_null());
    running.signal(Signal::STOP);
    Stopped { name: "waiting", site, memory: None, running: Some(running), serve: None }.served()
}

#[test]
fn a_process_that_lost_its_run_changes_nothing_and_one_that_kept_it_goes_on() {
    let (mut fleet, mut bucket) = (Fleet::start(), Bucket::new());
    let at = |name, (site, memory)| Stopped::at_request(name, site, memory);
    let batch = at("a batch", bucket.uploads("taken")).served();
    let kept_batch = at("a batch that is kept", bucket.uploads("kept"));
    let (site, memory) = bucket.copies(3, "site", "s3://data/parts/");
    File::create(site.path("files/large")).and_then(|file| file.set_len(12 * PART)).expect("it can be made");
    let parts = at("parts", (site, memory)).served();
    for number in 0..FILES {
        bucket.call("PutObject", json!({ "Bucket": "data", "Key": format!("from/{number:02}"), "Body": "x" }));
    }
    let download = at("a download", bucket.copies(LEFT, "s3://data/from/", "out")).served();
    let arrived = download.site.path("arrived");
    let back_off = at("a back-off", restarts(&fleet, 1)).served();
    let kept_back_off = at("a back-off that is kept", restarts(&fleet, 2));
    let site = fleet.restart("", "");
    fleet.memory.stop_at(Fleet::REBOOT - 1).expect("it is told");
    let running = Running::start(site.command(&["run", "job.toml", "--output", "json"]));
    fleet.memory.aim(&running.child).expect("it is told");
    await_that("between two calls", || is_stopped(&running.child));
    let between =
        Stopped { name: "between two calls", site, memory: None, running: Some(running), serve: None }.served();
    let mut waiting = waiting();

    let mut taken = [batch, parts, download, back_off, between];
    for case in &mut taken {
        let id = case.run();
        await_that(case.name, || show(&case.site, &id)["state"] == "ended");
        assert_eq!(show(&case.site, &id)["outcome"], "succeeded", "{}", case.name);
    }
    let id = waiting.run();
    let pid = waiting.serve.as_ref().expect("it serves").id();
    await_that("it is taken", || show(&waiting.site, &id)["held_by"]["pid"] == pid);
    assert_eq!(files(&arrived), FILES);
    fs::read_dir(&arrived)
        .expect("a folder")
        .for_each(|file| fs::remove_file(file.expect("readable").path()).expect("removes"));
    let in_parts = bucket.call("HeadObject", json!({ "Bucket": "data", "Key": "parts/large" }))["LastModified"].clone();

    for case in &mut taken {
        let (id, requests, fleets) = (case.run(), case.requests(), fleet.memory.seen().expect("it answers").len());
        let records = logged(&case.site, &id, "call_intended");
        let over = case.go_on();
        assert_eq!(over.code, 4, "{}: {over:?}", case.name);
        assert!(
            over.stderr.contains("error: this process does not execute the run any more\n"),
            "{}: {over:?}",
            case.name
        );
        assert_eq!(
            (case.requests(), fleet.memory.seen().expect("it answers").len()),
            (requests, fleets),
            "{}",
            case.name
        );
        assert_eq!(logged(&case.site, &id, "call_intended"), records, "{}", case.name);
    }
    assert_eq!(files(&arrived), 0, "the process puts no file into its place");
    assert_eq!(bucket.keys("taken/"), FILES);
    let still = bucket.call("HeadObject", json!({ "Bucket": "data", "Key": "parts/large" }))["LastModified"].clone();
    assert_eq!(still, in_parts);
    assert_eq!((reboots(&taken[3].memory), fleet.count("RebootInstances")), (1, 1));

    let over = waiting.go_on();
    let because = format!("\nbecause: process {pid} on `");
    assert!(over.code == 4 && over.stderr.contains(&because), "{over:?}");
    assert!(
        over.stderr.contains("` has taken the run over, because this process was stopped or asleep for too long\n"),
        "{over:?}"
    );

    for mut case in [kept_batch, kept_back_off] {
        let over = case.go_on();
        assert_eq!((over.code, over.stderr.as_str()), (0, ""), "{}: {over:?}", case.name);
        assert!(records(&over.lines).iter().all(|line| line["event"] != "run_resumed"), "{}", case.name);
        if case.name == "a batch that is kept" {
            assert_eq!((bucket.keys("kept/"), case.requests()), (FILES, FILES), "each file left once");
        } else {
            assert_eq!(reboots(&case.memory), 1);
        }
    }
}

#[test]
fn serve_in_another_time_namespace_does_not_take_a_run_over_that_a_process_executes() {
    let can = Command::new("unshare").args(["-T", "--monotonic", "1000", "true"]).output();
    if !can.is_ok_and(|output| output.status.success()) {
        eprintln!("not tested: `unshare -T` is not available here or not allowed");
        return;
    }
    let site = waiter(1, 3_600_000);
    let mut live =
        Stopped { name: "a live run", running: Some(Running::waiting(&site)), site, memory: None, serve: None };
    let id = live.run();
    // The second run has no process any more: when it is resumed, `serve` has looked at the first one as well.
    Running::waiting(&live.site).kill();
    let mut elsewhere = Command::new("unshare");
    elsewhere.args(["-T", "--monotonic", "1000", "--boottime", "1000"]);
    live.serve = Some(Serving::of(started_by(elsewhere, &live.site.command(&["serve"]))));
    let listed = || ended(live.site.command(&["runs", "list", "--output", "json"]).output().expect("it starts"));
    let pid = live.serve.as_ref().expect("it serves").id();
    await_that("it takes the other run", || listed().json_lines().iter().any(|run| run["held_by"]["pid"] == pid));
    let shown = show(&live.site, &id);
    let holder = live.running.as_ref().expect("it runs").child.id();
    assert_eq!((&shown["state"], &shown["held_by"]["pid"]), (&json!("open"), &json!(holder)), "{shown}");
    assert_eq!(logged(&live.site, &id, "run_resumed"), 0);
}
