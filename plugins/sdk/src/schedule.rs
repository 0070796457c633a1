//! The times at which a wait polls.

use serde::{Deserialize, Serialize};

use crate::{Duration, clock};

/// The times at which a wait polls.
///
/// A step polls at once, then a [`Schedule`] sets the pauses: one second, two, four, … up to `poll_every`, and never
/// past the deadline, at which the last poll happens. It belongs into the
/// [`Checkpoint`](crate::WaitingStep::Checkpoint), because nothing else outlives a wait.
///
/// ```no_run
/// use stepwell_plugin::{Duration, Failure, Schedule};
///
/// # fn look(mut schedule: Schedule) -> Result<Duration, Failure> {
/// // … poll, and return when the state is reached …
/// let Some(pause) = schedule.pause() else {
///     return Err(Failure::wait_timeout(format!("still `pending` after {}", schedule.timeout())));
/// };
/// # Ok(pause) }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    started_ms: u64,
    deadline_ms: u64,
    next_pause_ms: u64,
    poll_every_ms: u64,
}

const FIRST_PAUSE: Duration = Duration::seconds(1);

/// The shortest pause. No resource of AWS changes faster, and every poll counts against the account's request quota.
const SHORTEST_PAUSE: Duration = Duration::milliseconds(100);

impl Schedule {
    /// A schedule that starts now, ends after `timeout` and never pauses longer than `poll_every`, which is at least
    /// 100 ms.
    #[must_use]
    pub fn new(timeout: Duration, poll_every: Duration) -> Self {
        Self::starting_at(clock::now(), timeout, poll_every)
    }

    /// 10 minutes, for `#[serde(default = "Schedule::usual_timeout")]` in a configuration.
    #[must_use]
    pub fn usual_timeout() -> Duration {
        Duration::minutes(10)
    }

    /// 10 seconds, for `#[serde(default = "Schedule::usual_poll_every")]` in a configuration.
    #[must_use]
    pub fn usual_poll_every() -> Duration {
        Duration::seconds(10)
    }

    /// The pause until the next poll; `None` after the timeout.
    #[must_use]
    pub fn pause(&mut self) -> Option<Duration> {
        self.pause_at(clock::now())
    }

    /// The time since the schedule began.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        Duration::milliseconds(clock::now().saturating_sub(self.started_ms))
    }

    /// The timeout of the schedule.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        Duration::milliseconds(self.deadline_ms.saturating_sub(self.started_ms))
    }

    fn starting_at(now_ms: u64, timeout: Duration, poll_every: Duration) -> Self {
        let poll_every = poll_every.max(SHORTEST_PAUSE);
        Self {
            started_ms: now_ms,
            deadline_ms: now_ms.saturating_add(timeout.as_millis()),
            next_pause_ms: FIRST_PAUSE.min(poll_every).as_millis(),
            poll_every_ms: poll_every.as_millis(),
        }
    }

    fn pause_at(&mut self, now_ms: u64) -> Option<Duration> {
        let left = self.deadline_ms.checked_sub(now_ms).filter(|left| *left > 0)?;
        let pause = self.next_pause_ms.min(left);
        self.next_pause_ms = self.next_pause_ms.saturating_mul(2).min(self.poll_every_ms);
        Some(Duration::milliseconds(pause))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pauses(timeout: Duration, poll_every: Duration) -> Vec<u64> {
        let mut now = 1_000_000;
        let mut schedule = Schedule::starting_at(now, timeout, poll_every);
        std::iter::from_fn(|| {
            let pause = schedule.pause_at(now)?.as_millis();
            now += pause;
            Some(pause)
        })
        .collect()
    }

    #[test]
    fn pauses_double_from_a_second_to_poll_every_and_end_at_the_deadline() {
        assert_eq!(
            pauses(Duration::seconds(40), Duration::seconds(10)),
            [1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 5_000]
        );
    }

    #[test]
    fn no_pause_is_longer_than_poll_every() {
        assert_eq!(pauses(Duration::seconds(1), Duration::milliseconds(400)), [400, 400, 200]);
        assert_eq!(pauses(Duration::milliseconds(250), Duration::default()), [100, 100, 50]);
    }

    #[test]
    fn without_time_there_is_no_second_poll() {
        assert!(pauses(Duration::default(), Duration::seconds(10)).is_empty());
    }

    #[test]
    fn a_late_resume_is_after_the_timeout() {
        let mut schedule = Schedule::starting_at(0, Duration::minutes(10), Duration::seconds(10));
        assert_eq!(schedule.pause_at(600_000), None);
        assert_eq!(schedule.pause_at(u64::MAX), None);
    }

    #[test]
    fn a_schedule_survives_the_checkpoint() {
        let mut schedule = Schedule::starting_at(5, Duration::minutes(10), Duration::seconds(10));
        let _ = schedule.pause_at(7);
        let stored = serde_json::to_string(&schedule).unwrap();
        assert_eq!(serde_json::from_str::<Schedule>(&stored).unwrap(), schedule);
    }
}
