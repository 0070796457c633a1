//! How long the engine waits, and until when.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use stepwell_model::id::{RunId, StepPath};

/// Time that a plugin has to stop what it started: a few AWS calls with their retries.
pub(crate) const CANCEL_TIME: Duration = Duration::from_secs(60);

/// Time that a call in flight has to end, once its step is to stop or the host is to leave, so that its answer is known.
pub(crate) const CANCEL_GRACE: Duration = Duration::from_secs(10);

/// How often a run with calls in flight looks whether another process has taken it.
pub(crate) const LOST_POLL: Duration = Duration::from_millis(500);

/// The shortest wait: a plugin that waits for no time, for ever, must not fill the journal.
pub(crate) const SHORTEST_WAIT: Duration = Duration::from_millis(50);

/// The longest sleep of a timer before it looks at the clock again.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// The time this span from now, or the end of time.
pub(crate) fn later(span: Duration) -> Timestamp {
    let span = SignedDuration::try_from(span).unwrap_or(SignedDuration::MAX);
    Timestamp::now().saturating_add(span).unwrap_or(Timestamp::MAX)
}

/// Sleeps until `wake` or for [`LONGEST_SLEEP`], whichever is sooner; for ever without a time.
pub(crate) async fn until(wake: Option<Timestamp>) {
    match wake {
        Some(wake) => {
            let span = wake.duration_since(Timestamp::now());
            // Not for longer: a machine that slept, or whose clock was set, has another time by then.
            let span = Duration::try_from(span).unwrap_or_default().min(LONGEST_SLEEP);
            tokio::time::sleep(span).await;
        }
        None => std::future::pending().await,
    }
}

/// A number that differs between runs, steps and attempts, for the jitter of a retry.
pub(crate) fn jitter_seed(run: &RunId, step: &StepPath, attempt: u32) -> u64 {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    (run.as_str(), step.as_str(), attempt).hash(&mut hasher);
    hasher.finish()
}
