//! The time that the model of a service takes to load, for every service of the archive.

#![expect(clippy::print_stdout, clippy::expect_used, reason = "a benchmark prints, and ends at its first error")]

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;
use stepwell_generic::archive::Archive;

const ROUNDS: usize = 7;

fn main() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/models/aws.models");
    let bytes = std::fs::read(path).expect("`cargo xtask models` has run");
    let mut times: BTreeMap<String, Vec<Duration>> = BTreeMap::new();
    for _ in 0..ROUNDS {
        // A new archive has loaded nothing yet.
        let archive = Archive::read(bytes.clone());
        let names: Vec<_> = archive.services().expect("it has an index").map(|service| service.name.clone()).collect();
        for name in names {
            let started = Instant::now();
            archive.service(&name).expect("it has a model");
            times.entry(name).or_default().push(started.elapsed());
        }
    }
    let mut medians: Vec<_> = times.into_iter().map(|(name, times)| (median(times), name)).collect();
    medians.sort_unstable();
    let all = medians.iter().map(|(time, _)| *time).collect();
    let (slowest, name) = medians.last().expect("there are services");
    println!(
        "{}",
        json!({
            "services": medians.len(),
            "median_ms": median(all).as_secs_f64() * 1e3,
            "slowest": name,
            "slowest_ms": slowest.as_secs_f64() * 1e3,
        })
    );
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().expect("it was timed")
}
