//! Values that stay in memory as long as they are used.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::{Duration, Instant};

/// How long a value stays that is not used: longer than runs of the same job are usually apart.
const IDLE: Duration = Duration::from_secs(10 * 60);

/// Values by key, each with its last use.
#[derive(Debug)]
pub(crate) struct Warm<K, V>(HashMap<K, (V, Instant)>);

impl<K, V> Default for Warm<K, V> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash, V: Clone> Warm<K, V> {
    /// A value, which is in use now.
    pub(crate) fn get(&mut self, key: &K, now: Instant) -> Option<V> {
        let (value, used) = self.0.get_mut(key)?;
        *used = now;
        Some(value.clone())
    }

    pub(crate) fn insert(&mut self, key: K, value: V, now: Instant) {
        self.0.insert(key, (value, now));
    }

    /// Drops the values that have not been used for [`IDLE`].
    pub(crate) fn forget(&mut self, now: Instant) {
        self.0.retain(|_, (_, used)| now.saturating_duration_since(*used) < IDLE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_used_is_dropped_and_what_is_used_stays() {
        let (start, mut warm) = (Instant::now(), Warm::default());
        warm.insert("used", 1, start);
        warm.insert("idle", 2, start);
        assert_eq!(warm.get(&"used", start + IDLE / 2), Some(1));
        warm.forget(start + IDLE);
        assert_eq!((warm.get(&"used", start + IDLE), warm.get(&"idle", start + IDLE)), (Some(1), None));
    }
}
