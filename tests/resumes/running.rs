//! A running `stepwell` process that a test reads, signals or kills.

use std::io::{BufRead as _, BufReader, Lines, Read as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value as Json;

use crate::support::Site;

/// A running command that prints JSON.
pub struct Running {
    pub child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    stderr: ChildStderr,
    seen: Vec<Json>,
}

/// `stepwell serve` in the background. It is killed when this is dropped, so that it does not outlive a test that
/// fails.
pub struct Serving(Child);

impl Serving {
    pub fn start(site: &Site) -> Self {
        Self::of(site.command(&["serve"]))
    }

    /// The same, started by this command.
    pub fn of(mut command: Command) -> Self {
        Self(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts"))
    }

    pub fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// The end of a running command.
#[derive(Debug)]
pub struct Over {
    /// Its exit code, or the negated number of the signal that killed it.
    pub code: i32,
    pub lines: Vec<Json>,
    pub stderr: String,
}

impl Running {
    pub fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let stderr = child.stderr.take().expect("it is piped");
        Self { child, lines, stderr, seen: Vec::new() }
    }

    /// Starts `stepwell run job.toml` and reads until its first wait.
    pub fn waiting(site: &Site) -> Self {
        let mut running = Self::start(site.command(&["run", "job.toml", "--output", "json"]));
        running.until("step_waiting");
        running
    }

    /// Reads until this event.
    pub fn until(&mut self, event: &str) -> Json {
        while let Some(line) = self.next() {
            if line == event {
                return self.seen.last().cloned().unwrap_or_default();
            }
        }
        panic!("it ended without {event}: {:?}", self.seen);
    }

    fn next(&mut self) -> Option<Json> {
        let line: Json = serde_json::from_str(&self.lines.next()?.expect("readable")).expect("it is JSON");
        let event = line["event"].clone();
        self.seen.push(line);
        Some(event)
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("the process is there");
    }

    /// Whether the process has ended.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("it is a child").is_some()
    }

    pub fn end(mut self) -> Over {
        while self.next().is_some() {}
        let mut stderr = String::new();
        self.stderr.read_to_string(&mut stderr).expect("readable");
        let status = self.child.wait().expect("it ends");
        Over { code: status.code().unwrap_or_else(|| -status.signal().unwrap_or(0)), lines: self.seen, stderr }
    }

    /// Kills it with SIGKILL, and returns what it printed.
    pub fn kill(self) -> Vec<Json> {
        self.signal(Signal::KILL);
        let over = self.end();
        assert_eq!(over.code, -9, "{over:?}");
        over.lines
    }
}

impl Over {
    /// The records of the run, without the report or the error after them.
    pub fn records(&self) -> &[Json] {
        records(&self.lines)
    }
}

/// The records among the lines that a run printed.
pub fn records(lines: &[Json]) -> &[Json] {
    match lines.split_last() {
        Some((last, records)) if last["seq"].is_null() => records,
        _ => lines,
    }
}

/// A job of one step that waits `rounds` times, each time for `after_ms`.
pub fn waiter(rounds: u32, after_ms: u32) -> Site {
    Site::without_aws().guest("waiter").step("waiter", &format!("{{ rounds = {rounds}, after_ms = {after_ms} }}"))
}

/// Waits until no process uses the journal. A background process ends a little later than its run.
pub fn await_idle(site: &Site) {
    await_that("the processes have ended", || {
        site.home().join("processes").read_dir().expect("a folder").next().is_none()
    });
}

/// The lines of a text log without their times.
pub fn without_times(log: &str) -> String {
    let is_time = |word: &str| word.len() == "2026-01-31T12:00:00+00:00".len() && word.starts_with("20");
    let line = |line: &str| match line.split_once(' ') {
        Some((word, rest)) if is_time(word) => format!("{rest}\n"),
        _ => format!("{line}\n"),
    };
    log.lines().map(line).collect()
}

pub fn await_that(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
