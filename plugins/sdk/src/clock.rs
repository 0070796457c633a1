//! The time. To wait, a step returns a [`Wait`](crate::Wait); there is no sleep.

/// Milliseconds since 1970-01-01 00:00 UTC.
#[cfg(target_arch = "wasm32")]
#[must_use]
pub fn now() -> u64 {
    crate::bindings::stepwell::clock::clock::now()
}

/// Milliseconds since 1970-01-01 00:00 UTC.
#[cfg(not(target_arch = "wasm32"))]
#[must_use]
pub fn now() -> u64 {
    use std::time::{SystemTime, UNIX_EPOCH};
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
