//! Durable runs: step transitions a second, the time until the runs of a dead process go on, and the cost of waiting runs.
//! Each process makes one measurement, named by its arguments, and prints the figures as a line of JSON.

#![expect(clippy::print_stdout, clippy::expect_used, reason = "a program that measures, with nobody to recover for")]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value as Json, json};
use stepwell_engine::Observer;
use stepwell_model::event::{Event, What};
use tempfile::TempDir;
use tokio::task::JoinSet;

#[path = "../../../tests/bench/runs.rs"]
mod runs;
use runs::Runs;

const STEPS: &str = r#"
    name = "steps"
    description = "Steps that do nothing, one after the other"
    steps = [
        { id = "first", uses = "noop" },
        { id = "second", uses = "noop", needs = ["first"] },
        { id = "third", uses = "noop", needs = ["second"] },
    ]
"#;

const STEP: &str = r#"
    name = "step"
    description = "A step that does nothing"
    steps = [{ id = "nothing", uses = "noop" }]
"#;

const WAITS: &str = r#"
    name = "waits"
    description = "A step that waits four times, as shortly as it may"
    steps = [{ id = "waits", uses = "waiter", with = { rounds = 4 } }]
"#;

const HOUR: &str = r#"
    name = "hour"
    description = "A step that waits for an hour"
    steps = [{ id = "wait", uses = "waiter", with = { rounds = 1, after_ms = 3_600_000 } }]
"#;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Runtime::new().expect("there are threads");
    let figures = runtime.block_on(async {
        match arguments.as_slice() {
            ["steps", parallel] => transitions(STEPS, number(parallel)).await,
            ["waits", parallel] => transitions(WAITS, number(parallel)).await,
            ["calls", count] => calls(number(count)).await,
            ["recovery", count] => recovery(number(count)).await,
            ["abandon", home, count] => abandon(Path::new(home), number(count)).await,
            ["waiting", count] => waiting(number(count)).await,
            _ => json!({ "measures": ["steps PARALLEL", "waits PARALLEL", "calls COUNT", "recovery COUNT", "waiting COUNT"] }),
        }
    });
    println!("{figures}");
}

fn number(text: &str) -> usize {
    text.parse().expect("it is a number")
}

/// A home on the disk of the repository: a file system in memory would be too fast.
fn home() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("there is room for a home")
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

/// An observer that counts records of a kind.
fn counting(of: fn(&What) -> bool) -> (Observer, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let observer = move |event: &Event| {
        if of(&event.what) {
            counted.fetch_add(1, Ordering::Relaxed);
        }
    };
    (Arc::new(observer), count)
}

/// Step transitions a second, with this many runs at the same time, each followed by another.
async fn transitions(job: &str, parallel: usize) -> Json {
    const WARM_UP: Duration = Duration::from_secs(2);
    const LENGTH: Duration = Duration::from_secs(6);
    let home = home();
    let runs = Arc::new(Runs::open(home.path(), job).await);
    let is_transition = |what: &What| {
        use What::{StepResumed, StepStarted, StepSucceeded, StepWaiting};
        matches!(what, StepStarted { .. } | StepWaiting { .. } | StepResumed { .. } | StepSucceeded { .. })
    };
    let (observer, count) = counting(is_transition);
    let mut workers = JoinSet::new();
    for _ in 0..parallel {
        let (runs, observer) = (Arc::clone(&runs), Arc::clone(&observer));
        workers.spawn(async move {
            loop {
                let watch = runs.start(Some(Arc::clone(&observer))).await.expect("it begins");
                watch.end().await.expect("it goes on");
            }
        });
    }
    tokio::time::sleep(WARM_UP).await;
    let (before, since) = (count.load(Ordering::Relaxed), Instant::now());
    tokio::time::sleep(LENGTH).await;
    let done = count.load(Ordering::Relaxed) - before;
    let per_second = done as f64 / since.elapsed().as_secs_f64();
    workers.shutdown().await;
    runs.engine.leave().await.expect("the journal is told");
    json!({ "per_second": per_second })
}

/// The same call `count` times: one after the other in one run, and as the only step of as many runs at once.
async fn calls(count: usize) -> Json {
    let items: Vec<_> = (0..count).map(|item| item.to_string()).collect();
    let step = format!("{{ id = \"each\", uses = \"noop\", for_each = [{}] }}", items.join(", "));
    let list = format!("name = \"list\"\ndescription = \"A step for each of many items\"\nsteps = [{step}]");
    json!({ "in_a_run_ms": all_of(&list, 1).await, "in_runs_ms": all_of(STEP, count).await })
}

