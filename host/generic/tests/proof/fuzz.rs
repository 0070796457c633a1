//! Random input, bounded in the gate. `STEPWELL_FUZZ_ROUNDS` makes it a campaign, and `STEPWELL_FUZZ_SEED` another one.

mod answers;
mod requests;
mod trips;

use std::panic::{AssertUnwindSafe, catch_unwind};

use fastrand::Rng;

/// Runs a test with the generators of all rounds. A failure is told with its seed.
fn rounds(name: &str, rounds: u64, test: impl Fn(&mut Rng) -> &'static str) {
    let (seed, rounds) = crate::support::random::campaign(rounds);
    let mut results = std::collections::BTreeMap::<&str, u64>::new();
    for round in 0..rounds {
        let seed = seed.wrapping_mul(1 << 40).wrapping_add(round);
        match catch_unwind(AssertUnwindSafe(|| test(&mut Rng::with_seed(seed)))) {
            Ok(result) => *results.entry(result).or_default() += 1,
            Err(_) => panic!("{name} fails in round {round} (generator {seed})"),
        }
    }
    println!("{name}: {rounds} rounds, {results:?}");
}
