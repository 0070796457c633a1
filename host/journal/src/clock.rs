//! The clock of the signs of life, and when another process counts as silent.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use stepwell_model::lease;

/// Milliseconds of the machine's clock.
pub(crate) fn now() -> i64 {
    i64::try_from(lease::clock()).unwrap_or(i64::MAX)
}

/// Names the clock of this process: times of two processes can be compared when their clocks have the same name.
pub(crate) fn name() -> &'static str {
    static NAME: LazyLock<String> = LazyLock::new(find);
    &NAME
}

/// The boot of the machine, and the time namespace of this process, in which its clock can be set apart from others.
#[cfg(target_os = "linux")]
fn find() -> String {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id");
    let namespace = std::fs::read_link("/proc/self/ns/time");
    match (boot, namespace) {
        (Ok(boot), Ok(namespace)) => format!("{} {}", boot.trim(), namespace.display()),
        // A kernel without time namespaces.
        (Ok(boot), Err(error)) if error.kind() == std::io::ErrorKind::NotFound && has_proc() => boot.trim().to_owned(),
        // A clock that no other process can compare its own with.
        _ => uuid::Uuid::new_v4().to_string(),
    }
}

#[cfg(target_os = "linux")]
fn has_proc() -> bool {
    std::path::Path::new("/proc/self/ns").is_dir()
}

/// Elsewhere there are no time namespaces, and a lock file tells of a process that ended with its machine.
#[cfg(not(target_os = "linux"))]
fn find() -> String {
    "machine".to_owned()
}

/// The signs of life that this process has seen of others, with the time when it first saw each. They tell of a silent
/// process whose clock cannot be compared with ours.
#[derive(Debug, Default)]
pub(crate) struct Watched(Mutex<HashMap<i64, Sign>>);

#[derive(Debug, Clone, Copy)]
struct Sign {
    beat: i64,
    first_seen: i64,
}

impl Watched {
    /// Whether a process has given no sign of life for `patience`: by its own clock where that is ours as well, or
    /// because this process has seen its last sign of life for so long.
    pub(crate) fn is_silent(&self, process: i64, (clock, beat): (&str, i64), patience: Duration) -> bool {
        self.is_silent_at(now(), process, (clock == name(), beat), patience)
    }

    fn is_silent_at(&self, now: i64, process: i64, (same_clock, beat): (bool, i64), patience: Duration) -> bool {
        let mut signs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let sign = signs.entry(process).or_insert(Sign { beat, first_seen: now });
        if sign.beat != beat {
            *sign = Sign { beat, first_seen: now };
        }
        let by_its_clock = if same_clock { now.saturating_sub(beat) } else { 0 };
        let age = by_its_clock.max(now.saturating_sub(sign.first_seen));
        u128::try_from(age).is_ok_and(|age| age > patience.as_millis())
    }

    /// Forgets all processes but these.
    pub(crate) fn keep(&self, is_there: impl Fn(i64) -> bool) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|process, _| is_there(*process));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(30);

    #[test]
    fn a_process_with_the_same_clock_is_silent_by_its_last_sign_of_life() {
        let watched = Watched::default();
        for (beat, is_silent) in [(100_000, false), (70_000, false), (69_999, true), (900_000, false)] {
            assert_eq!(watched.is_silent_at(100_000, 1, (true, beat), PATIENCE), is_silent, "{beat}");
        }
    }

    #[test]
    fn a_process_with_another_clock_is_silent_once_its_sign_of_life_was_seen_for_long_enough() {
        let watched = Watched::default();
        let at = |now, beat| watched.is_silent_at(now, 1, (false, beat), PATIENCE);
        assert!(!at(5_000_000, 7), "its clock shows another time");
        assert!(!at(5_030_000, 7));
        assert!(!at(5_030_001, 8), "it has given another sign of life");
        assert!(!at(5_060_001, 8));
        assert!(at(5_060_002, 8));
        watched.keep(|process| process != 1);
        assert!(!at(5_060_003, 8), "it is watched anew");
    }

    #[test]
    fn all_threads_of_a_process_have_the_same_clock() {
        assert_eq!(name(), std::thread::spawn(name).join().expect("no panic"));
        assert!(!name().is_empty());
    }
}
