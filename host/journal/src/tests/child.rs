//! Second processes: this test program once more, with a role.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use stepwell_model::NextAction as _;
use stepwell_model::lease::Standing;
use stepwell_model::run_store::RunStore as _;

use super::support::*;
use crate::JournalStore;
use crate::schema::Tuning;

const ROLE: &str = "STEPWELL_TEST_JOURNAL_ROLE";
const HOME: &str = "STEPWELL_TEST_JOURNAL_HOME";

/// A process that dies with the test.
pub(super) struct Second {
    child: Child,
    says: Lines<BufReader<ChildStdout>>,
    hears: ChildStdin,
}

impl Second {
    pub(super) fn start(role: &str, home: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "tests::child::second_process", "--nocapture"])
            .env(ROLE, role)
            .env(HOME, home)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("starts");
        let says = BufReader::new(child.stdout.take().expect("piped")).lines();
        let hears = child.stdin.take().expect("piped");
        Self { child, says, hears }
    }

    /// The rest of the next line that begins with this word.
    pub(super) fn says(&mut self, word: &str) -> String {
        let line = self.says.by_ref().map_while(Result::ok).find_map(|line| {
            let rest = line.strip_prefix(word)?;
            Some(rest.trim_start().to_owned())
        });
        line.unwrap_or_else(|| panic!("it ended without `{word}`"))
    }

    /// The lines that begin with `word`, until the line `last`.
    pub(super) fn says_until(&mut self, word: &str, last: &str) -> Vec<String> {
        let lines = self.says.by_ref().map_while(Result::ok).take_while(|line| line != last);
        lines.filter_map(|line| Some(line.strip_prefix(word)?.trim_start().to_owned())).collect()
    }

    pub(super) fn hears(&mut self, line: &str) {
        writeln!(self.hears, "{line}").expect("it listens");
    }

    pub(super) fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, signal).expect("it lives");
    }

    /// Ends it with SIGKILL, so that it cannot clean up.
    pub(super) fn kill(&mut self) {
        self.child.kill().expect("it lives");
        self.child.wait().expect("it ends");
    }

    /// Waits until it has ended by itself.
    pub(super) fn ends(&mut self) {
        self.child.wait().expect("it ends");
    }
}

impl Drop for Second {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Not a test of its own: the program that the other tests start.
#[tokio::test]
async fn second_process() {
    let Some(role) = std::env::var_os(ROLE) else { return };
    let home = PathBuf::from(std::env::var_os(HOME).expect("given"));
    match role.to_str().expect("text") {
        "holds" => holds(&home).await,
        "races" => races(&home).await,
        "places" => {
            println!("\nplaces {}", super::places::race(&home).await);
            heard();
        }
        "writes" => writes(&home).await,
        "sleeps" => sleeps(&home).await,
        "restores" => restores(&home),
        role => panic!("no role `{role}`"),
    }
}

pub(super) fn heard() -> String {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).expect("text");
    line
}

async fn holds(home: &Path) {
    let store = JournalStore::open(home).expect("opens");
    let claimed = store.claim_open(usize::MAX).await.expect("claims");
    println!("\nholds {}", claimed.len());
    heard();
}

async fn races(home: &Path) {
    let store = JournalStore::open(home).expect("opens");
    println!("\nready");
    heard();
    loop {
        let claimed = store.claim_open(7).await.expect("claims");
        if claimed.is_empty() {
            break;
        }
        claimed.iter().for_each(|run| println!("\nclaimed {}", run.id));
    }
    println!("\ndone");
    heard();
}

async fn writes(home: &Path) {
    // Without beats, every commit is one record.
    let tuning = Tuning { beat: Duration::from_secs(3600), ..Tuning::default() };
    let store = JournalStore::open_with(home, tuning).expect("opens");
    let run = store.create(new_run("run-1")).await.expect("kept");
    for seq in 2.. {
        append(&store, run, &event(seq, &line(&seq.to_string()))).expect("kept");
        println!("\nkept {seq}");
    }
}

async fn sleeps(home: &Path) {
    let (beat, patience) = (Duration::from_millis(20), Duration::from_millis(300));
    let tuning = Tuning { beat, patience, ..Tuning::default() };
    let store = JournalStore::open_with(home, tuning).expect("opens");
    let run = store.create(new_run("run-1")).await.expect("kept");
    let lease = store.lease(run);
    while !lease.is_held() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    println!("\nholds");
    loop {
        if heard().trim() != "lease" {
            break;
        }
        while lease.standing() == Standing::Unconfirmed {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        println!("\nlease {:?}", lease.standing());
    }
    let refused = append(&store, run, &event(2, &line("of the one that slept"))).expect_err("it was taken");
    println!("\n{}", refused.explain());
    heard();
}

/// Puts `copy.db` back, and is killed before the step that it hears.
fn restores(home: &Path) {
    let last: usize = heard().trim().parse().expect("a number");
    let before = |step| {
        if step == last {
            rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL)?;
        }
        Ok(())
    };
    crate::restore::restore_with(home, &home.join("copy.db"), &before).expect("puts it back");
}
