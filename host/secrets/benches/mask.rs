//! Masks a log with the secrets of a hundred steps, beside copying the same log; and adds one more secret.

#![expect(clippy::print_stdout, clippy::expect_used, reason = "a benchmark prints, and ends at its first error")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use serde_json::json;
use stepwell_secrets::Masker;

#[path = "../../../tests/bench/turns.rs"]
mod turns;
use turns::in_turns;

const SECRETS: usize = 100;
const LOG: usize = 4_000_000;
/// Bytes between two secrets.
const APART: usize = 10_000;
const ROUNDS: usize = 51;

#[tokio::main]
async fn main() {
    let mut random = Random(88_172_645_463_325_252);
    let secrets: Vec<_> = (0..SECRETS).map(|number| random.secret(number)).collect();
    let masker = knowing(&secrets);
    let log = random.log(LOG, &[]);
    assert!(!masker.text(&log).contains('*'), "text without secrets stays as it is");
    throughput("mask, 100 secrets, none of them there", &masker, &log);
    let log = random.log(LOG, &secrets);
    assert_eq!(masker.text(&log).matches("*****").count(), LOG / APART);
    throughput("mask, 100 secrets, one every 10 kB", &masker, &log);

    let more = std::cell::RefCell::new(random);
    let learn = |masker: &Masker| {
        masker.learn(&more.borrow_mut().secret(2));
        masker.text("i-0123456789abcdef0").len()
    };
    in_turns(
        "learn one secret more",
        33,
        async || {
            black_box(learn(&masker));
        },
        async || {
            black_box(learn(&Masker::new()));
        },
    )
    .await;
}

fn knowing(secrets: &[String]) -> Masker {
    let masker = Masker::new();
    secrets.iter().for_each(|secret| masker.learn(secret));
    masker
}

/// Prints medians in megabytes a second as one line of JSON, which `cargo xtask bench` reads.
fn throughput(what: &str, masker: &Masker, log: &str) {
    let (mut masked, mut copied) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        masked.push(timed(|| masker.text(black_box(log)).len()));
        copied.push(timed(|| black_box(black_box(log).to_owned()).len()));
    }
    println!("{}", json!({ "what": what, "ours_mb_s": rate(masked, log), "copy_mb_s": rate(copied, log) }));
}

fn timed(act: impl Fn() -> usize) -> Duration {
    let started = Instant::now();
    black_box(act());
    started.elapsed()
}

fn rate(mut times: Vec<Duration>, log: &str) -> f64 {
    times.sort_unstable();
    times.get(times.len() / 2).map_or(0.0, |time| log.len() as f64 / 1e6 / time.as_secs_f64())
}

/// The same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 32) % bound).unwrap_or_default()
    }

    /// An access key id, a secret access key or a session token, as AWS makes them.
    fn secret(&mut self, number: usize) -> String {
        const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567abcdefghijklmnopqrstuvwxyz0189+/";
        let (begin, length, of) = match number % 3 {
            0 => ("ASIA", 16, 32),
            1 => ("", 40, 64),
            _ => ("IQoJb3JpZ2luX2VjE", 1_000, 64),
        };
        let more = (0..length).filter_map(|_| ALPHABET.get(self.below(of)).copied().map(char::from));
        begin.chars().chain(more).collect()
    }

    /// A log as plugins write it, with one of the secrets at regular distances.
    fn log(&mut self, length: usize, secrets: &[String]) -> String {
        let (mut log, mut next) = (String::new(), APART);
        while log.len() < length {
            let (id, kind) = (self.below(1 << 32), self.below(4));
            let written = match kind {
                0 => writeln!(log, "i-0{id:016x}: stopping since 2026-11-21T10:00:00Z"),
                1 => writeln!(
                    log,
                    r#"{{"level":"info","request":"{id:08x}-41d4-a716","path":"/var/log/web","took":{id}}}"#
                ),
                2 => writeln!(log, "arn:aws:iam::123456789012:role/restart-web has {id} sessions; 100% of them end"),
                _ => writeln!(log, "WARN retrying https://ec2.eu-central-1.amazonaws.com/?Action=Stop&Id={id} at once"),
            };
            written.expect("memory takes it");
            if log.len() >= next
                && let Some(secret) = secrets.get((next / APART) % SECRETS)
            {
                log.push_str(secret);
                next += APART;
            }
        }
        log
    }
}
