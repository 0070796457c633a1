//! The progress of a call that takes its time, for the journal and for people.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use serde_json::{Value as Json, json};
use stepwell_model::event::Progress;

/// Counts what a call has done so far.
#[derive(Debug)]
pub(crate) struct Tally {
    /// Such as `uploading`.
    verb: &'static str,
    /// The counted things, such as `files`.
    noun: &'static str,
    things: u64,
    /// The bytes of all things; none when the sum is unknown.
    bytes: Option<u64>,
    /// The bytes of the only thing, once they are known.
    bytes_of_one: OnceLock<u64>,
    done_things: AtomicU64,
    failed_things: AtomicU64,
    done_bytes: AtomicU64,
}

impl Tally {
    pub(crate) fn new(verb: &'static str, noun: &'static str, things: usize, bytes: Option<u64>) -> Arc<Self> {
        let things = u64::try_from(things).unwrap_or(u64::MAX);
        let [done_things, failed_things, done_bytes] = <[AtomicU64; 3]>::default();
        let bytes_of_one = OnceLock::new();
        Arc::new(Self { verb, noun, things, bytes, bytes_of_one, done_things, failed_things, done_bytes })
    }

    /// Notes the size of a thing. It is the sum when there is no other.
    pub(crate) fn expect(&self, bytes: u64) {
        if self.things == 1 {
            self.bytes_of_one.get_or_init(|| bytes);
        }
    }

    /// Counts one more thing as done or failed.
    pub(crate) fn count(&self, is_done: bool) {
        let counted = if is_done { &self.done_things } else { &self.failed_things };
        counted.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts bytes that have arrived.
    pub(crate) fn add(&self, bytes: u64) {
        self.done_bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// A line for people, and the same as numbers.
    pub(crate) fn now(&self) -> (String, Progress) {
        let [things, failed, bytes] =
            [&self.done_things, &self.failed_things, &self.done_bytes].map(|count| count.load(Ordering::Relaxed));
        let (done, all) = (grouped(things + failed), grouped(self.things));
        let message = format!("{}: {done} of {all} {}, {}", self.verb, self.noun, size(bytes));
        let total = self.bytes.or_else(|| self.bytes_of_one.get().copied());
        // The sizes of many objects come with their first bytes: their sum is known when all is done.
        let progress = match total {
            None if self.things > 1 => {
                Progress { done: things + failed, total: Some(self.things), unit: self.noun.to_owned() }
            }
            total => Progress { done: bytes, total, unit: "bytes".to_owned() },
        };
        (message, progress)
    }

    /// The answer as the journal keeps it.
    pub(crate) fn outcome(&self) -> Json {
        let [done, failed, bytes] =
            [&self.done_things, &self.failed_things, &self.done_bytes].map(|count| count.load(Ordering::Relaxed));
        json!({ "Done": done, "Failed": failed, "Bytes": bytes })
    }
}

/// A number with a comma at every thousand.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let is_start = |at: usize| at > 0 && (digits.len() - at).is_multiple_of(3);
    digits.chars().enumerate().flat_map(|(at, digit)| is_start(at).then_some(',').into_iter().chain([digit])).collect()
}

/// A number of bytes in whole units.
fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KiB", bytes >> 10),
        _ => format!("{} MiB", grouped(bytes >> 20)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_counts_what_failed_as_well_and_only_bytes_that_arrived() {
        let tally = Tally::new("uploading", "files", 2_000, Some(400 << 20));
        for at in 0..1_204 {
            tally.count(at != 7);
        }
        tally.add(310 << 20);
        let (message, progress) = tally.now();
        assert_eq!(message, "uploading: 1,204 of 2,000 files, 310 MiB");
        assert_eq!(progress, Progress { done: 310 << 20, total: Some(400 << 20), unit: "bytes".to_owned() });
        assert_eq!(tally.outcome(), json!({ "Done": 1_203, "Failed": 1, "Bytes": 310 << 20 }));
    }

    #[test]
    fn without_a_sum_of_bytes_many_things_are_counted_and_the_bytes_of_one() {
        let many = Tally::new("downloading", "files", 3, None);
        many.expect(40);
        many.count(true);
        many.add(40);
        assert_eq!(many.now().1, Progress { done: 1, total: Some(3), unit: "files".to_owned() });
        let one = Tally::new("copying", "objects", 1, None);
        assert_eq!(one.now().1, Progress { done: 0, total: None, unit: "bytes".to_owned() });
        one.expect(80);
        one.add(20);
        assert_eq!(one.now().1, Progress { done: 20, total: Some(80), unit: "bytes".to_owned() });
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (number, shown) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), shown);
        }
    }
}
