//! Measures two ways to do the same thing, in turns. Part of the benchmarks in host/sandbox and host/aws.
//!
//! It does not use criterion: the budgets are quantiles of single calls and their ratio within one run, and criterion
//! times batches of calls, one candidate after the other.

use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

/// Times `ours` and `bare` in turns, and prints their quantiles in microseconds as one line of JSON for
/// `cargo xtask bench`. The first tenth is a warm-up and does not count. An argument of the benchmark, such as `http`,
/// selects those whose name has it.
pub async fn in_turns(what: &str, rounds: usize, mut ours: impl AsyncFnMut(), mut bare: impl AsyncFnMut()) {
    if std::env::args().skip(1).any(|part| !part.starts_with('-') && !what.contains(&part)) {
        return;
    }
    let (mut our_times, mut bare_times) = (Vec::with_capacity(rounds), Vec::with_capacity(rounds));
    for round in 0..rounds {
        let (our_time, bare_time) = (timed(&mut ours).await, timed(&mut bare).await);
        if round >= rounds / 10 {
            our_times.push(our_time);
            bare_times.push(bare_time);
        }
    }
    println!("{}", json!({ "what": what, "ours": quantiles(our_times), "bare": quantiles(bare_times) }));
}

async fn timed(act: &mut impl AsyncFnMut()) -> Duration {
    let started = Instant::now();
    act().await;
    started.elapsed()
}

fn quantiles(mut times: Vec<Duration>) -> Json {
    times.sort_unstable();
    let at = |percent: usize| times.get(times.len() * percent / 100).map_or(0.0, |time| time.as_secs_f64() * 1e6);
    json!({ "p50": at(50), "p99": at(99) })
}