/// Time until `count` runs have ended that are started at once.
async fn all_of(job: &str, count: usize) -> f64 {
    let home = home();
    let runs = Arc::new(Runs::open(home.path(), job).await);
    runs.start(None).await.expect("it begins").end().await.expect("it goes on");
    let (mut ends, since) = (JoinSet::new(), Instant::now());
    for _ in 0..count {
        let runs = Arc::clone(&runs);
        ends.spawn(async move { runs.start(None).await.expect("it begins").end().await.expect("it goes on") });
    }
    ends.join_all().await;
    let took = milliseconds(since);
    runs.engine.leave().await.expect("the journal is told");
    took
}

/// Time to take over the runs of a killed process, half of which wait and half of which are within a call, and until the
/// latter have ended.
async fn recovery(count: usize) -> Json {
    let home = home();
    let mut child = Command::new(std::env::current_exe().expect("it is a file"))
        .arg("abandon")
        .arg(home.path())
        .arg(count.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .expect("we can be started");
    let said = BufReader::new(child.stdout.take().expect("it is piped")).lines().next();
    said.expect("it does what it should").expect("it is text");
    child.kill().and_then(|()| child.wait()).expect("it is our child");

    let since = Instant::now();
    let runs = Runs::open(home.path(), STEPS).await;
    let opened_ms = milliseconds(since);
    let taken = runs.engine.take_open(usize::MAX).await.expect("the journal answers");
    let taken_ms = milliseconds(since);
    assert_eq!((taken, runs.engine.load() > count / 2), (count, true));
    while runs.engine.load() > count / 2 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let gone_on_ms = milliseconds(since);
    runs.engine.leave().await.expect("the journal is told");
    json!({ "opened_ms": opened_ms, "taken_ms": taken_ms, "gone_on_ms": gone_on_ms })
}

/// Begins runs, and is killed before they end.
async fn abandon(home: &Path, count: usize) -> Json {
    let within = Runs::open(home, STEPS).await;
    for _ in 0..count / 2 {
        let mut run = within.new_run();
        let (step, at) = ("first".parse().expect("it is a name"), Timestamp::now());
        run.first.push(Event {
            seq: 2,
            at,
            what: What::StepStarted { step, attempt: 1, deadline: Timestamp::MAX, stand_ins: Vec::new() },
        });
        within.engine.store().create(run).await.expect("there is room for it");
    }
    let waiting = wait_all(home, count / 2).await;
    println!("abandoned");
    std::future::pending::<()>().await;
    drop((within, waiting));
    Json::Null
}

/// Starts `count` runs that wait.
async fn wait_all(home: &Path, count: usize) -> Arc<Runs> {
    const AT_ONCE: usize = 512;
    let runs = Arc::new(Runs::open(home, HOUR).await);
    let (observer, waiting) = counting(|what| matches!(what, What::StepWaiting { .. }));
    let begun = Arc::new(AtomicUsize::new(0));
    for _ in 0..AT_ONCE {
        let (runs, observer, begun) = (Arc::clone(&runs), Arc::clone(&observer), Arc::clone(&begun));
        tokio::spawn(async move {
            while begun.fetch_add(1, Ordering::Relaxed) < count {
                drop(runs.start(Some(Arc::clone(&observer))).await.expect("it begins"));
            }
        });
    }
    while waiting.load(Ordering::Relaxed) < count {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    runs
}

/// The cost of a process whose runs all wait. Its memory is measured from outside.
async fn waiting(count: usize) -> Json {
    const SETTLING: Duration = Duration::from_secs(2);
    const LENGTH: Duration = Duration::from_secs(10);
    let home = home();
    let since = Instant::now();
    let runs = wait_all(home.path(), count).await;
    let begun_ms = milliseconds(since);
    tokio::time::sleep(SETTLING).await;
    let before = processor_ms();
    tokio::time::sleep(LENGTH).await;
    let idle = (processor_ms() - before) / LENGTH.as_secs_f64();
    assert_eq!(runs.engine.load(), count);
    json!({ "begun_ms": begun_ms, "idle_ms_per_s": idle })
}

/// Processor time of this process, all threads together.
fn processor_ms() -> f64 {
    let used = clock_gettime(ClockId::ProcessCPUTime);
    used.tv_sec as f64 * 1e3 + used.tv_nsec as f64 / 1e6
}
